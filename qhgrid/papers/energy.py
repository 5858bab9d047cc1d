"""Sections of 附表2 that fit energy projects: resource, water, place in river and grid, market, product."""

from __future__ import annotations

from qhgrid.papers.case import Case
from qhgrid.papers.cited import Cited
from qhgrid.papers.general import element_labels
from qhgrid.papers.pictures import bars
from qhgrid.papers.pieces import Block, Name, Piece, TableBlock, Unknown, paragraph

SHOWN = 12
"""How many elements a table prints one by one; the paper of a long programme prints these and the sum."""


def resource(case: Case) -> tuple[Block, ...]:
    """Return 资源条件 of wind, sun and heat: what the run made of them."""
    rows = tuple(
        ((Name(label),), (case.of_element(key, "hours"),), _cell(case.of_element(key, "utilisation")))
        for key, label in element_labels(case)
        if case.of_element(key, "output").is_known
    )
    first = paragraph(
        "风、光逐小时出力取自随系统发布的合成并校准曲线，逐月与全年利用小时与公开统计一致；"
        "实测测风测光资料：",
        Unknown("实测资源资料"),
        "。",
    )
    if not rows:
        return (first, paragraph("本情景水平年内没有计入本项目，利用小时待投产后复算。"))
    head = ("设施", "利用小时（h）", "利用率（%）")
    return first, TableBlock("本情景资源利用", head, rows[:SHOWN], widths=(2.6, 1.0, 1.0))


def hydrology(case: Case) -> tuple[Block, ...]:
    """Return 水文气象 of a hydro plant or pumped storage."""
    is_river = bool(case.kinds & {"hydro", "hydro_uprate"})
    year = case.sources.run.run.manifest.inputs.scenario
    words: tuple[Piece, ...] = (
        ("来水取黄河唐乃亥站系列与区间入流，按梯级逐级传播，水流时间与库容曲线见数据表；",)
        if is_river
        else ("抽水蓄能的水量在上下水库间循环，补水与蒸发不计；",)
    )
    return (
        paragraph(*words, Name(f"来水年型由情景“{year}”规定。")),
        paragraph("坝址径流、洪水、泥沙、冰情与气象要素的专项成果：", Unknown("坝址水文气象成果"), "。"),
    )


def geology(case: Case) -> tuple[Block, ...]:
    """Return 工程地质."""
    return (
        paragraph(
            f"{case.project.sub_type}项目的区域地质、地震动参数与场地条件：",
            Unknown("工程地质勘察成果"),
            "。",
        ),
    )


def role(case: Case) -> tuple[Block, ...]:
    """Return 在流域和电网中的地位与作用: what the project did in the run, by facility and by month."""
    if not case.takes_part:
        return (
            paragraph(
                "本情景水平年内没有计入本项目：",
                Name(f"成熟度 {case.project.grade}"),
                "不在情景的计入范围，或投产年份晚于水平年。其作用可在计入该成熟度的情景中复算。",
            ),
        )
    blocks: list[Block] = [
        paragraph(
            "下表为本项目在全省逐小时优化调度中的运行结果，与其他电源、储能、通道同时优化；"
            "同一市州同类设施按容量分摊。"
        ),
        _use_table(case),
    ]
    months = _months(case)
    if len(months) > 1:
        labels = [label for label, _ in months]
        blocks.append(bars("本项目逐月电量", labels, [figure for _, figure in months], "亿千瓦时"))
    elif months:
        blocks.append(paragraph("本次运行只覆盖一个自然月，当月电量 ", months[0][1], "。"))
    return tuple(blocks)


_COLUMNS = (
    ("counted", "计入容量（万千瓦）"),
    ("output", "发电或受入（亿千瓦时）"),
    ("hours", "利用小时（h）"),
    ("utilisation", "利用率（%）"),
    ("discharge", "放电（亿千瓦时）"),
    ("charge", "充电（亿千瓦时）"),
    ("sent", "送出（亿千瓦时）"),
)


def _use_table(case: Case) -> TableBlock:
    """Return what the facilities and the whole project did; columns without a figure are left out."""
    columns = [(key, head) for key, head in _COLUMNS if case.did(key) is not None or _any(case, key)]
    counted = [
        (key, label) for key, label in element_labels(case) if case.of_element(key, "counted").is_known
    ]
    rows = [
        ((Name(label),), *(_cell(case.of_element(key, column)) for column, _ in columns))
        for key, label in counted[:SHOWN]
    ]
    if len(counted) > SHOWN:
        rest = Name(f"其余 {len(counted) - SHOWN} 处设施见数据表")
        rows.append(((rest,), *(("—",) for _ in columns)))
    rows.append((("本项目合计",), *(_cell(case.did(column)) for column, _ in columns)))
    head = ("设施", *(head for _, head in columns))
    note = (Name(case.sources.run.tables["project_dispatch"].note_zh),)
    return TableBlock(
        "本项目运行结果", head, tuple(rows), note, (2.2, *(1.0 for _ in columns)), wide=len(columns) > 4
    )


def _any(case: Case, column: str) -> bool:
    """Return whether any facility has a figure in a column."""
    return any(case.of_element(key, column).is_known for key in case.elements)


def _cell(figure: Cited | None) -> tuple[Piece, ...]:
    """Return a cell with a figure, a dash where the figure has no meaning for the row."""
    return (figure,) if figure is not None and figure.is_known else ("—",)


def _months(case: Case) -> list[tuple[str, Cited]]:
    """Return label and energy of each month."""
    run = case.sources.run
    if not run.has("project_monthly", case.id):
        return []
    table = run.tables["project_monthly"]
    return [(column.label_zh, run.cell("project_monthly", case.id, column.key)) for column in table.columns]


def market(case: Case) -> tuple[Block, ...]:
    """Return 电力市场与消纳: the province's use of new energy, and the corridors."""
    run = case.sources.run
    blocks: list[Block] = [
        paragraph(
            "本情景全省用电量 ",
            run.figure("demand.total"),
            "，新能源利用率 ",
            run.figure("scorecard.utilisation.new_energy"),
            "，外送电量 ",
            run.figure("exchange.exports"),
            "，受入电量 ",
            run.figure("exchange.imports"),
            "。",
        )
    ]
    corridors = _corridors(case)
    for name in corridors:
        row = run.tables["corridors"].row(name)
        blocks.append(
            paragraph(
                Name(f"{row.label_zh}："),
                "受端电量 ",
                run.cell("corridors", name, "received"),
                "，通道利用小时 ",
                run.cell("corridors", name, "utilisation_hours"),
                "，合同完成率 ",
                run.cell("corridors", name, "completion"),
                "。",
            )
        )
    blocks.append(paragraph("售电或容量合同、绿证与碳减排量的落实情况：", Unknown("售电与容量合同"), "。"))
    return tuple(blocks)


def _corridors(case: Case) -> list[str]:
    """Return the corridors that a project is, or that its plants were built for, as far as they run."""
    facts = case.sources.facts
    names: list[str] = []
    for element in case.project.elements:
        kind, _, name = element.partition(":")
        if kind == "corridor":
            names.append(name)
        elif kind == "fleet" and name in facts.fleet and facts.fleet[name].corridor:
            names.append(facts.fleet[name].corridor)
    run = case.sources.run
    return [name for name in dict.fromkeys(names) if run.has("corridors", name)]


def product(case: Case) -> tuple[Block, ...]:
    """Return 产品方案: electricity, capacity, flexibility."""
    kinds = {
        "pumped_storage": "调峰、填谷、备用与电量转移",
        "battery": "调峰、备用与电量转移",
        "hydro": "清洁电量与调节能力",
    }
    named = [kinds[name] for name in sorted(case.technologies) if name in kinds]
    if case.kinds & {"corridor", "tie", "line"}:
        named.append("输电能力与互济能力")
    if case.did("output") is not None and case.kinds & {"fleet", "hydro"}:
        named.insert(0, "上网电量")
    if not named:
        named.append("以登记内容为准")
    return (paragraph(f"产品为{'；'.join(dict.fromkeys(named))}。"),)


def resettlement(case: Case) -> tuple[Block, ...]:
    """Return 建设征地移民 of a water project."""
    return (
        paragraph(
            "本项目的淹没与征地范围、移民安置：",
            Unknown("建设征地移民安置规划"),
            "。",
        ),
    )
