"""`salescli verify`."""

from __future__ import annotations

from pathlib import Path

import click

from salescli.cli.finish import finish
from salescli.cli.options import Output, book_option, output_options


@click.command()
@click.argument("period", required=False)
@click.option("--git", is_flag=True, help="Also hold it against the commits of the book's git repository.")
@book_option
@output_options()
def verify(root: Path, period: str | None, git: bool, output: Output) -> None:
    """Check that settled months are as they were settled.

    Every file is held against its hash, every settlement against the one before, whatever state the book is
    in now; what rests on unchanged files is reckoned again.

    Example: salescli verify --git
    """
    from salescli.workflows.settling.verify import verify as job

    finish(job(root, period, git), output)
