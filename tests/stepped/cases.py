"""Small random corridors for the dynamic programme and its twins."""

import numpy as np

from qhgrid.stepped.programme import Problem


def small_problem(seed: int) -> Problem:
    """Return a corridor of some hours with days of a few hours, whole numbers throughout."""
    draw = np.random.default_rng(seed)
    n_hours, n_levels = int(draw.integers(6, 15)), int(draw.integers(2, 5))
    levels = np.sort(draw.choice(np.arange(1, 9), n_levels, replace=False)) * 100.0
    cost = draw.integers(-9, 10, (n_hours, 1)) * levels + draw.integers(0, 50, (n_hours, n_levels))
    border = np.zeros(n_hours, dtype=bool)
    day_length = int(draw.integers(3, 9))
    if seed % 3 == 0:
        first = day_length
        cost[first : first + day_length, 1:] = np.inf
        border[[hour for hour in (first, first + day_length) if hour < n_hours]] = True
    return Problem(
        levels=levels,
        cost=cost.astype(float),
        energy=np.broadcast_to(0.94 * levels, cost.shape).copy(),
        day=(np.arange(n_hours) // day_length).astype(np.int64),
        is_border=border,
        minimum_hold=int(draw.integers(1, min(5, day_length + 1))),
        changes_per_day=int(draw.integers(1, 4)),
        largest_step=np.inf if seed % 2 else 300.0,
    )
