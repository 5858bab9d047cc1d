"""From the foot of a plant to the next pool: what must and may be let go, and how long the water takes.

Turbines and spillway empty into a tailwater where there is a limit on the release or a travel time; one Link
carries both on. A limit is hard on that Link and soft all the same: a Link back to the tailwater lends what
is missing from the least release, and one beside it lets go what is above the most, both at a price. Neither
makes nor loses water. The delayed Link is kept apart from these and from the turbine, so that a delay stands
alone on a Link.

PyPSA's delay lets nothing arrive in the first hours and forgets what is under way at the end. What was under
way at the start is therefore given, as water let go before the horizon began; and during the last hours the
reach takes in no less than the natural flow, so that the horizon does not end by living on water that
the river below still waits for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qhgrid.network.constants import FLOOD_M3_PER_S

if TYPE_CHECKING:
    from qhgrid.network.chain import Step
    from qhgrid.network.draft import Draft
    from qhgrid.network.flowrules import FlowRules


@dataclass(frozen=True)
class Outlet:
    """Where the water of a plant goes.

    Parameters
    ----------
    below : str
        Bus of the next pool, or of the river mouth.
    rules : FlowRules
        Limits on the release.
    tail_price : float
        Price of water invented below the plant [CNY per m3/s held for an hour].
    limit_price : float
        Price of a release beyond its limits [CNY per m3/s held for an hour].
    before, after : float
        Water that passes the plant before the horizon begins, and at least at its end [m3/s].
    """

    below: str
    rules: FlowRules
    tail_price: float
    limit_price: float
    before: float
    after: float


def add_release(draft: Draft, step: Step, outlet: Outlet, n_hours: int) -> str:
    """Add what stands between a plant and the next pool; return the bus that the plant empties into."""
    if not outlet.rules.limits_release and step.hours_below == 0:
        return outlet.below
    tailwater = _add_bus(draft, step, f"{step.id} tailwater", "尾水", outlet.tail_price)
    head = tailwater
    if outlet.rules.limits_release:
        delayed = step.hours_below > 0
        head = (
            _add_bus(draft, step, f"{step.id} reach", "河道", outlet.tail_price) if delayed else outlet.below
        )
        _add_limits(draft, step, outlet, tailwater, head)
    if step.hours_below > 0:
        _add_reach(draft, step, outlet, head, n_hours)
    return tailwater


def _add_bus(draft: Draft, step: Step, name: str, part_zh: str, price: float) -> str:
    """Add a water bus at a plant; return its name."""
    plant = step.plant
    draft.add(
        "Bus",
        name,
        carrier="water",
        unit="m3/s",
        x=plant.lon,
        y=plant.lat,
        prefecture=plant.prefecture,
        role="water",
        shed_price=price,
        dump_price=price,
        name_zh=f"{plant.name_zh}{part_zh}",
    )
    return name


def _add_limits(draft: Draft, step: Step, outlet: Outlet, tailwater: str, to: str) -> None:
    """Add the Link that carries the release within its limits, and those that lend or take beyond them."""
    rules = outlet.rules
    flood = FLOOD_M3_PER_S.value + step.turbine_m3_per_s
    most = np.minimum(rules.maximum, flood)
    common = {"carrier": "water", "prefecture": step.plant.prefecture, "plant": step.id}
    draft.add(
        "Link",
        f"{step.id} release",
        bus0=tailwater,
        bus1=to,
        p_nom=flood,
        p_min_pu=rules.minimum / flood,
        p_max_pu=most / flood,
        role="hydro_release",
        name_zh=f"{step.plant.name_zh}下泄",
        **common,
    )
    if (rules.minimum > 0.0).any():
        draft.add(
            "Link",
            f"{step.id} release shortfall",
            bus0=to,
            bus1=tailwater,
            p_nom=float(rules.minimum.max()),
            p_max_pu=rules.minimum / rules.minimum.max(),
            marginal_cost=outlet.limit_price,
            role="release_shortfall",
            name_zh=f"{step.plant.name_zh}下泄不足",
            **common,
        )
    if np.isfinite(rules.maximum).any():
        draft.add(
            "Link",
            f"{step.id} release excess",
            bus0=tailwater,
            bus1=to,
            p_nom=flood,
            p_max_pu=(flood - most) / flood,
            marginal_cost=outlet.limit_price,
            role="release_excess",
            name_zh=f"{step.plant.name_zh}下泄超限",
            **common,
        )


def _add_reach(draft: Draft, step: Step, outlet: Outlet, head: str, n_hours: int) -> None:
    """Add the river to the next pool with its travel time, and the water under way at the start."""
    common = {"carrier": "water", "prefecture": step.plant.prefecture, "plant": step.id}
    flood = FLOOD_M3_PER_S.value + step.turbine_m3_per_s
    hour = np.arange(n_hours)
    stays = hour >= n_hours - step.hours_below
    draft.add(
        "Link",
        f"{step.id} reach",
        bus0=head,
        bus1=outlet.below,
        p_nom=flood,
        p_min_pu=np.where(stays, outlet.after / flood, 0.0),
        delay=step.hours_below,
        cyclic_delay=False,
        role="hydro_reach",
        name_zh=f"{step.plant.name_zh}下游河道",
        **common,
    )
    if outlet.before > 0.0:
        arrives = (hour < step.hours_below).astype(np.float64)
        draft.add(
            "Generator",
            f"{step.id} in transit",
            bus=outlet.below,
            p_nom=outlet.before,
            p_min_pu=arrives,
            p_max_pu=arrives,
            role="in_transit",
            name_zh=f"{step.plant.name_zh}下游在途水量",
            **common,
        )
