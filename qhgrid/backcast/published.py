"""What was published of a past year, month by month where it was, from ``statistics.csv`` and the levels.

Generation of wind, and of hydro and thermal above scale (规上), is published from February on, January and
February as one figure; it is split by the days of the two months. Hydro above scale is raised to all scale by
the ratio of the two yearly figures. What is missing is NaN, never a guess.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from qhgrid.errors import FactsError, Fault

if TYPE_CHECKING:
    from qhgrid.facts import Facts

FloatArray = npt.NDArray[np.float64]

MONTHS = range(1, 13)


@dataclass(frozen=True)
class Published:
    """Published figures of a past year; a month or year without a figure is NaN.

    Parameters
    ----------
    year : int
    yearly : dict of str to float
        ``hydro``, ``thermal``, ``wind``, ``solar``, ``consumption``, ``net_export`` [MWh];
        ``pv_utilisation``, ``wind_utilisation`` [1].
    monthly : dict of str to numpy.ndarray
        The same keys where published by month, shape (12,); ``hydro`` at all scale.
    """

    year: int
    yearly: dict[str, float]
    monthly: dict[str, FloatArray]


YEARLY = {
    "hydro": "generation_hydro",
    "thermal": "generation_thermal_above_scale",
    "wind": "generation_wind",
    "solar": "generation_solar",
    "consumption": "consumption_total_electricity_consumption",
    "net_export": "balance_net_export",
    "pv_utilisation": "utilisation_pv_utilisation_rate",
    "wind_utilisation": "utilisation_wind_utilisation_rate",
}
"""Item of ``statistics.csv`` of each yearly figure."""

MONTHLY = {
    "hydro": "monthly_generation_hydro_above_scale",
    "thermal": "monthly_generation_thermal_above_scale",
    "wind": "monthly_generation_wind",
    "pv_utilisation": "monthly_utilisation_pv",
    "wind_utilisation": "monthly_utilisation_wind",
}
"""Item of each monthly figure."""

TWO_MONTHS = ("hydro", "thermal", "wind")
"""Figures whose February holds January as well."""


def days_in_months(year: int) -> FloatArray:
    """Return the days of January to December, shape (12,)."""
    return np.array([monthrange(year, month)[1] for month in MONTHS], dtype=np.float64)


def read_published(facts: Facts, year: int) -> Published:
    """Return what was published of a year.

    Raises
    ------
    FactsError
        If the year has no generation at all in ``statistics.csv``.
    """
    yearly = {key: _figure(facts, f"{item}_{year}") for key, item in YEARLY.items()}
    if np.isnan(yearly["hydro"]):
        known = sorted({row.year for row in facts.statistics.values() if row.item == YEARLY["hydro"]})
        mend = f"Choose one of: {', '.join(map(str, known))}."
        raise FactsError(Fault(f"statistics.csv: {year}", "nothing published of this year", mend))
    monthly = {key: _months(facts, item, year) for key, item in MONTHLY.items()}
    for key in TWO_MONTHS:
        monthly[key] = _split(monthly[key], year)
    monthly["hydro"] = monthly["hydro"] * (yearly["hydro"] / np.sum(monthly["hydro"]))
    monthly["consumption"] = consumption_by_month(facts, year)
    return Published(year, yearly, monthly)


def consumption_by_month(facts: Facts, year: int) -> FloatArray:
    """Return consumption of each month, missing ones filled so that the year is whole [MWh], shape (12,)."""
    total = _figure(facts, f"{YEARLY['consumption']}_{year}")
    months = _months(facts, "monthly_consumption_total", year)
    missing = np.isnan(months)
    days = days_in_months(year)
    left = total - np.nansum(months)
    if missing.any():
        months[missing] = left * days[missing] / days[missing].sum()
        return months
    return np.asarray(months * total / months.sum())


def level_at_month_ends(facts: Facts, plant: str, year: int) -> FloatArray:
    """Return the level at the start of the year and at each month's end [m], shape (13,).

    Half way between the mean levels of the two months that meet there.
    """
    levels = facts.observed_levels
    dates = [(year - 1, 12), *((year, month) for month in MONTHS), (year + 1, 1)]
    means = np.array([levels.get((plant, *date), np.nan) for date in dates])
    return np.asarray((means[1:] + means[:-1]) / 2.0)


def _figure(facts: Facts, id: str) -> float:
    """Return a figure of ``statistics.csv`` in base units; NaN where there is none."""
    row = facts.statistics.get(id)
    return float("nan") if row is None or row.value is None else row.value


def _months(facts: Facts, item: str, year: int) -> FloatArray:
    """Return twelve figures of a monthly item, NaN where there is none."""
    return np.array([_figure(facts, f"{item}_{year}-{month:02d}") for month in MONTHS])


def _split(months: FloatArray, year: int) -> FloatArray:
    """Return the months with the sum of January and February, written at February, split by their days."""
    days = days_in_months(year)[:2]
    both = months[1] if np.isnan(months[0]) else months[0] + months[1]
    return np.concatenate([both * days / days.sum(), months[2:]])
