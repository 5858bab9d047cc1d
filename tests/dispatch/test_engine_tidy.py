"""Among plans of equal cost: curtailment pro rata, no storage in and out at once, no flow in circles."""

from __future__ import annotations

import numpy as np
import pytest

from qhgrid.dispatch import add_elastic_layer, solve
from qhgrid.dispatch.engine.problem import Problem
from qhgrid.dispatch.engine.solver import solve_problem
from qhgrid.errors import DispatchError
from tests.dispatch.systems import Draft, random_islands


def buses(draft: Draft, *names: str) -> None:
    draft.add("Carrier", "AC")
    for name in names:
        draft.add("Bus", name, carrier="AC")


def test_curtailment_is_pro_rata_to_available_power_across_buses_without_congestion():
    """40 and 20 MW of wind for 30 MW of load: each gives half of what it could."""
    draft = Draft(2)
    buses(draft, "a", "b")
    draft.add("Generator", "large", bus="a", p_nom=40.0)
    draft.add("Generator", "small", bus="b", p_nom=40.0, p_max_pu=[0.5, 0.25])
    draft.add("Link", "a-b", bus0="a", bus1="b", p_nom=100.0, p_min_pu=-1.0)
    draft.add("Load", "load", bus="b", p_set=[30.0, 25.0])
    n = draft.network()
    solve(n, elastic=None)
    assert n.generators_t.p["large"].to_list() == pytest.approx([20.0, 20.0], rel=1e-2)
    assert n.generators_t.p["small"].to_list() == pytest.approx([10.0, 5.0], rel=2e-2)


def test_storage_never_charges_and_discharges_in_one_hour_although_it_could_for_nothing():
    draft = Draft(4)
    buses(draft, "a")
    draft.add("Generator", "wind", bus="a", p_nom=100.0)
    draft.add("StorageUnit", "battery", bus="a", p_nom=20.0, max_hours=4.0, cyclic_state_of_charge=True)
    draft.add("StorageUnit", "lossy", bus="a", p_nom=20.0, max_hours=4.0, efficiency_store=0.8)
    draft.add("Load", "load", bus="a", p_set=[50.0, 60.0, 70.0, 20.0])
    n = draft.network()
    solve(n, elastic=None)
    both = np.minimum(n.storage_units_t.p_dispatch, n.storage_units_t.p_store).to_numpy()
    assert both.max() <= 1e-6


def test_nothing_flows_in_circles():
    draft = Draft(2)
    buses(draft, "a", "b", "c")
    draft.add("Generator", "g", bus="a", p_nom=100.0, marginal_cost=5.0)
    for one, two in ("ab", "bc", "ca", "ba", "cb", "ac"):
        draft.add("Link", f"{one}-{two}", bus0=one, bus1=two, p_nom=80.0)
    draft.add("Load", "load", bus="b", p_set=30.0)
    n = draft.network()
    solve(n, elastic=None)
    flow = n.links_t.p0
    for there, back in (("a-b", "b-a"), ("b-c", "c-b"), ("c-a", "a-c")):
        assert np.minimum(flow[there], flow[back]).max() <= 1e-6
    assert 30.0 <= flow.sum(axis=1).max() <= 60.0


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_tidy_plan_costs_what_the_first_one_costs_and_keeps_every_row(seed):
    network = random_islands(seed, 6)
    add_elastic_layer(network)
    problem = Problem.from_network(network)
    plain = solve_problem(problem, tol=1e-9)
    tidy = solve_problem(problem, tol=1e-9, tidy_up=True)
    assert tidy.is_tidy
    assert tidy.objective == pytest.approx(plain.objective, rel=1e-8, abs=1e-6)
    activity = (problem.matrix() @ tidy.x.ravel()).reshape(problem.row_lower.shape)
    assert (activity >= problem.row_lower - 1e-5).all()
    assert (activity <= problem.row_upper + 1e-5).all()


def changed(capacity: float) -> Draft:
    draft = Draft(48)
    buses(draft, "a")
    sun = np.clip(np.sin((np.arange(48) % 24 - 6) / 12 * np.pi), 0.0, None)
    draft.add("Generator", "pv", bus="a", p_nom=capacity, p_max_pu=sun)
    draft.add("Generator", "coal", bus="a", p_nom=80.0, marginal_cost=300.0)
    draft.add("StorageUnit", "battery", bus="a", p_nom=30.0, max_hours=4.0, efficiency_store=0.9)
    draft.add("Load", "load", bus="a", p_set=60.0 + 10.0 * np.cos(np.arange(48) / 24 * 2 * np.pi))
    return draft


def test_warm_start_finds_the_same_cost_in_fewer_iterations():
    base = solve_problem(Problem.from_network(changed(100.0).network()))
    problem = Problem.from_network(changed(105.0).network())
    cold, warm = solve_problem(problem), solve_problem(problem, warm_start=base)
    assert warm.objective == pytest.approx(cold.objective, rel=1e-6)
    assert warm.iterations < cold.iterations


def test_screening_brackets_the_optimum_of_a_changed_network():
    base = solve(changed(100.0).network())
    network = changed(110.0).network()
    found = solve(network, method="screen", warm_start=base)
    optimum = solve(changed(110.0).network()).objective
    assert found.status == "screened"
    assert found.certificate.lower_bound <= optimum * (1 + 1e-9)
    assert found.certificate.cost >= optimum * (1 - 1e-6)
    assert found.certificate.gap <= 0.05
    assert network.buses_t.marginal_price.shape == (48, 1)


def test_screening_without_a_base_case_says_what_it_needs():
    with pytest.raises(DispatchError, match="screening needs the exact dispatch of a base case"):
        solve(changed(100.0).network(), method="screen")


def test_time_limit_leaves_the_best_plan_so_far_and_its_gap():
    found = solve(changed(100.0).network(), time_limit=1e-9)
    optimum = solve(changed(100.0).network()).objective
    assert found.status == "time limit"
    assert found.certificate.is_feasible
    assert found.certificate.lower_bound <= optimum <= found.certificate.cost
    assert found.certificate.gap > 1e-3
