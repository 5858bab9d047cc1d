"""Demand by class and bus: how much in each hour, and which of it is load, electrolysis or flexible."""

from __future__ import annotations

from calendar import monthrange
from typing import TYPE_CHECKING

import numpy as np

from qhgrid.clock import hours_in_year
from qhgrid.errors import Fault, NetworkError
from qhgrid.facts import demand as activity
from qhgrid.network.constants import COLLECTION_STATIONS
from qhgrid.network.demand_side import DemandSide
from qhgrid.network.flexible import add_flexible
from qhgrid.network.hydrogen import add_hydrogen
from qhgrid.scenario.demand import DemandClass

if TYPE_CHECKING:
    from qhgrid.network.case import Case
    from qhgrid.network.draft import Draft, FloatArray


def add_demand(draft: Draft, case: Case) -> None:
    """Add the demand side: a Load for each bus and class, electrolysers in place of some, what can move."""
    side = demand_side(case)
    made = add_hydrogen(draft, case, side)
    for (demand_class, bus), mean in side.mean_mw.items():
        if (demand_class, case.prefecture_of(bus)) not in made:
            _add_load(draft, case, demand_class, bus, mean * side.shape[demand_class])
    add_flexible(draft, case, side)


def demand_side(case: Case) -> DemandSide:
    """Return the load of each class and bus: energy of the class, share of the bus, hourly shape."""
    energies = class_energies_mwh(case)
    hours = hours_in_year(case.scenario.year)
    months = _month_factors(case, energies)
    mean = {
        (name, bus): energy * share / hours
        for name, energy in energies.items()
        for bus, share in bus_shares(case, name).items()
        if energy * share > 0
    }
    shapes = {name: months * case.profile("demand_shape", demand_class=name.value) for name in energies}
    return DemandSide(mean, shapes)


def _add_load(draft: Draft, case: Case, demand_class: DemandClass, bus: str, p_set: FloatArray) -> None:
    """Add one Load."""
    draft.add(
        "Load",
        f"{bus} {demand_class.value}",
        bus=bus,
        carrier="AC",
        p_set=p_set,
        prefecture=case.prefecture_of(bus),
        role="demand",
        demand_class=demand_class.value,
        name_zh=f"{case.name_of(bus)}{CLASS_NAMES_ZH[demand_class]}",
    )


CLASS_NAMES_ZH = {
    DemandClass.BASE: "基础负荷",
    DemandClass.ALUMINIUM: "电解铝负荷",
    DemandClass.SILICON: "硅材料负荷",
    DemandClass.SALT_LAKE: "盐湖化工负荷",
    DemandClass.COMPUTING: "算力负荷",
    DemandClass.HEATING: "电采暖负荷",
    DemandClass.TRACTION: "牵引负荷",
    DemandClass.ELECTROLYSIS: "电解水制氢负荷",
    DemandClass.OTHER: "其他负荷",
}
"""Chinese names of the classes."""


def class_energies_mwh(case: Case) -> dict[DemandClass, float]:
    """Return the yearly energy of each class [MWh].

    What the fact tables build up for the scenario's year and level, scaled to ``demand.energy`` where the
    scenario gives it; computing at the scenario's PUE where it gives one; plus what the scenario adds to a
    class. A past year has the level ``actual``, which stands in for any level.

    Raises
    ------
    NetworkError
        If the tables have no class for the year.
    """
    rules, year = case.scenario.demand, case.scenario.year
    energies = activity.class_energies_mwh(case.facts, year, rules.level)
    total = sum(energies.values())
    if total <= 0:
        what = f"no class has energy for {year}, level {rules.level}"
        raise NetworkError(
            Fault("data/demand.csv", what, "Add the rows of that year, or choose another year.")
        )
    factor = 1.0 if rules.energy is None else rules.energy / total
    efficiency = {DemandClass.COMPUTING: _pue_change(case)}
    whole = {
        name: factor * energies.get(name.value, 0.0) * efficiency.get(name, 1.0) + rules.extra.get(name, 0.0)
        for name in DemandClass
    }
    return {name: energy for name, energy in whole.items() if energy > 0}


def _pue_change(case: Case) -> float:
    """Return the scenario's PUE in its year over that of the fact tables; 1 where it gives none."""
    scenario, path = case.scenario, case.scenario.computing.pue
    if not path:
        return 1.0
    pue = float(np.interp(scenario.year, list(path), list(path.values())))
    return pue / activity.multiplier(case.facts, scenario.year, scenario.demand.level, "computing")


def _month_factors(case: Case, energies: dict[DemandClass, float]) -> FloatArray:
    """Return what brings each hour's load to the published consumption of its month, shape (snapshot,)."""
    months = case.snapshots.month.to_numpy()
    if not case.scenario.demand.published_months:
        return np.ones(len(months))
    year = case.scenario.year
    row = case.facts.demand_monthly.get(f"y{year}")
    if row is None:
        fault = Fault(
            "demand.published_months",
            f"data/demand_monthly.csv has no row for {year}",
            "Choose a year that it has, or set published_months: false.",
        )
        raise NetworkError(fault)
    means = case.monthly("demand_month_mean")
    hours = np.array([24.0 * monthrange(year, month)[1] for month in range(1, 13)])
    whole = sum(
        (energy * means.sel(demand_class=name.value).to_numpy() for name, energy in energies.items()),
        start=np.zeros(12),
    )
    factors = np.array(row.months) / (whole * hours / hours_in_year(year))
    return np.asarray(factors[months - 1])


def bus_shares(case: Case, demand_class: DemandClass) -> dict[str, float]:
    """Return the share of each grid bus in the energy of a class [1].

    At station resolution a prefecture's share is split evenly over its stations in service that serve load,
    which are all but the collection and converter stations; over all of them where there is no other.

    Raises
    ------
    NetworkError
        If the scenario says no shares for the class.
    """
    shares = case.scenario.demand_shares.get(demand_class)
    if shares is None:
        fault = Fault(
            f"demand_shares.{demand_class.value}", "is missing", "Give the share of each prefecture."
        )
        raise NetworkError(fault)
    by_prefecture: dict[str, float] = {key: value for key, value in shares if value > 0}
    if not case.is_station_level:
        return {bus: by_prefecture[bus] for bus in case.grid_buses if bus in by_prefecture}
    by_bus: dict[str, float] = {}
    for prefecture, share in by_prefecture.items():
        stations = load_stations(case, prefecture)
        by_bus |= {station: share / len(stations) for station in stations}
    return {bus: by_bus[bus] for bus in case.grid_buses if bus in by_bus}


def load_stations(case: Case, prefecture: str) -> tuple[str, ...]:
    """Return the stations of a prefecture that serve load."""
    stations = case.stations_of(prefecture, f"demand of {prefecture}")
    return tuple(id for id in stations if id not in COLLECTION_STATIONS) or stations
