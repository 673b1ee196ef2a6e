"""Rows of `explain`: a step, said in the language in use, with its numbers and its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from salescli.i18n import N_, filled, gettext, spoken
from salescli.model.entry import Step
from salescli.model.exact import round_to
from salescli.model.table import Line, Row
from salescli.render.words import line_text
from salescli.workflows.session import Session

STEP_WORDS = (
    N_("activity"),
    N_("attainment"),
    N_("bonus"),
    N_("closed_deal"),
    N_("credit"),
    N_("deal"),
    N_("gate"),
    N_("honour"),
    N_("measure"),
    N_("new_customer"),
    N_("next"),
    N_("pay"),
    N_("plan"),
    N_("rank"),
    N_("receipt"),
    N_("rounding"),
    N_("settled"),
    N_("settled_part"),
    N_("settled_total"),
    N_("signed"),
    N_("skip"),
    N_("slice"),
    N_("target"),
    N_("tier"),
    N_("total"),
)
"""Steps as people read them: the words themselves are the keys of JSON and translated when shown."""


@dataclass(frozen=True, slots=True)
class Told:
    """Whose pay a row is about; None is nobody's in particular."""

    period: str | None
    person: str | None
    component: str | None


def names_of(session: Session) -> Mapping[str, str]:
    """What people call the book's people and metrics: `person zhang` and `metric sales_amount` → name."""
    people = {f"person {key}": known.name for key, known in session.book.org.people.items()}
    metrics = session.book.policy.metrics.items()
    return people | {f"metric {key}": gettext(metric.name) for key, metric in metrics}


def row_of(told: Told, step: Step, names: Mapping[str, str]) -> Row:
    """A row; people and metrics named in the sentence are called by the names given (`names_of`)."""
    params = {key: line_text(one) if isinstance(one, Line) else one for key, one in step.params.items()}
    for key in ("person", "metric"):
        if key in params:
            params[key] = names.get(f"{key} {params[key]}", params[key])
    return {
        "period": told.period,
        "person": told.person,
        "component": told.component,
        "step": step.step,
        "text": filled(gettext(step.text), spoken(params)),
        "base": step.base,
        "rate": step.rate,
        "amount": step.amount,
        "place": step.place,
        "_unit": step.unit,
    }


def exact_money(row: Row, digits: int) -> Row:
    """The row with its money as `Decimal` of the currency, where it has no more places than that."""
    money = dict(row)
    for key in ("base", "amount"):
        value = row[key]
        if isinstance(value, Fraction) and (key == "amount" or row["_unit"] == "money"):
            rounded = round_to(value, digits)
            money[key] = rounded if rounded == value else value
    return money
