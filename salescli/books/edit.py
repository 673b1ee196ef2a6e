"""Changing a YAML file that people write, in place.

Only what is asked for is inserted, at the positions of the file's nodes, so that comments, order and every
other byte stay; what is there is never overwritten. Each change is read back before it is given out: the new
text must mean exactly the old one and the change, or there is none.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from salescli.books.yamltree import Document, ListNode, MapNode, Node, Scalar, parse_yaml, plain
from salescli.findings import Finding, Refused, has_errors
from salescli.i18n import N_

Loc = tuple[str | int, ...]
_BREAK = re.compile(r"(\r\n|\n|\r)")
# A day and a place in a file are texts here and need no quotes, whatever other readers would make of them.
_PLAIN = re.compile(r"\d{4}-\d\d-\d\d|[A-Za-z][A-Za-z0-9./_-]*:\d+", re.ASCII)


def scalar_text(value: str) -> str:
    """A text as it stands behind a key, in one line, quoted where YAML needs it."""
    import yaml

    if _PLAIN.fullmatch(value):
        return value
    listed = yaml.safe_dump(
        [value],
        default_flow_style=True,
        allow_unicode=True,
        width=10**9,
        default_style='"' if "\n" in value else None,
    )
    return str(listed).strip().removeprefix("[").removesuffix("]")


def set_keys(data: bytes, path: str, loc: Loc, values: Mapping[str, str], after: str) -> bytes:
    """Fill in keys of the mapping at `loc`: empty ones in their places, missing ones after the key `after`.

    Args:
        data: The file as it is.
        path: Its name, for messages.
        loc: Keys and numbers of list entries down to the mapping.
        values: Key → text of its value.
        after: A key of the mapping whose value is on one line.

    Raises:
        Refused: if one of the keys has a value already, or the text leaves no place for it.
    """
    text = _Text(data, path)
    entry = _node(text.document.root, loc)
    if not isinstance(entry, MapNode):
        raise text.refused(entry.line)
    expected = plain(text.document.root)
    target: Any = expected
    for part in loc:
        target = target[part]
    missing: list[tuple[str, str]] = []
    for key, value in values.items():
        if key not in entry.entries:
            missing.append((key, value))
        elif target.get(key) is None:
            name = entry.entries[key][0]
            text.fill(name, value)
        else:
            raise Refused(
                N_("`{key}` is filled in already at {place}"),
                hint=N_("what people wrote is not overwritten: change it in the file"),
                key=key,
                place=f"{path}:{entry.entries[key][0].line}",
            )
        target[key] = value
    if missing:
        text.add(entry, after, missing)
    return text.checked([text.made()], expected, entry.line)


def append_entries(data: bytes | None, path: str, key: str, entries: Sequence[str], head: str) -> bytes:
    """Add entries to the list under `key` of the outermost mapping; everything else stays as it is.

    Args:
        data: The file as it is; None if there is none yet.
        path: Its name, for messages.
        entries: The YAML of each, unindented, as a mapping of several lines that end in a line break.
        head: First lines of a new file.

    Raises:
        Refused: if the text leaves no place for them, such as a list in brackets.
    """
    wanted = [plain(_document(entry, path).root) for entry in entries]
    if data is None:
        body = "".join(_indented(entry, 2) for entry in entries)
        data = f"{head}{key}:\n{body}".encode()
        text = _Text(data, path)
        return text.checked([data.decode()], {key: wanted}, 1)
    text = _Text(data, path)
    root = text.document.root
    if not isinstance(root, MapNode) or text.at(root) == "{":
        raise text.refused(root.line)
    expected: Any = copy.deepcopy(plain(root))
    expected[key] = [*(expected.get(key) or []), *wanted]
    known = root.entries.get(key)
    return text.checked(text.appended(root, key, known, entries), expected, known[0].line if known else 1)


class _Text:
    """A file's text, line by line, with what is to be inserted."""

    def __init__(self, data: bytes, path: str) -> None:
        self.path = path
        self.bom = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
        text = data[len(self.bom) :].decode()
        self.document = _document(text, path)
        parts = _BREAK.split(text)
        self.lines = parts[::2]
        self.ends = [*parts[1::2], ""]
        self.end = next((end for end in self.ends if end), "\n")
        self._within: dict[tuple[int, int], str] = {}
        self._below: dict[int, list[str]] = {}

    def at(self, node: Node) -> str:
        """The character a node begins with."""
        line = self.lines[node.line - 1] if node.line <= len(self.lines) else ""
        return line[node.column - 1 : node.column]

    def fill(self, key: Scalar, value: str) -> None:
        """Write a value behind the colon of an empty key."""
        line = self.lines[key.line - 1]
        colon = line.find(":", key.column - 1 + len(key.text))
        if colon < 0:
            raise self.refused(key.line)
        self._within[key.line, colon + 1] = f" {scalar_text(value)}"

    def add(self, entry: MapNode, after: str, pairs: Sequence[tuple[str, str]]) -> None:
        """Write new keys behind a key of one line, in its style."""
        if after not in entry.entries:
            raise self.refused(entry.line)
        key, value = entry.entries[after]
        if not isinstance(value, Scalar):
            raise self.refused(key.line)
        if self.at(entry) == "{":
            line = self.lines[value.line - 1]
            stop = value.column - 1 + len(value.text)
            if not value.plain:
                stop = line.find(line[value.column - 1], value.column) + 1
            words = "".join(f", {name}: {scalar_text(text)}" for name, text in pairs)
            self._within[value.line, stop] = self._within.get((value.line, stop), "") + words
        else:
            indent = " " * (key.column - 1)
            last = value.line if value.text else key.line
            self._below.setdefault(last, []).extend(
                f"{indent}{name}: {scalar_text(text)}" for name, text in pairs
            )

    def made(self) -> str:
        """The text with everything inserted."""
        out: list[str] = []
        for number, (line, end) in enumerate(zip(self.lines, self.ends, strict=True), 1):
            for column in sorted((c for n, c in self._within if n == number), reverse=True):
                line = line[:column] + self._within[number, column] + line[column:]
            out += [line, end]
            below = self._below.get(number, [])
            if below:
                out[-1:] = [self.end, self.end.join(below), end]
        return "".join(out)

    def appended(
        self, root: MapNode, key: str, known: tuple[Scalar, Node] | None, entries: Sequence[str]
    ) -> Iterator[str]:
        """Ways to add entries: behind the list's last line of text, else right before what follows it."""
        if known is None:
            first = next(iter(root.entries.values()))[0].column if root.entries else 1
            head = " " * (first - 1)
            yield self._insert(len(self.lines), [f"{head}{key}:", *self._block(entries, first + 1)])
            return
        name, value = known
        if isinstance(value, Scalar) and not value.text:
            yield self._insert(name.line, self._block(entries, name.column + 1))
            return
        if not isinstance(value, ListNode) or self.at(value) != "-":
            raise self.refused(name.line)
        block = self._block(entries, value.column - 1)
        later = [other.line for other, _ in root.entries.values() if other.line > name.line]
        stop = min(later, default=len(self.lines) + 1) - 1
        last = stop
        while last > value.line and re.fullmatch(r"\s*(#.*)?", self.lines[last - 1]):
            last -= 1
        yield self._insert(last, block)
        yield self._insert(stop, block)

    def _block(self, entries: Sequence[str], indent: int) -> list[str]:
        return [line for entry in entries for line in _indented(entry, indent).removesuffix("\n").split("\n")]

    def _insert(self, after: int, block: Sequence[str]) -> str:
        """The text with lines put behind line number `after`."""
        body = list(zip(self.lines, self.ends, strict=True))
        before, behind = body[:after], body[after:]
        if before and not before[-1][1]:  # the file's last line, without a line break
            line = before.pop()[0]
            before += [(line, self.end)] if line else []
        middle = [(line, self.end) for line in block]
        return "".join(line + end for line, end in [*before, *middle, *behind])

    def checked(self, ways: Iterator[str] | Sequence[str], expected: object, line: int) -> bytes:
        """The first text that reads as expected."""
        for text in ways:
            found: list[Finding] = []
            document = parse_yaml(text, self.path, found)
            if document is not None and not has_errors(found) and plain(document.root) == expected:
                return self.bom + text.encode()
        raise self.refused(line)

    def refused(self, line: int) -> Refused:
        """What is said where the file's form leaves no place."""
        return Refused(
            N_("{place} is written in a form that cannot be added to without changing it"),
            hint=N_("write one key a line and one entry a `- `, or add it by hand"),
            place=f"{self.path}:{line}",
        )


def _document(text: str, path: str) -> Document:
    found: list[Finding] = []
    document = parse_yaml(text, path, found)
    if document is None or has_errors(found):
        raise Refused(
            N_("{path} has errors, so nothing is written into it"),
            hint=N_("mend it first: salescli validate"),
            path=path,
        )
    return document


def _node(root: Node, loc: Loc) -> Node:
    node = root
    for part in loc:
        if isinstance(node, MapNode):
            node = node.entries[str(part)][1]
        elif isinstance(node, ListNode) and isinstance(part, int):
            node = node.items[part]
    return node


def _indented(entry: str, indent: int) -> str:
    """A mapping as an entry of a block list."""
    lines = entry.removesuffix("\n").split("\n")
    first, rest = " " * indent + "- ", " " * (indent + 2)
    return "".join(f"{first if index == 0 else rest}{line}\n" for index, line in enumerate(lines))
