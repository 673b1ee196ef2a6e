"""`salescli statement`."""

from __future__ import annotations

from pathlib import Path

import click

from salescli.cli.finish import finish
from salescli.cli.options import Output, book_option, output_options
from salescli.findings import Misuse
from salescli.i18n import N_


@click.command()
@click.argument("person", required=False)
@click.option("--all", "everybody", is_flag=True, help="Everybody's, a file each, into the folder of --to.")
@click.option(
    "--to", "folder", type=click.Path(path_type=Path, file_okay=False), help="The folder for --all."
)
@click.option("--period", "-p", metavar="P", help="A settled month; the newest by default.")
@book_option
@output_options(("md", "json"))
def statement(
    root: Path, person: str | None, everybody: bool, folder: Path | None, period: str | None, output: Output
) -> None:
    """Write what somebody is paid for a settled month, and why.

    Example: salescli statement zhang --period 2026-08 -O zhang.md
    """
    from salescli.workflows.settling import statement as work

    if everybody == (person is not None):
        raise Misuse(N_("name one person, or all"), hint=N_("salescli statement zhang, or --all --to FOLDER"))
    if everybody != (folder is not None):
        raise Misuse(N_("--all and --to go together"), hint=N_("salescli statement --all --to statements"))
    if person is not None:
        finish(work.statement(root, person, period), output)
    elif folder is not None:
        finish(work.statements(root, folder, period), output)
