"""Voltage angles of the buses, which follow from the flows of a plan."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from qhgrid.dispatch.engine.reading_grid import RADIAN_PER_DEGREE, Grid
from qhgrid.dispatch.inputs import Inputs
from qhgrid.dispatch.program import FloatArray


def bus_angles(inputs: Inputs, grid: Grid, flow: FloatArray, shift: FloatArray) -> FloatArray:
    """Return the voltage angle of every bus.

    Parameters
    ----------
    inputs : Inputs
        Inputs of the network.
    grid : Grid
        Its passive branches.
    flow : ndarray
        Flow from bus0 to bus1 of every branch, shape (n_hours, n_branches). [MW]
    shift : ndarray
        Phase shift of every branch, shape (n_hours, n_branches). [degree]

    Returns
    -------
    ndarray
        Shape (n_hours, n_buses). In each island they have the mean 0, as after ``n.optimize()``; unlike
        there, they account for phase shifts. [rad]
    """
    angle = np.zeros((inputs.n_snapshots, len(inputs.buses)))
    bus0, bus1 = (np.concatenate([getattr(kind, end) for kind in grid.kinds]) for end in ("bus0", "bus1"))
    usable = np.flatnonzero(np.isfinite(grid.impedance) & (bus0 != bus1))
    shape = (len(inputs.buses), len(inputs.buses))
    graph = sparse.csr_array((np.ones(usable.size), (bus0[usable], bus1[usable])), shape=shape)
    across = {(int(bus0[i]), int(bus1[i])): (i, 1.0) for i in usable}
    across |= {(int(bus1[i]), int(bus0[i])): (i, -1.0) for i in usable}
    island = csgraph.connected_components(graph, directed=False)[1]
    for root in np.unique(island, return_index=True)[1].tolist():
        order, parent = csgraph.breadth_first_order(graph, root, directed=False)
        for bus in order[1:].tolist():
            branch, sign = across[int(parent[bus]), bus]
            drop = grid.impedance[branch] * flow[:, branch] + RADIAN_PER_DEGREE * shift[:, branch]
            angle[:, bus] = angle[:, parent[bus]] - sign * drop
        angle[:, order] -= angle[:, order].mean(axis=1, keepdims=True)
    return angle
