"""The program on a terminal of its own: a real pty, typed into line by line."""

from __future__ import annotations

import os
import pty
import select
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 60.0
INTERRUPT = "\x03"
AGAIN = 1.0  # seconds: an interrupt between a question and the read that waits for its answer is not noticed


@dataclass(frozen=True)
class Session:
    code: int
    shown: str


def converse(root: Path, words: list[str], answers: list[tuple[str, str]]) -> Session:
    """Run the program, and type each answer once its question has been shown after the one before.

    An interrupt is pressed until it is obeyed, as a person would.
    """
    child, terminal = pty.fork()
    if child == 0:
        os.environ["COLUMNS"] = "120"
        os.execv(sys.executable, [sys.executable, "-m", "salescli", *words, "-C", str(root), "--lang", "en"])
    shown, seen = "", 0
    waiting = list(answers)
    pressed: float | None = None
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit:
        ready, _, _ = select.select([terminal], [], [], 0.2)
        if ready:
            try:
                data = os.read(terminal, 65536)
            except OSError:
                break
            if not data:
                break
            shown += data.decode("utf-8", "replace")
        if waiting and waiting[0][0] in shown[seen:]:
            question, answer = waiting.pop(0)
            seen = shown.index(question, seen) + len(question)
            os.write(terminal, answer.encode())
            pressed = time.monotonic() if answer == INTERRUPT else None
        elif pressed is not None and time.monotonic() - pressed > AGAIN:
            os.write(terminal, INTERRUPT.encode())
            pressed = time.monotonic()
    else:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    os.close(terminal)
    return Session(os.waitstatus_to_exitcode(status), shown)
