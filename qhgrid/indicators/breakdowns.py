"""Tables that split one quantity by labels: generation, demand, capacity, lines, corridors, cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from qhgrid.indicators.capacity import GRADES, is_counted
from qhgrid.indicators.corridors import TOLERANCE_MW
from qhgrid.indicators.costs import cost_by_component, cost_label
from qhgrid.indicators.display import ENERGY, HOURS, MONEY, POWER, SHARE, shown, shown_all
from qhgrid.indicators.energy import curtailment, total
from qhgrid.indicators.energy_table import DEMAND_CLASSES
from qhgrid.indicators.rows import SOURCE, added
from qhgrid.indicators.selection import attribute, energy, hours, series
from qhgrid.indicators.tables import Column, Table, TableRow, Value
from qhgrid.indicators.targets import chosen_rule

if TYPE_CHECKING:
    from qhgrid.indicators.ledger import Ledger

TOTAL = ("合计", "total")
"""Label of a total."""


def _table(
    ledger: Ledger,
    key: str,
    titles: tuple[str, str],
    unit: str,
    columns: Iterable[Column],
    rows: Iterable[TableRow],
    note: tuple[str, str] = ("", ""),
    *,
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


def _with_total(values: Iterable[float]) -> tuple[float, ...]:
    """Return values with their sum behind them."""
    parts = tuple(values)
    return (*parts, float(sum(parts)))


def _technology_columns(ledger: Ledger, names: Iterable[str], unit: str) -> tuple[Column, ...]:
    """Return one column for each technology, and one for their total."""
    columns = [Column(name, *ledger.technology_label(name), unit) for name in names]
    return (*columns, Column("total", *TOTAL, unit))


def _place(ledger: Ledger, prefecture: str) -> tuple[str, str]:
    """Return Chinese and English name of a prefecture."""
    row = ledger.facts.prefectures[prefecture]
    return row.name_zh, row.name_en


def generation_by_prefecture(ledger: Ledger) -> Table:
    """Return 分市州发电量: local generation by prefecture and technology [亿千瓦时]."""
    sources = ledger.sources["power"]
    energies = energy(ledger.results, sources)
    places, kinds = sources["prefecture"].to_numpy(), sources["technology"].to_numpy()

    def sums(place: str) -> tuple[float, ...]:
        own = [
            float(energies.to_numpy()[(places == place) & (kinds == kind)].sum())
            for kind in ledger.generating
        ]
        return shown_all(_with_total(own), ENERGY)

    rows = [TableRow(place, *_place(ledger, place), sums(place)) for place in ledger.prefectures]
    return _table(
        ledger,
        "generation_by_prefecture",
        ("分市州发电量", "Generation by prefecture"),
        ENERGY,
        _technology_columns(ledger, ledger.generating, ENERGY),
        (*rows, added("total", TOTAL, rows, 0)),
        ("本省发电量，扣除弃电，不含储能放电。", "Local generation, net of curtailment, without storage."),
    )


def demand_by_prefecture(ledger: Ledger) -> Table:
    """Return 分市州用电量: demand by prefecture and class [亿千瓦时]."""
    load = energy(ledger.results, ledger.demand)
    places, kinds = load["prefecture"].to_numpy(), load["demand_class"].to_numpy()
    present = [name for name in DEMAND_CLASSES if name in kinds]

    def sums(place: str) -> tuple[float, ...]:
        own = [float(load.to_numpy()[(places == place) & (kinds == kind)].sum()) for kind in present]
        return shown_all(_with_total(own), ENERGY)

    rows = [TableRow(place, *_place(ledger, place), sums(place)) for place in ledger.prefectures]
    columns = [Column(name, *DEMAND_CLASSES[name], ENERGY) for name in present]
    return _table(
        ledger,
        "demand_by_prefecture",
        ("分市州全社会用电量", "Demand by prefecture"),
        ENERGY,
        (*columns, Column("total", *TOTAL, ENERGY)),
        (*rows, added("total", TOTAL, rows, 0)),
        ("含未能供应的部分。", "With what could not be served."),
    )


def capacity_by_prefecture(ledger: Ledger) -> Table:
    """Return 分市州装机容量: counted capacity by prefecture and technology [万千瓦]."""

    def sums(place: str) -> tuple[float, ...]:
        own = [
            sum(row.p_nom for row in ledger.fleet if (row.prefecture, row.technology) == (place, kind))
            for kind in ledger.technologies
        ]
        return shown_all(_with_total(own), POWER)

    rows = [TableRow(place, *_place(ledger, place), sums(place)) for place in ledger.prefectures]
    return _table(
        ledger,
        "capacity_by_prefecture",
        ("分市州装机容量", "Capacity by prefecture"),
        POWER,
        _technology_columns(ledger, ledger.technologies, POWER),
        (*rows, added("total", TOTAL, rows, 0)),
        ("水平年末计入的装机容量。", "Counted capacity at the end of the level year."),
        of_the_run=False,
    )


def capacity_by_grade(ledger: Ledger) -> Table:
    """Return 分成熟度装机容量: capacity by technology and grade, and how much is assumed [万千瓦]."""
    grades = [grade for grade in GRADES if any(row.grade == grade for row in ledger.fleet)]
    columns = [Column(str(grade), str(grade), str(grade), POWER) for grade in grades]
    columns += [Column("total", *TOTAL, POWER), Column("assumed", "其中：假设", "of which assumed", POWER)]

    def sums(technology: str) -> tuple[float, ...]:
        own = [row for row in ledger.fleet if row.technology == technology]
        by_grade = _with_total(sum(row.p_nom for row in own if row.grade == grade) for grade in grades)
        return shown_all((*by_grade, sum(row.p_nom for row in own if row.is_assumed)), POWER)

    rows = [
        TableRow(name, *ledger.technology_label(name), sums(name), mark=ledger.mark((name,)))
        for name in ledger.technologies
    ]
    rule = chosen_rule(ledger)
    counted = [row for row in rows if is_counted(row.key, rule, ledger.facts)]
    return _table(
        ledger,
        "capacity_by_grade",
        ("分成熟度装机容量", "Capacity by maturity grade"),
        POWER,
        columns,
        (
            *rows,
            added("total", ("全部合计", "all"), rows, 0),
            added(
                "counted",
                (f"计入目标（{rule.label_zh}）", f"counted ({rule.label_en})"),
                counted,
                len(columns),
            ),
        ),
        (
            "OP 在运，G5 建成，G4 在建，G3 开工，G2 适时推进，G1 谋划，A 假设。",
            "OP in operation, G5 to be completed, G4 under construction, G3 start, G2 option, G1 candidate, "
            "A assumed.",
        ),
        of_the_run=False,
    )


_LINE_COLUMNS = (
    ("from", "起点", "from", "text"),
    ("to", "终点", "to", "text"),
    ("limit", "限额", "limit", POWER),
    ("maximum", "最大潮流", "largest flow", POWER),
    ("maximum_loading", "最大负载率", "largest loading", SHARE),
    ("mean_loading", "平均负载率", "mean loading", SHARE),
    ("hours_at_limit", "达到限额小时数", "hours at the limit", HOURS),
    ("forward", "正向电量", "energy forward", ENERGY),
    ("backward", "反向电量", "energy backward", ENERGY),
)


def line_loading(ledger: Ledger) -> Table:
    """Return 主网断面负载: limit, largest flow, loading and energy of each AC branch inside the province."""
    rows = [*_branch_rows(ledger, "line"), *_branch_rows(ledger, "link")]
    return _table(
        ledger,
        "line_loading",
        ("省内主网线路负载", "Loading of the lines"),
        "",
        (Column(*column) for column in _LINE_COLUMNS),
        rows,
        ("限额为额定容量乘以可用系数（N-1）。", "The limit is the rating times the share usable under N-1."),
    )


def _branch_rows(ledger: Ledger, component: str) -> list[TableRow]:
    """Return one row for each line, or for each AC link of a transport network."""
    results = ledger.results
    flows = results[f"{component}_p0"].transpose("snapshot", component).to_numpy()
    limits = _limits(results, component)
    weights = hours(results).to_numpy()
    roles = attribute(results, component, "role", "ac_link").to_numpy().astype(str)
    names = {str(bus): str(name) for bus, name in _bus_names(results).items()}
    ends = [attribute(results, component, end, "").to_numpy().astype(str) for end in ("bus0", "bus1")]
    labels = attribute(results, component, "name_zh", "").to_numpy().astype(str)
    rows = []
    for position, id in enumerate(results[component].to_numpy().astype(str)):
        if component == "link" and roles[position] != "ac_link":
            continue
        flow, limit = flows[:, position], limits[:, position]
        loading = np.divide(np.abs(flow), limit, out=np.zeros_like(flow), where=limit > 0)
        values: tuple[Value, ...] = (
            names.get(ends[0][position], ends[0][position]),
            names.get(ends[1][position], ends[1][position]),
            *shown_all((float(limit.max()), float(np.abs(flow).max())), POWER),
            100.0 * float(loading.max()),
            100.0 * float(np.average(loading, weights=weights)),
            float(weights[(np.abs(flow) >= limit - TOLERANCE_MW) & (limit > 0)].sum()),
            *shown_all(
                (float(weights @ np.maximum(flow, 0.0)), float(weights @ np.maximum(-flow, 0.0))), ENERGY
            ),
        )
        rows.append(TableRow(row_key(id), labels[position] or id, id, values))
    return rows


def _limits(results: xr.Dataset, component: str) -> np.ndarray:
    """Return the usable limit of each line or link, shape (snapshot, component) [MW]."""
    if component == "link":
        return np.asarray(results["link_p_max_mw"].transpose("snapshot", "link"))
    limits = attribute(results, "line", "s_nom") * series(results, "line", "s_max_pu", 1.0)
    return np.asarray(limits.transpose("snapshot", "line"))


def _bus_names(results: xr.Dataset) -> Mapping[str, str]:
    """Return the Chinese name of each bus, its id where it has none."""
    names = attribute(results, "bus", "name_zh", "").to_numpy().astype(str)
    ids = results["bus"].to_numpy().astype(str)
    return {id: name or id for id, name in zip(ids, names, strict=True)}


def row_key(name: str) -> str:
    """Return a component name as a row key: whatever a citation cannot hold becomes ``_``."""
    return "".join(
        letter if letter.isascii() and (letter.isalnum() or letter in "_.-") else "_" for letter in name
    )


def cost_table(ledger: Ledger) -> Table:
    """Return 系统成本构成: every component of the system cost; the total is the objective [亿元]."""
    costs = cost_by_component(ledger)
    whole = sum(costs.values())
    rows = [
        TableRow(row_key(key), *cost_label(ledger, key), (shown(cost, MONEY),), level=1)
        for key, cost in costs.items()
    ]
    ends = {
        "total": ("系统成本合计", "system cost", whole),
        "objective": ("优化目标值", "objective", ledger.objective),
        "difference": ("差额", "difference", whole - ledger.objective),
    }
    sums = [TableRow(key, zh, en, (shown(cost, MONEY),), bold=True) for key, (zh, en, cost) in ends.items()]
    return _table(
        ledger,
        "cost",
        ("系统运行成本构成", "System operating cost"),
        MONEY,
        (Column("cost", "成本", "cost", MONEY),),
        (*rows, *sums),
        ("收入以负值列示；不含投资。", "Revenue stands as negative cost; investment is not included."),
    )


def curtailment_by_hour(ledger: Ledger) -> Table:
    """Return 新能源弃电分布: curtailed energy by month and hour of the day, for a heat map [亿千瓦时]."""
    lost = total(curtailment(ledger.results)).to_numpy() * hours(ledger.results).to_numpy()
    clock = pd.DatetimeIndex(ledger.results["snapshot"].to_numpy()).hour.to_numpy()
    covered = ledger.months
    grid = np.zeros((len(covered.keys), 24))
    np.add.at(grid, (covered.codes, clock), lost)
    rows = [
        TableRow(key, zh, en, shown_all(_with_total(grid[position].tolist()), ENERGY))
        for position, (key, zh, en) in enumerate(
            zip(covered.keys, covered.labels_zh, covered.labels_en, strict=True)
        )
    ]
    columns = [Column(f"h{hour:02d}", f"{hour}时", f"{hour:02d}h", ENERGY) for hour in range(24)]
    return _table(
        ledger,
        "curtailment_by_hour",
        ("新能源弃电量分布", "Curtailed new energy by month and hour"),
        ENERGY,
        (*columns, Column("total", *TOTAL, ENERGY)),
        (*rows, added("total", TOTAL, rows, 25)),
        (
            "风电、光伏、光热合计；光热按汽轮机效率折算为电量。",
            "Wind, PV and CSP, the latter as electricity.",
        ),
    )


_STORAGE_COLUMNS = (
    ("capacity", "装机容量", "capacity", POWER),
    ("charge", "充电电量", "charged", ENERGY),
    ("discharge", "放电电量", "discharged", ENERGY),
    ("change", "蓄能增量", "rise of stored energy", ENERGY),
    ("loss", "损耗电量", "lost", ENERGY),
    ("efficiency", "综合效率", "round trip", SHARE),
    ("hours", "放电利用小时", "full-load hours of discharge", HOURS),
    ("cycles", "等效循环次数", "full cycles", "次"),
    ("life", "占循环寿命", "share of the cycle life", SHARE),
)


def storage_table(ledger: Ledger) -> Table:
    """Return 储能运行情况: charge, discharge, losses and hours of each kind of storage."""
    rows = []
    for name in ledger.storing:
        charge, discharge, change = (
            ledger.energy(ledger.of(ledger.storage[flow], name)) for flow in ("charge", "discharge", "change")
        )
        rating = ledger.capacity.get(name, 0.0)
        values: tuple[Value, ...] = (
            shown(rating, POWER),
            *shown_all((charge, discharge, change, charge - discharge - change), ENERGY),
            100.0 * discharge / (charge - change) if charge > change else None,
            discharge / rating if rating > 0 else None,
            *_cycles(ledger, name, discharge),
        )
        rows.append(TableRow(name, *ledger.technology_label(name), values, mark=ledger.mark((name,))))
    return _table(
        ledger,
        "storage",
        ("储能运行情况", "Storage"),
        "",
        (Column(*column) for column in _STORAGE_COLUMNS),
        rows,
    )


def _cycles(ledger: Ledger, technology: str, discharge_mwh: float) -> tuple[float | None, float | None]:
    """Return full cycles of a technology, and their share in its cycle life [%]; None where not known."""
    held = sum(row.p_nom * row.storage_h for row in ledger.fleet if row.technology == technology)
    if held <= 0:
        return None, None
    cycles = discharge_mwh / held
    life = ledger.facts.costs.get(f"{technology}.cycle_life")
    return cycles, 100.0 * cycles / life.value if life is not None and life.value else None


_SHORTAGE_COLUMNS = (
    ("start", "起始时刻", "start", "text"),
    ("hours", "持续小时", "hours", HOURS),
    ("place", "地点", "place", "text"),
    ("kind", "类型", "kind", "text"),
    ("peak", "最大功率（流量）", "peak", ""),
    ("energy", "电量（水量）", "energy", ""),
    ("unit", "单位", "unit", "text"),
    ("words", "说明", "in words", "text"),
)
_KINDS = {"shed": "缺口", "dump": "余电"}


def shortage_table(ledger: Ledger) -> Table:
    """Return 缺电与余电清单: where, when and how much was short or in surplus, in words."""
    rows = []
    for position, shortage in enumerate(ledger.shortages, start=1):
        start = pd.Timestamp(str(shortage.start))
        kind = _KINDS.get(shortage.kind, shortage.kind)
        place = shortage.name_zh or shortage.bus
        values: tuple[Value, ...] = (
            f"{start:%Y-%m-%d %H:%M}",
            float(shortage.hours),
            place,
            kind,
            float(shortage.peak_mw),
            float(shortage.energy_mwh),
            shortage.unit,
            shortage.in_words("zh"),
        )
        words = f"{start.month}月{start.day}日{start.hour}时 {place}"
        rows.append(TableRow(f"s{position:04d}", words, shortage.in_words("en"), values))
    return _table(
        ledger,
        "shortages",
        ("缺电与余电清单", "Shortage and surplus"),
        "",
        (Column(*column) for column in _SHORTAGE_COLUMNS),
        rows,
        ("" if rows else "无缺电、无余电。", "" if rows else "None."),
    )
