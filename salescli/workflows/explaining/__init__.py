"""`explain`: every amount down to the line of a file (SPEC I8)."""
