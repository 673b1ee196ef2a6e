"""Which names of a template stand for nothing: known before it is filled."""

from __future__ import annotations

from collections.abc import Iterator

from jinja2 import nodes

FUNCTIONS = ("dict", "cycler", "joiner", "namespace")
"""Functions of Jinja2 that templates may call, besides `range` and `_`."""

_OTHER_FILES = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)
_BUILT_IN = ("loop", "self", "super", "caller", "varargs", "kwargs")


def forbidden(tree: nodes.Template) -> list[int]:
    """The lines that bring in another file."""
    return [node.lineno for node in tree.find_all(_OTHER_FILES)]


def unknown_filters(tree: nodes.Template, known: set[str]) -> list[tuple[str, int]]:
    """Filters and tests there are not, with their lines."""
    used = tree.find_all((nodes.Filter, nodes.Test))
    return list(dict.fromkeys((node.name, node.lineno) for node in used if node.name not in known))


def unknown_names(tree: nodes.Template, known: set[str]) -> list[tuple[str, int]]:
    """Names that are read but neither given (`known`) nor made by the template, with their lines."""
    return list(dict.fromkeys(_read(tree, {*known, *FUNCTIONS, "range", "_"})))


def _read(node: nodes.Node, bound: set[str]) -> Iterator[tuple[str, int]]:
    """Names read under a node that `bound` does not hold; what the node binds around itself is added."""
    if isinstance(node, nodes.Name):
        if node.ctx == "load" and node.name not in bound:
            yield node.name, node.lineno
        bound |= {node.name} if node.ctx != "load" else set()
    elif isinstance(node, nodes.For):
        yield from _read(node.iter, bound)
        inner = {*bound, *_BUILT_IN}
        for part in (node.target, *([node.test] if node.test else []), *node.body):
            yield from _read(part, inner)
        for part in node.else_:
            yield from _read(part, set(bound))
    elif isinstance(node, nodes.Macro | nodes.CallBlock):
        if isinstance(node, nodes.Macro):
            bound.add(node.name)
        else:
            yield from _read(node.call, bound)
        for default in node.defaults:
            yield from _read(default, bound)
        inner = {*bound, *_BUILT_IN, *(argument.name for argument in node.args)}
        for part in node.body:
            yield from _read(part, inner)
    elif isinstance(node, nodes.With):
        inner = set(bound)
        for value in node.values:
            yield from _read(value, bound)
        for part in (*node.targets, *node.body):
            yield from _read(part, inner)
    elif isinstance(node, nodes.Assign):
        yield from _read(node.node, bound)
        yield from _read(node.target, bound)
    else:
        for child in node.iter_child_nodes():
            yield from _read(child, bound)
