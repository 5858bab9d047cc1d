"""电量平衡表: what was needed and what was supplied, month by month, closing to nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from qhgrid.indicators.display import ENERGY, HOURS, MASS, SHARE, ratios, shown_all
from qhgrid.indicators.energy import grid_losses, hydro_spill, total
from qhgrid.indicators.rows import SOURCE, added, energy_row, month_and_total_columns, number, numbered
from qhgrid.indicators.selection import sum_by
from qhgrid.indicators.tables import Table, TableRow
from qhgrid.sourced import ASSUMED_MARK

if TYPE_CHECKING:
    from qhgrid.indicators.ledger import Ledger

DEMAND_CLASSES = {
    "base": ("基础用电", "base"),
    "aluminium": ("电解铝及有色", "aluminium and metals"),
    "silicon": ("硅材料", "silicon"),
    "salt_lake": ("盐湖化工", "salt lake"),
    "computing": ("算力", "computing"),
    "heating": ("电采暖", "heating"),
    "traction": ("电气化铁路", "traction"),
    "electrolysis": ("电解水制氢", "electrolysis"),
    "other": ("其他", "other"),
}
"""Labels of the demand classes."""


def energy_balance(ledger: Ledger) -> Table:
    """Return 电量平衡表: need, supply, difference, curtailment, shares, coal and CO2 by month [亿千瓦时].

    Demand is the load with what could not be served; corridors and exports count as sent, imports as
    received. The difference of supply and need is nothing but rounding.
    """
    need = _need(ledger)
    supply = _supply(ledger)
    sides = (supply[0], need[0])
    difference = added("difference", ("三、电量盈亏（二－一）", "supply less need"), sides, 0, signs=(1, -1))
    rows = (
        *need,
        *supply,
        difference,
        *_curtailment(ledger),
        *_shares(ledger),
        *_coal(ledger),
    )
    return Table(
        key="energy_balance",
        title_zh="电量平衡表",
        title_en="Energy balance",
        unit=ENERGY,
        columns=month_and_total_columns(ledger, ENERGY),
        rows=rows,
        source_zh=SOURCE[0],
        source_en=SOURCE[1],
        note_zh=f"{ledger.coverage[0]}发电量为本省、扣除弃电后的电量，不含储能放电；外送按送端计，外购按受端计；"
        "全社会用电量含厂用与线损，含未能供应的部分。",
        note_en=f"{ledger.coverage[1]} Generation is local, net of curtailment, without storage; exports "
        "as sent, imports as received; demand includes station use, losses and what could not be served.",
    )


def _width(ledger: Ledger) -> int:
    """Return the number of columns."""
    return len(ledger.months.keys) + 1


def _need(ledger: Ledger) -> list[TableRow]:
    """Return section 一: demand, exports, storage losses and change, grid losses, surplus."""
    width = _width(ledger)
    classes = sum_by(ledger.demand, "load", "demand_class")
    by_class = [
        energy_row(ledger, f"demand_{name}", labels, ledger.of(classes, name), level=2)
        for name, labels in DEMAND_CLASSES.items()
        if name in classes["demand_class"].to_numpy()
    ]
    exports = _exports(ledger)
    parts = [
        energy_row(
            ledger,
            "demand",
            ("全社会用电量", "demand"),
            total(ledger.demand),
            bold=True,
            mark=ledger.demand_mark,
        ),
        added("exports", ("外送电量", "exports"), exports, width, level=1),
        *_storage(ledger),
        energy_row(
            ledger, "grid_losses", ("省内主网损耗", "losses on the AC grid"), grid_losses(ledger.results)
        ),
        energy_row(ledger, "dump", ("无法消纳的余电", "surplus that nothing took"), ledger.dump),
    ]
    parts = list(numbered(parts))
    whole = added("need", ("一、需要电量", "need"), parts, width)
    return [whole, parts[0], *by_class, parts[1], *exports, *parts[2:]]


def _exports(ledger: Ledger) -> list[TableRow]:
    """Return exports by channel, as sent."""
    rows = []
    for values, table in (
        (ledger.corridor_sent, ledger.facts.corridors),
        (ledger.exports, ledger.facts.ties),
    ):
        present = list(values[str(values.dims[-1])].to_numpy())
        for id in (name for name in table if name in present):
            labels = (f"{table[id].name_zh}外送", f"over {table[id].name_en}")
            mark = ASSUMED_MARK if table[id].is_assumed else ""
            rows.append(energy_row(ledger, f"export_{id}", labels, ledger.of(values, id), level=2, mark=mark))
    return rows


def _storage(ledger: Ledger) -> list[TableRow]:
    """Return losses of pumped and of new storage, and the change of what they hold."""
    flows = ledger.storage
    lost = flows["charge"] - flows["discharge"] - flows["change"]
    names = lost["technology"].to_numpy()
    pumped = lost.isel(technology=names == "pumped_storage").sum("technology")
    new = lost.isel(technology=names != "pumped_storage").sum("technology")
    change = flows["change"].sum("technology")
    return [
        energy_row(ledger, "pumped_losses", ("抽水蓄能损耗", "losses of pumped storage"), pumped),
        energy_row(ledger, "new_storage_losses", ("新型储能损耗", "losses of new storage"), new),
        energy_row(ledger, "storage_change", ("储能蓄能增量", "rise of stored energy"), change),
    ]


def _supply(ledger: Ledger) -> list[TableRow]:
    """Return section 二: generation by technology with full-load hours, imports, and what was not served."""
    width = _width(ledger)
    made: list[TableRow] = []
    with_hours: list[TableRow] = []
    for name in ledger.generating:
        row = energy_row(
            ledger,
            f"generation_{name}",
            ledger.technology_label(name),
            ledger.of(ledger.generation, name),
            level=2,
            mark=ledger.mark((name,)),
        )
        made.append(row)
        with_hours += [row, _full_load_hours(ledger, name, row)]
    imports = [
        energy_row(
            ledger,
            f"import_{id}",
            (f"{fact.neighbour_zh}来电", f"from {fact.neighbour_en}"),
            ledger.of(ledger.imports, id),
            level=2,
            mark=ASSUMED_MARK if fact.is_assumed else "",
        )
        for id, fact in ledger.facts.ties.items()
        if id in ledger.imports["tie"].to_numpy()
    ]
    parts = list(
        numbered(
            [
                added("generation", ("发电量", "generation"), made, width, level=1),
                added("imports", ("外购电量", "imports"), imports, width, level=1),
                energy_row(ledger, "shed", ("电量不足（失负荷）", "unserved energy"), ledger.shed),
            ]
        )
    )
    whole = added("supply", ("二、供应电量", "supply"), parts, width)
    return [whole, parts[0], *with_hours, parts[1], *imports, parts[2]]


def _full_load_hours(ledger: Ledger, technology: str, row: TableRow) -> TableRow:
    """Return 利用小时 of a technology: its energy over the capacity of the counted fleet [h]."""
    capacity = ledger.capacity.get(technology, 0.0)
    energies = [number(value) for value in row.values]
    hours = ratios((value * 1e5 for value in energies), (capacity for _ in energies))
    labels = (f"{row.label_zh}利用小时", f"{row.label_en}: full-load hours")
    return TableRow(f"hours_{technology}", *labels, hours, level=3, mark=row.mark, unit=HOURS)


def _rate(
    ledger: Ledger, key: str, labels: tuple[str, str], part: xr.DataArray, whole: xr.DataArray, mark: str = ""
) -> TableRow:
    """Return energy of `part` over energy of `whole` by month and in all [%]."""
    values = ratios(ledger.by_month(part), ledger.by_month(whole), 100.0)
    return TableRow(key, *labels, values, level=1, mark=mark, unit=SHARE)


def _curtailment(ledger: Ledger) -> list[TableRow]:
    """Return section 四: curtailed energy and rates, spilled hydro energy."""
    names = [name for name in ("wind", "pv", "csp") if name in ledger.generating]
    words = {"wind": ("弃风", "电", "wind"), "pv": ("弃光", "电", "PV"), "csp": ("光热弃电", "", "CSP")}
    lost = {name: ledger.of(ledger.curtailed, name) for name in names}
    used = {name: ledger.of(ledger.generation, name) for name in names}
    energies = [
        energy_row(
            ledger,
            f"curtailed_{name}",
            (f"{words[name][0]}{words[name][1]}量", f"curtailed {words[name][2]}"),
            lost[name],
            mark=ledger.mark((name,)),
        )
        for name in names
    ]
    rates = [
        _rate(
            ledger,
            f"curtailment_rate_{name}",
            (f"{words[name][0]}率", f"curtailment of {words[name][2]}"),
            lost[name],
            lost[name] + used[name],
            ledger.mark((name,)),
        )
        for name in names
    ]
    zero = xr.zeros_like(ledger.shed)
    all_used = sum(used.values(), zero)
    all_lost = sum(lost.values(), zero)
    mark = ledger.mark(names)
    labels = ("新能源利用率", "utilisation of new energy")
    return [
        added("curtailed", ("四、新能源弃电量", "curtailed new energy"), energies, _width(ledger)),
        *energies,
        *rates,
        _rate(ledger, "utilisation", labels, all_used, all_used + all_lost, mark),
        *_spill(ledger),
    ]


def _spill(ledger: Ledger) -> list[TableRow]:
    """Return the energy of spilled water, and how much of it the turbines had room for."""
    spilled = hydro_spill(ledger.results)
    words = {
        "all": ("hydro_spill", ("水电弃水电量", "energy of spilled water")),
        "avoidable": (
            "hydro_spill_avoidable",
            ("其中：机组尚有空间的弃水电量", "of which turbines had room for"),
        ),
    }
    return [energy_row(ledger, key, labels, total(spilled[name])) for name, (key, labels) in words.items()]


def _shares(ledger: Ledger) -> list[TableRow]:
    """Return section 五: clean, non-fossil and new-energy share of generation."""
    made = total(ledger.generation)
    fossil = ledger.of(ledger.generation, "coal") + ledger.of(ledger.generation, "gas")
    rows = {
        "clean_share": (
            ("五、清洁能源发电量占比", "clean share of generation"),
            ledger.having_class("is_clean"),
        ),
        "non_fossil_share": (("非化石能源发电量占比", "non-fossil share of generation"), made - fossil),
        "new_energy_share": (("新能源发电量占比", "new-energy share"), ledger.having_class("is_new_energy")),
    }
    return [_rate(ledger, key, labels, part, made, ledger.mark()) for key, (labels, part) in rows.items()]


def _coal(ledger: Ledger) -> list[TableRow]:
    """Return section 六: coal hours, standard coal and CO2."""
    coal = ledger.by_month(ledger.of(ledger.generation, "coal"))
    capacity = ledger.capacity.get("coal", 0.0)
    mark = ledger.mark(("coal",))
    burnt: xr.DataArray = xr.dot(ledger.sources["burnt"], ledger.standard_coal_rates, dim="source")
    rates = tuple(
        1000.0 * value if value is not None else None for value in ratios(ledger.by_month(burnt), coal)
    )
    hours = ratios(coal, np.full(len(coal), capacity).tolist())
    tonnes, co2 = shown_all(ledger.by_month(burnt), MASS), shown_all(ledger.by_month(ledger.co2), MASS)
    return [
        TableRow("coal_hours", "六、煤电利用小时", "full-load hours of coal", hours, 0, False, mark, HOURS),
        TableRow("standard_coal", "煤电标煤耗量", "standard coal burnt", tonnes, 1, False, mark, MASS),
        TableRow("coal_rate", "平均供电标煤耗", "standard coal per kWh", rates, 1, False, mark, "gce/kWh"),
        TableRow("co2", "发电二氧化碳排放", "CO2 of generation", co2, 1, False, mark, MASS),
    ]
