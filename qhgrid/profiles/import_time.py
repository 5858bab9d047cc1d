"""Bring foreign hours onto the level year: zone, label, step, duplicates, one year, gaps, leap day.

Nothing is repaired in silence: each change is returned as a note with its size, and goes into the file.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from qhgrid.errors import Fault, ProfileError
from qhgrid.profiles.level_year import HOURS, FloatArray
from qhgrid.profiles.series import Series

BEIJING_HOURS = 8.0
"""Beijing time ahead of UTC [h]."""
MOST_WRAPPED = 12
"""Hours that may be missing at an end of the year because of another time zone [h]."""
NEARLY = HOURS - 24 * 31
"""Hours of a calendar year from which on it is taken to be the one that is meant [h]."""
NAMED_ZONES = {"utc": 0.0, "gmt": 0.0, "z": 0.0, "beijing": 8.0, "cst": 8.0, "asia/shanghai": 8.0}
"""Time zones by name, hours ahead of UTC [h]."""

Notes = list[str]


def zone_hours(text: str, where: str) -> float:
    """Return how far a time zone is ahead of UTC [h].

    Raises
    ------
    ProfileError
        If the zone is not said, or not understood.
    """
    mend = "Say --time-zone UTC, or --time-zone +08:00 for Beijing time."
    if not text:
        raise ProfileError(Fault(where, "the file does not say its time zone", mend))
    found = re.fullmatch(r"(?:UTC|GMT)?([+-]\d{1,2})(?::?(\d\d))?", text.strip(), re.IGNORECASE)
    if text.strip().lower() in NAMED_ZONES:
        return NAMED_ZONES[text.strip().lower()]
    if found is None or abs(int(found[1])) > 14:
        raise ProfileError(Fault(where, f"{text!r} is not a time zone", mend))
    sign = -1 if found[1].startswith("-") else 1
    return int(found[1]) + sign * int(found[2] or 0) / 60


def to_level_year(
    frame: pd.DataFrame, series: Series, where: str, *, zone: float, label: str, year: int | None, fill: int
) -> tuple[pd.DataFrame, Notes]:
    """Return the table on the 8760 hours of the level year (index 0 to 8759), with what was changed.

    Parameters
    ----------
    frame : pandas.DataFrame
        Values by time as written.
    series : Series
        What they are; sun is filled from the days beside a gap, everything else along the hours.
    where : str
        Name of the file, for messages.
    zone : float
        Hours that the file's times are ahead of UTC [h].
    label : str
        ``start`` or ``end`` of the hour that a time names.
    year : int or None
        Calendar year wanted, Beijing time; the only whole one by default.
    fill : int
        Longest gap that is filled [h]; 0 to refuse any.
    """
    notes: Notes = []
    _refuse_duplicates(frame, where)
    if not frame.index.is_monotonic_increasing:
        frame = frame.sort_index()
        notes.append("hours sorted")
    frame = _hourly(frame, series, where, label, notes)
    if zone != BEIJING_HOURS:
        frame = frame.set_axis(_moments(frame) + pd.Timedelta(hours=BEIJING_HOURS - zone))
        notes.append(f"moved by {BEIJING_HOURS - zone:+g} h to Beijing time")
    chosen = _year_of(frame, where, year)
    frame = _one_year(frame, chosen, where, notes)
    frame = _without_gaps(frame, series, where, fill, notes)
    moments = _moments(frame)
    leap = (moments.month == 2) & (moments.day == 29)
    if leap.any():
        notes.append("29 February dropped")
    frame = frame[~leap]
    assert len(frame) == HOURS
    notes.insert(0, f"year {chosen}")
    return frame.reset_index(drop=True), notes


def _moments(frame: pd.DataFrame) -> pd.DatetimeIndex:
    """Return the times of a table."""
    return pd.DatetimeIndex(frame.index)


def _refuse_duplicates(frame: pd.DataFrame, where: str) -> None:
    """Raise if a time stands twice."""
    again = frame.index[frame.index.duplicated()]
    if len(again):
        what = f"{len(again)} times stand twice, the first is {again[0]}"
        mend = "Keep one line for each; an hour twice in autumn comes from daylight saving time."
        raise ProfileError(Fault(where, what, mend))


def _hourly(frame: pd.DataFrame, series: Series, where: str, label: str, notes: Notes) -> pd.DataFrame:
    """Return hours labelled by their start: finer steps are averaged, days of a river are spread."""
    moments = _moments(frame)
    minutes = int(np.median(np.diff(moments.to_numpy()) / np.timedelta64(1, "m"))) if len(frame) > 1 else 0
    if label == "end":
        moments = moments - pd.Timedelta(minutes=minutes)
        notes.append("labels moved from the end to the start of the step")
    if minutes == 24 * 60 and series.name == "inflow":
        return _spread_days(frame.set_axis(moments.normalize()), notes)
    if not 0 < minutes <= 60 or 60 % minutes:
        what = f"the step is {minutes / 60:g} h"
        raise ProfileError(Fault(where, what, "Give hourly values, or whole parts of an hour."))
    if minutes < 60:
        return _averaged(frame.set_axis(moments), 60 // minutes, notes)
    return frame.set_axis(_full_hours(moments, where, notes))


def _spread_days(frame: pd.DataFrame, notes: Notes) -> pd.DataFrame:
    """Return the flow of days as hours."""
    days = _moments(frame)
    hours = pd.date_range(days[0], days[-1] + pd.Timedelta(hours=23), freq="h")
    notes.append("each day's flow spread over its 24 hours")
    return frame.reindex(hours, method="ffill", limit=23)


def _averaged(frame: pd.DataFrame, parts: int, notes: Notes) -> pd.DataFrame:
    """Return the means of hours with all their parts; an hour that lacks one is a gap."""
    grouped = frame.groupby(_moments(frame).floor("h"))
    notes.append(f"{parts} values an hour averaged")
    return grouped.mean().where(grouped.count() == parts)


def _full_hours(moments: pd.DatetimeIndex, where: str, notes: Notes) -> pd.DatetimeIndex:
    """Return hourly times at minute 0; times that all stand at one other minute are moved back."""
    off = moments.minute.to_numpy()
    if (off != off[0]).any():
        what = "times stand at changing minutes"
        raise ProfileError(Fault(where, what, "Give one value for each full hour."))
    if off[0]:
        notes.append(f"labels moved by {-int(off[0])} min to the full hour")
    return moments - pd.Timedelta(minutes=int(off[0]))


def _year_of(frame: pd.DataFrame, where: str, year: int | None) -> int:
    """Return the calendar year wanted: the one named, or the only one that is nearly whole."""
    counts = pd.Series(_moments(frame).year).value_counts()
    whole = sorted(int(found) for found in counts[counts >= NEARLY].index.to_numpy())
    if year is not None:
        if year not in counts.index:
            raise ProfileError(Fault(where, f"the file has no hour of {year}", f"It has {_span(frame)}."))
        return year
    if len(whole) == 1:
        return whole[0]
    if len(whole) > 1:
        listed = ", ".join(str(found) for found in whole)
        raise ProfileError(
            Fault(where, f"the file holds {len(whole)} years", f"Say --year with one of {listed}.")
        )
    what = f"has {len(frame)} hours, {_span(frame)}, too few for a year of {HOURS}"
    raise ProfileError(Fault(where, what, "Give every hour of one calendar year."))


def _span(frame: pd.DataFrame) -> str:
    """Return first and last hour in words."""
    return f"{frame.index[0]:%Y-%m-%d %H:%M} to {frame.index[-1]:%Y-%m-%d %H:%M}"


def _one_year(frame: pd.DataFrame, year: int, where: str, notes: Notes) -> pd.DataFrame:
    """Return the hours of a calendar year; what another zone cut off at an end comes from the other end."""
    hours = pd.date_range(f"{year}-01-01", f"{year}-12-31 23:00", freq="h")
    inside = frame[(frame.index >= hours[0]) & (frame.index <= hours[-1])]
    out = inside.reindex(hours)
    early, late = inside.index[0] - hours[0], hours[-1] - inside.index[-1]
    for missing, shift in ((early, 1), (late, -1)):
        count = int(missing / pd.Timedelta(hours=1))
        if not 0 < count <= MOST_WRAPPED:
            continue
        lost = hours[:count] if shift == 1 else hours[-count:]
        span = pd.DateOffset(years=shift)
        source = frame.reindex(lost + span)
        if not source.isna().to_numpy().any():
            out.loc[lost] = source.to_numpy()
            notes.append(
                f"{count} h at the {'start' if shift == 1 else 'end'} of the year taken from its other end"
            )
    return out


def _without_gaps(frame: pd.DataFrame, series: Series, where: str, fill: int, notes: Notes) -> pd.DataFrame:
    """Return the table without gaps, or raise with their number, the longest and the first."""
    faults, filled = [], 0
    out = frame.copy()
    for column in frame:
        gaps = _gaps(frame[column])
        if not gaps:
            continue
        longest = max(last - first + 1 for first, last in gaps)
        hours = sum(last - first + 1 for first, last in gaps)
        if longest > fill:
            what = (
                f"{column}: {hours} h are missing in {len(gaps)} gaps, the longest {longest} h, "
                f"the first at {frame.index[gaps[0][0]]:%m-%d %H:%M}"
            )
            mend = f"Fill them, or let gaps up to {longest} h be filled with --fill {longest}."
            faults.append(Fault(where, what, mend))
            continue
        out[column] = _filled(frame[column].to_numpy(dtype=np.float64), series)
        filled += hours
    if faults:
        raise ProfileError(faults)
    if filled:
        rule = "the same hour of the days beside" if series.dark_at_night else "the hours beside"
        notes.append(f"{filled} h of gaps filled from {rule}")
    return out


def _gaps(column: pd.Series) -> list[tuple[int, int]]:
    """Return first and last position of each run of missing values."""
    edges = np.diff(np.concatenate([[0], column.isna().to_numpy().astype(np.int8), [0]]))
    first, last = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1) - 1
    return list(zip(first.tolist(), last.tolist(), strict=True))


def _filled(values: FloatArray, series: Series) -> FloatArray:
    """Return values with gaps closed by straight lines: along the days for sun, else along the hours."""
    if not series.dark_at_night:
        return _bridged(values)
    days = values.reshape(-1, 24)
    return np.stack([_bridged(hour) for hour in days.T], axis=1).reshape(-1)


def _bridged(values: FloatArray) -> FloatArray:
    """Return values with gaps closed by straight lines, the ends held."""
    known = np.isfinite(values)
    at = np.arange(len(values))
    return np.asarray(np.interp(at, at[known], values[known])) if known.any() else values
