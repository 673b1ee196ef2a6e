"""The group of commands, loaded only when used, so that `--help` and completion are instant."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path

import click

from salescli import __version__
from salescli.cli.speech import spoken
from salescli.findings import did_you_mean
from salescli.i18n import LANGUAGES, N_, gettext, use


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a command lives, and its one line in the overview (the first line of its docstring)."""

    section: str
    module: str
    function: str
    short: str


COMMANDS: dict[str, Entry] = {
    "init": Entry("Start", "init", "init", N_("Make a new book.")),
    "completion": Entry(
        "Start", "completion", "completion", N_("Print what your shell needs to complete commands.")
    ),
    "validate": Entry("Books", "validate", "validate", N_("Find everything wrong in a book, all at once.")),
    "schema": Entry("Books", "schema", "schema", N_("Print JSON Schemas of the book's files, for editors.")),
    "import": Entry("Books", "import_", "import_", N_("Bring in a CRM or finance export by a mapping file.")),
    "reconcile": Entry(
        "Books", "reconcile", "reconcile", N_("Hold deals against receipts, and the book against finance.")
    ),
    "calendar": Entry("Books", "calendar", "calendar", N_("Show and add working days.")),
    "split": Entry(
        "Targets", "split", "split", N_("Cut a period's target over regions, products, people, months.")
    ),
    "target": Entry("Targets", "target", "target", N_("Compare targets with proposals from below.")),
    "status": Entry(
        "Track", "status", "status", N_("Show how far team, regions and people are from their targets.")
    ),
    "table": Entry("Track", "table", "table", N_("Print the monthly tracking table, a line per person.")),
    "due": Entry("Track", "due", "due", N_("List what the calendar says is late, due and coming.")),
    "sprint": Entry(
        "Track", "sprint", "sprint", N_("Show who can still make their target, and at what pace.")
    ),
    "ramp": Entry("Track", "ramp", "ramp", N_("Show newcomers against the ramp of their targets.")),
    "compare": Entry(
        "Analyse", "compare", "compare", N_("Compare every metric with other periods and the target.")
    ),
    "drivers": Entry("Analyse", "drivers", "drivers", N_("Show what moved a metric, to the last cent.")),
    "diagnose": Entry(
        "Analyse",
        "diagnose",
        "diagnose",
        N_("Find what missed its target, and why: a 5-Why to fill in."),
    ),
    "signals": Entry(
        "Analyse",
        "signals",
        "signals",
        N_("Find patterns worth a question: deals held back, promises not kept, activity."),
    ),
    "forecast": Entry(
        "Analyse",
        "forecast",
        "forecast",
        N_("Estimate where a period will end, with an interval and past errors."),
    ),
    "plan": Entry("Pay", "plan", "plan", N_("Read pay plans, what they cost and what they would have paid.")),
    "simulate": Entry(
        "Pay", "simulate", "simulate", N_("Try other rates, tiers or targets on past periods.")
    ),
    "payout": Entry("Pay", "payout", "payout", N_("Work out what everybody is paid for a period.")),
    "explain": Entry(
        "Pay", "explain", "explain", N_("Explain a person's pay, or a deal, down to the line of a file.")
    ),
    "health": Entry(
        "Pay", "health", "health", N_("Check what plans cost, whether targets fit, and who is paid for what.")
    ),
    "settle": Entry("Pay", "settle", "settle", N_("Settle a month: draft, publish, close and pay it.")),
    "object": Entry("Pay", "object_", "object_", N_("Object to a published month, and answer.")),
    "verify": Entry("Pay", "verify", "verify", N_("Check that settled months are as they were settled.")),
    "statement": Entry(
        "Pay", "statement", "statement", N_("Write what somebody is paid for a settled month, and why.")
    ),
    "honours": Entry(
        "Pay",
        "honours",
        "honours",
        N_("Name who is recognised without money, and write their certificates."),
    ),
    "export": Entry("Pay", "export", "export", N_("Give out a closed month, for payroll and accounting.")),
    "review": Entry("Review", "review", "review", N_("Write a review from the figures.")),
    "action": Entry("Review", "action", "action", N_("List actions until they are done, and tick them off.")),
    "rule": Entry("Help", "rule", "rule", N_("Explain a finding code.")),
}


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports one only to run it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names, in the order of the work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now."""
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        module = importlib.import_module(f"salescli.cli.{entry.module}")
        command: click.Command = getattr(module, entry.function)
        return spoken(command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one was meant."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            near = did_you_mean(args[0], COMMANDS)
            hint = (
                gettext("did you mean {near}?").format(near=near) if near else gettext("see salescli --help")
            )
            ctx.fail(gettext("there is no command {name}; {hint}").format(name=args[0], hint=hint))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The overview by section, without importing a command."""
        for section in dict.fromkeys(entry.section for entry in COMMANDS.values()):
            rows = [(n, gettext(e.short)) for n, e in COMMANDS.items() if e.section == section]
            with formatter.section(gettext(section)):
                formatter.write_dl(rows, col_max=12)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-C", "--dir", "directory", type=click.Path(path_type=Path), help="The book's folder, as after a command."
)
@click.option("--lang", type=click.Choice(LANGUAGES), help="Language of the output, as after a command.")
@click.version_option(__version__, prog_name="salescli", message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context, directory: Path | None, lang: str | None) -> None:
    """Targets, tracking, incentives and reviews of a sales team, from plain files.

    Example: salescli status --period 2026-08
    """
    if directory is not None:
        context.meta["salescli.dir"] = directory
    if lang is not None:
        context.meta["salescli.lang"] = lang
        use(lang)
