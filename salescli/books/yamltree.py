"""YAML as a plain tree in which every node knows its place, and a scalar is nothing but its text.

Nodes are built from the parser's events, one at a time, so that depth and size are limits kept while
reading: nothing recurses, and 40,000 nested brackets cost no more than the first few. What YAML can do
beyond mappings, lists and scalars – anchors, tags, merge keys, several documents – is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from salescli.books.syntax import explain, is_about_context
from salescli.books.text import HIDDEN_OR_TAB, hidden_characters, read_text, source_line
from salescli.findings import Finding, Span, character_name, finding, has_errors
from salescli.i18n import N_

MAX_BYTES = 16 * 1024 * 1024
MAX_DEPTH = 40
MAX_NODES = 600_000

_WRITE_OUT = N_("write the part out where it is needed; put text that begins with & or * in quotes")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class Scalar:
    """A single value. `text` is as written, without its quotes; `plain` says that it had none."""

    text: str
    line: int
    column: int
    plain: bool = True


@dataclass(slots=True)
class MapNode:
    """A mapping: key text → (the key, its value), in the file's order."""

    line: int
    column: int
    entries: dict[str, tuple[Scalar, Node]] = field(default_factory=dict)


@dataclass(slots=True)
class ListNode:
    """A list."""

    line: int
    column: int
    items: list[Node] = field(default_factory=list)


Node = Scalar | MapNode | ListNode
Plain = None | str | dict[str, "Plain"] | list["Plain"]


@dataclass(frozen=True, slots=True)
class Document:
    """A file read as a tree.

    Attributes:
        path: Relative to the book's root, with forward slashes.
        root: Its outermost node.
        lines: Its lines, for showing them.
    """

    path: str
    root: Node
    lines: list[str]

    def span(self, node: Node) -> Span:
        """Where a node stands."""
        return Span(self.path, node.line, node.column)

    def source(self, line: int) -> str | None:
        """The user's own line, if there is one worth showing."""
        return source_line(self.lines, line)


def plain(node: Node) -> Plain:
    """The tree as dicts, lists and texts; an empty value is None."""
    if isinstance(node, Scalar):
        return None if node.plain and not node.text else node.text
    if isinstance(node, MapNode):
        return {key: plain(value) for key, (_, value) in node.entries.items()}
    return [plain(item) for item in node.items]


def read_yaml(path: Path, root: Path, found: list[Finding]) -> Document | None:
    """Read a YAML file of the book under `root`, adding to `found` all that is wrong with it as YAML.

    Returns:
        The tree, or None where what was found leaves none to be trusted.
    """
    name = path.relative_to(root).as_posix()
    text = read_text(path, name, found, MAX_BYTES)
    return None if text is None else parse_yaml(text, name, found)


def parse_yaml(text: str, name: str, found: list[Finding]) -> Document | None:
    """As `read_yaml`, for text already read; `name` is its path in findings."""
    lines = re.split(r"\r\n|\n|\r", text)
    clean = hidden_characters(lines, name, found)
    lines_to_parse = _without_tabs(lines, clean, name, found)
    plain_text = "\n".join(lines_to_parse)
    builder = _Builder(name, lines)
    try:
        try:
            builder.build(yaml.parse(plain_text, Loader=_LOADER))
        except yaml.YAMLError as error:
            if "nesting depth" not in str(error):
                raise
            # The C parser looks ahead and gives up without a place; the other one comes to where we stop.
            builder = _Builder(name, lines)
            builder.build(yaml.parse(plain_text, Loader=yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        builder.stopped = True
        if not any(_is_indented_by_tab(line) for line in lines):
            builder.found.append(_syntax_finding(error, name, lines))
    except yaml.YAMLError as error:
        builder.found.append(
            finding("Y006", Span(name), "this is not YAML: {problem}", problem=_first_line(error))
        )
    found.extend(builder.found)
    found.extend(_escaped(node, char, name, lines) for node, char in builder.hidden)
    if builder.stopped or has_errors(f for f in builder.found if f.code != "Y007"):
        return None
    root = builder.root
    if root is None or (isinstance(root, Scalar) and root.plain and not root.text):
        root = MapNode(1, 1)  # an empty file says nothing, which is for its model to judge
    return Document(name, root, lines)


def _escaped(node: Scalar, char: str, name: str, lines: list[str]) -> Finding:
    return finding(
        "Y013",
        Span(name, node.line, node.column),
        "the text holds a hidden character, {char}",
        hint="delete its escape",
        source=source_line(lines, node.line),
        char=character_name(char),
    )


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0]


def _is_indented_by_tab(line: str) -> bool:
    """Then whatever the parser says follows from the tab, which has been reported."""
    return "\t" in line[: len(line) - len(line.lstrip())]


def _without_tabs(lines: list[str], clean: list[str], name: str, found: list[Finding]) -> list[str]:
    """The lines to parse, each tab replaced by a space; the first tab of a line is a finding."""
    for number, line in enumerate(lines, 1):
        if (at := line.find("\t")) >= 0:
            found.append(
                finding(
                    "Y012",
                    Span(name, number, at + 1),
                    "there is a tab",
                    hint="use spaces; two for each level",
                    source=source_line(lines, number),
                )
            )
    return [line.replace("\t", " ") for line in clean]


def _syntax_finding(error: yaml.MarkedYAMLError, name: str, lines: list[str]) -> Finding:
    at_context = is_about_context(error.problem or "")
    mark = (error.context_mark if at_context else None) or error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    template, hint = explain(error.problem or "", error.context or "")
    if line > len(lines) or not any(text.strip() for text in lines[line - 1 :]):
        line = max((n for n, text in enumerate(lines, 1) if text.strip()), default=0)
        column = len(lines[line - 1]) + 1 if line else 0
    since = error.context_mark.line + 1 if error.context_mark else line
    return finding(
        "Y006",
        Span(name, line, column),
        template,
        hint=hint,
        source=source_line(lines, line),
        problem=error.problem or "",
        since=since,
    )


def _place(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (0, 0)


class _Builder:
    """Turns events into nodes with a stack of its own."""

    def __init__(self, name: str, lines: list[str]) -> None:
        self.name = name
        self.lines = lines
        self.found: list[Finding] = []
        self.root: Node | None = None
        self.stopped = False
        self.hidden: list[tuple[Scalar, str]] = []
        self._stack: list[MapNode | ListNode] = []
        self._keys: list[Scalar | None] = []
        self._nodes = 0

    def build(self, events: Iterable[yaml.Event]) -> None:
        """Take events until the end, or until a limit is passed."""
        documents = 0
        for event in events:
            if isinstance(event, yaml.ScalarEvent):
                self._tag_or_anchor(event)
                self._scalar(event)
            elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
                self._tag_or_anchor(event)
                kind = MapNode if isinstance(event, yaml.MappingStartEvent) else ListNode
                self._open(kind(*_place(event)))
            elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                self._stack.pop()
                self._keys.pop()
            elif isinstance(event, yaml.AliasEvent):
                self._say(
                    "Y008", event, "`*{name}` repeats another part of the file", _WRITE_OUT, name=event.anchor
                )
                self._add(Scalar("", *_place(event)))
            elif isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents == 2:
                    self._say(
                        "Y011", event, "a second document begins here", hint="make it a file of its own"
                    )
                    self.stopped = True
            if self.stopped:
                return

    def _say(self, code: str, event: yaml.Event, template: str, hint: str = "", **params: Any) -> None:
        self._say_at(code, *_place(event), template, hint, **params)

    def _say_at(
        self, code: str, line: int, column: int, template: str, hint: str = "", **params: Any
    ) -> None:
        source = source_line(self.lines, line)
        self.found.append(
            finding(code, Span(self.name, line, column), template, hint=hint, source=source, **params)
        )

    def _tag_or_anchor(self, event: yaml.NodeEvent) -> None:
        if event.anchor is not None:
            self._say(
                "Y008",
                event,
                "`&{name}` marks a part to be repeated elsewhere",
                _WRITE_OUT,
                name=event.anchor,
            )
        tag = getattr(event, "tag", None)
        if tag is not None:
            shown = str(tag).replace("tag:yaml.org,2002:", "!!")
            self._say("Y010", event, "`{tag}` is a tag", "write the value alone", tag=shown)

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        plain_style = bool(event.implicit[0])
        node = Scalar(event.value, *_place(event), plain_style)
        if not plain_style and (hidden := HIDDEN_OR_TAB.search(event.value)):
            self.hidden.append((node, hidden.group()))
        self._add(node)

    def _open(self, node: MapNode | ListNode) -> None:
        if self._stack and isinstance(self._stack[-1], MapNode) and self._keys[-1] is None:
            self._say_at(
                "Y015", node.line, node.column, "a list or mapping cannot be a key", "write a single word"
            )
            self.stopped = True
            return
        self._add(node)
        self._stack.append(node)
        self._keys.append(None)
        if len(self._stack) > MAX_DEPTH:
            self._say_at(
                "Y004",
                node.line,
                node.column,
                "nested more than {limit} levels deep",
                "close brackets where they end; no file of a book needs so many levels",
                limit=MAX_DEPTH,
            )
            self.stopped = True

    def _add(self, node: Node) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            self._say_at(
                "Y005",
                node.line,
                node.column,
                "more than {limit} values in one file",
                "put rows into CSV files",
                limit=MAX_NODES,
            )
            self.stopped = True
        elif not self._stack:
            self.root = node
        else:
            top = self._stack[-1]
            if isinstance(top, ListNode):
                top.items.append(node)
            elif self._keys[-1] is None:
                assert isinstance(node, Scalar)
                self._key(node, top)
                self._keys[-1] = node
            else:
                key = self._keys[-1]
                top.entries[key.text] = (key, node)
                self._keys[-1] = None

    def _key(self, key: Scalar, into: MapNode) -> None:
        if key.plain and key.text == "<<":
            self._say_at(
                "Y009", key.line, key.column, "`<<` merges another mapping", "write its keys out here"
            )
        elif key.text in into.entries:
            first = into.entries[key.text][0].line
            self._say_at(
                "Y007",
                key.line,
                key.column,
                "`{key}` is there twice, first in line {first}",
                "keep one of the two",
                key=key.text[:80],
                first=first,
            )
