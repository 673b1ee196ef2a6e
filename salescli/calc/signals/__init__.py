"""Patterns that are worth a question: how unlikely they are by chance, allowing for all that was looked at
(SPEC A6). Statistics are floats; no amount of money is among them."""
