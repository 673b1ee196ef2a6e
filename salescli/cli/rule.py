"""`salescli rule CODE`."""

from __future__ import annotations

import click

from salescli.codes import CODES
from salescli.findings import Misuse, did_you_mean
from salescli.i18n import LANGUAGES, gettext, use


@click.command()
@click.argument("code", required=False)
@click.option("--lang", type=click.Choice(LANGUAGES), help="Language of the text; English by default.")
def rule(code: str | None, lang: str | None) -> None:
    """Explain a finding code.

    Without CODE, list them all.

    Example: salescli rule P010
    """
    if lang:
        use(lang)
    if code is None:
        for known in sorted(CODES):
            click.echo(f"{known}  {gettext(CODES[known].title)}")
        return
    wanted = code.upper()
    if wanted not in CODES:
        near = did_you_mean(wanted, CODES)
        hint = "did you mean {near}?" if near else "salescli rule lists them all"
        raise Misuse("there is no finding code {code}", hint=hint, code=code, near=near)
    click.echo(f"{wanted}: {gettext(CODES[wanted].title)}\n\n{gettext(CODES[wanted].why)}")
