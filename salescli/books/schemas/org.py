"""`ledger/org.yaml`: regions, product lines, people with dated assignments."""

from __future__ import annotations

from pydantic import Field

from salescli.books.typed import Id, IsoDate, Model, Money, Text


class NamedEntry(Model):
    """A region or a product line."""

    id: Id
    name: Text | None = Field(default=None, description="for people; the id if left out")
    aliases: list[Text] = Field(default=[], description="other spellings, for imports and the command line")


class AssignmentEntry(Model):
    """Where a person works from a day on."""

    since: IsoDate = Field(alias="from", description="first day")
    until: IsoDate | None = Field(
        default=None, alias="to", description="last day; the day before the next one if left out"
    )
    region: Id
    products: list[Id] = Field(default=[], description="product lines sold; empty means all")
    role: Id | None = Field(default=None, description="role from this day on, where it changes")
    manager: Id | None = Field(default=None, description="manager from this day on, where it changes")
    pay: dict[Id, Money] = Field(default={}, description="numbers for plans from this day on")


class PersonEntry(Model):
    """Somebody who sells or leads."""

    id: Id
    name: Text | None = Field(default=None, description="for people; the id if left out")
    role: Id
    hired: IsoDate
    left: IsoDate | None = Field(default=None, description="last day employed; empty while here")
    manager: Id | None = Field(default=None, description="id of a person")
    aliases: list[Text] = Field(default=[], description="other spellings, for imports and the command line")
    pay: dict[Id, Money] = Field(default={}, description="numbers for plans, e.g. {salary: 10000}")
    assignments: list[AssignmentEntry] = Field(default=[], description="a transfer adds a line")


class OrgFile(Model):
    """Regions, product lines and people. People may instead be rows of people.csv and assignments.csv."""

    regions: list[NamedEntry] = Field(default=[])
    products: list[NamedEntry] = Field(default=[])
    people: list[PersonEntry] = Field(default=[])
