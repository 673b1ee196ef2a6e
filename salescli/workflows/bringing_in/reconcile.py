"""`reconcile`: deals against what has been received for them, and the book against finance (SPEC K5)."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from salescli.findings import Misuse
from salescli.i18n import N_
from salescli.model.exact import plain, rate_text
from salescli.model.period import Period
from salescli.model.reconcile import Reconciliation, Terms
from salescli.model.table import Column, Line, Report, Row, Table
from salescli.workflows.bringing_in.reconcile_finance import Export, read_finance
from salescli.workflows.bringing_in.reconcile_view import ITEMS, SUMS, item_rows, sum_rows
from salescli.workflows.session import Session, open_session

REJECTED = (
    Column("line", "Line", "count"),
    Column("column", "Column"),
    Column("value", "Value"),
    Column("why", "Why"),
)
# Errors of a book that are what is looked for here: a receipt without a deal, a receipt that is there twice.
_LOOKED_FOR = ("F007", "F009")
_FOR_PEOPLE = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is asked; None takes what `salescli.yaml` says, or the defaults.

    Attributes:
        within: Days after signing in which a deal is to be paid in full.
        tolerance: The largest difference that is none, as typed: `1.00` or `0.5%`.
        receipts, mapping: Finance's export, and how its columns become ours; both or neither.
    """

    period: str | None = None
    as_of: str | None = None
    within: int | None = None
    tolerance: Decimal | Fraction | None = None
    receipts: Path | None = None
    mapping: Path | None = None
    encoding: str | None = None


def reconcile(root: Path, query: Query) -> Report:
    """Everything open between deals and receipts, with the sums that it explains to the last cent.

    Raises:
        Misuse: if there is nothing to compare, or the export or mapping is not there.
        BookBroken: if the book has errors other than those looked for, or the mapping has.
    """
    if (query.receipts is None) != (query.mapping is None):
        raise Misuse(N_("--receipts and --map belong together"), hint=N_("give both, or neither"))
    with ExitStack() as stack:
        session = stack.enter_context(open_session(root, _LOOKED_FOR))
        export = None
        if query.receipts is not None and query.mapping is not None:
            asked = session.period(query.period) if query.period else None
            export = stack.enter_context(
                read_finance(session.book, query.receipts, query.mapping, query.encoding, asked)
            )
        period, as_of = _when(session, query, export)
        terms = _terms(session, query, as_of)
        if export is None and session.facts.newest()["collections"] is None:
            raise Misuse(
                N_("this book has no receipts to hold deals against"),
                hint=N_("import collections, or give finance's export: --receipts FILE --map MAP.yaml"),
            )
        found = session.facts.reconcile(terms, export.file if export else None)
        return _report(session, period, terms, found, export)


def _when(session: Session, query: Query, export: Export | None) -> tuple[Period, date]:
    """The period asked for, and the day looked from: as for any command, but for what only finance has."""
    if export is None or query.as_of is not None:
        period = session.period(query.period)
        return period, session.as_of(period, query.as_of)
    span = session.facts.months()
    last = max(export.file.end, span[1]) if span else export.file.end
    period = (
        session.period(query.period)
        if query.period
        else Period.month_of(last, session.book.settings.fiscal_year_start)
    )
    return period, min(period.end, last)


def _terms(session: Session, query: Query, as_of: date) -> Terms:
    rules = session.book.settings.reconcile
    tolerance = rules.tolerance if query.tolerance is None else query.tolerance
    if isinstance(tolerance, Decimal) and tolerance != round(tolerance, session.digits):
        raise Misuse(
            N_("{amount} has more decimal places than {currency}"),
            amount=plain(tolerance),
            currency=session.book.settings.currency,
        )
    within = rules.within if query.within is None else query.within
    return Terms(as_of=as_of, within=within, tolerance=tolerance)


def tolerance_text(tolerance: Decimal | Fraction) -> str:
    """A tolerance as it is written."""
    return rate_text(tolerance) if isinstance(tolerance, Fraction) else plain(tolerance)


def _report(
    session: Session, period: Period, terms: Terms, found: Reconciliation, export: Export | None
) -> Report:
    balances = [found.deals] if found.receipts is None else [found.deals, found.receipts]
    rows: list[Row] = [row for balance in balances for row in item_rows(session, balance, terms, export)]
    shown = tuple({**row, "_machine": index >= _FOR_PEOPLE} for index, row in enumerate(rows))
    rejected = export.rejected_rows(found.rejected) if export else ()
    return Report(
        command="reconcile",
        period=period.text,
        as_of=terms.as_of,
        currency=session.book.settings.currency,
        header=_header(session, period, terms, export),
        tables=(
            Table(name="rows", columns=ITEMS, rows=shown, title=N_("Open")),
            Table(name="sums", columns=SUMS, rows=tuple(sum_rows(balances)), title=N_("Sums")),
            Table(name="rejected", columns=REJECTED, rows=rejected, title=N_("Rejected")),
        ),
        findings=tuple(one for one in session.found if one.severity == "error"),
        notes=tuple(_notes(session, rows, rejected, export)),
        exit_code=1 if rows or rejected else 0,
        extra={
            "within": terms.within,
            "tolerance": tolerance_text(terms.tolerance),
            **{
                f"{balance.check}_{side}": plain(value)
                for balance in balances
                for side, value in (
                    ("left", balance.left),
                    ("right", balance.right),
                    ("difference", balance.left - balance.right),
                )
            },
        },
    )


def _header(session: Session, period: Period, terms: Terms, export: Export | None) -> tuple[Line, ...]:
    stated = N_("to be paid in full within {within:day|days} of signing, to the last unit")
    if terms.tolerance:
        stated = N_("to be paid in full within {within:day|days} of signing, give or take {tolerance}")
    params: dict[str, object] = {"within": terms.within, "tolerance": tolerance_text(terms.tolerance)}
    lines = [*session.header(period, terms.as_of), Line(template=stated, params=params)]
    if export is not None:
        lines.append(
            Line(
                template=N_("receipts of {start} to {end} from {file}, all others from the book"),
                params={
                    "file": export.name,
                    "start": export.file.start.isoformat(),
                    "end": min(export.file.end, terms.as_of).isoformat(),
                },
            )
        )
    return tuple(lines)


def _notes(session: Session, rows: list[Row], rejected: tuple[Row, ...], export: Export | None) -> list[Line]:
    notes: list[Line] = []
    if len(rows) > _FOR_PEOPLE:
        template = N_("the first {shown} of {count} are shown; all of them: salescli reconcile -O open.csv")
        notes.append(Line(template=template, params={"shown": _FOR_PEOPLE, "count": len(rows)}))
    if export is not None and export.skipped:
        template = N_("left out by the mapping: {count:row|rows}")
        notes.append(Line(template=template, params={"count": export.skipped}))
    if count := len(session.found):
        template = N_("warnings: {count}; salescli validate shows them")
        notes.append(Line(template=template, params={"count": count}))
    if not rows and not rejected:
        notes.append(Line(template=N_("nothing is open")))
    elif any(row["kind"] == "only_finance" for row in rows) and export is not None:
        template = N_("what the book lacks: salescli import collections {file} --map {map}")
        params: dict[str, object] = {"file": export.name, "map": export.mapping}
        notes.append(Line(template=template, params=params))
    elif deal := next((row["deal_id"] for row in rows if row["kind"] not in ("no_deal",)), None):
        notes.append(Line(template=N_("next: salescli explain {deal}"), params={"deal": deal}))
    return notes
