"""The water of a past year, for which no discharge is published: derived from what was.

Each month has two unknowns, the discharge of the river and the release of the great reservoir, and two
equations: the water balance of the reservoir between published levels, and the published hydro generation of
the province through the water rates of the cascade. So the hydro energy of a backcast year is no test of its
own; levels, and the months under the release rule, are. Water that was spilled leaves no trace in generation:
in a year of spill the discharge found here is too low.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qhgrid.backcast.calibration import CALIBRATED, months, parameter
from qhgrid.backcast.published import (
    MONTHS,
    FloatArray,
    days_in_months,
    level_at_month_ends,
    read_published,
)
from qhgrid.backcast.release import HALVES, SECONDS_PER_DAY, Balance, Path, Rule, fit_rule, follow_rule
from qhgrid.errors import FactsError, Fault
from qhgrid.facts.levels import LevelCurve
from qhgrid.scenario.fleet import counted_fleet

if TYPE_CHECKING:
    from qhgrid.facts import Facts
    from qhgrid.facts.rows import HydroPlant
    from qhgrid.scenario.model import Scenario

MOST_M3_PER_S = 6000.0
"""Bound of the search for the discharge [m3/s]."""
BISECTIONS = 60
HOURS_IN_YEAR = 8760.0


@dataclass(frozen=True)
class Stage:
    """A plant of the river as the balance sees it.

    Parameters
    ----------
    id : str
    p_nom : float
        Rated power in the year [MW].
    rate : float
        Power of a m3/s at rated head [MW/(m3/s)].
    share : float
        Natural discharge at the plant over that of the gauge [1].
    withdrawn : tuple of float
        Water taken out at the plant and above it, January to December [m3/s], shape (12,).
    """

    id: str
    p_nom: float
    rate: float
    share: float
    withdrawn: tuple[float, ...]


@dataclass(frozen=True)
class River:
    """The river of a year: plants from upstream to downstream, and the small plants beside it.

    Parameters
    ----------
    stages : tuple of Stage
    reservoir : int
        Place of the reservoir whose levels are published.
    k_factor, tailwater_m : float
        Of the reservoir's plant: output coefficient, mean level below it [m].
    curve : LevelCurve
        Of the reservoir.
    full_m : float
        Normal level [m].
    small_mw_per_m3_per_s : float
        Power of the small plants for each m3/s at the gauge [MW/(m3/s)].
    small_mw : float
        Rated power of the small plants [MW].
    """

    stages: tuple[Stage, ...]
    reservoir: int
    k_factor: float
    tailwater_m: float
    curve: LevelCurve
    full_m: float
    small_mw_per_m3_per_s: float
    small_mw: float

    @property
    def plant(self) -> str:
        """Id of the plant at the reservoir."""
        return self.stages[self.reservoir].id

    @property
    def share(self) -> float:
        """Natural discharge into the reservoir over that of the gauge [1]."""
        return self.stages[self.reservoir].share

    def power(self, month: int, discharge: float, release: float, level_m: float) -> float:
        """Return the mean power of all hydro plants in a month [MW] at a discharge and a release [m3/s]."""
        total = min(self.small_mw, self.small_mw_per_m3_per_s * discharge)
        for place, stage in enumerate(self.stages):
            flow, rate = stage.share * discharge - stage.withdrawn[month - 1], stage.rate
            if place >= self.reservoir:
                taken = stage.withdrawn[month - 1] - self.stages[self.reservoir].withdrawn[month - 1]
                flow = release + (stage.share - self.share) * discharge - taken
            if place == self.reservoir:
                rate = self.k_factor * (level_m - self.tailwater_m) / 1000.0
            total += min(stage.p_nom, rate * max(flow, 0.0))
        return total


def observed_plant(facts: Facts) -> HydroPlant:
    """Return the plant whose reservoir has published levels.

    Raises
    ------
    FactsError
        If there is none, or more than one.
    """
    plants = sorted({row.plant for row in facts.hydro_observed_levels.values()})
    if len(plants) != 1:
        what = f"{len(plants)} reservoirs have published levels, the backcast takes one"
        raise FactsError(Fault("hydro_observed_levels.csv", what, "Keep the levels of one reservoir."))
    return facts.hydro_plants[plants[0]]


def read_river(facts: Facts, scenario: Scenario) -> River:
    """Return the river with the plants of a scenario's year."""
    fleet = counted_fleet(scenario, facts)
    power = {plant.id: plant.p_nom for plant in fleet if plant.technology == "hydro"}
    stages: list[Stage] = []
    share, withdrawn = 0.0, np.zeros(12)
    for row in sorted(facts.hydro_plants.values(), key=lambda row: row.order):
        share += row.side_inflow_share
        withdrawn = withdrawn + _withdrawal(facts, scenario, row.id)
        if row.id in power:
            rate = row.k_factor * row.head_m / 1000.0
            stages.append(Stage(row.id, power[row.id], rate, share, tuple(withdrawn.tolist())))
    plant = observed_plant(facts)
    small = sum(mw for id, mw in power.items() if id in facts.fleet)
    mean = float(np.mean([np.mean(flows) for flows in facts.inflow_monthly.values()]))
    hours = facts.cost("small_hydro", "full_load_hours").value
    return River(
        stages=tuple(stages),
        reservoir=[stage.id for stage in stages].index(plant.id),
        k_factor=plant.k_factor,
        tailwater_m=float(np.mean(facts.river_levels[plant.id, "tailwater"])),
        curve=level_curve(facts, plant.id),
        full_m=max(facts.river_levels[plant.id, "normal"]),
        small_mw_per_m3_per_s=small * hours / HOURS_IN_YEAR / mean,
        small_mw=small,
    )


def _withdrawal(facts: Facts, scenario: Scenario, plant: str) -> FloatArray:
    """Return what is taken from the pool of a plant by month [m3/s], shape (12,)."""
    taken = np.zeros(12)
    for row in facts.hydro_flows.values():
        counts = row.grade in scenario.fleet.grades and row.in_service_year <= scenario.year
        if row.plant == plant and row.kind == "withdrawal" and counts:
            taken = taken + np.array(row.months)
    return taken * scenario.hydro.withdrawals


def level_curve(facts: Facts, plant: str) -> LevelCurve:
    """Return the level-storage curve of a reservoir."""
    points = [(row.level_m, row.value or 0.0) for row in facts.hydro_curves.values() if row.plant == plant]
    return LevelCurve.of(sorted(points))


def storage_gain(facts: Facts, river: River, year: int) -> FloatArray:
    """Return what the reservoir took in month by month, between published levels [m3/s], shape (12,)."""
    levels = level_at_month_ends(facts, river.plant, year)
    storage = np.array([river.curve.storage_m3(level) for level in levels])
    return np.asarray(np.diff(storage) / (days_in_months(year) * SECONDS_PER_DAY))


def derive_discharge(facts: Facts, river: River, year: int) -> FloatArray:
    """Return the discharge at the gauge that hydro generation and levels of a year ask for [m3/s].

    Shape (12,).
    """
    days = days_in_months(year)
    power = read_published(facts, year).monthly["hydro"] / (days * 24.0)
    gain = storage_gain(facts, river, year)
    levels = level_at_month_ends(facts, river.plant, year)
    middle = (levels[1:] + levels[:-1]) / 2.0
    found = [_discharge(river, *month) for month in zip(MONTHS, power, gain, middle, strict=True)]
    return np.array(found)


def _discharge(river: River, month: int, power: float, gain: float, level_m: float) -> float:
    """Return the discharge that gives a power while the reservoir takes in `gain` [m3/s]."""
    low, high = max(gain / river.share, 0.0), MOST_M3_PER_S
    for _ in range(BISECTIONS):
        middle = (low + high) / 2.0
        if river.power(month, middle, river.share * middle - gain, level_m) < power:
            low = middle
        else:
            high = middle
    return (low + high) / 2.0


def balance_of(facts: Facts, river: River, year: int, discharge: FloatArray) -> Balance:
    """Return the monthly balance of the reservoir in a year of known discharge."""
    inflow = river.share * np.asarray(discharge)
    release = inflow - storage_gain(facts, river, year)
    levels = level_at_month_ends(facts, river.plant, year)
    return Balance(np.array(MONTHS, dtype=np.float64), levels[:-1], inflow, release)


def recorded_years(facts: Facts, plant: str) -> list[int]:
    """Return the years with both a measured discharge and published levels."""
    return [
        year
        for year in sorted(facts.inflow_monthly)
        if not np.isnan(level_at_month_ends(facts, plant, year)).any()
    ]


def fit_release_rule(facts: Facts, rivers: dict[int, River]) -> Rule:
    """Return the release rule as fitted: years of the record, and the calibrated years with more weight."""
    weight = parameter(facts, "release_weight")
    first = rivers[CALIBRATED[0]]
    pairs = [
        (balance_of(facts, first, year, np.array(facts.inflow_monthly[year])), 1.0)
        for year in recorded_years(facts, first.plant)
    ]
    for year in CALIBRATED:
        discharge = derive_discharge(facts, rivers[year], year)
        pairs.append((balance_of(facts, rivers[year], year, discharge), weight))
    return fit_rule(pairs, parameter(facts, "release_reference_level"), parameter(facts, "release_least"))


def read_rule(facts: Facts) -> Rule:
    """Return the release rule of ``calibration.csv``."""
    return Rule(
        parameter(facts, "release_reference_level"),
        parameter(facts, "release_least"),
        months(facts, "release_base"),
        {half: parameter(facts, f"release_level_{half}") for half in HALVES},
        {half: parameter(facts, f"release_inflow_{half}") for half in HALVES},
    )


def level_path(facts: Facts, river: River, year: int, discharge: FloatArray) -> Path:
    """Return levels and releases of the reservoir under the rule, from the published level of the start."""
    start = float(level_at_month_ends(facts, river.plant, year)[0])
    inflow = river.share * discharge
    return follow_rule(read_rule(facts), river.curve, start, river.full_m, inflow, days_in_months(year))
