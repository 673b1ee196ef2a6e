"""`salescli signals`."""

from __future__ import annotations

from pathlib import Path

import click

from salescli.cli.finish import finish
from salescli.cli.options import Output, book_option, output_options, person_option


@click.command()
@book_option
@click.option(
    "--period",
    "-p",
    metavar="P",
    help="2026-08, 2026-Q3, 2026-H2, 2026; the newest quarter with facts by default.",
)
@person_option
@click.option("--all", "every", is_flag=True, help="Also what was compared and does not stand out.")
@output_options()
def signals(root: Path, period: str | None, person: str | None, every: bool, output: Output) -> None:
    """Find patterns worth a question: deals held back, promises not kept, activity.

    Example: salescli signals --period 2026-Q3 --person zhang
    """
    from salescli.workflows.analysing.signals import Asked
    from salescli.workflows.analysing.signals import signals as job

    finish(job(root, Asked(period=period, person=person, every=every)), output)
