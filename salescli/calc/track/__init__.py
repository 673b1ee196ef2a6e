"""Tracking: where one should be today, how far one is, and the light (SPEC K7, K8)."""
