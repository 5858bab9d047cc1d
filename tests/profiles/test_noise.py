"""Noise with a given memory, likeness and distribution; worked by hand where that is possible."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtri

from qhgrid.profiles import noise

FIRST_DRAWS = [0.739311120795, -1.216342472084, -0.881226079113]


def test_distance_of_one_degree_of_latitude():
    """A degree of a great circle is 2 π 6371 / 360 = 111.19 km."""
    distance = noise.distances_km(np.array([100.0, 100.0]), np.array([36.0, 37.0]))
    np.testing.assert_allclose(distance, [[0, 111.19], [111.19, 0]], atol=0.01)


def test_cholesky_worked_by_hand():
    """[[4, 2], [2, 5]] = L Lᵀ with L = [[2, 0], [1, 2]]."""
    np.testing.assert_allclose(noise.cholesky(np.array([[4.0, 2.0], [2.0, 5.0]])), [[2, 0], [1, 2]])


def test_streams_repeat_and_differ():
    first, again = (noise.white_noise(noise.generator(1, 1), (5,)) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert not np.allclose(first, noise.white_noise(noise.generator(1, 2), (5,)))
    assert not np.allclose(first, noise.white_noise(noise.generator(2, 1), (5,)))


def test_first_draws_never_change():
    """PCG64 and the inverse normal are fixed for good; other digits here mean other files everywhere."""
    np.testing.assert_allclose(noise.white_noise(noise.generator(7, 1), (3,)), FIRST_DRAWS, atol=1e-12)


def test_spatial_noise_has_the_correlation_of_its_distance():
    distance = np.array([[0.0, 100.0], [100.0, 0.0]])
    series = noise.spatial_noise(noise.generator(3, 1), 200_000, distance, 100.0)
    assert noise.correlation(series[:, 0], series[:, 1]) == pytest.approx(np.exp(-1), abs=0.01)
    np.testing.assert_allclose(series.std(axis=0), 1, atol=0.01)


@pytest.mark.parametrize("memory", [0.5, 0.9])
def test_autoregression_forgets_geometrically(memory):
    white = noise.white_noise(noise.generator(4, 1), (300_000, 1))
    series = noise.autoregress(white, memory)[:, 0]
    assert len(series) == 300_000 - noise.WARM_UP
    assert series.std() == pytest.approx(1, abs=0.02)
    assert noise.lagged_correlation(series, 1) == pytest.approx(memory, abs=0.01)
    assert noise.lagged_correlation(series, 3) == pytest.approx(memory**3, abs=0.02)


def test_autoregression_equals_the_recursion_written_out():
    white = noise.white_noise(noise.generator(5, 1), (noise.WARM_UP + 4, 1))
    level, slow = 0.0, []
    for value in white[:, 0]:
        level = 0.8 * level + 0.6 * value
        slow.append(level)
    np.testing.assert_allclose(noise.autoregress(white, 0.8)[:, 0], slow[noise.WARM_UP :])


def test_swing_is_unlike_itself_half_a_period_later():
    white = noise.white_noise(noise.generator(6, 1), (300_000, 1))
    series = noise.swing(white, 0.97, 52.0)[:, 0]
    assert series.std() == pytest.approx(1, abs=0.02)
    assert noise.lagged_correlation(series, 26) < -0.3
    assert noise.lagged_correlation(series, 1) > 0.95


def test_plotting_positions_rank_from_lowest():
    np.testing.assert_allclose(
        noise.plotting_positions(np.array([3.0, 1.0, 2.0, 9.0])), [0.625, 0.125, 0.375, 0.875]
    )


def test_quantile_curve_goes_through_its_points_and_on():
    p = np.array([0.05, 0.5, 0.95])
    curve = noise.quantile_curve(np.array([0.05, 0.5, 0.95, 0.999]), p, 10 + 2 * ndtri(p))
    np.testing.assert_allclose(curve, 10 + 2 * ndtri([0.05, 0.5, 0.95, 0.999]))
