"""Snapshots are whole days of Beijing time."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhgrid.clock import (
    TIME_ZONE,
    hours_between,
    hours_in_year,
    month_ends,
    path_through_months,
    snapshots,
    steps_by_month,
    year_snapshots,
)

DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2040, 12, 31))


def test_leap_years_have_a_day_more():
    assert hours_in_year(2028) == len(year_snapshots(2028)) == 8784
    assert hours_in_year(2030) == len(year_snapshots(2030)) == 8760
    assert hours_in_year(2100) == 8760


def test_both_days_are_included():
    found = snapshots(date(2030, 1, 15), date(2030, 1, 16))
    assert len(found) == 48
    assert str(found[0]) == "2030-01-15 00:00:00"
    assert str(found[-1]) == "2030-01-16 23:00:00"


def test_snapshots_have_a_name_and_no_time_zone():
    found = snapshots(date(2030, 1, 1), date(2030, 1, 1))
    assert found.name == "snapshot"
    assert found.tz is None
    assert TIME_ZONE == "UTC+08:00"


@given(start=DAYS, length=st.integers(min_value=0, max_value=400))
def test_hours_between_two_days_are_as_many_as_their_snapshots(start, length):
    end = date.fromordinal(start.toordinal() + length)
    assert hours_between(start, end) == 24 * (length + 1)
    if length <= 40:
        assert len(snapshots(start, end)) == hours_between(start, end)


@pytest.mark.parametrize("year", [2028, 2030])
def test_a_year_ends_in_its_last_hour(year):
    assert str(year_snapshots(year)[-1]) == f"{year}-12-31 23:00:00"


def test_no_hour_is_skipped_or_repeated_when_others_change_their_clocks():
    found = year_snapshots(2030)
    assert found.is_unique
    assert set(found[1:] - found[:-1]) == {found[1] - found[0]}


def test_a_figure_of_a_month_holds_in_each_of_its_hours():
    hours = snapshots(date(2030, 1, 31), date(2030, 2, 1))
    found = steps_by_month(hours, list(range(1, 13)))
    assert found.tolist() == [1.0] * 24 + [2.0] * 24


def test_a_path_through_months_meets_each_mean_at_mid_month_and_closes_the_ring():
    hours = year_snapshots(2030)
    path = path_through_months(hours, [10.0] + [0.0] * 10 + [20.0])
    assert path[hours.get_loc("2030-01-16 11:00")] == pytest.approx(10.0, abs=0.02)
    assert path[-1] == pytest.approx(15.0)
    assert path[0] == pytest.approx(15.0, abs=0.02)


def test_the_last_hour_of_a_month_ends_it():
    hours = snapshots(date(2030, 1, 30), date(2030, 2, 2))
    assert month_ends(hours) == [47]
