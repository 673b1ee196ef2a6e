"""What tells weekly, monthly and quarterly reviews apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from salescli.i18n import N_
from salescli.model.period import Kind
from salescli.workflows.analysing.against import MOM, YOY

Name = Literal["weekly", "monthly", "quarterly"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewKind:
    """One of the three.

    Attributes:
        name: On the command line, in the cadence and as the template.
        period: What is reviewed.
        example: Such a period, for messages.
        title: Of the document.
        bases: `mom` and `yoy` → what the period compared with is called.
    """

    name: Name
    period: Kind
    example: str
    title: str
    bases: Mapping[str, str]


REVIEWS: Mapping[Name, ReviewKind] = {
    "weekly": ReviewKind(
        name="weekly",
        period="week",
        example="2026-W33",
        title=N_("{company}: weekly review {period}"),
        bases={MOM: N_("the week before"), YOY: N_("the same week last year")},
    ),
    "monthly": ReviewKind(
        name="monthly",
        period="month",
        example="2026-08",
        title=N_("{company}: monthly review {period}"),
        bases={MOM: N_("last month"), YOY: N_("the same month last year")},
    ),
    "quarterly": ReviewKind(
        name="quarterly",
        period="quarter",
        example="2026-Q3",
        title=N_("{company}: quarterly review {period}"),
        bases={MOM: N_("last quarter"), YOY: N_("the same quarter last year")},
    ),
}
