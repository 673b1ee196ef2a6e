"""What `salescli.yaml` names of people and roles (O015)."""

from __future__ import annotations

from collections.abc import Iterator

from salescli.findings import Finding, did_you_mean, finding
from salescli.i18n import N_
from salescli.model.book import Book
from salescli.model.org import Org


def check_participants(book: Book) -> Iterator[Finding]:
    """Everybody named for a review is a person or a role of the book."""
    roles = roles_of(book.org)
    for named in book.settings.participants.values():
        for one in named:
            if one.word in roles or book.org.find("people", one.word) is not None:
                continue
            near = did_you_mean(one.word.casefold(), (*roles, *book.org.words("people")))
            yield finding(
                "O015",
                one.place,
                N_("there is no person and no role {word}"),
                hint=N_("did you mean {near}?") if near else N_("write a person's id, or a role"),
                word=one.word,
                near=near,
            )


def roles_of(org: Org) -> frozenset[str]:
    """Every role anybody has had."""
    people = org.people.values()
    return frozenset({p.role for p in people} | {a.role for p in people for a in p.assignments if a.role})
