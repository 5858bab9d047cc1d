"""The last of the contract on short horizons: every schedule that could still be cheaper is looked at.

A multiplier leaves a gap where no price makes the programme deliver just the contract. Over a year it is a
part in ten thousand; over a day or two it shows. Here the programme is walked once more with cost and energy
side by side: of two ways into a state the one that costs more and delivers less is dropped, and so is any
whose bound by the multiplier is above the best schedule known.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from qhgrid.stepped.kernels import FloatArray
    from qhgrid.stepped.programme import Answer, Problem

MOST_LABELS = 3_000
"""Ways kept at an hour; with more the gap stays as it is."""


class Label(NamedTuple):
    """A way into a state."""

    cost: float
    energy: float
    """Delivered so far, at most the contract [MWh]."""
    before: Label | None
    state: int


def close(problem: Problem, contract: float, shortfall_price: float, known: Answer) -> list[int] | None:
    """Return the states of a schedule that is cheaper than the known one, None if there is none.

    Parameters
    ----------
    problem : Problem
    contract : float
        Energy at the receiving end [MWh].
    shortfall_price : float
        Price of a MWh that misses the contract [CNY/MWh].
    known : Answer
        The schedule that the multiplier found.
    """
    best = known.path.cost + shortfall_price * max(0.0, contract - known.path.energy)
    ahead = _cost_ahead(problem, known.multiplier)
    labels = _first_labels(problem, contract)
    for t in range(1, len(problem.cost)):
        ways: dict[int, list[Label]] = {}
        for way in _onward(problem, labels, t, contract):
            if way.cost + ahead[t] + known.multiplier * (contract - way.energy) < best:
                ways.setdefault(way.state, []).append(way)
        labels = [way for state in sorted(ways) for way in _undominated(ways[state])]
        if len(labels) > MOST_LABELS:
            return None
    totals = [way.cost + shortfall_price * (contract - way.energy) for way in labels]
    if not totals or min(totals) >= best - 1e-9 * max(1.0, abs(best)):
        return None
    return _states(labels[int(np.argmin(totals))])


def _cost_ahead(problem: Problem, multiplier: float) -> FloatArray:
    """Return the least that the hours after each hour can cost, the multiplier earned, shape (n_hours,)."""
    least = (problem.cost - multiplier * problem.energy).min(axis=1)
    return np.asarray(np.concatenate([np.cumsum(least[::-1])[::-1][1:], [0.0]]))


def _first_labels(problem: Problem, contract: float) -> list[Label]:
    """Return the ways into the first hour."""
    n_left = problem.changes_per_day + 1
    return [
        Label(cost, min(energy, contract), None, level * problem.minimum_hold * n_left + n_left - 1)
        for level, (cost, energy) in enumerate(zip(problem.cost[0], problem.energy[0], strict=True))
        if np.isfinite(cost)
    ]


def _onward(problem: Problem, labels: list[Label], t: int, contract: float) -> Iterator[Label]:
    """Yield all ways from the hour before into hour t."""
    jumps = np.ones_like(problem.jumps) if problem.is_border[t] else problem.jumps
    for label in labels:
        for level, state in _moves(problem, jumps, label.state, problem.day[t] != problem.day[t - 1]):
            cost = problem.cost[t, level]
            if np.isfinite(cost):
                energy = min(label.energy + problem.energy[t, level], contract)
                yield Label(label.cost + cost, energy, label, state)


def _moves(problem: Problem, jumps: np.ndarray, state: int, is_new_day: bool) -> Iterator[tuple[int, int]]:
    """Yield set-point and state of each move that is allowed."""
    n_held, n_left = problem.minimum_hold, problem.changes_per_day + 1
    rest, left = divmod(state, n_left)
    level, held = divmod(rest, n_held)
    left = n_left - 1 if is_new_day else left
    yield level, (level * n_held + min(held + 1, n_held - 1)) * n_left + left
    if held == n_held - 1 and left > 0:
        for new in np.flatnonzero(jumps[level]).tolist():
            if new != level:
                yield new, new * n_held * n_left + left - 1


def _undominated(ways: list[Label]) -> Iterator[Label]:
    """Yield the ways into a state that no other beats in cost and energy."""
    most = -np.inf
    for way in sorted(ways, key=lambda way: (way.cost, -way.energy)):
        if way.energy > most:
            most = way.energy
            yield way


def _states(label: Label) -> list[int]:
    """Return the states that a way goes through."""
    states: list[int] = []
    step: Label | None = label
    while step is not None:
        states.append(step.state)
        step = step.before
    return states[::-1]
