"""The shipped demand against its tables, and the shape of each class."""

from __future__ import annotations

import numpy as np
import pytest

from qhgrid.profiles import calibration as k
from qhgrid.profiles import noise
from qhgrid.profiles.demand import mixed, whole_province
from qhgrid.profiles.series import CLASSES
from qhgrid.scenario.model import DemandClass

from .conftest import by_month


@pytest.fixture(scope="module")
def demand(shipped):
    return shipped["demand"]


@pytest.fixture(scope="module")
def total(demand, climatology):
    return mixed(demand.to_numpy(), climatology.load.class_shares)


def test_classes_are_those_of_a_scenario():
    assert tuple(name.value for name in DemandClass) == CLASSES


def test_every_class_has_mean_1_and_is_never_negative(demand):
    np.testing.assert_allclose(demand.mean("snapshot"), 1, atol=1e-6)
    assert demand.min() >= 0


def test_months_of_the_reference_mix_are_those_of_the_table(total, climatology, demand):
    found = by_month(demand[:, 0].copy(data=total)).sum() / 8760
    np.testing.assert_allclose(found, climatology.load.monthly_shares, atol=k.DEMAND_MONTH_TOLERANCE)


@pytest.mark.parametrize("quarter", range(4))
def test_mean_day_of_the_reference_mix_is_that_of_the_table(total, demand, climatology, quarter):
    hours = demand.snapshot.dt.quarter.to_numpy() == quarter + 1
    day = total[hours].reshape(-1, 24).mean(axis=0)
    table = climatology.load.hourly_shape[quarter]
    miss = day / day.mean() - table / table.mean()
    assert np.abs(miss).max() < k.DEMAND_DAY_TOLERANCE


def test_load_factor_of_the_reference_mix_is_the_observed(total):
    assert total.mean() / total.max() == pytest.approx(
        k.DEMAND_LOAD_FACTOR, abs=k.DEMAND_LOAD_FACTOR_TOLERANCE
    )


def test_tables_alone_would_be_flatter(climatology, total):
    assert whole_province(climatology.load).max() < total.max()


def test_aluminium_is_flat(demand):
    np.testing.assert_allclose(demand.sel(demand_class="aluminium"), 1)


def test_heating_follows_the_cold_and_rests_in_summer(demand, shipped):
    heating = demand.sel(demand_class="heating")
    assert heating.sel(snapshot=slice("2030-04-16", "2030-10-14")).max() == 0
    cold = -shipped["temperature"].mean("prefecture").sel(snapshot="2030-01").to_numpy()
    assert noise.correlation(heating.sel(snapshot="2030-01").to_numpy(), cold) > 0.999


def test_computing_is_nearly_flat_and_highest_in_the_afternoon(demand):
    computing = demand.sel(demand_class="computing")
    assert computing.max() - computing.min() < 0.15
    assert computing.groupby("snapshot.hour").mean().to_numpy().argmax() in (14, 15, 16)


def test_railway_rests_before_dawn(demand):
    day = demand.sel(demand_class="traction").groupby("snapshot.hour").mean()
    assert set(np.argsort(day.to_numpy())[:3]) == {2, 3, 4}


def test_electrolysis_leans_on_the_sun(demand, shipped):
    day = demand.sel(demand_class="electrolysis").groupby("snapshot.hour").mean()
    sun = shipped["pv"].mean("prefecture").groupby("snapshot.hour").mean()
    assert noise.correlation(day.to_numpy(), sun.to_numpy()) > 0.9


def test_salt_lake_peaks_in_summer(demand):
    assert by_month(demand.sel(demand_class="salt_lake")).mean().to_numpy().argmax() in (5, 6, 7)
