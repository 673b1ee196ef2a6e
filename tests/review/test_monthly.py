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
    root = make_book(tmp_path, K10)
    write(root, {TEMPLATE: "\ufeff{{ period }} {{ as_of }} {{ problems | length }} {{ _('Person') }}\n"})
    assert review(capsys, root) == "2026-08 2026-08-20 1 Person\n"


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("ok\n{{ nothing_such }}\n", 2),
        ("ok\n\n{% for x in %}\n", 3),
        ("{{ period.__class__.__mro__ }}", 1),
        ("\n{{ headline.append('x') }}", 2),
        ("{{ 1 / 0 }}", 1),
        ("{{ 'x' * 100000000000 }}", 1),
        ("{{ 9 ** 99999999 }}", 1),
        ("{{ '%999999999d' % 1 }}", 1),
        ("\n\n{% include '/etc/passwd' %}", 3),
        ("{{ period | nosuchfilter }}", 1),
    ],
)
def test_a_broken_template_is_told_by_line(tmp_path: Path, capsys: Capture, source: str, line: int) -> None:
    root = make_book(tmp_path, K10)
    write(root, {TEMPLATE: source})
    done = salescli(capsys, root, "review", "monthly", MONTH)
    assert (done.code, done.out) == (2, "")
    assert f"{TEMPLATE}:{line}: " in done.err
    assert "docs/reviews.md" in done.err
    assert "Traceback" not in done.err


def test_a_template_that_prints_without_end_is_stopped(tmp_path: Path, capsys: Capture) -> None:
    root = make_book(tmp_path, K10)
    write(root, {TEMPLATE: "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}"})
    done = salescli(capsys, root, "review", "monthly", MONTH)
    assert done.code == 2
    assert "prints more than" in done.err


def test_a_template_that_is_not_utf8(tmp_path: Path, capsys: Capture) -> None:
    root = make_book(tmp_path, K10)
    write(root, {TEMPLATE: ""})
    (root / TEMPLATE).write_bytes("月报".encode("gb18030"))
    done = salescli(capsys, root, "review", "monthly", MONTH)
    assert done.code == 2
    assert "not UTF-8" in done.err


def test_texts_of_the_book_are_data(tmp_path: Path, capsys: Capture) -> None:
    """X3: names are never markup, template or format string."""
    people = (
        replace(K10[0], name='"{{ 7*7 }}|<b>*x*"'),
        replace(K10[1], name='"{period} # [a](b)"'),
    )
    root = make_book(tmp_path, people)
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
    text = review(capsys, make_book(tmp_path, K10, more=more))
    assert section(text, "Key problems").splitlines() == [
        "- South: Sales at 75.0% of the target, 150,000 short",
        "- Team: New customers at 13.3% of the target, 26 short",
        "- Li: Sales at 75.0% of the target, 150,000 short",
    ]


def test_nothing_red_and_no_targets(tmp_path: Path, capsys: Capture) -> None:
    good = [one for one in K10 if one.id != "li"]
    assert section(review(capsys, make_book(tmp_path / "a", good)), "Key problems") == "Nothing is red."
    none = [replace(one, target=None) for one in K10]
    text = review(capsys, make_book(tmp_path / "b", none))
    assert section(text, "Key problems") == "There are no targets, so nothing has a light."
    assert "- Sales are 1,620,000; there is no target." in text


def test_a_month_that_is_not_over_says_so(tmp_path: Path, capsys: Capture) -> None:
    more = f"{MONTH},sales_amount,,,,target,1700000\n"
    text = review(capsys, make_book(tmp_path, K10, more=more))
    assert "- The newest facts are of 2026-08-20: the figures run up to that day." in text
    assert "Due today" in text
    whole = review(capsys, ROOT)
    assert "run up to" not in whole
    assert "Due today" not in whole


@pytest.mark.parametrize(
    ("month", "meeting"),
    [
        ("2026-07", "2026-08-05"),
        ("2026-08", "2026-09-07"),  # the 5th is a Saturday
        ("2026-09", "2026-10-08"),  # the 5th lies in the National Day holiday
        ("2026-12", "2027-01-05 (whether that is a working day is not known yet)"),
    ],
)
def test_the_meeting_is_on_a_working_day(tmp_path: Path, capsys: Capture, month: str, meeting: str) -> None:
    seller = Seller("zhang", "Zhang", "east", "A", "100", ((f"{month}-03", "90"),))
    text = review(capsys, make_book(tmp_path, [seller], period=month), month)
    assert f"\nMeeting: {meeting} · " in text


def test_pay_is_shown_by_plan_and_component_never_by_person(capsys: Capture) -> None:
    done = salescli(capsys, ROOT, "payout", "--period", MONTH, "-o", "json")
    payout = [row for row in json.loads(done.out)["rows"] if row["person"] == "zhang"]
    own = max(float(row["amount"]) for row in payout)
    text = section(review(capsys, ROOT), "Incentive result")
    assert f"{own:,.2f}" not in text
    assert "小张" in text  # recognition is public


def test_nobody_is_paid_without_plans(tmp_path: Path, capsys: Capture) -> None:
    text = section(review(capsys, make_book(tmp_path, K10)), "Incentive result")
    assert text == "(nothing)"


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
        ("2026-Q3", "2026-Q3 is a quarter, which does not work here; use a month such as 2026-09"),
        ("2031-01", "there are no facts in 2031-01; the book has facts from 2026-08-03 to 2026-08-20"),
        ("x", "x is not a period"),
    ],
)
def test_misuse(tmp_path: Path, capsys: Capture, period: str, says: str) -> None:
    done = salescli(capsys, make_book(tmp_path, K10), "review", "monthly", period, "--lang", "en")
    assert (done.code, done.out) == (2, "")
    assert says in done.err
