"""The plan that stands in the result tables of a network, as one vector and as what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from qhgrid.dispatch.extract import delayed_groups
from qhgrid.dispatch.inputs import Inputs
from qhgrid.dispatch.program import Columns, FloatArray, Program
from qhgrid.errors import DispatchError, Fault

if TYPE_CHECKING:
    import pypsa

_TABLE = {
    ("Link", "p"): "p0",
    ("Line", "s"): "p0",
    ("Transformer", "s"): "p0",
    ("Transformer", "phase_shift"): "phase_shift_opt",
}

_PLANNED = {
    "Generator": ("p",),
    "StorageUnit": ("p", "p_dispatch", "p_store", "state_of_charge", "spill"),
    "Store": ("p", "e"),
    "Link": ("p0",),
    "Process": ("p",),
    "Line": ("p0",),
    "Transformer": ("p0",),
}
"""Result tables in which an inactive component must hold 0."""


def table_of(block: Columns) -> str:
    """Return the attribute of the result table that holds `block`, such as ``p0``."""
    return _TABLE.get((block.component, block.attribute), block.attribute)


def read_plan(program: Program, network: pypsa.Network) -> FloatArray:
    """Return the plan in the result tables in the order of the program's columns.

    Raises
    ------
    DispatchError
        If a table is missing or holds something that is not a finite number.
    """
    faults: list[Fault] = []
    parts = [np.zeros(0)]
    for block in program.columns:
        if not block.size:
            continue
        frame = network.c[block.component].dynamic.get(table_of(block))
        where = f"{block.component} {table_of(block)}"
        if (frame is None or frame.empty) and not block.lower.any() and not block.upper.any():
            parts.append(np.zeros(block.size))
            continue
        if frame is None or not block.names.isin(frame.columns).all():
            faults.append(Fault(where, "the network holds no plan for it", "Dispatch the network first."))
            continue
        values = frame.reindex(index=program.snapshots, columns=block.names).to_numpy(dtype=float)
        if not np.isfinite(values).all():
            hour, member = np.argwhere(~np.isfinite(values))[0]
            what = f"the plan of {block.names[member]} at {program.snapshots[hour]} is not a finite number"
            faults.append(Fault(where, what, "Dispatch the network again."))
        parts.append(values.ravel())
    if faults:
        raise DispatchError(faults)
    return np.concatenate(parts)


def write_plan(program: Program, network: pypsa.Network, plan: FloatArray) -> None:
    """Write `plan` into the result tables, and all tables that follow from it."""
    for block in program.columns:
        if not block.size:
            continue
        values = plan[block.start : block.stop].reshape(block.lower.shape)
        _write(network, block.component, table_of(block), block.names, values)
    for item in derived_tables(network):
        _write(network, item.component, item.attribute, item.names, item.values)


def _write(
    network: pypsa.Network, component: str, attribute: str, names: pd.Index, values: FloatArray
) -> None:
    """Set the columns `names` of a result table; members without results hold 0."""
    members = network.c[component]
    frame = pd.DataFrame(values, index=network.snapshots, columns=names)
    members.dynamic[attribute] = frame.reindex(columns=members.static.index, fill_value=0.0)
    members.dynamic[attribute].columns.name = members.static.index.name


@dataclass(frozen=True)
class Derived:
    """A result table that follows from the plan."""

    component: str
    attribute: str
    names: pd.Index
    values: FloatArray
    """Shape (n_snapshots, n). [MW]"""


def derived_tables(network: pypsa.Network) -> list[Derived]:
    """Return what the result tables must hold, given the plan: far ends of branches, net power, load."""
    inputs = Inputs(network)
    tables = [table for component in ("Link", "Process") for table in _ports(inputs, component)]
    for component in ("Line", "Transformer"):
        names = inputs.names(component)
        if len(names):
            tables.append(Derived(component, "p1", names, -_table(inputs, component, "p0", names)))
    names = inputs.names("StorageUnit")
    if len(names):
        net = _table(inputs, "StorageUnit", "p_dispatch", names) - _table(
            inputs, "StorageUnit", "p_store", names
        )
        tables.append(Derived("StorageUnit", "p", names, net))
    names = network.c["Load"].static.index
    if len(names):
        tables.append(Derived("Load", "p", names, np.array(inputs.series("Load", "p_set", names))))
    return tables


def idle_tables(network: pypsa.Network) -> list[Derived]:
    """Return what the result tables must hold for inactive components, which is nothing."""
    inputs = Inputs(network)
    tables = []
    for component, attributes in _PLANNED.items():
        static = inputs.network.c[component].static
        names = static.index[~static["active"].to_numpy(dtype=bool)]
        for attribute in attributes:
            frame = inputs.network.c[component].dynamic.get(attribute)
            if len(names) and frame is not None and not frame.empty:
                tables.append(
                    Derived(component, attribute, names, np.zeros((inputs.n_snapshots, len(names))))
                )
    return tables


def _table(inputs: Inputs, component: str, attribute: str, names: pd.Index) -> FloatArray:
    """Return a result table as an array, shape (n_snapshots, n)."""
    frame = inputs.network.c[component].dynamic[attribute]
    return np.asarray(frame.reindex(index=inputs.snapshots, columns=names), dtype=float)


def _ports(inputs: Inputs, component: str) -> list[Derived]:
    """Return what arrives at each end of links or processes, positive when leaving the bus."""
    names = inputs.names(component)
    if names.empty:
        return []
    power = _table(inputs, component, "p0" if component == "Link" else "p", names)
    tables = []
    for port in inputs.ports(component):
        if not port.coefficient:
            continue
        flow = -np.array(inputs.series(component, port.coefficient, names))
        for members, source, arrives in delayed_groups(
            inputs, component, port.delay, port.cyclic_delay, names
        ):
            flow[:, members] *= power[:, members][source] * arrives[:, None]
        flow[:, inputs.bus_positions(component, port.bus, names) < 0] = 0.0
        tables.append(Derived(component, port.power, names, flow))
    return tables
