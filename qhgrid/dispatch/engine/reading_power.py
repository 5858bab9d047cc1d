"""Limits, set points and costs that all kinds of component have alike."""

from __future__ import annotations

import numpy as np
import pandas as pd

from qhgrid.dispatch.inputs import Inputs, scaled
from qhgrid.dispatch.program import FloatArray


def priced(inputs: Inputs, component: str, attribute: str, names: pd.Index) -> FloatArray:
    """Return what a unit costs in each hour, the weight of the hour included, shape (n_hours, n)."""
    return inputs.weight_objective[:, None] * inputs.series(component, attribute, names)


def power_limits(inputs: Inputs, component: str, names: pd.Index) -> tuple[FloatArray, FloatArray]:
    """Return least and greatest power of generators, links or processes in MW, shape (n_hours, n)."""
    p_nom = inputs.static(component, "p_nom", names)
    limits = [scaled(inputs.series(component, f"p_{end}_pu", names), p_nom) for end in ("min", "max")]
    return pinned(inputs, component, "p_set", names, (limits[0], limits[1]))


def pinned(
    inputs: Inputs, component: str, attribute: str, names: pd.Index, limits: tuple[FloatArray, FloatArray]
) -> tuple[FloatArray, FloatArray]:
    """Return `limits` drawn together to the set point `attribute` where there is one.

    A set point outside the limits leaves a lower limit above the upper one: nothing satisfies both.
    """
    goal = inputs.series(component, attribute, names)
    is_free = np.isnan(goal)
    if is_free.all():
        return limits
    lower, upper = limits
    return np.maximum(lower, np.where(is_free, -np.inf, goal)), np.minimum(
        upper, np.where(is_free, np.inf, goal)
    )
