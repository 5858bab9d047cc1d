"""Levels: where reservoirs start and end, how high they may stand, and what the fall of the water gives."""

import numpy as np
import pandas as pd
import pytest

from qhgrid.clock import path_through_months
from qhgrid.dispatch import solve
from qhgrid.indicators.river import River, levels
from qhgrid.network import build_network
from tests.network.rivers import (
    LEVELS,
    dispatched,
    flow,
    level,
    river_facts,
    river_network,
)
from tests.network.systems import by_id, small_profiles, small_scenario

SIZE = 100_000.0
"""Content of the upper reservoir at its normal level [m3/s held for an hour]."""


def store(**changes):
    """Return the Store of the upper reservoir and its series."""
    _, _, n = river_network(**changes)
    row = n.stores.loc["upper reservoir"]
    low, high = (
        n.get_switchable_as_dense("Store", name)["upper reservoir"].to_numpy()
        for name in ("e_min_pu", "e_max_pu")
    )
    return row, low * row.e_nom, high * row.e_nom


def test_the_content_counts_from_the_dead_level_along_the_curve():
    """At 1050 m 1e8 m3 stand above the dead level: 27 778 m3/s held for an hour."""
    row, _, high = store(hydro={"initial_levels": {"upper": "1050 m"}})
    assert row.e_nom == pytest.approx(SIZE)
    assert row.e_initial == pytest.approx(1e8 / 3600.0)
    assert high == pytest.approx(np.full(24, SIZE))


def test_without_a_level_the_share_of_the_storage_holds():
    assert store()[0].e_initial == pytest.approx(0.5 * SIZE)


def test_an_end_level_in_metres_goes_before_the_rule():
    _, low, _ = store(hydro={"end_levels": {"upper": "1050 m"}, "end_level": "curve"})
    assert low[-1] == pytest.approx(1e8 / 3600.0)
    assert (low[:-1] == 0.0).all()


def test_the_end_by_curve_is_the_rule_at_the_last_hour_as_far_as_the_river_brings_it():
    """At the turn of June to July the rule is 1070 m; a day at 100 m3/s brings 2400 m3/s h at most."""
    end = {"horizon": {"start": "2030-06-30", "end": "2030-06-30"}}
    content = (2e8 + 0.4 * 2.6e8 - 1e8) / 3600.0
    _, low, _ = store(**end, hydro={"end_level": "curve", "initial_levels": {"upper": "1070 m"}})
    assert low[-1] == pytest.approx(content, rel=1e-9)
    row, low, _ = store(**end, hydro={"end_level": "curve", "initial_levels": {"upper": "1060 m"}})
    assert low[-1] == pytest.approx(row.e_initial + 2400.0)


def test_water_left_is_worth_its_value_at_the_end_alone():
    hydro = {"end_level": "value", "water_value": "0.5 CNY/m3"}
    _, _, n = river_network(hydro=hydro)
    cost = n.stores_t.marginal_cost_storage["upper reservoir"].to_numpy()
    assert cost[-1] == pytest.approx(-0.5 * 3600.0)
    assert (cost[:-1] == 0.0).all()
    assert n.stores.e_min_pu["upper reservoir"] == 0.0


def test_the_dearer_the_water_the_more_of_it_is_kept():
    kept, found = [], []
    for value in ("0.0001 CNY/m3", "5 CNY/m3"):
        outcome, results, scenario, facts = dispatched(hydro={"end_level": "value", "water_value": value})
        kept.append(River(results, scenario, facts).content("upper")[-1])
        found.append(outcome)
    assert kept[1] > kept[0] + 100.0
    assert all(outcome.certificate.is_valid for outcome in found)


def test_the_flood_limit_holds_by_month_and_a_full_reservoir_has_a_month_to_come_down():
    limit = level("upper", "flood_limit", *[1100.0] * 6, *[1050.0] * 3, *[1100.0] * 3)
    facts = river_facts(hydro_levels=LEVELS | by_id(limit))
    days = {"horizon": {"start": "2030-06-30", "end": "2030-07-01"}}
    _, _, high = store(facts=facts, **days, hydro={"initial_levels": {"upper": "1000 m"}})
    assert high[:24] == pytest.approx(np.full(24, SIZE))
    assert high[24:] == pytest.approx(np.full(24, 1e8 / 3600.0))
    _, _, high = store(facts=facts, hydro={"initial_levels": {"upper": "1100 m"}})
    limit = 1e8 / 3600.0
    assert high == pytest.approx(limit + (SIZE - limit) * (1.0 - np.arange(1, 25) / 720.0))
    _, _, high = store(facts=facts, hydro={"flood_limit": False})
    assert high == pytest.approx(np.full(24, SIZE))


def test_the_band_around_the_rule_holds_at_the_end_of_a_month():
    months = ["1052 m"] * 12
    hydro = {"rule_levels": {"upper": months}, "rule_band": "2 m", "initial_levels": {"upper": "1052 m"}}
    days = {"horizon": {"start": "2030-06-30", "end": "2030-07-01"}}
    _, low, high = store(**days, hydro=hydro)
    assert low[23] == pytest.approx(1e8 / 3600.0)
    assert high[23] == pytest.approx((1e8 + 0.08 * 2.6e8) / 3600.0)
    assert (low[:23] == 0.0).all()
    assert high[:23] == pytest.approx(np.full(23, SIZE))


def test_a_horizon_of_two_years_ends_on_the_rule_of_its_last_day():
    facts = river_facts()
    scenario = small_scenario(
        horizon={"start": "2030-01-01", "end": "2031-12-31"}, hydro={"end_level": "curve"}
    )
    n = build_network(scenario, facts, small_profiles(scenario))
    low = n.stores_t.e_min_pu["upper reservoir"]
    rule = path_through_months(pd.DatetimeIndex(n.snapshots), facts.river_levels["upper", "rule"])[-1]
    assert len(low) == 17520
    assert low.iloc[-1] * SIZE == pytest.approx(facts.basins["upper"].content(rule), rel=1e-9)


def rates(facts=None, **hydro):
    """Return the power of a m3/s and the limit per unit of the upper turbine by hour."""
    _, _, n = river_network(facts, hydro=hydro)
    dense = n.get_switchable_as_dense
    return tuple(
        dense("Link", name)["upper turbine"].to_numpy()
        for name in ("efficiency", "p_max_pu", "marginal_cost")
    )


def test_the_higher_the_water_the_more_power_a_cubic_metre_gives():
    """K = 8, tailwater 950 m: 0.8 MW at 1050 m; the lowest of 40 bands has its mid at 1002.25 m."""
    half = rates(initial_levels={"upper": "1050 m"})[0]
    assert half == pytest.approx(np.full(24, 0.8), rel=0.02)
    low = rates(initial_levels={"upper": "1000 m"}, end_levels={"upper": "1000 m"})[0]
    assert low == pytest.approx(np.full(24, 8.0 * 52.25 / 1000.0))
    assert rates(head="rated", initial_levels={"upper": "1000 m"})[0] == pytest.approx(np.full(24, 0.8))


def test_a_higher_fall_gives_no_more_than_rated_power():
    power, per_unit, cost = rates(initial_levels={"upper": "1100 m"})
    assert (power > 1.1).all()
    assert power * per_unit * 125.0 == pytest.approx(np.full(24, 100.0))
    assert cost == pytest.approx(3.0 * power)


def test_a_plant_without_tailwater_has_its_rated_head():
    facts = river_facts(hydro_levels={id: row for id, row in LEVELS.items() if row.kind != "tailwater"})
    assert rates(facts, initial_levels={"upper": "1000 m"})[0] == pytest.approx(np.full(24, 0.8))


def test_levels_of_an_earlier_run_go_before_the_rule():
    scenario, facts = small_scenario(), river_facts()
    known = {"upper": np.full(48, 1000.0)}
    n = build_network(scenario, facts, small_profiles(scenario), known)
    assert n.links.efficiency["upper turbine"] == pytest.approx(8.0 * 52.25 / 1000.0)


def test_levels_of_a_result_follow_its_content():
    _, results, scenario, facts = dispatched(hydro={"initial_levels": {"upper": "1050 m"}})
    found = levels(results, facts)
    content = results["store_e"].sel(store="upper reservoir").to_numpy()
    basin = facts.basins["upper"]
    assert found["plant"].to_numpy().tolist() == ["upper"]
    assert found.sel(plant="upper").to_numpy() == pytest.approx([basin.level_m(c) for c in content])
    river = River(results, scenario, facts)
    assert river.first_level("upper") == pytest.approx(1050.0)
    assert river.level("upper") == pytest.approx(found.sel(plant="upper").to_numpy())


def test_a_withdrawal_lowers_what_the_end_asks():
    """140 m3/s are taken where 100 come in: 24 x 40 must come out of the reservoir."""
    facts = river_facts(hydro_flows=by_id(flow("upper", "withdrawal", 140.0)))
    row, low, _ = store(facts=facts)
    assert low[-1] == pytest.approx(row.e_initial - 24 * 40.0)


def test_curve_and_regulating_storage_of_the_shipped_plants_agree(shipped):
    """Within a twentieth; the reservoir of many years was surveyed anew."""
    for plant, basin in shipped.basins.items():
        assert basin.usable_m3 == pytest.approx(shipped.hydro_plants[plant].regulating_storage_m3, rel=0.05)


def test_the_rule_is_the_mean_of_the_observed_levels(shipped):
    rule = shipped.river_levels["longyangxia", "rule"]
    for month in range(12):
        seen = [shipped.observed_levels["longyangxia", year, month + 1] for year in range(2012, 2024)]
        assert rule[month] == pytest.approx(np.mean(seen), abs=0.006)


def test_the_water_rate_of_the_shipped_curve_is_the_published_one(shipped):
    """龙羊峡 used 3.295 m3/kWh in 2009 to 2015, at some 2580 m."""
    plant = shipped.hydro_plants["longyangxia"]
    fall = 2580.0 - shipped.river_levels["longyangxia", "tailwater"][0]
    assert 3600.0 / (plant.k_factor * fall) == pytest.approx(3.295, rel=0.01)


@pytest.fixture
def shipped():
    from qhgrid.facts import read_facts

    return read_facts()


def test_known_levels_need_a_curve():
    assert "middle" not in river_facts().basins
    assert river_facts(hydro_curves={}).basins == {}


def test_a_second_pass_takes_the_water_rate_of_the_level_that_the_first_came_to():
    """The rule, said wrong, expects 1020 m at the end; the reservoir stays near 1060 m."""
    wrong = ["1060 m"] * 6 + ["1020 m"] * 6
    hydro = {"rule_levels": {"upper": wrong}, "initial_levels": {"upper": "1060 m"}, "end_level": "value"}
    hydro |= {"water_value": "5 CNY/m3"}
    errors = []
    known = None
    for _ in range(2):
        scenario, facts = small_scenario(hydro=hydro), river_facts()
        n = build_network(scenario, facts, small_profiles(scenario), known)
        results = solve(n).to_dataset()
        river = River(results, scenario, facts)
        curve = river.rates_at_level("upper")[0]
        errors.append(np.abs(river.rate("upper") / curve - 1.0).max())
        known = {"upper": levels(results, facts).sel(plant="upper").to_numpy()}
    assert errors[1] < 0.02
    assert errors[0] > 2.0 * errors[1]
