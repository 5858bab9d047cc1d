"""The command line. It parses, calls one function of the rooms below, and prints; it holds no modelling.

Nothing heavy is imported before a command needs it, so that ``qhgrid --help`` answers at once.
"""

from __future__ import annotations

import logging
import os
import sys
import warnings
from collections.abc import Sequence
from contextlib import suppress
from typing import TextIO

from qhgrid.cli.speech import Speech, listen
from qhgrid.errors import QhgridError

EXIT_BAD_INPUT = 2
EXIT_INTERRUPTED = 130


def main(args: Sequence[str] | None = None) -> None:
    """Run the command line and end the process: 0 done, 2 bad input, 1 our failure, 130 interrupted."""
    words = sys.argv[1:] if args is None else list(args)
    speech = listen(words)
    sys.excepthook = speech.report_crash
    if not speech.debug:
        _hush_libraries()
    for stream in (sys.stdout, sys.stderr):
        _never_choke(stream)
    code = answer(words, speech)
    if code == EXIT_INTERRUPTED:
        sys.stderr.flush()
        os._exit(
            code
        )  # the thread that was interrupted may sit in a solver, which must not meet the interpreter's end
    sys.exit(code)


def answer(args: Sequence[str], speech: Speech) -> int:
    """Carry out one call and return its exit code; faults are printed, our own failures are raised."""
    from qhgrid.cli.commands import build_command

    try:
        build_command(speech).main(args=list(args), prog_name="qhgrid")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except QhgridError as error:
        speech.print_faults(error.faults)
        code = EXIT_BAD_INPUT
    if code == EXIT_INTERRUPTED:
        speech.note(speech.say("interrupted"))
    return code if _flush() else 1


def _hush_libraries() -> None:
    """Keep remarks of the libraries off the terminal; what a reader must know, qhgrid says itself."""
    logging.disable(logging.WARNING)
    if not sys.warnoptions:
        warnings.simplefilter("ignore")


def _flush() -> bool:
    """Write out what is left for stdout; return False, quietly, when the reader of a pipe has gone."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        with suppress(OSError):
            sys.stdout.close()
        return False
    return True


def _never_choke(stream: TextIO) -> None:
    """Let `stream` print what its encoding lacks as an escape instead of failing."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")
