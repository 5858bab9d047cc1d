"""Read the bundles of projects, one YAML file each; whatever is wrong is said with file and key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from qhgrid.errors import Fault, UnitError
from qhgrid.facts.rows import Bundle
from qhgrid.sourced import Confidence
from qhgrid.units import parse_quantity

KEYS = ("name", "projects", "capacity", "investment", "held_by", "source", "confidence", "counting")
"""What a bundle may say."""
NEEDED = ("name", "projects", "source", "confidence", "counting")


def parse_bundle(file: str, data: bytes, faults: list[Fault]) -> Bundle | None:
    """Return the bundle of a file, or None where something is wrong, which is added to `faults`.

    Parameters
    ----------
    file : str
        Name of the file; without ``.yaml`` it is the id of the bundle.
    data : bytes
        Its content.
    faults : list of Fault
        What is wrong is added here.
    """
    before = len(faults)
    content = _content(file, data, faults)
    if len(faults) > before:
        return None
    faults += [Fault(f"{file}: {key}", *what) for key, what in _slips(content).items()]
    if len(faults) > before:
        return None
    try:
        return _bundle(file.removesuffix(".yaml"), content)
    except UnitError as error:
        faults += [Fault(f"{file}: {fault.where}", fault.what, fault.mend) for fault in error.faults]
        return None


def _content(file: str, data: bytes, faults: list[Fault]) -> Mapping[str, Any]:
    """Return the mapping that a file holds."""
    try:
        content = yaml.safe_load(data.decode("utf-8"))
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        words = " ".join(str(error).split())
        faults.append(Fault(file, f"is not YAML in UTF-8: {words}", "Mend it; see data/README.md."))
        return {}
    if not isinstance(content, dict):
        faults.append(Fault(file, "holds no keys", f"Use the keys {', '.join(KEYS)}."))
        return {}
    return content


def _slips(content: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Return what is wrong with the keys of a bundle: what and mend, by key."""
    found: dict[str, tuple[str, str]] = {}
    for key in content:
        if key not in KEYS:
            found[str(key)] = ("is no key of a bundle", f"Use the keys {', '.join(KEYS)}.")
    for key in NEEDED:
        if not content.get(key):
            found[key] = ("is missing", "Write it; see data/README.md.")
    for key in ("name", "counting"):
        if key not in found and not _is_pair(content[key]):
            found[key] = ("is not given as zh and en", "Write both languages.")
    if "projects" not in found and not _is_list_of_names(content["projects"]):
        found["projects"] = ("is not a list of ids", "Write one id of projects.csv a line.")
    if "confidence" not in found and content["confidence"] not in set(Confidence):
        found["confidence"] = ("is not a confidence", f"Use one of: {', '.join(Confidence)}.")
    return found


def _is_pair(value: object) -> bool:
    """Return whether a value gives words in both languages."""
    return isinstance(value, dict) and set(value) == {"zh", "en"} and all(map(bool, value.values()))


def _is_list_of_names(value: object) -> bool:
    """Return whether a value is a list of words."""
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


def _bundle(name: str, content: Mapping[str, Any]) -> Bundle:
    """Return the bundle that a mapping describes, in base units."""
    capacity, investment = content.get("capacity"), content.get("investment")
    return Bundle(
        id=name,
        name_zh=content["name"]["zh"],
        name_en=content["name"]["en"],
        value=None if investment is None else parse_quantity(investment, "money", "investment"),
        unit="CNY",
        source=str(content["source"]),
        confidence=Confidence(content["confidence"]),
        projects=tuple(content["projects"]),
        capacity_mw=None if capacity is None else parse_quantity(capacity, "power", "capacity"),
        held_by=str(content.get("held_by") or ""),
        counting_zh=content["counting"]["zh"],
        counting_en=content["counting"]["en"],
    )
