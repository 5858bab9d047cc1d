"""PV and wind added up by bus, and small hydro."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qhgrid.network.siting import collector_of

if TYPE_CHECKING:
    from qhgrid.network.case import Case
    from qhgrid.network.draft import Draft, FloatArray
    from qhgrid.scenario.fleet import CountedPlant


def add_wind_and_pv(draft: Draft, case: Case) -> None:
    """Add one Generator a bus for PV and one for wind, with the hourly series of the bus's prefecture.

    Plants behind the collector of a base (:mod:`.siting`) stand there and not on the grid bus.
    """
    for technology in ("pv", "wind"):
        facts = case.technology(technology)
        for bus, plants in _by_feeding_bus(case, technology).items():
            prefecture = plants[0].prefecture
            draft.add(
                "Generator",
                f"{bus} {technology}",
                bus=bus,
                carrier=facts.carrier,
                p_nom=sum(plant.p_nom for plant in plants),
                p_max_pu=case.profile(f"{technology}_p_max_pu", prefecture=prefecture),
                marginal_cost=facts.marginal_cost_cny_per_mwh,
                technology=technology,
                prefecture=prefecture,
                role="generation",
                name_zh=f"{draft.rows['Bus'][bus]['name_zh']}{facts.name_zh}",
            )


def _by_feeding_bus(case: Case, technology: str) -> dict[str, list[CountedPlant]]:
    """Return the plants of a technology by the bus that they feed: the grid's, or a collector."""
    groups: dict[str, list[CountedPlant]] = {}
    for bus, plants in case.plants_by_bus(technology).items():
        for plant in plants:
            groups.setdefault(collector_of(case, plant) or bus, []).append(plant)
    return groups


def add_small_hydro(draft: Draft, case: Case) -> None:
    """Add the hydro plants that stand in the fleet table, off the cascade, as run-of-river Generators."""
    facts = case.technology("hydro")
    plants = [plant for plant in case.plants_of("hydro") if plant.id in case.facts.fleet]
    if not plants:
        return
    p_max_pu = run_of_river_p_max_pu(case)
    for plant in plants:
        draft.add(
            "Generator",
            plant.id,
            bus=case.bus_of_plant(plant.id, plant.station, plant.prefecture),
            carrier=facts.carrier,
            p_nom=plant.p_nom,
            p_max_pu=p_max_pu,
            marginal_cost=facts.marginal_cost_cny_per_mwh,
            technology="hydro",
            prefecture=plant.prefecture,
            plant=plant.id,
            role="generation",
            name_zh=plant.name_zh,
        )


def run_of_river_p_max_pu(case: Case) -> FloatArray:
    """Return what small hydro can give per unit of rating, shape (snapshot,).

    The discharge at 唐乃亥 over its long-term mean, times the mean load of a year of mean water, at most 1.
    """
    years = case.facts.inflow_monthly.values()
    mean_m3_per_s = float(np.mean([np.mean(months) for months in years]))
    share_of_year = case.facts.cost("small_hydro", "full_load_hours").value / 8760.0
    return np.minimum(1.0, case.profile("inflow_m3_per_s") / mean_m3_per_s * share_of_year)
