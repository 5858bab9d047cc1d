"""What is wrong or doubtful in the list: capacity carried twice or by nobody, investment counted twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from qhgrid.facts import Facts
from qhgrid.facts.rows import DEMAND_CLASSES, Project
from qhgrid.projects.register import ProjectList
from qhgrid.scenario import Scenario, counted_fleet
from qhgrid.scenario.fleet import UPRATE

SHARED_KINDS = ("demand", "tie")
"""Kinds of element that several projects may stand for: a class of demand has many projects behind it."""


@dataclass(frozen=True)
class Finding:
    """Something a planner should look at before the list is filed.

    Parameters
    ----------
    kind : str
        ``double``, ``orphan``, ``unknown_element``, ``missing_parent`` or ``share``.
    subject : str
        Project or element concerned.
    text_zh, text_en : str
        What is the matter, one sentence.
    """

    kind: str
    subject: str
    text_zh: str
    text_en: str


def find_in_list(projects: ProjectList, scenario: Scenario, facts: Facts) -> tuple[Finding, ...]:
    """Return all findings, in the order of the register.

    Checked are: an element that two projects carry, an element that no fact table knows, a parent that is
    not in the list, prefecture shares that do not add up to 1, and counted capacity of the scenario beyond
    today's plants that no project carries.
    """
    rows = tuple(listed.project for listed in projects.projects)
    return (
        *_carried_twice(rows),
        *_unknown_elements(rows, facts),
        *_missing_parents(rows),
        *_bad_shares(rows),
        *_orphans(rows, scenario, facts),
    )


def _carried_twice(rows: tuple[Project, ...]) -> Iterator[Finding]:
    """Yield each element that more than one project carries."""
    counts = Counter(element for row in rows for element in row.elements)
    for element, count in counts.items():
        if count > 1 and element.partition(":")[0] not in SHARED_KINDS:
            carriers = ", ".join(row.id for row in rows if element in row.elements)
            yield Finding(
                "double",
                element,
                f"{element} 由 {count} 个项目共同承担（{carriers}），容量会重复计算",
                f"{element} is carried by {count} projects ({carriers}); its capacity would count twice",
            )


def _unknown_elements(rows: tuple[Project, ...], facts: Facts) -> Iterator[Finding]:
    """Yield each element that stands for nothing in the fact tables."""
    known = known_elements(facts)
    for row in rows:
        for element in row.elements:
            if element not in known:
                yield Finding(
                    "unknown_element",
                    row.id,
                    f"{row.name_zh} 的模型要素 {element} 在基础数据中不存在",
                    f"{row.id}: the element {element} is in no fact table",
                )


def known_elements(facts: Facts) -> frozenset[str]:
    """Return every element that a project may stand for."""
    return frozenset(
        [f"fleet:{name}" for name in facts.fleet]
        + [f"hydro:{name}" for name in facts.hydro_plants]
        + [f"hydro_uprate:{name}" for name, row in facts.hydro_plants.items() if row.uprate_mw > 0]
        + [f"corridor:{name}" for name in facts.corridors]
        + [f"line:{name}" for name in facts.lines]
        + [f"tie:{name}" for name in facts.ties]
        + [f"demand:{name}" for name in DEMAND_CLASSES]
    )


def _missing_parents(rows: tuple[Project, ...]) -> Iterator[Finding]:
    """Yield each project whose parent is not in the list."""
    names = {row.id for row in rows}
    for row in rows:
        if row.part_of and row.part_of not in names:
            yield Finding(
                "missing_parent",
                row.id,
                f"{row.name_zh} 所属项目 {row.part_of} 不在清单内，其投资无处计列",
                f"{row.id} is part of {row.part_of}, which is not in the list, so its investment is lost",
            )


def _bad_shares(rows: tuple[Project, ...]) -> Iterator[Finding]:
    """Yield each project whose prefecture shares do not add up to 1."""
    for row in rows:
        total = sum(row.prefecture_shares.values())
        if abs(total - 1.0) > 1e-9:
            yield Finding(
                "share",
                row.id,
                f"{row.name_zh} 的市州份额合计为 {total:g}，应为 1",
                f"{row.id}: the prefecture shares add up to {total:g}, not 1",
            )


def _orphans(rows: tuple[Project, ...], scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Yield each counted plant beyond today's that no project carries."""
    carried = {element.partition(":")[2] for row in rows for element in row.elements}
    for plant in counted_fleet(scenario, facts):
        if plant.grade != "OP" and plant.id.removesuffix(UPRATE) not in carried:
            yield Finding(
                "orphan",
                plant.id,
                f"{plant.name_zh}（{plant.p_nom:.0f} MW）计入装机，但清单中没有对应项目",
                f"{plant.id} ({plant.p_nom:.0f} MW) counts as capacity, but no project carries it",
            )
