-- For each deal the first day on which its receipts, all of that day and before summed, reach what is
-- needed. Receipts of one day count together, so that the order of rows is irrelevant; a refund later
-- does not undo it. (SPEC K3)
CREATE OR REPLACE TEMP TABLE collected AS
SELECT deal, min(day) AS day
FROM (
    SELECT
        r.deal,
        r.day,
        d.needed,
        sum(r.amount) OVER (
            PARTITION BY r.deal ORDER BY r.day RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS received
    FROM receipts AS r
    JOIN agreed_deals AS d ON d.deal = r.deal
    CROSS JOIN question AS q
    WHERE r.day <= q.as_of AND q.numerator > 0 AND d.needed > 0
) AS running
WHERE received >= needed
GROUP BY deal
