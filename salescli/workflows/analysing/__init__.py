"""What moved a figure, what missed its target, and what is worth a question (SPEC A1–A6)."""
