"""A problem in coarse steps: many hours as one, to learn what prices are about before the hours come.

What flows is the mean over the hours of a step, what is stored is the level at its end. The coarse problem is
not exact and need not be: its prices, spread over the hours, are where the interior point begins.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from qhgrid.dispatch.engine.problem import Entries, Problem
from qhgrid.dispatch.program import BoolArray, FloatArray, IntArray


@dataclass(frozen=True)
class Coarse:
    """A problem in coarse steps."""

    problem: Problem
    start: IntArray
    """First hour of each step, shape (n_steps,)."""
    count: FloatArray
    """Hours of each step, shape (n_steps,)."""
    is_link: BoolArray
    """Whether a row ties hours together, shape (n_rows,)."""

    def spread(self, y: FloatArray, n_hours: int) -> FloatArray:
        """Return prices of the coarse rows, shape (n_steps, n_rows), for rows of each hour.

        Those of rows that tie hours together change from the middle of a step to the middle of the next.
        """
        step = np.repeat(np.arange(len(self.start)), self.count.astype(np.int64))
        fine: FloatArray = (y / self.count[:, None])[step]
        middle, hours = self.start + (self.count - 1.0) / 2.0, np.arange(n_hours)
        for row in np.flatnonzero(self.is_link):
            fine[:, row] = np.interp(hours, middle, y[:, row] / self.count)
        return fine


def coarsen(problem: Problem, hours: int) -> Coarse:
    """Return `problem` in steps of so many hours, the last of which may be shorter."""
    n_hours = problem.n_hours
    start = np.arange(0, n_hours, hours)
    count = np.diff(np.append(start, n_hours)).astype(float)
    steps = _Steps(problem, start, count)
    level = steps.is_level
    ends = [_mean(a, start, count) for a in (problem.lower, problem.upper)]
    for mean, fine in zip(ends, (problem.lower, problem.upper), strict=True):
        mean[:, level] = fine[steps.last][:, level]
    now, before, wraps, lag = steps.entries()
    is_link = np.zeros(problem.n_rows, dtype=bool)
    is_link[problem.before.row] = True
    coarse = replace(
        problem, snapshots=problem.snapshots[start], columns=(), rows=(), lower=ends[0], upper=ends[1],
        cost=np.add.reduceat(problem.cost, start, axis=0),
        row_lower=_mean(problem.row_lower, start, count), row_upper=_mean(problem.row_upper, start, count),
        now=now, before=before, wraps=wraps, lag=lag, wide=_wide(problem, hours, len(start)),
    )  # fmt: skip
    return Coarse(coarse, start, count, is_link)


def _mean(values: FloatArray, start: IntArray, count: FloatArray) -> FloatArray:
    """Return the means of hourly values, shape (n_hours, n), over the hours of each step."""
    mean: FloatArray = np.add.reduceat(values, start, axis=0) / count[:, None]
    return mean


def _wide(problem: Problem, hours: int, n_steps: int) -> sparse.csr_array:
    """Return the wide rows over the coarse steps."""
    wide, n = problem.wide.tocoo(), problem.n_columns
    hour, column = np.divmod(wide.coords[1], n)
    place = hour // hours * n + column
    return sparse.coo_array((wide.data, (wide.coords[0], place)), shape=(wide.shape[0], n_steps * n)).tocsr()


class _Steps:
    """The entries of a problem in coarse steps."""

    def __init__(self, problem: Problem, start: IntArray, count: FloatArray) -> None:
        self.problem, self.start, self.count = problem, start, count
        self.last = np.append(start[1:], problem.n_hours) - 1
        now, before, n = problem.now, problem.before, problem.n_columns
        one_before = before.row[problem.lags == 1] * n + before.column[problem.lags == 1]
        self._levels = set(np.intersect1d(now.row * n + now.column, one_before).tolist())
        self.is_level = np.zeros(n, dtype=bool)
        self.is_level[[place % n for place in self._levels]] = True
        self._found: dict[tuple[int, int, int], FloatArray] = {}
        self._wraps: dict[tuple[int, int, int], bool] = {}

    def entries(self) -> tuple[Entries, Entries, BoolArray, IntArray]:
        """Return the entries of each step, those of steps before, which of these wrap, and their lags."""
        problem = self.problem
        for part, lags in ((problem.now, np.zeros(len(problem.now.row), dtype=int)),
                           (problem.before, problem.lags)):  # fmt: skip
            for e, lag in enumerate(lags.tolist()):
                self._add(part, e, lag, lag > 0 and bool(problem.wraps[e]))
        late = [key for key in sorted(self._found) if key[0] > 0]
        wraps = np.array([self._wraps[key] for key in late], dtype=bool)
        lag = np.array([key[0] for key in late], dtype=np.int64)
        now = [key for key in sorted(self._found) if key[0] == 0]
        return self._gathered(now), self._gathered(late), wraps, lag

    def _add(self, part: Entries, entry: int, lag: int, wraps: bool) -> None:
        """Add an entry of the hours to those of the steps."""
        row, column, series = int(part.row[entry]), int(part.column[entry]), part.series[entry]
        n_hours = self.problem.n_hours
        value = part.values[series] if series >= 0 else np.full(n_hours, part.value[entry])
        if row * self.problem.n_columns + column in self._levels and lag < 2:
            self._put(lag, row, column, value[self.start if lag else self.last] / self.count, wraps)
            return
        hours = int(self.count[0])
        mean, steps, rest = _mean(value[:, None], self.start, self.count)[:, 0], lag // hours, lag % hours
        self._put(steps, row, column, mean * (1.0 - rest / hours), wraps)
        if rest:
            self._put(steps + 1, row, column, mean * (rest / hours), wraps)

    def _put(self, steps: int, row: int, column: int, value: FloatArray, wraps: bool) -> None:
        """Add the values of an entry, unless it reaches over the whole horizon."""
        if steps and steps >= len(self.start):
            return
        place = steps, row, column
        self._found[place] = self._found.get(place, 0.0) + value
        self._wraps[place] = self._wraps.get(place, False) or wraps

    def _gathered(self, places: list[tuple[int, int, int]]) -> Entries:
        """Return entries at `places`."""
        n_steps = len(self.start)
        values = np.array([self._found[place] for place in places]).reshape(len(places), n_steps)
        changes = (values != values[:, :1]).any(axis=1)
        row, column = (np.array([place[i] for place in places], dtype=np.int64) for i in (1, 2))
        series = np.where(changes, np.cumsum(changes) - 1, -1).astype(np.int64)
        first = values[:, 0] if len(places) else np.zeros(0)
        return Entries(row, column, np.where(changes, 0.0, first), series, values[changes])
