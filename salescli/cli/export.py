"""`salescli export payroll|journal|public`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from salescli.cli.finish import finish
from salescli.cli.options import Output, book_option, day_option, output_options
from salescli.cli.waiting import wait_option


@click.group()
def export() -> None:
    """Give out a closed month, for payroll and accounting."""


@export.command()
@click.argument("period")
@book_option
@day_option
@click.option("--actor", default="", help="Who does it, for the record; nobody is named otherwise.")
@click.option("--again", is_flag=True, help="The same file once more, where it was lost.")
@wait_option
@output_options(("csv", "json"))
def payroll(root: Path, period: str, on: date, actor: str, again: bool, output: Output) -> None:
    """Write every entry of a closed month as a CSV file that Excel opens, once.

    Each person's rows sum to what is payable. The settlement remembers that it was given out.

    Example: salescli export payroll 2026-08 --on 2026-09-10 -O payroll-2026-08.csv
    """
    from salescli.workflows.settling.export import payroll as work

    finish(work(root, period, on, actor, again), output)


@export.command()
@click.argument("period")
@book_option
@click.option(
    "--for",
    "program",
    type=click.Choice(("hledger", "ledger", "beancount")),
    default="hledger",
    show_default=True,
    help="Whose files.",
)
@click.option(
    "--expense", default="Expenses:Commission", show_default=True, help="Account of what pay costs."
)
@click.option(
    "--owed", default="Liabilities:Commission", show_default=True, help="Account of what is owed to people."
)
@click.option("--bank", default="Assets:Bank", show_default=True, help="Account it is paid from.")
@output_options(("plain",))
def journal(
    root: Path, period: str, program: str, expense: str, owed: str, bank: str, output: Output
) -> None:
    """Write a closed month as double entry: what is owed at its end, and its payment.

    Example: salescli export journal 2026-08 --for beancount -O 2026-08.beancount
    """
    from salescli.workflows.settling.export import journal as work

    finish(work(root, period, program, (expense, owed, bank)), output)  # type: ignore[arg-type]


@export.command()
@click.argument("period")
@book_option
@output_options(("md", "json"))
def public(root: Path, period: str, output: Output) -> None:
    """Write the public list of a published month, redacted as the policy says.

    Example: salescli export public 2026-08 -O public-2026-08.md
    """
    from salescli.workflows.settling.public import public as work

    finish(work(root, period), output)
