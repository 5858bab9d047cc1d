r"""The upper Yellow River as a chain of pools, in water units.

Water is carried in m3/s; a reservoir holds m3/s for an hour (3600 m3). Each plant is a pool bus with its
natural inflow, a turbine that turns each m3/s into :math:`K H / 1000` MW and hands the water on, a spillway,
and a Store where the plant regulates. No plant makes energy out of water that has not reached it.

Limitations: the head is the rated head at any level; water reaches the next plant within the hour (travel
time 0).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qhgrid.network.chain import Step, chain
from qhgrid.network.constants import FLOOD_M3_PER_S
from qhgrid.network.endlevel import end_levels_m3_per_s_h

if TYPE_CHECKING:
    from qhgrid.network.case import Case
    from qhgrid.network.draft import Draft, FloatArray

RIVER_MOUTH = "river mouth"
"""Bus below the last plant, where the water leaves the model."""


def add_cascade(draft: Draft, case: Case) -> None:
    """Add the pools, turbines, spillways, reservoirs and inflows of the river, down to its mouth."""
    steps = chain(case)
    if not steps:
        return
    discharge = case.profile("inflow_m3_per_s")
    ends = end_levels_m3_per_s_h(steps, discharge, case.scenario.hydro)
    price = case.scenario.elastic.shed_price
    for position, step in enumerate(steps):
        below = steps[position + 1 :]
        tail_price = price * (1.0 + sum(other.mw_per_m3_per_s for other in below))
        _add_pool(draft, step, tail_price + price * step.mw_per_m3_per_s)
        _add_waterway(draft, case, step, below[0].pool if below else RIVER_MOUTH, tail_price)
        _add_inflow(draft, step, discharge)
        _add_reservoir(draft, case, step, ends[step.plant.id])
    _add_river_mouth(draft, steps[-1], price)


def _add_pool(draft: Draft, step: Step, shed_price: float) -> None:
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
        shed_price=shed_price,
        name_zh=f"{plant.name_zh}库区",
    )


def _add_waterway(draft: Draft, case: Case, step: Step, outlet: str, tail_price: float) -> None:
    """Add turbine and spillway of a plant, and below them the release where a minimum is set."""
    plant, facts = step.plant, case.technology("hydro")
    common = {"prefecture": plant.prefecture, "plant": plant.id}
    minimum = plant.minimum_release_m3_per_s * case.scenario.hydro.minimum_release
    if minimum > 0:
        outlet = _add_release(draft, step, outlet, minimum, tail_price)
    draft.add(
        "Link",
        f"{plant.id} turbine",
        bus0=step.pool,
        bus1=case.bus_of_plant(plant.id, plant.station, plant.prefecture),
        bus2=outlet,
        carrier=facts.carrier,
        p_nom=step.turbine_m3_per_s,
        efficiency=step.mw_per_m3_per_s,
        efficiency2=1.0,
        marginal_cost=facts.marginal_cost_cny_per_mwh * step.mw_per_m3_per_s,
        technology="hydro",
        role="hydro_turbine",
        name_zh=plant.name_zh,
        **common,
    )
    draft.add(
        "Link",
        f"{plant.id} spill",
        bus0=step.pool,
        bus1=outlet,
        carrier="water",
        p_nom=FLOOD_M3_PER_S.value,
        role="hydro_spill",
        name_zh=f"{plant.name_zh}弃水",
        **common,
    )


def _add_release(draft: Draft, step: Step, outlet: str, minimum: float, tail_price: float) -> str:
    """Add a tailwater bus and the Link that must carry the minimum release on; return the bus."""
    plant = step.plant
    tailwater = f"{plant.id} tailwater"
    most = FLOOD_M3_PER_S.value + step.turbine_m3_per_s
    draft.add(
        "Bus",
        tailwater,
        carrier="water",
        unit="m3/s",
        x=plant.lon,
        y=plant.lat,
        prefecture=plant.prefecture,
        role="water",
        shed_price=tail_price,
        name_zh=f"{plant.name_zh}尾水",
    )
    draft.add(
        "Link",
        f"{plant.id} release",
        bus0=tailwater,
        bus1=outlet,
        carrier="water",
        p_nom=most,
        p_min_pu=minimum / most,
        prefecture=plant.prefecture,
        plant=plant.id,
        role="hydro_release",
        name_zh=f"{plant.name_zh}下泄",
    )
    return tailwater


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


def _add_reservoir(draft: Draft, case: Case, step: Step, end_m3_per_s_h: float) -> None:
    """Add the Store of a plant that regulates, which may not end below its end level."""
    if step.storage_m3_per_s_h <= 0:
        return
    e_min_pu = np.zeros(len(case.snapshots))
    e_min_pu[-1] = end_m3_per_s_h / step.storage_m3_per_s_h
    draft.add(
        "Store",
        f"{step.plant.id} reservoir",
        bus=step.pool,
        carrier="water",
        e_nom=step.storage_m3_per_s_h,
        e_initial=step.storage_m3_per_s_h * case.scenario.hydro.initial_level,
        e_min_pu=e_min_pu,
        technology="hydro",
        prefecture=step.plant.prefecture,
        plant=step.plant.id,
        role="reservoir",
        name_zh=f"{step.plant.name_zh}水库",
    )


def _add_river_mouth(draft: Draft, last: Step, shed_price: float) -> None:
    """Add the bus below the last plant and the Generator that takes the water away."""
    draft.add(
        "Bus",
        RIVER_MOUTH,
        carrier="water",
        unit="m3/s",
        x=last.plant.lon,
        y=last.plant.lat,
        role="water",
        shed_price=shed_price,
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
