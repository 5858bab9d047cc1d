"""Demand by class and bus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qhgrid.clock import hours_in_year
from qhgrid.errors import Fault, NetworkError
from qhgrid.network.constants import COLLECTION_STATIONS
from qhgrid.scenario.model import DemandClass

if TYPE_CHECKING:
    from qhgrid.network.case import Case
    from qhgrid.network.draft import Draft


def add_demand(draft: Draft, case: Case) -> None:
    """Add one Load for each bus and class: energy of the class, share of the prefecture, hourly shape."""
    hours = hours_in_year(case.scenario.year)
    for demand_class, energy_mwh in class_energies_mwh(case).items():
        shape = case.profile("demand_shape", demand_class=demand_class.value)
        for bus, share in bus_shares(case, demand_class).items():
            if energy_mwh * share > 0:
                draft.add(
                    "Load",
                    f"{bus} {demand_class.value}",
                    bus=bus,
                    carrier="AC",
                    p_set=energy_mwh * share / hours * shape,
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

    The rows of ``demand.csv`` for the scenario's year and level, scaled to ``demand.energy`` where the
    scenario gives it, plus what the scenario adds to a class. A past year has the level ``actual``, which
    stands in for any level.

    Raises
    ------
    NetworkError
        If the table has no class for the year.
    """
    rules, year = case.scenario.demand, case.scenario.year
    energies: dict[DemandClass, float] = {}
    for demand_class in DemandClass:
        energy = case.facts.demand_energy(year, rules.level, demand_class.value)
        if energy is None:
            energy = case.facts.demand_energy(year, "actual", demand_class.value)
        if energy is not None:
            energies[demand_class] = energy
    total = sum(energies.values())
    if total <= 0:
        what = f"no class has energy for {year}, level {rules.level}"
        raise NetworkError(
            Fault("data/demand.csv", what, "Add the rows of that year, or choose another year.")
        )
    factor = 1.0 if rules.energy is None else rules.energy / total
    extra = {demand_class: rules.extra.get(demand_class, 0.0) for demand_class in DemandClass}
    return {
        demand_class: factor * energies.get(demand_class, 0.0) + extra[demand_class]
        for demand_class in DemandClass
        if factor * energies.get(demand_class, 0.0) + extra[demand_class] > 0
    }


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
