"""Showing a report: data to stdout or a file, findings and remarks to stderr, and the exit code."""

from __future__ import annotations

import sys

import click

from salescli.cli.options import Output
from salescli.cli.steady import stood_still
from salescli.model.table import Report


def finish(report: Report, output: Output) -> None:
    """Print a report the way it was asked for and leave with its exit code."""
    text = _render(report, output)
    stood_still()
    if output.path is not None:
        from salescli.books.write import write_atomic

        write_atomic(output.path, text.encode())
        if not output.quiet:
            from salescli.i18n import gettext

            print(gettext("wrote {path}").format(path=output.path), file=sys.stderr)
    else:
        sys.stdout.write(text)
        sys.stdout.flush()
    _remarks(report, output)
    raise click.exceptions.Exit(report.exit_code)


def form_of(output: Output) -> str:
    """The form asked for, or a table for a terminal and plain lines for a pipe or a file."""
    if output.form:
        return output.form
    if output.path is not None:
        return {".json": "json", ".csv": "csv", ".md": "md"}.get(output.path.suffix, "plain")
    return "table" if sys.stdout.isatty() else "plain"


def _render(report: Report, output: Output) -> str:
    form = form_of(output)
    if report.document is not None and form != "json":
        return report.document
    if form == "json":
        from salescli.render.json import render_json

        return render_json(report)
    if form == "csv":
        from salescli.render.csv import render_csv

        return render_csv(report)
    if form == "md":
        from salescli.render.markdown import render_markdown

        return render_markdown(report)
    if form == "plain":
        from salescli.render.plain import render_plain

        return render_plain(report)
    from salescli.render.terminal import render_terminal, terminal_width

    to_terminal = output.path is None and sys.stdout.isatty()
    return render_terminal(report, width=terminal_width(), color=to_terminal and output.color is not False)


def _remarks(report: Report, output: Output) -> None:
    if report.findings and form_of(output) != "json":
        from salescli.render.findings import render_findings

        print(render_findings(report.findings, "text"), end="", file=sys.stderr)
    if not output.quiet:
        from salescli.render.words import line_text

        for note in report.notes:
            print(line_text(note), file=sys.stderr)
