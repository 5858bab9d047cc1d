"""What choosing a project costs, by hand."""

from __future__ import annotations

import pytest

from qhgrid.facts import read_facts
from qhgrid.finance.parameters import Parameters
from qhgrid.scenario import check_scenario
from qhgrid.selection.investment import annuity, outlays
from qhgrid.selection.targets import contracted, setting_of
from qhgrid.selection.wishes import Wishes
from qhgrid.value.players import find_players


@pytest.fixture(scope="module")
def case():
    facts = read_facts()
    scenario = check_scenario("2030-plan", (), facts).scenario
    return scenario, facts, find_players(scenario, facts)


def test_an_annuity_pays_for_the_investment():
    """8 % over 2 years: 0.5608 a year, since 0.5608 / 1.08 + 0.5608 / 1.08² = 1."""
    assert annuity(0.08, 2) == pytest.approx(1.0 / (1 / 1.08 + 1 / 1.08**2))
    assert annuity(0.0, 4) == 0.25


def test_a_coal_plant_costs_its_annuity_and_upkeep(case):
    """格尔木: 63.82 亿元, 30 years at 8 % 0.088827 a year and 2.5 % upkeep: 7.2644 亿元."""
    scenario, facts, cast = case
    found = outlays(cast.players, scenario, Parameters(facts), assume=False)["geermu_coal"]
    assert found.investment_cny == pytest.approx(63.82e8)
    assert found.yearly_cny == pytest.approx(63.82e8 * (0.08 / (1 - 1.08**-30) + 0.025))
    assert not found.is_assumed


def test_the_coal_of_a_base_is_not_paid_for_twice(case):
    scenario, facts, cast = case
    found = outlays(cast.players, scenario, Parameters(facts), assume=False)
    assert found["qaidam_base"].investment_cny == pytest.approx(800e8 - 63.82e8)


def test_unknown_stays_unknown_unless_unit_costs_may_stand_in(case):
    scenario, facts, cast = case
    known = outlays(cast.players, scenario, Parameters(facts), assume=False)
    assumed = outlays(cast.players, scenario, Parameters(facts), assume=True)
    unknown = [name for name, one in known.items() if one.investment_cny is None]
    assert "csp_cluster" in unknown
    assert all(
        known[name].investment_cny == assumed[name].investment_cny for name in known if name not in unknown
    )
    filled = [name for name in unknown if assumed[name].investment_cny is not None]
    assert "csp_cluster" in filled
    assert all(assumed[name].is_assumed for name in filled)
    assert assumed["grid_330"].investment_cny is None


def test_the_setting_of_a_scenario(case):
    scenario, facts, cast = case
    costs = outlays(cast.players, scenario, Parameters(facts), assume=False)
    wishes = Wishes(budget=1e11, prefectures={"haixi": 5e10}, tiers={"leading": 9e10}, keep=("warang_phs",))
    setting = setting_of(scenario, facts, cast, costs, wishes)
    keys = [limit.key for limit in setting.choice.limits]
    assert keys == ["budget", "budget.haixi", "budget.leading", "capacity_total", "capacity_clean"]
    assert [need.indicator for need in setting.choice.needs] == ["unserved", "clean_share"]
    assert setting.choice.kept == {"warang_phs"}
    assert setting.year_share == 1.0
    assert set(setting.choice.names) | setting.given == set(cast.ids)
    line = next(limit for limit in setting.choice.limits if limit.key == "budget.haixi")
    assert line.weights["ruoqiang_lingyang"] == pytest.approx(31.3e8 * 0.327)
    everything = frozenset(setting.choice.names)
    capacity = next(limit for limit in setting.choice.limits if limit.key == "capacity_total")
    assert capacity.holds(everything)


def test_projects_of_unknown_investment_may_be_left_out(case):
    scenario, facts, cast = case
    costs = outlays(cast.players, scenario, Parameters(facts), assume=False)
    assert setting_of(scenario, facts, cast, costs, Wishes(rest="out")).given == frozenset()


def test_a_short_horizon_leaves_targets_of_a_year_untold(case):
    _, facts, cast = case
    overrides = ("horizon.start=2030-01-15", "horizon.end=2030-01-16")
    short = check_scenario("2030-plan", overrides, facts).scenario
    costs = outlays(cast.players, short, Parameters(facts), assume=False)
    setting = setting_of(short, facts, cast, costs, Wishes(targets=("clean_share", "unserved", "corridors")))
    assert [need.indicator for need in setting.choice.needs] == ["unserved"]
    assert setting.untold == ("clean_share", "corridors")
    assert setting.year_share == pytest.approx(48 / 8760)
    yearly = costs["warang_phs"].yearly_cny
    assert setting.choice.linear["warang_phs"] == pytest.approx(yearly * 48 / 8760)


def test_contracts_count_at_the_sending_end(case):
    scenario, _, _ = case
    used = [corridor for corridor in scenario.corridors.values() if corridor.in_service]
    assert contracted(scenario) == pytest.approx(sum(c.contract / (1 - c.loss) for c in used))
    assert contracted(scenario) > sum(c.contract for c in used)


def test_most_clean_capacity_for_the_money_counts_capacity(case):
    scenario, facts, cast = case
    costs = outlays(cast.players, scenario, Parameters(facts), assume=False)
    setting = setting_of(scenario, facts, cast, costs, Wishes(aim="clean_capacity", targets=()))
    assert not setting.choice.counts_cost
    assert setting.choice.linear["geermu_coal"] == 0.0
    assert setting.choice.linear["hainan_base"] < -15000.0
