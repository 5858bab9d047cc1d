"""Screening answers changed cases with a plan that keeps all rows and a bound that no plan beats."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qhgrid.dispatch import add_elastic_layer
from qhgrid.dispatch.engine import screen_kernels
from qhgrid.dispatch.engine.problem import Entries, Problem
from qhgrid.dispatch.engine.screen import Base, Screened, prepare, screen
from qhgrid.dispatch.engine.screen_courses import lay_courses
from qhgrid.dispatch.engine.screen_matrix import hour_matrix, numbers_of
from qhgrid.dispatch.engine.screen_reference import (
    dense_matrix,
    guided_costs,
    least_cost,
    lower_bound,
    worst_miss,
)
from qhgrid.dispatch.engine.screen_simplex import NO_PLAN, new_desk, solve_hour
from qhgrid.dispatch.engine.solver import Answer, solve_problem
from qhgrid.dispatch.methods import Status
from qhgrid.errors import DispatchError
from qhgrid.network import build
from qhgrid.scenario import read_scenario
from tests.dispatch import degenerate_networks, published_networks
from tests.dispatch.systems import Draft

WEEK = ("horizon.start=2030-10-14", "horizon.end=2030-10-20")
ROUNDING = 1e-6
"""By how much the exact answer itself may be off. [1]"""
CHANGES = (
    ("Generator", "hainan pv", 0.01),
    ("Generator", "haixi wind", 0.01),
    ("Generator", "geermu_coal", 0.01),
    ("StorageUnit", "hainan battery", 0.01),
    ("Store", "haixi csp heat store", 0.01),
    ("Link", "qingyu", 0.05),
    ("Link", "laxiwa turbine", 0.02),
    ("Generator", "qingyu sale", 0.03),
    ("Line", "yushu-hainan", 0.01),
)
"""What is changed, and the gap that a week may leave: more where a contract or the river is at stake. [1]"""


@pytest.fixture(scope="module")
def week() -> tuple[Problem, Answer, Base]:
    """A week of the 2030 plan, its exact answer, and what screening makes of it."""
    network = build(read_scenario("2030-plan", WEEK).scenario)
    add_elastic_layer(network)
    problem = Problem.from_network(network)
    answer = solve_problem(problem)
    assert answer.status is Status.OPTIMAL
    return problem, answer, prepare(problem, answer)


def scaled(problem: Problem, component: str, name: str, factor: float) -> Problem:
    """`problem` with the capacity of one component times a factor."""
    lower, upper, found = problem.lower.copy(), problem.upper.copy(), False
    for block in problem.columns:
        if block.component == component and name in block.names:
            j = block.start + block.names.get_loc(name)
            lower[:, j] *= factor
            upper[:, j] *= factor
            found = True
    assert found
    return replace(problem, lower=lower, upper=upper)


def check(problem: Problem, found: Screened, optimum: float, gap: float) -> None:
    """The plan keeps rows and bounds, its cost and the bound enclose the optimum, the gap is small."""
    assert found.status is Status.OPTIMAL, found.detail
    size = ROUNDING * max(1.0, abs(optimum))
    assert worst_miss(problem, found.x) <= 1e-6
    assert found.violation == pytest.approx(worst_miss(problem, found.x), abs=1e-8)
    wide = problem.wide @ found.x.ravel()
    slack = 1e-6 * np.maximum(1.0, 1e-3 * np.abs(wide))
    assert (wide >= problem.wide_lower - slack).all()
    assert (wide <= problem.wide_upper + slack).all()
    assert found.objective == pytest.approx(
        float((problem.cost * found.x).sum()) + problem.constant, rel=1e-12
    )
    assert found.bound == pytest.approx(lower_bound(problem, found.y, found.y_wide), rel=1e-9)
    assert found.bound <= optimum + size
    assert found.objective >= optimum - size
    assert found.gap <= gap


def test_the_base_case_itself_comes_out_as_it_was(week):
    problem, answer, base = week
    check(problem, screen(base, problem), answer.objective, 1e-6)


@pytest.mark.parametrize("factor", [0.8, 1.2])
@pytest.mark.parametrize(("component", "name", "gap"), CHANGES)
def test_a_capacity_changed_by_a_fifth_is_answered_closely(week, component, name, gap, factor):
    problem, _, base = week
    changed = scaled(problem, component, name, factor)
    check(changed, screen(base, changed), solve_problem(changed).objective, gap)


def test_loads_and_costs_may_change_too(week):
    problem, _, base = week
    block = next(rows for rows in problem.rows if rows.family == "bus_balance")
    growth = np.ones(problem.n_rows)
    for bus in ("xining", "haidong", "hainan", "haixi"):
        growth[block.start + block.names.get_loc(bus)] = 1.02
    sides = {"row_lower": problem.row_lower * growth, "row_upper": problem.row_upper * growth}
    dearer = np.where(problem.cost.max(axis=0) > 300.0, 1.05, 1.0)
    changed = replace(problem, cost=problem.cost * dearer, **sides)
    check(changed, screen(base, changed), solve_problem(changed).objective, 0.01)


@pytest.mark.parametrize("factor", [0.8, 1.05])
def test_contracts_may_change_too(week, factor):
    problem, _, base = week
    changed = replace(problem, wide_lower=problem.wide_lower * factor)
    check(changed, screen(base, changed), solve_problem(changed).objective, 0.01)


def test_a_contract_that_cannot_be_met_is_named(week):
    problem, _, base = week
    found = screen(base, replace(problem, wide_lower=problem.wide_lower * 3.0))
    assert found.status is Status.FAILED
    assert found.wide_violation > 1.0
    assert "generator_e_sum" in found.detail
    assert "sale" in found.detail


def test_more_of_a_good_thing_never_raises_the_bound(week):
    problem, _, base = week
    bounds = [
        screen(base, scaled(problem, "Generator", "hainan wind", f)).bound for f in (0.8, 0.9, 1.0, 1.1)
    ]
    assert bounds == sorted(bounds, reverse=True)


def test_screening_again_gives_the_same_bits_and_leaves_the_base_alone(week):
    problem, answer, base = week
    changed = scaled(problem, "Generator", "hainan pv", 0.8)
    one, two = screen(base, changed), screen(base, changed)
    assert one.x.tobytes() == two.x.tobytes()
    assert (one.objective, one.bound) == (two.objective, two.bound)
    assert base.y is not one.y
    assert screen(base, problem).objective == pytest.approx(answer.objective, rel=1e-6)


def test_another_matrix_is_refused(week):
    problem, _, base = week
    other = replace(problem, now=replace(problem.now, value=problem.now.value * 1.01))
    with pytest.raises(DispatchError, match="efficiencies"):
        screen(base, other)
    one = replace(problem, lower=problem.lower[1:], upper=problem.upper[1:])
    with pytest.raises(DispatchError, match="snapshots"):
        screen(base, one)


def sunny_draft(hours: int = 72) -> Draft:
    """A dear and a cheap plant, sun by day, a battery, and a pond with water coming in."""
    made = Draft(hours)
    made.add("Carrier", "AC")
    made.add("Bus", "town")
    sun = np.maximum(0.0, np.sin((np.arange(hours) + 12.0) * np.pi / 12.0))
    made.add("Load", "town", bus="town", p_set=60.0 + 10.0 * np.cos(np.arange(hours) / 5.0))
    made.add("Generator", "pv", bus="town", p_nom=90.0, p_max_pu=sun, marginal_cost=1.0)
    made.add("Generator", "coal", bus="town", p_nom=40.0, marginal_cost=30.0, ramp_limit_up=0.2)
    made.add("Generator", "oil", bus="town", p_nom=80.0, marginal_cost=90.0)
    made.add("StorageUnit", "battery", bus="town", p_nom=20.0, max_hours=4.0, efficiency_store=0.9,
             cyclic_state_of_charge=True)  # fmt: skip
    made.add("StorageUnit", "pond", bus="town", p_nom=15.0, max_hours=20.0, inflow=8.0, p_min_pu=0.0,
             state_of_charge_initial=100.0)  # fmt: skip
    return made


@pytest.fixture(scope="module")
def sunny() -> tuple[Problem, Answer, Base]:
    problem = Problem.from_network(sunny_draft().network())
    answer = solve_problem(problem, tol=1e-9)
    return problem, answer, prepare(problem, answer)


@pytest.mark.parametrize("factor", [0.8, 1.0, 1.2])
@pytest.mark.parametrize(
    ("component", "name"), [("Generator", "pv"), ("Generator", "oil"), ("StorageUnit", "battery")]
)
def test_a_small_system_with_ramps_and_two_storages_is_answered(sunny, component, name, factor):
    problem, _, base = sunny
    changed = scaled(problem, component, name, factor)
    check(changed, screen(base, changed), solve_problem(changed).objective, 1e-6 if factor == 1.0 else 0.06)


def test_every_hour_of_the_walk_is_as_cheap_as_it_can_be(sunny):
    """The same hour programs by HiGHS, each from the walk's own hour before."""
    problem, _, base = sunny
    changed = scaled(problem, "Generator", "pv", 0.8)
    case = numbers_of(changed)
    costs, least = guided_costs(base, case, lay_courses(base, changed, case), screen(base, changed).x)
    assert np.abs(costs).max() > 100.0
    assert costs == pytest.approx(least, rel=1e-8, abs=1e-5)


def test_a_cyclic_level_ends_where_it_began(sunny):
    problem, _, base = sunny
    block = problem.block("StorageUnit", "state_of_charge")
    battery = block.start + block.names.get_loc("battery")
    changed = scaled(problem, "StorageUnit", "battery", 0.8)
    found = screen(base, changed)
    assert found.x[:, battery].max() <= 64.0 + 1e-9
    assert worst_miss(changed, found.x) <= 1e-6


def test_an_hour_without_a_plan_is_named(sunny):
    problem, _, base = sunny
    found = screen(base, scaled(problem, "Generator", "oil", 0.01))
    assert found.status is Status.FAILED
    assert "no plan found for hour 2030-01-" in found.detail
    assert found.gap == np.inf


CASES = (
    degenerate_networks.equal_costs, degenerate_networks.negative_prices, degenerate_networks.islands,
    degenerate_networks.lossless_cyclic_storage, degenerate_networks.links_in_a_circle,
    degenerate_networks.energy_sum_that_binds_exactly, degenerate_networks.delay_of_almost_the_horizon,
    degenerate_networks.no_columns_at_all, published_networks.meshed_ac_dc, published_networks.hydro_chain,
    published_networks.one_node,
)  # fmt: skip


@pytest.mark.parametrize("made", CASES)
def test_degenerate_and_published_networks_are_enclosed(made):
    network = made()
    add_elastic_layer(network)
    problem = Problem.from_network(network)
    answer = solve_problem(problem, tol=1e-8)
    base = prepare(problem, answer)
    check(problem, screen(base, problem), answer.objective, 1e-5)
    costs = problem.cost * np.random.default_rng(1).uniform(0.9, 1.1, problem.n_columns)
    changed = replace(problem, cost=costs, upper=problem.upper * np.where(problem.lower >= 0.0, 1.1, 1.0))
    found, optimum = screen(base, changed), solve_problem(changed).objective
    assert found.bound <= optimum + ROUNDING * max(1.0, abs(optimum))
    if found.status is Status.OPTIMAL:
        check(changed, found, optimum, np.inf)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32 - 1), st.integers(1, 7), st.integers(1, 12))
def test_the_simplex_of_an_hour_finds_what_highs_finds(seed, m, n):
    """Twice from the same desk: the second time with other numbers, from the basis of the first."""
    rng = np.random.default_rng(seed)
    row, column = np.nonzero(rng.random((m, n)) < 0.5)
    value = rng.choice([-2.0, -1.0, 0.5, 1.0, 3.0], len(row))
    entries = Entries(row, column, value, np.full(len(row), -1), np.zeros((0, 1)))
    matrix = hour_matrix(m, n, entries)
    desk, room = new_desk(matrix), np.zeros((2, n + m), dtype=np.int64)
    dense = dense_matrix(matrix, 0)
    for _ in range(2):
        desk.lower[:n] = rng.integers(-5, 1, n)
        desk.upper[:n] = desk.lower[:n] + rng.integers(0, 9, n)
        inside = dense @ rng.uniform(desk.lower[:n], desk.upper[:n]) + rng.choice([0.0, 0.0, 9.0])
        desk.lower[n:], desk.upper[n:] = (
            inside - rng.integers(0, 2, m),
            inside + rng.choice([0.0, 2.0, np.inf]),
        )
        desk.cost[:n] = rng.integers(-3, 9, n)
        desk.rhs[:] = 0.0
        best = least_cost(dense, desk.lower, desk.upper, desk.cost, desk.rhs)
        pivots = solve_hour(matrix, desk, room, 500)
        if np.isnan(best):
            assert pivots == NO_PLAN
        else:
            assert pivots >= 0
            assert float(desk.cost @ desk.x) == pytest.approx(best, abs=1e-6)
            assert dense @ desk.x[:n] == pytest.approx(desk.x[n:], abs=1e-6)
        if pivots < 0:
            return


def test_a_miss_is_found_wherever_it_is(sunny):
    problem, answer, base = sunny
    case = numbers_of(problem)
    for hour, column in ((0, 0), (5, 2), (71, problem.n_columns - 1)):
        x = answer.x.copy()
        x[hour, column] += 3.0
        found = screen_kernels.worst_miss(base.matrix, case, base.before, x)
        assert found == pytest.approx(worst_miss(problem, x), rel=1e-12)
        assert found > 0.5
