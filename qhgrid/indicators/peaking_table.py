"""调峰平衡表: how far supply must and can swing on the hardest day of each month."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from qhgrid.indicators.display import POWER, shown_all
from qhgrid.indicators.energy import storage, total
from qhgrid.indicators.power_table import available_imports
from qhgrid.indicators.rows import SOURCE, added, month_columns
from qhgrid.indicators.selection import sum_by
from qhgrid.indicators.tables import Table, TableRow, Value

if TYPE_CHECKING:
    from qhgrid.indicators.ledger import Ledger

FloatArray = npt.NDArray[np.float64]


def new_energy_available(ledger: Ledger) -> xr.DataArray:
    """Return what wind and PV could give, shape (snapshot,) [MW]."""
    return ledger.of(ledger.available, "wind") + ledger.of(ledger.available, "pv")


class _Days:
    """Extremes of each day of the horizon."""

    def __init__(self, ledger: Ledger) -> None:
        days = pd.DatetimeIndex(ledger.results["snapshot"].to_numpy()).normalize()
        self.dates = days.unique()
        self.codes = self.dates.get_indexer(days)
        first = np.array([np.flatnonzero(self.codes == day)[0] for day in range(len(self.dates))])
        self.months = ledger.months.codes[first]

    def highest(self, power: xr.DataArray) -> FloatArray:
        """Return the largest value of each day, shape (day,)."""
        best: FloatArray = np.full(len(self.dates), -np.inf)
        np.maximum.at(best, self.codes, power.to_numpy())
        return best

    def lowest(self, power: xr.DataArray) -> FloatArray:
        """Return the smallest value of each day, shape (day,)."""
        worst: FloatArray = -self.highest(-power)
        return worst

    def swing(self, power: xr.DataArray) -> FloatArray:
        """Return the largest less the smallest value of each day, shape (day,)."""
        return self.highest(power) - self.lowest(power)


def regulation_need(ledger: Ledger) -> dict[str, FloatArray]:
    """Return what each day asks of regulation.

    The swing of load, plus what wind and PV add to it (新能源反调峰), less what the exports take off it
    (外送调节); their sum is the swing of load plus exports less what wind and PV could give.

    Returns
    -------
    dict of str to numpy.ndarray
        ``load_max``, ``load_min``, ``load_swing``, ``counter_peak``, ``export_regulation`` and ``need``,
        each of shape (day,) [MW].
    """
    days = _Days(ledger)
    load = total(ledger.demand)
    net = load - new_energy_available(ledger)
    with_exports = net + total(ledger.corridor_sent) + total(ledger.exports)
    swing, net_swing, need = days.swing(load), days.swing(net), days.swing(with_exports)
    return {
        "load_max": days.highest(load),
        "load_min": days.lowest(load),
        "load_swing": swing,
        "counter_peak": net_swing - swing,
        "export_regulation": net_swing - need,
        "need": need,
    }


def regulation_capability(ledger: Ledger) -> dict[str, FloatArray]:
    """Return how far each source can swing on each day.

    A plant swings from the most it could give on the day down to the most it had to give; wind and PV do not
    count. Storage swings by its power twice, charging and discharging. Ties swing by what they could bring.

    Returns
    -------
    dict of str to numpy.ndarray
        By technology, and ``imports``; shape (day,) each [MW].
    """
    days = _Days(ledger)
    swings: dict[str, FloatArray] = {}
    for name in ledger.generating:
        if name not in ("wind", "pv"):
            top = days.highest(ledger.of(ledger.available, name))
            bottom = days.highest(ledger.of(ledger.minimum, name))
            swings[name] = np.maximum(top - bottom, 0.0)
    by_technology = sum_by(storage(ledger.results)["rating"].max("snapshot"), "source", "technology")
    for name in ledger.storing:
        power = (
            float(by_technology.sel(technology=name))
            if name in by_technology["technology"].to_numpy()
            else 0.0
        )
        swings[name] = np.full(len(days.dates), 2.0 * power)
    swings["imports"] = days.lowest(total(available_imports(ledger)))
    return swings


def hardest_days(ledger: Ledger) -> npt.NDArray[np.int64]:
    """Return the position of the day of least surplus in each month; the first of equals, shape (month,)."""
    days = _Days(ledger)
    surplus = sum(regulation_capability(ledger).values()) - regulation_need(ledger)["need"]
    months = range(len(ledger.months.keys))
    return np.array(
        [np.flatnonzero(days.months == m)[np.argmin(surplus[days.months == m])] for m in months], dtype=int
    )


_NEED_ROWS = {
    "load_max": ("1.最大负荷", "highest load", 1),
    "load_min": ("2.最小负荷", "lowest load", 1),
    "load_swing": ("3.峰谷差", "peak less valley", 1),
    "counter_peak": ("4.新能源反调峰", "added by wind and PV", 1),
    "export_regulation": ("5.外送调节", "taken off by exports", 1),
}


def peaking_balance(ledger: Ledger) -> Table:
    """Return 调峰平衡表: the need and the means of regulation on the hardest day of each month [万千瓦]."""
    days, at = _Days(ledger), hardest_days(ledger)
    width = len(at)
    need, means = regulation_need(ledger), regulation_capability(ledger)
    dates: tuple[Value, ...] = tuple(f"{day.month}月{day.day}日" for day in days.dates[at])
    needed = TableRow(
        "need", "一、调峰需求（3＋4－5）", "regulation needed", shown_all(need["need"][at], POWER), 0, True
    )
    asked = [
        TableRow(key, zh, en, shown_all(need[key][at], POWER), level)
        for key, (zh, en, level) in _NEED_ROWS.items()
    ]
    given = [
        TableRow(
            f"capability_{name}",
            *(ledger.technology_label(name) if name != "imports" else ("外来电力", "imports")),
            shown_all(values[at], POWER),
            1,
            False,
            "" if name == "imports" else ledger.mark((name,)),
        )
        for name, values in means.items()
    ]
    have = added("capability", ("二、调峰能力", "regulation available"), given, width)
    surplus = added("surplus", ("三、调峰盈（＋）亏（－）", "surplus"), (have, needed), width, signs=(1, -1))
    return Table(
        key="peaking_balance",
        title_zh="调峰平衡表",
        title_en="Regulation balance",
        unit=POWER,
        columns=month_columns(ledger, POWER),
        rows=(TableRow("day", "典型日", "day", dates, unit="text"), needed, *asked, have, *given, surplus),
        source_zh=SOURCE[0],
        source_en=SOURCE[1],
        note_zh=f"{ledger.coverage[0]}每月取调峰盈余最小的一天。新能源按可发出力计；水电、火电、光热的"
        "调峰能力为当日最大可发减当日最小技术出力，抽水蓄能和新型储能按功率的2倍计，外来电力按当日最小可受电力计。",
        note_en=f"{ledger.coverage[1]} Each month stands for its day of least surplus. Plants swing from the "
        "most they could give on the day to the least they had to; storage by twice its power; ties by what "
        "they could bring.",
    )
