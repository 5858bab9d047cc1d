"""Ctrl-C that is heard at once, even inside a solver written in C++."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

from qhgrid.runs.folder import drop_open_folders

Result = TypeVar("Result")

_LISTEN_S = 0.1
"""How often the main thread looks up to hear a signal [s]."""


def call_interruptibly(work: Callable[[], Result]) -> Result:
    """Return ``work()``, done in a thread of its own so that the main thread stays free to hear Ctrl-C.

    Raises
    ------
    KeyboardInterrupt
        If the user interrupts; the thread is left behind and ends with the process.
    """
    future: Future[Result] = Future()

    def carry_out() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001  handed over to the caller, whatever it is
            future.set_exception(error)

    thread = Thread(target=carry_out, daemon=True, name="qhgrid work")
    try:
        thread.start()
        while thread.is_alive():
            thread.join(_LISTEN_S)
    except KeyboardInterrupt:
        drop_open_folders()
        raise
    return future.result()
