"""Templates of documents: what each is called and what it may use (SPEC R1, I5, S6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

FOLDER = "report_templates"
SUFFIX = ".md.j2"


class Markdown(str):
    """Text that is Markdown already; every other text is data and is escaped before a template sees it."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Variable:
    """Something a template may use.

    Attributes:
        name: As it is written in templates.
        meaning: What it is, in English; the documentation's own words (docs/templates.md).
        example: A value of its shape: a text, `Markdown`, a list of texts, or a list of mappings, whose keys
            are the fields there are. `validate` fills templates with these.
    """

    name: str
    meaning: str
    example: object


@dataclass(frozen=True, slots=True)
class TemplateKind:
    """One of the documents: `report_templates/<name>.md.j2`, the book's own or the one of salescli.

    Attributes:
        name: `monthly`, `certificate` …
        purpose: What is written with it, in English.
        variables: All it may use, no more and no less are given to it.
    """

    name: str
    purpose: str
    variables: tuple[Variable, ...]

    @property
    def path(self) -> str:
        """The template's file, relative to a book's root."""
        return f"{FOLDER}/{self.name}{SUFFIX}"

    def examples(self) -> Mapping[str, object]:
        """An example of every variable, by name."""
        return {variable.name: variable.example for variable in self.variables}
