"""Where an interior point begins: at a plan that keeps the rows already."""

from __future__ import annotations

import numpy as np

from qhgrid.dispatch.engine.interior import Interior
from qhgrid.dispatch.engine.presolve import activity_of
from qhgrid.dispatch.engine.problem import Problem
from qhgrid.dispatch.engine.scaling import Scaled
from qhgrid.dispatch.engine.structure import group_hours
from qhgrid.dispatch.program import FloatArray

MARGIN = 1e-4
"""A plan to begin at is moved this share of a column's width away from its bounds."""


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
