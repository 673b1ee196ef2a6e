"""Floor 2: results to text. One renderer a file; text from books is data, never markup."""
