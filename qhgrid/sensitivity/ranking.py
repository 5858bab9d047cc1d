"""How far each assumption moves the scorecard over its range, and the order that follows from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from qhgrid.indicators.tables import Column, Table, TableRow, Value
from qhgrid.sourced import ASSUMED_MARK

if TYPE_CHECKING:
    from qhgrid.sensitivity.assumed import Assumed
    from qhgrid.sensitivity.outcome import Outcome

STILL = 1e-4
"""Movement below which an assumption is said to move nothing: what is left of solver and screening [1]."""


@dataclass(frozen=True)
class Moved:
    """What one assumption does over its range.

    Parameters
    ----------
    assumed : Assumed
    outcomes : dict of float to Outcome
        Cases at the ends of the range, by the value set.
    target : str
        Key of the target that moves most, empty where none moves.
    movement : float
        Widest spread of that target over the range, per threshold (per value where it has none) [1].
    flips : tuple of str
        Targets whose verdict is another at one of the ends.
    """

    assumed: Assumed
    outcomes: Mapping[float, Outcome]
    target: str
    movement: float
    flips: tuple[str, ...]


def moved(assumed: Assumed, outcomes: Mapping[float, Outcome], base: Outcome) -> Moved:
    """Return what an assumption does, from the cases at the ends of its range and the base case."""
    best, movement = "", 0.0
    for key, target in base.targets.items():
        spread = _spread([case.value(key) for case in (base, *outcomes.values())])
        scale = abs(target.threshold or target.value or 0.0)
        if scale > 0 and spread / scale > max(movement, STILL):
            best, movement = key, spread / scale
    flips = tuple(
        key
        for key in base.targets
        if any(case.verdict(key) != base.verdict(key) for case in outcomes.values())
    )
    return Moved(assumed, outcomes, best, movement, flips)


def _spread(values: Sequence[float | None]) -> float:
    """Return the distance from the least to the largest of what is known."""
    known = [value for value in values if value is not None]
    return max(known) - min(known) if known else 0.0


def ranked(all_moved: Sequence[Moved]) -> tuple[Moved, ...]:
    """Return assumptions in order: those that turn a verdict first, then by movement, then by name."""
    return tuple(sorted(all_moved, key=lambda one: (-len(one.flips), -one.movement, one.assumed.key)))


COLUMNS = (
    ("value", "取值", "value"),
    ("low", "下限", "low"),
    ("high", "上限", "high"),
    ("movement", "最大变动", "movement"),
    ("target", "变动最大的指标", "target that moves most"),
    ("at_low", "下限时", "at low"),
    ("at_base", "基准", "base"),
    ("at_high", "上限时", "at high"),
    ("flips", "翻转的判定", "verdicts that turn"),
    ("cost_low", "下限时成本变化", "cost at low"),
    ("cost_high", "上限时成本变化", "cost at high"),
    ("method", "算法", "method"),
    ("source", "来源", "source"),
)
BRIEF = ("low", "high", "movement", "target", "flips", "cost_low", "cost_high")
"""Columns that fit on a screen."""
PLAIN = ("value", "low", "high", "source")
"""Columns of a list without runs."""
UNITS = {"movement": "%", "cost_low": "亿元", "cost_high": "亿元"}


def ranking_table(order: Sequence[Moved], base: Outcome) -> Table:
    """Return all assumptions as one table, those that move most first."""
    columns = tuple(Column(key, zh, en, UNITS.get(key, "")) for key, zh, en in COLUMNS)
    rows = tuple(_row(one, base) for one in order)
    title = ("假设清单（按对评分的影响排序）", "assumptions, by how much each moves the scorecard")
    note = (
        "逐项取区间两端、其余不变。最大变动＝所选指标在区间内的变化幅度÷目标值（无目标值时÷基准值）。"
        "算法 screen 为筛选（间隙不超过1%），exact 为精确。",
        "Each at the ends of its range, the others unchanged. Movement is the spread of the target that "
        "moves most, per threshold (per base value where it has none). Method screen is within 1 %.",
    )
    return Table("assumption_ranking", *title, "", columns, rows, "逐项运行", "one-at-a-time runs", *note)


def plain_table(found: Sequence[Assumed]) -> Table:
    """Return assumptions with value, range and source, in the order given."""
    columns = tuple(Column(key, zh, en, "") for key, zh, en in COLUMNS if key in PLAIN)
    rows = tuple(
        TableRow(
            one.key, one.label_zh, one.label_en, (one.value, one.low, one.high, one.source),
            mark=ASSUMED_MARK, unit=one.unit,
        )
        for one in found
    )  # fmt: skip
    return Table(
        "assumptions", "假设清单", "assumptions", "", columns, rows, "情景与数据表", "scenario and data"
    )


def brief(table: Table) -> Table:
    """Return a ranking with the columns that fit on a screen."""
    kept = [place for place, column in enumerate(table.columns) if column.key in BRIEF]
    rows = tuple(replace(row, values=tuple(row.values[place] for place in kept)) for row in table.rows)
    return replace(table, columns=tuple(table.columns[place] for place in kept), rows=rows)


def _row(one: Moved, base: Outcome) -> TableRow:
    """Return the row of an assumption."""
    assumed, target = one.assumed, base.targets.get(one.target)
    ends = {name: one.outcomes.get(end) for name, end in (("low", assumed.low), ("high", assumed.high))}
    at = {name: case.value(one.target) if case else None for name, case in ends.items()}
    cost = {name: (case.cost - base.cost) / 1e8 if case else None for name, case in ends.items()}
    values: dict[str, Value] = {
        "value": assumed.value,
        "low": assumed.low,
        "high": assumed.high,
        "movement": 100.0 * one.movement if one.outcomes else None,
        "target": f"{target.id} {target.label_zh} [{target.unit}]" if target else None,
        "at_low": at["low"],
        "at_base": base.value(one.target),
        "at_high": at["high"],
        "flips": "、".join(base.targets[key].id for key in one.flips) or None,
        "cost_low": cost["low"],
        "cost_high": cost["high"],
        "method": "/".join(sorted({case.method for case in one.outcomes.values()})) or None,
        "source": assumed.source,
    }
    cells = tuple(values[key] for key, _, _ in COLUMNS)
    labels = (assumed.label_zh, assumed.label_en)
    return TableRow(assumed.key, *labels, cells, mark=ASSUMED_MARK, unit=assumed.unit)
