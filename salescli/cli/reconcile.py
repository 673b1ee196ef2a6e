"""`salescli reconcile`."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import click

from salescli.cli.finish import finish
from salescli.cli.options import Output, as_of_option, book_option, output_options, period_option
from salescli.findings import Misuse
from salescli.i18n import N_


def _tolerance(_ctx: click.Context, _param: click.Parameter, value: str | None) -> Decimal | Fraction | None:
    from salescli.model.exact import parse_decimal, parse_rate

    if value is None:
        return None
    try:
        given = parse_rate(value) if value.endswith("%") else parse_decimal(value)
    except ValueError:
        given = Decimal(-1)
    if given < 0:
        raise Misuse(N_("{text} is not a tolerance"), hint=N_("write 1.00, or 0.5%"), text=value)
    return given


@click.command()
@book_option
@period_option
@as_of_option
@click.option(
    "--within", type=click.IntRange(0, 3650), metavar="DAYS", help="Days after signing to be paid in full."
)
@click.option(
    "--tolerance", callback=_tolerance, metavar="T", help="A difference up to this is none: 1.00, or 0.5%."
)
@click.option(
    "--receipts", type=click.Path(path_type=Path), metavar="FILE", help="Finance's export, held against it."
)
@click.option(
    "--map", "mapping", type=click.Path(path_type=Path), metavar="MAP", help="Its mapping, as for import."
)
@click.option("--encoding", metavar="E", help="Encoding of the export, where it is not UTF-8 or GB18030.")
@output_options()
def reconcile(
    root: Path,
    period: str | None,
    as_of: str | None,
    within: int | None,
    tolerance: Decimal | Fraction | None,
    receipts: Path | None,
    mapping: Path | None,
    encoding: str | None,
    output: Output,
) -> None:
    """Hold deals against receipts, and the book against finance.

    Exit code 1 if anything is open. Nothing is written into the book.

    Example: salescli reconcile --receipts finance.csv --map finance.map.yaml -O open.csv
    """
    from salescli.workflows.bringing_in.reconcile import Query
    from salescli.workflows.bringing_in.reconcile import reconcile as job

    query = Query(
        period=period,
        as_of=as_of,
        within=within,
        tolerance=tolerance,
        receipts=receipts,
        mapping=mapping,
        encoding=encoding,
    )
    finish(job(root, query), output)
