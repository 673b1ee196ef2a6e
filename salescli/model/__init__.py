"""Floor 1: what files state and calculations return. Frozen records; no I/O, no clock."""
