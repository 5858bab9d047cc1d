"""DC corridors: rating, outages, receiving-end curve, yearly contract, and how clean they must be.

None of it costs a column or couples hours, with two exceptions that are off by default: a ramp couples each
hour with the one before, and an enforced clean share is one row over the whole horizon.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qhgrid.clock import hours_in_year
from qhgrid.errors import Fault, NetworkError
from qhgrid.facts.curves import corridor_shape
from qhgrid.network.exchange_clean import keep_clean
from qhgrid.scenario.exchange import available_share, contract_on, rating_of

if TYPE_CHECKING:
    from qhgrid.facts.curves import MonthHours
    from qhgrid.facts.rows import CorridorFact
    from qhgrid.network.case import Case
    from qhgrid.network.draft import Draft, FloatArray
    from qhgrid.scenario.model import Corridor

ROUNDING = 1e-9
"""Share by which a curve may exceed the rating before it is refused."""


def add_corridors(draft: Draft, case: Case) -> None:
    """Add each corridor in service: Link to its receiving bus, and the sale there under the contract.

    Call it after the plants, because a clean share that is enforced looks at those of the supporting base.
    """
    for id, corridor in case.scenario.corridors.items():
        facts = case.facts.corridors.get(id)
        if facts is None:
            mend = "Use an id of data/corridors.csv."
            raise NetworkError(Fault(f"corridors.{id}", "is not a known corridor", mend))
        if corridor.in_service:
            _add_corridor(draft, case, id, corridor, facts)
            if corridor.clean_share_floor is not None:
                price = case.scenario.elastic.contract_shortfall_price
                keep_clean(draft, id, corridor, corridor.clean_share_floor, price)


def _add_corridor(draft: Draft, case: Case, id: str, corridor: Corridor, facts: CorridorFact) -> None:
    """Add one corridor; a missing MWh of the contract costs its shortfall price, the lost sale included."""
    receiving = f"{id} receiving"
    bus = case.bus_of_station(corridor.sending_station, f"corridors.{id}.sending_station")
    rating = rating_of(case.scenario, case.facts, id)
    low, high = power_limits(case, id, corridor, rating)
    prices = receiving_price(case, id, corridor)
    draft.add(
        "Bus",
        receiving,
        carrier="AC",
        unit="MW",
        x=facts.receiving_lon,
        y=facts.receiving_lat,
        role="receiving",
        shed_price=float(prices.max()) + case.scenario.elastic.contract_shortfall_price,
        name_zh=facts.receiving_zh,
    )
    draft.add(
        "Link",
        id,
        bus0=bus,
        bus1=receiving,
        carrier="DC",
        p_nom=rating,
        p_min_pu=low,
        p_max_pu=high,
        efficiency=1.0 - corridor.loss,
        length=facts.length_km,
        prefecture=case.prefecture_of(bus),
        corridor=id,
        role="corridor",
        name_zh=facts.name_zh,
        **_ramp(corridor),
    )
    draft.add(
        "Generator",
        f"{id} sale",
        bus=receiving,
        carrier="market",
        sign=-1.0,
        p_nom=rating * (1.0 - corridor.loss),
        marginal_cost=-prices,
        e_sum_min=contract_in_horizon_mwh(case, corridor),
        corridor=id,
        role="receiving",
        name_zh=f"{facts.name_zh}受端售电",
    )


def _ramp(corridor: Corridor) -> dict[str, object]:
    """Return the ramp limits of a corridor, none by default."""
    if corridor.ramp is None:
        return {}
    return {"ramp_limit_up": corridor.ramp, "ramp_limit_down": corridor.ramp}


def by_hour(case: Case, shape: MonthHours) -> FloatArray:
    """Return a figure by month and hour as a series over the horizon, shape (snapshot,)."""
    months, hours = case.snapshots.month.to_numpy(), case.snapshots.hour.to_numpy()
    return np.array([shape[month - 1][hour] for month, hour in zip(months, hours, strict=True)])


def receiving_price(case: Case, id: str, corridor: Corridor) -> FloatArray:
    """Return what a MWh earns at the receiving end, shape (snapshot,) [CNY/MWh].

    Its mean over the hours of the year is the price of the scenario.
    """
    if corridor.curve != "price":
        return np.full(len(case.snapshots), corridor.price)
    shape = corridor_shape(case.facts, id, "price", case.scenario.year)
    return corridor.price * by_hour(case, shape)


def available_by_hour(case: Case, corridor: Corridor) -> FloatArray:
    """Return the share of the rating in service, outages and poles taken off, shape (snapshot,) [1]."""
    days = case.snapshots[::24].date
    shares = np.array([available_share(corridor, day) for day in days], dtype=np.float64)
    return np.asarray(np.repeat(shares, 24), dtype=np.float64)


def power_limits(case: Case, id: str, corridor: Corridor, rating: float) -> tuple[FloatArray, FloatArray]:
    """Return least and most power per unit of rating, shape (snapshot,) each.

    Both shrink with what is out of service. Under a fixed curve they are one: the curve of the receiving end
    with the contract as its energy, cut to what is in service.

    Raises
    ------
    NetworkError
        If a fixed curve asks for more than the rating.
    """
    available = available_by_hour(case, corridor)
    if corridor.curve != "fixed":
        return corridor.p_min_pu * available, available
    shape = corridor_shape(case.facts, id, "power", case.scenario.year)
    mean = corridor.contract / (1.0 - corridor.loss) / hours_in_year(case.scenario.year)
    wanted = by_hour(case, shape) * mean / rating
    if wanted.max() > 1.0 + ROUNDING:
        what = f"the fixed curve asks for {wanted.max():.1%} of the rating"
        raise NetworkError(
            Fault(f"corridors.{id}.contract", what, "Lower the contract, or flatten the curve.")
        )
    fixed = np.minimum(wanted, available)
    return fixed, fixed


def contract_in_horizon_mwh(case: Case, corridor: Corridor) -> float:
    """Return the part of a yearly contract that falls on the horizon; minus infinity for none [MWh].

    A fixed curve carries the contract hour by hour and needs no sum.
    """
    if corridor.contract == 0 or corridor.curve == "fixed":
        return -np.inf
    days = case.snapshots[::24].date
    return float(sum(24.0 * contract_on(corridor, day) for day in days))
