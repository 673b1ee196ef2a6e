"""Where a period will end, and who can still make it (SPEC A7, K9)."""
