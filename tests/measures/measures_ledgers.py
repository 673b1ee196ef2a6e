"""Random ledgers for the laws of `measures`, and how they are stored."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from hypothesis import strategies as st
from measures_book import HEADERS

PEOPLE = ("li", "wu", "zhang")
EXTRA = ",customer_kind,category,item,source,quantity,discount,term_months"
START = date(2026, 6, 20)
ON_TOP = ("overlay", "attainment", "pay")
days = st.integers(0, 60).map(lambda n: START + timedelta(days=n))
amounts = st.one_of(st.integers(0, 12), st.integers(0, 10_000_000))


def money(cents: int) -> str:
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02}"


@st.composite
def shares(draw: st.DrawFn) -> list[tuple[str, int]]:
    """People and millionths of one per cent, summing to 100 %."""
    who = draw(st.permutations(PEOPLE))[: draw(st.integers(1, 3))]
    step = draw(st.sampled_from([1, 10_000, 1_000_000, 25_000_000]))
    cuts = sorted(
        draw(st.lists(st.integers(0, 100_000_000 // step), min_size=len(who) - 1, max_size=len(who) - 1))
    )
    edges = [0, *(c * step for c in cuts), 100_000_000]
    return [(p, b - a) for p, a, b in zip(who, edges[:-1], edges[1:], strict=True)]


def percent(parts: int) -> str:
    return f"{parts // 1_000_000}.{parts % 1_000_000:06}%"


@st.composite
def extras(draw: st.DrawFn) -> str:
    """The optional columns of a deal."""
    words = [draw(st.sampled_from(["", "x", "y"])) for _ in range(4)]
    quantity, term = draw(st.sampled_from(["", "0", "7"])), draw(st.sampled_from(["", "12", "36"]))
    return f",{','.join(words)},{quantity},{draw(st.sampled_from(['', '0%', '12.5%']))},{term}"


@st.composite
def ledgers(draw: st.DrawFn) -> dict[str, list[str]]:
    deals, collections, credits, activities = [], [], [], []
    for i in range(draw(st.integers(0, 8))):
        status = draw(st.sampled_from(["won", "won", "won", "open", "lost", "cancelled"]))
        opened = draw(days)
        signed = opened + timedelta(days=draw(st.integers(0, 20)))
        cancelled = signed + timedelta(days=draw(st.integers(0, 40)))
        amount, cost = draw(amounts), draw(st.one_of(st.none(), amounts))
        deals.append(
            f"D{i},{draw(st.sampled_from('abc'))},{draw(st.sampled_from(['east', 'south', 'NA']))},"
            f"{draw(st.sampled_from('AB'))},{draw(st.sampled_from(PEOPLE))},{money(amount)},{status},{opened},"
            f"{signed if status in ('won', 'cancelled') else ''},"
            f"{signed if status == 'lost' or (status == 'won' and draw(st.booleans())) else ''},"
            f"{cancelled if status == 'cancelled' else ''},{'' if cost is None else money(cost)}"
            f"{draw(extras())}"
        )
        for _ in range(draw(st.integers(0, 4))):
            part = draw(st.one_of(st.just(amount * 3 // 10), st.just(amount // 2), amounts.map(lambda a: -a)))
            collections.append(f"R{len(collections)},D{i},{draw(days)},{money(part)}")
        if draw(st.booleans()):
            credits += [
                f"D{i},{p},{percent(s)},{draw(st.sampled_from(['', 'split']))}" for p, s in draw(shares())
            ]
        tops = st.sampled_from([f"D{i},{p},{{}},{k}" for p in PEOPLE for k in ON_TOP])
        for row in draw(st.lists(tops, max_size=3, unique=True)):
            credits.append(row.format(percent(draw(st.integers(0, 100_000_000)))))
    for _ in range(draw(st.integers(0, 5))):
        kind = draw(st.sampled_from(["lead", "lead_converted", "follow_up", "visit"]))
        count = draw(st.integers(0, 9))
        of = draw(st.sampled_from(["", *(row.partition(",")[0] for row in deals)]))
        activities.append(f"{draw(days)},{draw(st.sampled_from(PEOPLE))},{kind},{count},east,A,,{of}")
    return {"deals": deals, "collections": collections, "credits": credits, "activities": activities}


def store(root: Path, ledger: dict[str, list[str]], files: int = 1) -> Path:
    for kind, lines in ledger.items():
        folder = root / "ledger" / kind
        folder.mkdir(parents=True)
        for n in range(files):
            header = HEADERS[kind] + (EXTRA if kind == "deals" else "")
            text = "\n".join([header, *lines[n::files]]) + "\n"
            (folder / f"{n}.csv").write_text(text, "utf-8")
    return root
