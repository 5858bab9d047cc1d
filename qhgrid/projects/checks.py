"""What is wrong or doubtful in the list: capacity carried twice or by nobody, investment counted twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import fsum

from qhgrid.facts import Facts
from qhgrid.facts.rows import Bundle, Project
from qhgrid.projects.elements import ASSUMED, TODAY, element_grades, registered_mw, used_elements
from qhgrid.projects.register import ProjectList
from qhgrid.scenario import Scenario
from qhgrid.units import convert

ROUNDING = 1e-9
"""How far shares may miss their sum."""


@dataclass(frozen=True)
class Finding:
    """Something a planner should look at before the list is filed.

    Parameters
    ----------
    kind : str
        ``double``, ``unknown_element``, ``missing_parent``, ``share``, ``orphan``, ``partial``, ``grade`` or
        ``bundle``.
    subject : str
        Project, element or bundle concerned.
    text_zh, text_en : str
        What is the matter, one sentence.
    """

    kind: str
    subject: str
    text_zh: str
    text_en: str


def find_in_list(projects: ProjectList, scenario: Scenario, facts: Facts) -> tuple[Finding, ...]:
    """Return all findings, in the order of the register.

    Checked are: an element of which projects carry more than there is, an element that no fact table knows,
    a parent that is not in the list, prefecture shares that do not add up to 1, plants, corridors, lines and
    ties of the scenario beyond today's that no project carries (or only in part), a project whose grade is
    not that of what it stands for, and a bundle whose projects hold more capacity or investment than was
    published for the whole.
    """
    rows = tuple(listed.project for listed in projects.projects)
    carried = _carried(rows, facts)
    return (
        *_carried_twice(carried),
        *_unknown_elements(rows, facts),
        *_missing_parents(rows),
        *_bad_shares(rows),
        *_orphans(carried, scenario, facts),
        *_other_grades(rows, facts),
        *_bundles(rows, facts),
    )


def known_elements(facts: Facts) -> frozenset[str]:
    """Return every element that a project may stand for."""
    return frozenset(element_grades(facts))


Carried = dict[str, dict[str, float]]
"""Share that each project carries of an element, by element and project."""


def _carried(rows: tuple[Project, ...], facts: Facts) -> Carried:
    """Return who carries how much of each element; a whole one where no share is given."""
    parts = {(row.project, row.element): row.value or 0.0 for row in facts.element_shares.values()}
    carried: Carried = {}
    for row in rows:
        for element in row.elements:
            carried.setdefault(element, {})[row.id] = parts.get((row.id, element), 1.0)
    return carried


def _carried_twice(carried: Carried) -> Iterator[Finding]:
    """Yield each element of which projects carry more than there is."""
    for element, shares in carried.items():
        total = fsum(shares.values())
        if total > 1.0 + ROUNDING:
            carriers = ", ".join(shares)
            yield Finding(
                "double",
                element,
                f"{element} 由 {len(shares)} 个项目共同承担（{carriers}），份额合计 {total:g}，会重复计算",
                f"{element} is carried by {len(shares)} projects ({carriers}) with shares of {total:g} "
                "together; it would count twice",
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
        if abs(total - 1.0) > ROUNDING:
            yield Finding(
                "share",
                row.id,
                f"{row.name_zh} 的市州份额合计为 {total:g}，应为 1",
                f"{row.id}: the prefecture shares add up to {total:g}, not 1",
            )


def _orphans(carried: Carried, scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Yield what the scenario uses beyond today's system and no project carries in full."""
    for used in used_elements(scenario, facts):
        share = fsum(carried.get(used.element, {}).values())
        if used.grade == TODAY or share > 1.0 - ROUNDING:
            continue
        subject = used.element.partition(":")[2]
        power = f"（{used.p_nom_mw:.0f} MW）" if used.p_nom_mw else ""
        size = f" ({used.p_nom_mw:.0f} MW)" if used.p_nom_mw else ""
        if share == 0.0:
            zh, en = "但清单中没有对应项目", "but no project carries it"
        else:
            zh, en = f"但清单中的项目只承担 {share:.0%}", f"but projects carry only {share:.0%} of it"
        yield Finding(
            "partial" if share else "orphan",
            subject,
            f"{used.name_zh}{power}计入本情景，{zh}",
            f"{used.element}{size} counts in the scenario, {en}",
        )


def _other_grades(rows: tuple[Project, ...], facts: Facts) -> Iterator[Finding]:
    """Yield each project whose grade is not that of the elements it stands for; assumptions may differ."""
    grades = element_grades(facts)
    for row in rows:
        for element in row.elements:
            grade = grades.get(element, "")
            if grade not in ("", ASSUMED, row.grade):
                yield Finding(
                    "grade",
                    row.id,
                    f"{row.name_zh} 成熟度为 {row.grade}，其模型要素 {element} 为 {grade}",
                    f"{row.id} is of grade {row.grade}, but {element} of grade {grade}",
                )


def _bundles(rows: tuple[Project, ...], facts: Facts) -> Iterator[Finding]:
    """Yield each bundle whose projects hold other capacity or investment than the whole."""
    by_id = {row.id: row for row in rows}
    for bundle in facts.project_bundles.values():
        members = [by_id[name] for name in bundle.projects if name in by_id]
        yield from _bundle_capacity(bundle, members, facts)
        yield from _bundle_investment(bundle, members)


def _bundle_capacity(bundle: Bundle, members: list[Project], facts: Facts) -> Iterator[Finding]:
    """Yield a finding where plants and storage of a bundle do not add up to what was published."""
    known = known_elements(facts)
    plants = [e for row in members for e in row.elements if e.startswith(("fleet:", "hydro")) and e in known]
    held = fsum(registered_mw(element, facts) for element in plants)
    if bundle.capacity_mw is not None and abs(held - bundle.capacity_mw) > 0.5:
        yield Finding(
            "bundle",
            bundle.id,
            f"{bundle.name_zh}各项目容量合计 {held:.0f} MW，公布为 {bundle.capacity_mw:.0f} MW",
            f"the projects of {bundle.id} hold {held:.0f} MW, published are {bundle.capacity_mw:.0f} MW",
        )


def _bundle_investment(bundle: Bundle, members: list[Project]) -> Iterator[Finding]:
    """Yield a finding where what a bundle's projects add to the totals is more than the whole."""
    adding = fsum(row.value or 0.0 for row in members if not row.part_of)
    if bundle.value is not None and adding > bundle.value * (1.0 + ROUNDING):
        each, whole = convert(adding, "CNY", "亿元"), convert(bundle.value, "CNY", "亿元")
        yield Finding(
            "bundle",
            bundle.id,
            f"{bundle.name_zh}各项目计入投资 {each:g} 亿元，超过整体的 {whole:g} 亿元，有重复",
            f"the projects of {bundle.id} add {each:g} 亿元, more than the {whole:g} 亿元 of the whole",
        )
