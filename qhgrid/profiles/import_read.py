"""Read a foreign series as a table of hours and columns: CSV, netCDF (atlite among them), EPW."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from qhgrid.errors import Fault, ProfileError
from qhgrid.facts import PREFECTURES
from qhgrid.profiles.climatology import Places
from qhgrid.profiles.level_year import FloatArray
from qhgrid.profiles.series import Series

TIME_NAMES = ("time", "snapshot", "datetime", "date", "timestamp", "utc_timestamp", "时间", "日期")
"""Names of the column or coordinate that holds the time."""
FARTHEST_CELL_KM = 60.0
"""A grid cell stands for a prefecture if its centre lies within this distance of the seat [km]."""
LARGEST_FILE = 2_000_000_000
"""Larger files are not read [bytes]."""


@dataclass(frozen=True)
class Raw:
    """What a file holds, before anything is checked or changed."""

    frame: pd.DataFrame
    """Values by time, as written; a column a place or class."""
    unit: str = ""
    """Unit, where the file says it."""
    names_ends: bool = False
    """Whether the times go to 24:00, so that they name the end of their hour."""
    zone: str = ""
    """Time zone, where the file says it, such as ``UTC+08:00``."""
    site: Mapping[str, float] = field(default_factory=dict)
    """Latitude, longitude [degrees] and altitude [m] of a single place, where the file says them."""
    notes: tuple[str, ...] = ()
    """What was chosen in reading."""


def read_raw(path: Path, series: Series, places: Places, name: str = "") -> Raw:
    """Return the content of a file by its ending: ``.csv``, ``.nc``, ``.epw``.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    series : Series
        What is wanted from it.
    places : Places
        Prefecture seats, for grids.
    name : str, optional
        Variable of a netCDF file, where it holds several.

    Raises
    ------
    ProfileError
        If the file is missing, too large, of another kind, or cannot be read.
    """
    if not path.is_file():
        raise ProfileError(
            Fault(str(path), "there is no such file", "Give the path of a .csv, .nc or .epw file.")
        )
    if path.stat().st_size > LARGEST_FILE:
        raise ProfileError(
            Fault(str(path), "the file is larger than 2 GB", "Cut it to one year and the places.")
        )
    kind = path.suffix.lower()
    if kind in (".csv", ".txt"):
        return _read_csv(path)
    if kind in (".nc", ".nc4"):
        return _read_netcdf(path, series, places, name)
    if kind == ".epw":
        return _read_epw(path)
    raise ProfileError(
        Fault(str(path), f"the ending {kind or 'none'} is not known", "Use .csv, .nc or .epw.")
    )


def _read_csv(path: Path) -> Raw:
    """Return a table with the time in one column; every other column is a series."""
    text = _decoded(path)
    lines = text.splitlines()
    try:
        delimiter = csv.Sniffer().sniff("\n".join(lines[:5]), delimiters=",;\t").delimiter
    except csv.Error:
        delimiter = ","
    rows = list(csv.reader(lines, delimiter=delimiter))
    if len(rows) < 3 or len(rows[0]) < 2:
        mend = "Write a heading, then one line an hour: time, value, value …"
        raise ProfileError(Fault(f"{path}:1", "this is no table of a time and values", mend))
    head = [cell.strip() for cell in rows[0]]
    doubled = sorted({name for name in head if head.count(name) > 1})
    if doubled:
        what = f"the column {doubled[0] or 'without a name'} stands twice"
        raise ProfileError(Fault(f"{path}:1", what, "Give each column its own name."))
    column = next((index for index, cell in enumerate(head) if cell.lower() in TIME_NAMES), 0)
    body = [
        (number, row) for number, row in enumerate(rows[1:], start=2) if any(cell.strip() for cell in row)
    ]
    times, zone = _times_of([row[column] for _, row in body], path, [number for number, _ in body])
    others = [index for index in range(len(head)) if index != column]
    values = {head[index]: _numbers(body, index, path, head[index]) for index in others}
    names_ends = any("24:00" in row[column] for _, row in body)
    return Raw(pd.DataFrame(values, index=times), names_ends=names_ends, zone=zone)


def _decoded(path: Path) -> str:
    """Return the text of a file in UTF-8 or GB 18030."""
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ProfileError(Fault(str(path), "the file is neither UTF-8 nor GB 18030 text", "Save it as UTF-8."))


def _times_of(cells: list[str], path: Path, lines: list[int]) -> tuple[pd.DatetimeIndex, str]:
    """Return the moments of a column, and the zone where the cells carry one (then as UTC).

    The year stands first, so that no day is taken for a month; 24:00 is the midnight that follows.
    """
    words = pd.Series(cells).str.strip().str.replace(r"[/.年月]", "-", regex=True).str.replace("日", "")
    midnight = words.str.contains(r"[ T]24:00(?::00)?$")
    words = words.str.replace(r"([ T])24:00", r"\1 00:00", regex=True).str.replace("  ", " ")
    words = words.where(words.str.match(r"\d{4}-"), "")
    parsed = pd.to_datetime(words, errors="coerce", format=_format_of(words.iloc[0]), utc=_carry_zone(cells))
    if parsed.isna().any():
        parsed = pd.to_datetime(words, errors="coerce", format="mixed", utc=_carry_zone(cells))
    bad = np.flatnonzero(parsed.isna().to_numpy())
    if len(bad):
        what = f"{cells[bad[0]]!r} is not a time"
        mend = "Write times with the year first, such as 2020-01-31 13:00."
        raise ProfileError(Fault(f"{path}:{lines[bad[0]]}", what, mend))
    index = pd.DatetimeIndex(parsed + pd.to_timedelta(midnight.astype(int), unit="D"))
    return (index.tz_localize(None), "UTC") if index.tz is not None else (index, "")


def _format_of(cell: str) -> str:
    """Return the usual format that fits a time, else that of any mixture."""
    for form in ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"):
        with suppress(ValueError):
            datetime.strptime(cell, form)
            return form
    return "mixed"


def _carry_zone(cells: list[str]) -> bool:
    """Return whether the times name a zone, as ``2020-01-01T00:00+08:00`` or ``…Z``."""
    tail = cells[0].strip()[10:]
    return tail.endswith("Z") or "+" in tail or "-" in tail


def _numbers(body: list[tuple[int, list[str]]], index: int, path: Path, name: str) -> list[float]:
    """Return a column of numbers; an empty cell is a gap."""
    values = []
    for line, row in body:
        cell = row[index].strip() if index < len(row) else ""
        try:
            values.append(float(cell) if cell.lower() not in ("", "nan", "na", "null", "-") else np.nan)
        except ValueError:
            what = f"{cell!r} in column {name} is not a number"
            raise ProfileError(
                Fault(f"{path}:{line}", what, "Write a number, or leave the cell empty.")
            ) from None
    return values


def _read_netcdf(path: Path, series: Series, places: Places, name: str) -> Raw:
    """Return one variable of a netCDF file over time and at most two further dimensions."""
    try:
        with xr.open_dataset(path, engine="netcdf4") as file:
            array = _variable(file, series, name, path).load()
            attrs = {**file.attrs, **array.attrs}
    except (OSError, ValueError, RuntimeError) as error:
        what = f"is not a readable netCDF file: {str(error).splitlines()[0]}"
        raise ProfileError(Fault(str(path), what, "Write it with xarray.Dataset.to_netcdf.")) from error
    time = next((str(dim) for dim in array.dims if str(dim).lower() in TIME_NAMES), "")
    index = array.indexes.get(time)
    if not isinstance(index, pd.DatetimeIndex) or index.hasnans:
        mend = "Name the dimension of time `time` or `snapshot` and give it dates."
        raise ProfileError(Fault(str(path), f"{array.name} has no dimension of time with dates", mend))
    zone = str(array[time].attrs.get("time_zone", attrs.get("time_zone", "")))
    if array.dtype.kind not in "fiu":
        what = f"{array.name} holds {array.dtype}, not numbers"
        raise ProfileError(Fault(str(path), what, "Store it as float."))
    array, notes = _columns(array.transpose(time, ...), places, path)
    frame = pd.DataFrame(array.to_numpy(), index=index, columns=_names(array, time))
    return Raw(frame, unit=str(attrs.get("units", "")), zone=zone, notes=notes)


def _variable(file: xr.Dataset, series: Series, name: str, path: Path) -> xr.DataArray:
    """Return the variable that is asked for, the series' own, or the only one."""
    found = [str(variable) for variable in file.data_vars if file[variable].ndim]
    found = [variable for variable in found if "bounds" not in variable and "bnds" not in variable]
    wanted = name or (series.variable if series.variable in found else found[0] if len(found) == 1 else "")
    if wanted in found:
        return file[wanted]
    what = f"the file has no variable {name}" if name else "the file holds several variables"
    mend = f"Name one with --field: {', '.join(found) or 'it has none'}."
    raise ProfileError(Fault(str(path), what, mend))


def _names(array: xr.DataArray, time: str) -> list[str]:
    """Return the labels beside the time; one series has none and takes the name of the variable."""
    others = [dim for dim in array.dims if dim != time]
    return [str(label) for label in array[others[0]].to_numpy()] if others else [str(array.name or "value")]


def _columns(array: xr.DataArray, places: Places, path: Path) -> tuple[xr.DataArray, tuple[str, ...]]:
    """Return an array of one dimension beside time: a grid becomes the cells at the prefecture seats."""
    if array.ndim > 2:
        array = array.squeeze([dim for dim in array.dims[1:] if array.sizes[dim] == 1], drop=True)
    if array.ndim <= 2:
        return (array if array.ndim == 2 else array.expand_dims(column=[str(array.name)], axis=1)), ()
    names = {str(dim).lower(): dim for dim in array.dims}
    x = next((names[key] for key in ("x", "lon", "longitude") if key in names), None)
    y = next((names[key] for key in ("y", "lat", "latitude") if key in names), None)
    if array.ndim > 3 or any(dim is None or array[dim].dtype.kind not in "fiu" for dim in (x, y)):
        dims = ", ".join(str(dim) for dim in array.dims)
        mend = "Give time with one dimension of places, or time, y and x in degrees."
        raise ProfileError(Fault(str(path), f"{array.name} has the dimensions {dims}", mend))
    return _cells(array, str(x), str(y), places)


def _cells(array: xr.DataArray, x: str, y: str, places: Places) -> tuple[xr.DataArray, tuple[str, ...]]:
    """Return the grid cell nearest to each seat, where one is near enough."""
    lon, lat = np.meshgrid(array[x].to_numpy().astype(float), array[y].to_numpy().astype(float))
    picked, labels, notes = [], [], []
    for name, east, north in zip(PREFECTURES, places.lon, places.lat, strict=True):
        away = _distances(lon.ravel(), lat.ravel(), east, north)
        cell = int(np.argmin(away))
        if away[cell] <= FARTHEST_CELL_KM:
            row, column = divmod(cell, lon.shape[1])
            picked.append(array.isel({y: row, x: column}, drop=True))
            labels.append(name)
            notes.append(f"{name} is the cell at {lon.ravel()[cell]:.2f} E {lat.ravel()[cell]:.2f} N")
    if not picked:
        what = f"no cell lies within {FARTHEST_CELL_KM:.0f} km of a prefecture seat"
        raise ProfileError(
            Fault(str(array.name), what, "Cut the grid around Qinghai, 89 to 104 E, 31 to 40 N.")
        )
    index = pd.Index(labels, name="column")
    return xr.concat(picked, index).transpose(..., "column"), tuple(notes)


def _distances(lon: FloatArray, lat: FloatArray, east: float, north: float) -> FloatArray:
    """Return distances of many points from one, on a plane, good enough to find the nearest [km]."""
    across = (lon - east) * np.cos(np.radians(north))
    return np.asarray(111.2 * np.hypot(across, lat - north))


def _read_epw(path: Path) -> Raw:
    """Return an EPW file: hours that start at their label, in the zone of its header; a typical year."""
    from pvlib.iotools import read_epw

    try:
        data, head = read_epw(str(path), coerce_year=2030)
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        what = f"is not a readable EPW file: {str(error).splitlines()[0] if str(error) else 'no header'}"
        raise ProfileError(Fault(str(path), what, "Give a file of 8 header lines and 8760 hours.")) from error
    zone = float(head["TZ"])
    site = {name: float(head[name]) for name in ("latitude", "longitude", "altitude")}
    frame = data[["temp_air", "atmospheric_pressure", "ghi", "dni", "dhi", "wind_speed"]].astype(float)
    frame = frame.mask((frame >= 99999) | (frame <= -999))
    frame.index = pd.DatetimeIndex(frame.index).tz_localize(None)
    words = f"typical year at {site['latitude']:.2f} N {site['longitude']:.2f} E, {site['altitude']:.0f} m"
    hours, minutes = divmod(round(abs(zone) * 60), 60)
    said = f"UTC{'-' if zone < 0 else '+'}{hours:02d}:{minutes:02d}"
    return Raw(frame, zone=said, site=site, notes=(words,))
