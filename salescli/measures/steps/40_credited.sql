-- Amounts of shared deals cut by largest remainder: every person first gets the whole units of their share,
-- the units left go to the largest remainders, ties by person. All other kinds are on top: the share
-- of the amount, rounded half up. 100000000 is 100 %.
CREATE OR REPLACE TEMP TABLE credited AS
WITH parts AS (
    SELECT
        c.deal,
        c.person,
        c.kind,
        c.share,
        d.amount,
        coalesce(d.cost, 0) AS cost,
        d.amount // 100000000 * c.share + d.amount % 100000000 * c.share // 100000000 AS amount_part,
        d.amount % 100000000 * c.share % 100000000 AS amount_rest,
        coalesce(d.cost, 0) // 100000000 * c.share
            + coalesce(d.cost, 0) % 100000000 * c.share // 100000000 AS cost_part,
        coalesce(d.cost, 0) % 100000000 * c.share % 100000000 AS cost_rest
    FROM credits AS c
    JOIN known_deals AS d ON d.deal = c.deal
),
ranked AS (
    SELECT
        *,
        amount - sum(amount_part) OVER (PARTITION BY deal, kind) AS amount_left,
        row_number() OVER (PARTITION BY deal, kind ORDER BY amount_rest DESC, person) AS amount_rank,
        cost - sum(cost_part) OVER (PARTITION BY deal, kind) AS cost_left,
        row_number() OVER (PARTITION BY deal, kind ORDER BY cost_rest DESC, person) AS cost_rank
    FROM parts
),
cut AS (
    SELECT
        deal,
        person,
        kind,
        share,
        amount_part + CASE
            WHEN kind <> 'split' THEN CASE WHEN amount_rest >= 50000000 THEN 1 ELSE 0 END
            WHEN amount_rank <= amount_left THEN 1
            ELSE 0
        END AS amount,
        cost_part + CASE
            WHEN kind <> 'split' THEN CASE WHEN cost_rest >= 50000000 THEN 1 ELSE 0 END
            WHEN cost_rank <= cost_left THEN 1
            ELSE 0
        END AS cost
    FROM ranked
)
SELECT deal, person, kind, share, amount, cost, amount - cost AS margin
FROM cut
