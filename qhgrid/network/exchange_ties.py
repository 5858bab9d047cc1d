"""Exchange with the neighbours: what a tie carries each way, and the market behind it.

A market's price follows the hour and the month. What is sold never earns more than what is bought costs in
the same hour, so buying and selling at once over one tie never pays; a planning rule holds that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qhgrid.clock import hours_in_year
from qhgrid.errors import Fault, NetworkError
from qhgrid.facts.curves import tie_price_shape
from qhgrid.network.exchange import by_hour
from qhgrid.scenario.exchange import limits_of

if TYPE_CHECKING:
    from qhgrid.facts.rows import TieFact
    from qhgrid.network.case import Case
    from qhgrid.network.draft import Draft, FloatArray
    from qhgrid.scenario.model import Tie


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
    prices = market_prices(case, id, tie)
    draft.add(
        "Bus",
        neighbour,
        carrier="AC",
        unit="MW",
        x=facts.lon,
        y=facts.lat,
        role="neighbour",
        shed_price=_shortfall_price(case, tie, prices[1]),
        name_zh=facts.neighbour_zh,
    )
    into, out = limits_of(case.scenario, case.facts, id)
    for direction, bus0, bus1, limit, word in (
        ("import", neighbour, bus, into, "受入"),
        ("export", bus, neighbour, out, "送出"),
    ):
        draft.add(
            "Link",
            f"{id} {direction}",
            bus0=bus0,
            bus1=bus1,
            carrier="AC",
            p_nom=limit,
            p_max_pu=usable_share(case, tie, direction),
            efficiency=1.0 - facts.loss_share,
            prefecture=case.prefecture_of(bus),
            tie=id,
            role=f"tie_{direction}",
            name_zh=f"{facts.name_zh}{word}",
        )
    _add_market(draft, case, id, tie, facts, prices)


def _shortfall_price(case: Case, tie: Tie, sold_at: FloatArray) -> float:
    """Return the price of energy that a contract of sale lacks, above what its sale earns [CNY/MWh]."""
    elastic = case.scenario.elastic
    if tie.export_contract == 0:
        return elastic.shed_price
    return float(sold_at.max()) + elastic.contract_shortfall_price


def _add_market(
    draft: Draft, case: Case, id: str, tie: Tie, facts: TieFact, prices: tuple[FloatArray, FloatArray]
) -> None:
    """Add the neighbour's market: what it sells and what it buys, at hourly prices and under contracts."""
    into, out = limits_of(case.scenario, case.facts, id)
    common = {"bus": f"{id} neighbour", "carrier": "market", "tie": id}
    draft.add(
        "Generator",
        f"{id} market supply",
        p_nom=into,
        marginal_cost=prices[0],
        e_sum_min=_contract_in_horizon(case, tie.import_contract),
        role="import",
        name_zh=f"{facts.neighbour_zh}市场购电",
        **common,
    )
    draft.add(
        "Generator",
        f"{id} market demand",
        sign=-1.0,
        p_nom=out,
        marginal_cost=-prices[1],
        e_sum_min=_contract_in_horizon(case, tie.export_contract),
        role="receiving_tie",
        name_zh=f"{facts.neighbour_zh}市场售电",
        **common,
    )


def _contract_in_horizon(case: Case, contract: float) -> float:
    """Return the part of a yearly contract that falls on the horizon; minus infinity for none [MWh]."""
    if contract == 0:
        return -np.inf
    return contract * len(case.snapshots) / hours_in_year(case.scenario.horizon.start.year)


def market_prices(case: Case, id: str, tie: Tie) -> tuple[FloatArray, FloatArray]:
    """Return what a MWh costs and earns in the market behind a tie, shape (snapshot,) each [CNY/MWh]."""
    shape = by_hour(case, tie_price_shape(case.facts, id, case.scenario.year))
    if tie.price_by_month:
        shape = shape * np.array(tie.price_by_month)[case.snapshots.month.to_numpy() - 1]
    return tie.import_price * shape, tie.export_price * shape


def usable_share(case: Case, tie: Tie, direction: str) -> FloatArray:
    """Return the usable share of a tie's limit in a direction, shape (snapshot,) [1].

    Where windows overlap, the lowest share counts.
    """
    months, hours = case.snapshots.month.to_numpy(), case.snapshots.hour.to_numpy()
    share = np.ones(len(case.snapshots))
    for window in tie.windows:
        inside = np.isin(months, window.months or range(1, 13)) & np.isin(hours, window.hours or range(24))
        limit = window.import_share if direction == "import" else window.export_share
        share = np.where(inside, np.minimum(share, limit), share)
    return share
