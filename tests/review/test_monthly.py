"""`review monthly` through the real program (SPEC R1)."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from track_books import K10, MONTH, Seller, make_book, salescli, write

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = Path(__file__).parent / "golden"
Capture = pytest.CaptureFixture[str]
TEMPLATE = "report_templates/monthly.md.j2"


def review(capsys: Capture, root: Path, period: str = MONTH, lang: str = "en") -> str:
    done = salescli(capsys, root, "review", "monthly", period, "--lang", lang)
    assert done.code == 0, done.err
    return done.out


def whole(root: Path) -> Path:
    """A book whose facts reach the end of the month, so that it is over."""
    rows = "date,person,kind,count\n2026-08-31,zhang,visit,1\n"
    write(root, {"ledger/activities/2026-08.csv": rows})
    return root


def section(text: str, title: str) -> str:
    return text.split(f"\n## {title}\n")[1].split("\n## ")[0].strip()


@pytest.mark.parametrize("lang", ["en", "zh_CN"])
@pytest.mark.parametrize("name", ["small", "sample"])
def test_golden(
    tmp_path: Path, capsys: Capture, request: pytest.FixtureRequest, name: str, lang: str
) -> None:
    """The whole document; `pytest --update` rewrites, the diff is read."""
    root = ROOT if name == "sample" else make_book(tmp_path, K10)
    text = review(capsys, root, lang=lang)
    path = GOLDEN / f"{name}-{lang}.md"
    if request.config.getoption("--update"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_the_packaged_template_is_used_where_a_book_has_none(tmp_path: Path, capsys: Capture) -> None:
    root = make_book(tmp_path, K10)
    assert not (root / TEMPLATE).exists()
    without = review(capsys, root)
    (root / "report_templates").mkdir()
    shutil.copy(ROOT / TEMPLATE, root / TEMPLATE)
    assert review(capsys, root) == without


def test_a_book_speaks_through_its_own_template(tmp_path: Path, capsys: Capture) -> None:
    root = whole(make_book(tmp_path, K10))
    write(root, {TEMPLATE: "\ufeff{{ period }} {{ as_of }} {{ problems | length }} {{ _('Person') }}\n"})
    assert review(capsys, root) == "2026-08 2026-08-31 1 Person\n"


def test_a_broken_template_is_a_finding_and_nothing_is_written(tmp_path: Path, capsys: Capture) -> None:
    root = make_book(tmp_path / "book", K10)
    write(root, {TEMPLATE: "ok\n{{ nothing_such }}\n"})
    done = salescli(capsys, root, "review", "monthly", MONTH, "-O", str(tmp_path / "out.md"))
    assert (done.code, done.out) == (1, "")
    assert (
        f"{TEMPLATE}:2:4: error[R003]: there is no value nothing_such here\n    {{{{ nothing_such }}}}"
        in done.err
    )
    assert not (tmp_path / "out.md").exists()
    assert salescli(capsys, root, "table", "--period", MONTH).code == 0  # what needs no template goes on


def test_texts_of_the_book_are_data(tmp_path: Path, capsys: Capture) -> None:
    """X3: names are never markup, template or format string."""
    people = (
        replace(K10[0], name='"{{ 7*7 }}|<b>*x*"'),
        replace(K10[1], name='"{period} # [a](b)"'),
    )
    root = whole(make_book(tmp_path, people))
    settings = (root / "salescli.yaml").read_text().replace("Small", '"{0.__class__} <i>"')
    metric = "metrics:\n  visits: {sum: activities.count, unit: count, name: '{x} | y'}\n"
    write(root, {"salescli.yaml": settings})
    write(root, {"policies/metrics.yaml": (root / "policies/metrics.yaml").read_text() + metric})
    rows = (root / "ledger/targets/months.csv").read_text()
    rows += "2026-08,visits,,,,target,5\n2026-09,visits,,,,target,5\n"
    write(root, {"ledger/targets/months.csv": rows})
    text = review(capsys, root)
    assert text.startswith("# \\{0.\\_\\_class\\_\\_\\} \\<i\\>: monthly review 2026-08\n")
    assert "\\{\\{ 7\\*7 \\}\\}\\|\\<b\\>\\*x\\*" in text
    assert "49" not in text
    assert "\\{period\\} \\# \\[a\\](b): Sales at 75.0% of the target" in text
    assert "- 2026-09: \\{x\\} \\| y 5" in text
    assert "Team · \\{x\\} \\| y" in text


def test_problems_are_the_red_ones_with_their_gap(tmp_path: Path, capsys: Capture) -> None:
    more = f"{MONTH},sales_amount,south,,,target,600000\n{MONTH},new_customers,,,,target,30\n"
    root = make_book(tmp_path, K10, more=more)
    assert section(review(capsys, whole(root)), "Key problems").splitlines() == [
        "- South: Sales at 75.0% of the target, 150,000 short",
        "- Team: New customers at 13.3% of the target, 26 short",
        "- Li: Sales at 75.0% of the target, 150,000 short",
    ]


def test_while_the_month_runs_problems_are_what_is_behind_what_was_due(
    tmp_path: Path, capsys: Capture
) -> None:
    """On the 20th, 14 of 21 working days are over: Li's 450,000 are more than the 400,000 due by then."""
    more = f"{MONTH},sales_amount,south,,,target,600000\n{MONTH},new_customers,,,,target,30\n"
    text = review(capsys, make_book(tmp_path, K10, more=more))
    assert section(text, "Key problems").splitlines() == [
        "- Team: New customers at 20.0% of what was due by 2026-08-20, 16 behind",
    ]
    assert "- Of 3 people with a target: 3 have reached what is due, 0 not yet." in text


def test_nothing_red_and_no_targets(tmp_path: Path, capsys: Capture) -> None:
    good = [one for one in K10 if one.id != "li"]
    assert section(review(capsys, make_book(tmp_path / "a", good)), "Key problems") == "Nothing is red."
    good[0] = replace(good[0], target="900000000")
    text = review(capsys, make_book(tmp_path / "c", good[:1]))
    assert section(text, "Key problems") == (
        "- Zhang: Sales at 0.1% of what was due by 2026-08-20, 599,160,000 behind"
    )
    none = [replace(one, target=None) for one in K10]
    text = review(capsys, make_book(tmp_path / "b", none))
    assert section(text, "Key problems") == "There are no targets, so nothing has a light."
    assert "- Sales are 1,620,000; there is no target." in text


def test_of_many_far_behind_the_rest_is_summed_by_what_was_due(tmp_path: Path, capsys: Capture) -> None:
    """While the month runs they are behind what was due, not short of the target."""
    many = [Seller(f"p{i}", f"P{i}", "east", "A", "2100", (("2026-08-20", "1"),)) for i in range(14)]
    text = review(capsys, make_book(tmp_path, many))
    told = section(text, "Key problems").splitlines()
    assert (
        told[-1] == "- more people far behind in sales: 2, together 2,798 behind what was due by 2026-08-20"
    )
    assert "red" not in section(text, "Key problems")


def test_a_week_lists_who_was_here_and_the_team(tmp_path: Path, capsys: Capture) -> None:
    gone = [*K10, replace(K10[0], id="wu", name="Wu", left="2026-08-07", deals=(("2026-08-04", "9000"),))]
    root = make_book(tmp_path, gone)
    done = salescli(capsys, root, "review", "weekly", "2026-W33", "-o", "json")
    assert [(row["person"], row["actual"]) for row in json.loads(done.out)["week"]] == [
        ("zhang", "0.00"),
        ("li", "450000.00"),
        ("wang", "0.00"),
        (None, "450000.00"),
    ]


def test_a_month_that_is_not_over_says_so(tmp_path: Path, capsys: Capture) -> None:
    more = f"{MONTH},sales_amount,,,,target,1700000\n"
    text = review(capsys, make_book(tmp_path, K10, more=more))
    assert "- The newest facts are of 2026-08-20: the figures run up to that day." in text
    assert "Due to date" in text
    whole = review(capsys, ROOT)
    assert "run up to" not in whole
    assert "Due to date" not in whole


def test_pay_is_shown_by_plan_and_component_never_by_person(capsys: Capture) -> None:
    done = salescli(capsys, ROOT, "payout", "--period", MONTH, "-o", "json")
    payout = [row for row in json.loads(done.out)["rows"] if row["person"] == "zhang"]
    own = max(float(row["amount"]) for row in payout)
    text = section(review(capsys, ROOT), "Incentive result")
    assert f"{own:,.2f}" not in text
    assert "小张" in text  # recognition is public


def test_nobody_is_paid_without_plans(tmp_path: Path, capsys: Capture) -> None:
    text = section(review(capsys, make_book(tmp_path, K10)), "Incentive result")
    assert text == "There are no plans, so nothing is paid."


def test_written_to_a_file_twice_with_the_same_bytes(tmp_path: Path, capsys: Capture) -> None:
    root = make_book(tmp_path / "book", K10)
    files = [tmp_path / "a.md", tmp_path / "b.md"]
    for path in files:
        done = salescli(capsys, root, "review", "monthly", MONTH, "-O", str(path))
        assert (done.code, done.out) == (0, "")
    assert files[0].read_bytes() == files[1].read_bytes() == review(capsys, root).encode()


@pytest.mark.parametrize(
    ("period", "says"),
    [
        (
            "2026-Q3",
            "2026-Q3 is a quarter, which does not work here; a monthly review is of one such as 2026-09",
        ),
        ("2031-01", "there are no facts in 2031-01; the book has facts from 2026-08-03 to 2026-08-20"),
        ("x", "x is not a period; write 2026-08"),
    ],
)
def test_misuse(tmp_path: Path, capsys: Capture, period: str, says: str) -> None:
    done = salescli(capsys, make_book(tmp_path, K10), "review", "monthly", period, "--lang", "en")
    assert (done.code, done.out) == (2, "")
    assert says in done.err
