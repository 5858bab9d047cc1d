"""The shipped wind against its tables."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

from qhgrid.profiles import calibration as k
from qhgrid.profiles import noise
from qhgrid.profiles.climatology import WIND_PROBABILITIES
from qhgrid.profiles.level_year import DAYS_IN_MONTH, hours_of_month
from qhgrid.profiles.wind import filled_quantiles

from .conftest import by_month, fleet_mean


@pytest.fixture(scope="module")
def wind(shipped):
    return shipped["wind"]


@pytest.fixture(scope="module")
def fleet(wind, climatology):
    return fleet_mean(wind, climatology.wind.weights)


def test_monthly_hours_are_those_of_the_table(wind, climatology):
    hours = by_month(wind).sum().to_numpy().T
    np.testing.assert_allclose(hours, climatology.wind.full_load_hours, rtol=k.MONTHLY_HOURS_TOLERANCE / 10)


def test_power_stays_between_nothing_and_rating(wind):
    assert 0 <= wind.min() < 0.02
    assert 0.9 < wind.max() <= 1
    assert (wind == 1).mean() < 0.02


@pytest.mark.parametrize("month", range(12))
def test_distribution_is_that_of_the_table(fleet, climatology, month):
    power = fleet[hours_of_month(month)]
    table = filled_quantiles(climatology.wind.quantiles)[month]
    found = np.quantile(power / power.mean(), WIND_PROBABILITIES)
    comparable = table * power.mean() < k.WIND_COMPARABLE
    assert comparable[:4].all()
    tolerance = np.array([k.WIND_QUANTILE_TOLERANCE] * 5 + [k.WIND_TAIL_TOLERANCE])
    assert (np.abs(found - table) < tolerance)[comparable].all()


@pytest.mark.parametrize("month", range(12))
def test_memory_is_that_of_the_table(fleet, climatology, month):
    power = fleet[hours_of_month(month)]
    hour, day = noise.lagged_correlation(power, 1), noise.lagged_correlation(power, 24)
    assert hour == pytest.approx(climatology.wind.lag1h[month], abs=k.WIND_LAG1H_TOLERANCE)
    assert day == pytest.approx(climatology.wind.lag24h[month], abs=k.WIND_LAG24H_TOLERANCE)


def test_single_prefectures_remember_the_hour_before(wind):
    memory = [noise.lagged_correlation(column, 1) for column in wind.to_numpy().T]
    assert 0.93 < min(memory) < max(memory) < 0.98


@pytest.mark.parametrize("month", range(12))
def test_mean_day_is_that_of_the_table(fleet, climatology, month):
    day = fleet[hours_of_month(month)].reshape(-1, 24).mean(axis=0)
    miss = day / day.mean() - climatology.wind.diurnal[month]
    assert np.sqrt((miss**2).mean()) < k.WIND_DIURNAL_TOLERANCE
    shifted = [
        np.sqrt(((np.roll(day, s) / day.mean() - climatology.wind.diurnal[month]) ** 2).mean())
        for s in (-1, 1)
    ]
    assert min(shifted) > np.sqrt((miss**2).mean())


def test_single_prefectures_vary_more_than_the_fleet_but_not_wildly(wind, fleet):
    single = wind.std("snapshot") / wind.mean("snapshot")
    ratio = single / (fleet.std() / fleet.mean())
    assert (ratio > 1.0).all()
    assert (ratio < 1.4).all()


def test_likeness_falls_with_distance(wind, climatology):
    power = wind.to_numpy() - np.repeat(by_month(wind).mean().to_numpy(), 24 * DAYS_IN_MONTH, axis=0)
    distance = noise.distances_km(climatology.places.lon, climatology.places.lat)
    pairs = np.triu_indices(8, 1)
    likeness = np.array([noise.correlation(power[:, i], power[:, j]) for i, j in zip(*pairs, strict=True)])
    assert spearmanr(distance[pairs], likeness).statistic < k.SPATIAL_RANK_CORRELATION
    assert likeness[distance[pairs].argmin()] > 0.85
    assert likeness[distance[pairs] > 500].max() < 0.6


def test_pv_and_wind_are_as_alike_as_their_mean_days(shipped, fleet, climatology):
    """Weather of PV and of wind is drawn apart, so their hourly likeness is that of the mean days alone."""
    pv = fleet_mean(shipped["pv"], climatology.sunshine.weights)
    sunshine, wind = climatology.sunshine, climatology.wind
    days = np.repeat(np.arange(12), DAYS_IN_MONTH)
    pv_day = np.roll(sunshine.shape, -1, axis=1) / sunshine.shape.sum(axis=1, keepdims=True)
    pv_hours = (sunshine.weights @ sunshine.full_load_hours) / DAYS_IN_MONTH
    wind_mean = (wind.weights @ wind.full_load_hours) / (24 * DAYS_IN_MONTH)
    expected_pv = (pv_day * pv_hours[:, None])[days].ravel()
    expected_wind = (wind.diurnal * wind_mean[:, None])[days].ravel()
    covariance = ((expected_pv - expected_pv.mean()) * (expected_wind - expected_wind.mean())).mean()
    implied = covariance / (pv.std() * fleet.std())
    assert noise.correlation(pv, fleet) == pytest.approx(implied, abs=k.PV_WIND_CORRELATION_TOLERANCE)


def test_gap_of_the_record_takes_the_mean_of_the_other_months():
    table = np.array([[0.1, 0.5], [0.0, 0.6], [0.2, 0.7]])
    np.testing.assert_allclose(filled_quantiles(table), [[0.1, 0.5], [0.15, 0.6], [0.2, 0.7]])
