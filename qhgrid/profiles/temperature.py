"""Hourly air temperature per prefecture: the mean day of each month, altitude, and spells of weather.

The table gives one mean day a month for a place at about 3000 m. A prefecture is colder by 6.5 K for each
kilometre that its seat lies higher (the standard atmosphere's lapse rate; altitudes from pvlib's coarse
map, good to some 100 m). Spells of a few days are added without changing any monthly mean.
"""

from __future__ import annotations

import numpy as np

from qhgrid.profiles import noise
from qhgrid.profiles.climatology import Climatology
from qhgrid.profiles.interpolation import smooth_months
from qhgrid.profiles.level_year import DAYS, HOURS, FloatArray, days_of_month

STREAM = 3
LAPSE_K_PER_M = 0.0065
"""Temperature lost with altitude, ICAO standard atmosphere [K/m]."""
REFERENCE_ALTITUDE_M = 3000.0
"""Altitude that ``data/temperature.csv`` stands for, by its own note [m]."""
SPELL_K = 2.8
"""Standard deviation of daily mean temperature about its month (assumed) [K]."""
SPELL_MEMORY = 0.7
"""Correlation of daily mean temperature with the day before (assumed) [1]."""
CORRELATION_LENGTH_KM = 800.0
"""Distance over which the correlation of spells falls to 1/e (assumed) [km]."""


def make_temperature(climatology: Climatology, altitude_m: FloatArray, seed: int) -> FloatArray:
    """Return hourly air temperature, shape (8760, 8) [degC]."""
    province = smooth_months(climatology.temperature_degc, DAYS).reshape(HOURS)
    local = -LAPSE_K_PER_M * (altitude_m - REFERENCE_ALTITUDE_M)
    return province[:, None] + local[None, :] + _spells(climatology, seed)


def _spells(climatology: Climatology, seed: int) -> FloatArray:
    """Return departures of temperature from the month, joined from noon to noon, shape (8760, 8) [K]."""
    rng = noise.generator(seed, STREAM)
    distance = noise.distances_km(climatology.places.lon, climatology.places.lat)
    white = noise.spatial_noise(rng, DAYS + noise.WARM_UP, distance, CORRELATION_LENGTH_KM)
    daily = SPELL_K * noise.autoregress(white, SPELL_MEMORY)
    noons, hours = np.arange(DAYS) * 24 + 12.0, np.arange(HOURS) + 0.5
    hourly = np.stack([np.interp(hours, noons, column) for column in daily.T], axis=1).reshape(DAYS, 24, -1)
    for month in range(12):
        days = days_of_month(month)
        hourly[days] -= hourly[days].mean(axis=0)
    return hourly.reshape(HOURS, -1)
