"""`salescli review weekly|monthly|quarterly`."""

from __future__ import annotations

from pathlib import Path

import click

from salescli.cli.finish import finish
from salescli.cli.options import Output, book_option, output_options


@click.group()
def review() -> None:
    """Write a review from the figures.

    Example: salescli review monthly 2026-08
    """


@review.command()
@click.argument("period", required=False)
@book_option
@output_options(("md", "json"))
def weekly(root: Path, period: str | None, output: Output) -> None:
    """Write the review of a week as Markdown.

    Example: salescli review weekly 2026-W34 -O review-2026-W34.md
    """
    from salescli.workflows.reviews.review import review as job

    finish(job(root, "weekly", period), output)


@review.command()
@click.argument("period", required=False)
@book_option
@output_options(("md", "json"))
def monthly(root: Path, period: str | None, output: Output) -> None:
    """Write the review of a month as Markdown.

    Example: salescli review monthly 2026-08 -O review-2026-08.md
    """
    from salescli.workflows.reviews.review import review as job

    finish(job(root, "monthly", period), output)


@review.command()
@click.argument("period", required=False)
@book_option
@output_options(("md", "json"))
def quarterly(root: Path, period: str | None, output: Output) -> None:
    """Write the review of a quarter as Markdown.

    Example: salescli review quarterly 2026-Q3 -O review-2026-Q3.md
    """
    from salescli.workflows.reviews.review import review as job

    finish(job(root, "quarterly", period), output)
