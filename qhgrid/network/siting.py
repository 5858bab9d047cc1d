"""Where storage stands: on the source side behind a collector, on the grid, or behind a user's meter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qhgrid.errors import Fault, NetworkError

if TYPE_CHECKING:
    from qhgrid.network.case import Case
    from qhgrid.network.draft import Draft, FloatArray
    from qhgrid.scenario.fleet import CountedPlant

COLLECTED = ("pv", "wind")
"""Technologies that stand behind a collector with the storage of their base."""


def siting_of(case: Case, plant: CountedPlant) -> str:
    """Return ``source``, ``grid`` or ``user`` for a storage plant.

    Storage on the source side that may charge from the grid is the same as storage on the grid, and is
    treated so: no collector is needed.
    """
    row = case.facts.storage_sites.get(plant.id)
    siting = "grid" if row is None else row.siting
    is_free = siting == "source" and case.scenario.storage.source_charges_from_grid
    return "grid" if is_free else siting


def collector_of(case: Case, plant: CountedPlant) -> str:
    """Return the collector bus of a wind, PV or source-side storage plant, or empty where it has none.

    A base is what was built for one corridor at one bus; plants built for none make up a base too. Its wind
    and PV stand behind a collector if its storage must charge from them alone.
    """
    bus = case.bus_of_plant(plant.id, plant.station, plant.prefecture)
    return collectors(case).get((bus, plant.corridor), "")


def collectors(case: Case) -> dict[tuple[str, str], str]:
    """Return the collector buses of a case, by grid bus and corridor, in the order of the fleet."""
    found: dict[tuple[str, str], str] = {}
    if case.scenario.storage.source_charges_from_grid or not case.facts.storage_sites:
        return found
    for plant in case.plants:
        if plant.p_nom > 0 and siting_of(case, plant) == "source":
            bus = case.bus_of_plant(plant.id, plant.station, plant.prefecture)
            found[bus, plant.corridor] = f"{bus} {plant.corridor} source".replace("  ", " ")
    return found


def add_collectors(draft: Draft, case: Case) -> None:
    """Add the collector buses, each with a Link that feeds the grid and takes nothing from it.

    Raises
    ------
    NetworkError
        If no wind or PV stands behind one.
    """
    for (bus, corridor), name in collectors(case).items():
        behind = [plant for plant in case.plants if plant.p_nom > 0 and collector_of(case, plant) == name]
        if not any(plant.technology in COLLECTED for plant in behind):
            storage = ", ".join(plant.id for plant in behind)
            what = "stands on the source side, and no wind or PV of its base is counted"
            mend = "Count its plants, or set storage.source_charges_from_grid: true."
            raise NetworkError(Fault(f"storage {storage}", what, mend))
        _add_collector(draft, case, bus, corridor, name, sum(plant.p_nom for plant in behind))


def _add_collector(draft: Draft, case: Case, bus: str, corridor: str, name: str, p_nom: float) -> None:
    """Add one collector bus and its Link to the grid."""
    grid = draft.rows["Bus"][bus]
    price = case.scenario.elastic.shed_price
    common = {"prefecture": case.prefecture_of(bus), "name_zh": f"{case.name_of(bus)}电源侧汇集"}
    draft.add(
        "Bus",
        name,
        carrier="AC",
        unit="MW",
        v_nom=grid["v_nom"],
        x=grid["x"],
        y=grid["y"],
        role="source",
        shed_price=price,
        **common,
    )
    draft.add("Link", name, bus0=name, bus1=bus, carrier="AC", p_nom=p_nom, role="collector", **common)


def load_behind_meters(draft: Draft, case: Case, bus: str) -> FloatArray:
    """Return the load of the classes that may own storage at a grid bus, shape (snapshot,) [MW]."""
    classes = {str(name) for name in case.scenario.storage.user_classes}
    total = np.zeros(len(case.snapshots))
    series = draft.series["Load"].get("p_set", {})
    for name, row in draft.rows["Load"].items():
        if row["bus"] == bus and row.get("demand_class") in classes:
            static = row.get("p_set", 0.0)
            total = total + (series[name] if name in series else float(str(static)))
    return total
