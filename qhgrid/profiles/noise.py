"""Random series that look like weather: correlated in time and between places, with a given distribution.

All draws come from PCG64 through uniform numbers and the inverse normal, whose streams do not change
between versions of NumPy. No BLAS or LAPACK is called, so that neither the number of threads nor the build
of the library moves a bit.
"""

from __future__ import annotations

import numpy as np
from scipy.signal import lfilter
from scipy.special import ndtri

from qhgrid.profiles.level_year import FloatArray

EARTH_RADIUS_KM = 6371.0
WARM_UP = 1000
"""Steps thrown away before a filter is taken to be stationary."""


def generator(seed: int, stream: int) -> np.random.Generator:
    """Return the generator of one stream; streams of one seed are independent."""
    return np.random.Generator(np.random.PCG64([seed, stream]))


def white_noise(rng: np.random.Generator, shape: tuple[int, ...]) -> FloatArray:
    """Return independent standard normal numbers of `shape`."""
    tiny = 2.0**-54
    return np.asarray(ndtri(np.clip(rng.random(shape), tiny, 1 - tiny)), dtype=np.float64)


def distances_km(lon: FloatArray, lat: FloatArray) -> FloatArray:
    """Return great-circle distances between places, shape (n, n) [km]; lon and lat in degrees, shape (n,)."""
    x, y = np.radians(lon), np.radians(lat)
    half = (
        np.sin((y[:, None] - y[None, :]) / 2) ** 2
        + np.cos(y[:, None]) * np.cos(y[None, :]) * np.sin((x[:, None] - x[None, :]) / 2) ** 2
    )
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(half)))


def cholesky(matrix: FloatArray) -> FloatArray:
    """Return the lower triangle L with L Lᵀ = `matrix`, by the textbook loop, shape (n, n)."""
    size = len(matrix)
    lower = np.zeros((size, size))
    for row in range(size):
        for column in range(row + 1):
            rest = matrix[row, column] - (lower[row, :column] * lower[column, :column]).sum()
            lower[row, column] = np.sqrt(rest) if row == column else rest / lower[column, column]
    return lower


def spatial_noise(
    rng: np.random.Generator, steps: int, distance_km: FloatArray, length_km: float
) -> FloatArray:
    """Return noise white in time, correlated in space by exp(-distance / length), (steps, places)."""
    lower = cholesky(np.exp(-distance_km / length_km))
    white = white_noise(rng, (steps, len(distance_km)))
    return np.asarray(np.einsum("tj,ij->ti", white, lower, optimize=False))


def autoregress(white: FloatArray, memory: float) -> FloatArray:
    """Return the first-order autoregression of `white` along axis 0, unit variance.

    The first `WARM_UP` steps of the input are used up, so the result is that much shorter. The correlation
    at lag k is memory**k.
    """
    return np.asarray(lfilter([np.sqrt(1 - memory**2)], [1.0, -memory], white, axis=0)[WARM_UP:])


def swing(white: FloatArray, radius: float, period: float) -> FloatArray:
    """Return a smooth second-order autoregression that swings with `period` steps, unit variance.

    Poles radius * exp(±2πi/period); a period of about 50 h makes a day unlike the day before, as passing
    fronts do. The first `WARM_UP` steps of the input are used up.
    """
    a1, a2 = 2 * radius * np.cos(2 * np.pi / period), -(radius**2)
    variance = (1 - a2) / ((1 + a2) * ((1 - a2) ** 2 - a1**2))
    return np.asarray(lfilter([1 / np.sqrt(variance)], [1.0, -a1, -a2], white, axis=0)[WARM_UP:])


def plotting_positions(values: FloatArray) -> FloatArray:
    """Return the share of `values` below each of them, (rank + 1/2) / n, shape (n,)."""
    order = np.argsort(values, kind="stable")
    ranks = np.empty(len(values))
    ranks[order] = np.arange(len(values))
    return (ranks + 0.5) / len(values)


def quantile_curve(shares: FloatArray, probabilities: FloatArray, quantiles: FloatArray) -> FloatArray:
    """Return the quantiles at `shares`, interpolated between known ones on a normal scale.

    Beyond the first and the last known quantile the end slopes go on, which for a normal distribution is
    exact.
    """
    return normal_curve(np.asarray(ndtri(shares)), np.asarray(ndtri(probabilities)), quantiles)


def normal_curve(z: FloatArray, known: FloatArray, quantiles: FloatArray) -> FloatArray:
    """Return the quantiles at normal scores `z`, straight between and beyond the `known` scores."""
    inside = np.interp(z, known, quantiles)
    low = (quantiles[1] - quantiles[0]) / (known[1] - known[0]) * np.minimum(z - known[0], 0.0)
    high = (quantiles[-1] - quantiles[-2]) / (known[-1] - known[-2]) * np.maximum(z - known[-1], 0.0)
    return np.asarray(inside + low + high)


def lagged_correlation(series: FloatArray, lag: int) -> float:
    """Return the correlation of a series with itself `lag` steps earlier, shape (n,)."""
    return correlation(series[lag:], series[:-lag])


def correlation(a: FloatArray, b: FloatArray) -> float:
    """Return Pearson's correlation of two series of equal length."""
    a, b = a - a.mean(), b - b.mean()
    return float((a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum()))
