"""Dual prices of the laws of a dispatch: what one more unit on the right-hand side would cost.

A solver fills them, the certificate takes them. Any numbers give a valid lower bound; good ones give a tight
one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from qhgrid.dispatch.inputs import Inputs
from qhgrid.dispatch.program import FloatArray, Program, Rows

if TYPE_CHECKING:
    import pypsa


@dataclass(frozen=True)
class Prices:
    """Dual prices, undivided by snapshot weightings; None where a family is not known.

    Frames have snapshots as index and component names as columns. Signs are those of PyPSA's constraints: a
    bus
    price is the cost of one more MW of load in that snapshot.
    """

    bus_balance: pd.DataFrame | None = None
    """[cost/MW]"""
    storage_unit_balance: pd.DataFrame | None = None
    """[cost/MWh]"""
    store_balance: pd.DataFrame | None = None
    """[cost/MWh]"""
    storage_unit_p_set: pd.DataFrame | None = None
    """[cost/MW]"""
    generator_ramp: pd.DataFrame | None = None
    """Sum of the prices of the upward and the downward limit. [cost/MW]"""
    link_ramp: pd.DataFrame | None = None
    process_ramp: pd.DataFrame | None = None
    circulation: pd.DataFrame | None = None
    """Price of one more unit of voltage drop along each branch, columns (component, name). [cost/pu]

    A sum over cycles, and so the same for every choice of cycles.
    """
    generator_e_sum: pd.Series | None = None
    """By generator. [cost/MWh]"""
    global_constraint: pd.Series | None = None
    """By constraint, in cost per unit of its constant."""


def prices_in_tables(network: pypsa.Network) -> Prices:
    """Return what PyPSA keeps of the dual prices in the tables of a solved network.

    PyPSA keeps bus prices always, storage and ramp prices only with ``assign_all_duals=True``, and those of
    Kirchhoff's
    voltage law and of energy sums never.
    """
    weight = network.snapshot_weightings["objective"]
    bus = network.c["Bus"].dynamic["marginal_price"]
    constraints = network.c["GlobalConstraint"].static
    return Prices(
        bus_balance=None if bus.empty else bus.mul(weight, axis=0),
        storage_unit_balance=_table(network, "StorageUnit", "mu_energy_balance"),
        store_balance=_table(network, "Store", "mu_energy_balance"),
        storage_unit_p_set=_table(network, "StorageUnit", "mu_p_set"),
        generator_ramp=_ramp_table(network, "Generator"),
        link_ramp=_ramp_table(network, "Link"),
        process_ramp=_ramp_table(network, "Process"),
        global_constraint=None if constraints.empty else constraints["mu"].astype(float),
    )


def _table(network: pypsa.Network, component: str, attribute: str) -> pd.DataFrame | None:
    """Return a result table, or None where it is empty."""
    frame = network.c[component].dynamic.get(attribute)
    return None if frame is None or frame.empty else frame


def _ramp_table(network: pypsa.Network, component: str) -> pd.DataFrame | None:
    """Return the sum of the prices of both ramp limits, or None where neither is known."""
    both = [_table(network, component, f"mu_ramp_limit_{way}") for way in ("up", "down")]
    known = [frame for frame in both if frame is not None]
    return sum(known[1:], known[0]) if known else None


@dataclass(frozen=True)
class DualVector:
    """Prices in the order of a program's rows."""

    values: FloatArray
    """One per row. [cost/MW or cost/MWh]"""
    missing: tuple[str, ...]
    """Families of rows for which no prices were given; 0 or a recovered price stands there."""


def dual_vector(program: Program, prices: Prices, inputs: Inputs) -> DualVector:
    """Return `prices` in the order of the rows of `program`, with a sign that each row allows."""
    parts: list[FloatArray] = [np.zeros(0)]
    missing: set[str] = set()
    for rows in program.rows:
        values = _given(program, rows, prices)
        if values is None:
            missing.add(rows.family)
            values = _recovered(program, rows, prices, inputs)
        parts.append(np.where(np.isfinite(values), values, 0.0).ravel())
    vector = np.concatenate(parts)
    vector = np.where(np.isneginf(program.row_lower), np.minimum(vector, 0.0), vector)
    vector = np.where(np.isposinf(program.row_upper), np.maximum(vector, 0.0), vector)
    return DualVector(vector, tuple(sorted(missing)))


def _given(program: Program, rows: Rows, prices: Prices) -> FloatArray | None:
    """Return the given prices of a block of rows, or None where the family was not given."""
    given = getattr(prices, "circulation" if rows.family == "cycle" else rows.family)
    if given is None:
        return None
    if isinstance(given, pd.Series):
        return np.asarray(given.reindex(rows.names), dtype=float)[None, :] * rows.scale
    return np.asarray(given.reindex(index=program.snapshots, columns=rows.names), dtype=float) * rows.scale


def _recovered(program: Program, rows: Rows, prices: Prices, inputs: Inputs) -> FloatArray:
    """Return the best prices that follow from the others: those of stores from their bus, the rest 0."""
    if rows.family != "store_balance" or prices.bus_balance is None:
        return np.zeros(rows.lower.shape)
    power = program.block("Store", "p")
    bus = prices.bus_balance.reindex(index=program.snapshots, columns=inputs.text("Store", "bus", rows.names))
    if power is None:
        return np.zeros(rows.lower.shape)
    worth = bus.to_numpy(dtype=float) * inputs.static("Store", "sign", rows.names)
    return np.asarray((worth - power.cost) / inputs.weight_stores[:, None], dtype=float)
