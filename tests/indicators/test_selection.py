"""Labels, sums by label, months and coverage."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from qhgrid.indicators.selection import (
    attribute,
    coverage,
    covered_hours,
    having,
    is_full_year,
    monthly,
    months,
    on_grid,
    pick,
    series,
    sum_by,
)
from tests.indicators import systems


def test_a_column_that_the_network_lacks_takes_its_default():
    results = systems.two_days()
    assert attribute(results, "link", "length", 7.0).to_numpy().tolist() == [7.0] * 6
    assert attribute(results, "line", "role", "ac_link").to_numpy().tolist() == ["ac_link"]
    assert series(results, "line", "s_max_pu").shape == (48, 1)
    assert series(results, "link", "never_heard_of", 0.5).shape == (48, 6)


def test_components_are_chosen_by_one_or_several_labels():
    results = systems.two_days()
    names = results["link"].to_numpy()
    chosen = names[having(results, "link", role=("tie_import", "tie_export"), tie="gansu")]
    assert chosen.tolist() == ["gansu import", "gansu export"]
    assert on_grid(results, "link", "bus0").tolist() == [False, False, False, True, False, True]


def test_sums_by_label_come_sorted_and_a_missing_entry_is_zero():
    values = xr.DataArray(
        [[1.0, 2.0, 4.0]], dims=("snapshot", "source"), coords={"kind": ("source", ["b", "a", "b"])}
    )
    added = sum_by(values, "source", "kind")
    assert added["kind"].to_numpy().tolist() == ["a", "b"]
    assert added.to_numpy().tolist() == [[2.0, 5.0]]
    assert pick(added, "kind", "b").to_numpy().tolist() == [5.0]
    assert pick(added, "kind", "c").to_numpy().tolist() == [0.0]


def test_months_carry_their_hours_and_their_energy():
    """31 January and 1 February, 24 h each; 10 MW over both is 240 MWh a month."""
    results = systems.two_days()
    covered = months(results)
    assert (covered.keys, covered.labels_zh, covered.labels_en) == (
        ("m01", "m02"),
        ("1月", "2月"),
        ("Jan", "Feb"),
    )
    assert covered.hours == (24.0, 24.0)
    assert monthly(results, 10.0 * xr.ones_like(results["snapshot_weighting_stores"])) == (240.0, 240.0)


def test_a_month_met_in_two_years_is_told_apart():
    times = pd.to_datetime(["2029-12-31 23:00", "2030-01-01 00:00", "2030-12-31 23:00"])
    covered = months(systems.dataset(times))
    assert covered.keys == ("y2029m12", "y2030m01", "y2030m12")
    assert covered.labels_zh[0] == "2029年12月"


def test_weights_count_as_hours():
    times = pd.date_range("2030-01-01", periods=8, freq="3h")
    results = systems.dataset(times, weight=3.0)
    assert covered_hours(results) == 24.0
    assert monthly(results, xr.ones_like(results["snapshot_weighting_stores"])) == (24.0,)


@pytest.mark.parametrize(
    ("year", "hours", "full"), [(2030, 8760, True), (2028, 8760, False), (2028, 8784, True)]
)
def test_a_year_is_full_only_with_all_its_hours(year, hours, full):
    times = pd.date_range(f"{year}-01-01", periods=hours, freq="h")
    results = xr.Dataset(
        {"snapshot_weighting_generators": ("snapshot", np.ones(hours))}, coords={"snapshot": times}
    )
    assert is_full_year(results) is full
    assert ("（全年）" in coverage(results)[0]) is full


def test_a_short_horizon_says_so_and_extrapolates_nothing():
    zh, en = coverage(systems.two_days())
    assert zh == "统计时段：2030-01-31 00时至2030-02-01 23时，共48小时，不足全年，数值未外推。"
    assert "48 hours, less than a year" in en
