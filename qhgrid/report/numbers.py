"""How numbers are rounded for print; used by writers alone."""

from __future__ import annotations

import math

DECIMALS = {
    "万千瓦": 1,
    "亿千瓦": 3,
    "万千瓦/年": 1,
    "亿千瓦时": 2,
    "万千瓦时": 1,
    "亿元": 2,
    "万元": 1,
    "万吨": 1,
    "%": 2,
    "h": 0,
    "MW": 1,
    "MWh": 1,
    "元/MWh": 1,
    "CNY/MWh": 1,
    "GW": 3,
    "GWh": 2,
    "TWh": 3,
    "bn CNY": 3,
    "Mt": 3,
    "unit": 0,
    "year": 0,
}
"""Decimals printed for a unit; three for any other."""

EXPONENT_UNITS = ("1", "MW", "MWh")
"""Units in which a very small number says something, such as a gap or a violation."""

SMALLEST_FIXED = 0.0005
CHART_DIGITS = 5
"""Significant digits of numbers in charts."""


def is_tiny(value: float, unit: str) -> bool:
    """Return whether `value` is printed with an exponent because its decimals would hide it."""
    return value != 0.0 and abs(value) < SMALLEST_FIXED and unit in EXPONENT_UNITS


def print_number(value: float, unit: str) -> str:
    """Return `value` as a report prints it: thousands grouped, decimals by unit, exponent where tiny."""
    if is_tiny(value, unit):
        return f"{value:.1e}"
    if unit == "year":
        return f"{value:.0f}"
    text = f"{value:,.{DECIMALS.get(unit, 3)}f}"
    if unit not in DECIMALS and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.removeprefix("-") if not text.strip("-0.,") else text


def excel_format(unit: str) -> str:
    """Return the number format of a unit in a workbook."""
    if unit == "year":
        return "0"
    decimals = DECIMALS.get(unit, 3)
    return "#,##0" if decimals == 0 else f"#,##0.{'0' * decimals}"


def chart_number(value: float | None) -> float | int | None:
    """Return `value` with :data:`CHART_DIGITS` significant digits, as JSON prints it shortest."""
    if value is None or not math.isfinite(value):
        return None
    rounded = float(f"{value:.{CHART_DIGITS}g}")
    rounded = 0.0 if abs(rounded) < 1e-9 else rounded
    return int(rounded) if rounded.is_integer() else rounded
