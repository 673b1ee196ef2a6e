-- Deals that are not lost, cancelled ones included, as they are on the day looked from: dates after it not yet so.
-- `needed` is what must have been received for the deal to count, rounded up to the smallest unit:
-- amount * numerator / denominator, in whole numbers that cannot overflow.
CREATE OR REPLACE TEMP VIEW agreed_deals AS
SELECT
    d.*,
    (d.amount // q.denominator) * q.numerator
        + ((d.amount % q.denominator) * q.numerator + q.denominator - 1) // q.denominator AS needed,
    CASE
        WHEN q.signed AND d.signed_on <= q.as_of THEN d.signed_on
        WHEN NOT q.signed AND d.status IN ('won', 'cancelled')
            AND coalesce(d.closed_on, d.signed_on) <= q.as_of THEN coalesce(d.closed_on, d.signed_on)
    END AS agreed_on
FROM known_deals AS d
CROSS JOIN question AS q
WHERE d.status <> 'lost'
