"""Coal, gas and biomass plants, with must-run in the heating season.

There are no ramp limits: at 1 % of rating a minute a coal plant crosses the range between must-run and
availability in about an hour. Limits of 0.3 of rating an hour were tried and never bound in a winter month.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qhgrid.errors import Fault, NetworkError
from qhgrid.network.constants import STANDARD_COAL_HEAT_MWH_PER_T

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd

    from qhgrid.network.case import Case
    from qhgrid.network.draft import Draft, FloatArray
    from qhgrid.scenario.fleet import CountedPlant


def add_thermal_plants(draft: Draft, case: Case) -> None:
    """Add one Generator for each coal, gas and biomass plant."""
    for plant in case.plants_of("coal", "gas", "biomass"):
        facts = case.technology(plant.technology)
        draft.add(
            "Generator",
            plant.id,
            bus=case.bus_of_plant(plant.id, plant.station, plant.prefecture),
            carrier=facts.carrier,
            p_nom=plant.p_nom,
            p_max_pu=case.scenario.thermal.availability,
            technology=plant.technology,
            prefecture=plant.prefecture,
            corridor=plant.corridor,
            plant=plant.id,
            role="generation",
            name_zh=plant.name_zh,
            **_OPERATION[plant.technology](case, plant),
        )


def is_heating_season(snapshots: pd.DatetimeIndex, start: str, end: str) -> npt.NDArray[np.bool_]:
    """Return for each snapshot whether it lies in the heating season, both days included, shape (snapshot,).

    Parameters
    ----------
    snapshots : pandas.DatetimeIndex
        Hours.
    start, end : str
        First and last day as month-day; a season whose end stands before its start runs over the new year.
    """
    day = snapshots.month.to_numpy() * 100 + snapshots.day.to_numpy()
    first, last = (int(text.replace("-", "")) for text in (start, end))
    if first <= last:
        return np.asarray((day >= first) & (day <= last))
    return np.asarray((day >= first) | (day <= last))


def coal_cost_cny_per_mwh(case: Case, heat_rate_gce_per_kwh: float) -> float:
    """Return fuel and CO2 of a MWh from coal, at g of standard coal per kWh [CNY/MWh]."""
    rules = case.scenario.thermal
    tce_per_mwh = heat_rate_gce_per_kwh / 1000.0
    co2_t_per_tce = case.facts.cost("coal", "co2_per_tce").value
    return tce_per_mwh * (rules.coal_price + rules.co2_price * co2_t_per_tce)


def _coal(case: Case, plant: CountedPlant) -> dict[str, object]:
    """Return how a coal plant runs: cost and efficiency from its heat rate, must-run by season."""
    if plant.heat_rate <= 0:
        fault = Fault(
            f"coal plant {plant.id}", "has no heat rate", "Fill in its heat rate in data/fleet.csv."
        )
        raise NetworkError(fault)
    facts = case.technology("coal")
    kwh_of_heat_per_g = STANDARD_COAL_HEAT_MWH_PER_T.value / 1000.0
    return {
        "efficiency": 1.0 / (plant.heat_rate * kwh_of_heat_per_g),
        "marginal_cost": coal_cost_cny_per_mwh(case, plant.heat_rate) + facts.marginal_cost_cny_per_mwh,
        "p_min_pu": coal_p_min_pu(case),
    }


def coal_p_min_pu(case: Case) -> FloatArray:
    """Return the must-run of coal plants per unit of rating, shape (snapshot,).

    Raises
    ------
    NetworkError
        If the must-run stands above the availability.
    """
    rules = case.scenario.thermal
    if max(rules.heating_p_min_pu, rules.summer_p_min_pu) > rules.availability:
        fault = Fault(
            "thermal", "must-run stands above availability", "Lower p_min_pu or raise availability."
        )
        raise NetworkError(fault)
    is_heating = is_heating_season(case.snapshots, rules.heating_start, rules.heating_end)
    return np.where(is_heating, rules.heating_p_min_pu, rules.summer_p_min_pu)


def _gas(case: Case, plant: CountedPlant) -> dict[str, object]:
    """Return how a gas plant runs: fuel cost from the scenario, CO2 from the fact tables."""
    facts = case.technology("gas")
    rules = case.scenario.thermal
    co2_cost = rules.co2_price * case.facts.cost("gas", "co2_per_mwh").value
    cost = rules.gas_price + co2_cost + facts.marginal_cost_cny_per_mwh
    return {"efficiency": facts.efficiency, "marginal_cost": cost}


def _biomass(case: Case, plant: CountedPlant) -> dict[str, object]:
    """Return how a biomass or waste plant runs: flat, at its availability all year."""
    facts = case.technology("biomass")
    flat = case.scenario.thermal.availability
    return {
        "efficiency": facts.efficiency,
        "marginal_cost": facts.marginal_cost_cny_per_mwh,
        "p_min_pu": flat,
    }


_OPERATION = {"coal": _coal, "gas": _gas, "biomass": _biomass}
"""How a plant runs, by technology."""
