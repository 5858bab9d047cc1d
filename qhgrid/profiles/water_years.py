r"""Generated water years that behave like the measured record: further years, not better ones.

Each month has a three-parameter lognormal distribution with the record's mean, standard deviation and skew,
:math:`q = \tau + \exp(\mu + \sigma z)`. The scores :math:`z` of the twelve months of a year are normal. Their
correlations within the year are those that give the *flows* the record's correlations (the inversion for
lognormal variables is exact), so the variance of the yearly mean is the record's too. A year hangs on the
year before through two scores of it, that of December (the recession of winter goes on) and the mean of all
twelve (wet years follow wet years):

.. math:: z_y = A\,r_{y-1} + L\,e_y, \quad r = (z_{12}, \bar z), \quad L L^T = C - A\,\mathrm{cov}(r)\,A^T

All years come from one sequence with a fixed seed: ``synthetic-1``, ``synthetic-2`` … follow each other. What
62 years cannot tell stays unknown: the mean of the record is good to 3 %, its standard deviation to 9 %, its
correlation from year to year to 0.13 (one standard error); no trend of climate is in it.

References
----------
Stedinger, J. R. (1980), Fitting log normal distributions to hydrologic data, Water Resources Research 16(3),
481-490, doi:10.1029/WR016i003p00481; Mejia, J. M., Rodriguez-Iturbe, I. (1974), Correlation links between
normal and lognormal processes, Water Resources Research 10(4), 689-690, doi:10.1029/WR010i004p00689.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qhgrid.profiles import noise
from qhgrid.profiles.climatology import River
from qhgrid.profiles.level_year import FloatArray

SEED = 19570101
"""Seed of the sequence of generated years."""
STREAM = 6
WARM_UP_YEARS = 50
"""Years thrown away before the sequence is taken to be stationary."""
LEAST_SHARE = 0.5
"""No generated month falls below this share of the driest of its kind in the record (assumed) [1]."""


@dataclass(frozen=True)
class WaterModel:
    """What is fitted to the measured years."""

    shift: FloatArray
    """Lower bound of each month's distribution, may be below 0, shape (12,) [m3/s]."""
    log_mean: FloatArray
    """Mean of log(q - shift), shape (12,)."""
    log_spread: FloatArray
    """Standard deviation of log(q - shift), shape (12,)."""
    floor: FloatArray
    """Least flow of each month, shape (12,) [m3/s]."""
    carry: FloatArray
    """Weights A of the year before, shape (12, 2)."""
    innovation: FloatArray
    """Lower triangle L of what is new in a year, shape (12, 12)."""


def fit_water_model(river: River) -> WaterModel:
    """Return the model of the measured years."""
    flows = river.measured().monthly_m3_per_s
    shift, log_mean, log_spread = _marginals(flows)
    scores = (np.log(flows - shift) - log_mean) / log_spread
    scores = (scores - scores.mean(axis=0)) / scores.std(axis=0)
    within = _score_correlation(flows, log_spread)
    carry, rest = _memory(scores, within)
    floor = LEAST_SHARE * flows.min(axis=0)
    return WaterModel(shift, log_mean, log_spread, floor, carry, noise.cholesky(rest))


def skewness(values: FloatArray) -> FloatArray:
    """Return the unbiased coefficient of skew along axis 0."""
    count = len(values)
    away = values - values.mean(axis=0)
    third = (away**3).mean(axis=0) / (away**2).mean(axis=0) ** 1.5
    return np.asarray(third * np.sqrt(count * (count - 1)) / (count - 2))


def _marginals(flows: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return shift, log mean and log spread that give the mean, deviation and skew, shapes (12,).

    With w = exp(spread²), skew = (w + 2) √(w - 1) has one real root in √(w - 1).
    """
    mean, deviation = flows.mean(axis=0), flows.std(axis=0, ddof=1)
    skew = np.maximum(skewness(flows), 0.05)
    turn = (skew + np.sqrt(skew**2 + 4)) / 2
    root = np.cbrt(turn) - 1 / np.cbrt(turn)
    spread = np.sqrt(np.log1p(root**2))
    shift = np.minimum(mean - deviation / root, 0.98 * flows.min(axis=0))
    return shift, np.log(deviation / root) - spread**2 / 2, spread


def _score_correlation(flows: FloatArray, spread: FloatArray) -> FloatArray:
    """Return the correlation of scores that gives flows the record's correlation, shape (12, 12)."""
    away = (flows - flows.mean(axis=0)) / flows.std(axis=0)
    found = np.einsum("yi,yj->ij", away, away, optimize=False) / len(flows)
    root = np.sqrt(np.expm1(spread**2))
    return np.asarray(np.log1p(found * root[:, None] * root) / (spread[:, None] * spread))


def _memory(scores: FloatArray, within: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the weights of the year before, (12, 2), and the covariance of what is new, (12, 12)."""
    before = _remembered(scores[:-1])
    across = np.einsum("yi,yj->ij", scores[1:], before, optimize=False) / len(before)
    own = _remembered(_remembered(within).T)
    (a, b), (_, c) = own
    inverse = np.array([[c, -b], [-b, a]]) / (a * c - b * b)
    carry = np.einsum("ij,jk->ik", across, inverse, optimize=False)
    kept = np.einsum("ij,jk,lk->il", carry, own, carry, optimize=False)
    return carry, within - kept


def _remembered(scores: FloatArray) -> FloatArray:
    """Return what a year hands on: the score of December and the mean of all, shape (n, 2)."""
    return np.stack([scores[:, 11], scores.mean(axis=1)], axis=1)


def synthetic_years(river: River, count: int) -> FloatArray:
    """Return the first `count` generated years, monthly means, shape (count, 12) [m3/s].

    Parameters
    ----------
    river : River
        The record; only its measured years are used.
    count : int
        Years wanted; a longer sequence begins with the shorter one.
    """
    model = fit_water_model(river)
    rng = noise.generator(SEED, STREAM)
    white = noise.white_noise(rng, (WARM_UP_YEARS + count, 12))
    new = np.einsum("yj,ij->yi", white, model.innovation, optimize=False)
    scores = np.empty_like(new)
    last = np.zeros(12)
    for year, fresh in enumerate(new):
        last = model.carry[:, 0] * last[11] + model.carry[:, 1] * last.mean() + fresh
        scores[year] = last
    flows = model.shift + np.exp(model.log_mean + model.log_spread * scores[WARM_UP_YEARS:])
    return np.asarray(np.round(np.maximum(flows, model.floor), 1))


def synthetic_year(river: River, number: int) -> FloatArray:
    """Return one generated year, counted from 1, shape (12,) [m3/s]."""
    return np.asarray(synthetic_years(river, number)[number - 1])
