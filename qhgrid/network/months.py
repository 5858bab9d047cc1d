"""From figures of twelve months to the hours of a horizon."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from qhgrid.network.draft import FloatArray


def steps_by_month(snapshots: pd.DatetimeIndex, months: Sequence[float]) -> FloatArray:
    """Return the figure of its month for each hour, shape (snapshot,)."""
    by_month: FloatArray = np.asarray(months, dtype=np.float64)
    return np.asarray(by_month[snapshots.month.to_numpy() - 1], dtype=np.float64)


def path_through_months(snapshots: pd.DatetimeIndex, means: Sequence[float]) -> FloatArray:
    """Return a path through monthly means, straight from mid-month to mid-month, at the end of each hour.

    The year is a ring: after mid-December comes mid-January. Shape (snapshot,).
    """
    ends = snapshots + pd.Timedelta(hours=1)
    since = ends - ends.to_period("M").to_timestamp()
    share = since / pd.to_timedelta(ends.days_in_month, unit="D")
    place = ends.month.to_numpy() - 1 + np.asarray(share, dtype=np.float64)
    path = np.interp(place, np.arange(12) + 0.5, np.asarray(means, dtype=np.float64), period=12.0)
    return np.asarray(path, dtype=np.float64)


def month_ends(snapshots: pd.DatetimeIndex) -> list[int]:
    """Return the positions of the hours that end a month."""
    is_last = (snapshots + pd.Timedelta(hours=1)).month != snapshots.month
    return [int(place) for place in np.flatnonzero(is_last)]
