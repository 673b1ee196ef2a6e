"""Running git: without a pager, a prompt, or what hooks and shells would make it look at instead."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from salescli.findings import Misuse
from salescli.i18n import N_

_KEPT_VARIABLES = "GIT_CONFIG"


def _environment() -> dict[str, str]:
    """The environment without what a hook or a user's shell would make git look at instead."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GIT_") or k.startswith(_KEPT_VARIABLES)}
    return kept | {
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_GRAFT_FILE": os.devnull,
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_LITERAL_PATHSPECS": "1",
        "LC_ALL": "C",
    }


def _words(root: Path, words: Sequence[str]) -> list[str]:
    return ["git", "--no-pager", "-C", str(root), "-c", "core.fsmonitor=false", *words]


def run(root: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    """Run git in a book's folder, whatever comes of it. Raises Misuse where there is no git."""
    try:
        return subprocess.run(
            _words(root, words),
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        raise _no_git() from None


def ask(root: Path, *words: str) -> bytes:
    """What git answers. Raises Misuse with its words where it refuses."""
    done = run(root, *words)
    if done.returncode:
        why = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise Misuse(
            N_("git cannot be asked: {why}"),
            hint=N_("run `git status` in the book's folder to see more"),
            why=why[0].removeprefix("fatal: ") if why else words[0],
        )
    return done.stdout


def start(root: Path, *words: str) -> subprocess.Popen[bytes]:
    """A git that answers as long as it is asked."""
    try:
        return subprocess.Popen(
            _words(root, words),
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except FileNotFoundError:
        raise _no_git() from None


def _no_git() -> Misuse:
    return Misuse(N_("git is not installed, or not on the PATH"), hint=N_("install git"))
