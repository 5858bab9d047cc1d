"""Tables of the project list: totals against 5000 亿元, by prefecture, tier and grade, and the list."""

from __future__ import annotations

from collections.abc import Callable

from qhgrid.facts import Facts
from qhgrid.indicators.tables import Column, Table, TableRow, Value
from qhgrid.projects import words
from qhgrid.projects.checks import Finding, find_in_list
from qhgrid.projects.register import ListedProject, ProjectList, Tier
from qhgrid.scenario import Scenario
from qhgrid.sourced import ASSUMED_MARK
from qhgrid.units import convert

ENERGY_TARGET = "TGT-13-energy"
"""Row of ``targets.csv`` with the energy sector's share of the project campaign."""

PREFECTURE_TARGET = "TGT-12-{}"
"""Rows of ``targets.csv`` with the prefectures' quotas over all eight sectors."""


def project_tables(projects: ProjectList, scenario: Scenario, facts: Facts) -> tuple[Table, ...]:
    """Return all tables of the project list.

    Returns
    -------
    tuple of Table
        ``project_total``, ``project_prefectures``, ``project_tiers``, ``project_grades``, ``project_list``
        and ``project_findings``; money in 亿元, power in 万千瓦.
    """
    return (
        _total_table(projects, facts),
        _prefecture_table(projects, facts),
        _group_table(
            projects,
            "project_tiers",
            ("项目分档", "Projects by tier"),
            _tier_groups(),
            lambda p: p.tier.value,
        ),
        _group_table(
            projects,
            "project_grades",
            ("项目成熟度", "Projects by maturity"),
            tuple((grade, *pair) for grade, pair in words.GRADES.items()),
            lambda listed: listed.project.grade,
        ),
        _list_table(projects),
        _finding_table(find_in_list(projects, scenario, facts)),
    )


def _table(
    key: str, titles: tuple[str, str], unit: str, columns: tuple[Column, ...], rows: list[TableRow]
) -> Table:
    """Return a table with the source of the project list."""
    return Table(key, titles[0], titles[1], unit, columns, tuple(rows), words.SOURCE[0], words.SOURCE[1])


def _yi(cny: float | None) -> float | None:
    """Return money in 亿元, None where it is not known."""
    return None if cny is None else convert(cny, "CNY", "亿元")


def _wan_kw(mw: float) -> float:
    """Return power in 万千瓦."""
    return convert(mw, "MW", "万千瓦")


def _total_table(projects: ProjectList, facts: Facts) -> Table:
    """Return the sector total against the campaign's target."""
    target = facts.targets[ENERGY_TARGET].value or 0.0
    known = projects.investment_cny
    rows = [
        ("target", "能源领域谋划目标", "Target of the energy sector", "亿元", _yi(target)),
        ("known", "已知投资合计", "Known investment", "亿元", _yi(known)),
        ("gap", "距目标", "Left to reach it", "亿元", _yi(max(0.0, target - known))),
        ("share", "已知投资占目标", "Known share of the target", "%", 100 * known / target),
        (
            "projects",
            "在册未投产能源项目",
            "Energy projects on the list",
            "unit",
            float(len(projects.energy_projects)),
        ),
        ("unknown", "其中投资未公布", "of which investment not published", "unit", float(projects.n_unknown)),
    ]
    columns = (Column("value", "数值", "Value", ""),)
    body = [TableRow(key, zh, en, (value,), unit=unit) for key, zh, en, unit, value in rows]
    return _table("project_total", ("项目投资总量", "Total investment"), "", columns, body)


def _prefecture_table(projects: ProjectList, facts: Facts) -> Table:
    """Return the energy investment by prefecture against the quota that each has over all sectors."""
    columns = (
        Column("investment", "能源领域已知投资", "Known energy investment", "亿元"),
        Column("quota", "市州谋划目标（全部八个领域）", "Quota over all eight sectors", "亿元"),
        Column("share", "占目标", "Share of the quota", "%"),
    )

    def row(prefecture: str, zh: str, en: str) -> TableRow:
        quota = facts.targets[PREFECTURE_TARGET.format(prefecture)].value or 0.0
        known = projects.investment_in(prefecture)
        return TableRow(prefecture, zh, en, (_yi(known), _yi(quota), 100 * known / quota))

    body = [row(name, fact.name_zh, fact.name_en) for name, fact in facts.prefectures.items()]
    quotas = sum(value for value in (line.values[1] for line in body) if isinstance(value, float))
    outside = _yi(projects.investment_in("outside"))
    total = _yi(projects.investment_cny)
    body.append(TableRow("outside", *words.OUTSIDE, (outside, None, None)))
    body.append(TableRow("sum", "合计", "Sum", (total, quotas, None), bold=True))
    return _table(
        "project_prefectures", ("分市州项目投资", "Investment by prefecture"), "亿元", columns, body
    )


def _tier_groups() -> tuple[tuple[str, str, str], ...]:
    """Return key and words of each tier."""
    return tuple((tier.value, *words.TIERS[tier]) for tier in Tier)


def _group_table(
    projects: ProjectList,
    key: str,
    titles: tuple[str, str],
    groups: tuple[tuple[str, str, str], ...],
    group_of: Callable[[ListedProject], str],
) -> Table:
    """Return number, investment and capacity of the energy projects by group."""
    columns = (
        Column("projects", "项目数", "Projects", "unit"),
        Column("investment", "已知投资", "Known investment", "亿元"),
        Column("registered", "在册容量", "Registered capacity", "万千瓦"),
        Column("counted", "本情景计入容量", "Counted in the scenario", "万千瓦"),
    )

    def row(name: str, zh: str, en: str, members: list[ListedProject], bold: bool = False) -> TableRow:
        values: tuple[Value, ...] = (
            float(len(members)),
            _yi(sum(listed.investment_cny for listed in members)),
            _wan_kw(sum(listed.p_nom_mw for listed in members)),
            _wan_kw(sum(listed.counted_mw for listed in members)),
        )
        return TableRow(name, zh, en, values, bold=bold)

    everything = list(projects.energy_projects)
    body = [row(name, zh, en, [p for p in everything if group_of(p) == name]) for name, zh, en in groups]
    body.append(row("sum", "合计", "Sum", everything, bold=True))
    return _table(key, titles, "", columns, body)


def _list_table(projects: ProjectList) -> Table:
    """Return the list itself, one project a row."""
    columns = (
        Column("register", "登记号", "Register key", ""),
        Column("sub_type", "类别", "Type", ""),
        Column("grade", "成熟度", "Grade", ""),
        Column("tier", "分档", "Tier", ""),
        Column("investment", "总投资", "Investment", "亿元"),
        Column("counted", "本情景计入容量", "Counted in the scenario", "万千瓦"),
        Column("plan_line", "规划依据", "Line of the plan", ""),
    )

    def row(listed: ListedProject) -> TableRow:
        project = listed.project
        values: tuple[Value, ...] = (
            project.register_key,
            f"{project.sector}/{project.sub_type}",
            project.grade,
            words.TIERS[listed.tier][0],
            _yi(project.value),
            _wan_kw(listed.counted_mw),
            project.plan_line,
        )
        mark = ASSUMED_MARK if project.is_assumed or ASSUMED_MARK in project.note else ""
        return TableRow(project.id, project.name_zh, project.name_en, values, mark=mark)

    body = [row(listed) for listed in projects.projects]
    return _table("project_list", ("能源领域项目清单", "Project list"), "", columns, body)


def _finding_table(findings: tuple[Finding, ...]) -> Table:
    """Return what a planner should look at before the list is filed."""
    columns = (Column("subject", "对象", "Subject", ""), Column("text", "说明", "What", ""))
    body = [
        TableRow(f"f{number}", finding.text_zh, finding.text_en, (finding.subject, finding.text_en))
        for number, finding in enumerate(findings, start=1)
    ]
    return _table("project_findings", ("清单核查", "Checks of the list"), "", columns, body)
