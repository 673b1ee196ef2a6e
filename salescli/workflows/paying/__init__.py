"""How pay is reckoned: what is looked at, one run of plans, what rests on earlier pay, and the result."""
