"""`salescli object add|answer|list`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

import click

from salescli.cli.finish import finish
from salescli.cli.options import Output, book_option, day_option, output_options
from salescli.cli.waiting import wait_option
from salescli.findings import Misuse
from salescli.i18n import N_


@click.group(name="object")
def object_() -> None:
    """Object to a published month, and answer."""


@object_.command()
@click.argument("period")
@click.argument("person")
@click.option("--reason", required=True, help="What is wrong, in the person's words.")
@click.option("--deal", default="", help="The deal it is about.")
@click.option("--component", default="", help="The component it is about.")
@click.option("--entry", default="", metavar="ID", help="The entry it is about, by its id in the statement.")
@book_option
@day_option
@wait_option
@output_options()
def add(
    root: Path,
    period: str,
    person: str,
    reason: str,
    deal: str,
    component: str,
    entry: str,
    on: date,
    output: Output,
) -> None:
    """Write down an objection to a published month.

    A closed month is heard for some days more; what comes of it is paid with the next open month.

    Example: salescli object add 2026-08 zhang --reason "D-0815 is missing" --deal D-0815 --on 2026-09-04
    """
    from salescli.workflows.settling.objections import About
    from salescli.workflows.settling.objections import add as work

    about = About(component=component, deal=deal, entry=entry)
    finish(work(root, period, person, reason, on, about), output)


@object_.command()
@click.argument("period")
@click.argument("number")
@click.option("--accept/--reject", "accept", required=True, help="Whether it is right.")
@click.option("--text", required=True, help="The answer, with its reason.")
@click.option("--amount", default="0", help="What it adds to the next open month, or takes from it.")
@click.option("--actor", default="", help="Who answers, for the record.")
@book_option
@day_option
@wait_option
@output_options()
def answer(
    root: Path,
    period: str,
    number: str,
    accept: bool,
    text: str,
    amount: str,
    actor: str,
    on: date,
    output: Output,
) -> None:
    """Answer an open objection; an accepted one may adjust the next month.

    Example: salescli object answer 2026-08 1 --accept --amount 120 --text "the deal was booked late"
    """
    from salescli.workflows.settling.objections import answer as work

    try:
        exact = Decimal(amount)
    except InvalidOperation:
        exact = Decimal("NaN")
    if not exact.is_finite():
        raise Misuse(N_("{amount} is not an amount"), hint=N_("write 120 or -120.50"), amount=amount)
    finish(work(root, period, number, accept, text, on, exact, actor), output)


@object_.command(name="list")
@click.argument("period", required=False)
@click.option("--open", "only_open", is_flag=True, help="Only those that nobody has answered yet.")
@book_option
@output_options()
def list_(root: Path, period: str | None, only_open: bool, output: Output) -> None:
    """List the objections to a month, or to every month.

    Example: salescli object list --open
    """
    from salescli.workflows.settling.objection_list import listed as work

    finish(work(root, period, only_open), output)
