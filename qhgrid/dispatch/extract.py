"""From a PyPSA network to the linear program of its dispatch, read from the inputs alone.

This is the certificate's own reading of what PyPSA's linear dispatch means; it shares no code with PyPSA's
model
builder nor with any solver. Signs of rows follow PyPSA, so that dual values can be compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from qhgrid.dispatch.extract_laws import add_e_sums, add_global_constraints, add_kirchhoff, add_ramps
from qhgrid.dispatch.inputs import Inputs, delayed_source, scaled
from qhgrid.dispatch.program import BoolArray, Columns, FloatArray, IntArray, Program, ProgramBuilder, Rows

if TYPE_CHECKING:
    import pypsa


def read_program(network: pypsa.Network) -> Program:
    """Return the linear program of the dispatch of `network`.

    Parameters
    ----------
    network : pypsa.Network
        A network inside the supported subset (:mod:`qhgrid.dispatch.support`); only inputs are read.

    Returns
    -------
    Program
        Rows of families ``bus_balance``, ``storage_unit_balance``, ``store_balance``, ``cycle``, ``…_ramp``,
        ``storage_unit_p_set``, ``generator_e_sum`` and ``global_constraint``.
    """
    inputs = Inputs(network)
    builder = ProgramBuilder(inputs.snapshots)
    balance = _add_bus_balance(inputs, builder)
    _add_generators(inputs, builder, balance)
    _add_storage_units(inputs, builder, balance)
    _add_stores(inputs, builder, balance)
    for component in ("Link", "Process"):
        _add_links(inputs, builder, balance, component)
    add_kirchhoff(inputs, builder, balance)
    for component in ("Generator", "Link", "Process"):
        add_ramps(inputs, builder, component)
    add_e_sums(inputs, builder)
    add_global_constraints(inputs, builder)
    return builder.build()


def _add_bus_balance(inputs: Inputs, builder: ProgramBuilder) -> Rows:
    """Add the balance of every bus: what arrives equals the load."""
    loads = inputs.names("Load")
    power = -inputs.series("Load", "p_set", loads) * inputs.static("Load", "sign", loads)
    demand = np.zeros((inputs.n_snapshots, len(inputs.buses)))
    np.add.at(demand.T, inputs.bus_positions("Load", "bus", loads), power.T)
    return builder.add_rows("bus_balance", "Bus", inputs.buses, (demand, demand))


def _fixed(
    inputs: Inputs, component: str, attribute: str, names: pd.Index, bounds: tuple[FloatArray, FloatArray]
) -> tuple[FloatArray, FloatArray]:
    """Return `bounds` tightened to the set point `attribute` where it is a number."""
    given = inputs.series(component, attribute, names)
    if np.isnan(given).all():
        return bounds
    lower, upper = bounds
    is_set = ~np.isnan(given)
    return np.where(is_set, np.fmax(lower, given), lower), np.where(is_set, np.fmin(upper, given), upper)


def _price(inputs: Inputs, component: str, attribute: str, names: pd.Index) -> FloatArray:
    """Return a cost per unit and snapshot, weighting included."""
    return inputs.series(component, attribute, names) * inputs.weight_objective[:, None]


def _power_bounds(inputs: Inputs, component: str, names: pd.Index) -> tuple[FloatArray, FloatArray]:
    """Return the limits of p of generators, links and processes, set points applied, in MW."""
    p_nom = inputs.static(component, "p_nom", names)
    lower = scaled(inputs.series(component, "p_min_pu", names), p_nom)
    upper = scaled(inputs.series(component, "p_max_pu", names), p_nom)
    return _fixed(inputs, component, "p_set", names, (lower, upper))


def _inject(
    inputs: Inputs, builder: ProgramBuilder, balance: Rows, columns: Columns, factor: FloatArray | float
) -> None:
    """Let `columns` feed their bus with `factor` per unit."""
    buses = inputs.bus_positions(columns.component, "bus", columns.names)
    builder.add_entries(balance.positions(buses), columns.positions(), factor)


def _add_generators(inputs: Inputs, builder: ProgramBuilder, balance: Rows) -> None:
    """Add the power of generators."""
    names = inputs.names("Generator")
    bounds = _power_bounds(inputs, "Generator", names)
    power = builder.add_columns(
        "Generator", "p", names, bounds, _price(inputs, "Generator", "marginal_cost", names)
    )
    _inject(inputs, builder, balance, power, inputs.static("Generator", "sign", names))


def _previous(inputs: Inputs, is_cyclic: BoolArray, loss: FloatArray) -> FloatArray:
    """Return what is left of the level before, (n_snapshots, n); 0 where the initial level counts."""
    kept = (1.0 - loss) ** inputs.weight_stores[:, None]
    kept[0] = np.where(is_cyclic, kept[0], 0.0)
    return kept


def _add_level(builder: ProgramBuilder, rows: Rows, level: Columns, kept: FloatArray) -> None:
    """Add ``kept * level(t - 1) - level(t)`` to the storage balance `rows`."""
    positions = level.positions()
    builder.add_entries(rows.positions(), positions, -1.0)
    builder.add_entries(rows.positions(), np.roll(positions, 1, axis=0), kept)


def _add_storage_units(inputs: Inputs, builder: ProgramBuilder, balance: Rows) -> None:
    """Add charge, discharge, level and spill of storage units, and the balance of each."""
    unit = "StorageUnit"
    names = inputs.names(unit)
    if names.empty:
        return
    hours = inputs.weight_stores[:, None]
    dispatch, store = _storage_power(inputs, builder, balance, names)
    p_nom = inputs.static(unit, "p_nom", names)
    zero = np.zeros((inputs.n_snapshots, len(names)))
    top = scaled(inputs.static(unit, "max_hours", names), p_nom) + zero
    bounds = _fixed(inputs, unit, "state_of_charge_set", names, (zero, top))
    cost = _price(inputs, unit, "marginal_cost_storage", names)
    level = builder.add_columns(unit, "state_of_charge", names, bounds, cost, "MWh")

    inflow = inputs.series(unit, "inflow", names)
    is_cyclic = inputs.flag(unit, "cyclic_state_of_charge", names)
    side = -inflow * hours
    side[0] -= np.where(is_cyclic, 0.0, inputs.static(unit, "state_of_charge_initial", names))
    rows = builder.add_rows("storage_unit_balance", unit, names, (side, side), "MWh")
    builder.add_entries(
        rows.positions(), dispatch.positions(), -hours / inputs.series(unit, "efficiency_dispatch", names)
    )
    builder.add_entries(
        rows.positions(), store.positions(), hours * inputs.series(unit, "efficiency_store", names)
    )
    _add_level(
        builder, rows, level, _previous(inputs, is_cyclic, inputs.series(unit, "standing_loss", names))
    )
    _add_spill(inputs, builder, rows, inflow)


def _storage_power(
    inputs: Inputs, builder: ProgramBuilder, balance: Rows, names: pd.Index
) -> tuple[Columns, Columns]:
    """Add discharge and charge of storage units, and the set points of their difference."""
    unit = "StorageUnit"
    p_nom = inputs.static(unit, "p_nom", names)
    sign = inputs.static(unit, "sign", names)
    zero = np.zeros((inputs.n_snapshots, len(names)))
    out = _fixed(
        inputs, unit, "p_dispatch_set", names, (zero, scaled(inputs.series(unit, "p_max_pu", names), p_nom))
    )
    into = _fixed(
        inputs, unit, "p_store_set", names, (zero, scaled(-inputs.series(unit, "p_min_pu", names), p_nom))
    )
    dispatch = builder.add_columns(
        unit, "p_dispatch", names, out, _price(inputs, unit, "marginal_cost", names)
    )
    store = builder.add_columns(unit, "p_store", names, into)
    _inject(inputs, builder, balance, dispatch, sign)
    _inject(inputs, builder, balance, store, -sign)
    given = inputs.series(unit, "p_set", names)
    chosen = np.flatnonzero(~np.isnan(given).all(axis=0))
    if chosen.size:
        goal = given[:, chosen]
        sides = (np.where(np.isnan(goal), -np.inf, goal), np.where(np.isnan(goal), np.inf, goal))
        rows = builder.add_rows("storage_unit_p_set", unit, names[chosen], sides)
        builder.add_entries(rows.positions(), dispatch.positions(chosen), 1.0)
        builder.add_entries(rows.positions(), store.positions(chosen), -1.0)
    return dispatch, store


def _add_spill(inputs: Inputs, builder: ProgramBuilder, rows: Rows, inflow: FloatArray) -> None:
    """Add the spill of storage units; no more can be spilled than flows in."""
    most = np.maximum(inflow, 0.0)
    cost = _price(inputs, "StorageUnit", "spill_cost", rows.names)
    spill = builder.add_columns("StorageUnit", "spill", rows.names, (np.zeros_like(most), most), cost)
    builder.add_entries(rows.positions(), spill.positions(), -inputs.weight_stores[:, None])


def _add_stores(inputs: Inputs, builder: ProgramBuilder, balance: Rows) -> None:
    """Add level and power of stores, and the balance of each."""
    names = inputs.names("Store")
    if names.empty:
        return
    e_nom = inputs.static("Store", "e_nom", names)
    limits = tuple(scaled(inputs.series("Store", a, names), e_nom) for a in ("e_min_pu", "e_max_pu"))
    bounds = _fixed(inputs, "Store", "e_set", names, (limits[0], limits[1]))
    level = builder.add_columns(
        "Store", "e", names, bounds, _price(inputs, "Store", "marginal_cost_storage", names), "MWh"
    )
    is_cyclic = inputs.flag("Store", "e_cyclic", names)
    kept = _previous(inputs, is_cyclic, inputs.series("Store", "standing_loss", names))
    side = np.zeros((inputs.n_snapshots, len(names)))
    side[0] -= np.where(is_cyclic, 0.0, inputs.static("Store", "e_initial", names))
    free = _fixed(inputs, "Store", "p_set", names, _store_power_bounds(inputs, bounds, kept, side))
    power = builder.add_columns("Store", "p", names, free, _price(inputs, "Store", "marginal_cost", names))
    _inject(inputs, builder, balance, power, inputs.static("Store", "sign", names))
    rows = builder.add_rows("store_balance", "Store", names, (side, side), "MWh")
    builder.add_entries(rows.positions(), power.positions(), -inputs.weight_stores[:, None])
    _add_level(builder, rows, level, kept)


def _store_power_bounds(
    inputs: Inputs, level: tuple[FloatArray, FloatArray], kept: FloatArray, side: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the power that takes a store from one limit of its level to the other in one snapshot, in MW."""
    lower, upper = level
    with np.errstate(invalid="ignore"):
        least = scaled(kept, np.roll(lower, 1, axis=0)) - side - upper
        most = scaled(kept, np.roll(upper, 1, axis=0)) - side - lower
    hours = inputs.weight_stores[:, None]
    slack = 1e-9 * (np.abs(least) + np.abs(most)) / hours
    slack = np.where(np.isfinite(slack), slack, 0.0)
    least = np.where(np.isnan(least), -np.inf, least / hours - slack)
    return least, np.where(np.isnan(most), np.inf, most / hours + slack)


def _add_links(inputs: Inputs, builder: ProgramBuilder, balance: Rows, component: str) -> None:
    """Add the power of links or processes and what it does at each of their ends."""
    names = inputs.names(component)
    if names.empty:
        return
    bounds = _power_bounds(inputs, component, names)
    power = builder.add_columns(
        component, "p", names, bounds, _price(inputs, component, "marginal_cost", names)
    )
    for port in inputs.ports(component):
        buses = inputs.bus_positions(component, port.bus, names)
        factor = (
            inputs.series(component, port.coefficient, names)
            if port.coefficient
            else np.full((inputs.n_snapshots, len(names)), -1.0)
        )
        for members, source, arrives in delayed_groups(
            inputs, component, port.delay, port.cyclic_delay, names
        ):
            chosen = members[buses[members] >= 0]
            if chosen.size:
                builder.add_entries(
                    balance.positions(buses[chosen]),
                    power.positions(chosen)[source],
                    factor[:, chosen] * arrives[:, None],
                )


def delayed_groups(
    inputs: Inputs, component: str, delay: str, cyclic: str, names: pd.Index
) -> list[tuple[IntArray, IntArray, FloatArray]]:
    """Return groups of members of one delay: positions, source snapshots, and whether it arrives."""
    now = np.arange(inputs.n_snapshots)
    if not delay or delay not in inputs.network.c[component].static.columns:
        return [(np.arange(len(names)), now, np.ones(inputs.n_snapshots))]
    hours = np.trunc(inputs.static(component, delay, names)).astype(np.int64)
    wraps = inputs.flag(component, cyclic, names)
    groups = []
    for value, is_cyclic in sorted(set(zip(hours.tolist(), wraps.tolist(), strict=True))):
        members = np.flatnonzero((hours == value) & (wraps == is_cyclic))
        if value <= 0:
            groups.append((members, now, np.ones(inputs.n_snapshots)))
        else:
            groups.append((members, *delayed_source(inputs.weight_generators, value, bool(is_cyclic))))
    return groups
