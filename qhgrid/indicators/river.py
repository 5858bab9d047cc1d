"""The river after a run: where the water came from and went, how high it stood, and what its fall gave.

Everything is read from the results of the dispatch and the fact tables; nothing is taken from how the network
was built. Water is in m3/s, water held or under way in m3/s for an hour (3600 m3).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from qhgrid.clock import path_through_months
from qhgrid.indicators.selection import attribute, having, hours, series

if TYPE_CHECKING:
    from qhgrid.facts import Facts
    from qhgrid.facts.levels import Basin
    from qhgrid.scenario.model import Scenario

FloatArray = npt.NDArray[np.float64]

_PORTS = ("1", "2", "3", "4")


def water_residuals(results: xr.Dataset) -> xr.DataArray:
    """Return what each water bus has left over in each hour, 0 where the balance closes.

    Everything that flows into a bus is added up anew: generators with their sign, loads, stores, and each end
    of each link at the hour at which its water arrives.

    Returns
    -------
    xarray.DataArray
        Shape (snapshot, bus) over the buses of role ``water`` [m3/s].
    """
    buses = [str(bus) for bus in results["bus"].to_numpy()]
    place = {bus: number for number, bus in enumerate(buses)}
    left = np.zeros((results.sizes["snapshot"], len(buses)))
    for component, power, sign in _feeds(results):
        ends = attribute(results, component, "bus" if component != "link" else f"bus{power[-1]}", "")
        values = results[power].transpose("snapshot", component).to_numpy() * sign
        for number, bus in enumerate(ends.to_numpy().astype(str)):
            if bus in place:
                left[:, place[bus]] += values[:, number]
    water = having(results, "bus", role="water")
    coords = {"snapshot": results["snapshot"], "bus": np.array(buses, dtype=object)[water]}
    return xr.DataArray(left[:, water], coords, ("snapshot", "bus"), attrs={"units": "m3/s"})


def _feeds(results: xr.Dataset) -> list[tuple[str, str, npt.NDArray[np.float64] | float]]:
    """Return component, variable and sign of all that feeds a bus."""
    generators = attribute(results, "generator", "sign", 1.0).to_numpy().astype(float)
    loads = attribute(results, "load", "sign", -1.0).to_numpy().astype(float)
    stores = attribute(results, "store", "sign", 1.0).to_numpy().astype(float)
    found: list[tuple[str, str, npt.NDArray[np.float64] | float]] = [
        ("generator", "generator_p", generators),
        ("load", "load_p", loads),
        ("store", "store_p", stores),
        ("link", "link_p0", -1.0),
    ]
    return found + [("link", f"link_p{k}", -1.0) for k in _PORTS if f"link_p{k}" in results]


@dataclass(frozen=True)
class River:
    """The plants of the river in a run, from upstream to downstream.

    Parameters
    ----------
    results : xarray.Dataset
        Results of a dispatch.
    scenario : Scenario
        The scenario that was run.
    facts : Facts
        The fact tables.
    """

    results: xr.Dataset
    scenario: Scenario
    facts: Facts

    @cached_property
    def plants(self) -> tuple[str, ...]:
        """Ids of the plants with a turbine, downstream."""
        chosen = having(self.results, "link", role="hydro_turbine")
        there = set(attribute(self.results, "link", "plant", "").to_numpy().astype(str)[chosen])
        rows = sorted(self.facts.hydro_plants.values(), key=lambda row: row.order)
        return tuple(row.id for row in rows if row.id in there)

    @cached_property
    def times(self) -> pd.DatetimeIndex:
        """Hours, Beijing time."""
        return pd.DatetimeIndex(self.results["snapshot"].to_numpy())

    @cached_property
    def hours(self) -> FloatArray:
        """Length of each hour of the list [h], shape (snapshot,)."""
        return np.asarray(hours(self.results).to_numpy(), dtype=np.float64)

    def flow(self, component: str, role: str, plant: str, variable: str = "") -> FloatArray:
        """Return the flow of the components with a role at a plant [m3/s], shape (snapshot,).

        Parameters
        ----------
        component : str
            ``link``, ``generator``, ``load`` or ``store``.
        role : str
            Role of the component in the network.
        plant : str
            Id of the plant; empty for those of no plant.
        variable : str, optional
            Result to add up; what leaves ``bus0`` of a link and the power of others by default.
        """
        name = variable or ("link_p0" if component == "link" else f"{component}_p")
        chosen = having(self.results, component, role=role, plant=plant)
        values = self.results[name].transpose("snapshot", component).to_numpy()[:, chosen]
        return np.asarray(values.sum(axis=1), dtype=np.float64)

    def inflow(self, plant: str) -> FloatArray:
        """Return the natural inflow of a plant [m3/s], shape (snapshot,)."""
        return self.flow("generator", "inflow", plant)

    def turbined(self, plant: str) -> FloatArray:
        """Return the water through the turbines of a plant [m3/s], shape (snapshot,)."""
        return self.flow("link", "hydro_turbine", plant)

    def spilled(self, plant: str) -> FloatArray:
        """Return the water past the turbines of a plant [m3/s], shape (snapshot,)."""
        return self.flow("link", "hydro_spill", plant)

    def power(self, plant: str) -> FloatArray:
        """Return the electricity of a plant [MW], shape (snapshot,)."""
        return -self.flow("link", "hydro_turbine", plant, "link_p1")

    def withdrawn(self, plant: str) -> FloatArray:
        """Return the water that is asked of the pool of a plant [m3/s], shape (snapshot,)."""
        return self.flow("load", "withdrawal", plant)

    def content(self, plant: str) -> FloatArray | None:
        """Return the content of the reservoir at the end of each hour, None without one, (snapshot,)."""
        chosen = having(self.results, "store", role="reservoir", plant=plant)
        if not chosen.any():
            return None
        held = self.results["store_e"].transpose("snapshot", "store").to_numpy()[:, chosen]
        return np.asarray(held[:, 0], dtype=np.float64)

    def first_content(self, plant: str) -> float:
        """Return the content of the reservoir at the start, 0 without one [m3/s held for an hour]."""
        chosen = having(self.results, "store", role="reservoir", plant=plant)
        starts = attribute(self.results, "store", "e_initial", 0.0).to_numpy().astype(float)
        return float(starts[chosen].sum())

    def basin(self, plant: str) -> Basin | None:
        """Return level and storage of the reservoir of a plant, None where they are not known."""
        return self.facts.basins.get(plant)

    def level(self, plant: str) -> FloatArray | None:
        """Return the level of the reservoir at the end of each hour [m], None where it is not known."""
        basin, content = self.basin(plant), self.content(plant)
        if basin is None or content is None:
            return None
        return np.interp(content, *basin.points)

    def first_level(self, plant: str) -> float | None:
        """Return the level of the reservoir at the start [m], None where it is not known."""
        basin = self.basin(plant)
        return None if basin is None else basin.level_m(self.first_content(plant))

    def rule(self, plant: str) -> FloatArray | None:
        """Return the rule curve at the end of each hour [m], None without one."""
        given = self.scenario.hydro.rule_levels.get(plant)
        means = given or self.facts.river_levels.get((plant, "rule"))
        return None if means is None else path_through_months(self.times, means)

    def rate(self, plant: str) -> FloatArray:
        """Return the power of a m3/s that the run used [MW/(m3/s)], shape (snapshot,)."""
        chosen = having(self.results, "link", role="hydro_turbine", plant=plant)
        rates = series(self.results, "link", "efficiency", 1.0).to_numpy()[:, chosen]
        return np.asarray(rates[:, 0], dtype=np.float64)

    def rates_at_level(self, plant: str) -> tuple[FloatArray, FloatArray] | None:
        """Return the power of a m3/s by the levels reached, on the curve and in steps of storage.

        The level of an hour is the mean of those at its beginning and its end.

        Returns
        -------
        tuple of numpy.ndarray or None
            [MW/(m3/s)], shape (snapshot,) each; None where level or tailwater is not known.
        """
        level, first, basin = self.level(plant), self.first_level(plant), self.basin(plant)
        months = self.facts.river_levels.get((plant, "tailwater"))
        if level is None or first is None or basin is None or months is None:
            return None
        tail = path_through_months(self.times, months)
        mean = 0.5 * (level + np.concatenate([[first], level[:-1]]))
        mids = np.asarray(basin.band_levels_m())
        share = np.interp(mean, basin.points[1], basin.points[0]) / basin.size
        band = np.clip(np.floor(share * len(mids)), 0, len(mids) - 1).astype(np.int64)
        factor = self.facts.hydro_plants[plant].k_factor / 1000.0
        return factor * np.maximum(mean - tail, 0.0), factor * np.maximum(mids[band] - tail, 0.0)

    def total(self, values: FloatArray) -> float:
        """Return a flow over all hours [m3/s held for an hour], or a power as energy [MWh]."""
        return float(values @ self.hours)

    def under_way(self, plant: str) -> tuple[float, float]:
        """Return the water under way below a plant at start and end [m3/s held for an hour]."""
        chosen = having(self.results, "link", role="hydro_reach", plant=plant)
        sent = self.results["link_p0"].transpose("snapshot", "link").to_numpy()[:, chosen]
        arrived = -self.results["link_p1"].transpose("snapshot", "link").to_numpy()[:, chosen]
        first = self.total(self.flow("generator", "in_transit", plant))
        return first, float((sent - arrived).sum(axis=1) @ self.hours)

    def rise(self) -> float:
        """Return how much more all stores of the river hold at the end than at the start, shared ones too.

        In m3/s held for an hour.
        """
        ends = attribute(self.results, "store", "bus", "").to_numpy().astype(str)
        wet = set(self.results["bus"].to_numpy().astype(str)[having(self.results, "bus", role="water")])
        chosen = np.array([bus in wet for bus in ends], dtype=bool)
        fed = self.results["store_p"].transpose("snapshot", "store").to_numpy()[:, chosen]
        return -float(fed.sum(axis=1) @ self.hours)

    def elastic(self, role: str) -> float:
        """Return the water that the elastic layer made (``shed``) or took away (``dump``) on the river.

        In m3/s held for an hour.
        """
        buses = attribute(self.results, "bus", "role", "").to_numpy().astype(str)
        by_bus = dict(zip(self.results["bus"].to_numpy().astype(str), buses, strict=True))
        ends = attribute(self.results, "generator", "bus", "").to_numpy().astype(str)
        chosen = having(self.results, "generator", role=role)
        chosen &= np.array([by_bus.get(bus) == "water" for bus in ends], dtype=bool)
        values = self.results["generator_p"].transpose("snapshot", "generator").to_numpy()[:, chosen]
        return float(values.sum(axis=1) @ self.hours)


def levels(results: xr.Dataset, facts: Facts) -> xr.DataArray:
    """Return the level of each reservoir at the end of each hour.

    Parameters
    ----------
    results : xarray.Dataset
        Results of a dispatch.
    facts : Facts
        The fact tables, with the curves.

    Returns
    -------
    xarray.DataArray
        Shape (snapshot, plant) [m], for the reservoirs whose curve is known, downstream.
    """
    chosen = having(results, "store", role="reservoir")
    plants = attribute(results, "store", "plant", "").to_numpy().astype(str)
    place = {plants[number]: number for number in np.flatnonzero(chosen)}
    rows = sorted(facts.hydro_plants.values(), key=lambda row: row.order)
    known = [row.id for row in rows if row.id in place and row.id in facts.basins]
    held = results["store_e"].transpose("snapshot", "store").to_numpy()
    columns = [np.interp(held[:, place[plant]], *facts.basins[plant].points) for plant in known]
    values = np.stack(columns, axis=1) if columns else np.zeros((results.sizes["snapshot"], 0))
    coords = {"snapshot": results["snapshot"], "plant": np.array(known, dtype=object)}
    return xr.DataArray(values, coords, ("snapshot", "plant"), attrs={"units": "m"})
