"""Hourly PV per prefecture: clear-sky geometry times a cloud factor with memory and neighbours.

The sun gives the shape of every day. A daily factor, correlated from day to day and between prefectures,
makes the province's daily yields follow the table's quantiles month by month; an hourly factor adds passing
clouds without changing the day's yield; a last scaling makes the full-load hours of each month and
prefecture those of the table.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from qhgrid.profiles import noise
from qhgrid.profiles.climatology import PV_PROBABILITIES, Climatology, Sunshine
from qhgrid.profiles.level_year import (
    DAYS,
    DAYS_IN_MONTH,
    HOURS,
    MONTH_OF_DAY,
    FloatArray,
    days_of_month,
    hours_of_month,
)
from qhgrid.profiles.scaling import scale_to_sum
from qhgrid.profiles.sun import ClearSky

STREAM = 1
SYSTEM_FACTOR = 0.90
"""AC power per rated power and kW/m2 under a clear sky: losses, and a DC/AC ratio of 1.15 (assumed) [1]."""
CORRELATION_LENGTH_KM = 500.0
"""Distance over which the correlation of daily cloudiness falls to 1/e (assumed: synoptic systems) [km]."""
CLOUD_LENGTH_KM = 60.0
"""The same for the passing clouds of single hours (assumed) [km]."""
CLOUD_MEMORY = 0.75
"""Correlation of passing clouds with the hour before (assumed) [1]."""
CLOUD_STRENGTH = 0.20
"""Spread of hourly clearness on a day of clearness 1/2, over the plants of a prefecture (assumed) [1]."""
DARKEST_DAY = 0.10
"""Least daily yield, as a share of a clear day (assumed: diffuse light alone) [1]."""
CLEAREST_DAY = 0.99
"""Most daily yield, as a share of a clear day [1]."""
ROUNDS = 12
"""Rounds in which the memory of the weather is adjusted until the fleet's daily yields show the table's."""
STEP = 0.7
"""Share of the miss that one round takes back [1]."""
PASSES = 12
"""Rounds in which the hours of a day are brought back to the day's yield."""


@dataclass(frozen=True)
class Photovoltaics:
    """The series and the cloudiness behind it. Shapes (8760, 8)."""

    p_max_pu: FloatArray
    """Available power per unit of rated power [1]."""
    clearness: FloatArray
    """Available power per unit of a clear sky's, 0 at night [1]."""


def make_pv(climatology: Climatology, sky: ClearSky, seed: int) -> Photovoltaics:
    """Return hourly PV at the prefecture seats, calibrated to the tables."""
    rng = noise.generator(seed, STREAM)
    distance = noise.distances_km(climatology.places.lon, climatology.places.lat)
    limit = np.minimum(1.0, SYSTEM_FACTOR * sky.plane_of_array / 1000.0)
    clear_days = limit.reshape(DAYS, 24, -1).sum(axis=1)
    yields = _daily_yields(rng, climatology.sunshine, clear_days, distance)
    series = fill_days(limit, yields, passing_clouds(rng, distance))
    scaled = np.empty_like(series)
    for month in range(12):
        hours = hours_of_month(month)
        target = climatology.sunshine.full_load_hours[:, month]
        scaled[hours] = scale_to_sum(series[hours], limit[hours], target, f"pv in month {month + 1}")
    clearness = np.divide(scaled, limit, out=np.zeros_like(scaled), where=limit > 0)
    return Photovoltaics(scaled, clearness)


def _daily_yields(
    rng: np.random.Generator, sunshine: Sunshine, clear_days: FloatArray, distance_km: FloatArray
) -> FloatArray:
    """Return daily full-load hours, shape (365, 8) [h]; the fleet has the table's quantiles and memory."""
    white = noise.spatial_noise(rng, DAYS, distance_km, CORRELATION_LENGTH_KM)
    memory = sunshine.daily_lag1.copy()
    yields = _yields_of_weather(_remember(white, memory), sunshine, clear_days)
    for _ in range(ROUNDS):
        fleet = (yields * sunshine.weights).sum(axis=1)
        found = np.array([noise.lagged_correlation(fleet[days_of_month(month)], 1) for month in range(12)])
        memory = np.clip(memory + STEP * (sunshine.daily_lag1 - found), -0.5, 0.95)
        yields = _yields_of_weather(_remember(white, memory), sunshine, clear_days)
    return yields


def _remember(white: FloatArray, memory: FloatArray) -> FloatArray:
    """Return daily weather, standard normal, shape (365, 8), with a one-day memory that follows the month."""
    weather = np.empty_like(white)
    weather[0] = white[0]
    for day in range(1, DAYS):
        share = memory[MONTH_OF_DAY[day]]
        weather[day] = share * weather[day - 1] + np.sqrt(1 - share**2) * white[day]
    return weather


def _yields_of_weather(weather: FloatArray, sunshine: Sunshine, clear_days: FloatArray) -> FloatArray:
    """Return daily full-load hours, shape (365, 8) [h], between those of a dark and of a clear day."""
    yields = np.empty_like(clear_days)
    for month in range(12):
        days = days_of_month(month)
        mean = sunshine.full_load_hours[:, month] / DAYS_IN_MONTH[month]
        weights = sunshine.weights * mean / (sunshine.weights * mean).sum()
        factor = _month_factors(weather[days], clear_days[days], weights, sunshine.daily_quantiles[month])
        yields[days] = mean * factor
    return np.clip(yields, DARKEST_DAY * clear_days, CLEAREST_DAY * clear_days)


def _month_factors(
    weather: FloatArray, clear_days: FloatArray, weights: FloatArray, quantiles: FloatArray
) -> FloatArray:
    """Return the daily factors of one month, shape (days, 8), whose weighted mean has the given quantiles.

    The fleet's weather, with the season's drift of the clear sky on it, is ranked; the rank gives the
    fleet's factor. A prefecture departs from the fleet as its own weather departs from the fleet's.
    """
    spread = (quantiles[3] - quantiles[1]) / (2 * float(ndtri(0.75)))
    fleet = (weather * weights).sum(axis=1)
    scale = fleet.std()
    season = (clear_days * weights).sum(axis=1)
    rank = noise.plotting_positions(fleet / scale + (season / season.mean() - 1) / spread)
    target = noise.quantile_curve(rank, np.array(PV_PROBABILITIES), quantiles)
    local = spread * (weather - fleet[:, None]) / scale
    local -= local.mean(axis=0)
    return np.asarray((target / target.mean())[:, None] + local)


def passing_clouds(rng: np.random.Generator, distance_km: FloatArray) -> FloatArray:
    """Return the unrest of single hours, shape (365, 24, 8); no hour of the day is favoured in any month."""
    white = noise.spatial_noise(rng, HOURS + noise.WARM_UP, distance_km, CLOUD_LENGTH_KM)
    clouds = noise.autoregress(white, CLOUD_MEMORY).reshape(DAYS, 24, -1)
    for month in range(12):
        days = days_of_month(month)
        clouds[days] -= clouds[days].mean(axis=0)
    return clouds


def fill_days(limit: FloatArray, yields: FloatArray, clouds: FloatArray) -> FloatArray:
    """Return hourly power with the given daily yields, (8760, 8): clear days smooth, grey days restless.

    Days keep their yield and the mean day of each month keeps the shape that the sun gives it, by turns.
    """
    clear = limit.reshape(DAYS, 24, -1)
    clearness = yields / clear.sum(axis=1)
    unrest = CLOUD_STRENGTH * 4 * clearness * (1 - clearness)
    calm = _monthly_days(clearness[:, None, :] * clear)
    factor = clearness[:, None, :] + unrest[:, None, :] * clouds
    for _ in range(PASSES):
        factor = np.clip(factor, DARKEST_DAY / 2, 1.0)
        factor = factor * _ratio(calm, _monthly_days(factor * clear))[MONTH_OF_DAY]
        factor = factor * (yields / (factor * clear).sum(axis=1))[:, None, :]
    return np.asarray((np.clip(factor, 0.0, 1.0) * clear).reshape(HOURS, -1))


def _monthly_days(days: FloatArray) -> FloatArray:
    """Return the mean day of each month: shape (365, 24, 8) in, (12, 24, 8) out."""
    return np.stack([days[days_of_month(month)].mean(axis=0) for month in range(12)])


def _ratio(a: FloatArray, b: FloatArray) -> FloatArray:
    """Return a / b, and 1 where both are 0."""
    return np.divide(a, b, out=np.ones_like(a), where=b > 0)
