"""Foreign series: what is taken in, what is changed and said, and what is refused with which words."""

from __future__ import annotations

import re
from hashlib import sha256

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from qhgrid.clock import year_snapshots
from qhgrid.errors import ProfileError
from qhgrid.facts import PREFECTURES
from qhgrid.profiles import load_profiles
from qhgrid.profiles.import_convert import wind_power
from qhgrid.profiles.import_time import zone_hours
from qhgrid.profiles.importing import Request, import_series
from qhgrid.profiles.series import CLASSES, SERIES
from qhgrid.profiles.store import read_series
from qhgrid.shipped import profiles_folder

from .conftest import make_scenario

LEVEL = year_snapshots(2030)


@pytest.fixture(scope="module")
def pv():
    """Return the shipped PV with the dates of 2019, columns by prefecture."""
    with xr.open_dataset(profiles_folder() / "pv.nc") as file:
        frame = file.pv_p_max_pu.to_pandas().astype(float)
    return frame.set_axis(year_snapshots(2019).rename("time"))


def take(path, tmp_path, **words):
    """Take a file in; return its values on the level year and what was said."""
    words = {"variable": "pv", "unit": "1", "time_zone": "+08:00"} | words
    done = import_series(path, tmp_path / "out.nc", Request(**words))
    series = SERIES[words["variable"]]
    with xr.open_dataset(done.path) as file:
        attributes = dict(file.attrs)
    array = read_series(done.path, series)[series.variable]
    return array.transpose("snapshot", ...).to_numpy().astype(float), done, attributes


def write_csv(frame, tmp_path, name="in.csv"):
    path = tmp_path / name
    frame.to_csv(path, index_label="time")
    return path


def refused(path, tmp_path, **words):
    """Return the fault of a file that is not taken in; nothing is written."""
    words = {"variable": "pv", "unit": "1", "time_zone": "+08:00"} | words
    with pytest.raises(ProfileError) as caught:
        import_series(path, tmp_path / "out.nc", Request(**words))
    assert not (tmp_path / "out.nc").exists()
    return caught.value.faults[0]


def test_table_in_beijing_time_comes_back_unchanged_and_says_where_it_is_from(pv, tmp_path):
    path = write_csv(pv, tmp_path)
    values, done, attributes = take(path, tmp_path, source="dispatch centre, 2020")
    np.testing.assert_allclose(values, pv.to_numpy(), atol=1e-5)
    assert done.labels == PREFECTURES
    assert done.notes == ("year 2019",)
    assert attributes["source"] == "dispatch centre, 2020"
    assert attributes["original_file"] == "in.csv"
    assert attributes["original_sha256"] == done.original_sha256 == sha256(path.read_bytes()).hexdigest()
    assert len(attributes["checksum_sha256"]) == 64


def test_imported_file_serves_a_scenario(pv, tmp_path):
    take(write_csv(pv * 0.5, tmp_path), tmp_path)
    data = load_profiles(make_scenario(pv=str(tmp_path / "out.nc")), LEVEL)
    np.testing.assert_allclose(data.pv_p_max_pu, pv.to_numpy() * 0.5, atol=2e-5)


def test_names_units_and_power_are_understood(pv, tmp_path):
    frame = (pv * 850).rename(columns={"haixi": "海西州", "xining": "Xining", "hainan": "共和"})
    path = write_csv(frame, tmp_path)
    values, done, _ = take(path, tmp_path, unit="MW", capacity_mw=850.0, columns={"共和": "hainan"})
    np.testing.assert_allclose(values, pv.to_numpy(), atol=1e-5)
    assert any("divided by the rated power" in note for note in done.notes)
    percent, done, _ = take(write_csv(pv * 100, tmp_path), tmp_path, unit="%")
    np.testing.assert_allclose(percent, pv.to_numpy(), atol=1e-5)
    assert "percent to per unit" in done.notes


def test_universal_time_is_moved_and_the_cut_hours_come_from_the_other_end(pv, tmp_path):
    """Eight hours before the file begins are missing in Beijing time; those after its end stand for them."""
    utc = pv.set_axis(pv.index - pd.Timedelta(hours=8))
    inside = utc[utc.index.year == 2019]
    tail = utc[utc.index.year == 2018]
    year = pd.concat([inside, tail.set_axis(tail.index + pd.DateOffset(years=1))])
    values, done, _ = take(write_csv(year, tmp_path), tmp_path, time_zone="UTC")
    np.testing.assert_allclose(values, pv.to_numpy(), atol=1e-5)
    assert "moved by +8 h to Beijing time" in done.notes
    assert "8 h at the start of the year taken from its other end" in done.notes


def test_times_that_carry_their_zone_need_no_other(pv, tmp_path):
    frame = pv.set_axis([f"{moment:%Y-%m-%dT%H:%M}+08:00" for moment in pv.index])
    values, _, _ = take(write_csv(frame, tmp_path), tmp_path, time_zone="")
    np.testing.assert_allclose(values, pv.to_numpy(), atol=1e-5)


def test_quarter_hours_are_averaged_and_end_labels_moved(pv, tmp_path):
    quarters = pv.loc[pv.index.repeat(4)].to_numpy() + np.tile(
        [[0.01], [-0.01], [0.02], [-0.02]], (8760, 8)
    ) * (pv.loc[pv.index.repeat(4)].to_numpy() > 0.1)
    index = pd.date_range("2019-01-01 00:15", periods=4 * 8760, freq="15min")
    frame = pd.DataFrame(quarters.clip(0, 1), index=index, columns=pv.columns)
    values, done, _ = take(write_csv(frame, tmp_path), tmp_path, label="end")
    np.testing.assert_allclose(values, pv.to_numpy(), atol=0.006)
    assert "4 values an hour averaged" in done.notes


def test_leap_day_is_dropped(pv, tmp_path):
    index = year_snapshots(2020)
    from qhgrid.profiles.level_year import level_hours

    frame = pd.DataFrame(pv.to_numpy()[level_hours(index)], index=index, columns=pv.columns)
    values, done, _ = take(write_csv(frame, tmp_path), tmp_path)
    np.testing.assert_allclose(values, pv.to_numpy(), atol=1e-5)
    assert done.notes == ("year 2020", "29 February dropped")


def test_short_gaps_are_filled_by_the_stated_rule_and_long_ones_refused(pv, tmp_path):
    frame = pv.copy()
    frame.iloc[24 * 100 + 12 : 24 * 100 + 14, 0] = np.nan
    frame = frame.drop(frame.index[24 * 200 + 10])
    path = write_csv(frame, tmp_path)
    fault = refused(path, tmp_path)
    assert "xining: 3 h are missing in 2 gaps, the longest 2 h, the first at 04-11 12:00" in fault.what
    assert fault.mend == "Fill them, or let gaps up to 2 h be filled with --fill 2."
    values, done, attributes = take(path, tmp_path, fill=2)
    noon = pv.to_numpy()[:, 0].reshape(365, 24)[:, 12]
    assert values[24 * 100 + 12, 0] == pytest.approx((noon[99] + noon[101]) / 2, abs=1e-5)
    assert "10 h of gaps filled from the same hour of the days beside" in done.notes
    assert "10 h of gaps filled" in attributes["changes"]


def test_meter_noise_below_zero_is_set_to_zero_and_said(pv, tmp_path):
    frame = pv.copy()
    frame.iloc[2, 3] = -0.004
    values, done, _ = take(write_csv(frame, tmp_path), tmp_path)
    assert values.min() == 0
    assert "1 values between -0.02 and 0 set to 0" in done.notes


def test_missing_prefectures_come_from_the_shipped_series_only_when_asked(pv, tmp_path):
    path = write_csv(pv[["haixi"]] * 0.9, tmp_path)
    assert refused(path, tmp_path).what.startswith("the file lacks xining, haidong")
    values, done, _ = take(path, tmp_path, rest=True)
    np.testing.assert_allclose(values[:, -1], pv["haixi"] * 0.9, atol=1e-5)
    np.testing.assert_allclose(values[:, 0], pv["xining"], atol=1e-5)
    assert done.labels == ("haixi",)


def test_one_column_of_any_name_stands_for_the_prefecture_that_is_named(pv, tmp_path):
    path = write_csv(pv[["haixi"]].rename(columns={"haixi": "出力"}), tmp_path)
    values, _, _ = take(path, tmp_path, columns={"出力": "haixi"}, rest=True)
    np.testing.assert_allclose(values[:, -1], pv["haixi"], atol=1e-5)


def two_years(frame):
    return pd.concat([frame, frame.set_axis(frame.index + pd.DateOffset(years=2))])


@pytest.mark.parametrize(
    ("change", "words", "what"),
    [
        (lambda f: f, {"unit": ""}, "does not say the unit"),
        (lambda f: f, {"unit": "furlong"}, "'furlong' is not a unit of pv"),
        (lambda f: f, {"unit": "MW"}, "without the rated power"),
        (lambda f: f, {"time_zone": ""}, "does not say its time zone"),
        (lambda f: f, {"time_zone": "Mars"}, "'Mars' is not a time zone"),
        (lambda f: f, {"time_zone": "UTC"}, "above 0 while the sun is down"),
        (lambda f: f * 1.5, {}, r"outside \[0, 1\]"),
        (lambda f: f - 0.1, {}, r"outside \[0, 1\], such as -0.1"),
        (lambda f: pd.concat([f, f.iloc[[7]]]), {}, "1 times stand twice, the first is 2019-01-01 07:00"),
        (lambda f: f.iloc[:500], {}, "has 500 hours, 2019-01-01 00:00 to 2019-01-21 19:00, too few"),
        (lambda f: f.iloc[::3], {}, "the step is 3 h"),
        (two_years, {}, "the file holds 2 years"),
        (lambda f: f, {"year": 2001}, "no hour of 2001"),
        (lambda f: f.rename(columns={"haixi": "x"}), {"columns": {"x": "town"}}, "town is no prefecture"),
        (lambda f: f, {"columns": {"y": "haixi"}}, "there is no column y"),
        (lambda f: f.rename(columns={"xining": "x"}), {"columns": {"x": "haixi"}}, "two columns stand for"),
        (lambda f: f.rename(columns=lambda name: f"{name}?"), {}, "no column bears the name of a prefecture"),
        (lambda f: f, {"variable": "sun"}, "there is no such series"),
    ],
)  # fmt: skip
def test_bad_table_is_refused_with_the_reason(pv, tmp_path, change, words, what):
    fault = refused(write_csv(change(pv), tmp_path), tmp_path, **words)
    assert re.search(what, fault.what)
    assert fault.mend


def test_faulty_cells_are_named_by_line(pv, tmp_path):
    path = write_csv(pv.iloc[:100], tmp_path)
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:5], "2019-13-45,1,1,1,1,1,1,1,1", *lines[6:]]))
    fault = refused(path, tmp_path)
    assert (fault.where, fault.what) == (f"{path}:6", "'2019-13-45' is not a time")
    path.write_text("\n".join([*lines[:5], "2019-01-01 04:00:00,1,many,1,1,1,1,1,1", *lines[6:]]))
    fault = refused(path, tmp_path)
    assert (fault.where, fault.what) == (f"{path}:6", "'many' in column haidong is not a number")


def test_other_files_are_refused(tmp_path):
    assert "no such file" in refused(tmp_path / "none.csv", tmp_path).what
    reasons = {
        "a.xlsx": "ending .xlsx",
        "a.nc": "not a readable netCDF",
        "a.epw": "not a readable EPW",
        "a.csv": "no table",
    }
    for name, what in reasons.items():
        (tmp_path / name).write_text("nothing\n")
        assert what in refused(tmp_path / name, tmp_path, columns={"site": "haixi"}).what


def relabelled(frame, form):
    return frame.set_axis(frame.index.strftime(form))


def test_chinese_dates_and_24_o_clock_are_understood_and_days_never_taken_for_months(pv, tmp_path):
    values, _, _ = take(write_csv(relabelled(pv, "%Y年%m月%d日 %H:%M"), tmp_path), tmp_path)
    np.testing.assert_allclose(values, pv.to_numpy(), atol=1e-5)
    ends = pv.set_axis([f"{moment:%Y/%m/%d} {moment.hour + 1:02d}:00" for moment in pv.index])
    path = write_csv(ends, tmp_path)
    assert refused_again(path, tmp_path).mend == "Say --label end."
    values, _, _ = take(path, tmp_path, label="end")
    np.testing.assert_allclose(values, pv.to_numpy(), atol=1e-5)
    fault = refused_again(write_csv(relabelled(pv, "%d/%m/%Y %H:%M"), tmp_path), tmp_path)
    assert fault.what == "'01/01/2019 00:00' is not a time"
    assert "year first" in fault.mend


def refused_again(path, tmp_path, **words):
    (tmp_path / "out.nc").unlink(missing_ok=True)
    return refused(path, tmp_path, **words)


def test_column_that_stands_twice_and_folder_to_write_to_are_refused(pv, tmp_path):
    path = tmp_path / "twice.csv"
    path.write_text(pv.to_csv(index_label="time").replace("haidong", "xining", 1))
    assert refused(path, tmp_path).what == "the column xining stands twice"
    path = write_csv(pv, tmp_path)
    with pytest.raises(ProfileError, match="cannot be written"):
        import_series(path, tmp_path, Request("pv", unit="1", time_zone="+08:00"))


def test_single_bus_keeps_its_name_and_a_grid_without_degrees_is_refused(pv, tmp_path):
    alone = xr.Dataset(
        {"a": (("time", "bus"), pv[["haixi"]].to_numpy())}, {"time": pv.index, "bus": ["haixi"]}
    )
    alone.to_netcdf(tmp_path / "alone.nc")
    _, done, _ = take(tmp_path / "alone.nc", tmp_path, rest=True)
    assert done.labels == ("haixi",)
    words, ones = np.full((8760, 2), "x"), np.ones((8760, 2, 2))
    for name, dims, values in (
        ("grid", ("time", "y", "x"), ones),
        ("word", ("time", "bus"), words),
    ):
        coords = {"time": pv.index} | {dim: ["a", "b"] for dim in dims[1:]}
        xr.Dataset({"a": (dims, values)}, coords).to_netcdf(tmp_path / f"{name}.nc")
    assert "has the dimensions time, y, x" in refused_again(tmp_path / "grid.nc", tmp_path).what
    assert "not numbers" in refused_again(tmp_path / "word.nc", tmp_path).what


def test_file_in_gb18030_with_semicolons_is_read(pv, tmp_path):
    path = tmp_path / "gb.csv"
    frame = pv.rename(columns={"haixi": "海西州"})
    path.write_bytes(frame.to_csv(sep=";", index_label="时间").encode("gb18030"))
    values, _, _ = take(path, tmp_path)
    np.testing.assert_allclose(values, pv.to_numpy(), atol=1e-5)


def test_netcdf_with_a_bus_dimension_is_read_with_the_unit_it_says(pv, tmp_path):
    array = xr.DataArray(pv.to_numpy() * 200, {"time": pv.index, "bus": list(pv.columns)}, ("time", "bus"))
    array.attrs["units"] = "MW"
    path = tmp_path / "bus.nc"
    array.to_dataset(name="specific generation").to_netcdf(path)
    values, _, _ = take(path, tmp_path, unit="", capacity_mw=dict.fromkeys(PREFECTURES, 200.0))
    np.testing.assert_allclose(values, pv.to_numpy(), atol=1e-5)


def test_grid_of_a_cutout_gives_each_prefecture_the_cell_at_its_seat(pv, tmp_path, climatology):
    """Cells are numbered by their column, so that the cell that was picked can be read off the value."""
    x, y = np.arange(90.0, 104.1, 0.25), np.arange(32.0, 39.1, 0.25)
    sun = pv["haixi"].to_numpy() > 0.3
    share = (0.3 + 0.005 * np.arange(len(x)))[None, None, :] * sun[:, None, None]
    grid = np.broadcast_to(share, (8760, len(y), len(x))).astype(np.float32)
    coords = {"time": pv.index - pd.Timedelta(hours=8), "y": y, "x": x}
    path = tmp_path / "cutout.nc"
    xr.DataArray(grid, coords, ("time", "y", "x"), attrs={"units": "p.u."}).to_dataset(name="cf").to_netcdf(
        path
    )
    values, done, _ = take(path, tmp_path, unit="", time_zone="UTC", year=2019, fill=12)
    found = (values.max(axis=0) - 0.3) / 0.005
    np.testing.assert_allclose(found, np.round((climatology.places.lon - 90) / 0.25), atol=0.01)
    assert done.notes[0].startswith("xining is the cell at 101.75 E 36.50 N") or "101.75 E" in done.notes[0]


def test_netcdf_that_cannot_be_understood_is_refused(pv, tmp_path):
    several = xr.Dataset({"a": ("time", pv["haixi"].to_numpy()), "b": ("time", pv["xining"].to_numpy())},
                         {"time": pv.index})  # fmt: skip
    several.to_netcdf(tmp_path / "several.nc")
    fault = refused(tmp_path / "several.nc", tmp_path)
    assert (fault.what, fault.mend) == ("the file holds several variables", "Name one with --field: a, b.")
    values, _, _ = take(tmp_path / "several.nc", tmp_path, netcdf_name="a", columns={"a": "haixi"}, rest=True)
    np.testing.assert_allclose(values[:, -1], pv["haixi"], atol=1e-5)
    (tmp_path / "out.nc").unlink()
    xr.Dataset({"a": ("step", np.ones(10))}).to_netcdf(tmp_path / "timeless.nc")
    assert "no dimension of time" in refused(tmp_path / "timeless.nc", tmp_path).what
    grid = xr.Dataset({"a": (("time", "y", "x"), np.ones((8760, 2, 2)))},
                      {"time": pv.index, "y": [50.0, 51.0], "x": [5.0, 6.0]})  # fmt: skip
    grid.to_netcdf(tmp_path / "europe.nc")
    assert "no cell lies within 60 km" in refused(tmp_path / "europe.nc", tmp_path).what


def test_river_takes_days_and_spreads_them(tmp_path):
    days = pd.date_range("2021-01-01", "2021-12-31", freq="D")
    flow = 600 + 400 * np.sin(np.arange(365) / 58)
    path = write_csv(pd.DataFrame({"流量": flow}, index=days), tmp_path)
    values, done, _ = take(path, tmp_path, variable="inflow", unit="m3/s")
    np.testing.assert_allclose(values[:, 0].reshape(365, 24).mean(axis=1), flow, atol=1e-3)
    assert "each day's flow spread over its 24 hours" in done.notes
    data = load_profiles(make_scenario("median", inflow=str(tmp_path / "out.nc")), LEVEL)
    np.testing.assert_allclose(data.inflow_m3_per_s, np.repeat(flow, 24), atol=1e-3)


def test_temperature_in_kelvin_and_demand_in_power_are_converted(pv, tmp_path):
    degc = pd.DataFrame(np.full((8760, 8), -5.0), index=pv.index, columns=pv.columns)
    values, _, _ = take(write_csv(degc + 273.15, tmp_path), tmp_path, variable="temperature", unit="K")
    np.testing.assert_allclose(values, -5.0, atol=1e-3)
    wave = 1000 + 200 * np.sin(np.arange(8760) / 24)
    load = pd.DataFrame(dict.fromkeys(CLASSES, wave), index=pv.index)
    values, done, _ = take(write_csv(load, tmp_path), tmp_path, variable="demand", unit="MW")
    np.testing.assert_allclose(values.mean(axis=0), 1, atol=1e-5)
    assert "scaled to a yearly mean of 1" in done.notes


EPW_HEAD = [
    "LOCATION,Golmud,Qinghai,CHN,CSWD,528180,36.42,94.90,8.0,2808.0",
    *(f"{name},0" for name in ("DESIGN CONDITIONS", "TYPICAL/EXTREME PERIODS", "GROUND TEMPERATURES")),
    "HOLIDAYS/DAYLIGHT SAVINGS,No,0,0,0",
    "COMMENTS 1,made for a test",
    "COMMENTS 2,",
    "DATA PERIODS,1,1,Data,Sunday, 1/ 1,12/31",
]


@pytest.fixture(scope="module")
def epw(tmp_path_factory):
    """Return an EPW file of Golmud: sun from 7 to 18 h local hour angle, 5 m/s of wind, thin cold air."""
    from pvlib.clearsky import simplified_solis
    from pvlib.location import Location

    index = year_snapshots(2030)
    moments = (index + pd.Timedelta(minutes=30) - pd.Timedelta(hours=8)).tz_localize("UTC")
    sun = Location(36.42, 94.90, altitude=2808).get_solarposition(moments)
    sky = simplified_solis(sun.apparent_elevation, 0.08, 0.8, 72000.0)
    rows = []
    for moment, ghi, dni, dhi in zip(index, sky.ghi, sky.dni, sky.dhi, strict=True):
        cells = ["0"] * 35
        cells[:6] = ["1999", str(moment.month), str(moment.day), str(moment.hour + 1), "0", "?9"]
        cells[6], cells[9] = "-2.0", "72000"
        cells[13], cells[14], cells[15], cells[21] = f"{ghi:.0f}", f"{dni:.0f}", f"{dhi:.0f}", "5.0"
        rows.append(",".join(cells))
    path = tmp_path_factory.mktemp("epw") / "golmud.epw"
    path.write_text("\n".join([*EPW_HEAD, *rows]) + "\n")
    return path


def from_epw(epw, tmp_path, variable):
    words = {"variable": variable, "columns": {"site": "haixi"}, "rest": True, "unit": "", "time_zone": ""}
    values, done, _ = take(epw, tmp_path, **words)
    return values[:, -1], done


def test_epw_gives_pv_that_peaks_at_solar_noon_in_beijing_time(epw, tmp_path):
    pv, done = from_epw(epw, tmp_path, "pv")
    day = pv.reshape(365, 24).mean(axis=0)
    middle = (day * (np.arange(24) + 0.5)).sum() / day.sum()
    assert middle == pytest.approx(12 + (120 - 94.9) / 15, abs=0.2)
    assert 0.9 < pv.max() <= 1
    assert 2400 < pv.sum() < 2900
    assert done.notes[0] == "typical year at 36.42 N 94.90 E, 2808 m"


def test_epw_gives_wind_through_the_curve_with_thin_air(epw, tmp_path):
    """5 m/s at 10 m is 6.80 at 90 m; air of 0.925 kg/m3 makes it 6.19: 0.26 + 0.19 × 0.16, less a tenth."""
    wind, _ = from_epw(epw, tmp_path, "wind")
    assert np.unique(wind).size == 1
    assert wind[0] == pytest.approx(0.9 * (0.26 + 0.193 * 0.16), abs=0.003)


def test_thin_air_gives_less_and_storm_stops_the_turbine():
    speed = np.array([3.0, 5.0, 6.0, 20.0])
    sea = wind_power(speed, np.full(4, 101325.0), np.full(4, 15.0))
    high = wind_power(speed, np.full(4, 70000.0), np.full(4, 0.0))
    assert (high[:3] < sea[:3]).all()
    assert sea[3] == 0


def test_epw_gives_solar_field_and_temperature(epw, tmp_path):
    field, _ = from_epw(epw, tmp_path, "dni")
    assert 1500 < field.sum() < 3500
    degc, _ = from_epw(epw, tmp_path, "temperature")
    np.testing.assert_allclose(degc, -2.0)


def test_epw_needs_its_prefecture_and_knows_no_river(epw, tmp_path):
    assert "weather of one place" in refused(epw, tmp_path).what
    assert "weather of one place" in refused(epw, tmp_path, variable="inflow", columns={"site": "haixi"}).what


@pytest.mark.parametrize(
    ("text", "hours"), [("UTC", 0), ("+08:00", 8), ("UTC+08:00", 8), ("-3:30", -3.5), ("+8", 8)]
)
def test_time_zones_are_understood(text, hours):
    assert zone_hours(text, "file") == hours
