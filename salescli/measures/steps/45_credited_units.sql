-- Quantities of shared deals cut as their amounts are: whole units, the ones left to the largest remainders, ties
-- by person; on top, the share of the quantity, rounded half up. Only where a file of deals states quantities.
CREATE OR REPLACE TEMP TABLE credited AS
WITH parts AS (
    SELECT
        c.*,
        coalesce(d.quantity, 0) AS units,
        coalesce(d.quantity, 0) * c.share // 100000000 AS units_part,
        coalesce(d.quantity, 0) * c.share % 100000000 AS units_rest
    FROM credited AS c
    JOIN known_deals AS d ON d.deal = c.deal
),
ranked AS (
    SELECT
        *,
        units - sum(units_part) OVER (PARTITION BY deal, kind) AS units_left,
        row_number() OVER (PARTITION BY deal, kind ORDER BY units_rest DESC, person) AS units_rank
    FROM parts
)
SELECT
    deal,
    person,
    kind,
    share,
    amount,
    cost,
    margin,
    units_part + CASE
        WHEN kind <> 'split' THEN CASE WHEN units_rest >= 50000000 THEN 1 ELSE 0 END
        WHEN units_rank <= units_left THEN 1
        ELSE 0
    END AS quantity
FROM ranked
