"""Snapshots are whole days of Beijing time."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhgrid.clock import TIME_ZONE, hours_between, hours_in_year, snapshots, year_snapshots

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
