"""Coal, gas and biomass plants: must-run by season, or units that start and stop.

By default there are no ramp limits: at 1 % of rating a minute a coal plant crosses the range between must-run
and availability in about an hour. Limits of 0.3 of rating an hour were tried and never bound in a winter
month.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qhgrid.network.thermal_commitment import add_committed_plant
from qhgrid.network.thermal_units import ThermalPlant

if TYPE_CHECKING:
    from qhgrid.network.case import Case
    from qhgrid.network.draft import Draft
    from qhgrid.scenario.fleet import CountedPlant


def add_thermal_plants(draft: Draft, case: Case) -> None:
    """Add the coal, gas and biomass plants."""
    for plant in case.plants_of("coal", "gas", "biomass"):
        if plant.technology == "biomass":
            _add_flat_plant(draft, case, plant)
        elif case.scenario.thermal.commitment == "linear":
            add_committed_plant(draft, ThermalPlant(case, plant))
        else:
            _add_must_run_plant(draft, ThermalPlant(case, plant))


def _add_must_run_plant(draft: Draft, thermal: ThermalPlant) -> None:
    """Add a plant as one Generator, which stays above its must-run."""
    _add_generator(
        draft,
        thermal.case,
        thermal.plant,
        p_max_pu=thermal.availability,
        p_min_pu=thermal.must_run,
        efficiency=thermal.efficiency,
        marginal_cost=thermal.marginal_cost,
        fuel_factor=thermal.penalty,
        **thermal.ramp_limits(1.0),
    )


def _add_flat_plant(draft: Draft, case: Case, plant: CountedPlant) -> None:
    """Add a biomass or waste plant, which runs flat at its availability all year."""
    facts = case.technology(plant.technology)
    flat = case.scenario.thermal.availability
    _add_generator(
        draft,
        case,
        plant,
        p_max_pu=flat,
        p_min_pu=flat,
        efficiency=facts.efficiency,
        marginal_cost=facts.marginal_cost_cny_per_mwh,
    )


def _add_generator(draft: Draft, case: Case, plant: CountedPlant, **operation: object) -> None:
    """Add a plant as a Generator on its bus."""
    draft.add(
        "Generator",
        plant.id,
        bus=case.bus_of_plant(plant.id, plant.station, plant.prefecture),
        carrier=case.technology(plant.technology).carrier,
        p_nom=plant.p_nom,
        technology=plant.technology,
        prefecture=plant.prefecture,
        corridor=plant.corridor,
        plant=plant.id,
        role="generation",
        name_zh=plant.name_zh,
        **operation,
    )
