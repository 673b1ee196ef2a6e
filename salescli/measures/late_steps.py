"""SQL of the steps that run beside settled months, between credits and cells (what they make: `settled.py`).

`{start}` and `{end}` are the period's days, `{since}` and `{until}` those of the settled months; `{owned}` is
every line of a deal as it is now, `{new_now}` the deal by which each customer is a new one. `ledger` holds
the rows of `credits.csv` files, `{words}` are those of a row `l` of it by which rules tell deals apart.

Of each moment of deals, `{dated}` is the day, `{deal}` and `{count}` are the rows, `{m}` ends the tables.

A deal that has turned into another one for some rule, and stayed the same for others, has both what is left
of each line beside what was settled and the whole line, `…_whole`.
"""

from __future__ import annotations

LINE_COLUMNS = ("amount", "cost", "margin", "quantity")
"""What a line of a deal is paid on; each is told apart by itself."""


def left(column: str) -> str:
    """What is left of a line to be credited now: what it grew by, or by what it is below zero.

    What it has lost is given back at its own amount instead, which only works where something was paid on.
    """
    before, now = f"{column}_before", f"{column}_now"
    return f"CASE WHEN {before} <= 0 OR {now} >= {before} THEN {now} - {before} ELSE least({now}, 0) END"


def lost(column: str) -> str:
    """What a line has lost of what was above zero; all of one that does not count any more."""
    before, now = f"{column}_before", f"{column}_now"
    kept = f"CASE WHEN {before} <= 0 THEN {before} ELSE greatest(least({now}, {before}), 0) END"
    return f"CASE WHEN deal IS NULL THEN {before} ELSE {before} - ({kept}) END"


def any_of(column: str) -> str:
    """Whether any of the columns, so named, is not zero."""
    return " OR ".join(f"{column.format(c)} <> 0" for c in LINE_COLUMNS)


LINES = (
    (
        "settled",
        """
CREATE OR REPLACE TEMP TABLE settled{m} AS
SELECT deal_id, person, kind, min(day) AS day, sum(amount) AS amount, sum(cost) AS cost,
    sum(quantity) AS quantity
FROM (
    SELECT deal_id, person, kind, day, sum(amount) AS amount, sum(cost) AS cost, sum(quantity) AS quantity
    FROM ledger WHERE of = '{deal}' AND day < {start}
    GROUP BY deal_id, person, kind, day
    HAVING sum(amount) <> 0 OR sum(cost) <> 0 OR sum(quantity) <> 0
) AS dated
GROUP BY deal_id, person, kind
HAVING sum(amount) <> 0 OR sum(cost) <> 0 OR sum(quantity) <> 0
""",
    ),
    (
        "counted_before",
        """
CREATE OR REPLACE TEMP TABLE counted_before{m} AS
WITH stated AS (
    SELECT deal_id, person FROM ledger WHERE of = '{count}' AND day < {start}
    GROUP BY deal_id, person HAVING sum(amount) > 0
)
FROM stated
UNION ALL
SELECT deal_id, person FROM settled{m}
WHERE kind = 'split' AND deal_id NOT IN (SELECT deal_id FROM stated)
""",
    ),
    (
        "settled_deals",
        """
CREATE OR REPLACE TEMP TABLE settled_deals{m} AS
SELECT deal_id FROM settled{m} UNION SELECT deal_id FROM counted_before{m}
""",
    ),
    (
        "lines_now",
        """
CREATE OR REPLACE TEMP TABLE lines_now{m} AS
SELECT * FROM ({owned}
) AS n WHERE n.day <= {end} AND n.deal_id IN (FROM settled_deals{m})
""",
    ),
    (
        "turned",
        """
CREATE OR REPLACE TEMP TABLE turned{m} AS
SELECT DISTINCT d.deal, l.deal_id, {words}
FROM (
    SELECT deal_id, words FROM ledger
    WHERE of IN ('{deal}', '{count}', '{customer}') AND day < {start} AND words IS NOT NULL
    GROUP BY deal_id, words, of, person, kind
    HAVING sum(amount) <> 0 OR sum(cost) <> 0 OR sum(quantity) <> 0
) AS l JOIN known_deals AS d ON d.deal_id = l.deal_id
""",
    ),
    (
        "moved",
        """
CREATE OR REPLACE TEMP TABLE moved{m} AS
SELECT coalesce(n.deal_id, s.deal_id) AS deal_id, n.deal, coalesce(n.person, s.person) AS person,
    coalesce(n.kind, s.kind) AS kind, coalesce(s.day, n.day) AS day,
    CASE WHEN s.deal_id IS NULL AND c.deal_id IS NULL THEN n.share ELSE 0 END AS share,
    n.share AS share_whole,
    coalesce(s.amount, 0) AS amount_before, coalesce(n.amount, 0) AS amount_now,
    coalesce(s.cost, 0) AS cost_before, coalesce(n.cost, 0) AS cost_now,
    coalesce(s.amount, 0) - coalesce(s.cost, 0) AS margin_before,
    coalesce(n.amount, 0) - coalesce(n.cost, 0) AS margin_now,
    coalesce(s.quantity, 0) AS quantity_before, coalesce(n.quantity, 0) AS quantity_now
FROM settled{m} AS s
FULL JOIN lines_now{m} AS n ON n.deal_id = s.deal_id AND n.person = s.person AND n.kind = s.kind
LEFT JOIN counted_before{m} AS c ON c.deal_id = n.deal_id AND c.person = n.person AND n.kind = 'split'
""",
    ),
    ("lines_now_dropped", "DROP TABLE lines_now{m}"),
    (
        "again",
        f"""
CREATE OR REPLACE TEMP TABLE again{{m}} AS
SELECT deal, {{start}} AS day, TRY_CAST(person AS person_id) AS person, CAST(kind AS credit_kind) AS kind,
    share, share_whole, {", ".join(LINE_COLUMNS)}, {", ".join(f"{c}_now AS {c}_whole" for c in LINE_COLUMNS)}
FROM (
    SELECT *, {", ".join(f"{left(c)} AS {c}" for c in LINE_COLUMNS)}
    FROM moved{{m}} WHERE deal IS NOT NULL
) AS rest
WHERE ({any_of("{}")} OR (deal IN (SELECT deal FROM turned{{m}}) AND ({any_of("{}_now")})))
    AND TRY_CAST(person AS person_id) IS NOT NULL
""",
    ),
    (
        "counted_moved",
        """
CREATE OR REPLACE TEMP TABLE counted_moved{m} AS
SELECT coalesce(n.deal_id, c.deal_id) AS deal_id, n.deal, coalesce(n.person, c.person) AS person,
    c.deal_id IS NOT NULL AS before
FROM counted_before{m} AS c
FULL JOIN (
    SELECT m.deal, d.deal_id, CAST(d.owner AS VARCHAR) AS person
    FROM {dated} AS m JOIN known_deals AS d ON d.deal = m.deal
    WHERE m.day <= {end} AND d.deal_id IN (FROM settled_deals{m})
) AS n ON n.deal_id = c.deal_id AND n.person = c.person
WHERE n.deal IS NULL OR c.deal_id IS NULL OR n.deal IN (SELECT deal FROM turned{m})
""",
    ),
    (
        "again_count",
        """
CREATE OR REPLACE TEMP TABLE again_count{m} AS
SELECT deal, {start} AS day, TRY_CAST(person AS person_id) AS person, CAST('owner' AS credit_kind) AS kind,
    before
FROM counted_moved{m} WHERE deal IS NOT NULL AND TRY_CAST(person AS person_id) IS NOT NULL
""",
    ),
)
"""Of each moment of deals: what was settled of it, what it is now, and what is left of it."""

DATED = (
    (
        "recognised",
        """
CREATE OR REPLACE TEMP TABLE {dated} AS
SELECT m.deal, m.day AS own_day,
    CASE
        WHEN s.deal_id IS NOT NULL THEN least(m.day, {start} - 1)
        WHEN m.day BETWEEN {since} AND {until} THEN greatest(m.day, {start})
        ELSE m.day
    END AS day
FROM {dated} AS m
JOIN known_deals AS d ON d.deal = m.deal
LEFT JOIN settled_deals{m} AS s ON s.deal_id = d.deal_id
""",
    ),
)
"""Of each moment: deals on the day they count, late ones on the first day of the period."""

NEW_BEFORE = (
    (
        "new_before",
        """
CREATE OR REPLACE TEMP TABLE new_before AS
SELECT deal_id, person FROM ledger WHERE of = 'customer' AND day < {start}
GROUP BY deal_id, person HAVING sum(amount) > 0
""",
    ),
)
"""By which deals customers were new ones when they were settled."""

NEW = (
    (
        "new_moved",
        """
CREATE OR REPLACE TEMP TABLE new_moved AS
SELECT coalesce(n.deal_id, b.deal_id) AS deal_id, n.deal, n.customer, n.day,
    coalesce(n.person, b.person) AS person, b.deal_id IS NOT NULL AS before
FROM new_before AS b
FULL JOIN ({new_now}
) AS n ON n.deal_id = b.deal_id AND n.person = b.person
WHERE n.deal IS NULL
    OR (b.deal_id IS NULL AND n.day >= {since} AND (n.day < {start} OR n.deal_id IN (FROM settled_deals)))
    OR (b.deal_id IS NOT NULL AND n.deal IN (SELECT deal FROM turned))
""",
    ),
    (
        "again_new",
        """
CREATE OR REPLACE TEMP TABLE again_new AS
SELECT n.deal, {start} AS day, TRY_CAST(n.person AS person_id) AS person,
    CAST('owner' AS credit_kind) AS kind, n.before
FROM new_moved AS n
WHERE n.deal IS NOT NULL AND TRY_CAST(n.person AS person_id) IS NOT NULL
    AND n.customer IN (
        SELECT d.customer FROM recognised AS m JOIN known_deals AS d ON d.deal = m.deal WHERE m.day < {start}
    )
""",
    ),
)
"""New customers, by the day that deals count on."""

GONE = (
    (
        "gone",
        f"""
CREATE OR REPLACE TEMP TABLE gone{{m}} AS
WITH lines AS (
    SELECT deal_id, person, day, deal, {", ".join(f"{c}_before, {lost(c)} AS {c}_lost" for c in LINE_COLUMNS)}
    FROM moved{{m}} WHERE kind <> 'attainment'
),
touched AS (
    SELECT deal_id FROM lines WHERE {any_of("{}_lost")}
    UNION
    SELECT deal_id FROM turned{{m}}
    UNION
    SELECT deal_id FROM counted_moved{{m}} WHERE before
    UNION
    SELECT deal_id FROM {{new_moved}} WHERE before
)
SELECT coalesce(l.deal_id, w.deal_id) AS deal_id, coalesce(l.person, w.person) AS person, l.day,
    {", ".join(f"l.{c}_before, l.{c}_lost" for c in LINE_COLUMNS)},
    coalesce(w.counted, false) AS counted, coalesce(w.new, false) AS new
FROM (
    SELECT deal_id, person, min(day) AS day,
        {", ".join(f"sum({c}_{p}) AS {c}_{p}" for c in LINE_COLUMNS for p in ("before", "lost"))}
    FROM lines WHERE deal_id IN (FROM touched) GROUP BY deal_id, person
) AS l
FULL JOIN (
    SELECT deal_id, person, bool_or(of = 'count' AND lost) AS counted, bool_or(of = 'new' AND lost) AS new
    FROM (
        SELECT deal_id, person, 'count' AS of, deal IS NULL AS lost FROM counted_moved{{m}} WHERE before
        UNION ALL
        SELECT deal_id, person, 'new', deal IS NULL FROM {{new_moved}} WHERE before
    ) AS whose GROUP BY deal_id, person
) AS w ON w.deal_id = l.deal_id AND w.person = l.person
""",
    ),
    ("moved_dropped", "DROP TABLE moved{m}"),
)
"""Of each moment: what has gone. `{new_moved}` are new customers, where the moment makes them."""

FACTS = (
    (
        "stubs",
        """
CREATE OR REPLACE TEMP TABLE stubs AS
SELECT CAST(-row_number() OVER (ORDER BY deal_id, words) AS INTEGER) AS deal, deal_id, words, {words}
FROM (
    SELECT DISTINCT deal_id, words
    FROM (
        SELECT deal_id, words FROM ledger WHERE of = 'cash' AND day < {start} AND words IS NOT NULL
        GROUP BY deal_id, words, person, kind HAVING sum(amount) <> 0
    ) AS known
) AS l
""",
    ),
    (
        "late_deals",
        """
CREATE OR REPLACE TEMP VIEW late_deals AS
FROM known_deals UNION ALL BY NAME
SELECT * EXCLUDE words REPLACE (
    TRY_CAST(region AS region_id) AS region, TRY_CAST(product AS product_id) AS product,
    TRY_CAST(owner AS person_id) AS owner, TRY_CAST(status AS status_word) AS status,
    TRY_CAST(currency AS currency_word) AS currency,
    TRY_CAST(discount AS INTEGER) AS discount, TRY_CAST(term_months AS INTEGER) AS term_months
) FROM stubs
""",
    ),
    (
        "again_cash",
        """
CREATE OR REPLACE TEMP TABLE again_cash AS
SELECT deal, {start} AS day, TRY_CAST(person AS person_id) AS person, CAST(kind AS credit_kind) AS kind,
    amount
FROM (
    SELECT deal, person, kind, sum(amount) AS amount FROM (
        SELECT r.deal, CAST(d.owner AS VARCHAR) AS person, 'split' AS kind, r.amount
        FROM receipts AS r CROSS JOIN question AS q JOIN live_deals AS d ON d.deal = r.deal
        ANTI JOIN shared AS s ON s.deal = r.deal
        WHERE r.day <= q.as_of AND r.day BETWEEN {since} AND least({until}, {start} - 1)
        UNION ALL
        SELECT r.deal, CAST(r.person AS VARCHAR), CAST(r.kind AS VARCHAR), r.amount
        FROM received AS r JOIN live_deals AS d ON d.deal = r.deal
        WHERE r.day BETWEEN {since} AND least({until}, {start} - 1)
        UNION ALL
        SELECT coalesce(b.deal, d.deal), l.person, l.kind, -l.amount
        FROM ledger AS l LEFT JOIN stubs AS b ON b.deal_id = l.deal_id AND b.words = l.words
        LEFT JOIN known_deals AS d ON d.deal_id = l.deal_id
        WHERE l.of = 'cash' AND l.day < {start}
    ) AS both_sides WHERE deal IS NOT NULL GROUP BY deal, person, kind
) AS late WHERE amount <> 0 AND TRY_CAST(person AS person_id) IS NOT NULL
""",
    ),
    (
        "again_done",
        """
CREATE OR REPLACE TEMP TABLE again_done AS
SELECT deal, {start} AS day, TRY_CAST(person AS person_id) AS person, kind, region, product, customer, count
FROM (
    SELECT deal, person, kind, region, product, customer, sum(count) AS count FROM (
        SELECT a.deal, CAST(a.person AS VARCHAR) AS person, a.kind, a.region, a.product,
            coalesce(a.customer, '') AS customer, a.count
        FROM activities AS a CROSS JOIN question AS q
        WHERE a.day <= q.as_of AND a.day BETWEEN {since} AND least({until}, {start} - 1)
        UNION ALL
        SELECT d.deal, l.person, l.kind, TRY_CAST(l.region AS region_id), TRY_CAST(l.product AS product_id),
            l.customer, -l.amount
        FROM (SELECT *, {words} FROM ledger AS l WHERE of = 'activity' AND day < {start}) AS l
        LEFT JOIN known_deals AS d ON d.deal_id = l.deal_id
    ) AS both_sides GROUP BY deal, person, kind, region, product, customer
) AS late WHERE count <> 0 AND TRY_CAST(person AS person_id) IS NOT NULL
""",
    ),
)
"""Receipts and activities."""

NEW_NOW = """
    SELECT customer, deal, deal_id, day, person FROM (
        SELECT d.customer, m.deal, d.deal_id, {day} AS day, CAST(d.owner AS VARCHAR) AS person,
            row_number() OVER (
                PARTITION BY d.customer
                ORDER BY d.deal_id IN (SELECT deal_id FROM new_before) DESC, {day}, d.deal_id
            ) AS place
        FROM recognised AS m JOIN known_deals AS d ON d.deal = m.deal
        WHERE {day} <= {end}
    ) AS dated WHERE place = 1"""
"""The deal that makes each customer a new one: as settled while that one counts, else the first."""
