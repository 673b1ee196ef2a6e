-- Deals that count on the day looked from, and since when: not cancelled by then.
CREATE OR REPLACE TEMP TABLE recognised AS
SELECT deal, day FROM counted WHERE NOT withdrawn
