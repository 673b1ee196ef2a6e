"""Floor 0: the table of finding codes, by family. Every code has a case in `tests/cases` and a line in docs.

Y yaml · C csv · O org · T targets · F facts · M metrics · P plans · S settlement · K calendar · I import
N notes and weekly reports
R report templates
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
    "Y001": Code(
        N_("File cannot be read"),
        N_("The file is missing, or you may not read it. Check its name and permissions."),
    ),
    "Y002": Code(
        N_("Not UTF-8"),
        N_(
            "Files of a book are UTF-8, with or without a byte order mark, so that names read the same "
            "everywhere. Save the file as UTF-8."
        ),
    ),
    "Y003": Code(
        N_("File too large"),
        N_("A YAML file of this size takes minutes to read. Put masses of people or rows into CSV files."),
    ),
    "Y004": Code(
        N_("Nested too deeply"),
        N_("No file of a book needs so many levels; such a file is broken or hostile."),
    ),
    "Y005": Code(
        N_("Too many values"),
        N_("No file of a book needs so many values; put masses of rows into CSV files."),
    ),
    "Y006": Code(
        N_("Not YAML"),
        N_("The file cannot be read from this place on. What stands before it was read as far as it goes."),
    ),
    "Y007": Code(
        N_("Key given twice"),
        N_("YAML would silently keep the last one. Keep one of the two."),
    ),
    "Y008": Code(
        N_("Anchor or alias"),
        N_(
            "Parts that refer to each other cannot be reviewed line by line, and can blow up a small "
            "file. Write the part out."
        ),
    ),
    "Y009": Code(
        N_("Merge key"),
        N_("`<<` hides where a value comes from. Write the keys out."),
    ),
    "Y010": Code(
        N_("Tag"),
        N_("Tags make YAML create other things than text. Write the value alone; fields know what they are."),
    ),
    "Y011": Code(
        N_("Several documents"),
        N_("One file holds one document. Move what follows `---` into a file of its own."),
    ),
    "Y012": Code(
        N_("Tab"),
        N_("A tab is as wide as the reader's editor likes, so that levels cannot be told. Use spaces."),
    ),
    "Y013": Code(
        N_("Hidden character"),
        N_(
            "Control characters and marks that reorder text make a line read differently from what it "
            "says. Delete them."
        ),
    ),
    "Y015": Code(
        N_("Key is not a word"),
        N_("Keys are single words, not lists or mappings."),
    ),
    "Y016": Code(
        N_("File is passed over"),
        N_("Only names that end in `.yaml` are read."),
    ),
    "Y101": Code(
        N_("Something is missing"),
        N_("A value without which the rest has no meaning is not there. Add it."),
    ),
    "Y102": Code(
        N_("Unknown key"),
        N_("A key that nothing reads is a typing error, or a rule that would silently not hold."),
    ),
    "Y103": Code(
        N_("Keys and values belong here"),
        N_("The value has parts with names, written as `key: value`."),
    ),
    "Y104": Code(
        N_("A list belongs here"),
        N_("Write `[a, b]`, or one entry a line with `- `, even for a single one."),
    ),
    "Y105": Code(
        N_("A single value belongs here"),
        N_("A list or mapping stands where one value is meant."),
    ),
    "Y106": Code(
        N_("Empty value"),
        N_("Nothing stands where something must. Write it, or leave the key out where it may be left out."),
    ),
    "Y110": Code(
        N_("Not an amount"),
        N_(
            "Amounts are plain digits with an optional decimal point: `800000.50`. Separators, currency "
            "signs, `万` and exponents are read by imports only, because they mean different things to "
            "different people."
        ),
    ),
    "Y111": Code(
        N_("Not a rate"),
        N_(
            "Rates and shares carry a percent sign. A bare `0.9` could be 90 % or 0.9 %, and the "
            "difference is somebody's pay."
        ),
    ),
    "Y112": Code(
        N_("Not a whole number"),
        N_("Counts are whole numbers in plain digits."),
    ),
    "Y113": Code(
        N_("Not a date"),
        N_("Dates are written `2026-08-31`, so that day and month cannot be mixed up."),
    ),
    "Y114": Code(
        N_("Not a period"),
        N_("Periods are written `2026-08`, `2026-Q3`, `2026-H2`, `2026`, weeks `2026-W33`."),
    ),
    "Y115": Code(
        N_("Not an id"),
        N_(
            "Ids are short words of A-Z, a-z, 0-9, `.`, `_` and `-` that begin with a letter or digit. "
            "What people read goes into `name`."
        ),
    ),
    "Y116": Code(
        N_("Text too long"),
        N_("The text is longer than its place, or has several lines where one belongs."),
    ),
    "Y117": Code(
        N_("Unknown word"),
        N_("Only some words have a meaning here; the hint names them."),
    ),
    "Y118": Code(
        N_("Not true or false"),
        N_(
            "Write `true` or `false`; `yes`, `no`, `on` and `off` mean different things in different "
            "YAML readers."
        ),
    ),
    "Y119": Code(
        N_("Out of range"),
        N_(
            "The value is of the right kind but cannot be meant: below zero, or beyond what the field allows."
        ),
    ),
    # -- C: CSV as text ----------------------------------------------------------------------------
    "C101": Code(
        N_("Empty table"),
        N_("A table begins with the names of its columns."),
    ),
    "C102": Code(
        N_("Unknown column"),
        N_("A column that nothing reads is a typing error. Correct or remove it."),
    ),
    "C103": Code(
        N_("Column is missing"),
        N_("The table cannot be understood without this column."),
    ),
    "C104": Code(
        N_("Wrong number of cells"),
        N_("A row has more or fewer cells than the header, often because of a comma that needs quotes."),
    ),
    "C105": Code(
        N_("Empty cell"),
        N_("Every row needs a value in this column."),
    ),
    "C106": Code(
        N_("Not CSV"),
        N_("Quotes are not closed, or stand inside a cell without being written twice."),
    ),
    "C107": Code(
        N_("Row given twice"),
        N_("The same id may stand in a table once."),
    ),
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
    "C012": Code(
        N_("Row too long"),
        N_("A row of half a million characters is most often a quote that was not closed. Close it."),
    ),
    # -- O: org ------------------------------------------------------------------------------------
    "O001": Code(
        N_("No people"),
        N_("A book needs `ledger/org.yaml`, or `ledger/people.csv` and `ledger/assignments.csv`."),
    ),
    "O002": Code(
        N_("Id given twice"),
        N_(
            "Ids of regions, product lines and people are unique over the whole book, because facts and "
            "targets name them."
        ),
    ),
    "O003": Code(
        N_("Unknown region"),
        N_("An assignment names a region that the book does not have."),
    ),
    "O004": Code(
        N_("Unknown product line"),
        N_("An assignment names a product line that the book does not have."),
    ),
    "O005": Code(
        N_("Unknown manager"),
        N_("A manager must be one of the people."),
    ),
    "O006": Code(
        N_("Managers in a circle"),
        N_("Following managers upwards comes back to the same person."),
    ),
    "O007": Code(
        N_("Assignments overlap"),
        N_(
            "A person works in one place at a time; sales and pay would otherwise count twice. Let one "
            "end before the next begins."
        ),
    ),
    "O008": Code(
        N_("Assignment before being hired"),
        N_("An assignment begins before the person is employed."),
    ),
    "O009": Code(
        N_("Assignment after leaving"),
        N_("An assignment begins after the person's last day."),
    ),
    "O010": Code(
        N_("Left before being hired"),
        N_("The last day employed lies before the first."),
    ),
    "O011": Code(
        N_("Name given twice"),
        N_(
            "Two of a kind answer to the same name or alias, so that neither can be meant by it. Give "
            "one of them another name or alias."
        ),
    ),
    "O012": Code(
        N_("Assignment of nobody"),
        N_("`assignments.csv` names a person whom `people.csv` does not have."),
    ),
    "O013": Code(
        N_("Without an assignment"),
        N_("A person without an assignment has no region, so that no target and no plan reaches them."),
    ),
    "O014": Code(
        N_("Assignment ends before it begins"),
        N_("Its last day lies before its first."),
    ),
    "O015": Code(
        N_("Unknown participant"),
        N_(
            "Who takes part in a review is named by a person's id, name or alias, or by a role "
            "that somebody has."
        ),
    ),
    # -- T: targets --------------------------------------------------------------------------------
    "T001": Code(
        N_("Which past is unclear"),
        N_("History is either one period (`from`) or a number of periods before (`last`)."),
    ),
    "T002": Code(
        N_("Blend does not sum to 100 %"),
        N_("The parts of a blend are shares of one whole."),
    ),
    "T003": Code(
        N_("Blend lacks what it blends"),
        N_("A part of the blend has no values, or values have no part."),
    ),
    "T004": Code(
        N_("Weight file"),
        N_("The file with weights is missing or lies outside the book."),
    ),
    "T005": Code(
        N_("Unknown metric"),
        N_("Targets are for metrics that the book defines (or built-in ones)."),
    ),
    "T006": Code(
        N_("Wrong unit"),
        N_("Targets of rates carry a percent sign, money and counts are plain numbers, counts are whole."),
    ),
    "T007": Code(
        N_("Unknown id"),
        N_("A target names a region, product line or person that the book does not have."),
    ),
    "T008": Code(
        N_("Shares do not sum to 100 %"),
        N_("Parts must sum to the whole; otherwise part of the target belongs to nobody, or to two."),
    ),
    "T010": Code(
        N_("Month outside the period"),
        N_("The months of a period are its own, each of them once."),
    ),
    "T011": Code(
        N_("No matrix"),
        N_(
            "A total cut both by region and by product line says how the two meet: `matrix: "
            "proportional` or `{fit: history}`."
        ),
    ),
    "T012": Code(
        N_("No history"),
        N_("The past that a cut goes by has no facts in this book."),
    ),
    "T013": Code(
        N_("Row outside the period"),
        N_("Resolved rows are for the file's period or its months."),
    ),
    "T014": Code(
        N_("Level `target` is not 100 %"),
        N_("The level called target is the target itself; other levels are factors of it."),
    ),
    "T015": Code(
        N_("Unknown owner"),
        N_("Whoever answers for a target is best one of the people."),
    ),
    "T016": Code(
        N_("Person without a target"),
        N_(
            "Somebody employed in the period has no target of their own, so nothing can be measured "
            "against it."
        ),
    ),
    "T018": Code(
        N_("Parts of a rate"),
        N_("Rates are inherited by every part and cannot be cut into amounts."),
    ),
    "T200": Code(
        N_("Two targets for the same thing"),
        N_(
            "A region, product or person may have one target per metric, period and level. Remove one "
            "of the two."
        ),
    ),
    "T101": Code(
        N_("Total is no multiple of its unit"),
        N_(
            "Parts are multiples of the unit, so the whole must be one too. "
            "Round the total or choose a smaller unit."
        ),
    ),
    "T102": Code(
        N_("More given out than there is"),
        N_(
            "Fixed amounts exceed the whole by more than `over_assignment` states. "
            "Lower them, raise the whole, or state it."
        ),
    ),
    "T110": Code(
        N_("Nothing to cut by"),
        N_(
            "Every weight of this cut is zero, so no part can be found. "
            "Give weights, or name a past with sales."
        ),
    ),
    "T111": Code(
        N_("Person not in the region"),
        N_(
            "Somebody named in a cut is not assigned to that region in the period. "
            "Take them out or add an assignment."
        ),
    ),
    "T112": Code(
        N_("Past cannot be fitted"),
        N_(
            "A region or product line with a target sold nothing in that past. "
            "Use `matrix: proportional` or another past."
        ),
    ),
    "T113": Code(
        N_("No past, no target"),
        N_(
            "A cut by history gives nothing to somebody without sales in it. "
            "Use a blend with `equal` or `ability`."
        ),
    ),
    "T130": Code(
        N_("Proposal for nobody, or for no metric"),
        N_("Proposals name people of the book and metrics of the target file by their ids."),
    ),
    "T131": Code(
        N_("Proposed twice"),
        N_("Somebody has one proposal per metric. Keep one of the two."),
    ),
    "T120": Code(
        N_("Growth above what the file allows"),
        N_("The target grows faster against history than `achievable: growth_max`. Lower it or say why."),
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
        N_(
            "Amounts in other currencies are only converted where `fx:` in "
            "policies/metrics.yaml says so and ledger/fx.csv has their rates. State both, or convert the "
            "amount and leave the cell empty."
        ),
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
    "F019": Code(
        N_("Not an exchange rate"),
        N_(
            "A row of ledger/fx.csv says how much of the book's currency one unit of another is worth from "
            "a day on: `2026-08-01,USD,7.1234`."
        ),
    ),
    "F020": Code(
        N_("Exchange rate given twice"),
        N_("A currency has one rate from a day on, or amounts would have two values. Keep the right one."),
    ),
    "F021": Code(
        N_("No exchange rate for the day"),
        N_(
            "An amount is converted by the rate of the day it was booked: a deal's signing, else its "
            "opening, or the receipt's day. Write that day, or add a rate that is valid on it to "
            "ledger/fx.csv."
        ),
    ),
    "F022": Code(
        N_("No receipts, but rules ask for them"),
        N_(
            "What must be collected before a deal counts, what is paid on receipts, and what is let go with "
            "them, is nothing in a book without receipts. Import them, or ask for none."
        ),
    ),
    # -- M: metrics --------------------------------------------------------------------------------
    "M001": Code(
        N_("No rule for closed deals"),
        N_(
            "There is one definition of a closed deal for everybody, written down in `policies/metrics.yaml`."
        ),
    ),
    "M002": Code(
        N_("What the metric is"),
        N_("A metric is exactly one of a sum, a count, and a ratio of two metrics."),
    ),
    "M003": Code(
        N_("Rows cannot be chosen by this"),
        N_("Only some columns of a fact can be asked for in `where`."),
    ),
    "M004": Code(
        N_("Moment does not fit"),
        N_("What is counted has no such moment, or a ratio has none at all."),
    ),
    "M005": Code(
        N_("Unit does not fit"),
        N_("Sums of money are money, counts are counts."),
    ),
    "M006": Code(
        N_("Metric made of itself"),
        N_("Ratios must end in sums and counts."),
    ),
    "M007": Code(
        N_("Unknown metric"),
        N_("The metric is neither built in nor defined in `policies/metrics.yaml`."),
    ),
    "M008": Code(
        N_("Lights overlap"),
        N_("Red must end before green begins; between the two is yellow."),
    ),
    "M009": Code(
        N_("Budget does not fit"),
        N_("A budget is for a plan of the book or for all plans together; a period has one of each."),
    ),
    # -- P: plans ----------------------------------------------------------------------------------
    "P001": Code(
        N_("Condition not understood"),
        N_(
            "Conditions compare metrics, targets and attainments with numbers or with each other, joined "
            "by `and`, `or`, `not`."
        ),
    ),
    "P002": Code(
        N_("Tier in the wrong unit"),
        N_(
            "A tier begins at a rate where an attainment places one in it, at an amount or a count otherwise."
        ),
    ),
    "P003": Code(
        N_("Ties"),
        N_("What happens to equal ranks must be stated, once."),
    ),
    "P004": Code(
        N_("Plan given twice"),
        N_("Entries name the plan by its id; two plans with one id could not be told apart."),
    ),
    "P005": Code(
        N_("Tiers do not begin at zero"),
        N_("Below the first tier nothing would be defined. Begin with `{from: 0%, rate: 0%}`."),
    ),
    "P006": Code(
        N_("Tiers out of order"),
        N_("Tiers are lower bounds, each above the one before; the same bound twice is ambiguous."),
    ),
    "P007": Code(
        N_("Higher tier pays less"),
        N_("Whoever sells more would earn at a lower rate. It is allowed, but rarely meant."),
    ),
    "P008": Code(
        N_("No prizes"),
        N_("A ranking without prizes pays nobody."),
    ),
    "P009": Code(
        N_("Unknown metric in a plan"),
        N_("Plans are paid on metrics that the book defines (or built-in ones)."),
    ),
    "P010": Code(
        N_("Rates of something that is no amount"),
        N_("Rates apply to sums and counts; a ratio cannot be paid on."),
    ),
    "P011": Code(
        N_("Validity ends before it begins"),
        N_("`valid.from` must be on or before `valid.to`."),
    ),
    "P012": Code(
        N_("Unknown role"),
        N_("Nobody has the role, so the plan would pay nobody by it."),
    ),
    "P013": Code(
        N_("Unknown region or person in a plan"),
        N_("A plan names whom it covers by ids of the book."),
    ),
    "P014": Code(
        N_("Plan covers nobody"),
        N_("Nobody matches the plan at any time it is valid."),
    ),
    "P015": Code(
        N_("Person without a plan"),
        N_("Somebody with targets is covered by no plan in the period."),
    ),
    "P016": Code(
        N_("Paid twice"),
        N_("Two plans with a component of the same name cover the same person at the same time."),
    ),
    "P017": Code(
        N_("Covered by several plans"),
        N_("Several plans cover the same person at the same time; their components add up."),
    ),
    "P018": Code(
        N_("No gate"),
        N_("A team award without `when` would be paid always."),
    ),
    "P019": Code(
        N_("Unknown component in earned(…)"),
        N_("`earned(…)` is what another component of the same plan came to in the period."),
    ),
    "P020": Code(
        N_("Says not what it pays"),
        N_("A rate is a share of what is paid on, `pays` is money; exactly one of the two must stand there."),
    ),
    "P021": Code(
        N_("Means nothing here"),
        N_("The key belongs to another mode or shape; left standing it would look as if it did something."),
    ),
    "P022": Code(
        N_("Gap between tiers"),
        N_("Tiers are [from, next from); a value between two of them would be paid by nobody's rule."),
    ),
    "P023": Code(
        N_("Tiers overlap"),
        N_("A value in two tiers would have two rates, and nobody could say which."),
    ),
    "P024": Code(
        N_("Weights and levels"),
        N_("Weights of a scorecard sum to 100%, those of a pool to no more; a level is a rate."),
    ),
    "P025": Code(
        N_("Release in parts"),
        N_("What is held must be released in full, and each part must say when."),
    ),
    "P026": Code(
        N_("Rule of a rate table"),
        N_("Rules name dimensions of a deal, and ranges that hold something."),
    ),
    "P027": Code(
        N_("Components that wait for each other"),
        N_("A component that rests on what another earns runs after it; in a circle none could begin."),
    ),
    "P028": Code(
        N_("Cannot be paid deal by deal"),
        N_(
            "Single deals have an amount, a margin, a cost and a quantity; only what is paid on one of these "
            "can be rated, held or taken back deal by deal."
        ),
    ),
    "P030": Code(
        N_("Cliff"),
        N_(
            "At a bound, one more unit of money sold pays more than that unit. People will time deals around "
            "it; slices (`mode: marginal`) pay smoothly."
        ),
    ),
    "P031": Code(
        N_("Earning more pays less"),
        N_("At a bound, whoever sells one more unit is paid less than before."),
    ),
    "P032": Code(
        N_("Gate that shuts everybody out"),
        N_("No figures meet the condition, or nobody who meets it can reach a tier."),
    ),
    "P033": Code(
        N_("Tier nobody reached"),
        N_("In the past periods of the book nobody would have reached the tier: it promises nothing."),
    ),
    "P034": Code(
        N_("Units mixed up"),
        N_("Money, counts and rates are added or compared with each other."),
    ),
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
    "P104": Code(
        N_("A number of the person is missing"),
        N_(
            "The component rests on a number stated for each person, such as a salary, and somebody has none."
        ),
    ),
    "P105": Code(
        N_("Deals that no rule matches"),
        N_("A rate table says nothing about some deals of the period."),
    ),
    # -- S: settlement -----------------------------------------------------------------------------
    "S001": Code(
        N_("Not a settled month"),
        N_(
            "A folder of ledger/settlements is named after its month and holds settlement.yaml; another one "
            "is passed over by everything that pays. Rename it, restore the file, or remove the folder."
        ),
    ),
    "S002": Code(
        N_("Settlement contradicts itself"),
        N_(
            "Its period is its folder's, and its state is what its steps led to, in their order. Restore the "
            "file; it is written by `salescli settle` alone."
        ),
    ),
    "S003": Code(
        N_("Chain of settlements is broken"),
        N_(
            "Each settlement names the one before by its hash, so that no month can be taken out or "
            "exchanged. Restore the month that is missing."
        ),
    ),
    "S004": Code(
        N_("Month left out"),
        N_(
            "Between two settled months one is not settled: its pay would be missing. Draft it if it has any."
        ),
    ),
    "S005": Code(
        N_("Somebody unknown is paid"),
        N_("Settled rows name people of the book; who left stays in it, with the last day employed."),
    ),
    "S006": Code(
        N_("Entry id does not belong to its row"),
        N_(
            "An entry's id is derived from what it pays for, so that the same thing is never paid twice. "
            "Restore the file, or while the month is a draft make it again."
        ),
    ),
    "S007": Code(
        N_("Paid twice"),
        N_(
            "The same entry stands in two rows or two months, so that one thing is paid twice. Restore the "
            "files, or while the later month is a draft make it again."
        ),
    ),
    "S008": Code(
        N_("Payouts do not sum"),
        N_(
            "A person's row of payouts.csv is the sum of their entries by kind, with what the month before "
            "carried. Restore the file, or while the month is a draft make it again."
        ),
    ),
    "S009": Code(
        N_("Objection to something that is not there"),
        N_("An objection is made by somebody of the book, to an entry, a component or a deal of the month."),
    ),
    "S010": Code(
        N_("Objection contradicts itself"),
        N_(
            "It lies with its month; an answered one has an answer and its day, an open one neither; only an "
            "accepted one has an amount, and the entry that pays it."
        ),
    ),
    "S011": Code(
        N_("Objection and steps do not agree"),
        N_(
            "Objections and answers are steps of the settlement, with the hash of their file. Write them "
            "with `salescli object`, and restore what was changed by hand."
        ),
    ),
    # -- K: calendar -------------------------------------------------------------------------------
    "K001": Code(
        N_("Working days not known"),
        N_(
            "Holidays are announced year by year, and guessing them would move due dates. "
            "Write the year's days into `ledger/calendars`."
        ),
    ),
    "K002": Code(
        N_("Calendar file contradicts itself"),
        N_("Country and year stand in the file's name and in the file, and its days lie in that year."),
    ),
    # -- I: import ---------------------------------------------------------------------------------
    "I001": Code(
        N_("Column of ours that there is not"),
        N_("A mapping names a column that this kind of fact does not have."),
    ),
    "I002": Code(
        N_("Mapping for another kind"),
        N_("The mapping says which facts it is for, and the command asks for others."),
    ),
    "I003": Code(
        N_("Form of dates not understood"),
        N_("A form names year, month and day: yyyy-mm-dd, m/d/yyyy, %d.%m.%Y, or excel."),
    ),
    # -- N: notes and weekly reports ---------------------------------------------------------------
    "N001": Code(
        N_("Unknown person, region, product line or metric"),
        N_(
            "Notes, diagnoses, actions and weekly reports name people, regions, product lines and metrics "
            "by ids that the book has."
        ),
    ),
    "N002": Code(
        N_("There twice"),
        N_(
            "An action's id, a diagnosis of one figure, a watch of a metric or a person's weekly report is "
            "there twice, and nothing says which one holds. Keep one of the two."
        ),
    ),
    "N003": Code(
        N_("File of another week"),
        N_("A file of weekly reports is named after its week, and says the same week inside."),
    ),
    "N004": Code(
        N_("Note that cannot be understood"),
        N_(
            "A diagnosis is about one person, region or product line, or about the team; its evidence says "
            "something; a watch ends after it begins."
        ),
    ),
    "N005": Code(
        N_("Action without owner or due date"),
        N_("An action that nobody answers for, or that is never due, would never come back."),
    ),
    "N006": Code(
        N_("Break in the chain of whys"),
        N_("Each why asks for the reason of the answer before, so they are filled in from the first on."),
    ),
    "N007": Code(
        N_("Value not in the unit of its metric"),
        N_("Rates carry a percent sign, amounts and counts do not, and counts are whole numbers."),
    ),
    "N008": Code(
        N_("Target of a watch that would have to be shared out"),
        N_(
            "What a watch asks for holds for every level and person alike, which only works for rates and "
            "other ratios. A target that adds up is cut in `ledger/targets`."
        ),
    ),
    "N009": Code(
        N_("Dates that do not fit"),
        N_(
            "A report is filed after its week has begun, by somebody who is here in that week; an action is "
            "done after the period begins in whose review it was decided."
        ),
    ),
    "N010": Code(
        N_("Deal that there is not"),
        N_("A note names a deal that no file has. It may be a typing error, or not imported yet."),
    ),
    # -- R: report templates -----------------------------------------------------------------------
    "R001": Code(
        N_("Template cannot be read"),
        N_(
            "A file in `report_templates` is not UTF-8, too large, or may not be read. Correct it, or remove "
            "it: the template of salescli is then used."
        ),
    ),
    "R002": Code(
        N_("Template not understood"),
        N_(
            "The text is no Jinja2 template from this line on, names a filter there is not, or brings in "
            "another file, which templates may not."
        ),
    ),
    "R003": Code(
        N_("Unknown value in a template"),
        N_(
            "A template may use the values that docs/templates.md lists for it, and no others: a misspelt "
            "one would leave a hole in the document."
        ),
    ),
    "R004": Code(
        N_("Template fails when it is filled"),
        N_(
            "The template can be read but not filled: it does something that is not allowed in the sandbox, "
            "or that its values cannot do. `validate` tries with examples and warns."
        ),
    ),
    "R005": Code(
        N_("Template prints too much"),
        N_(
            "A document of millions of characters is a loop that was not meant. Shorten the template's loops."
        ),
    ),
    "R006": Code(
        N_("Template that nothing uses"),
        N_(
            "Documents are written from templates by name; a file of another name is never read. Rename it, "
            "or remove it."
        ),
    ),
}
