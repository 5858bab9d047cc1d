"""The projects that can be taken out of a scenario, and the scenario without some of them.

A project takes part where something that it stands for counts in the scenario: a plant, the extra turbines
of a hydro plant, a corridor, a tie, a line between two buses. What is in operation today is never taken
out. An element that several projects stand for is there as long as one of them is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from qhgrid.scenario.fleet import UPRATE, counted_fleet
from qhgrid.scenario.model import FleetOverride

if TYPE_CHECKING:
    from qhgrid.facts import Facts
    from qhgrid.facts.rows import LineFact, Project, Station
    from qhgrid.scenario.fleet import CountedPlant
    from qhgrid.scenario.model import Scenario

TODAY = "OP"
"""Grade of what is in operation; it is there in every coalition."""
AGGREGATED = ("pv", "wind", "csp", "battery", "laes", "compressed_air", "flywheel")
"""Technologies whose plants are added up by bus, so that only place and size tell one from another."""
TAKEN_OUT = "没有该项目时的比较情景"
"""Reason that the scenario without a project gives for a plant that it does not count."""

NO_ELEMENT = ("无调度要素", "stands for nothing in the model")
NOT_COUNTED = ("要素未计入本情景", "nothing of it counts in the scenario")
TODAY_ONLY = ("已在运，不作为项目移除", "in operation today, never taken out")
DEMAND_ONLY = (
    "只涉及整类用电，不能单独移除",
    "stands for a whole class of demand, which cannot be taken out",
)
NO_EFFECT = ("线路两端在同一节点，不影响网络", "its lines begin and end at the same bus")


@dataclass(frozen=True)
class Player:
    """A project that can be taken out.

    Parameters
    ----------
    id : str
        Id of the project.
    name_zh, name_en : str
    elements : tuple of str
        What counts of it, such as ``fleet:geermu_coal``, sorted.
    content : str
        What that is, told without the names of projects; the same for twins.
    """

    id: str
    name_zh: str
    name_en: str
    elements: tuple[str, ...]
    content: str


@dataclass(frozen=True)
class Cast:
    """Who takes part in a scenario, and who does not.

    Parameters
    ----------
    players : tuple of Player
        Sorted by id.
    idle : Mapping of str to tuple of str
        By id the other projects of the register, sorted, each with the reason in Chinese and English; their
        value is exactly 0.
    shared : Mapping of str to tuple of str
        Elements that several players stand for, with the ids of these.
    unlisted : tuple of str
        Counted elements beyond today's that no project stands for; they are there in every coalition.
    """

    players: tuple[Player, ...]
    idle: Mapping[str, tuple[str, str]]
    shared: Mapping[str, tuple[str, ...]]
    unlisted: tuple[str, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the players."""
        return tuple(player.id for player in self.players)

    def absent(self, members: Iterable[str]) -> frozenset[str]:
        """Return the elements that are gone when only `members` are built."""
        there = frozenset(members)
        kept = {element for player in self.players if player.id in there for element in player.elements}
        every = {element for player in self.players for element in player.elements}
        return frozenset(every - kept)


def find_players(scenario: Scenario, facts: Facts) -> Cast:
    """Return who takes part in a scenario.

    Parameters
    ----------
    scenario : Scenario
        Decides what counts.
    facts : Facts
        ``projects`` is the register.
    """
    counted = counted_elements(scenario, facts)
    players, idle = [], {}
    for name in sorted(facts.projects):
        project = facts.projects[name]
        live = tuple(sorted(element for element in set(project.elements) if counted.get(element)))
        if live:
            content = json.dumps([counted[element] for element in live], ensure_ascii=False)
            players.append(Player(name, project.name_zh, project.name_en, live, content))
        else:
            idle[name] = _why_idle(project, scenario, facts)
    carriers = {element: tuple(p.id for p in players if element in p.elements) for element in counted}
    shared = {element: ids for element, ids in sorted(carriers.items()) if len(ids) > 1}
    unlisted = tuple(sorted(element for element, ids in carriers.items() if not ids))
    return Cast(tuple(players), idle, shared, unlisted)


def counted_elements(scenario: Scenario, facts: Facts) -> dict[str, str]:
    """Return all that counts beyond today's and has an effect, by element, with what it is in words."""
    found = {}
    for plant in counted_fleet(scenario, facts):
        if plant.grade != TODAY:
            found[element_of(plant.id, facts)] = _content_of(plant, facts)
    for kind in ("corridor", "tie"):
        for name, used in getattr(scenario, f"{kind}s").items():
            row = getattr(facts, f"{kind}s").get(name)
            if used.in_service and row is not None and row.grade != TODAY:
                found[f"{kind}:{name}"] = f"{kind}:{name}"
    for name, line in facts.lines.items():
        if line.grade != TODAY and _has_effect(line, scenario, facts):
            found[f"line:{name}"] = f"line:{name}"
    return found


def element_of(plant: str, facts: Facts) -> str:
    """Return the element name of a counted plant."""
    if plant in facts.fleet:
        return f"fleet:{plant}"
    if plant in facts.hydro_plants:
        return f"hydro:{plant}"
    return f"hydro_uprate:{plant.removesuffix(UPRATE)}"


def _content_of(plant: CountedPlant, facts: Facts) -> str:
    """Return what a plant is: place and size where that is all, else its id as well."""
    site = facts.storage_sites.get(plant.id)
    parts: list[object] = [plant.technology, plant.prefecture, plant.station, plant.corridor]
    parts += [plant.p_nom, plant.storage_h, "" if site is None else site.siting]
    if plant.technology not in AGGREGATED:
        parts += [plant.heat_rate, plant.id]
    return " ".join(str(part) for part in parts)


def _is_there(row: LineFact | Station, scenario: Scenario) -> bool:
    """Return whether a line or station counts in the scenario."""
    return row.in_service_year <= scenario.year and row.grade in scenario.fleet.grades


def _has_effect(line: LineFact, scenario: Scenario, facts: Facts) -> bool:
    """Return whether a line counts and its ends are two buses of the network."""
    ends = [facts.stations[station] for station in (line.station0, line.station1)]
    if not (_is_there(line, scenario) and all(_is_there(end, scenario) for end in ends)):
        return False
    if scenario.grid.resolution == "station":
        return line.station0 != line.station1
    return ends[0].prefecture != ends[1].prefecture


def _why_idle(project: Project, scenario: Scenario, facts: Facts) -> tuple[str, str]:
    """Return why a project does not take part."""
    kinds = {element.partition(":")[0] for element in project.elements} - {"none"}
    if not kinds:
        return NO_ELEMENT
    if kinds == {"demand"}:
        return DEMAND_ONLY
    named = [element.partition(":")[2] for element in project.elements]
    lines = [facts.lines[name] for name in named if name in facts.lines]
    if any(_is_there(line, scenario) and line.grade != TODAY for line in lines):
        return NO_EFFECT
    return TODAY_ONLY if project.grade == TODAY else NOT_COUNTED


def without(scenario: Scenario, facts: Facts, absent: Iterable[str]) -> tuple[Scenario, Facts]:
    """Return a scenario and its facts without some elements.

    Parameters
    ----------
    scenario : Scenario
    facts : Facts
    absent : iterable of str
        Elements that are taken out, such as ``fleet:geermu_coal`` or ``corridor:qinggui``.
    """
    by_kind: dict[str, set[str]] = {}
    for element in sorted(absent):
        kind, _, name = element.partition(":")
        by_kind.setdefault(kind, set()).add(name)
    gone = {f"{name}{UPRATE}" for name in by_kind.get("hydro_uprate", ())}
    gone |= by_kind.get("fleet", set()) | by_kind.get("hydro", set())
    changed = _without_plants(scenario, gone)
    for kind in ("corridor", "tie"):
        changed = _switched_off(changed, f"{kind}s", by_kind.get(kind, set()))
    lines = {name: row for name, row in facts.lines.items() if name not in by_kind.get("line", set())}
    return changed, facts if len(lines) == len(facts.lines) else replace(facts, lines=lines)


def _without_plants(scenario: Scenario, gone: set[str]) -> Scenario:
    """Return a scenario that does not count some plants."""
    if not gone:
        return scenario
    kept = tuple(one for one in scenario.fleet.overrides if one.id not in gone)
    said = ({"id": name, "p_nom": "0 MW", "reason": TAKEN_OUT} for name in sorted(gone))
    none = tuple(FleetOverride.model_validate(one) for one in said)
    fleet = scenario.fleet.model_copy(update={"overrides": (*kept, *none)})
    return scenario.model_copy(update={"fleet": fleet})


def _switched_off(scenario: Scenario, key: str, gone: set[str]) -> Scenario:
    """Return a scenario whose corridors or ties `gone` are not in service."""
    if not gone:
        return scenario
    table = {
        name: used.model_copy(update={"in_service": False}) if name in gone else used
        for name, used in getattr(scenario, key).items()
    }
    return scenario.model_copy(update={key: table})
