"""Model elements: what there is, what grade it has, and what of it a scenario uses beyond today's system."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from qhgrid.facts import Facts
from qhgrid.facts.rows import DEMAND_CLASSES
from qhgrid.scenario import Scenario, counted_fleet
from qhgrid.scenario.exchange import rating_of
from qhgrid.scenario.fleet import UPRATE

TODAY = "OP"
"""Grade of what is in operation and so needs no project."""
ASSUMED = "A"
"""Grade of what no document names."""


@dataclass(frozen=True)
class UsedElement:
    """An element that a scenario uses.

    Parameters
    ----------
    element : str
        Name of the element, such as ``fleet:geermu_coal``.
    grade : str
        Maturity grade of its row, after overrides of the scenario.
    name_zh : str
        What it is called.
    p_nom_mw : float
        Rated power that counts; 0 for lines and ties [MW].
    """

    element: str
    grade: str
    name_zh: str
    p_nom_mw: float


def element_grades(facts: Facts) -> Mapping[str, str]:
    """Return the grade of every element that a project may stand for; empty for classes of demand."""
    plants = facts.hydro_plants.items()
    return {
        **{f"fleet:{name}": row.grade for name, row in facts.fleet.items()},
        **{f"hydro:{name}": row.grade for name, row in plants},
        **{f"hydro_uprate:{name}": row.uprate_grade for name, row in plants if row.uprate_mw > 0},
        **{f"corridor:{name}": row.grade for name, row in facts.corridors.items()},
        **{f"line:{name}": row.grade for name, row in facts.lines.items()},
        **{f"tie:{name}": row.grade for name, row in facts.ties.items()},
        **dict.fromkeys((f"demand:{name}" for name in DEMAND_CLASSES), ""),
    }


def used_elements(scenario: Scenario, facts: Facts) -> Iterator[UsedElement]:
    """Yield what a scenario uses: plants, corridors, lines and ties that are there in its year."""
    for plant in counted_fleet(scenario, facts):
        yield UsedElement(element_of_plant(plant.id, facts), plant.grade, plant.name_zh, plant.p_nom)
    for name, corridor in scenario.corridors.items():
        if corridor.in_service:
            row = facts.corridors[name]
            yield UsedElement(f"corridor:{name}", row.grade, row.name_zh, rating_of(scenario, facts, name))
    for line in facts.lines.values():
        if line.in_service_year <= scenario.year and line.grade in scenario.fleet.grades:
            yield UsedElement(f"line:{line.id}", line.grade, line.name_zh, 0.0)
    for name, tie in scenario.ties.items():
        if tie.in_service:
            yield UsedElement(f"tie:{name}", facts.ties[name].grade, facts.ties[name].name_zh, 0.0)


def element_of_plant(plant: str, facts: Facts) -> str:
    """Return the element name of a counted plant."""
    if plant in facts.fleet:
        return f"fleet:{plant}"
    if plant in facts.hydro_plants:
        return f"hydro:{plant}"
    return f"hydro_uprate:{plant.removesuffix(UPRATE)}"


def registered_mw(element: str, facts: Facts) -> float:
    """Return the rated power that an element stands for, 0 for one without [MW]."""
    kind, _, name = element.partition(":")
    if kind == "fleet":
        return facts.fleet[name].value or 0.0
    if kind == "hydro":
        return facts.hydro_plants[name].value or 0.0
    if kind == "hydro_uprate":
        return facts.hydro_plants[name].uprate_mw
    if kind == "corridor":
        return facts.corridors[name].value or 0.0
    return 0.0
