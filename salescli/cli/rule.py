"""`salescli rule CODE`."""

from __future__ import annotations

import click

from salescli.cli.finish import finish
from salescli.cli.options import Output, output_options


@click.command()
@click.argument("code", required=False)
@output_options(("plain", "json"))
def rule(code: str | None, output: Output) -> None:
    """Explain a finding code.

    Without CODE, list them all. Findings about plans are shown with a wrong and a right example.

    Example: salescli rule P010
    """
    from salescli.workflows.rule import rule as job

    finish(job(code), output)
