"""The rule file: what each step asks for, and the items of the gates K1–K4; anyone may write another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

from qhgrid.errors import Fault, LifecycleError
from qhgrid.lifecycle.states import State
from qhgrid.shipped import data_folder

TESTS = ("contribution", "quote", "debt_cover", "co2")
"""What can be computed, by :mod:`qhgrid.lifecycle.computed`."""


@dataclass(frozen=True)
class Need:
    """Documents that a step asks for."""

    least: int
    zh: str
    en: str


@dataclass(frozen=True)
class Item:
    """An item of a gate.

    Parameters
    ----------
    name : str
        Gate and item, such as ``K1.macro_control``.
    zh, en : str
        What it asks.
    test : str
        The test of :data:`TESTS` that computes it; empty where a document must answer.
    """

    name: str
    zh: str
    en: str
    test: str = ""


@dataclass(frozen=True)
class Rules:
    """A rule file as it was read."""

    path: Path
    sha256: str
    needs: Mapping[State, Need]
    items: tuple[Item, ...]


def shipped_rules() -> Path:
    """Return the rule file that comes with qhgrid."""
    return data_folder() / "lifecycle" / "gates.yaml"


def read_rules(path: Path | None = None) -> Rules:
    """Return the rules of a file, by default the shipped one.

    Raises
    ------
    LifecycleError
        If the file cannot be read, or says what no rule file can; holds every fault.
    """
    place = shipped_rules() if path is None else path
    try:
        data = place.read_bytes()
        content = yaml.safe_load(data.decode("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        words = " ".join(str(error).split())
        raise LifecycleError(
            Fault(str(place), f"cannot be read as rules: {words}", "Begin from data/lifecycle/gates.yaml.")
        ) from error
    faults = list(_faults(content, str(place)))
    if faults:
        raise LifecycleError(faults)
    needs = {State(name): Need(**need) for name, need in (content.get("needs") or {}).items()}
    return Rules(place, sha256(data).hexdigest(), needs, tuple(_items(content["gates"])))


def _items(gates: Mapping[str, Any]) -> Iterator[Item]:
    """Yield the items of all gates, in the order of the file."""
    for gate, content in gates.items():
        for name, item in content["items"].items():
            yield Item(f"{gate}.{name}", item["zh"], item["en"], str(item.get("test") or ""))


def _faults(content: object, where: str) -> Iterator[Fault]:
    """Say what is wrong with the content of a rule file."""
    mend = "Begin from data/lifecycle/gates.yaml."
    if not isinstance(content, dict) or not isinstance(content.get("gates"), dict) or not content["gates"]:
        yield Fault(where, "has no gates", mend)
        return
    yield from _need_faults(content.get("needs") or {}, where, mend)
    for gate, body in content["gates"].items():
        items = body.get("items") if isinstance(body, dict) else None
        if not isinstance(items, dict) or not items:
            yield Fault(f"{where}: {gate}", "has no items", mend)
            continue
        for name, item in items.items():
            yield from _item_faults(f"{where}: {gate}.{name}", item, mend)


def _need_faults(needs: object, where: str, mend: str) -> Iterator[Fault]:
    """Say what is wrong with the documents that steps ask for."""
    if not isinstance(needs, dict):
        yield Fault(f"{where}: needs", "is no list of states", mend)
        return
    for name, need in needs.items():
        if name not in set(State):
            yield Fault(f"{where}: needs.{name}", "is no state", f"Use one of: {', '.join(State)}.")
        is_whole = isinstance(need, dict) and set(need) == {"least", "zh", "en"}
        if not is_whole or not isinstance(need["least"], int) or isinstance(need["least"], bool):
            yield Fault(f"{where}: needs.{name}", "does not give least, zh and en", mend)


def _item_faults(where: str, item: object, mend: str) -> Iterator[Fault]:
    """Say what is wrong with an item of a gate."""
    if not isinstance(item, dict) or not {"zh", "en", "by"} <= set(item) <= {"zh", "en", "by", "test"}:
        yield Fault(where, "does not give zh, en and by (and test where computed)", mend)
    elif item["by"] not in ("attached", "computed"):
        yield Fault(where, f"by: {item['by']!r} is unknown", "Write attached or computed.")
    elif (item["by"] == "computed") != (item.get("test") in TESTS):
        what = f"test: {item.get('test')!r} does not fit by: {item['by']}"
        yield Fault(where, what, f"A computed item names one of: {', '.join(TESTS)}; an attached one none.")
