"""The components of a plan file as records, a reader for each shape."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from salescli.books.read_awards import (
    read_draw,
    read_guarantee,
    read_pool,
    read_ranking,
    read_recognition,
    read_team,
)
from salescli.books.read_goals import read_milestones, read_scorecard, read_spiff
from salescli.books.read_rates import read_rate_table
from salescli.books.read_tiers import read_flat, read_tiers
from salescli.books.schemas.plan_shapes import (
    Component,
    DrawEntry,
    FlatEntry,
    GuaranteeEntry,
    MilestonesEntry,
    PoolEntry,
    RankingEntry,
    RateTableEntry,
    RecognitionEntry,
    ScorecardEntry,
    SpiffEntry,
    TeamEntry,
    TiersEntry,
)
from salescli.books.schemas.plans import PlanFile
from salescli.books.shape_reader import Reader
from salescli.books.typed import Typed
from salescli.findings import Finding
from salescli.model.metric import Policy
from salescli.model.plan import (
    AnyComponent,
)

_READERS: dict[type[Component], Callable[[Reader, Any], AnyComponent]] = {
    FlatEntry: read_flat,
    TiersEntry: read_tiers,
    ScorecardEntry: read_scorecard,
    MilestonesEntry: read_milestones,
    SpiffEntry: read_spiff,
    RateTableEntry: read_rate_table,
    RankingEntry: read_ranking,
    TeamEntry: read_team,
    PoolEntry: read_pool,
    RecognitionEntry: read_recognition,
    GuaranteeEntry: read_guarantee,
    DrawEntry: read_draw,
}


def read_component(typed: Typed[PlanFile], name: str, policy: Policy, found: list[Finding]) -> AnyComponent:
    """A component of the file; what is wrong with it goes to `found`."""
    entry = typed.value.components[name]
    assert isinstance(entry, Component)
    return _READERS[type(entry)](Reader(typed, name, policy, found), entry)
