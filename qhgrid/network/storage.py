"""Batteries and liquid air added up by bus, and pumped storage plant by plant."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qhgrid.network.case import Case
    from qhgrid.network.draft import Draft
    from qhgrid.scenario.fleet import CountedPlant


def add_storage(draft: Draft, case: Case) -> None:
    """Add batteries and liquid air by bus, and each pumped storage plant, as StorageUnits."""
    for technology in ("battery", "laes"):
        for bus, plants in case.plants_by_bus(technology).items():
            name_zh = f"{case.name_of(bus)}{case.technology(technology).name_zh}"
            _add_storage_unit(draft, case, f"{bus} {technology}", bus, plants, name_zh)
    for plant in case.plants_of("pumped_storage"):
        bus = case.bus_of_plant(plant.id, plant.station, plant.prefecture)
        _add_storage_unit(draft, case, plant.id, bus, [plant], plant.name_zh)


def _add_storage_unit(
    draft: Draft, case: Case, name: str, bus: str, plants: list[CountedPlant], name_zh: str
) -> None:
    """Add plants of one technology as one cyclic StorageUnit, with half the loss each way."""
    technology = plants[0].technology
    facts = case.technology(technology)
    p_nom = sum(plant.p_nom for plant in plants)
    draft.add(
        "StorageUnit",
        name,
        bus=bus,
        carrier=facts.carrier,
        p_nom=p_nom,
        max_hours=sum(plant.p_nom * plant.storage_h for plant in plants) / p_nom,
        efficiency_store=sqrt(facts.efficiency),
        efficiency_dispatch=sqrt(facts.efficiency),
        marginal_cost=facts.marginal_cost_cny_per_mwh,
        cyclic_state_of_charge=True,
        technology=technology,
        prefecture=case.prefecture_of(bus),
        plant=plants[0].id if technology == "pumped_storage" else "",
        role="storage",
        name_zh=name_zh,
    )
