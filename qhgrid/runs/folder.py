"""Folders that appear whole or not at all.

A run is written into a hidden part folder beside its place and renamed when everything is on the disk.
A killed run leaves at most a part folder, which nobody takes for a run and which the next run removes.
A running process holds a lock on its part folder, so that nobody removes it under the feet of a live one.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from qhgrid.errors import Fault, RunError

_PART = re.compile(r"^\.(?P<name>.+)\.part-(?P<pid>\d+)(?:-old)?$")
_INSTANT_S = 60.0
"""How long an unlocked part folder is given the benefit of the doubt [s]."""

_ATTEMPTS = 5
"""How often to try to remove a folder that is still written to."""

_OPEN: set[Path] = set()
"""Part folders that this process is writing to."""

_MEND_BY_ERRNO = {
    errno.ENOSPC: "Free some space, or give another folder with --out.",
    errno.EDQUOT: "Free some space, or give another folder with --out.",
    errno.EFBIG: "Raise the limit on file sizes (ulimit -f), or give another folder with --out.",
    errno.EACCES: "Give a folder with --out in which you may write.",
    errno.EPERM: "Give a folder with --out in which you may write.",
    errno.EROFS: "Give a folder with --out in which you may write.",
    errno.ENOTDIR: "Give a folder with --out, not a file.",
    errno.EEXIST: "Give a folder with --out, not a file.",
    errno.ENAMETOOLONG: "Give a shorter folder name with --out.",
}


@contextmanager
def disk_errors(place: Path) -> Iterator[None]:
    """Turn what the operating system refuses inside the block into a :class:`RunError` about `place`."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        mend = _MEND_BY_ERRNO.get(error.errno or 0, "Give another folder with --out.")
        raise RunError(Fault(str(error.filename or place), f"cannot be written: {reason}", mend)) from error
    except RuntimeError as error:
        if not str(error).startswith("NetCDF:"):  # how the netCDF library says that the disk refused
            raise
        raise RunError(
            Fault(str(place), f"cannot be written: {error}", _MEND_BY_ERRNO[errno.ENOSPC])
        ) from error


@contextmanager
def new_folder(out: Path, name: str, *, replace: bool = False) -> Iterator[Path]:
    """Yield an empty part folder that becomes ``out/name`` when the block ends well and vanishes otherwise.

    Parameters
    ----------
    out : Path
        Folder of all runs; made when it is missing.
    name : str
        Name of the finished folder.
    replace : bool, optional
        Whether a finished folder of that name gives way; otherwise it is kept and the new one dropped.

    Raises
    ------
    RunError
        If the disk refuses.
    """
    with disk_errors(out):
        made = _make_folders(out)
        clean_leftovers(out)
        part = out / f".{name}.part-{os.getpid()}"
        part.mkdir()
        lock = os.open(part, os.O_RDONLY)
    _OPEN.add(part)
    try:
        with suppress(OSError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield part
        with disk_errors(out):
            _sync_tree(part)
            _put_in_place(part, out / name, replace=replace)
    except BaseException:
        _drop(part, made)
        raise
    finally:
        _OPEN.discard(part)
        os.close(lock)


def _drop(part: Path, made: Sequence[Path] = ()) -> None:
    """Remove a part folder, and of the folders `made` for it those that are empty."""
    for _ in range(_ATTEMPTS):  # an interrupted thread may write one more file meanwhile
        shutil.rmtree(part, ignore_errors=True)
        if not part.exists():
            break
    for folder in made:
        with suppress(OSError):
            folder.rmdir()


def drop_open_folders() -> None:
    """Remove what this process is writing, because it is about to end without finishing."""
    for part in sorted(_OPEN):
        _drop(part, [part.parent])


def clean_leftovers(out: Path) -> tuple[str, ...]:
    """Remove the part folders of processes that are gone and return their names, sorted."""
    leftovers = [path for path in sorted(out.iterdir()) if _PART.match(path.name) and path.is_dir()]
    gone = [path for path in leftovers if _is_abandoned(path)]
    for path in gone:
        shutil.rmtree(path, ignore_errors=True)
    return tuple(path.name for path in gone)


def is_part(path: Path) -> bool:
    """Return whether `path` is named like an unfinished run."""
    return _PART.match(path.name) is not None


def _make_folders(out: Path) -> list[Path]:
    """Make `out` with its parents and return what was made, deepest first."""
    missing = [folder for folder in (out, *out.parents) if not folder.exists()]
    out.mkdir(parents=True, exist_ok=True)
    return missing


def _is_abandoned(part: Path) -> bool:
    """Return whether no live process writes to `part`.

    Whoever writes holds the lock, except between making the folder and locking it; so an unlocked
    folder counts as live for a minute while some process has its number.
    """
    match = _PART.match(part.name)
    pid = int(match["pid"]) if match else 0
    if _is_locked(part):
        return False
    return pid == os.getpid() or not _is_alive(pid) or time.time() - part.stat().st_mtime > _INSTANT_S


def _is_alive(pid: int) -> bool:
    """Return whether a process with this number exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _is_locked(part: Path) -> bool:
    """Return whether another process, perhaps in another container, holds the lock on `part`."""
    try:
        handle = os.open(part, os.O_RDONLY)
    except OSError:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False


def _put_in_place(part: Path, place: Path, *, replace: bool) -> None:
    """Rename `part` to `place`; a finished folder already there is replaced or wins, as asked."""
    if place.exists() and replace:
        old = part.with_name(f"{part.name}-old")
        place.rename(old)
        part.rename(place)
        shutil.rmtree(old, ignore_errors=True)
    else:
        _rename_unless_there(part, place)
    _sync(place.parent)


def _rename_unless_there(part: Path, place: Path) -> None:
    """Rename `part` to `place`; drop it if `place` is there already, perhaps since a moment ago."""
    try:
        part.rename(place)
    except OSError:
        if not place.is_dir():
            raise
        shutil.rmtree(part)


def _sync_tree(folder: Path) -> None:
    """Bring every file of `folder`, and the folder itself, to the disk."""
    for path in sorted(folder.rglob("*"), reverse=True):
        _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    """Bring one file or folder to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """Yield a path to write to; it becomes `path` when the block ends well and vanishes otherwise.

    A reader sees the old file or the new one, never half of it. A folder that cannot be written to is refused
    before the block begins.

    Raises
    ------
    RunError
        If the disk refuses.
    """
    part = path.with_name(f".{path.name}.part-{os.getpid()}")
    with disk_errors(path):
        try:
            part.touch()
            yield part
            _sync(part)
            part.replace(path)
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)
