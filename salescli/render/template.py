"""The user's own templates, in Jinja2's immutable sandbox; what is wrong in one is told by line."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from salescli.findings import Misuse
from salescli.i18n import gettext

_MOST = 2_000_000


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2's immutable sandbox in which arithmetic cannot fill the memory either."""

    intercepted_binops = frozenset(("*", "**", "%"))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic on numbers only: `"x" * 10**9`, `"%999999999d" % 1` and towers of powers are refused."""
        for value in (left, right):
            if not isinstance(value, int | Decimal | Fraction) or not -_MOST <= value <= _MOST:
                raise SecurityError(f"`{operator}` works on numbers up to {_MOST} only")
        if operator == "**" and abs(right) > 10:
            raise SecurityError("`**` works with exponents up to 10 only")
        return super().call_binop(context, operator, left, right)


def render_template(source: str, name: str, values: Mapping[str, object]) -> str:
    """Fill a Markdown template.

    Args:
        source: Its text.
        name: Its path, for messages.
        values: What it may use; texts must already be escaped for Markdown. `_("text")` translates.

    Raises:
        Misuse: naming the template and line, if it is broken, uses what is not there, or prints too much.
    """
    environment = _Sandbox(
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    try:
        template = environment.from_string(source)
        parts: list[str] = []
        size = 0
        for part in template.generate(**values, _=gettext):
            parts.append(part)
            size += len(part)
            if size > _MOST:
                raise Misuse(
                    "{template} prints more than {most} characters",
                    hint="shorten its loops",
                    template=name,
                    most=_MOST,
                )
        return "".join(parts)
    except TemplateSyntaxError as error:
        raise _broken(name, error.lineno, error.message or "") from error
    except (MemoryError, RecursionError) as error:
        raise _broken(name, _line_of(error), gettext("this takes too much memory")) from error
    except (TemplateError, TypeError, ValueError, ArithmeticError, AttributeError, LookupError) as error:
        raise _broken(name, _line_of(error), str(error)) from error


def _broken(name: str, line: int, why: str) -> Misuse:
    return Misuse(
        "{template}:{line}: {why}",
        hint="mend the template; its values are listed in docs/reviews.md",
        template=name,
        line=line,
        why=why,
    )


def _line_of(error: BaseException) -> int:
    """The template's line an error came from: the innermost frame Jinja2 named `<template>`."""
    line, trace = 1, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
