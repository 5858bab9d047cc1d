"""Installed capacity of the counted fleet: by technology, by grade, and under each counting rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qhgrid.scenario.fleet import counted_fleet
from qhgrid.scenario.model import Fleet, Grade, Scenario

if TYPE_CHECKING:
    from qhgrid.facts import Facts
    from qhgrid.scenario.fleet import CountedPlant

BASE_YEAR = 2025
"""Year from whose end the build rate is counted."""

GRADES = tuple(Grade(grade) for grade in ("OP", "G5", "G4", "G3", "G2", "G1", "G0", "A"))
"""Maturity grades from the surest to the assumed."""


@dataclass(frozen=True)
class CountingRule:
    """Which storage counts as installed capacity."""

    id: str
    label_zh: str
    label_en: str
    counts_pumped_storage: bool
    counts_new_storage: bool


RULES = (
    CountingRule("generation_only", "仅计发电装机", "generation only", False, False),
    CountingRule("with_pumped_storage", "计入抽水蓄能", "with pumped storage", True, False),
    CountingRule("with_new_storage", "计入新型储能", "with new storage", False, True),
    CountingRule("with_all_storage", "计入抽水蓄能和新型储能", "with pumped and new storage", True, True),
)
"""All readings of 「电源装机容量」, which the plan leaves open."""


def rule_of(pumped_storage: bool, new_storage: bool) -> CountingRule:
    """Return the rule that counts pumped storage and new storage as said."""
    wanted = (pumped_storage, new_storage)
    return next(rule for rule in RULES if (rule.counts_pumped_storage, rule.counts_new_storage) == wanted)


def is_counted(technology: str, rule: CountingRule, facts: Facts) -> bool:
    """Return whether `technology` counts under `rule`; FactsError if the technology is unknown."""
    if technology == "pumped_storage":
        return rule.counts_pumped_storage
    return rule.counts_new_storage if facts.technology(technology).is_storage else True


def counts_as_clean(technology: str, rule: CountingRule, facts: Facts) -> bool:
    """Return whether capacity of `technology` is clean, storage being clean where `rule` counts it."""
    row = facts.technology(technology)
    return is_counted(technology, rule, facts) if row.is_storage else row.is_clean


def capacity(fleet: Iterable[CountedPlant], chosen: Callable[[CountedPlant], bool]) -> float:
    """Return the capacity of the chosen plants [MW]."""
    return sum(plant.p_nom for plant in fleet if chosen(plant))


def total_capacity(fleet: Iterable[CountedPlant], facts: Facts, rule: CountingRule) -> float:
    """Return the installed capacity under `rule` [MW]."""
    return capacity(fleet, lambda plant: is_counted(plant.technology, rule, facts))


def clean_capacity(fleet: Iterable[CountedPlant], facts: Facts, rule: CountingRule) -> float:
    """Return the clean capacity, storage being clean where `rule` counts it [MW]."""
    return capacity(fleet, lambda plant: counts_as_clean(plant.technology, rule, facts))


def capacity_by_technology(fleet: Iterable[CountedPlant], facts: Facts) -> dict[str, float]:
    """Return the capacity of each technology that has any, in the order of ``technologies.csv`` [MW]."""
    sums: dict[str, float] = {}
    for plant in fleet:
        sums[plant.technology] = sums.get(plant.technology, 0.0) + plant.p_nom
    for technology in sums:
        facts.technology(technology)
    return {technology: sums[technology] for technology in facts.technologies if technology in sums}


def grade_ladder(
    fleet: Sequence[CountedPlant], facts: Facts, rule: CountingRule
) -> tuple[tuple[Grade, float, float], ...]:
    """Return each grade with its capacity under `rule`, and that of it and all surer grades [MW]."""
    steps: list[tuple[Grade, float, float]] = []
    reached = 0.0
    for grade in GRADES:
        own = total_capacity([plant for plant in fleet if plant.grade == grade], facts, rule)
        reached += own
        steps.append((grade, own, reached))
    return tuple(steps)


def fleet_of_base_year(scenario: Scenario, facts: Facts) -> tuple[CountedPlant, ...]:
    """Return the fleet at the end of 2025, without the scenario's overrides and factors."""
    plain = Fleet(grades=tuple(Grade))
    return counted_fleet(scenario.model_copy(update={"year": BASE_YEAR, "fleet": plain}), facts)


MAIN_BODY_CATEGORIES = {
    "new_energy": ("新能源", "new energy"),
    "hydro": ("水电（含抽水蓄能）", "hydro with pumped storage"),
    "thermal": ("火电", "thermal"),
    "new_storage": ("新型储能", "new storage"),
    "other": ("其他", "other"),
}
"""Categories among which 双主体 looks for the largest, as in the provincial statistics."""


def main_body_category(technology: str, facts: Facts) -> str:
    """Return the category of a technology, a key of :data:`MAIN_BODY_CATEGORIES`."""
    row = facts.technology(technology)
    if row.is_new_energy:
        return "new_energy"
    if technology in ("hydro", "pumped_storage"):
        return "hydro"
    if row.is_storage:
        return "new_storage"
    return "thermal" if technology in ("coal", "gas", "biomass", "waste_heat") else "other"
