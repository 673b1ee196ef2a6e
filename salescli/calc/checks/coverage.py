"""Who is covered by plans and targets, who by none, who twice (P014–P017, T016)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from salescli.calc.checks.cuts import has_target
from salescli.calc.pay.registry import compile_component
from salescli.findings import Finding, Span, finding
from salescli.i18n import N_, Several, several
from salescli.model.book import Book, Targets
from salescli.model.expression import Measure
from salescli.model.org import Assignment, Person
from salescli.model.plan import Plan
from salescli.model.target import TargetFile

_SHOWN = 8


def check_coverage(book: Book) -> Iterator[Finding]:
    """Plans against people, people against plans and targets."""
    covered = {id(plan): _covered(plan, book) for plan in book.plans}
    for plan in book.plans:
        if not covered[id(plan)] and _is_sound(plan, book):
            yield finding(
                "P014",
                plan.places.get("for", plan.place),
                N_("the plan `{plan}` covers nobody while it is valid"),
                hint=N_("check `for` and `valid` against the people's roles and days"),
                severity="warning",
                plan=plan.id,
            )
    for index, one in enumerate(book.plans):
        for other in book.plans[index + 1 :]:
            yield from _twice(one, other, covered[id(one)], covered[id(other)])
    for targets in book.targets:
        yield from _without(targets, book)


_Days = tuple[date, date]


def _is_sound(plan: Plan, book: Book) -> bool:
    """Whether everything `for` and `valid` say can be; otherwise that has been said."""
    people = book.org.people.values()
    roles = {p.role for p in people} | {a.role for p in people for a in p.assignments}
    if not roles.issuperset(plan.roles) or (plan.valid_from or date.min) > (plan.valid_to or date.max):
        return False
    return all(region in book.org.regions for region in plan.regions) and all(
        person in book.org.people for person in plan.people
    )


def _covered(plan: Plan, book: Book) -> dict[str, list[_Days]]:
    """person → days on which the plan covers them, as closed ranges."""
    people: Iterable[Person] = book.org.people.values()
    if plan.people:
        people = [book.org.people[p] for p in plan.people if p in book.org.people]
    table: dict[str, list[_Days]] = {}
    for person in people:
        days = [d for a in person.assignments if (d := _days(plan, person, a))]
        if days:
            table[person.id] = days
    return table


def _days(plan: Plan, person: Person, at: Assignment) -> _Days | None:
    if plan.roles and (at.role or person.role) not in plan.roles:
        return None
    if plan.regions and at.region not in plan.regions:
        return None
    start = max(at.since, person.hired, plan.valid_from or date.min)
    end = min(at.until or date.max, person.left or date.max, plan.valid_to or date.max)
    return (start, end) if start <= end else None


def _twice(
    one: Plan, other: Plan, first: dict[str, list[_Days]], second: dict[str, list[_Days]]
) -> Iterator[Finding]:
    both = sorted(
        person
        for person in first.keys() & second.keys()
        if any(a <= d and c <= b for a, b in first[person] for c, d in second[person])
    )
    if not both:
        return
    names = {component.name for component in one.components}
    same = [component for component in other.components if component.name in names]
    people = _people(both)
    if not same:
        yield finding(
            "P017",
            other.place,
            N_("covered by both `{one}` and `{other}`: {people}"),
            hint=N_("nothing needs to change if both are meant to be paid"),
            severity="warning",
            people=people,
            one=one.id,
            other=other.id,
        )
    for component in same:
        yield finding(
            "P016",
            component.place,
            N_("`{component}` is paid twice to {people}: by `{one}` too"),
            hint=N_("let one plan end before the other begins, narrow `for`, or rename one of the two"),
            component=component.name,
            people=people,
            one=one.id,
        )


def _people(ids: list[str]) -> Several:
    return several(ids, _SHOWN)


def _without(targets: Targets, book: Book) -> Iterator[Finding]:
    """Who works in the period without a target, and who has one without a plan."""
    working = {
        person.id: person
        for person in book.org.people.values()
        if person.last_day(targets.period.start, targets.period.end) is not None
    }
    managers = _managers(book)
    aimed = _aimed(targets, working)
    place = targets.file.place if targets.file else Span(targets.path, 1)
    if aimed is not None:
        others = managers | _paid_without_target(book, targets)
        missing = sorted(person for person in working if person not in aimed and person not in others)
        if missing:
            yield finding(
                "T016",
                place,
                N_("no target of their own in {period}: {people}"),
                hint=N_("give them one, or an assignment that ends before"),
                severity="warning",
                period=targets.period.text,
                people=_people(missing),
            )
    paid = {
        person
        for plan in book.plans
        for person, days in _covered(plan, book).items()
        if any(a <= targets.period.end and b >= targets.period.start for a, b in days)
    }
    unpaid = sorted(person for person in aimed or () if person in working and person not in paid)
    if unpaid and any(_runs(plan, targets) for plan in book.plans):
        yield finding(
            "P015",
            place,
            N_("a target for {period}, but covered by no plan: {people}"),
            hint=N_("add their role to a plan that is valid then"),
            severity="warning",
            period=targets.period.text,
            people=_people(unpaid),
        )


def _paid_without_target(book: Book, targets: Targets) -> set[str | None]:
    """Whom plans cover in the period that ask for no target of theirs."""
    asked: dict[str, bool] = {}
    for plan in book.plans:
        needs = any(measure.of in ("target", "attainment") for measure in _measures(plan, book))
        for person, days in _covered(plan, book).items():
            if any(a <= targets.period.end and b >= targets.period.start for a, b in days):
                asked[person] = asked.get(person, False) or needs
    return {person for person, needs in asked.items() if not needs}


def _measures(plan: Plan, book: Book) -> Iterator[Measure]:
    """Everything a plan measures its people by, their own figures."""
    for component in plan.components:
        reads = compile_component(plan, component, book.policy).reads
        yield from (measure for measure in reads.people if measure.scope == "own")


def _runs(plan: Plan, targets: Targets) -> bool:
    """Whether a plan is valid on any day of the period; before all plans nobody needs one."""
    since, until = plan.valid_from or date.min, plan.valid_to or date.max
    return since <= targets.period.end and until >= targets.period.start


def _managers(book: Book) -> set[str | None]:
    people = book.org.people.values()
    return {p.manager for p in people} | {a.manager for p in people for a in p.assignments}


def _aimed(targets: Targets, working: dict[str, Person]) -> set[str] | None:
    """Who has a target; None if the file does not cut among people at all."""
    if targets.rows is not None:
        return {row.person for row in targets.rows if row.person} or None
    if targets.file is None or not targets.file.person:
        return None
    regions: dict[str, set[str]] = defaultdict(set)
    for person in working.values():
        for at in person.assignments:
            if at.since <= targets.period.end and (at.until is None or at.until >= targets.period.start):
                regions[at.region].add(person.id)
    aimed: set[str] = set()
    for region in targets.file.person:
        if region and not has_target(targets.file, region):
            continue
        aimed |= _parts(targets.file, region) or (regions[region] if region else set(working))
    return aimed


def _parts(file: TargetFile, region: str) -> set[str]:
    """Who is named in a cut; empty where its method takes everybody."""
    cut = file.person[region]
    if cut.by in ("shares", "capacity", "file", "amounts"):
        return {*cut.shares, *cut.capacity, *(who for part in cut.amounts.values() for who in part)}
    return set()
