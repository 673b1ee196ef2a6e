"""`--wait[=SECONDS]`: the shared option of commands that write into the book."""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from salescli.cli.steady import WRITES
from salescli.i18n import N_, gettext

if TYPE_CHECKING:
    from salescli.books.lock import Holder

F = TypeVar("F", bound=Callable[..., Any])
_SECONDS = re.compile(r"\d{1,6}", re.ASCII)
_EVERY = 60
_KNOWN = N_("waiting for {command}, process {process} of {who}, since {since} ({seconds} s)")
_UNKNOWN = N_("waiting until another run has ended ({seconds} s)")


class _Wait(click.Option):
    """An option whose value may be left out, and never takes a word that is no number: `--wait 2026-08`."""

    def add_to_parser(self, parser: Any, ctx: click.Context) -> None:
        super().add_to_parser(parser, ctx)
        option = parser._long_opt["--wait"]
        take = option.process

        def process(value: Any, state: Any) -> None:
            if isinstance(value, str) and not _SECONDS.fullmatch(value):
                state.rargs.insert(0, value)
                value = ""
            take(value if isinstance(value, str) else "", state)

        option.process = process


def wait_option(function: F) -> F:
    """Add `--wait[=SECONDS]`: how long the command waits for another run that writes into the book."""
    return click.option(
        "--wait",
        cls=_Wait,
        metavar="[=SECONDS]",
        is_flag=False,
        flag_value="",
        expose_value=False,
        callback=_use,
        help="Wait for another run that writes into the book, so long or until it ends; exit 5 otherwise.",
    )(function)


def _use(ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
    from salescli.books.lock import Patience, be_patient

    ctx.meta[WRITES] = True
    seconds = 0.0 if value is None else float(value) if value else None
    be_patient(Patience(seconds, functools.partial(_tell, ctx), ctx.command_path))


def _tell(ctx: click.Context, holder: Holder | None, waited: float) -> None:
    """A line on stderr that counts; where nobody watches, one at first and one a minute."""
    watched = sys.stderr.isatty()
    if ctx.params.get("quiet"):
        return
    if holder is None:
        click.echo("\r\x1b[K" if watched else "", nl=False, err=True)
        return
    if not watched and int(waited) % _EVERY != 1:
        return
    from salescli.render.safe import clean

    text = gettext(_KNOWN if holder.process else _UNKNOWN).format(
        command=holder.command,
        process=holder.process,
        who=holder.who,
        since=holder.since,
        seconds=int(waited),
    )
    click.echo(f"\r{clean(text)}\x1b[K" if watched else clean(text), nl=not watched, err=True)
