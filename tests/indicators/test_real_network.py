"""The real network, a day or two of it, through dispatch and measure(): every table reconciles."""

import pytest

from qhgrid.dispatch import solve
from qhgrid.facts import read_facts
from qhgrid.indicators import find_figure, find_table, measure
from qhgrid.network import build
from qhgrid.scenario import read_scenario
from tests.indicators import reconcile, second_way

CASES = {
    "summer": ("horizon.start=2030-06-30", "horizon.end=2030-07-01"),
    "stations": ("horizon.start=2030-12-31", "horizon.end=2030-12-31", "grid.resolution=station"),
    "transport": ("horizon.start=2030-12-31", "horizon.end=2030-12-31", "grid.power_flow=transport"),
}


@pytest.fixture(scope="module", params=list(CASES))
def run(request):
    facts = read_facts()
    scenario = read_scenario("2030-plan", CASES[request.param], facts).scenario
    dispatch = solve(build(scenario, facts))
    results = dispatch.to_dataset()
    return results, dispatch, measure(results, scenario, facts, dispatch.objective, dispatch.shortages)


def test_the_plan_balances_at_every_bus(run):
    results, _, _ = run
    assert second_way.nodal_residual(results) < 1e-3


def test_every_table_of_the_real_network_reconciles(run):
    results, dispatch, indicators = run
    reconcile.check_everything(indicators, results, dispatch.objective)


def test_the_cost_by_component_is_the_objective_of_the_solver(run):
    _, dispatch, indicators = run
    assert find_figure(indicators.figures, "cost.total").value * 1e8 == pytest.approx(
        dispatch.objective, rel=1e-6
    )


def test_the_capacity_of_the_tables_is_that_of_the_network(run):
    """Wind, PV, thermal and storage by p_nom; the turbines of CSP and hydro are rated in heat and water."""
    results, _, indicators = run
    installed = {
        key: find_table(indicators.tables, "capacity_by_grade").number(key, "total")
        for key in find_table(indicators.tables, "capacity_by_grade").row_keys
    }
    for component in ("generator", "storage_unit"):
        kinds = results[f"{component}_technology"].to_numpy()
        roles = results[f"{component}_role"].to_numpy()
        for kind in sorted(set(kinds[(roles == "generation") | (roles == "storage")]) - {"hydro"}):
            rated = results[f"{component}_p_nom"].to_numpy()[(kinds == kind) & (roles != "solar_field")].sum()
            rated += results["link_p_nom"].to_numpy()[_pumps(results, kind)].sum()
            assert installed[kind] * 10 == pytest.approx(rated, rel=1e-6), kind


def _pumps(results, kind):
    """Return which Links are pumps of a technology that draw on the river, rated in electricity."""
    return (results["link_role"].to_numpy() == "psh_pump") & (results["link_technology"].to_numpy() == kind)


def test_every_link_and_generator_of_the_real_network_has_a_place_in_the_cost_table(run):
    _, _, indicators = run
    assert find_figure(indicators.figures, "cost.other").value == pytest.approx(0.0, abs=1e-9)
