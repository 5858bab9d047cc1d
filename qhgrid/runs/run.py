"""Finished runs on the disk: open one, find one by its id, list them all."""

from __future__ import annotations

import difflib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qhgrid.errors import Fault, RunError
from qhgrid.runs.folder import is_part
from qhgrid.runs.identity import ID_LENGTH, file_sha256
from qhgrid.runs.manifest import MANIFEST, TIMING, Manifest, read_manifest

if TYPE_CHECKING:
    import xarray as xr

DEFAULT_OUT = Path("runs")
"""Where runs are written unless told otherwise, below the current folder."""


@dataclass(frozen=True)
class Run:
    """A finished run whose manifest and files have been looked at.

    Parameters
    ----------
    folder : Path
        The run folder.
    manifest : Manifest
        Its manifest.
    is_reused : bool, optional
        Whether the run was there already when it was asked for.
    """

    folder: Path
    manifest: Manifest
    is_reused: bool = False

    @property
    def run_id(self) -> str:
        """Twelve hexadecimal digits."""
        return self.manifest.inputs.run_id

    @property
    def name(self) -> str:
        """Name of the folder as written, ``<scenario>-<run id>``."""
        return self.manifest.inputs.folder_name

    def path(self, name: str) -> Path:
        """Return the path of the file `name` of the run."""
        return self.folder / name

    def figures(self) -> dict[str, Any]:
        """Return ``figures.json``: scorecard figures, targets and tables, as plain JSON values."""
        return self._json("figures.json")

    def timing(self) -> dict[str, Any]:
        """Return ``timing.json``: wall time of each stage [s] and how the run was asked for; {} when gone."""
        try:
            return self._json(TIMING)
        except RunError:
            return {}

    def results(self) -> xr.Dataset:
        """Return ``results.nc``, the hourly result, read into memory."""
        import xarray as xr

        with xr.open_dataset(self.path("results.nc")) as dataset:
            return dataset.load()

    def _json(self, name: str) -> dict[str, Any]:
        """Return the content of a JSON file of the run."""
        try:
            return dict(json.loads(self.path(name).read_bytes()))
        except (OSError, ValueError) as error:
            raise RunError(
                Fault(str(self.path(name)), "cannot be read as JSON", "Run the scenario again with --force.")
            ) from error


def open_run(place: str | Path, *, full: bool = False) -> Run:
    """Return the run in the folder `place`, after a look at its manifest and files.

    Parameters
    ----------
    place : str or Path
        The run folder.
    full : bool, optional
        Whether to compare the checksum of every file, not just its presence and size.

    Raises
    ------
    RunError
        If the folder is missing, unfinished or damaged, with all that is wrong.
    """
    folder = Path(place)
    if not folder.is_dir():
        raise RunError(Fault(str(place), "is not a run folder", "Give a folder made by `qhgrid run`."))
    if is_part(folder.absolute()) or not (folder / MANIFEST).is_file():
        raise RunError(
            Fault(
                str(place), "is unfinished: it has no manifest of a finished run", "Run the scenario again."
            )
        )
    run = Run(folder, read_manifest(folder))
    faults = file_faults(run, full=full)
    if faults:
        raise RunError(faults)
    return run


def file_faults(run: Run, *, full: bool) -> tuple[Fault, ...]:
    """Return what is wrong with the files of `run`: missing, of another size or, if `full`, changed."""
    faults = []
    for entry in run.manifest.files:
        path = run.folder / entry.name
        if not path.is_file():
            faults.append((path, "is missing"))
        elif path.stat().st_size != entry.size:
            faults.append((path, f"was changed: {path.stat().st_size} bytes, {entry.size} were written"))
        elif full and file_sha256(path) != entry.sha256:
            faults.append((path, "was changed: its checksum is not the one in the manifest"))
    return tuple(Fault(str(path), what, "Run the scenario again with --force.") for path, what in faults)


def list_runs(out: Path) -> tuple[Path, ...]:
    """Return the folders of finished runs below `out`, sorted by name; none when `out` is missing."""
    if not out.is_dir():
        return ()
    folders = [path for path in sorted(out.iterdir()) if path.is_dir() and not path.name.startswith(".")]
    return tuple(path for path in folders if (path / MANIFEST).is_file())


def open_runs(names: Sequence[str], out: Path = DEFAULT_OUT) -> tuple[Run, ...]:
    """Return the runs that `names` mean, in that order.

    Raises
    ------
    RunError
        With the faults of all runs that are missing, unfinished or damaged.
    """
    runs: list[Run] = []
    faults: list[Fault] = []
    for name in names:
        try:
            runs.append(open_run(find_run(name, out)))
        except RunError as error:
            faults += error.faults
    if faults:
        raise RunError(faults)
    return tuple(runs)


def find_run(name: str, out: Path = DEFAULT_OUT) -> Path:
    """Return the run folder that `name` means: a path, a folder name below `out`, or the start of a run id.

    Raises
    ------
    RunError
        If nothing or more than one run fits; names the nearest.
    """
    for path in (Path(name), out / name):
        if path.is_dir():
            return path
    folders = list_runs(out)
    fitting = [path for path in folders if len(name) >= 4 and path.name[-ID_LENGTH:].startswith(name)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        names = ", ".join(path.name for path in fitting)
        raise RunError(Fault(name, f"means more than one run: {names}", "Give more digits."))
    raise RunError(Fault(name, f"is not a run below {out}", _nearest(name, folders)))


def _nearest(name: str, folders: tuple[Path, ...]) -> str:
    """Return the advice that names the run nearest to `name`."""
    known = {path.name: path.name for path in folders} | {
        path.name[-ID_LENGTH:]: path.name for path in folders
    }
    nearest = difflib.get_close_matches(Path(name).name, known, n=1)
    if nearest:
        return f"Did you mean {known[nearest[0]]}?"
    if known:
        return f"Runs there: {', '.join(path.name for path in folders)}."
    return "Run a scenario first, or say where the runs are with --out."
