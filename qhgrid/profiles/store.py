"""Write a series to netCDF with the same bytes every time, and read it back only if it is whole.

Files follow CF-1.8. They carry no time of making; a checksum of the content stands in the attribute
``checksum_sha256`` and is compared on reading. Values are rounded to a fixed number of digits and kept as
float32, compressed.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Final

import netCDF4
import numpy as np
import xarray as xr

from qhgrid.clock import TIME_ZONE
from qhgrid.errors import Fault, ProfileError
from qhgrid.profiles.level_year import HOURS, LEVEL_YEAR, FloatArray, level_snapshots
from qhgrid.profiles.series import Series

CHECKSUM = "checksum_sha256"
"""Attribute with the sha256 of the content."""
TIME_UNITS = f"hours since {LEVEL_YEAR}-01-01 00:00:00"
COMPRESSION_LEVEL: Final = 9
MOST_VALUES = 50 * 8784
"""More values than this are no series of ours, and are not read into memory."""
REBUILD = "Run `qhgrid profiles build`, or put back the shipped file."


def write_series(path: Path, series: Series, values: FloatArray, attributes: Mapping[str, str]) -> Path:
    """Write one series, whole or not at all.

    Parameters
    ----------
    path : pathlib.Path
        File to write; one that exists is replaced at the end.
    series : Series
        What the file holds.
    values : numpy.ndarray
        Shape (8760, labels), or (labels, 8760) for inflow, whose long axis comes last.
    attributes : Mapping
        Global attributes beyond the conventions, such as title and source.

    Returns
    -------
    pathlib.Path
        `path`.
    """
    dataset = _labelled(series, values)
    part = path.with_name(f".{path.name}.part-{os.getpid()}")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with netCDF4.Dataset(part, "w", format="NETCDF4") as file:
            _write_axes(file, series)
            _write_values(file, series, dataset[series.variable].to_numpy())
            file.setncatts({"Conventions": "CF-1.8", **attributes, "time_zone": TIME_ZONE})
            file.setncattr(CHECKSUM, content_checksum(dataset, series))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path


def dimensions(series: Series) -> tuple[str, str]:
    """Return the dimensions of the variable: hours first, but last for the few water years."""
    return (series.axis, "snapshot") if series.axis == "water_year" else ("snapshot", series.axis)


def content_checksum(dataset: xr.Dataset, series: Series) -> str:
    """Return the sha256 of what a file says: variable, labels, calendar, values as little-endian float32."""
    array = dataset[series.variable]
    labels = [str(label) for label in array.indexes.get(series.axis, ())]
    hours = array.indexes.get("snapshot", ())
    ends = [str(hour) for hour in (*hours[:1], *hours[-1:])]
    head = "\n".join([series.variable, *(str(name) for name in array.dims), *labels, *ends, TIME_ZONE])
    values = np.ascontiguousarray(array.to_numpy(), dtype="<f4")
    return sha256(head.encode() + values.tobytes()).hexdigest()


def _labelled(series: Series, values: FloatArray) -> xr.Dataset:
    """Return rounded values with their labels, as they will be read back."""
    rounded = np.round(np.asarray(values, dtype=np.float64), series.decimals).astype("<f4")
    coords = {"snapshot": level_snapshots(), series.axis: list(series.labels)}
    return xr.Dataset({series.variable: (dimensions(series), rounded)}, coords)


def _write_axes(file: netCDF4.Dataset, series: Series) -> None:
    """Write the snapshots, with the bounds of their hours, and the labels."""
    file.createDimension("snapshot", HOURS)
    file.createDimension(series.axis, len(series.labels))
    file.createDimension("bounds", 2)
    time = file.createVariable("snapshot", "i4", ("snapshot",), zlib=True, complevel=COMPRESSION_LEVEL)
    time[:] = np.arange(HOURS)
    time.setncatts(
        {
            "standard_name": "time",
            "long_name": "start of the hour, Beijing time",
            "units": TIME_UNITS,
            "calendar": "proleptic_gregorian",
            "axis": "T",
            "bounds": "snapshot_bounds",
            "time_zone": TIME_ZONE,
        }
    )
    bounds = file.createVariable(
        "snapshot_bounds", "i4", ("snapshot", "bounds"), zlib=True, complevel=COMPRESSION_LEVEL
    )
    bounds[:] = np.arange(HOURS)[:, None] + np.array([0, 1])
    labels = file.createVariable(series.axis, str, (series.axis,))
    labels[:] = np.array(series.labels, dtype=object)
    labels.setncatts({"long_name": series.axis.replace("_", " ")})


def _write_values(file: netCDF4.Dataset, series: Series, values: FloatArray) -> None:
    """Write the variable with its attributes."""
    variable = file.createVariable(
        series.variable,
        "f4",
        dimensions(series),
        zlib=True,
        complevel=COMPRESSION_LEVEL,
        shuffle=True,
        fill_value=False,
    )
    variable[:] = values
    names = {"standard_name": series.standard_name} if series.standard_name else {}
    variable.setncatts(
        {**names, "long_name": series.long_name, "units": series.unit, "cell_methods": "snapshot: mean"}
    )


def read_series(path: Path, series: Series, key: str = "") -> xr.Dataset:
    """Return the content of a file, in memory, after comparing its checksum.

    Parameters
    ----------
    path : pathlib.Path
        netCDF file.
    series : Series
        What the file must hold.
    key : str, optional
        Scenario key that names the file, for the message.

    Returns
    -------
    xarray.Dataset
        As stored; not yet checked for range, night or calendar.

    Raises
    ------
    ProfileError
        If the file is missing, not netCDF, lacks the variable, or its checksum does not fit its content.
    """
    where = f"{key}: {path}" if key else str(path)
    if not path.is_file():
        mend = f"Give the path of a netCDF file with {series.variable}." if key else REBUILD
        raise ProfileError(Fault(where, "there is no such file", mend))
    try:
        with xr.open_dataset(path, engine="netcdf4") as file:
            if series.variable not in file:
                raise ProfileError(_missing_variable(file, series, where))
            if file[series.variable].size > MOST_VALUES:
                what = f"{series.variable} has {file[series.variable].size} values, more than a year holds"
                raise ProfileError(Fault(where, what, "Give the hours of one calendar year."))
            dataset = file[[series.variable]].load()
    except (OSError, ValueError, RuntimeError) as error:
        mend = "Write it with xarray.Dataset.to_netcdf or ncgen."
        raise ProfileError(
            Fault(where, f"is not a readable netCDF file: {_first_line(error)}", mend)
        ) from error
    _compare_checksum(dataset, series, where)
    return dataset


def _missing_variable(file: xr.Dataset, series: Series, where: str) -> Fault:
    """Return the fault of a file without the variable of the series."""
    found = ", ".join(sorted(str(name) for name in file.data_vars)) or "none"
    return Fault(where, f"has no variable {series.variable} (found: {found})", f"Name it {series.variable}.")


def _first_line(error: Exception) -> str:
    """Return the first line of an exception's message."""
    return (str(error) or type(error).__name__).splitlines()[0]


def _compare_checksum(dataset: xr.Dataset, series: Series, where: str) -> None:
    """Raise if a file carries a checksum that its content does not have."""
    stored = dataset.attrs.get(CHECKSUM)
    if stored is None:
        return
    if content_checksum(dataset, series) != stored:
        mend = f"{REBUILD} Drop the attribute {CHECKSUM} from a file that you changed on purpose."
        raise ProfileError(
            Fault(where, "the content does not fit its checksum: the file was changed or damaged", mend)
        )
