"""What decides a result, and the id made of it: the same inputs give the same id on any machine."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import qhgrid

PACKAGES = (
    "highspy", "linopy", "netCDF4", "numba", "numpy", "openpyxl", "pandas", "pypsa", "scipy", "xarray",
)  # fmt: skip
"""Packages whose version can change a byte of a run."""

ID_LENGTH = 12
"""Hexadecimal digits of a run id, as printed."""

_PACKAGE = Path(qhgrid.__file__).resolve().parent
_SPEAKING_ONLY = ("cli", "_shipped", "__pycache__")
"""Parts of the package that cannot change a result: the command line, and data that has its own checksums."""


def sha256_of(content: bytes | str) -> str:
    """Return the SHA-256 of `content` in hexadecimal digits; text counts as UTF-8."""
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of the file at `path` in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def source_files(package: Path = _PACKAGE) -> Iterator[Path]:
    """Yield the files of the package that can change a result, sorted by path."""
    for path in sorted(package.rglob("*"), key=lambda path: path.relative_to(package).as_posix()):
        parts = path.relative_to(package).parts
        is_speaking = parts[0] == _SPEAKING_ONLY[0] or not set(parts).isdisjoint(_SPEAKING_ONLY[1:])
        if path.is_file() and not is_speaking and not path.name.startswith(".") and path.suffix != ".pyc":
            yield path


@cache
def code_sha256() -> str:
    """Return the checksum of the package that is running, as it was when first asked for."""
    return tree_sha256(_PACKAGE)


def tree_sha256(package: Path) -> str:
    """Return one checksum over the names and contents of :func:`source_files`."""
    listing = [
        f"{path.relative_to(package).as_posix()} {file_sha256(path)}" for path in source_files(package)
    ]
    return sha256_of("\n".join(listing))


def package_versions() -> dict[str, str]:
    """Return the installed version of each of :data:`PACKAGES`, by name."""
    return {name: version(name) for name in PACKAGES}


@dataclass(frozen=True)
class Inputs:
    """All that decides the bytes of a run.

    Parameters
    ----------
    scenario : str
        Name of the scenario.
    scenario_text : str
        Resolved scenario as canonical YAML.
    facts, profiles : Mapping
        SHA-256 by file name of the fact tables and of the hourly series.
    lang : str
        Language of the documents, ``zh`` or ``en``.
    code : str
        Checksum of the package, see :func:`code_sha256`.
    packages : Mapping
        Version by name, see :func:`package_versions`.
    kind : str, optional
        What was studied of the scenario, such as ``value``; empty for a run of the scenario itself.
    settings : Mapping, optional
        Options of the command ``qhgrid projects <kind>`` that decide the result, by name, plain JSON values.
    """

    scenario: str
    scenario_text: str
    facts: Mapping[str, str]
    profiles: Mapping[str, str]
    lang: str
    code: str
    packages: Mapping[str, str]
    kind: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sha256(self) -> str:
        """Checksum of everything above."""
        parts: dict[str, Any] = {
            "scenario_text": self.scenario_text,
            "facts": dict(self.facts),
            "profiles": dict(self.profiles),
            "lang": self.lang,
            "code": self.code,
            "packages": dict(self.packages),
        }
        if self.kind:
            parts["study"] = {"kind": self.kind, "settings": dict(self.settings)}
        return sha256_of(json.dumps(parts, sort_keys=True, ensure_ascii=False))

    @property
    def run_id(self) -> str:
        """First twelve digits of the checksum."""
        return self.sha256[:ID_LENGTH]

    @property
    def folder_name(self) -> str:
        """Name of the run folder, ``<scenario>-<run id>``, with the kind of a study between."""
        return "-".join(part for part in (self.scenario, self.kind, self.run_id) if part)
