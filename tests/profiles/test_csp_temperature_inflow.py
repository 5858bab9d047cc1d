"""The shipped solar field, temperature and inflow against what they come from."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from qhgrid.facts import read_facts
from qhgrid.profiles import calibration as k
from qhgrid.profiles import noise
from qhgrid.profiles.csp import direct_beam, turbine_hours
from qhgrid.profiles.inflow import chosen_years, yearly_means
from qhgrid.profiles.interpolation import smooth_months
from qhgrid.profiles.level_year import hours_of_month
from qhgrid.profiles.pv import SYSTEM_FACTOR
from qhgrid.profiles.temperature import LAPSE_K_PER_M, REFERENCE_ALTITUDE_M

from .conftest import by_month


def test_solar_field_has_plausible_hours(shipped):
    hours = shipped["dni"].sum("snapshot")
    assert (k.CSP_FIELD_HOURS[0] < hours).all()
    assert (hours < k.CSP_FIELD_HOURS[1]).all()
    assert hours.sel(prefecture="haixi") == hours.max()


def test_turbine_with_a_12_hour_store_runs_as_long_as_the_plants_report(shipped):
    field = shipped["dni"].sel(prefecture="haixi").to_numpy()
    low, high = k.CSP_TURBINE_HOURS
    assert low < turbine_hours(field, solar_multiple=2.0, storage_h=12.0) < high


def test_direct_beam_over_haixi_is_that_of_the_qaidam_basin(shipped, sky):
    limit = np.minimum(1.0, SYSTEM_FACTOR * sky.plane_of_array / 1000)
    pv = shipped["pv"].to_numpy()
    clearness = np.divide(pv, limit, out=np.zeros_like(pv), where=limit > 0)
    beam = direct_beam(sky, clearness).sum(axis=0)[-1] / 1000
    assert k.CSP_BEAM_KWH_PER_M2[0] < beam < k.CSP_BEAM_KWH_PER_M2[1]


def test_field_is_shut_at_low_sun_and_never_above_design(shipped, sky):
    field = shipped["dni"].to_numpy()
    assert (field[sky.elevation < 10] == 0).all()
    assert field.max() == 1


def test_clouds_take_more_from_the_field_than_from_panels(shipped):
    noon = shipped["pv"].snapshot.dt.hour == 13
    pv, field = (shipped[name].sel(prefecture="haixi")[noon].to_numpy() for name in ("pv", "dni"))
    assert field.std() / field.mean() > 1.15 * pv.std() / pv.mean()
    assert noise.correlation(pv, field) > 0.9


def test_turbine_hours_worked_by_hand():
    """Heat 2 for two hours, then none: 1 + 1 in the sun, 1 stored of 2 surplus, run in the third hour."""
    assert turbine_hours(np.array([1.0, 1.0, 0.0, 0.0]), solar_multiple=2.0, storage_h=1.0) == 3.0


@pytest.mark.parametrize("month", range(12))
def test_mean_day_of_temperature_is_the_table_at_its_altitude(shipped, climatology, sky, month):
    reduced = shipped["temperature"].to_numpy() + LAPSE_K_PER_M * (sky.altitude_m - REFERENCE_ALTITUDE_M)
    day = reduced[hours_of_month(month)].reshape(-1, 24, 8).mean(axis=0)
    assert np.abs(day - climatology.temperature_degc[month][:, None]).max() < k.TEMPERATURE_TOLERANCE_K


def test_spells_are_alike_nearby_and_last_days(shipped):
    temperature = shipped["temperature"]
    days = temperature.resample(snapshot="D").mean().to_numpy()
    departures = days - np.repeat(
        by_month(temperature).mean().to_numpy(),
        np.bincount(pd.date_range("2030-01-01", periods=365).month)[1:],
        axis=0,
    )
    assert 0.6 < noise.lagged_correlation(departures[:, 0], 1) < 0.97
    assert noise.correlation(departures[:, 0], departures[:, 1]) > 0.9


@pytest.mark.parametrize(("name", "percentile"), [("dry", 0.1), ("median", 0.5), ("wet", 0.9)])
def test_water_year_is_the_nearest_of_the_record(climatology, name, percentile):
    means = yearly_means(climatology.river)
    year = chosen_years(climatology.river)[name]
    miss = np.abs(means - np.quantile(means, percentile))
    assert miss[list(climatology.river.years).index(year)] == miss.min()


@pytest.mark.parametrize("name", ["dry", "median", "wet"])
def test_monthly_inflow_is_the_record_to_a_millionth(shipped, climatology, name):
    record = read_facts().inflow_monthly[chosen_years(climatology.river)[name]]
    found = by_month(shipped["inflow"].sel(water_year=name)).mean()
    np.testing.assert_allclose(found, record, rtol=k.INFLOW_MEAN_TOLERANCE)


def test_years_are_ordered_and_named_in_the_file(shipped, climatology):
    dry, median, wet = shipped["inflow"].mean("snapshot").to_numpy()
    assert dry < 470 < 580 < median < 620 < 850 < wet
    assert chosen_years(climatology.river) == {"dry": 1970, "median": 1980, "wet": 2012}


def test_river_never_runs_dry_in_any_year_of_the_record(climatology):
    assert min(smooth_months(year).min() for year in climatology.river.monthly_m3_per_s) > 20


def test_inflow_has_no_jump(shipped):
    steps = np.abs(shipped["inflow"].diff("snapshot")) / shipped["inflow"].mean("snapshot")
    assert steps.max() < 0.01
