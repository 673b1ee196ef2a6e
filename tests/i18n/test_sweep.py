"""Nobody who speaks Chinese meets English: every command, every example, every finding, every refusal.

What is looked for is in `english.py`. A failure names the lines with the English words in them.
"""

from __future__ import annotations

import importlib
import re
import shlex
from pathlib import Path

import click
import pytest
from english import WORD, english, half_width, phrases, without_sources, words_of
from test_cases import FOLDERS, SAMPLE, lay, make_book
from test_examples import PAGES, ROOT, blocks, commands, run

from salescli.cli.errors import guarded
from salescli.cli.group import COMMANDS, cli
from salescli.codes import CODES
from salescli.render.safe import width

CHINESE = ("--lang", "zh_CN")
# Commands that print a table where they are asked to, and what they print otherwise is for machines.
TABLES = (
    *("reconcile", "calendar", "split", "target", "status", "table", "due", "sprint", "ramp", "compare"),
    *("drivers", "diagnose", "signals", "forecast", "plan", "simulate", "payout", "explain", "health"),
    *("settle", "object", "verify", "honours", "action", "import"),
)
RAW = re.compile(r"statement --all|\brule P|-o (?:json|csv)|\bschema\b|--as-example|\bcompletion\b|--version")


class Book:
    """A book under test, and the words that are its own."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root, self._capsys = root, capsys

    def says(self, words: list[str]) -> str:
        """What a command prints in Chinese, in this process."""
        code = guarded(cli, [*CHINESE, *words])
        out, err = self._capsys.readouterr()
        assert code != 3, err
        return (out + err).replace(str(self.root), "账本")

    def left(self, text: str, line: str = "") -> list[str]:
        """Lines of a text with English in them, which neither the book nor the command line brought in, or
        with marks that are not Chinese."""
        known = words_of(self.root) | {word.lower() for word in WORD.findall(line)}
        found = [
            f"{words} {said}"
            for said in without_sources(text).splitlines()
            if (words := english(said, known))
        ]
        return found + half_width(text)


@pytest.fixture
def sample(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Book:
    return laid(tmp_path / "book", capsys, monkeypatch)


def laid(root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Book:
    for name in SAMPLE:
        root.mkdir(exist_ok=True)
        lay(ROOT / name, root / name)
    at_home(root, monkeypatch)
    return Book(root, capsys)


def at_home(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    monkeypatch.setenv("COLUMNS", "400")
    monkeypatch.delenv("SALESCLI_DIR", raising=False)


# --- the sweep


@pytest.mark.parametrize("page", [p for p in PAGES if blocks(p)], ids=lambda p: str(p.relative_to(ROOT)))
def test_examples_of_the_docs(page: Path, sample: Book) -> None:
    """Every command of every page as a table, and every document it writes."""
    left: list[str] = []
    for block in blocks(page):
        for line, _ in commands(block):
            if not line.startswith("salescli ") or re.search(r"[|>]|&&", line):
                run(line, sample.root)
                continue
            words = shlex.split(line.replace("--lang en", ""), comments=True)[1:]
            if words[-2:] == ["-o", "plain"]:
                words = words[:-2]
            if next((w for w in words if w in COMMANDS), "") in TABLES and "-o" not in words:
                words += [] if "-O" in words else ["-o", "table"]
            before = set(sample.root.rglob("*.md"))
            text = sample.says(words)
            if RAW.search(line):
                continue
            written = sorted(set(sample.root.rglob("*.md")) - before)
            text += "".join(path.read_text(encoding="utf-8") for path in written)
            left += [f"$ {line}: {one}" for one in sample.left(yaml_left_out(text), line)]
    assert not left, "\n".join(left)


def yaml_left_out(text: str) -> str:
    """A text without the 5-Why that is to be pasted into a file: its keys are the file's."""
    return re.sub(r"^(?:- period:|  \w+:|    - \{|diagnoses:).*$", "", text, flags=re.MULTILINE)


@pytest.mark.parametrize("case", FOLDERS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_cases_in_chinese(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is wrong with a book, its finding and remedy are Chinese."""
    root = tmp_path / "book"
    make_book(case, root)
    at_home(root, monkeypatch)
    book = Book(root, capsys)
    left: list[str] = []
    for line in (case / "cmd").read_text(encoding="utf-8").splitlines():
        words = shlex.split(line)[1:]
        if "--lang" in words:
            at = words.index("--lang")
            del words[at : at + 2]
        if words[0] in TABLES and "-o" not in words:
            words += ["-o", "table"]
        text = book.says(words)
        if "json" not in words and "csv" not in words:
            left += book.left(yaml_left_out(text), line)
    assert not left, "\n".join(left)


REFUSED = """
status --foo
status --period
status --perod 2026-08
status --period 2026-13
status -o xml
status --by team
status --lang xx
status --person nobody
status --region nowhere
status extra
status -O /
status -O ledger/x.csv
-C no-such-folder status
statusx
table --period 2019-01
due --as-of xx
due --at 99
due --ahead many
sprint --to x
ramp --period q
compare --with foo
compare --metric foo
drivers --top x
drivers --top 0
drivers --by foo
drivers --metric foo
diagnose --period 2026-08 --person foo
signals --person foo
forecast --by foo
forecast --metric collection_rate
payout --person foo
payout --period foo
explain
explain foo
explain zhang extra
plan show nope
plan show
plan
simulate --set foo
simulate --set commission.rate=abc --period 2026-08
simulate --grid x
simulate --plan nofile.yaml
health --period foo
settle
settle clos
settle draft
settle draft 2026
settle close 2026-07
settle publish 2026-07 --on 2026
object add 2026-08
object add 2026-08 zhang
object add 2026-08 zhang --reason x
object answer 2026-08 1 --accept --text x
verify 2020-01
statement zhang
statement --all
honours --period foo
export payroll 2026-08
export public 2026-08
export journal 2026-08 --for sap
review
review monthly 2030-01
review weekly 2026-99
action done nope
action list --as-of 2020
rule X999
schema nope
init .
completion foo
calendar show abc
calendar show 3000
calendar next-workday x
calendar add 2027 --days foo
calendar add 2027 --workdays 2027-01-04
split no.yaml
target rollup no.yaml
validate nofile
import foo x.csv --map y.yaml
import deals nofile.csv --map x.yaml
import deals ledger/org.yaml --map salescli.yaml
reconcile --within x
reconcile --tolerance x
reconcile --receipts nofile.csv --map no.yaml
reconcile --receipts nofile.csv
"""


@pytest.mark.parametrize("line", REFUSED.strip().splitlines())
def test_refusals(line: str, sample: Book) -> None:
    """A command line that is wrong, and a state that forbids it, by click's texts and by ours."""
    text = sample.says(shlex.split(line))
    assert text.strip()
    left = sample.left(text, line)
    assert not left, "\n".join(left)


SENTENCES = """
status --period 2026-08
compare --period 2026-08
drivers --period 2026-08
diagnose --period 2026-08
forecast --period 2026-08 --as-of 2026-08-14
sprint --period 2026-Q3 --as-of 2026-08-31
reconcile --period 2026-08 --within 200
plan show account-manager-2026
target rollup Q3.yaml
explain zhang --period 2026-08
payout --period 2026-Q3
health --period 2026-Q3
honours --period 2026-08
due --as-of 2026-08-28 --at 18:00
calendar show 2026-10
"""


@pytest.mark.parametrize("line", SENTENCES.strip().splitlines())
def test_sentences_between_tabs(line: str, sample: Book) -> None:
    """Plain lines have keys, ids and states for machines, and their sentences in Chinese."""
    text = sample.says([*shlex.split(line), "-o", "plain"])
    data = " ".join(sorted(path.read_text(encoding="utf-8") for path in sample.root.rglob("*.yaml")))
    assert [one for one in phrases(text) if one not in data] == []


# --- help and codes


def every_command() -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = [()]
    for name, entry in COMMANDS.items():
        command = getattr(importlib.import_module(f"salescli.cli.{entry.module}"), entry.function)
        found.append((name,))
        if isinstance(command, click.Group):
            found += [(name, below) for below in command.commands]
    return found


@pytest.mark.parametrize("words", every_command(), ids=lambda words: " ".join(words) or "salescli")
def test_help(words: tuple[str, ...], sample: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    text = sample.says([*words, "--help"])
    choices = re.sub(r"\[[\w|]+\]|\{[\w|]+\}|\b\w+(?:\|\w+)+\b", "", text)
    choices = re.sub(r"^ {5,}", " ", choices, flags=re.MULTILINE)
    names = re.sub(rf"^  (?:{'|'.join(COMMANDS)}|[a-z-]+) ", "", choices, flags=re.MULTILINE)
    left = sample.left(names, " ".join((*words, "region product person target settings org metrics")))
    assert not left, "\n".join(left)
    assert [line for line in text.splitlines() if width(line) > 80] == []


@pytest.mark.parametrize("code", sorted(CODES))
def test_codes_are_explained(code: str, sample: Book) -> None:
    left = sample.left(re.sub(r"^ {4}.*$", "", sample.says(["rule", code]), flags=re.MULTILINE))
    assert not left, "\n".join(left)


# --- which language


def test_the_language_is_settled_before_the_words_are_understood(
    tmp_path: Path, sample: Book, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--lang` first, else the book of `-C`, of SALESCLI_DIR or of the folder; English outside of books."""

    def said(*words: str) -> str:
        assert guarded(cli, list(words)) == 2
        return capsys.readouterr().err

    assert "用法" in said()  # not a word
    assert "Usage" in said("--lang", "en")
    chinese, english_text = "没有选项", "No such option"
    assert chinese in said("status", "--foo")
    assert english_text in said("status", "--foo", "--lang", "en")
    assert english_text in said("--lang=en", "status", "--foo")
    monkeypatch.chdir(tmp_path)
    assert english_text in said("status", "--foo")
    assert chinese in said("status", "--foo", "--lang=zh_CN")
    for words in (("-C", str(sample.root)), (f"-C{sample.root}",), (f"--dir={sample.root}",)):
        assert chinese in said("status", "--foo", *words)
        assert chinese in said(*words, "status", "--foo")
    monkeypatch.setenv("SALESCLI_DIR", str(sample.root))
    assert chinese in said("status", "--foo")
    assert "不是日期" in said("due", "--as-of", "xx")
