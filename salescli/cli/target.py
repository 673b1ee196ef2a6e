"""`salescli target rollup`."""

from __future__ import annotations

from pathlib import Path

import click

from salescli.cli.finish import finish
from salescli.cli.options import Output, book_option, output_options


@click.group()
def target() -> None:
    """Compare targets with proposals from below.

    Example: salescli target rollup Q3.yaml
    """


@target.command()
@click.argument("file", metavar="FILE")
@book_option
@output_options()
def rollup(root: Path, file: str, output: Output) -> None:
    """Sum up people's proposals and hold them against the target.

    Reads FILE's proposals beside it: Q3-proposals.csv for Q3.yaml.

    Example: salescli target rollup Q3.yaml
    """
    from salescli.workflows.target import rollup as job

    finish(job(root, file), output)
