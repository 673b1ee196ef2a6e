"""Whether the past that a target is cut by has facts (T012)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from salescli.findings import Finding, Span, finding
from salescli.i18n import N_
from salescli.model.period import Period
from salescli.model.target import TargetFile


def check_history(file: TargetFile, facts: tuple[date, date]) -> Iterator[Finding]:
    """Every past that a cut goes by has facts."""
    first, last = facts
    cuts = [file.months, file.region, file.product, *file.person.values()]
    pasts: list[tuple[Period | None, int | None, Span]] = [
        (cut.history_from, cut.history_last, cut.place)
        for cut in cuts
        if cut is not None and (cut.by == "history" or "history" in cut.blend)
    ]
    if file.matrix is not None and file.matrix.fit == "history":
        pasts.append((file.matrix.history_from, file.matrix.history_last, file.matrix.place))
    for since, count, place in pasts:
        begin = since or (file.period.shift(-count) if count else file.period.year_before())
        end = file.period.previous() if count else begin
        if begin.start > last or end.end < first:
            yield finding(
                "T012",
                place,
                N_("there are no facts in {period} to go by"),
                hint=N_("the book has facts from {first} to {last}"),
                period=begin.text if begin == end else f"{begin.text} – {end.text}",
                first=first.isoformat(),
                last=last.isoformat(),
            )
