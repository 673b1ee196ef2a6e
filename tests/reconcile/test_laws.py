"""Deals less receipts is the sum of the listed differences, on random books, against a plain count."""

from __future__ import annotations

import csv
import io
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from reconcile_books import deal, make_book, receipt

from salescli.books import load_book
from salescli.measures import Facts, open_facts
from salescli.measures.finance import FinanceFile
from salescli.model.reconcile import Balance, Terms

FIRST = date(2026, 1, 1)
AS_OF = date(2026, 3, 1)
WITHIN = 30
RATE = Decimal("7.123456789")

days = st.integers(0, 70).map(lambda n: (FIRST + timedelta(days=n)).isoformat())
amounts = st.sampled_from(["0", "0.01", "10", "10.05", "33.33", "100", "1000000.01"])
signed_amounts = st.sampled_from(["10", "10.05", "-10", "-10.05", "5", "33.33", "100", "0", "0.01"])
currencies = st.sampled_from(["", "", "", "USD"])
tolerances = st.sampled_from([Decimal(0), Decimal("0.05"), Decimal(10), Fraction(1, 100), Fraction(1)])


@st.composite
def deals(draw: st.DrawFn, number: int) -> str:
    status = draw(st.sampled_from(["won", "won", "won", "open", "lost", "cancelled"]))
    day = draw(days)
    later = (date.fromisoformat(day) + timedelta(days=draw(st.integers(0, 20)))).isoformat()
    return deal(
        f"D{number}",
        draw(amounts),
        day if status in ("won", "cancelled") else "",
        status=status,
        cancelled=later if status == "cancelled" else "",
        currency=draw(currencies),
    )


@st.composite
def receipts(draw: st.DrawFn, most: int) -> list[str]:
    count = draw(st.integers(0, most))
    ids = st.integers(0, 6).map(lambda n: f"R{n}")
    return [
        receipt(
            draw(ids), draw(st.integers(0, 5).map(lambda n: f"D{n}")), draw(days), draw(signed_amounts),
            currency=draw(currencies), customer=draw(st.sampled_from(["", "c1", "C 1", "else"])),
        )
        for _ in range(count)
    ]  # fmt: skip


books = st.integers(0, 5).flatmap(lambda n: st.tuples(*(deals(i) for i in range(n))))


def money(row: dict[str, str], day: str) -> Decimal:
    amount = Decimal(row["amount"])
    return (amount * RATE if row["currency"] == "USD" else amount).quantize(Decimal("0.01"), ROUND_HALF_UP)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@contextmanager
def opened(of_deals: tuple[str, ...], of_receipts: list[str]) -> Iterator[tuple[Facts, Path]]:
    with tempfile.TemporaryDirectory() as folder:
        root = make_book(Path(folder), of_deals, of_receipts, fx=f"2025-01-01,USD,{RATE}\n")
        book = load_book(root, [])
        assert book is not None
        with open_facts(book) as facts:
            yield facts, root


def holds(balance: Balance) -> None:
    assert balance.left - balance.right == sum((s for _, s in balance.parts.values()), Decimal(0))
    counted = Counter(item.kind for item in balance.items)
    for kind, (count, total) in balance.parts.items():
        if kind not in ("not_due", "tolerated"):
            listed = [item for item in balance.items if item.kind == kind]
            assert (len(listed), sum((i.difference for i in listed), Decimal(0))) == (count, total)
            del counted[kind]
    assert not counted
    assert list(balance.items) == sorted(balance.items, key=lambda item: item.sort_key())


def plain_sums(root: Path) -> tuple[Decimal, Decimal, set[str]]:
    """Deals won and signed, receipts, and the deals that must not be on the list: counted row by row."""
    known = rows((root / "ledger/deals/all.csv").read_text(encoding="utf-8"))
    paid = [
        r
        for r in rows((root / "ledger/collections/all.csv").read_text(encoding="utf-8"))
        if r["received_on"] <= AS_OF.isoformat()
    ]
    left, even = Decimal(0), set()
    for one in known:
        agreed = (
            one["signed_on"] and one["signed_on"] <= AS_OF.isoformat()
            and one["status"] in ("won", "cancelled") and not ("" < one["cancelled_on"] <= AS_OF.isoformat())
        )  # fmt: skip
        owed = money(one, "") if agreed else Decimal(0)
        left += owed
        got = [money(r, "") for r in paid if r["deal_id"] == one["deal_id"]]
        if owed == sum(got, Decimal(0)):
            even.add(one["deal_id"])
    return left, sum((money(r, "") for r in paid), Decimal(0)), even


@settings(max_examples=60, deadline=None)
@given(books, receipts(12), tolerances)
def test_deals_less_receipts_is_the_sum_of_what_is_listed(
    of_deals: tuple[str, ...], of_receipts: list[str], tolerance: Decimal | Fraction
) -> None:
    with opened(of_deals, of_receipts) as (facts, root):
        found = facts.reconcile(Terms(as_of=AS_OF, within=WITHIN, tolerance=tolerance)).deals
        holds(found)
        left, right, even = plain_sums(root)
        assert (found.left, found.right) == (left, right)
        assert not [i for i in found.items if i.deal_id in even and i.difference]
        for item in found.items:
            if item.kind in ("missing", "short"):
                assert item.since is not None
                assert item.since + timedelta(days=WITHIN) < AS_OF
                assert item.difference > 0


@settings(max_examples=60, deadline=None)
@given(books, receipts(10), receipts(10), tolerances, days, days)
def test_book_less_finance_is_the_sum_of_what_is_listed(
    of_deals: tuple[str, ...],
    of_receipts: list[str],
    of_finance: list[str],
    tolerance: Decimal | Fraction,
    one: str,
    other: str,
) -> None:
    start, end = sorted((date.fromisoformat(one), date.fromisoformat(other)))
    with opened(of_deals, of_receipts) as (facts, root):
        path = root / "finance.csv"
        header = (root / "ledger/collections/all.csv").read_text(encoding="utf-8").splitlines()[0]
        path.write_text(header + "\n" + "".join(of_finance), encoding="utf-8")
        terms = Terms(as_of=AS_OF, within=WITHIN, tolerance=tolerance)
        found = facts.reconcile(terms, FinanceFile(path=path, start=start, end=end))
        assert found.receipts is not None
        holds(found.deals)
        holds(found.receipts)
        assert found.rejected == ()
        # The same file on both sides has nothing open between them.
        same = facts.reconcile(
            terms, FinanceFile(path=root / "ledger/collections/all.csv", start=start, end=end)
        )
        assert same.receipts is not None
        assert same.receipts.items == ()
        assert same.receipts.left == same.receipts.right
        whole = facts.reconcile(terms).deals
        assert (same.deals.left, same.deals.right, same.deals.parts) == (whole.left, whole.right, whole.parts)


@settings(max_examples=30, deadline=None)
@given(books, receipts(10), st.randoms(use_true_random=False))
def test_the_order_of_rows_is_irrelevant(
    of_deals: tuple[str, ...], of_receipts: list[str], chance: object
) -> None:
    terms = Terms(as_of=AS_OF, within=WITHIN)
    shuffled, turned = list(of_deals), list(of_receipts)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    chance.shuffle(turned)  # type: ignore[attr-defined]
    with opened(of_deals, of_receipts) as (facts, _):
        first = facts.reconcile(terms).deals
    with opened(tuple(shuffled), turned) as (facts, _):
        second = facts.reconcile(terms).deals
    assert (first.left, first.right, first.parts) == (second.left, second.right, second.parts)
    assert [(i.kind, i.deal_id, i.difference) for i in first.items] == [
        (i.kind, i.deal_id, i.difference) for i in second.items
    ]
