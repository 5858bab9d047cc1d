"""Plants, their technologies, and where storage stands."""

from __future__ import annotations

from dataclasses import dataclass

from qhgrid.facts.rows.row import Row


@dataclass(frozen=True, kw_only=True)
class Prefecture(Row):
    """``prefectures.csv``: a prefecture; value is its population [person]."""

    adcode: int
    lon: float
    lat: float
    """Seat of the prefecture, degrees, WGS84."""
    area_km2: float


@dataclass(frozen=True, kw_only=True)
class Technology(Row):
    """``technologies.csv``: a way to make or hold electricity; value is its lifetime [a].

    The one table of classes: what is clean, what is new energy, what is storage.
    """

    is_clean: bool
    """清洁能源: hydro, wind, PV, CSP, biomass, geothermal, nuclear, waste heat."""
    is_new_energy: bool
    """新能源: wind, PV, CSP."""
    is_storage: bool
    """Neither in the numerator nor in the denominator of a generation share."""
    carrier: str
    """Carrier name in the network."""
    marginal_cost_cny_per_mwh: float
    """Variable operation and maintenance, fuel left out."""
    efficiency: float
    """Net electric efficiency; round trip for storage [1]."""
    colour: str
    """Colour in charts, ``#rrggbb``."""


@dataclass(frozen=True, kw_only=True)
class Plant(Row):
    """``fleet.csv``: a plant or a block of plants; value is rated power [MW].

    The plants of the upper Yellow River stand in ``hydro_plants.csv``.
    """

    technology: str
    """Id of ``technologies.csv``."""
    prefecture: str
    station: str
    """Id of the station it feeds, of ``stations.csv``."""
    grade: str
    """OP, G5 … G0 or A (:class:`qhgrid.scenario.model.Grade`)."""
    in_service_year: int
    """First level year, at its end, in which it counts."""
    retire_year: int
    """First level year in which it no longer counts; 9999 for never."""
    storage_h: float
    """Hours of rated power held in storage, heat or reservoir; 0 for none [h]."""
    heat_rate_gce_per_kwh: float
    """Standard coal per kWh for coal plant; 0 otherwise."""
    corridor: str
    """Id of the corridor it was built for, or empty."""
    quote: str
    """Words of the plan that justify the grade, or empty."""


@dataclass(frozen=True, kw_only=True)
class ThermalUnits(Row):
    """``thermal_units.csv``: the units of a coal or gas plant; value is their least output per unit [1].

    The id is that of the plant in ``fleet.csv``. A plant without a row takes the figures of its technology in
    ``costs.csv``.
    """

    units: int
    """Number of units; 0 where not known."""
    is_chp: bool
    """Whether the plant heats a town, so that it must run in the heating season."""
    is_captive: bool
    """Whether it belongs to a factory (自备电厂) and runs with it."""


@dataclass(frozen=True, kw_only=True)
class PumpedStorageSite(Row):
    """``pumped_storage.csv``: where a pumped storage plant has its water from; value is its mean head [m].

    The id is that of the plant in ``fleet.csv``. A plant without a row, or whose lower plant does not count,
    is a closed system.
    """

    lower_plant: str
    """Id in ``hydro_plants.csv`` of the plant whose pool is the lower reservoir; empty if closed."""
    upper_plant: str
    """Id of the plant whose pool is the upper reservoir; empty for a reservoir of its own."""


@dataclass(frozen=True, kw_only=True)
class StorageSite(Row):
    """``storage_sites.csv``: where storage stands in the chain from source to user; it has no value.

    The id is that of the plant in ``fleet.csv``. A plant without a row stands on the grid side.
    """

    siting: str
    """``source`` (电源侧), ``grid`` (电网侧) or ``user`` (用户侧)."""
