"""Why a problem has no plan: the least by which its rows must be missed, where and when."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import sparse

from qhgrid.dispatch.engine.problem import ColumnBlock, Entries, Problem
from qhgrid.dispatch.engine.solver import solve_problem
from qhgrid.dispatch.methods import Status
from qhgrid.dispatch.program import FloatArray, IntArray, Unit

WORTH_SAYING = 1e-5
"""A shortage below this share of the largest side is rounding."""
BUS_FIRST = 1e-3
"""By how much dearer it is to miss another row than the balance of a bus, which planners know. [1]"""
MOST_SAID = 5


@dataclass(frozen=True)
class Miss:
    """One row that cannot be kept."""

    family: str
    component: str
    name: str
    snapshot: object | None
    """None for a row over the whole horizon."""
    amount: float
    """By how much the row stays below its lower side, or, negative, goes above its upper one. [unit]"""
    unit: Unit

    def in_words(self) -> str:
        """Return the miss as a phrase."""
        when = "over the horizon" if self.snapshot is None else f"at {self.snapshot}"
        way = "too little" if self.amount > 0.0 else "too much"
        return f"{self.component} {self.name}, {self.family} {when}: {abs(self.amount):.6g} {self.unit} {way}"


@dataclass(frozen=True)
class LeastShortage:
    """The least total by which the rows of a problem must be missed."""

    total: float
    """[MW or MWh]"""
    misses: tuple[Miss, ...]
    """The largest ones, largest first."""

    def in_words(self) -> str:
        """Return the shortage as a sentence."""
        rest = "; ".join(miss.in_words() for miss in self.misses)
        return f"the least that is missed in all is {self.total:.6g} MW or MWh: {rest}"


def least_shortage(problem: Problem, *, threads: int = 1) -> LeastShortage | None:
    """Return the least by which rows of `problem` must be missed, or None where all can be kept.

    Costs are left out; every row may be missed at a price of 1 a unit. Where it may be short in more than one
    place, it is short at a bus: other rows cost :data:`BUS_FIRST` more, so the total may be that much, as a
    share, above the least.

    Parameters
    ----------
    problem : Problem
        Any problem whose bounds do not contradict each other.
    threads : int, optional
        1 or 2.
    """
    elastic = _with_misses(problem)
    answer = solve_problem(elastic, tol=1e-7, threads=threads)
    if answer.status is not Status.OPTIMAL:
        return None
    n, m = problem.n_columns, problem.n_rows
    more, less = answer.x[:, n : n + m], answer.x[:, n + m : n + 2 * m]
    amount = more - less
    wide = answer.x[0, n + 2 * m :]
    wide_amount = wide[: len(wide) // 2] - wide[len(wide) // 2 :]
    total = float(np.abs(amount).sum() + np.abs(wide_amount).sum())
    sides = np.concatenate([a[np.isfinite(a)] for a in (problem.row_lower, problem.row_upper)])
    if total <= WORTH_SAYING * max(1.0, float(np.abs(sides).max(initial=0.0))):
        return None
    return LeastShortage(total, _largest(problem, amount, wide_amount))


def _with_misses(problem: Problem) -> Problem:
    """Return a problem without costs in which every row may be missed, both ways, at a price of 1."""
    n_hours, n, m = problem.n_hours, problem.n_columns, problem.n_rows
    n_wide = len(problem.wide_lower)
    n_more = 2 * m + 2 * n_wide
    rows = np.arange(m, dtype=np.int64)
    now = _joined(problem.now, np.concatenate([rows, rows]), n, np.repeat([1.0, -1.0], m))
    upper = np.full((n_hours, n_more), np.inf)
    upper[1:, 2 * m :] = 0.0
    cost = np.zeros((n_hours, n + n_more))
    cost[:, n:] = 1.0 + BUS_FIRST
    for block in problem.rows:
        if block.component == "Bus":
            for first in (n, n + m):
                cost[:, first + block.start : first + block.stop] = 1.0
    return replace(
        problem,
        columns=(*problem.columns, ColumnBlock("", "<miss>", pd.RangeIndex(n_more), "MW", n)),
        lower=np.concatenate([problem.lower, np.zeros((n_hours, n_more))], axis=1),
        upper=np.concatenate([problem.upper, upper], axis=1),
        cost=cost, now=now, wide=_wider(problem, n_more), constant=0.0,
    )  # fmt: skip


def _joined(entries: Entries, rows: IntArray, first: int, values: FloatArray) -> Entries:
    """Return `entries` and one more for each of the columns from `first` on."""
    count = len(rows)
    return Entries(
        np.concatenate([entries.row, rows]), np.concatenate([entries.column, first + np.arange(count)]),
        np.concatenate([entries.value, values]), np.concatenate([entries.series, np.full(count, -1)]),
        entries.values,
    )  # fmt: skip


def _wider(problem: Problem, n_more: int) -> sparse.csr_array:
    """Return the wide rows over all columns; each may be missed by a column of the first hour."""
    n_hours, n = problem.n_hours, problem.n_columns
    n_wide = len(problem.wide_lower)
    old = problem.wide.tocoo()
    hour, column = np.divmod(old.coords[1], n)
    miss = n + n_more - 2 * n_wide + np.arange(2 * n_wide)
    row = np.concatenate([old.coords[0], np.tile(np.arange(n_wide), 2)])
    place = np.concatenate([hour * (n + n_more) + column, miss])
    value = np.concatenate([old.data, np.repeat([1.0, -1.0], n_wide)])
    return sparse.coo_array((value, (row, place)), shape=(n_wide, n_hours * (n + n_more))).tocsr()


def _largest(problem: Problem, amount: FloatArray, wide: FloatArray) -> tuple[Miss, ...]:
    """Return the largest misses, largest first."""
    found = []
    order = np.argsort(-np.abs(amount), axis=None, kind="stable")[:MOST_SAID]
    for hour, row in zip(*np.unravel_index(order, amount.shape), strict=True):
        block = next(b for b in problem.rows if b.start <= row < b.stop)
        name, snapshot = str(block.names[row - block.start]), problem.snapshots[hour]
        found.append(
            Miss(block.family, block.component, name, snapshot, float(amount[hour, row]), block.unit)
        )
    for amount_wide, law in zip(wide, problem.wide_names, strict=True):
        found.append(Miss(law.family, law.component, law.name, None, float(amount_wide), law.unit))
    found.sort(key=lambda miss: -abs(miss.amount))
    largest = abs(found[0].amount) if found else 0.0
    return tuple(miss for miss in found[:MOST_SAID] if abs(miss.amount) > 1e-4 * largest)
