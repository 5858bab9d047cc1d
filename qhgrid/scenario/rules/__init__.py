"""Planning logic: what a scenario may not say although every value of it has the right form."""

from __future__ import annotations

from qhgrid.errors import Fault
from qhgrid.facts import Facts
from qhgrid.scenario.marks import Marks
from qhgrid.scenario.model import Scenario
from qhgrid.scenario.rules import (
    assumptions,
    demand,
    exchange,
    fleet,
    flexibility,
    hydro,
    prices,
    profiles,
    schedules,
    storage,
    targets,
    thermal,
    time,
    years,
)
from qhgrid.scenario.rules.rule import Finding, Rule

__all__ = ["RULES", "Finding", "Rule", "find_faults"]

RULES: tuple[Rule, ...] = tuple(
    rule
    for subject in (
        time,
        years,
        demand,
        flexibility,
        fleet,
        hydro,
        thermal,
        storage,
        exchange,
        schedules,
        prices,
        targets,
        profiles,
        assumptions,
    )
    for rule in subject.BOOK
)
"""Every planning rule, by subject."""


def find_faults(scenario: Scenario, facts: Facts, marks: Marks | None = None) -> list[Fault]:
    """Return every breach of planning logic, in the order of the rules.

    Parameters
    ----------
    scenario : Scenario
        A scenario that obeys the schema.
    facts : Facts
        The fact tables.
    marks : Marks, optional
        Places of the keys; without them a fault names the key alone.
    """
    return [
        Fault(_where(finding, marks), finding.what, f"{finding.mend} [{rule.id}]")
        for rule in RULES
        for finding in rule.check(scenario, facts)
    ]


def _where(finding: Finding, marks: Marks | None) -> str:
    """Return the place of a finding."""
    return marks.where(finding.path) if marks else ".".join(str(step) for step in finding.path)
