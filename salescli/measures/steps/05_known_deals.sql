-- Every deal of the book with its number, its margin (a cost that is not stated is zero), and whether it has
-- been cancelled by the day looked from.
CREATE OR REPLACE TEMP VIEW known_deals AS
SELECT
    d.*,
    CAST(d.rowid AS INTEGER) AS deal,
    d.amount - coalesce(d.cost, 0) AS margin,
    coalesce(d.cancelled_on <= q.as_of, false) AS withdrawn
FROM deals AS d
CROSS JOIN question AS q
