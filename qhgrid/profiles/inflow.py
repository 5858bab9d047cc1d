"""Natural discharge at 唐乃亥, hour by hour, for the water years that a scenario names.

*dry*, *median* and *wet* are the years of the record whose day-weighted yearly mean lies nearest to the 10th,
50th and 90th percentile of the measured years. Any year of the record and any generated year
(:mod:`qhgrid.profiles.water_years`) can be named too. Monthly means are honoured exactly and joined smoothly;
the horizon's years are closed to a ring, so that a reservoir may end where it began. Below a month nothing
is known: floods of days are smoothed away.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence

import numpy as np
import pandas as pd

from qhgrid.errors import Fault, ProfileError
from qhgrid.profiles.climatology import River
from qhgrid.profiles.interpolation import smooth_positive
from qhgrid.profiles.level_year import DAYS_IN_MONTH, FloatArray
from qhgrid.profiles.series import WATER_YEARS
from qhgrid.profiles.water_years import synthetic_year
from qhgrid.scenario.years import synthetic_number

PERCENTILES = dict(zip(WATER_YEARS, (0.10, 0.50, 0.90), strict=True))
"""Percentile of yearly mean discharge of each water year; dry is the 90 % exceedance of hydrology."""


def make_inflow(river: River) -> FloatArray:
    """Return discharge by water year, shape (3, 8760) [m3/s], ordered as ``WATER_YEARS``."""
    return np.stack(
        [smooth_positive(monthly_inflow(name, river), 24 * DAYS_IN_MONTH) for name in WATER_YEARS]
    )


def inflow_on(names: Sequence[str], snapshots: pd.DatetimeIndex, river: River) -> FloatArray:
    """Return discharge on the given hours, shape (n,) [m3/s]; each calendar month has its exact mean.

    Parameters
    ----------
    names : sequence of str
        One water year for each calendar year that the hours touch, in order; a single one serves for all.
    snapshots : pandas.DatetimeIndex
        Hours in order, Beijing time, shape (n,).
    river : River
        The record.

    Raises
    ------
    ProfileError
        If a year is not in the record, or the years are not as many as the calendar years.
    """
    years = range(snapshots[0].year, snapshots[-1].year + 1)
    if len(names) not in (1, len(years)):
        what = f"{len(names)} water years are listed, the horizon has {len(years)} calendar years"
        raise ProfileError(Fault("hydro.water_year", what, f"List {len(years)}, in order."))
    chosen = list(names) * len(years) if len(names) == 1 else names
    months = np.concatenate([monthly_inflow(name, river) for name in chosen])
    hours = np.array([24 * monthrange(year, month)[1] for year in years for month in range(1, 13)])
    passed = (snapshots - pd.Timestamp(f"{years[0]}-01-01")) // pd.Timedelta(hours=1)
    return np.asarray(smooth_positive(months, hours)[passed.to_numpy()])


def monthly_inflow(name: str, river: River) -> FloatArray:
    """Return the monthly mean discharge of a water year, shape (12,) [m3/s].

    Raises
    ------
    ProfileError
        If the record has no such year.
    """
    number = synthetic_number(name)
    if number is not None:
        return synthetic_year(river, number)
    year = chosen_years(river)[name] if name in WATER_YEARS else int(name)
    at = np.flatnonzero(river.years == year)
    if not len(at):
        mend = f"Use a year from {river.years[0]} to {river.years[-1]}."
        raise ProfileError(Fault("hydro.water_year", f"the record of inflow has no year {year}", mend))
    return np.asarray(river.monthly_m3_per_s[at[0]])


def chosen_years(river: River) -> dict[str, int]:
    """Return the measured year that stands for each typical water year."""
    measured = river.measured()
    means = yearly_means(measured)
    return {
        name: int(measured.years[np.argmin(np.abs(means - np.quantile(means, percentile)))])
        for name, percentile in PERCENTILES.items()
    }


def yearly_means(river: River) -> FloatArray:
    """Return the day-weighted mean discharge of each year of the record, shape (n,) [m3/s]."""
    return np.asarray((river.monthly_m3_per_s * DAYS_IN_MONTH).sum(axis=1) / DAYS_IN_MONTH.sum())
