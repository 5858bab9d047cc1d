"""The register of projects, each with its tier, its capacity in the scenario and what adds to the totals."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import fsum

from qhgrid.facts import Facts
from qhgrid.facts.rows import Project
from qhgrid.facts.rows.projects import TOLERANCE_CLASSES
from qhgrid.projects.elements import registered_mw, used_elements
from qhgrid.scenario import Scenario
from qhgrid.units import convert

ENERGY_SECTOR = "能源"
"""The sector whose list this is; projects of other sectors are shown but not added to its total."""


class Tier(StrEnum):
    """Tier of a project by its total investment, from 「百亿项目引领、十亿项目示范、亿元项目支撑」."""

    LEADING = "leading"
    """百亿项目: 100 亿元 and more."""
    DEMONSTRATION = "demonstration"
    """十亿项目: 10 to below 100 亿元."""
    SUPPORTING = "supporting"
    """亿元项目: 1 to below 10 亿元."""
    BELOW = "below"
    """未入档: below 1 亿元."""
    UNKNOWN = "unknown"
    """投资未公布: no investment published, so no tier."""


def tier_of(investment_cny: float | None) -> Tier:
    """Return the tier of a project of `investment_cny`; :attr:`Tier.UNKNOWN` if it is None."""
    if investment_cny is None:
        return Tier.UNKNOWN
    hundred_million = convert(investment_cny, "CNY", "亿元")
    if hundred_million >= 100:
        return Tier.LEADING
    if hundred_million >= 10:
        return Tier.DEMONSTRATION
    return Tier.SUPPORTING if hundred_million >= 1 else Tier.BELOW


@dataclass(frozen=True)
class ListedProject:
    """A project with what the scenario makes of it.

    Parameters
    ----------
    project : Project
        Row of the register.
    tier : Tier
        Tier by its investment.
    p_nom_mw : float
        Rated power of the plants, uprates and corridors that it stands for, counted or not [MW].
    counted_mw : float
        Of these, what the scenario counts in its year [MW].
    adds_to_total : bool
        Whether its investment is added to the sector total: an energy project, not yet finished, whose
        investment is not already held by another project of the list.
    tolerance : float
        How far its investment may miss, as a share; 0 where it is not known or built.
    """

    project: Project
    tier: Tier
    p_nom_mw: float
    counted_mw: float
    adds_to_total: bool
    tolerance: float = 0.0

    @property
    def investment_range_cny(self) -> tuple[float, float] | None:
        """Range in which its own investment lies by the class of its estimate; None where unknown [CNY]."""
        value = self.project.value
        return None if value is None else (value * (1 - self.tolerance), value * (1 + self.tolerance))

    @property
    def investment_cny(self) -> float:
        """Investment that it adds to the total; 0 where unknown or held by another project [CNY]."""
        return (self.project.value or 0.0) if self.adds_to_total else 0.0

    @property
    def is_open_energy(self) -> bool:
        """Whether it belongs to the energy sector and is not yet in operation."""
        return _is_open_energy(self.project)

    def share_of(self, prefecture: str) -> float:
        """Return the share of `prefecture` (or of ``outside``) in the project, 0 to 1."""
        return self.project.prefecture_shares.get(prefecture, 0.0)


@dataclass(frozen=True)
class ProjectList:
    """The whole list, in the order of the register."""

    projects: tuple[ListedProject, ...]

    @property
    def energy_projects(self) -> tuple[ListedProject, ...]:
        """Projects of the energy sector that are not yet finished."""
        return tuple(listed for listed in self.projects if listed.is_open_energy)

    @property
    def investment_cny(self) -> float:
        """Known investment of the energy sector, nothing counted twice [CNY]."""
        return fsum(listed.investment_cny for listed in self.projects)

    @property
    def n_unknown(self) -> int:
        """Energy projects that would add to the total but whose investment is not published."""
        return sum(listed.adds_to_total and listed.project.value is None for listed in self.projects)

    def investment_in(self, prefecture: str) -> float:
        """Return the known investment of the energy sector in `prefecture` (or ``outside``) [CNY]."""
        return fsum(listed.investment_cny * listed.share_of(prefecture) for listed in self.projects)


def _is_open_energy(project: Project) -> bool:
    """Return whether a project belongs to the energy sector and is not yet in operation."""
    return project.sector == ENERGY_SECTOR and project.grade != "OP"


def _counted_by_element(scenario: Scenario, facts: Facts) -> dict[str, float]:
    """Return the rated power that the scenario counts, by element [MW]."""
    return {used.element: used.p_nom_mw for used in used_elements(scenario, facts)}


def _tolerance(project: Project, facts: Facts) -> float:
    """Return how far the estimate of a project may miss, as a share [1]."""
    known = {f"tolerance_{name}": name for name in TOLERANCE_CLASSES}
    for row in facts.costs.values():
        if row.item == "estimate" and known.get(row.parameter) == (project.tolerance_class or None):
            return row.value or 0.0
    return 0.0


def project_list(facts: Facts, scenario: Scenario) -> ProjectList:
    """Return the project list as the scenario sees it.

    Parameters
    ----------
    facts : Facts
        Fact tables; ``projects`` is the register.
    scenario : Scenario
        Decides which capacity counts and in which year.

    Returns
    -------
    ProjectList
        All projects of the register, in its order.
    """
    counted = _counted_by_element(scenario, facts)

    def listed(project: Project) -> ListedProject:
        shares = facts.carried_by(project.id)
        return ListedProject(
            project=project,
            tier=tier_of(project.value),
            p_nom_mw=fsum(share * registered_mw(element, facts) for element, share in shares.items()),
            counted_mw=fsum(share * counted.get(element, 0.0) for element, share in shares.items()),
            adds_to_total=_is_open_energy(project) and not project.part_of,
            tolerance=_tolerance(project, facts),
        )

    return ProjectList(tuple(listed(project) for project in facts.projects.values()))
