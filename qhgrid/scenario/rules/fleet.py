"""Rules of the fleet: grades, overrides, scale and the sum."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from qhgrid.facts import Facts
from qhgrid.scenario.fleet import candidates, counted_capacity, counted_fleet
from qhgrid.scenario.marks import suggest
from qhgrid.scenario.model import Grade, Scenario
from qhgrid.scenario.rules.rule import Finding, RuleBook
from qhgrid.units import convert

BOOK = RuleBook()
ROOM_ABOVE_TARGET = 1.05
"""Most counted capacity, per unit of the target."""
LARGEST_OVERRIDE = 3.0
"""Most power of an override, per unit of the row, unless it is named an assumption."""
LARGEST_SCALE = 5.0
"""Largest factor on the capacity of a technology."""


def _wan(power: float) -> str:
    """Return power [MW] as a planner writes it."""
    return f"{convert(power, 'MW', '万千瓦'):.6g} 万千瓦"


@BOOK.rule("grades-once", "每个成熟度等级只列一次", "Each grade is listed once.")
def grades_once(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find grades that are listed twice."""
    for grade, times in sorted(Counter(scenario.fleet.grades).items()):
        if times > 1:
            yield Finding(
                ("fleet", "grades"), f"the grade {grade} is listed {times} times", "Keep one of them."
            )


@BOOK.rule("grades-operating", "在运机组必须计入", "What is in operation counts.")
def grades_operating(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find a scenario that leaves out the plants in operation."""
    if Grade.OP not in scenario.fleet.grades:
        what = "the plants in operation (OP) are not counted"
        yield Finding(("fleet", "grades"), what, "Add OP to the grades.")


@BOOK.rule("grades-firm", "2030年及以前不计入G0、G1项目", "No candidates (G1) or policy levers (G0) by 2030.")
def grades_firm(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find grades without a project that are counted too early."""
    if scenario.year > 2030:
        return
    for grade in (Grade.G0, Grade.G1):
        if grade in scenario.fleet.grades:
            what = (
                f"the grade {grade} is counted in {scenario.year}, but the plan has no such project by then"
            )
            mend = "Take it out; raise single projects with fleet.overrides and a reason."
            yield Finding(("fleet", "grades"), what, mend)


@BOOK.rule("override-known", "调整的机组在机组表中", "An override names a row of the fleet.")
def override_known(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find overrides of plants that do not exist."""
    known = candidates(facts)
    for position, override in enumerate(scenario.fleet.overrides):
        if override.id not in known:
            what = f"there is no plant {override.id!r}"
            yield Finding(("fleet", "overrides", position, "id"), what, suggest(override.id, known))


@BOOK.rule("override-once", "每台机组只调整一次", "A plant is overridden once.")
def override_once(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find plants that are overridden a second time."""
    seen: set[str] = set()
    for position, override in enumerate(scenario.fleet.overrides):
        if override.id in seen:
            what = f"{override.id} is overridden a second time"
            yield Finding(("fleet", "overrides", position, "id"), what, "Write its changes in one entry.")
        seen.add(override.id)


@BOOK.rule("override-changes", "调整要改变机组的某一项", "An override changes something.")
def override_changes(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find overrides that leave everything as the row has it."""
    known = candidates(facts)
    for position, override in enumerate(scenario.fleet.overrides):
        row = known.get(override.id)
        if row is None:
            continue
        same_power = override.p_nom in (None, row.plant.p_nom)
        same_year = override.in_service_year in (None, row.in_service_year)
        if same_power and same_year and override.grade in (None, row.plant.grade):
            what = f"{override.id} has these values already"
            mend = "Give p_nom, in_service_year or grade, or drop the entry."
            yield Finding(("fleet", "overrides", position), what, mend)


@BOOK.rule("override-size", "调整后的容量不超过原值三倍", "An override is at most three times the row.")
def override_size(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find overrides that make a plant far larger without being named an assumption."""
    known = candidates(facts)
    for position, override in enumerate(scenario.fleet.overrides):
        row = known.get(override.id)
        if row is None or override.p_nom is None or override.grade is Grade.A:
            continue
        if override.p_nom > LARGEST_OVERRIDE * row.plant.p_nom:
            what = f"{_wan(override.p_nom)} is more than three times the {_wan(row.plant.p_nom)} of the row"
            mend = "Check the unit, or name it an assumption with `grade: A`."
            yield Finding(("fleet", "overrides", position, "p_nom"), what, mend)


@BOOK.rule("override-retired", "投产年早于退役年", "A plant does not enter service after it has retired.")
def override_retired(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find overrides that put a plant in service after its retirement."""
    known = candidates(facts)
    for position, override in enumerate(scenario.fleet.overrides):
        row = known.get(override.id)
        if row and override.in_service_year is not None and override.in_service_year >= row.retire_year:
            what = f"{override.id} retires in {row.retire_year}, before it enters service"
            mend = f"Give a year before {row.retire_year}."
            yield Finding(("fleet", "overrides", position, "in_service_year"), what, mend)


@BOOK.rule("override-operating", "在运机组不推迟投产", "What is in operation is not postponed.")
def override_operating(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find overrides that postpone a plant in operation."""
    known = candidates(facts)
    for position, override in enumerate(scenario.fleet.overrides):
        row = known.get(override.id)
        if row is None or row.plant.grade != Grade.OP or override.in_service_year is None:
            continue
        if override.in_service_year > row.in_service_year:
            what = f"{override.id} has been in operation since {row.in_service_year}"
            mend = "Drop in_service_year; to take the plant out set `p_nom: 0 MW`."
            yield Finding(("fleet", "overrides", position, "in_service_year"), what, mend)


@BOOK.rule("scale-known", "倍率对应的技术在技术表中", "A scale names a technology.")
def scale_known(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find scales of technologies that do not exist."""
    for name in scenario.fleet.scale:
        if name not in facts.technologies:
            mend = suggest(name, facts.technologies)
            yield Finding(("fleet", "scale", name), f"there is no technology {name!r}", mend)


@BOOK.rule("scale-size", "倍率不超过5", "A scale is at most 5.")
def scale_size(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find scales that look like a percentage or a capacity."""
    for name, factor in scenario.fleet.scale.items():
        if factor > LARGEST_SCALE:
            what = f"{factor:g} times the capacity of {name} is beyond any plan"
            yield Finding(("fleet", "scale", name), what, "Write a factor, such as 1.2 for 20 % more.")


@BOOK.rule("scale-hydro", "水电不能整体取消", "Hydropower is not scaled to nothing.")
def scale_hydro(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find a scale that takes the cascade away while its water still comes."""
    if scenario.fleet.scale.get("hydro", 1.0) == 0.0:
        what = "a scale of 0 takes every turbine off the river, and all water would spill"
        mend = "Use a smaller change, or set `p_nom: 0 MW` for single plants in fleet.overrides."
        yield Finding(("fleet", "scale", "hydro"), what, mend)


@BOOK.rule("fleet-counts", "计入的机组不为空", "The counted fleet is not empty.")
def fleet_counts(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find a scenario in which no plant counts."""
    if not counted_fleet(scenario, facts):
        what = f"no plant counts in {scenario.year}"
        yield Finding(("fleet", "grades"), what, "Count more grades, or check scale and overrides.")


@BOOK.rule(
    "fleet-total", "计入容量不超过总装机目标的1.05倍", "The counted fleet is at most 5 % above the target."
)
def fleet_total(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find a fleet beyond the total of the plan."""
    counted, total = counted_capacity(scenario, facts), scenario.targets.capacity_total
    if counted > ROOM_ABOVE_TARGET * total:
        what = f"the counted fleet of {_wan(counted)} is more than 5 % above the total of {_wan(total)}"
        mend = "Count fewer grades, lower scale or overrides, or raise targets.capacity_total."
        yield Finding(("targets", "capacity_total"), what, mend)
