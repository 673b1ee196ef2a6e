"""`salescli table`."""

from __future__ import annotations

from pathlib import Path

import click

from salescli.cli.finish import finish
from salescli.cli.options import Output, book_option, output_options, period_option


@click.command()
@book_option
@period_option
@output_options()
def table(root: Path, period: str | None, output: Output) -> None:
    """Print the monthly tracking table, a line per person.

    Example: salescli table --period 2026-08 -o md
    """
    from salescli.workflows.tracking.track import table as job

    finish(job(root, period), output)
