"""`Facts`: everything that is asked of the facts of a book."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from salescli.findings import Finding, Span
from salescli.measures.base import Base
from salescli.measures.behaviour import DealDays, NamedDeal, activity, deal_days, named
from salescli.measures.cash import amounts, cancelled, cash, cash_of, events, terms
from salescli.measures.check import check
from salescli.measures.credit_rows import new_credits
from salescli.measures.engine import StepRun, ask_day, run_steps
from salescli.measures.evidence import first_places
from salescli.measures.fact_lines import fact_lines
from salescli.measures.finance import FinanceFile, held_with_finance
from salescli.measures.known import changed_rows, deal_cells, lines_then_and_now, row_places
from salescli.measures.lines import Lines, lines
from salescli.measures.reconcile import held_of_book, reconcile
from salescli.measures.schema import OPTIONAL
from salescli.measures.settled import GONE_COLUMNS, Settled, gone_lines, grown, settled_to_nothing, turned_of
from salescli.measures.settled_files import settled_pay, settled_people, settled_periods, taken_back_from
from salescli.measures.source import literal
from salescli.measures.story import credit_lines, deal_places, deal_story
from salescli.measures.timeline import Columns, courses, node_words, timeline, undated_open
from salescli.measures.totals import Asking, CreditsFor, Totals, by_deal, totals
from salescli.model.book import Book
from salescli.model.fact import (
    Cancelled,
    CreditLine,
    DealCash,
    DealStory,
    FactLine,
    Gone,
    GoneWhy,
    Look,
    Only,
)
from salescli.model.known import Cells, KnownRow, RowOf
from salescli.model.metric import Base as Counted
from salescli.model.metric import Moment
from salescli.model.reconcile import Reconciliation, Terms

By = Literal[
    "month",
    "week",
    "region",
    "product",
    "person",
    "customer",
    "customer_kind",
    "category",
    "item",
    "source",
]

_DAYS = {
    "deals": "SELECT least(min(opened_on), min(signed_on), min(closed_on), min(cancelled_on)),"
    " greatest(max(opened_on), max(signed_on), max(closed_on), max(cancelled_on)) FROM deals",
    "collections": "SELECT min(day), max(day) FROM receipts",
    "activities": "SELECT min(day), max(day) FROM activities",
}


class Facts:
    """The facts of one book, as columns in memory.

    Files are read on first use and once. Results do not depend on the order of rows or files, nor on the
    number of threads.
    """

    def __init__(self, base: Base) -> None:
        self._base = base
        self._runs: list[StepRun] = []
        self._as_of: date | None = None
        self._settled_periods: dict[tuple[Path, ...], list[str]] = {}
        self._ran_beside: Settled | None = None
        self._beside: Settled | None = None

    def check(self, found: list[Finding]) -> None:
        """Append everything that is wrong in the fact files (codes C and F), by place."""
        found.extend(check(self._base))

    def newest(self) -> dict[str, date | None]:
        """The newest date of each kind of fact; None for a kind without dates or rows."""
        days = self._days()
        return {kind: days[kind][1] if kind in days else None for kind in (*_DAYS, "credits")}

    def months(self) -> tuple[date, date] | None:
        """The first and last day of any fact; None without facts."""
        pairs = self._days().values()
        first = [a for a, _ in pairs if a is not None]
        last = [b for _, b in pairs if b is not None]
        return (min(first), max(last)) if first and last else None

    def _days(self) -> dict[str, tuple[date | None, date | None]]:
        self._base.load()
        return {kind: self._base.rows(sql)[0] for kind, sql in _DAYS.items()}

    def run(self, as_of: date) -> None:
        """Build credits and cells as they were on a day: facts dated later do not exist.

        A deal cancelled by then does not count at all, a lost one never. May be called again.
        """
        if (as_of, self._beside) != (self._as_of, self._ran_beside):
            self._runs = run_steps(self._base, as_of, self._beside)
            self._as_of, self._ran_beside = as_of, self._beside

    @property
    def measured(self) -> tuple[date | None, Settled | None]:
        """The day of the last `run`, None before any, and what it was beside."""
        return self._as_of, self._ran_beside

    @contextmanager
    def beside(self, settled: Settled | None) -> Iterator[None]:
        """Within, `run` leaves out what settled months have credited, and counts on the first day of the
        period what came late of them (SPEC S4); None counts everything on its own day.
        """
        before, self._beside = self._beside, settled
        try:
            yield
        finally:
            self._beside = before

    @property
    def looking_beside(self) -> Settled | None:
        """What `beside` says here and now."""
        return self._beside

    def gone(self) -> list[Gone]:
        """Everybody's part of settled deals of which anything is gone, by moment, deal, person; of the last
        run."""
        return [_gone(row) for row in gone_lines(self._base)]

    def settled_to_nothing(self) -> list[str]:
        """Deals that settled months credited and do not any more, without those that are cancelled: what
        counts of them counts anew. Of the last run, which was beside settled months."""
        assert self._ran_beside is not None, "run beside settled months"
        return settled_to_nothing(self._base, self._ran_beside.start)

    def grown(self, files: Sequence[Path], deals: Iterable[str], of: str) -> list[tuple[Any, ...]]:
        """What each of these `credits.csv` adds to what somebody is paid on of these deals.

        Args:
            of: The moment that is credited; see `Base.of`.

        Returns:
            (index of the file, deal, person, first day, amount, cost, quantity), money in smallest units.
        """
        return grown(self._base, files, deals, of)

    def settled_pay(self, folders: Sequence[Path], deals: Iterable[str]) -> list[tuple[str, ...]]:
        """What the settlements in these folders paid for deals.

        Returns:
            (period, plan, component, person, kind, deal, amount, rule, cause, folder), as written; what an
            entry that names no deal owes to one is an `earning` without cause and folder.
        """
        return settled_pay(self._base, folders, deals)

    def taken_back_from(self, folders: Sequence[Path]) -> set[str]:
        """Whom the settlements in these folders have taken something back from of what was paid before."""
        return taken_back_from(self._base, folders)

    def settled_people(self, folders: Sequence[Path]) -> list[tuple[str, str]]:
        """Whom the settlements in these folders paid for which periods."""
        return settled_people(self._base, folders)

    def settled_periods(self, folders: Sequence[Path]) -> list[str]:
        """The periods that the settlements in these folders have entries of."""
        if (key := tuple(folders)) not in self._settled_periods:
            self._settled_periods[key] = settled_periods(self._base, folders)
        return self._settled_periods[key]

    def places(self, deals: Iterable[str]) -> dict[str, Span]:
        """The row of each of these deals, by id; ids that no deal has are left out."""
        return deal_places(self._base, deals)

    def new_credits(
        self, files: Sequence[Path], since: date, end: date, moments: Collection[str] = ()
    ) -> list[tuple[Any, ...]]:
        """The rows of a settlement's `credits.csv`, money in smallest units; of the last run.

        Args:
            files: `credits.csv` of all earlier settlements.
            since: The first day of what is settled with the first settled month, or with this one.
            moments: Moments of deals to be known besides the day they count.
        """
        return new_credits(self._base, files, since, end, moments)

    def changed_rows(
        self, files: Sequence[Path], more: Iterable[KnownRow]
    ) -> list[tuple[RowOf, str, str, str]]:
        """Rows that are others, on the day of the last run, than settlements knew.

        Args:
            files: `known.csv` of all earlier settlements, in order.
            more: Rows that are no facts.

        Returns:
            (kind, id, cells as they were, cells as they are) by kind and id; empty cells for no row.
        """
        assert self._as_of is not None, "run first"
        return changed_rows(self._base, files, more, self._as_of)

    def deal_cells(self, deals: Iterable[str]) -> dict[str, Cells]:
        """These deals as the day of the last run knows them, by id."""
        assert self._as_of is not None, "run first"
        return deal_cells(self._base, deals, self._as_of)

    def lines_then_and_now(
        self, files: Sequence[Path], deals: Iterable[str], since: date, end: date
    ) -> list[tuple[Any, ...]]:
        """Credit lines of deals as settled, and as they are now, of the last run.

        Args:
            files: `credits.csv` of all earlier settlements.

        Returns:
            (`then` or `now`, `deal` or `cash`, day, deal, person, amount, cost, quantity), sums by these.
        """
        return lines_then_and_now(self._base, files, deals, since, end)

    def rate_days(self, currency: str) -> tuple[date, ...]:
        """The days from which a currency has a rate that amounts are converted by; none if none are."""
        self._base.load()
        rates = (self._base.rules.fx or {}).get(currency)
        return () if rates is None else rates.days

    def row_places(self, of: RowOf, ids: Collection[str]) -> dict[str, Span]:
        """Where rows of a kind stand today, by id; reads the files of the kind a second time."""
        return row_places(self._base, of, ids)

    def explain_steps(self) -> list[tuple[str, str, int]]:
        """Name, SQL and number of rows of each step of the last `run`; a view's rows are counted now."""
        return [(run.name, run.sql, self._counted(run)) for run in self._runs]

    def _counted(self, run: StepRun) -> int:
        if run.rows >= 0:
            return run.rows
        return int(self._base.rows(f"SELECT count(*) FROM {run.name.partition('_')[2]}")[0][0])

    def totals(
        self,
        by: tuple[By, ...],
        start: date,
        end: date,
        *,
        region: str | None = None,
        product: str | None = None,
        person: str | None = None,
        only: Only | None = None,
        credits: CreditsFor = "attainment",
        seen: date | None = None,
        metrics: Collection[str] | None = None,
    ) -> Totals:
        """Base metrics from `start` to `end` (both included), of the last `run`.

        Args:
            by: Dimensions of the keys, in the order given.
            region, product, person: Ids to restrict to; None does not.
            only: Which deals count, and on which days. Receipts and activities are asked for their own
                region and product and for their deal's other columns: an activity without a deal matches no
                customer, item or the like. A new customer counts if the deal that makes it new matches.
            credits: What people's figures hold besides their deals and shares: `attainment` or `pay`
                credits on top; overlays are in both; `once` counts each sale once, as a team's are.
            seen: As this day saw it, where that is earlier than the last `run`; the same as running for it,
                in a fraction of the time.
            metrics: Base metrics wanted; None for all.

        Returns:
            Key (ids, `2026-08`, `2026-W33`; an empty text where none is stated) → base metric → integer:
            money in the currency's smallest unit, counts as they are. Every base metric wanted is there. Keys
            without any fact are not. Credits on top are in only where `person` is asked for, so that a
            team's sales are counted once.
        """
        ids = {"region": region, "product": product, "person": person}
        asking = Asking(ids=ids, only=only, credits=credits, seen=seen, metrics=metrics)
        return totals(self._base, by, start, end, asking)

    def by_deal(
        self, metric: str, start: date, end: date, only: Only | None = None
    ) -> list[tuple[str, str, date, int]]:
        """What a base metric comes to by person and deal, as credited for pay; of the last `run`.

        Returns:
            (person, deal, day, integer as in `totals`), by day, deal, person; without zeros.
        """
        return by_deal(self._base, metric, start, end, only)

    def stated(self) -> frozenset[str]:
        """Which of `cost` and the optional columns at least one deal states."""
        self._base.load()
        known = sorted({"cost", *OPTIONAL} - self._base.lacking)
        counts = self._base.rows(f"SELECT {', '.join(f'count({word})' for word in known)} FROM deals")[0]
        return frozenset(word for word, count in zip(known, counts, strict=True) if count)

    def buyers(self, start: date, end: date) -> dict[str, date]:
        """The customers of deals that count from `start` to `end`, of the last `run` → the day of the first
        deal of each that ever counted, by name of the customer."""
        between = f"BETWEEN DATE '{start.isoformat()}' AND DATE '{end.isoformat()}'"
        rows = self._base.rows(
            "SELECT d.customer, min(m.day) FROM recognised AS m JOIN live_deals AS d ON d.deal = m.deal"
            f" GROUP BY d.customer HAVING bool_or(m.day {between}) ORDER BY d.customer"
        )
        return dict(rows)

    def pays_apart(self) -> bool:
        """Whether anybody has credit that counts for attainment only, or for pay only; beside settled months
        also whether anybody had."""
        self._base.load()
        apart = "WHERE kind IN ('attainment', 'pay') LIMIT 1"
        had = self._base.late and bool(self._base.rows(f"SELECT 1 FROM ledger {apart}"))
        return had or bool(self._base.rows(f"SELECT 1 FROM credits {apart}"))

    def credits(
        self,
        person: str | None,
        start: date,
        end: date,
        of: Moment = "recognised",
        looks: Collection[Look] | None = None,
    ) -> list[CreditLine]:
        """The credits of a person (None: of everybody) for deals that count from `start` to `end`.

        By day, deal, person; each with the place of its share and of its deal.

        Args:
            of: The moment of a deal by which it counts.
            looks: Only deals that any of these counts; None for all.
        """
        return credit_lines(self._base, person, start, end, of, looks)

    def fact_lines(self, person: str, start: date, end: date, looks: Collection[Look]) -> list[FactLine]:
        """What a person is credited with from `start` to `end` besides the lines of `credits`, of the last
        `run`: deals that are counted, new customers, receipts and activities that are looked at.

        By kind, day, deal, id; each with its place, which is looked up in the files.
        """
        return fact_lines(self._base, person, start, end, looks)

    def deal(self, deal_id: str) -> DealStory | None:
        """A deal with its receipts and credits, as of the last `run`; None if no file has it."""
        return deal_story(self._base, deal_id, self._as_of)

    def lines(
        self,
        start: date,
        end: date,
        columns: Sequence[str] = ("amount",),
        *,
        only: Only | None = None,
    ) -> Lines:
        """The credit lines of deals that count from `start` to `end`, of the last `run`, as columns.

        Args:
            columns: Which of these to fetch besides `day`, `deal_id`, `person` and `kind`, which are always
                there. The person's part: `amount`, `cost`, `margin` (smallest units), `quantity` (whole
                units). The deal's: `deal_amount`, `deal_quantity`, `discount` (millionths of 1 %, -1 none),
                `term_months` (-1 none), `region`, `product`, `customer`, `customer_kind`, `category`, `item`,
                `source` (an empty text where none).

        Returns:
            Arrays of one length, by day, deal, person and kind: days as `datetime64[D]`, numbers as int64,
            the rest as str in object arrays.

        Raises:
            ValueError: for a column there is not.
        """
        return lines(self._base, start, end, columns, only)

    def timeline(self, metric: Counted, by: str | None, start: date) -> Columns:
        """A metric by node and day from `start` on, as each day saw it; of the last `run` (SPEC A7).

        Args:
            by: `region`, `product` or `person`; None for the whole only.

        Returns:
            Arrays of one length, by day: `node` (index into `node_words`; -1 for none), `day`, `since`,
            `until` (ordinals) and `value` (integers as in `totals`). Seen from a day, a row counts if
            `since` <= that day < `until`.
        """
        return timeline(self._base, metric, by, start)

    def courses(self, metric: Counted, by: str | None) -> Columns | None:
        """How deals went, of the last `run`: a row a deal, and per person a row a share (SPEC A7).

        Returns:
            Arrays of one length, in no order: `node` as in `timeline`, `product` (a code), `value`, `curve`
            (false for shares of a deal that is there as a whole too) and the ordinals `opened`, `agreed`,
            `event` (since when it counts) and `gone` (lost or cancelled); `timeline.NEVER` for what has not
            been. None for a metric that deals do not move to when they are closed.
        """
        return courses(self._base, metric, by)

    def undated_open(self) -> int:
        """The number of open deals that do not say when they were opened."""
        return undated_open(self._base)

    def node_words(self, by: str) -> list[str]:
        """The ids behind the codes of nodes of a level, with an empty text."""
        return list(node_words(self._base, by))

    def cash(self, start: date, end: date, *, places: bool = False) -> list[DealCash]:
        """Every deal with a receipt dated from `start` to `end`, by id; whatever became of the deal.

        Args:
            places: Also tell where these receipts stand, which reads the files a second time.
        """
        return cash(self._base, start, self._known(end), places)

    def cash_of(self, deals: Iterable[str], upto: date) -> dict[str, Decimal]:
        """What has been received for each of these deals up to a day, by id; 0 where nothing has.

        Ids that no deal has are left out.
        """
        return cash_of(self._base, deals, self._known(upto))

    def amounts(self, deals: Iterable[str]) -> dict[str, Decimal]:
        """The amount of each of these deals, by id, whatever became of it; ids no deal has are left out."""
        return amounts(self._base, deals)

    def terms(self, deals: Iterable[str]) -> dict[str, int]:
        """The months for which the contracts of these deals run, by id; those that state none left out."""
        return terms(self._base, deals)

    def cancelled(self, start: date, end: date, *, places: bool = True) -> list[Cancelled]:
        """The deals cancelled from `start` to `end`, by day, then id.

        Args:
            places: Also tell where they stand, which reads their files a second time.
        """
        return cancelled(self._base, start, self._known(end), places)

    def events(self, kinds: Sequence[str], upto: date) -> dict[tuple[str, str], date]:
        """The first day, up to a day, of activities of these kinds (count above 0) that name a deal.

        Returns:
            (deal id, kind) → day, by deal and kind.
        """
        return events(self._base, kinds, self._known(upto))

    def deal_days(self, start: date, end: date) -> DealDays:
        """The deals signed or counted from `start` to `end`, of the last `run`, with what became of them.

        Whoever owns a deal answers for it, however it is shared.
        """
        return deal_days(self._base, start, end, self._known(date.max))

    def named_deals(self, deals: Iterable[int]) -> dict[int, NamedDeal]:
        """Deals of `deal_days` by number, with their ids, customers and places; reads their files again."""
        return named(self._base, deals)

    def activity(self, start: date, end: date, but: Iterable[str] = ("lead_converted",)) -> Mapping[str, int]:
        """How many activities each person did from `start` to `end`, by person.

        Args:
            but: Kinds that are results and not done by anybody.
        """
        return activity(self._base, start, self._known(end), but)

    def reconcile(self, terms: Terms, finance: FinanceFile | None = None) -> Reconciliation:
        """Deals against what has been received for them, and the book's receipts against finance's.

        Args:
            terms: As of when, and what is still all right.
            finance: An export of finance; of the days it covers its receipts are held against the deals
                instead of the book's.
        """
        self._as_of = None  # the steps of an earlier run look from this day from now on
        ask_day(self._base, terms.as_of)
        if finance is None:
            return Reconciliation(deals=reconcile(self._base, terms, held_of_book(self._base)))
        held, receipts, rejected = held_with_finance(self._base, terms, finance)
        deals = reconcile(self._base, terms, held)
        return Reconciliation(deals=deals, receipts=receipts, rejected=tuple(rejected))

    def first_activity(self) -> date | None:
        """The first day of any activity; None without activities."""
        return self._days()["activities"][0]

    def newest_of_people(self, upto: date) -> dict[str, date]:
        """The newest day, up to a day, of any activity of each person who has one, by id."""
        self._base.load()
        rows = self._base.rows(
            "SELECT CAST(person AS VARCHAR), max(day) FROM activities"
            f" WHERE day <= DATE '{upto.isoformat()}' AND person IS NOT NULL GROUP BY person ORDER BY 1"
        )
        return dict(rows)

    def first_places(
        self, counted: Counted, people: Sequence[str], start: date, end: date, most: int = 3
    ) -> dict[str, tuple[Span, ...]]:
        """Where the first facts stand that make up people's figures from `start` to `end`, of the last `run`.

        Reads files a second time. Of deals only those somebody owns, not those they share in; of customers
        and receipts none.

        Returns:
            Person → places, at most so many, by file and line; people without any are left out.
        """
        return first_places(self._base, counted, people, start, self._known(end), most)

    def _known(self, day: date) -> date:
        """A day, or the day of the last `run` if that is earlier: later facts do not exist."""
        return day if self._as_of is None else min(day, self._as_of)

    def near_deal(self, word: str) -> str | None:
        """The deal whose id is most like a word, for a did-you-mean; None if none is near."""
        self._base.load()
        like = f"jaro_winkler_similarity(deal_id, {literal(word)})"
        rows = self._base.rows(
            f"SELECT deal_id FROM deals WHERE {like} > 0.85 ORDER BY {like} DESC, deal_id LIMIT 1"
        )
        return str(rows[0][0]) if rows else None


def _gone(row: tuple[Any, ...]) -> Gone:
    of, deal, person, day, *numbers = row[: 4 + 2 * len(GONE_COLUMNS)]
    cancelled_on, status, withdrawn, counts, *words = row[4 + 2 * len(GONE_COLUMNS) :]
    return Gone(
        of=of,
        deal_id=deal,
        person=person,
        before=dict(zip(GONE_COLUMNS, numbers[::2], strict=True)),
        lost=dict(zip(GONE_COLUMNS, numbers[1::2], strict=True)),
        day=day,
        turned=turned_of(words),
        cancelled_on=cancelled_on if withdrawn else None,
        standing=_why(status, withdrawn, counts),
    )


def _why(status: str | None, withdrawn: bool | None, counts: bool) -> GoneWhy:
    if status is None:
        return "missing"
    if counts:
        return "less"
    if withdrawn:
        return "cancelled"
    return "lost" if status == "lost" else "uncounted"


@contextmanager
def open_facts(book: Book) -> Iterator[Facts]:
    """Hold the facts of a book open; memory and temporary files are given back at the end."""
    base = Base(book)
    try:
        yield Facts(base)
    finally:
        base.close()
