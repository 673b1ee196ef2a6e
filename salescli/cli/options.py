"""Options that commands share: which book, how to print, in which language."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any, TypeVar

import click

from salescli import i18n
from salescli.cli.speech import locale_of
from salescli.cli.steady import steadily, writes
from salescli.findings import Misuse
from salescli.i18n import N_

TABLES = ("table", "plain", "csv", "json", "md")

_FIRST_ZONE = timezone(timedelta(hours=14))
"""Where a day begins first."""

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """How a command's result is to be printed.

    Attributes:
        form: One of the command's forms; None chooses by where stdout goes.
        path: Write there, atomically, instead of to stdout.
        color: False switches colour off; None leaves it to the terminal and `NO_COLOR`.
        quiet: No notes on stderr, findings only.
        verbose: Details of our own bugs.
    """

    form: str | None = None
    path: Path | None = None
    color: bool | None = None
    quiet: bool = False
    verbose: bool = False


def output_options(forms: tuple[str, ...] = TABLES) -> Callable[[F], F]:
    """Add `-o`, `-O`, `-q`, `-v`, `--no-color`, `--lang`; the function receives `output: Output`."""

    def decorate(function: F) -> F:
        @functools.wraps(function)
        def wrapped(
            *args: Any,
            form: str | None,
            out_file: Path | None,
            quiet: bool,
            verbose: bool,
            no_color: bool,
            **kwargs: Any,
        ) -> Any:
            if out_file is not None:
                from salescli.books.write import check_output

                check_output(out_file)
            output = Output(
                form=form, path=out_file, color=False if no_color else None, quiet=quiet, verbose=verbose
            )
            return function(*args, output=output, **kwargs)

        options = [
            click.option("-o", "--output", "form", type=click.Choice(forms), help="How to print it."),
            click.option(
                "-O",
                "--out-file",
                type=click.Path(path_type=Path, dir_okay=False),
                help="Write to this file, whole or not at all.",
            ),
            click.option("-q", "--quiet", is_flag=True, help="No remarks, only results and findings."),
            click.option("-v", "--verbose", is_flag=True, help="Show details of an internal error."),
            click.option("--no-color", is_flag=True, help="No colour (NO_COLOR does the same)."),
            click.option(
                "--lang",
                type=click.Choice(i18n.LANGUAGES),
                is_eager=True,
                expose_value=False,
                callback=_use_language,
                help="Language of the output; the book's own by default.",
            ),
        ]
        for option in reversed(options):
            wrapped = option(wrapped)
        return wrapped  # type: ignore[return-value]

    return decorate


def _use_language(ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
    if value:
        ctx.meta["salescli.lang"] = value
        i18n.use(value)


def book_option(function: F) -> F:
    """Add `-C DIR`; the function receives `root: Path`, the book's root, found by walking up.

    The book's language is spoken from here on unless `--lang` said otherwise.
    """

    @functools.wraps(function)
    def wrapped(*args: Any, directory: Path | None, **kwargs: Any) -> Any:
        from salescli.books.root import find_root

        context = click.get_current_context()
        start = directory or context.meta.get("salescli.dir") or Path(os.environ.get("SALESCLI_DIR") or ".")
        if not start.is_dir():
            raise Misuse(
                "there is no folder {folder}", hint="give the book's folder with -C", folder=str(start)
            )
        root = find_root(start)
        if "salescli.lang" not in context.meta:
            i18n.use(locale_of(root))
        if writes(context, kwargs):  # it reads under the book's lock
            return function(*args, root=root, **kwargs)
        return steadily(context, root, lambda: function(*args, root=root, **kwargs))

    return click.option(  # type: ignore[return-value]
        "-C",
        "--dir",
        "directory",
        type=click.Path(path_type=Path),
        help="The book's folder (or SALESCLI_DIR); found by walking up from here otherwise.",
    )(wrapped)


period_option = click.option(
    "--period",
    "-p",
    metavar="P",
    help="2026-08, 2026-Q3, 2026-H2, 2026; the newest month with facts by default.",
)


def _day(_ctx: click.Context, _param: click.Parameter, value: str | None) -> date:
    """The day given, or today: what a human does is dated by a clock unless they say when."""
    if value is None:
        return date.today()
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise Misuse(N_("{text} is not a date"), hint=N_("write it like 2026-08-31"), text=value) from None


def _today(context: click.Context, param: click.Parameter, value: str | None) -> tuple[date, time | None]:
    """The day given, without a time; or today and the time it is: what a person has to do today."""
    if value is not None:
        return _day(context, param, value), None
    now = datetime.now()
    return now.date(), now.time().replace(second=0, microsecond=0)


today_option = click.option(
    "--as-of", metavar="DATE", callback=_today, help="Look from this day, 2026-10-09; today by default."
)


def day_option(function: F) -> F:
    """Add `--on DATE`, the day of a step that somebody takes; below `book_option`.

    Raises:
        Misuse: for a day that has not come yet anywhere on Earth. A clock that is behind the book's own
            months says nothing about what is to come.
    """

    @functools.wraps(function)
    def wrapped(*args: Any, on: date, root: Path, **kwargs: Any) -> Any:
        from salescli.books.root import newest_month

        today = datetime.now(_FIRST_ZONE).date()
        known = newest_month(root)
        if on > today and (known is None or known <= today):
            raise Misuse(
                N_("{day} has not come yet"),
                hint=N_("give the day it was done, or leave --on out if that is today"),
                day=on.isoformat(),
            )
        return function(*args, on=on, root=root, **kwargs)

    return click.option(  # type: ignore[return-value]
        "--on", metavar="DATE", callback=_day, help="The day it is done, 2026-09-03; today by default."
    )(wrapped)


as_of_option = click.option(
    "--as-of", metavar="DATE", help="Look from this day; the period's last day or the newest fact by default."
)
region_option = click.option("--region", metavar="R", help="A region, by id, name or alias.")
product_option = click.option("--product", metavar="X", help="A product line, by id, name or alias.")
person_option = click.option("--person", metavar="N", help="A person, by id, name or alias.")
