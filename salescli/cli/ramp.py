"""`salescli ramp`."""

from __future__ import annotations

from pathlib import Path

import click

from salescli.cli.finish import finish
from salescli.cli.options import Output, as_of_option, book_option, output_options, period_option


@click.command()
@book_option
@period_option
@as_of_option
@output_options()
def ramp(root: Path, period: str | None, as_of: str | None, output: Output) -> None:
    """Show newcomers against the ramp of their targets.

    Example: salescli ramp --period 2026-08
    """
    from salescli.workflows.outlook.ramp import ramp as job

    finish(job(root, period, as_of), output)
