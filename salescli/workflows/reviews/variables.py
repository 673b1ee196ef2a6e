"""What a template of a review may use: the same for the three, empty where one has nothing to say."""

from __future__ import annotations

from salescli.model.template import Markdown, Variable

_TABLE = Markdown("| a | b |\n|---|---|\n| 1 | 2 |")
_ACTION = {
    "id": "a1",
    "what": "Coach Li on first calls",
    "owner": "Chen",
    "due": "2026-09-10",
    "state": "overdue",
    "when": "carried",
    "late": True,
}

REVIEW = (
    Variable("title", "the document's title", "Huaxing: monthly review 2026-08"),
    Variable("company", "the company, as `salescli.yaml` names it", "Huaxing"),
    Variable("period", "the period reviewed", "2026-08"),
    Variable("as_of", "the last day whose facts were looked at", "2026-08-31"),
    Variable("running", "whether that is before the period's last day (true or false)", False),
    Variable("meeting", "the day of the meeting, and its time where the cadence names one", "2026-09-07"),
    Variable("participants", "names of those who take part", ["Chen", "Fang"]),
    Variable("separator", "what stands between items of a list in the language in use", ", "),
    Variable(
        "headline", "sentences: what was reached, what moved, by how much", ["Sales are 5 of 10: 50.0%."]
    ),
    Variable("people_table", "what each one sold in the week, against the week before; weekly only", _TABLE),
    Variable("to_date", "the month a weekly review stands in, as `2026-08`; else the period", "2026-08"),
    Variable("tracking_table", "the tracking table, a line per person (K10)", _TABLE),
    Variable("tracking_note", "who was left out of it where people are many; else empty", ""),
    Variable("region_table", "lights of the team and its regions", _TABLE),
    Variable("product_table", "lights of product lines", _TABLE),
    Variable("months_table", "the months of a quarter; quarterly only", _TABLE),
    Variable("analysis_table", "the analysis table: figures, changes, main drivers (A2)", _TABLE),
    Variable(
        "comparison_notes", "sentences: where a comparison is not of whole periods", ["2026-07 is not whole"]
    ),
    Variable("drivers", "sentences: which parts moved sales most", ["East · A · Zhang: +4"]),
    Variable(
        "problems",
        "what is short, each with `text`, `evidence` and `whys` (lists, whys from the first to the last), "
        "`root_cause` and `action` (texts); empty where nobody diagnosed it",
        [
            {
                "text": "South: Sales at 75.0% of the target, 150,000 short",
                "evidence": ["Lead conversion 15.0%, team 25.0%"],
                "whys": ["few leads became customers"],
                "root_cause": "no first-call script",
                "action": "Coach Li on first calls (Chen, due 2026-09-10)",
            }
        ],
    ),
    Variable("no_problem", "what to say where `problems` is empty", "Nothing is red."),
    Variable(
        "shortfalls", "sentences: reasons from weekly reports", ["Li, 2026-W33: two customers on leave"]
    ),
    Variable(
        "voices", "sentences: feedback and circumstances from notes", ["Zhang, 2026-08-12: wants to train"]
    ),
    Variable("lessons", "sentences: lessons from notes", ["Demos before prices"]),
    Variable("watch_table", "metrics under watch; empty where none is", _TABLE),
    Variable("pay_table", "sums of pay by plan and component; weekly only what is paid by the week", _TABLE),
    Variable("pay_note", "why there are no sums; else empty", ""),
    Variable("honours", "sentences: who is recognised", ["Sales Star: Zhang (rank 1)"]),
    Variable("health_table", "policy health; quarterly only, empty otherwise", _TABLE),
    Variable("carried_table", "actions decided earlier and not done; empty where there are none", _TABLE),
    Variable("new_table", "actions decided for this period; empty where there are none", _TABLE),
    Variable("done_table", "actions done since the period began; empty where there are none", _TABLE),
    Variable(
        "actions",
        "all of these as `id`, `what`, `owner`, `due`, `state`, `when` (`carried`, `new` or `done`), "
        "`late` (true or false)",
        [_ACTION],
    ),
    Variable(
        "next_period", "sentences: targets and what is due in the next period", ["2026-09: Sales 2,000,000"]
    ),
)
