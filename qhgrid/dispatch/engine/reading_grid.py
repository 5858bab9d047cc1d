"""Lines and transformers, read hour by hour: flows, free phase shifts, Kirchhoff's voltage law."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from qhgrid.dispatch.cycles import PASSIVE, Branches, Cycle, carrier_is_ac, find_cycles, read_branches
from qhgrid.dispatch.engine.reading_draft import ProblemDraft
from qhgrid.dispatch.inputs import Inputs, scaled
from qhgrid.dispatch.program import FloatArray, IntArray

RADIAN_PER_DEGREE = np.pi / 180.0


@dataclass(frozen=True)
class Grid:
    """All passive branches, lines first, and their independent cycles."""

    kinds: tuple[Branches, ...]
    labels: tuple[tuple[str, str], ...]
    """Component and name of each branch."""
    impedance: FloatArray
    """What counts in the voltage law: reactance, or resistance on direct current, shape (n,). [pu]"""
    cycles: tuple[Cycle, ...]
    """Those with an impedance somewhere."""
    scale: FloatArray
    """Greatest impedance of each cycle, by which its row is divided: the row is then in MW. [pu]"""

    @property
    def names(self) -> pd.Index:
        """Return component and name of the branch that closes each cycle."""
        return pd.Index([self.labels[cycle.chord] for cycle in self.cycles], tupleize_cols=False)


def read_topology(inputs: Inputs) -> Grid:
    """Return the passive branches of a network and their cycles."""
    kinds = tuple(read_branches(inputs, component) for component in PASSIVE)
    bus0, bus1, reactance, resistance = (
        np.concatenate([getattr(kind, a) for kind in kinds])
        for a in ("bus0", "bus1", "reactance", "resistance")
    )
    impedance = np.where(carrier_is_ac(inputs, bus0, bus1), reactance, resistance)
    found = find_cycles(len(inputs.buses), bus0, bus1, np.isfinite(reactance))
    cycles = tuple(cycle for cycle in found if impedance[cycle.members].any())
    scale = np.array([np.abs(impedance[cycle.members]).max() for cycle in cycles])
    labels = tuple((kind.component, str(name)) for kind in kinds for name in kind.names)
    return Grid(kinds, labels, impedance, cycles, scale)


def read_grid(inputs: Inputs, draft: ProblemDraft, balance: IntArray) -> None:
    """Add the flows of lines and transformers, and the voltage law around each cycle."""
    grid = read_topology(inputs)
    flows = []
    for kind in grid.kinds:
        flow = draft.add_columns(kind.component, "s", kind.names, _flow_limits(inputs, kind))
        draft.add_now(balance[kind.bus0], flow, -1.0)
        draft.add_now(balance[kind.bus1], flow, 1.0)
        flows.append(flow)
    angles = _read_free_angles(inputs, draft, grid.kinds[1])
    if grid.cycles:
        angles = np.concatenate([np.full(len(flows[0]), -1), angles])
        _read_cycles(draft, grid, np.concatenate(flows), angles)


def _flow_limits(inputs: Inputs, kind: Branches) -> tuple[FloatArray, FloatArray]:
    """Return the limits of flow by rating and by the angle between the ends, in MW, shape (n_hours, n)."""
    rating = scaled(inputs.series(kind.component, "s_max_pu", kind.names), kind.s_nom)
    widest = inputs.static(kind.component, "v_ang_max", kind.names) * RADIAN_PER_DEGREE
    limited = np.flatnonzero(
        np.isfinite(widest)
        & np.isfinite(kind.reactance)
        & (kind.reactance != 0.0)
        & _heeds_angles(inputs, kind)
    )
    lower, upper = -rating, np.array(rating)
    x = kind.reactance[limited]
    ahead = kind.phase_shift[:, limited] * RADIAN_PER_DEGREE
    lower[:, limited] = np.maximum(lower[:, limited], (-widest[limited] - ahead) / x)
    upper[:, limited] = np.minimum(upper[:, limited], (widest[limited] - ahead) / x)
    return lower, upper


def _heeds_angles(inputs: Inputs, kind: Branches) -> FloatArray:
    """Return whether a limit on the angle counts: always for transformers, on AC for lines."""
    if kind.component != "Line":
        return np.ones(len(kind.names), dtype=bool)
    carrier = inputs.text("Line", "carrier", kind.names).to_numpy(dtype=object)
    bus_carrier = inputs.text("Bus", "carrier", inputs.buses).to_numpy(dtype=object)[kind.bus0]
    return np.asarray(np.where(carrier == "", bus_carrier, carrier) == "AC", dtype=bool)


def _read_free_angles(inputs: Inputs, draft: ProblemDraft, transformers: Branches) -> IntArray:
    """Add the phase shifts that are free, in degrees; return their positions, -1 for a fixed one."""
    names = transformers.names
    least, most = (inputs.static("Transformer", f"phase_shift_{end}", names) for end in ("min", "max"))
    free = np.flatnonzero(least < most)
    position = np.full(len(names), -1)
    position[free] = draft.add_columns("Transformer", "phase_shift", names[free], (least[free], most[free]))
    return position


def _read_cycles(draft: ProblemDraft, grid: Grid, flows: IntArray, angles: IntArray) -> None:
    """Add one row for each cycle: the voltage drops around it add up to 0, in units of its greatest one."""
    fixed = np.concatenate([kind.phase_shift for kind in grid.kinds], axis=1) * RADIAN_PER_DEGREE
    fixed = np.where(angles >= 0, 0.0, fixed)
    side = np.stack([-fixed[:, c.members] @ c.signs for c in grid.cycles], axis=1) / grid.scale
    rows = draft.add_rows("cycle", "Cycle", grid.names, (side, side))
    for row, cycle, scale in zip(rows, grid.cycles, grid.scale, strict=True):
        here = np.full(len(cycle.members), row)
        draft.add_now(here, flows[cycle.members], cycle.signs * grid.impedance[cycle.members] / scale)
        draft.add_now(here, angles[cycle.members], cycle.signs * RADIAN_PER_DEGREE / scale)
