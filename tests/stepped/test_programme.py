"""The dynamic programme beside a walk over tuples and a mixed-integer programme."""

from dataclasses import replace

import numpy as np
import pytest

from qhgrid.errors import DispatchError
from qhgrid.stepped.programme import cheapest, under_contract
from tests.stepped.cases import small_problem
from tests.stepped.reference import integer_optimum, walk

BLOCKS = range(10)


def cost_of(problem, multiplier=0.0):
    """Return the cost of the cheapest schedule, infinite if there is none."""
    try:
        path = cheapest(problem, multiplier)
    except DispatchError:
        return np.inf
    return path.cost - multiplier * path.energy


@pytest.mark.parametrize("block", BLOCKS)
def test_the_programme_equals_the_integer_programme_on_fifty_cases(block):
    for seed in range(50 * block, 50 * block + 50):
        problem = small_problem(seed)
        assert cost_of(problem) == pytest.approx(integer_optimum(problem), abs=1e-6), seed


def test_the_programme_equals_the_walk_over_tuples_at_any_multiplier():
    for seed in range(120):
        problem = small_problem(seed)
        for multiplier in (0.0, 2.5, 7.0):
            assert cost_of(problem, multiplier) == pytest.approx(walk(problem, multiplier)), (
                seed,
                multiplier,
            )


def test_a_longer_hold_fewer_changes_or_a_smaller_step_never_save():
    for seed in range(60):
        problem = small_problem(seed)
        cost = cost_of(problem)
        for change in (
            {"minimum_hold": problem.minimum_hold + 1},
            {"changes_per_day": max(1, problem.changes_per_day - 1)},
            {"largest_step": min(problem.largest_step, 200.0)},
        ):
            assert cost_of(replace(problem, **change)) >= cost - 1e-9, (seed, change)


def test_more_set_points_never_cost_more():
    for seed in range(1, 60, 2):
        problem = small_problem(seed)
        fewer = replace(
            problem,
            levels=problem.levels[:-1],
            cost=np.ascontiguousarray(problem.cost[:, :-1]),
            energy=np.ascontiguousarray(problem.energy[:, :-1]),
        )
        assert cost_of(problem) <= cost_of(fewer) + 1e-9, seed


def test_no_schedule_within_the_limits_is_said():
    problem = small_problem(1)
    with pytest.raises(DispatchError, match="no stepped schedule keeps the limits of the corridor"):
        cheapest(replace(problem, cost=np.full_like(problem.cost, np.inf)))


def test_the_same_problem_has_the_same_schedule():
    for seed in range(20):
        problem = small_problem(seed)
        if np.isfinite(cost_of(problem)):
            assert (cheapest(problem).states == cheapest(problem).states).all()


def contract_cases(count=200):
    """Yield problems with a contract between the least and the most that their schedules deliver."""
    for seed in range(1000, 1000 + count):
        problem = small_problem(seed)
        if np.isfinite(cost_of(problem)):
            most = cheapest(
                replace(problem, cost=np.where(np.isfinite(problem.cost), 0.0, np.inf)), 1.0
            ).energy
            draw = np.random.default_rng(seed).uniform(0.6, 1.1)
            yield problem, draw * most


def test_under_a_contract_the_programme_equals_the_integer_programme():
    """Shortfall is priced; the bound of the multiplier lies below both."""
    for place, (problem, contract) in enumerate(contract_cases()):
        price = 40.0 if place % 2 else 4000.0
        answer = under_contract(problem, contract, price)
        found = answer.path.cost + price * max(0.0, contract - answer.path.energy)
        best = integer_optimum(problem, contract, price)
        assert answer.bound <= best + 1e-5
        assert found == pytest.approx(best, rel=1e-9, abs=1e-5)


def test_a_contract_that_can_be_met_is_met_when_missing_it_is_dear():
    for problem, contract in contract_cases(60):
        most = cheapest(replace(problem, cost=np.where(np.isfinite(problem.cost), 0.0, np.inf)), 1.0).energy
        answer = under_contract(problem, contract, 1e6)
        assert answer.path.energy >= min(contract, most) - 1e-6


def test_a_search_that_grows_too_wide_leaves_the_gap(monkeypatch):
    monkeypatch.setattr("qhgrid.stepped.closing.MOST_LABELS", 0)
    monkeypatch.setattr("qhgrid.stepped.programme.BISECTIONS", 3)
    for problem, contract in contract_cases(30):
        answer = under_contract(problem, contract, 40.0)
        assert answer.bound <= answer.path.cost + 40.0 * max(0.0, contract - answer.path.energy) + 1e-6


def test_a_larger_contract_never_costs_less():
    for problem, contract in contract_cases(40):
        costs = []
        for factor in (0.8, 0.9, 1.0):
            answer = under_contract(problem, factor * contract, 40.0)
            costs.append(answer.bound)
        assert costs == sorted(costs)


def test_over_a_year_the_contract_is_met_to_a_fraction_of_its_cost():
    """A year of 8760 h: what the multiplier leaves open is one pass between two schedules."""
    draw = np.random.default_rng(7)
    levels = np.arange(1, 11) * 800.0
    hours = np.arange(8760)
    price = 100 * np.sin(hours / 24 * 2 * np.pi) + draw.normal(0, 60, 8760)
    away = levels[None, :] - 5000.0
    problem = replace(
        small_problem(1),
        levels=levels,
        cost=price[:, None] * away + 0.5 * 0.03 * away**2,
        energy=np.broadcast_to(0.94 * levels, (8760, 10)).copy(),
        day=hours // 24,
        is_border=np.zeros(8760, dtype=bool),
        minimum_hold=6,
        changes_per_day=4,
        largest_step=np.inf,
    )
    contract = 0.65 * 8000 * 0.94 * 8760
    answer = under_contract(problem, contract, 1000.0)
    assert 0.0 <= answer.path.energy - contract < 10 * 8000.0
    assert 0.0 <= answer.path.cost - answer.bound < 1e-4 * abs(answer.path.cost)
