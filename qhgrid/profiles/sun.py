"""Where the sun stands over each prefecture seat, and what it would give through a cloudless sky.

A snapshot labels the hour that starts there, so the sun is placed at half past. The geometry and the clear
sky come from pvlib; :func:`elevation` is a short independent formula, used to check that a series is dark
at night without loading pvlib.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from qhgrid.profiles.climatology import Places
from qhgrid.profiles.level_year import BoolArray, FloatArray, level_snapshots

BEIJING_OFFSET = pd.Timedelta(hours=8)
HALF_HOUR = pd.Timedelta(minutes=30)
ALBEDO = 0.2
"""Ground reflection, the usual value for bare ground [1]."""
AEROSOL_DEPTH = 0.08
"""Aerosol optical depth at 700 nm over the plateau (assumed) [1]."""
WATER_CM = 0.8
"""Precipitable water over the plateau (assumed, yearly mean) [cm]."""
NIGHT_ELEVATION = -1.0
"""Below this elevation at both ends of an hour no panel gives power [degrees]."""


@dataclass(frozen=True)
class ClearSky:
    """The sun through a cloudless sky, hour by hour, at the prefecture seats. Shapes (8760, 8)."""

    elevation: FloatArray
    """Elevation of the sun's centre at half past, without refraction [degrees]."""
    plane_of_array: FloatArray
    """Irradiance on a fixed panel facing south, tilted by the latitude [W/m2]."""
    direct_normal: FloatArray
    """Direct normal irradiance [W/m2]."""
    altitude_m: FloatArray
    """Altitude of each seat, from pvlib's coarse map, shape (8,) [m]."""


def clear_sky(places: Places) -> ClearSky:
    """Return the cloudless sky over the prefecture seats.

    The simplified Solis model at the altitude of the seat, with the clean dry air of the plateau
    (:data:`AEROSOL_DEPTH`, :data:`WATER_CM`); a panel tilted by the latitude, facing south, with the
    isotropic sky.

    References
    ----------
    Ineichen, P. (2008), A broadband simplified version of the Solis clear sky model, Solar Energy 82,
    758-762.
    """
    from pvlib.location import lookup_altitude

    times = (level_snapshots() + HALF_HOUR - BEIJING_OFFSET).tz_localize("UTC")
    altitude = np.array([lookup_altitude(lat, lon) for lon, lat in zip(places.lon, places.lat, strict=True)])
    columns = [
        _clear_sky_at(times, lon, lat, height)
        for lon, lat, height in zip(places.lon, places.lat, altitude, strict=True)
    ]
    sun, plane, direct = (np.stack(parts, axis=1) for parts in zip(*columns, strict=True))
    return ClearSky(sun, plane, direct, altitude)


def _clear_sky_at(
    times: pd.DatetimeIndex, lon: float, lat: float, altitude_m: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return elevation [degrees], panel and direct normal irradiance [W/m2] at one place, shapes (n,)."""
    from pvlib import atmosphere, clearsky, irradiance
    from pvlib.location import Location

    position = Location(lat, lon, altitude=altitude_m).get_solarposition(times)
    pressure = atmosphere.alt2pres(altitude_m)
    sky = clearsky.simplified_solis(position.apparent_elevation, AEROSOL_DEPTH, WATER_CM, pressure)
    plane = irradiance.get_total_irradiance(
        lat, 180.0, position.apparent_zenith, position.azimuth, sky.dni, sky.ghi, sky.dhi, albedo=ALBEDO
    )
    elevation = position.elevation.to_numpy(dtype=np.float64)
    up = elevation > 0
    direct = np.where(up, sky.dni.to_numpy(dtype=np.float64), 0.0)
    return elevation, np.where(up, plane.poa_global.to_numpy(dtype=np.float64), 0.0), direct


def elevation(snapshots: pd.DatetimeIndex, places: Places) -> FloatArray:
    """Return the elevation of the sun at given moments, good to about 0.5 degrees, shape (n, 8) [degrees].

    Parameters
    ----------
    snapshots : pandas.DatetimeIndex
        Moments, Beijing time.
    places : Places
        Where.

    References
    ----------
    Spencer, J. W. (1971), Fourier series representation of the position of the sun, Search 2(5), 172.
    """
    hours = (snapshots.hour + snapshots.minute / 60).to_numpy(dtype=np.float64)
    day = 2 * np.pi / 365 * (snapshots.day_of_year.to_numpy(dtype=np.float64) - 1 + (hours - 12) / 24)
    declination = (
        0.006918 - 0.399912 * np.cos(day) + 0.070257 * np.sin(day) - 0.006758 * np.cos(2 * day)
        + 0.000907 * np.sin(2 * day) - 0.002697 * np.cos(3 * day) + 0.00148 * np.sin(3 * day)
    )  # fmt: skip
    equation_of_time_min = 229.18 * (
        0.000075 + 0.001868 * np.cos(day) - 0.032077 * np.sin(day)
        - 0.014615 * np.cos(2 * day) - 0.040849 * np.sin(2 * day)
    )  # fmt: skip
    solar = (hours + equation_of_time_min / 60)[:, None] + (places.lon[None, :] - 120) / 15
    angle, lat, tilt = np.radians(15 * (solar - 12)), np.radians(places.lat)[None, :], declination[:, None]
    return np.asarray(
        np.degrees(np.arcsin(np.sin(lat) * np.sin(tilt) + np.cos(lat) * np.cos(tilt) * np.cos(angle)))
    )


def is_night(snapshots: pd.DatetimeIndex, places: Places) -> BoolArray:
    """Return which hours are dark from end to end at each place, shape (n, 8)."""
    start, end = elevation(snapshots, places), elevation(snapshots + pd.Timedelta(hours=1), places)
    return np.maximum(start, end) < NIGHT_ELEVATION
