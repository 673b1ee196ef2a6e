"""Rows of configuration: resolved targets and people."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from salescli.books import load_book
from salescli.books.targets_csv import format_target_rows, read_target_rows
from salescli.findings import Finding, Span
from salescli.model.target import TargetRow

CASES = Path(__file__).resolve().parents[1] / "cases"
ids = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,8}", fullmatch=True)
values = st.decimals(0, 10**9, places=2) | st.integers(0, 10**6).map(lambda n: Fraction(n, 10**4))
rows = st.builds(
    TargetRow,
    period=st.sampled_from(["2026-Q3", "2026-07", "2026", "2026-H2"]),
    metric=ids,
    region=st.none() | ids,
    product=st.none() | ids,
    person=st.none() | ids,
    level=ids,
    target=values,
)


def unplaced(row: TargetRow) -> tuple[object, ...]:
    return (*row.sort_key(), type(row.target), row.target)


@given(st.lists(rows, max_size=8))
def test_rows_written_are_the_rows_read(tmp_path_factory: object, given_rows: list[TargetRow]) -> None:
    folder = tmp_path_factory.mktemp("rows")  # type: ignore[attr-defined]
    text = format_target_rows(given_rows)
    (folder / "Q3.csv").write_bytes(text.encode())
    found: list[Finding] = []
    read = read_target_rows(folder / "Q3.csv", folder, found)
    assert not found
    assert read is not None
    assert sorted(map(repr, map(unplaced, read))) == sorted(map(repr, map(unplaced, given_rows)))
    assert format_target_rows(reversed(read)) == format_target_rows(read)
    assert [row.place for row in read] == [Span("Q3.csv", n) for n in range(2, len(read) + 2)]


def test_how_rows_look() -> None:
    row = TargetRow(
        period="2026-08",
        metric="collection_rate",
        region="east",
        product=None,
        person=None,
        level="target",
        target=Fraction(9, 10),
    )
    assert format_target_rows([row]).splitlines() == [
        "period,metric,region,product,person,level,target",
        "2026-08,collection_rate,east,,,target,90%",
    ]


def test_people_as_rows_are_the_same_people() -> None:
    found: list[Finding] = []
    written = load_book(CASES / "base", found)
    listed_root = CASES / "validate" / "people-in-csv" / "book"
    from salescli.books.read_org import read_org

    listed = read_org(listed_root, found)
    assert not found
    assert written is not None
    assert listed is not None
    assert list(listed.people) == ["chen", "li", "zhang"]
    assert listed.people["zhang"].assignments[0].products == ("A", "B")
    assert listed.people["li"].aliases == ("Lily", "L.")
    for key, person in listed.people.items():
        assert (person.role, person.hired, person.manager) == (
            written.org.people[key].role,
            written.org.people[key].hired,
            written.org.people[key].manager,
        )


def test_ends_of_assignments_are_filled_in(tmp_path: Path) -> None:
    (tmp_path / "ledger").mkdir()
    (tmp_path / "ledger" / "org.yaml").write_text(
        """\
people:
  - id: wu
    role: seller
    hired: 2024-01-01
    left: 2026-08-15
    assignments:
      - {from: 2026-07-01, region: south}
      - {from: 2024-01-01, region: east, to: 2025-12-31}
      - {from: 2026-03-01, region: north}
"""
    )
    from salescli.books.read_org import read_org

    found: list[Finding] = []
    org = read_org(tmp_path, found)
    assert not found
    assert org is not None
    assert [(a.region, a.since, a.until) for a in org.people["wu"].assignments] == [
        ("east", date(2024, 1, 1), date(2025, 12, 31)),
        ("north", date(2026, 3, 1), date(2026, 6, 30)),
        ("south", date(2026, 7, 1), date(2026, 8, 15)),
    ]


def test_a_target_keeps_its_digits() -> None:
    row = TargetRow(
        period="2026-08",
        metric="m",
        region=None,
        product=None,
        person=None,
        level="target",
        target=Decimal("0.10"),
    )
    assert format_target_rows([row]).endswith(",0.10\n")
