"""The slow twins of the dynamic programme: a walk over tuples, and a mixed-integer programme."""

from __future__ import annotations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_matrix


def walk(problem, multiplier=0.0):
    """Return the cheapest cost, one hour after another, over states (level, hours held, changes left)."""
    cost = problem.cost - multiplier * problem.energy
    values = {(level, 1, problem.changes_per_day): cost[0, level] for level in range(len(problem.levels))}
    for t in range(1, len(cost)):
        then = {}
        for (level, held, left), value in values.items():
            if problem.day[t] != problem.day[t - 1]:
                left = problem.changes_per_day
            moves = [(level, min(held + 1, problem.minimum_hold), left)]
            if held >= problem.minimum_hold and left > 0:
                for new in range(len(problem.levels)):
                    size = abs(problem.levels[new] - problem.levels[level])
                    if new != level and (problem.is_border[t] or size <= problem.largest_step):
                        moves.append((new, 1, left - 1))
            for state in moves:
                total = value + cost[t, state[0]]
                if total < then.get(state, np.inf):
                    then[state] = total
        values = then
    return min(values.values(), default=np.inf)


class Rows:
    """Rows of a sparse matrix with their upper sides."""

    def __init__(self):
        self.entries, self.upper = [], []

    def add(self, terms, upper):
        self.entries += [(len(self.upper), column, value) for column, value in terms]
        self.upper.append(upper)

    def constraint(self, width):
        rows, columns, values = zip(*self.entries, strict=True)
        matrix = coo_matrix((values, (rows, columns)), shape=(len(self.upper), width))
        return LinearConstraint(matrix.tocsc(), -np.inf, np.array(self.upper))


def integer_optimum(problem, contract=-np.inf, shortfall_price=0.0):
    """Return the least cost by HiGHS: one binary for each hour and set-point, one for each change.

    The last column is the energy that misses the contract.
    """
    n_hours, n_levels = problem.cost.shape
    at = lambda t, level: t * n_levels + level  # noqa: E731  # a name for the place of a column
    change = lambda t: n_hours * n_levels + t  # noqa: E731  # as above
    missing = n_hours * (n_levels + 1)
    rows = Rows()
    for t in range(n_hours):
        rows.add([(at(t, level), 1.0) for level in range(n_levels)], 1.0)
        rows.add([(at(t, level), -1.0) for level in range(n_levels)], -1.0)
    for t in range(1, n_hours):
        for level in range(n_levels):
            rows.add([(at(t, level), 1.0), (at(t - 1, level), -1.0), (change(t), -1.0)], 0.0)
        for i in range(n_levels):
            for j in range(n_levels):
                if (
                    abs(problem.levels[i] - problem.levels[j]) > problem.largest_step
                    and not problem.is_border[t]
                ):
                    rows.add([(at(t - 1, i), 1.0), (at(t, j), 1.0)], 1.0)
        window = range(t, min(t + problem.minimum_hold, n_hours))
        rows.add([(change(k), 1.0) for k in window], 1.0)
        if t < problem.minimum_hold:
            rows.add([(change(t), 1.0)], 0.0)
    for day in np.unique(problem.day):
        hours = [t for t in np.flatnonzero(problem.day == day) if t > 0]
        rows.add([(change(t), 1.0) for t in hours] or [(change(0), 1.0)], float(problem.changes_per_day))
    if np.isfinite(contract):
        delivered = [
            (at(t, level), -float(problem.energy[t, level]))
            for t in range(n_hours)
            for level in range(n_levels)
        ]
        rows.add([*delivered, (missing, -1.0)], -contract)
    cost = np.concatenate([problem.cost.ravel(), np.zeros(n_hours), [shortfall_price]])
    upper = np.concatenate([np.isfinite(problem.cost).ravel().astype(float), np.ones(n_hours), [np.inf]])
    is_whole = np.ones(len(cost))
    is_whole[-1] = 0
    answer = milp(
        np.where(np.isfinite(cost), cost, 0.0),
        integrality=is_whole,
        bounds=Bounds(0.0, upper),
        constraints=rows.constraint(len(cost)),
        options={"mip_rel_gap": 0.0},
    )
    return float(answer.fun) if answer.status == 0 else np.inf
