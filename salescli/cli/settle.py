"""`salescli settle draft|publish|close|pay`."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from salescli.cli.finish import finish
from salescli.cli.options import Output, book_option, day_option, output_options
from salescli.cli.waiting import wait_option
from salescli.findings import Misuse
from salescli.i18n import N_, gettext


@click.group()
def settle() -> None:
    """Settle a month: draft, publish, close and pay it."""


@settle.command()
@click.argument("period")
@book_option
@click.option("--actor", default="", help="Who drafts it, for the record; nobody is named otherwise.")
@wait_option
@output_options()
def draft(root: Path, period: str, actor: str, output: Output) -> None:
    """Write a month's entries, payouts and manifest as a draft.

    Drafting again replaces the draft; the same files give the same bytes.

    Example: salescli settle draft 2026-08
    """
    from salescli.workflows.settling.settle import draft as work

    finish(work(root, period, actor), output)


_ACTOR = click.option("--actor", default="", help="Who does it, for the record; nobody is named otherwise.")


@settle.command()
@click.argument("period")
@book_option
@day_option
@_ACTOR
@wait_option
@output_options()
def publish(root: Path, period: str, on: date, actor: str, output: Output) -> None:
    """Show a draft to the people paid, and open it for objections.

    Refused if anything it rests on has changed since it was drafted.

    Example: salescli settle publish 2026-08 --on 2026-09-03
    """
    from salescli.workflows.settling.settle_steps import publish as work

    finish(work(root, period, on, actor), output)


@settle.command()
@click.argument("period")
@book_option
@day_option
@_ACTOR
@click.option("--confirm", help="The period again, instead of being asked for it.")
@wait_option
@output_options()
def close(root: Path, period: str, on: date, actor: str, confirm: str | None, output: Output) -> None:
    """Close a published month for ever, after its window and without open objections.

    Asks for the period's name once more, or takes it with --confirm.

    Example: salescli settle close 2026-08 --on 2026-09-09 --confirm 2026-08
    """
    from salescli.workflows.settling.settle_steps import close as work

    _confirmed(period, confirm)
    finish(work(root, period, on, actor), output)


def _confirmed(period: str, given: str | None) -> None:
    """Go on only if the period's name is given once more, by option or on a terminal.

    Raises:
        Misuse: if it is another, or there is nobody to ask.
    """
    if given is None and not sys.stdin.isatty():
        raise Misuse(
            N_("{period} would be closed for ever, and there is no terminal to ask for its name"),
            hint=N_("write --confirm {period}"),
            period=period,
        )
    if given is None:
        asked = gettext(N_("closing {period} cannot be undone; type {period} to close it"))
        given = click.prompt(
            asked.format(period=period), err=True, default="", show_default=False, type=str
        ).strip()
    if given != period:
        raise Misuse(
            N_("{period} is not closed: the name given was {given}"),
            hint=N_("write --confirm {period}"),
            period=period,
            given=given or "-",
        )


@settle.command()
@click.argument("period")
@book_option
@day_option
@_ACTOR
@wait_option
@output_options()
def pay(root: Path, period: str, on: date, actor: str, output: Output) -> None:
    """Record that a closed month is paid, once.

    Example: salescli settle pay 2026-08 --on 2026-09-15
    """
    from salescli.workflows.settling.settle_steps import pay as work

    finish(work(root, period, on, actor), output)
