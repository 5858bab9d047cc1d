"""Smooth series whose monthly means are exact.

A table gives twelve monthly means. Drawing them as steps puts a jump at every month's end; drawing a curve
through them changes the means. Here twelve anchors at mid-month are chosen such that the smooth curve
through the anchors has exactly the means of the table.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from qhgrid.profiles.level_year import (
    DAYS,
    DAYS_IN_MONTH,
    FIRST_DAY,
    HOURS,
    FloatArray,
    IntArray,
    monthly_means,
)

ROUNDS = 30
"""Corrections of the anchors of :func:`smooth_positive`; each takes back most of what is left."""


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


def smooth_positive(means: FloatArray, hours: IntArray) -> FloatArray:
    """Return a smooth hourly series above 0 with the given means of consecutive months, closed to a ring.

    The exponential of a Catmull-Rom spline through anchors at mid-month. The anchors are corrected by the
    ratio of wanted to found mean until the means are exact; the curve can never fall to 0, whatever the
    months, and has no jump, not even where a year ends.

    Parameters
    ----------
    means : numpy.ndarray
        Mean of each month, above 0, shape (n,), in any unit.
    hours : numpy.ndarray
        Length of each month, shape (n,) [h].

    Returns
    -------
    numpy.ndarray
        Shape (sum of `hours`,), same unit.
    """
    starts = np.concatenate([[0], np.cumsum(hours)[:-1]])
    weights = _ring_weights(starts + hours / 2, int(hours.sum()))
    anchors = np.log(means)
    for _ in range(ROUNDS):
        curve = np.exp(_through(anchors, *weights))
        anchors += np.log(means * hours / np.add.reduceat(curve, starts))
    return np.exp(_through(anchors, *weights))


def _ring_weights(middles: FloatArray, steps: int) -> tuple[IntArray, tuple[FloatArray, ...]]:
    """Return the anchor left of each hour, and the weights of the four anchors around the hour."""
    times = np.arange(steps) + 0.5
    count = len(middles)
    left = np.searchsorted(middles, times, side="right") - 1
    at = left[:, None] + np.arange(-1, 3)
    before, here, there, after = (middles[at % count] + steps * (at // count)).T
    width = there - here
    u = (times - here) / width
    into, out_of = u * (1 - u) ** 2 * width / (there - before), u**2 * (u - 1) * width / (after - here)
    weights = (-into, (1 + 2 * u) * (1 - u) ** 2 - out_of, u**2 * (3 - 2 * u) + into, out_of)
    return left, weights


def _through(anchors: FloatArray, left: IntArray, weights: tuple[FloatArray, ...]) -> FloatArray:
    """Return the curve through the anchors of a ring, one value an hour."""
    curve = np.zeros(len(left))
    for step, weight in zip((-1, 0, 1, 2), weights, strict=True):
        curve += weight * anchors[(left + step) % len(anchors)]
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
