"""`signals` on books drawn at random, honest and not, through real files and the program."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.signals.signal_books import QUARTER, make_book
from tests.track.track_books import Done, salescli

SIGNALS = (
    "held_back",
    "past_tier",
    "cancelled",
    "uncollected",
    "late_discounts",
    "activity_without_results",
    "results_without_activity",
)
PEOPLE = 24


def ask(capsys: pytest.CaptureFixture[str], book: Path, *words: str) -> Done:
    return salescli(capsys, book, "signals", "--period", QUARTER, *words)


def told(capsys: pytest.CaptureFixture[str], book: Path, *words: str) -> dict[str, list[dict[str, str]]]:
    done = ask(capsys, book, "-o", "json", "-q", *words)
    assert done.code == 0, done.err
    found: dict[str, list[dict[str, str]]] = json.loads(done.out)
    return found


def pairs(rows: list[dict[str, str]]) -> set[tuple[str, str]]:
    return {(row["signal"], row["person"]) for row in rows}


def test_honest_books_raise_hardly_anybody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """At most 5 % of people over the seeds."""
    raised = 0
    for seed in range(3):
        rows = told(capsys, make_book(tmp_path / str(seed), seed, PEOPLE))["rows"]
        raised += len({row["person"] for row in rows})
    assert raised <= 0.05 * 3 * PEOPLE


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, dict[str, str]]]:
    """Books with one person for each signal who behaves so."""
    books = []
    for seed in (1, 2, 3):
        who = {f"p{(seed + 3 * i) % PEOPLE:03}": signal for i, signal in enumerate(SIGNALS)}
        books.append((make_book(tmp_path_factory.mktemp("planted"), seed, PEOPLE, who, deals=16), who))
    return books


def test_most_of_what_is_planted_is_found(
    planted: list[tuple[Path, dict[str, str]]], capsys: pytest.CaptureFixture[str]
) -> None:
    found, wrong = [], 0
    for book, who in planted:
        raised = pairs(told(capsys, book)["rows"])
        found += [signal for person, signal in who.items() if (signal, person) in raised]
        wrong += len({person for _, person in raised if person not in who})
    assert len(found) >= 0.6 * 3 * len(SIGNALS)
    assert set(found) == set(SIGNALS), "every signal finds somebody"
    assert wrong <= 0.05 * 3 * (PEOPLE - len(SIGNALS))


def test_the_deals_behind_a_question_stand_where_it_says(
    planted: list[tuple[Path, dict[str, str]]], capsys: pytest.CaptureFixture[str]
) -> None:
    book, who = planted[0]
    told_ = told(capsys, book)
    person = next(p for p, signal in who.items() if signal == "cancelled")
    row = next(row for row in told_["rows"] if (row["signal"], row["person"]) == ("cancelled", person))
    deals = [d for d in told_["deals"] if (d["signal"], d["person"]) == ("cancelled", person)]
    assert len(deals) == int(row["count"])
    for deal in deals:
        path, line = deal["place"].rsplit(":", 1)
        cells = (book / path).read_text(encoding="utf-8").splitlines()[int(line) - 1].split(",")
        assert (cells[0], cells[4], cells[6]) == (deal["deal_id"], person, "cancelled")
        assert "2026-07-01" <= deal["cancelled_on"] <= "2026-09-30"


def test_figures_of_a_question_are_those_of_the_files(
    planted: list[tuple[Path, dict[str, str]]], capsys: pytest.CaptureFixture[str]
) -> None:
    """Held back: counted by hand from the rows: what a customer signed in a day is one case."""
    book, _ = planted[0]
    rows = told(capsys, book, "--all")["rows"]
    cases: dict[str, set[tuple[str, str]]] = {}
    for path in sorted((book / "ledger/deals").glob("2026-0[789].csv")):
        for line in path.read_text(encoding="utf-8").splitlines()[1:]:
            _, customer, _, _, owner, _, status, _, signed, _, cancelled, _ = line.split(",")
            if status == "won" or cancelled > "2026-09-30":
                cases.setdefault(owner, set()).add((signed, customer))
    early = {p: {case for case in some if int(case[0][8:]) <= 5} for p, some in cases.items()}
    held = [row for row in rows if row["signal"] == "held_back"]
    assert len(held) == PEOPLE
    for row in held:
        person = row["person"]
        assert (int(row["count"]), int(row["of"])) == (len(early[person]), len(cases[person]))


def test_everybody_is_compared_whoever_is_asked_for(
    planted: list[tuple[Path, dict[str, str]]], capsys: pytest.CaptureFixture[str]
) -> None:
    book, who = planted[0]
    everything, person = told(capsys, book, "--all"), next(iter(who))
    own = told(capsys, book, "--person", person)
    assert own["comparisons"] == everything["comparisons"]
    assert own["comparisons_made"] == len(everything["rows"])  # type: ignore[comparison-overlap]
    assert own["rows"] == [row for row in everything["rows"] if row["person"] == person]


def test_the_same_files_in_any_order_give_the_same_bytes(
    planted: list[tuple[Path, dict[str, str]]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book, _ = planted[0]
    first = ask(capsys, book, "-o", "json").out
    for path in (book / "ledger").glob("*/*.csv"):
        head, *lines = path.read_text(encoding="utf-8").splitlines()
        turned = tmp_path / path.relative_to(book)
        turned.parent.mkdir(parents=True, exist_ok=True)
        turned.write_text("\n".join([head, *lines[::-1]]) + "\n", encoding="utf-8")
    for path in book.rglob("*"):
        other = tmp_path / path.relative_to(book)
        if path.is_file() and not other.exists():
            other.parent.mkdir(parents=True, exist_ok=True)
            other.write_bytes(path.read_bytes())
    turned_out = json.loads(ask(capsys, tmp_path, "-o", "json").out)
    expected = json.loads(first)
    assert turned_out["rows"] == expected["rows"]
    without = [{k: v for k, v in deal.items() if k != "place"} for deal in turned_out["deals"]]
    assert without == [{k: v for k, v in deal.items() if k != "place"} for deal in expected["deals"]]


def test_words_are_questions(
    planted: list[tuple[Path, dict[str, str]]], capsys: pytest.CaptureFixture[str]
) -> None:
    done = ask(capsys, planted[0][0], "-o", "md")
    raised = [line for line in done.out.splitlines() if "?" in line]
    assert len(raised) == len(told(capsys, planted[0][0])["rows"])
    assert "these are questions, not verdicts" in done.err
    assert "comparisons were made" in done.err


def test_where_nobody_can_be_compared_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {
        "salescli.yaml": "company: One\ncurrency: CNY\ncalendar: CN\n",
        "policies/metrics.yaml": "closed_deal: {signed: true, collected_at_least: 0%}\n",
        "ledger/org.yaml": "regions: [{id: east, name: East}]\nproducts: [{id: A, name: A}]\npeople:\n"
        "  - {id: ann, name: Ann, role: rep, hired: 2020-01-01,"
        " assignments: [{from: 2020-01-01, region: east}]}\n",
        "ledger/deals/2026-08.csv": "deal_id,customer,region,product,owner,amount,status,signed_on\n"
        "D1,c,east,A,ann,5,won,2026-08-03\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = ask(capsys, tmp_path, "-o", "md")
    assert "nobody was compared" in done.err
    assert "comparisons" not in done.err
    assert "nothing stands out" not in done.err


def test_limits_come_from_guardrails(
    planted: list[tuple[Path, dict[str, str]]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book, _ = planted[0]
    path = book / "policies/guardrails.yaml"
    path.write_text("signals: {false_alarms: 5%, min_cases: 10000, first_days: 3}\n", encoding="utf-8")
    try:
        few = told(capsys, book, "--all")
        assert [row["signal"] for row in few["rows"]] == []
        path.write_text("signals: {peers: region, correction: holm, times: 300%}\n", encoding="utf-8")
        strict = told(capsys, book)
        assert pairs(strict["rows"]) < pairs(told_default(capsys, book, path))
    finally:
        path.unlink()


def told_default(capsys: pytest.CaptureFixture[str], book: Path, path: Path) -> list[dict[str, str]]:
    text = path.read_text(encoding="utf-8")
    path.unlink()
    rows = told(capsys, book)["rows"]
    path.write_text(text, encoding="utf-8")
    return rows


def test_who_is_not_to_sell_is_not_asked_for_results(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Presales people have activity and no deals by trade: without target and deals they are left out."""
    book = make_book(tmp_path, 5, 8)
    for name, line in (
        ("people.csv", "px,Presales,presales,2020-01-01"),
        ("assignments.csv", "px,2020-01-01,east"),
        ("activities/2026-08.csv", "2026-08-03,px,visit,900"),
    ):
        path = book / "ledger" / name
        path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    rows = told(capsys, book, "--all")["rows"]
    assert not [row for row in rows if row["person"] == "px"]
    assert [row for row in rows if row["signal"] == "activity_without_results"]


def test_machines_get_numbers_and_people_words(
    planted: list[tuple[Path, dict[str, str]]], capsys: pytest.CaptureFixture[str]
) -> None:
    book, _ = planted[0]
    rows = told(capsys, book)["rows"]
    assert rows
    assert all(0 < float(row["p_value"]) <= float(row["p_adjusted"]) <= 0.05 for row in rows)
    assert "<0.0001" in ask(capsys, book, "-o", "md").out.replace("\\", "")
