"""The checker passes every schedule that is made, and fails each of many that are bent."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from qhgrid.scenario.model import Corridor
from qhgrid.stepped.checker import check_schedule
from qhgrid.stepped.programme import under_contract
from qhgrid.stepped.rounds import _limits
from tests.network.systems import merged, small_facts, small_scenario

OUTAGES = [
    {"start": "2030-07-03", "end": "2030-07-03", "share": 1.0},
    {"start": "2030-07-05", "end": "2030-07-06", "share": 0.5},
]
STEPS = {"step_size": "50 MW", "minimum_hold": 6, "changes_per_day": 3, "largest_step": "250 MW"}
HORIZON = {"start": "2030-07-01", "end": "2030-07-10"}


def case(**changes) -> SimpleNamespace:
    """Return a corridor of 500 MW with outages and steps, its hours and limits."""
    corridor = merged({"outages": OUTAGES, "steps": STEPS}, changes)
    scenario = small_scenario(horizon=HORIZON, corridors={"qingyu": corridor})
    times = pd.date_range("2030-07-01", "2030-07-10 23:00", freq="h")
    problem = _limits(times, np.ones(len(times)), scenario, small_facts(), "qingyu")
    return SimpleNamespace(corridor=scenario.corridors["qingyu"], times=times, problem=problem)


def made(seed: int, **changes) -> tuple[pd.Series, Corridor]:
    """Return the cheapest schedule at random prices, and its corridor."""
    c = case(**changes)
    draw = np.random.default_rng(seed)
    day = 300 * np.sin(c.times.hour.to_numpy() / 24 * 2 * np.pi + draw.uniform(0, 6))
    price = day + draw.normal(0, 200, len(c.times))
    away = c.problem.levels[None, :] - 300.0
    problem = replace(c.problem, cost=c.problem.cost + price[:, None] * away + 0.2 * away**2)
    answer = under_contract(problem, draw.uniform(20_000, 60_000), 800.0)
    return pd.Series(problem.levels[answer.path.level], c.times), c.corridor


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"steps": {"step_size": None, "levels": [0.1, 0.25, 0.5, 0.8, 1.0]}},
        {"steps": {"minimum_hold": 12, "changes_per_day": 1}},
        {"steps": {"minimum_hold": 1, "changes_per_day": 8, "largest_step": None}},
        {"poles_out": 1, "steps": {"step_size": "100 MW"}},
        {"outages": []},
        {"p_min_pu": 0.0, "steps": {"step_size": "75 MW"}},
    ],
    ids=str,
)
def test_every_schedule_that_is_made_passes(changes):
    for seed in range(12):
        power, corridor = made(seed, **changes)
        assert check_schedule(power, corridor, 500.0) == (), seed
        assert power.nunique() > 1


def contract_of(power):
    """Return a contract that a schedule meets and no smaller one would."""
    return 0.94 * float(power.sum())


@pytest.fixture(scope="module")
def sound():
    """A schedule by hand: six hours and more each; all out on the 3rd, half of it on the 5th and 6th."""
    corridor = case().corridor
    times = pd.date_range("2030-07-01", "2030-07-10 23:00", freq="h")
    day = np.repeat([100.0, 300.0, 500.0, 300.0], [8, 4 + 2, 4 + 2, 4])
    power = pd.Series(np.tile(day, 10), times)
    power["2030-07-02"] = np.repeat([300.0, 500.0, 300.0], [6, 12, 6])
    power["2030-07-03"] = 0.0
    power["2030-07-04"] = np.repeat([200.0, 400.0, 300.0], [8, 10, 6])
    power["2030-07-05":"2030-07-06"] = 250.0
    power["2030-07-07":"2030-07-10"] = np.tile(np.repeat([300.0, 500.0], [12, 12]), 4)
    power["2030-07-01"] = np.repeat([100.0, 300.0], [12, 12])
    assert check_schedule(power, corridor, 500.0, contract_of(power)) == ()
    return power, corridor


def put(power, when, value, hours=1):
    """Return a schedule with other power for some hours."""
    bent = power.copy()
    place = bent.index.get_loc(pd.Timestamp(when))
    bent.iloc[place : place + hours] = value
    return bent


MUTATIONS = {
    "one hour off the set-points": ("level", lambda p: put(p, "2030-07-04 10:00", 401.0)),
    "a whole stretch off the set-points": ("level", lambda p: p.replace(400.0, 425.0)),
    "above the rating": ("limit", lambda p: put(p, "2030-07-08 12:00", 550.0, 12)),
    "below the least power": ("limit", lambda p: put(p, "2030-07-01 00:00", 0.0, 12)),
    "backwards": ("limit", lambda p: put(p, "2030-07-01 00:00", -100.0, 12)),
    "on while it is out": ("limit", lambda p: put(p, "2030-07-03 00:00", 100.0, 24)),
    "more than the pole that is left": ("limit", lambda p: put(p, "2030-07-05 00:00", 300.0, 48)),
    "off although it is in": ("limit", lambda p: put(p, "2030-07-04 00:00", 0.0, 8)),
    "a single hour at another set-point": ("hold", lambda p: put(p, "2030-07-08 03:00", 350.0)),
    "an hour too short": ("hold", lambda p: put(p, "2030-07-02 23:00", 350.0)),
    "too short across midnight": ("hold", lambda p: put(p, "2030-07-08 21:00", 400.0, 5)),
    "the first set-point cut short": ("hold", lambda p: put(p, "2030-07-01 00:00", 200.0, 5)),
    "a change too many": (
        "changes",
        lambda p: put(put(p, "2030-07-08 00:00", 400.0, 6), "2030-07-08 18:00", 450.0, 6),
    ),
    "too large a step": ("step", lambda p: put(p, "2030-07-09 00:00", 200.0, 12)),
    "not a number": ("number", lambda p: put(p, "2030-07-09 05:00", np.nan)),
    "an hour left out": ("hours", lambda p: p.drop(pd.Timestamp("2030-07-09 05:00"))),
    "hours in another order": ("hours", lambda p: p.iloc[::-1]),
    "an hour twice": ("hours", lambda p: pd.concat([p.iloc[:30], p.iloc[29:]])),
    "too little for the contract": ("contract", lambda p: p.replace(500.0, 400.0)),
    "infinite": ("number", lambda p: put(p, "2030-07-09 05:00", np.inf)),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_bent_schedule_fails_for_its_own_reason(name, sound):
    power, corridor = sound
    kind, bend = MUTATIONS[name]
    breaches = check_schedule(bend(power), corridor, 500.0, contract_of(power))
    assert kind in {breach.kind for breach in breaches}, breaches


def test_there_are_at_least_fifteen_ways_to_bend_a_schedule_and_every_kind_of_breach_is_met():
    assert len(MUTATIONS) >= 15
    kinds = {"hours", "number", "limit", "level", "hold", "changes", "step", "contract"}
    assert {kind for kind, _ in MUTATIONS.values()} == kinds


def test_schedules_that_were_made_fail_when_they_are_bent():
    """Any one hour of a sound schedule, moved by a step, breaks a hold unless it stands at a run's edge."""
    power, corridor = made(3, outages=[], steps={"largest_step": None, "changes_per_day": 24})
    starts = np.flatnonzero(np.diff(power.to_numpy()) != 0) + 1
    for place in range(2, len(power) - 8, 7):
        if not {place, place + 1} & set(starts.tolist()):
            bent = power.copy()
            bent.iloc[place] += 50.0 if bent.iloc[place] < 450.0 else -50.0
            assert any(breach.kind == "hold" for breach in check_schedule(bent, corridor, 500.0)), place


def test_a_breach_says_what_is_wrong(sound):
    power, corridor = sound
    (breach,) = check_schedule(put(power, "2030-07-04 10:00", 401.0, 6), corridor, 500.0)[:1]
    assert str(breach.when) == "2030-07-04 10:00:00"
    assert breach.what == "401 MW is no set-point"
