"""Load that waits, load that is cut for money, work that moves away: one component a prefecture and kind.

Load that waits is a StorageUnit at the bus of the load. It is full while nothing waits; discharging puts
load off, charging catches up, and what is missing to full is what waits. It starts and ends full, so all
energy put off within the horizon is served within it. Its size is what may wait at a time: the load that
may be put off in an hour times the hours that it may wait.

A virtual power plant with a limit on its calls needs one thing more, a budget of energy for the year, and is
drawn as a Store with two Links instead: what goes down also draws on a bus fed by a generator with
``e_sum_max``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qhgrid.clock import hours_in_year
from qhgrid.scenario.demand import DemandClass

if TYPE_CHECKING:
    from qhgrid.network.case import Case
    from qhgrid.network.demand_side import DemandSide, Place
    from qhgrid.network.draft import Draft, FloatArray

FLEXIBLE = "flexible load"
"""Carrier of everything here."""


@dataclass(frozen=True)
class Waiting:
    """Load of a prefecture that may wait.

    Parameters
    ----------
    kind : str
        What it is, part of the component's name.
    name_zh : str
        Chinese name of the kind.
    demand_class : DemandClass
        Class that it belongs to.
    down_mw : numpy.ndarray
        Load that may be put off in each hour, shape (snapshot,) [MW].
    mean_down_mw : float
        Its mean over a year [MW].
    up_mw : float
        Most that is caught up in an hour [MW].
    energy_mwh : float
        Most that waits at a time [MWh].
    loss : float
        Extra energy of what is caught up [1].
    price : float
        Paid for energy put off [CNY/MWh].
    """

    kind: str
    name_zh: str
    demand_class: DemandClass
    down_mw: FloatArray
    mean_down_mw: float
    up_mw: float
    energy_mwh: float
    loss: float
    price: float


def add_flexible(draft: Draft, case: Case, side: DemandSide) -> None:
    """Add all load of a scenario that can move or be cut."""
    for place, waiting in _all_waiting(case, side):
        if waiting.mean_down_mw >= case.scenario.flexibility.smallest and waiting.energy_mwh > 0:
            _add_waiting(draft, case, place, waiting)
    _add_virtual_power_plants(draft, case, side)
    _add_cuts(draft, case, side)


def _all_waiting(case: Case, side: DemandSide) -> Iterator[tuple[Place, Waiting]]:
    """Yield the load that may wait, by class and prefecture."""
    for demand_class, rules in case.scenario.flexibility.shifting.items():
        for place in side.of_prefectures(case, [demand_class]):
            down = rules.share * place.mean_mw
            yield place, Waiting(
                f"{demand_class.value} shift", "可转移负荷", demand_class, rules.share * place.load_mw, down,
                rules.headroom * place.mean_mw, rules.window * down, rules.loss, rules.price,
            )  # fmt: skip
    yield from _waiting_work(case, side)


def _waiting_work(case: Case, side: DemandSide) -> Iterator[tuple[Place, Waiting]]:
    """Yield the computing work that may wait, by prefecture."""
    rules = case.scenario.computing
    share, hours = computing_shift(case)
    for place in side.of_prefectures(case, [DemandClass.COMPUTING]):
        yield place, Waiting(
            "computing shift", "可延迟算力", DemandClass.COMPUTING, share * place.load_mw,
            share * place.mean_mw, rules.headroom * place.mean_mw, hours * place.mean_mw, 0.0,
            rules.shift_price,
        )  # fmt: skip


def computing_shift(case: Case) -> tuple[float, float]:
    """Return the share of computing that may wait, and the hours of the mean load that may wait at a time."""
    works = case.scenario.computing.workloads.values()
    share = sum(work.share * work.shiftable for work in works)
    return share, sum(work.share * work.shiftable * work.deadline for work in works)


def _add_waiting(draft: Draft, case: Case, place: Place, waiting: Waiting) -> None:
    """Add load that may wait as a StorageUnit that starts and ends full."""
    p_nom = waiting.mean_down_mw
    full = np.full(len(case.snapshots), np.nan)
    full[-1] = waiting.energy_mwh
    draft.add(
        "StorageUnit",
        f"{place.prefecture} {waiting.kind}",
        bus=place.bus,
        carrier=FLEXIBLE,
        p_nom=p_nom,
        p_max_pu=waiting.down_mw / p_nom,
        p_min_pu=-waiting.up_mw / p_nom,
        max_hours=waiting.energy_mwh / p_nom,
        efficiency_store=1.0 / (1.0 + waiting.loss),
        efficiency_dispatch=1.0,
        marginal_cost=waiting.price,
        state_of_charge_initial=waiting.energy_mwh,
        state_of_charge_set=full,
        prefecture=place.prefecture,
        demand_class=waiting.demand_class.value,
        role="flexible_load",
        name_zh=f"{case.facts.prefectures[place.prefecture].name_zh}{waiting.name_zh}",
    )


def _add_virtual_power_plants(draft: Draft, case: Case, side: DemandSide) -> None:
    """Add the virtual power plant of each prefecture that is large enough."""
    rules = case.scenario.flexibility.virtual_power_plant
    for place in side.of_prefectures(case, rules.classes):
        down = rules.down * place.mean_mw
        if down < case.scenario.flexibility.smallest or down * rules.duration * rules.up <= 0:
            continue
        waiting = Waiting(
            "virtual power plant", "虚拟电厂", rules.classes[0], np.full(len(case.snapshots), down), down,
            rules.up * place.mean_mw, rules.duration * down, rules.loss, rules.price,
        )  # fmt: skip
        if rules.calls is None:
            _add_waiting(draft, case, place, waiting)
        else:
            _add_limited(draft, case, place, waiting, rules.calls)


def _add_limited(draft: Draft, case: Case, place: Place, waiting: Waiting, calls: float) -> None:
    """Add a virtual power plant whose energy put off in a year is limited to `calls` full calls."""
    name = f"{place.prefecture} {waiting.kind}"
    where = f"{case.facts.prefectures[place.prefecture].name_zh}{waiting.name_zh}"
    said = {
        "carrier": FLEXIBLE,
        "prefecture": place.prefecture,
        "demand_class": waiting.demand_class.value,
    }
    for bus, zh in ((name, ""), (f"{name} calls", "调用额度")):
        draft.add(
            "Bus", bus, carrier=FLEXIBLE, prefecture=place.prefecture, role="flexible", name_zh=where + zh
        )
    draft.add(
        "Link", f"{name} down", bus0=name, bus1=place.bus, bus2=f"{name} calls", efficiency2=-1.0,
        p_nom=waiting.mean_down_mw, marginal_cost=waiting.price, role="flexible_down", name_zh=where, **said,
    )  # fmt: skip
    draft.add(
        "Link", f"{name} up", bus0=place.bus, bus1=name, efficiency=1.0 / (1.0 + waiting.loss),
        p_nom=waiting.up_mw, role="flexible_up", name_zh=where, **said,
    )  # fmt: skip
    full = np.full(len(case.snapshots), np.nan)
    full[-1] = waiting.energy_mwh
    draft.add(
        "Store", name, bus=name, e_nom=waiting.energy_mwh, e_initial=waiting.energy_mwh, e_set=full,
        carrier=FLEXIBLE, prefecture=place.prefecture, role="flexible_load", name_zh=where,
    )  # fmt: skip
    draft.add(
        "Generator", f"{name} calls", bus=f"{name} calls", p_nom=waiting.mean_down_mw,
        e_sum_max=calls * waiting.energy_mwh * _share_of_year(case), role="call_budget", name_zh=where,
        carrier=FLEXIBLE, prefecture=place.prefecture,
    )  # fmt: skip


def _share_of_year(case: Case) -> float:
    """Return the horizon's share of the year [1]."""
    return len(case.snapshots) / hours_in_year(case.scenario.year)


def _add_cuts(draft: Draft, case: Case, side: DemandSide) -> None:
    """Add load that may be cut at a price, and computing work that other provinces may take over."""
    for demand_class, rules in case.scenario.flexibility.interruptible.items():
        for place in side.of_prefectures(case, [demand_class]):
            name = f"{place.prefecture} {demand_class.value} interruption"
            _add_cut(
                draft, case, place, demand_class, (name, "可中断负荷"), rules.share, rules.price, rules.hours
            )
    computing = case.scenario.computing
    for place in side.of_prefectures(case, [DemandClass.COMPUTING]):
        name = f"{place.prefecture} computing migration"
        price = computing.migration_price
        _add_cut(
            draft, case, place, DemandClass.COMPUTING, (name, "算力迁出"), computing.migration, price, None
        )


def _add_cut(
    draft: Draft,
    case: Case,
    place: Place,
    demand_class: DemandClass,
    names: tuple[str, str],
    share: float,
    price: float,
    hours: float | None,
) -> None:
    """Add a Generator at the load's bus that stands for load not served, up to a share of it."""
    p_nom = share * place.mean_mw
    if p_nom <= 0:
        return
    limit = {} if hours is None else {"e_sum_max": hours * p_nom * _share_of_year(case)}
    draft.add(
        "Generator",
        names[0],
        bus=place.bus,
        carrier=FLEXIBLE,
        p_nom=p_nom,
        p_max_pu=place.load_mw / place.mean_mw,
        marginal_cost=price,
        prefecture=place.prefecture,
        demand_class=demand_class.value,
        role="migration" if names[0].endswith("migration") else "interruption",
        name_zh=f"{case.facts.prefectures[place.prefecture].name_zh}{names[1]}",
        **limit,
    )
