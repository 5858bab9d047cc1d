"""Take in a measured or reanalysis series: read, bring to the level year, convert, check, write.

The file written has the form of the shipped ones, with where it came from, what was changed on the way and
the sha256 of the original in its attributes. Name it under ``profiles:`` of a scenario.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd

from qhgrid.errors import Fault, ProfileError
from qhgrid.facts import Facts, read_facts
from qhgrid.profiles.checks import value_faults
from qhgrid.profiles.climatology import Places, read_places
from qhgrid.profiles.import_convert import convert, power_from_weather
from qhgrid.profiles.import_read import Raw, read_raw
from qhgrid.profiles.import_time import to_level_year, zone_hours
from qhgrid.profiles.level_year import FloatArray
from qhgrid.profiles.load import level_values
from qhgrid.profiles.series import SERIES, Series
from qhgrid.profiles.store import read_series, write_series
from qhgrid.shipped import profiles_folder

SMALLEST = -0.02
"""Output between this and 0 is a meter's noise and becomes 0, with a note, per unit."""
FEW_HOURS = 8760 * 0.6
"""Hours above 0 in a year beyond which a solar series cannot be one."""


@dataclass(frozen=True)
class Request:
    """What is to be taken in, and how it is to be read."""

    variable: str
    """Name of the series: ``pv``, ``wind``, ``dni``, ``temperature``, ``demand`` or ``inflow``."""
    unit: str = ""
    """Unit of the values, where the file does not say it."""
    time_zone: str = ""
    """Zone of the times, where the file does not say it."""
    label: str = "start"
    """Whether a time names the ``start`` or the ``end`` of its hour."""
    year: int | None = None
    """Calendar year, Beijing time, of a file with several."""
    netcdf_name: str = ""
    """Variable of a netCDF file with several."""
    columns: Mapping[str, str] = dataclass_field(default_factory=dict)
    """Label of each column that bears another name."""
    capacity_mw: Mapping[str, float] | float | None = None
    """Rated power behind values in MW [MW]."""
    fill: int = 0
    """Longest gap that is filled [h]."""
    rest: bool = False
    """Whether labels that the file lacks are taken from the shipped series."""
    source: str = ""
    """Where the file comes from, in words."""


@dataclass(frozen=True)
class Imported:
    """A series that was taken in."""

    path: Path
    variable: str
    labels: tuple[str, ...]
    """Labels that came from the file."""
    notes: tuple[str, ...]
    """What was changed on the way, with its size."""
    original_sha256: str


def import_series(path: Path, out: Path, request: Request, facts: Facts | None = None) -> Imported:
    """Take a file in and write it to `out`; nothing is written where anything is wrong.

    Parameters
    ----------
    path : pathlib.Path
        CSV, netCDF or EPW file.
    out : pathlib.Path
        File to write.
    request : Request
        How to read it.
    facts : Facts, optional
        Tables with the prefectures; the shipped ones by default.

    Raises
    ------
    ProfileError
        If the file or the request is wrong, with every fault of the phase that finds any.
    """
    series = _series(request.variable)
    places = read_places(read_facts() if facts is None else facts)
    raw = read_raw(path, series, places, request.netcdf_name)
    notes = list(raw.notes)
    if raw.site:
        frame, more = _from_weather(raw, series, request, str(path))
    else:
        frame, more = _from_table(raw, series, request, str(path))
    notes += more
    frame = _without_noise(frame, series, notes)
    given = tuple(label for label in series.labels if label in frame)
    values = _whole(frame, series, request, places, str(path), notes)
    _check(values, series, places, str(path))
    sum_of_original = sha256(path.read_bytes()).hexdigest()
    try:
        write_series(out, series, values, _attributes(series, request, path, sum_of_original, notes))
    except OSError as error:
        what = f"cannot be written: {error.strerror or error}"
        raise ProfileError(Fault(str(out), what, "Give the path of a new .nc file.")) from error
    return Imported(out, series.variable, given, tuple(notes), sum_of_original)


def _series(name: str) -> Series:
    """Return the series of a name."""
    if name not in SERIES:
        raise ProfileError(Fault(name, "there is no such series", f"Use one of: {', '.join(SERIES)}."))
    return SERIES[name]


def _from_table(raw: Raw, series: Series, request: Request, where: str) -> tuple[pd.DataFrame, list[str]]:
    """Return a table of values on the level year, columns named by label."""
    frame = _labelled(raw.frame, series, request, where)
    zone = zone_hours(request.time_zone or raw.zone, where)
    if raw.names_ends and request.label == "start":
        what = "the times go to 24:00, so they name the end of their hour"
        raise ProfileError(Fault(where, what, "Say --label end."))
    level, notes = to_level_year(
        frame, series, where, zone=zone, label=request.label, year=request.year, fill=request.fill
    )
    unit = request.unit or raw.unit
    if not unit:
        mend = f"Say --unit, such as --unit {'1' if series.unit == '1' else series.unit}."
        raise ProfileError(Fault(where, "the file does not say the unit of its values", mend))
    converted, more = convert(level, series, unit, where, capacity_mw=request.capacity_mw)
    return converted, notes + more


def _from_weather(raw: Raw, series: Series, request: Request, where: str) -> tuple[pd.DataFrame, list[str]]:
    """Return one column made from the weather of one place."""
    labels = [label for label in request.columns.values() if label in series.labels]
    if len(labels) != 1 or series.axis != "prefecture":
        mend = "Say which prefecture it stands for: --column site=haixi."
        raise ProfileError(Fault(where, f"an EPW file is the weather of one place, for {series.name}", mend))
    zone = zone_hours(request.time_zone or raw.zone, where)
    level, notes = to_level_year(
        raw.frame, series, where, zone=zone, label="start", year=request.year, fill=request.fill
    )
    values, more = power_from_weather(level, series, raw.site, where)
    return pd.DataFrame({labels[0]: values}), notes + more


def _labelled(frame: pd.DataFrame, series: Series, request: Request, where: str) -> pd.DataFrame:
    """Return the columns that stand for labels of the series, under their labels."""
    if series.axis == "water_year":
        return _river(frame, request, where)
    names = {str(column): _label_of(str(column), series, request) for column in frame}
    if len(frame.columns) == 1 and len(request.columns) == 1 and not any(names.values()):
        names = {str(frame.columns[0]): next(iter(request.columns.values()))}
    found = {column: label for column, label in names.items() if label}
    unknown = [label for label in found.values() if label not in series.labels]
    missing = [column for column in request.columns if column not in names and column != "site"]
    doubled = len(set(found.values())) < len(found)
    if unknown or missing or doubled or not found:
        what = (
            f"{', '.join(unknown)} is no {series.axis}" if unknown
            else f"there is no column {', '.join(missing)}" if missing
            else f"two columns stand for one {series.axis}" if doubled
            else f"no column bears the name of a {series.axis} (found: {', '.join(list(names)[:8])})"
        )  # fmt: skip
        mend = f"Say --column NAME={series.labels[0]} for each; labels are {', '.join(series.labels)}."
        raise ProfileError(Fault(where, what, mend))
    return frame.rename(columns=str)[list(found)].rename(columns=found)


def _label_of(column: str, series: Series, request: Request) -> str:
    """Return the label that a column stands for: as asked, by id, or by Chinese or English name."""
    if column in request.columns:
        return request.columns[column]
    if column in series.labels:
        return column
    names = {row.name_zh: row.id for row in read_facts().prefectures.values()}
    names |= {row.name_en.lower(): row.id for row in read_facts().prefectures.values()}
    return names.get(column, names.get(column.lower(), "")) if series.axis == "prefecture" else ""


def _river(frame: pd.DataFrame, request: Request, where: str) -> pd.DataFrame:
    """Return the one column of a river."""
    column = next(iter(request.columns), str(frame.columns[0]) if len(frame.columns) == 1 else "")
    if column not in frame.columns:
        listed = ", ".join(str(name) for name in frame.columns)
        what = "the file holds several columns" if not column else f"there is no column {column}"
        raise ProfileError(Fault(where, what, f"Say --column NAME=river with one of: {listed}."))
    return frame[[column]].rename(columns={column: "river"})


def _without_noise(frame: pd.DataFrame, series: Series, notes: list[str]) -> pd.DataFrame:
    """Return power with a meter's small negative values at 0."""
    if series.unit != "1":
        return frame
    small = (frame < 0) & (frame >= SMALLEST)
    count = int(small.to_numpy().sum())
    if count:
        notes.append(f"{count} values between {SMALLEST:g} and 0 set to 0")
    return frame.mask(small, 0.0)


def _whole(
    frame: pd.DataFrame, series: Series, request: Request, places: Places, where: str, notes: list[str]
) -> FloatArray:
    """Return all labels of a series, shape (8760, labels), or (3, 8760) for a river."""
    if series.axis == "water_year":
        return np.tile(frame["river"].to_numpy(dtype=np.float64), (len(series.labels), 1))
    missing = [label for label in series.labels if label not in frame]
    if missing and not request.rest:
        mend = "Give them, or take the shipped series for them with --rest shipped."
        raise ProfileError(Fault(where, f"the file lacks {', '.join(missing)}", mend))
    if missing:
        file = profiles_folder() / f"{series.name}.nc"
        shipped = level_values(read_series(file, series), series, places, str(file))
        for label in missing:
            frame[label] = shipped[:, series.labels.index(label)]
        notes.append(f"from the shipped series: {', '.join(missing)}")
    return frame[list(series.labels)].to_numpy(dtype=np.float64)


def _check(values: FloatArray, series: Series, places: Places, where: str) -> None:
    """Raise if values are not finite, out of range, lit at night, or lit too long to be the sun's."""
    hours_first = values.T if series.axis == "water_year" else values
    faults = list(value_faults(hours_first, series, places, where))
    lit = (hours_first > 0).sum(axis=0).max()
    if not faults and series.dark_at_night and lit > FEW_HOURS:
        faults.append(Fault(where, f"{int(lit)} hours of the year have sun", "Check which column was read."))
    if faults:
        raise ProfileError(faults)


def _attributes(
    series: Series, request: Request, path: Path, checksum: str, notes: list[str]
) -> Mapping[str, str]:
    """Return the global attributes of the file: what it is, where it comes from, what was done to it."""
    return {
        "title": f"Imported: {series.long_name}",
        "summary": f"imported from {path.name}, laid on the level year; as good as its source",
        "source": request.source or "not stated",
        "original_file": path.name,
        "original_sha256": checksum,
        "changes": "; ".join(notes) or "none",
        "generator_version": "import 1",
    }
