"""The water of past years: balances close, the rule is what its fit says, and more water lifts the level."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from qhgrid.backcast.calibration import CALIBRATED, HELD_OUT, YEARS
from qhgrid.backcast.published import days_in_months, level_at_month_ends, read_published
from qhgrid.backcast.release import HALVES, Balance, Rule, fit_rule, follow_rule
from qhgrid.backcast.water import (
    balance_of,
    derive_discharge,
    fit_release_rule,
    level_path,
    read_river,
    read_rule,
)
from qhgrid.facts import read_facts
from qhgrid.facts.levels import LevelCurve
from qhgrid.scenario import read_scenario

FACTS = read_facts()
BASE = read_scenario("2025-base", (), FACTS).scenario
RIVERS = {year: read_river(FACTS, BASE.model_copy(update={"year": year})) for year in YEARS}
BOX = LevelCurve((0.0, 100.0), (0.0, 100.0 * 86_400.0 * 30.0))
"""A reservoir whose level falls by a metre in a month of 30 days at 1 m3/s."""
STEADY = Rule(0.0, 0.0, (10.0,) * 12, {"dry": 0.0, "wet": 0.0}, {"dry": 0.0, "wet": 0.0})


@pytest.mark.parametrize("year", YEARS)
def test_the_derived_water_gives_the_published_hydro_energy_and_levels(year):
    river, discharge = RIVERS[year], derive_discharge(FACTS, RIVERS[year], year)
    releases = balance_of(FACTS, river, year, discharge).release_m3_per_s
    levels = level_at_month_ends(FACTS, river.plant, year)
    middle = (levels[1:] + levels[:-1]) / 2.0
    power = [river.power(month + 1, discharge[month], releases[month], middle[month]) for month in range(12)]
    energy = np.array(power) * days_in_months(year) * 24.0
    assert energy == pytest.approx(read_published(FACTS, year).monthly["hydro"], rel=1e-6)


def test_the_years_of_the_derivation_are_as_wet_as_rivers_are():
    for year in YEARS:
        flow = derive_discharge(FACTS, RIVERS[year], year)
        record = np.array([FACTS.inflow_monthly[y] for y in FACTS.inflow_monthly])
        assert record.mean(axis=1).min() < flow.mean() < record.mean(axis=1).max(), year
        assert flow.min() > 0.0


def test_the_shipped_release_rule_is_its_fit():
    fitted, shipped = fit_release_rule(FACTS, RIVERS), read_rule(FACTS)
    assert shipped.base == pytest.approx(fitted.base, abs=0.05)
    assert shipped.level == pytest.approx(fitted.level, abs=1e-3)
    assert shipped.inflow == pytest.approx(fitted.inflow, abs=1e-3)


def test_the_fit_finds_the_rule_that_made_the_data():
    rng = np.random.default_rng(5)
    months = np.tile(np.arange(1.0, 13.0), 6)
    wet = np.isin(months, HALVES["wet"])
    level, inflow = 2580.0 + rng.uniform(-10, 20, months.size), rng.uniform(150, 1500, months.size)
    release = 50.0 * months + np.where(wet, 20.0, 3.0) * (level - 2585.0) + np.where(wet, 0.4, 0.9) * inflow
    rule = fit_rule([(Balance(months, level, inflow, release), 1.0)], 2585.0, 300.0)
    assert rule.base == pytest.approx(tuple(50.0 * m for m in range(1, 13)), abs=1e-6)
    assert (rule.level["wet"], rule.level["dry"]) == pytest.approx((20.0, 3.0))
    assert (rule.inflow["wet"], rule.inflow["dry"]) == pytest.approx((0.4, 0.9))


def test_a_reservoir_keeps_what_it_does_not_let_go():
    days = np.full(12, 30.0)
    path = follow_rule(STEADY, BOX, 50.0, 100.0, np.full(12, 12.0), days)
    assert path.level_m == pytest.approx(50.0 + 2.0 * np.arange(13))
    assert path.release_m3_per_s == pytest.approx(np.full(12, 10.0))


def test_what_would_overflow_is_let_go():
    days = np.full(12, 30.0)
    path = follow_rule(STEADY, BOX, 90.0, 100.0, np.full(12, 15.0), days)
    assert path.level_m.max() == pytest.approx(100.0)
    gained = path.level_m[-1] - path.level_m[0]
    assert (np.full(12, 15.0) - path.release_m3_per_s).sum() == pytest.approx(gained)


@pytest.mark.parametrize("year", YEARS)
def test_more_water_is_more_release_over_the_year(year):
    flow, days = derive_discharge(FACTS, RIVERS[year], year), days_in_months(year)
    paths = [level_path(FACTS, RIVERS[year], year, flow * factor) for factor in (0.9, 1.0, 1.1)]
    released = [float((path.release_m3_per_s * days).sum()) for path in paths]
    assert all(low < high for low, high in pairwise(released))


def test_no_parameter_was_fitted_to_a_held_out_year():
    assert not set(CALIBRATED) & set(HELD_OUT)
    for row in FACTS.calibration.values():
        assert not any(str(year) in row.years for year in HELD_OUT), row.id
        assert row.low <= row.value <= row.high, row.id


def test_levels_at_month_ends_lie_between_the_means_of_the_months_that_meet():
    plant = RIVERS[2021].plant
    levels = level_at_month_ends(FACTS, plant, 2021)
    assert len(levels) == 13
    assert levels[1] == pytest.approx((2597.39 + 2595.72) / 2)
