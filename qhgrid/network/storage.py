"""Batteries and other new storage added up by bus and siting, and pumped storage plant by plant."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from qhgrid.network.siting import collector_of, load_behind_meters, siting_of
from qhgrid.network.storage_river import add_river_storage, is_on_river

if TYPE_CHECKING:
    from qhgrid.network.case import Case
    from qhgrid.network.draft import Draft
    from qhgrid.scenario.fleet import CountedPlant

SITING_ZH = {"source": "电源侧", "grid": "", "user": "用户侧"}
"""Chinese names of the sitings; what stands on the grid is not named so."""


def add_storage(draft: Draft, case: Case) -> None:
    """Add new storage by bus and siting, and each pumped storage plant; pools and loads must stand already.

    Pumped storage that draws on a pool of the river pumps its water from there (:mod:`.storage_river`);
    other pumped storage is a closed StorageUnit.
    """
    for technology, facts in case.facts.technologies.items():
        if facts.is_storage and technology != "pumped_storage":
            for plants in _groups(case, technology):
                _add_new_storage(draft, case, plants)
    for plant in case.plants_of("pumped_storage"):
        if is_on_river(draft, case, plant):
            add_river_storage(draft, case, plant)
        else:
            bus = case.bus_of_plant(plant.id, plant.station, plant.prefecture)
            _add_storage_unit(draft, case, plant.id, bus, [plant], plant.name_zh, plant=plant.id)


def _groups(case: Case, technology: str) -> list[list[CountedPlant]]:
    """Return the plants of one technology, those of one bus and siting together."""
    groups: dict[tuple[str, str, str], list[CountedPlant]] = {}
    for bus, plants in case.plants_by_bus(technology).items():
        for plant in plants:
            siting = siting_of(case, plant)
            base = collector_of(case, plant) if siting == "source" else ""
            groups.setdefault((bus, siting, base), []).append(plant)
    return list(groups.values())


def _add_new_storage(draft: Draft, case: Case, plants: list[CountedPlant]) -> None:
    """Add plants of one technology, bus and siting as one StorageUnit.

    On the source side it stands on the collector, which takes nothing from the grid. Behind meters it gives
    at most the load of the hour, so that nothing flows back into the grid.
    """
    first, siting = plants[0], siting_of(case, plants[0])
    grid = case.bus_of_plant(first.id, first.station, first.prefecture)
    bus = collector_of(case, first) if siting == "source" else grid
    technology = case.technology(first.technology)
    name = f"{bus} {first.technology}" + (" user" if siting == "user" else "")
    limits = {}
    if siting == "user":
        p_nom = sum(plant.p_nom for plant in plants)
        limits["p_max_pu"] = np.minimum(1.0, load_behind_meters(draft, case, grid) / p_nom)
    name_zh = f"{case.name_of(grid)}{SITING_ZH[siting]}{technology.name_zh}"
    _add_storage_unit(draft, case, name, bus, plants, name_zh, siting=siting, **limits)


def _add_storage_unit(
    draft: Draft,
    case: Case,
    name: str,
    bus: str,
    plants: list[CountedPlant],
    name_zh: str,
    **more: object,
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
        standing_loss=standing_loss(case, technology),
        marginal_cost=facts.marginal_cost_cny_per_mwh,
        cyclic_state_of_charge=True,
        technology=technology,
        prefecture=plants[0].prefecture,
        role="storage",
        name_zh=name_zh,
        **more,
    )


def standing_loss(case: Case, technology: str) -> float:
    """Return the share of what is held that a technology loses in an hour; 0 where no figure stands."""
    row = case.facts.costs.get(f"{technology}.standing_loss")
    return 0.0 if row is None or row.value is None else row.value
