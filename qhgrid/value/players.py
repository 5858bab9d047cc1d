"""The projects that can be taken out of a scenario, and the scenario without some of them.

A project takes part where something that it stands for counts in the scenario: a plant, the extra turbines
of a hydro plant, a corridor, a tie, a line between two buses, a share of a class of demand. What is in
operation today is never taken out. Where ``element_shares.csv`` gives a project a part of an element, that
part goes and the rest stays; an element that several projects stand for without such shares is there as long
as one of them is. A *part* is named as its element, or ``<element>@<project>`` where it is a share.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import xarray as xr

from qhgrid.facts.rows import PREFECTURES
from qhgrid.network.case import Case
from qhgrid.network.demand import class_energies_mwh
from qhgrid.scenario.demand import DemandClass
from qhgrid.scenario.exchange import limits_of, rating_of
from qhgrid.scenario.fleet import UPRATE, candidates, counted_fleet
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
PART = "@"
"""Stands between an element and the project that holds a share of it."""
TAKEN_OUT = "没有该项目时的比较情景"
"""Reason that the scenario without a project gives for a plant that it does not count."""

NO_ELEMENT = ("无调度要素", "stands for nothing in the model")
NOT_COUNTED = ("要素未计入本情景", "nothing of it counts in the scenario")
TODAY_ONLY = ("已在运，不作为项目移除", "in operation today, never taken out")
DEMAND_ONLY = ("用电份额未登记，不能单独移除", "stands for demand, and its share is not on record")
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
        Parts that count of it, such as ``fleet:geermu_coal``, sorted.
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
        live = _live_parts(project, counted, scenario, facts)
        if live:
            content = json.dumps(sorted(live.values()), ensure_ascii=False)
            players.append(Player(name, project.name_zh, project.name_en, tuple(sorted(live)), content))
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


def _live_parts(
    project: Project, counted: Mapping[str, str], scenario: Scenario, facts: Facts
) -> dict[str, str]:
    """Return what counts of a project by part, with what it is in words."""
    found = {}
    for element in sorted(set(project.elements)):
        share = share_of(project.id, element, facts)
        if share is None and element in counted:
            found[element] = counted[element]
        elif share and _share_counts(project, element, scenario, facts):
            where = "" if element.partition(":")[0] != "demand" else str(sorted(_inside(project).items()))
            found[f"{element}{PART}{project.id}"] = f"{element} {share!r} {where}".rstrip()
    return found


def share_of(project: str, element: str, facts: Facts) -> float | None:
    """Return the share of an element that a project holds, None where it holds all of it."""
    for row in facts.element_shares.values():
        if row.project == project and row.element == element:
            return row.value or 0.0
    return None


def _share_counts(project: Project, element: str, scenario: Scenario, facts: Facts) -> bool:
    """Return whether an element of which a project holds a share counts, and the project is there in time."""
    kind, _, name = element.partition(":")
    due = project.in_service_year or scenario.targets.year
    if scenario.year < due:
        return False
    if kind == "demand":
        return name in {str(one) for one in scenario.demand_shares}
    if kind in ("corridor", "tie"):
        used = getattr(scenario, f"{kind}s").get(name)
        return used is not None and bool(used.in_service)
    return kind != "line" and name in {plant.id for plant in counted_fleet(scenario, facts)}


def _inside(project: Project) -> dict[str, float]:
    """Return the shares of the prefectures in a project, what lies beyond the province left out."""
    inside = {name: part for name, part in project.prefecture_shares.items() if name in PREFECTURES}
    whole = sum(inside.values())
    return {name: part / whole for name, part in inside.items()} if whole > 0 else {}


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
    """Return a scenario and its facts without some parts.

    Parameters
    ----------
    scenario : Scenario
    facts : Facts
    absent : iterable of str
        Parts that are taken out, such as ``fleet:geermu_coal`` or ``demand:computing@haidong_computing``.

    Notes
    -----
    With a share of a corridor the same share of its contract goes, with a share of a tie that of its limits.
    A share of a class of demand goes where the project stands.
    """
    left: dict[str, dict[str, float]] = {}
    for part in sorted(absent):
        element, _, project = part.partition(PART)
        kind, _, name = element.partition(":")
        held = share_of(project, element, facts) if project else None
        here = left.setdefault(kind, {})
        here[name] = here.get(name, 1.0) - (1.0 if held is None else held)
    changed = _with_plants(scenario, facts, _plants_left(left))
    for name, share in left.get("corridor", {}).items():
        changed = _with_corridor(changed, facts, name, share)
    for name, share in left.get("tie", {}).items():
        changed = _with_tie(changed, facts, name, share)
    changed = _with_less_demand(changed, facts, [part for part in absent if part.startswith("demand:")])
    lines = {name: row for name, row in facts.lines.items() if name not in left.get("line", {})}
    return changed, facts if len(lines) == len(facts.lines) else replace(facts, lines=lines)


def _plants_left(left: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Return how much is left of each plant, by id."""
    found = {f"{name}{UPRATE}": share for name, share in left.get("hydro_uprate", {}).items()}
    return {**left.get("fleet", {}), **left.get("hydro", {}), **found}


def _with_plants(scenario: Scenario, facts: Facts, left: Mapping[str, float]) -> Scenario:
    """Return a scenario in which only a share of some plants counts."""
    if not left:
        return scenario
    before = {one.id: one for one in scenario.fleet.overrides}
    rows = candidates(facts)
    made = []
    for name in sorted(left):
        said = before[name].p_nom if name in before else None
        power = rows[name].power_in(scenario.year) if said is None else said
        kept = before.get(name) or FleetOverride(id=name, reason=TAKEN_OUT)
        update = {"p_nom": power * max(left[name], 0.0), "reason": TAKEN_OUT}
        made.append(kept.model_copy(update=update))
    others = tuple(one for one in scenario.fleet.overrides if one.id not in left)
    fleet = scenario.fleet.model_copy(update={"overrides": (*others, *made)})
    return scenario.model_copy(update={"fleet": fleet})


def _with_corridor(scenario: Scenario, facts: Facts, name: str, share: float) -> Scenario:
    """Return a scenario with a share of a corridor, out of service where nothing is left."""
    corridor = scenario.corridors[name]
    update: dict[str, object] = {"in_service": False}
    if share > 0.0:
        rating = rating_of(scenario, facts, name)
        update = {"p_nom": rating * share, "contract": corridor.contract * share}
    corridors = {**scenario.corridors, name: corridor.model_copy(update=update)}
    return scenario.model_copy(update={"corridors": corridors})


def _with_tie(scenario: Scenario, facts: Facts, name: str, share: float) -> Scenario:
    """Return a scenario with a share of a tie, out of service where nothing is left."""
    tie = scenario.ties[name]
    update: dict[str, object] = {"in_service": False}
    if share > 0.0:
        into, out = limits_of(scenario, facts, name)
        update = {"import_limit": into * share, "export_limit": out * share}
        update |= {key: getattr(tie, key) * share for key in ("import_contract", "export_contract")}
    return scenario.model_copy(update={"ties": {**scenario.ties, name: tie.model_copy(update=update)}})


def _with_less_demand(scenario: Scenario, facts: Facts, parts: list[str]) -> Scenario:
    """Return a scenario without shares of classes of demand, each gone where its project stands."""
    for name in sorted({part.partition(PART)[0].partition(":")[2] for part in parts}):
        held = [part for part in parts if part.startswith(f"demand:{name}{PART}")]
        scenario = _with_less_of_class(scenario, facts, DemandClass(name), held)
    return scenario


def _with_less_of_class(scenario: Scenario, facts: Facts, name: DemandClass, parts: list[str]) -> Scenario:
    """Return a scenario without some shares of one class of demand."""
    energy = class_energies_mwh(Case(scenario, facts, xr.Dataset(), ())).get(name, 0.0)
    there = {key: share * energy for key, share in scenario.demand_shares[name]}
    before = sum(there.values())
    for part in sorted(parts):
        project = facts.projects[part.partition(PART)[2]]
        gone = (share_of(project.id, f"demand:{name.value}", facts) or 0.0) * energy
        for key, share in _inside(project).items():
            there[key] = max(0.0, there[key] - gone * share)
    after = sum(there.values())
    extra = {**scenario.demand.extra, name: scenario.demand.extra.get(name, 0.0) - (before - after)}
    shares = scenario.demand_shares[name].model_copy(
        update={key: mwh / after if after > 0.0 else 0.0 for key, mwh in there.items()}
    )
    return scenario.model_copy(
        update={
            "demand": scenario.demand.model_copy(update={"extra": extra}),
            "demand_shares": {**scenario.demand_shares, name: shares},
        }
    )


def kinds_of(player: Player, facts: Facts) -> frozenset[str]:
    """Return what a player is made of: ``storage``, ``sun_wind``, ``plant``, or the kind of its elements."""
    found = set()
    for part in player.elements:
        kind, _, name = part.partition(PART)[0].partition(":")
        if kind != "fleet":
            found.add(kind)
            continue
        technology = facts.fleet[name].technology
        is_storage = facts.technology(technology).is_storage
        found.add("storage" if is_storage else "sun_wind" if technology in ("pv", "wind") else "plant")
    return frozenset(found)
