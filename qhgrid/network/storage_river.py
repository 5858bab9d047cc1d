r"""Pumped storage that shares a pool of the river with a hydro plant.

The pump lifts water out of the lower pool, the turbine hands it back, both in m3/s. A m3/s over the mean head
:math:`H` holds :math:`g H / 1000` MW; half of the loss is in the pump, half in the turbine, so that a round
trip gives the efficiency of ``technologies.csv``:

.. math:: q_{pump} = \sqrt{\eta}\, p_{pump} \frac{1000}{g H}, \qquad
   p_{turbine} = \sqrt{\eta}\, q_{turbine} \frac{g H}{1000}.

The upper reservoir is a Store of its own, or the pool of a plant upstream. Limits: the head is its mean at
any level, and neither reservoir evaporates.
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

from qhgrid.network.constants import GRAVITY_M_PER_S2

if TYPE_CHECKING:
    from qhgrid.facts.rows import PumpedStorageSite
    from qhgrid.network.case import Case
    from qhgrid.network.draft import Draft
    from qhgrid.scenario.fleet import CountedPlant


def is_on_river(draft: Draft, case: Case, plant: CountedPlant) -> bool:
    """Return whether the reservoirs that a plant shares are there; if not, it is a closed system."""
    site = case.facts.pumped_storage.get(plant.id)
    if site is None or not site.lower_plant or not case.scenario.storage.pumped_from_river:
        return False
    pools = [f"{name} pool" for name in (site.lower_plant, site.upper_plant) if name]
    return all(pool in draft.rows["Bus"] for pool in pools)


def add_river_storage(draft: Draft, case: Case, plant: CountedPlant) -> None:
    """Add pump, turbine and, if it has one of its own, the upper reservoir of a plant."""
    site = case.facts.pumped_storage[plant.id]
    lower = f"{site.lower_plant} pool"
    upper = f"{site.upper_plant} pool" if site.upper_plant else f"{plant.id} upper"
    if not site.upper_plant:
        _add_upper_reservoir(draft, case, plant, site, upper)
    _add_machines(draft, case, plant, site, upper, lower)


def mw_per_m3_per_s(site: PumpedStorageSite) -> float:
    """Return the power of a m3/s over the mean head, without losses [MW/(m3/s)]."""
    return GRAVITY_M_PER_S2.value * (site.value or 0.0) / 1000.0


def _add_upper_reservoir(
    draft: Draft, case: Case, plant: CountedPlant, site: PumpedStorageSite, upper: str
) -> None:
    """Add the bus and the Store of a plant's own upper reservoir, as full at the end as at the start."""
    lower = draft.rows["Bus"][f"{site.lower_plant} pool"]
    price = float(str(lower["shed_price"])) + case.scenario.elastic.shed_price * mw_per_m3_per_s(site)
    common = {"carrier": "water", "prefecture": plant.prefecture}
    draft.add(
        "Bus",
        upper,
        unit="m3/s",
        x=lower["x"],
        y=lower["y"],
        role="water",
        shed_price=price,
        dump_price=price,
        name_zh=f"{plant.name_zh}上水库",
        **common,
    )
    draft.add(
        "Store",
        upper,
        bus=upper,
        e_nom=plant.p_nom * plant.storage_h / mw_per_m3_per_s(site),
        e_cyclic=True,
        mwh_per_unit=mw_per_m3_per_s(site),
        technology="pumped_storage",
        plant=plant.id,
        role="upper_reservoir",
        name_zh=f"{plant.name_zh}上水库",
        **common,
    )


def _add_machines(
    draft: Draft, case: Case, plant: CountedPlant, site: PumpedStorageSite, upper: str, lower: str
) -> None:
    """Add the pump, which takes from the lower pool what it lifts, and the turbine, which hands it back."""
    facts = case.technology("pumped_storage")
    one_way = sqrt(facts.efficiency)
    lifted, made = one_way / mw_per_m3_per_s(site), one_way * mw_per_m3_per_s(site)
    grid = case.bus_of_plant(plant.id, plant.station, plant.prefecture)
    common = {
        "carrier": facts.carrier,
        "technology": "pumped_storage",
        "prefecture": plant.prefecture,
        "plant": plant.id,
    }
    draft.add(
        "Link",
        f"{plant.id} pump",
        bus0=grid,
        bus1=upper,
        bus2=lower,
        p_nom=plant.p_nom,
        efficiency=lifted,
        efficiency2=-lifted,
        role="psh_pump",
        name_zh=f"{plant.name_zh}抽水",
        **common,
    )
    draft.add(
        "Link",
        f"{plant.id} turbine",
        bus0=upper,
        bus1=grid,
        bus2=lower,
        p_nom=plant.p_nom / made,
        efficiency=made,
        efficiency2=1.0,
        marginal_cost=facts.marginal_cost_cny_per_mwh * made,
        role="psh_turbine",
        name_zh=plant.name_zh,
        **common,
    )
