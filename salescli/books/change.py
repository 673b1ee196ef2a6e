"""Changing single values of a plan as if its file said so, for trying out (SPEC I10)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from salescli.books.yamltree import Document, ListNode, MapNode, Node, Scalar, parse_yaml
from salescli.findings import Finding, Misuse, did_you_mean
from salescli.i18n import several

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_PATH = re.compile(r"[^.\[\]]+(?:\.[^.\[\]]+|\[\d+\])*")


@dataclass(frozen=True, slots=True)
class Change:
    """`plan:component.tiers[2].rate=2.5%`.

    Attributes:
        plan: Id of the plan; empty where only one has the place.
        path: Keys and indexes (from 0).
        value: What is to stand there, as in the file.
        text: As given.
    """

    plan: str
    path: tuple[str | int, ...]
    value: str
    text: str


def parse_change(text: str) -> Change:
    """Read `[PLAN:]PATH=VALUE`.

    Raises:
        Misuse: if it is not one.
    """
    where, equals, value = text.partition("=")
    plan, colon, path = where.strip().rpartition(":")
    if not equals or not value.strip() or not _PATH.fullmatch(path) or (colon and not plan):
        raise Misuse(
            "{text} is not a change",
            hint="write PLAN:COMPONENT.KEY=VALUE, such as commission.tiers[2].rate=2.5%",
            text=text,
        )
    steps = tuple(int(index) if index else word for word, index in _STEP.findall(path))
    return Change(plan, steps, value.strip(), text)


def change_document(document: Document, change: Change) -> None:
    """Put the value where the path leads; the path may begin inside `components`.

    Raises:
        Misuse: if nothing stands there, with what does.
    """
    assert isinstance(document.root, MapNode)
    path = change.path
    if str(path[0]) not in document.root.entries:
        path = ("components", *path)
    node: Node = document.root
    for step in path[:-1]:
        node = _into(node, step, change)
    last = path[-1]
    found: list[Finding] = []
    made = parse_yaml(change.value, document.path, found)
    new = made.root if made is not None and not found else Scalar(change.value, node.line, node.column)
    if isinstance(node, MapNode) and isinstance(last, str):
        if last in node.entries:
            key, old = node.entries[last]
            node.entries[last] = (key, _placed(new, old.line, old.column))
        else:  # the schema says whether there is such a key
            key = Scalar(last, node.line, node.column)
            node.entries[last] = (key, _placed(new, node.line, node.column))
    elif isinstance(node, ListNode) and isinstance(last, int) and last < len(node.items):
        old = node.items[last]
        node.items[last] = _placed(new, old.line, old.column)
    else:
        _into(node, last, change)


def has_place(document: Document, change: Change) -> bool:
    """Whether everything but the last step of a change leads somewhere in a plan."""
    if not isinstance(document.root, MapNode):
        return False
    path = change.path
    if str(path[0]) not in document.root.entries:
        path = ("components", *path)
    node: Node = document.root
    try:
        for step in path[:-1]:
            node = _into(node, step, change)
    except Misuse:
        return False
    return True


def _into(node: Node, step: str | int, change: Change) -> Node:
    if isinstance(node, MapNode) and isinstance(step, str):
        if step in node.entries:
            return node.entries[step][1]
        near = did_you_mean(step, node.entries)
        if near:
            raise Misuse(
                "{text}: there is no {step}",
                hint="did you mean {near}?",
                text=change.text,
                step=step,
                near=near,
            )
        known = several(node.entries)
        raise Misuse(
            "{text}: there is no {step}", hint="there are: {known}", text=change.text, step=step, known=known
        )
    if isinstance(node, ListNode) and isinstance(step, int) and step < len(node.items):
        return node.items[step]
    count = len(node.items) if isinstance(node, ListNode) else 0
    raise Misuse(
        "{text}: there is no [{step}]",
        hint="the first is [0], the last [{last}]" if count else "no list stands there",
        text=change.text,
        step=step,
        last=count - 1,
    )


def _placed(node: Node, line: int, column: int) -> Node:
    """A value whose every part stands where the old one stood, so that reasons still name a line."""
    node.line, node.column = line, column
    if isinstance(node, MapNode):
        for key, value in node.entries.values():
            key.line, key.column = line, column
            _placed(value, line, column)
    elif isinstance(node, ListNode):
        for item in node.items:
            _placed(item, line, column)
    return node
