"""Base units to the units in which planners read: 万千瓦, 亿千瓦时, 亿元, 万吨, %."""

from __future__ import annotations

from collections.abc import Iterable

from qhgrid.units import convert

POWER, ENERGY, MONEY, MASS, HOURS, SHARE = "万千瓦", "亿千瓦时", "亿元", "万吨", "h", "%"
"""Units of figures and tables."""

_BASE = {POWER: "MW", ENERGY: "MWh", MONEY: "CNY", MASS: "t", HOURS: "h", SHARE: "1"}


def shown(value: float, unit: str) -> float:
    """Return a number in base units (MW, MWh, CNY, t, h, share) in the display `unit`."""
    return float(convert(float(value), _BASE[unit], unit))


def shown_all(values: Iterable[float], unit: str) -> tuple[float, ...]:
    """Return several numbers in the display `unit`."""
    factor = convert(1.0, _BASE[unit], unit)
    return tuple(float(value) * factor for value in values)


def ratio(part: float, whole: float) -> float | None:
    """Return `part` over `whole`, None where there is no whole."""
    return part / whole if whole > 0 else None


def ratios(parts: Iterable[float], wholes: Iterable[float], factor: float = 1.0) -> tuple[float | None, ...]:
    """Return each part over its whole times `factor`, None where there is no whole."""
    return tuple(factor * p / w if w > 0 else None for p, w in zip(parts, wholes, strict=True))
