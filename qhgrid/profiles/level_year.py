"""The level year: 8760 hours of a year without 29 February, and how any calendar is laid over it.

Every shipped series covers one level year (水平年), stored with the dates of 2030. An hour of another year
takes the value of the same month, day and hour; 29 February repeats 28 February.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qhgrid.clock import year_snapshots

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

LEVEL_YEAR = 2030
"""Year whose dates the shipped files carry."""
HOURS = 8760
"""Hours of the level year [h]."""
DAYS = 365
"""Days of the level year."""

DAYS_IN_MONTH: IntArray = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], dtype=np.int64)
"""Days of each month, shape (12,)."""
MONTH_OF_DAY: IntArray = np.repeat(np.arange(12), DAYS_IN_MONTH)
"""Month 0 to 11 of each day, shape (365,)."""
MONTH_OF_HOUR: IntArray = np.repeat(MONTH_OF_DAY, 24)
"""Month 0 to 11 of each hour, shape (8760,)."""
HOUR_OF_DAY: IntArray = np.tile(np.arange(24), DAYS)
"""Hour of the day 0 to 23, Beijing time, shape (8760,)."""
FIRST_DAY: IntArray = np.concatenate([[0], np.cumsum(DAYS_IN_MONTH)[:-1]])
"""Day of the year, from 0, on which each month begins, shape (12,)."""


def level_snapshots() -> pd.DatetimeIndex:
    """Return the snapshots of the level year, shape (8760,), Beijing time."""
    return year_snapshots(LEVEL_YEAR)


def level_hours(snapshots: pd.DatetimeIndex) -> IntArray:
    """Return for each snapshot the hour of the level year that stands for it.

    Parameters
    ----------
    snapshots : pandas.DatetimeIndex
        Hours of any years, Beijing time, shape (n,).

    Returns
    -------
    numpy.ndarray
        Positions 0 to 8759, shape (n,).
    """
    month = snapshots.month.to_numpy().astype(np.int64) - 1
    day = np.minimum(snapshots.day.to_numpy().astype(np.int64) - 1, DAYS_IN_MONTH[month] - 1)
    return (FIRST_DAY[month] + day) * 24 + snapshots.hour.to_numpy().astype(np.int64)


def days_of_month(month: int) -> slice:
    """Return the days of `month` (0 to 11) within the level year."""
    first = int(FIRST_DAY[month])
    return slice(first, first + int(DAYS_IN_MONTH[month]))


def hours_of_month(month: int) -> slice:
    """Return the hours of `month` (0 to 11) within the level year."""
    days = days_of_month(month)
    return slice(24 * days.start, 24 * days.stop)


def monthly_sums(hourly: FloatArray) -> FloatArray:
    """Return the sum over the hours of each month: shape (8760, …) in, (12, …) out."""
    return np.stack([hourly[hours_of_month(month)].sum(axis=0) for month in range(12)])


def monthly_means(hourly: FloatArray) -> FloatArray:
    """Return the mean over the hours of each month: shape (8760, …) in, (12, …) out."""
    return np.stack([hourly[hours_of_month(month)].mean(axis=0) for month in range(12)])


def day_number(text: str) -> int:
    """Return the day of the level year, from 0, of a ``month-day`` such as ``10-15``."""
    month, day = (int(part) for part in text.split("-"))
    return date(LEVEL_YEAR, month, day).timetuple().tm_yday - 1
