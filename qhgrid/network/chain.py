"""The counted plants of the upper Yellow River in the order of the water."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qhgrid.network.constants import POND_HOURS
from qhgrid.scenario.fleet import UPRATE

if TYPE_CHECKING:
    from qhgrid.facts.rows import HydroPlant
    from qhgrid.network.case import Case


@dataclass(frozen=True)
class Step:
    """One plant of the chain, upstream to downstream.

    Parameters
    ----------
    plant : HydroPlant
        Its row.
    p_nom : float
        Rated power, uprates included [MW].
    side_inflow_share : float
        Natural inflow that enters here, share of the 唐乃亥 discharge, that of skipped plants included.
    """

    plant: HydroPlant
    p_nom: float
    side_inflow_share: float

    @property
    def mw_per_m3_per_s(self) -> float:
        """Power of a m3/s at rated head [MW/(m3/s)]."""
        return self.plant.k_factor * self.plant.head_m / 1000.0

    @property
    def turbine_m3_per_s(self) -> float:
        """Water through the turbines at rated power [m3/s]."""
        return self.p_nom / self.mw_per_m3_per_s

    @property
    def storage_m3_per_s_h(self) -> float:
        """Storage that dispatch may use; 0 for a pond that empties too soon [m3/s held for an hour]."""
        storage = self.plant.regulating_storage_m3 / 3600.0
        return storage if storage >= POND_HOURS.value * self.plant_turbine_m3_per_s else 0.0

    @property
    def plant_turbine_m3_per_s(self) -> float:
        """Water through the turbines without uprates, so that an uprate takes no pond away [m3/s]."""
        return (self.plant.value or 0.0) / self.mw_per_m3_per_s

    @property
    def pool(self) -> str:
        """Name of the pool bus."""
        return f"{self.plant.id} pool"


def chain(case: Case) -> tuple[Step, ...]:
    """Return the counted plants of the river from upstream to downstream.

    A plant that does not count is left out: its side inflow enters at the next counted plant below, and what
    leaves the plant above it arrives there. Side inflow below the last counted plant is outside the model.
    """
    uprated: dict[str, float] = {}
    for counted in case.plants_of("hydro"):
        plant = river_plant_of(case, counted.id)
        if plant is not None:
            uprated[plant] = uprated.get(plant, 0.0) + counted.p_nom
    steps: list[Step] = []
    share = 0.0
    for row in sorted(case.facts.hydro_plants.values(), key=lambda row: row.order):
        share += row.side_inflow_share
        if row.id in uprated and _is_counted(case, row.id):
            steps.append(Step(row, uprated[row.id], share))
            share = 0.0
    return tuple(steps)


def river_plant_of(case: Case, id: str) -> str | None:
    """Return the plant of the river that a counted row belongs to; an uprate belongs to its plant."""
    plant = id.removesuffix(UPRATE)
    return plant if plant in case.facts.hydro_plants else None


def _is_counted(case: Case, id: str) -> bool:
    """Return whether the plant itself counts, not only its uprate."""
    return any(counted.id == id for counted in case.plants_of("hydro"))
