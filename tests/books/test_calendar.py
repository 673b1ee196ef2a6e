"""Working days: the real calendar with shifted weekends, files of the book, never a guess (SPEC S2)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from salescli.books.calendar import working_days
from salescli.findings import BookBroken


def test_shifted_weekends_of_october_2026_count(tmp_path: Path) -> None:
    days = working_days("CN", tmp_path, date(2026, 9, 19), date(2026, 10, 12))
    assert date(2026, 9, 20) in days  # a Sunday worked
    assert date(2026, 10, 10) in days  # a Saturday worked
    assert not {date(2026, 10, d) for d in range(1, 8)} & days
    assert min(days) >= date(2026, 9, 19)
    assert max(days) <= date(2026, 10, 12)


def test_other_countries_and_their_parts(tmp_path: Path) -> None:
    epiphany = date(2026, 1, 6)
    assert epiphany in working_days("DE", tmp_path, epiphany, epiphany)
    assert epiphany not in working_days("DE-BY", tmp_path, epiphany, epiphany)


@pytest.mark.parametrize(("country", "year"), [("CN", 2035), ("CN", 1999), ("XX", 2026), ("DE-ZZ", 2026)])
def test_what_is_not_known_is_asked_for(tmp_path: Path, country: str, year: int) -> None:
    with pytest.raises(BookBroken) as broken:
        working_days(country, tmp_path, date(year, 1, 1), date(year, 1, 31))
    (finding,) = broken.value.found
    assert finding.code == "K001"
    assert f"ledger/calendars/{country}-{year}.yaml" in finding.hint


def test_a_file_of_the_book_says_what_no_library_knows(tmp_path: Path) -> None:
    folder = tmp_path / "ledger" / "calendars"
    folder.mkdir(parents=True)
    text = "country: CN\nyear: 2035\nholidays: [2035-01-01]\nworkdays: [2035-01-06]\n"
    (folder / "CN-2035.yaml").write_text(text)
    days = working_days("CN", tmp_path, date(2035, 1, 1), date(2035, 1, 7))
    assert sorted(days) == [date(2035, 1, d) for d in (2, 3, 4, 5, 6)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("country: DE\nyear: 2035\n", "K002"),
        ("country: CN\nyear: 2034\n", "K002"),
        ("country: CN\nyear: 2035\nholidays: [2034-01-01]\n", "K002"),
        ("country: CN\nyear: 2035\nholiday: [2035-01-01]\n", "Y102"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused(tmp_path: Path, text: str, code: str) -> None:
    folder = tmp_path / "ledger" / "calendars"
    folder.mkdir(parents=True)
    (folder / "CN-2035.yaml").write_text(text)
    with pytest.raises(BookBroken) as broken:
        working_days("CN", tmp_path, date(2035, 1, 1), date(2035, 1, 7))
    assert code in {f.code for f in broken.value.found}
