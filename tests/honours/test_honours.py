"""`honours` through the real program: certificates, wall of fame, list for development (SPEC I5)."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from track_books import K10, MONTH, Seller, make_book, salescli, write

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ("salescli.yaml", "ledger", "policies")
Capture = pytest.CaptureFixture[str]

PLAN = """\
plan: p
for: {{role: [account_manager]}}
components:
{components}
"""


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    root = tmp_path / "sample"
    root.mkdir()
    for name in SAMPLE:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, root / name)
        else:
            shutil.copy(source, root / name)
    return root


def small(root: Path, *components: str, sellers: tuple[Seller, ...] = K10) -> Path:
    make_book(root, sellers)
    text = "".join(f"  {line}\n" for line in components)
    write(root, {"policies/plans/p.yaml": PLAN.format(components=text)})
    return root


def rows(capsys: Capture, root: Path, *words: str, table: str = "rows") -> list[dict[str, str]]:
    done = salescli(capsys, root, "honours", *words, "-o", "json")
    assert done.code == 0, done.err
    found: list[dict[str, str]] = json.loads(done.out)[table]
    return found


def written(capsys: Capture, root: Path, folder: Path, *words: str, lang: str = "en") -> dict[str, str]:
    done = salescli(capsys, root, "honours", "--write-to", str(folder), "--lang", lang, *words)
    assert done.code == 0, done.err
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def test_the_sales_star_of_the_sample(capsys: Capture, sample: Path) -> None:
    (star,) = rows(capsys, sample, "--period", MONTH)
    assert (star["person"], star["rank"], star["value"], star["award"]) == (
        "zhang",
        "1",
        "1.2",
        "certificate",
    )
    assert star["rule"].startswith("policies/plans/account-manager-2026.yaml:")


def test_a_quarter_has_the_stars_of_its_months_newest_first(capsys: Capture, sample: Path) -> None:
    found = rows(capsys, sample, "--period", "2026-Q3")
    assert [row["period"] for row in found] == ["2026-09", "2026-08", "2026-07"]
    for row in found:
        assert rows(capsys, sample, "--period", row["period"]) == [row]


def test_documents(capsys: Capture, sample: Path, tmp_path: Path) -> None:
    files = written(capsys, sample, tmp_path / "out", "--period", "2026-Q3")
    stars = rows(capsys, sample, "--period", "2026-Q3")
    assert set(files) == {
        *(f"{row['period']}-star-{row['person']}.md" for row in stars),
        "2026-Q3-wall.md",
        "2026-Q3-development.md",
    }
    assert files["2026-08-star-zhang.md"] == (
        "# Sales Star\n\nThis certificate is awarded to\n\n## 小张\n\n华东 · 2026-08\n\n"
        "Place 1 · attainment of Sales 120.0%\n\n华兴商贸\n"
    )
    assert "- **Sales Star**: 小张 (华东), 120.0%\n" in files["2026-Q3-wall.md"]
    again = written(capsys, sample, tmp_path / "again", "--period", "2026-Q3")
    assert again == files
    blocked = tmp_path / "blocked"
    blocked.write_text("a file")
    done = salescli(capsys, sample, "honours", "--write-to", str(blocked), "--period", MONTH)
    assert (done.code, blocked.read_text()) == (2, "a file")


def test_documents_in_chinese(capsys: Capture, sample: Path, tmp_path: Path) -> None:
    files = written(capsys, sample, tmp_path / "out", "--period", MONTH, lang="zh_CN")
    assert files["2026-08-star-zhang.md"].startswith("# 销售之星\n\n")
    assert "销售额达成率" in files["2026-08-star-zhang.md"]
    assert files["2026-08-wall.md"].startswith("# 荣誉榜 2026-08\n")
    assert not any("\n- - " in text or "Place" in text for text in files.values())


def test_without_a_plan_the_best_ten_come_first_for_development(capsys: Capture, tmp_path: Path) -> None:
    many = tuple(
        Seller(f"p{i:02}", f"P{i}", "east", "A", "1000", (("2026-08-31", str(800 + 20 * i)),))
        for i in range(14)
    )
    low = Seller("low", "Low", "east", "A", "1000", (("2026-08-31", "799.99"),))
    root = make_book(tmp_path, (*many, low))
    found = rows(capsys, root, table="development")
    assert [row["person"] for row in found] == [f"p{i:02}" for i in range(13, 3, -1)]
    assert [row["rank"] for row in found] == [str(i) for i in range(1, 11)]
    assert found[0]["value"] == "1.06"
    assert rows(capsys, root) == []


def test_equal_ones_stand_together_also_on_the_last_place(capsys: Capture, tmp_path: Path) -> None:
    many = tuple(
        Seller(f"p{i:02}", f"P{i}", "east", "A", "1000", (("2026-08-31", "900" if i > 8 else "950"),))
        for i in range(12)
    )
    found = rows(capsys, make_book(tmp_path, many), table="development")
    assert [row["rank"] for row in found] == ["1"] * 9 + ["10"] * 3


def test_nobody_in_the_red_is_first_and_without_targets_sales_decide(capsys: Capture, tmp_path: Path) -> None:
    red = [row["person"] for row in rows(capsys, make_book(tmp_path / "a", K10), table="development")]
    assert red == ["wang", "zhang"]  # Li stands at 75 %
    none = tuple(replace(one, target=None) for one in K10)
    found = rows(capsys, make_book(tmp_path / "b", none), table="development")
    assert [(row["person"], row["value"]) for row in found] == [
        ("zhang", "840000"), ("li", "450000"), ("wang", "330000")]  # fmt: skip


def test_a_plan_states_who_is_first_for_development(capsys: Capture, tmp_path: Path) -> None:
    root = small(
        tmp_path,
        "next: {shape: recognition, period: month, award: development, rank_by: sales_amount, top: 2}",
        "wall: {shape: recognition, period: month, award: wall, title: 新人王, rank_by: deals_won, top: 1}",
    )
    found = rows(capsys, root, table="development")
    assert [(row["person"], row["rank"]) for row in found] == [("zhang", "1"), ("li", "2")]
    assert [row["component"] for row in rows(capsys, root)] == ["wall"]
    files = written(capsys, root, tmp_path / "out")
    assert set(files) == {"2026-08-wall.md", "2026-08-development.md"}  # no certificate for the wall alone
    assert "- **新人王**: Zhang (East), 2\n" in files["2026-08-wall.md"]
    assert "Placed by: Sales\n" in files["2026-08-development.md"]


def test_an_award_may_have_a_certificate_of_its_own(capsys: Capture, tmp_path: Path) -> None:
    root = small(
        tmp_path,
        "best: {shape: recognition, period: month, award: gold, title: Gold, rank_by: sales_amount, top: 1}",
        "odd: {shape: recognition, period: month, award: monthly, rank_by: sales_amount, top: 1}",
    )
    write(root, {"report_templates/gold.md.j2": "{{ title }} {{ name }} {{ value }}\n"})
    files = written(capsys, root, tmp_path / "out")
    assert files["2026-08-best-zhang.md"] == "Gold Zhang ¥840,000.00\n"
    assert files["2026-08-odd-zhang.md"].startswith("# odd\n")  # `monthly` is the review's template
    write(root, {"report_templates/gold.md.j2": "\n{{ nmae }}\n"})
    done = salescli(capsys, root, "validate")
    assert (done.code, "report_templates/gold.md.j2:2:4: error[R003]" in done.out + done.err) == (1, True)
    done = salescli(capsys, root, "honours", "--write-to", str(tmp_path / "none"))
    assert done.code == 1
    assert not (tmp_path / "none").exists()


def test_names_are_data(capsys: Capture, tmp_path: Path) -> None:
    people = (replace(K10[0], name='"{{ 7*7 }} <b>*x*"'), *K10[1:])
    root = small(
        tmp_path,
        "star: {shape: recognition, period: month, award: x, title: '# {0}', rank_by: sales_amount, top: 1}",
        sellers=people,
    )
    text = written(capsys, root, tmp_path / "out")["2026-08-star-zhang.md"]
    assert text.startswith("# \\# \\{0\\}\n")
    assert "## \\{\\{ 7\\*7 \\}\\} \\<b\\>\\*x\\*\n" in text


def test_forms_and_misuse(capsys: Capture, sample: Path, tmp_path: Path) -> None:
    for form in ("table", "plain", "csv", "md"):
        done = salescli(capsys, sample, "honours", "--period", MONTH, "-o", form, "--lang", "en")
        assert (done.code, "小张" in done.out) == (0, True)
    done = salescli(capsys, sample, "honours", "--period", "2031-01")
    assert (done.code, done.out) == (2, "")
    (sample / "policies/plans/bad.yaml").write_text("plan: [")
    done = salescli(capsys, sample, "honours", "--write-to", str(tmp_path / "x"))
    assert done.code == 1
    assert not (tmp_path / "x").exists()
