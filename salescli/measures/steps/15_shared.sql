-- Deals that people share; every other deal belongs to its owner at 100 %.
CREATE OR REPLACE TEMP TABLE shared AS
SELECT DISTINCT deal
FROM credits
WHERE kind = 'split' AND deal IS NOT NULL
