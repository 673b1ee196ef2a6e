"""Asking the five whys on a terminal. Nothing is written until every question is answered."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, TypeVar

import click

from salescli.findings import Misuse
from salescli.i18n import N_, gettext, joined
from salescli.model.note import Diagnosis

if TYPE_CHECKING:
    from salescli.workflows.analysing.diagnose import Ask, Question

T = TypeVar("T")
_WHYS = 5


def interview() -> Ask:
    """Who asks, on the terminal.

    Raises:
        Misuse: if nobody can answer, because input is no terminal.
    """
    if not sys.stdin.isatty():
        raise Misuse(
            N_("--interactive asks questions, and there is no terminal to answer on"),
            hint=N_("use --write, and fill in the file"),
        )
    return _asked


def _asked(question: Question) -> Diagnosis | None:
    from salescli.render.words import line_text

    _say("")
    _say(line_text(question.title))
    for fact in question.facts:
        _say(f"  {line_text(fact)}")
    if not click.confirm(gettext("diagnose this?"), default=True, err=True):
        return None
    return _answers(question.diagnosis, question.person)


def _answers(diagnosis: Diagnosis, people: Callable[[str], str]) -> Diagnosis:
    """What is not filled in yet; an empty why ends the chain, an empty action leaves it for later."""
    whys = list(diagnosis.whys)
    while len(whys) < _WHYS:
        asked = whys[-1] if whys else None
        template = N_("why {number}: why is that?") if asked else N_("why {number}: why was it missed?")
        words = _ask(gettext(template).format(number=len(whys) + 1), _text)
        if not words:
            break
        whys.append(words)
    cause = diagnosis.root_cause or _ask(gettext("root cause"), _text)
    action = diagnosis.action or _ask(gettext("what is to be done (empty: later)"), _text)
    owner, due = diagnosis.owner, diagnosis.due
    if action:
        owner = owner or _ask(gettext("who answers for it"), people)
        due = due or _ask(gettext("due on (2026-09-15)"), _day)
    return replace(diagnosis, whys=tuple(whys), root_cause=cause, action=action, owner=owner, due=due)


def _ask(prompt: str, read: Callable[[str], T]) -> T:
    """Ask until the answer can be read."""

    def value(text: str) -> T:
        try:
            return read(text)
        except Misuse as error:
            raise click.BadParameter(joined((error.message, error.hint), "; ")) from None

    found: T = click.prompt(prompt, default="", show_default=False, value_proc=value, err=True)
    return found


def _text(words: str) -> str:
    from salescli.workflows.said import said

    return said(words, gettext("the answer"))


def _day(words: str) -> date:
    try:
        return date.fromisoformat(words.strip())
    except ValueError:
        raise Misuse(N_("{text} is not a date"), hint=N_("write it like 2026-08-31"), text=words) from None


def _say(line: str) -> None:
    click.echo(line, err=True)
