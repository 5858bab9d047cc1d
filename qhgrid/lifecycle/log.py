"""The log of events: JSON lines, only ever added to, each line sealed with the checksum of those before it.

A line is written in one piece and forced to the disk. If the machine dies in the middle, at most that line is
torn; it is recognised, left out by readers, and cut off by the next writer. A line that was changed, taken
out or moved breaks the chain and is an error. (Whole lines cut off the end leave a shorter chain that is
sound in itself: keep the checksum of the last line, which every command prints, somewhere else.)
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from qhgrid.errors import Fault, LifecycleError
from qhgrid.lifecycle.events import BEGINNING, Event, parse_event
from qhgrid.lifecycle.machine import Standing, replay
from qhgrid.runs import disk_errors

DEFAULT_LOG = Path("projects/events.jsonl")
"""Where the log is if nothing else is said."""


@dataclass(frozen=True)
class Log:
    """A log as it was read.

    Parameters
    ----------
    path : pathlib.Path
        Where it is.
    events : tuple of Event
        All whole lines, oldest first.
    torn : bytes
        What stands after the last whole line: the beginning of a line that never was finished.
    """

    path: Path
    events: tuple[Event, ...] = ()
    torn: bytes = b""

    @property
    def standings(self) -> dict[str, Standing]:
        """Where every project stands, by id."""
        return replay(self.events)

    @property
    def last_checksum(self) -> str:
        """Checksum of the last line, which stands for the whole log."""
        return self.events[-1].checksum if self.events else BEGINNING


def read_log(path: Path) -> Log:
    """Return a log, its chain and every step checked; one that is not there is empty.

    Raises
    ------
    LifecycleError
        If a line is no event, was changed, is out of its place, or a step is illegal.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return Log(path)
    except OSError as error:
        raise LifecycleError(
            Fault(str(path), f"cannot be read: {error.strerror}", "Give the log with --log.")
        ) from error
    log = _parse(path, content)
    replay_checked(log)
    return log


def _parse(path: Path, content: bytes) -> Log:
    """Return the log of a file's content, its chain checked."""
    *lines, torn = content.split(b"\n")
    events: list[Event] = []
    previous = BEGINNING
    for number, line in enumerate(lines, start=1):
        where = f"{path}:{number}"
        event = parse_event(line.decode("utf-8", errors="replace"), where)
        if event.previous != previous or event.number != number:
            what = "does not follow the line before it: lines were taken out, put in or moved"
            raise LifecycleError(Fault(where, what, "Put back the log as it was written."))
        previous = event.checksum
        events.append(event)
    return Log(path, tuple(events), torn)


def replay_checked(log: Log) -> None:
    """Check every step of a log; :class:`LifecycleError` with the line if one is illegal."""
    try:
        replay(log.events)
    except LifecycleError as error:
        faults = [Fault(f"{log.path}: {fault.where}", fault.what, fault.mend) for fault in error.faults]
        raise LifecycleError(faults) from None


Draft = Callable[[Log], Event]
"""What makes the next event out of the log as it stands: everything but place and checksums."""


def append(path: Path, draft: Draft) -> Event:
    """Add an event to a log and return it as it was written.

    The log is locked from reading to writing, so that two writers cannot both follow the same line.

    Parameters
    ----------
    path : pathlib.Path
        The log; it and its folder are made when they are missing.
    draft : callable
        Makes the event; where it raises, nothing is written.

    Raises
    ------
    LifecycleError
        If the log is damaged, or the event may not happen.
    RunError
        If the disk refuses.
    """
    if not path.exists():
        draft(Log(path))  # so that a refused first step leaves no empty log
    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        with disk_errors(path):
            fcntl.flock(handle, fcntl.LOCK_EX)
        log = read_log(path)
        event = _placed(log, draft(log))
        with disk_errors(path):
            end = os.fstat(handle).st_size - len(log.torn)
            os.ftruncate(handle, end)
            _write_all(handle, event.line().encode("utf-8"), end)
            os.fsync(handle)
        return event
    finally:
        os.close(handle)


def _placed(log: Log, event: Event) -> Event:
    """Return an event at the end of a log, sealed; :class:`LifecycleError` where it may not happen."""
    placed = replace(event, number=len(log.events) + 1, previous=log.last_checksum).sealed()
    replay((*log.events, placed))
    return placed


def _write_all(handle: int, data: bytes, at: int) -> None:
    """Write `data` at a place of a file, in one call where the system takes it whole."""
    while data:
        written = os.pwrite(handle, data, at)
        data, at = data[written:], at + written
