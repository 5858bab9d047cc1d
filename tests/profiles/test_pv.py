"""The shipped PV against its tables."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

from qhgrid.profiles import calibration as k
from qhgrid.profiles import noise
from qhgrid.profiles.climatology import PV_PROBABILITIES
from qhgrid.profiles.level_year import days_of_month, hours_of_month
from qhgrid.profiles.pv import make_pv

from .conftest import by_month, fleet_mean


@pytest.fixture(scope="module")
def pv(shipped):
    return shipped["pv"]


@pytest.fixture(scope="module")
def daily(pv):
    """Return daily full-load hours, shape (365, 8) [h]."""
    return pv.to_numpy().reshape(365, 24, 8).sum(axis=1)


def test_monthly_hours_are_those_of_the_table(pv, climatology):
    hours = by_month(pv).sum().to_numpy().T
    np.testing.assert_allclose(
        hours, climatology.sunshine.full_load_hours, rtol=k.MONTHLY_HOURS_TOLERANCE / 10
    )


def test_no_panel_passes_its_rating_and_none_sleeps_all_year(pv):
    assert pv.min() == 0
    assert 0.85 < pv.max() <= 1
    assert (pv.max("snapshot") > 0.8).all()


def test_night_is_exactly_dark(pv, sky):
    assert (pv.to_numpy()[sky.elevation <= 0] == 0).all()


def test_middle_of_the_day_falls_between_13_and_14_h(pv):
    """A shift by one hour, or UTC or local time for Beijing time, moves the middle out of this hour."""
    day = pv.groupby("snapshot.hour").mean().to_numpy()
    middle = (day * (np.arange(24) + 0.5)[:, None]).sum(axis=0) / day.sum(axis=0)
    assert (k.PV_NOON[0] < middle).all()
    assert (middle < k.PV_NOON[1]).all()
    assert (day.argmax(axis=0) == 13).all()


def test_sun_moves_from_east_to_west(pv, climatology):
    """Four minutes a degree of longitude: 海东 at 102.1° comes 20 min before 玉树 at 97.0°."""
    day = pv.groupby("snapshot.hour").mean().to_numpy()
    middle_min = 60 * (day * (np.arange(24) + 0.5)[:, None]).sum(axis=0) / day.sum(axis=0)
    assert np.polyfit(climatology.places.lon, middle_min, 1)[0] == pytest.approx(-4, abs=0.6)


def test_days_are_long_in_june_and_short_in_december(pv):
    lit = (pv.sel(prefecture="xining") > 0).resample(snapshot="D").sum()
    assert lit.sel(snapshot="2030-06-21").item() == pytest.approx(14.6, abs=1)
    assert lit.sel(snapshot="2030-12-21").item() == pytest.approx(9.7, abs=1)


@pytest.mark.parametrize("month", range(12))
def test_daily_yields_have_the_quantiles_and_memory_of_the_table(daily, climatology, month):
    sunshine = climatology.sunshine
    fleet = (daily * sunshine.weights).sum(axis=1)[days_of_month(month)]
    found = np.quantile(fleet / fleet.mean(), PV_PROBABILITIES, method="hazen")
    np.testing.assert_allclose(found, sunshine.daily_quantiles[month], atol=k.PV_DAILY_QUANTILE_TOLERANCE)
    assert noise.lagged_correlation(fleet, 1) == pytest.approx(
        sunshine.daily_lag1[month], abs=k.PV_DAILY_LAG1_TOLERANCE
    )


@pytest.mark.parametrize("month", range(12))
def test_mean_day_has_the_shape_of_the_table(pv, climatology, month):
    """The table's hours end at their label, so its shape fits one hour earlier and not as it stands."""
    fleet = fleet_mean(pv, climatology.sunshine.weights)[hours_of_month(month)].reshape(-1, 24).mean(axis=0)
    table = climatology.sunshine.shape[month]
    fit = {shift: noise.correlation(fleet, np.roll(table, shift)) for shift in (-2, -1, 0, 1)}
    assert max(fit.values()) > k.PV_SHAPE_CORRELATION
    assert max(fit, key=fit.get) in (-1, 0)


def test_likeness_of_daily_yields_falls_with_distance(daily, climatology):
    months = [daily[days_of_month(month)] for month in range(12)]
    departures = np.concatenate([days / days.mean(axis=0) - 1 for days in months])
    distance = noise.distances_km(climatology.places.lon, climatology.places.lat)
    pairs = np.triu_indices(8, 1)
    likeness = np.array(
        [noise.correlation(departures[:, i], departures[:, j]) for i, j in zip(*pairs, strict=True)]
    )
    assert spearmanr(distance[pairs], likeness).statistic < k.SPATIAL_RANK_CORRELATION
    assert likeness[distance[pairs].argmin()] > 0.85
    assert likeness[distance[pairs] > 500].max() < 0.5


def test_single_prefectures_vary_more_than_the_fleet_but_not_wildly(daily, climatology):
    months = [daily[days_of_month(month)] for month in range(12)]
    single = np.mean([days.std(axis=0) / days.mean(axis=0) for days in months], axis=0)
    fleet = np.mean(
        [
            (days @ climatology.sunshine.weights).std() / (days @ climatology.sunshine.weights).mean()
            for days in months
        ]
    )
    assert (single / fleet > 1.0).all()
    assert (single / fleet < 1.6).all()


def test_other_seed_gives_other_weather_and_the_same_hours(climatology, sky, pv):
    other = make_pv(climatology, sky, 7).p_max_pu
    assert np.abs(other - pv.to_numpy()).max() > 0.2
    np.testing.assert_allclose(other.sum(axis=0), pv.sum("snapshot"), rtol=1e-4)
