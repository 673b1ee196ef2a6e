"""Numbers and dates as exports write them, to exact values. What is ambiguous is refused, never guessed."""
