"""Floor 0: the table of finding codes, by family. Every code has a case in `tests/cases` and a line in docs.

Y yaml · C csv · O org · T targets · F facts · M metrics · P plans · S settlement · K calendar · I import
"""

from __future__ import annotations

from dataclasses import dataclass

from salescli.i18n import N_  # noqa: F401


@dataclass(frozen=True, slots=True)
class Code:
    """What a finding code stands for.

    Attributes:
        title: What is wrong, in a few words.
        why: Why it is refused and what to do, in one or two sentences.
    """

    title: str
    why: str


CODES: dict[str, Code] = {
    # -- Y: YAML as text ---------------------------------------------------------------------------
    # -- C: CSV as text ----------------------------------------------------------------------------
    # -- O: org ------------------------------------------------------------------------------------
    # -- T: targets --------------------------------------------------------------------------------
    "T200": Code(
        N_("Two targets for the same thing"),
        N_("A region, product or person may have one target per metric, period and level. Remove one of the two."),
    ),
    # -- F: facts ----------------------------------------------------------------------------------
    # -- M: metrics --------------------------------------------------------------------------------
    # -- P: plans ----------------------------------------------------------------------------------
    # -- S: settlement -----------------------------------------------------------------------------
    # -- K: calendar -------------------------------------------------------------------------------
    # -- I: import ---------------------------------------------------------------------------------
}
