"""Tables of the river: plants, balance of water, flows and levels by month, and limits that were broken."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from qhgrid.indicators.display import ENERGY, HOURS, shown
from qhgrid.indicators.river import FloatArray, River, water_residuals
from qhgrid.indicators.rows import SOURCE
from qhgrid.indicators.selection import attribute, having
from qhgrid.indicators.tables import Column, Table, TableRow, Value
from qhgrid.sourced import ASSUMED_MARK
from qhgrid.units import convert

if TYPE_CHECKING:
    from qhgrid.indicators.ledger import Ledger

VOLUME, FLOW, LEVEL, RATE = "亿立方米", "m3/s", "m", "m3/kWh"
"""Units of the tables."""
TOTAL = ("合计", "total")
EMPTY = 1e-9
"""Water below this is none [m3/s held for an hour]."""


def river_tables(ledger: Ledger, river: River) -> tuple[Table, ...]:
    """Return the tables of the river, those of its water rates left out (``river_rates``)."""
    return (
        river_plants(ledger, river),
        river_balance(ledger, river),
        river_flows(ledger, river),
        river_levels(ledger, river),
        river_limits(ledger, river),
    )


def river_table(
    ledger: Ledger,
    key: str,
    titles: tuple[str, str],
    columns: Iterable[tuple[str, str, str, str]],
    rows: Iterable[TableRow],
    note: tuple[str, str] = ("", ""),
    *,
    unit: str = "",
) -> Table:
    """Return a table of the run; columns are key, Chinese label, English label and unit."""
    covered = ledger.coverage
    return Table(
        key=key,
        title_zh=titles[0],
        title_en=titles[1],
        unit=unit,
        columns=tuple(Column(*column) for column in columns),
        rows=tuple(rows),
        source_zh=SOURCE[0],
        source_en=SOURCE[1],
        note_zh=f"{covered[0]}{note[0]}",
        note_en=f"{covered[1]} {note[1]}".strip(),
    )


def volume(flow_hours: float) -> float:
    """Return water, of m3/s for an hour, in 亿立方米."""
    return float(convert(float(flow_hours) * 3600.0, "m3", VOLUME))


def plant_labels(river: River, plant: str) -> tuple[str, str]:
    """Return Chinese and English name of a plant."""
    row = river.facts.hydro_plants[plant]
    return row.name_zh, row.name_en


def _mark(river: River, plant: str) -> str:
    """Return 假设 if the row of a plant is assumed."""
    return ASSUMED_MARK if river.facts.hydro_plants[plant].is_assumed else ""


_PLANT_COLUMNS = (
    ("energy", "发电量", "generation", ENERGY),
    ("design", "设计年发电量", "design year", ENERGY),
    ("hours", "利用小时", "full-load hours", HOURS),
    ("inflow", "区间来水", "side inflow", VOLUME),
    ("turbined", "发电用水", "through turbines", VOLUME),
    ("spilled", "弃水", "spilled", VOLUME),
    ("rate", "耗水率", "water rate", RATE),
    ("start", "期初水位", "level at start", LEVEL),
    ("end", "期末水位", "level at end", LEVEL),
    ("lowest", "最低水位", "lowest level", LEVEL),
    ("highest", "最高水位", "highest level", LEVEL),
)


def river_plants(ledger: Ledger, river: River) -> Table:
    """Return 梯级水电站运行情况: energy, water, water rate and levels of each plant."""
    rows = [_plant_row(ledger, river, plant) for plant in river.plants]
    if rows:
        rows.append(_plant_total(rows))
    return river_table(
        ledger,
        "river_plants",
        ("梯级水电站运行情况", "Plants of the cascade"),
        _PLANT_COLUMNS,
        rows,
        ("耗水率为发电用水与发电量之比。", "The water rate is water through the turbines over energy."),
    )


def _plant_row(ledger: Ledger, river: River, plant: str) -> TableRow:
    """Return energy, water and levels of one plant."""
    row = river.facts.hydro_plants[plant]
    mwh, turbined = river.total(river.power(plant)), river.total(river.turbined(plant))
    ids = (plant, f"{plant}_uprate")
    rating = sum(counted.p_nom for counted in ledger.fleet if counted.id in ids)
    level = river.level(plant)
    levels: tuple[Value, ...] = (None,) * 4
    if level is not None:
        levels = (river.first_level(plant), float(level[-1]), float(level.min()), float(level.max()))
    values: tuple[Value, ...] = (
        shown(mwh, ENERGY),
        shown(row.annual_energy_mwh, ENERGY) if row.annual_energy_mwh > 0 else None,
        mwh / rating if rating > 0 else None,
        volume(river.total(river.inflow(plant))),
        volume(turbined),
        volume(river.total(river.spilled(plant))),
        3.6 * turbined / mwh if mwh > 0 else None,
        *levels,
    )
    return TableRow(plant, *plant_labels(river, plant), values, mark=_mark(river, plant))


def _plant_total(rows: list[TableRow]) -> TableRow:
    """Return the sums that make sense over plants: energy, side inflow and spill."""
    added = [0, 1, 3]
    sums = [
        float(sum(value for row in rows if isinstance(value := row.values[column], float)))
        if column in added
        else None
        for column in range(len(_PLANT_COLUMNS))
    ]
    return TableRow("total", *TOTAL, tuple(sums), bold=True)


def river_balance(ledger: Ledger, river: River) -> Table:
    """Return 梯级水量平衡: where the water of the river came from and went [亿立方米]."""
    parts = _balance(river)
    rows = [
        TableRow(key, zh, en, (volume(parts[key]),), bold=key == "closing")
        for key, zh, en in _BALANCE_ROWS
        if parts
    ]
    if rows:
        worst = float(np.abs(water_residuals(river.results).to_numpy()).max(initial=0.0))
        label = ("逐时各节点最大不平衡", "largest imbalance of any node in any hour")
        rows.append(TableRow("residual", *label, (worst,), unit=FLOW))
    return river_table(
        ledger,
        "river_balance",
        ("梯级水量平衡", "Balance of water"),
        (("volume", "水量", "water", VOLUME),),
        rows,
        unit=VOLUME,
    )


_BALANCE_ROWS = (
    ("inflow", "天然来水", "natural inflow"),
    ("start", "期初河道在途水量", "under way at the start"),
    ("made", "兜底补水（缺水）", "made by the elastic layer (lacking)"),
    ("outflow", "出省水量", "leaves the province"),
    ("withdrawal", "取水（净耗水）", "withdrawn, net of returns"),
    ("stored", "水库蓄水增量", "rise of storage"),
    ("end", "期末河道在途水量", "under way at the end"),
    ("dumped", "兜底弃水", "taken away by the elastic layer"),
    ("closing", "闭合差", "closing error"),
)


def _balance(river: River) -> dict[str, float]:
    """Return the parts of the balance [m3/s held for an hour], nothing without a river."""
    if not river.plants:
        return {}
    ways = [river.under_way(plant) for plant in river.plants]
    parts = {
        "inflow": sum(river.total(river.inflow(plant)) for plant in river.plants),
        "start": sum(start for start, _ in ways),
        "made": river.elastic("shed"),
        "outflow": river.total(river.flow("generator", "outflow", "")),
        "withdrawal": sum(river.total(river.withdrawn(plant)) for plant in river.plants),
        "stored": river.rise(),
        "end": sum(end for _, end in ways),
        "dumped": river.elastic("dump"),
    }
    gone = sum(parts[key] for key in ("outflow", "withdrawal", "stored", "end", "dumped"))
    return parts | {"closing": parts["inflow"] + parts["start"] + parts["made"] - gone}


def river_flows(ledger: Ledger, river: River) -> Table:
    """Return 分月流量: natural inflow of the whole river, release of each plant, outflow [m3/s]."""
    if not river.plants:
        return river_table(ledger, "river_flows", _FLOW_TITLE, (), (), unit=FLOW)
    natural = sum((river.inflow(plant) for plant in river.plants), np.zeros(len(river.times)))
    flows = {
        plant: (*plant_labels(river, plant), river.turbined(plant) + river.spilled(plant))
        for plant in river.plants
    }
    rows = [TableRow("natural", "天然来水（合计）", "natural inflow, all", _means(ledger, river, natural))]
    rows += [
        TableRow(plant, f"{zh}下泄", f"release of {en}", _means(ledger, river, flow), level=1)
        for plant, (zh, en, flow) in flows.items()
    ]
    out = river.flow("generator", "outflow", "")
    rows.append(TableRow("outflow", "出省流量", "leaves the province", _means(ledger, river, out)))
    covered = ledger.months
    columns = zip(covered.keys, covered.labels_zh, covered.labels_en, strict=True)
    months = [(key, zh, en, FLOW) for key, zh, en in columns]
    mean = ("mean", "平均", "mean", FLOW)
    return river_table(ledger, "river_flows", _FLOW_TITLE, (*months, mean), rows, unit=FLOW)


_FLOW_TITLE = ("分月平均流量", "Mean flow by month")


def _means(ledger: Ledger, river: River, flow: FloatArray) -> tuple[float, ...]:
    """Return the mean of a flow in each month and in all [m3/s]."""
    covered = ledger.months
    sums = np.bincount(covered.codes, weights=flow * river.hours, minlength=len(covered.keys))
    parts = (float(total) / length for total, length in zip(sums, covered.hours, strict=True))
    return (*parts, float(flow @ river.hours) / ledger.hours)


def river_levels(ledger: Ledger, river: River) -> Table:
    """Return 水库月末水位: level at the last hour of each month, beside the rule curve [m]."""
    covered = ledger.months
    last = [int(np.flatnonzero(covered.codes == month)[-1]) for month in range(len(covered.keys))]
    rows: list[TableRow] = []
    for plant in river.plants:
        level, rule = river.level(plant), river.rule(plant)
        if level is None:
            continue
        zh, en = plant_labels(river, plant)
        rows.append(TableRow(plant, zh, en, tuple(float(level[place]) for place in last)))
        if rule is not None:
            means = tuple(float(rule[place]) for place in last)
            rows.append(TableRow(f"{plant}_rule", f"{zh}多年平均", f"{en}, rule curve", means, level=1))
    columns = zip(covered.keys, covered.labels_zh, covered.labels_en, strict=True)
    return river_table(
        ledger,
        "river_levels",
        ("水库月末水位", "Levels at the end of the months"),
        [(key, zh, en, LEVEL) for key, zh, en in columns],
        rows,
        unit=LEVEL,
    )


_LIMIT_COLUMNS = (
    ("rule", "约束", "rule", "text"),
    ("asked", "要求水量", "asked", VOLUME),
    ("missed", "未满足（超出）水量", "missed or exceeded", VOLUME),
    ("hours", "未满足（超出）小时", "hours missed or exceeded", HOURS),
    ("worst", "最大缺口（超出）", "worst hour", FLOW),
)


def river_limits(ledger: Ledger, river: River) -> Table:
    """Return 生态、防凌与用水保障: what was asked of the river, and by how much it was missed."""
    rows = [row for plant in river.plants for row in _limit_rows(river, plant)]
    return river_table(
        ledger,
        "river_limits",
        ("生态流量、防凌控泄与取水的保障情况", "Ecological flow, ice season and withdrawals"),
        _LIMIT_COLUMNS,
        rows,
        (
            "要求水量：最小下泄为下限之和，最大下泄不计，取水为净耗水。",
            "Asked: the sum of least releases, or of net withdrawals; a most release asks for no water.",
        ),
    )


def _limit_rows(river: River, plant: str) -> Iterable[TableRow]:
    """Yield a row for each rule on the water of a plant."""
    least = river.flow("link", "hydro_release", plant, "link_p_min_mw")
    if (least > EMPTY).any():
        lent = river.flow("link", "release_shortfall", plant)
        yield _limit_row(river, plant, "minimum", ("最小下泄", "least release"), least, lent)
    if _has(river, "release_excess", plant):
        beyond = river.flow("link", "release_excess", plant)
        yield _limit_row(river, plant, "maximum", ("最大下泄（防凌）", "most release (ice)"), None, beyond)
    asked = river.withdrawn(plant)
    if (asked > EMPTY).any():
        lacking = np.minimum(_made(river, plant), asked)
        yield _limit_row(river, plant, "withdrawal", ("取水", "withdrawal"), asked, lacking)


def _limit_row(
    river: River,
    plant: str,
    kind: str,
    words: tuple[str, str],
    asked: FloatArray | None,
    missed: FloatArray,
) -> TableRow:
    """Return how far one rule was kept."""
    zh, en = plant_labels(river, plant)
    is_missed = missed > 1e-3
    values: tuple[Value, ...] = (
        words[0],
        None if asked is None else volume(river.total(asked)),
        volume(river.total(np.where(is_missed, missed, 0.0))),
        float(river.hours[is_missed].sum()),
        float(missed.max(initial=0.0)) if is_missed.any() else 0.0,
    )
    return TableRow(f"{plant}_{kind}", f"{zh}{words[0]}", f"{en}: {words[1]}", values)


def _has(river: River, role: str, plant: str) -> bool:
    """Return whether a plant has a link of a role."""
    return bool(having(river.results, "link", role=role, plant=plant).any())


def _made(river: River, plant: str) -> FloatArray:
    """Return the water that the elastic layer made in the pool of a plant [m3/s], shape (snapshot,)."""
    turbines = having(river.results, "link", role="hydro_turbine", plant=plant)
    pool = attribute(river.results, "link", "bus0", "").to_numpy().astype(str)[turbines][0]
    chosen = having(river.results, "generator", role="shed", bus=str(pool))
    values = river.results["generator_p"].transpose("snapshot", "generator").to_numpy()[:, chosen]
    return np.asarray(values.sum(axis=1), dtype=np.float64)
