"""Generated weather years: what they keep of the tables on average, and how they differ from each other."""

from __future__ import annotations

import hashlib
import time
from datetime import date

import netCDF4
import numpy as np
import pytest

from qhgrid.clock import snapshots, year_snapshots
from qhgrid.errors import ProfileError
from qhgrid.facts import read_facts
from qhgrid.profiles import calibration as k
from qhgrid.profiles import checksums, load_profiles, noise
from qhgrid.profiles.climatology import PV_PROBABILITIES, WIND_PROBABILITIES
from qhgrid.profiles.level_year import DAYS_IN_MONTH, days_of_month, hours_of_month, monthly_sums
from qhgrid.profiles.series import SERIES
from qhgrid.profiles.weather import fingerprint, heated, shipped_maker, weather_year
from qhgrid.profiles.weather_model import read_weather_model
from qhgrid.profiles.weather_statistics import (
    Yardstick,
    cold_spells,
    make_yardstick,
    summarise,
    weekly_output,
)
from qhgrid.profiles.weather_years import WeatherYear, make_weather_year
from qhgrid.profiles.wind import filled_quantiles
from qhgrid.scenario.model import Weather
from qhgrid.shipped import profiles_folder

from .conftest import make_scenario

YEARS = 60
"""Years of the sample; the model was calibrated on the first 160, these come after them."""


@pytest.fixture(scope="module")
def maker():
    return shipped_maker()


@pytest.fixture(scope="module")
def years(maker):
    model = read_weather_model(profiles_folder() / "weather.nc")
    return [make_weather_year(201 + number, maker, model) for number in range(YEARS)]


@pytest.fixture(scope="module")
def fleets(years, climatology):
    """Return the fleet's PV and wind, shape (years, 8760) each."""
    pv = np.array([(year.pv * climatology.sunshine.weights).sum(axis=1) for year in years])
    wind = np.array([(year.wind * climatology.wind.weights).sum(axis=1) for year in years])
    return pv, wind


@pytest.fixture(scope="module")
def yard(maker):
    return make_yardstick(maker, 41390.0, 15570.0)


def weather_scenario(year, **files):
    return make_scenario(**files).model_copy(update={"weather": Weather(year=year)})


def four_errors(sample):
    """Return four standard errors of a mean of years, with those of the model's own 160 years, relative."""
    error = sample.std(axis=0, ddof=1) / np.sqrt(len(sample)) / sample.mean(axis=0)
    return 4 * error * np.sqrt(1 + YEARS / 160)


@pytest.mark.parametrize("name", ["pv", "wind"])
def test_mean_of_many_years_is_the_table_of_full_load_hours(years, climatology, name):
    table = (climatology.sunshine if name == "pv" else climatology.wind).full_load_hours
    found = np.array([monthly_sums(getattr(year, name)) for year in years])
    assert (np.abs(found.mean(axis=0) / table.T - 1) < four_errors(found) + 0.003).all()
    yearly = found.sum(axis=1)
    assert (np.abs(yearly.mean(axis=0) / table.sum(axis=1) - 1) < 0.015).all()


def test_solar_field_and_temperature_are_those_of_the_level_year_on_average(years, shipped):
    field = np.array([year.dni.sum(axis=0) for year in years])
    assert (np.abs(field.mean(axis=0) / shipped["dni"].sum("snapshot").to_numpy() - 1) < 0.03).all()
    degc = np.array([year.temperature.mean(axis=0) for year in years])
    np.testing.assert_allclose(degc.mean(axis=0), shipped["temperature"].mean("snapshot"), atol=0.25)


def test_years_differ_by_as_much_as_is_said(fleets):
    """PV about 2 %, wind about 4.5 %; one standard error of a standard deviation of 60 years is 9 %."""
    pv, wind = (fleet.sum(axis=1) for fleet in fleets)
    assert pv.std() / pv.mean() == pytest.approx(0.020, abs=0.005)
    assert wind.std() / wind.mean() == pytest.approx(0.046, abs=0.012)


def test_one_month_of_wind_differs_from_year_to_year_as_the_table_says(fleets, maker):
    months = np.array([monthly_sums(year) for year in fleets[1]])
    spread = (months.std(axis=0) / months.mean(axis=0)).mean()
    assert spread == pytest.approx(maker.figures["wind_month_spread"], abs=0.015)


@pytest.mark.parametrize("month", range(12))
def test_distribution_of_wind_is_that_of_the_table_on_average(fleets, climatology, month):
    table = filled_quantiles(climatology.wind.quantiles)[month]
    parts = [year[hours_of_month(month)] for year in fleets[1]]
    found = np.mean([np.quantile(part / part.mean(), WIND_PROBABILITIES) for part in parts], axis=0)
    comparable = table * np.mean(parts) < k.WIND_COMPARABLE
    tolerance = np.maximum(k.WIND_QUANTILE_TOLERANCE, 0.13 * table)
    assert (np.abs(found - table) < tolerance)[comparable].all()


@pytest.mark.parametrize("month", range(12))
def test_memory_and_mean_day_of_wind_are_those_of_the_table_on_average(fleets, climatology, month):
    parts = [year[hours_of_month(month)] for year in fleets[1]]
    hour = np.mean([noise.lagged_correlation(part, 1) for part in parts])
    day = np.mean([noise.lagged_correlation(part, 24) for part in parts])
    assert hour == pytest.approx(climatology.wind.lag1h[month], abs=k.WIND_LAG1H_TOLERANCE)
    assert day == pytest.approx(climatology.wind.lag24h[month], abs=k.WIND_LAG24H_TOLERANCE + 0.05)
    mean_day = np.mean(parts, axis=0).reshape(-1, 24).mean(axis=0)
    miss = mean_day / mean_day.mean() - climatology.wind.diurnal[month]
    assert np.sqrt((miss**2).mean()) < k.WIND_DIURNAL_TOLERANCE


@pytest.mark.parametrize("month", range(12))
def test_daily_pv_has_the_quantiles_and_memory_of_the_table_on_average(fleets, climatology, month):
    daily = fleets[0].reshape(YEARS, 365, 24).sum(axis=2)[:, days_of_month(month)]
    found = np.quantile(daily / daily.mean(), PV_PROBABILITIES)
    np.testing.assert_allclose(found, climatology.sunshine.daily_quantiles[month], atol=0.06)
    memory = np.mean([noise.lagged_correlation(year, 1) for year in daily])
    assert memory == pytest.approx(climatology.sunshine.daily_lag1[month], abs=0.09)


def test_every_value_is_possible_and_night_is_dark(years, sky):
    for year in years[:10]:
        for name in ("pv", "wind", "dni"):
            values = getattr(year, name)
            assert 0 <= values.min() <= values.max() <= 1
        assert (year.pv[sky.elevation <= 0] == 0).all()
        assert (year.dni[sky.elevation < 10] == 0).all()
        assert -45 < year.temperature.min() < year.temperature.max() < 35


def departures(fleet):
    daily = fleet.reshape(len(fleet), 365, 24).mean(axis=2)
    return daily - daily.mean(axis=0)


@pytest.mark.parametrize(
    ("season", "clear_and_warm"),
    [([*range(59), *range(334, 365)], (0.03, 0.3)), (range(151, 243), (0.15, 0.45))],
)
def test_sun_wind_and_temperature_know_of_each_other(fleets, years, season, clear_and_warm):
    pv, wind = (departures(fleet)[:, list(season)].ravel() for fleet in fleets)
    degc = np.array([year.temperature.mean(axis=1) for year in years])
    air = departures(degc)[:, list(season)].ravel()
    assert -0.35 < noise.correlation(pv, wind) < -0.1
    assert -0.35 < noise.correlation(air, wind) < -0.05
    assert clear_and_warm[0] < noise.correlation(pv, air) < clear_and_warm[1]


@pytest.mark.parametrize("name", ["pv", "wind", "temperature"])
def test_near_prefectures_have_like_weather_and_far_ones_less(years, climatology, name):
    values = np.array([getattr(year, name) for year in years[:12]])
    daily = values.reshape(12, 365, 24, 8).mean(axis=2)
    away = (daily - daily.mean(axis=0)).reshape(-1, 8)
    distance = noise.distances_km(climatology.places.lon, climatology.places.lat)
    pairs = np.triu_indices(8, 1)
    alike = np.array([noise.correlation(away[:, i], away[:, j]) for i, j in zip(*pairs, strict=True)])
    assert noise.correlation(distance[pairs], alike) < -0.85
    assert alike[distance[pairs].argmin()] > 0.85 > alike[distance[pairs].argmax()] + 0.1


def test_calm_dark_weeks_and_cold_spells_come_as_often_as_is_said(years, yard):
    """Counts of 60 years: about 0.4 calm and dark weeks and 0.85 cold spells a year."""
    summaries = [summarise(number, year, yard) for number, year in enumerate(years)]
    calm = np.array([summary.calm_dark_weeks for summary in summaries])
    cold = np.array([summary.cold_spells for summary in summaries])
    assert calm.mean() == pytest.approx(0.40, abs=3 * np.sqrt(0.40 / YEARS))
    assert cold.mean() == pytest.approx(0.85, abs=3 * np.sqrt(0.85 / YEARS))
    assert 0 < (calm > 0).sum() < YEARS
    assert all((s.lowest_week < yard.calm_dark) == (s.calm_dark_weeks > 0) for s in summaries)


def flat_yard(climatology, calm_dark=0.7):
    return Yardstick(climatology, (1.0, 0.0), np.zeros(365), calm_dark, -5.0)


def test_calm_dark_weeks_are_counted_as_worked_by_hand(climatology):
    """PV at its mean but for nine days at half of it: three sevens lie below 0.7, which is one event."""
    sunshine = climatology.sunshine
    mean = (sunshine.weights[:, None] * sunshine.full_load_hours).sum() / 8760
    pv = np.full(8760, mean)
    pv[24 * 100 : 24 * 109] /= 2
    weeks = weekly_output(pv, np.zeros(8760), flat_yard(climatology))
    assert weeks[0] == pytest.approx(1)
    assert weeks.min() == pytest.approx(0.5)
    assert (weeks < 0.7).sum() == 7
    year = WeatherYear(np.tile(pv[:, None], 8), np.zeros((8760, 8)), np.zeros((8760, 8)), np.zeros((8760, 8)))
    summary = summarise(1, year, flat_yard(climatology))
    assert (summary.calm_dark_weeks, summary.calm_dark_days) == (1, 13)


def test_cold_spell_needs_three_days(climatology):
    degc = np.zeros(365)
    degc[10:12] = -6
    degc[20:23] = -5.5
    degc[30:40] = -4.9
    assert list(cold_spells(degc, flat_yard(climatology))) == [(20, 22)]


@pytest.mark.parametrize(
    ("name", "checksum"),
    [
        ("pv", "a55936d37df8ad7fe3bc6b21d403ea12098d7e43c36d26e0667fc233fde6c2d7"),
        ("wind", "a11469025b95018226ecdc51036845b5813564fb77ee39317578aecf19993e89"),
        ("temperature", "fb5ab53e43ff91503b46d271b4a392ac41852666a08ad2a132ca226a5837d89e"),
    ],
)
def test_same_number_gives_the_same_bytes_everywhere(name, checksum):
    """The checksums were found the same with and without vector instructions and with one and two threads.

    If this fails after a change of a table, of the model or of the generator: put the new ones here.
    """
    values = getattr(weather_year(7), name).astype("<f4")
    assert hashlib.sha256(values.tobytes()).hexdigest() == checksum


def test_a_year_is_made_within_two_seconds(maker):
    model = read_weather_model(profiles_folder() / "weather.nc")
    start = time.perf_counter()
    make_weather_year(3, maker, model)
    assert time.perf_counter() - start < 2


def test_year_0_is_the_shipped_level_year():
    day = snapshots(date(2030, 1, 10), date(2030, 1, 12))
    plain, zero = load_profiles(make_scenario(), day), load_profiles(weather_scenario(0), day)
    assert all((plain[name] == zero[name]).all() for name in plain.data_vars)


def test_scenario_takes_the_weather_of_its_year_and_no_other_series():
    day = snapshots(date(2030, 1, 10), date(2030, 1, 12))
    level, data = load_profiles(weather_scenario(0), day), load_profiles(weather_scenario(5), day)
    hours = slice(9 * 24, 12 * 24)
    np.testing.assert_array_equal(data.pv_p_max_pu, weather_year(5).pv[hours])
    np.testing.assert_array_equal(data.wind_p_max_pu, weather_year(5).wind[hours])
    np.testing.assert_array_equal(data.csp_p_max_pu, weather_year(5).dni[hours])
    np.testing.assert_array_equal(data.temperature_degc, weather_year(5).temperature[hours])
    np.testing.assert_array_equal(data.inflow_m3_per_s, level.inflow_m3_per_s)
    rest = [name for name in level.demand_class.to_numpy() if name != "heating"]
    np.testing.assert_array_equal(
        data.demand_shape.sel(demand_class=rest), level.demand_shape.sel(demand_class=rest)
    )
    assert data.attrs["weather_year"] == "5"


def test_list_gives_each_calendar_year_its_weather():
    index = snapshots(date(2030, 12, 31), date(2032, 3, 1))
    data = load_profiles(weather_scenario((2, 0, 3)), index)
    level = load_profiles(weather_scenario(0), index)
    by_year = [index.year == year for year in (2030, 2031, 2032)]
    np.testing.assert_array_equal(data.wind_p_max_pu[by_year[0]], weather_year(2).wind[-24:])
    np.testing.assert_array_equal(data.wind_p_max_pu[by_year[1]], level.wind_p_max_pu[by_year[1]])
    leap = data.wind_p_max_pu.sel(snapshot="2032-02-29").to_numpy()
    np.testing.assert_array_equal(leap, weather_year(3).wind[58 * 24 : 59 * 24])


def test_cold_year_heats_more_and_heating_follows_the_cold():
    index = year_snapshots(2030)
    found = []
    for number in (1, 2, 3, 4):
        data = load_profiles(weather_scenario(number), index)
        heating = data.demand_shape.sel(demand_class="heating").to_numpy()
        degc = data.temperature_degc.mean("prefecture").to_numpy()
        january = slice(0, 31 * 24)
        assert noise.correlation(heating[january], -degc[january]) > 0.98
        assert heating.min() == 0
        season = heating > 0
        found.append((np.maximum(16 - degc, 0)[season].sum(), heating.sum()))
    found.sort()
    assert [energy for _, energy in found] == sorted(energy for _, energy in found)


def test_heating_of_the_level_year_is_unchanged_by_its_own_weather():
    level = np.repeat(np.tile([0.0, 2.0], 183)[:365], 24)
    degc = np.linspace(-10, 20, 8760)
    np.testing.assert_array_equal(heated(level, degc, degc), level)
    colder = heated(level, degc, degc - 2)
    assert (colder >= level).all()
    assert (colder[level == 0] == 0).all()
    np.testing.assert_array_equal(heated(np.zeros(8760), degc, degc - 2), 0)


def test_own_series_stays_as_it_is(tmp_path):
    import shutil

    path = tmp_path / "mine.nc"
    shutil.copyfile(profiles_folder() / "wind.nc", path)
    day = snapshots(date(2030, 5, 1), date(2030, 5, 1))
    data = load_profiles(weather_scenario(2, wind=str(path)), day)
    level = load_profiles(make_scenario(), day)
    np.testing.assert_array_equal(data.wind_p_max_pu, level.wind_p_max_pu)
    assert not np.array_equal(data.pv_p_max_pu, level.pv_p_max_pu)


def test_model_is_that_of_the_present_tables(maker):
    """If this fails after a change of a table: run `qhgrid profiles calibrate` and commit."""
    with netCDF4.Dataset(profiles_folder() / "weather.nc") as file:
        assert file.getncattr("calibrated_to_sha256") == fingerprint(maker)


def test_model_is_among_the_checksums_where_a_scenario_uses_it():
    assert set(checksums(weather_scenario(1))) - set(checksums(weather_scenario(0))) == {"weather.nc"}
    assert len(checksums(weather_scenario(0))) == len(SERIES)


def test_missing_or_damaged_model_is_refused(tmp_path):
    with pytest.raises(ProfileError, match="Run `qhgrid profiles calibrate`"):
        read_weather_model(tmp_path / "weather.nc")
    (tmp_path / "text.nc").write_text("no model")
    with pytest.raises(ProfileError, match="is not a weather model"):
        read_weather_model(tmp_path / "text.nc")


def test_level_year_tables_name_every_figure_of_the_weather():
    figures = read_facts().weather
    assert all(row.is_assumed and row.low < row.high for row in figures.values())
    assert DAYS_IN_MONTH.sum() == 365
