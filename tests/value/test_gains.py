"""What a project gains by being there, with the interval that both sides allow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from qhgrid.value.gains import Gains, ask_gains, ask_pairs, gain_of, likely_pairs, settle
from qhgrid.value.game import Evaluation, Game, Interval, Task
from qhgrid.value.sharpen import Sign, Worth

BY_HAND = {(): 60_000.0, ("A",): 30_000.0, ("B",): 60_000.0, ("A", "B"): 21_000.0}
"""One bus, two hours: A is sun, B a battery; the case of docs/project-value.md."""
GAME = Game(("A", "B"), {"cost": -1})


def answers(slack: float = 0.0, values: Mapping[tuple[str, ...], float] = BY_HAND):
    def answer(tasks: Sequence[Task]) -> dict[Task, Evaluation]:
        found = {}
        for task in tasks:
            cost = values[tuple(sorted(GAME.members(task.mask)))]
            found[task] = Evaluation({"cost": Interval(cost, cost - slack, cost)})
        return found

    return answer


@pytest.mark.parametrize(("method", "a", "b"), [("out", 39_000.0, 9_000.0), ("in", 30_000.0, 0.0)])
def test_gains_are_those_of_the_case_by_hand(method: str, a: float, b: float) -> None:
    found = ask_gains(GAME, answers(), method, ("A", "B")).worth
    assert (found["A"]["cost"].value, found["B"]["cost"].value) == (a, b)
    assert found["A"]["cost"].sign is Sign.POSITIVE
    assert found["B"]["cost"].sign is (Sign.POSITIVE if b else Sign.ZERO)


def test_the_interval_adds_the_doubt_of_both_sides() -> None:
    found = ask_gains(GAME, answers(slack=50.0), "out", ("B",)).worth["B"]["cost"]
    assert (found.low, found.high) == (9_000.0 - 50.0, 9_000.0 + 50.0)


def test_a_sign_that_the_doubt_leaves_open_is_not_settled() -> None:
    found = ask_gains(GAME, answers(slack=9_500.0), "out", ("A", "B"))
    assert found.worth["B"]["cost"].sign is Sign.UNSETTLED
    assert found.n_open == 1


def test_rents_settle_what_bounds_alone_do_not() -> None:
    there = Evaluation({"cost": Interval(100.0, 90.0, 100.0)}, {"A": 30.0})
    gone = Evaluation({"cost": Interval(125.0, 105.0, 125.0)}, {"A": 22.0})
    found = gain_of(GAME, "A", there, gone)["cost"]
    assert (found.value, found.low, found.high) == (25.0, 20.0, 35.0)
    without = gain_of(GAME, "A", Evaluation(there.values), Evaluation(gone.values))["cost"]
    assert (without.low, without.high) == (5.0, 35.0)


def test_those_without_effect_gain_exactly_nothing() -> None:
    game = Game(("A", "B"), {"cost": -1}, idle=("C",))
    found = ask_gains(game, answers(), "out", ("A",)).worth["C"]["cost"]
    assert (found.value, found.low, found.high, found.sign) == (0.0, 0.0, 0.0, Sign.ZERO)


def test_a_pair_by_hand_helps_one_another() -> None:
    (found,) = ask_pairs(GAME, answers(slack=1.0), [("A", "B")])
    assert (found.value, found.low, found.high) == (9_000.0, 8_998.0, 9_002.0)


def test_storage_beside_sun_goes_before_larger_pairs() -> None:
    game = Game(("sun", "battery", "coal", "line"), {"cost": -1})
    worth = {"sun": 5.0, "battery": 3.0, "coal": 90.0, "line": 80.0}
    gains = Gains({k: {"cost": Worth(v, v, v, Sign.POSITIVE, 0.0)} for k, v in worth.items()})
    kinds = {"sun": frozenset({"sun_wind"}), "battery": frozenset({"storage"}), "coal": frozenset({"plant"})}
    assert likely_pairs(game, gains, kinds, 2) == [("battery", "sun"), ("coal", "line")]


def test_what_rounding_leaves_of_a_difference_is_nothing() -> None:
    assert settle(1e-12, 9_664.9) == 0.0
    assert settle(1e-6, 9_664.9) == 1e-6
