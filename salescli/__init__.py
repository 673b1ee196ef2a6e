"""Targets, tracking, analysis, incentives and reviews of a sales team, from plain files under git."""

__version__ = "0.1.0"
