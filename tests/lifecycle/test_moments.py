"""Beijing time and the deadlines of the campaign."""

from __future__ import annotations

from datetime import date

import pytest

from qhgrid.errors import LifecycleError
from qhgrid.lifecycle import parse_moment
from qhgrid.lifecycle.deadlines import DAYS, Batch, batch_for, parse_batch


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2026-02-28", "2026-02-28T00:00:00+08:00"),
        ("2026-02-28 16:30", "2026-02-28T16:30:00+08:00"),
        ("2026-02-28T24:00", "2026-02-28T24:00:00+08:00"),
        ("2026-02-28T16:30:00+08:00", "2026-02-28T16:30:00+08:00"),
        ("2026-02-28T16:30Z", "2026-03-01T00:30:00+08:00"),
        ("2026-02-28T15:59:59Z", "2026-02-28T23:59:59+08:00"),
        ("2026-02-28T10:00-05:00", "2026-02-28T23:00:00+08:00"),
        ("2026-03-01T05:00+14:00", "2026-02-28T23:00:00+08:00"),
    ],
)
def test_times_are_read_in_beijing_time(text, written):
    assert str(parse_moment(text)) == written
    assert parse_moment(written) == parse_moment(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("02-28 10:00", "has no year"),
        ("2月28日", "has no year"),
        ("yesterday", "is not a time"),
        ("2026-02-29", "there is no such day or time"),
        ("2026-02-28 24:01", "there is no such day or time"),
        ("2026-02-28 10:60", "there is no such day or time"),
        ("2026-13-01", "there is no such day or time"),
        ("2026-02-28T10:00+99:00", "there is no such day or time"),
    ],
)
def test_what_is_no_time_is_told(text, message):
    with pytest.raises(LifecycleError, match=message):
        parse_moment(text)


def test_deadlines_are_those_of_the_action_plan():
    assert DAYS == {1: ((2, 28), (3, 20), (3, 31)), 2: ((5, 31), (6, 20), (6, 30))}
    assert Batch(2031, 2).deadline("screened") == date(2031, 6, 20)


@pytest.mark.parametrize(
    ("when", "batch"),
    [
        ("2026-02-28 23:59:59", Batch(2026, 1)),
        ("2026-02-28 24:00", Batch(2026, 1)),
        ("2026-03-01 00:00", Batch(2026, 2)),
        ("2026-02-28T15:59Z", Batch(2026, 1)),
        ("2026-02-28T16:00Z", Batch(2026, 2)),
        ("2026-05-31 24:00", Batch(2026, 2)),
        ("2026-06-01 00:00", None),
        ("2025-12-31 12:00", Batch(2026, 1)),
    ],
)
def test_intake_closes_at_24_beijing_time_and_what_is_late_goes_to_the_next_batch(when, batch):
    assert batch_for(parse_moment(when), 2026) == batch


def test_29_february_of_a_leap_year_is_late_for_the_first_batch():
    assert batch_for(parse_moment("2028-02-29 00:00"), 2028) == Batch(2028, 2)
    assert batch_for(parse_moment("2028-02-28 24:00"), 2028) == Batch(2028, 1)


@pytest.mark.parametrize("year", [None, 26])
def test_year_must_be_given(year):
    with pytest.raises(LifecycleError, match=r"--year 2026|as 2026"):
        batch_for(parse_moment("2026-02-01"), year)


@pytest.mark.parametrize("text", ["", "1", "2026-3", "26-1"])
def test_what_is_no_batch_is_told(text):
    with pytest.raises(LifecycleError, match="is no batch"):
        parse_batch(text)
