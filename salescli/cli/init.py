"""`salescli init`."""

from __future__ import annotations

from pathlib import Path

import click

from salescli.cli.finish import finish
from salescli.cli.options import Output, output_options


@click.command()
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@click.option("--example", is_flag=True, help="The sample book with 14 months of facts, not an empty one.")
@output_options(("plain", "json"))
def init(folder: Path, example: bool, output: Output) -> None:
    """Make a new book.

    DIR is this folder unless named. Without --example, a small empty book with commented files.

    Example: salescli init mybook --example
    """
    from salescli.workflows.init import init as job

    finish(job(folder, example=example), output)
