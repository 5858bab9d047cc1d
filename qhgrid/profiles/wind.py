"""Hourly wind per prefecture: autocorrelated normal noise, turned into the distribution of the tables.

A score, the sum of a daily pattern and of noise, is ranked within each month; its rank gives the power by
the table's quantiles (a Gaussian copula). The noise mixes three kinds of weather, each correlated between
prefectures: slow (days alike), swinging with the passage of fronts (a day unlike the day before) and fast
(changes within hours). The shares of the mix and the daily pattern are adjusted month by month until the
fleet's power has the table's mean day and memory; its quantiles are then set exactly. A last scaling sets
the full-load hours of each month and prefecture.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qhgrid.profiles import noise
from qhgrid.profiles.climatology import WIND_PROBABILITIES, Climatology, Wind
from qhgrid.profiles.interpolation import smooth_months
from qhgrid.profiles.level_year import DAYS, HOURS, FloatArray, hours_of_month
from qhgrid.profiles.scaling import scale_to_sum

STREAM = 2
CORRELATION_LENGTH_KM = 400.0
"""Distance over which the correlation of wind falls to 1/e (assumed, usual for synoptic wind) [km]."""
FAST_LENGTH_KM = 60.0
"""The same for the fast part (assumed) [km]."""
SLOW_MEMORY = 0.99
"""Correlation of the slow part with the hour before [1]."""
SWING_RADIUS, SWING_PERIOD = 0.97, 52.0
"""Damping and period [h] of the swinging part."""
FAST_MEMORY = 0.75
"""Correlation of the fast part with the hour before [1]."""
ROUNDS = 40
STEP = 0.6
"""Share of the miss that one round takes back [1]."""
MISSING_QUANTILE = 1e-9
"""A quantile of a province's wind at or below this is a gap of the record; see :func:`filled_quantiles`."""


@dataclass(frozen=True)
class Weather:
    """The three kinds of noise, standard normal, shape (8760, 8) each."""

    slow: FloatArray
    swinging: FloatArray
    fast: FloatArray


@dataclass(frozen=True)
class Tuning:
    """What is adjusted, month by month."""

    slow_share: FloatArray
    """Share of the slow part in the variance of slow and swinging together, shape (12,)."""
    fast_share: FloatArray
    """Share of the fast part in the variance of all, shape (12,)."""
    pattern: FloatArray
    """Daily pattern in the score, shape (12, 24)."""


def make_wind(climatology: Climatology, seed: int) -> FloatArray:
    """Return hourly wind per unit of rated power, calibrated to the tables, shape (8760, 8)."""
    wind = climatology.wind
    weather = _weather(climatology, seed)
    quantiles = filled_quantiles(wind.quantiles)
    tuning = _start(wind)
    for _ in range(ROUNDS):
        relative = _relative_power(weather, tuning, wind, quantiles)
        tuning = _adjust(tuning, relative, wind)
    relative = _relative_power(weather, tuning, wind, quantiles)
    series = np.empty_like(relative)
    for month in range(12):
        hours = hours_of_month(month)
        target, limit = wind.full_load_hours[:, month], np.ones_like(relative[hours])
        start = relative[hours] * target / relative[hours].sum(axis=0)
        series[hours] = scale_to_sum(start, limit, target, f"wind in month {month + 1}")
    return series


def filled_quantiles(quantiles: FloatArray) -> FloatArray:
    """Return the table's quantiles, gaps of the record filled by the mean of the other months, shape (12, 6).

    The table has p5 = 0 in two months where the neighbours have a sixth of the mean: hours without a
    record, not hours without wind in two basins 400 km apart.
    """
    gap = quantiles <= MISSING_QUANTILE
    means = np.where(gap, 0.0, quantiles).sum(axis=0) / np.maximum((~gap).sum(axis=0), 1)
    return np.where(gap, means, quantiles)


def _weather(climatology: Climatology, seed: int) -> Weather:
    """Return the three kinds of noise of the year."""
    rng = noise.generator(seed, STREAM)
    distance = noise.distances_km(climatology.places.lon, climatology.places.lat)
    steps = HOURS + noise.WARM_UP
    slow = noise.autoregress(noise.spatial_noise(rng, steps, distance, CORRELATION_LENGTH_KM), SLOW_MEMORY)
    swinging = noise.swing(
        noise.spatial_noise(rng, steps, distance, CORRELATION_LENGTH_KM), SWING_RADIUS, SWING_PERIOD
    )
    fast = noise.autoregress(noise.spatial_noise(rng, steps, distance, FAST_LENGTH_KM), FAST_MEMORY)
    return Weather(slow, swinging, fast)


def _start(wind: Wind) -> Tuning:
    """Return where the adjustment begins."""
    return Tuning(np.full(12, 0.5), np.full(12, 0.1), np.log(wind.diurnal))


def _relative_power(weather: Weather, tuning: Tuning, wind: Wind, quantiles: FloatArray) -> FloatArray:
    """Return power per unit of each month's mean, shape (8760, 8); the fleet's mean has the quantiles."""
    score = _score(weather, tuning)
    power = np.empty_like(score)
    for month in range(12):
        hours = hours_of_month(month)
        single = np.stack([_power_of_rank(column, quantiles[month]) for column in score[hours].T], axis=1)
        power[hours] = _correct_fleet(single, _energy_weights(wind, month), quantiles[month])
    return power


def _score(weather: Weather, tuning: Tuning) -> FloatArray:
    """Return the score of each hour, shape (8760, 8): the mixed noise and the daily pattern of the month."""
    slow, fast = (
        np.clip(smooth_months(share), 0.0, 1.0)[:, None] for share in (tuning.slow_share, tuning.fast_share)
    )
    mixed = np.sqrt(slow) * weather.slow + np.sqrt(1 - slow) * weather.swinging
    noise_part = np.sqrt(1 - fast) * mixed + np.sqrt(fast) * weather.fast
    pattern = smooth_months(tuning.pattern, DAYS).reshape(HOURS, 1)
    return noise_part + pattern


def _power_of_rank(score: FloatArray, quantiles: FloatArray) -> FloatArray:
    """Return power of mean 1 in the order of `score`, with the table's distribution, shape (n,)."""
    rank = noise.plotting_positions(score)
    power = np.exp(noise.quantile_curve(rank, np.array(WIND_PROBABILITIES), np.log(quantiles)))
    return np.asarray(power / power.mean())


def _energy_weights(wind: Wind, month: int) -> FloatArray:
    """Return the share of each prefecture in the fleet's energy of a month, shape (8,)."""
    energy = wind.weights * wind.full_load_hours[:, month]
    return np.asarray(energy / energy.sum())


def _correct_fleet(power: FloatArray, weights: FloatArray, quantiles: FloatArray) -> FloatArray:
    """Return `power` (hours, 8) times an hourly factor that gives the fleet's mean the table's quantiles."""
    fleet = (power * weights).sum(axis=1)
    target = _power_of_rank(fleet, quantiles)
    corrected = power * (target / fleet)[:, None]
    return np.asarray(corrected / corrected.mean(axis=0))


def _adjust(tuning: Tuning, relative: FloatArray, wind: Wind) -> Tuning:
    """Return the tuning a step nearer to where the fleet's mean day and memory are the table's."""
    slow, fast, pattern = tuning.slow_share.copy(), tuning.fast_share.copy(), tuning.pattern.copy()
    for month in range(12):
        fleet = (relative[hours_of_month(month)] * _energy_weights(wind, month)).sum(axis=1)
        mean_day = fleet.reshape(-1, 24).mean(axis=0)
        pattern[month] += STEP * np.log(wind.diurnal[month] / mean_day)
        pattern[month] -= pattern[month].mean()
        slow[month] += STEP * (wind.lag24h[month] - noise.lagged_correlation(fleet, 24))
        fast[month] -= STEP * (wind.lag1h[month] - noise.lagged_correlation(fleet, 1))
    return Tuning(np.clip(slow, 0.0, 1.0), np.clip(fast, 0.0, 0.6), pattern)
