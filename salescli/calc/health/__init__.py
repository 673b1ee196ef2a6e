"""How a pay plan does: how attainments and pay are spread, exact (SPEC I9)."""
