"""Templates of documents as files: the book's own, else the one that comes with salescli."""

from __future__ import annotations

from pathlib import Path

from salescli.books.sample import sample_folder
from salescli.findings import Finding, Span, finding, reason
from salescli.i18n import N_
from salescli.model.template import FOLDER, TemplateKind

_MOST = 1_000_000


def template_source(root: Path, kind: TemplateKind, found: list[Finding]) -> str | None:
    """The text of a kind's template; None if the book has one that cannot be read (then `found` says so)."""
    own = root / kind.path
    if not (own.exists() or own.is_symlink()):
        own = sample_folder() / kind.path
    return _text(own, kind.path, found)


def _text(path: Path, name: str, found: list[Finding]) -> str | None:
    try:
        data = path.read_bytes()
        if len(data) > _MOST:
            template, hint = N_("the template is larger than {most} bytes"), N_("shorten it")
            found.append(finding("R001", Span(name), template, hint=hint, most=_MOST))
            return None
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        found.append(
            finding("R001", Span(name), N_("the template is not UTF-8"), hint=N_("save it as UTF-8"))
        )
    except OSError as error:
        template = N_("the template cannot be read: {why}")
        hint = N_("correct it, or remove it to use the one of salescli")
        found.append(finding("R001", Span(name), template, hint=hint, why=reason(error)))
    return None


def own_templates(root: Path) -> list[str]:
    """Names of the files in the book's folder of templates, sorted; hidden ones are left out."""
    folder = root / FOLDER
    if not folder.is_dir():
        return []
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
