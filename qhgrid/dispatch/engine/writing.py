"""From the engine's arrays back to the network: the plan, the prices, in PyPSA's own tables.

What a :class:`~qhgrid.dispatch.engine.problem.Problem` left out is put back here: what is 0 in all hours, the
power of stores, the far ends of links.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import sparse

from qhgrid.dispatch.cycles import read_branches
from qhgrid.dispatch.engine.problem import Problem
from qhgrid.dispatch.engine.reading_grid import Grid, read_topology
from qhgrid.dispatch.engine.reading_links import arrivals, coefficient
from qhgrid.dispatch.engine.reading_storage import initial_level, kept_share
from qhgrid.dispatch.engine.writing_angles import bus_angles
from qhgrid.dispatch.inputs import Inputs
from qhgrid.dispatch.prices import Prices
from qhgrid.dispatch.program import FloatArray

if TYPE_CHECKING:
    import pypsa

_PLAN = {
    ("Generator", "p"): ("p",),
    ("StorageUnit", "p_dispatch"): ("p_dispatch",),
    ("StorageUnit", "p_store"): ("p_store",),
    ("StorageUnit", "state_of_charge"): ("state_of_charge",),
    ("StorageUnit", "spill"): ("spill",),
    ("Store", "e"): ("e",),
    ("Link", "p"): ("p", "p0"),
    ("Process", "p"): ("p",),
    ("Line", "s"): ("p0",),
    ("Transformer", "s"): ("p0",),
}
"""Result tables of each quantity."""
_NOMINAL = {
    "Generator": "p_nom",
    "StorageUnit": "p_nom",
    "Store": "e_nom",
    "Link": "p_nom",
    "Process": "p_nom",
    "Line": "s_nom",
    "Transformer": "s_nom",
}
_RAMPED = ("Generator", "Link", "Process")


def write_plan_of(problem: Problem, network: pypsa.Network, x: FloatArray) -> None:
    """Write a plan into the result tables of a network, as ``n.optimize()`` would, and its cost.

    Parameters
    ----------
    problem : Problem
        As :func:`qhgrid.dispatch.engine.reading.read_problem` reads it from `network`.
    network : pypsa.Network
        Gets the plan, all that follows from it (power of stores, far ends of branches, injections), nominal
        values and ``objective``.
    x : ndarray
        The plan, shape (n_hours, n_columns). [MW, MWh]
    """
    inputs = Inputs(network)
    for (component, attribute), tables in _PLAN.items():
        index = network.c[component].static.index
        values = _spread(problem, x, component, attribute, index)
        for table in tables:
            _write(network, component, table, values)
    _write_phase_shifts(problem, inputs, x)
    _write_storage_power(inputs)
    for component in ("Link", "Process"):
        _write_ports(inputs, component)
    for component in ("Line", "Transformer"):
        _write(network, component, "p1", 0.0 - _table(inputs, component, "p0"))
    loads = network.c["Load"].static.index
    _write(network, "Load", "p", np.array(inputs.series("Load", "p_set", loads)))
    _write(network, "Bus", "p", _injections(inputs))
    _write_grid(inputs)
    network._objective = problem.constant + float((problem.cost * x).sum())


def _write_grid(inputs: Inputs) -> None:
    """Write the angles of the buses, and the nominal values, which a dispatch does not choose."""
    network, grid = inputs.network, read_topology(inputs)
    for component, nominal in _NOMINAL.items():
        static = network.c[component].static
        static[f"{nominal}_opt"] = static[nominal].astype(float)
    for kind in grid.kinds:
        network.c[kind.component].static.loc[kind.names, "s_nom_opt"] = kind.s_nom
    active = [_active(inputs, kind.component) for kind in grid.kinds]
    flow = [
        _table(inputs, kind.component, "p0")[:, there] for kind, there in zip(grid.kinds, active, strict=True)
    ]
    shift = [grid.kinds[0].phase_shift, _table(inputs, "Transformer", "phase_shift_opt")[:, active[1]]]
    angles = bus_angles(inputs, grid, np.concatenate(flow, axis=1), np.concatenate(shift, axis=1))
    _write(network, "Bus", "v_ang", angles)


def _spread(problem: Problem, x: FloatArray, component: str, attribute: str, index: pd.Index) -> FloatArray:
    """Return the values of a block of columns for all members in `index`, 0 where one was left out."""
    values = np.zeros((problem.n_hours, len(index)))
    block = problem.block(component, attribute)
    if block is not None:
        values[:, index.get_indexer(block.names)] = x[:, block.start : block.stop]
    return values


def _write(network: pypsa.Network, component: str, attribute: str, values: FloatArray) -> None:
    """Set a result table to `values`, one column for each member of `component`."""
    members = network.c[component]
    index = members.static.index
    if len(index):
        members.dynamic[attribute] = pd.DataFrame(values + 0.0, index=network.snapshots, columns=index)


def _table(inputs: Inputs, component: str, attribute: str) -> FloatArray:
    """Return a result table that was written before, shape (n_hours, n members)."""
    frame = inputs.network.c[component].dynamic.get(attribute)
    if frame is None or frame.shape[1] == 0:
        return np.zeros((inputs.n_snapshots, 0))
    return np.asarray(frame, dtype=float)


def _active(inputs: Inputs, component: str) -> np.ndarray:
    """Return the positions of the active members among all."""
    return np.flatnonzero(inputs.network.c[component].static["active"].to_numpy(dtype=bool))


def _write_phase_shifts(problem: Problem, inputs: Inputs, x: FloatArray) -> None:
    """Write the phase shifts: the chosen ones, and those that are fixed."""
    index = inputs.network.c["Transformer"].static.index
    fixed = read_branches(inputs, "Transformer")
    values = np.zeros((problem.n_hours, len(index)))
    values[:, index.get_indexer(fixed.names)] = fixed.phase_shift
    block = problem.block("Transformer", "phase_shift")
    if block is not None:
        values[:, index.get_indexer(block.names)] = x[:, block.start : block.stop]
    _write(inputs.network, "Transformer", "phase_shift_opt", values)


def _write_storage_power(inputs: Inputs) -> None:
    """Write the net power of storage units, and the power of stores, which follows from their levels."""
    net = _table(inputs, "StorageUnit", "p_dispatch") - _table(inputs, "StorageUnit", "p_store")
    _write(inputs.network, "StorageUnit", "p", net)
    level = _table(inputs, "Store", "e")
    power = np.zeros(level.shape)
    active = _active(inputs, "Store")
    if len(active):
        power[:, active] = _store_power(inputs, level[:, active])
    _write(inputs.network, "Store", "p", power)


def _store_power(inputs: Inputs, level: FloatArray) -> FloatArray:
    """Return what active stores feed in: what is left of the level before, less the level, in MW."""
    names = inputs.names("Store")
    is_cyclic = inputs.flag("Store", "e_cyclic", names)
    left = kept_share(inputs, "Store", names) * np.roll(level, 1, axis=0)
    left[0] = np.where(is_cyclic, left[0], initial_level(inputs, "Store", "e_initial", names, is_cyclic))
    power: FloatArray = (left - level) / inputs.weight_stores[:, None]
    return power


def _write_ports(inputs: Inputs, component: str) -> None:
    """Write the power at each end of links or processes, positive when it leaves the bus."""
    names, active = inputs.names(component), _active(inputs, component)
    sent = _table(inputs, component, "p")
    for port in inputs.ports(component):
        if not port.coefficient:
            continue
        flow = -coefficient(inputs, component, port, names)
        for arrival in arrivals(inputs, component, port, names):
            power = sent[:, active[arrival.members]][arrival.source()]
            flow[:, arrival.members] *= power * arrival.arrives[:, None]
        flow[:, inputs.bus_positions(component, port.bus, names) < 0] = 0.0
        values = np.zeros(sent.shape)
        values[:, active] = flow
        _write(inputs.network, component, port.power, values)


def _injections(inputs: Inputs) -> FloatArray:
    """Return what all but lines and transformers feed into each bus, shape (n_hours, n_buses), in MW."""
    total = np.zeros((inputs.n_snapshots, len(inputs.buses)))
    for component in ("Generator", "Load", "StorageUnit", "Store"):
        index = inputs.network.c[component].static.index
        sign = inputs.static(component, "sign", index)
        is_active = inputs.flag(component, "active", index)
        total += _gathered(inputs, component, "bus", _table(inputs, component, "p"), sign * is_active)
    for component in ("Link", "Process"):
        index = inputs.network.c[component].static.index
        for port in inputs.ports(component):
            flow = _table(inputs, component, port.power)
            total += _gathered(inputs, component, port.bus, flow, -np.ones(len(index)))
    return total


def _gathered(
    inputs: Inputs, component: str, column: str, power: FloatArray, factor: FloatArray
) -> FloatArray:
    """Return the sum of `power` times `factor` of the members at each bus."""
    index = inputs.network.c[component].static.index
    if index.empty:
        return np.zeros((inputs.n_snapshots, len(inputs.buses)))
    buses = inputs.bus_positions(component, column, index)
    there = np.flatnonzero(buses >= 0)
    shape = (len(inputs.buses), len(index))
    at_bus = sparse.csr_array((factor[there], (buses[there], there)), shape=shape)
    return np.asarray((at_bus @ power.T).T, dtype=float)


def prices_of(problem: Problem, network: pypsa.Network, y: FloatArray, y_wide: FloatArray) -> Prices:
    """Return dual prices by name, with PyPSA's signs, every family of them.

    Parameters
    ----------
    problem : Problem
        As read from `network`.
    network : pypsa.Network
        Only inputs are read.
    y : ndarray
        What one more unit on the side of a row costs, shape (n_hours, n_rows). [cost/MW, cost/MWh]
    y_wide : ndarray
        The same for rows over the whole horizon, shape (n_wide,).

    Returns
    -------
    Prices
        Rows that the problem left out have the price 0.
    """
    inputs = Inputs(network)
    units = inputs.names("StorageUnit")
    bus = _dual_frame(problem, y, "bus_balance", "Bus", inputs.buses)
    return Prices(
        bus_balance=bus,
        storage_unit_balance=_dual_frame(problem, y, "storage_unit_balance", "StorageUnit", units),
        store_balance=_store_prices(problem, inputs, y, bus),
        storage_unit_p_set=_dual_frame(problem, y, "storage_unit_p_set", "StorageUnit"),
        generator_ramp=_dual_frame(problem, y, "generator_ramp", "Generator"),
        link_ramp=_dual_frame(problem, y, "link_ramp", "Link"),
        process_ramp=_dual_frame(problem, y, "process_ramp", "Process"),
        circulation=_circulation(problem, read_topology(inputs), y),
        generator_e_sum=_wide_series(problem, y_wide, "generator_e_sum"),
        global_constraint=_wide_series(problem, y_wide, "global_constraint"),
    )


def _dual_frame(
    problem: Problem, y: FloatArray, family: str, component: str, names: pd.Index | None = None
) -> pd.DataFrame:
    """Return the prices of one family, for `names` or else for the rows that there are."""
    block = next((b for b in problem.rows if (b.family, b.component) == (family, component)), None)
    there = pd.Index([]) if block is None else block.names
    names = there if names is None else names
    values = np.zeros((problem.n_hours, len(names)))
    if block is not None:
        values[:, names.get_indexer(block.names)] = y[:, block.start : block.stop]
    return pd.DataFrame(values, index=problem.snapshots, columns=names)


def _store_prices(problem: Problem, inputs: Inputs, y: FloatArray, bus: pd.DataFrame) -> pd.DataFrame:
    """Return what a stored MWh is worth: what a MW is worth at the bus, less the cost to feed it in."""
    names = inputs.names("Store")
    set_point = _dual_frame(problem, y, "store_p_set", "Store", names).to_numpy()
    at_bus = bus.to_numpy()[:, inputs.bus_positions("Store", "bus", names)]
    cost = inputs.weight_objective[:, None] * inputs.series("Store", "marginal_cost", names)
    worth = inputs.static("Store", "sign", names) * at_bus + set_point - cost
    values = worth / inputs.weight_stores[:, None]
    return pd.DataFrame(values, index=problem.snapshots, columns=names)


def _circulation(problem: Problem, grid: Grid, y: FloatArray) -> pd.DataFrame:
    """Return the price of voltage along every passive branch, the sum over the cycles that it is in."""
    block = next((b for b in problem.rows if b.family == "cycle"), None)
    values = np.zeros((problem.n_hours, len(grid.labels)))
    if block is not None:
        row = {label: block.start + i for i, label in enumerate(block.names)}
        for name, cycle, scale in zip(grid.names, grid.cycles, grid.scale, strict=True):
            if name in row:
                values[:, cycle.members] += y[:, row[name], None] / scale * cycle.signs
    columns = pd.Index(list(grid.labels), tupleize_cols=False)
    return pd.DataFrame(values, index=problem.snapshots, columns=columns)


def _wide_series(problem: Problem, y_wide: FloatArray, family: str) -> pd.Series[float]:
    """Return the prices of one family of rows over the whole horizon, by name."""
    found = {row.name: float(y_wide[i]) for i, row in enumerate(problem.wide_names) if row.family == family}
    return pd.Series(found, dtype=float)


def write_prices(network: pypsa.Network, prices: Prices) -> None:
    """Write prices into the result tables, as ``n.optimize(assign_all_duals=True)`` would.

    Bus prices are divided by the weight of the snapshot; all others stand undivided, as in PyPSA.
    Written are ``marginal_price`` of buses, ``mu_energy_balance`` of storage units and stores,
    ``mu_p_set`` of storage units, ``mu_ramp_limit_up`` and ``…_down``, ``mu_upper`` and ``mu_lower`` of
    lines and transformers, ``mu`` of global constraints. Families that `prices` does not know are left as
    they are.
    """
    inputs = Inputs(network)
    if prices.bus_balance is not None:
        weight = inputs.weight_objective[:, None]
        per_hour = np.divide(
            prices.bus_balance.reindex(columns=inputs.buses).to_numpy(dtype=float),
            weight,
            out=np.zeros((inputs.n_snapshots, len(inputs.buses))),
            where=weight != 0.0,
        )
        _write(network, "Bus", "marginal_price", per_hour)
        if prices.circulation is not None:
            _write_branch_prices(inputs, prices.bus_balance, prices.circulation)
    _write_frame(network, "StorageUnit", "mu_energy_balance", prices.storage_unit_balance)
    _write_frame(network, "StorageUnit", "mu_p_set", prices.storage_unit_p_set)
    _write_frame(network, "Store", "mu_energy_balance", prices.store_balance)
    for component in _RAMPED:
        ramp = getattr(prices, f"{component.lower()}_ramp")
        if ramp is not None:
            _write_frame(network, component, "mu_ramp_limit_up", ramp.clip(upper=0.0))
            _write_frame(network, component, "mu_ramp_limit_down", ramp.clip(lower=0.0))
    if prices.global_constraint is not None:
        found = prices.global_constraint
        network.c["GlobalConstraint"].static.loc[found.index, "mu"] = found


def _write_frame(network: pypsa.Network, component: str, attribute: str, frame: pd.DataFrame | None) -> None:
    """Write the columns that `frame` has, and 0 for all other members."""
    if frame is None or frame.shape[1] == 0:
        return
    index = network.c[component].static.index
    _write(network, component, attribute, frame.reindex(columns=index, fill_value=0.0).to_numpy(dtype=float))


def _write_branch_prices(inputs: Inputs, bus: pd.DataFrame, circulation: pd.DataFrame) -> None:
    """Write what one more MW of rating is worth, from the prices at both ends and of the voltage."""
    grid = read_topology(inputs)
    price = bus.reindex(columns=inputs.buses).to_numpy(dtype=float)
    first = 0
    for kind in grid.kinds:
        members = slice(first, first + len(kind.names))
        first = members.stop
        labels = pd.Index(list(grid.labels[members]), tupleize_cols=False)
        drop = circulation.reindex(columns=labels).to_numpy(dtype=float) * grid.impedance[members]
        worth = price[:, kind.bus0] - price[:, kind.bus1] - drop
        frame = pd.DataFrame(worth, index=bus.index, columns=kind.names)
        _write_frame(inputs.network, kind.component, "mu_upper", frame.clip(upper=0.0))
        _write_frame(inputs.network, kind.component, "mu_lower", frame.clip(lower=0.0))
