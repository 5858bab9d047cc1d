"""Sections of 附表2 on money and worth: investment, funding, returns, value to the system, emissions."""

from __future__ import annotations

from qhgrid.indicators.tables import Table
from qhgrid.papers.case import Case, place_name
from qhgrid.papers.cited import Cited, Source
from qhgrid.papers.pictures import intervals, lines
from qhgrid.papers.pieces import Block, Name, Piece, Row, TableBlock, Unknown, paragraph, say
from qhgrid.projects import words
from qhgrid.report.wording import unit_name
from qhgrid.sourced import ASSUMED_MARK

INDICATORS = (
    "cost",
    "clean_share",
    "ne_utilisation",
    "corridor_energy",
    "unserved",
    "co2",
    "peak_adequacy",
)
"""What a project is worth is told for each of these, positive where it is good."""

METHODS = (
    ("value_shapley", "次序无关（Shapley）"),
    ("value_out", "移除本项目"),
    ("value_in", "单独加入本项目"),
)
"""Tables of a value study, the one that papers quote first in front."""

ANNEXES = ("pieces", "cashflow", "equity", "profit", "loan", "sensitivity", "critical", "economy")
"""Annexes of a finance study, in the order of print."""

FACTORS = (("investment", "投资"), ("price", "电价"), ("energy", "电量"), ("interest", "利率"))
CHANGES = ("m20", "m10", "", "p10", "p20")
"""What the sensitivity changes, and by how much; nothing is the base case."""

COMPUTABLE = "可算"
"""State of a project that a finance study can evaluate."""
TAKES_PART = "参与"
"""State of a project that a value study can take out."""


def investment(case: Case) -> tuple[Block, ...]:
    """Return 投资估算: the figure, its range, and what falls to each prefecture."""
    total = case.listed("investment")
    parent = case.project.part_of
    held: tuple[Piece, ...] = ()
    if parent:
        held = ("本项目投资已含于", Name(case.sources.facts.projects[parent].name_zh), "，合计时不重复计列。")
    blocks: list[Block] = [
        paragraph("总投资 ", total, "。", *held),
        paragraph(*_estimate(case)),
        paragraph("其中设备购置、建筑安装、其他费用与预备费：", Unknown("投资构成"), "。"),
    ]
    places = list(case.project.prefecture_shares)
    if len(places) > 1:
        rows = tuple(
            ((place_name(name, case.sources.facts),), (case.stated(f"share_{name}"),)) for name in places
        )
        blocks.append(TableBlock("分市州份额", ("市州", "份额（%）"), rows, widths=(2.0, 1.0)))
    return tuple(blocks)


def _estimate(case: Case) -> tuple[Piece, ...]:
    """Return how far the estimate may miss."""
    if not case.project.tolerance_class:
        return ("估算深度与误差：", Unknown("投资估算深度"), "。")
    stage = words.TOLERANCES[case.project.tolerance_class][0]
    low, high = case.stated("investment_low"), case.stated("investment_high")
    return (
        f"估算深度为{stage}，误差约正负 ",
        case.stated("tolerance"),
        "，即 ",
        low,
        " 至 ",
        high,
        "；价格年份 ",
        case.stated("price_year"),
        "。",
    )


def funding(case: Case) -> tuple[Block, ...]:
    """Return 资金筹措: what each instrument gives."""
    if not case.project.funding:
        return (paragraph("资金来源与各渠道金额：", Unknown("资金来源与各渠道金额"), "。"),)
    rows = tuple(
        ((pair[0],), say(case.stated(f"funding_{name}")))
        for name, pair in words.INSTRUMENTS.items()
        if name in case.project.funding
    )
    return (TableBlock("资金来源", ("渠道", "金额"), rows, widths=(2.0, 1.0)),)


def finance(case: Case) -> tuple[Block, ...]:
    """Return 财务效益: the measures of the finance study, and what moves them."""
    study, state = case.sources.finance, case.of_finance("state")
    if study is None or state is None:
        return (paragraph("财务评价：", Unknown("财务评价（未给财务测算）"), "。"),)
    if state.text != COMPUTABLE:
        return (paragraph("测算状态：", state, "。不作财务评价。"),)
    columns = [c for c in study.tables["finance_summary"].columns if c.key not in ("state", "remark")]
    rows: tuple[Row, ...] = tuple(
        ((Name(column.label_zh + _unit(column.unit, "")),), *_with_range(case, study, column.key))
        for column in columns
        if not column.key.startswith("e")
    )
    intro = paragraph(
        "收入取自本情景逐小时结果，评价参数按《建设项目经济评价方法与参数》，参数中的假设见财务测算的参数表。",
        *_remark(case),
    )
    mark = f"（含{ASSUMED_MARK}）" if study.tables["finance_summary"].row(case.id).mark else ""
    table = TableBlock(f"财务评价指标{mark}", ("指标", "数值", "低", "高"), rows, widths=(2.4, 1.0, 1.0, 1.0))
    return (intro, table, *_sensitivity_picture(case, study))


def _remark(case: Case) -> tuple[Piece, ...]:
    """Return what the study remarks on a project."""
    study = case.sources.finance
    if study is None or "remark" not in study.tables["finance_summary"].column_keys:
        return ()
    remark = study.cell("finance_summary", case.id, "remark")
    return ("说明：", remark, "。") if remark.is_known else ()


def _with_range(case: Case, study: Source, column: str) -> tuple[tuple[Piece, ...], ...]:
    """Return a measure with the ends of its range by the range of the investment."""
    cells: list[tuple[Piece, ...]] = [cell(study.cell("finance_summary", case.id, column))]
    for end in ("low", "high"):
        has = study.has("finance_ranges", case.id)
        known = has and f"{column}_{end}" in study.tables["finance_ranges"].column_keys
        cells.append(cell(study.cell("finance_ranges", case.id, f"{column}_{end}")) if known else ("—",))
    return tuple(cells)


def cell(figure: Cited) -> tuple[Piece, ...]:
    """Return a cell with a figure, a dash where a study has none because it means nothing."""
    return (figure,) if figure.is_known else ("—",)


def _sensitivity_picture(case: Case, study: Source) -> tuple[Block, ...]:
    """Return how the rate of return of the project moves with investment, price, energy and interest."""
    key, column = f"finance_{case.id}_sensitivity", "irr_project_before_tax"
    if not study.has(key, "base") or column not in study.tables[key].column_keys:
        return ()
    curves = []
    for factor, label in FACTORS:
        rows = [f"{factor}_{change}" if change else "base" for change in CHANGES]
        if all(study.has(key, row) for row in rows):
            curves.append((label, [study.cell(key, row, column) for row in rows]))
    return (lines("项目投资内部收益率（税前）的敏感性", (-20, -10, 0, 10, 20), curves),) if curves else ()


def economy(case: Case) -> tuple[Block, ...]:
    """Return 国民经济效益."""
    worth, rate, state = (case.of_finance(name) for name in ("enpv", "eirr", "state"))
    if worth is None or rate is None or state is None:
        return (paragraph("国民经济评价：", Unknown("国民经济评价（未给财务测算）"), "。"),)
    if state.text != COMPUTABLE:
        return (paragraph("测算状态：", state, "。不作国民经济评价。"),)
    words_of_rate: tuple[Piece, ...] = ("，经济内部收益率 ", rate) if rate.is_known else ()
    return (paragraph("经济净现值 ", worth, *words_of_rate, "。折现率取社会折现率，费用不含税与利息。"),)


def annex(case: Case) -> tuple[Block, ...]:
    """Return 经济评价附表: cash flows, profit, loan, sensitivity."""
    study = case.sources.finance
    keys = [f"finance_{case.id}_{name}" for name in ANNEXES]
    found = [key for key in keys if study is not None and study.has(key)]
    if study is None or case.of_finance("state") is None:
        names = "财务现金流量表（全投资、资本金）、利润与利润分配表、借款还本付息表、敏感性分析表"
        return (paragraph(f"{names}：", Unknown("经济评价附表（未给财务测算）"), "。"),)
    if not found:
        return (paragraph("本项目不作财务评价，没有附表。"),)
    return tuple(whole_table(study, key) for key in found)


def whole_table(study: Source, key: str) -> TableBlock:
    """Return a table of a study as it is; the writer prints one that is too wide in parts."""
    table = study.tables[key]
    unit = f"（{table.unit}）" if table.unit else ""
    head = ("项目", *(column.label_zh + _unit(column.unit, table.unit) for column in table.columns))
    rows: tuple[Row, ...] = tuple(
        (
            (Name(row.label_zh + _unit(row.unit, table.unit)),),
            *(cell(study.cell(key, row.key, column.key)) for column in table.columns),
        )
        for row in table.rows
    )
    note = (Name(table.note_zh),) if table.note_zh else ()
    title = f"{table.title_zh.rpartition('：')[2]}{_marked(table)}"
    widths = (2.6, *(1.0 for _ in table.columns))
    return TableBlock(f"{title}{unit}", head, rows, note, widths, wide=True)


def _marked(table: Table) -> str:
    """Return the mark of a table with rows that rest on an assumption."""
    return f"（含{ASSUMED_MARK}）" if any(row.mark for row in table.rows) else ""


def _unit(unit: str, of_table: str) -> str:
    """Return a unit in brackets where it differs from that of the table."""
    return f"（{unit_name(unit)}）" if unit_name(unit) and unit != of_table else ""


def value(case: Case) -> tuple[Block, ...]:
    """Return 系统价值: each indicator with and without the project, with interval and sign."""
    study = case.sources.value
    tables = [(key, label) for key, label in METHODS if study is not None and study.has(key, case.id)]
    if study is None or not tables:
        return (paragraph("系统价值：", Unknown("系统价值（未给价值测算）"), "。"),)
    state = _value_state(case)
    if state is not None and state.text != TAKES_PART:
        return (paragraph("本项目在价值测算中不作为可移除的项目：", state, "，各项价值为零。"),)
    intro = paragraph(
        "系统价值为有、无本项目两种情形的指标之差，正值为有利；区间包含抽样误差与两次调度的最优性间隙，"
        "区间不含零时给出正负号，否则为“未定”。不含投资。"
    )
    return (intro, *(_value_table(study, key, label, case) for key, label in tables), *_value_picture(case))


def _value_state(case: Case) -> Cited | None:
    """Return whether a value study can take the project out, or why not; None where it does not say."""
    study = case.sources.value
    for key, _ in METHODS:
        if study is not None and study.has(key, case.id) and "state" in study.tables[key].column_keys:
            return study.cell(key, case.id, "state")
    return None


def _value_table(study: Source, key: str, method: str, case: Case) -> TableBlock:
    """Return the table of one method."""
    columns = study.tables[key].column_keys
    rows: list[Row] = []
    for name in INDICATORS:
        if name in columns:
            figures = [study.cell(key, case.id, column) for column in (name, *(f"{name}_{e}" for e in _ENDS))]
            label = study.tables[key].column(name).label_zh + _unit(figures[0].unit, "")
            rows.append(((Name(label),), *((figure,) for figure in figures)))
    head = ("指标", "价值", "下限", "上限", "符号")
    mark = f"（{ASSUMED_MARK}）" if study.tables[key].row(case.id).mark else ""
    return TableBlock(f"系统价值：{method}{mark}", head, tuple(rows), widths=(2.4, 1, 1, 1, 0.8))


SEVERAL = 2
"""With how many methods a picture beside the tables tells more."""
_ENDS = ("low", "high", "sign")


def _value_picture(case: Case) -> tuple[Block, ...]:
    """Return a picture of the value in cost by each method of the study."""
    study = case.sources.value
    found = [(key, label) for key, label in METHODS if study is not None and study.has(key, case.id)]
    if study is None or len(found) < SEVERAL:
        return ()
    rows = [
        tuple(study.cell(key, case.id, column) for column in ("cost", "cost_low", "cost_high"))
        for key, _ in found
    ]
    labels = [label for _, label in found]
    return (intervals("系统成本节约及其区间", labels, [(a, b, c) for a, b, c in rows], "亿元"),)


def first_value(case: Case, indicator: str) -> tuple[Cited, Cited, Cited, Cited] | None:
    """Return value, ends and sign of an indicator by the best method of the study, None without one."""
    study = case.sources.value
    for key, _ in METHODS:
        if study is not None and study.has(key, case.id) and indicator in study.tables[key].column_keys:
            columns = (indicator, *(f"{indicator}_{end}" for end in _ENDS))
            one, low, high, sign = (study.cell(key, case.id, column) for column in columns)
            return one, low, high, sign
    return None


def value_words(case: Case) -> tuple[Piece, ...]:
    """Return one sentence on what the project is worth to the system."""
    found = first_value(case, "cost")
    if found is None:
        return ("系统价值：", Unknown("系统价值（未给价值测算）"), "。")
    one, low, high, sign = found
    return ("对系统成本的价值为 ", one, "，区间 ", low, " 至 ", high, "，符号为“", sign, "”。")


def return_words(case: Case) -> tuple[Piece, ...]:
    """Return one sentence on the returns of the project."""
    state = case.of_finance("state")
    if state is None:
        return ("财务评价：", Unknown("财务评价（未给财务测算）"), "。")
    rate, worth = case.of_finance("irr_project_before_tax"), case.of_finance("npv")
    if state.text != COMPUTABLE or rate is None or worth is None or not rate.is_known:
        return ("财务评价：", state, "。")
    return ("项目投资内部收益率（所得税前）", rate, "，财务净现值 ", worth, "。")


def environment(case: Case) -> tuple[Block, ...]:
    """Return 环境影响与减排."""
    found = first_value(case, "co2")
    said: tuple[Piece, ...] = ("二氧化碳减排：", Unknown("二氧化碳减排（未给价值测算）"), "。")
    if found is not None:
        one, low, high, sign = found
        said = ("二氧化碳减排 ", one, "，区间 ", low, " 至 ", high, "，符号为“", sign, "”。")
    return (
        paragraph(*said),
        paragraph("生态红线、水土保持与环境影响评价：", Unknown("环境影响评价结论"), "。"),
    )


def conclusion(case: Case) -> tuple[Block, ...]:
    """Return 结论与建议."""
    found = first_value(case, "cost")
    sign = found[3].value if found is not None else None
    advice = {
        "正": "在本情景下项目对系统成本的价值为正且区间不含零，建议按程序推进。",
        "负": "在本情景下项目对系统成本的价值为负且区间不含零，建议优化规模、时序或选址后再论证。",
        "未定": "在本情景下项目对系统成本的价值符号未定，建议补充测算后再作判断。",
        "零": "项目在本情景中不影响调度，系统价值为零，其必要性由行业主管部门另行论证。",
    }.get(str(sign), "系统价值尚未测算，建议先行测算再作判断。")
    return (
        paragraph(advice),
        paragraph("“待定事项”所列内容由责任单位补齐后，按专家筛选论证与入库标准核对程序办理。"),
    )
