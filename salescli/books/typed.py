"""YAML files as typed models: pydantic over the tree, and every error at its line and column.

    class Thing(Model):
        id: Id
        rate: Rate = Fraction(0)
        since: IsoDate | None = Field(default=None, alias="from")

    typed = load_typed(path, Thing, root, found)

Field types read the text of a scalar themselves, so `NO`, `0123` and `12:30` stay what was written. Unknown
keys are findings. A field `X | None` may be left empty.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Generic, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    PlainValidator,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import ErrorDetails

from salescli.books import fields
from salescli.books.fields import Unreadable, shown
from salescli.books.repair import TAG, keys_of, repair
from salescli.books.yamltree import Document, ListNode, MapNode, Node, Scalar, plain, read_yaml
from salescli.findings import Finding, Span, did_you_mean, finding
from salescli.i18n import N_, several

M = TypeVar("M", bound="Model")

_REPAIRS = 8


class Model(BaseModel):
    """Base of all models of files: unknown keys are findings, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True, arbitrary_types_allowed=True)

    @model_validator(mode="before")
    @classmethod
    def _remember(cls, value: object, info: ValidationInfo) -> object:
        """Note which model reads which part of the tree, to name the keys it knows."""
        if isinstance(value, dict) and isinstance(info.context, dict):
            info.context[id(value)] = cls
        return value

    @classmethod
    def keys(cls) -> list[str]:
        """The keys it knows, in order."""
        return [field.alias or name for name, field in cls.model_fields.items()]


def scalar(read: Callable[[str], Any], schema: dict[str, Any]) -> tuple[PlainValidator, WithJsonSchema]:
    """Annotations that read a field with `read` from its text, and its JSON Schema for editors."""

    def validate(value: object) -> Any:
        if value is None:
            raise Unreadable("Y106", N_("nothing stands here"), N_("write a value, or leave the key out"))
        if not isinstance(value, str):
            raise Unreadable(
                "Y105",
                N_("a single value belongs here, not a list or mapping"),
                N_("write one value, without brackets"),
            )
        return read(value)

    return PlainValidator(validate), WithJsonSchema(schema)


def only(word: str) -> tuple[PlainValidator, WithJsonSchema]:
    """Annotations of the field that says which member of a union this is."""
    return scalar(fields.one_of(word), {"const": word})


def _string(pattern: str, *other: str) -> dict[str, Any]:
    kinds: Any = ["string", *other] if other else "string"
    return {"type": kinds, "pattern": pattern}


_NUMBER = _string(r"^-?\d+(\.\d+)?$", "number")
_RATE_FORM = r"^\d+(\.\d+)? ?%$"
_V1, _V2 = scalar(fields.read_money, {**_NUMBER, "minimum": 0})
Money = Annotated[Decimal, _V1, _V2]
"""An amount of zero or more, in plain digits."""
_V1, _V2 = scalar(fields.read_amount, _NUMBER)
Amount = Annotated[Decimal, _V1, _V2]
"""An amount that may be negative."""
_V1, _V2 = scalar(fields.read_rate, _string(_RATE_FORM))
Rate = Annotated[Fraction, _V1, _V2]
"""A rate of zero or more, with its percent sign."""
_V1, _V2 = scalar(fields.read_share, _string(_RATE_FORM))
Share = Annotated[Fraction, _V1, _V2]
"""A rate of at most 100 %."""
_V1, _V2 = scalar(fields.read_quantity, _string(r"^-?\d+(\.\d+)?( ?%)?$", "number"))
Quantity = Annotated[Decimal | Fraction, _V1, _V2]
"""`Fraction` if written with a percent sign, else `Decimal`."""
_V1, _V2 = scalar(fields.read_weight, {**_string(r"^\d+(\.\d+)?( ?%)?$", "number"), "minimum": 0})
Weight = Annotated[Fraction, _V1, _V2]
"""A number of zero or more that counts against others."""
_V1, _V2 = scalar(fields.count_between(0, 10**15), {"type": "integer", "minimum": 0})
Count = Annotated[int, _V1, _V2]
"""A whole number of zero or more."""
_V1, _V2 = scalar(fields.read_date, {"type": "string", "format": "date", "pattern": r"^\d{4}-\d\d-\d\d$"})
IsoDate = Annotated[date, _V1, _V2]
"""A day as `2026-08-31`."""
_V1, _V2 = scalar(
    fields.read_period, _string(r"^\d{4}(-(0[1-9]|1[0-2])|-Q[1-4]|-H[12]|-W[0-5]\d)?$", "integer")
)
PeriodText = Annotated[str, _V1, _V2]
"""A period, as its text."""
_V1, _V2 = scalar(fields.read_id, _string(r"^[A-Za-z0-9][A-Za-z0-9._-]*$", "integer"))
Id = Annotated[str, _V1, _V2]
"""A short ASCII word."""
_V1, _V2 = scalar(fields.read_line, {"type": ["string", "number"]})
Text = Annotated[str, _V1, _V2]
"""One line for people."""
_V1, _V2 = scalar(fields.read_text, {"type": ["string", "number"]})
LongText = Annotated[str, _V1, _V2]
"""Any number of lines for people."""
_V1, _V2 = scalar(fields.read_flag, {"type": "boolean"})
Flag = Annotated[bool, _V1, _V2]
"""true or false."""


@dataclass(frozen=True, slots=True)
class Typed(Generic[M]):
    """A file that is what its model says, and where everything stands in it."""

    value: M
    document: Document

    @property
    def path(self) -> str:
        """The file, relative to the root."""
        return self.document.path

    def at(self, *loc: str | int) -> Span:
        """Where the value under these keys stands (the nearest one around it, if it is not there)."""
        return self.document.span(_find(self.document.root, loc)[1])

    def key(self, *loc: str | int) -> Span:
        """Where the last of these keys stands."""
        return self.document.span(_find(self.document.root, loc)[0])

    def keys(self, *loc: str | int) -> tuple[str, ...]:
        """The keys of the mapping under these keys, as written; none for anything else."""
        node = _find(self.document.root, loc)[1]
        return tuple(node.entries) if isinstance(node, MapNode) else ()

    def text(self, *loc: str | int) -> str:
        """The text of a single value as written; empty for anything else."""
        node = _find(self.document.root, loc)[1]
        return node.text if isinstance(node, Scalar) else ""

    def finding(
        self,
        code: str,
        loc: Sequence[str | int],
        template: str,
        hint: str = "",
        *,
        key: bool = False,
        offset: int = 0,
        **params: Any,
    ) -> Finding:
        """A finding at the value under `loc` (`key`: at its key), `offset` characters into it."""
        key_node, node = _find(self.document.root, loc)
        span = self.document.span(key_node if key else node)
        if offset and isinstance(node, Scalar):
            span = Span(span.path, span.line, span.column + offset + (0 if node.plain else 1))
        source = self.document.source(span.line)
        return finding(code, span, template, hint=hint, source=source, **params)


def load_typed(
    path: Path,
    model: type[M],
    root: Path,
    found: list[Finding],
    substitutes: Mapping[str, str] | None = None,
) -> Typed[M] | None:
    """Read `path` (inside the book `root`) as `model`; all that is wrong goes to `found`.

    Args:
        path, model, root, found: As said.
        substitutes: Without them a wrong file gives None. With them what is wrong is left out, and these
            values stand in for the keys they name, so that what refers to the file can still be checked.

    Returns:
        None if the file is not what the model says, with at least one error in `found`.
    """
    document = read_yaml(path, root, found)
    return None if document is None else type_document(document, model, found, substitutes)


def type_document(
    document: Document, model: type[M], found: list[Finding], substitutes: Mapping[str, str] | None = None
) -> Typed[M] | None:
    """As `load_typed`, for a tree already read."""
    data = plain(document.root)
    if data is None:
        data = {}
    errors = _errors(model, data)
    if isinstance(errors, model):
        return Typed(errors, document)
    assert isinstance(errors, tuple)
    told = _without_other_ways(document, errors[0])
    found.extend(_finding(document, data, errors[1], error) for error in told)
    if substitutes is None or not isinstance(data, dict):
        return None
    for _ in range(_REPAIRS):
        repair(data, document.root, errors[0], substitutes)
        errors = _errors(model, data)
        if isinstance(errors, model):
            return Typed(errors, document)
        assert isinstance(errors, tuple)
    return None


def _without_other_ways(document: Document, errors: Sequence[ErrorDetails]) -> list[ErrorDetails]:
    """One complaint a place where a value may be a text, a list or a mapping.

    Each way to write it has its complaint; those that only say that it is another kind of value give way
    to one that says what is wrong inside, or else to the first. Pydantic puts the way's name into the
    place, where the file has no such key.
    """
    paths = [_path(document.root, keys_of(error["loc"])) for error in errors]
    kept: list[ErrorDetails] = []
    ways: set[tuple[str | int, ...]] = set()
    for error, path in zip(errors, paths, strict=True):
        is_way = error["type"] not in ("missing", "extra_forbidden") and len(path) < len(
            keys_of(error["loc"])
        )
        if is_way:
            inside = any(other[: len(path)] == path and len(other) > len(path) for other in paths)
            if inside or path in ways:
                continue
            ways.add(path)
        kept.append(error)
    return kept


def _path(root: Node, loc: Sequence[str | int]) -> tuple[str | int, ...]:
    """The part of a place that the file has."""
    path: list[str | int] = []
    node = root
    for part in loc:
        if isinstance(node, MapNode) and str(part) in node.entries:
            node = node.entries[str(part)][1]
        elif isinstance(node, ListNode) and isinstance(part, int) and part < len(node.items):
            node = node.items[part]
        elif part != "[key]":
            continue
        path.append(part)
    return tuple(path)


def _errors(model: type[M], data: object) -> M | tuple[list[ErrorDetails], dict[int, type[Model]]]:
    """The model, or what is wrong and which models read which parts."""
    models: dict[int, type[Model]] = {}
    try:
        return model.model_validate(data, context=models)
    except ValidationError as error:
        return error.errors(include_url=False), models


def _find(root: Node, loc: Sequence[str | int]) -> tuple[Node, Node]:
    """The key (or list entry) and value nodes under `loc`, or of the nearest part that exists."""
    key: Node = root
    node: Node = root
    for part in loc:
        if isinstance(node, MapNode) and str(part) in node.entries:
            key, node = node.entries[str(part)]
        elif isinstance(node, ListNode) and isinstance(part, int) and part < len(node.items):
            key = node = node.items[part]
        elif part == "[key]":
            return key, key
        elif not str(part).startswith(TAG):
            break
    return key, node


def _near(key: Node, node: Node) -> Node:
    """Where to point for a whole mapping or list: its key, unless it begins on the key's line."""
    return node if isinstance(node, Scalar) or key.line == node.line else key


def _finding(
    document: Document, data: object, models: dict[int, type[Model]], error: ErrorDetails
) -> Finding:
    loc = error["loc"]
    kind = error["type"]
    key, node = _find(document.root, _path(document.root, keys_of(loc)))
    code, template, hint, params, offset = _words(data, models, error)
    place: Node = key if kind == "extra_forbidden" else _near(key, node)
    column = place.column
    if offset and isinstance(place, Scalar):
        column += offset + (0 if place.plain else 1)
    return finding(
        code,
        Span(document.path, place.line, column),
        template,
        hint=hint,
        source=document.source(place.line),
        **params,
    )


_Words = tuple[str, str, str, dict[str, Any], int]


def _words(data: object, models: dict[int, type[Model]], error: ErrorDetails) -> _Words:
    """Code, template, hint, values and offset for one of pydantic's errors."""
    kind = error["type"]
    loc = keys_of(error["loc"])
    name = str(loc[-1]) if loc else ""
    context = error.get("ctx", {})
    if kind == "value_error" and isinstance(context.get("error"), Unreadable):
        reason: Unreadable = context["error"]
        return reason.code, reason.template, reason.hint, reason.params, reason.offset
    if kind == "missing":
        return _missing(data, models, loc)
    if kind == "extra_forbidden":
        return _unknown_key(data, models, loc)
    if kind in ("model_type", "dict_type", "model_attributes_type"):
        return (
            "Y103",
            N_("`{key}` holds keys and values"),
            N_("write `{key}: {{key: value}}`"),
            {"key": name or "…"},
            0,
        )
    if kind in ("list_type", "tuple_type"):
        value = error["input"]
        if isinstance(value, str):
            params = {"key": name, "value": shown(value)}
            return "Y104", N_("`{key}` is a list"), N_("write `{key}: [{value}]`"), params, 0
        return "Y104", N_("`{key}` is a list"), N_("write `{key}: [first, second]`"), {"key": name}, 0
    if kind == "too_short":
        return "Y106", N_("`{key}` is empty"), N_("write at least one entry"), {"key": name}, 0
    if kind == "literal_error":
        value = shown(str(error["input"]))
        params = {"value": value, "words": str(context.get("expected", "")).replace("'", "")}
        return "Y117", N_("`{value}` is not known here"), N_("write {words}"), params, 0
    return "Y117", N_("what stands at `{key}` does not fit"), N_("see `salescli schema`"), {"key": name}, 0


def _missing(data: object, models: dict[int, type[Model]], loc: list[Any]) -> _Words:
    """Says what lacks the key, and which words it takes where only some do."""
    name = str(loc[-1])
    parent = _parent(data, loc)
    choices = _choices(models[id(parent)], name) if id(parent) in models else ()
    hint = N_("add `{key}:`, one of {choices}") if choices else N_("add `{key}:`")
    params: dict[str, Any] = {"key": name, "choices": several(choices)}
    above = [part for part in loc[:-1] if isinstance(part, str)]
    if not above:
        return "Y101", N_("the file has no `{key}`"), hint, params, 0
    params["where"] = ".".join(above)
    if isinstance(loc[-2], int):
        return "Y101", N_("this entry of `{where}` has no `{key}`"), hint, params, 0
    return "Y101", N_("`{where}` has no `{key}`"), hint, params, 0


def _parent(data: Any, loc: Sequence[Any]) -> object:
    """What holds the last key of a place; None if it is not there as written."""
    for part in loc[:-1]:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _choices(model: type[Model], key: str) -> tuple[str, ...]:
    """The words a field takes, where its schema lists them."""
    for name, field in model.model_fields.items():
        if key == (field.alias or name):
            schemas = [m.json_schema for m in field.metadata if isinstance(m, WithJsonSchema)]
            return tuple(word for schema in schemas for word in (schema or {}).get("enum", ()))
    return ()


def _unknown_key(data: object, models: dict[int, type[Model]], loc: list[Any]) -> _Words:
    """Names the nearest known key, or all of them."""
    model = models.get(id(_parent(data, loc)))
    known = model.keys() if model else []
    name = str(loc[-1])
    template = N_("`{key}` is not known here")
    params: dict[str, Any] = {"key": shown(name), "known": several(known)}
    if ":" in name and name.split(":")[0] in known:
        params["better"] = name.replace(":", ": ", 1)
        return "Y102", template, N_("write `{better}`, with a space after the colon"), params, 0
    if near := did_you_mean(name.lower(), known):
        return "Y102", template, N_("did you mean `{near}`?"), params | {"near": near}, 0
    return "Y102", template, N_("known here: {known}"), params, 0
