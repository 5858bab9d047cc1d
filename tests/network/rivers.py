"""Small rivers for the tests: three plants with travel times, limits, withdrawals and a known reservoir."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pypsa
import xarray as xr

from qhgrid.dispatch import Dispatch, ElasticPrices, solve
from qhgrid.facts import Facts
from qhgrid.facts import rows as r
from qhgrid.network import build_network
from qhgrid.scenario.model import Scenario
from tests.network.systems import RIVER, by_id, said, small_facts, small_profiles, small_scenario


def reach(upstream: str, downstream: str, hours: float, free: float) -> r.HydroReach:
    id = f"{upstream}-{downstream}"
    row = r.HydroReach(
        **said(id, hours, "h"), upstream=upstream, downstream=downstream, distance_km=9.0, free_hours=free
    )
    return replace(row, low=0.0, high=99.0)


def flow(plant: str, kind: str, *months: float, grade: str = "OP") -> r.HydroFlows:
    """Return a rule on the flow; one figure stands for all months."""
    values = months * 12 if len(months) == 1 else months
    id = f"{plant}_{kind}_{grade}"
    row = said(id, 1.0, "m3/s")
    return r.HydroFlows(**row, plant=plant, kind=kind, grade=grade, in_service_year=2000, months=values)


def level(plant: str, kind: str, *months: float) -> r.HydroLevels:
    """Return a level; one figure stands for all months."""
    values = months * 12 if len(months) == 1 else months
    return r.HydroLevels(**said(f"{plant}_{kind}", 1.0, "m"), plant=plant, kind=kind, months=values)


def curve(plant: str, *points: tuple[float, float]) -> list[r.HydroCurvePoint]:
    return [
        r.HydroCurvePoint(**said(f"{plant}_{at:g}", storage, "m3"), plant=plant, level_m=at)
        for at, storage in points
    ]


REACHES = by_id(reach("upper", "middle", 3.0, 5.0), reach("middle", "lower", 1.0, 2.0))
CURVES = by_id(*curve("upper", (1000.0, 1e8), (1050.0, 2e8), (1100.0, 4.6e8)))
"""Dead 1000 m, normal 1100 m: 3.6e8 m3 are 100 000 m3/s held for an hour."""
LEVELS = by_id(
    level("upper", "dead", 1000.0),
    level("upper", "normal", 1100.0),
    level("upper", "tailwater", 950.0),
    level("upper", "rule", *[1060.0] * 6, *[1080.0] * 6),
)


DAY: dict[str, Any] = {"horizon": {"start": "2030-07-01", "end": "2030-07-01"}}


def river_facts(**tables: Any) -> Facts:
    """Return the small facts with travel times and a reservoir whose levels are known."""
    return small_facts(
        **({"hydro_reaches": REACHES, "hydro_curves": CURVES, "hydro_levels": LEVELS} | tables)
    )


def river_network(
    facts: Facts | None = None, inflow: float | np.ndarray = 100.0, **changes: Any
) -> tuple[Scenario, Facts, pypsa.Network]:
    """Return scenario, facts and network of a small river; the inflow may be a series."""
    scenario, facts = small_scenario(**(DAY | changes)), facts or river_facts()
    profiles = small_profiles(scenario, 100.0)
    series = np.broadcast_to(np.asarray(inflow, dtype=float), profiles.sizes["snapshot"])
    profiles = profiles.assign(inflow_m3_per_s=("snapshot", series.copy()))
    return scenario, facts, build_network(scenario, facts, profiles)


def dispatched(
    facts: Facts | None = None,
    inflow: float | np.ndarray = 100.0,
    method: str = "exact",
    **changes: Any,
) -> tuple[Dispatch, xr.Dataset, Scenario, Facts]:
    """Return the dispatch of a small river with its results."""
    scenario, facts, network = river_network(facts, inflow, **changes)
    prices = ElasticPrices(shed=scenario.elastic.shed_price, dump=scenario.elastic.dump_price)
    found = solve(network, method=method, elastic=prices)
    return found, found.to_dataset(), scenario, facts


def without_ponds() -> dict[str, r.HydroPlant]:
    """Return the river without any storage."""
    return {id: replace(row, regulating_storage_m3=0.0) for id, row in RIVER.items()}
