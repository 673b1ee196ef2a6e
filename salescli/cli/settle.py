"""`salescli settle draft`."""

from __future__ import annotations

from pathlib import Path

import click

from salescli.cli.finish import finish
from salescli.cli.options import Output, book_option, output_options


@click.group()
def settle() -> None:
    """Settle a month: draft its entries and payouts."""


@settle.command()
@click.argument("period")
@book_option
@click.option("--actor", default="", help="Who drafts it, for the record; nobody is named otherwise.")
@output_options()
def draft(root: Path, period: str, actor: str, output: Output) -> None:
    """Write a month's entries, payouts and manifest as a draft.

    Drafting again replaces the draft; the same files give the same bytes.

    Example: salescli settle draft 2026-08
    """
    from salescli.workflows.settle import draft as work

    finish(work(root, period, actor), output)
