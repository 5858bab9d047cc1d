"""The random side of a weather year: noise for sun, wind and temperature that knows of each other.

All noise is standard normal, drawn from PCG64 streams of the year's own seed, correlated between prefectures
by distance and over time by autoregression; no BLAS or LAPACK is called. Temperature takes part of its
innovation from the day's cloudiness, by season; wind is mixed with both, hour by hour.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from qhgrid.profiles import noise, pv, temperature, wind
from qhgrid.profiles.climatology import Places
from qhgrid.profiles.level_year import (
    DAYS,
    DAYS_IN_MONTH,
    FIRST_DAY,
    HOURS,
    MONTH_OF_DAY,
    FloatArray,
    monthly_means,
)

SEED = 20600101
"""Seed of all generated weather years; the number of the year and the stream follow it."""
SUN, AIR, CLOUDS, WIND, SLOW_FACTORS = range(1, 6)
"""Streams of a year."""


@dataclass(frozen=True)
class Draws:
    """White and coloured noise of one year, before anything is calibrated."""

    sun: FloatArray
    """White daily noise of cloudiness, shape (365, 8)."""
    air: FloatArray
    """White daily noise of temperature, shape (365, 8)."""
    clouds: FloatArray
    """Passing clouds of single hours, shape (365, 24, 8)."""
    slow: FloatArray
    """Slow wind, shape (8760, 8)."""
    swinging: FloatArray
    """Wind that swings with passing fronts, shape (8760, 8)."""
    fast: FloatArray
    """Gusty wind, shape (8760, 8)."""
    years: FloatArray
    """Of the whole year: sun, wind, temperature, shape (3,)."""
    months: FloatArray
    """Of each month: sun, wind, temperature, shape (3, 12)."""


def draw_year(number: int, places: Places) -> Draws:
    """Return the noise of a generated year, counted from 1."""
    distance = noise.distances_km(places.lon, places.lat)

    def rng(stream: int) -> np.random.Generator:
        return np.random.Generator(np.random.PCG64([SEED, number, stream]))

    slow = noise.white_noise(rng(SLOW_FACTORS), (3, 13))
    hourly, gusts = HOURS + noise.WARM_UP, rng(WIND)
    return Draws(
        sun=noise.spatial_noise(rng(SUN), DAYS, distance, pv.CORRELATION_LENGTH_KM),
        air=noise.spatial_noise(rng(AIR), DAYS, distance, temperature.CORRELATION_LENGTH_KM),
        clouds=pv.passing_clouds(rng(CLOUDS), distance),
        slow=noise.autoregress(
            noise.spatial_noise(gusts, hourly, distance, wind.CORRELATION_LENGTH_KM), wind.SLOW_MEMORY
        ),
        swinging=noise.swing(
            noise.spatial_noise(gusts, hourly, distance, wind.CORRELATION_LENGTH_KM),
            wind.SWING_RADIUS,
            wind.SWING_PERIOD,
        ),
        fast=noise.autoregress(
            noise.spatial_noise(gusts, hourly, distance, wind.FAST_LENGTH_KM), wind.FAST_MEMORY
        ),
        years=slow[:, 0],
        months=slow[:, 1:],
    )


def spells(sun: FloatArray, air: FloatArray, figures: Mapping[str, float]) -> FloatArray:
    """Return daily departures of temperature, standard normal, shape (365, 8).

    Parameters
    ----------
    sun, air : numpy.ndarray
        White noise of cloudiness and of temperature, shape (365, 8).
    figures : Mapping
        ``clearness_temperature_winter`` and ``clearness_temperature_summer``: share of the day's cloudiness
        in the innovation.
    """
    winter, summer = figures["clearness_temperature_winter"], figures["clearness_temperature_summer"]
    season = np.cos(2 * np.pi * (np.arange(DAYS) - 15) / DAYS)[:, None]
    share = (winter + summer) / 2 + (winter - summer) / 2 * season
    innovation = share * sun + np.sqrt(1 - share**2) * air
    return _remember(innovation, np.full(DAYS, temperature.SPELL_MEMORY))


def cloudiness(sun: FloatArray, memory: FloatArray) -> FloatArray:
    """Return daily clearness, standard normal, shape (365, 8), with a memory that follows the month."""
    return _remember(sun, memory[MONTH_OF_DAY])


def _remember(white: FloatArray, memory: FloatArray) -> FloatArray:
    """Return the autoregression of white noise along the days, unit variance, memory by day."""
    out = np.empty_like(white)
    out[0] = white[0]
    for day in range(1, len(white)):
        out[day] = memory[day] * out[day - 1] + np.sqrt(1 - memory[day] ** 2) * white[day]
    return out


def from_noon_to_noon(daily: FloatArray) -> FloatArray:
    """Return daily values joined by straight lines from noon to noon, shape (8760, 8)."""
    noons, hours = np.arange(DAYS) * 24 + 12.0, np.arange(HOURS) + 0.5
    return np.stack([np.interp(hours, noons, column) for column in daily.T], axis=1)


def months_apart(hourly: FloatArray) -> FloatArray:
    """Return the monthly means of hourly noise, joined at mid-month, shape (8760, 8)."""
    middles = 24.0 * (FIRST_DAY + DAYS_IN_MONTH / 2)
    means, hours = monthly_means(hourly), np.arange(HOURS) + 0.5
    return np.stack([np.interp(hours, middles, column, period=HOURS) for column in means.T], axis=1)


def mixed_wind(
    draws: Draws, day: tuple[FloatArray, FloatArray], shares: tuple[FloatArray, FloatArray], calm: float,
    figures: Mapping[str, float],
) -> FloatArray:  # fmt: skip
    """Return the hourly score of wind without its daily pattern, shape (8760, 8).

    Parameters
    ----------
    draws : Draws
        Noise of the year.
    day : tuple of numpy.ndarray
        Hourly clearness and temperature departure, standard normal at noon, shapes (8760, 8).
    shares : tuple of numpy.ndarray
        Hourly share of the slow and of the fast part, shapes (8760, 1).
    calm : float
        Share of the monthly mean that is taken out, so that months differ as much as they should [1].
    figures : Mapping
        ``clearness_wind`` and ``temperature_wind``, correlations.
    """
    slow, fast = shares
    own = np.sqrt(1 - fast) * (np.sqrt(slow) * draws.slow + np.sqrt(1 - slow) * draws.swinging)
    own += np.sqrt(fast) * draws.fast
    a, b = figures["clearness_wind"], figures["temperature_wind"]
    score = a * day[0] + b * day[1] + np.sqrt(1 - a * a - b * b) * own
    return np.asarray(score - calm * months_apart(score))
