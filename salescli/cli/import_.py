"""`salescli import`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from salescli.cli.finish import finish
from salescli.cli.options import Output, book_option, output_options
from salescli.cli.waiting import wait_option
from salescli.model.book import FACT_KINDS


@click.command("import")
@click.argument("kind", type=click.Choice(FACT_KINDS), metavar="deals|collections|activities|credits")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--map", "mapping", type=click.Path(path_type=Path), required=True, help="The mapping file.")
@click.option("--encoding", metavar="E", help="Encoding of the export, where it is not UTF-8 or GB18030.")
@click.option("--write", is_flag=True, help="Write into the book; otherwise only show what would change.")
@click.option("--allow-rejects", is_flag=True, help="Write the sound rows even if others are rejected.")
@book_option
@wait_option
@output_options()
def import_(
    root: Path,
    kind: str,
    file: Path,
    mapping: Path,
    encoding: str | None,
    write: bool,
    allow_rejects: bool,
    output: Output,
) -> None:
    """Bring in a CRM or finance export by a mapping file.

    FILE is CSV or a spreadsheet. Running it again changes nothing.

    Example: salescli import deals export.csv --map crm.map.yaml --write
    """
    from salescli.workflows.bringing_in.importing import Job, bring_in

    job = Job(
        kind=kind, export=file, mapping=mapping, encoding=encoding, write=write, allow_rejects=allow_rejects
    )
    finish(bring_in(root, job, _progress if sys.stderr.isatty() else None), output)


def _progress(done: int, whole: int) -> None:
    if done:
        click.echo(f"\r{done:,} / {whole:,}", nl=False, err=True)
