"""One project of the list on one sheet: everything that the register says of it, unknown as 待定."""

from __future__ import annotations

import difflib

from qhgrid.errors import FactsError, Fault
from qhgrid.facts import Facts
from qhgrid.facts.rows import Project
from qhgrid.facts.rows.projects import OUTSIDE
from qhgrid.indicators.tables import Column, Table, TableRow, Value
from qhgrid.projects import words
from qhgrid.projects.register import ListedProject, ProjectList
from qhgrid.projects.words import UNKNOWN
from qhgrid.sourced import ASSUMED_MARK
from qhgrid.units import convert

NONE = "无"
"""What stands where there is nothing: no elements, no parent."""


def find_project(name: str, facts: Facts) -> Project:
    """Return the project of an id or register key.

    Raises
    ------
    FactsError
        If there is none; names the nearest.
    """
    by_key = {row.register_key.lower(): row for row in facts.projects.values()}
    found = facts.projects.get(name) or by_key.get(name.lower())
    if found is not None:
        return found
    near = difflib.get_close_matches(name, [*facts.projects, *by_key], n=3)
    mend = f"Did you mean {', '.join(near)}?" if near else "See `qhgrid projects list` for the ids."
    raise FactsError(Fault(f"project {name!r}", "is not in the register", mend))


def sheet_of(projects: ProjectList, project: Project, facts: Facts) -> Table:
    """Return ``project_sheet``: what the register says of a project, one line a matter."""
    listed = next(one for one in projects.projects if one.project.id == project.id)
    columns = (Column("value", "内容", "Value", ""),)
    rows = [
        TableRow(key, zh, en, (UNKNOWN if value in (None, "") else value,), unit=unit)
        for key, zh, en, unit, value in _matters(listed, facts)
    ]
    source = (
        f"来源：{project.source}（{project.confidence}）",
        f"Source: {project.source} ({project.confidence})",
    )
    mark = ASSUMED_MARK if project.is_assumed or ASSUMED_MARK in project.note else ""
    notes = tuple("；".join(filter(None, (mark, project.note))) for _ in range(2))
    return Table(
        "project_sheet",
        project.name_zh,
        project.name_en,
        "",
        columns,
        tuple(rows),
        *source,
        notes[0],
        notes[1],
    )


Matter = tuple[str, str, str, str, Value]
"""Key, Chinese and English name, unit and value of a line of the sheet."""


def _matters(listed: ListedProject, facts: Facts) -> list[Matter]:
    """Return the lines of the sheet."""
    row = listed.project
    return [
        ("id", "代码", "Id", "", row.id),
        ("register", "登记号", "Register key", "", row.register_key),
        ("sector", "领域/类别", "Sector / type", "", f"{row.sector}/{row.sub_type}"),
        ("level", "级别", "Level", "", words.LEVELS.get(row.level, ("",))[0]),
        ("nature", "建设性质", "Nature", "", row.nature),
        ("content", "规模与内容", "Content", "", row.content),
        ("place", "市州份额", "Prefectures", "", _place(row, facts)),
        ("county", "县", "County", "", row.county),
        *_money(listed),
        ("grade", "成熟度", "Grade", "", words.grade_words(row.grade, row.grade_is_ambiguous, 0)),
        ("batch", "批次", "Batch", "", row.batch),
        ("start", "开工年份", "Start", "", str(row.start_year or "")),
        ("in_service", "投产年份", "In service", "", str(row.in_service_year or "")),
        ("unit", "责任单位", "Responsible unit", "", row.responsible_unit),
        (
            "quote",
            "规划依据",
            "Words of the plan",
            "",
            f"「{row.quote}」[{row.plan_line}]" if row.quote else "",
        ),
        ("bundle", "项目群", "Bundle", "", facts.bundle_of.get(row.id, "")),
        ("part_of", "投资含于", "Investment held by", "", row.part_of or NONE),
        (
            "elements",
            "模型要素（移除即去掉的份额）",
            "Model elements, with the share held",
            "",
            _elements(row, facts),
        ),
        (
            "counted",
            "本情景计入容量",
            "Counted in the scenario",
            "万千瓦",
            convert(listed.counted_mw, "MW", "万千瓦"),
        ),
    ]


def _money(listed: ListedProject) -> list[Matter]:
    """Return the lines on investment and funding."""
    row, limits = listed.project, listed.investment_range_cny
    low, high = (None, None) if limits is None else (convert(end, "CNY", "亿元") for end in limits)
    total = None if row.value is None else convert(row.value, "CNY", "亿元")
    funding = "；".join(f"{words.INSTRUMENTS[name][0]} {share:.0%}" for name, share in row.funding.items())
    return [
        ("investment", "总投资", "Investment", "亿元" if total is not None else "", total),
        ("investment_low", "估算下限", "Low by class of estimate", "亿元" if total is not None else "", low),
        (
            "investment_high",
            "估算上限",
            "High by class of estimate",
            "亿元" if total is not None else "",
            high,
        ),
        ("price_year", "价格水平年", "Price year", "", str(row.price_year or "")),
        ("tolerance", "估算深度", "Class of the estimate", "", _tolerance(listed)),
        ("funding", "资金来源", "Funding", "", funding),
        ("tier", "分档", "Tier", "", words.TIERS[listed.tier][0]),
    ]


def _tolerance(listed: ListedProject) -> str:
    """Return the class of the estimate with how far it may miss."""
    name = words.TOLERANCES.get(listed.project.tolerance_class, ("",))[0]
    return f"{name}（±{listed.tolerance:.0%}）" if name else ""


def _place(row: Project, facts: Facts) -> str:
    """Return the prefectures of a project with their shares."""
    names = {name: fact.name_zh for name, fact in facts.prefectures.items()} | {OUTSIDE: words.OUTSIDE[0]}
    return "、".join(f"{names[name]} {share:.1%}" for name, share in row.prefecture_shares.items())


def _elements(row: Project, facts: Facts) -> str:
    """Return the elements of a project, each with the share that it holds of it."""
    carried = facts.carried_by(row.id)
    return "、".join(f"{name} {share:.1%}" for name, share in carried.items()) or NONE
