"""The evaluations of a game at hand, as numbers by coalition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from qhgrid.value.drawing import FloatArray, Order, prefixes
from qhgrid.value.game import COST, Answers, Evaluation, Game, Mask, Precision, Task


@dataclass
class Book:
    """All that has been evaluated of a game.

    Numbers are turned so that more is better. Whatever the precision asked for, none and all are exact:
    so the gains along every order add up to the exact value of all minus the exact value of none.

    Parameters
    ----------
    game : Game
    answers : callable
        Evaluates what is not in the book yet.
    """

    game: Game
    answers: Answers
    entries: dict[Task, Evaluation] = field(default_factory=dict)
    _numbers: dict[tuple[Mask, Precision], FloatArray] = field(default_factory=dict)

    def task(self, mask: Mask, precision: Precision) -> Task:
        """Return the question whose answer stands for `mask`."""
        mask = self.game.canonical(mask)
        return Task(mask, "exact" if mask in (0, self.game.full) else precision)

    def ask(self, masks: Iterable[Mask], precision: Precision) -> None:
        """Evaluate all of `masks` that are not in the book yet."""
        self.ask_all((mask, precision) for mask in masks)

    def ask_all(self, wanted: Iterable[tuple[Mask, Precision]]) -> None:
        """Evaluate all of `wanted` that are not in the book yet, each once, the long ones first."""
        tasks = {self.task(mask, precision) for mask, precision in wanted}
        missing = sorted(tasks - self.entries.keys(), key=lambda task: (task.precision, task.mask))
        if missing:
            found = self.answers(missing)
            self.entries.update((task, found[task]) for task in missing)

    def evaluation(self, mask: Mask, precision: Precision) -> Evaluation:
        """Return an evaluation that is in the book."""
        return self.entries[self.task(mask, precision)]

    def numbers(self, mask: Mask, precision: Precision) -> FloatArray:
        """Return value, low and high of each indicator, more is better, shape (3, n_indicators)."""
        key = (mask, precision)
        if key not in self._numbers:
            self._numbers[key] = self._turned(self.evaluation(mask, precision))
        return self._numbers[key]

    def _turned(self, evaluation: Evaluation) -> FloatArray:
        """Return the numbers of an evaluation, turned so that more is better."""
        at = np.array([evaluation.values[name] for name in self.game.indicators], dtype=np.float64).T
        turned: FloatArray = at * self._sign
        turned[1:].sort(axis=0)
        return turned

    @cached_property
    def _sign(self) -> FloatArray:
        """Which way is better, shape (n_indicators,)."""
        return np.array([self.game.orientation[name] for name in self.game.indicators], dtype=np.float64)

    def walk(self, order: Order, precision: Precision) -> FloatArray:
        """Return the gain of each player as it joins, by place, shape (3, n_players, n_indicators).

        The first layer is the gain between the values, the others its least and its greatest by the
        intervals of both.
        """
        numbers = np.stack([self.numbers(mask, precision) for mask in prefixes(order)], axis=1)
        gains = np.empty((3, len(order), len(self.game.indicators)))
        gains[:, list(order)] = gains_between(numbers[:, :-1], numbers[:, 1:])
        return gains

    @property
    def total(self) -> FloatArray:
        """Value of all minus value of none, shape (n_indicators,)."""
        return np.asarray(self.numbers(self.game.full, "exact")[0] - self.numbers(0, "exact")[0])

    def rents(self, mask: Mask) -> FloatArray | None:
        """Return what one more unit of scale of each player saves, by place; None if no rent is known.

        It is not a number for a player without a rent.
        """
        rents: Mapping[str, float] = self.evaluation(mask, "exact").rents
        if not rents or COST not in self.game.indicators:
            return None
        found = np.array([rents.get(player, np.nan) for player in self.game.order])
        stood, alike = found.copy(), self.game.canonical(mask)
        for places in self.game.twins:  # members among twins have the mean of those that stood for them
            for is_in in (0, 1):
                asked = [place for place in places if mask >> place & 1 == is_in]
                if asked:
                    found[asked] = stood[[place for place in places if alike >> place & 1 == is_in]].mean()
        return found

    def gap(self, mask: Mask) -> float:
        """Return how far the exact cost of a coalition may be from its bound."""
        cost = self.evaluation(mask, "exact").values[COST]
        return cost.high - cost.low

    def alike(self, values: FloatArray) -> FloatArray:
        """Return `values` with twins given the mean of their class; places along the last axis but one."""
        values = values.copy()
        for places in self.game.twins:
            values[..., list(places), :] = values[..., list(places), :].mean(axis=-2, keepdims=True)
        return values


def gains_between(before: FloatArray, after: FloatArray) -> FloatArray:
    """Return what comes on top of `before`: between the values, at least and at most; layers first."""
    return after - before[[0, 2, 1]]
