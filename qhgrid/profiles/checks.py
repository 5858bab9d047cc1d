"""What a series must be before it may drive a network: whole, finite, within limits, dark at night."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import xarray as xr

from qhgrid.errors import Fault
from qhgrid.profiles.climatology import Places
from qhgrid.profiles.level_year import HOURS, FloatArray, level_snapshots
from qhgrid.profiles.series import Series
from qhgrid.profiles.sun import is_night


def form_faults(dataset: xr.Dataset, series: Series, where: str) -> Iterator[Fault]:
    """Yield what is wrong with the dimensions, the labels and the calendar of a file."""
    array = dataset[series.variable]
    allowed = {"snapshot", series.axis} if series.axis != "water_year" else {"snapshot"}
    if not allowed <= set(array.dims) <= {"snapshot", series.axis}:
        found = ", ".join(str(name) for name in array.dims) or "none"
        yield Fault(
            where, f"{series.variable} has the dimensions {found}", f"Give it (snapshot, {series.axis})."
        )
        return
    if array.dtype.kind not in "fiu":
        yield Fault(where, f"{series.variable} holds {array.dtype}, not numbers", "Store it as float.")
    yield from _label_faults(array, series, where)
    yield from _calendar_faults(array, where)


def _label_faults(array: xr.DataArray, series: Series, where: str) -> Iterator[Fault]:
    """Yield a fault if the labels beside the hours are not the known ones."""
    if series.axis not in array.dims:
        return
    found = [str(label) for label in array[series.axis].to_numpy()]
    missing = [label for label in series.labels if label not in found]
    unknown = [label for label in found if label not in series.labels]
    if missing or unknown or len(set(found)) < len(found):
        parts = [
            f"{word} {', '.join(labels)}"
            for word, labels in (("lacks", missing), ("has the unknown", unknown))
            if labels
        ]
        yield Fault(
            where,
            f"coordinate {series.axis} {' and '.join(parts) or 'names a label twice'}",
            f"Use each of: {', '.join(series.labels)}.",
        )


def _calendar_faults(array: xr.DataArray, where: str) -> Iterator[Fault]:
    """Yield a fault if the hours are not all those of one calendar year, in order."""
    mend = "Give every hour of one calendar year, Beijing time, from 1 January 00:00 to 31 December 23:00."
    index = array["snapshot"].to_index()
    if not isinstance(index, pd.DatetimeIndex) or index.hasnans:
        yield Fault(where, "coordinate snapshot holds no dates", mend)
        return
    if len(index) < HOURS:
        yield Fault(where, f"has {len(index)} hours, too short for a year of {HOURS}", mend)
        return
    year = pd.date_range(f"{index[0].year}-01-01", f"{index[0].year}-12-31 23:00", freq="h")
    if len(index) != len(year) or not bool((index == year).all()):
        yield Fault(where, f"the hours from {index[0]} to {index[-1]} are not those of one year", mend)


def value_faults(values: FloatArray, series: Series, places: Places, where: str) -> Iterator[Fault]:
    """Yield what is wrong with the values of the level year, shape (8760, labels)."""
    bad = ~np.isfinite(values)
    if bad.any():
        yield Fault(where, f"{_count(bad, series)} not a number", "Fill the gaps.")
        return
    outside = (values < series.low) | (values > series.high)
    if outside.any():
        worst = values[outside][np.argmax(np.abs(values[outside]))]
        what = f"{_count(outside, series)} outside [{series.low:g}, {series.high:g}], such as {worst:g}"
        yield Fault(where, what, "Give values per unit of rated power." if series.high == 1 else "Mend them.")
    if series.dark_at_night:
        lit = (values > 0) & is_night(level_snapshots(), places)
        if lit.any():
            mend = "Label each hour by its start in Beijing time (UTC+8), not UTC or local solar time."
            yield Fault(where, f"{_count(lit, series)} above 0 while the sun is down", mend)


def _count(mask: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], series: Series) -> str:
    """Return in words how many hours are struck, and the first of them."""
    hour, column = np.argwhere(mask)[0]
    moment = level_snapshots()[hour].strftime("%m-%d %H:%M")
    return f"{int(mask.sum())} values, the first at {moment} in {series.labels[column]}, are"
