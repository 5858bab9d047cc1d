"""Kirchhoff's voltage law: impedances of the passive branches and independent cycles of their graph.

Computed here from the inputs alone, with a spanning tree of our own, so that a mistake in PyPSA's cycle
basis or in
the dependent values stored in a network would show.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
import pandas as pd

from qhgrid.dispatch.inputs import Inputs
from qhgrid.dispatch.program import BoolArray, FloatArray, IntArray

PASSIVE = ("Line", "Transformer")


@dataclass(frozen=True)
class Branches:
    """The active passive branches of one kind."""

    component: str
    names: pd.Index
    bus0: IntArray
    bus1: IntArray
    reactance: FloatArray
    """Series reactance on a base of 1 MVA, tap ratio included, shape (n,). [pu]"""
    resistance: FloatArray
    s_nom: FloatArray
    """Rating, that of the standard type where one is given, shape (n,). [MVA]"""
    phase_shift: FloatArray
    """Phase shift, shape (n_snapshots, n). [degree]"""


@dataclass(frozen=True)
class Cycle:
    """A closed walk: positions among all branches, the direction of each, the chord that closes it."""

    members: IntArray
    signs: FloatArray
    chord: int


def read_branches(inputs: Inputs, component: str) -> Branches:
    """Return the active lines or transformers with the impedances that PyPSA would calculate."""
    names = inputs.names(component)
    bus0, bus1 = (inputs.bus_positions(component, column, names) for column in ("bus0", "bus1"))
    shift = np.zeros((inputs.n_snapshots, len(names)))
    with np.errstate(divide="ignore", invalid="ignore"):
        if component == "Line":
            reactance, resistance = _line_impedance(inputs, names, bus0)
            s_nom = inputs.static(component, "s_nom", names)
        else:
            reactance, resistance, s_nom, shift = _transformer_impedance(inputs, names)
    return Branches(component, names, bus0, bus1, reactance, resistance, s_nom, shift)


def _line_impedance(inputs: Inputs, names: pd.Index, bus0: IntArray) -> tuple[FloatArray, FloatArray]:
    """Return reactance and resistance of lines on a base of 1 MVA, standard types applied."""
    v_nom = inputs.static("Bus", "v_nom", inputs.buses)[bus0]
    types = inputs.text("Line", "type", names).to_numpy(dtype=object)
    impedance = []
    for attribute in ("x", "r"):
        ohm = inputs.static("Line", attribute, names).copy()
        for i in np.flatnonzero(types != "").tolist():
            per_km = inputs.network.c["LineType"].static.at[types[i], f"{attribute}_per_length"]
            line = inputs.network.c["Line"].static.loc[names[i]]
            ohm[i] = per_km * line["length"] / line["num_parallel"]
        impedance.append(ohm / v_nom**2)
    return impedance[0], impedance[1]


def _transformer_impedance(
    inputs: Inputs, names: pd.Index
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return reactance, resistance, rating and phase shift of transformers, standard types applied."""
    x, r, s_nom, tap = (
        inputs.static("Transformer", a, names).copy() for a in ("x", "r", "s_nom", "tap_ratio")
    )
    shift = np.array(inputs.series("Transformer", "phase_shift", names))
    types = inputs.text("Transformer", "type", names).to_numpy(dtype=object)
    varies = inputs.network.c["Transformer"].dynamic["phase_shift"].columns
    for i in np.flatnonzero(types != "").tolist():
        kind = inputs.network.c["TransformerType"].static.loc[types[i]]
        own = inputs.network.c["Transformer"].static.loc[names[i]]
        r[i] = kind["vscr"] / 100.0
        x[i] = np.sqrt((kind["vsc"] / 100.0) ** 2 - r[i] ** 2)
        r[i], x[i] = r[i] / own["num_parallel"], x[i] / own["num_parallel"]
        s_nom[i] = kind["s_nom"]
        tap[i] = 1.0 + (own["tap_position"] - kind["tap_neutral"]) * kind["tap_step"] / 100.0
        if names[i] not in varies:
            shift[:, i] = kind["phase_shift"]
    return x / s_nom * tap, r / s_nom * tap, s_nom, shift


def find_cycles(n_buses: int, bus0: IntArray, bus1: IntArray, usable: BoolArray) -> list[Cycle]:
    """Return one cycle per branch outside a breadth-first spanning forest.

    Parameters
    ----------
    n_buses : int
        Number of buses.
    bus0, bus1 : ndarray
        Ends of each branch, shape (n,).
    usable : ndarray
        Whether the branch has a finite impedance, shape (n,).

    Returns
    -------
    list of Cycle
        Each runs along its chord from bus0 to bus1 and back through the tree.
    """
    neighbours: list[list[tuple[int, int, float]]] = [[] for _ in range(n_buses)]
    for branch in np.flatnonzero(usable):
        neighbours[bus0[branch]].append((int(branch), int(bus1[branch]), 1.0))
        neighbours[bus1[branch]].append((int(branch), int(bus0[branch]), -1.0))
    parent, depth, tree = _spanning_forest(neighbours)
    chords = [int(b) for b in np.flatnonzero(usable) if int(b) not in tree and bus0[b] != bus1[b]]
    return [_close(chord, int(bus1[chord]), int(bus0[chord]), parent, depth) for chord in chords]


def _spanning_forest(
    neighbours: list[list[tuple[int, int, float]]],
) -> tuple[list[tuple[int, int, float]], list[int], set[int]]:
    """Return per bus the branch to its parent, the parent, the direction there; depths; tree branches."""
    parent = [(-1, -1, 0.0)] * len(neighbours)
    depth = [-1] * len(neighbours)
    tree: set[int] = set()
    for root in range(len(neighbours)):
        if depth[root] >= 0:
            continue
        depth[root] = 0
        queue = deque([root])
        while queue:
            here = queue.popleft()
            for branch, there, direction in neighbours[here]:
                if depth[there] < 0:
                    depth[there] = depth[here] + 1
                    parent[there] = (branch, here, -direction)
                    tree.add(branch)
                    queue.append(there)
    return parent, depth, tree


def _close(chord: int, start: int, end: int, parent: list[tuple[int, int, float]], depth: list[int]) -> Cycle:
    """Return the cycle of `chord` and the way through the tree from `start` to `end`."""
    members, signs = [chord], [1.0]
    while start != end:
        if depth[start] >= depth[end]:
            branch, start, direction = parent[start]
            members, signs = [*members, branch], [*signs, direction]
        else:
            branch, end, direction = parent[end]
            members, signs = [*members, branch], [*signs, -direction]
    return Cycle(np.array(members), np.array(signs), chord)


def carrier_is_ac(inputs: Inputs, bus0: IntArray, bus1: IntArray) -> BoolArray:
    """Return for each branch whether the first bus of its island is on alternating current."""
    first = np.arange(len(inputs.buses))
    changed = True
    while changed:
        least = first.copy()
        np.minimum.at(least, bus0, first[bus1])
        np.minimum.at(least, bus1, least[bus0])
        least = least[least]
        changed = bool((least != first).any())
        first = least
    carriers = inputs.text("Bus", "carrier", inputs.buses).to_numpy(dtype=object)
    return np.asarray(carriers[first[bus0]] == "AC", dtype=bool)
