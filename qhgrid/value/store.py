"""Evaluations kept on the disk as they end, so that a study that was cut off goes on where it stopped.

One line of JSON for each, with its own checksum, brought to the disk before the next begins. A line that was
cut off, by whatever cause, is dropped when the file is opened again. Since an evaluation depends on nothing
but its question, a study that went on has the same bytes as one that was never cut off.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from qhgrid.errors import Fault, RunError
from qhgrid.runs import disk_errors
from qhgrid.value.game import Evaluation, Game, Precision, Task

SUM_LENGTH = 16
"""Hexadecimal digits of a line's checksum."""


class Store:
    """Evaluations of one game in one file, kept open by one process at a time.

    Parameters
    ----------
    path : pathlib.Path
        The file; made when it is missing, with its folder.
    identity : str
        What decides the evaluations (the id of the study); a file of another identity is refused.

    Raises
    ------
    RunError
        If the file belongs to another study, is in use, or the disk refuses.
    """

    def __init__(self, path: Path, identity: str) -> None:
        self.path = path
        self.n_dropped = 0
        """Lines that were cut off or damaged, and are evaluated again."""
        self._found: dict[str, Evaluation] = {}
        with disk_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file: BinaryIO = path.open("a+b")
        try:
            self._lock()
            self._read(identity)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file and let others have it."""
        self._file.close()

    def __len__(self) -> int:
        return len(self._found)

    def get(self, members: frozenset[str], precision: Precision) -> Evaluation | None:
        """Return what is known of a coalition, None if nothing."""
        return self._found.get(key_of(members, precision))

    def put(self, members: frozenset[str], precision: Precision, evaluation: Evaluation) -> None:
        """Keep an evaluation; it is on the disk when this returns."""
        key = key_of(members, precision)
        self._write({"key": key, **evaluation.to_json()})
        self._found[key] = evaluation

    def _lock(self) -> None:
        """Keep other processes out.

        Raises
        ------
        RunError
            If another process has the file.
        """
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            what = "is in use: the same study is running in another process"
            raise RunError(Fault(str(self.path), what, "Wait until it ends, or stop it.")) from error

    def _read(self, identity: str) -> None:
        """Take in all whole lines, and write only those back if there were others."""
        self._file.seek(0)
        lines = self._file.read().split(b"\n")
        sound = [content for content in (read_line(line) for line in lines) if content is not None]
        self.n_dropped = sum(bool(line) for line in lines) - len(sound)
        if self.n_dropped or (lines and lines[-1]):
            self._write_again(sound)
        if not sound:
            self._write({"identity": identity})
            return
        if sound[0].get("identity") != identity:
            what = "holds the evaluations of another study"
            raise RunError(Fault(str(self.path), what, "Remove the file, or give another folder with --out."))
        self._found = {str(content["key"]): Evaluation.from_json(content) for content in sound[1:]}

    def _write_again(self, sound: Sequence[Mapping[str, Any]]) -> None:
        """Write the lines that are whole, in place of all.

        The file is cut at the first bad line and the sound ones after it follow again; a process killed
        meanwhile loses some evaluations and no more.
        """
        with disk_errors(self.path):
            self._file.truncate(0)
        for content in sound:
            self._write(content, sync=False)
        self._sync()

    def _write(self, content: Mapping[str, Any], *, sync: bool = True) -> None:
        """Add a line."""
        with disk_errors(self.path):
            self._file.write(line_of(content))
        if sync:
            self._sync()

    def _sync(self) -> None:
        """Bring all lines to the disk."""
        with disk_errors(self.path):
            self._file.flush()
            os.fsync(self._file.fileno())


def key_of(members: frozenset[str], precision: Precision) -> str:
    """Return the name of a question: precision and ids of the members, sorted."""
    return f"{precision} {' '.join(sorted(members))}"


def line_of(content: Mapping[str, Any]) -> bytes:
    """Return a line of the file: checksum, content, end."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return f"{_sum(text)} {text}\n".encode()


def read_line(line: bytes) -> dict[str, Any] | None:
    """Return the content of a line without its end; None if it is not whole."""
    try:
        digest, _, text = line.decode().partition(" ")
        return dict(json.loads(text)) if digest == _sum(text) else None
    except ValueError:
        return None


def _sum(text: str) -> str:
    """Return the checksum of a line."""
    return hashlib.sha256(text.encode()).hexdigest()[:SUM_LENGTH]


def remembered(
    game: Game, tasks: Sequence[Task], store: Store | None
) -> Iterator[tuple[Task, Evaluation | None]]:
    """Yield each task with what the store knows of it."""
    for task in tasks:
        yield task, store.get(game.members(task.mask), task.precision) if store is not None else None
