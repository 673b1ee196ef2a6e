"""`salescli explain`."""

from __future__ import annotations

from pathlib import Path

import click

from salescli.cli.finish import finish
from salescli.cli.options import Output, book_option, output_options, period_option


@click.command()
@click.argument("who", metavar="PERSON|DEAL")
@book_option
@period_option
@click.option("--as-example", is_flag=True, help="Print the person's figures as an example for the plan.")
@output_options()
def explain(root: Path, who: str, period: str | None, as_example: bool, output: Output) -> None:
    """Explain a person's pay, or a deal, down to the line of a file.

    Example: salescli explain zhang --period 2026-08
    """
    from salescli.workflows.explaining.explain import explain as work

    finish(work(root, who, period, as_example), output)
