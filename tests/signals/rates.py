"""How often `signals` raises questions where there are none, and finds what is planted.

    python -m tests.signals.rates [--seeds 40] [--people 30] [--deals 12]

Books are made as real files (`signal_books.py`) and read by the program. Prints the share of people raised on
clean books, and for each signal the share of planted people found, with the share of others raised beside
them. Takes a few seconds a book; the figures in docs/signals.md are from 24 seeds.
"""

from __future__ import annotations

import argparse
import io
import json
import tempfile
from collections import Counter
from contextlib import redirect_stdout
from pathlib import Path

from salescli.cli.errors import guarded
from salescli.cli.group import cli
from tests.signals.signal_books import QUARTER, make_book

SIGNALS = (
    "held_back",
    "past_tier",
    "cancelled",
    "uncollected",
    "late_discounts",
    "activity_without_results",
    "results_without_activity",
)


def raised(book: Path) -> set[tuple[str, str]]:
    """(signal, person) of each question."""
    out = io.StringIO()
    with redirect_stdout(out):
        code = guarded(cli, ["signals", "-C", str(book), "--period", QUARTER, "-o", "json", "-q"])
    assert code == 0
    return {(row["signal"], row["person"]) for row in json.loads(out.getvalue())["rows"]}


def _book(folder: str, seed: int, given: argparse.Namespace, planted: dict[str, str]) -> Path:
    root = make_book(Path(folder), seed, given.people, planted, given.deals)
    if given.accepted:
        text = f"signals: {{false_alarms: {given.accepted}}}\n"
        (root / "policies/guardrails.yaml").write_text(text, encoding="utf-8")
    return root


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=40)
    parser.add_argument("--people", type=int, default=30)
    parser.add_argument("--accepted", default="", help="false_alarms of the book, e.g. 10%%")
    parser.add_argument("--deals", type=float, default=12.0)
    given = parser.parse_args()
    clean: Counter[str] = Counter()
    found: Counter[str] = Counter()
    planted: Counter[str] = Counter()
    people = others = wrong = books_with = 0
    for seed in range(given.seeds):
        with tempfile.TemporaryDirectory() as folder:
            hits = raised(_book(folder, seed, given, {}))
        people += given.people
        books_with += bool(hits)
        clean.update(signal for signal, _ in hits)
        clean["people"] += len({person for _, person in hits})
        who = {f"p{(seed + 4 * i) % given.people:03}": signal for i, signal in enumerate(SIGNALS)}
        with tempfile.TemporaryDirectory() as folder:
            hits = raised(_book(folder, seed, given, who))
        planted.update(who.values())
        found.update(signal for person, signal in who.items() if (signal, person) in hits)
        others += given.people - len(who)
        wrong += len({person for _, person in hits if person not in who})
    print(f"clean books: {clean['people']} of {people} people raised ({clean['people'] / people:.2%}),")
    print(f"  in {books_with} of {given.seeds} books; by signal: {dict(clean)}")
    for signal in SIGNALS:
        print(f"planted {signal}: {found[signal]} of {planted[signal]} found")
    print(f"all planted: {sum(found.values())} of {sum(planted.values())}")
    print(f"others in the same books: {wrong} of {others} raised ({wrong / others:.2%})")


if __name__ == "__main__":
    main()
