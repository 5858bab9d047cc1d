"""Places of the keys of a merged scenario, for messages."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, TypeAlias

from qhgrid.scenario.tree import Branch, Leaf, Node, Place, Row

if TYPE_CHECKING:
    from collections.abc import Iterable

Path: TypeAlias = tuple[str | int, ...]
"""Keys and list positions from the top of a scenario down to a value."""


@dataclass(frozen=True)
class Marks:
    """Where each key of a scenario was written.

    Parameters
    ----------
    root : Branch
        Merged tree of the scenario.
    """

    root: Branch

    def place(self, path: Path) -> Place:
        """Return the place of a key; where it was left to default, that of the nearest key above it."""
        return self._walk(path)[1]

    def node(self, path: Path) -> Node | None:
        """Return the node at a path, or None where nothing was written."""
        node, _, depth = self._walk(path)
        return node if depth == len(path) else None

    def where(self, path: Path) -> str:
        """Return ``file:line: key.path`` of a key, or the setting of the command line that wrote it."""
        place, name = str(self.place(path)), self.name(path)
        says_name = place.startswith((f"--set {name}=", f"--set {name}."))
        return f"{place}: {name}" if name and not says_name else place

    def name(self, path: Path) -> str:
        """Return the dotted name of a path; a list entry goes by its ``id`` or ``key``, else by number."""
        parts: list[str] = []
        for depth, step in enumerate(path):
            if isinstance(step, str):
                parts.append(step)
                continue
            entry = self.node(path[: depth + 1])
            known = name_of(entry)
            if known:
                parts.append(known)
            elif parts:
                parts[-1] += f"[{step + 1}]"
        return ".".join(parts)

    def _walk(self, path: Path) -> tuple[Node, Place, int]:
        """Return the deepest node on the way to a path, its place, and how many steps led there."""
        node: Node = self.root
        place = self.root.place
        for depth, step in enumerate(path):
            if isinstance(node, Branch) and isinstance(step, str) and step in node.items:
                place = node.places[step]
                node = node.items[step]
            elif isinstance(node, Row) and isinstance(step, int) and step < len(node.items):
                node = node.items[step]
                place = node.place
            else:
                return node, place, depth
        return node, place, len(path)


def name_of(entry: Node | None) -> str:
    """Return the ``id`` or ``key`` of a list entry, or nothing."""
    if isinstance(entry, Branch):
        for key in ("id", "key"):
            leaf = entry.items.get(key)
            if isinstance(leaf, Leaf) and isinstance(leaf.value, str):
                return leaf.value
    return ""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word most like a misspelt one, or None if none is like it."""
    words = sorted(known)
    folded = {name.lower().replace("-", "_"): name for name in reversed(words)}
    found = get_close_matches(word.lower().replace("-", "_")[:80], list(folded), n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def suggest(word: str, known: Iterable[str], what: str = "one of") -> str:
    """Return the mend for a misspelt word: the nearest known one, or all of them if none is near."""
    words = sorted(known)
    near = nearest(word, words)
    if near:
        return f"Did you mean {near!r}?"
    return f"Use {what}: {', '.join(words)}." if words else "Leave it out."
