"""What the parts of a network are built from, and where everything stands on the map."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from qhgrid.clock import snapshots as hourly_snapshots
from qhgrid.errors import Fault, NetworkError
from qhgrid.network.draft import FloatArray

if TYPE_CHECKING:
    from collections.abc import Mapping

    import xarray as xr

    from qhgrid.facts import Facts
    from qhgrid.facts.rows import HydroFlows, LineFact, Station, Technology
    from qhgrid.scenario.fleet import CountedPlant
    from qhgrid.scenario.model import Scenario


@dataclass(frozen=True)
class Case:
    """One scenario with its facts, series and counted plants.

    Parameters
    ----------
    scenario : Scenario
        What to build.
    facts : Facts
        The fact tables.
    profiles : xarray.Dataset
        Hourly series on the scenario's snapshots, as :func:`qhgrid.profiles.load_profiles` returns them.
    plants : tuple of CountedPlant
        Plants that count in the scenario's year.
    river_levels : mapping of str to numpy.ndarray, optional
        Level expected in the reservoir of a plant of the river at the end of each hour [m], shape
        (snapshot,), where an earlier run is known.
    """

    scenario: Scenario
    facts: Facts
    profiles: xr.Dataset
    plants: tuple[CountedPlant, ...]
    river_levels: Mapping[str, FloatArray] = field(default_factory=dict)

    @cached_property
    def snapshots(self) -> pd.DatetimeIndex:
        """Hours of the horizon, Beijing time."""
        return hourly_snapshots(self.scenario.horizon.start, self.scenario.horizon.end)

    @cached_property
    def stations(self) -> dict[str, Station]:
        """Stations in service in the scenario's year, in the order of the table."""
        return {id: row for id, row in self.facts.stations.items() if self.is_in_service(row)}

    @cached_property
    def is_station_level(self) -> bool:
        """Whether buses are stations instead of prefectures."""
        return self.scenario.grid.resolution == "station"

    @cached_property
    def grid_buses(self) -> tuple[str, ...]:
        """Names of the grid buses."""
        return tuple(self.stations) if self.is_station_level else tuple(self.facts.prefectures)

    def is_in_service(self, row: Station | LineFact | HydroFlows) -> bool:
        """Return whether a station or line is there in the scenario's year and its grade is counted."""
        scenario = self.scenario
        return row.in_service_year <= scenario.year and row.grade in scenario.fleet.grades

    def bus_of_station(self, station: str, where: str) -> str:
        """Return the grid bus of a station.

        Parameters
        ----------
        station : str
            Id of ``stations.csv``.
        where : str
            What asks, for the message.

        Raises
        ------
        NetworkError
            If the station is unknown, or not in service at station resolution.
        """
        row = self.facts.stations.get(station)
        if row is None:
            fault = Fault(where, f"station {station!r} is unknown", "Use an id of data/stations.csv.")
            raise NetworkError(fault)
        if not self.is_station_level:
            return row.prefecture
        if station not in self.stations:
            raise NetworkError(
                Fault(
                    where,
                    f"station {station!r} is not in service in {self.scenario.year}",
                    "Choose a station in service, a later year, or resolution: prefecture.",
                )
            )
        return station

    def bus_of_plant(self, plant: str, station: str, prefecture: str) -> str:
        """Return the grid bus that a plant feeds.

        At station resolution a plant whose station is not in service yet feeds the first station of its
        prefecture.
        """
        if not self.is_station_level:
            return prefecture
        return station if station in self.stations else self.stations_of(prefecture, plant)[0]

    def stations_of(self, prefecture: str, where: str) -> tuple[str, ...]:
        """Return the stations in service in a prefecture.

        Raises
        ------
        NetworkError
            If there is none.
        """
        found = tuple(id for id, row in self.stations.items() if row.prefecture == prefecture)
        if not found:
            raise NetworkError(
                Fault(
                    where,
                    f"{prefecture} has no station in service in {self.scenario.year}",
                    "Add a station to data/stations.csv, or use resolution: prefecture.",
                )
            )
        return found

    def prefecture_of(self, bus: str) -> str:
        """Return the prefecture of a grid bus."""
        return self.stations[bus].prefecture if self.is_station_level else bus

    def name_of(self, bus: str) -> str:
        """Return the Chinese name of a grid bus."""
        return self.stations[bus].name_zh if self.is_station_level else self.facts.prefectures[bus].name_zh

    def plants_of(self, *technologies: str) -> tuple[CountedPlant, ...]:
        """Return the counted plants of some technologies with a rating above zero."""
        return tuple(plant for plant in self.plants if plant.technology in technologies and plant.p_nom > 0)

    def plants_by_bus(self, technology: str) -> dict[str, list[CountedPlant]]:
        """Return the plants of one technology by grid bus, in the order of the buses."""
        groups: dict[str, list[CountedPlant]] = {}
        for plant in self.plants_of(technology):
            bus = self.bus_of_plant(plant.id, plant.station, plant.prefecture)
            groups.setdefault(bus, []).append(plant)
        return {bus: groups[bus] for bus in self.grid_buses if bus in groups}

    def profile(self, variable: str, **where: str) -> FloatArray:
        """Return one hourly series, shape (snapshot,).

        Parameters
        ----------
        variable : str
            Name in the profiles, such as ``pv_p_max_pu``.
        **where : str
            Label of a further dimension, such as ``prefecture="haixi"``.

        Raises
        ------
        NetworkError
            If the series is missing or not on the hours of the horizon.
        """
        place = f"profiles: {variable}"
        if variable not in self.profiles:
            raise NetworkError(Fault(place, "is missing", "Rebuild the profiles: qhgrid profiles build."))
        series = self.profiles[variable]
        for dim, label in where.items():
            if label not in series[dim].to_numpy():
                raise NetworkError(
                    Fault(place, f"has no {dim} {label!r}", "Add the series to the profile file.")
                )
            series = series.sel({dim: label})
        if not pd.DatetimeIndex(series["snapshot"].to_numpy()).equals(self.snapshots):
            mend = "Load the profiles with the snapshots of the scenario's horizon."
            raise NetworkError(Fault(place, "is not on the hours of the horizon", mend))
        return np.ascontiguousarray(series.to_numpy(), dtype=np.float64)

    def monthly(self, variable: str) -> xr.DataArray:
        """Return one variable of the profiles that has a figure for each month.

        Raises
        ------
        NetworkError
            If it is missing.
        """
        if variable not in self.profiles:
            mend = "Load the profiles with qhgrid.profiles.load_profiles."
            raise NetworkError(Fault(f"profiles: {variable}", "is missing", mend))
        return self.profiles[variable]

    def technology(self, id: str) -> Technology:
        """Return a row of ``technologies.csv``."""
        return self.facts.technologies[id]
