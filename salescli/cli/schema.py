"""`salescli schema`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from salescli.cli.finish import finish
from salescli.cli.options import Output, output_options
from salescli.cli.waiting import wait_option


@click.command()
@click.argument("kind", required=False)
@click.option("--write", is_flag=True, help="Write into .schemas/ of the book instead.")
@click.option("-C", "--dir", "directory", type=click.Path(path_type=Path), help="The book's folder.")
@wait_option
@output_options(("plain", "json"))
def schema(kind: str | None, write: bool, directory: Path | None, output: Output) -> None:
    """Print JSON Schemas of the book's files, for editors.

    KIND is settings, org, targets, metrics, plan, mapping or calendar; all of them by default.

    Example: salescli schema --write
    """
    from salescli.workflows.schemas import schema as job

    root = None
    if write:
        from salescli.books.root import find_root

        root = find_root(directory or Path(os.environ.get("SALESCLI_DIR") or "."))
    finish(job(kind, root), output)
