"""Floor 0: the table of finding codes, by family. Every code has a case in `tests/cases` and a line in docs.

Y yaml · C csv · O org · T targets · F facts · M metrics · P plans · S settlement · K calendar · I import
"""

from __future__ import annotations

from dataclasses import dataclass

from salescli.i18n import N_


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
    "C001": Code(
        N_("Text that is not UTF-8"),
        N_(
            "Files of the book are UTF-8. Save the file as UTF-8, or bring it in with `salescli "
            "import`, which reads GBK and UTF-16."
        ),
    ),
    "C002": Code(
        N_("No header"),
        N_(
            "The first line of a CSV file names its columns. Write the header, even where there are no "
            "rows yet."
        ),
    ),
    "C003": Code(
        N_("Unknown column"),
        N_("A column that nothing reads is most often a misspelt one. Rename or remove it."),
    ),
    "C004": Code(
        N_("Required column missing"),
        N_("Without this column the rows mean nothing. Add it to the header and the rows."),
    ),
    "C005": Code(
        N_("Column named twice"),
        N_("Two columns of one name leave open which of them counts. Remove or rename one."),
    ),
    "C006": Code(
        N_("Wrong number of cells"),
        N_(
            "A row with more or fewer cells than the header is often an unquoted comma. Quote the cell "
            "or add what is missing."
        ),
    ),
    "C007": Code(
        N_("Broken quoting"),
        N_(
            "A quoted cell ends with a quote followed by a comma or the end of the line; quotes within "
            "it are doubled."
        ),
    ),
    "C008": Code(
        N_("Invisible character"),
        N_(
            "Control, zero-width and text-direction characters make a cell look like something it is "
            "not. Remove them."
        ),
    ),
    "C009": Code(
        N_("Blank at the edge of a cell"),
        N_("A leading or trailing blank makes another id of an id. Remove it."),
    ),
    "C010": Code(
        N_("Unreadable file"),
        N_("The file cannot be read at all. Check its rights and that it is what its name says."),
    ),
    "C011": Code(
        N_("Column of the wrong type"),
        N_(
            "In Parquet, money is DECIMAL, an integer or text, dates are DATE or text, shares are text;"
            " floating point is not exact and is refused."
        ),
    ),
    # -- O: org ------------------------------------------------------------------------------------
    # -- T: targets --------------------------------------------------------------------------------
    "T200": Code(
        N_("Two targets for the same thing"),
        N_(
            "A region, product or person may have one target per metric, period and level. Remove one "
            "of the two."
        ),
    ),
    # -- F: facts ----------------------------------------------------------------------------------
    "F001": Code(
        N_("Required cell is empty"),
        N_("Without this value the row cannot be counted. Fill it in, or remove the row."),
    ),
    "F002": Code(
        N_("Not an amount"),
        N_(
            "Amounts are plain decimals in the book's currency, such as 800000 or 800000.00: no "
            "thousands separators, exponents or full-width digits, and no more decimal places than the "
            "currency has."
        ),
    ),
    "F003": Code(
        N_("Not a date"),
        N_("Dates are real calendar days written 2026-08-31."),
    ),
    "F004": Code(
        N_("Unknown status or kind"),
        N_("Only the listed words have a meaning. Write one of them."),
    ),
    "F005": Code(
        N_("Not a share"),
        N_("Shares are percentages from 0% to 100% with at most six decimal places, such as 60% or 33.33%."),
    ),
    "F006": Code(
        N_("Not a count"),
        N_("Counts are whole numbers such as 3."),
    ),
    "F007": Code(
        N_("Id used twice"),
        N_(
            "Deal and receipt ids are unique over the whole book, so that nothing is counted twice. "
            "Remove the copy, or give it an id of its own."
        ),
    ),
    "F008": Code(
        N_("Unknown region, product line or person"),
        N_(
            "Facts refer to ids of the organisation. Correct the id, or add it to ledger/org.yaml "
            "(people also to ledger/people.csv)."
        ),
    ),
    "F009": Code(
        N_("Unknown deal"),
        N_("Receipts and shares belong to a deal of the book. Add the deal, or correct the id."),
    ),
    "F010": Code(
        N_("Dates that contradict each other"),
        N_("A deal is opened before it is signed, closed or cancelled. Correct one of the two dates."),
    ),
    "F011": Code(
        N_("Status and dates contradict each other"),
        N_("Whether and when a deal counts must be plain. Correct the status, or the date."),
    ),
    "F012": Code(
        N_("Another currency than the book's"),
        N_("All amounts of this book are in one currency. Convert the amount, or leave the cell empty."),
    ),
    "F013": Code(
        N_("Share given twice"),
        N_("One person has one share of a kind in a deal. Put the two together."),
    ),
    "F014": Code(
        N_("Shares do not sum to 100 %"),
        N_(
            "The split shares of a deal hand out the whole deal, no more and no less. Correct the "
            "shares; what is on top is of kind overlay."
        ),
    ),
    "F015": Code(
        N_("Id too long"),
        N_("An id has at most 100 characters."),
    ),
    "F016": Code(
        N_("Person not employed on that day"),
        N_(
            "Somebody is credited on a day on which they were not employed. Correct the date or the "
            "person, if it is a mistake."
        ),
    ),
    "F017": Code(
        N_("Open, but signed"),
        N_("The deal counts by its signing date although its status is open. Write won, or remove the date."),
    ),
    "F018": Code(
        N_("Activity for an unknown deal"),
        N_("The activity counts, but its deal is not in the book. Correct the id, or leave it empty."),
    ),
    # -- M: metrics --------------------------------------------------------------------------------
    # -- P: plans ----------------------------------------------------------------------------------
    "P101": Code(
        N_("No target to be measured by"),
        N_(
            "A component measured by attainment cannot place somebody without a target in a tier. Give "
            "them a "
            "target for the period, or state `on_zero_target: skip` (pays nothing) or `attained` (100 %)."
        ),
    ),
    "P102": Code(
        N_("Plan in another currency than the book"),
        N_(
            "A plan pays rates of amounts, which are in the book's currency. State the same currency, "
            "or leave "
            "it out."
        ),
    ),
    "P103": Code(
        N_("An example does not come out"),
        N_(
            "A worked example in the plan pays something else than it says. Either the rule or the "
            "example is "
            "wrong; the steps show where they part."
        ),
    ),
    # -- S: settlement -----------------------------------------------------------------------------
    # -- K: calendar -------------------------------------------------------------------------------
    # -- I: import ---------------------------------------------------------------------------------
}
