"""DC corridors with their yearly contracts, and exchanges with the neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qhgrid.clock import hours_in_year
from qhgrid.errors import Fault, NetworkError

if TYPE_CHECKING:
    from qhgrid.facts.rows import CorridorFact, TieFact
    from qhgrid.network.case import Case
    from qhgrid.network.draft import Draft, FloatArray
    from qhgrid.scenario.model import Corridor, Tie


def add_corridors(draft: Draft, case: Case) -> None:
    """Add each corridor in service: Link to its receiving bus, and the sale there under the contract."""
    for id, corridor in case.scenario.corridors.items():
        facts = case.facts.corridors.get(id)
        if facts is None:
            mend = "Use an id of data/corridors.csv."
            raise NetworkError(Fault(f"corridors.{id}", "is not a known corridor", mend))
        if corridor.in_service:
            _add_corridor(draft, case, id, corridor, facts)


def _add_corridor(draft: Draft, case: Case, id: str, corridor: Corridor, facts: CorridorFact) -> None:
    """Add one corridor; a missing MWh of the contract costs its shortfall price, the lost sale included."""
    receiving = f"{id} receiving"
    bus = case.bus_of_station(corridor.sending_station, f"corridors.{id}.sending_station")
    draft.add(
        "Bus",
        receiving,
        carrier="AC",
        unit="MW",
        x=facts.receiving_lon,
        y=facts.receiving_lat,
        role="receiving",
        shed_price=corridor.price + case.scenario.elastic.contract_shortfall_price,
        name_zh=facts.receiving_zh,
    )
    draft.add(
        "Link",
        id,
        bus0=bus,
        bus1=receiving,
        carrier="DC",
        p_nom=corridor.p_nom,
        p_min_pu=corridor.p_min_pu,
        efficiency=1.0 - corridor.loss,
        length=facts.length_km,
        prefecture=case.prefecture_of(bus),
        corridor=id,
        role="corridor",
        name_zh=facts.name_zh,
    )
    draft.add(
        "Generator",
        f"{id} sale",
        bus=receiving,
        carrier="market",
        sign=-1.0,
        p_nom=corridor.p_nom * (1.0 - corridor.loss),
        marginal_cost=-corridor.price,
        e_sum_min=contract_in_horizon_mwh(case, corridor),
        corridor=id,
        role="receiving",
        name_zh=f"{facts.name_zh}受端售电",
    )


def contract_in_horizon_mwh(case: Case, corridor: Corridor) -> float:
    """Return the part of a yearly contract that falls on the horizon; minus infinity for none [MWh]."""
    if corridor.contract == 0:
        return -np.inf
    return corridor.contract * len(case.snapshots) / hours_in_year(case.scenario.horizon.start.year)


def add_ties(draft: Draft, case: Case) -> None:
    """Add each tie in service: a neighbour bus with a market, and one lossy Link for each direction."""
    for id, tie in case.scenario.ties.items():
        facts = case.facts.ties.get(id)
        if facts is None:
            raise NetworkError(Fault(f"ties.{id}", "is not a known tie", "Use an id of data/ties.csv."))
        if tie.in_service:
            _add_tie(draft, case, id, tie, facts)


def _add_tie(draft: Draft, case: Case, id: str, tie: Tie, facts: TieFact) -> None:
    """Add one tie."""
    neighbour = f"{id} neighbour"
    bus = case.bus_of_station(facts.station, f"ties.{id}")
    draft.add(
        "Bus",
        neighbour,
        carrier="AC",
        unit="MW",
        x=facts.lon,
        y=facts.lat,
        role="neighbour",
        shed_price=case.scenario.elastic.shed_price,
        name_zh=facts.neighbour_zh,
    )
    for direction, bus0, bus1, limit, word in (
        ("import", neighbour, bus, tie.import_limit, "受入"),
        ("export", bus, neighbour, tie.export_limit, "送出"),
    ):
        draft.add(
            "Link",
            f"{id} {direction}",
            bus0=bus0,
            bus1=bus1,
            carrier="AC",
            p_nom=limit,
            efficiency=1.0 - facts.loss_share,
            prefecture=case.prefecture_of(bus),
            tie=id,
            role=f"tie_{direction}",
            name_zh=f"{facts.name_zh}{word}",
        )
    _add_market(draft, case, id, tie, facts)


def _add_market(draft: Draft, case: Case, id: str, tie: Tie, facts: TieFact) -> None:
    """Add the neighbour's market: what it sells and what it buys, at hourly prices."""
    shape = tie_price_shape(case)
    common = {"bus": f"{id} neighbour", "carrier": "market", "tie": id}
    draft.add(
        "Generator",
        f"{id} market supply",
        p_nom=tie.import_limit,
        marginal_cost=tie.import_price * shape,
        role="import",
        name_zh=f"{facts.neighbour_zh}市场购电",
        **common,
    )
    draft.add(
        "Generator",
        f"{id} market demand",
        sign=-1.0,
        p_nom=tie.export_limit,
        marginal_cost=-tie.export_price * shape,
        role="receiving_tie",
        name_zh=f"{facts.neighbour_zh}市场售电",
        **common,
    )


def tie_price_shape(case: Case) -> FloatArray:
    """Return the hourly price of the neighbours' markets over its mean, shape (snapshot,).

    ``tie_price_shape.csv`` gives a day for each month, each quarter or the whole year.
    """
    days = {row.period: row.hours for row in case.facts.tie_price_shape.values()}
    if not days:
        raise NetworkError(
            Fault("data/tie_price_shape.csv", "has no row", "Give at least one day of 24 hours.")
        )
    month = case.snapshots.month.to_numpy()
    period = month if max(days) > 4 else (month + 2) // 3 if max(days) > 0 else month * 0
    missing = sorted(set(period.tolist()) - set(days))
    if missing:
        fault = Fault(
            "data/tie_price_shape.csv", f"has no row for period {missing[0]}", "Add the missing periods."
        )
        raise NetworkError(fault)
    hour = case.snapshots.hour.to_numpy()
    return np.array([days[p][h] for p, h in zip(period, hour, strict=True)], dtype=np.float64)
