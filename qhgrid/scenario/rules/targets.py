"""Rules of the targets."""

from __future__ import annotations

from collections.abc import Iterator

from qhgrid.facts import Facts
from qhgrid.scenario.model import Scenario
from qhgrid.scenario.rules.rule import Finding, RuleBook
from qhgrid.units import convert

BOOK = RuleBook()
SMALLEST_SHARE = 0.2
"""Smallest share that a target of the plan can mean."""


def _wan(power: float) -> str:
    """Return power [MW] as a planner writes it."""
    return f"{convert(power, 'MW', '万千瓦'):.6g} 万千瓦"


@BOOK.rule("target-year", "目标年不早于水平年", "Targets are not due before the level year.")
def target_year(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find targets that were due before the level year."""
    if scenario.targets.year < scenario.year:
        what = f"the targets are due in {scenario.targets.year}, before the level year {scenario.year}"
        yield Finding(("targets", "year"), what, f"Give {scenario.year} or later.")


@BOOK.rule("target-clean", "清洁装机不超过总装机", "Clean capacity is part of the total.")
def target_clean(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find more clean capacity than capacity."""
    clean, total = scenario.targets.capacity_clean, scenario.targets.capacity_total
    if clean > total:
        what = f"clean capacity of {_wan(clean)} is above the total of {_wan(total)}"
        yield Finding(("targets", "capacity_clean"), what, f"Give at most {_wan(total)}.")


@BOOK.rule("target-total", "总装机目标不低于在运装机", "The total is not below what is in operation.")
def target_total(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find a total below the plants in operation that generate, as a slip of the unit makes it."""
    storage = {row.id for row in facts.technologies.values() if row.is_storage}
    rows = [row for row in facts.fleet.values() if scenario.year < row.retire_year]
    plants = [row for row in rows if row.grade == "OP" and row.technology not in storage]
    hydro = [row for row in facts.hydro_plants.values() if row.grade == "OP"]
    operating = sum(row.value or 0.0 for row in (*plants, *hydro))
    if scenario.targets.capacity_total < operating:
        what = f"{_wan(scenario.targets.capacity_total)} is below the {_wan(operating)} in operation already"
        mend = "Check the unit: 1.65亿千瓦 is 16500万千瓦."
        yield Finding(("targets", "capacity_total"), what, mend)


@BOOK.rule("target-shares", "目标占比不小于20%", "Shares of the targets are no slips of the point.")
def target_shares(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find shares that a slip of the point or percent sign makes."""
    for key in ("clean_generation_share", "utilisation_floor"):
        share = getattr(scenario.targets, key)
        if share < SMALLEST_SHARE:
            what = f"a target of {share:.2%} is no target"
            yield Finding(("targets", key), what, "Write 80 % or 0.8 for eighty per cent.")


@BOOK.rule("target-storage", "不计入的储能不作清洁装机", "Storage that does not count is not clean capacity.")
def target_storage(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find storage booked as clean capacity while it is not booked as capacity."""
    targets = scenario.targets
    cases = (
        (
            "new_storage_is_clean",
            targets.new_storage_is_clean,
            "count_new_storage",
            targets.count_new_storage,
        ),
        (
            "pumped_storage_is_clean",
            targets.pumped_storage_is_clean,
            "count_pumped_storage",
            targets.count_pumped_storage,
        ),
    )
    for clean_key, is_clean, count_key, counts in cases:
        if is_clean and not counts:
            what = f"{clean_key} is true while {count_key} is false"
            yield Finding(("targets", clean_key), what, f"Set {clean_key} to false, or {count_key} to true.")
