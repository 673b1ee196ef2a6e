"""Figures against targets, and what is late (SPEC K6–K10, R3)."""
