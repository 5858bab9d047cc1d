"""What the register states of each project beyond the list: years, shares, words, each with its key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qhgrid.facts.rows import PREFECTURES
from qhgrid.indicators.display import MONEY, POWER, SHARE, shown
from qhgrid.indicators.tables import Column, Table, TableRow, Value
from qhgrid.projects import words
from qhgrid.projects.register import ListedProject, ProjectList
from qhgrid.sourced import ASSUMED_MARK

if TYPE_CHECKING:
    from qhgrid.facts import Facts

YES, NO = "是", "否"
PLACES = (*PREFECTURES, "outside")
"""Where a project may have a share: the eight prefectures, and beyond the province."""


def stated_table(projects: ProjectList, facts: Facts) -> Table:
    """Return ``project_register``: what the register states of each project, one a row.

    It holds what the papers of a project print beside the columns of ``project_list``.
    """
    columns = (
        Column("open", "在册未投产能源项目", "Energy project not yet finished", ""),
        Column("adds", "投资计入合计", "Investment adds to the total", ""),
        Column("registered", "在册容量", "Registered capacity", POWER),
        Column("start_year", "开工年份", "Start of construction", "year"),
        Column("in_service_year", "投产年份", "In service", "year"),
        Column("content", "建设规模及主要内容", "Scale and content", ""),
        Column("note", "说明", "Note", ""),
        Column("price_year", "投资价格年份", "Year of the prices", "year"),
        Column("tolerance", "投资估算误差", "Tolerance of the estimate", SHARE),
        Column("investment_low", "投资估算下限", "Investment, low", MONEY),
        Column("investment_high", "投资估算上限", "Investment, high", MONEY),
        *(Column(f"funding_{name}", *pair, MONEY) for name, pair in words.INSTRUMENTS.items()),
        *(Column(f"share_{place}", *_share_label(place, facts), SHARE) for place in PLACES),
    )
    rows = tuple(_row(listed) for listed in projects.projects)
    return Table(
        "project_register", "项目登记内容", "What the register states", "", columns, rows, *words.SOURCE
    )


def _share_label(place: str, facts: Facts) -> tuple[str, str]:
    """Return the label of the share of a place."""
    if place == "outside":
        return f"{words.OUTSIDE[0]}份额", f"Share {words.OUTSIDE[1]}"
    row = facts.prefectures[place]
    return f"{row.name_zh}份额", f"Share of {row.name_en}"


def _row(listed: ListedProject) -> TableRow:
    """Return the row of one project."""
    project = listed.project
    values: tuple[Value, ...] = (
        YES if listed.is_open_energy else NO,
        YES if listed.adds_to_total else NO,
        shown(listed.p_nom_mw, POWER),
        float(project.start_year) or None,
        float(project.in_service_year) or None,
        project.content or None,
        project.note or None,
        float(project.price_year) or None,
        100.0 * listed.tolerance if project.value is not None and project.tolerance_class else None,
        *_range(listed),
        *_funding(listed),
        *(100.0 * listed.share_of(place) for place in PLACES),
    )
    mark = ASSUMED_MARK if project.is_assumed or ASSUMED_MARK in project.note else ""
    return TableRow(project.id, project.name_zh, project.name_en, values, mark=mark)


def _range(listed: ListedProject) -> tuple[Value, Value]:
    """Return the ends of the estimate [亿元], None where it is not known or has no class."""
    ends = listed.investment_range_cny
    if ends is None or not listed.project.tolerance_class:
        return None, None
    return shown(ends[0], MONEY), shown(ends[1], MONEY)


def _funding(listed: ListedProject) -> tuple[Value, ...]:
    """Return what each instrument gives [亿元], None where it is not known."""
    total, shares = listed.project.value, listed.project.funding
    return tuple(
        None if total is None or name not in shares else shown(total * shares[name], MONEY)
        for name in words.INSTRUMENTS
    )
