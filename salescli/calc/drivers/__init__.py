"""Why a figure moved: exact parts that sum to the change (SPEC A2)."""
