"""Scale a series such that its monthly sums are right and no hour passes its limit."""

from __future__ import annotations

import numpy as np

from qhgrid.errors import Fault, ProfileError
from qhgrid.profiles.level_year import FloatArray

ITERATIONS = 60
TOLERANCE = 1e-7
"""Relative distance of a sum from its target at which the iteration stops."""


def scale_to_sum(series: FloatArray, limit: FloatArray, target: FloatArray, what: str) -> FloatArray:
    """Return min(limit, factor * series) with the factor that makes each column add up to its target.

    Parameters
    ----------
    series, limit : numpy.ndarray
        Values and their upper limits, not negative, shape (n, k).
    target : numpy.ndarray
        Sum wanted of each column, shape (k,).
    what : str
        Name of the series, for the message.

    Returns
    -------
    numpy.ndarray
        Shape (n, k).

    Raises
    ------
    ProfileError
        If a column cannot reach its target within the limits.
    """
    most = np.where(series > 0, limit, 0.0).sum(axis=0)
    if (most < target).any():
        raise ProfileError(_unreachable(what, most, target))
    scaled = np.minimum(series, limit)
    factor = np.ones(len(target))
    for _ in range(ITERATIONS):
        total = scaled.sum(axis=0)
        if np.all(np.abs(total - target) <= TOLERANCE * target):
            break
        free = np.where(scaled < limit, scaled, 0.0).sum(axis=0)
        factor = factor * np.maximum(1 + (target - total) / np.maximum(free, 1e-12), 0.1)
        scaled = np.minimum(series * factor, limit)
    return scaled


def _unreachable(what: str, most: FloatArray, target: FloatArray) -> Fault:
    """Return the fault of the column that misses its target most."""
    worst = int(np.argmin(most / target))
    return Fault(
        f"{what}, column {worst}",
        f"the sum {target[worst]:.1f} cannot be reached, the limits allow {most[worst]:.1f}",
        "Lower the full-load hours in data/full_load_hours.csv.",
    )
