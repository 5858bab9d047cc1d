"""The dynamic programme of one corridor, hour by hour: numbers and arrays only.

A state is a set-point, for how many hours it has been held (counted up to the shortest hold), and how many
changes the day has left. States are numbered ``(level * n_held + held - 1) * n_left + left``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
PlaceArray = npt.NDArray[np.int32]

NOWHERE = -1
"""Came from no state."""

F = TypeVar("F", bound=Callable[..., Any])


def kernel(function: F) -> F:
    """Compile `function` with Numba when it is first called, and keep it on disk."""
    return cast(F, numba.njit(cache=True, nogil=True)(function))


@kernel
def stay(
    t: int, is_new_day: bool, n_held: int, n_left: int, value: FloatArray, best: FloatArray, came: PlaceArray
) -> None:
    """Let every set-point be held for one more hour; a new day has all its changes."""
    n_levels = value.size // (n_held * n_left)
    for level in range(n_levels):
        for held in range(n_held):
            for left in range(n_left):
                source = (level * n_held + held) * n_left + left
                then = min(held + 1, n_held - 1)
                target = (level * n_held + then) * n_left + (n_left - 1 if is_new_day else left)
                if value[source] < best[target]:
                    best[target] = value[source]
                    came[t, target] = source


@kernel
def change(
    t: int,
    is_new_day: bool,
    n_held: int,
    n_left: int,
    jumps: BoolArray,
    value: FloatArray,
    best: FloatArray,
    came: PlaceArray,
) -> None:
    """Let every set-point held long enough change to another, which takes one of the day's changes."""
    n_levels = jumps.shape[0]
    for old in range(n_levels):
        for left in range(n_left):
            source = (old * n_held + n_held - 1) * n_left + left
            ready = n_left - 1 if is_new_day else left
            if ready == 0 or not value[source] < np.inf:
                continue
            for new in range(n_levels):
                if new == old or not jumps[old, new]:
                    continue
                target = new * n_held * n_left + ready - 1
                if value[source] < best[target]:
                    best[target] = value[source]
                    came[t, target] = source


@kernel
def run(
    cost: FloatArray, day: IntArray, is_border: BoolArray, jumps: BoolArray, n_held: int, n_left: int,
    came: PlaceArray, path: IntArray,
) -> float:  # fmt: skip
    """Find the cheapest path of states and return its cost; infinite if there is none.

    Parameters
    ----------
    cost : array, shape (n_hours, n_levels)
        Cost of each set-point in each hour, infinite where the limits do not allow it.
    day : array, shape (n_hours,)
        Number of the day of each hour.
    is_border : array, shape (n_hours,)
        Hours at which the limits change, where a change may be of any size.
    jumps : array, shape (n_levels, n_levels)
        Whether a change from one set-point to another is small enough.
    n_held, n_left : int
        Shortest hold [h], and most changes a day plus one.
    came : array, shape (n_hours, n_states)
        Room for the state before each state.
    path : array, shape (n_hours,)
        The states of the cheapest path; written here.
    """
    n_hours, n_levels = cost.shape
    n_states = n_levels * n_held * n_left
    anywhere = np.ones_like(jumps)
    value = np.full(n_states, np.inf)
    for level in range(n_levels):
        value[level * n_held * n_left + n_left - 1] = cost[0, level]
    for t in range(1, n_hours):
        best = np.full(n_states, np.inf)
        came[t, :] = NOWHERE
        is_new_day = day[t] != day[t - 1]
        stay(t, is_new_day, n_held, n_left, value, best, came)
        change(t, is_new_day, n_held, n_left, anywhere if is_border[t] else jumps, value, best, came)
        for state in range(n_states):
            value[state] = best[state] + cost[t, state // (n_held * n_left)]
    last = np.argmin(value)
    total = value[last]
    if total < np.inf:
        path[n_hours - 1] = last
        for t in range(n_hours - 1, 0, -1):
            path[t - 1] = came[t, path[t]]
    return float(total)
