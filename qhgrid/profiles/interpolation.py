"""Smooth series whose monthly means are exact.

A table gives twelve monthly means. Drawing them as steps puts a jump at every month's end; drawing a curve
through them changes the means. Here twelve anchors at mid-month are chosen such that the smooth curve
through the anchors has exactly the means of the table.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from qhgrid.profiles.level_year import DAYS, DAYS_IN_MONTH, FIRST_DAY, HOURS, FloatArray, monthly_means


def smooth_months(means: FloatArray, steps: int = HOURS) -> FloatArray:
    """Return a smooth periodic series with the given monthly means, day-weighted.

    Catmull-Rom splines (continuous slope) through twelve anchors at mid-month, the year closed to a ring.

    Parameters
    ----------
    means : numpy.ndarray
        Monthly means, shape (12,) or (12, k), in any unit.
    steps : int, optional
        8760 for hours or 365 for days.

    Returns
    -------
    numpy.ndarray
        Shape (steps,) or (steps, k), same unit.
    """
    basis, inverse = _basis(steps)
    columns = means.reshape(12, -1)
    anchors = np.einsum("ij,jk->ik", inverse, columns, optimize=False)
    return np.asarray(np.einsum("ti,ik->tk", basis, anchors, optimize=False).reshape(steps, *means.shape[1:]))


@cache
def _basis(steps: int) -> tuple[FloatArray, FloatArray]:
    """Return the weight of each anchor in each step (steps, 12) and the matrix from means to anchors."""
    per_day = steps // DAYS
    middles = FIRST_DAY + DAYS_IN_MONTH / 2
    times = (np.arange(steps) + 0.5) / per_day
    basis = np.stack([_spline(times, middles, anchor) for anchor in range(12)], axis=1)
    hourly = np.repeat(basis, HOURS // steps, axis=0)
    return basis, _invert(monthly_means(hourly))


def _spline(times: FloatArray, middles: FloatArray, anchor: int) -> FloatArray:
    """Return the periodic Catmull-Rom curve through 1 at `anchor` and 0 at all others [times in days]."""
    ring = np.concatenate([middles[-2:] - DAYS, middles, middles[:2] + DAYS])
    values = np.array([1.0 if (index - 2) % 12 == anchor else 0.0 for index in range(16)])
    slopes = (values[2:] - values[:-2]) / (ring[2:] - ring[:-2])
    left = np.clip(np.searchsorted(ring, times, side="right") - 1, 1, 13)
    width = ring[left + 1] - ring[left]
    u = (times - ring[left]) / width
    curve: FloatArray = (
        (1 + 2 * u) * (1 - u) ** 2 * values[left]
        + u * (1 - u) ** 2 * width * slopes[left - 1]
        + u**2 * (3 - 2 * u) * values[left + 1]
        + u**2 * (u - 1) * width * slopes[left]
    )
    return curve


def _invert(matrix: FloatArray) -> FloatArray:
    """Return the inverse by Gauss-Jordan, without LAPACK, so that every machine gives the same digits."""
    size = len(matrix)
    table = np.concatenate([matrix, np.eye(size)], axis=1)
    for pivot in range(size):
        table[pivot] /= table[pivot, pivot]
        for row in range(size):
            if row != pivot:
                table[row] -= table[row, pivot] * table[pivot]
    return table[:, size:]
