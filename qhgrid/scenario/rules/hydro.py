"""Rules of the river: plants and levels that the scenario names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from qhgrid.facts import Facts
from qhgrid.scenario.marks import suggest
from qhgrid.scenario.model import Scenario
from qhgrid.scenario.rules.rule import Finding, RuleBook

if TYPE_CHECKING:
    from qhgrid.scenario.marks import Path

BOOK = RuleBook()


@BOOK.rule(
    "hydro-plant", "给出水位的电站有水位库容曲线", "A plant with a level has a reservoir of known levels."
)
def hydro_plant(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find levels for plants that do not exist or whose reservoir is not known."""
    for key in ("initial_levels", "end_levels", "rule_levels"):
        for plant in getattr(scenario.hydro, key):
            if plant not in facts.basins:
                what = f"{plant!r} has no reservoir with a curve and levels"
                yield Finding(("hydro", key, plant), what, suggest(plant, facts.basins))


@BOOK.rule("hydro-range", "水位在死水位与正常蓄水位之间", "A level lies between dead and normal level.")
def hydro_range(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find levels below the dead or above the normal level."""
    hydro = scenario.hydro
    yield from _outside(("hydro", "initial_levels"), hydro.initial_levels, facts)
    yield from _outside(("hydro", "end_levels"), hydro.end_levels, facts)
    for month in range(12):
        by_plant = {plant: levels[month] for plant, levels in hydro.rule_levels.items() if len(levels) == 12}
        yield from _outside(("hydro", "rule_levels"), by_plant, facts)


def _outside(path: Path, levels: Mapping[str, float], facts: Facts) -> Iterator[Finding]:
    """Find the levels outside the range of their reservoirs."""
    for plant, level in levels.items():
        basin = facts.basins.get(plant)
        if basin is not None and not basin.dead_m <= level <= basin.normal_m:
            what = f"{level:g} m is not between dead and normal level of {plant}"
            yield Finding((*path, plant), what, f"Give {basin.dead_m:g} m to {basin.normal_m:g} m.")


@BOOK.rule("hydro-months", "分月水位列出十二个月", "A rule by month has twelve months.")
def hydro_months(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find rules that do not list January to December."""
    for plant, levels in scenario.hydro.rule_levels.items():
        if len(levels) != 12:
            what = f"the rule of {plant} lists {len(levels)} months"
            yield Finding(("hydro", "rule_levels", plant), what, "List the levels of January to December.")


@BOOK.rule(
    "hydro-value", "期末按水价值计时给出水价值", "Water left at the end has a value where the rule asks one."
)
def hydro_value(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find an end by value without a value, which would empty the reservoirs."""
    if scenario.hydro.end_level == "value" and scenario.hydro.water_value <= 0.0:
        what = "water left at the end is worth nothing, so the reservoirs would be emptied"
        yield Finding(
            ("hydro", "water_value"), what, "Give a value, such as 0.4 元/m3, or another end_level."
        )
