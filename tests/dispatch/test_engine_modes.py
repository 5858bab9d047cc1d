"""Modes of the border: what is still felt of the beginning of the horizon is kept, the rest is dropped."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qhgrid.dispatch.engine import modes
from qhgrid.dispatch.engine.layout import CORRECTOR
from tests.dispatch.made_problems import Dense, Size, made_problem


def rough(n: int, r: int, rank: int, seed: int = 1) -> np.ndarray:
    """A matrix of known rank whose parts are of very different size."""
    rng = np.random.default_rng(seed)
    sizes = 10.0 ** -np.linspace(0.0, 9.0, rank)
    return (rng.normal(size=(n, rank)) * sizes) @ rng.normal(size=(rank, r))


@pytest.mark.parametrize("rank", [0, 1, 3, 5])
def test_coupling_is_split_into_as_many_orthogonal_modes_as_it_has(rank):
    coupling, basis = rough(9, 5, rank), np.zeros((5, 5))
    whole = coupling.copy()
    # Rounding of the parts of size 1 is left as modes of its own.
    found = modes.orthogonal(coupling, basis)
    assert rank <= found <= 5
    np.testing.assert_allclose(basis[:found] @ basis[:found].T, np.eye(found), atol=1e-12)
    np.testing.assert_allclose(coupling[:, :found] @ basis[:found], whole, atol=1e-15)


def test_what_is_fainter_than_rounding_is_no_mode():
    coupling, basis = rough(6, 4, 2), np.zeros((4, 4))
    coupling[:, 2:] = 0.0
    coupling[3, 3] = 1e-19
    assert modes.orthogonal(coupling, basis) == 2


def test_rows_that_repeat_others_up_to_rounding_make_no_numbers_that_are_none():
    row = np.array([1.0, 1.0 / 3.0, 1e-9, 0.1])
    coupling, basis = np.array([row, row * (1.0 + 2e-16), row / 3.0, row * 1e-12]), np.zeros((4, 4))
    found = modes.orthogonal(coupling, basis)
    assert np.isfinite(coupling).all()
    np.testing.assert_allclose(basis[:found] @ basis[:found].T, np.eye(found), atol=1e-12)


def test_long_horizon_carries_fewer_and_fewer_modes_and_solves_the_same_equations():
    """Levels that fade by three quarters an hour: after some days nothing of the beginning is felt."""
    problem = made_problem(3, Size(200, wraps=3))
    case = Dense(problem)
    case.stand_anywhere(3)
    interior = case.interior
    interior.factor()
    rank = interior.chain.rank
    assert rank[0] == 3
    assert rank[1:-1].max() < 3
    assert rank[-1] == 3
    interior.predict()
    interior.solve(CORRECTOR, 0.3)
    theta = 1.0 / np.where(
        case.is_on, case.columns("z") / case.columns("x") + case.columns("v") / case.columns("w"), 1.0
    )
    theta = np.where(case.is_on, theta, 0.0)
    change = case.price_change
    normal = (case.matrix * theta) @ case.matrix.T
    side = case.side - case.matrix @ np.where(case.is_on, case.columns("x"), 0.0)
    tz, tv = case.columns("tz"), case.columns("tv")
    pull = tz / case.columns("x") - tv / case.columns("w")
    cost = np.concatenate([case.hourly(case.scaled.cost), interior.outer.cost])
    side += case.matrix @ (theta * (cost - case.matrix.T @ case.prices - pull))
    left = np.where(case.is_alive, side - normal @ change, 0.0)
    assert np.abs(left).max() < 1e-9 * np.abs(side).max()


def test_wraps_that_nothing_can_move_are_carried_without_numbers_that_are_none():
    problem = made_problem(3, Size(100, wraps=2))
    lower = problem.lower.copy()
    lower[-1] = problem.upper[-1]
    case = Dense(replace(problem, lower=lower))
    case.stand_anywhere(3)
    case.interior.factor()
    assert np.isfinite(case.interior.predict()).all()
