"""The tables of a finance study over all projects, and its figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from math import fsum
from typing import TYPE_CHECKING

from qhgrid.finance import words
from qhgrid.finance.annexes import ENERGY, MONEY, PRICE, annex_tables, money, percent
from qhgrid.finance.claims import CCER, CERTIFICATE, Claims
from qhgrid.indicators.tables import Column, Figure, Table, TableRow, Value
from qhgrid.sourced import ASSUMED_MARK
from qhgrid.units import UNITS, convert

if TYPE_CHECKING:
    from qhgrid.finance.estimate import Estimate
    from qhgrid.finance.evaluation import Evaluation
    from qhgrid.finance.measures import Measures
    from qhgrid.finance.parameters import Parameters
    from qhgrid.finance.rates import InternalRate
    from qhgrid.finance.reading import Reading

SUMMARY = (
    Column("investment", "总投资（含建设期利息）", "investment with interest", MONEY),
    Column("revenue", "年均营业收入（不含税）", "mean yearly revenue without VAT", MONEY),
    Column("irr_project_before_tax", "全投资内部收益率（税前）", "project IRR before tax", "%"),
    Column("irr_project_after_tax", "全投资内部收益率（税后）", "project IRR after tax", "%"),
    Column("irr_equity_before_tax", "资本金内部收益率（税前）", "equity IRR before tax", "%"),
    Column("irr_equity_after_tax", "资本金内部收益率（税后）", "equity IRR after tax", "%"),
    Column("npv", "财务净现值（全投资税前）", "NPV, all capital before tax", MONEY),
    Column("payback", "投资回收期（税后）", "payback after tax", "年"),
    Column("lcoe", "平准化度电成本", "levelised cost", PRICE),
    Column("dscr_min", "最低偿债备付率", "least debt service cover", "1"),
    Column("enpv", "经济净现值", "economic NPV", MONEY),
    Column("eirr", "经济内部收益率", "economic IRR", "%"),
    Column("state", "状态", "state", ""),
    Column("remark", "说明", "remark", ""),
)
_RATES = (
    ("irr_project_before_tax", "全投资税前"),
    ("irr_project_after_tax", "全投资税后"),
    ("irr_equity_before_tax", "资本金税前"),
    ("irr_equity_after_tax", "资本金税后"),
)


def study_tables(
    evaluations: Sequence[Evaluation], reading: Reading, parameters: Parameters, claims: Claims
) -> tuple[Table, ...]:
    """Return the tables over all projects, then the annexes of each project that has accounts."""
    annexes = [
        table
        for evaluation in evaluations
        for table in annex_tables(evaluation, reading, mark_of(evaluation))
    ]
    return (
        summary_table(evaluations),
        _range_table(evaluations),
        _economy_table(evaluations),
        _state_table(evaluations),
        _claim_table(claims, reading),
        _input_table(parameters),
        *annexes,
    )


def mark_of(evaluation: Evaluation) -> str:
    """Return 假设: every account rests on assumed prices and rates; nothing where there is no account."""
    return ASSUMED_MARK if evaluation.is_computed else ""


def _table(
    key: str,
    titles: tuple[str, str],
    columns: Sequence[Column],
    rows: Sequence[TableRow],
    note: tuple[str, str],
) -> Table:
    """Return a table over all projects."""
    return Table(
        key,
        *titles,
        "",
        tuple(columns),
        tuple(rows),
        words.SOURCE[0],
        words.SOURCE[1],
        note_zh=note[0],
        note_en=note[1],
    )


def _row(evaluation: Evaluation, values: tuple[Value, ...]) -> TableRow:
    """Return the row of a project."""
    project = evaluation.project
    return TableRow(project.id, project.name_zh, project.name_en, values, mark=mark_of(evaluation))


def summary_table(evaluations: Sequence[Evaluation]) -> Table:
    """Return one row a project: returns, values, payback, or why there are none."""
    note = (
        "全投资净现值按税前基准收益率折现；投资回收期自开工起；平准化成本为全投资税前净现值为零的含税单价；"
        "国民经济以社会折现率折现。总投资不含流动资金；公布的总投资视为已含建设期利息。" + words.NOTE[0],
        "NPV at the hurdle before tax; payback from the start of construction; levelised cost makes the NPV "
        "before tax zero; the economy at the social discount rate. Investment without working capital; what "
        "is published is taken to hold the interest during construction. " + words.NOTE[1],
    )
    rows = [_row(evaluation, _summary(evaluation)) for evaluation in evaluations]
    return _table("finance_summary", ("项目财务评价汇总", "Financial evaluation"), SUMMARY, rows, note)


BRIEF = ("investment", "irr_project_after_tax", "irr_equity_after_tax", "npv", "payback", "lcoe", "enpv")
"""Columns that fit on a screen."""


def brief(summary: Table) -> Table:
    """Return the summary as a screen shows it: projects with accounts, the main columns."""
    columns = tuple(summary.column(key) for key in BRIEF)
    rows = tuple(
        replace(row, values=tuple(summary.cell(row.key, key) for key in BRIEF))
        for row in summary.rows
        if summary.cell(row.key, "investment") is not None
    )
    return replace(summary, columns=columns, rows=rows)


def _summary(evaluation: Evaluation) -> tuple[Value, ...]:
    """Return the cells of a project."""
    found, accounts, economy = evaluation.measures, evaluation.accounts, evaluation.economy
    state = words.STATES[evaluation.state][0]
    if found is None or accounts is None or economy is None:
        return (*([None] * (len(SUMMARY) - 2)), state, "")
    first = accounts.venture.construction_a
    return (
        money(accounts.fixed_investment_cny),
        money(accounts.revenue[first:].mean()),
        *(percent(getattr(found, name)) for name, _ in _RATES),
        money(found.npv_before_tax_cny),
        found.payback_a,
        _per_kwh(found.lcoe_cny_per_mwh),
        found.dscr_min,
        money(economy.enpv_cny),
        percent(economy.eirr),
        state,
        _remark(evaluation, found),
    )


def _per_kwh(cny_per_mwh: float | None) -> float | None:
    """Return a price in 元/kWh."""
    return None if cny_per_mwh is None else convert(cny_per_mwh, "CNY/MWh", PRICE)


def _remark(evaluation: Evaluation, found: Measures) -> str:
    """Return what a reader must know of the row: rates that do not exist or are several, what was assumed."""
    remarks = [
        _rate_remark(name, getattr(found, key)) for key, name in _RATES if getattr(found, key).state != "one"
    ]
    if evaluation.economy is not None and evaluation.economy.eirr.state != "one":
        remarks.append(_rate_remark("经济", evaluation.economy.eirr))
    if evaluation.estimate is not None and evaluation.estimate.is_assumed:
        remarks.append(_estimate_remark(evaluation.estimate))
    if any(piece.technology == "pumped_storage" for piece in evaluation.pieces):
        remarks.append("抽水蓄能容量电价未核定，取假设值")
    if any(piece.technology == "corridor" for piece in evaluation.pieces):
        remarks.append("输电价格未核定，取假设值")
    if found.payback_a is None:
        remarks.append("计算期内不能回收投资")
    return "；".join(remarks)


def _estimate_remark(estimate: Estimate) -> str:
    """Return how an investment that the register does not give came about."""
    if estimate.holds_interest:
        return "投资为公布总投资扣除另列部分、按计入容量分摊（假设）"
    return "投资按单位造价估算（假设）"


def _rate_remark(name: str, rate: InternalRate) -> str:
    """Return what to say of an internal rate that is not one."""
    if rate.state == "none":
        return f"{name}内部收益率不存在"
    return f"{name}内部收益率多解：" + "、".join(f"{100.0 * each:.2f}%" for each in rate.rates)


def _range_table(evaluations: Sequence[Evaluation]) -> Table:
    """Return what the range of the investment makes of the returns."""
    columns = [
        Column(f"{key}_{end}", f"{zh}（{end_zh}）", f"{en}, {end}", unit)
        for key, zh, en, unit in (
            ("investment", "总投资（含建设期利息）", "investment with interest", MONEY),
            ("irr_project_after_tax", "全投资内部收益率（税后）", "project IRR after tax", "%"),
            ("irr_equity_after_tax", "资本金内部收益率（税后）", "equity IRR after tax", "%"),
            ("npv", "财务净现值（全投资税前）", "NPV before tax", MONEY),
            ("lcoe", "平准化度电成本", "levelised cost", PRICE),
        )
        for end, end_zh in (("low", "低"), ("high", "高"))
    ]
    rows = [_row(one, _ranges(one)) for one in evaluations if one.at_low is not None]
    note = (
        "投资取区间两端时的结果，其余参数不变：公布值按估算深度的误差，估算值按单位造价的区间。",
        "At both ends of the range of the investment, all else alike: the tolerance of its estimate, or the "
        "range of the unit cost.",
    )
    return _table("finance_ranges", ("投资区间的影响", "Range of the investment"), columns, rows, note)


def _ranges(evaluation: Evaluation) -> tuple[Value, ...]:
    """Return both ends of each figure, the lower first."""
    cheap, dear, estimate = evaluation.at_low, evaluation.at_high, evaluation.estimate
    accounts = evaluation.accounts
    assert accounts is not None
    assert cheap is not None
    assert dear is not None
    assert estimate is not None
    low, high = (money(accounts.fixed_investment_cny * end) for end in (estimate.low, estimate.high))
    return (
        low,
        high,
        *(percent(each.irr_project_after_tax) for each in (dear, cheap)),
        *(percent(each.irr_equity_after_tax) for each in (dear, cheap)),
        *(money(each.npv_before_tax_cny) for each in (dear, cheap)),
        *(_per_kwh(each.lcoe_cny_per_mwh) for each in (cheap, dear)),
    )


def _economy_table(evaluations: Sequence[Evaluation]) -> Table:
    """Return the view of the economy, CO2 at its shadow price apart."""
    columns = (
        Column("basis", "效益依据", "benefit rests on", ""),
        Column("enpv", "经济净现值", "economic NPV", MONEY),
        Column("enpv_low", "经济净现值（低）", "economic NPV, low", MONEY),
        Column("enpv_high", "经济净现值（高）", "economic NPV, high", MONEY),
        Column("eirr", "经济内部收益率", "economic IRR", "%"),
        Column("enpv_with_co2", "经济净现值（另计减碳）", "economic NPV with CO2", MONEY),
        Column("eirr_with_co2", "经济内部收益率（另计减碳）", "economic IRR with CO2", "%"),
    )
    rows = [_row(one, _economy(one)) for one in evaluations if one.economy is not None]
    note = (
        "效益取价值研究的系统费用节约（给定时），否则为电量按本次运行边际电价的价值，两者均含运行碳价；"
        "减碳按影子碳价高出运行碳价的部分另计。抽水蓄能、储能与通道的减碳量未知，不计。",
        "The benefit is the saving of system cost of a value study where one is given, else energy at the "
        "run's prices; both hold the run's CO2 price. CO2 counts apart at its shadow price beyond that.",
    )
    return _table("finance_economy", ("国民经济评价", "View of the economy"), columns, rows, note)


def _economy(evaluation: Evaluation) -> tuple[Value, ...]:
    """Return the cells of a project."""
    economy, ends = evaluation.economy, evaluation.economy_ends
    assert economy is not None
    low, high = (None, None) if ends is None else (money(end.enpv_cny) for end in ends)
    return (
        words.BASES[economy.basis][0],
        money(economy.enpv_cny),
        low,
        high,
        percent(economy.eirr),
        money(economy.enpv_with_co2_cny),
        percent(economy.eirr_with_co2),
    )


def _state_table(evaluations: Sequence[Evaluation]) -> Table:
    """Return how many projects are in which state."""
    counts = Counter(evaluation.state for evaluation in evaluations)
    rows = [
        TableRow(state, *words.STATES[state], (float(counts[state]),))
        for state in words.STATES
        if counts[state]
    ]
    rows.append(TableRow("sum", "合计", "all", (float(len(evaluations)),), bold=True))
    columns = (Column("projects", "项目数", "projects", "unit"),)
    return _table("finance_states", ("可算与不可算的项目", "Projects by state"), columns, rows, ("", ""))


def _claim_table(claims: Claims, reading: Reading) -> Table:
    """Return what was made and what of its green was sold as what, over the years of operation."""
    columns = (
        Column("made", "发电量", "made", ENERGY),
        Column("certificate", "绿色电力证书", "sold as certificates", ENERGY),
        Column("ccer", "核证自愿减排量", "sold as CCER", ENERGY),
        Column("unclaimed", "未主张", "not claimed", ENERGY),
    )
    rows = []
    for element, made in claims.made_mwh.items():
        sold = [float(claims.claimed(element, kind).sum()) for kind in (CERTIFICATE, CCER)]
        whole = float(made.sum())
        energies = (whole, *sold, max(whole - fsum(sold), 0.0))
        values = tuple(convert(energy, "MWh", ENERGY) for energy in energies)
        plant = reading.facts.fleet[element.partition(":")[2]]
        rows.append(TableRow(element.replace(":", "."), plant.name_zh, plant.name_en, values))
    note = (
        "运营期合计；每一度电至多主张一次。",
        "Over all years of operation; each MWh is claimed at most once.",
    )
    return _table("finance_claims", ("绿色权益台账", "Ledger of green claims"), columns, rows, note)


def _input_table(parameters: Parameters) -> Table:
    """Return every figure that was used, with its range and where it is from."""
    columns = (
        Column("value", "取值", "value", ""),
        Column("low", "低", "low", ""),
        Column("high", "高", "high", ""),
        Column("confidence", "可信度", "confidence", ""),
        Column("source", "出处", "source", ""),
    )
    rows = []
    for key, row in parameters.facts.costs.items():
        used = parameters.used.get(key)
        if used is None:
            continue
        is_share = used.unit == "1" and abs(used.value) <= 1.0
        unit = "%" if is_share else used.unit
        numbers = (_plain(end, 100.0 if is_share else 1.0) for end in (used.value, used.low, used.high))
        values: tuple[Value, ...] = (*numbers, str(used.confidence), used.source)
        rows.append(TableRow(key, row.name_zh, row.name_en, values, mark=used.mark, unit=unit))
        assert unit in UNITS
    note = (
        "本研究用到的参数；假设者附区间。",
        "The figures that this study uses; what is assumed has a range.",
    )
    return _table("finance_inputs", ("评价参数", "Parameters"), columns, rows, note)


def _plain(value: float | None, factor: float) -> float | None:
    """Return a multiple of a figure of the fact tables without what binary digits add to it."""
    return None if value is None else float(f"{value * factor:.12g}")


def study_figures(evaluations: Sequence[Evaluation]) -> tuple[Figure, ...]:
    """Return the figures over all projects."""
    done = [evaluation.accounts for evaluation in evaluations if evaluation.accounts is not None]
    invested = fsum(accounts.fixed_investment_cny for accounts in done)
    passing = sum(_is_enough(evaluation) for evaluation in evaluations)
    inputs = ("costs.csv", "projects.csv", "generator_p", "bus_marginal_price")

    def figure(key: str, value: float, unit: str, names: tuple[str, str], how: tuple[str, str]) -> Figure:
        return Figure(f"finance.{key}", value, unit, *names, *how, inputs, ASSUMED_MARK)

    return (
        figure("projects", float(len(evaluations)), "unit", ("评价项目数", "projects"), ("", "")),
        figure(
            "computed",
            float(len(done)),
            "unit",
            ("可算项目数", "projects with accounts"),
            ("有电力侧收入且投资可知的项目", "with revenue in the power system and a known investment"),
        ),
        figure(
            "investment",
            money(invested),
            MONEY,
            ("可算项目总投资", "their investment"),
            ("可算项目总投资之和（含税、含建设期利息）", "sum with VAT and interest during construction"),
        ),
        figure(
            "passing",
            float(passing),
            "unit",
            ("达到基准收益率的项目数", "projects that reach the hurdle"),
            ("全投资税前净现值不小于零", "present value before tax at the hurdle not below zero"),
        ),
    )


def _is_enough(evaluation: Evaluation) -> bool:
    """Return whether a project reaches the hurdle before tax."""
    return evaluation.measures is not None and evaluation.measures.npv_before_tax_cny >= 0.0
