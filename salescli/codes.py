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
        N_(
            "A region, product or person may have one target per metric, period and level. Remove one of the two."
        ),
    ),
    # -- F: facts ----------------------------------------------------------------------------------
    # -- M: metrics --------------------------------------------------------------------------------
    # -- P: plans ----------------------------------------------------------------------------------
    "P101": Code(
        N_("No target to be measured by"),
        N_(
            "A component measured by attainment cannot place somebody without a target in a tier. Give them a "
            "target for the period, or state `on_zero_target: skip` (pays nothing) or `attained` (100 %)."
        ),
    ),
    "P102": Code(
        N_("Plan in another currency than the book"),
        N_(
            "A plan pays rates of amounts, which are in the book's currency. State the same currency, or leave "
            "it out."
        ),
    ),
    "P103": Code(
        N_("An example does not come out"),
        N_(
            "A worked example in the plan pays something else than it says. Either the rule or the example is "
            "wrong; the steps show where they part."
        ),
    ),
    # -- S: settlement -----------------------------------------------------------------------------
    # -- K: calendar -------------------------------------------------------------------------------
    # -- I: import ---------------------------------------------------------------------------------
}
