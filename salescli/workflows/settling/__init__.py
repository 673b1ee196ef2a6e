"""The life of a settlement: what it rests on, its steps, objections, what it takes back, what is given out of
it, and whether it is what was settled (SPEC S1 to S7)."""
