"""The counted plants of the river in the order of the water."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qhgrid.facts.levels import M3_PER_FLOW_HOUR
from qhgrid.network.constants import POND_HOURS
from qhgrid.scenario.fleet import UPRATE

if TYPE_CHECKING:
    from qhgrid.facts.levels import Basin
    from qhgrid.facts.rows import HydroPlant, HydroReach
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
        Natural inflow that enters here, share of the discharge of the gauge, that of skipped plants included.
    basin : Basin or None
        Its reservoir, where level and storage are known.
    hours_below : int
        Travel time of the water to the next counted plant, 0 below the last [h].
    """

    plant: HydroPlant
    p_nom: float
    side_inflow_share: float
    basin: Basin | None = None
    hours_below: int = 0

    @property
    def id(self) -> str:
        """Id of the plant."""
        return self.plant.id

    @property
    def mw_per_m3_per_s(self) -> float:
        """Power of a m3/s at rated head [MW/(m3/s)]."""
        return self.plant.k_factor * self.plant.head_m / 1000.0

    @property
    def turbine_m3_per_s(self) -> float:
        """Water through the turbines at rated power and head [m3/s]."""
        return self.p_nom / self.mw_per_m3_per_s

    @property
    def storage_m3_per_s_h(self) -> float:
        """Storage that dispatch may use; 0 for a pond that empties too soon [m3/s held for an hour]."""
        usable = self.plant.regulating_storage_m3 if self.basin is None else self.basin.usable_m3
        storage = usable / M3_PER_FLOW_HOUR
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
    leaves the plant above it arrives there, later by the travel time of the river that runs free in its
    place. Side inflow below the last counted plant is outside the model.
    """
    power = _power_by_plant(case)
    rows = sorted(case.facts.hydro_plants.values(), key=lambda row: row.order)
    counted = [row for row in rows if row.id in power and _is_counted(case, row.id)]
    steps: list[Step] = []
    share = 0.0
    for row in rows:
        share += row.side_inflow_share
        if row in counted:
            hours = _hours_below(case, row, [other.id for other in counted])
            steps.append(Step(row, power[row.id], share, case.facts.basins.get(row.id), hours))
            share = 0.0
    return tuple(steps)


def _power_by_plant(case: Case) -> dict[str, float]:
    """Return the counted power of each plant of the river with its uprates [MW]."""
    power: dict[str, float] = {}
    for counted in case.plants_of("hydro"):
        plant = river_plant_of(case, counted.id)
        if plant is not None:
            power[plant] = power.get(plant, 0.0) + counted.p_nom
    return power


def _hours_below(case: Case, row: HydroPlant, counted: list[str]) -> int:
    """Return the travel time from a plant to the next counted one, 0 where there is none [h]."""
    if not case.scenario.hydro.travel_time:
        return 0
    reaches = {(reach.upstream, reach.downstream): reach for reach in case.facts.hydro_reaches.values()}
    hours, here = 0.0, row
    while here.downstream in case.facts.hydro_plants:
        below = case.facts.hydro_plants[here.downstream]
        hours += _hours_of(reaches.get((here.id, below.id)), below.id in counted)
        if below.id in counted:
            return int(hours)
        here = below
    return 0


def _hours_of(reach: HydroReach | None, has_pool: bool) -> float:
    """Return the travel time of a reach, free where the plant below does not stand [h]."""
    if reach is None:
        return 0.0
    return (reach.value or 0.0) if has_pool else reach.free_hours


def river_plant_of(case: Case, id: str) -> str | None:
    """Return the plant of the river that a counted row belongs to; an uprate belongs to its plant."""
    plant = id.removesuffix(UPRATE)
    return plant if plant in case.facts.hydro_plants else None


def _is_counted(case: Case, id: str) -> bool:
    """Return whether the plant itself counts, not only its uprate."""
    return any(counted.id == id for counted in case.plants_of("hydro"))
