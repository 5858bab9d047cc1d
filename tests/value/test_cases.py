"""A coalition is the scenario without the other projects, and its indicators are those of the scorecard."""

from __future__ import annotations

import pickle
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import xarray as xr

from qhgrid.facts import Facts, read_facts
from qhgrid.indicators.figures import run_figures
from qhgrid.indicators.measuring import open_ledger
from qhgrid.indicators.power_table import power_balance
from qhgrid.indicators.targets import clean_generation_share, utilisation_share
from qhgrid.network.case import Case
from qhgrid.network.demand import class_energies_mwh
from qhgrid.scenario import Scenario, check_scenario
from qhgrid.scenario.fleet import counted_fleet
from qhgrid.value.adequacy import PeakHours, read_peak_hours
from qhgrid.value.cases import DispatchEvaluator
from qhgrid.value.measures import NEW_ENERGY, add_up, sums_of_network
from qhgrid.value.players import find_players, without

FACTS = read_facts()
DAY = ("horizon.start=2030-01-05", "horizon.end=2030-01-05")


def plan(*overrides: str) -> Scenario:
    return check_scenario("2030-plan", (*DAY, *overrides), FACTS).scenario


@cache
def evaluator() -> DispatchEvaluator:
    found = DispatchEvaluator(plan(), FACTS)
    found.prepare()
    return found


@cache
def anew() -> DispatchEvaluator:
    """Return an evaluator that builds every coalition from its scenario."""
    found = DispatchEvaluator(plan(), FACTS, is_quick=False)
    found.prepare()
    return found


def some(count: int, seed: int) -> frozenset[str]:
    """Return some players, drawn by seed."""
    return frozenset(np.random.default_rng(seed).choice(evaluator().players, count, replace=False))


def test_plants_of_today_are_never_taken_out() -> None:
    cast = find_players(plan(), FACTS)
    absent = cast.absent(())
    scenario, facts = without(plan(), FACTS, absent)
    left = counted_fleet(scenario, facts)
    assert {plant.grade for plant in left} == {"OP"}
    assert {plant.id for plant in left} == {p.id for p in counted_fleet(plan(), FACTS) if p.grade == "OP"}
    assert [name for name, one in scenario.corridors.items() if one.in_service] == ["qingyu"]


def test_a_project_without_a_counted_element_is_no_player_and_the_reason_is_said() -> None:
    cast = find_players(plan(), FACTS)
    assert "vpp" not in cast.ids
    assert cast.idle["vpp"][0] == "无调度要素"
    assert set(cast.ids) | set(cast.idle) == set(FACTS.projects)


def test_an_element_of_two_projects_is_there_as_long_as_one_of_them_is() -> None:
    row = FACTS.projects["geermu_coal"]
    facts = replace(FACTS, projects={**FACTS.projects, "again": replace(row, id="again")})
    cast = find_players(plan(), facts)
    assert cast.shared == {"fleet:geermu_coal": ("again", "geermu_coal")}
    assert cast.absent(set(cast.ids) - {"again"}) == frozenset()
    assert cast.absent(set(cast.ids) - {"again", "geermu_coal"}) == {"fleet:geermu_coal"}


def test_a_share_of_demand_goes_where_the_project_stands_and_the_rest_stays() -> None:
    whole = demand_by_prefecture(plan(), FACTS)
    less = demand_by_prefecture(*without(plan(), FACTS, ["demand:computing@haidong_computing"]))
    share = FACTS.element_shares["haidong_computing.computing"].value
    gone = share * sum(mwh for (name, _), mwh in whole.items() if name == "computing")
    changed = {key: whole[key] - less[key] for key in whole if whole[key] != pytest.approx(less[key])}
    assert changed == {("computing", "haidong"): pytest.approx(gone)}


def demand_by_prefecture(scenario: Scenario, facts: Facts) -> dict[tuple[str, str], float]:
    energies = class_energies_mwh(Case(scenario, facts, xr.Dataset(), ()))
    return {
        (name.value, prefecture): energy * share
        for name, energy in energies.items()
        for prefecture, share in scenario.demand_shares[name]
    }


def test_a_share_of_a_corridor_takes_the_same_share_of_its_contract() -> None:
    scenario, _ = without(plan(), FACTS, ["corridor:qingyu@qingyu_full"])
    share = 1.0 - FACTS.element_shares["qingyu_full.qingyu"].value
    assert scenario.corridors["qingyu"].p_nom == pytest.approx(8000.0 * share)
    assert scenario.corridors["qingyu"].contract == pytest.approx(plan().corridors["qingyu"].contract * share)


def test_the_order_of_the_register_changes_nothing() -> None:
    turned = replace(FACTS, projects=dict(reversed(FACTS.projects.items())))
    assert find_players(plan(), turned) == find_players(plan(), FACTS)


def test_nothing_taken_out_is_the_scenario_itself() -> None:
    assert without(plan(), FACTS, ()) == (plan(), FACTS)


def test_indicators_are_those_of_the_scorecard() -> None:
    scenario = plan("csp.heater=0.5", "thermal.commitment=linear")
    dispatch = evaluator()._dispatch(scenario, FACTS)
    ledger = open_ledger(dispatch.to_dataset(), scenario, FACTS, dispatch.objective)
    energies = add_up(sums_of_network(dispatch.network), FACTS, counted_fleet(scenario, FACTS))
    sent = sum(use.sent for use in ledger.corridor_uses)
    assert 100.0 * energies.clean_share == pytest.approx(clean_generation_share(ledger), rel=1e-9)
    assert 100.0 * energies.utilisation == pytest.approx(utilisation_share(ledger, NEW_ENERGY), rel=1e-9)
    assert energies.co2 == pytest.approx(ledger.energy(ledger.co2), rel=1e-9)
    assert energies.shed == pytest.approx(ledger.energy(ledger.shed), abs=1e-6)
    assert energies.sent == pytest.approx(sent, rel=1e-9)
    assert any(figure.key == "exchange.exports" for figure in run_figures(ledger))


def test_the_margin_of_all_projects_is_the_surplus_of_the_power_balance() -> None:
    scenario = plan()
    dispatch = evaluator()._dispatch(scenario, FACTS)
    hours = read_peak_hours(dispatch, scenario, FACTS)
    table = power_balance(open_ledger(dispatch.to_dataset(), scenario, FACTS, dispatch.objective))
    assert hours.margin(scenario, FACTS) == pytest.approx(10.0 * min(table.row("surplus").values), rel=1e-9)
    assert PeakHours.from_json(hours.to_json()) == hours


def test_a_case_is_proved_as_the_certificate_proves_it() -> None:
    members = frozenset(evaluator().players) - {"geermu_coal", "qinggui_dc"}
    scenario, facts = without(plan(), FACTS, evaluator().cast.absent(members))
    dispatch = evaluator()._dispatch(scenario, facts)
    found = evaluator().evaluate(members, "exact").values["cost"]
    assert found.high == pytest.approx(dispatch.certificate.cost, rel=1e-9)
    assert found.low <= dispatch.certificate.cost
    assert dispatch.certificate.lower_bound <= found.high
    assert found.high - found.low <= 1e-6 * abs(found.high)


@pytest.mark.parametrize("count", [0, 9, 20, 31])
def test_a_coalition_read_as_other_bounds_is_the_coalition_built_anew(count: int) -> None:
    members = some(count, seed=count)
    one, other = (at.evaluate(members, "exact").values for at in (evaluator(), anew()))
    for name, (value, low, high) in other.items():
        size = max(1.0, abs(value))
        assert one[name].value == pytest.approx(value, rel=1e-7, abs=1e-7 * size)
        assert one[name].low <= high + 1e-9 * size
        assert low <= one[name].high + 1e-9 * size


def test_only_lines_change_the_matrix() -> None:
    base = evaluator()._base
    assert base is not None
    assert base.field is not None
    fixed = {part.partition(":")[0] for atom in base.field.fixed() for part in atom.parts}
    assert fixed == {"line"}


@pytest.mark.parametrize("count", [32, 12])
def test_rents_bound_what_a_project_gains(count: int) -> None:
    members = some(count, seed=5)
    here = evaluator().evaluate(members, "exact")
    cost = here.values["cost"]
    for name in evaluator().players[::5]:
        there = evaluator().evaluate(members ^ {name}, "exact")
        least = cost.low + (here.rents[name] if name in members else -here.rents[name])
        assert there.values["cost"].high >= least - 1.0


def test_a_glance_stands_on_a_proved_bound_and_is_near_where_little_is_missing() -> None:
    members = frozenset(evaluator().players) - {"geermu_coal"}
    glance, exact = (evaluator().evaluate(members, how).values for how in ("screen", "exact"))
    assert glance["cost"].low <= exact["cost"].low <= glance["cost"].high
    assert glance["cost"].value == pytest.approx(exact["cost"].value, rel=1e-3)
    for name, at in exact.items():
        assert glance[name].low <= at.value <= glance[name].high


def test_an_evaluator_that_was_sent_to_a_worker_answers_the_same() -> None:
    members = frozenset(evaluator().players) - {"geermu_coal"}
    sent = pickle.loads(pickle.dumps(evaluator()))
    assert sent.evaluate(members, "exact") == evaluator().evaluate(members, "exact")
