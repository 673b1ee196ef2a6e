"""Exports of other systems: imported, and held against each other (SPEC K2, K5)."""
