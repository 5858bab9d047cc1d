"""Whether a run is what it says: its own checksums, and the same bytes when it is run again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from qhgrid.runs.identity import code_sha256, file_sha256, package_versions
from qhgrid.runs.manifest import MANIFEST
from qhgrid.runs.run import Run

Outcome = Literal["same", "differs", "missing", "unexpected"]


@dataclass(frozen=True)
class FileCheck:
    """One file of a run compared with the same file of a second run of the same inputs."""

    name: str
    outcome: Outcome


@dataclass(frozen=True)
class Verification:
    """What a check of a run found.

    Parameters
    ----------
    run : str
        Name of the run.
    is_rerun : bool
        Whether the scenario was run again, rather than the checksums compared alone.
    files : tuple of FileCheck
        Each file of the run, sorted by name.
    changed_inputs : tuple of str
        What is not as it was: ``code``, ``package <name>``, ``facts <file>``, ``profiles <file>``.
    """

    run: str
    is_rerun: bool
    files: tuple[FileCheck, ...]
    changed_inputs: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether every file is the same."""
        return all(file.outcome == "same" for file in self.files)

    def to_json(self) -> dict[str, Any]:
        """Return the verification as a dict of plain values."""
        return asdict(self) | {"passed": self.passed}


def check_checksums(run: Run) -> Verification:
    """Compare every file of `run` with the checksum in its manifest."""
    files = [FileCheck(entry.name, _outcome(run, entry.name, entry.sha256)) for entry in run.manifest.files]
    known = {MANIFEST, *run.manifest.unchecked, *(file.name for file in files)}
    present = (path.relative_to(run.folder).as_posix() for path in run.folder.rglob("*") if path.is_file())
    files += [FileCheck(name, "unexpected") for name in present if name not in known]
    return Verification(run.name, False, tuple(sorted(files, key=lambda file: file.name)))


def compare_bytes(run: Run, again: Run, changed_inputs: Iterable[str] = ()) -> Verification:
    """Compare every file of `run`, the manifest too, with the same file of `again`, byte by byte."""
    names = {entry.name for one in (run, again) for entry in one.manifest.files} | {MANIFEST}
    files = tuple(FileCheck(name, _compare_file(run, again, name)) for name in sorted(names))
    return Verification(run.name, True, files, tuple(changed_inputs))


def changed_inputs(run: Run, facts: dict[str, str], profiles: dict[str, str]) -> tuple[str, ...]:
    """Return which inputs of `run` differ from the code, packages, tables and series of today."""
    then, versions = run.manifest.inputs, package_versions()
    changes = [] if then.code == code_sha256() else ["code"]
    changes += [
        f"package {name}" for name in sorted(then.packages) if versions.get(name) != then.packages[name]
    ]
    for kind, old, new in (("facts", then.facts, facts), ("profiles", then.profiles, profiles)):
        changes += [f"{kind} {name}" for name in sorted({*old, *new}) if old.get(name) != new.get(name)]
    return tuple(changes)


def _outcome(run: Run, name: str, sha256: str) -> Outcome:
    """Return how the file `name` of `run` compares with the checksum it was written with."""
    path = run.path(name)
    if not path.is_file():
        return "missing"
    return "same" if file_sha256(path) == sha256 else "differs"


def _compare_file(run: Run, again: Run, name: str) -> Outcome:
    """Return how the file `name` compares in two run folders."""
    old, new = run.path(name), again.path(name)
    if not old.is_file():
        return "unexpected"
    if not new.is_file():
        return "missing"
    return "same" if old.read_bytes() == new.read_bytes() else "differs"
