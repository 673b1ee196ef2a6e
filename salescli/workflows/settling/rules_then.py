"""The rules a settled month was paid by (SPEC S4): those of the book, or copies it was published with."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from salescli.books.read_metrics import read_policy
from salescli.books.read_plans import PLANS, read_plans
from salescli.books.settlements import read_settlement, rule_copy, sha256_of
from salescli.calc.pay.registry import compile_plan
from salescli.calc.pay.shape import Compiled
from salescli.findings import BookBroken, Finding, Refused, has_errors
from salescli.i18n import N_
from salescli.model.metric import Policy
from salescli.model.period import Period
from salescli.model.settlement import Settlement
from salescli.workflows.session import Session


@dataclass(frozen=True, slots=True)
class Ruled:
    """A plan as a settled month was paid by it, with the metrics it had."""

    compiled: Compiled
    policy: Policy


def rules_of(session: Session, month: Period, stack: ExitStack) -> tuple[Session, tuple[Compiled, ...]]:
    """A session that sees a settled month by its own rules, and its plans.

    Args:
        stack: What closes facts that had to be opened anew, because another deal counts as closed by now.

    Raises:
        Refused: if a rule it was paid by is not to be had any more.
    """
    root = session.book.root
    known = read_settlement(root, month.text, [])
    if known is None or known.state == "draft" or _unchanged(root, known):
        paths = session.book.sources if known is None else known.rules
        plans = [plan for plan in session.book.plans if plan.place.path in paths]
        return session, tuple(compile_plan(plan, session.book.policy) for plan in plans)
    with tempfile.TemporaryDirectory(prefix="salescli-") as folder:
        then = _read(session, known, Path(folder))
    replays = any(plan.closed_periods == "replay" for plan in then.book.plans)
    if replays and then.book.policy.closed_deal != session.book.policy.closed_deal:
        raise Refused(
            N_("`closed_deal` is another one since {period} was paid: deals would count twice or never"),
            hint=N_("plans that replay keep it; restore policies/metrics.yaml as it was"),
            period=month.text,
        )
    if then.book.policy != session.book.policy:
        from salescli.measures import open_facts

        then = replace(then, facts=stack.enter_context(open_facts(then.book)))
    return then, tuple(compile_plan(plan, then.book.policy) for plan in then.book.plans)


def _unchanged(root: Path, known: Settlement) -> bool:
    return all(
        (root / path).is_file() and sha256_of(root / path) == digest for path, digest in known.rules.items()
    )


def _read(session: Session, known: Settlement, folder: Path) -> Session:
    """A session with the rules laid out in a folder of their own."""
    root = session.book.root
    for path, digest in known.rules.items():
        now, copy = root / path, rule_copy(root, digest)
        source = now if now.is_file() and sha256_of(now) == digest else copy
        if not source.is_file() or sha256_of(source) != digest:
            raise Refused(
                N_("{period} was paid by a {path} that is not there any more"),
                hint=N_("restore {copy}, or the file as it was: plans that replay need the rules valid then"),
                period=known.period,
                path=path,
                copy=copy.relative_to(root).as_posix(),
            )
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(source.read_bytes())
    found: list[Finding] = []
    policy = read_policy(folder, found)
    files = sorted(path for path in (folder / PLANS).iterdir()) if (folder / PLANS).is_dir() else []
    plans = read_plans(files, folder, session.book.settings, policy, found)
    if has_errors(found):
        raise BookBroken(found)
    return Session(replace(session.book, policy=policy, plans=plans), session.facts, [])
