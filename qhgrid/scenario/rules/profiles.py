"""Rules of hourly series that a scenario brings itself; the files are opened only where one is named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qhgrid.facts import Facts
from qhgrid.scenario.model import Scenario
from qhgrid.scenario.rules.rule import Finding, RuleBook

if TYPE_CHECKING:
    import netCDF4
    import numpy as np

BOOK = RuleBook()
VARIABLES = {
    "pv": "pv_p_max_pu",
    "wind": "wind_p_max_pu",
    "demand": "demand_shape",
    "inflow": "inflow_m3_per_s",
    "dni": "csp_p_max_pu",
    "temperature": "temperature_degc",
}
"""Variable that each file of ``profiles`` holds."""
LIMITS = {"pv": (0.0, 1.0), "wind": (0.0, 1.0), "dni": (0.0, 1.0), "temperature": (-60.0, 50.0)}
"""Lowest and highest value of a series; the others must not be negative."""
DARK_HOURS = (0, 1, 2, 3, 4)
"""Hours of the day, Beijing time, in which the sun is down all year in the whole province."""
NO_SUN = 1e-4
"""Most PV output that counts as none, per unit."""


def _named(scenario: Scenario) -> Iterator[tuple[str, Path]]:
    """Yield the profile files that the scenario names."""
    for key in VARIABLES:
        name = getattr(scenario.profiles, key)
        if name is not None:
            yield key, Path(name)


@BOOK.rule("profile-file", "所列曲线文件存在", "A profile file exists.")
def profile_file(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find profile files that do not exist or are no netCDF files."""
    for key, path in _named(scenario):
        mend = "Give the path of a netCDF file, seen from the scenario file; or drop the key."
        found = _open(path)
        if found is None:
            what = "is not a netCDF file" if _is_file(path) else "does not exist"
            yield Finding(("profiles", key), f"the file {path} {what}", mend)
        else:
            found.close()


@BOOK.rule("profile-variable", "曲线文件含所需变量", "A profile file holds its variable.")
def profile_variable(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find profile files without the variable or its snapshots."""
    for key, path in _named(scenario):
        found = _open(path)
        if found is None:
            continue
        with found as data:
            name = VARIABLES[key]
            if name not in data.variables or "snapshot" not in data.variables:
                what = f"the file {path} holds no {name} over snapshot"
                yield Finding(("profiles", key), what, f"Store {name} with the dimension snapshot first.")


@BOOK.rule("profile-values", "曲线取值有限且在范围内", "Profile values are finite and in range.")
def profile_values(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find values that are missing or outside the limits of their series."""
    for key, path in _named(scenario):
        values = _values(key, path)
        if values is None:
            continue
        import numpy as np

        low, high = LIMITS.get(key, (0.0, float("inf")))
        bad = ~(np.isfinite(values) & (values >= low) & (values <= high))
        if bad.any():
            span = f"between {low:g} and {high:g}" if key in LIMITS else "0 or more"
            what = f"{int(bad.sum())} of {values.size} values of {path.name} are not {span}"
            yield Finding(("profiles", key), what, "Fill the gaps and check the unit of the series.")


@BOOK.rule("profile-pv-night", "光伏夜间出力为零", "PV is dark at midnight.")
def profile_pv_night(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find PV output at night, most likely from a series in another time zone."""
    for key, path in _named(scenario):
        values = _values(key, path) if key == "pv" else None
        hours = _hours(path) if values is not None else None
        if values is None or hours is None or len(hours) != len(values):
            continue
        import numpy as np

        dark = np.isin(hours, DARK_HOURS)
        lit = int((values[dark] > NO_SUN).sum())
        if lit:
            what = f"{path.name} has PV output in {lit} values between 0 and 5 h, when the sun is down"
            mend = "Shift the series to Beijing time (UTC+8); solar noon falls at 13 to 14 h."
            yield Finding(("profiles", key), what, mend)


def _is_file(path: Path) -> bool:
    """Return whether a path is a file; False where it cannot be looked at."""
    try:
        return path.is_file()
    except OSError:
        return False


def _open(path: Path) -> netCDF4.Dataset | None:
    """Return an open netCDF file, or None where there is none."""
    import netCDF4

    try:
        return netCDF4.Dataset(path) if _is_file(path) else None
    except (OSError, UnicodeError):
        return None


def _values(key: str, path: Path) -> np.ndarray[Any, np.dtype[np.float64]] | None:
    """Return the values of a profile file, missing ones as NaN; None where the variable is not there."""
    import numpy as np

    found = _open(path)
    if found is None:
        return None
    with found as data:
        if VARIABLES[key] not in data.variables:
            return None
        raw = data.variables[VARIABLES[key]][:]
        return np.ma.filled(np.ma.asarray(raw, dtype=float), np.nan)


def _hours(path: Path) -> list[int] | None:
    """Return the hour of day of each snapshot of a profile file, or None where it has no readable time."""
    import netCDF4
    import numpy as np

    found = _open(path)
    if found is None:
        return None
    with found as data:
        time = data.variables.get("snapshot")
        if time is None or not hasattr(time, "units"):
            return None
        try:
            days = netCDF4.num2date(time[:], time.units, getattr(time, "calendar", "standard"))
        except ValueError:
            return None
        return [day.hour for day in np.ravel(np.asarray(days))]
