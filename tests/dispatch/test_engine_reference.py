"""The reference agrees with hand-solved cases and with HiGHS, on rows that repeat and on any scale."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import linprog

from qhgrid.dispatch import add_elastic_layer
from qhgrid.dispatch.engine import reference
from qhgrid.dispatch.engine.problem import Problem
from qhgrid.dispatch.engine.reading import read_problem
from qhgrid.dispatch.engine.reference import Boxed, Reference, solve_problem, solve_reference
from qhgrid.dispatch.extract import read_program
from tests.dispatch import worked_cases
from tests.dispatch.systems import Draft, random_islands
from tests.dispatch.test_two_roads import solved


def boxed(cost: object, rows: object, rhs: object, lower: object, upper: object) -> Boxed:
    arrays = [np.asarray(a, dtype=float) for a in (cost, rhs, lower, upper)]
    matrix = sparse.csr_array(np.asarray(rows, dtype=float).reshape(len(arrays[1]), len(arrays[0])))
    return Boxed(arrays[0], matrix, *arrays[1:])


def highs(case: Boxed) -> float:
    bounds = np.column_stack([case.lower, case.upper])
    result = linprog(case.cost, A_eq=case.matrix, b_eq=case.rhs, bounds=bounds, method="highs")
    return float(result.fun) if result.status == 0 else float("nan")


def check(found: Reference, optimum: float, tol: float = 1e-6) -> None:
    size = tol * max(1.0, abs(optimum))
    assert found.is_optimal
    assert found.cost == pytest.approx(optimum, abs=size)
    assert found.bound <= optimum + 1e-2 * size
    assert found.cost >= optimum - 1e-2 * size


def test_merit_order_of_two_generators_gives_cost_and_price():
    """120 MW at 10, 100 MW at 30, load 150: 120 and 30 MW, 2100 in all, one more MW costs 30."""
    found = solve_reference(boxed([10, 30], [[1, 1]], [150], [0, 0], [120, 100]))
    check(found, 2100.0)
    assert found.x == pytest.approx([120, 30], abs=1e-5)
    assert found.y == pytest.approx([30], abs=1e-5)


def test_bounds_below_zero_and_negative_costs():
    """Earning 5 a unit up to 2, the other takes it up again at -2 of -3 .. 4: cost -10 - 2."""
    found = solve_reference(boxed([-5, 1], [[1, 1]], [0], [0, -3], [2, 4]))
    check(found, -12.0)


def test_rows_that_repeat_or_add_up_do_no_harm():
    """The same merit order, its row three times, and once more as the sum of all."""
    found = solve_reference(boxed([10, 30], [[1, 1]] * 3 + [[3, 3]], [150] * 3 + [450], [0, 0], [120, 100]))
    check(found, 2100.0)
    assert found.x == pytest.approx([120, 30], abs=1e-5)


def test_empty_row_of_zero_is_kept_and_one_that_asks_for_something_is_not_optimal():
    kept = solve_reference(boxed([1, 1], [[1, 1], [0, 0]], [1, 0], [0, 0], [1, 1]))
    check(kept, 1.0)
    broken = solve_reference(boxed([1, 1], [[1, 1], [0, 0]], [1, 5], [0, 0], [1, 1]))
    assert not broken.is_optimal


def test_what_cannot_hold_is_not_called_optimal_and_ends():
    found = solve_reference(boxed([1, 2], [[1, 1]], [300], [0, 0], [120, 100]))
    assert not found.is_optimal
    assert found.iterations <= 150


def test_case_without_columns_or_without_rows():
    nothing = solve_reference(boxed([], np.zeros((1, 0)), [0], [], []))
    check(nothing, 0.0)
    free = solve_reference(boxed([2, -3], np.zeros((0, 2)), [], [1, 0], [5, 4]))
    check(free, 2.0 - 12.0)


def test_everything_forced_leaves_no_interior_and_is_still_found():
    """Load equals the sum of all capacities: no point is strictly inside."""
    found = solve_reference(boxed([1, 2, 3], [[1, 1, 1]], [60], [0, 0, 0], [10, 20, 30]))
    check(found, 10 + 40 + 90)
    assert found.x == pytest.approx([10, 20, 30], abs=1e-5)


def test_costs_of_zero_and_equal_costs():
    check(solve_reference(boxed([0, 0], [[1, 1]], [5], [0, 0], [4, 4])), 0.0)
    check(solve_reference(boxed([7, 7, 7], [[1, 1, 1]], [5], [0, 0, 0], [4, 4, 4])), 35.0)


def test_numbers_from_a_millionth_to_a_thousand_million_side_by_side():
    """Three merit orders in W, MW and PW, with prices as far apart; each solved to its own accuracy."""
    sizes = [1e-6, 1.0, 1e9]
    rows = sparse.block_diag([np.array([[1.0, 1.0]])] * 3).toarray()
    rhs = [150 * s for s in sizes]
    upper = [c * s for s in sizes for c in (120, 100)]
    cost = [c / s for s in sizes for c in (10, 30)]
    found = solve_reference(boxed(cost, rows, rhs, np.zeros(6), upper), tol=1e-10)
    check(found, 6300.0)
    expected = [c * s for s in sizes for c in (120, 30)]
    assert found.x == pytest.approx(expected, rel=1e-6)


@st.composite
def boxed_cases(draw: st.DrawFn) -> Boxed:
    """Sparse rows of small numbers, some repeated, around a point inside or on the bounds."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n_rows, n_columns = draw(st.integers(1, 25)), draw(st.integers(1, 60))
    chosen = rng.random((n_rows, n_columns)) < min(1.0, 3.0 / n_rows)
    rows = np.where(chosen, rng.choice([1.0, -1.0, 0.5, 2.0], chosen.shape), 0.0)
    rows *= 10.0 ** (rng.uniform(-4, 4, (n_rows, 1)) * draw(st.booleans()))
    if draw(st.booleans()):
        rows = np.vstack([rows, rows[: n_rows // 2], rows.sum(axis=0)])
    upper = rng.uniform(0.5, 100.0, n_columns)
    lower = np.where(rng.random(n_columns) < 0.3, -upper, 0.0)
    cost = np.round(rng.uniform(-5, 50, n_columns)) * draw(st.sampled_from([0.0, 1.0, 1e-6, 1e9]))
    inside = rng.random(n_columns)
    share = np.where(rng.random(n_columns) < 0.5, inside, np.round(inside))
    return boxed(cost, rows, rows @ (lower + share * (upper - lower)), lower, upper)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(boxed_cases())
def test_agrees_with_highs_on_random_cases(case):
    optimum = highs(case)
    assume(np.isfinite(optimum))
    check(solve_reference(case), optimum)


def bound_from_prices(problem: Problem, y: np.ndarray, y_wide: np.ndarray) -> float:
    """Weak duality for the problem as it stands, with prices only where a side allows their sign."""
    low, high = (np.concatenate([np.ravel(a), b]) for a, b in (
        (problem.row_lower, problem.wide_lower), (problem.row_upper, problem.wide_upper),
    ))  # fmt: skip
    prices = np.concatenate([y.ravel(), y_wide])
    prices = np.where(np.isneginf(low), np.minimum(prices, 0.0), prices)
    prices = np.where(np.isposinf(high), np.maximum(prices, 0.0), prices)
    matrix = sparse.vstack([problem.matrix(), problem.wide])
    reduced = problem.cost.ravel() - matrix.T @ prices
    side = np.where(prices > 0.0, low, high)
    column = np.where(reduced > 0.0, problem.lower.ravel(), problem.upper.ravel())
    return float(
        problem.constant
        + (prices * np.where(prices == 0.0, 0.0, side)).sum()
        + (reduced * np.where(reduced == 0.0, 0.0, column)).sum()
    )


def test_worked_networks_cost_the_same_and_the_way_back_keeps_rows_and_prices():
    network = worked_cases.even_hours()
    problem = read_problem(network)
    standard, found = solve_problem(problem)
    optimum = solved(read_program(network))[0].fun
    check(found, optimum)
    x, y, y_wide = standard.back(found.x, found.y)
    assert x.shape == problem.lower.shape
    assert y.shape == problem.row_lower.shape
    assert len(y_wide) == len(problem.wide_lower)
    assert problem.constant + float((problem.cost * x).sum()) == pytest.approx(found.cost)
    activity = (problem.matrix() @ x.ravel()).reshape(y.shape)
    assert (activity >= problem.row_lower - 1e-5).all()
    assert (activity <= problem.row_upper + 1e-5).all()
    if np.isfinite(problem.lower).all() and np.isfinite(problem.upper).all():
        assert bound_from_prices(problem, y, y_wide) == pytest.approx(optimum, rel=1e-6)


@settings(max_examples=12, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10_000), count=st.integers(1, 6))
def test_agrees_with_highs_on_random_islands(seed, count):
    network = random_islands(seed, count)
    add_elastic_layer(network)
    optimum = solved(read_program(network))[0].fun
    check(solve_problem(read_problem(network))[1], optimum)


def test_a_box_in_place_of_infinity_is_widened_until_it_does_not_bind(monkeypatch):
    """Two infinite generators for 100 MW; the first box leaves them 0.1 MW each, the second enough."""
    draft = Draft(2)
    draft.add("Bus", "b", carrier="AC", v_nom=110.0)
    draft.add("Load", "load", bus="b", p_set=100.0)
    for name, price in (("cheap", 10.0), ("dear", 30.0)):
        draft.add("Generator", name, bus="b", p_nom=np.inf, marginal_cost=price)
    problem = read_problem(draft.network())
    monkeypatch.setattr(reference, "BOXES", (1e-3, 1e3))
    standard, found = solve_problem(problem)
    assert standard.box == pytest.approx(1e5)
    check(found, 2000.0)
