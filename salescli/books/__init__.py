"""Floor 2: the only room that touches a book: find the root, read, decode, lock, write atomically."""
