"""What a year of weather is like: full-load hours, cold, and the spells that a system must live through.

A *calm and dark week* is seven days in a row whose mean output of wind and PV together (today's fleet) is
below a stated share of the long-run mean; weeks that overlap are one event. A *cold spell* is three or more
days whose mean temperature over the prefectures is further below the long-run mean of the day than a stated
departure. Both thresholds stand in ``data/weather.csv``. The long-run means are those of the tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from qhgrid.profiles.climatology import Climatology
from qhgrid.profiles.demand import HEATING_LIMIT_DEGC
from qhgrid.profiles.interpolation import smooth_months
from qhgrid.profiles.level_year import DAYS, MONTH_OF_DAY, BoolArray, FloatArray
from qhgrid.profiles.temperature import LAPSE_K_PER_M, REFERENCE_ALTITUDE_M
from qhgrid.profiles.weather_years import Maker, WeatherYear

WEEK = 7
"""Days of a calm and dark week."""
SPELL_DAYS = 3
"""Least days of a cold spell."""


@dataclass(frozen=True)
class YearSummary:
    """One year of weather in figures."""

    number: int
    """0 for the level year."""
    pv_hours: float
    """Full-load hours of today's PV fleet [h]."""
    wind_hours: float
    """Full-load hours of today's wind fleet [h]."""
    csp_hours: float
    """Full-load hours of a solar field, mean of the prefectures [h]."""
    mean_degc: float
    """Mean temperature of the prefectures [degC]."""
    coldest_day_degc: float
    """Lowest daily mean of the prefectures [degC]."""
    degree_days: float
    """Heating degree days, mean of the prefectures [K·d]."""
    lowest_week: float
    """Lowest mean of wind and PV over seven days, per unit of the long-run mean [1]."""
    calm_dark_weeks: int
    """Calm and dark weeks."""
    calm_dark_days: int
    """Days in them."""
    cold_spells: int
    """Cold spells."""
    cold_days: int
    """Days in them."""
    cold_and_dark: int
    """Calm and dark weeks with a day of a cold spell in them."""
    calm_dark_months: tuple[int, ...]
    """Month (1 to 12) of the middle of each calm and dark week."""
    cold_months: tuple[int, ...]
    """Month (1 to 12) of the middle of each cold spell."""


@dataclass(frozen=True)
class Yardstick:
    """What years are measured against."""

    climatology: Climatology
    fleet: tuple[float, float]
    """Rated power of today's PV and wind [MW]."""
    normal_degc: FloatArray
    """Long-run mean temperature of each day, mean of the prefectures, shape (365,) [degC]."""
    calm_dark: float
    """Threshold of a calm and dark week [1]."""
    cold: float
    """Threshold of a cold spell [K]."""


def make_yardstick(maker: Maker, pv_mw: float, wind_mw: float) -> Yardstick:
    """Return the measures of the tables for a fleet of PV and wind [MW]."""
    lapse = LAPSE_K_PER_M * (maker.sky.altitude_m - REFERENCE_ALTITUDE_M)
    days = smooth_months(maker.climatology.temperature_degc, DAYS).mean(axis=1) - float(lapse.mean())
    thresholds = maker.figures["calm_dark_threshold"], maker.figures["cold_spell_threshold"]
    return Yardstick(maker.climatology, (pv_mw, wind_mw), days, *thresholds)


def summarise(number: int, year: WeatherYear, yard: Yardstick) -> YearSummary:
    """Return a year in figures."""
    sunshine, wind = yard.climatology.sunshine, yard.climatology.wind
    pv, blown = (year.pv * sunshine.weights).sum(axis=1), (year.wind * wind.weights).sum(axis=1)
    degc = year.temperature.mean(axis=1).reshape(DAYS, 24).mean(axis=1)
    weeks = weekly_output(pv, blown, yard)
    calm, cold = _runs(weeks < yard.calm_dark), list(cold_spells(degc, yard))
    calm_days = _spanned([(first, last + WEEK - 1) for first, last in calm])
    cold_days = _spanned(cold)
    return YearSummary(
        number=number,
        pv_hours=float(pv.sum()),
        wind_hours=float(blown.sum()),
        csp_hours=float(year.dni.sum(axis=0).mean()),
        mean_degc=float(degc.mean()),
        coldest_day_degc=float(degc.min()),
        degree_days=float(np.maximum(HEATING_LIMIT_DEGC - degc, 0.0).sum()),
        lowest_week=float(weeks.min()),
        calm_dark_weeks=len(calm),
        calm_dark_days=int(calm_days.sum()),
        cold_spells=len(cold),
        cold_days=int(cold_days.sum()),
        cold_and_dark=sum(bool(cold_days[first : last + WEEK].any()) for first, last in calm),
        calm_dark_months=_middle_months([(first, last + WEEK - 1) for first, last in calm]),
        cold_months=_middle_months(cold),
    )


def weekly_output(pv: FloatArray, wind: FloatArray, yard: Yardstick) -> FloatArray:
    """Return wind and PV over each seven days, per unit of the long-run mean, shape (359,) [1].

    Parameters
    ----------
    pv, wind : numpy.ndarray
        Fleet output per unit of rated power, shape (8760,).
    yard : Yardstick
        Fleet and long-run means.
    """
    sunshine, blown = yard.climatology.sunshine, yard.climatology.wind
    hours = [float((table.weights[:, None] * table.full_load_hours).sum()) for table in (sunshine, blown)]
    normal = sum(power * yearly for power, yearly in zip(yard.fleet, hours, strict=True)) / DAYS
    daily = (yard.fleet[0] * pv + yard.fleet[1] * wind).reshape(DAYS, 24).sum(axis=1)
    total = np.concatenate([[0.0], np.cumsum(daily)])
    return np.asarray((total[WEEK:] - total[:-WEEK]) / WEEK / normal)


def cold_spells(degc: FloatArray, yard: Yardstick) -> Iterator[tuple[int, int]]:
    """Yield first and last day of each cold spell, of daily mean temperatures (365,) [degC]."""
    for first, last in _runs(degc - yard.normal_degc < yard.cold):
        if last - first + 1 >= SPELL_DAYS:
            yield first, last


def _runs(mask: BoolArray) -> list[tuple[int, int]]:
    """Return first and last position of each run of true values."""
    edges = np.diff(np.concatenate([[0], mask.astype(np.int8), [0]]))
    return list(
        zip(np.flatnonzero(edges == 1).tolist(), (np.flatnonzero(edges == -1) - 1).tolist(), strict=True)
    )


def _middle_months(runs: Iterable[tuple[int, int]]) -> tuple[int, ...]:
    """Return the month, from 1, of the middle of each run of days."""
    return tuple(int(MONTH_OF_DAY[(first + last) // 2]) + 1 for first, last in runs)


def _spanned(runs: Iterable[tuple[int, int]]) -> BoolArray:
    """Return which days of the year lie in one of the runs, shape (365,)."""
    days = np.zeros(DAYS, dtype=np.bool_)
    for first, last in runs:
        days[first : last + 1] = True
    return days


def mean_and_spread(years: Sequence[YearSummary], names: Sequence[str]) -> dict[str, list[float]]:
    """Return mean, standard deviation, least and most of figures over years, each a list like `names`."""
    table = np.array([[getattr(year, name) for name in names] for year in years], dtype=np.float64)
    rows = {
        "mean": table.mean(axis=0),
        "spread": table.std(axis=0, ddof=1),
        "min": table.min(axis=0),
        "max": table.max(axis=0),
    }
    return {name: row.tolist() for name, row in rows.items()}
