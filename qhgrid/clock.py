"""Beijing-time hourly snapshots.

A snapshot labels the hour that starts there, in Beijing time (UTC+8, no daylight saving). Snapshots carry no
time zone inside a network, because PyPSA and netCDF expect plain times; every file says
``time_zone = "UTC+08:00"``.
"""

from __future__ import annotations

from calendar import isleap
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

TIME_ZONE = "UTC+08:00"
"""Time zone of every snapshot in qhgrid, written into each file."""


def hours_in_year(year: int) -> int:
    """Return 8784 for a leap year, else 8760 [h]."""
    return 8784 if isleap(year) else 8760


def hours_between(start: date, end: date) -> int:
    """Return the hours from the first hour of `start` to the last hour of `end`, both days included [h]."""
    return 24 * ((end - start).days + 1)


def snapshots(start: date, end: date) -> pd.DatetimeIndex:
    """Return the hourly snapshots from 00:00 of `start` to 23:00 of `end`, both days included.

    Parameters
    ----------
    start, end : datetime.date
        First and last day, Beijing time.

    Returns
    -------
    pandas.DatetimeIndex
        Shape (24 * days,), named ``snapshot``, without time zone.
    """
    import pandas as pd

    stop = end + timedelta(days=1)
    return pd.date_range(start.isoformat(), stop.isoformat(), freq="h", inclusive="left", name="snapshot")


def year_snapshots(year: int) -> pd.DatetimeIndex:
    """Return all hourly snapshots of `year`, shape (8760,) or (8784,)."""
    return snapshots(date(year, 1, 1), date(year, 12, 31))
