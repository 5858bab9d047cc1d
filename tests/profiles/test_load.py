"""What a network reads, and what is refused with which words."""

from __future__ import annotations

import time
from datetime import date

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from qhgrid.clock import snapshots, year_snapshots
from qhgrid.errors import ProfileError
from qhgrid.facts import PREFECTURES
from qhgrid.profiles import checksums, load_profiles, profile_paths
from qhgrid.profiles.series import CLASSES, SERIES
from qhgrid.shipped import profiles_folder

from .conftest import make_scenario

DAY = snapshots(date(2030, 7, 15), date(2030, 7, 15))
LEVEL = year_snapshots(2030)


def own(tmp_path, name="pv", mend=None):
    """Write a copy of a shipped file as a user's own, changed by `mend`; return its path."""
    with xr.open_dataset(profiles_folder() / f"{name}.nc") as file:
        dataset = file[[SERIES[name].variable]].load()
    dataset.attrs = {}
    dataset = dataset if mend is None else mend(dataset)
    path = tmp_path / f"own-{name}.nc"
    dataset.to_netcdf(path)
    return str(path)


def refused(**files):
    """Return the faults of a scenario with these files."""
    with pytest.raises(ProfileError) as caught:
        load_profiles(make_scenario(**files), DAY)
    return caught.value.faults


def test_dataset_is_as_the_network_expects_it(scenario):
    data = load_profiles(scenario, DAY)
    assert {name: array.dims for name, array in data.data_vars.items()} == {
        "pv_p_max_pu": ("snapshot", "prefecture"),
        "wind_p_max_pu": ("snapshot", "prefecture"),
        "csp_p_max_pu": ("snapshot", "prefecture"),
        "demand_shape": ("snapshot", "demand_class"),
        "demand_month_mean": ("month", "demand_class"),
        "inflow_m3_per_s": ("snapshot",),
        "temperature_degc": ("snapshot", "prefecture"),
    }
    assert tuple(data.prefecture.to_numpy()) == PREFECTURES
    assert tuple(data.demand_class.to_numpy()) == CLASSES
    assert (data.snapshot.to_index() == DAY).all()
    assert all(array.dtype == np.float64 and array.attrs["units"] for array in data.data_vars.values())
    assert data.attrs["time_zone"] == "UTC+08:00"
    assert len(data.attrs["pv_sha256"]) == 64


def test_values_are_those_of_the_hour(scenario, shipped):
    data = load_profiles(scenario, DAY)
    np.testing.assert_array_equal(data.pv_p_max_pu, shipped["pv"].sel(snapshot=DAY))
    np.testing.assert_array_equal(data.demand_shape, shipped["demand"].sel(snapshot=DAY))


def test_leap_day_repeats_the_day_before(scenario):
    data = load_profiles(scenario, year_snapshots(2028))
    assert data.sizes["snapshot"] == 8784
    before, leap = (data.wind_p_max_pu.sel(snapshot=day).to_numpy() for day in ("2028-02-28", "2028-02-29"))
    np.testing.assert_array_equal(before, leap)


@pytest.mark.parametrize("name", ["dry", "median", "wet"])
def test_scenario_picks_the_water_year(shipped, name):
    data = load_profiles(make_scenario(name), DAY)
    np.testing.assert_array_equal(data.inflow_m3_per_s, shipped["inflow"].sel(water_year=name, snapshot=DAY))


def test_full_year_loads_within_half_a_second(scenario):
    load_profiles(scenario, DAY)
    start = time.perf_counter()
    load_profiles(scenario, LEVEL)
    assert time.perf_counter() - start < 0.5


def test_own_file_is_used_instead_of_the_shipped(tmp_path):
    path = own(tmp_path, mend=lambda data: data / 2)
    data = load_profiles(make_scenario(pv=path), DAY)
    ours = load_profiles(make_scenario(), DAY)
    np.testing.assert_allclose(data.pv_p_max_pu, ours.pv_p_max_pu / 2)
    assert data.attrs["pv_file"] == "own-pv.nc"
    assert data.attrs["pv_sha256"] == ""


def test_relative_path_counts_from_the_working_directory(tmp_path, monkeypatch):
    own(tmp_path, "wind")
    monkeypatch.chdir(tmp_path)
    assert load_profiles(make_scenario(wind="own-wind.nc"), DAY).attrs["wind_file"] == "own-wind.nc"


def test_own_file_may_turn_and_reorder_its_dimensions(tmp_path):
    path = own(tmp_path, mend=lambda data: data.isel(prefecture=slice(None, None, -1)).transpose())
    ours = load_profiles(make_scenario(), DAY)
    xr.testing.assert_equal(load_profiles(make_scenario(pv=path), DAY).pv_p_max_pu, ours.pv_p_max_pu)


def test_own_file_may_cover_a_leap_year(tmp_path):
    path = own(tmp_path, mend=lambda data: data.reindex(snapshot=year_snapshots(2024), fill_value=0.25))
    night_lit = refused(pv=path)
    assert "sun is down" in night_lit[0].what

    def stretch(data):
        index = year_snapshots(2024)
        from qhgrid.profiles.level_year import level_hours

        return data.isel(snapshot=level_hours(index)).assign_coords(snapshot=index)

    data = load_profiles(make_scenario(pv=own(tmp_path, mend=stretch)), LEVEL)
    xr.testing.assert_equal(data.pv_p_max_pu, load_profiles(make_scenario(), LEVEL).pv_p_max_pu)


def test_own_inflow_needs_no_water_years(tmp_path):
    path = own(tmp_path, "inflow", mend=lambda data: data.sel(water_year="wet", drop=True))
    data = load_profiles(make_scenario("dry", inflow=path), DAY)
    xr.testing.assert_equal(data.inflow_m3_per_s, load_profiles(make_scenario("wet"), DAY).inflow_m3_per_s)


def set_value(value, hour=13):
    def change(data):
        data[next(iter(data.data_vars))][hour, 2] = value
        return data

    return change


def shift(hours):
    return lambda data: data.roll(snapshot=hours)


@pytest.mark.parametrize(
    ("mend", "what"),
    [
        (set_value(np.nan), "1 values, the first at 01-01 13:00 in haibei, are not a number"),
        (set_value(1.2), r"1 values, the first at 01-01 13:00 in haibei, are outside \[0, 1\], such as 1.2"),
        (set_value(-0.1), r"outside \[0, 1\], such as -0.1"),
        (
            set_value(0.1, hour=1),
            "1 values, the first at 01-01 01:00 in haibei, are above 0 while the sun is down",
        ),
        (shift(-8), "above 0 while the sun is down"),
        (shift(2), "above 0 while the sun is down"),
        (lambda d: d.isel(snapshot=slice(100)), "has 100 hours, too short for a year of 8760"),
        (lambda d: d.assign_coords(snapshot=LEVEL + pd.Timedelta(hours=1)), "are not those of one year"),
        (lambda d: d.assign_coords(snapshot=np.arange(8760.0)), "coordinate snapshot holds no dates"),
        (lambda d: d.isel(prefecture=slice(7)), "coordinate prefecture lacks haixi"),
        (
            lambda d: d.assign_coords(prefecture=["xi'ning", *PREFECTURES[1:]]),
            "lacks xining and has the unknown xi'ning",
        ),
        (
            lambda d: xr.concat([d, d.isel(prefecture=[0])], "prefecture"),
            "coordinate prefecture names a label twice",
        ),
        (lambda d: d.rename(prefecture="region"), "has the dimensions snapshot, region"),
        (lambda d: d.isel(prefecture=0, drop=True), "has the dimensions snapshot"),
        (lambda d: d.rename(pv_p_max_pu="cf"), r"has no variable pv_p_max_pu \(found: cf\)"),
        (lambda d: d.astype(str), "not numbers"),
        (lambda d: d.expand_dims(draw=7), "more than a year holds"),
    ],
)
def test_bad_file_is_refused_with_place_and_mend(tmp_path, mend, what):
    path = own(tmp_path, mend=mend)
    with pytest.raises(ProfileError, match=what) as caught:
        load_profiles(make_scenario(pv=path), DAY)
    assert all(fault.where == f"profiles.pv: {path}" and fault.mend for fault in caught.value.faults)


def test_missing_file_is_refused():
    fault = refused(pv="nowhere/pv.nc")[0]
    assert str(fault).startswith("profiles.pv: nowhere/pv.nc: there is no such file")


def test_folder_and_garbage_are_refused(tmp_path):
    (tmp_path / "garbage.nc").write_bytes(bytes(range(256)) * 40)
    faults = refused(pv=str(tmp_path), wind=str(tmp_path / "garbage.nc"))
    assert [fault.what.split(":")[0] for fault in faults] == [
        "there is no such file",
        "is not a readable netCDF file",
    ]


def test_all_faults_of_all_files_come_at_once(tmp_path):
    bad_wind = own(tmp_path, "wind", mend=lambda data: data * 3)
    faults = refused(pv="nowhere.nc", wind=bad_wind, inflow=own(tmp_path, "inflow", lambda data: -data))
    assert [fault.where.split(":")[0] for fault in faults] == [
        "profiles.pv",
        "profiles.wind",
        "profiles.inflow",
    ]


def test_empty_folder_says_how_to_build(scenario, tmp_path):
    with pytest.raises(ProfileError, match="qhgrid profiles build") as caught:
        load_profiles(scenario, DAY, tmp_path)
    assert len(caught.value.faults) == len(SERIES)
    with pytest.raises(ProfileError, match="qhgrid profiles build"):
        checksums(tmp_path)


def test_checksums_are_of_the_files_that_a_scenario_uses(tmp_path):
    path = own(tmp_path)
    shipped, ours = checksums(), checksums(make_scenario(pv=path))
    assert list(shipped) == [f"{name}.nc" for name in SERIES] == list(ours)
    assert {name for name in shipped if shipped[name] != ours[name]} == {"pv.nc"}
    assert checksums(profiles_folder()) == shipped
    assert profile_paths(make_scenario(pv=path))["pv"].name == "own-pv.nc"
