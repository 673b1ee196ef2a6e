"""Floor 2: facts to measures, by a short list of named SQL steps over integers (DuckDB)."""
