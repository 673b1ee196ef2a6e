"""`salescli compare`."""

from __future__ import annotations

from pathlib import Path

import click

from salescli.cli.finish import finish
from salescli.cli.options import Output, as_of_option, book_option, output_options, period_option


@click.command()
@book_option
@period_option
@as_of_option
@click.option(
    "--with",
    "words",
    multiple=True,
    metavar="W",
    help="mom (the period before), yoy (the year before), target, or a period; mom and yoy by default.",
)
@click.option("--by", type=click.Choice(["region", "product", "person"]), help="One level only.")
@click.option(
    "--metric", "metrics", multiple=True, metavar="M", help="A metric; may be given more than once."
)
@output_options()
def compare(
    root: Path,
    period: str | None,
    as_of: str | None,
    words: tuple[str, ...],
    by: str | None,
    metrics: tuple[str, ...],
    output: Output,
) -> None:
    """Compare every metric with other periods and the target.

    Example: salescli compare --period 2026-08 --by region
    """
    from salescli.workflows.analysing.compare import Query
    from salescli.workflows.analysing.compare import compare as job

    finish(job(root, Query(period=period, as_of=as_of, words=words, by=by, metrics=metrics)), output)
