"""Hourly shape of each demand class, mean 1 over the year.

The tables know the province as a whole: the share of each month and the mean day of each quarter. The
shapes of the single classes are assumptions, said here one by one. The base class is what remains when the
others, in the mix of the reference year, are taken from the whole; so the reference mix reproduces the
tables and a future mix departs from them as it should.
"""

from __future__ import annotations

import numpy as np

from qhgrid.clock import year_snapshots
from qhgrid.profiles import noise
from qhgrid.profiles.climatology import Climatology, Load
from qhgrid.profiles.interpolation import smooth_months
from qhgrid.profiles.level_year import (
    DAYS,
    DAYS_IN_MONTH,
    HOUR_OF_DAY,
    HOURS,
    FloatArray,
    day_number,
    hours_of_month,
    level_hours,
)
from qhgrid.profiles.series import CLASSES

STREAM = 4
RESTLESSNESS = {"base": 0.12, "silicon": 0.04, "salt_lake": 0.03, "traction": 0.05, "other": 0.06}
"""Standard deviation of the random part of each class that has one (assumed) [1]."""
RESTLESS_MEMORY = 0.97
"""Correlation of the random part with the hour before (assumed) [1]."""
HEATING_LIMIT_DEGC = 16.0
"""Air temperature below which buildings are heated (assumed; 18 degC inside less gains) [degC]."""
HEATING_SEASON = ("10-15", "04-15")
"""First and last day of the heating season in 西宁, month-day."""
SALT_LAKE_SEASON = 0.08
"""Swing of salt-lake demand over the year, highest in mid-July when brine evaporates (assumed) [1]."""
COMPUTING_DAY = 0.03
"""Swing of computing demand over the day, highest at 15:30 (assumed) [1]."""
COMPUTING_COOLING_PER_K = 0.002
"""Rise of computing demand with outside temperature above 10 degC, for cooling (assumed) [1/K]."""
TRACTION_DAY = (0.8,) * 2 + (0.35,) * 3 + (0.7,) + (1.1,) * 15 + (1.2, 1.1, 0.95)
"""Traction by hour of the day: maintenance from 2 to 5 h, trains by day and evening (assumed) [1]."""
ELECTROLYSIS_DAY = (0.7,) * 9 + (1.0,) + (1.7,) * 7 + (1.0,) + (0.7,) * 6
"""Electrolysis by hour of the day: base load, and more while the sun shines (assumed) [1]."""


def make_demand(climatology: Climatology, temperature_degc: FloatArray, seed: int) -> FloatArray:
    """Return the shape of each class, mean 1 over the year, shape (8760, 9), ordered as ``CLASSES``.

    Parameters
    ----------
    climatology : Climatology
        Tables of the load.
    temperature_degc : numpy.ndarray
        Mean air temperature of the prefectures, shape (8760,) [degC].
    seed : int
        Seed of the random parts.
    """
    calm = _calm_shapes(temperature_degc)
    calm["base"] = _remainder(whole_province(climatology.load), calm, climatology.load.class_shares)
    shapes = np.stack([calm[name] for name in CLASSES], axis=1)
    shapes *= 1 + _restlessness(seed)
    return np.asarray(shapes / shapes.mean(axis=0))


def whole_province(load: Load) -> FloatArray:
    """Return the province's load by the tables alone, mean 1, shape (8760,)."""
    level = smooth_months(load.monthly_shares * HOURS / (24 * DAYS_IN_MONTH), DAYS)
    day = np.repeat(load.hourly_shape / load.hourly_shape.mean(axis=1, keepdims=True), 3, axis=0)
    return (level[:, None] * smooth_months(day, DAYS)).reshape(HOURS)


def _calm_shapes(temperature_degc: FloatArray) -> dict[str, FloatArray]:
    """Return the shapes of all classes but base, without random parts, mean 1, shape (8760,) each."""
    shapes = {
        "aluminium": np.ones(HOURS),
        "silicon": np.ones(HOURS),
        "salt_lake": 1 + SALT_LAKE_SEASON * _yearly_wave(day_number("07-15")),
        "computing": _computing(temperature_degc),
        "heating": heating_degrees(temperature_degc),
        "traction": np.array(TRACTION_DAY)[HOUR_OF_DAY],
        "electrolysis": np.array(ELECTROLYSIS_DAY)[HOUR_OF_DAY],
        "other": np.ones(HOURS),
    }
    return {name: shape / shape.mean() for name, shape in shapes.items()}


def _yearly_wave(peak_day: int) -> FloatArray:
    """Return a cosine over the year that is 1 on `peak_day`, shape (8760,)."""
    return np.asarray(np.cos(2 * np.pi * ((np.arange(HOURS) + 0.5) / 24 - peak_day) / DAYS))


def _computing(temperature_degc: FloatArray) -> FloatArray:
    """Return the shape of computing demand, shape (8760,)."""
    day = np.cos(2 * np.pi * (HOUR_OF_DAY + 0.5 - 15.5) / 24)
    return 1 + COMPUTING_DAY * day + COMPUTING_COOLING_PER_K * np.maximum(temperature_degc - 10.0, 0.0)


def heating_degrees(temperature_degc: FloatArray) -> FloatArray:
    """Return the degrees below the heating limit in season, 0 outside it, shape (8760,) [K].

    Parameters
    ----------
    temperature_degc : numpy.ndarray
        Air temperature in each hour of a level year, shape (8760,) [degC].
    """
    first, last = (day_number(text) for text in HEATING_SEASON)
    day = np.arange(HOURS) // 24
    season = (day >= first) | (day <= last)
    return np.where(season, np.maximum(HEATING_LIMIT_DEGC - temperature_degc, 0.0), 0.0)


def month_means(values: FloatArray, year: int) -> FloatArray:
    """Return the mean of each month of a calendar year, shape (12, n).

    Parameters
    ----------
    values : numpy.ndarray
        Series on the level year, shape (8760, n).
    year : int
        Calendar year; a 29 February repeats the 28th, as everywhere.
    """
    snapshots = year_snapshots(year)
    hours, month = level_hours(snapshots), snapshots.month.to_numpy()
    return np.stack([values[hours[month == number]].mean(axis=0) for number in range(1, 13)])


def _remainder(whole: FloatArray, shapes: dict[str, FloatArray], shares: dict[str, float]) -> FloatArray:
    """Return what the base class must be so that the mix adds up to `whole`, shape (8760,)."""
    rest = whole.copy()
    for name in CLASSES[1:]:
        rest -= shares[name] * shapes[name]
    return rest / shares["base"]


def _restlessness(seed: int) -> FloatArray:
    """Return the random part of each class, mean 0 in every month, shape (8760, 9)."""
    rng = noise.generator(seed, STREAM)
    white = noise.white_noise(rng, (HOURS + noise.WARM_UP, len(CLASSES)))
    spread = np.array([RESTLESSNESS.get(name, 0.0) for name in CLASSES])
    random = noise.autoregress(white, RESTLESS_MEMORY) * spread
    for month in range(12):
        random[hours_of_month(month)] -= random[hours_of_month(month)].mean(axis=0)
    return np.asarray(random)


def mixed(shapes: FloatArray, shares: dict[str, float]) -> FloatArray:
    """Return the total of a mix of classes, mean 1, shape (8760,)."""
    return np.asarray((shapes * np.array([shares[name] for name in CLASSES])).sum(axis=1))
