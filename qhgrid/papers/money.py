"""Sections of 附表2 on money and worth: investment, funding, returns, value to the system, emissions."""

from __future__ import annotations

from qhgrid.papers.case import Case, place_name
from qhgrid.papers.cited import Cited, Source
from qhgrid.papers.pictures import intervals
from qhgrid.papers.pieces import Block, Name, Piece, Row, TableBlock, Unknown, paragraph, say
from qhgrid.projects import words

INDICATORS = (
    ("cost", "系统成本节约"),
    ("clean_share", "清洁能源发电占比"),
    ("ne_utilisation", "新能源利用率"),
    ("corridor_energy", "通道电量"),
    ("unserved", "缺供电量减少"),
    ("co2", "二氧化碳减排"),
    ("peak_adequacy", "高峰供电充裕度"),
)
"""What a project is worth is told for each of these, positive where it is good."""

METHODS = (
    ("value_shapley", "次序无关（Shapley）"),
    ("value_out", "移除本项目"),
    ("value_in", "单独加入本项目"),
)
"""Tables of a value study, the one that papers quote first in front."""

MEASURES = (
    ("investment", "总投资"),
    ("revenue", "年均营业收入"),
    ("irr_project_before_tax", "项目投资内部收益率（所得税前）"),
    ("irr_project_after_tax", "项目投资内部收益率（所得税后）"),
    ("irr_equity_before_tax", "资本金内部收益率（所得税前）"),
    ("irr_equity_after_tax", "资本金内部收益率（所得税后）"),
    ("npv", "财务净现值"),
    ("payback", "投资回收期"),
    ("lcoe", "平准化度电成本"),
    ("dscr_min", "最低偿债备付率"),
)
ANNEXES = ("cashflow", "equity", "profit", "loan", "sensitivity")
WIDEST = 7
"""How many columns of figures a table holds; wider ones are printed in parts."""


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
    """Return 财务效益: the measures of the finance study."""
    state = case.of_finance("state")
    if state is None:
        return (paragraph("财务评价：", Unknown("财务评价（未给财务测算）"), "。"),)
    table = case.sources.finance.tables["finance_summary"] if case.sources.finance else None
    known = set(table.column_keys) if table else set()
    rows: tuple[Row, ...] = tuple(
        ((label,), say(figure))
        for key, label in MEASURES
        if key in known and (figure := case.of_finance(key)) is not None
    )
    return (
        paragraph(
            "测算状态：", state, "。收入取自本情景逐小时结果，评价参数按《建设项目经济评价方法与参数》。"
        ),
        TableBlock("财务评价指标", ("指标", "数值"), rows, widths=(2.0, 1.0)),
    )


def economy(case: Case) -> tuple[Block, ...]:
    """Return 国民经济效益."""
    value, rate = case.of_finance("enpv"), case.of_finance("eirr")
    if value is None or rate is None:
        return (paragraph("国民经济评价：", Unknown("国民经济评价（未给财务测算）"), "。"),)
    return (paragraph("经济净现值 ", value, "，经济内部收益率 ", rate, "。折现率取社会折现率。"),)


def annex(case: Case) -> tuple[Block, ...]:
    """Return 经济评价附表: cash flows, profit, loan, sensitivity."""
    study = case.sources.finance
    keys = [f"finance_{case.id}_{name}" for name in ANNEXES]
    found = [key for key in keys if study is not None and study.has(key)]
    if study is None or not found:
        names = "财务现金流量表（全投资、资本金）、利润与利润分配表、借款还本付息表、敏感性分析表"
        return (paragraph(f"{names}：", Unknown("经济评价附表（未给财务测算）"), "。"),)
    return tuple(block for key in found for block in whole_table(study, key))


def whole_table(study: Source, key: str) -> tuple[TableBlock, ...]:
    """Return a table of a study, in parts where it is too wide for a page."""
    table = study.tables[key]
    columns = list(table.columns)
    parts = [columns[start : start + WIDEST] for start in range(0, len(columns), WIDEST)]
    blocks = []
    for number, part in enumerate(parts, start=1):
        more = f"（续 {number}）" if number > 1 else ""
        unit = f"（{table.unit}）" if table.unit else ""
        head = ("项目", *(column.label_zh + _unit(column.unit, table.unit) for column in part))
        rows: tuple[Row, ...] = tuple(
            (
                (Name(row.label_zh + _unit(row.unit, table.unit)),),
                *((study.cell(key, row.key, c.key),) for c in part),
            )
            for row in table.rows
        )
        note = (Name(table.note_zh),) if table.note_zh and number == len(parts) else ()
        title = f"{table.title_zh}{more}{unit}"
        blocks.append(TableBlock(title, head, rows, note, (2.0, *(1.0 for _ in part)), wide=True))
    return tuple(blocks)


def _unit(unit: str, of_table: str) -> str:
    """Return a unit in brackets where it differs from that of the table."""
    from qhgrid.report.wording import unit_name

    return f"（{unit_name(unit)}）" if unit_name(unit) and unit != of_table else ""


def value(case: Case) -> tuple[Block, ...]:
    """Return 系统价值: each indicator with and without the project, with interval and sign."""
    study = case.sources.value
    tables = [(key, label) for key, label in METHODS if study is not None and study.has(key, case.id)]
    if study is None or not tables:
        return (paragraph("系统价值：", Unknown("系统价值（未给价值测算）"), "。"),)
    intro = paragraph(
        "系统价值为有、无本项目两种情形的指标之差，正值为有利；区间包含抽样误差与两次调度的最优性间隙，"
        "区间不含零时给出正负号，否则为“未定”。"
    )
    blocks: list[Block] = [intro]
    for key, label in tables:
        blocks += _value_blocks(study, key, label, case)
    return tuple(blocks)


def _value_blocks(study: Source, key: str, method: str, case: Case) -> list[Block]:
    """Return the table of one method, and a picture of what it says of the cost."""
    columns = study.tables[key].column_keys
    rows: list[Row] = []
    for name, label in INDICATORS:
        if name in columns:
            figures = [study.cell(key, case.id, column) for column in (name, *(f"{name}_{e}" for e in _ENDS))]
            unit = figures[0].unit
            rows.append(((f"{label}{_unit(unit, '')}",), *((figure,) for figure in figures)))
    head = ("指标", "价值", "下限", "上限", "符号")
    return [TableBlock(f"系统价值：{method}", head, tuple(rows), widths=(2.4, 1, 1, 1, 0.8))]


_ENDS = ("low", "high", "sign")


def value_picture(case: Case) -> tuple[Block, ...]:
    """Return a picture of the value in cost by each method of the study."""
    study = case.sources.value
    found = [(key, label) for key, label in METHODS if study is not None and study.has(key, case.id)]
    if study is None or not found:
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
    rate = case.of_finance("irr_project_before_tax")
    worth = case.of_finance("npv")
    if rate is None or worth is None:
        return ("财务评价：", Unknown("财务评价（未给财务测算）"), "。")
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
    }.get(str(sign), "系统价值尚未测算，建议先行测算再作判断。")
    return (
        paragraph(advice),
        paragraph("“待定事项”所列内容由责任单位补齐后，按专家筛选论证与入库标准核对程序办理。"),
    )
