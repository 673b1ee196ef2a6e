"""`salescli status`."""

from __future__ import annotations

from pathlib import Path

import click

from salescli.cli.finish import finish
from salescli.cli.options import (
    Output,
    as_of_option,
    book_option,
    output_options,
    period_option,
    person_option,
    product_option,
    region_option,
)


@click.command()
@book_option
@region_option
@product_option
@person_option
@period_option
@as_of_option
@click.option("--by", type=click.Choice(["region", "product", "person"]), help="One level only.")
@click.option(
    "--metric", "metrics", multiple=True, metavar="M", help="A metric; may be given more than once."
)
@output_options()
def status(
    root: Path,
    region: str | None,
    product: str | None,
    person: str | None,
    period: str | None,
    as_of: str | None,
    by: str | None,
    metrics: tuple[str, ...],
    output: Output,
) -> None:
    """Show how far team, regions and people are from their targets.

    Example: salescli status --region east --period 2026-08
    """
    from salescli.workflows.tracking.track import Query
    from salescli.workflows.tracking.track import status as job

    query = Query(
        period=period, as_of=as_of, region=region, product=product, person=person, by=by, metrics=metrics
    )
    finish(job(root, query), output)
