"""What a weather year is calibrated with: a few small tables, kept in ``data/profiles/weather.nc``.

The tables turn noise into power: for each month the mix of slow and fast wind, the daily pattern, the
distribution of the noise before it is shaped, and factors that bring the mean of many years to the table
of full-load hours. :mod:`qhgrid.profiles.weather_calibration` finds them once; a year is then one pass.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path

import netCDF4
import numpy as np

from qhgrid.clock import TIME_ZONE
from qhgrid.errors import Fault, ProfileError
from qhgrid.facts import PREFECTURES
from qhgrid.profiles.level_year import FloatArray

FILE = "weather.nc"
"""Name of the file beside the shipped series."""
SCORES: FloatArray = np.linspace(-3.5, 3.5, 57)
"""Normal scores at which distributions are kept, shape (57,)."""
AXES = {"month": 12, "hour": 24, "prefecture": 8, "score": len(SCORES)}
"""Dimensions of the tables."""
REBUILD = "Run `qhgrid profiles calibrate`, or put back the shipped file."


@dataclass(frozen=True)
class WeatherModel:
    """The calibrated tables; axes month (12), hour (24), prefecture (8), score (57)."""

    sun_memory: FloatArray
    """Correlation of daily cloudiness with the day before, (month)."""
    sun_score: FloatArray
    """Raw score of the fleet's daily sunshine at each normal score, (month, score)."""
    pv_factor: FloatArray
    """Factor on PV, (month, prefecture)."""
    slow_share: FloatArray
    """Share of the slow part in slow and swinging wind, (month)."""
    fast_share: FloatArray
    """Share of the fast part in all wind, (month)."""
    pattern: FloatArray
    """Daily pattern in the score of wind, (month, hour)."""
    calm: FloatArray
    """Share of the monthly mean that is taken out of the score of wind, ()."""
    wind_score: FloatArray
    """Raw score of wind in a prefecture at each normal score, (month, score)."""
    fleet_score: FloatArray
    """Raw power of the fleet at each normal score, (month, score)."""
    wind_factor: FloatArray
    """Factor on wind, (month, prefecture)."""


DIMENSIONS: dict[str, tuple[str, ...]] = {
    "sun_memory": ("month",),
    "sun_score": ("month", "score"),
    "pv_factor": ("month", "prefecture"),
    "slow_share": ("month",),
    "fast_share": ("month",),
    "pattern": ("month", "hour"),
    "calm": (),
    "wind_score": ("month", "score"),
    "fleet_score": ("month", "score"),
    "wind_factor": ("month", "prefecture"),
}
"""Dimensions of each table."""
MEANINGS = {field.name: field.name.replace("_", " ") for field in fields(WeatherModel)}


def write_weather_model(path: Path, model: WeatherModel, attributes: Mapping[str, str]) -> Path:
    """Write a model, whole or not at all; the same model gives the same bytes."""
    part = path.with_name(f".{path.name}.part")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with netCDF4.Dataset(part, "w", format="NETCDF4") as file:
            for axis, size in AXES.items():
                file.createDimension(axis, size)
            labels = file.createVariable("prefecture", str, ("prefecture",))
            labels[:] = np.array(PREFECTURES, dtype=object)
            scores = file.createVariable("score", "f8", ("score",))
            scores[:] = SCORES
            for name, dims in DIMENSIONS.items():
                variable = file.createVariable(name, "f8", dims, zlib=bool(dims), complevel=9)
                variable[...] = getattr(model, name)
                variable.setncatts({"units": "1", "long_name": MEANINGS[name]})
            file.setncatts({"Conventions": "CF-1.8", **attributes, "time_zone": TIME_ZONE})
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path


@lru_cache(maxsize=2)
def read_weather_model(path: Path) -> WeatherModel:
    """Return the model in a file.

    Raises
    ------
    ProfileError
        If the file is missing, damaged or of another shape.
    """
    if not path.is_file():
        raise ProfileError(Fault(str(path), "there is no such file", REBUILD))
    try:
        with netCDF4.Dataset(path) as file:
            tables = {name: np.asarray(file[name][...], dtype=np.float64) for name in DIMENSIONS}
    except (OSError, IndexError, RuntimeError) as error:
        what = f"is not a weather model: {str(error).splitlines()[0]}"
        raise ProfileError(Fault(str(path), what, REBUILD)) from error
    for name, dims in DIMENSIONS.items():
        wanted = tuple(AXES[axis] for axis in dims)
        if tables[name].shape != wanted or not np.isfinite(tables[name]).all():
            raise ProfileError(Fault(str(path), f"{name} is not a finite table of shape {wanted}", REBUILD))
    return WeatherModel(**tables)
