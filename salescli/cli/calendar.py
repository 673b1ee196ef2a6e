"""`salescli calendar show|add|next-workday`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from salescli.cli.finish import finish
from salescli.cli.options import Output, book_option, output_options
from salescli.cli.waiting import wait_option


@click.group()
def calendar() -> None:
    """Show and add working days.

    Example: salescli calendar show 2026-10
    """


@calendar.command()
@click.argument("when", required=False, metavar="[YEAR|MONTH]")
@book_option
@output_options()
def show(root: Path, when: str | None, output: Output) -> None:
    """Show the working days of a year by month, or of a month by day; of this year by default.

    Example: salescli calendar show 2026-10
    """
    from salescli.workflows.calendar import show as job

    finish(job(root, when or f"{date.today().year:04}"), output)


@calendar.command()
@click.argument("year", type=click.IntRange(1900, 2200))
@click.option("--days", multiple=True, metavar="DAYS", help="Days off: 2027-01-01, 2027-02-05..2027-02-12.")
@click.option("--workdays", multiple=True, metavar="DAYS", help="Saturdays and Sundays worked for others.")
@click.option("--source", default="", help="Where it was announced, for the record.")
@click.option("--write", is_flag=True, help="Write into the book; otherwise only show what would change.")
@book_option
@wait_option
@output_options()
def add(
    root: Path,
    year: int,
    days: tuple[str, ...],
    workdays: tuple[str, ...],
    source: str,
    write: bool,
    output: Output,
) -> None:
    """State the days off and the weekends worked of a year.

    Writes ledger/calendars/CN-2027.yaml (after the book's country), which rules over the library.

    Example: salescli calendar add 2027 --days 2027-02-05..2027-02-12 --workdays 2027-01-31 --write
    """
    from salescli.workflows.calendar import add as job

    finish(job(root, year, days, workdays, source, write=write), output)


@calendar.command(name="next-workday")
@click.argument("day", metavar="DATE")
@click.argument("count", type=click.IntRange(1, 1000), default=1, metavar="[N]")
@book_option
@output_options()
def next_workday(root: Path, day: str, count: int, output: Output) -> None:
    """Print the Nth working day after a day; the next one by default.

    Example: salescli calendar next-workday 2026-10-09 3
    """
    from salescli.workflows.calendar import next_workday as job

    finish(job(root, day, count), output)
