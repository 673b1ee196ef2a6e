"""`salescli forecast`."""

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
    "--by",
    type=click.Choice(["team", "region", "product", "person"]),
    help="Of the team alone, or of each region, product line or person; team and regions by default.",
)
@click.option("--metric", metavar="M", help="A metric that adds up over days; sales by default.")
@output_options()
def forecast(
    root: Path, period: str | None, as_of: str | None, by: str | None, metric: str | None, output: Output
) -> None:
    """Estimate where a period will end, with an interval and past errors.

    Example: salescli forecast --period 2026-08 --as-of 2026-08-14
    """
    from salescli.workflows.outlook.forecast import Query
    from salescli.workflows.outlook.forecast import forecast as job

    finish(job(root, Query(period=period, as_of=as_of, by=by, metric=metric)), output)
