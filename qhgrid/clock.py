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
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt
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


def steps_by_month(snapshots: pd.DatetimeIndex, months: Sequence[float]) -> npt.NDArray[np.float64]:
    """Return for each hour the figure of its month, shape (snapshot,).

    Parameters
    ----------
    snapshots : pandas.DatetimeIndex
        Hours.
    months : sequence of float
        Figures of January to December, shape (12,).
    """
    import numpy as np

    by_month = np.asarray(months, dtype=np.float64)
    return np.asarray(by_month[snapshots.month.to_numpy() - 1], dtype=np.float64)


def path_through_months(snapshots: pd.DatetimeIndex, means: Sequence[float]) -> npt.NDArray[np.float64]:
    """Return a path through monthly means at the end of each hour, straight from mid-month to mid-month.

    The year is a ring: after mid-December comes mid-January.

    Parameters
    ----------
    snapshots : pandas.DatetimeIndex
        Hours.
    means : sequence of float
        Means of January to December, shape (12,).

    Returns
    -------
    numpy.ndarray
        Shape (snapshot,), in the unit of `means`.
    """
    import numpy as np
    import pandas as pd

    ends = snapshots + pd.Timedelta(hours=1)
    since = ends - ends.to_period("M").to_timestamp()
    share = since / pd.to_timedelta(ends.days_in_month, unit="D")
    place = ends.month.to_numpy() - 1 + np.asarray(share, dtype=np.float64)
    path = np.interp(place, np.arange(12) + 0.5, np.asarray(means, dtype=np.float64), period=12.0)
    return np.asarray(path, dtype=np.float64)


def month_ends(snapshots: pd.DatetimeIndex) -> list[int]:
    """Return the positions of the hours that end a month."""
    import numpy as np
    import pandas as pd

    is_last = (snapshots + pd.Timedelta(hours=1)).month != snapshots.month
    return [int(place) for place in np.flatnonzero(is_last)]
