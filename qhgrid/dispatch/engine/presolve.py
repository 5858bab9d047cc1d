"""What can be settled before the interior point: columns that are fixed in every hour leave the problem."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from qhgrid.dispatch.engine.problem import ColumnBlock, Entries, Problem
from qhgrid.dispatch.program import FloatArray, IntArray


@dataclass(frozen=True)
class Reduced:
    """A problem without the columns that are fixed in every hour."""

    problem: Problem
    original: Problem
    kept: IntArray
    """Columns of the original that are left."""

    def blocks(self) -> tuple[ColumnBlock, ...]:
        """Return what the columns of the reduced problem are, without those that left."""
        found = []
        for block in self.original.columns:
            first, last = np.searchsorted(self.kept, [block.start, block.stop])
            names = block.names[self.kept[first:last] - block.start]
            found.append(replace(block, names=names, start=int(first)))
        return tuple(found)

    def restore(self, x: FloatArray) -> FloatArray:
        """Return a plan of the reduced problem, shape (n_hours, n kept), with all columns."""
        full = self.original.lower.copy()
        full[:, self.kept] = x
        return full


def reduce_problem(problem: Problem) -> Reduced:
    """Return `problem` without the columns whose bounds meet in every hour; blocks lose their names."""
    is_open = (problem.lower < problem.upper).any(axis=0)
    kept = np.flatnonzero(is_open)
    if len(kept) == problem.n_columns:
        return Reduced(problem, problem, kept)
    shut = np.flatnonzero(~is_open)
    shift = activity_of(problem, shut, problem.lower)
    fixed = np.zeros((problem.n_hours, problem.n_columns))
    fixed[:, shut] = problem.lower[:, shut]
    wide_shift = problem.wide @ fixed.ravel()
    place = np.full(problem.n_columns, -1)
    place[kept] = np.arange(len(kept))
    now, _ = _kept_entries(problem.now, place)
    before, chosen = _kept_entries(problem.before, place)
    columns = (np.arange(problem.n_hours)[:, None] * problem.n_columns + kept).ravel()
    reduced = replace(
        problem, columns=(), lower=problem.lower[:, kept], upper=problem.upper[:, kept],
        cost=problem.cost[:, kept], row_lower=problem.row_lower - shift, row_upper=problem.row_upper - shift,
        now=now, before=before, wraps=problem.wraps[chosen], lag=problem.lags[chosen],
        wide=problem.wide[:, columns],
        wide_lower=problem.wide_lower - wide_shift, wide_upper=problem.wide_upper - wide_shift,
        constant=problem.constant + float((problem.cost[:, shut] * problem.lower[:, shut]).sum()),
    )  # fmt: skip
    return Reduced(reduced, problem, kept)


def _kept_entries(entries: Entries, place: IntArray) -> tuple[Entries, IntArray]:
    """Return the entries of the columns that have a place, and which these were."""
    chosen = np.flatnonzero(place[entries.column] >= 0)
    kept = Entries(
        entries.row[chosen], place[entries.column[chosen]], entries.value[chosen], entries.series[chosen],
        entries.values,
    )  # fmt: skip
    return kept, chosen


def activity_of(problem: Problem, columns: IntArray, x: FloatArray) -> FloatArray:
    """Return what `columns` of a plan `x`, shape (n_hours, n_columns), do in every row, (n_hours, n_rows)."""
    activity, plan = np.zeros((problem.n_rows, problem.n_hours)), np.ascontiguousarray(x.T)
    for part, lags in ((problem.now, None), (problem.before, problem.lags)):
        for e in np.flatnonzero(np.isin(part.column, columns)):
            series, row, lag = part.series[e], part.row[e], 0 if lags is None else int(lags[e])
            value = part.values[series] if series >= 0 else np.full(problem.n_hours, part.value[e])
            here = plan[part.column[e]]
            activity[row, lag:] += value[lag:] * here[: problem.n_hours - lag]
            if lag and problem.wraps[e]:
                activity[row, :lag] += value[:lag] * here[problem.n_hours - lag :]
    return np.ascontiguousarray(activity.T)
