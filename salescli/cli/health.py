"""`salescli health`."""

from __future__ import annotations

from pathlib import Path

import click

from salescli.cli.finish import finish
from salescli.cli.options import Output, book_option, output_options


@click.command()
@book_option
@click.option(
    "--period",
    "-p",
    metavar="P",
    help="2026-08, 2026-Q3, 2026-H2, 2026; the newest quarter with facts by default.",
)
@output_options()
def health(root: Path, period: str | None, output: Output) -> None:
    """Check what plans cost, whether targets fit, and who is paid for what.

    Example: salescli health --period 2026-Q3
    """
    from salescli.workflows.plans.health import health as job

    finish(job(root, period), output)
