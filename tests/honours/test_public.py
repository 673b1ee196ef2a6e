"""`export public`: as little as the policy says, and nothing else anywhere (SPEC S6)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from track_books import salescli

from salescli import i18n
from salescli.render.mask import initial, masked, shown_name
from salescli.render.numbers import money_full
from tests.pay.books import make_book as pay_book

Capture = pytest.CaptureFixture[str]
AUGUST = "2026-08"


@pytest.fixture
def book(tmp_path: Path, capsys: Capture) -> Path:
    root = pay_book(tmp_path / "book")
    for words in (("draft", AUGUST), ("publish", AUGUST, "--on", "2026-09-02")):
        assert salescli(capsys, root, "settle", *words).code == 0
    return root


def policy(root: Path, text: str) -> None:
    path = root / "salescli.yaml"
    path.write_text(
        path.read_text(encoding="utf-8") + f"settlement: {{public: {{{text}}}}}\n", encoding="utf-8"
    )


def public(capsys: Capture, root: Path, *words: str) -> str:
    done = salescli(capsys, root, "export", "public", AUGUST, "--lang", "en", *words)
    assert done.code == 0, done.err
    return done.out


def shown(capsys: Capture, root: Path) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(public(capsys, root, "-o", "json"))["rows"]
    return found


def payable(root: Path) -> dict[str, str]:
    lines = (root / "ledger/settlements/2026-08/payouts.csv").read_text().splitlines()
    at = lines[0].split(",").index("payable")
    return {line.split(",")[0]: line.split(",")[at] for line in lines[1:]}


def test_without_a_policy_names_are_masked_and_nothing_else_is_shown(book: Path, capsys: Capture) -> None:
    paid = {person: amount for person, amount in payable(book).items() if float(amount) > 0}
    assert paid
    rows = shown(capsys, book)
    assert len(rows) == len(paid)
    assert {key for row in rows for key in row} == {"name"}
    text = public(capsys, book) + public(capsys, book, "-o", "json")
    for secret in ("小张", "zhang", "华东", "east", "top3", "commission", *paid.values()):
        assert secret not in text
    for amount in paid.values():
        assert f"{float(amount):,.2f}" not in text
    assert "小\\*" in text
    assert "Published: 2026-09-02 · Objections until: 2026-09-07" in text


def test_what_the_policy_allows_is_shown(book: Path, capsys: Capture) -> None:
    policy(book, "names: full, amounts: exact, ranks: shown, regions: shown")
    rows = {row["name"]: row for row in shown(capsys, book)}
    assert rows["小张"]["amount"] == payable(book)["zhang"]
    assert rows["小张"]["region"] == "华东"
    assert "| 小张" in public(capsys, book)


@pytest.mark.parametrize(
    ("names", "expected"), [("full", "小张"), ("masked", "小*"), ("initial", "小某"), ("id", "zhang")]
)
def test_names(book: Path, capsys: Capture, names: str, expected: str) -> None:
    policy(book, f"names: {names}")
    assert expected in {row["name"] for row in shown(capsys, book)}


def test_amounts_in_bands(book: Path, capsys: Capture) -> None:
    exact = float(payable(book)["zhang"])
    policy(book, f"names: id, amounts: bands, bands: [1, {exact:.2f}]")
    rows = {row["name"]: row["amount"] for row in shown(capsys, book)}
    assert rows["zhang"] == f"{money_full(int(exact), 'CNY')} or more"  # a bound belongs to the band above it
    lower = {name: text for name, text in rows.items() if float(payable(book)[name]) < exact}
    assert set(lower.values()) <= {f"¥1.00 to under {money_full(int(exact), 'CNY')}"}


def test_the_order_tells_nothing_that_is_hidden(book: Path, capsys: Capture) -> None:
    policy(book, "names: masked")
    rows = [row["name"] for row in shown(capsys, book)]
    assert rows == sorted(rows)


def test_only_what_is_published_and_untouched_is_given_out(tmp_path: Path, capsys: Capture) -> None:
    root = pay_book(tmp_path / "other")
    done = salescli(capsys, root, "export", "public", AUGUST)
    assert (done.code, done.out) == (4, "")
    assert "salescli settle publish 2026-08" in done.err
    assert salescli(capsys, root, "settle", "draft", AUGUST).code == 0
    assert salescli(capsys, root, "export", "public", AUGUST).code == 4
    assert salescli(capsys, root, "settle", "publish", AUGUST, "--on", "2026-09-02").code == 0
    assert salescli(capsys, root, "export", "public", AUGUST).code == 0
    payouts = root / "ledger/settlements/2026-08/payouts.csv"
    payouts.write_text(payouts.read_text().replace("zhang", "zhong"))
    done = salescli(capsys, root, "export", "public", AUGUST)
    assert (done.code, done.out) == (4, "")


def test_a_template_of_the_book_gets_what_the_policy_allows_only(book: Path, capsys: Capture) -> None:
    path = book / "report_templates/public.md.j2"
    path.parent.mkdir()
    path.write_text(
        "{% for one in people %}{{ one.name }}|{{ one.amount }}|{{ one.places }}|{% endfor %}{{ state }}"
    )
    assert public(capsys, book).startswith("小\\*||[]|")
    path.write_text("\n{{ person }}")
    done = salescli(capsys, book, "export", "public", AUGUST)
    assert (done.code, done.out) == (1, "")
    assert "report_templates/public.md.j2:2:4: error[R003]" in done.err


@pytest.mark.parametrize(
    ("name", "hidden", "short"),
    [
        ("张三", "张*", "张某"),
        ("王小明", "王*明", "王某"),
        ("欧阳小明", "欧**明", "欧某"),
        ("王", "*", "王某"),
        ("阿依古丽·买买提", "阿*****提", "阿某"),
        ("Maria Gonzalez", "M*** G***", "M. G."),
        ("Li", "L***", "L."),
        ("José Ñandú", "J*** Ñ***", "J. Ñ."),
        ("X", "*", "X."),
        ("Zhang 三", "Z*** *", "Z. 三."),
        ("   ", "*", "*"),
        ("", "*", "*"),
    ],
)
def test_masks(name: str, hidden: str, short: str) -> None:
    assert (masked(name), initial(name)) == (hidden, short)


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=8))
def test_a_masked_chinese_name_keeps_its_length_and_ends_only(name: str) -> None:
    i18n.use("en")
    text = shown_name(name, "id", "masked")
    assert len(text) == len(name)
    assert text[0] == name[0]
    assert set(text[1:-1]) <= {"*"}
    assert text[-1] == ("*" if len(name) == 2 else name[-1])
