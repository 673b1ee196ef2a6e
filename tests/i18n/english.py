"""English that is left in a Chinese text, once everything that is no language is taken away.

What may stay: what the user or the book wrote (ids, names, values, their own lines), file names, commands
and options, code between backticks, and the words of `KEPT`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

# Words of products and formats, which Chinese business writes in Latin letters too.
KEPT = frozenset(
    "CSV YAML JSON UTF GBK GB BOM CRM Excel Markdown Parquet Jinja Git git LFS SHA Schema GitHub HH MM CI"
    " SHELL salescli hledger ledger beancount DuckDB"
    # countries and currencies by their codes, the ways of printing and languages as they are typed
    " CN CNY USD EUR table plain csv json md en zh_CN".split()
)
FILE = r"[\w.{}<>*/-]*[\w*}>]\.(?:yaml|csv|md|j2|xlsx|json|journal|beancount|lock|parquet|py)\b(?::\d+)*"
NO_LANGUAGE = re.compile(
    "|".join(
        (
            r"`[^`\n]*`",
            r"'[\w./|{}-]+'",  # what was typed, or may be
            r"~/\S+|\[默认：[^\]]*\]",
            r"\b[A-Z][a-z]+:[A-Z][a-z]+\]",  # an account
            r"^  cd \S+",
            r"^  [a-z-]+ {2,}",  # a command before what it does
            r"是不是(?:想写|想用)? ?\S+？",
            r"&\w+;",  # Markdown's own
            r"[A-Za-z][\w.()…-]*(?:、[A-Za-z][\w.()…-]*)+",  # ids in a list
            r"\b\w+_\w+\b",  # keys of files
            FILE,
            r"(?:[\w.-]+/)+[\w.-]*",
            r"salescli(?: -{0,2}[\w./{}…<>\[\]|=:*,-]+)+",
            r"(?<![\w-])--?[a-z][\w-]*(?:[= ](?:[A-Z][A-Z|=:\[\]./]*|\.\.\.))?",
            r"\[[A-Z]\d{3}\]|\b[A-Z]\d{3}\b",
            r"\b0x\w+|\b[0-9a-f]{7,64}\b",  # hashes of commits and entries
            r"\b[A-Z]{1,3}-?\d[\w-]*",  # ids such as D202608-001
        )
    ),
    re.MULTILINE,
)
WORD = re.compile(r"[A-Za-z][A-Za-z_']*[A-Za-z]")
_OF_BOOKS = ("regions", "products", "people", "metrics", "components", "roles", "levels", "rates", "goals")


def english(text: str, known: frozenset[str] = frozenset()) -> list[str]:
    """The words of a text that are English and nobody's id or name, in their order."""
    bare = NO_LANGUAGE.sub(" ", text.replace("\\", ""))
    return [word for word in WORD.findall(bare) if word not in KEPT and word.lower() not in known]


def without_sources(text: str) -> str:
    """Findings without the user's own lines below them, and their carets."""
    return re.sub(r"(\[[A-Z]\d{3}\].*\n) {4}.*\n(?: {4,}\^\n)?", r"\1", text)


def words_of(book: Path) -> frozenset[str]:
    """Every word that a book's files say as a value or as an id: data, in whatever language."""
    found: set[str] = set()
    for path in sorted(book.rglob("*")):
        if path.suffix == ".yaml" and path.is_file():
            found.update(_of_yaml(path))
        elif path.suffix == ".csv":
            found.update(_of_csv(path))
    return frozenset(found)


def _of_yaml(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8", errors="replace")
    try:
        read = list(yaml.safe_load_all(text))
    except (yaml.YAMLError, ValueError, RecursionError):
        read = [{"people": dict.fromkeys(text.split())}]  # broken on purpose: all of it is the user's
    for document in read:
        yield from _values(document, keys=False)


def _values(node: Any, keys: bool) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if keys:
                yield from _split(str(key))
            yield from _values(value, keys=key in _OF_BOOKS)
    elif isinstance(node, list):
        for value in node:
            yield from _values(value, keys=False)
    else:
        yield from _split(str(node))


def _of_csv(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8", errors="replace")
    for row in list(csv.reader(text.splitlines()))[1:]:
        for cell in row:
            yield from _split(cell)


def _split(text: str) -> Iterator[str]:
    yield from (word.lower() for word in WORD.findall(text))


# ASCII marks beside Chinese: `甲, 乙`, `甲; 乙`, `甲: 乙`, `甲 (乙)`.
_HALF = re.compile(
    r"[一-鿿）”] ?[,;!?]|[,;] ?[一-鿿（]|[一-鿿]:(?!\d)|\([一-鿿]"
    r"|(?<!salescli)(?<!\])(?<!\d)(?<!yaml)(?<!csv)(?<!j2): ?[一-鿿]"
)


def half_width(text: str) -> list[str]:
    """Lines of a Chinese text in which a mark is not a Chinese one."""
    bare = re.sub(r"`[^`\n]*`|^.*\{.*\}.*$", "", without_sources(text), flags=re.MULTILINE)
    return [line for line in bare.splitlines() if _HALF.search(line)]


def phrases(text: str) -> list[str]:
    """Two English words and more in a row: no key and no state, but a sentence."""
    bare = NO_LANGUAGE.sub("\t", text.replace("\\", ""))
    return re.findall(r"[A-Za-z][a-z']+(?: [a-z']{2,})+", bare)
