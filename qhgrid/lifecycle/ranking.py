"""Energy projects in the order of what they do for the targets per 亿元, with intervals.

The score of a project is published with the table: the effect on each target, over the largest effect that
any project of the study has on it, weighted, summed, times 100, per 亿元 of investment. The interval holds
that of each value and the tolerance of the investment. Weights are equal unless others are given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from qhgrid.indicators.tables import Column, Table, TableRow, Value
from qhgrid.lifecycle.board import adds, yi
from qhgrid.lifecycle.computed import TAKES_PART, TARGET_INDICATORS
from qhgrid.projects.register import ListedProject, ProjectList
from qhgrid.projects.words import UNKNOWN
from qhgrid.sourced import ASSUMED_MARK

Bounds = tuple[float, float, float]
"""A figure with its low and high end."""

NOTE = (
    "得分＝100×Σ 权重×（对该目标的贡献÷各项目中最大的贡献）÷投资（亿元），各目标等权；"
    "区间含价值区间与投资估算误差。名次区间：区间不重叠才分先后。待定：投资或价值未知，不排名。",
    "Score = 100 × Σ weight × (effect on the target ÷ largest effect of any project) ÷ investment in 亿元, "
    "equal weights; the interval holds those of the values and the tolerance of the investment. Ranks are "
    "told apart where intervals do not overlap. 待定: investment or value not known, not ranked.",
)
NOT_COMPUTED = (
    "价值未计算：用 --value 给出 `qhgrid projects value` 的研究后排名。",
    "Values are not computed: give a study of `qhgrid projects value` with --value, and the list is ranked.",
)


@dataclass(frozen=True)
class Ranked:
    """An energy project with its score and what the ranking shows of it.

    Parameters
    ----------
    listed : ListedProject
        The project.
    effects : Mapping
        Effect on each target with its interval, by indicator; empty where not valued.
    score : tuple of float or None
        Score, low and high end, per 亿元; None where investment or values are not known.
    is_studied : bool
        Whether there is a study at all.
    """

    listed: ListedProject
    effects: Mapping[str, Bounds]
    score: Bounds | None
    is_studied: bool = True


def rank(
    projects: ProjectList, values: Table | None, weights: Mapping[str, float] | None = None
) -> list[Ranked]:
    """Return the open energy projects, best first; those without a score last, in the order of the register.

    Parameters
    ----------
    projects : ProjectList
        The list.
    values : Table or None
        ``value_shapley`` or ``value_out`` of a study.
    weights : Mapping, optional
        Weight by indicator; equal ones if not given.
    """
    effects = {
        listed.project.id: _effects(values, listed.project.id)
        for listed in projects.energy_projects
        if values is not None
    }
    largest = {
        key: max((abs(found[key][0]) for found in effects.values() if key in found), default=0.0)
        for key in TARGET_INDICATORS
    }
    shares = {key: 1.0 / len(TARGET_INDICATORS) for key in TARGET_INDICATORS} if weights is None else weights

    def ranked(listed: ListedProject) -> Ranked:
        own = effects.get(listed.project.id, {})
        return Ranked(listed, own, _score(listed, own, largest, shares), values is not None)

    found = map(ranked, projects.energy_projects)
    return sorted(found, key=lambda one: -one.score[0] if one.score else float("inf"))


def _effects(values: Table, project: str) -> dict[str, Bounds]:
    """Return the effect of a project on each target that a study has, with its interval."""
    if not _takes_part(values, project):
        return {}
    found: dict[str, Bounds] = {}
    for key in TARGET_INDICATORS:
        if {key, f"{key}_low", f"{key}_high"} <= set(values.column_keys):
            cells = [values.cell(project, name) for name in (key, f"{key}_low", f"{key}_high")]
            known = [float(cell) for cell in cells if isinstance(cell, float | int)]
            if len(known) == len(cells):
                found[key] = (known[0], known[1], known[2])
    return found


def _takes_part(values: Table, project: str) -> bool:
    """Return whether a study could value a project: it has a part in dispatch that counts in the scenario."""
    if project not in values.row_keys:
        return False
    return "state" not in values.column_keys or values.cell(project, "state") == TAKES_PART


def _score(
    listed: ListedProject,
    effects: Mapping[str, Bounds],
    largest: Mapping[str, float],
    weights: Mapping[str, float],
) -> Bounds | None:
    """Return the score of a project per 亿元 with its interval; None where it has none."""
    money = listed.investment_range_cny
    if money is None or not effects or not listed.project.value:
        return None
    sums = [
        100.0
        * sum(
            weights.get(key, 0.0) * bounds[end] / largest[key]
            for key, bounds in effects.items()
            if largest[key]
        )
        for end in range(3)
    ]
    costs = [yi(end) for end in (listed.project.value, *money)]
    low = min(sums[1] / cost for cost in costs)
    high = max(sums[2] / cost for cost in costs)
    return sums[0] / costs[0], low, high


def energy_table(projects: ProjectList, values: Table | None, source: str = "") -> Table:
    """Return the energy list ranked by what each project does for the targets per 亿元.

    Parameters
    ----------
    projects : ProjectList
        The list.
    values : Table or None
        Values of a study; None leaves the list in the order of the register and says so.
    source : str
        Name of the study.

    Returns
    -------
    Table
        ``board_energy``: rank with its interval, investment and score with theirs.
    """
    ranked = rank(projects, values)
    names = {one.project.id: (one.project.name_zh, one.project.name_en) for one in projects.projects}
    columns = (
        Column("rank", "名次", "Rank", "unit"),
        Column("rank_best", "最好", "Best", "unit"),
        Column("rank_worst", "最差", "Worst", "unit"),
        Column("investment", "投资", "Investment", "亿元"),
        Column("investment_low", "下限", "Low", "亿元"),
        Column("investment_high", "上限", "High", "亿元"),
        Column("score", "得分/亿元", "Score per 亿元", "1"),
        Column("score_low", "下限", "Low", "1"),
        Column("score_high", "上限", "High", "1"),
        Column("state", "说明", "State", ""),
    )
    rows = [_energy_row(place, one, ranked, names) for place, one in enumerate(ranked, start=1)]
    titles = ("能源项目：每亿元对目标的贡献", "Energy projects: what they do for the targets per 亿元")
    note = NOT_COMPUTED if values is None else NOTE
    return _sourced("board_energy", titles, columns, rows, note, source)


def _sourced(
    key: str,
    titles: tuple[str, str],
    columns: tuple[Column, ...],
    rows: Iterable[TableRow],
    note: tuple[str, str],
    study: str,
) -> Table:
    """Return a table that names the study it comes from."""
    of = f"；{study}" if study else ""
    sources = (f"来源：data/projects/{of}", f"Source: data/projects/{of}")
    return Table(key, *titles, "", columns, tuple(rows), *sources, *note)


def _energy_row(
    place: int, one: Ranked, ranked: list[Ranked], named: Mapping[str, tuple[str, str]]
) -> TableRow:
    """Return the row of a project."""
    project = one.listed.project
    money = one.listed.investment_range_cny
    ranks: tuple[Value, ...] = (
        (UNKNOWN,) * 3 if one.score is None else (float(place), *_ranks(one.score, ranked))
    )
    costs: tuple[Value, ...] = (UNKNOWN,) * 3
    if money is not None and project.value is not None:
        costs = (yi(project.value), yi(money[0]), yi(money[1]))
    score: tuple[Value, ...] = (UNKNOWN,) * 3 if one.score is None else one.score
    mark = ASSUMED_MARK if project.is_assumed or ASSUMED_MARK in project.note else ""
    names = (project.name_zh, project.name_en)
    if not adds(one.listed):
        zh, en = named.get(project.part_of, (project.part_of, project.part_of))
        names = (f"{names[0]}（投资含于{zh}）", f"{names[1]} (held by {en})")
    return TableRow(project.id, *names, (*ranks, *costs, *score, _state(one)), mark=mark)


RANKED, NO_MONEY, NO_PART, NO_STUDY = "已排名", "投资待定", "不参与本情景调度", "价值未计算"
"""Why a project has a rank or none."""


def _state(one: Ranked) -> str:
    """Return why a project has a rank or none."""
    if one.score is not None:
        return RANKED
    if not one.is_studied:
        return NO_STUDY
    return NO_MONEY if one.effects else NO_PART


def _ranks(score: Bounds, ranked: list[Ranked]) -> tuple[float, float]:
    """Return the best and worst rank that the intervals leave open."""
    others = [one.score for one in ranked if one.score is not None]
    better = sum(other[1] > score[2] for other in others)
    worse = sum(other[2] < score[1] for other in others)
    return 1.0 + better, float(len(others) - worse)


def target_table(projects: ProjectList, values: Table, source: str = "") -> Table:
    """Return ``board_energy_targets``: the effect on each target per 亿元, with its interval."""
    columns = tuple(
        Column(f"{key}{end}", f"{names[0]}{mark}", f"{names[1]}{mark_en}", _unit(values, key))
        for key, names in TARGET_INDICATORS.items()
        if key in values.column_keys
        for end, mark, mark_en in (("", "", ""), ("_low", "下限", ", low"), ("_high", "上限", ", high"))
    )
    keys = [key for key in TARGET_INDICATORS if key in values.column_keys]

    def cells(one: Ranked) -> tuple[Value, ...]:
        money = one.listed.investment_range_cny
        if money is None or not one.effects or not one.listed.project.value:
            return (UNKNOWN,) * len(columns)
        costs = [yi(end) for end in (one.listed.project.value, *money)]
        return tuple(cell for key in keys for cell in _per_cost(one.effects.get(key), costs))

    rows = [
        TableRow(one.listed.project.id, one.listed.project.name_zh, one.listed.project.name_en, cells(one))
        for one in rank(projects, values)
    ]
    titles = ("每亿元投资对各目标的贡献", "Effect on each target per 亿元 of investment")
    return _sourced("board_energy_targets", titles, columns, rows, NOTE, source)


def _unit(values: Table, key: str) -> str:
    """Return the unit of an effect per 亿元, as the study's with its money."""
    return values.column(key).unit


def _per_cost(effect: Bounds | None, costs: list[float]) -> tuple[Value, Value, Value]:
    """Return an effect per 亿元 with its interval."""
    if effect is None:
        return UNKNOWN, UNKNOWN, UNKNOWN
    low, high = min(effect[1] / cost for cost in costs), max(effect[2] / cost for cost in costs)
    return effect[0] / costs[0], low, high


def weight_table(projects: ProjectList, values: Table, source: str = "") -> Table:
    """Return ``board_energy_weights``: the rank of each project where one target alone counts."""
    keys = [key for key in TARGET_INDICATORS if key in values.column_keys]
    columns = (
        Column("equal", "等权", "Equal weights", "unit"),
        *(
            Column(key, f"只看{TARGET_INDICATORS[key][0]}", f"{TARGET_INDICATORS[key][1]} alone", "unit")
            for key in keys
        ),
    )
    ranks = [_places(rank(projects, values))]
    ranks += [_places(rank(projects, values, {key: 1.0})) for key in keys]
    rows = [
        TableRow(
            one.listed.project.id,
            one.listed.project.name_zh,
            one.listed.project.name_en,
            tuple(places(one.listed.project.id) for places in ranks),
        )
        for one in rank(projects, values)
    ]
    titles = ("名次对权重的敏感性", "Rank by weights")
    return _sourced("board_energy_weights", titles, columns, rows, NOTE, source)


def _places(ranked: list[Ranked]) -> Callable[[str], Value]:
    """Return the look-up of ranks by project; 待定 for one without a score."""
    places = {
        one.listed.project.id: float(n) for n, one in enumerate(ranked, start=1) if one.score is not None
    }
    return lambda project: places.get(project, UNKNOWN)
