"""The scenario of a single year on the way to the level year of a scenario.

A row of the fleet, a corridor or a tie counts from its own year of service on, so the fleet of each year
follows from the facts. Demand follows the growth path of the scenario's level; where the scenario says its
own energy for its level year, the path is bent towards it in proportion to the time since the base year.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from qhgrid.errors import Fault, ScenarioError
from qhgrid.scenario.model import Corridor, Horizon, Tie, Titles

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qhgrid.facts import Facts
    from qhgrid.scenario.model import Demand, Scenario

_Rule = TypeVar("_Rule", Corridor, Tie)

BASE_YEAR = 2025
"""Year of the stock of today: first year of a path, where demand is that of the growth path itself."""
LAST_YEAR = 2035
"""Last year that the growth paths of demand reach."""
DEMAND_KEY = "demand.energy"
"""Assumption that explains the demand of the level year, and of no other."""


def parse_years(text: str) -> tuple[int, ...]:
    """Return the years of ``2025-2030``, ``2030`` or ``2025,2030,2035``, in rising order.

    Raises
    ------
    ScenarioError
        If the text is none of that, or a year lies outside the growth paths.
    """
    years: set[int] = set()
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d{4})\s*(?:[-–]\s*(\d{4})\s*)?", part)
        if match is None:
            mend = "Write 2025-2030, or single years with commas: 2025,2030,2035."
            raise ScenarioError(Fault("--years", f"{part.strip()!r} is not a year or a span of years", mend))
        first, last = int(match[1]), int(match[2] or match[1])
        if not BASE_YEAR <= first <= last <= LAST_YEAR:
            what = f"{part.strip()} is not a rising span between {BASE_YEAR} and {LAST_YEAR}"
            raise ScenarioError(Fault("--years", what, "Demand and fleet are known for these years only."))
        years.update(range(first, last + 1))
    return tuple(sorted(years))


def scenario_of_year(scenario: Scenario, year: int, facts: Facts) -> Scenario:
    """Return what `scenario` is in `year`: the same days, its fleet, its demand, what is in service by then.

    Parameters
    ----------
    scenario : Scenario
        Any scenario; its own year is where the path leads.
    year : int
        Calendar year.
    facts : Facts
        Years of service and growth paths.

    Raises
    ------
    ScenarioError
        If the growth path does not know the year.
    """
    update = {
        "name": f"{scenario.name}-{year}",
        "title": Titles(zh=f"{scenario.title.zh}（{year}年）", en=f"{scenario.title.en} ({year})"),
        "year": year,
        "horizon": _horizon(scenario.horizon, year),
        "demand": _demand(scenario, year, facts),
        "targets": scenario.targets.model_copy(update={"year": max(year, scenario.targets.year)}),
        "corridors": _in_service(scenario.corridors, facts.corridors, year),
        "ties": _in_service(scenario.ties, facts.ties, year),
        "assumptions": tuple(one for one in scenario.assumptions if one.key != DEMAND_KEY),
    }
    return scenario.model_copy(update=update)


def _horizon(horizon: Horizon, year: int) -> Horizon:
    """Return the same days in another year; 29 February becomes the 28th where there is none."""
    days = [
        date(year, day.month, min(day.day, monthrange(year, day.month)[1]))
        for day in (horizon.start, horizon.end)
    ]
    return Horizon(start=days[0], end=days[1])


def bend(scenario: Scenario, year: int, facts: Facts) -> float:
    """Return demand in `year` per demand of the growth path: 1 in the base year and before.

    By the scenario's own year it is what that year's energy is of the path; linear between, constant after.
    """
    level = scenario.demand.level
    if scenario.demand.energy is None:
        return 1.0
    own = _path_energy(facts, scenario.year, level)
    return 1.0 + (scenario.demand.energy / own - 1.0) * _share_of_way(scenario, year)


def _share_of_way(scenario: Scenario, year: int) -> float:
    """Return how much of the way from the base year to the scenario's year is gone, from 0 to 1."""
    way = scenario.year - BASE_YEAR
    return min(max((year - BASE_YEAR) / way, 0.0), 1.0) if way > 0 else 1.0


def _demand(scenario: Scenario, year: int, facts: Facts) -> Demand:
    """Return the demand section of `year`."""
    rules = scenario.demand
    energy = _path_energy(facts, year, rules.level) * bend(scenario, year, facts)
    share = _share_of_way(scenario, year)
    extra = {name: float(f"{more * share:.12g}") for name, more in rules.extra.items()}
    return rules.model_copy(update={"energy": float(f"{energy:.12g}"), "extra": extra})


def _path_energy(facts: Facts, year: int, level: str) -> float:
    """Return the yearly energy of a growth path [MWh]."""
    energy = facts.demand_energy(year, level)
    if energy is None:
        mend = f"Choose years from {BASE_YEAR} to {LAST_YEAR}, or add rows to demand.csv."
        raise ScenarioError(Fault("demand", f"demand.csv has no row for {year}, level {level}", mend))
    return energy


def _in_service(rules: Mapping[str, _Rule], facts: Mapping[str, object], year: int) -> dict[str, _Rule]:
    """Return corridors or ties, those that do not stand by the end of `year` taken out of service."""
    return {
        id: rule.model_copy(update={"in_service": rule.in_service and _year_of(facts, id) <= year})
        for id, rule in rules.items()
    }


def _year_of(facts: Mapping[str, object], id: str) -> int:
    """Return the year of service of a corridor or tie; one that the facts do not know is always there."""
    return int(getattr(facts.get(id), "in_service_year", 0))
