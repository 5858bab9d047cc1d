"""Published against simulated: the checks of a backcast year, each with its band."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from qhgrid.backcast.calibration import HELD_OUT
from qhgrid.backcast.published import FloatArray, level_at_month_ends, read_published

if TYPE_CHECKING:
    from qhgrid.backcast.case import Case
    from qhgrid.backcast.simulate import Simulated
    from qhgrid.facts import Facts

TWH_HUNDREDTH = 1e5
"""MWh in 1 亿千瓦时."""


@dataclass(frozen=True)
class Check:
    """One figure of a year, published and simulated.

    Parameters
    ----------
    key : str
    published, simulated : float
        In `unit`; `published` is the least that is asked where the figure is a correlation.
    unit : str
        ``亿千瓦时``, ``%``, ``m`` or ``1``.
    error : float
        Simulated less published: relative [%] where `band` is, else in `unit`.
    band : float
        Largest error allowed, or least value of a correlation.
    band_unit : str
        ``%``, ``points``, ``亿千瓦时``, ``m`` or ``least``.
    passed : bool
    """

    key: str
    published: float
    simulated: float
    unit: str
    error: float
    band: float
    band_unit: str
    passed: bool


RELATIVE_BANDS = {"hydro": 5.0, "solar": 5.0, "wind": 5.0, "thermal": 15.0}
"""Largest error of a yearly energy [%]."""
UTILISATION_BAND = 3.0
"""Largest error of a utilisation rate [percentage points]."""
NET_EXPORT_BAND = 40.0
"""Largest error of the yearly net export [亿千瓦时]."""
CORRELATION_LEAST = 0.9
LEVEL_BAND_M = 4.0


def checks_of(facts: Facts, case: Case, result: Simulated) -> tuple[Check, ...]:
    """Return the checks of a whole year."""
    published = read_published(facts, case.year)
    yearly = {key: float(months.sum()) for key, months in result.monthly.items()}
    yearly["solar"] = yearly["pv"] + yearly["csp"]
    found = [_energy(key, published.yearly[key], yearly[key]) for key in RELATIVE_BANDS]
    for kind in ("pv", "wind"):
        rate = 100.0 * yearly[kind] / yearly[f"{kind}_potential"]
        found.append(_rate(kind, 100.0 * published.yearly[f"{kind}_utilisation"], rate))
    net = yearly["corridor"] + yearly["tie_export"] - yearly["tie_import"]
    found.append(_net_export(published.yearly["net_export"] / TWH_HUNDREDTH, net / TWH_HUNDREDTH))
    for kind in ("hydro", "thermal"):
        found.append(_correlation(kind, published.monthly[kind], result.monthly[kind]))
    levels = level_at_month_ends(facts, case.river.plant, case.year)
    found.append(_level(levels, result.level_m))
    return tuple(found)


def _energy(key: str, published: float, simulated: float) -> Check:
    """Return the check of a yearly energy."""
    error, band = 100.0 * (simulated / published - 1.0), RELATIVE_BANDS[key]
    values = (published / TWH_HUNDREDTH, simulated / TWH_HUNDREDTH)
    return Check(key, *values, "亿千瓦时", error, band, "%", abs(error) <= band)


def _rate(kind: str, published: float, simulated: float) -> Check:
    """Return the check of a utilisation rate."""
    error = simulated - published
    passed = abs(error) <= UTILISATION_BAND
    return Check(f"{kind}_utilisation", published, simulated, "%", error, UTILISATION_BAND, "points", passed)


def _net_export(published: float, simulated: float) -> Check:
    """Return the check of the net export."""
    error = simulated - published
    passed = abs(error) <= NET_EXPORT_BAND
    return Check("net_export", published, simulated, "亿千瓦时", error, NET_EXPORT_BAND, "亿千瓦时", passed)


def _correlation(kind: str, published: FloatArray, simulated: FloatArray) -> Check:
    """Return the check of the months of a generation."""
    value = float(np.corrcoef(published, simulated)[0, 1])
    least, passed = CORRELATION_LEAST, value >= CORRELATION_LEAST
    return Check(f"{kind}_months", 1.0, value, "1", value - 1.0, least, "least", passed)


def _level(published: FloatArray, simulated: FloatArray) -> Check:
    """Return the check of the level at the month's end that is furthest off."""
    errors = simulated[1:] - published[1:]
    worst = int(np.argmax(np.abs(errors)))
    values = (float(published[worst + 1]), float(simulated[worst + 1]))
    error = float(errors[worst])
    return Check("level", *values, "m", error, LEVEL_BAND_M, "m", abs(error) <= LEVEL_BAND_M)


def year_figures(facts: Facts, case: Case, result: Simulated) -> dict[str, Any]:
    """Return everything that is printed of a year, plain and rounded: the same run gives the same text.

    Energies in 亿千瓦时, levels in m, flows in m3/s, rates in %; a figure that is not published is None.
    """
    published = read_published(facts, case.year)
    levels = level_at_month_ends(facts, case.river.plant, case.year)
    return {
        "year": case.year,
        "held_out": case.year in HELD_OUT,
        "checks": [_rounded(asdict(check)) for check in checks_of(facts, case, result)],
        "published": _months(published.monthly),
        "simulated": _months(result.monthly),
        "level_published": _numbers(levels, 2),
        "level_simulated": _numbers(result.level_m, 2),
        "discharge": _numbers(case.discharge, 1),
        "release": _numbers(case.path.release_m3_per_s, 1),
        "noon_net_export_mw": round(result.noon_net_export_mw),
        "night_net_export_mw": round(result.night_net_export_mw),
        "settings": list(case.settings),
    }


def _rounded(check: dict[str, Any]) -> dict[str, Any]:
    """Return a check with its figures rounded for print."""
    return {key: round(value, 3) if isinstance(value, float) else value for key, value in check.items()}


def _months(monthly: dict[str, FloatArray]) -> dict[str, list[float | None]]:
    """Return monthly figures for print: energies in 亿千瓦时, rates in %."""
    return {
        key: _numbers(values * 100.0 if key.endswith("utilisation") else values / TWH_HUNDREDTH, 2)
        for key, values in monthly.items()
    }


def _numbers(values: FloatArray, digits: int) -> list[float | None]:
    """Return rounded numbers, None for what is not known."""
    return [None if np.isnan(value) else round(float(value), digits) for value in values]
