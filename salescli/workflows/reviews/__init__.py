"""Reviews of a week, month or quarter (SPEC R1, R2): one shape, three lengths."""
