"""Runs salescli in processes of its own, without paying for its imports each time.

Started as a program, it imports salescli once and forks a child for each run asked on stdin, a JSON line;
the child is the real program on the real book and dies by real signals. What a run is asked:

    args      the command line
    book      paths below it are watched
    kill      SIGKILL itself at its n-th change of the book: before every odd, after every even step
    after     seconds after which it is killed from outside
    limit     RLIMIT_FSIZE in bytes; `torn` lets the kernel kill it in the middle of a write at that limit
    powerless true to be held to permissions of files, even as root
    together  a list of command lines to be started at the same moment instead of `args`

Answers: `code` (negative: the signal), `out`, `err`, `steps` (changes of the book it made or began).
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import json
import os
import resource
import signal
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

CHANGES = {
    "os.rename",
    "os.mkdir",
    "os.remove",
    "os.rmdir",
    "os.chmod",
    "os.truncate",
    "fcntl.flock",
    "os.link",
}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


class Tracer:
    """Counts what a run does to its book, and ends it at the n-th step."""

    def __init__(self, book: str, kill: int | None, counter: int) -> None:
        self.book, self.kill, self.counter, self.steps = book, kill, counter, 0
        sys.addaudithook(self.hook)
        fsync = os.fsync

        def traced(handle: int) -> None:
            self.step()
            fsync(handle)
            self.step()

        os.fsync = traced

    def step(self) -> None:
        self.steps += 1
        os.pwrite(self.counter, str(self.steps).encode(), 0)
        if self.steps == self.kill:
            os.kill(os.getpid(), signal.SIGKILL)

    def hook(self, event: str, args: tuple[Any, ...]) -> None:
        if event == "fcntl.flock":
            self.step()
        elif event in CHANGES or (event == "open" and isinstance(args[2], int) and args[2] & WRITING):
            self.step_in(args[0])

    def step_in(self, path: Any) -> None:
        if isinstance(path, (str, bytes, os.PathLike)) and os.fsdecode(path).startswith(self.book):
            self.step()


def child(ask: dict[str, Any], args: list[str], out: int, err: int, counter: int) -> None:
    os.dup2(out, 1)
    os.dup2(err, 2)
    sys.stdout, sys.stderr = (os.fdopen(one, "w", encoding="utf-8", closefd=False) for one in (1, 2))
    if (limit := ask.get("limit")) is not None:
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL if ask.get("torn") else signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    if ask.get("powerless"):
        give_up_power()
    if ask.get("book"):
        Tracer(ask["book"], ask.get("kill"), counter)
    from salescli.cli.errors import guarded, leave
    from salescli.cli.group import cli

    leave(guarded(cli, args))


def give_up_power() -> None:
    """Root without capabilities: its own files are open to it, others' only as they are to everybody."""
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    if libc.capset(header, (ctypes.c_uint32 * 6)()):
        raise OSError(ctypes.get_errno(), "capset")


def run(ask: dict[str, Any]) -> list[dict[str, Any]]:
    """Fork, wait, tell."""
    lines = ask.get("together") or [ask["args"]]
    gate, opener = os.pipe()
    started = []
    for args in lines:
        out, err, counter = pipe(), pipe(), tempfile.TemporaryFile()  # noqa: SIM115
        pid = os.fork()
        if not pid:
            code = 99
            try:
                os.close(opener)
                os.read(gate, 1)  # all of them go on when the other end is closed
                child(ask, args, out[1], err[1], counter.fileno())
            except SystemExit as left:
                code = int(left.code or 0)
            finally:
                os._exit(code)
        os.close(out[1])
        os.close(err[1])
        started.append((pid, out[0], err[0], counter))
    os.close(gate)
    os.close(opener)
    if (after := ask.get("after")) is not None:
        timer = threading.Timer(after, lambda: [_kill(pid) for pid, *_ in started])
        timer.start()
    told = []
    for pid, out, err, counter in started:
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        counter.seek(0)
        steps = int(counter.read() or 0)
        told.append({"code": code, "out": text(out), "err": text(err), "steps": steps})
    if after is not None:
        timer.cancel()
    return told


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def pipe() -> tuple[int, int]:
    """A pipe that takes all a command prints; no limit on file sizes holds for it."""
    ends = os.pipe()
    fcntl.fcntl(ends[1], fcntl.F_SETPIPE_SZ, 1 << 20)
    return ends


def text(end: int) -> str:
    with open(end, encoding="utf-8", errors="replace") as file:
        return file.read()


def main() -> None:
    import duckdb
    import pandas
    import pydantic

    import salescli.workflows.bringing_in.importing
    import salescli.workflows.settling.settle_steps
    import salescli.workflows.settling.statement
    import salescli.workflows.settling.verify

    top = Path(salescli.__file__).parent
    for module in sorted(top.rglob("*.py")):
        name = ".".join(("salescli", *module.relative_to(top).with_suffix("").parts))
        if "sample" not in name and "__main__" not in name:
            __import__(name.removesuffix(".__init__"))
    assert duckdb, (pandas, pydantic)
    print("ready", flush=True)
    for line in sys.stdin:
        ask = json.loads(line)
        print(json.dumps(run(ask)), flush=True)


if __name__ == "__main__":
    main()
