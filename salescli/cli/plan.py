"""`salescli plan show`."""

from __future__ import annotations

from pathlib import Path

import click

from salescli.cli.finish import finish
from salescli.cli.options import Output, book_option, output_options


@click.group()
def plan() -> None:
    """Read pay plans, what they cost and what they would have paid.

    Example: salescli plan show account-manager-2026
    """


@plan.command()
@click.argument("name", metavar="[PLAN]", required=False)
@book_option
@click.option("--curve", is_flag=True, help="Cost at every tenth of attainment up to 200 %.")
@output_options()
def show(root: Path, name: str | None, curve: bool, output: Output) -> None:
    """Show a plan in sentences, with its examples, cost and tiers reached.

    The cost is what everybody it covers would be paid if all targets were reached at 80, 100, 120, 150 %.

    Example: salescli plan show account-manager-2026 --curve
    """
    from salescli.workflows.plans.plan_show import plan_show

    finish(plan_show(root, name, curve), output)
