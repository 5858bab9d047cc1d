"""The indicators of a coalition, straight from the arrays of a dispatched network.

The definitions are those of the scorecard (:mod:`qhgrid.indicators`), which a test holds them to; here they
take milliseconds, because only energies over the horizon are added up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from qhgrid.indicators.selection import GRID_ROLES

if TYPE_CHECKING:
    import pandas as pd
    import pypsa

    from qhgrid.dispatch.engine.problem import Problem
    from qhgrid.facts import Facts
    from qhgrid.scenario.fleet import CountedPlant

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

NEW_ENERGY = ("pv", "wind", "csp")
"""Technologies of new energy (新能源), whose use is measured."""
TURBINES = ("hydro_turbine", "csp_turbine", "thermal_least", "thermal_above")
"""Roles of the Links that make electricity."""


@dataclass(frozen=True)
class Energies:
    """What a dispatch comes to over its horizon.

    Parameters
    ----------
    generation, clean : float
        Local generation net of curtailment without storage, and the clean part of it [MWh].
    used, lost : float
        New energy that was used, and that was curtailed [MWh].
    sent : float
        Energy that left over the DC corridors, at the sending end [MWh].
    shed : float
        Load of the grid that was not served [MWh].
    co2 : float
        CO2 of local generation [t].
    """

    generation: float
    clean: float
    used: float
    lost: float
    sent: float
    shed: float
    co2: float

    @property
    def clean_share(self) -> float:
        """Clean share of local generation, 0 where nothing was made [1]."""
        return self.clean / self.generation if self.generation > 0 else 0.0

    @property
    def utilisation(self) -> float:
        """Share of new energy that was used, 1 where there is none to use [1]."""
        return self.used / (self.used + self.lost) if self.used + self.lost > 0 else 1.0


@dataclass(frozen=True)
class Sums:
    """Energies of the components of a network over its horizon.

    Parameters
    ----------
    buses, generators, links : pandas.DataFrame
        Static attributes, with the columns of qhgrid.
    made : ndarray
        Energy of each generator [MWh].
    available : ndarray
        What each could have given [MWh].
    taken, given : ndarray
        Energy that each Link took at its first end, and gave at its second [MWh].
    """

    buses: pd.DataFrame
    generators: pd.DataFrame
    links: pd.DataFrame
    made: FloatArray
    available: FloatArray
    taken: FloatArray
    given: FloatArray


def sums_of_network(network: pypsa.Network) -> Sums:
    """Return the energies of the plan in the result tables of `network`."""
    hours = network.snapshot_weightings["generators"].to_numpy(dtype=float)
    generators, links = network.c["Generator"], network.c["Link"]

    def energy(component: str, attribute: str) -> FloatArray:
        members = network.c[component]
        total = np.zeros(len(members.static))
        frame = members.dynamic.get(attribute)
        if frame is not None and frame.shape[1]:
            total[members.static.index.get_indexer(frame.columns)] = hours @ frame.to_numpy(dtype=float)
        return total

    share = generators.static["p_max_pu"].to_numpy(dtype=float) * hours.sum()
    varying = generators.dynamic["p_max_pu"]
    share[generators.static.index.get_indexer(varying.columns)] = hours @ varying.to_numpy(dtype=float)
    return Sums(
        network.c["Bus"].static, generators.static, links.static, energy("Generator", "p"),
        share * generators.static["p_nom"].to_numpy(dtype=float), energy("Link", "p0"),
        -energy("Link", "p1"),
    )  # fmt: skip


def sums_of_plan(network: pypsa.Network, problem: Problem, x: FloatArray, at: IntArray | None = None) -> Sums:
    """Return the energies of a plan that is not written into a network.

    Parameters
    ----------
    network : pypsa.Network
        Of the case with all projects; only inputs are read.
    problem : Problem
        Of the coalition, with the columns of that network.
    x : ndarray
        The plan, shape (n_hours, n_columns). [unit of the column]
    at : ndarray, optional
        Hours of the network that the problem has; all by default.
    """
    chosen = slice(None) if at is None else at
    hours = network.snapshot_weightings["generators"].to_numpy(dtype=float)[chosen]
    generators, links = network.c["Generator"].static, network.c["Link"].static
    efficiency = network.c["Link"].dynamic["efficiency"]
    made, available, taken = np.zeros(len(generators)), np.zeros(len(generators)), np.zeros(len(links))
    block = problem.block("Generator", "p")
    if block is not None:
        there, span = generators.index.get_indexer(block.names), slice(block.start, block.stop)
        made[there], available[there] = hours @ x[:, span], hours @ problem.upper[:, span]
    given = np.zeros(len(links))
    block = problem.block("Link", "p")
    if block is not None:
        there, flow = links.index.get_indexer(block.names), x[:, block.start : block.stop]
        taken[there] = hours @ flow
        given[there] = taken[there] * links["efficiency"].to_numpy(dtype=float)[there]
        for place, name in zip(there, block.names, strict=True):
            if name in efficiency:
                rate = efficiency[name].to_numpy(dtype=float)[chosen]
                given[place] = float((hours * rate) @ flow[:, block.names.get_loc(name)])
    return Sums(network.c["Bus"].static, generators, links, made, available, taken, given)


def add_up(sums: Sums, facts: Facts, plants: tuple[CountedPlant, ...]) -> Energies:
    """Return what a dispatch comes to.

    Parameters
    ----------
    sums : Sums
    facts : Facts
        Technologies and CO2 rates.
    plants : tuple of CountedPlant
        With the heat rates of coal plants.
    """
    generators, links = _Labels(sums.generators), _Labels(sums.links)
    plant_like, turbines = generators.having("generation"), links.having(*TURBINES)
    own = sums.given * (1.0 - _from_grid_heat(sums, links, generators))
    labels = (generators.text("technology")[plant_like], links.text("technology")[turbines])
    technology = np.concatenate(labels)
    energy = np.concatenate([sums.made[plant_like], own[turbines]])
    is_clean = np.array([facts.technology(name).is_clean for name in technology], dtype=bool)
    shed = generators.having("shed") & _on_grid(sums.buses, generators.text("bus"))
    return Energies(
        generation=float(energy.sum()),
        clean=float(energy[is_clean].sum()),
        used=float(energy[np.isin(technology, NEW_ENERGY)].sum()),
        lost=_curtailed(sums, generators, links),
        sent=float(sums.taken[links.having("corridor")].sum()),
        shed=float(sums.made[shed].sum()),
        co2=_co2(sums, facts, plants),
    )


class _Labels:
    """Labels and static numbers of the components of one kind."""

    def __init__(self, static: pd.DataFrame) -> None:
        self.static = static

    def text(self, name: str) -> npt.NDArray[Any]:
        """Return a label of each component, empty where there is no such column, shape (n,)."""
        if name not in self.static:
            return np.full(len(self.static), "", dtype=object)
        return self.static[name].to_numpy().astype(str)

    def number(self, name: str, default: float = 0.0) -> FloatArray:
        """Return a static number of each component, shape (n,)."""
        if name not in self.static:
            return np.full(len(self.static), default)
        return self.static[name].to_numpy(dtype=float)

    def having(self, *roles: str) -> npt.NDArray[np.bool_]:
        """Return which components have one of the roles, shape (n,)."""
        found: npt.NDArray[np.bool_] = np.isin(self.text("role"), roles)
        return found


def _from_grid_heat(sums: Sums, links: _Labels, generators: _Labels) -> FloatArray:
    """Return the share of the heat behind each CSP turbine that heaters made, 0 for all other Links."""
    heaters, fields = links.having("csp_heater"), generators.having("solar_field")
    share = np.zeros(len(links.static))
    heated, ends = sums.given[heaters], links.text("bus1")[heaters]
    gathered, owners = sums.made[fields], generators.text("bus")[fields]
    buses = links.text("bus0")
    for place in np.flatnonzero(links.having("csp_turbine")):
        grid, sun = heated[ends == buses[place]].sum(), gathered[owners == buses[place]].sum()
        share[place] = grid / (grid + sun) if grid > 0 else 0.0
    return share


def _curtailed(sums: Sums, generators: _Labels, links: _Labels) -> float:
    """Return the wind, PV and CSP that was not used [MWh]; CSP as electricity of its turbine."""
    left = sums.available - sums.made
    weather = generators.having("generation") & np.isin(generators.text("technology"), ("pv", "wind"))
    turbines, buses, owners = links.having("csp_turbine"), links.text("bus0"), generators.text("bus")
    rates, sizes = links.number("efficiency"), links.number("p_nom")
    lost = float(left[weather].sum())
    for place in np.flatnonzero(generators.having("solar_field")):
        behind = turbines & (buses == owners[place])
        if sizes[behind].sum() > 0:
            lost += float(left[place] * np.average(rates[behind], weights=sizes[behind]))
    return lost


def _on_grid(buses: pd.DataFrame, names: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Return which buses belong to the grid of the province."""
    on_grid = set(buses.index[buses["role"].isin(GRID_ROLES)].astype(str))
    return np.array([name in on_grid for name in names], dtype=bool)


def _co2(sums: Sums, facts: Facts, plants: tuple[CountedPlant, ...]) -> float:
    """Return the CO2 of local generation [t]."""
    heat_rates = {plant.id: plant.heat_rate for plant in plants}
    generators, links = _Labels(sums.generators), _Labels(sums.links)
    burnt = sums.made * generators.number("fuel_factor", 1.0)
    more = sums.given * links.number("fuel_factor", 1.0) + sums.taken * links.number("no_load_fuel")
    parts = ((generators, ("generation",), burnt), (links, TURBINES, more))
    total = 0.0
    for part, roles, fuel in parts:
        technologies, ids = part.text("technology"), part.text("plant")
        for place in np.flatnonzero(part.having(*roles)):
            total += fuel[place] * _co2_rate(facts, technologies[place], heat_rates.get(ids[place], 0.0))
    return float(total)


def _co2_rate(facts: Facts, technology: str, heat_rate: float) -> float:
    """Return the CO2 of a MWh at full load [t/MWh], from the standard coal of a kWh [gce/kWh]."""
    if technology == "gas":
        return facts.cost("gas", "co2_per_mwh").value
    if technology == "coal":
        return facts.cost("coal", "co2_per_tce").value * heat_rate / 1000.0
    return 0.0
