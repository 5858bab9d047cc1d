"""The tables of a study of values: one for each method, and the pairs that change each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from qhgrid.indicators.display import ENERGY, MASS, MONEY, POWER, SHARE, shown
from qhgrid.indicators.tables import Column, Figure, Table, TableRow, Value
from qhgrid.sourced import ASSUMED_MARK
from qhgrid.value.sharpen import Sign

if TYPE_CHECKING:
    from qhgrid.facts import Facts
    from qhgrid.value.game import Evaluation
    from qhgrid.value.interaction import Interaction
    from qhgrid.value.players import Cast
    from qhgrid.value.sharpen import Worth

INDICATORS: Mapping[str, tuple[str, str, str]] = {
    "cost": ("系统成本节约", "system cost saved", MONEY),
    "clean_share": ("清洁电量占比", "clean share of generation", SHARE),
    "ne_utilisation": ("新能源利用率", "new-energy utilisation", SHARE),
    "corridor_energy": ("直流外送电量", "energy over DC corridors", ENERGY),
    "unserved": ("减少缺供电量", "unserved energy avoided", ENERGY),
    "co2": ("减少碳排放", "CO2 avoided", MASS),
    "peak_adequacy": ("电力盈余（最紧月）", "peak adequacy", POWER),
}
"""Name and unit of each indicator, by key."""
METHODS: Mapping[str, tuple[str, str, str]] = {
    "out": ("value_out", "项目价值：逐个移除", "Value of projects, taken out one at a time"),
    "in": ("value_in", "项目价值：逐个加入", "Value of projects, put in one at a time"),
    "shapley": ("value_shapley", "项目价值：沙普利值", "Value of projects, free of order (Shapley)"),
}
"""Table and title of each method."""
NOTES: Mapping[str, tuple[str, str]] = {
    "out": (
        "其他项目全部在场时，有该项目减无该项目。",
        "With the project less without it, all others being built.",
    ),
    "in": (
        "其他项目全部不在场时，有该项目减无该项目。",
        "With the project less without it, no other being built.",
    ),
    "shapley": (
        "对全部先后顺序取平均，各项目之和等于全部在场减全部不在场。",
        "The mean over all orders in which projects could come; they add up to all less none.",
    ),
}
GENERAL = (
    "成本、缺供、碳排放取无减有，其余取有减无，故正值均为有利。区间由两侧证书（及抽样误差）给出；"
    "符号：正、负、未定（区间含零），零为不参与调度、严格无影响。不含投资。",
    "Cost, unserved energy and CO2 count without less with, so that more is always better. Intervals follow "
    "from the certificates of both sides (and sampling); signs: 正 positive, 负 negative, 未定 not settled, "
    "零 without any effect. Investment is not part of it.",
)
SOURCE = ("逐小时调度，逐项目比较", "hourly dispatch, project by project")
PARTS = (("", "", ""), ("_low", "下限", "low"), ("_high", "上限", "high"), ("_sign", "符号", "sign"))
"""Endings of the columns of an indicator."""
TAKES_PART = ("参与", "takes part")


def display(value: float, indicator: str) -> float:
    """Return a number in base units in the unit of its indicator."""
    return shown(value, INDICATORS[indicator][2]) + 0.0


def value_table(method: str, worth: Mapping[str, Mapping[str, Worth]], cast: Cast, facts: Facts) -> Table:
    """Return the values of all projects by one method, players first, each sorted by id."""
    key, title_zh, title_en = METHODS[method]
    columns = [_column(indicator, part) for indicator in INDICATORS for part in PARTS]
    columns.append(Column("state", "说明", "state", ""))
    names = [name for name in (*cast.ids, *sorted(cast.idle)) if name in worth]
    rows = tuple(_row(name, worth[name], cast, facts) for name in names)
    note = NOTES[method]
    return Table(
        key, title_zh, title_en, "", tuple(columns), rows, *SOURCE, note[0] + GENERAL[0],
        f"{note[1]} {GENERAL[1]}",
    )  # fmt: skip


def _column(indicator: str, part: tuple[str, str, str]) -> Column:
    """Return one of the four columns of an indicator."""
    zh, en, unit = INDICATORS[indicator]
    ending, part_zh, part_en = part
    said = f"{zh}{part_zh}", f"{en}, {part_en}" if part_en else en
    return Column(f"{indicator}{ending}", *said, "" if ending == "_sign" else unit)


def _row(name: str, worth: Mapping[str, Worth], cast: Cast, facts: Facts) -> TableRow:
    """Return the row of a project."""
    values: list[Value] = []
    for indicator in INDICATORS:
        at = worth[indicator]
        values += [display(number, indicator) for number in (at.value, at.low, at.high)]
        values.append(str(at.sign))
    values.append(cast.idle[name][0] if name in cast.idle else TAKES_PART[0])
    project = facts.projects[name]
    return TableRow(name, project.name_zh, project.name_en, tuple(values), mark=_mark(name, cast, facts))


def _mark(name: str, cast: Cast, facts: Facts) -> str:
    """Return 假设 where what a project stands for is an assumed row."""
    elements = next((player.elements for player in cast.players if player.id == name), ())
    rows = [facts.fleet.get(element.partition(":")[2]) for element in elements]
    assumed = any(row is not None and row.is_assumed for row in rows)
    shares = any(
        row.is_assumed for row in facts.element_shares.values() if row.project == name and name in cast.ids
    )
    return ASSUMED_MARK if assumed or shares else ""


def pair_table(pairs: Sequence[Interaction], facts: Facts) -> Table:
    """Return the pairs of projects that change each other's value, as measured."""
    columns = (
        Column("one", "项目一", "one", ""),
        Column("other", "项目二", "other", ""),
        Column("indicator", "指标", "indicator", ""),
        Column("value", "相互影响", "interaction", ""),
        Column("low", "下限", "low", ""),
        Column("high", "上限", "high", ""),
        Column("sign", "符号", "sign", ""),
        Column("draws", "组合数", "coalitions", "unit"),
    )
    rows = tuple(_pair_row(pair, facts) for pair in pairs)
    note = (
        "两个项目都在时的增益，减去各自单独的增益：正为互补，负为替代。一个组合时取其他项目全部在场；"
        "多个组合时为抽样平均（沙普利相互作用指数）。",
        "What both gain together less what each gains alone: positive where they help each other, negative "
        "where they stand in for each other. With one coalition all others are built; else it is a mean.",
    )
    title = ("相互影响较强的项目对", "Pairs of projects with strong interaction")
    return Table("value_pairs", *title, "", columns, rows, *SOURCE, *note)


def _pair_row(pair: Interaction, facts: Facts) -> TableRow:
    """Return the row of a pair in one indicator."""
    names = [facts.projects[name] for name in (pair.one, pair.other)]
    numbers = [display(number, pair.indicator) for number in (pair.value, pair.low, pair.high)]
    values: tuple[Value, ...] = (
        pair.one, pair.other, INDICATORS[pair.indicator][0], *numbers, str(_sign(pair)), float(pair.draws),
    )  # fmt: skip
    zh = f"{names[0].name_zh} × {names[1].name_zh}"
    en = f"{names[0].name_en} × {names[1].name_en}"
    unit = INDICATORS[pair.indicator][2]
    return TableRow(f"{pair.one}.{pair.other}.{pair.indicator}", zh, en, values, unit=unit)


def _sign(pair: Interaction) -> Sign:
    """Return the sign that the interval of a pair settles."""
    if pair.low > 0.0 or pair.high < 0.0:
        return Sign.POSITIVE if pair.low > 0.0 else Sign.NEGATIVE
    return Sign.ZERO if pair.low == pair.high else Sign.UNSETTLED


def base_figures(whole: Evaluation, cast: Cast, n_open: Mapping[str, int]) -> tuple[Figure, ...]:
    """Return the single figures of a study: the case with all projects, who takes part, what is open."""
    inputs = ("projects/projects.csv",)
    figures = [
        Figure(
            f"value.all.{key}", display(whole.values[key].value, key), unit, f"全部项目在场：{zh}",
            f"all projects built: {en}", "全部项目在场时的指标", "with all projects built", inputs,
        )
        for key, (zh, en, unit) in ALL.items()
    ]  # fmt: skip
    counts = {
        "players": (float(len(cast.players)), "参与调度比较的项目", "projects that take part"),
        "idle": (float(len(cast.idle)), "不影响调度的项目", "projects without effect on dispatch"),
    }
    for method, number in n_open.items():
        counts[f"open_{method}"] = (float(number), f"未定符号（{method}）", f"signs not settled ({method})")
    for key, (count, zh, en) in counts.items():
        figures.append(Figure(f"value.{key}", count, "unit", zh, en, zh, en, inputs))
    return tuple(figures)


ALL: Mapping[str, tuple[str, str, str]] = {
    "cost": ("系统成本", "system cost", MONEY),
    "clean_share": ("清洁电量占比", "clean share of generation", SHARE),
    "ne_utilisation": ("新能源利用率", "new-energy utilisation", SHARE),
    "corridor_energy": ("直流外送电量", "energy over DC corridors", ENERGY),
    "unserved": ("缺供电量", "unserved energy", ENERGY),
    "co2": ("碳排放", "CO2", MASS),
    "peak_adequacy": ("电力盈余（最紧月）", "peak adequacy", POWER),
}
"""Name and unit of each indicator of a case."""
