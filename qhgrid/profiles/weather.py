"""Weather years for a scenario: made on demand, kept for the next call, and laid over the hours wanted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from qhgrid.facts import Facts, read_facts
from qhgrid.profiles.climatology import FLEET_GRADE, read_climatology, read_places
from qhgrid.profiles.demand import HEATING_LIMIT_DEGC
from qhgrid.profiles.level_year import DAYS, FloatArray, IntArray, level_hours
from qhgrid.profiles.load import level_values
from qhgrid.profiles.series import SERIES
from qhgrid.profiles.store import read_series
from qhgrid.profiles.sun import clear_sky
from qhgrid.profiles.weather_calibration import Progress, calibrate
from qhgrid.profiles.weather_model import FILE, read_weather_model, write_weather_model
from qhgrid.profiles.weather_statistics import YearSummary, make_yardstick, summarise
from qhgrid.profiles.weather_years import GENERATOR_VERSION, Maker, WeatherYear, make_weather_year
from qhgrid.scenario.model import Scenario
from qhgrid.shipped import profiles_folder

HEATING = "heating"
"""Demand class that follows the temperature."""
CHANGED = ("pv", "wind", "dni", "temperature")
"""Series that a weather year replaces; demand is changed beside them."""


@lru_cache(maxsize=4)
def weather_year(number: int, folder: Path | None = None) -> WeatherYear:
    """Return a generated year of the shipped tables, counted from 1; about 0.1 s after the first.

    Parameters
    ----------
    number : int
        Which year; the same number gives the same year everywhere.
    folder : pathlib.Path, optional
        Folder of the weather model; the shipped one by default.
    """
    path = (profiles_folder() if folder is None else folder) / FILE
    return make_weather_year(number, shipped_maker(), read_weather_model(path))


@lru_cache(maxsize=1)
def shipped_maker() -> Maker:
    """Return what the weather years of the shipped tables are made from."""
    return make_maker(read_facts())


def make_maker(facts: Facts) -> Maker:
    """Return what weather years are made from: tables, clear sky and figures."""
    climatology = read_climatology(facts)
    figures = {name: float(row.value or 0.0) for name, row in facts.weather.items()}
    return Maker(climatology, clear_sky(climatology.places), figures)


def calibrate_weather(folder: Path, progress: Progress | None = None, *, facts: Facts | None = None) -> Path:
    """Calibrate the weather model to the tables and write it to `folder`; half a minute of computing.

    Parameters
    ----------
    folder : pathlib.Path
        Where to write ``weather.nc``.
    progress : callable, optional
        Told the name of each part as its turn comes.
    facts : Facts, optional
        Tables to calibrate to; the shipped ones by default.
    """
    maker = make_maker(read_facts() if facts is None else facts)
    attributes = {
        "title": "Qinghai: model of generated weather years",
        "summary": "synthetic, calibrated. Distribution, memory and level of noise by month.",
        "source": f"qhgrid.profiles weather generator {GENERATOR_VERSION}",
        "calibrated_to_sha256": fingerprint(maker),
        "generator_version": GENERATOR_VERSION,
    }
    return write_weather_model(Path(folder) / FILE, calibrate(maker, progress=progress), attributes)


def fingerprint(maker: Maker) -> str:
    """Return the sha256 of the tables and figures that the model is calibrated to."""
    sunshine, wind = maker.climatology.sunshine, maker.climatology.wind
    tables = (
        maker.climatology.places.lon, maker.climatology.places.lat, maker.climatology.temperature_degc,
        sunshine.full_load_hours, sunshine.weights, sunshine.daily_quantiles, sunshine.daily_lag1,
        wind.full_load_hours, wind.weights, wind.quantiles, wind.lag1h, wind.lag24h, wind.diurnal,
    )  # fmt: skip
    text = "\n".join(" ".join(f"{value:.9g}" for value in table.ravel()) for table in tables)
    used = {name: value for name, value in maker.figures.items() if not name.endswith("_threshold")}
    figures = "\n".join(f"{name} {value:.9g}" for name, value in used.items())
    return sha256(f"{text}\n{figures}".encode()).hexdigest()


def lay_weather(
    arrays: dict[str, xr.DataArray],
    scenario: Scenario,
    snapshots: pd.DatetimeIndex,
    levels: Mapping[str, FloatArray],
) -> dict[str, xr.DataArray]:
    """Return the series with the weather years that a scenario names in place of the level year.

    Parameters
    ----------
    arrays : dict of xarray.DataArray
        The series on `snapshots`, by variable.
    scenario : Scenario
        ``weather.year``; a series of the scenario's own stays as it is.
    snapshots : pandas.DatetimeIndex
        Hours wanted, shape (n,).
    levels : Mapping
        Temperature (8760, 8) [degC] and demand (8760, classes) of the level year, by name of series.
    """
    named, years = scenario.weather.year, snapshots.year.to_numpy()
    numbers, hours = (named,) if isinstance(named, int) else named, level_hours(snapshots)
    out = {name: array.copy() for name, array in arrays.items()}
    for position, calendar in enumerate(range(int(years[0]), int(years[-1]) + 1)):
        number = numbers[0] if len(numbers) == 1 else numbers[position]
        at = np.flatnonzero(years == calendar)
        if number == 0 or not len(at):
            continue
        weather = weather_year(number)
        for name in CHANGED:
            if getattr(scenario.profiles, name) is None:
                out[SERIES[name].variable][at] = getattr(weather, name)[hours[at]]
        if scenario.profiles.demand is None:
            _warm(out[SERIES["demand"].variable], at, hours[at], levels, weather.temperature)
    return out


def _warm(
    demand: xr.DataArray, at: IntArray, hours: IntArray, levels: Mapping[str, FloatArray], degc: FloatArray
) -> None:
    """Let the heating at the positions `at` follow the weather year's temperature, in place."""
    labels = [str(label) for label in demand["demand_class"].to_numpy()]
    if HEATING in labels:
        column = labels.index(HEATING)
        level_degc = levels["temperature"].mean(axis=1)
        demand[at, column] = heated(levels["demand"][:, column], level_degc, degc.mean(axis=1))[hours]


def heated(level: FloatArray, level_degc: FloatArray, degc: FloatArray) -> FloatArray:
    """Return heating at another temperature: the level year's, plus its degrees times what a degree takes.

    Parameters
    ----------
    level : numpy.ndarray
        Heating in the level year; 0 outside the heating season, shape (8760,).
    level_degc, degc : numpy.ndarray
        Temperature of the level year and of the year wanted, shape (8760,) [degC].
    """
    season = np.repeat((level > 0).reshape(DAYS, 24).any(axis=1), 24)
    cold, colder = (
        np.where(season, np.maximum(HEATING_LIMIT_DEGC - t, 0.0), 0.0) for t in (level_degc, degc)
    )
    total = cold.sum()
    if total == 0:
        return level
    return np.asarray(np.maximum(level + level.sum() / total * (colder - cold), 0.0))


def summarise_years(numbers: Iterable[int], facts: Facts | None = None) -> tuple[YearSummary, ...]:
    """Return weather years in figures, 0 being the shipped level year.

    Parameters
    ----------
    numbers : iterable of int
        Which years.
    facts : Facts, optional
        Tables whose present fleet (plants in operation) weighs wind against PV; the shipped ones by default.
    """
    facts = read_facts() if facts is None else facts
    maker = shipped_maker()
    yard = make_yardstick(maker, *(_fleet_mw(facts, name) for name in ("pv", "wind")))
    return tuple(
        summarise(number, weather_year(number) if number else level_weather(), yard) for number in numbers
    )


def level_weather() -> WeatherYear:
    """Return the shipped level year in the form of a generated one."""
    places, folder = read_places(read_facts()), profiles_folder()
    values = {
        name: level_values(read_series(folder / f"{name}.nc", SERIES[name]), SERIES[name], places, name)
        for name in CHANGED
    }
    return WeatherYear(**values)


def _fleet_mw(facts: Facts, technology: str) -> float:
    """Return the rated power of today's plants of a technology [MW]."""
    plants = (row for row in facts.fleet.values() if row.grade == FLEET_GRADE)
    return sum(row.value or 0.0 for row in plants if row.technology == technology)
