"""The shipped facts, scenarios and series: the whole 2030 plan, at both resolutions."""

import time

import pytest

from qhgrid.facts import read_facts
from qhgrid.network import build
from qhgrid.scenario import read_scenario
from qhgrid.scenario.fleet import counted_fleet

DAYS = ("horizon.start=2030-07-14", "horizon.end=2030-07-15")


def plan(*settings):
    return read_scenario("2030-plan", settings).scenario


@pytest.mark.slow
@pytest.mark.parametrize("resolution", ["prefecture", "station"])
def test_full_year_of_the_plan_builds_within_five_seconds_and_adds_up(resolution):
    scenario = plan(f"grid.resolution={resolution}")
    facts = read_facts()
    start = time.process_time()
    n = build(scenario)
    assert time.process_time() - start < 5.0
    assert len(n.snapshots) == 8760
    n.consistency_check(strict="all")
    loads = n.get_switchable_as_dense("Load", "p_set").sum()
    hydrogen = loads[n.loads.role == "hydrogen_demand"].sum() / scenario.hydrogen.efficiency
    demand = loads[n.loads.role == "demand"].sum() + hydrogen
    assert demand == pytest.approx(scenario.demand.energy, rel=1e-7)
    turbines = n.links.index[n.links.role.isin(["hydro_turbine", "csp_turbine", "psh_turbine"])]
    per_unit = n.get_switchable_as_dense("Link", "efficiency") * n.get_switchable_as_dense("Link", "p_max_pu")
    installed = (
        n.generators.p_nom[n.generators.role == "generation"].sum()
        + (n.links.p_nom[turbines] * per_unit[turbines].max()).sum()
        + n.storage_units.p_nom[n.storage_units.role == "storage"].sum()
    )
    assert installed == pytest.approx(sum(plant.p_nom for plant in counted_fleet(scenario, facts)))


def test_pv_is_dark_at_midnight_everywhere():
    n = build(plan(*DAYS))
    pv = n.generators.index[n.generators.technology == "pv"]
    midnight = n.get_switchable_as_dense("Generator", "p_max_pu")[pv].iloc[[0, 24]]
    assert midnight.eq(0.0).all(axis=None)


@pytest.mark.slow
@pytest.mark.parametrize("resolution", ["prefecture", "station"])
def test_summer_days_of_the_plan_serve_all_load_and_use_the_sun(resolution):
    """A shed generator of 20 000 CNY/MWh at every bus stays idle; 88 % of the sun is used or more."""
    n = build(plan(*DAYS, f"grid.resolution={resolution}"))
    grid = n.buses.index[n.buses.role == "grid"]
    n.add("Carrier", "shed")
    n.add("Generator", list(grid + " shed"), bus=list(grid), carrier="shed", p_nom=1e4, marginal_cost=2e4)
    status, condition = n.optimize(
        solver_name="highs", include_objective_constant=False, log_to_console=False
    )
    assert (status, condition) == ("ok", "optimal")
    assert n.generators_t.p[grid + " shed"].sum().sum() == pytest.approx(0.0, abs=1e-3)
    pv = n.generators.index[n.generators.technology == "pv"]
    potential = (n.get_switchable_as_dense("Generator", "p_max_pu")[pv] * n.generators.p_nom[pv]).sum().sum()
    assert n.generators_t.p[pv].sum().sum() > 0.88 * potential


def test_scenario_can_be_named_and_everything_else_is_loaded():
    n = build(plan("horizon.start=2030-01-01", "horizon.end=2030-01-01"))
    assert n.name == "2030-plan"
    assert {"qingyu", "qinggui", "qingyue", "gansu import"} <= set(n.links.index)
    assert n.links.bus0[["qingyu", "qinggui", "qingyue"]].tolist() == ["hainan", "haixi", "hainan"]
