"""Quantities with units, and the one place where they are converted.

Inside qhgrid numbers are plain floats in base units (MW, MWh, h, CNY, m3/s, km, t). A scenario and a table
give a unit with each number; this module turns ``"1.65亿千瓦"`` into ``165000.0`` MW, and back again for a
report.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from qhgrid.errors import Fault, UnitError


@dataclass(frozen=True)
class Unit:
    """A unit: what it measures and how many base units it holds."""

    kind: str
    factor: float


BASE_UNITS: dict[str, str] = {
    "power": "MW",
    "energy": "MWh",
    "money": "CNY",
    "price": "CNY/MWh",
    "time": "h",
    "length": "km",
    "flow": "m3/s",
    "volume": "m3",
    "mass": "t",
    "share": "1",
    "voltage": "kV",
    "temperature": "degC",
    "level": "m",
    "area": "km2",
    "people": "person",
    "unit_investment": "CNY/kW",
    "storage_investment": "CNY/kWh-storage",
    "line_investment": "CNY/km",
    "capacity_price": "CNY/kW/a",
    "fuel_price": "CNY/t",
    "heat_rate": "gce/kWh",
    "emission": "t/MWh",
    "fuel_emission": "tCO2/tce",
    "water_rate": "m3/kWh",
    "water_price": "CNY/m3",
    "reactance": "ohm/km",
    "duration": "a",
    "count": "unit",
    "year": "year",
    "text": "text",
}
"""Base unit of each kind of quantity."""

UNITS: dict[str, Unit] = {
    "MW": Unit("power", 1.0),
    "kW": Unit("power", 1e-3),
    "GW": Unit("power", 1e3),
    "千瓦": Unit("power", 1e-3),
    "兆瓦": Unit("power", 1.0),
    "万千瓦": Unit("power", 10.0),
    "千万千瓦": Unit("power", 1e4),
    "亿千瓦": Unit("power", 1e5),
    "MWh": Unit("energy", 1.0),
    "kWh": Unit("energy", 1e-3),
    "GWh": Unit("energy", 1e3),
    "TWh": Unit("energy", 1e6),
    "千瓦时": Unit("energy", 1e-3),
    "兆瓦时": Unit("energy", 1.0),
    "万千瓦时": Unit("energy", 10.0),
    "亿千瓦时": Unit("energy", 1e5),
    "CNY": Unit("money", 1.0),
    "元": Unit("money", 1.0),
    "万元": Unit("money", 1e4),
    "亿元": Unit("money", 1e8),
    "万亿元": Unit("money", 1e12),
    "CNY/MWh": Unit("price", 1.0),
    "元/MWh": Unit("price", 1.0),
    "元/兆瓦时": Unit("price", 1.0),
    "CNY/kWh": Unit("price", 1e3),
    "元/kWh": Unit("price", 1e3),
    "元/千瓦时": Unit("price", 1e3),
    "h": Unit("time", 1.0),
    "小时": Unit("time", 1.0),
    "km": Unit("length", 1.0),
    "公里": Unit("length", 1.0),
    "m3/s": Unit("flow", 1.0),
    "m³/s": Unit("flow", 1.0),
    "立方米/秒": Unit("flow", 1.0),
    "m3": Unit("volume", 1.0),
    "亿m3": Unit("volume", 1e8),
    "亿立方米": Unit("volume", 1e8),
    "t": Unit("mass", 1.0),
    "吨": Unit("mass", 1.0),
    "万吨": Unit("mass", 1e4),
    "1": Unit("share", 1.0),
    "%": Unit("share", 0.01),
    "kV": Unit("voltage", 1.0),
    "千伏": Unit("voltage", 1.0),
    "degC": Unit("temperature", 1.0),
    "°C": Unit("temperature", 1.0),
    "m": Unit("level", 1.0),
    "米": Unit("level", 1.0),
    "km2": Unit("area", 1.0),
    "person": Unit("people", 1.0),
    "人": Unit("people", 1.0),
    "万人": Unit("people", 1e4),
    "CNY/kW": Unit("unit_investment", 1.0),
    "元/kW": Unit("unit_investment", 1.0),
    "元/千瓦": Unit("unit_investment", 1.0),
    "CNY/kWh-storage": Unit("storage_investment", 1.0),
    "元/Wh": Unit("storage_investment", 1e3),
    "CNY/km": Unit("line_investment", 1.0),
    "万元/km": Unit("line_investment", 1e4),
    "CNY/kW/a": Unit("capacity_price", 1.0),
    "元/kW/年": Unit("capacity_price", 1.0),
    "CNY/t": Unit("fuel_price", 1.0),
    "元/t": Unit("fuel_price", 1.0),
    "元/吨": Unit("fuel_price", 1.0),
    "CNY/tce": Unit("fuel_price", 1.0),
    "元/tce": Unit("fuel_price", 1.0),
    "gce/kWh": Unit("heat_rate", 1.0),
    "t/MWh": Unit("emission", 1.0),
    "kgCO2/kWh": Unit("emission", 1.0),
    "tCO2/tce": Unit("fuel_emission", 1.0),
    "m3/kWh": Unit("water_rate", 1.0),
    "CNY/m3": Unit("water_price", 1.0),
    "元/m3": Unit("water_price", 1.0),
    "元/立方米": Unit("water_price", 1.0),
    "ohm/km": Unit("reactance", 1.0),
    "a": Unit("duration", 1.0),
    "年": Unit("duration", 1.0),
    "unit": Unit("count", 1.0),
    "台": Unit("count", 1.0),
    "year": Unit("year", 1.0),
    "text": Unit("text", 1.0),
}
"""Every unit that a scenario or a table may use."""

_QUANTITY = re.compile(
    r"^\s*([+-]?(?:\d{1,3}(?:[,_]\d{3})+(?:\.\d*)?|\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?![\d,_])\s*(\S.*?)?\s*$"
)


def units_of(kind: str) -> tuple[str, ...]:
    """Return the names of all units of `kind`, in the order of the table."""
    return tuple(name for name, unit in UNITS.items() if unit.kind == kind)


def parse_quantity(text: object, kind: str, where: str = "quantity") -> float:
    """Return a written quantity in the base unit of its kind.

    Parameters
    ----------
    text : object
        What was written, such as ``"1.65亿千瓦"``, ``"8000 MW"`` or ``"85 %"``. A share may be a bare number.
    kind : str
        Kind of quantity expected, a key of :data:`BASE_UNITS`.
    where : str, optional
        Place, for the message.

    Returns
    -------
    float
        The quantity in ``BASE_UNITS[kind]``.

    Raises
    ------
    UnitError
        If the number or the unit is missing, unknown or of another kind, or the number is not finite.
    """
    mend = f"Write a number with one of: {', '.join(units_of(kind))}."
    if isinstance(text, int | float) and not isinstance(text, bool):
        return _bare_number(text, kind, where, mend)
    match = _QUANTITY.match(text) if isinstance(text, str) else None
    if match is None:
        raise UnitError(Fault(where, f"{text!r} is not a quantity", mend))
    number = float(match[1].replace(",", "").replace("_", ""))
    if match[2] is None:
        return _bare_number(number, kind, where, mend)
    unit = UNITS.get(match[2])
    if unit is None:
        raise UnitError(Fault(where, f"{match[2]!r} in {text!r} is not a known unit", mend))
    if unit.kind != kind:
        raise UnitError(Fault(where, f"{text!r} is a {unit.kind}, a {kind} is needed", mend))
    return _finite(number * unit.factor, text, where, mend)


def _bare_number(number: float, kind: str, where: str, mend: str) -> float:
    """Return a number without unit where that is unambiguous: shares, counts and years."""
    try:
        value = float(number)
    except OverflowError:
        value = math.inf
    if kind not in ("share", "count", "year"):
        raise UnitError(Fault(where, f"{value:g} has no unit", mend))
    return _finite(value, value, where, mend)


def _finite(value: float, text: object, where: str, mend: str) -> float:
    """Return `value` unless it is infinite or not a number."""
    if not math.isfinite(value):
        raise UnitError(Fault(where, f"{text!r} is not a finite number", mend))
    return value


def convert(value: float, unit: str, to: str) -> float:
    """Return `value` of `unit` expressed in `to`.

    Raises
    ------
    UnitError
        If a unit is unknown or the two measure different things.
    """
    for name in (unit, to):
        if name not in UNITS:
            raise UnitError(Fault(f"unit {name!r}", "is not known", f"Use one of: {', '.join(UNITS)}."))
    if UNITS[unit].kind != UNITS[to].kind:
        mend = f"Use one of: {', '.join(units_of(UNITS[unit].kind))}."
        raise UnitError(Fault(f"{unit} to {to}", "measure different things", mend))
    return value * UNITS[unit].factor / UNITS[to].factor


def to_base(value: float, unit: str) -> float:
    """Return `value` of `unit` in the base unit of its kind."""
    if unit not in UNITS:
        raise UnitError(Fault(f"unit {unit!r}", "is not known", f"Use one of: {', '.join(UNITS)}."))
    return value * UNITS[unit].factor


ENGLISH_UNITS: dict[str, tuple[str, float]] = {
    "万千瓦": ("GW", 0.01),
    "亿千瓦": ("GW", 100.0),
    "万千瓦/年": ("GW/a", 0.01),
    "万千瓦时": ("GWh", 0.01),
    "亿千瓦时": ("TWh", 0.1),
    "亿元": ("bn CNY", 0.1),
    "万元": ("CNY", 10_000.0),
    "万吨": ("Mt", 0.01),
    "亿立方米": ("bn m³", 0.1),
    "亿m3": ("bn m³", 0.1),
    "元": ("CNY", 1.0),
    "元/MWh": ("CNY/MWh", 1.0),
    "元/兆瓦时": ("CNY/MWh", 1.0),
    "元/kWh": ("CNY/kWh", 1.0),
    "元/千瓦时": ("CNY/kWh", 1.0),
    "元/kW": ("CNY/kW", 1.0),
    "元/kW/年": ("CNY/kW/a", 1.0),
    "元/t": ("CNY/t", 1.0),
    "元/tce": ("CNY/tce", 1.0),
    "小时": ("h", 1.0),
    "年": ("a", 1.0),
}
"""What an English reader knows in place of a unit, and how many of it there are in one."""


def reader_unit(unit: str, lang: str) -> tuple[str, float]:
    """Return the unit that a reader of `lang` (``zh``, ``en``) sees for `unit`, and how many make one.

    Figures are measured in the units of Chinese planning; English readers would read tens of megawatts wrong.
    """
    return (unit, 1.0) if lang == "zh" else ENGLISH_UNITS.get(unit, (unit, 1.0))
