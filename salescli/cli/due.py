"""`salescli due`."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path

import click

from salescli.cli.finish import finish
from salescli.cli.options import Output, book_option, output_options, today_option
from salescli.findings import Misuse
from salescli.i18n import N_


def _time(_ctx: click.Context, _param: click.Parameter, value: str | None) -> time | None:
    if value is None:
        return None
    try:
        return datetime.strptime(value, "%H:%M").time()
    except ValueError:
        raise Misuse(N_("{text} is no time of day"), hint=N_("write it like 17:00"), text=value) from None


@click.command()
@book_option
@today_option
@click.option("--at", callback=_time, metavar="HH:MM", help="The time of that day; now, if the day is today.")
@click.option(
    "--ahead", type=click.IntRange(0, 366), default=7, show_default=True, help="Days to look ahead."
)
@click.option("--check", is_flag=True, help="Exit 1 if anything is late, for CI.")
@output_options()
def due(
    root: Path, as_of: tuple[date, time | None], at: time | None, ahead: int, check: bool, output: Output
) -> None:
    """List what the calendar says is late, due and coming.

    Reports, reviews, facts, settlements, objections and actions, for whom and what to do next.

    Example: salescli due --as-of 2026-10-09 --at 18:00
    """
    from salescli.model.due import Moment
    from salescli.workflows.tracking.due import due as job

    day, now = as_of
    finish(job(root, Moment(day=day, at=at or now), ahead=ahead, check=check), output)
