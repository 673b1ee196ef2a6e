"""`salescli diagnose`."""

from __future__ import annotations

from pathlib import Path

import click

from salescli.cli.finish import finish
from salescli.cli.options import (
    Output,
    as_of_option,
    book_option,
    output_options,
    period_option,
    person_option,
)
from salescli.cli.waiting import wait_option


@click.command()
@book_option
@period_option
@as_of_option
@person_option
@click.option("--all", "everything", is_flag=True, help="Diagnose what is yellow too, not only red.")
@click.option("--write", is_flag=True, help="Add a 5-Why to fill in for each to ledger/notes.")
@click.option("--interactive", is_flag=True, help="Ask the five whys here, then write the answers.")
@wait_option
@output_options()
def diagnose(
    root: Path,
    period: str | None,
    as_of: str | None,
    person: str | None,
    everything: bool,
    write: bool,
    interactive: bool,
    output: Output,
) -> None:
    """Find what missed its target, and why: a 5-Why to fill in.

    Example: salescli diagnose --period 2026-08 --person li
    """
    from salescli.workflows.analysing.diagnose import Query
    from salescli.workflows.analysing.diagnose import diagnose as job

    query = Query(period=period, as_of=as_of, person=person, everything=everything, write=write)
    if not interactive:
        finish(job(root, query), output)
    from salescli.cli.whys import interview

    finish(job(root, query, interview()), output)
