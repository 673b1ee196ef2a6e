"""The life of a settlement, as pure functions: its dates."""
