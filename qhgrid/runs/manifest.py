"""``manifest.json``: what went into a run, what came out, and a checksum of every file.

The manifest is written last and carries a checksum of itself. It holds nothing that depends on the clock, the
machine or the way the run was asked for; those stand in ``timing.json``, which alone differs from run to run.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import qhgrid
from qhgrid.errors import Fault, RunError
from qhgrid.runs.identity import Inputs, file_sha256, sha256_of

MANIFEST = "manifest.json"
TIMING = "timing.json"
FORMAT = 1
"""Version of the layout of a run folder."""

_SEAL = "manifest_sha256"
_KEYS = (
    "format",
    "run_id",
    "inputs_sha256",
    "qhgrid",
    "lang",
    "scenario",
    "inputs",
    "packages",
    "result",
    "files",
    "unchecked",
)


@dataclass(frozen=True)
class FileEntry:
    """One file of a run: its name inside the folder, SHA-256 and size [byte]."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Manifest:
    """What went into a run and what came out.

    Parameters
    ----------
    inputs : Inputs
        All that decides the result.
    version : str
        Version of qhgrid.
    scenario_titles : Mapping
        Title by language, ``zh`` and ``en``.
    result : Mapping
        Status, objective [CNY], certificate and shortages, as plain JSON values.
    files : tuple of FileEntry
        Every reproducible file but the manifest, sorted by name.
    unchecked : tuple of str
        Files that are listed without checksum.
    """

    inputs: Inputs
    version: str
    scenario_titles: Mapping[str, str]
    result: Mapping[str, Any]
    files: tuple[FileEntry, ...]
    unchecked: tuple[str, ...] = (TIMING,)

    def to_json(self) -> str:
        """Return the manifest as JSON text, sealed with its own checksum."""
        inputs = self.inputs
        content: dict[str, Any] = {
            "format": FORMAT,
            "run_id": inputs.run_id,
            "inputs_sha256": inputs.sha256,
            "qhgrid": {"version": self.version, "code_sha256": inputs.code},
            "lang": inputs.lang,
            "scenario": {
                "name": inputs.scenario,
                "title": dict(self.scenario_titles),
                "sha256": sha256_of(inputs.scenario_text),
                "text": inputs.scenario_text,
            },
            "inputs": {"facts": dict(inputs.facts), "profiles": dict(inputs.profiles)},
            "packages": dict(inputs.packages),
            "result": dict(self.result),
            "files": [{"name": file.name, "sha256": file.sha256, "size": file.size} for file in self.files],
            "unchecked": list(self.unchecked),
        }
        if inputs.kind:
            content["study"] = {"kind": inputs.kind, "settings": dict(inputs.settings)}
        content[_SEAL] = sha256_of(_plain(content))
        return _plain(content)


def _plain(content: Mapping[str, Any]) -> str:
    """Return `content` as JSON text, the same for the same content."""
    return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def list_files(folder: Path) -> tuple[FileEntry, ...]:
    """Return the entries of all files in `folder` but the manifest and ``timing.json``, sorted by name."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return tuple(
        FileEntry(name, file_sha256(folder / name), (folder / name).stat().st_size)
        for name in names
        if name not in (MANIFEST, TIMING)
    )


def write_manifest(
    folder: Path, inputs: Inputs, scenario_titles: Mapping[str, str], result: Mapping[str, Any]
) -> Manifest:
    """Write the manifest over what stands in `folder`, as the last file of a run."""
    manifest = Manifest(inputs, qhgrid.__version__, scenario_titles, result, list_files(folder))
    (folder / MANIFEST).write_text(manifest.to_json(), encoding="utf-8")
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of `folder`.

    Raises
    ------
    RunError
        If it is missing, unreadable, of another layout, or was changed since it was written.
    """
    path = folder / MANIFEST
    try:
        content = json.loads(path.read_bytes())
    except OSError as error:
        reason = error.strerror or str(error)
        raise RunError(Fault(str(path), f"cannot be read: {reason}", "Run the scenario again.")) from error
    except (ValueError, RecursionError) as error:
        raise RunError(
            Fault(str(path), "is damaged: not JSON", "Run the scenario again with --force.")
        ) from error
    fault = _find_fault(content)
    if fault is not None:
        raise RunError(Fault(str(path), fault, "Run the scenario again with --force."))
    return _from_content(content)


def _find_fault(content: object) -> str | None:
    """Return what is wrong with the content of a manifest, or None."""
    if not isinstance(content, dict):
        return "is damaged: not a manifest"
    missing = [key for key in _KEYS if key not in content]
    if missing:
        return f"is damaged: {missing[0]!r} is missing"
    if content["format"] != FORMAT:
        return f"has layout {content['format']!r}, this qhgrid reads layout {FORMAT}"
    unsealed = {key: value for key, value in content.items() if key != _SEAL}
    if content.get(_SEAL) != sha256_of(_plain(unsealed)):
        return "was changed after the run"
    return None


def _from_content(content: Mapping[str, Any]) -> Manifest:
    """Return the manifest of a content that :func:`_find_fault` has passed."""
    study = content.get("study", {"kind": "", "settings": {}})
    inputs = Inputs(
        scenario=content["scenario"]["name"],
        scenario_text=content["scenario"]["text"],
        facts=content["inputs"]["facts"],
        profiles=content["inputs"]["profiles"],
        lang=content["lang"],
        code=content["qhgrid"]["code_sha256"],
        packages=content["packages"],
        kind=study["kind"],
        settings=study["settings"],
    )
    return Manifest(
        inputs=inputs,
        version=content["qhgrid"]["version"],
        scenario_titles=content["scenario"]["title"],
        result=content["result"],
        files=tuple(FileEntry(**file) for file in content["files"]),
        unchecked=tuple(content["unchecked"]),
    )
