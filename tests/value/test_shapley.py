"""Shapley values: axioms, equality with all orders, honest intervals, and what must not change them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from qhgrid.value.book import Book
from qhgrid.value.drawing import draw_blocks, draw_coalition, prefixes, size_shares
from qhgrid.value.game import Evaluation, Game
from qhgrid.value.sharpen import Plan, Sign, shapley_values, sign_of
from tests.value.toys import (
    LESS_IS_BETTER,
    Drawn,
    Toy,
    answers_of,
    by_all_orders,
    enumerated,
    merit_order,
    random_merit_order,
)


def drawn_result(game, function, plan=None, error=0.0, gap=0.0):
    toy = Toy(game.players, function, error=error, gap=gap)
    return shapley_values(game, answers_of(game, toy), plan or Drawn(permutations=32, exact=24, pairs=0))


def test_three_plants_by_hand():
    """Load 10, lost load 100: A serves 6 at 1, B serves 6 at 2, C serves nothing.

    Cost of none 1000, A 406, B 412, AB 14. A first saves 594, after B 398: 496; B 588 and 392: 490; C 0.
    """
    function = merit_order({"A": 6, "B": 6, "C": 0}, {"A": 1, "B": 2, "C": 3}, [10.0])
    tenth = lambda members: {"cost": function(members)["cost"] - 900 * function(members)["unserved"]}  # noqa: E731
    found = enumerated(Game(("A", "B", "C"), {"cost": -1}), tenth).worth
    assert [found[player]["cost"].value for player in "ABC"] == pytest.approx([496.0, 490.0, 0.0])
    assert [found[player]["cost"].sign for player in "ABC"] == [Sign.POSITIVE, Sign.POSITIVE, Sign.ZERO]


@pytest.mark.parametrize("seed", range(4))
def test_enumeration_equals_going_through_all_orders(seed):
    names, function = random_merit_order(seed, 6)
    found = enumerated(Game(names, LESS_IS_BETTER), function)
    for name, sign in LESS_IS_BETTER.items():
        slow = by_all_orders(names, function, name)
        for player in names:
            assert found.worth[player][name].value == pytest.approx(sign * slow[player], rel=1e-9, abs=1e-9)


def test_ten_players_take_1024_evaluations_and_no_chance():
    names, function = random_merit_order(5, 10)
    game, toy = Game(names, LESS_IS_BETTER), Toy(names, function)
    found = shapley_values(game, answers_of(game, toy), Plan(walk="exact", pairs=0))
    assert len(toy.asked) == 1024
    assert all(at.sampling == 0.0 for row in found.worth.values() for at in row.values())
    slow = shapley_by_definition(names, function, "cost")
    for player in names:
        assert found.worth[player]["cost"].value == pytest.approx(-slow[player], rel=1e-9)


def shapley_by_definition(names, function, name):
    """Return Shapley values as a sum over the coalitions without the player, straight from the formula."""
    from itertools import combinations

    found = {}
    for player in names:
        others = [other for other in names if other != player]
        total = 0.0
        for size in range(len(names)):
            for chosen in combinations(others, size):
                without = frozenset(chosen)
                gain = function(without | {player})[name] - function(without)[name]
                total += gain / math.comb(len(others), size)
        found[player] = total / len(names)
    return found


@pytest.mark.parametrize("error", [0.0, 50.0])
def test_gains_along_every_order_add_up_to_all_minus_none(error):
    names, function = random_merit_order(7, 9)
    game = Game(names, LESS_IS_BETTER)
    book = Book(game, answers_of(game, Toy(names, function, error=error)))
    total = function(frozenset())["cost"] - function(frozenset(names))["cost"]
    for block in draw_blocks(9, 0, 20):
        for order in block:
            book.ask(prefixes(order), "screen")
            assert math.fsum(book.walk(order, "screen")[0, :, 0]) == pytest.approx(total, rel=1e-12)


@pytest.mark.parametrize("error", [0.0, 50.0])
def test_drawn_values_add_up_to_all_minus_none(error):
    names, function = random_merit_order(7, 9)
    found = drawn_result(Game(names, LESS_IS_BETTER), function, error=error)
    for name in LESS_IS_BETTER:
        assert sum(found.worth[player][name].value for player in names) == pytest.approx(
            found.total[name], rel=1e-12
        )


def test_twins_have_equal_values_to_the_last_digit():
    capacity, price = {"A": 4, "B": 4, "C": 9}, {"A": 3.0, "B": 3.0, "C": 8.0}
    function = merit_order(capacity, price, [3.0, 7.0, 14.0])
    contents = {player: f"{capacity[player]} at {price[player]}" for player in capacity}
    found = drawn_result(Game(("A", "B", "C"), LESS_IS_BETTER, contents), function, error=3.0).worth
    assert found["A"] == found["B"]
    assert found["A"] != found["C"]


def test_twins_are_not_evaluated_twice():
    function = merit_order(dict.fromkeys("ABC", 4.0), dict.fromkeys("ABC", 3.0), [3.0, 7.0])
    game = Game(tuple("ABC"), LESS_IS_BETTER, dict.fromkeys("ABC", "4 at 3"))
    toy = Toy(game.players, function)
    shapley_values(game, answers_of(game, toy), Plan(pairs=0))
    assert sorted(len(members) for members, _ in toy.asked) == [0, 1, 2, 3]


def test_a_player_known_to_have_no_effect_has_exactly_zero():
    names, function = random_merit_order(3, 8)
    found = drawn_result(Game(names, LESS_IS_BETTER, idle=("road",)), function).worth["road"]["cost"]
    assert (found.value, found.low, found.high, found.sign) == (0.0, 0.0, 0.0, Sign.ZERO)


def test_a_player_that_turns_out_to_have_no_effect_has_exactly_zero_too():
    names, function = random_merit_order(3, 8)
    with_null = lambda members: function(members - {"null"})  # noqa: E731
    found = drawn_result(Game((*names, "null"), LESS_IS_BETTER), with_null).worth["null"]["cost"]
    assert found.value == pytest.approx(0.0, abs=1e-9)
    assert found.sign is Sign.UNSETTLED


def test_values_of_a_sum_of_games_are_sums_of_values():
    names, one = random_merit_order(1, 9)
    _, other = random_merit_order(2, 9)
    game = Game(names, {"cost": -1})
    both = lambda members: {"cost": one(members)["cost"] + other(members)["cost"]}  # noqa: E731
    plan = Drawn(permutations=32, exact=24, pairs=0, stops_early=False)
    a, b, c = (drawn_result(game, function, plan) for function in (only_cost(one), only_cost(other), both))
    for player in names:
        total = a.worth[player]["cost"].value + b.worth[player]["cost"].value
        assert c.worth[player]["cost"].value == pytest.approx(total, rel=1e-9)


def only_cost(function):
    return lambda members: {"cost": function(members)["cost"]}


@pytest.mark.parametrize("error", [0.0, 40.0])
def test_intervals_hold_the_exact_value_and_no_settled_sign_is_wrong(error):
    """500 small random systems at each error of screening; a miss for any player counts."""
    missed = wrong = settled = 0
    for case in range(500):
        names, function = random_merit_order(1000 + case, 5 + case % 3)
        game = Game(names, LESS_IS_BETTER)
        exact = enumerated(game, function)
        plan = Drawn(permutations=32, exact=24, pairs=0, seed=case, rounds=1)
        found = drawn_result(game, function, plan, error=error, gap=0.01)
        is_held = True
        for player in names:
            for name in LESS_IS_BETTER:
                at, truth = found.worth[player][name], exact.worth[player][name].value
                is_held &= at.low - 1e-9 <= truth <= at.high + 1e-9
                settled += at.sign is not Sign.UNSETTLED
                wrong += at.sign is (Sign.NEGATIVE if truth > 0 else Sign.POSITIVE)
        missed += not is_held
    assert missed <= 5
    assert wrong == 0
    assert settled > 2000


def test_coarse_screening_leaves_no_bias():
    """The mean of many estimates comes near the exact value though screening is far out."""
    names, function = random_merit_order(11, 6)
    game = Game(names, {"cost": -1})
    exact = enumerated(game, only_cost(function))
    plans = [Drawn(permutations=4, exact=16, pairs=0, seed=seed, rounds=1) for seed in range(150)]
    found = [drawn_result(game, only_cost(function), plan, error=300.0) for plan in plans]
    for player in names:
        draws = np.array([result.worth[player]["cost"].value for result in found])
        error = draws.std() / math.sqrt(len(draws))
        assert abs(draws.mean() - exact.worth[player]["cost"].value) < 4 * error


def test_screening_alone_would_be_biased():
    names, function = random_merit_order(11, 6)
    game = Game(names, {"cost": -1})
    exact = enumerated(game, only_cost(function))
    plan = Drawn(permutations=400, exact=0, pairs=0, rounds=1)
    found = drawn_result(game, only_cost(function), plan, error=900.0)
    off = [found.worth[p]["cost"].value - exact.worth[p]["cost"].value for p in names]
    assert max(map(abs, off)) > 100.0


def test_rents_narrow_the_cost():
    """Plants that are small beside the load: rents without and with hardly differ."""
    names = tuple(f"p{at}" for at in range(8))
    price = {player: 5.0 + 3.0 * at for at, player in enumerate(names)}
    function = merit_order(dict.fromkeys(names, 1.0), price, [30.0, 40.0])
    game = Game(names, {"cost": -1})

    class WithRents(Toy):
        def evaluate(self, members, precision):
            found = super().evaluate(members, precision)
            return Evaluation(found.values, {p: 2 * (1000.0 - price[p]) for p in names if p != "p3"})

    plan = Drawn(permutations=8, exact=16, pairs=0, rounds=1)
    plain = drawn_result(game, only_cost(function), plan, error=20.0)
    toy = WithRents(names, only_cost(function), error=20.0)
    found = shapley_values(game, answers_of(game, toy), plan)
    for player in names:
        at, before = found.worth[player]["cost"], plain.worth[player]["cost"]
        truth = 2 * (1000.0 - price[player])
        assert at.low - 1e-6 <= truth <= at.high + 1e-6
        is_narrower = at.high - at.low < 0.01 * (before.high - before.low)
        assert is_narrower is (player != "p3")


def test_noise_of_a_millionth_in_the_cost_changes_no_sign_and_hardly_a_value():
    names, function = random_merit_order(21, 8)

    def noisy(members):
        return {n: v * (1 + 1e-6 * math.sin(len(members) + v)) for n, v in function(members).items()}

    game = Game(names, LESS_IS_BETTER)
    one, other = drawn_result(game, function), drawn_result(game, noisy)
    for player in names:
        for name in LESS_IS_BETTER:
            assert one.worth[player][name].sign is other.worth[player][name].sign
            assert other.worth[player][name].value == pytest.approx(one.worth[player][name].value, rel=1e-4)


def test_order_of_rows_changes_nothing():
    names, function = random_merit_order(22, 9)
    one = drawn_result(Game(names, LESS_IS_BETTER), function)
    other = drawn_result(Game(names[::-1], LESS_IS_BETTER), function)
    assert {player: other.worth[player] for player in names} == dict(one.worth)


def test_new_names_change_labels_alone():
    names, function = random_merit_order(23, 9)
    new = {player: f"z{9 - at}" for at, player in enumerate(names)}
    old = {name: player for player, name in new.items()}
    renamed = lambda members: function(frozenset(old[name] for name in members))  # noqa: E731
    contents = {player: f"content {at}" for at, player in enumerate(names)}
    one = drawn_result(Game(names, LESS_IS_BETTER, contents), function)
    game = Game(tuple(new.values()), LESS_IS_BETTER, {new[player]: what for player, what in contents.items()})
    other = drawn_result(game, renamed)
    assert {old[name]: row for name, row in other.worth.items()} == dict(one.worth)


def test_a_later_round_goes_on_with_the_draws_of_an_earlier_one():
    assert (
        Plan(permutations=40, rounds=2).walks(20, 1).blocks
        == Plan(permutations=20, rounds=1).walks(20, 1).blocks
    )
    few, many = Plan(exact=20, rounds=1).drawn(20, 1), Plan(exact=40, rounds=1).drawn(20, 1)
    assert many[: len(few)] == few


def test_stops_when_every_sign_is_settled():
    names, function = random_merit_order(24, 9)
    game = Game(names, {"cost": -1})
    plan = Drawn(permutations=400, exact=80, pairs=0, rounds=10)
    assert drawn_result(game, only_cost(function), plan).n_permutations < 400
    plan = Drawn(permutations=400, exact=80, pairs=0, rounds=10, stops_early=False)
    assert drawn_result(game, only_cost(function), plan).n_permutations == 400


def test_strong_pairs_are_found_and_measured():
    """B is worth something only beside A; C stands in for D; E is on its own."""

    def function(members):
        both, either = {"A", "B"} <= members, bool({"C", "D"} & members)
        return {"share": 5.0 * both + 3.0 * either + 1.0 * ("E" in members)}

    game = Game(tuple("ABCDE"), {"share": 1})
    found = shapley_values(game, answers_of(game, Toy(game.players, function)), Plan(exact=32, pairs=2))
    assert [(at.one, at.other) for at in found.interactions] == [("A", "B"), ("C", "D")]
    assert [at.value for at in found.interactions] == pytest.approx([5.0, -3.0])


@pytest.mark.parametrize("n_players", [0, 1, 2])
def test_very_small_games(n_players):
    names = tuple("AB"[:n_players])
    function = merit_order({"A": 2.0, "B": 3.0}, {"A": 1.0, "B": 2.0}, [4.0])
    found = drawn_result(Game(names, LESS_IS_BETTER), function, Plan())
    total = function(frozenset())["cost"] - function(frozenset(names))["cost"]
    assert sum(row["cost"].value for row in found.worth.values()) == pytest.approx(total)


@pytest.mark.parametrize("n_players", [4, 5, 7, 30])
def test_every_player_comes_first_and_last_as_often_as_any(n_players):
    orders = [order for block in draw_blocks(n_players, 3, 25) for order in block]
    assert all(sorted(order) == list(range(n_players)) for order in orders)
    for end in (0, -1):
        counts = np.bincount([order[end] for order in orders], minlength=n_players)
        assert counts.max() - counts.min() <= 2


def test_every_place_of_an_order_is_as_likely_as_any():
    blocks = [draw_blocks(6, seed, 3)[2] for seed in range(1500)]
    place = np.array([np.argsort(order) for block in blocks for order in block])
    shares = np.array([np.bincount(place[:, player], minlength=6) for player in range(6)]) / len(place)
    assert shares == pytest.approx(np.full((6, 6), 1 / 6), abs=0.02)
    after = [(place[:, one] < place[:, other]).mean() for one in range(6) for other in range(one)]
    assert after == pytest.approx([0.5] * len(after), abs=0.02)


def test_sizes_are_drawn_as_often_as_said():
    sizes = [draw_coalition(6, 0, number).bit_count() for number in range(4000)]
    shares = np.bincount(sizes, minlength=6)[1:] / len(sizes)
    assert shares == pytest.approx(size_shares(6), abs=0.03)


@pytest.mark.parametrize(
    ("low", "high", "sign"), [(1, 2, "正"), (-2, -1, "负"), (0, 0, "零"), (-1, 1, "未定"), (0, 1, "未定")]
)
def test_signs(low, high, sign):
    assert sign_of(low, high) == sign
