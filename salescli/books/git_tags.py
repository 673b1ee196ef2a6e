"""Tags of a git repository, and what git says about their signatures."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag.

    Attributes:
        commit: The commit it leads to; None if it leads to something else.
        signature: `unsigned`, `good`, `bad` or `unchecked`, where no key for it is here.
        signer: Who signed, as far as the key tells.
    """

    name: str
    commit: str | None
    signature: str
    signer: str = ""


_BAD = (b"BADSIG", b"REVKEYSIG", b"incorrect signature")


def signature_of(done: subprocess.CompletedProcess[bytes]) -> tuple[str, str]:
    """`good`, `bad` or `unchecked`, and who signed, from what `git verify-tag --raw` said."""
    said = done.stdout + b"\n" + done.stderr
    if done.returncode:
        return ("bad" if any(word in said for word in _BAD) else "unchecked"), ""
    for line in said.split(b"\n"):
        for mark, words in ((b"[GNUPG:] GOODSIG ", 1), (b'Good "git" signature for ', 0)):
            if mark in line:
                who = line.split(mark, 1)[1].split(b" ", words)[-1]
                return "good", who.split(b" with ")[0].decode("utf-8", "replace")
    return "good", ""
