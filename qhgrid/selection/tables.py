"""The tables of a selection: what is chosen, alternatives, and how good that is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from qhgrid.indicators.display import ENERGY, MONEY, POWER, SHARE, shown
from qhgrid.indicators.tables import Column, Figure, Table, TableRow, Value
from qhgrid.projects.words import TIERS
from qhgrid.selection.choice import Limit, Need, Portfolio
from qhgrid.selection.targets import UNSERVED_MWH
from qhgrid.sourced import ASSUMED_MARK
from qhgrid.units import convert
from qhgrid.value.game import COST

if TYPE_CHECKING:
    from qhgrid.selection.study import Selected

SOURCE = ("逐小时精确调度，贪心与割平面", "exact hourly dispatch, greedy search and cuts")
STATES: Mapping[str, tuple[str, str]] = {
    "chosen": ("入选", "chosen"),
    "not_chosen": ("未入选", "not chosen"),
    "given": ("投资待定，随情景建设", "investment not known, built as in the scenario"),
    "left_out": ("投资待定，不建", "investment not known, not built"),
    "dropped": ("指定不建", "dropped on request"),
    "idle": ("不参与调度", "takes no part in dispatch"),
}
AIMS: Mapping[str, tuple[str, str, str]] = {
    "cost": ("年化投资与运行成本之和", "yearly cost of investment and operation", MONEY),
    "capacity": ("新增装机", "capacity added", POWER),
    "clean_capacity": ("新增清洁装机", "clean capacity added", POWER),
}
TARGETS: Mapping[str, tuple[str, str, str]] = {
    "capacity_total": ("电源装机目标", "target of capacity", POWER),
    "capacity_clean": ("清洁装机目标", "target of clean capacity", POWER),
    "clean_share": ("清洁电量占比", "clean share of generation", SHARE),
    "unserved": ("缺供电量", "unserved energy", ENERGY),
    "ne_utilisation": ("新能源利用率", "new-energy utilisation", SHARE),
    "corridor_energy": ("直流外送电量", "energy over DC corridors", ENERGY),
}
"""Name and unit of limits and needs, by key."""
NOTE = (
    "目标函数为年化投资（社会折现率，按技术寿命，含年运维费）加当期运行成本；不足一年时年化投资按小时数折算。"
    "边际价值为该项目的节约（不含其投资）：入选项目为至少值，未入选项目为至多值，由调度价格证明。"
    "投资待定的项目不占预算。",
    "The objective is the annuity of investment (social discount rate, life and upkeep of each technology) "
    "plus operating cost; on a shorter horizon the annuity counts by hours. The marginal worth is what a "
    "project saves before its own investment: at least, for what is chosen, at most for what is not, proved "
    "by the prices of the dispatch. Projects of unknown investment take nothing of the budget.",
)


def money(value: float | None) -> float | None:
    """Return money in 亿元, None where there is none to tell."""
    return None if value is None or not math.isfinite(value) else convert(value, "CNY", "亿元") + 0.0


def study_tables(selected: Selected) -> tuple[Table, ...]:
    """Return ``selection``, ``selection_alternatives`` and ``selection_summary``."""
    return _selection(selected), _alternatives(selected), _summary(selected)


def _selection(selected: Selected) -> Table:
    """Return each project with its state, its cost and its marginal worth."""
    columns = (
        Column("state", "结论", "state", ""),
        Column("order", "贪心次序", "greedy order", "unit"),
        Column("tier", "分档", "tier", ""),
        Column("investment", "投资", "investment", "亿元"),
        Column("yearly", "年化投资与运维", "annuity and upkeep", "亿元"),
        Column("worth_low", "边际价值（至少）", "marginal worth, at least", "亿元"),
        Column("worth_high", "边际价值（至多）", "marginal worth, at most", "亿元"),
    )
    cast = selected.evaluator.cast
    names = [*cast.ids, *sorted(cast.idle)]
    rows = tuple(
        _row(selected, name) for name in sorted(names, key=lambda name: (_rank(selected, name), name))
    )
    title = ("项目遴选", "Projects to put forward")
    return Table("selection", *title, "", columns, rows, *SOURCE, *NOTE)


def _state(selected: Selected, name: str) -> str:
    """Return the key of a project's state."""
    best, setting = selected.found.best, selected.setting
    if name in selected.evaluator.cast.idle:
        return "idle"
    if name in setting.given:
        return "given"
    if name in selected.wishes.drop:
        return "dropped"
    if name not in setting.choice.names:
        return "left_out"
    return "chosen" if best is not None and name in best.members else "not_chosen"


def _rank(selected: Selected, name: str) -> int:
    """Return the place of a project's state in the table."""
    return list(STATES).index(_state(selected, name))


def _row(selected: Selected, name: str) -> TableRow:
    """Return the row of a project."""
    project = selected.facts.projects[name]
    state = _state(selected, name)
    outlay = selected.setting.outlays.get(name)
    order = [step.name for step in selected.found.steps]
    low, high = _worth(selected, name, state)
    values: tuple[Value, ...] = (
        STATES[state][0],
        float(order.index(name) + 1) if name in order else None,
        TIERS[outlay.listed.tier][0] if outlay is not None else None,
        money(outlay.investment_cny) if outlay is not None else money(project.value),
        money(outlay.yearly_cny) if outlay is not None and outlay.investment_cny is not None else None,
        money(low),
        money(high),
    )
    mark = ASSUMED_MARK if outlay is not None and outlay.is_assumed else ""
    return TableRow(name, project.name_zh, project.name_en, values, mark=mark)


def _worth(selected: Selected, name: str, state: str) -> tuple[float | None, float | None]:
    """Return what a project saves beside the others chosen at least and at most, as far as is proved."""
    best = selected.found.best
    rent = None if best is None else best.evaluation.rents.get(name)
    if best is None or rent is None:
        return None, None
    cost = best.evaluation.values[COST]
    gap = cost.high - cost.low
    if state in ("chosen", "given"):
        return rent - gap, None
    return None, rent + gap if state == "not_chosen" else None


def _alternatives(selected: Selected) -> Table:
    """Return the best choice and those near it, or the nearest failures where none meets everything."""
    columns = (
        Column(
            "objective",
            AIMS[selected.wishes.aim][0],
            AIMS[selected.wishes.aim][1],
            AIMS[selected.wishes.aim][2],
        ),
        Column("difference", "与最优之差", "off the best", "%"),
        Column("investment", "投资", "investment", "亿元"),
        Column("operation", "运行成本", "operating cost", "亿元"),
        Column("projects", "项目数", "projects", "unit"),
        Column("added", "增加", "added", ""),
        Column("removed", "减少", "removed", ""),
        Column("unmet", "未满足", "not met", ""),
    )
    found = selected.found
    shown_ones = (found.best, *found.alternatives) if found.best is not None else _nearest(found.dispatched)
    first = shown_ones[0] if shown_ones else None
    rows = tuple(_alternative(selected, number, one, first) for number, one in enumerate(shown_ones))
    title = ("组合与备选（与最优相差1%以内）", "The choice and alternatives within 1 % of it")
    return Table("selection_alternatives", *title, "", columns, rows, *SOURCE, *NOTE)


def _nearest(dispatched: tuple[Portfolio, ...]) -> tuple[Portfolio, ...]:
    """Return the choices that miss least, five at most."""
    return tuple(sorted(dispatched, key=lambda one: (len(one.unmet), one.objective, sorted(one.members)))[:5])


def _alternative(selected: Selected, number: int, one: Portfolio, first: Portfolio | None) -> TableRow:
    """Return the row of a choice."""
    reference = first.members if first is not None else frozenset()
    best = first.objective if first is not None else one.objective
    investment = math.fsum(
        selected.setting.outlays[name].investment_cny or 0.0 for name in sorted(one.members)
    )
    values: tuple[Value, ...] = (
        _objective(one.objective, selected.wishes.aim),
        100.0 * (one.objective - best) / max(abs(best), 1e-9),
        money(investment),
        money(one.evaluation.values[COST].value),
        float(len(one.members)),
        "、".join(_names(selected, one.members - reference)) or None,
        "、".join(_names(selected, reference - one.members)) or None,
        "、".join(_label(key)[0] for key in one.unmet) or None,
    )
    labels = (
        ("最优组合", "best found")
        if number == 0 and one.is_good
        else (f"备选{number}", f"alternative {number}")
    )
    return TableRow(f"alternative_{number}", *labels, values)


def _names(selected: Selected, members: frozenset[str]) -> list[str]:
    """Return the Chinese names of projects, in the order of their ids."""
    return [selected.facts.projects[name].name_zh for name in sorted(members)]


def _objective(value: float, aim: str) -> float | None:
    """Return an objective in the unit of its aim; capacity counts upwards."""
    if not math.isfinite(value):
        return None
    return (shown(value, MONEY) if aim == "cost" else shown(-value, POWER)) + 0.0


def _label(key: str) -> tuple[str, str]:
    """Return the name of a limit or need."""
    if key in TARGETS:
        return TARGETS[key][0], TARGETS[key][1]
    if key == "keep":
        return "指定入选的项目", "projects to keep"
    of = key.partition(".")[2]
    return (f"预算（{of}）", f"budget ({of})") if of else ("总预算", "budget")


def _summary(selected: Selected) -> Table:
    """Return objective, bound and gap, then each budget and target."""
    columns = (
        Column("value", "数值", "value", ""),
        Column("side", "要求", "required", ""),
        Column("verdict", "判定", "verdict", ""),
    )
    rows = [*_search_rows(selected), *_limit_rows(selected), *_need_rows(selected)]
    rows += [_untold_row(key) for key in selected.setting.untold]
    title = ("遴选结果与目标", "Result and targets")
    return Table("selection_summary", *title, "", columns, tuple(rows), *SOURCE, *NOTE)


def _untold_row(key: str) -> TableRow:
    """Return the row of a target of a year that a shorter horizon cannot tell."""
    zh, en = _target_of(key)
    return TableRow(
        f"untold_{key}", f"{zh}（不足全年，不判）", f"{en}, less than a year", (None, None, "不判")
    )


def _target_of(key: str) -> tuple[str, str]:
    """Return the name of a target of a year."""
    return _label({"utilisation": "ne_utilisation", "corridors": "corridor_energy"}.get(key, key))


def _search_rows(selected: Selected) -> list[TableRow]:
    """Return the rows that say how good the choice is."""
    found, aim = selected.found, selected.wishes.aim
    zh, en, unit = AIMS[aim]
    best = found.best.objective if found.best is not None else math.inf
    greedy = found.greedy.objective if found.greedy is not None else math.inf
    state = (
        "已选出"
        if found.best is not None
        else "无可行组合（已证明）"
        if found.is_proved_empty
        else "未找到可行组合"
    )
    gap = 100.0 * found.gap if math.isfinite(found.gap) else None
    numbers = (
        ("objective", zh, en, _objective(best, aim), unit),
        ("bound", "可证明的界", "proved bound", _objective(found.bound, aim), unit),
        ("gap", "与最优至多相差", "at most this far from the best", gap, "%"),
        ("greedy", "贪心组合的目标值", "objective of the greedy choice", _objective(greedy, aim), unit),
        ("dispatches", "精确调度次数", "exact dispatches", float(len(found.dispatched)), "unit"),
    )
    rows = [TableRow(key, zh, en, (value, None, None), unit=of) for key, zh, en, value, of in numbers]
    return [TableRow("state", "结论", "result", (None, None, state)), *rows]


def _limit_rows(selected: Selected) -> list[TableRow]:
    """Return each limit with what the choice comes to."""
    return [_limit_row(selected, limit) for limit in selected.setting.choice.limits]


def _limit_row(selected: Selected, limit: Limit) -> TableRow:
    """Return the row of a limit: money spent, or what is still wanted of a capacity target."""
    best = selected.found.best
    total = None if best is None else limit.total(best.members)
    side = limit.most if math.isfinite(limit.most) else limit.least
    verdict = None if best is None else "满足" if limit.holds(best.members) else "不满足"
    zh, en = _label(limit.key)
    if limit.key.startswith("budget"):
        return TableRow(_key(limit.key), zh, en, (money(total), money(side), verdict), unit="亿元")
    values = (None if total is None else shown(total, POWER) + 0.0, shown(side, POWER) + 0.0, verdict)
    said = f"{zh}（入选项目须新增）", f"{en}, to be added by what is chosen"
    return TableRow(_key(limit.key), *said, values, unit=POWER)


def _key(key: str) -> str:
    """Return the key of a limit as that of a row."""
    return f"target_{key}" if not key.startswith("budget") else key.replace(".", "_")


def _need_rows(selected: Selected) -> list[TableRow]:
    """Return each need with what the choice comes to."""
    return [_need_row(selected, need) for need in selected.setting.choice.needs]


def _need_row(selected: Selected, need: Need) -> TableRow:
    """Return the row of a need."""
    best = selected.found.best
    zh, en, unit = TARGETS[need.indicator]
    side = need.least if math.isfinite(need.least) else need.most if need.most > UNSERVED_MWH else 0.0
    value = None if best is None else shown(best.evaluation.values[need.indicator].value, unit) + 0.0
    verdict = None if best is None else "满足" if need.holds(best.evaluation) else "不满足"
    return TableRow(f"target_{need.indicator}", zh, en, (value, shown(side, unit) + 0.0, verdict), unit=unit)


def study_figures(selected: Selected) -> tuple[Figure, ...]:
    """Return objective, bound and gap as figures."""
    rows = _search_rows(selected)[1:4]
    return tuple(
        Figure(
            f"selection.{row.key}", row.values[0], row.unit, row.label_zh, row.label_en, *NOTE,
            ("projects.csv", "costs.csv", "generator_p"),
        )
        for row in rows
    )  # fmt: skip
