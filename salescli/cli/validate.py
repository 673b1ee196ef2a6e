"""`salescli validate`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from salescli.cli.finish import finish
from salescli.cli.options import Output, book_option, output_options


@click.command()
@book_option
@click.argument("paths", nargs=-1, metavar="[PATH]…", type=click.Path(path_type=Path))
@output_options(("text", "concise", "json", "github", "gitlab", "sarif"))
def validate(root: Path, paths: tuple[Path, ...], output: Output) -> None:
    """Find everything wrong in a book, all at once.

    With PATHs, show only what is wrong in those files or folders. Exit code 1 if there are errors.

    Example: salescli validate -o github
    """
    from salescli.render.findings import render_findings
    from salescli.render.json import finding_row
    from salescli.workflows.validate import validate as job

    report = job(root, paths)
    form = output.form or "text"
    if form == "json":
        finish(replace(report, extra={"rows": [finding_row(f) for f in report.findings]}), output)
    document = render_findings(report.findings, form)
    finish(replace(report, document=document, findings=()), replace(output, form=None))
