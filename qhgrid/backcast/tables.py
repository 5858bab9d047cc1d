"""The tables of a backcast year, as the command prints them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qhgrid.indicators.tables import Column, Table, TableRow

NAMES = {
    "hydro": ("水电发电量", "Hydro generation"),
    "solar": ("太阳能发电量（光伏＋光热）", "Solar generation (PV and CSP)"),
    "wind": ("风电发电量", "Wind generation"),
    "thermal": ("火电发电量", "Thermal generation"),
    "pv_utilisation": ("光伏利用率", "PV utilisation"),
    "wind_utilisation": ("风电利用率", "Wind utilisation"),
    "net_export": ("净外送电量", "Net export"),
    "hydro_months": ("水电逐月相关系数", "Hydro, correlation of months"),
    "thermal_months": ("火电逐月相关系数", "Thermal, correlation of months"),
    "level": ("龙头水库月末水位（误差最大之月）", "Great reservoir, worst level at a month's end"),
}
"""Chinese and English name of each check."""

BAND_UNITS = {"%": "%", "points": "pp", "亿千瓦时": "亿千瓦时", "m": "m", "least": "≥"}
VERDICTS = {True: "✓", False: "✗"}
"""Within its band or not."""


def check_table(figures: Mapping[str, Any]) -> Table:
    """Return published against simulated for a year, with error, band and verdict."""
    year, held_out = figures["year"], figures["held_out"]
    kind = ("检验年（未参与率定）", "held out") if held_out else ("率定年", "calibrated")
    columns = (
        Column("published", "公布", "published", ""),
        Column("simulated", "模拟", "simulated", ""),
        Column("error", "误差", "error", ""),
        Column("band", "允许", "band", ""),
        Column("verdict", "结论", "verdict", ""),
    )
    return Table(
        key=f"backcast_{year}",
        title_zh=f"{year}年回溯：{kind[0]}",
        title_en=f"Backcast of {year}: {kind[1]}",
        unit="",
        columns=columns,
        rows=tuple(_row(check) for check in figures["checks"]),
        source_zh="data/statistics.csv、data/hydro_observed_levels.csv",
        source_en="data/statistics.csv, data/hydro_observed_levels.csv",
    )


def _row(check: Mapping[str, Any]) -> TableRow:
    """Return a check as a row of words, each figure with its unit."""
    name_zh, name_en = NAMES[check["key"]]
    return TableRow(check["key"], name_zh, name_en, (*cells(check), VERDICTS[check["passed"]]))


def cells(check: Mapping[str, Any]) -> tuple[str, str, str, str]:
    """Return published, simulated, error and band of a check as words."""
    band_unit = check["band_unit"]
    if band_unit == "least":
        return ("", f"{check['simulated']:.3f}", "", f"≥ {check['band']:g}")
    digits, unit = (2, " m") if check["unit"] == "m" else (1, "%" if check["unit"] == "%" else "")
    published, simulated = (f"{check[key]:.{digits}f}{unit}" for key in ("published", "simulated"))
    suffix = "%" if band_unit == "%" else f" {BAND_UNITS[band_unit]}"
    return (published, simulated, f"{check['error']:+.1f}{suffix}", f"±{check['band']:g}{suffix}")


MONTHLY = ("hydro", "thermal", "wind", "pv_utilisation", "wind_utilisation")
"""Figures that are published by month."""


def month_table(figures: Mapping[str, Any]) -> Table:
    """Return the months of a year, published and simulated."""
    columns = tuple(Column(f"m{m:02d}", f"{m}月", f"{m}", "") for m in range(1, 13))
    rows: list[TableRow] = []
    for key in MONTHLY:
        name_zh, name_en = NAMES[key]
        for side, zh in (("published", "公布"), ("simulated", "模拟")):
            values = tuple(month_values(figures, side, key))
            rows.append(TableRow(f"{key}_{side}", f"{name_zh}，{zh}", f"{name_en}, {side}", values))
    for side, zh in (("published", "公布"), ("simulated", "模拟")):
        levels = tuple(figures[f"level_{side}"][1:])
        rows.append(TableRow(f"level_{side}", f"龙头水库月末水位，{zh}", f"Level, {side}", levels))
    year = figures["year"]
    return Table(
        key=f"backcast_months_{year}",
        title_zh=f"{year}年逐月（亿千瓦时、%、m）",
        title_en=f"Months of {year} (亿千瓦时, %, m)",
        unit="",
        columns=columns,
        rows=tuple(rows),
        source_zh="data/statistics.csv、data/hydro_observed_levels.csv",
        source_en="data/statistics.csv, data/hydro_observed_levels.csv",
    )


def month_values(figures: Mapping[str, Any], side: str, key: str) -> list[float | None]:
    """Return twelve figures of a side; utilisation of the simulation is what was used of the potential."""
    table = figures[side]
    if key in table:
        return list(table[key])
    kind = key.removesuffix("_utilisation")
    pairs = zip(table[kind], table[f"{kind}_potential"], strict=True)
    return [round(100.0 * used / could, 2) for used, could in pairs]
