"""`salescli split`."""

from __future__ import annotations

from pathlib import Path

import click

from salescli.cli.finish import finish
from salescli.cli.options import Output, book_option, output_options
from salescli.cli.waiting import wait_option
from salescli.findings import Misuse


@click.command()
@click.argument("file", metavar="FILE")
@book_option
@click.option("--write", is_flag=True, help="Store the rows next to the file, as CSV.")
@click.option("--check", is_flag=True, help="Exit 1 if the stored rows are out of date.")
@wait_option
@output_options()
def split(root: Path, file: str, write: bool, check: bool, output: Output) -> None:
    """Cut a period's target over regions, products, people, months.

    FILE is a path, a name under ledger/targets, or a period.

    Example: salescli split Q3.yaml --write
    """
    from salescli.workflows.split import split as job

    if write and check:
        raise Misuse("--write and --check exclude each other", hint="store the rows, or check them")
    finish(job(root, file, write=write, check=check), output)
