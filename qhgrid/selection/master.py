r"""The bound: a small integer programme over everything that dispatches have proved so far.

The least cost :math:`V(x)` of a dispatch is convex in the scale x of the projects, so the rents g of any
dispatch bound that of any other choice (a cut of Benders):

.. math:: V(x) \ge V_k - \sum_i g_{ki} (x_i - x_{ki}) .

The programme takes the greatest of these for the cost. Its optimum is no greater than that of any choice that
is left, and its solution is the next choice worth a dispatch. Choices that were dispatched and failed a need
are taken out one by one.

Projects without rents (a line changes how power flows, not only what is there) divide the choices into
classes: a cut speaks for the class of its own choice alone.

References
----------
J. F. Benders, Partitioning procedures for solving mixed-variables programming problems, Numerische Mathematik
4 (1962).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize, sparse

from qhgrid.selection.choice import Choice, Members, Portfolio
from qhgrid.value.drawing import FloatArray
from qhgrid.value.game import COST

ROUNDING = 1e-6
"""Share of the bound that is given away to the tolerances of the solver."""


@dataclass(frozen=True)
class Cut:
    """``cost >= start + slopes @ x`` for all choices that hold just `held` of the projects in `classed`."""

    start: float
    slopes: FloatArray
    """Shape (n_names,)."""
    classed: tuple[int, ...] = ()
    """Positions of projects without rents."""
    held: tuple[int, ...] = ()
    """Those of them that are in."""

    @property
    def least(self) -> float:
        """The least that the cut says of any choice."""
        return self.start + float(np.minimum(self.slopes, 0.0).sum())

    @property
    def most(self) -> float:
        """The most that the cut says of any choice."""
        return self.start + float(np.maximum(self.slopes, 0.0).sum())


@dataclass(frozen=True)
class Proposal:
    """What the programme says.

    Parameters
    ----------
    members : frozenset of str or None
        The choice with the least bound; None where no choice is left.
    bound : float
        No choice that is left has a smaller objective; infinite where none is left.
    """

    members: Members | None
    bound: float


def cut_of(choice: Choice, one: Portfolio) -> Cut | None:
    """Return what the dispatch of a choice says of all others; None if it has no rents at all."""
    rents = one.evaluation.rents
    if not rents or not choice.counts_cost:
        return None
    at = np.array([float(name in one.members) for name in choice.names])
    slopes = np.array([-rents.get(name, 0.0) for name in choice.names])
    classed = tuple(k for k, name in enumerate(choice.names) if name not in rents)
    held = tuple(k for k in classed if choice.names[k] in one.members)
    return Cut(one.evaluation.values[COST].low - float(slopes @ at), slopes, classed, held)


def propose(choice: Choice, cuts: Sequence[Cut], excluded: Iterable[Members], scale: float) -> Proposal:
    """Return the choice with the least bound among those not excluded.

    Parameters
    ----------
    choice : Choice
    cuts : sequence of Cut
        With `counts_cost`, at least one for every class, or the bound is minus infinity.
    excluded : iterable of frozenset
        Choices that are out.
    scale : float
        Size of money in the programme; near that of the costs [CNY].
    """
    n = len(choice.names)
    rows = [*_limit_rows(choice), *_cut_rows(cuts, n, scale), *_exclusions(choice, excluded)]
    cost = np.array([choice.linear[name] / scale for name in choice.names] + [float(choice.counts_cost)])
    floor = min((cut.least for cut in cuts), default=0.0) / scale if choice.counts_cost else 0.0
    if choice.counts_cost and not cuts:
        return Proposal(_any_choice(choice, rows), -math.inf)
    found = _solve(cost, rows, n, floor)
    if found.x is None:
        return Proposal(None, math.inf)
    members = frozenset(name for name, at in zip(choice.names, found.x, strict=False) if at > 0.5)
    bound = float(found.mip_dual_bound) if found.mip_dual_bound is not None else float(found.fun)
    bound *= scale
    return Proposal(members, bound - ROUNDING * abs(bound) if choice.counts_cost else bound)


def within_limits(choice: Choice) -> bool:
    """Return whether there is any choice within the limits, whatever its dispatch comes to."""
    return _any_choice(choice, _limit_rows(choice)) is not None


Row = tuple[FloatArray, float, float]
"""Coefficients of all projects and of the cost, least and greatest."""


def _solve(cost: FloatArray, rows: Sequence[Row], n: int, floor: float) -> optimize.OptimizeResult:
    """Return the optimum over binary projects and a cost of at least `floor`."""
    constraints = []
    if rows:
        matrix = sparse.csr_array(np.array([row[0] for row in rows]))
        constraints = [optimize.LinearConstraint(matrix, [r[1] for r in rows], [r[2] for r in rows])]
    bounds = optimize.Bounds([0.0] * n + [floor], [1.0] * n + [math.inf if cost[n] else floor])
    return optimize.milp(
        cost, integrality=[1] * n + [0], bounds=bounds, constraints=constraints, options={"mip_rel_gap": 1e-9}
    )


def _any_choice(choice: Choice, rows: Sequence[Row]) -> Members | None:
    """Return some choice within the limits, the cheapest by itself."""
    n = len(choice.names)
    found = _solve(np.array([choice.linear[name] for name in choice.names] + [0.0]), rows, n, 0.0)
    if found.x is None:
        return None
    return frozenset(name for name, at in zip(choice.names, found.x, strict=False) if at > 0.5)


def _limit_rows(choice: Choice) -> list[Row]:
    """Return the limits, each scaled to ones, and that what must be kept is in."""
    rows = []
    for limit in choice.limits:
        weights = np.array([limit.weights.get(name, 0.0) for name in choice.names] + [0.0])
        size = float(np.abs(weights).max()) or 1.0
        rows.append((weights / size, limit.least / size, limit.most / size))
    held = np.array([float(name in choice.kept) for name in choice.names] + [0.0])
    return [*rows, (held, float(held.sum()), math.inf)]


def _cut_rows(cuts: Sequence[Cut], n: int, scale: float) -> list[Row]:
    """Return the cuts; one that speaks for a class gives way wherever a choice is of another class."""
    floor = min((cut.least for cut in cuts), default=0.0)
    rows = []
    for cut in cuts:
        row = np.append(-cut.slopes, scale)
        start, way = cut.start, cut.most - floor
        for k in cut.classed:
            row[k] += -way if k in cut.held else way
            start -= way if k in cut.held else 0.0
        rows.append((row / scale, start / scale, math.inf))
    return rows


def _exclusions(choice: Choice, excluded: Iterable[Members]) -> list[Row]:
    """Return that a choice must differ from each of those excluded in at least one project."""
    rows = []
    for members in excluded:
        row = np.array([-1.0 if name in members else 1.0 for name in choice.names] + [0.0])
        rows.append((row, 1.0 - len(members), math.inf))
    return rows
