"""Floor 2: the rules of the trade, pure: records in, records out with their reasons."""
