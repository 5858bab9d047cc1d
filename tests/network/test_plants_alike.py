"""Names and order of plants are no matter, and both roads agree, with every feature on."""

from dataclasses import replace

import numpy as np
import pytest

from qhgrid.dispatch import solve
from qhgrid.network import build
from qhgrid.scenario import read_scenario
from tests.network.systems import FLEET, by_id, fresh, plant, small_facts
from tests.network.test_storage import site, sited

RULES = {
    "thermal": {"commitment": "linear", "ramps": True, "captive_p_min_pu": 0.4},
    "csp": {"commitment": "linear", "heater": 0.4},
    "storage": {"source_charges_from_grid": False},
}
EXTRA = (
    plant("base_sun", "pv", 90.0, "hainan", "hongqi", corridor="qingyu"),
    plant("base_battery", "battery", 40.0, "hainan", "hongqi", storage_h=3.0, corridor="qingyu"),
    plant("user_battery", "battery", 30.0, "xining", "xining_750", storage_h=2.0),
    plant("second_coal", "coal", 60.0, "xining", "xining_750", heat_rate_gce_per_kwh=330.0),
)


def variant(seed):
    """Return a fleet of random sizes, with the sites of its storage."""
    rng = np.random.default_rng(seed)
    rows = [replace(row, value=row.value * rng.uniform(0.4, 1.6)) for row in (*FLEET.values(), *EXTRA)]
    return rows, [site("warang"), sited("base_battery", "source"), sited("user_battery", "user")]


def cost(rows, sites, method="exact"):
    pumped = [row for row in sites if hasattr(row, "lower_plant")]
    others = [row for row in sites if not hasattr(row, "lower_plant")]
    facts = small_facts(fleet=by_id(*rows), pumped_storage=by_id(*pumped), storage_sites=by_id(*others))
    return solve(fresh(facts, **RULES), method=method).objective


@pytest.mark.parametrize("seed", range(2))
def test_order_of_plants_changes_nothing(seed):
    rows, sites = variant(seed)
    assert cost(rows[::-1], sites[::-1]) == pytest.approx(cost(rows, sites), rel=1e-6)


def test_names_of_plants_change_nothing_by_either_road():
    rows, sites = variant(2)
    plain = cost(rows, sites)
    renamed = [[replace(row, id=f"z{k}_{row.id[::-1]}") for k, row in enumerate(rows)]]
    new = {row.id: one.id for row, one in zip(rows, renamed[0], strict=True)}
    assert cost(renamed[0], [replace(row, id=new[row.id]) for row in sites]) == pytest.approx(plain, rel=1e-6)
    assert cost(rows, sites, "highs") == pytest.approx(plain, rel=1e-6)


def test_the_plan_with_every_feature_costs_the_same_by_both_roads():
    settings = [
        "horizon.start=2030-01-10",
        "horizon.end=2030-01-10",
        "thermal.commitment=linear",
        "thermal.ramps=true",
        "thermal.retrofit.huadian_datong={min_load: 0.25, heat_rate_penalty: 0.01, reason: 灵活性改造}",
        "csp.commitment=linear",
        "csp.heater=0.3",
        "csp.freeze_protection=true",
        "storage.source_charges_from_grid=false",
    ]
    n = build(read_scenario("2030-plan", settings).scenario)
    roles = set(n.links.role) | set(n.buses.role)
    assert {"thermal_least", "csp_start", "csp_heater", "psh_pump", "collector", "source"} <= roles
    assert "hainan csp freeze protection" in n.loads.index
    exact, highs = (solve(n.copy(), method=method).objective for method in ("exact", "highs"))
    assert exact == pytest.approx(highs, rel=1e-6)
