"""Where an interior point begins: at a plan that keeps the rows, or from prices that are about right."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from qhgrid.dispatch.engine.coarse import coarsen
from qhgrid.dispatch.engine.interior import Halfway, Interior, Progress
from qhgrid.dispatch.engine.layout import kernel
from qhgrid.dispatch.engine.presolve import activity_of
from qhgrid.dispatch.engine.problem import Problem
from qhgrid.dispatch.engine.scaling import Scaled, scale_problem
from qhgrid.dispatch.engine.structure import group_hours, read_structure
from qhgrid.dispatch.methods import Status
from qhgrid.dispatch.program import FloatArray

MARGIN = 1e-4
"""A plan to begin at is moved this share of a column's width away from its bounds."""
STEP = 24
"""Hours that are one in the coarse problem."""
LEAST_STEPS = 14
"""Shorter horizons are begun without one."""
ROUGH = 0.1
"""Relative gap at which the prices of the coarse problem are good enough."""
PRODUCT = 1e-2
"""Product of all pairs to begin with where prices are about right."""
TRIED = 5
"""Iterations after which it is judged whether a place to begin leads somewhere."""
PROMISING = 0.6
"""It does if the mean product has come below this share of what it was."""


def distances(problem: Problem, scaled: Scaled, plan: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return how far a plan is from the lower bounds, in scaled units.

    Parameters
    ----------
    problem : Problem
        The problem that was scaled.
    plan : ndarray
        Shape (n_hours, n_columns). [unit of the column]

    Returns
    -------
    x : ndarray
        Of columns and slacks, shape (n_groups, n, LANES).
    outer : ndarray
        Of the columns outside the hours, shape (n_outer,).
    """
    st, wraps = scaled.structure, scaled.structure.wraps
    slack = activity_of(problem, np.arange(problem.n_columns), plan)[:, st.slack_rows]
    every = np.concatenate([plan, slack], axis=1)
    x = group_hours((every - scaled.lower) / (st.column_scale * scaled.power), st.n_groups)
    wide = (problem.wide @ plan.ravel() * st.wide_scale)[st.wide_slacks]
    around = np.bincount(wraps.which, wraps.value * plan[wraps.source, wraps.column], len(wraps.row))
    outer = np.concatenate([wide, around * st.row_scale[wraps.row]]) / scaled.power
    return x, outer - scaled.outer_lower


def stand_at(interior: Interior, place: tuple[FloatArray, FloatArray], mu: float) -> None:
    """Let `interior` stand at a plan, with prices of the rows 0 and products of all pairs about `mu`.

    Parameters
    ----------
    place : tuple of ndarray
        As :func:`distances` returns it.
    """
    s, outer, top = interior.state, interior.outer, interior.scaled.top
    x = np.clip(place[0], MARGIN * top, (1.0 - MARGIN) * top)
    s.x[:], s.w[:] = np.where(interior.is_on, x, 1.0), np.where(interior.is_on, top - x, 1.0)
    s.z[:], s.v[:] = np.where(interior.is_on, mu / s.x, 0.0), np.where(interior.is_on, mu / s.w, 0.0)
    far = np.clip(place[1], MARGIN * outer.top, (1.0 - MARGIN) * outer.top)
    near, rest = (np.where(outer.is_on, a, 1.0) for a in (far, outer.top - far))
    outer.set_point(far, mu / near, mu / rest)


class Trial:
    """Judges a place to begin after its first iterations."""

    def __init__(self, *, is_last: bool = False) -> None:
        self._is_last = is_last
        self._products: list[float] = []
        self.was_lost = False

    def is_lost(self, last: Progress) -> bool:
        """Return whether to begin elsewhere."""
        self._products.append(last.mu)
        is_judged = not self._is_last and len(self._products) == TRIED + 1
        self.was_lost = is_judged and not last.mu <= PROMISING * self._products[0]
        return self.was_lost


def beginnings(
    problem: Problem, interior: Interior, halfway: Halfway | None, box: float, deadline: float | None
) -> Iterator[Trial]:
    """Let `interior` stand at one place after another that an iteration may begin at, the best one first.

    Parameters
    ----------
    problem : Problem
        The problem of `interior`.
    halfway : Halfway, optional
        Where the solve of a like problem was halfway.
    box, deadline
        As for :func:`rough_prices`.
    """
    if halfway is not None and halfway.x.shape == interior.scaled.top.shape:
        interior.start_near(halfway)
        yield Trial(is_last=True)
    else:
        rough = rough_prices(problem, box, deadline)
        if rough is not None:
            start_from_prices(interior, *rough, PRODUCT)
            yield Trial()
    interior.start()
    yield Trial(is_last=True)


def rough_prices(
    problem: Problem, box: float, deadline: float | None
) -> tuple[FloatArray, FloatArray] | None:
    """Return about what the rows of a problem cost, as its days alone tell; None where they do not.

    Parameters
    ----------
    problem : Problem
        Any problem.
    box : float
        As for :func:`qhgrid.dispatch.engine.scaling.scale_problem`.
    deadline : float, optional
        Moment of :func:`time.perf_counter` to give up at. [s]

    Returns
    -------
    tuple of ndarray or None
        Prices of rows, shape (n_hours, n_rows), and of rows over the whole horizon. [cost units per unit]
    """
    if problem.n_hours < LEAST_STEPS * STEP:
        return None
    coarse = coarsen(problem, STEP)
    scaled = scale_problem(coarse.problem, read_structure(coarse.problem), box)
    if not scaled.n_pairs:
        return None
    interior = Interior(scaled)
    interior.start()
    outcome = interior.run(
        lambda last: abs(last.gap) < ROUGH and last.residual < ROUGH * scaled.power, deadline=deadline
    )
    if outcome.status is not Status.OPTIMAL:
        return None
    s = interior.state
    y = coarse.spread(scaled.prices(s.y_hour, s.y_link), problem.n_hours)
    return y, scaled.wide_prices(s.y_border)


def start_from_prices(interior: Interior, prices: FloatArray, wide: FloatArray, mu: float) -> None:
    """Let `interior` stand where all pairs have the product `mu`, given prices of the rows.

    Prices say what a column earns; where its two pairs have the product `mu`, it is somewhere between its
    bounds. So everything fits but the rows.

    Parameters
    ----------
    prices : ndarray
        Of the problem's rows, shape (n_hours, n_rows). [cost units per unit of the row]
    wide : ndarray
        Of the rows over the whole horizon, shape (n_wide,).
    """
    s, outer, scaled, st = interior.state, interior.outer, interior.scaled, interior.structure
    y = np.where(scaled.is_dead, 0.0, prices / (st.row_scale * (scaled.money / scaled.power)))
    s.y_hour[:] = group_hours(y[:, st.hour_rows], st.n_groups)
    s.y_link[:] = 0.0
    s.y_link[: st.n_hours] = y[:, st.link_rows]
    s.y_border[: len(wide)] = wide / (st.wide_scale * (scaled.money / scaled.power))
    s.y_border[len(wide) :] = -s.y_link[outer.place]
    s.d_hour[:], s.d_link[:], interior.d_border = s.y_hour, s.y_link, s.y_border.copy()
    slope = scaled.cost - interior.priced_columns()
    centre(slope.ravel(), scaled.top.ravel(), mu, s.x.ravel(), s.w.ravel(), s.z.ravel(), s.v.ravel())
    outer_slope = outer.cost - outer.priced(s.y_border, s.y_link)
    centre(outer_slope, outer.top, mu, outer.x, outer.w, outer.z, outer.v)
    s.dx[:], s.dz[:], s.dv[:] = 0.0, 0.0, 0.0
    outer.dx, outer.dz, outer.dv = (np.zeros_like(outer.x) for _ in range(3))


@kernel
def centre(
    slope: FloatArray,
    top: FloatArray,
    mu: float,
    x: FloatArray,
    w: FloatArray,
    z: FloatArray,
    v: FloatArray,
) -> None:
    """Set columns and prices of their bounds so that all products are `mu` and z - v is the slope."""
    for i in range(len(top)):
        if not top[i] > 0.0:
            x[i], w[i], z[i], v[i] = 1.0, 1.0, 0.0, 0.0
            continue
        steep = abs(slope[i])
        half = steep * top[i] + 2.0 * mu
        near = 2.0 * mu * top[i] / (half + np.sqrt(max(half * half - 4.0 * steep * mu * top[i], 0.0)))
        near = min(near, 0.5 * top[i])
        far = top[i] - near
        x[i], w[i] = (near, far) if slope[i] >= 0.0 else (far, near)
        z[i], v[i] = mu / x[i], mu / w[i]
