"""Leaving out what is wrong in a tree, so that the rest can still be checked. Never calculated with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic_core import ErrorDetails

from salescli.books.yamltree import ListNode, MapNode, Node, Scalar

TAG = "\N{MIDDLE DOT}"
"""Begins the tag of a union's member, so that it is never taken for a key of the file."""


def keys_of(loc: Iterable[str | int]) -> list[str | int]:
    """The keys and indexes of an error's place, without the tags of unions."""
    return [part for part in loc if not str(part).startswith(TAG)]


def repair(data: Any, root: Node, errors: Sequence[ErrorDetails], substitutes: Mapping[str, str]) -> None:
    """Take what `errors` name out of `data` and out of the tree it was made from, alike.

    A key with a substitute gets that; what lacks a key without one goes as a whole.
    """
    gone: set[tuple[str | int, ...]] = set()
    for error in errors:
        loc = keys_of(error["loc"])
        if loc and loc[-1] == "[key]":
            loc.pop()
        elif loc and loc[-1] in substitutes and error["type"] != "extra_forbidden":
            _put(data, root, loc, substitutes[str(loc[-1])])
            continue
        elif error["type"] == "missing":
            loc.pop()
        gone.add(tuple(loc))
    for path in sorted((loc for loc in gone if loc), key=_depth_first):
        _remove(data, root, path)


def _depth_first(loc: tuple[str | int, ...]) -> tuple[int, list[tuple[int, str]]]:
    """Deeper places first, later entries of a list before earlier ones."""
    return -len(loc), [(-part if isinstance(part, int) else 0, str(part)) for part in loc]


def _walk(data: Any, node: Node, loc: Sequence[str | int]) -> tuple[Any, Node] | None:
    for part in loc:
        if isinstance(data, dict) and isinstance(node, MapNode) and str(part) in data:
            data, node = data[str(part)], node.entries[str(part)][1]
        elif isinstance(data, list) and isinstance(node, ListNode) and isinstance(part, int):
            data, node = data[part], node.items[part]
        else:
            return None
    return data, node


def _put(data: Any, root: Node, loc: list[str | int], value: str) -> None:
    place = _walk(data, root, loc[:-1])
    if place and isinstance(place[0], dict) and isinstance(place[1], MapNode):
        key = str(loc[-1])
        place[0][key] = value
        old = place[1].entries.get(key, (place[1], place[1]))
        where = Scalar(value, old[1].line, old[1].column)
        place[1].entries[key] = (old[0] if isinstance(old[0], Scalar) else where, where)


def _remove(data: Any, root: Node, loc: tuple[str | int, ...]) -> None:
    place = _walk(data, root, loc[:-1])
    part = loc[-1]
    if place and isinstance(place[0], dict) and isinstance(place[1], MapNode):
        place[0].pop(str(part), None)
        place[1].entries.pop(str(part), None)
    elif place and isinstance(place[0], list) and isinstance(place[1], ListNode) and isinstance(part, int):
        del place[0][part]
        del place[1].items[part]
