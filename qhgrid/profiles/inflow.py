"""Natural discharge at 唐乃亥 for a dry, a median and a wet year, which are real years of the record.

The years are those whose day-weighted yearly mean lies nearest to the 10th, 50th and 90th percentile of the
record. Monthly means are honoured exactly and joined smoothly; the year is closed to a ring, so that a
reservoir may end where it began. Below a month nothing is known: floods of days are smoothed away.
"""

from __future__ import annotations

import numpy as np

from qhgrid.profiles.climatology import River
from qhgrid.profiles.interpolation import smooth_months
from qhgrid.profiles.level_year import DAYS_IN_MONTH, FloatArray
from qhgrid.profiles.series import WATER_YEARS

PERCENTILES = dict(zip(WATER_YEARS, (0.10, 0.50, 0.90), strict=True))
"""Percentile of yearly mean discharge of each water year; dry is the 90 % exceedance of hydrology."""


def make_inflow(river: River) -> FloatArray:
    """Return discharge by water year, shape (3, 8760) [m3/s], ordered as ``WATER_YEARS``."""
    months = [river.monthly_m3_per_s[list(river.years).index(year)] for year in chosen_years(river).values()]
    return np.stack([smooth_months(year) for year in months])


def chosen_years(river: River) -> dict[str, int]:
    """Return the year of the record that stands for each water year."""
    means = yearly_means(river)
    return {
        name: int(river.years[np.argmin(np.abs(means - np.quantile(means, percentile)))])
        for name, percentile in PERCENTILES.items()
    }


def yearly_means(river: River) -> FloatArray:
    """Return the day-weighted mean discharge of each year of the record, shape (n,) [m3/s]."""
    return np.asarray((river.monthly_m3_per_s * DAYS_IN_MONTH).sum(axis=1) / DAYS_IN_MONTH.sum())
