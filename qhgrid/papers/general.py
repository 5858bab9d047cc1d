"""Sections of 附表2 that every project has: what it is, where, why, how big, by when."""

from __future__ import annotations

from qhgrid.papers.case import Case
from qhgrid.papers.cited import Cited
from qhgrid.papers.pictures import place_map
from qhgrid.papers.pieces import Block, Name, Piece, Row, TableBlock, Unknown, paragraph, say
from qhgrid.projects import words

DOCUMENTS = {
    "A": "《青海省项目谋划攻坚专项行动方案》",
    "B": "《青海省国民经济和社会发展第十五个五年规划纲要》",
}
"""The governing documents, by the first letter of a line."""


def overview(case: Case) -> tuple[Block, ...]:
    """Return 项目概况: the facts of the project in one table."""
    project = case.project
    rows: tuple[tuple[str, tuple[Piece, ...]], ...] = (
        ("项目名称", (case.name,)),
        ("登记号", (Name(project.register_key),)),
        ("项目类别", (f"{project.sector} / {project.sub_type}",)),
        ("建设地点", case.places()),
        ("建设性质", (project.nature,)),
        ("建设规模及主要内容", (case.stated("content"),)),
        ("在册容量", capacity(case)),
        ("建设年限", years(case)),
        ("总投资", say(case.listed("investment"))),
        ("项目分档", (case.listed("tier"),)),
        ("成熟度", maturity(case)),
        ("责任单位", (project.responsible_unit or Unknown("责任单位"),)),
        ("项目单位", (Unknown("项目单位"),)),
        ("联系人", (Unknown("联系人"),)),
        ("入库批次", (case.batch(),)),
        ("所处阶段", (case.stage(),)),
    )
    body = tuple(((label,), cell) for label, cell in rows)
    return (TableBlock("项目概况", ("项目", "内容"), body, widths=(1.0, 3.4)),)


def capacity(case: Case) -> tuple[Piece, ...]:
    """Return the registered capacity, a dash for a project without plants and corridors."""
    registered = case.stated("registered")
    return say(registered) if registered.number else ("—",)


def years(case: Case) -> tuple[Piece, ...]:
    """Return start and in-service year."""
    start, end = case.stated("start_year"), case.stated("in_service_year")
    return (start, "年" if start.is_known else "", "开工，", end, "年" if end.is_known else "", "投产")


def maturity(case: Case) -> tuple[Piece, ...]:
    """Return the grade with its meaning."""
    project = case.project
    meaning = words.grade_words(project.grade, project.grade_is_ambiguous, 0).removeprefix(project.grade)
    return (case.listed("grade"), Name(meaning))


def basis(case: Case) -> tuple[Block, ...]:
    """Return 编制依据与数据来源: the words of the plan, the run, and how far it is proved."""
    run = case.sources.run
    title = run.run.manifest.scenario_titles.get("zh", run.run.manifest.inputs.scenario)
    covered = run.tables["project_elements"].note_zh
    return (
        paragraph(*plan_words(case)),
        paragraph(
            Name(f"数值取自情景“{title}”的一次运行（运行号 {run.run.run_id}）。{covered}"),
            "调度结果附最优性证书，相对间隙为 ",
            run.cell("certificate", "gap", "value"),
            "，最大功率越限为 ",
            run.cell("certificate", "max_violation_mw", "value"),
            "。",
        ),
        paragraph(
            "投资、年份等登记数据的出处：",
            Name(case.project.source),
            "。标注“假设”的数值为推定而非公布；“待定”为公开资料未见，由责任单位填报。",
        ),
    )


def plan_words(case: Case) -> tuple[Piece, ...]:
    """Return what the plan says of the project."""
    project = case.project
    if not project.quote:
        return ("规划纲要未点名本项目，列入依据为 ", Name(project.source), "。")
    document = DOCUMENTS.get(project.plan_line[:1], "规划文件")
    return (f"列入依据为{document}：", Name(f"“{project.quote}”（{project.plan_line}）。"))


def summary(case: Case) -> tuple[Block, ...]:
    """Return 主要结论: size, money, use, value and return in a few sentences."""
    from qhgrid.papers.money import return_words, value_words

    return (
        paragraph(
            case.name,
            f"属{case.project.sector}领域{case.project.sub_type}类，",
            f"建设性质为{case.project.nature}，在册容量 ",
            case.stated("registered") if case.stated("registered").number else "—",
            "，总投资 ",
            case.listed("investment"),
            "，分档为",
            case.listed("tier"),
            "。",
        ),
        paragraph(*use_words(case)),
        paragraph(*value_words(case)),
        paragraph(*return_words(case)),
    )


def use_words(case: Case) -> tuple[Piece, ...]:
    """Return one sentence on what the project does in the run."""
    if not case.takes_part:
        return ("本情景水平年内没有计入本项目的发电、储能或输电能力，成熟度为 ", *maturity(case), "。")
    said: list[Piece] = ["本情景计入容量 ", figure_of(case, "counted")]
    for words_zh, column in (
        ("，发电（受端、受入）电量 ", "output"),
        ("，放电电量 ", "discharge"),
        ("，利用小时 ", "hours"),
    ):
        figure = case.did(column)
        if figure is not None:
            said += [words_zh, figure]
    return (*said, "。")


def figure_of(case: Case, column: str) -> Piece:
    """Return what the project did, or a gap with a name."""
    return case.did(column) or Unknown(f"{case.project.name_zh}·{column}")


def necessity(case: Case) -> tuple[Block, ...]:
    """Return 必要性: the plan, and where the list stands against its target."""
    total = case.sources.run
    return (
        paragraph(*plan_words(case)),
        paragraph(
            "全省能源领域谋划目标 ",
            total.cell("project_total", "target", "value"),
            "，清单已知投资合计 ",
            total.cell("project_total", "known", "value"),
            "，距目标 ",
            total.cell("project_total", "gap", "value"),
            "，另有 ",
            total.cell("project_total", "unknown", "value"),
            " 个项目投资未公布。",
        ),
        paragraph(
            "水平年清洁能源发电量占比等规划目标的评分见情景报告；本项目对各项指标的贡献见“系统价值”一节。"
            if case.is_energy
            else "本项目没有调度角色，其必要性由行业主管部门论证。"
        ),
    )


def place(case: Case) -> tuple[Block, ...]:
    """Return 建设地点: words and a map."""
    facts = case.sources.facts
    names = [name for name in case.project.prefecture_shares if name != "outside"]
    shares = tuple(case.stated(f"share_{name}") for name in names)
    return (
        paragraph("项目位于", *case.places(), "。具体坐标与用地范围：", Unknown("坐标与用地范围"), "。"),
        place_map(case, facts, shares),
    )


def supply(case: Case) -> tuple[Block, ...]:
    """Return 要素保障条件: land, energy, water, none of which is published."""
    names = ("用地预审与选址", "用能指标", "取水许可", "用林用草", "环境影响评价", "并网或接入意见")
    rows = tuple(((name,), (Unknown(f"要素保障：{name}"),)) for name in names)
    return (TableBlock("要素保障与前期手续", ("要素", "落实情况"), rows, widths=(1.0, 2.0)),)


def scale(case: Case) -> tuple[Block, ...]:
    """Return 任务与建设规模: words of the register, and a table of the elements."""
    first = paragraph("建设规模及主要内容：", case.stated("content"), "。")
    if not case.elements:
        return (first, paragraph("本项目没有单列的模型要素，规模以登记内容为准。"))
    columns = ("registered", "counted", "storage", "in_service")
    rows: tuple[Row, ...] = tuple(
        (
            (Name(label),),
            (case.of_element(key, "technology"),),
            *(_stated(case.of_element(key, column), column) for column in columns),
        )
        for key, label in element_labels(case)
    )
    head = ("设施", "类别", "在册容量（万千瓦）", "计入容量（万千瓦）", "储能时长（h）", "投运年份")
    table = TableBlock("设施一览", head, rows, widths=(2.4, 1.2, 1.1, 1.1, 1.0, 1.0), wide=len(rows) > 8)
    return first, table


def _stated(figure: Cited, column: str) -> tuple[Piece, ...]:
    """Return a cell; a dash where nothing counts, or nothing is stored."""
    has_none = column in ("counted", "storage") and not figure.is_known
    return ("—",) if has_none else (figure,)


def element_labels(case: Case) -> tuple[tuple[str, str], ...]:
    """Return key and Chinese name of each element, with the mark of an assumption."""
    table = case.sources.run.tables["project_elements"]
    lines = ((key, table.row(key)) for key in case.elements)
    return tuple((key, f"{row.label_zh}（{row.mark}）" if row.mark else row.label_zh) for key, row in lines)


def technology(case: Case) -> tuple[Block, ...]:
    """Return 技术方案与设备方案: what kinds of plant, and what is open."""
    facts = case.sources.facts
    names = [facts.technologies[name].name_zh for name in sorted(case.technologies)]
    kinds = "、".join(names) if names else case.project.sub_type
    return (
        paragraph(f"技术类别：{kinds}。", "主要设备选型：", Unknown("主要设备选型"), "。"),
        paragraph("方案比选：", Unknown("技术方案比选"), "。"),
    )


def layout(case: Case) -> tuple[Block, ...]:
    """Return 选址与总布置."""
    return (
        paragraph("选址在", *case.places(), "。总平面布置：", Unknown("总平面布置"), "。"),
        paragraph("接入点：", Name(connection(case)), "。" if connection(case) else Unknown("接入点")),
    )


def connection(case: Case) -> str:
    """Return the stations that the plants of a project feed."""
    facts = case.sources.facts
    names: list[str] = []
    for element in case.project.elements:
        kind, _, name = element.partition(":")
        row = facts.fleet.get(name) if kind == "fleet" else facts.hydro_plants.get(name)
        station = facts.stations.get(row.station) if row is not None else None
        if station is not None:
            names.append(station.name_zh)
    return "、".join(dict.fromkeys(names))


def engineering(case: Case) -> tuple[Block, ...]:
    """Return 工程方案."""
    return (paragraph("土建、送出与公用工程方案：", Unknown("工程方案"), "。"),)


def schedule(case: Case) -> tuple[Block, ...]:
    """Return 施工组织与进度."""
    return (
        paragraph("计划 ", *years(case), "。所处阶段：", case.stage(), "。"),
        paragraph("施工组织、年度投资与节点计划：", Unknown("年度计划投资与节点计划"), "。"),
    )


def saving(case: Case) -> tuple[Block, ...]:
    """Return 节能."""
    use = case.did("charge")
    stored: tuple[Piece, ...] = ("本情景充电电量 ", use, "，放电与之差为转换损耗。") if use else ()
    return (paragraph(*stored, "能效水平与节能审查：", Unknown("节能审查"), "。"),)


def social(case: Case) -> tuple[Block, ...]:
    """Return 社会效益."""
    return (
        paragraph(
            "项目建设带动当地就业、税收与产业配套。就业岗位：",
            Unknown("新增就业岗位"),
            "；社会稳定风险评估：",
            Unknown("社会稳定风险评估"),
            "。",
        ),
    )


def known(*figures: Cited | None) -> tuple[Cited, ...]:
    """Return those figures that are there."""
    return tuple(figure for figure in figures if figure is not None)
