r"""What a m3/s of water gives, by the height it falls: in steps of storage, along the level expected.

The fall is the level of the pool less the level of the tailwater, the power of a m3/s is :math:`K H / 1000`
MW. In a linear programme the power of the water cannot depend on the level that the programme itself
chooses. So the reservoir is cut into bands of equal storage, each with the rate at its mid, and each hour has
the rate of the band in which the level is expected: on the rule curve, shifted to the levels of start and
end, or where an earlier run of the same case came to. What that differs by from the curve at the levels
reached is measured after the run (``indicators.river``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qhgrid.clock import path_through_months

if TYPE_CHECKING:
    from qhgrid.facts.levels import Basin
    from qhgrid.network.case import Case
    from qhgrid.network.chain import Step
    from qhgrid.network.draft import FloatArray


def water_rates(case: Case, step: Step, start: float, end: float) -> FloatArray:
    """Return the power of a m3/s through the turbines of a plant in each hour [MW/(m3/s)].

    Parameters
    ----------
    case : Case
        The scenario, its hours and facts.
    step : Step
        The plant.
    start, end : float
        Content of its reservoir at the start, and least content at the end [m3/s held for an hour].

    Returns
    -------
    numpy.ndarray
        Shape (snapshot,); that of rated head where the fall is not known or ``hydro.head`` is ``rated``.
    """
    tailwater = case.facts.river_levels.get((step.id, "tailwater"))
    if step.basin is None or tailwater is None or case.scenario.hydro.head == "rated":
        return np.full(len(case.snapshots), step.mw_per_m3_per_s)
    levels = case.river_levels.get(step.id)
    if levels is None:
        levels = expected_levels(case, step, start, end)
    tail = path_through_months(case.snapshots, tailwater)
    return banded_rates(step.basin, step.plant.k_factor, levels, tail)


def banded_rates(basin: Basin, k_factor: float, levels: FloatArray, tailwater: FloatArray) -> FloatArray:
    """Return the power of a m3/s at levels [m], each put at the mid of its band of storage [MW/(m3/s)]."""
    mids = np.asarray(basin.band_levels_m())
    contents = np.interp(levels, basin.points[1], basin.points[0])
    band = np.clip(np.floor(contents / basin.size * len(mids)), 0, len(mids) - 1).astype(np.int64)
    return np.asarray(k_factor * np.maximum(mids[band] - tailwater, 0.0) / 1000.0, dtype=np.float64)


def rule_path(case: Case, plant: str) -> FloatArray | None:
    """Return the rule curve of a plant at the end of each hour [m], shape (snapshot,); None without one."""
    means = case.scenario.hydro.rule_levels.get(plant) or case.facts.river_levels.get((plant, "rule"))
    return None if means is None else path_through_months(case.snapshots, means)


def expected_levels(case: Case, step: Step, start: float, end: float) -> FloatArray:
    """Return the level expected at the end of each hour [m], shape (snapshot,).

    The rule curve, shifted so that it begins at the start and ends at the end; a straight line between them
    where there is no rule.
    """
    basin = step.basin
    assert basin is not None
    first, last = basin.level_m(start), basin.level_m(end)
    rule = rule_path(case, step.id)
    path = np.zeros(len(case.snapshots)) if rule is None else rule
    shift = np.linspace(first - path[0], last - path[-1], len(path))
    return np.clip(path + shift, basin.dead_m, basin.normal_m)
