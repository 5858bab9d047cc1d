"""PyPSA with HiGHS and our own reading of a network must give one number for each random island."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import OptimizeResult, linprog

from qhgrid.dispatch import add_elastic_layer
from qhgrid.dispatch.certificate import lower_bound
from qhgrid.dispatch.extract import read_program
from qhgrid.dispatch.implied import imply_bounds
from qhgrid.dispatch.plan import read_plan
from qhgrid.dispatch.prices import DualVector
from qhgrid.dispatch.program import FloatArray, Program
from tests.dispatch.systems import random_islands


def solved(program: Program) -> tuple[OptimizeResult, FloatArray]:
    """The program solved by scipy alone, and its dual prices in the order of the rows."""
    rows = program.matrix
    equal = program.row_lower == program.row_upper
    top = np.isfinite(program.row_upper) & ~equal
    low = np.isfinite(program.row_lower) & ~equal
    inequalities = sparse.vstack([rows[top], -rows[low]])
    sides = np.concatenate([program.row_upper[top], -program.row_lower[low]])
    result = linprog(
        program.cost, inequalities, sides, rows[equal], program.row_lower[equal],
        np.column_stack([program.lower, program.upper]), method="highs",
    )  # fmt: skip
    y = np.zeros(len(program.row_lower))
    if result.status == 0:
        y[equal] = result.eqlin.marginals
        y[top] += result.ineqlin.marginals[: top.sum()]
        y[low] -= result.ineqlin.marginals[top.sum() :]
    return result, y


def cost_by_island(program: Program, plan: FloatArray) -> dict[str, float]:
    costs: dict[str, float] = {}
    for block in program.columns:
        values = plan[block.start : block.stop].reshape(block.lower.shape)
        for name, cost in zip(block.names, (block.cost * values).sum(axis=0), strict=True):
            costs[name[:4]] = costs.get(name[:4], 0.0) + float(cost)
    return costs


def test_every_island_costs_the_same_by_pypsa_and_by_our_own_program(islands):
    program = read_program(islands.network)
    ours, _ = solved(program)
    theirs = cost_by_island(program, read_plan(program, islands.network))
    mine = cost_by_island(program, ours.x)
    assert len(theirs) == 48
    assert {k: pytest.approx(v, rel=1e-7, abs=1e-5) for k, v in theirs.items()} == mine


def test_certificate_of_random_islands_is_valid_and_brackets_the_optimum(islands):
    certificate = islands.certificate
    assert certificate.is_valid
    assert certificate.missing_prices == ()
    assert certificate.lower_bound <= islands.network.objective * (1 + 1e-9)
    assert islands.objective == pytest.approx(islands.network.objective, rel=1e-9)
    assert certificate.gap <= 1e-9


@settings(max_examples=9, deadline=None, derandomize=True)
@given(seed=st.integers(10, 10_000), noise=st.floats(0.0, 5.0))
def test_bound_never_exceeds_the_optimum_and_meets_it_at_its_own_prices(seed, noise):
    """Bounds implied by the laws are finite and never cut off the optimal plan either."""
    network = random_islands(seed, 12)
    add_elastic_layer(network)
    program = read_program(network)
    result, y = solved(program)
    assert result.status == 0
    implied = imply_bounds(program)
    assert np.isfinite(implied.lower).all()
    assert np.isfinite(implied.upper).all()
    slack = 1e-6 * (1.0 + np.abs(result.x))
    assert (implied.lower <= result.x + slack).all()
    assert (implied.upper >= result.x - slack).all()
    scale = max(1.0, abs(result.fun))
    exact = lower_bound(program, DualVector(y, ()), implied)
    assert exact <= result.fun + 1e-9 * scale
    assert exact >= result.fun - 1e-6 * scale
    shaken = y + noise * np.random.default_rng(seed).normal(size=y.size)
    shaken = np.where(np.isneginf(program.row_lower), np.minimum(shaken, 0.0), shaken)
    shaken = np.where(np.isposinf(program.row_upper), np.maximum(shaken, 0.0), shaken)
    assert lower_bound(program, DualVector(shaken, ()), implied) <= result.fun + 1e-9 * scale
