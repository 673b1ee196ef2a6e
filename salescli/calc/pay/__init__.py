"""Pay: compiled plans over scores give entries, honours and their reasons (SPEC I1–I8). Pure; no I/O."""
