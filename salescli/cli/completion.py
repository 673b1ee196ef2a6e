"""`salescli completion SHELL`."""

from __future__ import annotations

import click

_POWERSHELL = """Register-ArgumentCompleter -Native -CommandName salescli -ScriptBlock {
    param($word, $ast, $cursor)
    $env:COMP_WORDS = $ast.ToString()
    $env:COMP_CWORD = $ast.CommandElements.Count - [int]($word -ne '')
    $env:_SALESCLI_COMPLETE = 'bash_complete'
    salescli | ForEach-Object {
        $value = ($_ -split ',', 2)[1]
        [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $value)
    }
    Remove-Item Env:_SALESCLI_COMPLETE, Env:COMP_WORDS, Env:COMP_CWORD
}
"""


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish", "powershell"]))
def completion(shell: str) -> None:
    """Print what your shell needs to complete commands.

    Example: salescli completion bash >> ~/.bashrc
    """
    if shell == "powershell":
        click.echo(_POWERSHELL, nl=False)
        return
    from click.shell_completion import get_completion_class

    from salescli.cli.group import cli

    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(_source(kind, cli))


def _source(kind: type[click.shell_completion.ShellComplete], command: click.Command) -> str:
    maker = kind(command, {}, "salescli", "_SALESCLI_COMPLETE")
    return maker.source_template % maker.source_vars()
