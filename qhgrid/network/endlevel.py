"""How full a reservoir must be at the end of the horizon, and at the end of each month by its rule.

Over a year each reservoir ends at least as full as it starts. Over a winter week the river cannot do that and
keep the minimum release as well: a reservoir of many years exists to give in winter what it gained in summer.
So what is asked of the end gives way to what the minimum releases and the withdrawals must draw beyond
natural inflow over the horizon, taken from the nearest reservoirs above; and nothing is asked beyond what the
river can bring.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qhgrid.clock import month_ends, steps_by_month
from qhgrid.network.waterrate import rule_path

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qhgrid.network.case import Case
    from qhgrid.network.chain import Step
    from qhgrid.network.draft import FloatArray
    from qhgrid.network.flowrules import FlowRules

Contents = dict[str, float]

WAY_DOWN_H = 720.0
"""Time in which a reservoir that starts above its flood limit comes down to it [h]."""


@dataclass(frozen=True)
class WaterBudget:
    """What comes and what must go, hour by hour, down the chain.

    Parameters
    ----------
    steps : sequence of Step
        The chain, upstream to downstream.
    discharge : numpy.ndarray
        Natural discharge at the gauge [m3/s], shape (snapshot,).
    rules : mapping of str to FlowRules
        Releases and withdrawals by plant.
    starts : dict of str to float
        Content of each reservoir at the start [m3/s held for an hour].
    """

    steps: Sequence[Step]
    discharge: FloatArray
    rules: Mapping[str, FlowRules]
    starts: Contents

    def surpluses(self, hours: int) -> list[float]:
        """Return natural water beyond what must pass each plant in the first hours [m3/s for an hour].

        What the reaches above hold more at the end than at the start does not arrive.
        """
        flow = self.discharge[:hours]
        total, rise = float(flow.sum()), max(float(flow[-1] - flow[0]), 0.0)
        share, taken, found = 0.0, 0.0, []
        for step in self.steps:
            share += step.side_inflow_share
            taken += float(self.rules[step.id].withdrawal[:hours].sum())
            found.append(share * total - taken - float(self.rules[step.id].minimum[:hours].sum()))
            taken += share * rise * step.hours_below
        return found

    def reachable(self, wanted: Contents, hours: int) -> Contents:
        """Return the contents asked after the first hours, as far as the river allows."""
        surpluses = self.surpluses(hours)
        drawn = self._drawn(surpluses)
        gained = 0.0
        ends: Contents = {}
        for position, step in enumerate(self.steps):
            left = max(min(surpluses[position:]) - gained, 0.0)
            most = self.starts[step.id] - drawn[position] + left
            ends[step.id] = max(min(wanted[step.id], most), 0.0)
            gained += max(ends[step.id] - self.starts[step.id], 0.0)
        return ends

    def _drawn(self, surpluses: Sequence[float]) -> list[float]:
        """Return what each reservoir must give so that the plants below it have what they must let go."""
        drawn = [0.0] * len(self.steps)
        for position, surplus in enumerate(surpluses):
            missing = -surplus - sum(drawn[: position + 1])
            for above in range(position, -1, -1):
                taken = min(max(missing, 0.0), self.starts[self.steps[above].id] - drawn[above])
                drawn[above] += taken
                missing -= taken
        return drawn


def start_contents(case: Case, steps: Sequence[Step]) -> Contents:
    """Return the content of each reservoir at the start [m3/s held for an hour], 0 without storage."""
    rules = case.scenario.hydro
    found: Contents = {}
    for step in steps:
        level, size = rules.initial_levels.get(step.id), step.storage_m3_per_s_h
        content = size * rules.initial_level
        if level is not None and step.basin is not None and size > 0.0:
            content = min(max(step.basin.content(level), 0.0), size)
        found[step.id] = content
    return found


def end_contents(case: Case, budget: WaterBudget) -> Contents:
    """Return the lowest content of each reservoir after the last hour [m3/s held for an hour]."""
    rules = case.scenario.hydro
    wanted = dict(budget.starts)
    for step in budget.steps:
        given = rules.end_levels.get(step.id)
        rule = rule_path(case, step.id)
        if step.basin is None or step.storage_m3_per_s_h <= 0.0:
            continue
        if given is not None:
            wanted[step.id] = step.basin.content(given)
        elif rule is not None and rules.end_level == "curve":
            wanted[step.id] = step.basin.content(float(rule[-1]))
        elif rule is not None and rules.end_level == "value":
            wanted[step.id] = 0.0
    return budget.reachable(wanted, len(budget.discharge))


def content_bounds(case: Case, budget: WaterBudget, step: Step, end: float) -> tuple[FloatArray, FloatArray]:
    """Return the least and the most content of a reservoir at the end of each hour, per unit of its size.

    Parameters
    ----------
    case : Case
        The scenario.
    budget : WaterBudget
        What the river can bring.
    step : Step
        A plant with storage.
    end : float
        Lowest content after the last hour [m3/s held for an hour].
    """
    size, n_hours = step.storage_m3_per_s_h, len(case.snapshots)
    low, high = np.zeros(n_hours), np.full(n_hours, size)
    if step.basin is not None:
        high = np.minimum(high, _flood_limit(case, step, budget.starts[step.id]))
        _bind_month_ends(case, budget, step, low, high)
    low[-1] = max(low[-1], end)
    return np.minimum(low, high) / size, high / size


def _flood_limit(case: Case, step: Step, start: float) -> FloatArray:
    """Return the most content by month; a reservoir that starts above it has a month to come down."""
    months = case.facts.river_levels.get((step.id, "flood_limit"))
    n_hours = len(case.snapshots)
    if months is None or step.basin is None or not case.scenario.hydro.flood_limit:
        return np.full(n_hours, np.inf)
    limit = steps_by_month(case.snapshots, [step.basin.content(level) for level in months])
    still_above = np.maximum(1.0 - np.arange(1, n_hours + 1) / WAY_DOWN_H, 0.0)
    return np.asarray(limit + np.maximum(start - limit, 0.0) * still_above, dtype=np.float64)


def _bind_month_ends(case: Case, budget: WaterBudget, step: Step, low: FloatArray, high: FloatArray) -> None:
    """Hold the level within the band around the rule curve at the end of each month, in place."""
    band, rule = case.scenario.hydro.rule_band, rule_path(case, step.id)
    if band is None or rule is None or step.basin is None:
        return
    for place in month_ends(case.snapshots):
        asked = {**dict.fromkeys(budget.starts, 0.0), step.id: step.basin.content(float(rule[place]) - band)}
        low[place] = budget.reachable(asked, place + 1)[step.id]
        high[place] = min(high[place], max(step.basin.content(float(rule[place]) + band), 0.0))
