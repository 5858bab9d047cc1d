"""Which plants count in a scenario: the fact rows after grades, years, overrides and scale."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from qhgrid.facts import Facts
from qhgrid.facts.rows import HydroPlant, Plant
from qhgrid.scenario.model import FleetOverride, Scenario

UPRATE = "_uprate"
"""Ending of the id of the planned extra turbines of a hydro plant: ``longyangxia_uprate``."""
NEVER = 9999
"""Year of retirement of what stays."""


@dataclass(frozen=True, kw_only=True)
class CountedPlant:
    """A plant, or a block of plants, that counts in the level year of a scenario."""

    id: str
    name_zh: str
    technology: str
    prefecture: str
    station: str
    grade: str
    """Maturity grade, after overrides."""
    p_nom: float
    """Rated power after overrides and scale [MW]."""
    storage_h: float
    """Hours of rated power held in storage or heat; 0 for none and for hydro [h]."""
    heat_rate: float
    """Standard coal per kWh; 0 but for coal [gce/kWh]."""
    corridor: str
    """Id of the corridor it was built for, or empty."""
    is_assumed: bool
    """Whether the row or its grade is an assumption, or an override changed its power."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A row of the fleet or of the hydro plants before any scenario looks at it."""

    plant: CountedPlant
    in_service_year: int
    retire_year: int
    later_units: tuple[tuple[int, float], ...] = ()
    """Units that join after the first: year and power, part of the plant's power from that year on [MW]."""

    def power_in(self, year: int) -> float:
        """Return the power of the units that are there at the end of a year [MW]."""
        return self.plant.p_nom - sum(power for joined, power in self.later_units if joined > year)


def candidates(facts: Facts) -> dict[str, Candidate]:
    """Return all plants of the fact tables by id; extra turbines of hydro plants are rows of their own."""
    found = {row.id: _of_plant(row) for row in facts.fleet.values()}
    units: dict[str, tuple[tuple[int, float], ...]] = {}
    for unit in facts.hydro_units.values():
        units[unit.plant] = (*units.get(unit.plant, ()), (unit.in_service_year, unit.value or 0.0))
    for row in facts.hydro_plants.values():
        whole = _of_hydro(row, row.id, row.name_zh, row.grade, row.value or 0.0)
        found[row.id] = replace(whole, later_units=units.get(row.id, ()))
        if row.uprate_mw > 0:
            name = f"{row.name_zh}扩机"
            found[row.id + UPRATE] = _of_hydro(row, row.id + UPRATE, name, row.uprate_grade, row.uprate_mw)
    return found


def _of_plant(row: Plant) -> Candidate:
    """Return a row of ``fleet.csv`` as a candidate."""
    plant = CountedPlant(
        id=row.id,
        name_zh=row.name_zh,
        technology=row.technology,
        prefecture=row.prefecture,
        station=row.station,
        grade=row.grade,
        p_nom=row.value or 0.0,
        storage_h=row.storage_h,
        heat_rate=row.heat_rate_gce_per_kwh,
        corridor=row.corridor,
        is_assumed=row.is_assumed or row.grade == "A",
    )
    return Candidate(plant=plant, in_service_year=row.in_service_year, retire_year=row.retire_year)


def _of_hydro(row: HydroPlant, name: str, name_zh: str, grade: str, p_nom: float) -> Candidate:
    """Return a row of ``hydro_plants.csv``, or its extra turbines, as a candidate."""
    plant = CountedPlant(
        id=name,
        name_zh=name_zh,
        technology="hydro",
        prefecture=row.prefecture,
        station=row.station,
        grade=grade,
        p_nom=p_nom,
        storage_h=0.0,
        heat_rate=0.0,
        corridor="",
        is_assumed=row.is_assumed or name.endswith(UPRATE),
    )
    return Candidate(plant=plant, in_service_year=row.in_service_year, retire_year=NEVER)


def counted_fleet(scenario: Scenario, facts: Facts) -> tuple[CountedPlant, ...]:
    """Return the plants that count in the level year of a scenario.

    A row counts when its grade is among the grades of the scenario, and it is in service by the end of the
    level year and not retired by then. An override changes power, year or grade of a row before that is
    decided; the scale of a technology changes power after.

    Parameters
    ----------
    scenario : Scenario
        The scenario.
    facts : Facts
        The fact tables.

    Returns
    -------
    tuple of CountedPlant
        In the order of ``fleet.csv``, then ``hydro_plants.csv``; rows without power are left out.
    """
    return tuple(_counted(scenario, facts))


def _counted(scenario: Scenario, facts: Facts) -> Iterator[CountedPlant]:
    """Yield the counted plants."""
    overrides = {override.id: override for override in scenario.fleet.overrides}
    grades = {str(grade) for grade in scenario.fleet.grades}
    for name, candidate in candidates(facts).items():
        changed = _override(candidate, overrides.get(name))
        plant = changed.plant
        p_nom = changed.power_in(scenario.year) * scenario.fleet.scale.get(plant.technology, 1.0)
        in_time = changed.in_service_year <= scenario.year < changed.retire_year
        if plant.grade in grades and in_time and p_nom > 0:
            yield _with(plant, p_nom=p_nom)


def _override(candidate: Candidate, override: FleetOverride | None) -> Candidate:
    """Return a candidate with an override applied."""
    if override is None:
        return candidate
    plant = candidate.plant
    grade = plant.grade if override.grade is None else str(override.grade)
    changes_power = override.p_nom is not None
    p_nom = plant.p_nom if override.p_nom is None else override.p_nom
    year = override.in_service_year
    return Candidate(
        plant=_with(plant, p_nom=p_nom, grade=grade, assume=changes_power or grade == "A"),
        in_service_year=candidate.in_service_year if year is None else year,
        retire_year=candidate.retire_year,
        later_units=() if changes_power else candidate.later_units,
    )


def _with(plant: CountedPlant, *, p_nom: float, grade: str = "", assume: bool = False) -> CountedPlant:
    """Return a plant with other power, grade or standing."""
    values = {**plant.__dict__, "p_nom": p_nom, "is_assumed": plant.is_assumed or assume}
    return CountedPlant(**{**values, "grade": grade or plant.grade})


def counted_capacity(scenario: Scenario, facts: Facts) -> float:
    """Return installed capacity as the targets of the scenario count it [MW].

    Storage counts where the counting rule of the scenario says so.
    """
    return sum(plant.p_nom for plant in counted_fleet(scenario, facts) if _counts(plant, scenario, facts))


def _counts(plant: CountedPlant, scenario: Scenario, facts: Facts) -> bool:
    """Return whether a plant counts as installed capacity."""
    if plant.technology == "pumped_storage":
        return scenario.targets.count_pumped_storage
    technology = facts.technologies.get(plant.technology)
    return scenario.targets.count_new_storage or technology is None or not technology.is_storage
