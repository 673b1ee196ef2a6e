"""What a period is compared with: which days of which other period, and why not (SPEC A1)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from salescli.findings import BookBroken, Misuse
from salescli.i18n import N_, Word, gettext
from salescli.model.period import Kind, Period
from salescli.model.table import Line
from salescli.workflows.session import PERIOD_WORDS, Session

MOM, YOY, TARGET = "mom", "yoy", "target"
_TITLES: dict[Kind, str] = {
    "week": N_("WoW"),
    "month": N_("MoM"),
    "quarter": N_("QoQ"),
    "half": N_("HoH"),
    "year": N_("YoY"),
}
# So many days without a fact at the beginning of a book, and its first period may not be whole.
_FEW_DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """Another period to compare with.

    Attributes:
        key: `mom` (the period before), `yoy` (the same a year earlier), or the period's text.
        start, end: The days compared with: the whole period, or where the other one is not over as many
            working days as have gone by in it.
        because: Why nothing can be compared with it; None where it can.
        remarks: What to know beside the figures.
    """

    key: str
    period: Period
    start: date
    end: date
    because: Line | None = None
    remarks: tuple[Line, ...] = ()


def change_title(key: str, period: Period) -> str:
    """The heading of a change: `MoM`, of quarters `QoQ`; against any other period `vs 2026-05`."""
    if key == YOY:
        return _TITLES["year"]
    if key == MOM:
        return _TITLES[period.kind]
    return gettext(N_("vs {period}")).format(period=key)


def usual(period: Period) -> tuple[str, ...]:
    """What a period is compared with unless asked otherwise; the period before a year is the year before."""
    return (YOY,) if period.kind == "year" else (MOM, YOY)


def against(
    session: Session, period: Period, as_of: date, word: str, *, as_far: bool, target: bool = False
) -> Against:
    """What a word asks to compare a period with, seen from a day.

    Args:
        word: `mom`, `yoy`, or a period before this one, of the same kind.
        as_far: The period is not over on that day, if that is before its end: compare only as many working
            days of the other. The newest fact alone does not tell whether a period is over.
        target: The targets could have been asked for too, and the hint may say so.

    Raises:
        Misuse: if it is none of these.
    """
    other = _period(session, period, word, target=target)
    span = session.facts.months()
    if span is None or other.end < span[0]:
        first = span[0].isoformat() if span else ""
        because = Line(template=N_("no facts before {day}"), params={"day": first})
        return Against(key=word, period=other, start=other.start, end=other.end, because=because)
    remarks = _incomplete(other, span[0])
    if as_of >= period.end or not as_far:
        return Against(key=word, period=other, start=other.start, end=other.end, remarks=remarks)
    return _as_far(session, period, as_of, word, other, remarks)


def _period(session: Session, period: Period, word: str, *, target: bool) -> Period:
    if word == MOM:
        return period.previous()
    if word == YOY:
        return period.year_before()
    try:
        other = session.book.period(word)
    except ValueError:
        raise Misuse(
            "{word} is nothing to compare with",
            hint=N_("write mom, yoy, target, or a period such as {period}")
            if target
            else N_("write mom, yoy, or a period such as {period}"),
            word=word,
            period=period.previous().text,
        ) from None
    if other.kind != period.kind:
        raise Misuse(
            "{other} is a {kind}, {period} is a {own}",
            hint="compare with an earlier {own}",
            other=other.text,
            kind=Word(PERIOD_WORDS[other.kind]),
            period=period.text,
            own=Word(PERIOD_WORDS[period.kind]),
        )
    if other.end >= period.start:
        raise Misuse(
            "{other} is not before {period}",
            hint="compare with an earlier {own}",
            other=other.text,
            period=period.text,
            own=Word(PERIOD_WORDS[period.kind]),
        )
    return other


def _incomplete(other: Period, first: date) -> tuple[Line, ...]:
    """A remark where the book begins late within the other period."""
    if (first - other.start).days <= _FEW_DAYS:
        return ()
    params: dict[str, object] = {"day": first.isoformat(), "period": other.text}
    return (Line(template=N_("the facts begin on {day}: {period} may not be whole"), params=params),)


def _as_far(
    session: Session, period: Period, as_of: date, word: str, other: Period, remarks: tuple[Line, ...]
) -> Against:
    """The other period up to as many working days as have gone by in one that is not over."""
    known = _working(session, period, other)
    if known is None:
        because = Line(
            template=N_("{period} is not over, and its working days are not known"),
            params={"period": period.text},
        )
        return Against(key=word, period=other, start=other.start, end=other.end, because=because)
    own, others = known
    gone = bisect_right(own, as_of)
    if gone == len(own):
        return Against(key=word, period=other, start=other.start, end=other.end, remarks=remarks)
    params: dict[str, object] = {"period": period.text, "gone": gone, "all": len(own), "other": other.text}
    if gone == 0:
        because = Line(template=N_("no working day of {period} has gone by yet"), params=params)
        return Against(key=word, period=other, start=other.start, end=other.end, because=because)
    end = _day_after(others, gone, as_of in own, other)
    params["day"] = end.isoformat()
    remark = Line(
        template=N_(
            "{period} is not over: {gone} of {all:working day|working days}, against as many of"
            " {other}, up to {day}"
        ),
        params=params,
    )
    return Against(key=word, period=other, start=other.start, end=end, remarks=(remark, *remarks))


def _day_after(others: Sequence[date], gone: int, working: bool, other: Period) -> date:
    """The last day of as many working days; with the days off after them where these are counted here."""
    if gone >= len(others):
        return other.end
    return others[gone - 1] if working else others[gone] - timedelta(days=1)


def maybe_open(session: Session, period: Period, as_of: date) -> bool:
    """Whether working days of the period come after the day, as far as they are known."""
    if as_of >= period.end:
        return False
    known = _working(session, period)
    return known is None or any(day > as_of for day in known[0])


def _working(session: Session, *periods: Period) -> list[list[date]] | None:
    """The working days of periods, in order; None where they are not known (K001)."""
    from salescli.books.calendar import working_days

    book = session.book
    try:
        return [
            sorted(working_days(book.settings.calendar, book.root, one.start, one.end)) for one in periods
        ]
    except BookBroken as broken:
        if any(one.code != "K001" for one in broken.found):
            raise
        return None
