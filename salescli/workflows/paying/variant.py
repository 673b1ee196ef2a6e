"""A book with other plans or targets over the same facts (SPEC I10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from salescli.books.change import Change, change_document, has_place
from salescli.books.read_plans import read_plan
from salescli.books.schemas.plans import PlanFile
from salescli.books.text import read_text
from salescli.books.typed import type_document
from salescli.books.yamltree import Document, parse_yaml, read_yaml
from salescli.calc.checks.plans import check_plans
from salescli.findings import BookBroken, Finding, Misuse, has_errors
from salescli.i18n import several
from salescli.model.exact import parse_rate
from salescli.model.plan import Plan
from salescli.workflows.session import Session


def varied(
    session: Session, files: Sequence[Path], changes: Sequence[Change], targets: str | None = None
) -> Session:
    """A session with other plans and targets over the same facts.

    Raises:
        BookBroken: if a plan is wrong.
        Misuse: if a change leads nowhere, or two plans could be meant.
    """
    book, found = session.book, list[Finding]()
    documents = {plan.id: _document(session, plan, found) for plan in book.plans}
    given: set[str] = set()
    for path in files:
        document, plan = _given(session, path, found)
        for other in replaced(book.plans, plan):
            documents.pop(other.id, None)
        documents[plan.id] = document
        given.add(plan.id)
    for change in changes:
        change_document(documents[_meant(documents, change)], change)
    plans = tuple(
        _read(session, document, found, widen=key in given) for key, document in sorted(documents.items())
    )
    tried = replace(book, plans=plans)
    found += check_plans(tried)
    if has_errors(found):
        raise BookBroken(found)
    factor = session.target_factor if targets is None else _factor(targets)
    return replace(session, book=tried, found=found, target_factor=factor)


def _document(session: Session, plan: Plan, found: list[Finding]) -> Document:
    document = read_yaml(session.book.root / plan.place.path, session.book.root, found)
    assert document is not None
    return document


def _given(session: Session, path: Path, found: list[Finding]) -> tuple[Document, Plan]:
    """A plan file from anywhere."""
    if not path.is_file():
        raise Misuse("there is no file {path}", hint="give a plan file", path=str(path))
    text = read_text(path, path.name, found, 16 * 1024 * 1024)
    document = None if text is None else parse_yaml(text, path.name, found)
    if document is None:
        raise BookBroken(found)
    return document, _read(session, document, found)


def _read(session: Session, document: Document, found: list[Finding], widen: bool = False) -> Plan:
    """A plan from its tree; `widen` lets it hold at any time, so that it can be tried on the past."""
    typed = type_document(document, PlanFile, found)
    if typed is None:
        raise BookBroken(found)
    plan = read_plan(typed, session.book.settings, session.book.policy, found)
    return replace(plan, valid_from=None, valid_to=None) if widen else plan


def replaced(plans: Sequence[Plan], new: Plan) -> list[Plan]:
    """Plans whose place another takes: the one with its id, else those for the same people."""
    own = [plan for plan in plans if plan.id == new.id]
    whom = (new.roles, new.regions, new.people)
    return own or [plan for plan in plans if (plan.roles, plan.regions, plan.people) == whom]


def _meant(documents: Mapping[str, Document], change: Change) -> str:
    if change.plan:
        if change.plan not in documents:
            known = several(documents)
            raise Misuse(
                "{text}: there is no plan {plan}",
                hint="the book has: {known}",
                text=change.text,
                plan=change.plan,
                known=known,
            )
        return change.plan
    able = [key for key, document in documents.items() if has_place(document, change)]
    if len(able) == 1:
        return able[0]
    if not able:
        change_document(next(iter(documents.values())), change)  # says what is not there
        raise Misuse("{text} leads nowhere", hint="name the plan: PLAN:PATH=VALUE", text=change.text)
    raise Misuse(
        "{text}: several plans have that: {plans}",
        hint="name one: {first}:{text}",
        text=change.text,
        plans=several(able),
        first=able[-1],
    )


def _factor(text: str) -> Fraction:
    try:
        return parse_rate(text)
    except ValueError:
        raise Misuse("{text} is not a rate", hint="write --targets 110%", text=text) from None


def same_rules(old: Plan, new: Plan) -> bool:
    """Whether two plans pay the same whenever both are valid."""
    return replace(old, valid_from=None, valid_to=None) == replace(new, valid_from=None, valid_to=None)
