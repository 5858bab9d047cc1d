"""Generated water years against the record, and named years on real calendars."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from qhgrid.clock import snapshots, year_snapshots
from qhgrid.errors import ProfileError
from qhgrid.facts import read_facts
from qhgrid.profiles import load_profiles, noise
from qhgrid.profiles.climatology import read_river
from qhgrid.profiles.inflow import inflow_on, monthly_inflow, yearly_means
from qhgrid.profiles.interpolation import smooth_positive
from qhgrid.profiles.level_year import DAYS_IN_MONTH
from qhgrid.profiles.water_years import fit_water_model, skewness, synthetic_year, synthetic_years
from qhgrid.scenario.years import water_year_words, weather_year_words

from .conftest import make_scenario

YEARS = 3000
HOURS_IN_MONTH = 24 * DAYS_IN_MONTH


@pytest.fixture(scope="module")
def river():
    return read_river(read_facts())


@pytest.fixture(scope="module")
def record(river):
    return river.measured().monthly_m3_per_s


@pytest.fixture(scope="module")
def made(river):
    return synthetic_years(river, YEARS)


def yearly(flows):
    return (flows * DAYS_IN_MONTH).sum(axis=1) / 365


def test_monthly_means_are_the_records_within_half_its_standard_error(made, record):
    """Standard error of a mean of n years: s/√n; of the 3000 generated ones a seventh of that."""
    error = record.std(axis=0, ddof=1) / np.sqrt(len(record))
    assert (np.abs(made.mean(axis=0) - record.mean(axis=0)) < 0.5 * error).all()


def test_monthly_spread_is_the_records_within_its_standard_error(made, record):
    """Standard error of s: s √((κ - 1)/(4n)) with the record's kurtosis κ, at least the normal 3."""
    away = record - record.mean(axis=0)
    kurtosis = np.maximum((away**4).mean(axis=0) / (away**2).mean(axis=0) ** 2, 3.0)
    error = record.std(axis=0, ddof=1) * np.sqrt((kurtosis - 1) / (4 * len(record)))
    assert (np.abs(made.std(axis=0) - record.std(axis=0, ddof=1)) < 0.6 * error).all()


def test_monthly_skew_is_the_records_within_its_standard_error(made, record):
    """Standard error of the skew of n normal years: √(6/n) = 0.31; skewed months have more."""
    assert (np.abs(skewness(made) - skewness(record)) < np.sqrt(6 / len(record))).all()


def test_month_after_month_is_correlated_as_in_the_record(made, record):
    """Fisher's z of a correlation has the standard error 1/√(n - 3); December to January included."""

    def pairs(flows):
        chain = flows.ravel()
        return np.array(
            [
                noise.correlation(chain[m : -12 or None : 12], chain[m + 1 : -11 or None : 12])
                for m in range(12)
            ]
        )

    away = np.arctanh(pairs(made)) - np.arctanh(pairs(record))
    assert (np.abs(away) < 1 / np.sqrt(len(record) - 3)).all()
    assert pairs(made)[11] > 0.8


def test_yearly_mean_has_the_records_mean_spread_skew_and_memory(made, record):
    ours, theirs = yearly(made), yearly(record)
    n = len(record)
    assert ours.mean() == pytest.approx(theirs.mean(), abs=0.5 * theirs.std(ddof=1) / np.sqrt(n))
    assert ours.std() == pytest.approx(theirs.std(ddof=1), rel=1 / np.sqrt(2 * n))
    assert skewness(ours) == pytest.approx(skewness(theirs), abs=np.sqrt(6 / n))
    memory = noise.lagged_correlation(ours, 1)
    assert memory == pytest.approx(noise.lagged_correlation(theirs, 1), abs=1 / np.sqrt(n))
    assert abs(noise.lagged_correlation(ours, 2)) < 2.5 / np.sqrt(n)


def test_deciles_of_the_yearly_mean_are_those_of_the_record(made, record):
    shares = [0.1, 0.25, 0.5, 0.75, 0.9]
    ours, theirs = np.quantile(yearly(made), shares), np.quantile(yearly(record), shares)
    np.testing.assert_allclose(ours, theirs, atol=0.4 * theirs.std() + 25)


def test_no_generated_month_is_dry_and_few_stand_on_the_floor(made, river):
    floor = fit_water_model(river).floor
    assert (made >= floor - 0.1).all()
    assert (made <= floor + 0.1).mean() < 0.005


def test_sequence_goes_on_and_is_the_same_when_asked_again(made, river):
    np.testing.assert_array_equal(synthetic_years(river, 7), made[:7])
    np.testing.assert_array_equal(synthetic_year(river, 7), made[6])
    assert made[0, :3].tolist() == [171.7, 151.4, 225.4]


def test_derived_years_enter_no_statistics(river):
    wild = replace(
        river,
        years=np.append(river.years, 2099),
        monthly_m3_per_s=np.vstack([river.monthly_m3_per_s, np.full(12, 9000.0)]),
        is_measured=np.append(river.is_measured, False),
    )
    np.testing.assert_array_equal(synthetic_years(wild, 5), synthetic_years(river, 5))
    for name in ("dry", "median", "wet"):
        np.testing.assert_array_equal(monthly_inflow(name, wild), monthly_inflow(name, river))
    np.testing.assert_array_equal(monthly_inflow("2099", wild), 9000)
    assert len(yearly_means(wild.measured())) == len(river.measured().years)


def test_month_means_are_exact_without_jump_or_drought_for_any_year(made, record):
    """Every year of the record and 40 generated ones: mass, smoothness, sign, and the turn of the year."""
    starts = np.concatenate([[0], np.cumsum(HOURS_IN_MONTH)[:-1]])
    for year in (*record, *made[:40]):
        curve = smooth_positive(year, HOURS_IN_MONTH)
        np.testing.assert_allclose(np.add.reduceat(curve, starts) / HOURS_IN_MONTH, year, rtol=1e-10)
        steps = np.abs(np.diff(np.append(curve, curve[0])))
        assert steps.max() < 0.02 * year.mean()
        assert curve.min() > 0
        assert 0.4 * year.min() < curve.min() <= curve.max() < 2 * year.max()


def test_smooth_curve_survives_months_that_differ_a_hundredfold():
    year = np.array([10.0, 1000.0] * 6)
    curve = smooth_positive(year, HOURS_IN_MONTH)
    assert curve.min() > 0
    means = [part.mean() for part in np.split(curve, np.cumsum(HOURS_IN_MONTH)[:-1])]
    np.testing.assert_allclose(means, year, rtol=1e-4)


def test_list_gives_each_calendar_year_its_water_leap_day_included(river):
    index = snapshots(date(2027, 1, 1), date(2029, 12, 31))
    flow = pd.Series(inflow_on(["1998", "synthetic-4", "dry"], index, river), index)
    found = flow.groupby([flow.index.year, flow.index.month]).mean().to_numpy().reshape(3, 12)
    wanted = [monthly_inflow(name, river) for name in ("1998", "synthetic-4", "dry")]
    np.testing.assert_allclose(found, wanted, rtol=1e-9)
    assert flow.diff().abs().max() < 0.02 * flow.mean()
    assert abs(flow.iloc[-1] - flow.iloc[0]) < 0.02 * flow.mean()


def test_part_of_a_horizon_has_the_flow_of_the_whole_year(river):
    year = year_snapshots(2028)
    whole = inflow_on(["1989"], year, river)
    part = snapshots(date(2028, 2, 27), date(2028, 3, 4))
    np.testing.assert_array_equal(inflow_on(["1989"], part, river), whole[year.isin(part)])


def test_scenario_names_years_and_the_file_serves_typical_ones():
    index = snapshots(date(2030, 6, 1), date(2030, 6, 3))
    named = load_profiles(make_scenario("1970"), index)
    dry = load_profiles(make_scenario("dry"), index)
    np.testing.assert_allclose(named.inflow_m3_per_s, dry.inflow_m3_per_s, atol=6e-4)
    assert (named.attrs["water_year"], dry.attrs["water_year"]) == ("1970", "dry")
    several = snapshots(date(2030, 12, 30), date(2031, 1, 2))
    data = load_profiles(make_scenario(("wet", "1957")), several)
    assert data.attrs["water_year"] == "wet, 1957"
    assert data.sizes["snapshot"] == 96


def test_unknown_year_and_wrong_count_are_refused(river):
    with pytest.raises(ProfileError, match="no year 1950"):
        inflow_on(["1950"], year_snapshots(2030), river)
    with pytest.raises(ProfileError, match="2 water years are listed, the horizon has 1 calendar years"):
        inflow_on(["1957", "1958"], year_snapshots(2030), river)


def test_water_years_are_said_in_words():
    assert water_year_words("dry") == "枯水年"
    assert water_year_words("1998", "en") == "water of 1998"
    assert water_year_words(("wet", "synthetic-3")) == "丰水年、模拟来水第3年"
    assert (
        water_year_words(tuple(str(y) for y in range(1957, 1967)), "zh")
        == "1957年来水、1958年来水、…、1966年来水"
    )


def test_weather_years_are_said_in_words():
    assert weather_year_words(0) == "水平年（校准）"
    assert weather_year_words((0, 3), "en") == "level year, calibrated, generated year 3"
