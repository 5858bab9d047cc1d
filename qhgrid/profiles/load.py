"""Read the series that a scenario asks for, check them, and lay them over its hours."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from qhgrid.clock import TIME_ZONE
from qhgrid.errors import Fault, ProfileError
from qhgrid.facts import read_facts
from qhgrid.profiles.checks import form_faults, value_faults
from qhgrid.profiles.climatology import Places, read_places, read_river
from qhgrid.profiles.demand import month_means
from qhgrid.profiles.inflow import inflow_on
from qhgrid.profiles.level_year import FloatArray, level_hours
from qhgrid.profiles.series import ALL_SERIES, WATER_YEARS, Series
from qhgrid.profiles.store import CHECKSUM, read_series
from qhgrid.scenario.model import Scenario
from qhgrid.shipped import profiles_folder


def load_profiles(scenario: Scenario, snapshots: pd.DatetimeIndex, folder: Path | None = None) -> xr.Dataset:
    """Return every hourly series that a network needs, on the given snapshots.

    Parameters
    ----------
    scenario : Scenario
        ``profiles`` names files to use instead of the shipped ones, relative to the working directory;
        ``hydro.water_year`` picks the inflow and ``weather.year`` the weather: one year for all, or one for
        each calendar year.
    snapshots : pandas.DatetimeIndex
        Hours wanted, Beijing time, shape (n,). Any year: an hour takes the value of the same month, day and
        hour of the level year, 29 February that of 28 February.
    folder : pathlib.Path, optional
        Folder of the series; the shipped one by default.

    Returns
    -------
    xarray.Dataset
        ``pv_p_max_pu``, ``wind_p_max_pu``, ``csp_p_max_pu`` (snapshot, prefecture) [1]; ``demand_shape``
        (snapshot, demand_class) [1], mean 1 over the level year, and ``demand_month_mean`` (month,
        demand_class) [1], its means in the year of the first hour; ``inflow_m3_per_s`` (snapshot) [m3/s];
        ``temperature_degc`` (snapshot, prefecture) [degC]. Attributes give the checksum of each file.

    Raises
    ------
    ProfileError
        If a file is missing, damaged, too short, wrongly labelled, not finite, out of range or lit at
        night; with every fault found.
    """
    facts = read_facts()
    places, hours = read_places(facts), level_hours(snapshots)
    water_years = _water_years(scenario)
    arrays: dict[str, xr.DataArray] = {}
    attributes = {"time_zone": TIME_ZONE, "water_year": ", ".join(water_years)}
    attributes["weather_year"] = ", ".join(str(number) for number in weather_numbers(scenario))
    faults: list[Fault] = []
    levels: dict[str, FloatArray] = {}
    for series in ALL_SERIES:
        path, key = _path_of(series, scenario, folder)
        try:
            dataset = read_series(path, series, key)
            values = level_values(dataset, series, places, f"{key}: {path}" if key else str(path))
        except ProfileError as error:
            faults.extend(error.faults)
            continue
        levels[series.name] = values
        arrays[series.variable] = _on_snapshots(values[hours], series, snapshots, water_years[0])
        if series.name == "demand":
            arrays["demand_month_mean"] = _by_month(month_means(values, int(snapshots[0].year)), series)
        attributes[f"{series.name}_file"] = path.name
        attributes[f"{series.name}_sha256"] = str(dataset.attrs.get(CHECKSUM, ""))
    if faults:
        raise ProfileError(faults)
    if _is_generated(scenario):
        flow = arrays["inflow_m3_per_s"]
        arrays["inflow_m3_per_s"] = flow.copy(data=inflow_on(water_years, snapshots, read_river(facts)))
    if any(weather_numbers(scenario)):
        from qhgrid.profiles.weather import lay_weather

        arrays = lay_weather(arrays, scenario, snapshots, levels)
    return xr.Dataset(arrays, attrs=attributes)


def _by_month(means: FloatArray, series: Series) -> xr.DataArray:
    """Return the monthly means (12, labels) of a series as an array with labels."""
    coords = {"month": list(range(1, 13)), series.axis: list(series.labels)}
    attrs = {"units": series.unit, "long_name": f"{series.long_name}, mean of each month"}
    return xr.DataArray(means, coords, ("month", series.axis), attrs=attrs)


def weather_numbers(scenario: Scenario) -> tuple[int, ...]:
    """Return the weather years that a scenario names: one, or one for each calendar year."""
    named = scenario.weather.year
    return (named,) if isinstance(named, int) else named


def _water_years(scenario: Scenario) -> tuple[str, ...]:
    """Return the water years that a scenario names: one, or one for each calendar year."""
    named = scenario.hydro.water_year
    return (named,) if isinstance(named, str) else named


def _is_generated(scenario: Scenario) -> bool:
    """Return whether inflow is made from the table of the record; one typical year comes from its file."""
    years = _water_years(scenario)
    return scenario.profiles.inflow is None and (len(years) > 1 or years[0] not in WATER_YEARS)


def level_values(dataset: xr.Dataset, series: Series, places: Places, where: str) -> FloatArray:
    """Return the checked values of a file on the level year, shape (8760, labels).

    Raises
    ------
    ProfileError
        With every fault of form, or else every fault of value.
    """
    faults = list(form_faults(dataset, series, where))
    if faults:
        raise ProfileError(faults)
    array = dataset[series.variable]
    if series.axis not in array.dims:
        array = array.expand_dims({series.axis: list(series.labels)})
    array = array.transpose("snapshot", series.axis).sel({series.axis: list(series.labels)})
    values = array.to_numpy().astype(np.float64)
    index = pd.DatetimeIndex(array["snapshot"].to_index())
    values = values[~((index.month == 2) & (index.day == 29))]
    faults = list(value_faults(values, series, places, where))
    if faults:
        raise ProfileError(faults)
    return values


def profile_paths(scenario: Scenario | None = None, folder: Path | None = None) -> dict[str, Path]:
    """Return the file of each series, the scenario's own where it names one."""
    return {series.name: _path_of(series, scenario, folder)[0] for series in ALL_SERIES}


def checksums(of: Scenario | Path | None = None) -> dict[str, str]:
    """Return the sha256 of each file by its name, of a folder or of the files that a scenario uses.

    The model of weather years is among them where a scenario asks for one.

    Parameters
    ----------
    of : Scenario or pathlib.Path, optional
        A scenario, or a folder; the shipped folder by default.

    Raises
    ------
    ProfileError
        If a file cannot be read.
    """
    if isinstance(of, Scenario):
        paths = profile_paths(of)
        if any(weather_numbers(of)):
            paths["weather"] = profiles_folder() / "weather.nc"
    else:
        paths = profile_paths(folder=None if of is None else Path(of))
    faults = [
        Fault(str(path), "there is no such file", "Run `qhgrid profiles build`.")
        for path in paths.values()
        if not path.is_file()
    ]
    if faults:
        raise ProfileError(faults)
    return {f"{name}.nc": sha256(path.read_bytes()).hexdigest() for name, path in paths.items()}


def _path_of(series: Series, scenario: Scenario | None, folder: Path | None) -> tuple[Path, str]:
    """Return the file of a series and the scenario key that names it, empty for a shipped one."""
    own = getattr(scenario.profiles, series.name, None) if scenario is not None else None
    if own is not None:
        return Path(own), f"profiles.{series.name}"
    return (profiles_folder() if folder is None else Path(folder)) / f"{series.name}.nc", ""


def _on_snapshots(
    values: FloatArray, series: Series, snapshots: pd.DatetimeIndex, water_year: str
) -> xr.DataArray:
    """Return values (n, labels) as an array with labels; of the inflow, one water year alone."""
    attrs = {"units": "m3/s" if series.name == "inflow" else series.unit, "long_name": series.long_name}
    index = snapshots.rename("snapshot")
    if series.axis == "water_year":
        column = series.labels.index(water_year) if water_year in series.labels else 0
        return xr.DataArray(values[:, column], {"snapshot": index}, ("snapshot",), attrs=attrs)
    coords = {"snapshot": index, series.axis: list(series.labels)}
    return xr.DataArray(values, coords, ("snapshot", series.axis), attrs=attrs)
