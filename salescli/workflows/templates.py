"""Documents from templates: finding the template, checking the book's own, filling them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from salescli.books.templates import own_templates, template_source
from salescli.findings import BookBroken, Finding, Span, did_you_mean, finding
from salescli.i18n import N_, several
from salescli.model.plan import Plan, Recognition
from salescli.model.template import FOLDER, SUFFIX, TemplateKind
from salescli.workflows.template_kinds import TEMPLATES


def document(root: Path, name: str, file: str | None = None) -> Callable[[Mapping[str, object]], str]:
    """A template of a book, ready to be filled any number of times (see `render.template.Template.fill`).

    Args:
        name: A key of `TEMPLATES`.
        file: The name of another file to read it from: awards may have certificates of their own.

    Raises:
        BookBroken: with what is wrong in it (R001–R003), now; with what fails (R003–R005) when filled.
    """
    from salescli.render.template import Template, filler

    kind = TEMPLATES[name] if file is None else replace(TEMPLATES[name], name=file)
    found: list[Finding] = []
    source = template_source(root, kind, found)
    if source is None:
        raise BookBroken(found)
    return filler(Template(kind, kind.path, source))


def check_templates(root: Path, plans: Sequence[Plan]) -> list[Finding]:
    """Everything wrong in the book's own templates; nothing is reckoned for it.

    Args:
        plans: Whose awards may have certificates of their own.
    """
    found: list[Finding] = []
    kinds = {**_certificates(plans), **TEMPLATES}
    for file in own_templates(root):
        kind = kinds.get(file.removesuffix(SUFFIX)) if file.endswith(SUFFIX) else None
        if kind is None:
            found.append(_unused(file))
        else:
            found += _check(root, kind)
    return found


def _certificates(plans: Sequence[Plan]) -> dict[str, TemplateKind]:
    components = (component for plan in plans for component in plan.components)
    awards = sorted({one.award for one in components if isinstance(one, Recognition)})
    return {award: replace(TEMPLATES["certificate"], name=award) for award in awards}


def _check(root: Path, kind: TemplateKind) -> list[Finding]:
    from salescli.render.template import Template, check_template

    found: list[Finding] = []
    source = template_source(root, kind, found)
    return found if source is None else check_template(Template(kind, kind.path, source))


def _unused(file: str) -> Finding:
    known = [f"{name}{SUFFIX}" for name in TEMPLATES]
    near = did_you_mean(file, known)
    return finding(
        "R006",
        Span(f"{FOLDER}/{file}"),
        N_("no document is written from this file"),
        hint=N_("did you mean {near}?") if near else N_("templates are called: {known}"),
        severity="warning",
        near=near,
        known=several(known),
    )
