"""The coalitions of a scenario as problems: a frame for each set of lines, and shifts for all other projects.

Most projects leave the matrix as it is (:mod:`qhgrid.value.cube`). Those that do not, lines above all, make
a frame of their own, which is built anew; there are few of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qhgrid.dispatch.engine.problem import Problem
from qhgrid.value.cube import Shift, is_same, moved_to, shift_between, without_shifts

if TYPE_CHECKING:
    import pypsa

    from qhgrid.value.players import Cast

Build = Callable[[frozenset[str]], "pypsa.Network"]
"""Builds the network without some parts, elastic layer included."""


@dataclass(frozen=True)
class Frame:
    """The case without some of the projects that change the matrix, all others being there."""

    network: pypsa.Network
    problem: Problem


@dataclass(frozen=True)
class Atom:
    """Parts that go together: those that the same projects stand for."""

    carriers: frozenset[str]
    parts: frozenset[str]
    shift: Shift | None = None
    """What goes with it; None where it changes the matrix."""


@dataclass
class Field:
    """All coalitions of a scenario.

    Parameters
    ----------
    atoms : tuple of Atom
        Sorted by their carriers.
    """

    atoms: tuple[Atom, ...]
    _frames: dict[frozenset[str], Frame] = field(default_factory=dict)
    _shifts: dict[tuple[frozenset[str], frozenset[str]], Shift] = field(default_factory=dict)

    def __getstate__(self) -> dict[str, object]:
        """Return what a worker needs; frames are built again."""
        return {"atoms": self.atoms, "_frames": {}, "_shifts": {}}

    @property
    def is_plain(self) -> bool:
        """Whether every atom has one carrier, so that projects are free of one another."""
        return all(len(atom.carriers) == 1 for atom in self.atoms)

    def fixed(self) -> tuple[Atom, ...]:
        """Return the atoms that change the matrix."""
        return tuple(atom for atom in self.atoms if atom.shift is None)

    def absent(self, members: frozenset[str]) -> tuple[Atom, ...]:
        """Return the atoms that are gone when only `members` are built."""
        return tuple(atom for atom in self.atoms if not atom.carriers & members)

    def frame(self, missing: frozenset[str], build: Build) -> Frame:
        """Return the case without the parts `missing`, all others being there."""
        if missing not in self._frames:
            network = build(missing)
            self._frames[missing] = Frame(network, Problem.from_network(network))
        return self._frames[missing]

    def case(self, members: frozenset[str], build: Build) -> tuple[frozenset[str], Frame, Problem]:
        """Return what the frame of a coalition lacks, the frame, and the coalition's problem in it."""
        absent = self.absent(members)
        missing = frozenset(part for atom in absent if atom.shift is None for part in atom.parts)
        frame = self.frame(missing, build)
        shifts = [self.shift(atom, missing, build) for atom in absent if atom.shift is not None]
        return missing, frame, without_shifts(frame.problem, shifts)

    def shift(self, atom: Atom, missing: frozenset[str], build: Build) -> Shift:
        """Return what goes with an atom in the frame without the parts `missing`."""
        assert atom.shift is not None
        if not missing:
            return atom.shift
        key = (missing, atom.carriers)
        if key not in self._shifts:
            whole, frame = self.frame(frozenset(), build), self.frame(missing, build)
            self._shifts[key] = moved_to(atom.shift, whole.problem, frame.problem)
        return self._shifts[key]


def read_field(cast: Cast, build: Build) -> Field | None:
    """Return all coalitions of a scenario; None where projects do not add up to the case without them."""
    whole = Problem.from_network(build(frozenset()))
    parts: dict[frozenset[str], set[str]] = {}
    for part in sorted({part for player in cast.players for part in player.elements}):
        carriers = frozenset(player.id for player in cast.players if part in player.elements)
        parts.setdefault(carriers, set()).add(part)
    atoms = []
    for carriers in sorted(parts, key=sorted):
        gone = frozenset(parts[carriers])
        atoms.append(Atom(carriers, gone, shift_between(whole, Problem.from_network(build(gone)))))
    movable = [atom for atom in atoms if atom.shift is not None]
    gone = frozenset(part for atom in movable for part in atom.parts)
    nothing = without_shifts(whole, [atom.shift for atom in movable if atom.shift is not None])
    if not is_same(nothing, Problem.from_network(build(gone))):
        return None
    return Field(tuple(atoms))
