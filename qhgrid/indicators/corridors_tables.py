"""Tables of corridors and ties: use, months, supporting base, steps, exchange by hour of the day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from qhgrid.indicators.corridors import (
    base_generation,
    clean_share_of,
    contract_by_hour,
    corridors_in_service,
    receiving_price,
    sending_share,
)
from qhgrid.indicators.display import ENERGY, HOURS, MONEY, POWER, SHARE, ratio, shown, shown_all
from qhgrid.indicators.rows import SOURCE
from qhgrid.indicators.selection import having, hours, monthly, series
from qhgrid.indicators.tables import Column, Table, TableRow, Value
from qhgrid.sourced import ASSUMED_MARK

if TYPE_CHECKING:
    from qhgrid.indicators.ledger import Ledger

PRICE = "元/MWh"
DAY_HOURS = range(9, 17)
"""Hours of the sun, 9 to 17 h."""


def _table(
    ledger: Ledger,
    key: str,
    titles: tuple[str, str],
    columns: Iterable[tuple[str, str, str, str]],
    rows: Iterable[TableRow],
    note: tuple[str, str],
) -> Table:
    """Return a table of the run."""
    covered = ledger.coverage
    return Table(
        key=key,
        title_zh=titles[0],
        title_en=titles[1],
        unit="",
        columns=tuple(Column(*column) for column in columns),
        rows=tuple(rows),
        source_zh=SOURCE[0],
        source_en=SOURCE[1],
        note_zh=f"{covered[0]}{note[0]}",
        note_en=f"{covered[1]} {note[1]}".strip(),
    )


def _percent(share: float | None) -> float | None:
    """Return a share in percent."""
    return None if share is None else 100.0 * share


_USE_COLUMNS = (
    ("rating", "额定功率", "rating", POWER),
    ("sent", "送出电量", "sent", ENERGY),
    ("received", "受端电量", "received", ENERGY),
    ("loss", "损耗电量", "lost", ENERGY),
    ("contract", "合同电量（按时段折算）", "contract for the covered hours", ENERGY),
    ("shortfall", "欠送电量", "shortfall", ENERGY),
    ("completion", "合同完成率", "share of the contract", SHARE),
    ("utilisation_hours", "利用小时", "utilisation hours", HOURS),
    ("hours_at_rating", "满功率小时（≥99%额定）", "hours at 99 % of rating", HOURS),
    ("maximum", "最大功率", "maximum", POWER),
    ("minimum", "最小功率", "minimum", POWER),
    ("design_hours", "设计利用小时（全年）", "design hours of a year", HOURS),
    ("price", "受端平均电价", "mean receiving price", PRICE),
)


def corridor_table(ledger: Ledger) -> Table:
    """Return 外送通道运行情况: energy, contract, hours, power and price of each corridor in service."""
    rows = []
    for use in ledger.corridor_uses:
        fact = ledger.facts.corridors[use.id]
        values: tuple[Value, ...] = (
            shown(use.rating, POWER),
            *shown_all(
                (use.sent, use.received, use.sent - use.received, use.contract, use.shortfall), ENERGY
            ),
            100.0 * use.received / use.contract if use.contract > 0 else None,
            use.utilisation_hours,
            use.hours_at_rating,
            *shown_all((use.maximum, use.minimum), POWER),
            use.design_hours,
            use.price,
        )
        mark = ASSUMED_MARK if fact.is_assumed else ""
        rows.append(TableRow(use.id, fact.name_zh, fact.name_en, values, mark=mark))
    note = (
        "受端平均电价按受端电量加权；合同电量按覆盖时段折算。",
        "The mean price is weighted by the energy received; the contract is prorated to the covered hours.",
    )
    return _table(ledger, "corridors", ("外送通道运行情况", "Export corridors"), _USE_COLUMNS, rows, note)


_CLEAN_COLUMNS = (
    ("clean_share_flow", "潮流追踪", "flows followed", SHARE),
    ("clean_share_province", "全省结构", "mix of the province", SHARE),
    ("clean_share_prefecture", "送端市州结构", "sending prefecture", SHARE),
    ("clean_share_base", "配套基地", "supporting base", SHARE),
    ("design", "设计占比", "design", SHARE),
    ("floor", "要求", "rule", SHARE),
    ("enforced", "情景约束", "enforced by the scenario", SHARE),
)


def clean_table(ledger: Ledger) -> Table:
    """Return 外送清洁电量占比: the clean share of each corridor in four readings, beside design and rule."""
    rows = []
    for use in ledger.corridor_uses:
        fact, rules = ledger.facts.corridors[use.id], ledger.scenario.corridors[use.id]
        shares = (
            use.clean_share_flow,
            use.clean_share_province,
            use.clean_share_prefecture,
            use.clean_share_base,
            fact.clean_share_design,
            ledger.scenario.targets.export_clean_floor,
            rules.clean_share_floor,
        )
        mark = ASSUMED_MARK if fact.is_assumed else ledger.mark()
        rows.append(
            TableRow(
                use.id, fact.name_zh, fact.name_en, tuple(_percent(share) for share in shares), mark=mark
            )
        )
    note = (
        "潮流追踪：逐时按比例分摊各节点来电，储能按充电时结构放电，外购电不计清洁；"
        "配套基地：1－基地火电发电量/送出电量。",
        "Flows followed: what comes in at a bus is mixed hour by hour, storage gives back the mix it took, "
        "imports are not clean. Supporting base: 1 - thermal generation of the base over what was sent.",
    )
    titles = ("外送清洁电量占比", "Clean share of exports")
    return _table(ledger, "corridors_clean", titles, _CLEAN_COLUMNS, rows, note)


_MONTH_COLUMNS = (
    ("received", "受端电量", "received", ENERGY),
    ("contract", "合同电量", "contract", ENERGY),
    ("difference", "超（＋）欠（－）", "above (+) or below (-)", ENERGY),
    ("mean_power", "平均功率", "mean power", POWER),
    ("maximum", "最大功率", "maximum", POWER),
    ("clean_share", "清洁占比（潮流追踪）", "clean share, flows followed", SHARE),
    ("price", "受端平均电价", "mean receiving price", PRICE),
)


def month_table(ledger: Ledger) -> Table:
    """Return 通道分月电量: energy against contract, power, clean share and price by corridor and month."""
    rows = [row for id in corridors_in_service(ledger) for row in _month_rows(ledger, id)]
    note = (
        "合同按小时均摊到各月；全年合同不要求逐月完成。",
        "The contract is spread evenly over the hours; only the year has to meet it.",
    )
    titles = ("通道分月电量与合同", "Corridors by month against the contract")
    return _table(ledger, "corridors_by_month", titles, _MONTH_COLUMNS, rows, note)


def _month_rows(ledger: Ledger, id: str) -> Iterable[TableRow]:
    """Yield the months of one corridor."""
    fact, months = ledger.facts.corridors[id], ledger.months
    sent, received = ledger.of(ledger.corridor_sent, id), ledger.of(ledger.corridor_received, id)
    arrived = monthly(ledger.results, received)
    asked = contract_by_month(ledger, id)
    earned = monthly(ledger.results, received * receiving_price(ledger, id))
    share = sending_share(ledger, id)
    for place, key in enumerate(months.keys):
        inside = xr.DataArray(months.codes == place, dims="snapshot", coords={"snapshot": sent["snapshot"]})
        clean = clean_share_of(ledger, sent.where(inside, 0.0), share)
        values: tuple[Value, ...] = (
            *shown_all((arrived[place], asked[place], arrived[place] - asked[place]), ENERGY),
            shown(float(sent.where(inside).mean()), POWER),
            shown(float(sent.where(inside).max()), POWER),
            _percent(clean),
            ratio(earned[place], arrived[place]),
        )
        labels = f"{fact.name_zh} {months.labels_zh[place]}", f"{fact.name_en}, {months.labels_en[place]}"
        yield TableRow(f"{id}_{key}", *labels, values)


def contract_by_month(ledger: Ledger, id: str) -> tuple[float, ...]:
    """Return what the contract of a corridor asks for in each month that the run touches [MWh]."""
    asked = contract_by_hour(ledger, ledger.scenario.corridors[id])
    codes = ledger.months.codes
    return tuple(np.bincount(codes, weights=asked.to_numpy(), minlength=len(ledger.months.keys)).tolist())


_BASE_COLUMNS = (
    ("capacity", "装机", "capacity", POWER),
    ("generation", "发电量", "generation", ENERGY),
    ("of_sent", "占送出电量", "of what was sent", SHARE),
)


def base_table(ledger: Ledger) -> Table:
    """Return 配套电源: capacity and generation of the plants built for each corridor, by technology."""
    rows = []
    for use in ledger.corridor_uses:
        fact, made = ledger.facts.corridors[use.id], base_generation(ledger, use.id)
        rated: dict[str, float] = {}
        for plant in (one for one in ledger.fleet if one.corridor == use.id):
            rated[plant.technology] = rated.get(plant.technology, 0.0) + plant.p_nom
        for name in (name for name in ledger.facts.technologies if name in rated):
            zh, en = ledger.technology_label(name)
            mwh = made.get(name)
            values: tuple[Value, ...] = (
                shown(rated[name], POWER),
                None if mwh is None else shown(mwh, ENERGY),
                None if mwh is None else _percent(ratio(mwh, use.sent)),
            )
            labels = f"{fact.name_zh} {zh}", f"{fact.name_en}: {en}"
            rows.append(TableRow(f"{use.id}_{name}", *labels, values, mark=ledger.mark((name,))))
    note = (
        "逐厂建模的电源取其发电量；按节点合并的风电、光伏、光热按装机比例分摊同市州同类发电量。",
        "Plants modelled one by one have their own generation; wind, PV and CSP added up by bus have their "
        "part, by rating, of their technology in the prefecture.",
    )
    return _table(ledger, "corridors_base", ("通道配套电源", "Supporting bases"), _BASE_COLUMNS, rows, note)


@dataclass(frozen=True)
class StepUse:
    """How a stepped corridor moved.

    Parameters
    ----------
    changes : int
        Changes of set-point over the horizon.
    most_changes : int
        Most on one day.
    holds : numpy.ndarray
        How long each set-point was held, the last one included [h].
    moved : float
        Energy sent at other hours than without steps [MWh].
    """

    changes: int
    most_changes: int
    holds: np.ndarray
    moved: float


def step_use(ledger: Ledger, id: str) -> StepUse:
    """Return how a stepped corridor moved."""
    sent = ledger.of(ledger.corridor_sent, id)
    power = sent.to_numpy()
    starts = np.flatnonzero(np.abs(np.diff(power)) > 1e-3) + 1
    days = pd.DatetimeIndex(sent["snapshot"].to_numpy()).normalize()[starts]
    free = ledger.results["stepped_free_p0"].sel(stepped_corridor=id).to_numpy()
    return StepUse(
        changes=len(starts),
        most_changes=int(pd.Series(days).value_counts().max()) if len(starts) else 0,
        holds=np.diff(np.concatenate([[0], starts, [len(power)]])),
        moved=float((np.maximum(power - free, 0.0) * hours(ledger.results).to_numpy()).sum()),
    )


def stepped_corridors(ledger: Ledger) -> tuple[str, ...]:
    """Return the corridors that follow a stepped schedule, in the order of ``corridors.csv``."""
    if "stepped_free_p0" not in ledger.results:
        return ()
    stepped = set(ledger.results["stepped_corridor"].to_numpy().astype(str))
    return tuple(id for id in corridors_in_service(ledger) if id in stepped)


_STEP_COLUMNS = (
    ("changes", "调整次数", "changes", "1"),
    ("changes_per_day", "日均调整次数", "changes a day", "1"),
    ("most_changes", "最多日调整次数", "most changes on a day", "1"),
    ("shortest_hold", "最短保持", "shortest hold", HOURS),
    ("mean_hold", "平均保持", "mean hold", HOURS),
    ("moved", "移动电量", "energy moved", ENERGY),
    ("multiplier", "合同边际价值", "value towards the contract", PRICE),
)


def step_table(ledger: Ledger) -> Table:
    """Return 台阶曲线: changes, holds and moved energy of each stepped corridor."""
    rows = []
    for id in stepped_corridors(ledger):
        fact, use = ledger.facts.corridors[id], step_use(ledger, id)
        values: tuple[Value, ...] = (
            float(use.changes),
            use.changes / (len(ledger.results["snapshot"]) / 24.0),
            float(use.most_changes),
            float(use.holds[:-1].min()) if use.changes else float(use.holds[0]),
            float(use.holds.mean()),
            shown(use.moved, ENERGY),
            float(ledger.results["stepped_multiplier"].sel(stepped_corridor=id)),
        )
        rows.append(TableRow(id, fact.name_zh, fact.name_en, values))
    note = (
        "调整：设定值与上一小时不同，计入新值开始的北京日；保持时间跨日连续计算，最后一段可被时段末截断。",
        "A change is a set-point other than the hour before, on the Beijing day it begins; holds run on "
        "across midnight, and the end of the horizon may cut the last one short.",
    )
    return _table(ledger, "corridors_steps", ("直流台阶曲线", "Stepped schedules"), _STEP_COLUMNS, rows, note)


def steps_cost(ledger: Ledger) -> tuple[float, float] | None:
    """Return the cost of the run with steps and without [CNY], None where nothing is stepped."""
    if "stepped_free_cost" not in ledger.results:
        return None
    return ledger.objective, float(ledger.results["stepped_free_cost"])


def step_cost_table(ledger: Ledger) -> Table:
    """Return 台阶约束费用: cost with steps, without, and what the rule costs."""
    costs, rows = steps_cost(ledger), []
    if costs is not None:
        labels = (
            ("with", "按台阶曲线", "with steps", costs[0]),
            ("free", "自由曲线", "free", costs[1]),
            ("extra", "台阶约束费用", "what the rule costs", costs[0] - costs[1]),
        )
        rows = [TableRow(key, zh, en, (shown(cost, MONEY),)) for key, zh, en, cost in labels]
    columns = (("cost", "费用", "cost", MONEY),)
    titles = ("台阶约束费用", "What the steps cost")
    return _table(ledger, "corridors_steps_cost", titles, columns, rows, ("", ""))


_TIE_COLUMNS = (
    ("imported", "受入电量", "imported", ENERGY),
    ("exported", "送出电量", "exported", ENERGY),
    ("net", "净受入", "net import", ENERGY),
    ("imported_night", "其中夜间受入", "imported by night", ENERGY),
    ("exported_day", "其中白天送出", "exported by day", ENERGY),
    ("paid", "购电均价", "price paid", PRICE),
    ("earned", "售电均价", "price earned", PRICE),
)


def tie_table(ledger: Ledger) -> Table:
    """Return 省际交换: what each tie brought and took, by day and by night, and at what price."""
    names = sorted({str(n) for part in (ledger.imports, ledger.exports) for n in part["tie"].to_numpy()})
    times = pd.DatetimeIndex(ledger.results["snapshot"].to_numpy())
    is_day = np.isin(times.hour, DAY_HOURS)
    rows = [_tie_row(ledger, id, is_day) for id in ledger.facts.ties if id in names]
    note = (
        "受入按到省、送出按出省计；白天为9–17时。购、售电均价为省外市场侧价格。",
        "Imports as received, exports as sent; day is 9 to 17 h. Prices are those of the neighbour's market.",
    )
    return _table(ledger, "ties", ("省际联络线交换", "Exchange over ties"), _TIE_COLUMNS, rows, note)


def _tie_row(ledger: Ledger, id: str, is_day: np.ndarray) -> TableRow:
    """Return what one tie brought and took."""
    fact = ledger.facts.ties[id]
    into, out = ledger.of(ledger.imports, id), ledger.of(ledger.exports, id)
    bought, sold = ledger.energy(into), ledger.energy(out)
    values: tuple[Value, ...] = (
        *shown_all((bought, sold, bought - sold), ENERGY),
        shown(ledger.energy(into * ~is_day), ENERGY),
        shown(ledger.energy(out * is_day), ENERGY),
        _market_price(ledger, id, "import", 1.0),
        _market_price(ledger, id, "receiving_tie", -1.0),
    )
    mark = ASSUMED_MARK if fact.is_assumed else ""
    return TableRow(id, fact.name_zh, fact.name_en, values, mark=mark)


def _market_price(ledger: Ledger, id: str, role: str, sign: float) -> float | None:
    """Return the mean price of what was bought or sold in the market behind a tie [CNY/MWh]."""
    chosen = having(ledger.results, "generator", role=role, tie=id)
    power = ledger.results["generator_p"].transpose("snapshot", "generator").isel(generator=chosen)
    price = series(ledger.results, "generator", "marginal_cost").isel(generator=chosen)
    return ratio(ledger.energy(sign * power * price), ledger.energy(power))
