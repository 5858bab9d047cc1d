r"""Where the electricity that a corridor sends was made: flows are followed hour by hour through the grid.

At each bus all that comes in is mixed and all that goes out has that mix (proportional sharing). With
:math:`P_b` what comes in at bus b, :math:`g_b` the clean part of what is made there, and :math:`f_{ab}` the
flow from a to b, the clean share :math:`s_b` solves

.. math:: P_b s_b - \sum_a f_{ab} s_a = g_b .

Storage gives back the mix that it took in, on the mean of the horizon and of its technology. Imports are not
clean, because their origin is not known. Load that is cut or waits is less load, and has no origin.

References
----------
J. Bialek, Tracing the flow of electricity, IEE Proceedings - Generation, Transmission and Distribution 143
(1996) 313, doi:10.1049/ip-gtd:19960461.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import xarray as xr

from qhgrid.indicators.selection import GRID_ROLES, attribute, bus_label, having, hours

if TYPE_CHECKING:
    from qhgrid.facts import Facts

FloatArray = npt.NDArray[np.float64]

NOTHING_MW = 1e-6
"""Less than this through a bus is nothing, and has no mix."""
ROUNDS = 40
"""Most rounds until the mix in the storages stands still."""
SETTLED = 1e-9
"""Change of a storage's mix below which it stands still."""


def clean_share_by_bus(results: xr.Dataset, facts: Facts) -> xr.DataArray:
    """Return the clean share of what passes each bus of the province's grid.

    Parameters
    ----------
    results : xarray.Dataset
        Results of a dispatch.
    facts : Facts
        Says which technologies are clean, and which are storage.

    Returns
    -------
    xarray.DataArray
        Shape (snapshot, bus), 0 to 1; not a number where nothing passes.
    """
    grid = _Grid(results, facts)
    mixes = dict.fromkeys(grid.charge, 0.5)
    share = grid.shares(mixes)
    for _ in range(ROUNDS):
        then = {name: grid.mix_taken_in(name, share) for name in mixes}
        change = max((abs(then[name] - mixes[name]) for name in mixes), default=0.0)
        mixes, share = then, grid.shares(then)
        if change < SETTLED:
            break
    values = np.where(grid.through > NOTHING_MW, share, np.nan)
    return xr.DataArray(
        values, dims=("snapshot", "bus"), coords={"snapshot": results["snapshot"], "bus": list(grid.buses)}
    )


class _Grid:
    """What flows into, between and out of the buses of the grid, hour by hour."""

    def __init__(self, results: xr.Dataset, facts: Facts) -> None:
        roles = bus_label(results, results["bus"], "role").astype(str)
        self.buses = tuple(results["bus"].to_numpy().astype(str)[np.isin(roles, GRID_ROLES)])
        self.hours = hours(results).to_numpy()
        self._place = {bus: place for place, bus in enumerate(self.buses)}
        self._facts = facts
        shape = (results.sizes["snapshot"], len(self.buses))
        self.clean = np.zeros(shape)
        """Clean electricity made at each bus [MW]."""
        self.through = np.zeros(shape)
        """All that comes in at each bus [MW]."""
        self.flow = np.zeros((*shape, len(self.buses)))
        """Flow from the last bus to the second, shape (snapshot, bus, bus) [MW]."""
        self.given: dict[str, FloatArray] = {}
        """What storage of a technology gives at each bus [MW]."""
        self.charge: dict[str, FloatArray] = {}
        """What it takes in [MW]."""
        self._add_generators(results)
        self._add_storage_units(results)
        self._add_links(results)
        for component in ("line", "transformer"):
            self._add_branches(results, component)

    def _source(self, bus: str, technology: str, power: FloatArray) -> None:
        """Count what comes in at a bus from outside the grid."""
        place, inflow = self._place[bus], np.maximum(power, 0.0)
        self.through[:, place] += inflow
        row = self._facts.technologies.get(technology)
        if row is not None and row.is_storage:
            self._storage(technology)
            self.given[technology][:, place] += inflow
        elif row is not None and row.is_clean:
            self.clean[:, place] += inflow

    def _storage(self, technology: str) -> None:
        """Make room for a technology of storage."""
        self.given.setdefault(technology, np.zeros_like(self.clean))
        self.charge.setdefault(technology, np.zeros_like(self.clean))

    def _columns(self, results: xr.Dataset, component: str, name: str) -> npt.NDArray[np.str_]:
        """Return a text attribute of each component."""
        return np.asarray(attribute(results, component, name, "").to_numpy().astype(str))

    def _add_generators(self, results: xr.Dataset) -> None:
        """Count the generators that make electricity."""
        power = results["generator_p"].transpose("snapshot", "generator").to_numpy()
        kinds, buses = (self._columns(results, "generator", name) for name in ("technology", "bus"))
        for n in np.flatnonzero(having(results, "generator", role="generation")):
            if buses[n] in self._place:
                self._source(buses[n], kinds[n], power[:, n])

    def _add_storage_units(self, results: xr.Dataset) -> None:
        """Count what storage units give and take."""
        given, taken = (
            results[f"storage_unit_{name}"].transpose("snapshot", "storage_unit").to_numpy()
            for name in ("p_dispatch", "p_store")
        )
        kinds = self._columns(results, "storage_unit", "technology")
        for n, bus in enumerate(self._columns(results, "storage_unit", "bus")):
            if bus in self._place and self._is_storage(kinds[n]):
                self._storage(kinds[n])
                self._source(bus, kinds[n], given[:, n])
                self.charge[kinds[n]][:, self._place[bus]] += taken[:, n]

    def _add_links(self, results: xr.Dataset) -> None:
        """Count Links: from outside, out of a storage or into one, and between two buses of the grid."""
        starts, ends = (self._columns(results, "link", end) for end in ("bus0", "bus1"))
        kinds = self._columns(results, "link", "technology")
        is_import = having(results, "link", role="tie_import")
        powers = [results[f"link_{port}"].transpose("snapshot", "link").to_numpy() for port in ("p0", "p1")]
        for n, (bus0, bus1) in enumerate(zip(starts, ends, strict=True)):
            if bus0 in self._place and bus1 in self._place:
                self._branch(bus0, bus1, powers[0][:, n], powers[1][:, n])
            elif bus1 in self._place and (is_import[n] or kinds[n] in self._facts.technologies):
                self._source(bus1, kinds[n], -powers[1][:, n])
            elif bus0 in self._place and self._is_storage(kinds[n]):
                self._storage(kinds[n])
                self.charge[kinds[n]][:, self._place[bus0]] += np.maximum(powers[0][:, n], 0.0)

    def _is_storage(self, technology: str) -> bool:
        """Return whether a technology holds electricity."""
        row = self._facts.technologies.get(technology)
        return row is not None and row.is_storage

    def _add_branches(self, results: xr.Dataset, component: str) -> None:
        """Count lines or transformers."""
        if not results.sizes.get(component, 0):
            return
        starts, ends = (self._columns(results, component, end) for end in ("bus0", "bus1"))
        powers = [
            results[f"{component}_{port}"].transpose("snapshot", component).to_numpy()
            for port in ("p0", "p1")
        ]
        for n, (bus0, bus1) in enumerate(zip(starts, ends, strict=True)):
            if bus0 in self._place and bus1 in self._place:
                self._branch(bus0, bus1, powers[0][:, n], powers[1][:, n])

    def _branch(self, bus0: str, bus1: str, p0: FloatArray, p1: FloatArray) -> None:
        """Count a flow between two buses of the grid, as it arrives."""
        one, other = self._place[bus0], self._place[bus1]
        onward, back = np.maximum(-p1, 0.0), np.maximum(-p0, 0.0)
        self.flow[:, other, one] += onward
        self.flow[:, one, other] += back
        self.through[:, other] += onward
        self.through[:, one] += back

    def shares(self, mixes: dict[str, float]) -> FloatArray:
        """Return the clean share at each bus, storage giving back the given mixes, shape (snapshot, bus)."""
        clean = self.clean + sum((mix * self.given[name] for name, mix in mixes.items()), np.zeros(1))
        count = len(self.buses)
        through = np.maximum(self.through, NOTHING_MW)
        matrix = through[:, :, None] * np.eye(count)[None, :, :] - self.flow
        matrix += NOTHING_MW * 1e-3 * np.eye(count)[None, :, :]
        share = np.linalg.solve(matrix, clean[:, :, None])[:, :, 0]
        return np.asarray(np.clip(share, 0.0, 1.0))

    def mix_taken_in(self, technology: str, share: FloatArray) -> float:
        """Return the clean share of all that storage of a technology took in, 0 if it took nothing."""
        taken = self.charge[technology] * self.hours[:, None]
        whole = float(taken.sum())
        return float((taken * share).sum()) / whole if whole > 0 else 0.0
