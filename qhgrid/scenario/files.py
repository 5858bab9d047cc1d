"""Find a scenario file by name or path and read its text, refusing at once what cannot be a scenario."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path

from qhgrid.errors import Fault, ScenarioError
from qhgrid.scenario.marks import suggest
from qhgrid.scenario.tree import short
from qhgrid.shipped import scenarios_folder

LARGEST_FILE = 1_000_000
"""Largest scenario file that is read [bytes]."""
BASE = "base"
"""Shipped file that the shipped scenarios extend; not a scenario by itself."""


@dataclass(frozen=True)
class ScenarioFile:
    """A scenario file: where it lies, and its name in messages."""

    path: Path
    shown: str


def list_scenarios() -> tuple[str, ...]:
    """Return the names of the shipped scenarios, sorted."""
    return tuple(sorted(path.stem for path in scenarios_folder().glob("*.yaml") if path.stem != BASE))


def find_file(name: str, folder: Path | None = None, where: str = "") -> ScenarioFile:
    """Return the file that a name or path stands for: an existing file first, then a shipped scenario.

    Parameters
    ----------
    name : str
        Path of a file, or name of a shipped scenario.
    folder : pathlib.Path, optional
        Folder against which a path is read; the working folder by default.
    where : str, optional
        Place of the name, for the message; the name itself by default.

    Raises
    ------
    ScenarioError
        If there is no such file or scenario, or the path is not a file.
    """
    where = where or (name if len(name) <= 80 else name[:79] + "…") or "scenario"
    path = Path(name) if folder is None else folder / name
    shipped = scenarios_folder() / f"{name}.yaml"
    kind = _kind(path, where)
    if kind == "file":
        return ScenarioFile(path, _shown(path, name))
    if name in (*list_scenarios(), BASE):
        return ScenarioFile(shipped, _shown(shipped, str(shipped)))
    if kind == "missing":
        raise ScenarioError(_missing(name, path, where))
    raise ScenarioError(
        Fault(where, f"{short(name)} is a {kind}, not a file", "Give the path of a YAML file.")
    )


def _kind(path: Path, where: str) -> str:
    """Return ``file``, ``folder``, ``device`` or ``missing`` for what lies at `path`."""
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return "missing"
    except OSError as error:
        raise ScenarioError(
            Fault(where, f"cannot be read: {error.strerror}", "Give the path of a YAML file.")
        ) from None
    if stat.S_ISREG(mode):
        return "file"
    return "folder" if stat.S_ISDIR(mode) else "device"


def _shown(path: Path, name: str) -> str:
    """Return the name of a file in messages, seen from the working folder or from the shipped scenarios."""
    resolved = path.resolve()
    if resolved.parent == scenarios_folder().resolve():
        return f"scenarios/{resolved.name}"
    if resolved.is_relative_to(Path.cwd()):
        return str(resolved.relative_to(Path.cwd()))
    return name


def _missing(name: str, path: Path, where: str) -> Fault:
    """Return the fault of a scenario that does not exist, with the nearest one that does."""
    if "/" not in name and not name.endswith((".yaml", ".yml")):
        what = f"there is no file and no shipped scenario {short(name)}"
        return Fault(where, what, suggest(name, list_scenarios(), "a path, or one of"))
    beside = [str(Path(name).with_name(other.name)) for other in _yaml_files(path.parent)]
    mend = suggest(name, beside) if beside else f"Use a path, or one of: {', '.join(list_scenarios())}."
    return Fault(where, f"the file {short(name)} does not exist", mend)


def _yaml_files(folder: Path) -> list[Path]:
    """Return up to 200 YAML files of a folder, or none where it cannot be listed."""
    try:
        return sorted(folder.glob("*.yaml"))[:200]
    except (OSError, ValueError):
        return []


def read_text(file: ScenarioFile) -> str:
    """Return the text of a scenario file.

    Raises
    ------
    ScenarioError
        If the file is too large, empty of text, or not UTF-8.
    """
    try:
        size = file.path.stat().st_size
        if size > LARGEST_FILE:
            what = f"the file holds {size / 1e6:,.1f} MB, a scenario at most {LARGEST_FILE / 1e6:.0f} MB"
            raise ScenarioError(
                Fault(file.shown, what, "Give a scenario file; hourly series go in netCDF files.")
            )
        with file.path.open("rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        raise ScenarioError(
            Fault(file.shown, f"cannot be read: {error.strerror}", "Make it readable.")
        ) from None
    return _decode(data, file.shown)


def _decode(data: bytes, shown: str) -> str:
    """Return UTF-8 bytes as text; a byte-order mark is dropped."""
    mend = "Save the file as UTF-8 text."
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ScenarioError(Fault(f"{shown}:1", "the text is UTF-16", mend))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        what = f"byte {error.start + 1} of the file (0x{data[error.start]:02x}) is not UTF-8 text"
        raise ScenarioError(Fault(f"{shown}:{line}", what, mend)) from None
