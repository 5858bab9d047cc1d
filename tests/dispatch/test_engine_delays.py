"""Registers of delays leave the problem and come back: the same optimum, plan, and prices that prove it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qhgrid.dispatch.engine.delays import fold_delays
from qhgrid.dispatch.engine.problem import Problem
from qhgrid.dispatch.engine.solver import solve_problem
from qhgrid.dispatch.methods import Status
from tests.dispatch.made_problems import highs, violation
from tests.dispatch.test_engine_reading import delays
from tests.dispatch.test_engine_reference import bound_from_prices

WEIGHTS = {"even": [1.0] * 8, "uneven": [1.0, 3.0, 0.5, 0.5, 2.0]}


@pytest.mark.parametrize("kind", WEIGHTS)
def test_plan_and_prices_of_registers_follow_from_the_rest(kind):
    problem = Problem.from_network(delays(WEIGHTS[kind]))
    folded = fold_delays(problem)
    assert folded.copies
    assert folded.problem.n_columns == problem.n_columns - len(folded.copies)
    assert folded.problem.lags.max() > 1
    optimum = highs(problem).fun
    assert highs(folded.problem).fun == pytest.approx(optimum, rel=1e-9)
    answer = solve_problem(problem)
    assert answer.status is Status.OPTIMAL
    assert answer.objective == pytest.approx(optimum, rel=1e-6)
    assert violation(problem, answer.x) < 1e-5
    assert bound_from_prices(problem, answer.y, answer.y_wide) == pytest.approx(optimum, rel=1e-6)


def test_register_with_a_cost_or_a_bound_of_its_own_stays():
    problem = Problem.from_network(delays(WEIGHTS["even"]))
    column = fold_delays(problem).copies[-1].column
    cost, upper = problem.cost.copy(), problem.upper.copy()
    cost[3, column] = 1.0
    upper[:, column] = np.minimum(upper[:, column], 1e-3)
    for changed in (replace(problem, cost=cost), replace(problem, upper=upper)):
        assert column not in {copy.column for copy in fold_delays(changed).copies}
