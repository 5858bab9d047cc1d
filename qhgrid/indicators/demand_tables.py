"""Tables of demand: by class and driver, how it moved, hydrogen, computing, clean supply of salt lakes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from qhgrid.facts.demand import RESIDUAL, demand_activities
from qhgrid.indicators import demand_side
from qhgrid.indicators.display import ENERGY, HOURS, POWER, SHARE, ratio, ratios, shown, shown_all
from qhgrid.indicators.energy_table import DEMAND_CLASSES
from qhgrid.indicators.rows import SOURCE
from qhgrid.indicators.selection import attribute, energy, having, hours, series
from qhgrid.indicators.tables import Column, Table, TableRow, Value
from qhgrid.sourced import ASSUMED_MARK

if TYPE_CHECKING:
    from qhgrid.indicators.ledger import Ledger

HYDROGEN_MWH_PER_T = 33.33
"""Lower heating value of hydrogen [MWh/t]."""
SALT_LAKE = "salt_lake"


def demand_tables(ledger: Ledger) -> tuple[Table, ...]:
    """Return the tables of demand in a fixed order; one without rows has nothing to say."""
    return (
        demand_by_class(ledger),
        demand_drivers(ledger),
        flexible_load(ledger),
        hydrogen_balance(ledger),
        computing_work(ledger),
        salt_lake_match(ledger),
    )


def _table(
    ledger: Ledger,
    key: str,
    titles: tuple[str, str],
    columns: list[Column],
    rows: list[TableRow],
    note: tuple[str, str],
    *,
    unit: str = "",
    of_the_run: bool = True,
) -> Table:
    """Return a table, with the hours it covers before the note where it is `of_the_run`."""
    covered = ledger.coverage if of_the_run else ("", "")
    return Table(
        key=key,
        title_zh=titles[0],
        title_en=titles[1],
        unit=unit,
        columns=tuple(columns),
        rows=tuple(rows),
        source_zh=SOURCE[0],
        source_en=SOURCE[1],
        note_zh=f"{covered[0]}{note[0]}",
        note_en=f"{covered[1]} {note[1]}".strip(),
    )


def demand_by_class(ledger: Ledger) -> Table:
    """Return 分类用电: energy asked for and drawn, peak, load factor, moved and cut, by class."""
    asked = demand_side.requested(ledger.results)
    drawn = ledger.demand
    moved, cut = _moved(ledger), _cut(ledger)
    rows = []
    for name, labels in DEMAND_CLASSES.items():
        mine = drawn.isel(load=drawn["demand_class"].to_numpy() == name)
        if mine.size:
            wanted = asked.isel(load=asked["demand_class"].to_numpy() == name)
            rows.append(
                _class_row(ledger, name, labels, wanted, mine, moved.get(name, 0.0), cut.get(name, 0.0))
            )
    whole = _class_row(
        ledger, "total", ("合计", "total"), asked, drawn, sum(moved.values()), sum(cut.values()), bold=True
    )
    columns = [
        Column("requested", "需要电量", "asked for", ENERGY),
        Column("drawn", "实际用电量", "drawn", ENERGY),
        Column("peak", "最大负荷", "peak", POWER),
        Column("load_factor", "负荷率", "load factor", SHARE),
        Column("moved", "推迟电量", "put off", ENERGY),
        Column("cut", "削减与迁出电量", "cut or moved away", ENERGY),
    ]
    return _table(
        ledger,
        "demand_by_class",
        ("分类全社会用电", "Demand by class"),
        columns,
        [*rows, whole],
        (
            "需要电量不含由电解槽供应的制氢用电；实际用电量计入推迟后补用、反弹与电解槽，扣除削减与迁出。"
            "各类最大负荷不同时，合计为同时最大。",
            "Asked for is without what electrolysers take; drawn is with what was caught up, rebound and "
            "electrolysers, without what was cut. Peaks of classes do not coincide; that of the total does.",
        ),
    )


def _class_row(
    ledger: Ledger,
    key: str,
    labels: tuple[str, str],
    asked: xr.DataArray,
    drawn: xr.DataArray,
    moved: float,
    cut: float,
    *,
    bold: bool = False,
) -> TableRow:
    """Return one class."""
    load = drawn.sum("load").to_numpy()
    peak = float(load.max())
    used = float(energy(ledger.results, drawn).sum())
    values: tuple[Value, ...] = (
        shown(float(energy(ledger.results, asked).sum()), ENERGY),
        shown(used, ENERGY),
        shown(peak, POWER),
        ratios([used], [peak * ledger.hours], 100.0)[0],
        *shown_all((moved, cut), ENERGY),
    )
    return TableRow(key, *labels, values, bold=bold, mark=ledger.demand_mark)


def _by_class(
    ledger: Ledger, component: str, values: xr.DataArray, role: tuple[str, ...]
) -> dict[str, float]:
    """Return the energy of the components with a role by class of demand [MWh]."""
    chosen = having(ledger.results, component, role=role)
    amounts = energy(ledger.results, values).to_numpy()[chosen]
    names = attribute(ledger.results, component, "demand_class", "").to_numpy().astype(str)[chosen]
    return {name: float(amounts[names == name].sum()) for name in sorted(set(names))}


def _moved(ledger: Ledger) -> dict[str, float]:
    """Return the energy put off by class [MWh]."""
    units = _by_class(
        ledger, "storage_unit", ledger.results["storage_unit_p_dispatch"], (demand_side.FLEXIBLE_LOAD,)
    )
    links = _by_class(ledger, "link", ledger.results["link_p0"], ("flexible_down",))
    return {name: units.get(name, 0.0) + links.get(name, 0.0) for name in sorted({*units, *links})}


def _cut(ledger: Ledger) -> dict[str, float]:
    """Return the energy cut or moved away by class [MWh]."""
    return _by_class(ledger, "generator", ledger.results["generator_p"], demand_side.CUT)


def demand_drivers(ledger: Ledger) -> Table:
    """Return 用电构成: every driver of the level year with quantity, intensity and energy, residual last."""
    scenario = ledger.scenario
    drivers = demand_activities(ledger.facts, scenario.year, scenario.demand.level)
    total = sum(item.energy_mwh for item in drivers)
    rows = [
        TableRow(
            f"{item.demand_class}.{item.driver}" + (f".{item.prefecture}" if item.prefecture else ""),
            item.name_zh
            + (f"（{ledger.facts.prefectures[item.prefecture].name_zh}）" if item.prefecture else ""),
            item.name_en + (f", {item.prefecture}" if item.prefecture else ""),
            (
                DEMAND_CLASSES[item.demand_class][0],
                item.quantity,
                item.unit,
                item.intensity_kwh,
                item.multiplier,
                shown(item.energy_mwh, ENERGY),
                *shown_all((item.low_mwh, item.high_mwh), ENERGY),
                100.0 * item.energy_mwh / total,
            ),
            bold=item.driver == RESIDUAL,
            mark=ASSUMED_MARK if item.is_assumed else "",
        )
        for item in drivers
        if item.energy_mwh > 0
    ]
    columns = [
        Column("demand_class", "类别", "class", "text"),
        Column("quantity", "活动量", "quantity", ""),
        Column("unit", "单位", "unit", "text"),
        Column("intensity", "单耗（kWh/单位）", "kWh a unit", ""),
        Column("multiplier", "乘数（PUE）", "multiplier (PUE)", "1"),
        Column("energy", "电量", "energy", ENERGY),
        Column("low", "低值", "low", ENERGY),
        Column("high", "高值", "high", ENERGY),
        Column("share", "占比", "share", SHARE),
    ]
    return _table(
        ledger,
        "demand_drivers",
        ("全社会用电量构成（活动量×单耗）", "Demand by driver: quantity times intensity"),
        columns,
        rows,
        (
            f"{scenario.year}年，方案 {scenario.demand.level}，事实表口径，未按情景总量缩放；"
            "余项为全省合计减各分项，单列不摊。",
            f"{scenario.year}, level {scenario.demand.level}, by the fact tables, not scaled to the total of "
            "the scenario; the residual is the total less all drivers.",
        ),
        of_the_run=False,
    )


def flexible_load(ledger: Ledger) -> Table:
    """Return 可调节负荷: band, size, energy put off and caught up of each flexible component."""
    results = ledger.results
    columns = [
        Column("down", "最大下调", "most down", POWER),
        Column("up", "最大上调", "most up", POWER),
        Column("held", "可推迟电量", "most that waits", ENERGY),
        Column("put_off", "下调电量", "lowered", ENERGY),
        Column("caught_up", "补用电量", "caught up", ENERGY),
        Column("hours", "等效满调小时", "hours at full band", HOURS),
    ]
    rows = [*_waiting_rows(results), *_limited_rows(results), *_cut_rows(results)]
    return _table(
        ledger,
        "flexible_load",
        ("可调节负荷与虚拟电厂", "Flexible load and virtual power plants"),
        columns,
        rows,
        (
            "下调后须在时段内补用（含反弹）；可中断与迁出不补用。小于门槛的市州按刚性负荷计，不在表内。",
            "What is lowered is caught up within the horizon, rebound included; cuts are not. Prefectures "
            "below the threshold count as firm and do not appear.",
        ),
    )


def _row(name: str, zh: str, values: tuple[float, float, float, float, float]) -> TableRow:
    """Return one flexible component from its bands [MW] and energies [MWh]."""
    down, up, held, put_off, caught_up = values
    figures = (
        *shown_all((down, up), POWER),
        *shown_all((held, put_off, caught_up), ENERGY),
        ratio(float(put_off), float(down)),
    )
    return TableRow(name.replace(" ", "_"), zh, name, figures, mark=ASSUMED_MARK)


def _waiting_rows(results: xr.Dataset) -> list[TableRow]:
    """Return load that waits, one storage unit each."""
    chosen = np.flatnonzero(having(results, "storage_unit", role=demand_side.FLEXIBLE_LOAD))
    names = results["storage_unit"].to_numpy().astype(str)
    zh = attribute(results, "storage_unit", "name_zh", "").to_numpy().astype(str)
    p_nom, max_hours = (
        attribute(results, "storage_unit", name).to_numpy().astype(float) for name in ("p_nom", "max_hours")
    )
    floor = series(results, "storage_unit", "p_min_pu", -1.0).to_numpy().min(axis=0, initial=0.0)
    off, back = (
        energy(results, results[f"storage_unit_{flow}"]).to_numpy() for flow in ("p_dispatch", "p_store")
    )
    return [
        _row(
            names[at],
            zh[at],
            (p_nom[at], -floor[at] * p_nom[at], p_nom[at] * max_hours[at], off[at], back[at]),
        )
        for at in chosen
    ]


def _limited_rows(results: xr.Dataset) -> list[TableRow]:
    """Return virtual power plants with a limit on their calls."""
    roles = attribute(results, "link", "role", "").to_numpy().astype(str)
    names = results["link"].to_numpy().astype(str)
    p_nom = attribute(results, "link", "p_nom").to_numpy().astype(float)
    zh = attribute(results, "link", "name_zh", "").to_numpy().astype(str)
    flows = energy(results, results["link_p0"]).to_numpy()
    stores = dict(
        zip(
            results["store"].to_numpy().astype(str),
            attribute(results, "store", "e_nom").to_numpy().astype(float),
            strict=True,
        )
    )
    position = {name: at for at, name in enumerate(names)}
    rows = []
    for at in np.flatnonzero(roles == "flexible_down"):
        name = names[at].removesuffix(" down")
        up = position[f"{name} up"]
        rows.append(_row(name, zh[at], (p_nom[at], p_nom[up], stores[name], flows[at], flows[up])))
    return rows


def _cut_rows(results: xr.Dataset) -> list[TableRow]:
    """Return load that is cut and work that moves away."""
    chosen = np.flatnonzero(having(results, "generator", role=demand_side.CUT))
    names = results["generator"].to_numpy().astype(str)
    zh = attribute(results, "generator", "name_zh", "").to_numpy().astype(str)
    p_nom = attribute(results, "generator", "p_nom").to_numpy().astype(float)
    amounts = energy(results, results["generator_p"]).to_numpy()
    return [_row(names[at], zh[at], (p_nom[at], 0.0, 0.0, amounts[at], 0.0)) for at in chosen]


def hydrogen_balance(ledger: Ledger) -> Table:
    """Return 绿氢平衡: electricity, hydrogen made, used, re-used and held, by prefecture."""
    results = ledger.results
    links = attribute(results, "link", "role", "").to_numpy().astype(str)
    places = attribute(results, "link", "prefecture", "").to_numpy().astype(str)
    into, out = (energy(results, results[name]).to_numpy() for name in ("link_p0", "link_p1"))
    p_nom = attribute(results, "link", "p_nom").to_numpy().astype(float)
    used = _of_role(results, "load", "load_p", "hydrogen_demand")
    drawn = _of_role(results, "store", "store_p", "hydrogen_tank")
    rows = []
    for at in np.flatnonzero(links == "electrolyser"):
        place = places[at]
        again = (links == "hydrogen_reuse") & (places == place)
        made, taken = -out[at], float(into[again].sum())
        rest = made + drawn.get(place, 0.0) - used[place] - taken
        figures = (
            shown(p_nom[at], POWER),
            shown(into[at], ENERGY),
            float(into[at] / p_nom[at]),
            *(
                float(amount / HYDROGEN_MWH_PER_T / 1e4)
                for amount in (made, used[place], taken, -drawn.get(place, 0.0), rest)
            ),
            shown(-float(out[again].sum()), ENERGY),
        )
        row = ledger.facts.prefectures[place]
        rows.append(TableRow(place, row.name_zh, row.name_en, figures, mark=ASSUMED_MARK))
    columns = [
        Column("rating", "电解槽容量", "electrolysers", POWER),
        Column("electricity", "制氢用电", "electricity", ENERGY),
        Column("full_hours", "利用小时", "hours at rating", HOURS),
        Column("made", "产氢", "hydrogen made", "万吨"),
        Column("used", "用氢", "hydrogen used", "万吨"),
        Column("reused", "发电用氢", "hydrogen re-used", "万吨"),
        Column("stored", "储氢增加", "rise of the tanks", "万吨"),
        Column("difference", "差额", "difference", "万吨"),
        Column("power", "氢能发电", "power from hydrogen", ENERGY),
    ]
    return _table(
        ledger,
        "hydrogen",
        ("绿氢平衡", "Hydrogen balance"),
        columns,
        rows,
        ("按低位热值33.33 MWh/吨折算。", "At a lower heating value of 33.33 MWh/t."),
    )


def _of_role(results: xr.Dataset, component: str, variable: str, role: str) -> dict[str, float]:
    """Return the energy of the components with a role by prefecture [MWh]."""
    chosen = having(results, component, role=role)
    amounts = energy(results, results[variable]).to_numpy()[chosen]
    places = attribute(results, component, "prefecture", "").to_numpy().astype(str)[chosen]
    return {place: float(amounts[places == place].sum()) for place in sorted(set(places))}


def computing_work(ledger: Ledger) -> Table:
    """Return 算力作业: energy asked for, done here, put off, moved away, by prefecture."""
    results = ledger.results
    asked, drawn = demand_side.requested(results), ledger.demand
    migrated = _of_role(results, "generator", "generator_p", "migration")
    off = _computing_put_off(results)
    rows = []
    for place in ledger.prefectures:
        wanted, done = (_energy_of(results, values, "computing", place) for values in (asked, drawn))
        if wanted <= 0:
            continue
        away, later = migrated.get(place, 0.0), off.get(place, 0.0)
        row = ledger.facts.prefectures[place]
        figures: tuple[Value, ...] = (
            *shown_all((wanted, done, away, wanted - done - away, later), ENERGY),
            100.0 * away / wanted,
        )
        rows.append(TableRow(place, row.name_zh, row.name_en, figures, mark=ASSUMED_MARK))
    columns = [
        Column("requested", "作业需要", "asked for", ENERGY),
        Column("done", "本地完成", "done here", ENERGY),
        Column("migrated", "迁出", "moved away", ENERGY),
        Column("difference", "差额", "difference", ENERGY),
        Column("put_off", "其中推迟后完成", "of which put off", ENERGY),
        Column("share", "迁出占比", "share moved away", SHARE),
    ]
    return _table(
        ledger,
        "computing",
        ("算力作业完成", "Computing work"),
        columns,
        rows,
        (
            "以用电量计；需要＝本地完成＋迁出。",
            "Counted in electricity; asked for is done here plus moved away.",
        ),
    )


def _computing_put_off(results: xr.Dataset) -> dict[str, float]:
    """Return the computing energy put off by prefecture [MWh]."""
    chosen = having(results, "storage_unit", role=demand_side.FLEXIBLE_LOAD, demand_class="computing")
    amounts = energy(results, results["storage_unit_p_dispatch"]).to_numpy()[chosen]
    places = attribute(results, "storage_unit", "prefecture", "").to_numpy().astype(str)[chosen]
    return {place: float(amounts[places == place].sum()) for place in sorted(set(places))}


def _energy_of(results: xr.Dataset, load: xr.DataArray, demand_class: str, place: str) -> float:
    """Return the energy of a class in a prefecture [MWh]."""
    mine = (load["demand_class"].to_numpy() == demand_class) & (load["prefecture"].to_numpy() == place)
    return float(energy(results, load.isel(load=mine)).sum())


def salt_lake_match(ledger: Ledger) -> Table:
    """Return 盐湖清洁供电匹配: share of salt-lake demand that local clean output covers, by granularity [%].

    Clean output is that of the prefectures where the salt-lake demand stands, and salt lakes have the first
    call on it. The finer the matching, the lower the share.
    """
    load = ledger.demand
    mine = load["demand_class"].to_numpy() == SALT_LAKE
    if not mine.any():
        return _match_table(ledger, [])
    places = set(load["prefecture"].to_numpy()[mine])
    power = ledger.sources["power"]
    clean = [
        place in places and ledger.facts.technology(str(name)).is_clean
        for place, name in zip(power["prefecture"].to_numpy(), power["technology"].to_numpy(), strict=True)
    ]
    weights = hours(ledger.results).to_numpy()
    need = load.isel(load=mine).sum("load").to_numpy() * weights
    have = power.isel(source=np.array(clean, dtype=bool)).sum("source").to_numpy() * weights
    stamps = pd.DatetimeIndex(ledger.results["snapshot"].to_numpy())
    grains = {
        "annual": ("全时段", "over all hours", np.zeros(len(need), dtype=int)),
        "monthly": ("按月", "by month", ledger.months.codes),
        "hourly": ("逐时", "by hour", np.arange(len(stamps))),
    }
    rows = [
        TableRow(key, zh, en, (shown(float(need.sum()), ENERGY), _matched(need, have, codes)))
        for key, (zh, en, codes) in grains.items()
    ]
    return _match_table(ledger, rows)


def _matched(need: np.ndarray, have: np.ndarray, codes: np.ndarray) -> float | None:
    """Return the share of the need that is covered within each period [%]."""
    by_need, by_have = (np.bincount(codes, weights=values) for values in (need, have))
    return ratios([float(np.minimum(by_need, by_have).sum())], [float(need.sum())], 100.0)[0]


def _match_table(ledger: Ledger, rows: list[TableRow]) -> Table:
    """Return the table of clean supply of the salt lakes."""
    columns = [
        Column("demand", "盐湖用电", "salt-lake demand", ENERGY),
        Column("matched", "清洁匹配率", "matched by clean output", SHARE),
    ]
    return _table(
        ledger,
        "salt_lake_match",
        ("盐湖产业清洁供电匹配", "Clean supply of the salt-lake industry"),
        columns,
        rows,
        (
            "盐湖负荷优先使用所在市州的清洁发电（不含储能放电），不扣外送；越细的口径匹配率越低。",
            "Salt lakes have the first call on the clean output of their prefectures (without storage), "
            "exports not taken off; the finer the matching, the lower.",
        ),
    )
