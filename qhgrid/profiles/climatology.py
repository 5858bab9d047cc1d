"""What the synthetic series are calibrated to: the climatology tables of ``data/``, as arrays.

Axes are always month (12), hour of the day (24, Beijing time), prefecture (8, in the order of every table).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from qhgrid.facts import PREFECTURES, Facts
from qhgrid.facts.demand import class_energies_mwh
from qhgrid.facts.rows import HourSeries, Row
from qhgrid.facts.tables import value_of
from qhgrid.profiles.level_year import BoolArray, FloatArray, IntArray
from qhgrid.sourced import Confidence

PV_PROBABILITIES = (0.05, 0.25, 0.50, 0.75, 0.95)
"""Probabilities of the quantiles of daily PV yield in the table."""
REFERENCE_MIX = (2025, "central")
"""Year and level whose mix of classes the shapes are calibrated to."""
FACTORS = "; prefecture factors assumed, see data/full_load_hours.csv"
"""What the sources of the province's monthly hours do not cover."""
FLEET_GRADE = "OP"
"""Grade of the plants that make up today's fleet."""
MEASURED = (Confidence.OFFICIAL, Confidence.PUBLISHED)
"""Confidence of the years of the river that were measured."""
WIND_PROBABILITIES = (0.05, 0.25, 0.50, 0.75, 0.95, 0.99)
"""Probabilities of the quantiles of relative wind power in the table."""


@dataclass(frozen=True)
class Places:
    """The prefecture seats."""

    lon: FloatArray
    """Degrees east, shape (8,)."""
    lat: FloatArray
    """Degrees north, shape (8,)."""


@dataclass(frozen=True)
class Sunshine:
    """What PV is calibrated to."""

    full_load_hours: FloatArray
    """Potential of today's fleet before curtailment, shape (8, 12) [h]."""
    weights: FloatArray
    """Share of each prefecture in today's PV fleet, shape (8,), sum 1."""
    daily_quantiles: FloatArray
    """Quantiles of the province's daily yield, per unit of the month's mean, shape (12, 5)."""
    daily_lag1: FloatArray
    """Correlation of the province's daily yield with the day before, shape (12,)."""
    shape: FloatArray
    """Mean capacity factor by month and hour, shape (12, 24); for comparison, geometry makes the series."""


@dataclass(frozen=True)
class Wind:
    """What wind is calibrated to."""

    full_load_hours: FloatArray
    """Potential of today's fleet before curtailment, shape (8, 12) [h]."""
    weights: FloatArray
    """Share of each prefecture in today's wind fleet, shape (8,), sum 1."""
    quantiles: FloatArray
    """Quantiles of the province's hourly power, per unit of the month's mean, shape (12, 6)."""
    lag1h: FloatArray
    """Correlation with the hour before, shape (12,)."""
    lag24h: FloatArray
    """Correlation with the same hour of the day before, shape (12,)."""
    diurnal: FloatArray
    """Mean power by month and hour, per unit of the month's mean, shape (12, 24)."""


@dataclass(frozen=True)
class Load:
    """What demand is calibrated to."""

    hourly_shape: FloatArray
    """Mean load by quarter and hour, shape (4, 24); only the shape within the day is used."""
    monthly_shares: FloatArray
    """Share of each month in the year's energy, shape (12,), sum 1."""
    class_shares: dict[str, float]
    """Share of each demand class in the reference mix, sum 1."""


@dataclass(frozen=True)
class River:
    """What inflow is taken from."""

    years: IntArray
    """Years of the record, shape (n,)."""
    monthly_m3_per_s: FloatArray
    """Mean discharge at 唐乃亥, shape (n, 12) [m3/s]."""
    is_measured: BoolArray
    """Which years were measured; others were derived and enter no statistics, shape (n,)."""

    def measured(self) -> River:
        """Return the measured years alone."""
        kept = self.is_measured
        return River(self.years[kept], self.monthly_m3_per_s[kept], kept[kept])


@dataclass(frozen=True)
class Climatology:
    """All tables that the series are calibrated to."""

    places: Places
    sunshine: Sunshine
    wind: Wind
    load: Load
    river: River
    temperature_degc: FloatArray
    """Mean air temperature at 3000 m by month and hour, shape (12, 24) [degC]."""
    sources: dict[str, str]
    """Sources of the tables behind each file: pv, wind, dni, demand, inflow, temperature."""


def read_climatology(facts: Facts) -> Climatology:
    """Return the climatology tables of `facts` as arrays."""
    spread = facts.pv_wind_variability
    return Climatology(
        places=read_places(facts),
        sunshine=Sunshine(
            full_load_hours=_by_prefecture(facts.pv_full_load_hours),
            weights=_fleet_weights(facts, "pv"),
            daily_quantiles=np.array(
                [
                    [r.pv_daily_p5_h, r.pv_daily_p25_h, r.pv_daily_p50_h, r.pv_daily_p75_h, r.pv_daily_p95_h]
                    for r in spread.values()
                ]
            )
            / np.array([[value_of(row)] for row in spread.values()]),
            daily_lag1=np.array([row.pv_daily_lag1 for row in spread.values()]),
            shape=_hours(facts.pv_capacity_factor),
        ),
        wind=Wind(
            full_load_hours=_by_prefecture(facts.wind_full_load_hours),
            weights=_fleet_weights(facts, "wind"),
            quantiles=np.array(
                [
                    [
                        r.wind_rel_p5,
                        r.wind_rel_p25,
                        r.wind_rel_p50,
                        r.wind_rel_p75,
                        r.wind_rel_p95,
                        r.wind_rel_p99,
                    ]
                    for r in spread.values()
                ]
            ),
            lag1h=np.array([row.wind_lag1h for row in spread.values()]),
            lag24h=np.array([row.wind_lag24h for row in spread.values()]),
            diurnal=_hours(facts.wind_diurnal_shape),
        ),
        load=_read_load(facts),
        river=read_river(facts),
        temperature_degc=_hours(facts.temperature),
        sources=_sources(facts),
    )


def read_places(facts: Facts) -> Places:
    """Return the prefecture seats."""
    rows = [facts.prefectures[name] for name in PREFECTURES]
    return Places(np.array([row.lon for row in rows]), np.array([row.lat for row in rows]))


def read_river(facts: Facts) -> River:
    """Return the record of the river, in the order of the years."""
    rows = sorted(facts.inflow_tangnaihai_monthly.values(), key=lambda row: row.year)
    return River(
        years=np.array([row.year for row in rows], dtype=np.int64),
        monthly_m3_per_s=np.array([row.months for row in rows]),
        is_measured=np.array([row.confidence in MEASURED for row in rows]),
    )


def _by_prefecture(table: Mapping[str, tuple[float, ...]]) -> FloatArray:
    """Return a monthly table by prefecture as an array, shape (8, 12)."""
    return np.array([table[name] for name in PREFECTURES])


def _hours(table: Mapping[str, HourSeries]) -> FloatArray:
    """Return a table of days as an array in the order of its periods, shape (n, 24)."""
    return np.array([row.hours for row in sorted(table.values(), key=lambda row: row.period)])


def _fleet_weights(facts: Facts, technology: str) -> FloatArray:
    """Return the share of each prefecture in today's plants of `technology`, shape (8,), sum 1."""
    power = np.zeros(len(PREFECTURES))
    for plant in facts.fleet.values():
        if plant.technology == technology and plant.grade == FLEET_GRADE:
            power[PREFECTURES.index(plant.prefecture)] += value_of(plant)
    return np.asarray(power / power.sum())


def _read_load(facts: Facts) -> Load:
    """Return the tables of the load and the reference mix of classes."""
    year, level = REFERENCE_MIX
    energy = class_energies_mwh(facts, year, level)
    months = np.array(next(iter(facts.demand_monthly_shares.values())).months)
    return Load(
        hourly_shape=_hours(facts.load_shape_hourly),
        monthly_shares=months / months.sum(),
        class_shares={name: value / sum(energy.values()) for name, value in energy.items()},
    )


def _sources(facts: Facts) -> dict[str, str]:
    """Return the sources of the tables behind each file."""
    spread = list(facts.pv_wind_variability.values())
    hours = [row for row in facts.monthly_hours.values() if row.id.endswith("_potential")]
    temperature = list(facts.temperature.values())
    pv = _cite([*hours, *spread, *facts.pv_capacity_factor.values()]) + FACTORS
    return {
        "pv": pv,
        "wind": _cite([*hours, *spread, *facts.wind_diurnal_shape.values()]) + FACTORS,
        "dni": pv,
        "demand": _cite(
            [*facts.load_shape_hourly.values(), *facts.demand_monthly_shares.values(), *temperature]
        ),
        "inflow": _cite(facts.inflow_tangnaihai_monthly.values()),
        "temperature": _cite(temperature),
    }


def _cite(rows: Iterable[Row]) -> str:
    """Return the sources of rows, each once, in the order of the tables."""
    return "; ".join(dict.fromkeys(row.source for row in rows))
