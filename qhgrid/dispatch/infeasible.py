"""Why a network has no plan, in words: what contradicts itself, and where it is short."""

from __future__ import annotations

import numpy as np

from qhgrid.dispatch.program import FloatArray, IntArray, Program
from qhgrid.errors import Fault

MOST_SHOWN = 5
SLACK = 1e-6
"""Contradictions below this share of the quantities concerned are left to the solver's tolerance."""

_MEND = {
    "bus_balance": "Add supply or a line there, lower the fixed feed-in, or dispatch with the elastic layer.",
    "storage_unit_balance": "Look at state_of_charge_set, state_of_charge_initial, inflow and max_hours.",
    "store_balance": "Look at e_set, e_initial, e_min_pu and e_max_pu.",
    "storage_unit_p_set": "Set p_set within p_min_pu and p_max_pu of p_nom.",
    "cycle": "Look at the ratings and the phase shifts around the cycle.",
    "generator_e_sum": "Set e_sum_min and e_sum_max within what p_min_pu and p_max_pu allow.",
    "global_constraint": "Relax the constant of the constraint.",
}
_WORDS = {
    "bus_balance": "load or feed-in is more than everything connected can serve or take",
    "storage_unit_balance": "no charge, discharge and spill can lead from one level to the next",
    "store_balance": "no charge or discharge can lead from one level to the next",
    "storage_unit_p_set": "p_set is outside the limits of charge and discharge",
    "cycle": "Kirchhoff's voltage law cannot hold within the ratings",
    "generator_e_sum": "the energy of the horizon is outside e_sum_min and e_sum_max at any dispatch",
    "global_constraint": "the constraint cannot hold at any dispatch",
}
_RAMP = (
    "ramp_limit_up or ramp_limit_down cannot hold within the limits of power",
    "Widen the ramp limits or p_init.",
)


def contradictions(program: Program) -> tuple[Fault, ...]:
    """Return the bounds and laws that no plan can keep, whatever everything else does, at most a few."""
    faults = [
        _bound_fault(program, int(j)) for j in _worst(program.lower - program.upper, _size_of_bounds(program))
    ]
    is_open = program.lower <= program.upper
    lower, upper = np.where(is_open, program.lower, -np.inf), np.where(is_open, program.upper, np.inf)
    least, most, size = _activity(program, lower, upper)
    excess = np.maximum(program.row_lower - most, least - program.row_upper)
    return tuple(faults + [_row_fault(program, int(i)) for i in _worst(excess, size)])


def _size_of_bounds(program: Program) -> FloatArray:
    """Return the size of each column's finite bounds, at least 1."""
    bounds = np.abs(np.stack([program.lower, program.upper]))
    sizes: FloatArray = np.where(np.isfinite(bounds), bounds, 0.0).max(axis=0, initial=1.0)
    return sizes


def _activity(
    program: Program, lower: FloatArray, upper: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the least and the greatest value of each row within the bounds, and the size of what adds up."""
    matrix = program.matrix.tocoo()
    row, column = matrix.coords
    positive = matrix.data > 0
    n_rows = matrix.shape[0]
    least = matrix.data * np.where(positive, lower[column], upper[column])
    most = matrix.data * np.where(positive, upper[column], lower[column])
    size = np.bincount(row, np.where(np.isfinite(least), np.abs(least), 0.0), n_rows)
    size += np.bincount(row, np.where(np.isfinite(most), np.abs(most), 0.0), n_rows)
    totals = [np.asarray(np.bincount(row, part, n_rows), dtype=float) for part in (least, most)]
    return totals[0], totals[1], np.maximum(size, 1.0)


def _worst(excess: FloatArray, size: FloatArray) -> IntArray:
    """Return the positions of the largest excesses above the slack, largest first."""
    found = np.flatnonzero(excess > SLACK * size)
    return found[np.argsort(-excess[found], kind="stable")][:MOST_SHOWN]


def _bound_fault(program: Program, position: int) -> Fault:
    """Return what to say of a column whose lower bound is above its upper bound."""
    component, name, attribute, snapshot = program.column_name(position)
    low, high = program.lower[position], program.upper[position]
    what = f"{attribute} must be at least {low:g} and at most {high:g}"
    return Fault(
        f"{component} {name} at {snapshot}", what, "Look at its limits per unit, nominal value and set point."
    )


def _row_fault(program: Program, position: int) -> Fault:
    """Return what to say of a row that cannot hold."""
    component, name, family, snapshot = program.row_name(position)
    what, mend = _RAMP if family.endswith("_ramp") else (_WORDS[family], _MEND[family])
    when = "" if snapshot is None else f" at {snapshot}"
    return Fault(f"{component} {name}{when}", what, mend)
