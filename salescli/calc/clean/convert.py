"""An export's row to a row of the book: columns chosen, values mapped, numbers and dates made exact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from salescli.calc.clean.dates import read_date
from salescli.calc.clean.numbers import Unclear, plain, read_number, read_share
from salescli.i18n import N_
from salescli.model.org import Org

DATES = ("opened_on", "signed_on", "closed_on", "cancelled_on", "received_on", "date")
AMOUNTS = ("amount", "cost")
COUNTS = ("count", "quantity", "term_months")
SHARES = ("share", "discount")
_RESOLVED = {"region": "regions", "product": "products", "owner": "people", "person": "people"}
_DAY_OF = ("signed_on", "closed_on", "opened_on", "cancelled_on", "received_on", "date")


@dataclass(frozen=True, slots=True)
class Take:
    """Where a column of ours comes from: the first filled one of theirs, perhaps only in some rows."""

    theirs: tuple[str, ...]
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """A mapping, ready to be used; see `docs/import.md` for what each part means."""

    columns: Mapping[str, Take]
    constants: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    region_of_owner: bool = False
    dates: tuple[str, ...] = ()
    decimal: str = "."
    shares: str = "signed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """Why a row cannot be taken.

    Attributes:
        column: Ours.
        value: What stands there.
        why: English template, translated where shown; `{near}` in it is a known word.
    """

    line: int
    column: str
    value: str
    why: str
    params: Mapping[str, object] = field(default_factory=dict)


def convert(
    rules: Rules, header: Mapping[str, int], cells: Sequence[str], org: Org, line: int
) -> tuple[dict[str, str], list[Reject]]:
    """A row in the book's form, and what is wrong with it (nothing: the row can be taken)."""
    raw = {ours: _first(take, header, cells) for ours, take in rules.columns.items()}
    row = {ours: _mapped(rules, ours, text) for ours, text in raw.items()}
    for ours, text in rules.constants.items():
        row.setdefault(ours, text)
    for ours, text in rules.defaults.items():
        row[ours] = row.get(ours) or text
    for ours, take in rules.columns.items():
        if take.when and not all(row.get(column) in accepted for column, accepted in take.when.items()):
            row[ours] = rules.defaults.get(ours, "")
    rejects: list[Reject] = []
    for ours, text in list(row.items()):
        if text:
            try:
                row[ours] = _clean(rules, ours, text, org)
            except Unclear as unclear:
                rejects.append(Reject(line=line, column=ours, value=text, why=str(unclear)))
    if rules.region_of_owner and not rejects:
        rejects += _owner_region(row, org, line)
    return row, rejects


def _first(take: Take, header: Mapping[str, int], cells: Sequence[str]) -> str:
    for theirs in take.theirs:
        index = header[theirs]
        if index < len(cells) and (text := cells[index].strip()):
            return text
    return ""


def _mapped(rules: Rules, ours: str, text: str) -> str:
    return rules.values.get(ours, {}).get(text, text)


def _clean(rules: Rules, ours: str, text: str, org: Org) -> str:
    if ours in DATES:
        return read_date(text, rules.dates).isoformat()
    if ours in AMOUNTS:
        return plain(read_number(text, rules.decimal))
    if ours in COUNTS:
        return _count(text, rules.decimal)
    if ours in SHARES:
        return _share(text, rules)
    if ours in _RESOLVED:
        return _resolved(_RESOLVED[ours], text, org)
    return text


def _count(text: str, decimal: str) -> str:
    value = read_number(text, decimal)
    if value != value.to_integral_value() or value < 0:
        raise Unclear(N_("is no whole number"))
    return str(int(value))


def _share(text: str, rules: Rules) -> str:
    if rules.shares == "signed" or text.rstrip().endswith(("%", "％")):
        value = read_share(text)
    else:
        value = read_number(text, rules.decimal) * (100 if rules.shares == "ratio" else 1)
    return _bare(value) + "%"


def _bare(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _resolved(kind: str, text: str, org: Org) -> str:
    found = org.find(kind, text)
    if found is None:
        raise Unclear(
            {
                "regions": N_("is no region by id, name or alias; map it under `values:`"),
                "products": N_("is no product line by id, name or alias; map it under `values:`"),
                "people": N_("is nobody by id, name or alias; map it under `values:`, or add the person"),
            }[kind]
        )
    return found


def _owner_region(row: dict[str, str], org: Org, line: int) -> list[Reject]:
    """The region of the owner's assignment on the deal's day; without a day, of their only or last one."""
    if not (row.get("owner") or row.get("person")):
        why = N_("is empty, and the region is the owner's")
        return [Reject(line=line, column="owner", value="", why=why)]
    person = org.people.get(row.get("owner") or row.get("person") or "")
    if person is None or not person.assignments:
        why = N_("has no assignment to take the region from")
        return [Reject(line=line, column="region", value=row.get("owner", ""), why=why)]
    day = next((row[column] for column in _DAY_OF if row.get(column)), "")
    at = person.assignment(date.fromisoformat(day)) if day else person.assignments[-1]
    if at is None:
        why = N_("has no assignment on {day} to take the region from")
        return [Reject(line=line, column="region", value=person.id, why=why, params={"day": day})]
    row["region"] = at.region
    return []
