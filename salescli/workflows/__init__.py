"""Floor 3: one module a job; each reads as the list of its steps and returns a `Report`."""
