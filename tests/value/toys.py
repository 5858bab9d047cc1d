"""Small games whose Shapley values can be had by enumeration."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import permutations

import numpy as np

from qhgrid.value.game import Evaluation, Game, Interval, Task
from qhgrid.value.sharpen import Plan, Result, shapley_values


@dataclass
class Toy:
    """An evaluator of a function of the members, with rough screening and honest intervals."""

    players: tuple[str, ...]
    function: Callable[[frozenset[str]], Mapping[str, float]]
    error: float = 0.0
    """Size of what screening is out by."""
    gap: float = 0.0
    """Width of the interval of an exact evaluation."""
    asked: list[tuple[frozenset[str], str]] = field(default_factory=list)

    def evaluate(self, members: frozenset[str], precision: str) -> Evaluation:
        self.asked.append((members, precision))
        values = {}
        for name, value in self.function(members).items():
            if precision == "exact":
                values[name] = Interval(value + self.gap / 2, value, value + self.gap)
            else:
                miss = self.error * rough(members, name)
                values[name] = Interval(value + miss, value - 9 * self.error, value + 9 * self.error)
        return Evaluation(values)


def rough(members: frozenset[str], name: str) -> float:
    """Return a number between 0 and 2 that hangs on the members in no simple way."""
    digest = sum((7 + ord(player[-1])) ** 2 * (at + 3) for at, player in enumerate(sorted(members)))
    return 1.0 + math.sin(digest + len(name))


def answers_of(game: Game, evaluator: Toy) -> Callable[[Sequence[Task]], dict[Task, Evaluation]]:
    """Return a plain loop over the tasks."""

    def answers(tasks: Sequence[Task]) -> dict[Task, Evaluation]:
        return {task: evaluator.evaluate(game.members(task.mask), task.precision) for task in tasks}

    return answers


def by_all_orders(players: Sequence[str], function, name: str) -> dict[str, float]:
    """Return the Shapley values by going through every order: slow, plain."""
    total = dict.fromkeys(players, 0.0)
    for order in permutations(players):
        before: frozenset[str] = frozenset()
        for player in order:
            after = before | {player}
            total[player] += function(after)[name] - function(before)[name]
            before = after
    return {player: value / math.factorial(len(players)) for player, value in total.items()}


def merit_order(capacity: Mapping[str, float], price: Mapping[str, float], demand: Sequence[float]):
    """Return the cost and the unserved energy of serving demand from the cheapest members first."""

    def function(members: frozenset[str]) -> dict[str, float]:
        cost = unserved = 0.0
        for load in demand:
            left = load
            for player in sorted(members, key=lambda player: price[player]):
                used = min(left, capacity[player])
                cost, left = cost + used * price[player], left - used
            cost, unserved = cost + 1000.0 * left, unserved + left
        return {"cost": cost, "unserved": unserved}

    return function


def random_merit_order(seed: int, n_players: int):
    """Return names, and a small random system."""
    random = np.random.default_rng(seed)
    names = tuple(f"p{at}" for at in range(n_players))
    capacity = dict(zip(names, random.uniform(1.0, 6.0, n_players).tolist(), strict=True))
    price = dict(zip(names, random.uniform(5.0, 60.0, n_players).tolist(), strict=True))
    demand = random.uniform(2.0, 3.0 * n_players, 5).tolist()
    return names, cache(merit_order(capacity, price, demand))


LESS_IS_BETTER = {"cost": -1, "unserved": -1}


@dataclass(frozen=True)
class Drawn(Plan):
    """A plan that draws orders even where all coalitions would be as cheap."""

    def is_enumerable(self, n_players: int) -> bool:
        return False


def enumerated(game: Game, function) -> Result:
    """Return the exact values by our own enumeration, which a test of its own holds to all orders."""
    toy = Toy(game.players, function)
    return shapley_values(game, answers_of(game, toy), Plan(exact=1 << game.n_players, pairs=0))


@dataclass(frozen=True)
class Portable:
    """An evaluator that survives the way to another process."""

    seed: int
    n_players: int
    pause_s: float = 0.0
    error: float = 0.0

    @property
    def players(self) -> tuple[str, ...]:
        return tuple(f"p{at}" for at in range(self.n_players))

    def evaluate(self, members: frozenset[str], precision: str) -> Evaluation:
        names, function = random_merit_order(self.seed, self.n_players)
        time.sleep(self.pause_s)
        return Toy(names, function, error=self.error).evaluate(members, precision)
