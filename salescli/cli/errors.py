"""The one boundary between errors and the user: exit codes and lines, never a traceback."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import sys
from collections.abc import Callable
from typing import NoReturn

import click

from salescli.cli.speech import settle_language, show, spoken, teach_click
from salescli.findings import BookBroken, Stop
from salescli.i18n import gettext, joined, mark

OUR_BUG = 3
INTERRUPTED = 130


def guarded(command: click.Command, args: list[str] | None = None) -> int:
    """Run a command line and return its exit code.

    0 fine · 1 findings · 2 misuse · 3 our bug · 4 refused by state · 5 busy · 6 integrity broken ·
    130 interrupted.
    """
    words = sys.argv[1:] if args is None else args
    _tolerant_streams()
    settle_language(words)
    teach_click()
    was_interrupted = _watched() if args is None else bool
    try:
        code = spoken(command).main(args=words, prog_name="salescli", standalone_mode=False)
        _flush()
        return code if isinstance(code, int) else 0
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except click.Abort:
        return INTERRUPTED
    except KeyboardInterrupt:
        say(gettext("interrupted; nothing is half-written"))
        return INTERRUPTED
    except click.ClickException as error:
        show(error)
        return 2
    except BookBroken as broken:
        return _show_broken(broken, words)
    except Stop as stop:
        from salescli.render.safe import clean

        say(clean(f"salescli: {joined((stop.message, stop.hint), '; ')}"))
        return stop.exit_code
    except BrokenPipeError:
        _silence_stdout()
        return 0
    except OSError as error:
        if error.errno == errno.EPIPE:
            _silence_stdout()
            return 0
        from salescli.render.safe import clean

        where = mark(": ") + str(error.filename) if error.filename else ""
        say(clean(f"salescli: {gettext(error.strerror or str(error))}{where}"))
        return 2
    except Exception as error:  # the boundary: whatever is left is our bug
        if was_interrupted():  # within a library, which made another error of it
            say(gettext("interrupted; nothing is half-written"))
            return INTERRUPTED
        return _our_bug(error, words)


def _watched() -> Callable[[], bool]:
    """Whether the user has interrupted this run; asked for from now on."""
    seen: list[int] = []

    def interrupted(number: int, _frame: object) -> NoReturn:
        seen.append(number)
        raise KeyboardInterrupt

    with contextlib.suppress(ValueError):  # not in the main thread: then nobody can
        signal.signal(signal.SIGINT, interrupted)
    return lambda: bool(seen)


def leave(code: int) -> NoReturn:
    """End the process with an exit code, at once.

    Everything is written and closed by now; taking the interpreter down object by object would only cost
    time (a tenth of a second after a million deals).
    """
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def say(line: str) -> None:
    """One line on stderr; a stderr that is gone is no reason to fail."""
    try:
        print(line, file=sys.stderr)
    except OSError:
        _devnull(2)


def _show_broken(broken: BookBroken, words: list[str]) -> int:
    from salescli.render.findings import render_findings

    print(render_findings(broken.found, "text"), end="", file=sys.stderr)
    if "-q" not in words:
        say(
            gettext(
                "Nothing was calculated or written: the book has errors. salescli validate shows them again."
            )
        )
    return 1


def _our_bug(error: Exception, words: list[str]) -> int:
    if "-v" in words or "--verbose" in words:
        import traceback

        traceback.print_exception(error)
    say(
        gettext(
            "salescli: an internal error ({name}: {error}). Nothing is half-written. "
            "Please report it; -v shows where."
        ).format(name=type(error).__name__, error=str(error).replace("\n", " ")[:200])
    )
    return OUR_BUG


def _tolerant_streams() -> None:
    """Print what a terminal's encoding lacks as `?` rather than fail; a pipe without a locale is UTF-8."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            ascii_only = (stream.encoding or "").lower() in ("ascii", "us-ascii", "ansi_x3.4-1968")
            reconfigure(errors="replace", encoding="utf-8" if ascii_only else None)


def _flush() -> None:
    sys.stdout.flush()


def _silence_stdout() -> None:
    """The reader went away (`| head`): end quietly, also at interpreter exit."""
    _devnull(1)


def _devnull(stream: int) -> None:
    sink = os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, stream)
    os.close(sink)
