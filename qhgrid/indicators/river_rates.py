"""Tables of water rates: how well the steps of storage that a run used meet the curve at its levels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qhgrid.facts.levels import HEAD_BANDS, M3_PER_FLOW_HOUR, Basin
from qhgrid.indicators.display import ENERGY, SHARE, shown
from qhgrid.indicators.river import FloatArray, River
from qhgrid.indicators.river_tables import LEVEL, RATE, VOLUME, plant_labels, river_table
from qhgrid.indicators.tables import TableRow, Value
from qhgrid.units import convert

if TYPE_CHECKING:
    from qhgrid.indicators.ledger import Ledger
    from qhgrid.indicators.tables import Table

POWER_OF_WATER = "MW/(m3/s)"
"""Unit of what a m3/s gives."""


def rate_tables(ledger: Ledger, river: River) -> tuple[Table, ...]:
    """Return the error of the heads, and the water rates by band of storage."""
    return head_error(ledger, river), water_rates(ledger, river)


_HEAD_COLUMNS = (
    ("energy", "发电量（计算所用）", "energy as run", ENERGY),
    ("curve", "发电量（按所达水位的曲线）", "energy on the curve at the levels reached", ENERGY),
    ("error", "电量误差", "error of energy", SHARE),
    ("worst", "逐时最大误差", "largest error of an hour", SHARE),
    ("step_mean", "分段误差（平均）", "error of the steps alone, mean", SHARE),
    ("step_worst", "分段误差（最大）", "error of the steps alone, largest", SHARE),
    ("level", "平均水位", "mean level", LEVEL),
)


def head_error(ledger: Ledger, river: River) -> Table:
    """Return 水头误差: energy with the water rates of the run against the curve at the levels reached."""
    rows = [row for plant in river.plants for row in [_head_row(river, plant)] if row is not None]
    return river_table(
        ledger,
        "river_head",
        ("耗水率误差（水头）", "Error of the water rates"),
        _HEAD_COLUMNS,
        rows,
        (
            "计算所用耗水率按预期水位分段取值；误差为相对所达水位处曲线值之差，按发电用水加权。",
            "The run takes its rates in steps along the level expected; the error is against the curve at "
            "the level reached, weighted by the water through the turbines.",
        ),
    )


def _head_row(river: River, plant: str) -> TableRow | None:
    """Return the error of one plant, None where its fall is not known."""
    found = river.rates_at_level(plant)
    if found is None:
        return None
    curve, steps = found
    used, water = river.rate(plant), river.turbined(plant) * river.hours
    as_run, on_curve = float(water @ used), float(water @ curve)
    runs = water > 1e-6
    errors, stepped = _shares(used, curve)[runs], _shares(steps, curve)[runs]
    level = river.level(plant)
    values: tuple[Value, ...] = (
        shown(as_run, ENERGY),
        shown(on_curve, ENERGY),
        100.0 * (as_run / on_curve - 1.0) if on_curve > 0 else None,
        100.0 * _largest(errors),
        100.0 * float(np.abs(stepped).mean()) if runs.any() else None,
        100.0 * _largest(stepped),
        None if level is None else float(level.mean()),
    )
    return TableRow(plant, *plant_labels(river, plant), values)


def _shares(rates: FloatArray, curve: FloatArray) -> FloatArray:
    """Return by how much rates stand off the curve, as a share of it."""
    return np.divide(rates, curve, out=np.ones_like(rates), where=curve > 0) - 1.0


def _largest(errors: FloatArray) -> float:
    """Return the error that is largest in size, with its sign."""
    return float(errors[np.argmax(np.abs(errors))]) if errors.size else 0.0


_BAND_COLUMNS = (
    ("from", "水位下限", "level from", LEVEL),
    ("to", "水位上限", "level to", LEVEL),
    ("storage", "至上限的库容", "storage up to there", VOLUME),
    ("power", "每立方米每秒出力", "power of a m3/s", POWER_OF_WATER),
    ("rate", "耗水率", "water rate", RATE),
    ("error", "段内最大误差", "largest error in the band", SHARE),
)


def water_rates(ledger: Ledger, river: River) -> Table:
    """Return 耗水率分段表: the bands of storage with the power of a m3/s and the water rate of each."""
    rows = [row for plant in river.plants for row in _band_rows(river, plant)]
    return river_table(
        ledger,
        "river_bands",
        ("分段耗水率（按库容等分）", "Water rate by band of storage"),
        _BAND_COLUMNS,
        rows,
        (
            "取各段库容中点水位；误差为段的两端相对曲线之差。",
            "At the level of the mid of each band; the error is that at its ends, against the curve.",
        ),
    )


def _band_rows(river: River, plant: str) -> list[TableRow]:
    """Return the bands of one plant, none where its fall is not known."""
    basin, months = river.basin(plant), river.facts.river_levels.get((plant, "tailwater"))
    if basin is None or months is None:
        return []
    tail = sum(months) / 12.0
    factor = river.facts.hydro_plants[plant].k_factor / 1000.0
    zh, en = plant_labels(river, plant)
    rows = []
    for band, mid in enumerate(basin.band_levels_m()):
        low, high = _ends(basin, band)
        power = factor * (mid - tail)
        error = max(abs((mid - tail) / (level - tail) - 1.0) for level in (low, high))
        storage = basin.curve.storage_m3(high)
        values: tuple[Value, ...] = (
            low,
            high,
            convert(storage, "m3", VOLUME),
            power,
            3.6 / power,
            100.0 * error,
        )
        words = f"{zh} {low:.1f}–{high:.1f} m", f"{en} {low:.1f} to {high:.1f} m"
        rows.append(TableRow(f"{plant}_{band + 1:02d}", *words, values))
    return rows


def _ends(basin: Basin, band: int) -> tuple[float, float]:
    """Return the levels at the foot and the top of a band [m]."""
    step = basin.usable_m3 / HEAD_BANDS.value / M3_PER_FLOW_HOUR
    return basin.level_m(band * step), basin.level_m((band + 1) * step)
