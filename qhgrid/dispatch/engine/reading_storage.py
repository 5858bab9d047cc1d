r"""Storage units and stores, read hour by hour.

A store needs no column for its power. With level :math:`e_t`, the share :math:`k_t` of it that is kept
over an hour and the length :math:`w_t` of the hour, its power is

.. math:: p_t = (k_t e_{t-1} - e_t) / w_t

and stands so in the balance of its bus and in the cost.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from qhgrid.dispatch.engine.reading_draft import ProblemDraft
from qhgrid.dispatch.engine.reading_power import pinned, priced
from qhgrid.dispatch.inputs import Inputs, scaled
from qhgrid.dispatch.program import BoolArray, FloatArray, IntArray

UNIT = "StorageUnit"


def kept_share(inputs: Inputs, component: str, names: pd.Index) -> FloatArray:
    """Return the share of the level that is left after each hour, shape (n_hours, n)."""
    loss = inputs.series(component, "standing_loss", names)
    if not loss.any():
        return np.ones(loss.shape)
    share: FloatArray = (1.0 - loss) ** inputs.weight_stores[:, None]
    return share


def initial_level(
    inputs: Inputs, component: str, attribute: str, names: pd.Index, is_cyclic: BoolArray
) -> FloatArray:
    """Return the level before the first hour, 0 where it is cyclic, in MWh, shape (n,)."""
    return np.where(is_cyclic, 0.0, inputs.static(component, attribute, names))


def read_storage_units(inputs: Inputs, draft: ProblemDraft, balance: IntArray) -> None:
    """Add discharge, charge, level and spill of storage units, and the balance of each level."""
    names = inputs.names(UNIT)
    if names.empty:
        return
    hours = inputs.weight_stores[:, None]
    out, into = _read_unit_power(inputs, draft, balance, names)
    most = scaled(inputs.static(UNIT, "max_hours", names), inputs.static(UNIT, "p_nom", names))
    shape = (inputs.n_snapshots, len(names))
    limits = (np.zeros(shape), np.broadcast_to(most, shape))
    limits = pinned(inputs, UNIT, "state_of_charge_set", names, limits)
    cost = priced(inputs, UNIT, "marginal_cost_storage", names)
    level = draft.add_columns(UNIT, "state_of_charge", names, limits, cost, "MWh")
    inflow = inputs.series(UNIT, "inflow", names)
    most_spilt = (np.zeros(shape), np.maximum(inflow, 0.0))
    spill = draft.add_columns(UNIT, "spill", names, most_spilt, priced(inputs, UNIT, "spill_cost", names))

    is_cyclic = inputs.flag(UNIT, "cyclic_state_of_charge", names)
    side = -hours * inflow
    rows = draft.add_rows("storage_unit_balance", UNIT, names, (side, side), "MWh")
    draft.shift_first(rows, -initial_level(inputs, UNIT, "state_of_charge_initial", names, is_cyclic))
    draft.add_now(rows, out, -hours / inputs.series(UNIT, "efficiency_dispatch", names))
    draft.add_now(rows, into, hours * inputs.series(UNIT, "efficiency_store", names))
    draft.add_now(rows, level, -1.0)
    draft.add_now(rows, spill, np.broadcast_to(-hours, shape))
    draft.add_before(rows, level, kept_share(inputs, UNIT, names), is_cyclic)


def _read_unit_power(
    inputs: Inputs, draft: ProblemDraft, balance: IntArray, names: pd.Index
) -> tuple[IntArray, IntArray]:
    """Add discharge and charge of storage units, and the set points of what they feed in net."""
    p_nom = inputs.static(UNIT, "p_nom", names)
    nothing = np.zeros((inputs.n_snapshots, len(names)))
    most_out = scaled(inputs.series(UNIT, "p_max_pu", names), p_nom)
    most_in = scaled(-inputs.series(UNIT, "p_min_pu", names), p_nom)
    limits = pinned(inputs, UNIT, "p_dispatch_set", names, (nothing, most_out))
    out = draft.add_columns(UNIT, "p_dispatch", names, limits, priced(inputs, UNIT, "marginal_cost", names))
    limits = pinned(inputs, UNIT, "p_store_set", names, (nothing, most_in))
    into = draft.add_columns(UNIT, "p_store", names, limits)
    rows = balance[inputs.bus_positions(UNIT, "bus", names)]
    sign = inputs.static(UNIT, "sign", names)
    draft.add_now(rows, out, sign)
    draft.add_now(rows, into, -sign)
    goal = inputs.series(UNIT, "p_set", names)
    chosen = np.flatnonzero(~np.isnan(goal).all(axis=0))
    if chosen.size:
        rows = draft.add_rows("storage_unit_p_set", UNIT, names[chosen], _where_set(goal[:, chosen]))
        draft.add_now(rows, out[chosen], 1.0)
        draft.add_now(rows, into[chosen], -1.0)
    return out, into


def _where_set(goal: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return sides of rows that hold where `goal` is a number."""
    return np.where(np.isnan(goal), -np.inf, goal), np.where(np.isnan(goal), np.inf, goal)


def read_stores(inputs: Inputs, draft: ProblemDraft, balance: IntArray) -> None:
    """Add the levels of stores; what they feed in follows from them."""
    names = inputs.names("Store")
    if names.empty:
        return
    e_nom = inputs.static("Store", "e_nom", names)
    least, most = (scaled(inputs.series("Store", f"e_{end}_pu", names), e_nom) for end in ("min", "max"))
    limits = pinned(inputs, "Store", "e_set", names, (least, most))
    is_cyclic = inputs.flag("Store", "e_cyclic", names)
    kept = kept_share(inputs, "Store", names)
    initial = initial_level(inputs, "Store", "e_initial", names, is_cyclic)
    hours = inputs.weight_stores[:, None]

    per_level = priced(inputs, "Store", "marginal_cost", names) / hours
    draft.constant += float(initial @ per_level[0])
    passed_on = kept * per_level
    passed_on[0] = np.where(is_cyclic, passed_on[0], 0.0)
    cost = priced(inputs, "Store", "marginal_cost_storage", names)
    cost = cost - per_level + np.roll(passed_on, -1, axis=0)
    level = draft.add_columns("Store", "e", names, limits, cost, "MWh")

    sign = inputs.static("Store", "sign", names)
    rows = balance[inputs.bus_positions("Store", "bus", names)]
    draft.shift_first(rows, -sign * initial / hours[0])
    draft.add_now(rows, level, -sign / hours)
    draft.add_before(rows, level, sign * kept / hours, is_cyclic)
    goal = inputs.series("Store", "p_set", names)
    chosen = np.flatnonzero(~np.isnan(goal).all(axis=0))
    if chosen.size:
        rows = draft.add_rows("store_p_set", "Store", names[chosen], _where_set(goal[:, chosen]))
        draft.shift_first(rows, -initial[chosen] / hours[0])
        draft.add_now(rows, level[chosen], np.broadcast_to(-1.0 / hours, (len(hours), chosen.size)))
        draft.add_before(rows, level[chosen], (kept / hours)[:, chosen], is_cyclic[chosen])
