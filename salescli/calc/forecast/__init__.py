"""Where a period will end: estimates, how wrong they were before, and what that makes of them (SPEC A7)."""
