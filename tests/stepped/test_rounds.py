"""Stepped schedules of whole dispatches: the rule is kept, it costs, and the rest is dispatched anew."""

import numpy as np
import pytest

from qhgrid.dispatch import ElasticPrices, solve
from qhgrid.errors import DispatchError, Fault
from qhgrid.facts import read_facts
from qhgrid.scenario import check_scenario
from qhgrid.stepped import annotate, check_schedule, schedule, wants_steps
from qhgrid.study import Stopwatch, _held, compute
from tests.network.systems import fresh, small_facts, small_scenario

STEPS = {"step_size": "100 MW", "minimum_hold": 6, "changes_per_day": 2, "rounds": 3}
HORIZON = {"start": "2030-07-01", "end": "2030-07-03"}


def stepped(steps=STEPS, **changes):
    """Return the small system with a stepped corridor, dispatched freely and then by the schedule."""
    corridor = {"corridors": {"qingyu": {"steps": steps, "contract": "1200000 MWh", **changes}}}
    n = fresh(horizon=HORIZON, **corridor)
    return schedule(solve(n), small_scenario(horizon=HORIZON, **corridor), small_facts(), solve)


@pytest.fixture(scope="module")
def result():
    return stepped()


def test_only_corridors_in_service_with_steps_are_stepped():
    assert wants_steps(small_scenario()) == ()
    with_steps = {"qingyu": {"steps": STEPS}}
    assert wants_steps(small_scenario(corridors=with_steps)) == ("qingyu",)
    out = {"qingyu": {"steps": STEPS, "in_service": False}}
    assert wants_steps(small_scenario(corridors=out)) == ()


def test_the_corridor_follows_the_schedule_and_the_checker_passes_it(result):
    assert result.breaches == {"qingyu": ()}
    sent = result.dispatch.network.links_t.p0["qingyu"]
    assert np.abs(sent - result.power["qingyu"]).max() < 1e-6
    assert set(result.power["qingyu"]) <= {50.0, 150.0, 250.0, 350.0, 450.0, 500.0}


def test_the_cheapest_round_is_kept_and_the_rule_never_saves(result):
    assert result.dispatch.objective == min(result.costs)
    assert 1 <= len(result.costs) <= 3
    assert result.extra_cost >= -1e-6 * abs(result.free.objective)


def test_the_free_network_stays_as_it_was(result):
    assert "qingyu" not in result.free.network.links_t.p_set
    assert result.free.network.links_t.p0["qingyu"].nunique() > 6


def test_the_contract_is_met_by_the_schedule(result):
    arrived = 0.94 * result.power["qingyu"].sum()
    assert arrived >= 1_200_000 * 72 / 8760
    assert not any(shortage.bus == "qingyu receiving" for shortage in result.dispatch.shortages)


def test_highs_dispatches_the_schedule_to_the_same_objective(result):
    again = solve(result.dispatch.network.copy(), method="highs")
    assert again.objective == pytest.approx(result.dispatch.objective, rel=1e-6)


def test_the_same_case_gives_the_same_schedule(result):
    again = stepped()
    assert again.power.equals(result.power)
    assert again.costs == result.costs


def test_results_say_what_the_steps_changed(result):
    data = annotate(result.dispatch.to_dataset(), result)
    free = data["stepped_free_p0"].sel(stepped_corridor="qingyu").to_numpy()
    assert np.array_equal(free, result.free.network.links_t.p0["qingyu"].to_numpy())
    assert float(data["stepped_free_cost"]) == result.free.objective
    assert data["stepped_round_cost"].to_numpy().tolist() == list(result.costs)


def test_a_schedule_steps_down_for_an_outage_and_back():
    out = [{"start": "2030-07-02", "end": "2030-07-02", "share": 1.0}]
    result = stepped(outages=out, contract="0 MWh")
    power = result.power["qingyu"]
    assert (power["2030-07-02"] == 0.0).all()
    assert (power["2030-07-01"] >= 50.0).all()
    assert result.breaches == {"qingyu": ()}


def test_a_contract_beyond_reach_is_named_and_nothing_else():
    result = stepped({"levels": [0.2, 0.4]}, contract="3000000 MWh")
    assert {breach.kind for breach in result.breaches["qingyu"]} == {"contract"}
    assert (result.power["qingyu"] == 200.0).all()


def test_a_study_with_steps_is_of_the_stepped_dispatch_and_says_what_it_costs():
    settings = ["horizon.start=2030-07-01", "horizon.end=2030-07-01", "corridors.qingyu.steps={}"]
    scenario = check_scenario("2030-plan", settings).scenario
    outcome = compute(scenario, read_facts())
    figures = {figure.key: figure.value for figure in outcome.indicators.figures}
    assert figures["steps.cost_extra"] >= -1e-9
    assert figures["cost.objective"] == pytest.approx(
        figures["steps.cost_free"] + figures["steps.cost_extra"]
    )
    power = outcome.dispatch.network.c["Link"].dynamic["p_set"]["qingyu"]
    assert check_schedule(power, scenario.corridors["qingyu"], 8000.0) == ()
    sent = outcome.results["link_p0"].sel(link="qingyu").to_numpy()
    assert np.abs(sent - power.to_numpy()).max() < 1e-3


def test_a_dispatch_that_our_engine_cannot_end_is_made_by_highs(monkeypatch):
    n = fresh(horizon=HORIZON)
    free = solve(n)
    calls = []

    def stalls(network, *, method="exact", **_):
        calls.append(method)
        if method == "exact":
            raise DispatchError(Fault("dispatch", "stalled", "Try another method."))
        return free

    monkeypatch.setattr("qhgrid.dispatch.solve", stalls)
    assert _held(n, free, ElasticPrices(), Stopwatch()) is free
    assert calls == ["exact", "highs"]
