"""`salescli drivers`."""

from __future__ import annotations

from pathlib import Path

import click

from salescli.cli.finish import finish
from salescli.cli.options import Output, as_of_option, book_option, output_options, period_option


@click.command()
@book_option
@period_option
@as_of_option
@click.option("--metric", metavar="M", help="Which metric; sales by default.")
@click.option(
    "--by",
    metavar="LIST",
    help="Of region, product, person, customer, customer_kind, category, item, source, with commas;"
    " region,product,person by default.",
)
@click.option(
    "--with",
    "word",
    default="mom",
    metavar="W",
    help="mom (the period before, the default), yoy (the year before), or a period.",
)
@click.option(
    "--top", type=click.IntRange(1), default=10, show_default=True, help="Lines before the others are one."
)
@output_options()
def drivers(
    root: Path,
    period: str | None,
    as_of: str | None,
    metric: str | None,
    by: str | None,
    word: str,
    top: int,
    output: Output,
) -> None:
    """Show what moved a metric, to the last cent.

    Example: salescli drivers --period 2026-08 --with yoy
    """
    from salescli.workflows.analysing.drivers import Query
    from salescli.workflows.analysing.drivers import drivers as job

    query = Query(period=period, as_of=as_of, metric=metric, by=by, word=word, top=top)
    finish(job(root, query), output)
