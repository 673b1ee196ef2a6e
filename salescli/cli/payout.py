"""`salescli payout`."""

from __future__ import annotations

from pathlib import Path

import click

from salescli.cli.finish import finish
from salescli.cli.options import Output, book_option, output_options, period_option, person_option


@click.command()
@book_option
@period_option
@person_option
@output_options()
def payout(root: Path, period: str | None, person: str | None, output: Output) -> None:
    """Work out what everybody is paid for a period.

    A quarter gives its months and what is paid for the quarter itself.

    Example: salescli payout --period 2026-08
    """
    from salescli.workflows.paying.payout import payout as work

    finish(work(root, period, person), output)
