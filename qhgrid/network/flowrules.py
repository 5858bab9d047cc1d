"""What must, may and may not flow at a plant, hour by hour: releases and withdrawals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qhgrid.clock import steps_by_month
from qhgrid.network.constants import FLOOD_M3_PER_S

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qhgrid.facts.rows import HydroFlows
    from qhgrid.network.case import Case
    from qhgrid.network.chain import Step
    from qhgrid.network.draft import FloatArray


@dataclass(frozen=True)
class FlowRules:
    """The rules on the water of one plant.

    Parameters
    ----------
    minimum, maximum : numpy.ndarray
        Least and most release below the plant [m3/s], shape (snapshot,); infinite where there is no most.
    withdrawal : numpy.ndarray
        Water taken from the pool that does not come back [m3/s], shape (snapshot,).
    """

    minimum: FloatArray
    maximum: FloatArray
    withdrawal: FloatArray

    @property
    def limits_release(self) -> bool:
        """Whether there is any least or most release."""
        return bool((self.minimum > 0.0).any() or np.isfinite(self.maximum).any())


def flow_rules(case: Case, steps: Sequence[Step]) -> dict[str, FlowRules]:
    """Return the rules of each plant by its id.

    Several least releases do not add up, the largest holds; of several most releases the smallest holds;
    withdrawals add up. Where the least is above the most, the least gives way. What is withdrawn at a plant
    that does not count is withdrawn at the next counted one.
    """
    counted = {step.id for step in steps}
    return {step.id: _rules_of(case, step, _skipped_above(case, step, counted)) for step in steps}


def _skipped_above(case: Case, step: Step, counted: set[str]) -> set[str]:
    """Return the ids of the plants skipped between a plant and the counted one above it."""
    skipped: set[str] = set()
    above = {row.downstream: row.id for row in case.facts.hydro_plants.values() if row.downstream}
    here = above.get(step.id)
    while here is not None and here not in counted:
        skipped.add(here)
        here = above.get(here)
    return skipped


def _rules_of(case: Case, step: Step, skipped: set[str]) -> FlowRules:
    """Return the rules of one plant."""
    hydro, hours = case.scenario.hydro, case.snapshots
    nothing = np.zeros(len(hours))
    least = nothing + step.plant.minimum_release_m3_per_s * hydro.minimum_release
    for row in _rows(case, "minimum_release", {step.id}):
        least = np.maximum(least, steps_by_month(hours, row.months) * hydro.minimum_release)
    most = nothing + np.inf
    for row in _rows(case, "maximum_release", {step.id}):
        limit = steps_by_month(hours, row.months)
        is_limit = (limit < FLOOD_M3_PER_S.value) & (hydro.ice_release > 0.0)
        most = np.minimum(most, np.where(is_limit, limit * hydro.ice_release, np.inf))
    taken = nothing
    for row in _rows(case, "withdrawal", {step.id} | skipped):
        taken = taken + steps_by_month(hours, row.months) * hydro.withdrawals
    return FlowRules(np.minimum(least, most), most, taken)


def _rows(case: Case, kind: str, plants: set[str]) -> Iterator[HydroFlows]:
    """Yield the rows of one kind that count in the scenario."""
    for row in case.facts.hydro_flows.values():
        if row.kind == kind and row.plant in plants and case.is_in_service(row):
            yield row
