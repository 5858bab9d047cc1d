"""Beijing time as people write it, with the year always there and 24:00 as the end of a day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from qhgrid.errors import Fault, LifecycleError

BEIJING = timezone(timedelta(hours=8), "UTC+08:00")
_CLOCK = r"[T ](?P<h>\d{2}):(?P<m>\d{2})(?::(?P<s>\d{2}))?(?P<zone>Z|[+-]\d{2}:\d{2})?"
_WRITTEN = re.compile(rf"^(?P<day>\d{{4}}-\d{{2}}-\d{{2}})(?:{_CLOCK})?$")
_NO_YEAR = re.compile(r"^\d{1,2}[-/.月]\d{1,2}")
_MEND = "Write it as 2026-02-28 16:30 (Beijing time) or with a zone as 2026-02-28T08:30Z."
DAY_S = 86_400
"""Seconds of a day; at this second a day is at 24:00."""


@dataclass(frozen=True, order=True)
class Moment:
    """A moment of Beijing time.

    Parameters
    ----------
    day : datetime.date
        The day as written. 24:00 of a day belongs to that day, 00:00 of the next to the next, though the
        clock shows the same: what counts for a deadline is the day that the record bears.
    second : int
        Second of the day, 0 to 86400.
    """

    day: date
    second: int

    def __str__(self) -> str:
        hours, rest = divmod(self.second, 3600)
        return f"{self.day.isoformat()}T{hours:02d}:{rest // 60:02d}:{rest % 60:02d}+08:00"


def parse_moment(text: str) -> Moment:
    """Return the moment of a text; without a zone it is Beijing time, without a clock the start of the day.

    Raises
    ------
    LifecycleError
        If the year is missing, or there is no such day or time.
    """
    found = _WRITTEN.match(text.strip())
    if found is None:
        what = "has no year" if _NO_YEAR.match(text.strip()) else "is not a time"
        raise LifecycleError(Fault(f"time {text!r}", what, _MEND))
    try:
        day = date.fromisoformat(found["day"])
        second = _second(int(found["h"] or 0), int(found["m"] or 0), int(found["s"] or 0))
        return _in_beijing(day, second, found["zone"])
    except (ValueError, OverflowError):
        raise LifecycleError(Fault(f"time {text!r}", "there is no such day or time", _MEND)) from None


def _second(hour: int, minute: int, second: int) -> int:
    """Return the second of a day; ValueError where there is none, 24:00:00 being the last."""
    total = 3600 * hour + 60 * minute + second
    if minute > 59 or second > 59 or total > DAY_S:
        raise ValueError("no such time of day")
    return total


def _in_beijing(day: date, second: int, zone: str | None) -> Moment:
    """Return a moment written in a time zone as Beijing time."""
    if zone is None or zone == "+08:00":
        return Moment(day, second)
    offset = 0 if zone == "Z" else int(zone[0] + "1") * (60 * int(zone[1:3]) + int(zone[4:6]))
    there = datetime(day.year, day.month, day.day, tzinfo=timezone(timedelta(minutes=offset)))
    here = (there + timedelta(seconds=second)).astimezone(BEIJING)
    return Moment(here.date(), 3600 * here.hour + 60 * here.minute + here.second)


def now() -> Moment:
    """Return the present moment by the clock of this machine, in Beijing time."""
    here = datetime.now(BEIJING)
    return Moment(here.date(), 3600 * here.hour + 60 * here.minute + here.second)
