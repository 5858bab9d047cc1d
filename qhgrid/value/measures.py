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

    from qhgrid.facts import Facts
    from qhgrid.scenario.fleet import CountedPlant

FloatArray = npt.NDArray[np.float64]

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


def add_up(network: pypsa.Network, facts: Facts, plants: tuple[CountedPlant, ...]) -> Energies:
    """Return what the plan in the result tables of `network` comes to.

    Parameters
    ----------
    network : pypsa.Network
        Dispatched, with the columns of qhgrid.
    facts : Facts
        Technologies and CO2 rates.
    plants : tuple of CountedPlant
        With the heat rates of coal plants.
    """
    hours = network.snapshot_weightings["generators"].to_numpy(dtype=float)
    generators, links = _Part(network, "Generator", hours), _Part(network, "Link", hours)
    plant_like = generators.having("generation")
    turbines = links.having(*TURBINES)
    made = generators.energy("p")
    given = -links.energy("p1")
    own = given * (1.0 - _from_grid_heat(links, generators))
    technology = np.concatenate(
        [generators.text("technology")[plant_like], links.text("technology")[turbines]]
    )
    energy = np.concatenate([made[plant_like], own[turbines]])
    is_clean = np.array([facts.technology(name).is_clean for name in technology], dtype=bool)
    lost = _curtailed(generators, links)
    shed = generators.having("shed") & _on_grid(network, generators.text("bus"))
    return Energies(
        generation=float(energy.sum()),
        clean=float(energy[is_clean].sum()),
        used=float(energy[np.isin(technology, NEW_ENERGY)].sum()),
        lost=lost,
        sent=float(links.energy("p0")[links.having("corridor")].sum()),
        shed=float(made[shed].sum()),
        co2=_co2(generators, links, facts, plants),
    )


class _Part:
    """The components of one kind: labels, and energies over the horizon."""

    def __init__(self, network: pypsa.Network, component: str, hours: FloatArray) -> None:
        self.static: pd.DataFrame = network.c[component].static
        self.dynamic = network.c[component].dynamic
        self.hours = hours

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

    def energy(self, name: str) -> FloatArray:
        """Return a result of each component, added up over the horizon, shape (n,) [MWh]."""
        total = np.zeros(len(self.static))
        frame = self.dynamic.get(name)
        if frame is not None and frame.shape[1]:
            total[self.static.index.get_indexer(frame.columns)] = self.hours @ frame.to_numpy(dtype=float)
        return total

    def available(self) -> FloatArray:
        """Return what each component could have given over the horizon, shape (n,) [MWh]."""
        share = self.number("p_max_pu", 1.0) * self.hours.sum()
        frame = self.dynamic.get("p_max_pu")
        if frame is not None and frame.shape[1]:
            share[self.static.index.get_indexer(frame.columns)] = self.hours @ frame.to_numpy(dtype=float)
        with np.errstate(invalid="ignore"):
            energy: FloatArray = np.nan_to_num(share * self.number("p_nom"), nan=0.0, posinf=0.0)
        return energy


def _from_grid_heat(links: _Part, generators: _Part) -> FloatArray:
    """Return the share of the heat behind each CSP turbine that heaters made, 0 for all other Links."""
    heaters, fields = links.having("csp_heater"), generators.having("solar_field")
    share = np.zeros(len(links.static))
    if not heaters.any():
        return share
    heated, ends = -links.energy("p1")[heaters], links.text("bus1")[heaters]
    gathered, owners = generators.energy("p")[fields], generators.text("bus")[fields]
    buses = links.text("bus0")
    for place in np.flatnonzero(links.having("csp_turbine")):
        grid, sun = heated[ends == buses[place]].sum(), gathered[owners == buses[place]].sum()
        share[place] = grid / (grid + sun) if grid > 0 else 0.0
    return share


def _curtailed(generators: _Part, links: _Part) -> float:
    """Return the wind, PV and CSP that was not used [MWh]."""
    left = generators.available() - generators.energy("p")
    weather = generators.having("generation") & np.isin(generators.text("technology"), ("pv", "wind"))
    fields, turbines = generators.having("solar_field"), links.having("csp_turbine")
    rates, sizes, buses = links.number("efficiency"), links.number("p_nom"), links.text("bus0")
    lost = float(left[weather].sum())
    for place in np.flatnonzero(fields):
        behind = turbines & (buses == generators.text("bus")[place])
        if sizes[behind].sum() > 0:
            lost += float(left[place] * np.average(rates[behind], weights=sizes[behind]))
    return lost


def _on_grid(network: pypsa.Network, buses: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Return which buses belong to the grid of the province."""
    static = network.c["Bus"].static
    on_grid = set(static.index[static["role"].isin(GRID_ROLES)].astype(str))
    return np.array([bus in on_grid for bus in buses], dtype=bool)


def _co2(generators: _Part, links: _Part, facts: Facts, plants: tuple[CountedPlant, ...]) -> float:
    """Return the CO2 of local generation [t]."""
    heat_rates = {plant.id: plant.heat_rate for plant in plants}
    plant_like, units = generators.having("generation"), links.having(*TURBINES)
    burnt = generators.energy("p") * generators.number("fuel_factor", 1.0)
    more = -links.energy("p1") * links.number("fuel_factor", 1.0)
    more += links.energy("p0") * links.number("no_load_fuel")
    total = 0.0
    for part, chosen, fuel in ((generators, plant_like, burnt), (links, units, more)):
        technologies, ids = part.text("technology"), part.text("plant")
        for place in np.flatnonzero(chosen):
            total += fuel[place] * _co2_rate(facts, technologies[place], heat_rates.get(ids[place], 0.0))
    return float(total)


def _co2_rate(facts: Facts, technology: str, heat_rate: float) -> float:
    """Return the CO2 of a MWh at full load [t/MWh], from the standard coal of a kWh [gce/kWh]."""
    if technology == "gas":
        return facts.cost("gas", "co2_per_mwh").value
    if technology == "coal":
        return facts.cost("coal", "co2_per_tce").value * heat_rate / 1000.0
    return 0.0
