"""Everything wrong in a book, all at once (SPEC G1, I7)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from salescli.books import load_book
from salescli.findings import BookBroken, Finding, Misuse, has_errors
from salescli.i18n import N_
from salescli.model.book import Book
from salescli.model.note import Notes
from salescli.model.table import Line, Report
from salescli.workflows.notes import check_all, check_deals
from salescli.workflows.soundness import check_config, tidy
from salescli.workflows.templates import check_templates


def validate(root: Path, paths: Sequence[Path] = ()) -> Report:
    """Read and check the whole book; with `paths`, show only what is wrong in those files or folders.

    Raises:
        Misuse: if one of `paths` is not there, or not in the book.
    """
    root = root.resolve()
    chosen = [_inside(root, path) for path in paths]
    found: list[Finding] = []
    book = load_book(root, found)
    if book is not None:
        found.extend(check_config(book, found))
        lint(book, found)
        notes = check_all(book, found)
        found.extend(check_templates(root, book.plans))
        check_facts(book, found, notes)
    shown = tidy(root, [f for f in found if _is_chosen(f.span.path, chosen)])
    return Report(
        command="validate",
        findings=tuple(shown),
        notes=_notes(book, shown),
        exit_code=1 if has_errors(shown) else 0,
    )


def lint(book: Book, found: list[Finding]) -> None:
    """What sound plans say that is rarely meant."""
    from salescli.calc.checks.plan_lint import lint_plan

    broken = {f.span.path for f in found if f.severity == "error"}
    for plan in book.plans:
        if plan.place.path not in broken:
            found.extend(lint_plan(plan, book))


def check_facts(book: Book, found: list[Finding], notes: Notes) -> None:
    """What is wrong in facts and settled months, what is asked of them, and whether targets can be cut."""
    from salescli.calc.checks.history import check_history
    from salescli.calc.checks.receipts import check_receipts
    from salescli.measures import open_facts
    from salescli.workflows.plans.plan_history import never_reached
    from salescli.workflows.session import Session
    from salescli.workflows.settling.check_settlements import check_settlements
    from salescli.workflows.split import resolve_for

    with open_facts(book) as facts:
        facts.check(found)
        check_settlements(book, None if has_errors(found) else facts, found)
        check_deals(notes, facts, found)
        months = facts.months()
        for targets in book.targets:
            if targets.file is not None and months is not None:
                found.extend(check_history(targets.file, months))
        newest = facts.newest()
        if not has_errors(found) and newest["deals"] is not None and newest["collections"] is None:
            found.extend(check_receipts(book.policy, tuple(book.plans)))
        if not has_errors(found):
            for targets in book.targets:
                if targets.file is not None:
                    found.extend(resolve_for(book, facts, targets).findings)
        if not has_errors(found):
            session = Session(book=book, facts=facts, found=[])
            try:
                found.extend(f for plan in book.plans for f in never_reached(session, plan))
            except BookBroken as broken:
                found.extend(broken.found)


def _inside(root: Path, path: Path) -> str:
    """A path given on the command line, relative to the root; looked for here, then in the book."""
    for place in (path, root / path):
        if place.exists():
            resolved = place.resolve()
            if not resolved.is_relative_to(root):
                raise Misuse(
                    "{path} is not in the book {root}",
                    hint="give a file of the book",
                    path=str(path),
                    root=str(root),
                )
            return resolved.relative_to(root).as_posix()
    raise Misuse("there is no file {path}", hint="give a file or folder of the book", path=str(path))


def _is_chosen(path: str, chosen: Sequence[str]) -> bool:
    return not chosen or any(c in (".", path) or path.startswith(f"{c}/") for c in chosen)


def _notes(book: Book | None, found: Sequence[Finding]) -> tuple[Line, ...]:
    if book is None or has_errors(found):
        return (Line(template=N_("salescli rule CODE explains a finding")),)
    asides = {*book.notes, *book.reports.values()} - {book.root / path for path in book.sources}
    params = {
        "files": len(book.sources) + len(asides) + sum(len(files) for files in book.facts.values()),
        "people": len(book.org.people),
        "plans": len(book.plans),
        "warnings": len(found),
    }
    if found:
        return (Line(template=N_("no errors in {files:file|files}; warnings: {warnings}"), params=params),)
    return (
        Line(
            template=N_("{files:file|files}, {people:person|people}, {plans:plan|plans}: nothing is wrong"),
            params=params,
        ),
    )
