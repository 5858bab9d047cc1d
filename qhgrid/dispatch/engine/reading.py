"""The engine's own reading of a network: what PyPSA's linear dispatch means, hour by hour.

It shares raw access to the network (:mod:`qhgrid.dispatch.inputs`) and the search for cycles
(:mod:`qhgrid.dispatch.cycles`) with the certificate, and no law: each of the two writes PyPSA's laws down
for itself, so that a mistake in one of them shows as a plan that is not certified.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from qhgrid.dispatch.engine.problem import Problem
from qhgrid.dispatch.engine.reading_draft import ProblemDraft
from qhgrid.dispatch.engine.reading_grid import read_grid
from qhgrid.dispatch.engine.reading_laws import read_energy_sums, read_global_constraints, read_ramps
from qhgrid.dispatch.engine.reading_links import read_links
from qhgrid.dispatch.engine.reading_power import power_limits, priced
from qhgrid.dispatch.engine.reading_storage import read_storage_units, read_stores
from qhgrid.dispatch.inputs import Inputs
from qhgrid.dispatch.program import IntArray

if TYPE_CHECKING:
    import pypsa


def read_problem(network: pypsa.Network) -> Problem:
    """Return the dispatch of `network` as arrays, hour by hour.

    Parameters
    ----------
    network : pypsa.Network
        A network inside the supported subset (:mod:`qhgrid.dispatch.support`); only inputs are read.

    Returns
    -------
    Problem
        Columns that are 0 in all hours and rows that say nothing are left out. The power of stores is
        none of its columns: it follows from their levels. Rows of families ``bus_balance``,
        ``storage_unit_balance``, ``storage_unit_p_set``, ``store_p_set``, ``<delay k>``, ``cycle``,
        ``…_ramp``; over the whole horizon ``generator_e_sum`` and ``global_constraint``.
    """
    inputs = Inputs(network)
    draft = ProblemDraft(inputs.snapshots)
    balance = _read_loads(inputs, draft)
    _read_generators(inputs, draft, balance)
    read_storage_units(inputs, draft, balance)
    read_stores(inputs, draft, balance)
    for component in ("Link", "Process"):
        read_links(inputs, draft, balance, component)
    read_grid(inputs, draft, balance)
    for component in ("Generator", "Link", "Process"):
        read_ramps(inputs, draft, component)
    read_energy_sums(inputs, draft)
    read_global_constraints(inputs, draft)
    return draft.build()


def _read_loads(inputs: Inputs, draft: ProblemDraft) -> IntArray:
    """Add the balance of every bus, whose sides are the load there; return the position of each."""
    names = inputs.names("Load")
    fed = inputs.series("Load", "p_set", names) * inputs.static("Load", "sign", names)
    buses = inputs.bus_positions("Load", "bus", names)
    shape = (len(inputs.buses), len(names))
    at_bus = sparse.csr_array((np.ones(len(names)), (buses, np.arange(len(names)))), shape=shape)
    load = -(at_bus @ fed.T).T
    return draft.add_rows("bus_balance", "Bus", inputs.buses, (load, load))


def _read_generators(inputs: Inputs, draft: ProblemDraft, balance: IntArray) -> None:
    """Add the power of generators."""
    names = inputs.names("Generator")
    limits = power_limits(inputs, "Generator", names)
    power = draft.add_columns(
        "Generator", "p", names, limits, priced(inputs, "Generator", "marginal_cost", names)
    )
    buses = inputs.bus_positions("Generator", "bus", names)
    draft.add_now(balance[buses], power, inputs.static("Generator", "sign", names))
