"""Random dispatch problems in plain arrays; the engine's matrix in dense NumPy, without its structure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from scipy.optimize import OptimizeResult, linprog

from qhgrid.dispatch.engine.interior import Interior
from qhgrid.dispatch.engine.problem import ColumnBlock, Entries, Problem, RowBlock, WideRow
from qhgrid.dispatch.engine.scaling import Scaled, scale_problem
from qhgrid.dispatch.engine.structure import Structure, group_hours, read_structure, ungroup_hours


@dataclass(frozen=True)
class Size:
    """How large a random problem is, and what it holds."""

    hours: int
    hour_rows: int = 5
    link_rows: int = 3
    columns: int = 14
    wide: int = 2
    """Rows over the horizon; every other one has two sides."""
    wraps: int = 2
    """Link rows whose last hour is the hour before the first."""
    lag: int = 1
    """Hours before that a row reaches back, at most."""
    has_series: bool = True
    """Whether some entries change with the hour."""
    has_ranges: bool = True
    """Whether every third row has two sides."""


def entries(rng: np.random.Generator, places: list[tuple[int, int]], hours: int, share: float) -> Entries:
    """Random numbers at `places`, `share` of them another one in every hour."""
    row, column = (np.array([p[i] for p in places], dtype=np.int64) for i in range(2))
    value = np.round(rng.uniform(0.5, 2.0, len(places)), 3) * rng.choice([-1.0, 1.0], len(places))
    varies = rng.random(len(places)) < share
    series = np.where(varies, np.cumsum(varies) - 1, -1)
    values = np.round(rng.uniform(0.5, 1.5, (int(varies.sum()), hours)), 3)
    return Entries(row, column, value, series, values)


def made_problem(seed: int, size: Size) -> Problem:
    """A feasible problem: its sides are what a random plan inside the bounds does.

    Each row has a column of its own in its hour; each link row has one more that goes over to the next hour.
    """
    rng = np.random.default_rng(seed)
    n_rows, hours = size.hour_rows + size.link_rows, size.hours
    n = n_rows + size.link_rows + size.columns
    own = [(i, i) for i in range(n_rows)]
    here = [
        (int(rng.integers(n_rows)), n_rows + j) for j in range(size.link_rows + size.columns) for _ in "ab"
    ]
    carried = [(size.hour_rows + k, n_rows + k) for k in range(size.link_rows)]
    more = [(i, int(rng.integers(n))) for i in range(size.hour_rows, n_rows) if rng.random() < 0.5]
    share = 0.3 if size.has_series else 0.0
    now = entries(rng, sorted({*own, *here, *carried} if n_rows else set()), hours, share)
    before = damped(entries(rng, sorted({*carried, *more}), hours, share))
    wraps = np.isin(before.row, size.hour_rows + np.arange(size.wraps))
    lower, upper = bounds(rng, (hours, n))
    problem = Problem(
        pd.RangeIndex(hours), (ColumnBlock("Thing", "p", pd.RangeIndex(n), "MW", 0),),
        (RowBlock("law", "Thing", pd.RangeIndex(n_rows), "MW", 0),),
        lower, upper, np.round(rng.uniform(-5.0, 30.0, (hours, n)), 2),
        np.zeros((hours, n_rows)), np.zeros((hours, n_rows)), now, before, wraps,
        wide_matrix(rng, size, n), np.zeros(size.wide), np.zeros(size.wide),
        tuple(WideRow("sum", "Thing", f"sum {i}", "MWh") for i in range(size.wide)), 7.0,
        None if size.lag == 1 else rng.integers(1, min(size.lag, hours) + 1, len(before.row)),
    )  # fmt: skip
    return with_sides(problem, rng, size.has_ranges)


def damped(made: Entries) -> Entries:
    """The same entries, so small that what is carried from hour to hour fades, as a lossy level does."""
    return replace(made, value=0.25 * made.value, values=0.25 * made.values)


def bounds(rng: np.random.Generator, shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Bounds around and above 0; one in ten is fixed."""
    lower = np.where(rng.random(shape) < 0.3, -rng.uniform(1.0, 50.0, shape), 0.0)
    width = rng.uniform(1.0, 100.0, shape) * (rng.random(shape) > 0.1)
    return lower, lower + width


def wide_matrix(rng: np.random.Generator, size: Size, n: int) -> sparse.csr_array:
    """Rows that hold two columns of each hour, the second with another number each hour."""
    wide = np.zeros((size.wide, size.hours, n))
    for i in range(size.wide):
        wide[i, :, i % n] = 1.5
        wide[i, :, (i + 3) % n] = rng.uniform(0.5, 2.0, size.hours) if size.has_series else 0.5
    return sparse.csr_array(wide.reshape(size.wide, size.hours * n))


def with_sides(problem: Problem, rng: np.random.Generator, has_ranges: bool) -> Problem:
    """`problem` with the sides that a random plan keeps; rows with two sides let it move a little."""
    x = problem.lower + rng.uniform(0.2, 0.8, problem.lower.shape) * (problem.upper - problem.lower)
    activity = (problem.matrix() @ x.ravel()).reshape(problem.row_lower.shape)
    wide = problem.wide @ x.ravel()
    spread = np.zeros_like(activity)
    wide_spread = np.zeros_like(wide)
    if has_ranges:
        spread[:, ::3] = rng.uniform(0.5, 5.0, spread[:, ::3].shape)
        wide_spread[::2] = 3.0
    return replace(
        problem, row_lower=activity - spread, row_upper=activity + spread,
        wide_lower=wide - wide_spread, wide_upper=wide + wide_spread,
    )  # fmt: skip


def highs(problem: Problem) -> OptimizeResult:
    """`problem` solved by HiGHS through SciPy."""
    matrix = sparse.vstack([problem.matrix(), problem.wide]).tocsr()
    low, high = (
        np.concatenate([problem.row_lower.ravel(), problem.wide_lower]),
        np.concatenate([problem.row_upper.ravel(), problem.wide_upper]),
    )
    is_equal = low == high
    rows = [matrix[~is_equal & np.isfinite(high)], -matrix[~is_equal & np.isfinite(low)]]
    sides = [high[~is_equal & np.isfinite(high)], -low[~is_equal & np.isfinite(low)]]
    found = linprog(
        problem.cost.ravel(), A_ub=sparse.vstack(rows), b_ub=np.concatenate(sides),
        A_eq=matrix[is_equal], b_eq=low[is_equal],
        bounds=np.column_stack([problem.lower.ravel(), problem.upper.ravel()]), method="highs",
    )  # fmt: skip
    if found.status == 0:
        found.fun += problem.constant
    return found


def violation(problem: Problem, x: np.ndarray) -> float:
    """Greatest miss of a row or a bound."""
    activity = (problem.matrix() @ x.ravel()).reshape(problem.row_lower.shape)
    wide = problem.wide @ x.ravel()
    over = [
        problem.row_lower - activity, activity - problem.row_upper, problem.lower - x, x - problem.upper,
        problem.wide_lower - wide, wide - problem.wide_upper,
    ]  # fmt: skip
    return max(float(a.max(initial=0.0)) for a in over)


class Dense:
    """The engine's problem of one interior point as dense arrays in scaled units.

    Columns: hour by hour those of the problem and the slacks of its rows, then the columns outside the hours.
    Rows: hour by hour those of the problem in its own order, then the border rows.
    """

    def __init__(self, problem: Problem, *, box: float = 1e2, threads: int = 1) -> None:
        self.problem = problem
        self.st: Structure = read_structure(problem)
        self.scaled: Scaled = scale_problem(problem, self.st, box)
        self.interior = Interior(self.scaled, threads)
        self.hours, self.n_rows = problem.n_hours, problem.n_rows
        self.n = len(self.st.column_scale)
        self.n_inner = self.hours * self.n

    @cached_property
    def matrix(self) -> np.ndarray:
        """All entries, shape (n_hours n_rows + n_border, n_hours n + n_outer)."""
        p, st = self.problem, self.st
        plain = replace(p, wraps=np.zeros_like(p.wraps)).matrix()
        slacks = np.zeros((self.n_rows, len(st.slack_rows)))
        slacks[st.slack_rows, np.arange(len(st.slack_rows))] = -1.0
        inner = np.zeros((self.hours, self.n_rows, self.hours, self.n))
        inner[..., : p.n_columns] = plain.toarray().reshape(self.hours, self.n_rows, self.hours, p.n_columns)
        for t in range(self.hours):
            inner[t, :, t, p.n_columns :] = slacks
        inner *= st.row_scale[:, None, None] * st.column_scale
        rows = self.hours * self.n_rows
        return np.block([
            [inner.reshape(rows, self.n_inner), self._outer_rows(rows)],
            [self._border(), self._outer_border()],
        ])  # fmt: skip

    def _around(self) -> np.ndarray:
        """What the last hours do in the first, a row for each place of a wrap, shape (n_wraps, n_inner)."""
        p, st = self.problem, self.st
        around = (p.matrix() - replace(p, wraps=np.zeros_like(p.wraps)).matrix()).toarray()
        chosen = around[st.wraps.hour * self.n_rows + st.wraps.row]
        assert np.abs(around).sum() == pytest.approx(np.abs(chosen).sum())
        out = np.zeros((len(chosen), self.hours, self.n))
        out[..., : p.n_columns] = chosen.reshape(len(chosen), self.hours, p.n_columns)
        out *= st.row_scale[st.wraps.row, None, None] * st.column_scale
        return out.reshape(len(chosen), self.n_inner)

    def _outer_rows(self, n_rows: int) -> np.ndarray:
        """The outer columns in the rows of the hours: what the last hours do, in the first."""
        wraps, n_slack = self.st.wraps, len(self.st.wide_slacks)
        out = np.zeros((n_rows, n_slack + len(wraps.row)))
        out[wraps.hour * self.n_rows + wraps.row, n_slack + np.arange(len(wraps.row))] = 1.0
        return out

    def _outer_border(self) -> np.ndarray:
        """The outer columns in border rows."""
        st, n_slack = self.st, len(self.st.wide_slacks)
        out = np.zeros((st.n_border, n_slack + len(st.wraps.row)))
        out[st.wide_slacks, np.arange(n_slack)] = -1.0
        out[len(st.wide_scale) :, n_slack:] = np.eye(len(st.wraps.row))
        return out

    def _border(self) -> np.ndarray:
        """The border rows of the inner columns."""
        p, st = self.problem, self.st
        border = np.zeros((len(st.wide_scale), self.hours, self.n))
        wide = p.wide.toarray().reshape(len(border), self.hours, p.n_columns)
        border[..., : p.n_columns] = wide * st.wide_scale[:, None, None] * st.column_scale[: p.n_columns]
        return np.vstack([border.reshape(len(border), self.n_inner), -self._around()])

    @cached_property
    def is_alive(self) -> np.ndarray:
        """Which rows say something and hold a column that is free, shape (n_hours n_rows + n_border,)."""
        said = np.concatenate([~self.scaled.is_dead.ravel(), np.ones(self.st.n_border, dtype=bool)])
        return said & (self.matrix[:, self.is_on] != 0.0).any(axis=1)

    @cached_property
    def is_on(self) -> np.ndarray:
        return np.concatenate([self.hourly(self.scaled.top) > 0.0, self.scaled.outer_top > 0.0])

    @cached_property
    def top(self) -> np.ndarray:
        return np.concatenate([self.hourly(self.scaled.top), self.scaled.outer_top])

    @cached_property
    def side(self) -> np.ndarray:
        """Right-hand sides, shape (n_hours n_rows + n_border,)."""
        s = self.scaled
        return self.rows(s.b_hour, s.b_link, s.b_border)

    def hourly(self, values: np.ndarray) -> np.ndarray:
        """Values of the inner columns, hour by hour in one row."""
        return ungroup_hours(values, self.hours).ravel()

    def columns(self, name: str) -> np.ndarray:
        """The values `name` (such as x) of all columns."""
        return np.concatenate(
            [self.hourly(getattr(self.interior.state, name)), getattr(self.interior.outer, name)]
        )

    def rows(self, hour: np.ndarray, link: np.ndarray, border: np.ndarray) -> np.ndarray:
        """Values of all rows from the engine's three arrays."""
        values = np.zeros((self.hours, self.n_rows))
        values[:, self.st.hour_rows] = ungroup_hours(hour, self.hours)
        values[:, self.st.link_rows] = link[: self.hours]
        return np.concatenate([values.ravel(), border])

    @property
    def prices(self) -> np.ndarray:
        s = self.interior.state
        return self.rows(s.y_hour, s.y_link, s.y_border)

    @property
    def price_change(self) -> np.ndarray:
        s = self.interior.state
        return self.rows(s.d_hour, s.d_link, self.interior.d_border)

    def stand_anywhere(self, seed: int) -> None:
        """Put the interior point at random distances, prices and a random last direction."""
        rng = np.random.default_rng(seed)
        s, outer, on = self.interior.state, self.interior.outer, self.interior.is_on
        share = rng.uniform(0.1, 0.9, s.x.shape)
        s.x[:] = np.where(on, share * self.scaled.top, 1.0)
        s.w[:] = np.where(on, (1.0 - share) * self.scaled.top, 1.0)
        for name, reach in (("z", (0.1, 3.0)), ("v", (0.1, 3.0)), ("dz", (-0.1, 0.1)), ("dv", (-0.1, 0.1))):
            getattr(s, name)[:] = np.where(on, rng.uniform(*reach, s.x.shape), 0.0)
        s.dx[:] = np.where(on, np.minimum(s.x, s.w) * rng.uniform(-0.5, 0.5, s.x.shape), 0.0)
        count = len(outer.top)
        outer.set_point(outer.top * rng.uniform(0.1, 0.9, count), *rng.uniform(0.1, 3.0, (2, count)))
        outer.dx = np.where(outer.is_on, np.minimum(outer.x, outer.w) * rng.uniform(-0.5, 0.5, count), 0.0)
        self.set_prices(rng.normal(size=(self.hours, self.n_rows)), rng.normal(size=self.st.n_border))

    def set_prices(self, y: np.ndarray, border: np.ndarray) -> None:
        """Set the prices of the rows, shape (n_hours, n_rows), 0 for those that say nothing."""
        s, st = self.interior.state, self.st
        y = np.where(self.scaled.is_dead, 0.0, y)
        s.y_hour[:] = group_hours(y[:, st.hour_rows], st.n_groups)
        s.y_link[: self.hours] = y[:, st.link_rows]
        s.y_border[:] = border

    def normal_solution(self, theta: np.ndarray, rhs: np.ndarray) -> np.ndarray:
        """dy with A Theta A' dy = rhs over the rows that say something, 0 for the others."""
        alive = self.is_alive
        part = self.matrix[alive]
        out = np.zeros(len(alive))
        out[alive] = np.linalg.solve((part * theta) @ part.T, rhs[alive])
        return out
