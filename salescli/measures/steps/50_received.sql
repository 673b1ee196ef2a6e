-- Receipts of deals with shares, cut as the deals are; a refund is cut as the receipt it takes back.
CREATE OR REPLACE TEMP TABLE received AS
WITH parts AS (
    SELECT
        r.rowid AS receipt,
        r.key,
        r.deal,
        r.day,
        c.person,
        c.kind,
        CASE WHEN r.amount < 0 THEN -1 ELSE 1 END AS sign,
        abs(r.amount) AS amount,
        abs(r.amount) // 100000000 * c.share + abs(r.amount) % 100000000 * c.share // 100000000 AS part,
        abs(r.amount) % 100000000 * c.share % 100000000 AS rest
    FROM receipts AS r
    JOIN credits AS c ON c.deal = r.deal
    CROSS JOIN question AS q
    WHERE r.day <= q.as_of
),
ranked AS (
    SELECT
        *,
        amount - sum(part) OVER (PARTITION BY receipt, kind) AS remaining,
        row_number() OVER (PARTITION BY receipt, kind ORDER BY rest DESC, person) AS rank
    FROM parts
)
SELECT
    key,
    deal,
    day,
    person,
    kind,
    sign * (part + CASE
        WHEN kind <> 'split' THEN CASE WHEN rest >= 50000000 THEN 1 ELSE 0 END
        WHEN rank <= remaining THEN 1
        ELSE 0
    END) AS amount
FROM ranked
