"""`salescli honours`."""

from __future__ import annotations

from pathlib import Path

import click

from salescli.cli.finish import finish
from salescli.cli.options import Output, book_option, output_options, period_option


@click.command()
@book_option
@period_option
@click.option(
    "--write-to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write certificates, the wall of fame and the list for development into this folder.",
)
@output_options()
def honours(root: Path, period: str | None, folder: Path | None, output: Output) -> None:
    """Name who is recognised without money, and write their certificates.

    Example: salescli honours --period 2026-08 --write-to honours-2026-08
    """
    from salescli.workflows.honours import honours as job

    finish(job(root, period, folder), output)
