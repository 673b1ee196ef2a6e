"""Reading a whole book: every configuration file, every finding, one record."""

from __future__ import annotations

from pathlib import Path

from salescli.books.read_guardrails import read_guardrails
from salescli.books.read_metrics import METRICS, read_policy
from salescli.books.read_notes import NOTES, REPORTS, read_watch, report_files
from salescli.books.read_org import ASSIGNMENTS, ORG, PEOPLE, read_org
from salescli.books.read_plans import PLANS, read_plans
from salescli.books.read_settings import read_settings
from salescli.books.read_targets import TARGETS, read_targets
from salescli.books.root import MARK
from salescli.findings import Finding, Span, finding
from salescli.i18n import N_, Word
from salescli.model.book import FACT_KINDS, Book
from salescli.model.org import Org


def load_book(root: Path, found: list[Finding]) -> Book | None:
    """Read every configuration file of the book at `root`; what is wrong goes to `found`.

    Facts are only looked up, not read. With errors in `found` the book is as much as could be read.

    Returns:
        None if there is no book to be made at all, because nobody is known.
    """
    root = root.resolve()
    if not (root / MARK).is_file():
        found.append(
            finding(
                "Y001",
                Span(MARK),
                "cannot be read: {why}",
                hint="make a book: salescli init",
                why=Word(N_("no such file")),
            )
        )
        return None
    settings = read_settings(root, found)
    policy = read_policy(root, found)
    org = read_org(root, found)
    yaml_targets, csv_targets = _files(root, TARGETS, ".yaml", found), _files(root, TARGETS, ".csv", found)
    plan_files = _files(root, PLANS, ".yaml", found)
    plans = read_plans(plan_files, root, settings, policy, found)
    guardrails = read_guardrails(root, plans, found)
    known = org or Org({}, {}, {})
    targets, weights = read_targets(yaml_targets, csv_targets, root, settings.fiscal_year_start, known, found)
    note_files = _files(root, NOTES, ".yaml", found)
    watch, watch_files = read_watch(note_files, root, settings.fiscal_year_start, found)
    reports = report_files(_files(root, REPORTS, ".yaml", found), root, found)
    if org is None:
        return None
    single = [root / name for name in (MARK, METRICS, ORG, PEOPLE, ASSIGNMENTS)]
    sources = [*single, *yaml_targets, *csv_targets, *plan_files, *weights, *watch_files]
    return Book(
        root=root,
        settings=settings,
        org=org,
        policy=policy,
        plans=plans,
        targets=targets,
        facts={kind: fact_files(root, kind) for kind in (*FACT_KINDS, "fx")},
        sources=tuple(sorted({p.relative_to(root).as_posix() for p in sources if p.is_file()})),
        guardrails=guardrails,
        watch=watch,
        notes=tuple(note_files),
        reports=reports,
    )


def fact_files(root: Path, kind: str) -> tuple[Path, ...]:
    """CSV and Parquet files of a kind of fact: `ledger/deals/*.csv`, `ledger/deals.csv`; sorted, absolute."""
    ledger = root / "ledger"
    names = [ledger / f"{kind}{suffix}" for suffix in (".csv", ".parquet")]
    folder = ledger / kind
    if folder.is_dir():
        names += [path for path in folder.iterdir() if path.suffix in (".csv", ".parquet")]
    return tuple(sorted(path for path in names if path.is_file() and not path.name.startswith(".")))


def _files(root: Path, folder: str, suffix: str, found: list[Finding]) -> list[Path]:
    """Files of a folder that end in `suffix`, sorted; `.yml` is a warning, for it would be passed over."""
    place = root / folder
    if not place.is_dir():
        return []
    names = sorted(path for path in place.iterdir() if not path.name.startswith("."))
    if suffix == ".yaml":
        found.extend(
            finding(
                "Y016",
                Span(path.relative_to(root).as_posix()),
                "this file is not read",
                hint="rename it to {name}",
                severity="warning",
                name=path.with_suffix(".yaml").name,
            )
            for path in names
            if path.suffix in (".yml", ".YAML", ".YML")
        )
    return [path for path in names if path.suffix == suffix and path.is_file()]
