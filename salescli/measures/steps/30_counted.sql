-- Deals that count, or counted until they were cancelled, on the day on which everything asked for is first true:
-- the later of signing and collection (SPEC K3).
CREATE OR REPLACE TEMP TABLE counted AS
SELECT *
FROM (
    SELECT
        d.deal,
        d.withdrawn,
        CASE
            WHEN d.needed = 0 THEN d.agreed_on
            WHEN NOT q.signed THEN c.day
            WHEN c.day > d.agreed_on THEN c.day
            WHEN c.day IS NOT NULL THEN d.agreed_on
        END AS day
    FROM agreed_deals AS d
    CROSS JOIN question AS q
    LEFT JOIN collected AS c ON c.deal = d.deal
) AS dated
WHERE day IS NOT NULL
