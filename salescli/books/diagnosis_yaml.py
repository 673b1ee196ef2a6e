"""A diagnosis as text: the skeleton that people fill in, in a fixed order of keys."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from salescli.books.edit import scalar_text
from salescli.model.exact import plain, rate_text
from salescli.model.note import Diagnosis, Evidence

HEAD = """\
# 5-Why: fill in why_1 to why_5, root_cause, action, owner, due.
# 填写五个为什么、根本原因、措施、责任人和期限。
"""
QUESTIONS = ("why_1", "why_2", "why_3", "why_4", "why_5")
ANSWERS = (*QUESTIONS, "root_cause", "action", "owner", "due")


def diagnosis_yaml(diagnosis: Diagnosis) -> str:
    """The entry's text, unindented; keys to be filled in are there, empty."""
    answers = answers_of(diagnosis)
    whom = {key: getattr(diagnosis, key) for key in ("person", "region", "product")}
    lines = [f"period: {diagnosis.period.text}", f"metric: {diagnosis.metric}"]
    lines += [f"{key}: {scalar_text(word)}" for key, word in whom.items() if word]
    for key in ("target", "actual"):
        value = getattr(diagnosis, key)
        if value is not None:
            lines.append(f"{key}: {_quantity(value)}")
    if diagnosis.at:
        lines.append(f"at: {_list(diagnosis.at)}")
    if diagnosis.evidence:
        lines.append("evidence:")
        lines += [f"  - {{{_evidence(one)}}}" for one in diagnosis.evidence]
    lines += [f"{key}: {scalar_text(answers[key])}" if answers[key] else f"{key}:" for key in ANSWERS]
    return "".join(f"{line}\n" for line in lines)


def answers_of(diagnosis: Diagnosis) -> dict[str, str]:
    """Key → what has been filled in, empty where nothing has."""
    whys = dict(zip(QUESTIONS, (*diagnosis.whys, *[""] * len(QUESTIONS)), strict=False))
    return {
        **whys,
        "root_cause": diagnosis.root_cause,
        "action": diagnosis.action,
        "owner": diagnosis.owner,
        "due": diagnosis.due.isoformat() if diagnosis.due else "",
    }


def _evidence(one: Evidence) -> str:
    parts = [f"text: {scalar_text(one.text)}"] if one.text else []
    parts += [f"metric: {one.metric}"] if one.metric else []
    for key in ("actual", "team"):
        value = getattr(one, key)
        if value is not None:
            parts.append(f"{key}: {_quantity(value)}")
    parts += [f"cases: {one.cases}"] if one.cases is not None else []
    parts += [f"at: {_list(one.at)}"] if one.at else []
    return ", ".join(parts)


def _quantity(value: Decimal | Fraction) -> str:
    return rate_text(value) if isinstance(value, Fraction) else plain(value)


def _list(words: tuple[str, ...]) -> str:
    return "[" + ", ".join(scalar_text(word) for word in words) + "]"
