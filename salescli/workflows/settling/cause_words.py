"""A changed row in words, with where it stands today: `A: amount 10000 → 5000 (ledger/deals.csv:2)` (S4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from salescli.findings import Span
from salescli.i18n import N_
from salescli.model.known import Cells, Change, RowOf
from salescli.model.table import Line

SHOWN = 3
"""Causes that are told; more are counted."""
NOTHING = "–"

_NEW: Mapping[RowOf, str] = {
    "deal": N_("{deal} new: {amount} of {owner}, {day}"),
    "receipt": N_("receipt {id} of {deal} new: {amount} on {day}"),
    "share": N_("share of {person} in {deal} new: {share}"),
    "activity": N_("{kind} of {person} on {day} new: {count}"),
    "rate": N_("rate of {currency} from {day} new: {rate}"),
    "person": N_("{person} new: {role}, hired {day}"),
    "target": N_("target {node} new: {target}"),
}
_GONE: Mapping[RowOf, str] = {
    "deal": N_("{deal} gone: it was {amount} of {owner}, {day}"),
    "receipt": N_("receipt {id} of {deal} gone: it was {amount} on {day}"),
    "share": N_("share of {person} in {deal} gone: it was {share}"),
    "activity": N_("{kind} of {person} on {day} gone: there were {count}"),
    "rate": N_("rate of {currency} from {day} gone: it was {rate}"),
    "person": N_("{person} gone: {role}, hired {day}"),
    "target": N_("target {node} gone: it was {target}"),
}
_OTHER: Mapping[RowOf, str] = {
    "deal": N_("{deal}: {changes}"),
    "receipt": N_("receipt {id} of {deal}: {changes}"),
    "share": N_("share of {person} in {deal}: {changes}"),
    "activity": N_("{kind} of {person} on {day}: {changes}"),
    "rate": N_("rate of {currency} from {day}: {changes}"),
    "person": N_("{person}: {changes}"),
    "target": N_("target {node}: {changes}"),
}
_REFUND = N_("refund {id} of {deal} new: {amount} on {day}")
_CANCELLED = N_("{deal} cancelled {day}")
_LOST = N_("{deal} lost")
_STANDS = N_("{deal} not cancelled any more")


def words_of(change: Change, place: Span | None) -> Line:
    """What became of a row, and its place; a row that is gone has none."""
    what = _what(change)
    if place is None or not place.path:
        return what
    return Line(template=N_("{what} ({place})"), params={"what": what, "place": str(place)})


def _what(change: Change) -> Line:
    params = _params(change)
    if change.before is None:
        refund = change.of == "receipt" and change.either["amount"].startswith("-")
        return Line(template=_REFUND if refund else _NEW[change.of], params=params)
    if change.after is None:
        return Line(template=_GONE[change.of], params=params)
    if change.of == "deal" and (state := _state(change.before, change.after)) is not None:
        day = change.after.get("cancelled_on", NOTHING)
        return Line(template=state, params={"deal": change.id, "day": day})
    return Line(template=_OTHER[change.of], params={**params, "changes": _changes(change)})


def _state(before: Cells, after: Cells) -> str | None:
    """What became of a deal as such; None where only its cells are others."""
    was, now = before.get("status"), after.get("status")
    if was == now:
        return None
    return {"cancelled": _CANCELLED, "lost": _LOST}.get(now or "") or (
        _STANDS if was == "cancelled" else None
    )


def _changes(change: Change) -> Line:
    before, after = change.before or {}, change.after or {}
    lines = [
        Line(
            template=N_("{column} {before} → {after}"),
            params={"column": key, "before": before.get(key, NOTHING), "after": after.get(key, NOTHING)},
        )
        for key in change.changed()
    ]
    return joined(lines, N_("{some}, {more}"))


def _params(change: Change) -> dict[str, object]:
    """What sentences about a row may name."""
    cells = change.either
    days = ("received_on", "date", "hired", "signed_on", "closed_on", "opened_on")
    words: dict[str, object] = {
        key: cells.get(key, NOTHING) for key in ("amount", "owner", "share", "person")
    }
    words |= {key: cells.get(key, NOTHING) for key in ("kind", "count", "currency", "rate", "role", "target")}
    words |= {"id": change.id, "deal": change.deal}
    words["day"] = next((cells[key] for key in days if key in cells), NOTHING)
    if change.of == "person":
        words["person"] = change.id
    if change.of == "target":
        node = (cells.get(key, "") for key in ("metric", "period", "region", "product", "person", "level"))
        words["node"] = " ".join(part for part in node if part)
    return words


def joined(lines: Sequence[Line], template: str = N_("{some}; {more}")) -> Line:
    """Several lines as one."""
    whole = lines[0]
    for line in lines[1:]:
        whole = Line(template=template, params={"some": whole, "more": line})
    return whole


def shown(lines: Sequence[Line], count: int) -> Line:
    """Lines of the first few of so many causes, and how many more there are."""
    some = joined(lines)
    if count <= len(lines):
        return some
    return Line(template=N_("{some} and {count} more"), params={"some": some, "count": count - len(lines)})
