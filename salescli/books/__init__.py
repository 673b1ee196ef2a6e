"""Floor 2: the only room that touches a book: find the root, read, decode, lock, write atomically."""

from __future__ import annotations

from pathlib import Path

from salescli.books.root import find_root
from salescli.findings import Finding
from salescli.model.book import Book

__all__ = ["find_root", "load_book"]


def load_book(root: Path, found: list[Finding]) -> Book | None:
    """Read every configuration file of the book at `root`; see `salescli.books.load`."""
    from salescli.books.load import load_book as load

    return load(root, found)
