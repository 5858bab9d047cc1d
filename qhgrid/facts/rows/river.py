"""The cascade of the upper Yellow River."""

from __future__ import annotations

from dataclasses import dataclass

from qhgrid.facts.rows.row import Row


@dataclass(frozen=True, kw_only=True)
class HydroPlant(Row):
    """``hydro_plants.csv``: a plant of the upper Yellow River; value is rated power [MW].

    Rows stand in downstream order.
    """

    order: int
    downstream: str
    """Id of the next plant downstream, or empty below the last."""
    prefecture: str
    station: str
    grade: str
    in_service_year: int
    uprate_mw: float
    """Planned extra turbines (增容扩机); counted only if `uprate_grade` is counted [MW]."""
    uprate_grade: str
    head_m: float
    """Rated head [m]."""
    k_factor: float
    """Output coefficient K of N[kW] = K Q[m3/s] H[m]."""
    regulating_storage_m3: float
    """Storage that dispatch may use; 0 for run of river [m3]."""
    side_inflow_share: float
    """Natural inflow entering between the plant above and this one, share of 唐乃亥 discharge [1]."""
    minimum_release_m3_per_s: float
    """Ecological or ice-season minimum release [m3/s]."""
    annual_energy_mwh: float
    """Design yearly energy; 0 where not known [MWh]."""
    lon: float
    lat: float
    quote: str


@dataclass(frozen=True, kw_only=True)
class HydroUnit(Row):
    """``hydro_units.csv``: units of a river plant that joined after its first; value is their power [MW].

    The power of ``hydro_plants.csv`` is that of all units; before the year of a row here it is less by it.
    """

    plant: str
    """Id of ``hydro_plants.csv``."""
    in_service_year: int
    """First level year, at its end, in which they count."""


@dataclass(frozen=True, kw_only=True)
class HydroReach(Row):
    """``hydro_reaches.csv``: the river from a plant to the next; value is its travel time [h].

    Travel time is that with both pools in place; 0 where the pool below backs up to the plant above.
    """

    upstream: str
    downstream: str
    """Ids of ``hydro_plants.csv``, one below the other."""
    distance_km: float
    free_hours: float
    """Travel time while the plant below does not stand [h]."""


@dataclass(frozen=True, kw_only=True)
class HydroCurvePoint(Row):
    """``hydro_curves.csv``: a point of a level-storage curve; value is the storage [m3]."""

    plant: str
    level_m: float


@dataclass(frozen=True, kw_only=True)
class HydroLevels(Row):
    """``hydro_levels.csv``: a level of a plant by month; value is the mean of the year [m]."""

    plant: str
    kind: str
    """normal, dead, flood_limit, rule (expected level) or tailwater."""
    months: tuple[float, ...]
    """Level of January … December [m], shape (12,)."""


@dataclass(frozen=True, kw_only=True)
class HydroFlows(Row):
    """``hydro_flows.csv``: a rule on the water of a plant by month; value is the mean of the year [m3/s]."""

    plant: str
    kind: str
    """minimum_release, maximum_release, or withdrawal from the pool (net of what returns)."""
    grade: str
    in_service_year: int
    """First level year in which it counts."""
    months: tuple[float, ...]
    """Flow of January … December [m3/s], shape (12,)."""


@dataclass(frozen=True, kw_only=True)
class HydroObservedLevel(Row):
    """``hydro_observed_levels.csv``: mean level of a reservoir in a month of the past [m]."""

    plant: str
    year: int
    month: int
    days: int
    """Days with a record."""
