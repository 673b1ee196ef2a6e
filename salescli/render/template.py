"""The user's own templates, in Jinja2's immutable sandbox; what is wrong in one is a finding (R codes)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, Undefined
from jinja2.exceptions import SecurityError, UndefinedError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from salescli.findings import BookBroken, Finding, Severity, Span, did_you_mean, finding
from salescli.i18n import N_, gettext
from salescli.model.table import Line
from salescli.model.template import Markdown, TemplateKind
from salescli.render.markdown import escape
from salescli.render.template_faults import fault
from salescli.render.template_names import FUNCTIONS, forbidden, unknown_filters, unknown_names
from salescli.render.words import line_text

_MOST = 2_000_000
_MOST_STEPS = 1_000_000
_PRINTED = (str, int, float, Decimal, Fraction, date, list, tuple, Mapping, type(None))
_FAILURES = (TemplateError, TypeError, ValueError, ArithmeticError, AttributeError, LookupError)
_VALUES = N_("its values are listed in docs/templates.md")


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2's immutable sandbox in which arithmetic cannot fill the memory either, and nothing is random."""

    intercepted_binops = frozenset(("*", "**", "%"))

    def __init__(self) -> None:
        super().__init__(
            undefined=StrictUndefined,
            autoescape=False,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            finalize=_printable,
        )
        self.globals = {name: self.globals[name] for name in FUNCTIONS}
        del self.filters["random"]

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic on numbers only: `"x" * 10**9`, `"%999999999d" % 1` and towers of powers are refused."""
        for value in (left, right):
            if not isinstance(value, int | Decimal | Fraction) or not -_MOST <= value <= _MOST:
                raise SecurityError(f"`{operator}` works on numbers up to {_MOST} only")
        if operator == "**" and abs(right) > 10:
            raise SecurityError("`**` works with exponents up to 10 only")
        return super().call_binop(context, operator, left, right)


def _printable(value: object) -> object:
    """Values only: a function would print where it lies in memory, other bytes on every run."""
    if not isinstance(value, (*_PRINTED, Undefined)):  # what is undefined says so itself
        raise SecurityError("this is no value that can be printed")
    return value


@dataclass(frozen=True, slots=True)
class Template:
    """The text of a template and what it is for.

    Attributes:
        path: Its file, relative to the book's root, for messages.
        source: Its text.
    """

    kind: TemplateKind
    path: str
    source: str

    def fill(self, values: Mapping[str, object]) -> str:
        """The document.

        Args:
            values: Every variable of the kind: texts and `Line`s are escaped for Markdown, `Markdown` is
                taken as it is, lists and mappings are gone through.

        Raises:
            BookBroken: with what is wrong in the template (R002–R005).
            KeyError: if `values` are not exactly those of the kind (our bug).
        """
        return filler(self)(values)

    def broken(self, code: str, line: int, template: str, hint: str = "", **params: Any) -> Finding:
        """A finding at a line; `severity` may be among `params`, `word` is pointed at."""
        lines = self.source.split("\n")
        text = lines[line - 1] if 0 < line <= len(lines) else ""
        severity: Severity = params.pop("severity", "error")
        at = re.search(rf"(?<![\w.]){re.escape(str(params.get('word', '')))}\b", text)
        column = at.start() + 1 if at and params.get("word") else 0
        return finding(
            code,
            Span(self.path, line, column),
            template,
            hint=hint,
            source=text or None,
            severity=severity,
            **params,
        )


class filler:
    """A template compiled once, to be filled many times; called with values. Raises as `Template.fill`."""

    def __init__(self, template: Template) -> None:
        self._template = template
        found = static_findings(template)
        if found:
            raise BookBroken(found)
        self._compiled = _Sandbox().from_string(template.source)

    def __call__(self, values: Mapping[str, object]) -> str:
        """The document."""
        kind = self._template.kind
        names = {variable.name for variable in kind.variables}
        if names != values.keys():
            raise KeyError(f"{kind.name}: {sorted(names ^ values.keys())}")
        made = {name: escaped(value) for name, value in values.items()}
        parts: list[str] = []
        size = 0
        try:
            for part in self._compiled.generate(**made, _=gettext, range=_Range()):
                parts.append(part)
                size += len(part)
                if size > _MOST:
                    raise BookBroken([self._endless()])
        except (MemoryError, RecursionError) as error:
            raise BookBroken([self._failed(error, gettext(N_("this takes too much memory")))]) from error
        except _FAILURES as error:
            raise BookBroken([self._failed(error, fault(str(error)))]) from error
        return "".join(parts)

    def _endless(self) -> Finding:
        return self._template.broken(
            "R005",
            0,
            N_("the template prints more than {most} characters"),
            N_("shorten its loops"),
            most=_MOST,
        )

    def _failed(self, error: BaseException, why: str) -> Finding:
        code = "R003" if isinstance(error, UndefinedError) else "R004"
        template = N_("the template fails here: {why}")
        certain = "has no attribute" in str(error)
        return self._template.broken(code, _line_of(error), template, _VALUES, why=why, certain=certain)


class _Range:
    """`range` with a limit on all its steps together, so that nested loops end."""

    def __init__(self) -> None:
        self._left = _MOST_STEPS

    def __call__(self, *bounds: int) -> range:
        """As Python's."""
        made = range(*bounds)
        self._left -= len(made)
        if self._left < 0:
            raise SecurityError(f"range() counts {_MOST_STEPS} steps in all, no more")
        return made


def escaped(value: object) -> object:
    """A value as a template sees it: texts escaped for Markdown, sentences filled in and escaped."""
    if isinstance(value, Markdown):
        return str(value)
    if isinstance(value, Line):
        return escape(line_text(value))
    if isinstance(value, str):
        return escape(value)
    if isinstance(value, Mapping):
        return {key: escaped(one) for key, one in value.items()}
    if isinstance(value, Sequence):
        return [escaped(one) for one in value]
    return value


def static_findings(template: Template) -> list[Finding]:
    """What is wrong in a template without filling it: its syntax (R002), names it does not get (R003)."""
    environment = _Sandbox()
    try:
        tree = environment.parse(template.source)
    except TemplateSyntaxError as error:
        return [_not_understood(template, error)]
    except RecursionError:
        return [template.broken("R002", 0, N_("the template is nested too deeply"), _SYNTAX)]
    found = [
        template.broken("R002", line, N_("a template cannot bring in another file"), _WHOLE)
        for line in forbidden(tree)
    ]
    for word, line in unknown_filters(tree, {*environment.filters, *environment.tests}):
        params = {"word": word, "hint": _SYNTAX}
        found.append(template.broken("R002", line, N_("there is no filter or test {word}"), **params))
    known = {variable.name for variable in template.kind.variables}
    found += [_unknown(template, name, line, known) for name, line in unknown_names(tree, known)]
    return found or _compiled(environment, template)


def _compiled(environment: _Sandbox, template: Template) -> list[Finding]:
    """What only shows when the template is made a program."""
    try:
        environment.compile(template.source)
    except TemplateSyntaxError as error:
        return [_not_understood(template, error)]
    except (RecursionError, SyntaxError):
        return [template.broken("R002", 0, N_("the template is nested too deeply"), _SYNTAX)]
    return []


def _not_understood(template: Template, error: TemplateSyntaxError) -> Finding:
    why = fault(error.message or "")
    return template.broken("R002", error.lineno, N_("this is not understood: {why}"), _SYNTAX, why=why)


_SYNTAX = N_("see the Jinja2 documentation for how templates are written")
_WHOLE = N_("write the whole document into this file")


def _unknown(template: Template, name: str, line: int, known: set[str]) -> Finding:
    near = did_you_mean(name, known)
    return template.broken(
        "R003",
        line,
        N_("there is no value {word} here"),
        N_("did you mean {near}? docs/templates.md lists them all") if near else _VALUES,
        word=name,
        near=near,
    )


def check_template(template: Template) -> list[Finding]:
    """Everything wrong in a template, found without any figures: also whether it can be filled with examples.

    What fails with examples only is a warning, for real figures may differ: the fifth sentence of four.
    """
    found = static_findings(template)
    if found:
        return found
    try:
        template.fill(template.kind.examples())
    except BookBroken as broken:
        return [one if _is_certain(one) else replace(one, severity="warning") for one in broken.found]
    return []


def _is_certain(found: Finding) -> bool:
    """Fields there are not, and loops without end, do not depend on the figures."""
    return found.code == "R005" or bool(found.params.get("certain"))


def _line_of(error: BaseException) -> int:
    """The template's line an error came from: the innermost frame Jinja2 named `<template>`."""
    line, trace = 1, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
