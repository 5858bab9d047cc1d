"""Evidence that qhgrid computes itself: the plan's words, contribution to the targets, CO2, debt cover."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from qhgrid.facts import Facts
from qhgrid.indicators.tables import Table
from qhgrid.lifecycle.events import Evidence
from qhgrid.lifecycle.gates import Computed

if TYPE_CHECKING:
    from qhgrid.runs import Run

TARGET_INDICATORS: dict[str, tuple[str, str]] = {
    "clean_share": ("清洁能源发电占比", "clean share"),
    "ne_utilisation": ("新能源利用率", "use of new energy"),
    "corridor_energy": ("外送电量", "corridor energy"),
    "unserved": ("减少缺电", "less unserved energy"),
    "co2": ("减排", "less CO2"),
    "peak_adequacy": ("顶峰能力", "adequacy at the peak"),
}
"""Indicators of a value study that stand for targets of the plan; positive is good in each."""
VALUE_TABLES = ("value_shapley", "value_out")
"""Tables of a value study, the better first."""
POSITIVE, NEGATIVE, NOTHING = "正", "负", "零"
"""Signs of a study of values; what is none of them is not settled."""
TAKES_PART = "参与"
"""State of a project that the study could value."""
LEAST_DEBT_COVER = 1.0


def compute(
    project: str,
    facts: Facts,
    run: Run | None = None,
    value: Run | None = None,
    finance: Run | None = None,
) -> dict[str, Computed]:
    """Return what can be computed for the gates of a project, by test.

    Parameters
    ----------
    project : str
        Id in the register.
    facts : Facts
        The register and the words of the plan.
    run : Run, optional
        A run of a scenario: which capacity of the project it counts.
    value : Run, optional
        A study of values.
    finance : Run, optional
        A study of finance.
    """
    return {
        "quote": _quote(project, facts),
        "contribution": _contribution(project, run, value),
        "co2": _co2(project, value),
        "debt_cover": _debt_cover(project, finance),
    }


def _quote(project: str, facts: Facts) -> Computed:
    """Return whether the plan names the project."""
    row = facts.projects[project]
    lines = {line.line: line for line in facts.plan_quotes.values() if row.quote and row.quote in line.text}
    if row.plan_line in lines:
        zh = f"「{row.quote}」[{row.plan_line}]，成熟度 {row.grade}"
        return Computed(True, zh, f"named in {row.plan_line}, grade {row.grade}")
    return Computed(None, "规划纲要与方案未点名", "neither plan names it")


def tables_of(run: Run) -> dict[str, Table]:
    """Return the tables of a run or study by key."""
    return {data["key"]: Table.from_json(data) for data in run.figures()["tables"]}


def source_of(run: Run) -> Evidence:
    """Return a run as evidence: its name and the checksum of its inputs."""
    return Evidence(run.folder.name, run.manifest.inputs.sha256)


def value_table(tables: Mapping[str, Table]) -> Table | None:
    """Return the table of values of a study, Shapley before take-one-out; None where it has neither."""
    return next((tables[key] for key in VALUE_TABLES if key in tables), None)


def _row_of(run: Run | None, project: str, keys: tuple[str, ...]) -> tuple[Table, Evidence] | None:
    """Return the first table of a study that has a row for the project, with the study as evidence."""
    if run is None:
        return None
    tables = tables_of(run)
    fitting = (tables[key] for key in keys if key in tables and project in tables[key].row_keys)
    table = next(fitting, None)
    return None if table is None else (table, source_of(run))


def _contribution(project: str, run: Run | None, value: Run | None) -> Computed:
    """Return whether the project adds to any target: by its values, else by the capacity that counts."""
    found = _row_of(value, project, VALUE_TABLES)
    if found is not None:
        return _contribution_by_value(project, *found)
    counted = _row_of(run, project, ("project_list",))
    if counted is None:
        return Computed(None, "未给运行或价值研究", "no run or study of values given")
    table, source = counted
    power = table.number(project, "counted")
    words = (f"计入装机 {power:g} 万千瓦（{source.name}）", f"{power:g} 万千瓦 counted ({source.name})")
    return Computed(True if power > 0 else None, *words, (source,))


def _contribution_by_value(project: str, table: Table, source: Evidence) -> Computed:
    """Return whether any indicator of the targets is settled as positive."""
    signs = {
        key: table.cell(project, f"{key}_sign")
        for key in TARGET_INDICATORS
        if f"{key}_sign" in table.column_keys
    }
    good = [key for key, sign in signs.items() if sign == POSITIVE]
    bad = [key for key, sign in signs.items() if sign == NEGATIVE]
    words = tuple(
        (("正：", "positive: ")[lang] + "、".join(TARGET_INDICATORS[key][lang] for key in good) or "")
        + (
            ("；负：", "; negative: ")[lang] + "、".join(TARGET_INDICATORS[key][lang] for key in bad)
            if bad
            else ""
        )
        + f"（{source.name}/{table.key}）"
        for lang in (0, 1)
    )
    return Computed(True if good else (False if bad else None), words[0], words[1], (source,))


def _co2(project: str, value: Run | None) -> Computed:
    """Return whether the project is settled not to add CO2."""
    found = _row_of(value, project, VALUE_TABLES)
    if found is None or "co2_sign" not in found[0].column_keys:
        return Computed(None, "未给价值研究", "no study of values given")
    table, source = found
    sign, amount = table.cell(project, "co2_sign"), table.cell(project, "co2")
    zh = f"减排 {amount} 万吨，{sign}（{source.name}/{table.key}）"
    en = f"{amount} 万吨 of CO2 saved, sign {sign} ({source.name}/{table.key})"
    return Computed({POSITIVE: True, NOTHING: True, NEGATIVE: False}.get(str(sign)), zh, en, (source,))


def _debt_cover(project: str, finance: Run | None) -> Computed:
    """Return whether the least debt cover of the project is 1 or more."""
    found = _row_of(finance, project, ("finance_summary",))
    cover = None if found is None else found[0].cell(project, "dscr_min")
    if found is None or not isinstance(cover, float | int):
        return Computed(None, "未给财务研究或无从计算", "no study of finance given, or it cannot tell")
    words = (
        f"最低偿债备付率 {cover:.3g}（{found[1].name}）",
        f"least debt cover {cover:.3g} ({found[1].name})",
    )
    return Computed(cover >= LEAST_DEBT_COVER, *words, (found[1],))
