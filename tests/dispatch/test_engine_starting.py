"""Where an iteration begins: prices of coarse steps, plans that keep the rows, trials that may be lost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qhgrid.dispatch import add_elastic_layer
from qhgrid.dispatch.engine import starting
from qhgrid.dispatch.engine.coarse import coarsen
from qhgrid.dispatch.engine.interior import Interior
from qhgrid.dispatch.engine.problem import Problem
from qhgrid.dispatch.engine.scaling import scale_problem
from qhgrid.dispatch.engine.solver import solve_problem
from qhgrid.dispatch.engine.structure import read_structure
from qhgrid.dispatch.methods import Status
from qhgrid.network import build
from qhgrid.scenario import read_scenario
from tests.dispatch.made_problems import Size, highs, made_problem
from tests.dispatch.systems import Draft

DAYS = 20


def province(cyclic: bool = True) -> Problem:
    """Sun by day, a battery and a reservoir, coal, and a load that follows the day and the weather."""
    hours = np.arange(24 * DAYS)
    sun = np.clip(np.sin((hours % 24 - 6) / 12 * np.pi), 0.0, None) * (1.0 + 0.3 * np.sin(hours / 91.0))
    sun = np.round(sun, 6)
    draft = Draft(len(hours))
    draft.add("Carrier", "AC")
    for bus in ("a", "b"):
        draft.add("Bus", bus, carrier="AC")
        draft.add("Load", f"load {bus}", bus=bus, p_set=60.0 + 10.0 * np.cos(hours / 24 * 2 * np.pi))
    draft.add("Generator", "pv", bus="a", p_nom=150.0, p_max_pu=sun)
    draft.add("Generator", "coal", bus="b", p_nom=90.0, marginal_cost=300.0, ramp_limit_up=0.2)
    draft.add("Generator", "gas", bus="a", p_nom=200.0, marginal_cost=700.0)
    draft.add("Link", "a-b", bus0="a", bus1="b", p_nom=80.0, p_min_pu=-1.0, delay=0)
    draft.add("StorageUnit", "battery", bus="a", p_nom=30.0, max_hours=4.0, efficiency_store=0.9,
              cyclic_state_of_charge=cyclic)  # fmt: skip
    draft.add("StorageUnit", "lake", bus="b", p_nom=20.0, max_hours=300.0, p_min_pu=0.0,
              inflow=6.0 + 4.0 * np.sin(hours / 200.0), cyclic_state_of_charge=cyclic)  # fmt: skip
    return Problem.from_network(draft.network())


@pytest.mark.parametrize("cyclic", [True, False])
def test_coarse_problem_of_days_costs_about_as_much_as_the_hours(cyclic):
    """What the days cannot see (night and day) makes them cheaper; within reason."""
    problem = province(cyclic)
    coarse = highs(coarsen(problem, 24).problem)
    fine = highs(problem)
    assert coarse.status == fine.status == 0
    assert 0.3 * fine.fun <= coarse.fun <= 1.05 * fine.fun


def test_steps_of_one_hour_are_the_problem_itself():
    for seed in range(6):
        problem = made_problem(seed, Size(40, wide=2))
        coarse = coarsen(problem, 1).problem
        assert (coarse.matrix() != problem.matrix()).nnz == 0
        assert (coarse.wide != problem.wide).nnz == 0
        for name in ("lower", "upper", "cost", "row_lower", "row_upper", "wide_lower", "wide_upper"):
            assert (getattr(coarse, name) == getattr(problem, name)).all()


def test_what_is_constant_in_a_step_keeps_its_cost():
    """Bounds, costs and sides are the same in all hours of a step: the coarse optimum is an exact one."""
    hours = 24 * 4
    draft = Draft(hours)
    draft.add("Carrier", "AC")
    draft.add("Bus", "a", carrier="AC")
    by_day = np.repeat([50.0, 80.0, 20.0, 60.0], 24)
    draft.add("Load", "load", bus="a", p_set=by_day)
    draft.add("Generator", "coal", bus="a", p_nom=60.0, marginal_cost=300.0)
    draft.add("Generator", "gas", bus="a", p_nom=60.0, marginal_cost=700.0)
    problem = Problem.from_network(draft.network())
    assert highs(coarsen(problem, 24).problem).fun == pytest.approx(highs(problem).fun)


def test_flow_that_is_late_by_part_of_a_step_is_shared_between_two_steps():
    problem = province()
    n = len(problem.before.row)
    late = replace(problem, lag=np.full(n, 30))
    coarse = coarsen(late, 24)
    assert set(coarse.problem.lags.tolist()) == {1, 2}
    total = np.zeros((problem.n_rows, problem.n_columns))
    fine = total.copy()
    np.add.at(total, (coarse.problem.before.row, coarse.problem.before.column), coarse.problem.before.at(0))
    np.add.at(fine, (late.before.row, late.before.column), late.before.at(0))
    assert total == pytest.approx(fine)


def test_prices_spread_over_the_hours_earn_what_they_earned_in_steps():
    problem = province()
    coarse = coarsen(problem, 24)
    y = np.random.default_rng(0).normal(size=(DAYS, problem.n_rows))
    fine = coarse.spread(y, problem.n_hours)
    hour = ~coarse.is_link
    assert fine[:, hour].reshape(DAYS, 24, -1).sum(axis=1) == pytest.approx(y[:, hour])
    level = fine[:, coarse.is_link]
    assert (
        np.abs(np.diff(level, axis=0)).max()
        <= np.abs(np.diff(y[:, coarse.is_link], axis=0)).max() / 24**2 * 1.01
    )


def standing(problem: Problem) -> Interior:
    return Interior(scale_problem(problem, read_structure(problem), 1e2))


def test_start_from_prices_is_centred_and_fits_the_prices():
    problem = province()
    interior = standing(problem)
    rough = starting.rough_prices(problem, 1e2, None)
    assert rough is not None
    starting.start_from_prices(interior, *rough, 1e-2)
    interior.factor()
    last, s, on = interior.measure(), interior.state, interior.is_on
    assert last.mu == pytest.approx(1e-2)
    assert last.dual_residual <= 1e-9
    assert (s.x * s.z)[on] == pytest.approx(1e-2)
    assert (s.w * s.v)[on] == pytest.approx(1e-2)
    assert (s.x + s.w)[on] == pytest.approx(interior.scaled.top[on])
    outer = interior.outer
    assert (outer.x * outer.z)[outer.is_on] == pytest.approx(1e-2)
    assert outer.slope[outer.is_on] == pytest.approx((outer.z - outer.v)[outer.is_on], abs=1e-9)


def test_plan_that_keeps_the_rows_is_stood_at_without_residual():
    for seed in range(4):
        problem = made_problem(seed, Size(40, wide=2, wraps=2, has_ranges=True))
        plan = highs(problem).x.reshape(problem.lower.shape)
        inside = solve_problem(problem, tol=1e-2).x
        interior = standing(problem)
        place = starting.distances(problem, interior.scaled, inside)
        assert interior.scaled.plan(place[0])[:, : problem.n_columns] == pytest.approx(inside, abs=1e-6)
        starting.stand_at(interior, starting.distances(problem, interior.scaled, plan), 1e-2)
        interior.factor()
        assert interior.measure().residual <= 3e-4 * np.abs(plan).max() * problem.n_columns
        assert interior.measure().mu == pytest.approx(1e-2)


@pytest.fixture(scope="module")
def plan_of_20_days() -> Problem:
    scenario = read_scenario("2030-plan", ["horizon.end=2030-01-20"]).scenario
    network = build(scenario)
    add_elastic_layer(network)
    return Problem.from_network(network)


def test_coarse_start_saves_iterations_and_finds_the_same_cost(plan_of_20_days, monkeypatch):
    near = solve_problem(plan_of_20_days)
    monkeypatch.setattr(starting, "LEAST_STEPS", 10**9)
    plain = solve_problem(plan_of_20_days)
    assert near.status is plain.status is Status.OPTIMAL
    assert near.objective == pytest.approx(plain.objective, rel=1e-6)
    assert near.iterations < plain.iterations


def test_start_that_leads_nowhere_is_given_up_for_the_plain_one(monkeypatch):
    problem = province()
    plain = solve_problem(replace(problem), tol=1e-8)
    monkeypatch.setattr(starting, "PROMISING", 0.0)
    lost = solve_problem(problem, tol=1e-8)
    assert lost.status is Status.OPTIMAL
    assert lost.objective == pytest.approx(plain.objective, rel=1e-8)


def test_wild_prices_do_no_harm(monkeypatch):
    """Prices that are wrong by orders of magnitude, and not even in the same direction."""
    problem = province()
    plain = solve_problem(problem)
    rng = np.random.default_rng(1)
    for size in (1e3, 1e8):
        wild = rng.normal(size=problem.row_lower.shape) * size, np.zeros(0)
        monkeypatch.setattr(starting, "rough_prices", lambda *_, wild=wild: wild)
        found = solve_problem(problem)
        assert found.status is Status.OPTIMAL
        assert found.objective == pytest.approx(plain.objective, rel=1e-6)
