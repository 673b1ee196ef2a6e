"""`salescli simulate`."""

from __future__ import annotations

from pathlib import Path

import click

from salescli.cli.finish import finish
from salescli.cli.options import Output, book_option, output_options


@click.command()
@book_option
@click.option(
    "--plan",
    "plans",
    multiple=True,
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="A plan file in place of the book's.",
)
@click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="[PLAN:]PATH=VALUE",
    help="Another value, such as commission.tiers[2].rate=2.5%.",
)
@click.option("--targets", metavar="RATE", help="All targets times this, such as 110%.")
@click.option(
    "--grid",
    multiple=True,
    metavar="PATH=VALUES",
    help="Try A,B,C or A..B/STEP; twice for two parameters.",
)
@click.option(
    "--period", "periods", multiple=True, metavar="PERIOD", help="Past periods; 2026-01..2026-06 is a span."
)
@output_options()
def simulate(
    root: Path,
    plans: tuple[Path, ...],
    changes: tuple[str, ...],
    targets: str | None,
    grid: tuple[str, ...],
    periods: tuple[str, ...],
    output: Output,
) -> None:
    """Try other rates, tiers or targets on past periods.

    Shows the cost, who gains and loses, and the payout curve. Nothing is written.

    Example: salescli simulate --set account-manager-2026:commission.tiers[2].rate=2.5% --period 2026-08
    """
    from salescli.workflows.paying.simulate import Trial
    from salescli.workflows.paying.simulate import simulate as job

    finish(job(root, periods, Trial(plans=plans, changes=changes, targets=targets, grid=grid)), output)
