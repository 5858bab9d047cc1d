"""The calendar of the level year and its mapping to other years."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from qhgrid.profiles import level_year as y


@pytest.mark.parametrize(
    ("moment", "stands_for"),
    [
        ("2030-01-01 00:00", "2030-01-01 00:00"),
        ("2028-02-28 23:00", "2030-02-28 23:00"),
        ("2028-02-29 05:00", "2030-02-28 05:00"),
        ("2028-03-01 00:00", "2030-03-01 00:00"),
        ("2028-12-31 23:00", "2030-12-31 23:00"),
        ("2035-07-15 13:00", "2030-07-15 13:00"),
    ],
)
def test_hour_takes_the_value_of_the_same_month_day_and_hour(moment, stands_for):
    position = y.level_hours(pd.DatetimeIndex([moment]))[0]
    assert y.level_snapshots()[position] == pd.Timestamp(stands_for)


def test_months_are_those_of_the_calendar():
    index = y.level_snapshots()
    assert len(index) == y.HOURS
    assert (index.month - 1 == y.MONTH_OF_HOUR).all()
    assert (index.hour == y.HOUR_OF_DAY).all()
    assert (index[::24].month - 1 == y.MONTH_OF_DAY).all()
    for month in range(12):
        assert (index[y.hours_of_month(month)].month == month + 1).all()


def test_monthly_sums_and_means_agree_with_pandas():
    values = np.arange(y.HOURS, dtype=float)
    groups = pd.Series(values, y.level_snapshots()).groupby(lambda moment: moment.month)
    np.testing.assert_allclose(y.monthly_sums(values), groups.sum())
    np.testing.assert_allclose(y.monthly_means(values), groups.mean())


def test_day_number_counts_from_the_first_of_january():
    assert y.day_number("01-01") == 0
    assert y.day_number("03-01") == 59
    assert y.day_number("12-31") == 364
