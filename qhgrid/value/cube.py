r"""All coalitions as one problem: the same matrix, other bounds.

A project that stands for power only (plants, storage, a corridor, a tie) leaves the matrix of the dispatch
as it is: what it takes away is room between bounds, and it takes away the same whoever else is there. So
the problem of a coalition is that of all projects less one :class:`Shift` for each that is missing. With
prices :math:`y` of the rows, weak duality then gives a bound that adds up over projects,

.. math:: L_y(S) = L_y(N) - \sum_{i \notin S} g_i(y),

and :math:`g_i` is the rent of project i at these prices. Lines change the reactances, so a case without one
has another matrix: a frame of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from qhgrid.dispatch.engine.problem import ColumnBlock, Entries, Problem, RowBlock
from qhgrid.dispatch.program import FloatArray, IntArray

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NOTHING = 1e-9
"""Share of what was there below which the rest of a bound is rounding."""
ELASTIC = (" shed", " dump")
"""How the names of the elastic layer end; its size depends on the rest of the network and never binds."""


@dataclass(frozen=True)
class Shift:
    """What bounds lose with one project.

    Parameters
    ----------
    columns : ndarray
        Columns of an hour concerned, shape (n,).
    lower, upper : ndarray
        By how much their bounds go down, shape (n_hours, n). [unit of the column]
    rows : ndarray
        Rows of an hour whose side goes down, such as the load of a bus, shape (k,).
    side : ndarray
        By how much, shape (n_hours, k). [unit of the row]
    wide_lower, wide_upper : ndarray
        By how much the sides of the rows over the whole horizon go down, shape (n_wide,).
    """

    columns: IntArray
    lower: FloatArray
    upper: FloatArray
    rows: IntArray
    side: FloatArray
    wide_lower: FloatArray
    wide_upper: FloatArray


def shift_between(whole: Problem, part: Problem) -> Shift | None:
    """Return what `part` lacks of `whole`, None where it has another matrix.

    Parameters
    ----------
    whole, part : Problem
        Read from two networks of which the second has no component that the first has not.
    """
    columns, rows = _places(whole.columns, part.columns), _places(whole.rows, part.rows)
    if columns is None or rows is None or not _is_part(whole, part, columns, rows):
        return None
    wide = _wide_places(whole, part)
    if wide is None:
        return None
    lower, upper = np.zeros_like(whole.lower), np.zeros_like(whole.upper)
    lower[:, columns], upper[:, columns] = part.lower, part.upper
    elastic = _elastic(whole)
    lower[:, elastic], upper[:, elastic] = whole.lower[:, elastic], whole.upper[:, elastic]
    changed = np.flatnonzero(((lower != whole.lower) | (upper != whole.upper)).any(axis=0))
    side = np.zeros_like(whole.row_lower)
    side[:, rows] = whole.row_lower[:, rows] - part.row_lower
    gone = np.setdiff1d(np.arange(whole.n_rows), rows)
    side[:, gone] = np.where(np.isfinite(whole.row_lower[:, gone]), whole.row_lower[:, gone], 0.0)
    moved = np.flatnonzero((side != 0.0).any(axis=0))
    wide_lower, wide_upper = np.minimum(whole.wide_lower, 0.0), np.maximum(whole.wide_upper, 0.0)
    wide_lower[wide], wide_upper[wide] = part.wide_lower, part.wide_upper
    return Shift(
        changed, (whole.lower - lower)[:, changed], (whole.upper - upper)[:, changed], moved, side[:, moved],
        _less(whole.wide_lower, wide_lower), _less(whole.wide_upper, wide_upper),
    )  # fmt: skip


def without_shifts(whole: Problem, shifts: Iterable[Shift]) -> Problem:
    """Return the problem of a coalition: `whole` less the shifts of those that are missing."""
    lower, upper = whole.lower.copy(), whole.upper.copy()
    row_lower, row_upper = whole.row_lower.copy(), whole.row_upper.copy()
    wide_lower, wide_upper = whole.wide_lower.copy(), whole.wide_upper.copy()
    touched: set[int] = set()
    for shift in shifts:
        row_lower[:, shift.rows] -= shift.side
        row_upper[:, shift.rows] -= shift.side
        lower[:, shift.columns] -= shift.lower
        upper[:, shift.columns] -= shift.upper
        wide_lower -= shift.wide_lower
        wide_upper -= shift.wide_upper
        touched.update(shift.columns.tolist())
    for column in sorted(touched):
        for now, was in ((lower, whole.lower), (upper, whole.upper)):
            size = NOTHING * np.maximum(np.abs(was[:, column]), np.abs(whole.upper[:, column]))
            now[:, column] = np.where(np.abs(now[:, column]) <= size, 0.0, now[:, column])
    wide_lower[np.abs(wide_lower) <= NOTHING * np.abs(whole.wide_lower)] = 0.0
    return replace(
        whole, lower=lower, upper=upper, row_lower=row_lower, row_upper=row_upper, wide_lower=wide_lower,
        wide_upper=wide_upper,
    )  # fmt: skip


def moved_to(shift: Shift, one: Problem, other: Problem) -> Shift:
    """Return a shift of `one` for a problem of another frame, which may lack lines and their laws."""
    columns, rows = _in_other(one.columns, other.columns, shift.columns), _in_other(
        one.rows, other.rows, shift.rows
    )  # fmt: skip
    kept, here = columns >= 0, rows >= 0
    return replace(
        shift, columns=columns[kept], lower=shift.lower[:, kept], upper=shift.upper[:, kept],
        rows=rows[here], side=shift.side[:, here],
    )  # fmt: skip


def _in_other(
    one: Sequence[ColumnBlock] | Sequence[RowBlock],
    other: Sequence[ColumnBlock] | Sequence[RowBlock],
    places: IntArray,
) -> IntArray:
    """Return where what stands at `places` of one stands in the other, -1 for nowhere."""
    blocks = {_key(block): block for block in other}
    found = np.full(len(places), -1)
    for block in one:
        same = blocks.get(_key(block))
        inside = np.flatnonzero((places >= block.start) & (places < block.stop))
        if same is not None and len(inside):
            at = same.names.get_indexer(block.names[places[inside] - block.start])
            found[inside] = np.where(at >= 0, same.start + at, -1)
    return found


def is_same(one: Problem, other: Problem) -> bool:
    """Return whether two problems have the same bounds, but for the elastic layer and rounding."""
    shared = _places(one.columns, other.columns)
    if shared is None:
        return False
    lower, upper = np.zeros_like(one.lower), np.zeros_like(one.upper)
    lower[:, shared], upper[:, shared] = other.lower, other.upper
    kept = np.setdiff1d(np.arange(one.n_columns), _elastic(one))
    return all(
        np.allclose(a[:, kept], b[:, kept], rtol=1e-9, atol=1e-7)
        for a, b in ((one.lower, lower), (one.upper, upper))
    )


def _less(whole: FloatArray, part: FloatArray) -> FloatArray:
    """Return ``whole - part``, 0 where both are infinite."""
    with np.errstate(invalid="ignore"):
        return np.where(whole == part, 0.0, whole - part)


def _places(
    whole: Sequence[ColumnBlock] | Sequence[RowBlock], part: Sequence[ColumnBlock] | Sequence[RowBlock]
) -> IntArray | None:
    """Return the position in `whole` of everything in `part`; None where something is not there."""
    found = []
    blocks = {_key(block): block for block in whole}
    for block in part:
        same = blocks.get(_key(block))
        places = np.full(len(block.names), -1) if same is None else same.names.get_indexer(block.names)
        if (places < 0).any() or same is None:
            return None
        found.append(same.start + places)
    return np.concatenate([np.zeros(0, dtype=np.int64), *found]).astype(np.int64)


def _key(block: ColumnBlock | RowBlock) -> tuple[str, str]:
    """Return what a block is called."""
    return block.component, block.attribute if isinstance(block, ColumnBlock) else block.family


def _elastic(problem: Problem) -> IntArray:
    """Return the columns of the elastic layer."""
    block = problem.block("Generator", "p")
    if block is None:
        return np.zeros(0, dtype=np.int64)
    is_elastic = [str(name).endswith(ELASTIC) for name in block.names]
    return block.start + np.flatnonzero(is_elastic)


def _wide_places(whole: Problem, part: Problem) -> IntArray | None:
    """Return the place in `whole` of each wide row of `part`; None where one is missing or other."""
    names = {(row.family, row.component, row.name): k for k, row in enumerate(whole.wide_names)}
    places = [names.get((row.family, row.component, row.name), -1) for row in part.wide_names]
    return None if -1 in places else np.array(places, dtype=np.int64)


def _is_part(whole: Problem, part: Problem, columns: IntArray, rows: IntArray) -> bool:
    """Return whether `part` is `whole` without some columns, which alone stood in the rows it lacks."""
    if part.n_hours != whole.n_hours or not np.array_equal(whole.cost[:, columns], part.cost):
        return False
    sides = np.array_equal(
        whole.row_lower[:, rows] - part.row_lower, whole.row_upper[:, rows] - part.row_upper, equal_nan=True
    )
    gone = np.setdiff1d(np.arange(whole.n_rows), rows)
    is_idle = np.array_equal(whole.row_lower[:, gone], whole.row_upper[:, gone])
    return (
        sides
        and is_idle
        and _same_entries(whole.now, part.now, columns, rows)
        and _same_entries(whole.before, part.before, columns, rows)
        and _same_wide(whole, part, columns)
    )


def _same_entries(whole: Entries, part: Entries, columns: IntArray, rows: IntArray) -> bool:
    """Return whether the entries of the columns that are left are those of `part`."""
    kept = np.flatnonzero(np.isin(whole.column, columns))
    if len(kept) != len(part.row):
        return False
    there = rows[part.row], columns[part.column]
    order, other = np.lexsort((whole.column[kept], whole.row[kept])), np.lexsort(there[::-1])
    kept = kept[order]
    if not (
        np.array_equal(whole.row[kept], there[0][other])
        and np.array_equal(whole.column[kept], there[1][other])
    ):
        return False
    return all(_entry_is_same(whole, int(a), part, int(b)) for a, b in zip(kept, other, strict=True))


def _entry_is_same(one: Entries, a: int, other: Entries, b: int) -> bool:
    """Return whether entry `a` of one has the values of entry `b` of the other."""
    if one.series[a] < 0 and other.series[b] < 0:
        return bool(one.value[a] == other.value[b])
    if one.series[a] < 0 or other.series[b] < 0:
        return False
    return bool(np.array_equal(one.values[one.series[a]], other.values[other.series[b]]))


def _same_wide(whole: Problem, part: Problem, columns: IntArray) -> bool:
    """Return whether the rows over the whole horizon that are left hold the same in the columns left."""
    names = [(row.family, row.component, row.name) for row in whole.wide_names]
    every = (np.arange(whole.n_hours)[:, None] * whole.n_columns + columns).ravel()
    for k, row in enumerate(part.wide_names):
        key = (row.family, row.component, row.name)
        if key not in names:
            return False
        one, other = whole.wide[[names.index(key)]][:, every], part.wide[[k]]
        if abs(one - other).max() > 0.0:
            return False
    return True
