"""`salescli action list|done`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from salescli.cli.finish import finish
from salescli.cli.options import Output, as_of_option, book_option, day_option, output_options
from salescli.cli.waiting import wait_option


@click.group()
def action() -> None:
    """List actions until they are done, and tick them off.

    Example: salescli action list
    """


@action.command(name="list")
@book_option
@as_of_option
@click.option("--all", "everything", is_flag=True, help="Those that are done too.")
@output_options()
def list_(root: Path, as_of: str | None, everything: bool, output: Output) -> None:
    """List what reviews and diagnoses have decided and nobody has done yet.

    Example: salescli action list --as-of 2026-09-07
    """
    from salescli.workflows.actions import listed as work

    finish(work(root, as_of, everything), output)


@action.command()
@click.argument("id_", metavar="ID")
@click.option("--note", default="", help="What came of it.")
@book_option
@day_option
@wait_option
@output_options()
def done(root: Path, id_: str, note: str, on: date, output: Output) -> None:
    """Write down that an action is done; the rest of its file stays as it is.

    Example: salescli action done train-li --on 2026-09-04 --note "two days with Zhang"
    """
    from salescli.workflows.actions import done as work

    finish(work(root, id_, on, note), output)
