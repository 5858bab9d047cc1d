r"""The upper Yellow River as a chain of pools, in water units.

Water is carried in m3/s; a reservoir holds m3/s for an hour (3600 m3), counted from its dead level. Each
plant is a pool bus with its natural inflow and what is withdrawn from it, a turbine that turns each m3/s into
:math:`K H / 1000` MW and hands the water on, a spillway, and a Store where the plant regulates. Below it the
river carries the water on, after its travel time, within the limits on the release. No plant makes energy out
of water that has not reached it.

Limitations: the head follows the level that is expected, not the level reached (``waterrate``); the water
under way in a reach is not spread out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qhgrid.facts.levels import M3_PER_FLOW_HOUR
from qhgrid.network.chain import Step, chain
from qhgrid.network.constants import FLOOD_M3_PER_S
from qhgrid.network.endlevel import WaterBudget, content_bounds, end_contents, start_contents
from qhgrid.network.flowrules import FlowRules, flow_rules
from qhgrid.network.release import Outlet, add_release
from qhgrid.network.waterrate import rule_path, water_rates

if TYPE_CHECKING:
    from qhgrid.network.case import Case
    from qhgrid.network.draft import Draft, FloatArray

RIVER_MOUTH = "river mouth"
"""Bus below the last plant, where the water leaves the model."""


@dataclass(frozen=True)
class _River:
    """The chain with all that its plants are built from."""

    case: Case
    steps: tuple[Step, ...]
    budget: WaterBudget
    ends: dict[str, float]

    @property
    def price(self) -> float:
        """Price of unserved energy [CNY/MWh]."""
        return self.case.scenario.elastic.shed_price

    def rules(self, step: Step) -> FlowRules:
        """Return the rules on releases and withdrawals of a plant."""
        return self.budget.rules[step.id]

    def rates(self, step: Step) -> FloatArray:
        """Return the power of a m3/s in each hour [MW/(m3/s)], shape (snapshot,)."""
        return water_rates(self.case, step, self.budget.starts[step.id], self.ends[step.id])

    def tail_price(self, position: int) -> float:
        """Return the price of water invented below a plant: more than the load it could serve on its way."""
        below = self.steps[position + 1 :]
        return self.price * (1.0 + sum(float(self.rates(other).max()) for other in below))

    def flows_under_way(self, position: int) -> tuple[float, float]:
        """Return what passes a plant by nature before the horizon begins, and at least at its end [m3/s].

        Natural flow less what is withdrawn on the way, no more than the most releases; at the end that of the
        driest of the hours that the water needs down the whole river.
        """
        hours = 1 + sum(step.hours_below for step in self.steps)
        first = self._natural_flow(position, float(self.budget.discharge[0]), 0)
        return first, self._natural_flow(position, float(self.budget.discharge[-hours:].min()), -1)

    def _natural_flow(self, position: int, discharge: float, hour: int) -> float:
        """Return what passes a plant at a discharge of the gauge [m3/s], by the rules of an hour."""
        flow = 0.0
        for step in self.steps[: position + 1]:
            rules = self.rules(step)
            flow += step.side_inflow_share * discharge - float(rules.withdrawal[hour])
            flow = min(max(flow, 0.0), float(rules.maximum[hour]))
        return flow


def add_cascade(draft: Draft, case: Case) -> None:
    """Add the pools, turbines, spillways, reservoirs, reaches and inflows of the river, to its mouth."""
    steps = chain(case)
    if not steps:
        return
    rules, starts = flow_rules(case, steps), start_contents(case, steps)
    budget = WaterBudget(steps, case.profile("inflow_m3_per_s"), rules, starts)
    river = _River(case, steps, budget, end_contents(case, budget))
    for position, step in enumerate(steps):
        _add_pool(draft, step, river.tail_price(position) + river.price * float(river.rates(step).max()))
        _add_waterway(draft, river, position)
        _add_inflow(draft, step, budget.discharge)
        _add_withdrawal(draft, step, rules[step.id].withdrawal)
        _add_reservoir(draft, river, step)
    _add_river_mouth(draft, steps[-1], river.price)


def _add_pool(draft: Draft, step: Step, price: float) -> None:
    """Add the bus of a pool, where inventing water costs more than the load it could serve below."""
    plant = step.plant
    draft.add(
        "Bus",
        step.pool,
        carrier="water",
        unit="m3/s",
        x=plant.lon,
        y=plant.lat,
        prefecture=plant.prefecture,
        role="water",
        shed_price=price,
        dump_price=price,
        name_zh=f"{plant.name_zh}库区",
    )


def _add_waterway(draft: Draft, river: _River, position: int) -> None:
    """Add turbine and spillway of a plant, and the river below them."""
    step = river.steps[position]
    plant, case, facts = step.plant, river.case, river.case.technology("hydro")
    below = river.steps[position + 1].pool if position + 1 < len(river.steps) else RIVER_MOUTH
    before, after = river.flows_under_way(position)
    outlet = Outlet(below, river.rules(step), river.tail_price(position), river.price, before, after)
    foot = add_release(draft, step, outlet, len(case.snapshots))
    rates = river.rates(step)
    common = {"prefecture": plant.prefecture, "plant": plant.id}
    draft.add(
        "Link",
        f"{plant.id} turbine",
        bus0=step.pool,
        bus1=case.bus_of_plant(plant.id, plant.station, plant.prefecture),
        bus2=foot,
        carrier=facts.carrier,
        p_nom=step.turbine_m3_per_s,
        p_max_pu=np.minimum(1.0, step.mw_per_m3_per_s / np.maximum(rates, 1e-9)),
        efficiency=rates,
        efficiency2=1.0,
        marginal_cost=facts.marginal_cost_cny_per_mwh * rates,
        technology="hydro",
        role="hydro_turbine",
        name_zh=plant.name_zh,
        **common,
    )
    draft.add(
        "Link",
        f"{plant.id} spill",
        bus0=step.pool,
        bus1=foot,
        carrier="water",
        p_nom=FLOOD_M3_PER_S.value,
        role="hydro_spill",
        name_zh=f"{plant.name_zh}弃水",
        **common,
    )


def _add_inflow(draft: Draft, step: Step, discharge: FloatArray) -> None:
    """Add the natural inflow of a plant as a Generator that cannot be turned down."""
    inflow = step.side_inflow_share * discharge
    most = float(inflow.max())
    if most > 0:
        share = inflow / most
        draft.add(
            "Generator",
            f"{step.plant.id} inflow",
            bus=step.pool,
            carrier="water",
            p_nom=most,
            p_min_pu=share,
            p_max_pu=share,
            prefecture=step.plant.prefecture,
            plant=step.plant.id,
            role="inflow",
            name_zh=f"{step.plant.name_zh}区间来水",
        )


def _add_withdrawal(draft: Draft, step: Step, withdrawal: FloatArray) -> None:
    """Add what is taken from a pool and does not come back, as a Load."""
    if (withdrawal > 0.0).any():
        draft.add(
            "Load",
            f"{step.plant.id} withdrawal",
            bus=step.pool,
            carrier="water",
            p_set=withdrawal,
            prefecture=step.plant.prefecture,
            plant=step.plant.id,
            role="withdrawal",
            name_zh=f"{step.plant.name_zh}取水",
        )


def _add_reservoir(draft: Draft, river: _River, step: Step) -> None:
    """Add the Store of a plant that regulates, within its levels and not below its end level."""
    size = step.storage_m3_per_s_h
    if size <= 0:
        return
    low, high = content_bounds(river.case, river.budget, step, river.ends[step.id])
    draft.add(
        "Store",
        f"{step.plant.id} reservoir",
        bus=step.pool,
        carrier="water",
        e_nom=size,
        e_initial=river.budget.starts[step.id],
        e_min_pu=low,
        e_max_pu=high,
        marginal_cost_storage=_water_value(river.case, step),
        technology="hydro",
        prefecture=step.plant.prefecture,
        plant=step.plant.id,
        role="reservoir",
        name_zh=f"{step.plant.name_zh}水库",
    )


def _water_value(case: Case, step: Step) -> FloatArray:
    """Return what holding water costs by hour: less than nothing at the end, where it has a value.

    In CNY per m3/s held for an hour, shape (snapshot,).
    """
    rules, cost = case.scenario.hydro, np.zeros(len(case.snapshots))
    is_priced = rules.end_level == "value" and step.id not in rules.end_levels
    if is_priced and step.basin is not None and rule_path(case, step.id) is not None:
        cost[-1] = -rules.water_value * M3_PER_FLOW_HOUR
    return cost


def _add_river_mouth(draft: Draft, last: Step, price: float) -> None:
    """Add the bus below the last plant and the Generator that takes the water away."""
    draft.add(
        "Bus",
        RIVER_MOUTH,
        carrier="water",
        unit="m3/s",
        x=last.plant.lon,
        y=last.plant.lat,
        role="water",
        shed_price=price,
        dump_price=price,
        name_zh="出省断面",
    )
    draft.add(
        "Generator",
        f"{RIVER_MOUTH} outflow",
        bus=RIVER_MOUTH,
        carrier="water",
        sign=-1.0,
        p_nom=FLOOD_M3_PER_S.value + last.turbine_m3_per_s,
        role="outflow",
        name_zh="出省水量",
    )
