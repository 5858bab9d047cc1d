"""A problem in the engine's own units: columns from 0 to a top, rows with one side, hours side by side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qhgrid.dispatch.engine.layout import BIG
from qhgrid.dispatch.engine.problem import Problem
from qhgrid.dispatch.engine.structure import Structure, group_hours, ungroup_hours
from qhgrid.dispatch.program import BoolArray, FloatArray

NO_WIDTH = 1e-12
"""A column whose bounds are nearer than this share of their size is fixed."""
FORCED = 1e-9
"""A row whose side is nearer than this share to the end of what its columns can do leaves them no room;
they get this share of their width, or of a usual one if that is less, beyond their bounds, because an
interior point needs some."""
REACH_SLACK = 1e-6
"""Share by which the reach of a row is widened when it serves as a bound of its slack."""


@dataclass(frozen=True)
class Scaled:
    """Right-hand sides, bounds and costs of a problem in the units and the order of its structure."""

    structure: Structure
    power: float
    """Size of one unit of power or energy. [MW or MWh]"""
    money: float
    """Size of one unit of cost. [cost units]"""
    constant: float
    """Cost at the lower bounds. [cost units]"""
    n_pairs: int
    """Distances from bounds that are free to change."""
    lower: FloatArray
    """Lower bounds of columns and slacks, boxes included, shape (n_hours, n). [unit of the column]"""
    is_free: BoolArray
    is_dead: BoolArray
    """Rows that say nothing or hold no free column, shape (n_hours, n_rows)."""
    missing: FloatArray
    """By how much rows without free columns are missed, shape (n_hours, n_rows). [unit of the row]"""
    is_in_box: BoolArray
    """Columns that nothing bounds, for which the box stands, shape (n_hours, n)."""
    top: FloatArray
    """Shape (n_groups, n, LANES), 0 where fixed."""
    cost: FloatArray
    b_hour: FloatArray
    b_link: FloatArray
    dead_hour: FloatArray
    dead_link: FloatArray
    b_border: FloatArray
    outer_top: FloatArray
    outer_lower: FloatArray
    """Lower bounds of the columns outside the hours, scaled."""

    def plan(self, x: FloatArray) -> FloatArray:
        """Return distances from the lower bounds as a plan, slacks included, shape (n_hours, n)."""
        distance = ungroup_hours(x, self.structure.n_hours)
        return self.lower + np.where(self.is_free, distance * (self.structure.column_scale * self.power), 0.0)

    def prices(self, y_hour: FloatArray, y_link: FloatArray) -> FloatArray:
        """Return the prices of the problem's rows in cost units per unit of the row, (n_hours, n_rows)."""
        st = self.structure
        y = np.zeros((st.n_hours, len(st.row_scale)))
        y[:, st.hour_rows] = ungroup_hours(y_hour, st.n_hours)
        y[:, st.link_rows] = y_link[: st.n_hours]
        y *= st.row_scale * (self.money / self.power)
        y[self.is_dead] = 0.0
        return y

    def wide_prices(self, y_border: FloatArray) -> FloatArray:
        """Return the prices of the wide rows in cost units per unit of the row, shape (n_wide,)."""
        scale = self.structure.wide_scale
        return y_border[: len(scale)] * scale * (self.money / self.power)


def scale_problem(problem: Problem, structure: Structure, box: float) -> Scaled:
    """Return `problem` in the engine's units.

    Parameters
    ----------
    box : float
        Columns without a bound are kept within this multiple of the problem's largest number.
    """
    st, n = structure, problem.n_columns
    (lower, upper), is_in_box, outer_limits = _limits(problem, st, box)
    width = upper - lower
    is_free = width > NO_WIDTH * np.maximum(np.abs(lower), np.abs(upper))
    says_nothing = np.isneginf(problem.row_lower) & np.isposinf(problem.row_upper)
    room = _room(problem, st, (lower, width), is_free, is_in_box)
    lower, width = lower - room, width + 2.0 * room
    rest = _rest_of_sides(problem, st, lower)
    is_empty = ~_holds_free_columns(problem, st, is_free)
    is_dead = says_nothing | is_empty
    scaled_rest = np.where(is_dead, 0.0, rest * st.row_scale)
    scaled_width = width / st.column_scale
    power = _power_unit(scaled_width[is_free], scaled_rest[~is_dead])
    scaled_cost = np.zeros_like(lower)
    scaled_cost[:, :n] = problem.cost * st.column_scale[:n]
    price = _price_unit(scaled_cost[is_free])
    outer_scale = 1.0 / np.concatenate([st.wide_scale[st.wide_slacks], st.row_scale[st.wraps.row]])
    outer_lower, outer_upper = (a / outer_scale / power for a in outer_limits)
    outer_top = outer_upper - outer_lower
    outer_top[outer_top <= NO_WIDTH * np.maximum(np.abs(outer_lower), np.abs(outer_upper))] = 0.0
    b = scaled_rest / power
    around = st.wraps.hour, st.wraps.row
    b[around] -= np.where(is_dead[around], 0.0, outer_lower[len(st.wide_slacks) :])
    dead = np.where(is_dead, BIG, 0.0)
    return Scaled(
        structure=st, power=power, money=power * price,
        constant=problem.constant + float((problem.cost * lower[:, :n]).sum()),
        n_pairs=2 * int(is_free.sum() + (outer_top > 0.0).sum()),
        lower=lower, is_free=is_free, is_dead=is_dead, is_in_box=is_in_box,
        missing=np.where(is_empty & ~says_nothing, _without_wraps(st, rest, lower), 0.0),
        top=group_hours(np.where(is_free, scaled_width / power, 0.0), st.n_groups),
        cost=group_hours(np.where(is_free, scaled_cost / price, 0.0), st.n_groups),
        b_hour=group_hours(b[:, st.hour_rows], st.n_groups), b_link=_link_rows_of(st, b, 0.0),
        dead_hour=group_hours(dead[:, st.hour_rows], st.n_groups, BIG),
        dead_link=_link_rows_of(st, dead, BIG),
        b_border=_border_sides(problem, st, lower, outer_lower, power),
        outer_top=outer_top, outer_lower=outer_lower,
    )  # fmt: skip


def _link_rows_of(st: Structure, rows: FloatArray, fill: float) -> FloatArray:
    """Return the link rows of hourly rows as the kernels hold them, shape (n_chain, n_link)."""
    out = np.full((st.n_chain, len(st.link_rows)), fill)
    out[: st.n_hours] = rows[:, st.link_rows]
    return out


def _room(
    problem: Problem, st: Structure, span: Limits, is_free: BoolArray, is_in_box: BoolArray
) -> FloatArray:
    """Return how far beyond its bounds each column may go because its rows leave it no room."""
    lower, width = span
    says_nothing = np.isneginf(problem.row_lower) & np.isposinf(problem.row_upper)
    rest = _without_wraps(st, _rest_of_sides(problem, st, lower), lower)
    rest[says_nothing] = np.nan
    is_forced = _forced_columns(problem, st, np.where(is_free, width, 0.0), rest) & ~is_in_box
    if not is_forced.any():
        return np.zeros_like(width)
    usual = _power_unit((width / st.column_scale)[is_free], rest[~says_nothing]) * st.column_scale
    return np.where(is_forced, FORCED * np.minimum(width, usual), 0.0)


def _without_wraps(st: Structure, rest: FloatArray, lower: FloatArray) -> FloatArray:
    """Return the rest of the sides less what the last hours do in the first ones."""
    left, wraps = rest.copy(), st.wraps
    done = wraps.value * lower[wraps.source, wraps.column]
    np.add.at(left, (wraps.hour[wraps.which], wraps.row[wraps.which]), -done)
    return left


def _price_unit(costs: FloatArray) -> float:
    """Return a usual size of scaled costs, a power of 2."""
    used = np.abs(costs[costs != 0.0])
    return _nearest_power_of_2(float(used.mean())) if used.size else 1.0


def _power_unit(widths: FloatArray, sides: FloatArray) -> float:
    """Return a usual size of scaled columns and sides, a power of 2."""
    sizes = [
        float(np.median(widths)) if widths.size else 0.0,
        float(np.abs(sides).mean()) if sides.size else 0.0,
    ]
    return _nearest_power_of_2(max(sizes)) if max(sizes) > 0.0 else 1.0


def _nearest_power_of_2(value: float) -> float:
    """Return the power of 2 nearest to a positive value."""
    return float(np.exp2(np.round(np.log2(value))))


def _border_sides(
    problem: Problem, st: Structure, lower: FloatArray, outer_lower: FloatArray, power: float
) -> FloatArray:
    """Return the sides of the border rows, given the least values of all columns."""
    side = problem.wide_lower.copy()
    side[st.wide_slacks] = 0.0
    side = (side - problem.wide @ lower[:, : problem.n_columns].ravel()) * st.wide_scale
    wraps, n_slack = st.wraps, len(st.wide_slacks)
    wrapped = np.bincount(
        wraps.which, wraps.value * lower[wraps.source, wraps.column], minlength=len(wraps.row)
    )
    sides = np.concatenate([side, wrapped * st.row_scale[wraps.row]]) / power
    sides[st.wide_slacks] += outer_lower[:n_slack]
    sides[len(side) :] -= outer_lower[n_slack:]
    return sides


Limits = tuple[FloatArray, FloatArray]


def _limits(problem: Problem, st: Structure, box: float) -> tuple[Limits, BoolArray, Limits]:
    """Return finite bounds of columns and slacks; which stand on the box; bounds of the outer columns."""
    says_nothing = np.isneginf(problem.row_lower) & np.isposinf(problem.row_upper)
    sides = [
        np.where(says_nothing, 0.0, side)[:, st.slack_rows] for side in (problem.row_lower, problem.row_upper)
    ]
    if any(np.isinf(side).any() for side in sides):
        reach = _reach(problem, st)
        sides = [np.where(np.isinf(side), end, side) for side, end in zip(sides, reach, strict=True)]
    lower = np.concatenate([problem.lower, sides[0]], axis=1)
    upper = np.concatenate([problem.upper, sides[1]], axis=1)
    wide = [problem.wide_lower[st.wide_slacks], problem.wide_upper[st.wide_slacks]]
    if len(st.wide_slacks):
        wide_reach = _wide_reach(problem, st)
        wide = [np.where(np.isinf(a), end, a) for a, end in zip(wide, wide_reach, strict=True)]
    outer_lower, outer_upper = (
        np.concatenate(pair) for pair in zip(wide, _wrap_limits(problem, st), strict=True)
    )
    is_in_box = np.isinf(lower) | np.isinf(upper)
    numbers = (lower, upper, problem.row_lower, problem.row_upper, outer_lower, outer_upper)
    size = max(1.0, *(float(np.abs(a[np.isfinite(a)]).max(initial=0.0)) for a in numbers)) * box
    return _boxed(lower, upper, size), is_in_box, _boxed(outer_lower, outer_upper, size)


def _wrap_limits(problem: Problem, st: Structure) -> Limits:
    """Return the least and the greatest that the columns of each wrap can come to."""
    wraps = st.wraps
    place = wraps.source, wraps.column
    ends = _ends(wraps.value, problem.lower[place], problem.upper[place])
    least, most = (np.zeros(len(wraps.row)) for _ in range(2))
    np.add.at(least, wraps.which, ends[0])
    np.add.at(most, wraps.which, ends[1])
    return least, most


def _boxed(lower: FloatArray, upper: FloatArray, size: float) -> Limits:
    """Return bounds with `size` where there is none."""
    if not (np.isinf(lower).any() or np.isinf(upper).any()):
        return lower, upper
    is_free = np.isinf(lower) & np.isinf(upper)
    low = np.where(is_free, -size, np.where(np.isinf(lower), np.minimum(upper, 0.0) - size, lower))
    high = np.where(is_free, size, np.where(np.isinf(upper), np.maximum(lower, 0.0) + size, upper))
    return low, high


def _terms(problem: Problem, row: int) -> list[tuple[FloatArray, int, int]]:
    """Return values (n_hours,), column and lag of the entries of a row."""
    every = _entries(problem)
    return [
        (np.broadcast_to(value, problem.n_hours), column, lag)
        for here, column, value, lag in every if here == row
    ]  # fmt: skip


def _entries(problem: Problem) -> list[tuple[int, int, FloatArray | float, int]]:
    """Return row, column, value or values (n_hours,), and lag of all entries of rows of hours."""
    found: list[tuple[int, int, FloatArray | float, int]] = []
    for part, lags in ((problem.now, [0] * len(problem.now.row)), (problem.before, problem.lags.tolist())):
        places = zip(part.row.tolist(), part.column.tolist(), strict=True)
        for (row, column), value, series, lag in zip(
            places, part.value.tolist(), part.series, lags, strict=True
        ):
            found.append((row, column, part.values[series] if series >= 0 else value, lag))
    return found


def _from(value: FloatArray | float, hour: int) -> FloatArray | float:
    """Return a value, or the values from an hour on."""
    return value if isinstance(value, float) else value[hour:]


def _reach(problem: Problem, st: Structure) -> Limits:
    """Return the least and greatest that rows with a slack can come to, shapes (n_hours, n_slack)."""
    least, most = (np.zeros((problem.n_hours, len(st.slack_rows))) for _ in range(2))
    around = _wrap_limits(problem, st)
    for k, row in enumerate(st.slack_rows):
        for value, column, lag in _terms(problem, int(row)):
            here, source = slice(lag, None), slice(None, problem.n_hours - lag)
            ends = _ends(value[here], problem.lower[source, column], problem.upper[source, column])
            least[here, k] += ends[0]
            most[here, k] += ends[1]
        for w in np.flatnonzero(st.wraps.row == row):
            least[st.wraps.hour[w], k] += around[0][w]
            most[st.wraps.hour[w], k] += around[1][w]
    return _widened(least, most)


def _wide_reach(problem: Problem, st: Structure) -> Limits:
    """Return the least and greatest that wide rows with a slack can come to, shapes (n,)."""
    lower, upper = problem.lower.ravel(), problem.upper.ravel()
    ends = []
    for i in st.wide_slacks:
        part = slice(problem.wide.indptr[i], problem.wide.indptr[i + 1])
        columns = problem.wide.indices[part]
        low, high = _ends(problem.wide.data[part], lower[columns], upper[columns])
        ends.append((low.sum(), high.sum()))
    least, most = (np.array([end[i] for end in ends]) for i in range(2))
    return _widened(least, most)


def _ends(value: FloatArray, lower: FloatArray, upper: FloatArray) -> Limits:
    """Return the least and the greatest of a value times anything between two bounds."""
    with np.errstate(invalid="ignore"):
        one, two = value * lower, value * upper
    one, two = (np.where(value == 0.0, 0.0, a) for a in (one, two))
    return np.minimum(one, two), np.maximum(one, two)


def _widened(least: FloatArray, most: FloatArray) -> Limits:
    """Return a reach with some slack, so that it never binds."""
    slack = REACH_SLACK * (np.abs(least) + np.abs(most) + 1.0)
    slack = np.where(np.isfinite(slack), slack, 0.0)
    return least - slack, most + slack


def _rest_of_sides(problem: Problem, st: Structure, lower: FloatArray) -> FloatArray:
    """Return the sides less what the least values of all columns do, shape (n_hours, n_rows)."""
    says_nothing = np.isneginf(problem.row_lower) & np.isposinf(problem.row_upper)
    side = np.where(says_nothing, 0.0, problem.row_lower)
    side[:, st.slack_rows] = 0.0
    rest, x = np.array(side.T, order="C"), np.ascontiguousarray(lower.T)
    for row, column, value, lag in _entries(problem):
        rest[row, lag:] -= _from(value, lag) * x[column, : problem.n_hours - lag]
    for k, row in enumerate(st.slack_rows):
        rest[row] += x[problem.n_columns + k]
    return np.ascontiguousarray(rest.T)


def _forced_columns(problem: Problem, st: Structure, width: FloatArray, rest: FloatArray) -> BoolArray:
    """Return which columns stand in a row that leaves no room between their bounds, shape (n_hours, n)."""
    w, n_hours = np.ascontiguousarray(width.T), problem.n_hours
    places = []
    for row, column, value, lag in _entries(problem):
        places.append((row, column, lag, _from(value, lag) * w[column, : n_hours - lag]))
    places += [
        (int(row), problem.n_columns + k, 0, -w[problem.n_columns + k]) for k, row in enumerate(st.slack_rows)
    ]
    wraps = st.wraps
    around = wraps.row[wraps.which], wraps.hour[wraps.which]
    reach_around = wraps.value * w[wraps.column, wraps.source]
    least, most = (np.zeros((problem.n_rows, n_hours)) for _ in range(2))
    for row, _, lag, reach in places:
        least[row, lag:] += np.minimum(reach, 0.0)
        most[row, lag:] += np.maximum(reach, 0.0)
    np.add.at(least, around, np.minimum(reach_around, 0.0))
    np.add.at(most, around, np.maximum(reach_around, 0.0))
    near = FORCED * (most - least)
    side = rest.T
    no_room = (most > least) & ((side >= most - near) | (side <= least + near))
    forced = np.zeros(w.shape, dtype=bool)
    if no_room.any():
        for row, column, lag, reach in places:
            forced[column, : n_hours - lag] |= no_room[row, lag:] & (reach != 0.0)
        is_forced = no_room[around] & (reach_around != 0.0)
        forced[wraps.column[is_forced], wraps.source[is_forced]] = True
    return np.ascontiguousarray(forced.T)


def _holds_free_columns(problem: Problem, st: Structure, is_free: BoolArray) -> BoolArray:
    """Return which rows hold a free column, shape (n_hours, n_rows)."""
    holds = np.zeros((problem.n_rows, problem.n_hours), dtype=bool)
    free = np.ascontiguousarray(is_free.T)
    for row, column, value, lag in _entries(problem):
        holds[row, lag:] |= free[column, : problem.n_hours - lag] & (_from(value, lag) != 0.0)
    wraps = st.wraps
    is_on = free[wraps.column, wraps.source]
    holds[wraps.row[wraps.which][is_on], wraps.hour[wraps.which][is_on]] = True
    for k, row in enumerate(st.slack_rows):
        holds[row] |= free[problem.n_columns + k]
    return np.ascontiguousarray(holds.T)
