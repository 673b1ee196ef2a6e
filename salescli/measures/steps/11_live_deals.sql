-- Deals that are so on the day looked from: not lost, not cancelled by then.
CREATE OR REPLACE TEMP VIEW live_deals AS
SELECT * FROM agreed_deals WHERE NOT withdrawn
