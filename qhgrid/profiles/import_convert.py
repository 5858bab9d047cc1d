"""Turn what foreign files measure into what the series hold: units, and power from weather.

Power from weather uses one panel, one turbine and one mirror field, said here; all constants are assumed.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from qhgrid.errors import Fault, ProfileError
from qhgrid.profiles.csp import AVAILABILITY, DESIGN_BEAM_W_PER_M2, field_efficiency
from qhgrid.profiles.level_year import FloatArray, level_snapshots
from qhgrid.profiles.series import Series
from qhgrid.profiles.sun import ALBEDO, BEIJING_OFFSET, HALF_HOUR

PER_UNIT = {"1", "", "pu", "p.u.", "per unit", "kwh/kwp", "mwh/mwp", "kw/kw", "mw/mw", "-", "dimensionless"}
"""Ways to write per unit of rated power."""
POWER_MW = {"kw": 0.001, "mw": 1.0, "gw": 1000.0, "万千瓦": 10.0, "mwh": 1.0, "kwh": 0.001}
"""Units of power, and of energy in an hour, in MW."""
PANEL_FACTOR = 1.15 * 0.86
"""DC over AC rating, and what soiling, cables and inverters leave (assumed) [1]."""
PANEL_PER_K = -0.0035
"""Change of a panel's power with its temperature from 25 °C (assumed; crystalline silicon) [1/K]."""
HUB_HEIGHT_M = 90.0
"""Height of the hub (assumed) [m]."""
SHEAR = 0.14
"""Exponent of wind speed over height from 10 m (assumed; open ground) [1]."""
WIND_LOSSES = 0.10
"""Wakes, outages and electrical losses (assumed) [1]."""
STANDARD_DENSITY = 1.225
"""Air density that a power curve is drawn for [kg/m3]."""
GAS_CONSTANT = 287.05
"""Of dry air [J/(kg K)]."""
CURVE_SPEED = (0.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 22.0, 24.0, 25.0)
"""Wind speed at the hub of the turbine's power curve [m/s]."""
CURVE_POWER = (0.0, 0.0, 0.01, 0.06, 0.14, 0.26, 0.42, 0.62, 0.81, 0.94, 1.0, 1.0, 0.5, 0.0)
"""Power per unit of rating of a low-wind turbine of class IEC III (assumed) [1]."""

Notes = list[str]


def convert(
    frame: pd.DataFrame,
    series: Series,
    unit: str,
    where: str,
    *,
    capacity_mw: Mapping[str, float] | float | None,
) -> tuple[pd.DataFrame, Notes]:
    """Return values in the unit of a series, with what was done.

    Parameters
    ----------
    frame : pandas.DataFrame
        Values on the level year, a column a label.
    series : Series
        What they become.
    unit : str
        Unit as the file or the caller says it.
    where : str
        Name of the file, for messages.
    capacity_mw : Mapping or float or None
        Rated power behind values in MW [MW].

    Raises
    ------
    ProfileError
        If the unit does not fit the series.
    """
    known = unit.strip().lower()
    if series.name == "temperature":
        return _degrees(frame, known, where)
    if series.name == "inflow":
        if known not in ("m3/s", "m3 s-1", "m**3 s**-1", "m³/s", "立方米每秒"):
            raise ProfileError(_wrong_unit(unit, series, "m3/s", where))
        return frame, []
    if series.name == "demand":
        if known not in PER_UNIT and known not in POWER_MW:
            raise ProfileError(_wrong_unit(unit, series, "MW, or 1 for a shape", where))
        return frame / frame.mean(), ["scaled to a yearly mean of 1"]
    return _per_unit(frame, series, known, unit, where, capacity_mw)


def _degrees(frame: pd.DataFrame, unit: str, where: str) -> tuple[pd.DataFrame, Notes]:
    """Return temperatures in degrees Celsius."""
    if unit in ("k", "kelvin"):
        return frame - 273.15, ["kelvin to degrees Celsius"]
    if unit in ("degc", "c", "°c", "℃", "celsius", "degree_celsius", "degrees_celsius"):
        return frame, []
    mend = "Say --unit degC or --unit K."
    raise ProfileError(Fault(where, f"{unit or 'no unit'!r} is not a unit of temperature", mend))


def _per_unit(
    frame: pd.DataFrame, series: Series, known: str, unit: str, where: str,
    capacity_mw: Mapping[str, float] | float | None,
) -> tuple[pd.DataFrame, Notes]:  # fmt: skip
    """Return power per unit of rated power."""
    if known in PER_UNIT:
        return frame, []
    if known in ("%", "percent"):
        return frame / 100.0, ["percent to per unit"]
    if known in POWER_MW and capacity_mw is not None:
        rated = pd.Series(capacity_mw) if isinstance(capacity_mw, Mapping) else float(capacity_mw)
        return frame * POWER_MW[known] / rated, [f"divided by the rated power in MW: {capacity_mw}"]
    if known in POWER_MW:
        mend = "Say --capacity with the rated power in MW, or give values per unit."
        raise ProfileError(Fault(where, f"the values are in {unit}, without the rated power", mend))
    raise ProfileError(_wrong_unit(unit, series, "1, %, MW or kW", where))


def _wrong_unit(unit: str, series: Series, wanted: str, where: str) -> Fault:
    """Return the fault of a unit that a series cannot have."""
    return Fault(
        where, f"{unit or 'no unit'!r} is not a unit of {series.name}", f"Use {wanted}; say it with --unit."
    )


def power_from_weather(
    frame: pd.DataFrame, series: Series, site: Mapping[str, float], where: str
) -> tuple[FloatArray, Notes]:
    """Return a series made from the weather at one place, shape (8760,).

    Parameters
    ----------
    frame : pandas.DataFrame
        ``temp_air`` [degC], ``atmospheric_pressure`` [Pa], ``ghi``, ``dni``, ``dhi`` [W/m2], ``wind_speed``
        at 10 m [m/s], on the level year.
    series : Series
        ``pv``, ``wind``, ``dni`` or ``temperature``.
    site : Mapping
        ``latitude``, ``longitude`` [degrees], ``altitude`` [m].
    where : str
        Name of the file, for messages.
    """
    if series.name == "temperature":
        return frame["temp_air"].to_numpy(), []
    if series.name == "wind":
        return wind_power(frame["wind_speed"].to_numpy(), *_air(frame)), [
            f"wind of 10 m at {HUB_HEIGHT_M:.0f} m, thin air by the cube root of density, curve of class III"
        ]
    if series.name == "pv":
        return _panel_power(frame, site), ["panel facing south, tilted by the latitude, Faiman temperature"]
    if series.name == "dni":
        return _field_heat(frame, site), ["solar field with the efficiency of the generated series"]
    mend = "An EPW file gives pv, wind, dni and temperature."
    raise ProfileError(Fault(where, f"an EPW file holds no {series.name}", mend))


def _air(frame: pd.DataFrame) -> tuple[FloatArray, FloatArray]:
    """Return pressure [Pa] and temperature [degC]."""
    return frame["atmospheric_pressure"].to_numpy(), frame["temp_air"].to_numpy()


def wind_power(speed_10m: FloatArray, pressure_pa: FloatArray, degc: FloatArray) -> FloatArray:
    """Return the power of a wind farm per unit of rated power, corrected for the density of the air.

    The speed is scaled by the cube root of density over standard density before the curve is read.

    References
    ----------
    IEC 61400-12-1 (2017), Power performance measurements, 9.1.5 (normalisation of wind speed).
    """
    density = pressure_pa / (GAS_CONSTANT * (degc + 273.15))
    speed = speed_10m * (HUB_HEIGHT_M / 10.0) ** SHEAR * np.cbrt(density / STANDARD_DENSITY)
    return np.asarray((1 - WIND_LOSSES) * np.interp(speed, CURVE_SPEED, CURVE_POWER, right=0.0))


def _panel_power(frame: pd.DataFrame, site: Mapping[str, float]) -> FloatArray:
    """Return PV per unit of AC rating from irradiance, air temperature and wind."""
    from pvlib import irradiance, temperature

    sun = _sun_position(site)
    plane = irradiance.get_total_irradiance(
        site["latitude"], 180.0, sun.apparent_zenith.to_numpy(), sun.azimuth.to_numpy(),
        frame["dni"].to_numpy(), frame["ghi"].to_numpy(), frame["dhi"].to_numpy(), albedo=ALBEDO,
    )["poa_global"]  # fmt: skip
    plane = np.where(sun.elevation.to_numpy() > 0, np.nan_to_num(np.asarray(plane)), 0.0)
    cell = temperature.faiman(plane, frame["temp_air"].to_numpy(), frame["wind_speed"].to_numpy())
    power = PANEL_FACTOR * plane / 1000.0 * (1 + PANEL_PER_K * (cell - 25.0))
    return np.asarray(np.clip(power, 0.0, 1.0))


def _field_heat(frame: pd.DataFrame, site: Mapping[str, float]) -> FloatArray:
    """Return solar-field heat per unit of design heat from direct irradiance."""
    elevation = _sun_position(site).elevation.to_numpy()
    heat = frame["dni"].to_numpy() / DESIGN_BEAM_W_PER_M2 * field_efficiency(elevation)
    return np.asarray(np.clip(AVAILABILITY * heat, 0.0, 1.0))


def _sun_position(site: Mapping[str, float]) -> pd.DataFrame:
    """Return where the sun stands at half past each hour of the level year."""
    from pvlib.location import Location

    times = (level_snapshots() + HALF_HOUR - BEIJING_OFFSET).tz_localize("UTC")
    place = Location(site["latitude"], site["longitude"], altitude=site["altitude"])
    return pd.DataFrame(place.get_solarposition(times))
