"""The choice under a budget: never below the bound, never above the greedy one, and equal to brute force."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from qhgrid.selection.choice import Choice, Limit, Need, portfolio
from qhgrid.selection.master import cut_of
from qhgrid.selection.search import NEAR, Effort, select
from tests.selection.toys import System, best_of_all, random_case

ROUNDING = 1e-6


@pytest.mark.parametrize("seed", range(60))
def test_bound_is_at_most_the_optimum_and_the_optimum_at_most_what_was_found(seed):
    system, choice = random_case(seed, targets=seed % 2 == 1)
    system.gap = 0.5 * (seed % 3)
    optimum = best_of_all(system, choice)
    for dispatches in (4, 8, 100):
        found = select(choice, system.evaluate, Effort(dispatches))
        assert found.bound <= optimum + ROUNDING * abs(optimum)
        assert found.best is None or found.best.objective >= optimum - 1e-9
        if found.greedy is not None and found.best is not None:
            assert found.best.objective <= found.greedy.objective
    if math.isfinite(optimum):
        assert found.best.objective <= optimum + 1e-3 * abs(optimum)
        assert found.gap <= 1e-3
    else:
        assert found.best is None
        assert found.is_proved_empty


def test_every_cut_holds_for_every_choice():
    system, choice = random_case(3)
    everyone = [frozenset(n for k, n in enumerate(choice.names) if at >> k & 1) for at in range(64)]
    costs = {members: system.one(members).values["cost"].value for members in everyone}
    for members in everyone:
        cut = cut_of(choice, portfolio(choice, members, system.one(members)))
        for other, cost in costs.items():
            at = cut.start + sum(s for s, name in zip(cut.slopes, choice.names, strict=True) if name in other)
            assert at <= cost + 1e-6


@pytest.mark.parametrize("seed", range(10))
def test_projects_without_rents_keep_the_bound_true(seed):
    system, choice = random_case(seed)
    optimum = best_of_all(system, choice)
    system.rentless = frozenset({"p1", "p4"})
    found = select(choice, system.evaluate, Effort(100))
    assert found.bound <= optimum + ROUNDING * optimum
    assert found.best.objective == pytest.approx(optimum, rel=1e-3)
    assert found.gap <= 1e-3


def test_without_any_rents_there_is_no_bound_but_a_choice():
    system, choice = random_case(1)
    system.rentless = frozenset(choice.names)
    found = select(choice, system.evaluate, Effort(30))
    assert found.bound == -math.inf
    assert found.gap == math.inf
    assert found.best is not None


def test_two_plants_by_hand():
    """Load 10 for one hour. A: 6 at 1 for 90; B: 6 at 2 for 50; the budget is 100, so one of them.

    None costs 10,000; A 90 + 6 + 4000 = 4096; B 50 + 12 + 4000 = 4062; both would cost 140 + 6 + 8 = 154.
    """
    system = System({"A": 6.0, "B": 6.0}, {"A": 1.0, "B": 2.0}, [10.0])
    money = {"A": 90.0, "B": 50.0}
    found = select(
        Choice(("A", "B"), money, True, (Limit("budget", money, most=100.0),), (), money), system.evaluate
    )
    assert found.best.members == {"B"}
    assert found.best.objective == pytest.approx(4062.0)
    assert [step.name for step in found.steps] == ["B"]
    assert found.steps[0].saving == pytest.approx(10_000 - 4062)
    assert [one.members for one in found.alternatives] == [{"A"}]


def test_no_choice_within_the_limits_is_proved():
    system, choice = random_case(2)
    impossible = Limit("capacity", dict.fromkeys(choice.names, 1.0), least=99.0)
    found = select(replace(choice, limits=(*choice.limits, impossible)), system.evaluate, Effort(50))
    assert found.best is None
    assert found.is_proved_empty
    assert not found.dispatched


def test_a_need_that_no_dispatch_meets_is_proved_by_trying_all():
    system, choice = random_case(2, 4)
    found = select(replace(choice, needs=(Need("clean_share", least=2.0),)), system.evaluate, Effort(50))
    assert found.is_proved_empty
    assert {one.unmet[-1] for one in found.dispatched} == {"clean_share"}


def test_no_more_dispatches_than_allowed_and_none_twice():
    system, choice = random_case(5, 9)
    select(choice, system.evaluate, Effort(11))
    assert len(system.asked) <= 11
    assert len(set(system.asked)) == len(system.asked)


def test_greedy_dispatches_only_what_rents_leave_in_the_race():
    system, choice = random_case(7, 9)
    n = len(choice.names)
    found = select(choice, system.evaluate, Effort(1000, gap=1.0, alternatives=0))
    assert len(found.steps) >= 3
    assert len(system.asked) < 0.7 * sum(n - k for k in range(len(found.steps) + 1)) + n


def test_alternatives_are_near_the_best_and_in_order():
    for seed in range(20):
        system, choice = random_case(seed, 7)
        found = select(choice, system.evaluate, Effort(100, alternatives=10))
        objectives = [one.objective for one in found.alternatives]
        assert objectives == sorted(objectives)
        assert all(at <= found.best.objective * (1 + NEAR) for at in objectives)
        assert found.best not in found.alternatives


def test_most_capacity_for_the_money():
    system, choice = random_case(8, 7)
    size = {name: -system.capacity[name] for name in choice.names}
    aim = replace(choice, linear=size, counts_cost=False)
    found = select(aim, system.evaluate, Effort(60))
    assert found.best.objective == pytest.approx(best_of_all(system, aim))
    assert found.gap <= 1e-3


def test_what_must_be_kept_is_in_every_choice_that_is_put_forward():
    for seed in range(10):
        system, choice = random_case(seed)
        kept = replace(choice, kept=frozenset({"p2"}))
        found = select(kept, system.evaluate)
        assert found.best.objective == pytest.approx(best_of_all(system, kept), rel=1e-3)
        assert "p2" in found.best.members


def test_order_of_names_changes_nothing():
    system, choice = random_case(9, 7)
    one = select(choice, system.evaluate)
    other = select(replace(choice, names=choice.names[::-1]), system.evaluate)
    assert one.best.members == other.best.members
