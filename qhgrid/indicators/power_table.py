"""电力平衡表: capacity against need in the tightest hour of each month, technology by technology."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from qhgrid.indicators.display import POWER, SHARE, ratios, shown_all
from qhgrid.indicators.energy import WEATHER_DRIVEN, storage, total
from qhgrid.indicators.rows import SOURCE, added, month_columns, number, numbered
from qhgrid.indicators.selection import attribute, having, series, sum_by
from qhgrid.indicators.tables import Table, TableRow, Value
from qhgrid.scenario.years import water_year_words
from qhgrid.sourced import ASSUMED_MARK, Confidence, Sourced

if TYPE_CHECKING:
    from qhgrid.indicators.ledger import Ledger

LOAD_RESERVE = Sourced(
    0.03,
    "1",
    "DL/T 5429-2009 电力系统设计技术规程: 负荷备用 2 % to 5 % of peak load",
    Confidence.ASSUMED,
    0.02,
    0.05,
)
"""Load reserve (负荷备用) over the load of the province."""

ACCIDENT_RESERVE = Sourced(
    0.08,
    "1",
    "DL/T 5429-2009 电力系统设计技术规程: 事故备用 8 % to 10 % of peak load",
    Confidence.ASSUMED,
    0.08,
    0.1,
)
"""Accident reserve (事故备用) over the load of the province."""


def net_need(ledger: Ledger) -> xr.DataArray:
    """Return load plus exports less what wind and PV could give, shape (snapshot,) [MW]."""
    need = total(ledger.demand) + total(ledger.corridor_sent) + total(ledger.exports)
    for technology in WEATHER_DRIVEN:
        need = need - ledger.of(ledger.available, technology)
    return need


def tightest_hours(ledger: Ledger) -> np.ndarray:
    """Return the position of the hour of highest net need in each month, the first of equals."""
    need = net_need(ledger).to_numpy()
    codes = ledger.months.codes
    months = range(len(ledger.months.keys))
    return np.array([np.flatnonzero(codes == month)[np.argmax(need[codes == month])] for month in months])


def available_storage(ledger: Ledger) -> xr.DataArray:
    """Return what storage could have given: its output and what it still held, within its rating.

    Returns
    -------
    xarray.DataArray
        Shape (snapshot, technology) [MW].
    """
    flows = storage(ledger.results)
    could = flows["discharge"] + flows["held"]
    return sum_by(could.where(could <= flows["rating"], flows["rating"]), "source", "technology")


def available_imports(ledger: Ledger) -> xr.DataArray:
    """Return what each tie could have brought: the lesser of rating and neighbour's offer, as received.

    Returns
    -------
    xarray.DataArray
        Shape (snapshot, tie) [MW].
    """
    results = ledger.results
    ties = having(results, "link", role="tie_import")
    labels = attribute(results, "link", "tie", "").to_numpy()[ties].astype(str).astype(object)
    offers = having(results, "generator", role="import")
    owners = attribute(results, "generator", "tie", "").to_numpy()[offers].astype(str)
    supply = results["generator_p_max_mw"].transpose("snapshot", "generator").to_numpy()[:, offers]
    offered = supply @ (owners[:, None] == labels[None, :].astype(str)).astype(float)
    through = results["link_p_max_mw"].transpose("snapshot", "link").isel(link=ties)
    received = (
        np.minimum(through.to_numpy(), offered)
        * series(results, "link", "efficiency", 1.0).to_numpy()[:, ties]
    )
    return sum_by(through.copy(data=received).assign_coords(tie=("link", labels)), "link", "tie")


class _Hours:
    """Rows of values in the tightest hour of each month."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.at = tightest_hours(ledger)

    def row(
        self, key: str, labels: tuple[str, str], power: xr.DataArray, *, level: int = 2, mark: str = ""
    ) -> TableRow:
        """Return `power`, shape (snapshot,) [MW], in the tightest hours as a row in 万千瓦."""
        return TableRow(key, *labels, shown_all(power.to_numpy()[self.at], POWER), level, False, mark)

    def when(self) -> TableRow:
        """Return the tightest hours in words."""
        times = pd.DatetimeIndex(self.ledger.results["snapshot"].to_numpy()[self.at])
        words: tuple[Value, ...] = tuple(f"{time.month}月{time.day}日{time.hour}时" for time in times)
        return TableRow("hour", "计算时刻", "hour", words, unit="text")


def power_balance(ledger: Ledger) -> Table:
    """Return 电力平衡表: need, installed and available capacity, surplus and reserve by month [万千瓦].

    Each month stands for its tightest hour: highest load plus exports less what wind and PV could give.
    Available capacity is what each technology could give in that very hour, so that available over installed
    is its capacity credit there (see :func:`capacity_credit`).
    """
    hours = _Hours(ledger)
    need, installed, available = _need(hours), _installed(ledger), _available(hours)
    imports = _imports(hours)
    surplus = added(
        "surplus",
        ("五、电力盈（＋）亏（－）", "surplus"),
        (available[0], imports[0], need[0]),
        0,
        signs=(1, 1, -1),
    )
    rows = (hours.when(), _peak(ledger), *need, *installed, *available, *imports, surplus)
    return Table(
        key="power_balance",
        title_zh="电力平衡表",
        title_en="Power balance",
        unit=POWER,
        columns=month_columns(ledger, POWER),
        rows=(*rows, _reserve_rate(available[0], imports[0], need), _water_year(ledger)),
        source_zh=SOURCE[0],
        source_en=SOURCE[1],
        note_zh=f"{ledger.coverage[0]}每月取净需要（负荷＋外送－风光可发）最大的小时；"
        "可用容量为该小时实际可发：风光按当时出力，火电扣除停运，水电、光热为出力加当时库水、储热还能支持的"
        f"部分，储能为出力加余量，均不超过额定。负荷备用{LOAD_RESERVE.value:.0%}、"
        f"事故备用{ACCIDENT_RESERVE.value:.0%}为假设取值，检修已在可用容量中扣除。",
        note_en=f"{ledger.coverage[1]} Each month stands for the hour of highest load plus exports less "
        "available wind and PV. Available capacity is what could be given in that hour with the weather, "
        "water, heat and charge at hand.",
    )


def _peak(ledger: Ledger) -> TableRow:
    """Return the highest load of each month, which may fall on another hour."""
    load = total(ledger.demand).to_numpy()
    codes = ledger.months.codes
    peaks = shown_all((load[codes == month].max() for month in range(len(ledger.months.keys))), POWER)
    return TableRow("peak_load", "本月最大负荷（参考）", "peak load of the month", peaks)


def _need(hours: _Hours) -> list[TableRow]:
    """Return section 一: load, exports by channel, reserves."""
    ledger = hours.ledger
    width = len(hours.at)
    load = hours.row("load", ("全省负荷", "load of the province"), total(ledger.demand), level=1)
    exports = [
        hours.row(
            f"export_{id}",
            (table[id].name_zh, table[id].name_en),
            ledger.of(values, id),
            mark=ASSUMED_MARK if table[id].is_assumed else "",
        )
        for values, table in (
            (ledger.corridor_sent, ledger.facts.corridors),
            (ledger.exports, ledger.facts.ties),
        )
        for id in table
        if id in values[str(values.dims[-1])].to_numpy()
    ]
    shares = {
        "load_reserve": ("负荷备用", "load reserve", LOAD_RESERVE.value),
        "accident_reserve": ("事故备用", "accident reserve", ACCIDENT_RESERVE.value),
        "maintenance_reserve": (
            "检修备用（已在可用容量中扣除）",
            "maintenance (taken off available capacity)",
            0.0,
        ),
    }
    reserves = [
        TableRow(
            key,
            zh,
            en,
            tuple(number(v) * share for v in load.values),
            2,
            False,
            ASSUMED_MARK if share else "",
        )
        for key, (zh, en, share) in shares.items()
    ]
    sent = added("exports", ("外送电力", "exports"), exports, width, level=1)
    reserve = added("reserve", ("备用容量", "reserve"), reserves, width, level=1)
    parts = list(numbered([load, sent, reserve]))
    whole = added("need", ("一、系统需要容量", "capacity needed"), parts, width)
    return [whole, parts[0], parts[1], *exports, parts[2], *reserves]


def _installed(ledger: Ledger) -> list[TableRow]:
    """Return section 二: installed capacity of the counted fleet by technology."""
    width = len(ledger.months.keys)
    rows = [
        TableRow(
            f"installed_{name}",
            *ledger.technology_label(name),
            shown_all([ledger.capacity.get(name, 0.0)] * width, POWER),
            1,
            False,
            ledger.mark((name,)),
        )
        for name in ledger.technologies
    ]
    return [added("installed", ("二、装机容量", "installed capacity"), rows, width), *rows]


def _available(hours: _Hours) -> list[TableRow]:
    """Return section 三: capacity available in the hour by technology."""
    ledger = hours.ledger
    storage = available_storage(ledger)
    rows = []
    for name in ledger.technologies:
        values = storage if ledger.facts.technology(name).is_storage else ledger.available
        labels = ledger.technology_label(name)
        row = hours.row(
            f"available_{name}", labels, ledger.of(values, name), level=1, mark=ledger.mark((name,))
        )
        rows.append(row)
    return [added("available", ("三、可用容量", "available capacity"), rows, len(hours.at)), *rows]


def _imports(hours: _Hours) -> list[TableRow]:
    """Return section 四: what the ties could bring."""
    offered = available_imports(hours.ledger)
    rows = [
        hours.row(
            f"import_{id}",
            (f"{fact.neighbour_zh}来电", f"from {fact.neighbour_en}"),
            hours.ledger.of(offered, id),
            level=1,
            mark=ASSUMED_MARK if fact.is_assumed else "",
        )
        for id, fact in hours.ledger.facts.ties.items()
        if id in offered["tie"].to_numpy()
    ]
    return [added("imports", ("四、外来电力", "imports available"), rows, len(hours.at)), *rows]


def _reserve_rate(available: TableRow, imports: TableRow, need: list[TableRow]) -> TableRow:
    """Return 备用率: available capacity and imports beyond load and exports, over load and exports [%]."""
    load, exports = (next(row for row in need if row.key == key) for key in ("load", "exports"))
    peak = [number(a) + number(b) for a, b in zip(load.values, exports.values, strict=True)]
    have = [number(a) + number(b) for a, b in zip(available.values, imports.values, strict=True)]
    rates = ratios((h - p for h, p in zip(have, peak, strict=True)), peak, 100.0)
    return TableRow("reserve_rate", "六、备用率", "reserve rate", rates, 0, True, unit=SHARE)


def _water_year(ledger: Ledger) -> TableRow:
    """Return 说明: the water year."""
    word: Value = water_year_words(ledger.scenario.hydro.water_year)
    return TableRow("water_year", "七、说明", "water year", (word,) * len(ledger.months.keys), unit="text")


def capacity_credit(ledger: Ledger, balance: Table) -> Table:
    """Return 可用系数: available over installed capacity in the tightest hour, by technology [%]."""
    rows = tuple(
        TableRow(
            name,
            *ledger.technology_label(name),
            ratios(
                map(number, balance.row(f"available_{name}").values),
                map(number, balance.row(f"installed_{name}").values),
                100.0,
            ),
            mark=ledger.mark((name,)),
        )
        for name in ledger.technologies
    )
    return Table(
        key="capacity_credit",
        title_zh="各类电源计算时刻可用系数",
        title_en="Available over installed capacity in the tightest hour",
        unit=SHARE,
        columns=month_columns(ledger, SHARE),
        rows=rows,
        source_zh=SOURCE[0],
        source_en=SOURCE[1],
        note_zh=f"{ledger.coverage[0]}可用容量除以装机容量，取电力平衡表的计算时刻；"
        "单一水平年、单一气象序列，非概率意义的置信容量。",
        note_en=f"{ledger.coverage[1]} One level year, one weather series; no probabilistic credit.",
    )
