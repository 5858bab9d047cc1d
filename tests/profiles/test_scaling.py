"""Scaling to a sum under a limit."""

from __future__ import annotations

import numpy as np
import pytest

from qhgrid.errors import ProfileError
from qhgrid.profiles.scaling import scale_to_sum


def test_free_series_is_multiplied():
    series = np.array([[0.1], [0.2], [0.0]])
    np.testing.assert_allclose(
        scale_to_sum(series, np.ones((3, 1)), np.array([0.6]), "x"), [[0.2], [0.4], [0]]
    )


def test_capped_hour_leaves_the_rest_to_the_others():
    """Doubling 0.6 and 0.2 passes 1 in the first hour; the second must give the missing: 1 + 0.5 = 1.5."""
    series = np.array([[0.6], [0.2]])
    scaled = scale_to_sum(series, np.ones((2, 1)), np.array([1.5]), "x")
    np.testing.assert_allclose(scaled, [[1.0], [0.5]], atol=1e-6)


def test_series_above_its_limit_is_brought_down():
    scaled = scale_to_sum(np.array([[3.0], [2.0]]), np.ones((2, 1)), np.array([1.0]), "x")
    np.testing.assert_allclose(scaled, [[0.6], [0.4]], atol=1e-6)


def test_target_beyond_the_limit_is_refused_with_its_mend():
    with pytest.raises(
        ProfileError, match=r"pv in month 3, column 0: the sum 5\.0 cannot be reached"
    ) as caught:
        scale_to_sum(np.full((3, 1), 0.5), np.ones((3, 1)), np.array([5.0]), "pv in month 3")
    assert "full_load_hours.csv" in caught.value.faults[0].mend
