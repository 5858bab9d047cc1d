"""Monthly means are honoured by the smooth curve."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from qhgrid.profiles.interpolation import smooth_months
from qhgrid.profiles.level_year import DAYS, MONTH_OF_DAY, monthly_means


@given(arrays(float, 12, elements=st.floats(-1e4, 1e4)))
def test_monthly_means_are_exact(means):
    np.testing.assert_allclose(monthly_means(smooth_months(means)), means, atol=1e-8)


@given(arrays(float, (12, 3), elements=st.floats(-100, 100)))
def test_days_keep_monthly_means_too(means):
    daily = smooth_months(means, DAYS)
    assert daily.shape == (DAYS, 3)
    for month in range(12):
        np.testing.assert_allclose(daily[month == MONTH_OF_DAY].mean(axis=0), means[month], atol=1e-9)


def test_constant_stays_constant():
    np.testing.assert_allclose(smooth_months(np.full(12, 7.0)), 7.0)


def test_curve_has_no_jump_at_a_month_end_nor_at_new_year():
    curve = smooth_months(np.array([1, 1, 2, 4, 6, 9, 13, 11, 12, 10, 5, 2], dtype=float))
    ring = np.append(curve, curve[0])
    assert np.abs(np.diff(ring)).max() < 0.02


def test_curve_is_smooth_in_slope():
    curve = smooth_months(np.array([1, 1, 2, 4, 6, 9, 13, 11, 12, 10, 5, 2], dtype=float))
    ring = np.append(curve, curve[:2])
    assert np.abs(np.diff(ring, 2)).max() < 2e-4
