"""`salescli sprint`."""

from __future__ import annotations

from pathlib import Path

import click

from salescli.cli.finish import finish
from salescli.cli.options import Output, as_of_option, book_option, output_options, region_option


@click.command()
@book_option
@click.option("--to", metavar="DATE", help="The last day that counts, of a launch; the period's by default.")
@click.option(
    "--period",
    "-p",
    metavar="P",
    help="2026-08, 2026-Q3; by default the quarter, or the month where the quarter has no targets.",
)
@as_of_option
@region_option
@click.option("--metric", metavar="M", help="A metric that adds up over days; sales by default.")
@output_options()
def sprint(
    root: Path,
    to: str | None,
    period: str | None,
    as_of: str | None,
    region: str | None,
    metric: str | None,
    output: Output,
) -> None:
    """Show who can still make their target, and at what pace.

    Example: salescli sprint --period 2026-Q3 --as-of 2026-08-31
    """
    from salescli.workflows.outlook.sprint import Query
    from salescli.workflows.outlook.sprint import sprint as job

    query = Query(period=period, as_of=as_of, to=to, region=region, metric=metric)
    finish(job(root, query), output)
