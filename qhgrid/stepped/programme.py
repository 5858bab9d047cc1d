"""The cheapest stepped schedule of one corridor: a dynamic programme, and a multiplier for its contract."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qhgrid.errors import DispatchError, Fault
from qhgrid.stepped.closing import close
from qhgrid.stepped.kernels import BoolArray, FloatArray, IntArray, run

CLOSED_HOURS = 48
"""Longest horizon on which the gap of the multiplier is closed by search [h]."""
BISECTIONS = 50
"""Halvings of the interval of the multiplier."""
SLACK_MW = 1e-6
"""By how much a set-point may miss a limit that it was calculated from."""


@dataclass(frozen=True)
class Problem:
    """What a schedule of one corridor must keep, and what it costs.

    Parameters
    ----------
    levels : array, shape (n_levels,)
        Set-points, rising [MW]; 0 among them if the corridor is ever out of service.
    cost : array, shape (n_hours, n_levels)
        Cost of a set-point in an hour; infinite where the limits do not allow it.
    energy : array, shape (n_hours, n_levels)
        What it delivers at the receiving end [MWh].
    day : array, shape (n_hours,)
        Number of the Beijing day.
    is_border : array, shape (n_hours,)
        Whether the limits are others than in the hour before.
    minimum_hold : int
        Shortest time between two changes [h].
    changes_per_day : int
    largest_step : float
        Largest change at once; infinite for any [MW].
    """

    levels: FloatArray
    cost: FloatArray
    energy: FloatArray
    day: IntArray
    is_border: BoolArray
    minimum_hold: int
    changes_per_day: int
    largest_step: float = np.inf

    @property
    def jumps(self) -> BoolArray:
        """Whether a change from one set-point to another is small enough, shape (n_levels, n_levels)."""
        size = np.abs(self.levels[:, None] - self.levels[None, :])
        return np.asarray(size <= self.largest_step + SLACK_MW)


@dataclass(frozen=True)
class Path:
    """A schedule: the states it goes through, and what it comes to.

    Parameters
    ----------
    states : array, shape (n_hours,)
        Numbers of the states, as in :mod:`qhgrid.stepped.kernels`.
    level : array, shape (n_hours,)
        Place of the set-point among the levels.
    cost : float
        Cost, without any multiplier.
    energy : float
        Energy at the receiving end [MWh].
    """

    states: IntArray
    level: IntArray
    cost: float
    energy: float


@dataclass(frozen=True)
class Answer:
    """A schedule under a contract, with a bound on what any other can save.

    Parameters
    ----------
    path : Path
    multiplier : float
        Value of a MWh towards the contract [CNY/MWh].
    bound : float
        No schedule that keeps the rule, shortfall priced, costs less.
    """

    path: Path
    multiplier: float
    bound: float


def cheapest(problem: Problem, multiplier: float = 0.0) -> Path:
    """Return the cheapest schedule when each MWh at the receiving end earns `multiplier` on top.

    Raises
    ------
    DispatchError
        If no schedule keeps limits, holds and changes.
    """
    n_hours, n_levels = problem.cost.shape
    n_held, n_left = problem.minimum_hold, problem.changes_per_day + 1
    cost = np.ascontiguousarray(problem.cost - multiplier * problem.energy)
    came = np.empty((n_hours, n_levels * n_held * n_left), dtype=np.int32)
    path = np.zeros(n_hours, dtype=np.int64)
    total = run(cost, problem.day, problem.is_border, problem.jumps, n_held, n_left, came, path)
    if not np.isfinite(total):
        mend = "Give more levels, a shorter hold, more changes a day, or outages that leave room."
        raise DispatchError(Fault("steps", "no stepped schedule keeps the limits of the corridor", mend))
    return _path(problem, path)


def _path(problem: Problem, states: IntArray) -> Path:
    """Return a path of states with its cost and energy."""
    level = states // (problem.minimum_hold * (problem.changes_per_day + 1))
    hour = np.arange(len(level))
    return Path(
        states,
        level,
        float(problem.cost[hour, level].sum()),
        float(problem.energy[hour, level].sum()),
    )


def under_contract(problem: Problem, contract: float, shortfall_price: float) -> Answer:
    """Return the cheapest schedule found that delivers a contract.

    The contract is priced into the programme by a multiplier, which bisection brings to the least that meets
    it; what the prices leave open is chosen by passing from the schedule that meets it to the one just short
    of it where both are in the same state. On a short horizon what is left is searched to the end.

    Parameters
    ----------
    problem : Problem
    contract : float
        Energy at the receiving end [MWh]; minus infinity for none.
    shortfall_price : float
        Largest multiplier: above it a missing MWh is cheaper [CNY/MWh].

    Returns
    -------
    Answer
        The schedule falls short of the contract only where shortfall is cheaper than meeting it.
    """
    low_path, low = cheapest(problem), 0.0
    if low_path.energy >= contract:
        return Answer(low_path, 0.0, low_path.cost)
    high_path, high = cheapest(problem, shortfall_price), shortfall_price
    if high_path.energy < contract:
        bound = high_path.cost + shortfall_price * (contract - high_path.energy)
        return Answer(high_path, shortfall_price, bound)
    bound = max(_dual(low_path, low, contract), _dual(high_path, high, contract))
    for _ in range(BISECTIONS):
        middle = 0.5 * (low + high)
        path = cheapest(problem, middle)
        bound = max(bound, _dual(path, middle, contract))
        if path.energy >= contract:
            high_path, high = path, middle
        else:
            low_path, low = path, middle
        if high - low <= 1e-9 * shortfall_price:
            break
    answer = Answer(_spliced(problem, high_path, low_path, contract), high, bound)
    return _closed(problem, contract, shortfall_price, answer)


def _closed(problem: Problem, contract: float, shortfall_price: float, answer: Answer) -> Answer:
    """Return the best schedule of all on a short horizon, and the answer as it is on a long one."""
    if len(problem.cost) > CLOSED_HOURS:
        return answer
    states = close(problem, contract, shortfall_price, answer)
    if states is None:
        return answer
    return Answer(_path(problem, np.array(states, dtype=np.int64)), answer.multiplier, answer.bound)


def _dual(path: Path, multiplier: float, contract: float) -> float:
    """Return the bound that the cheapest path at a multiplier gives."""
    return path.cost + multiplier * (contract - path.energy)


def _spliced(problem: Problem, meets: Path, short: Path, contract: float) -> Path:
    """Return the cheapest schedule that follows one path and then the other and still meets the contract."""
    best, same = meets, np.flatnonzero(meets.states == short.states)
    for first, second in ((meets, short), (short, meets)):
        cost, energy = (_joined(table, first, second)[same] for table in (problem.cost, problem.energy))
        meeting = np.flatnonzero(energy >= contract)
        if meeting.size and cost[meeting].min() < best.cost:
            hour = same[meeting[np.argmin(cost[meeting])]]
            best = _path(problem, np.concatenate([first.states[:hour], second.states[hour:]]))
    return best


def _joined(table: FloatArray, first: Path, second: Path) -> FloatArray:
    """Return sums over a path that leaves `first` for `second` at each hour, shape (n_hours,)."""
    hours = np.arange(len(first.level))
    before = np.concatenate([[0.0], np.cumsum(table[hours, first.level])[:-1]])
    after = np.cumsum(table[hours, second.level][::-1])[::-1]
    return np.asarray(before + after)
