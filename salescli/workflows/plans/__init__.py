"""Plans as people read them, and whether they do what they are for (SPEC I7, I9)."""
