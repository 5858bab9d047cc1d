"""Columns of 附表1 重大项目建议表.

The official blank form was not published. The columns are those usual for such lists, with what the
campaign adds (tiers, batches, quotas) and what only a dispatch can tell (value to the system).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from qhgrid.papers.case import Case, place_name
from qhgrid.papers.cited import UNKNOWN, Cited
from qhgrid.papers.general import connection, plan_words
from qhgrid.papers.money import first_value
from qhgrid.papers.pieces import Name, Piece, Unknown
from qhgrid.projects import words
from qhgrid.projects.stated import PLACES
from qhgrid.sourced import ASSUMED_MARK

Fill = Callable[[Case], Cited | str]
"""What a column holds for a project: a figure with its key, or words."""


@dataclass(frozen=True)
class FormColumn:
    """A column of the list.

    Parameters
    ----------
    key : str
        Stable name, by which formulas find the column.
    head : str
        Heading, with the unit in brackets.
    width : float
        Width [characters].
    fill : callable or None
        What it holds; None for a column of formulas.
    """

    key: str
    head: str
    width: float
    fill: Fill | None


def _words(pieces: tuple[Piece, ...]) -> str:
    """Return pieces as plain words."""
    return "".join(_word(piece) for piece in pieces)


def _word(piece: Piece) -> str:
    """Return a piece as plain words."""
    if isinstance(piece, Unknown):
        return UNKNOWN
    return piece if isinstance(piece, str) else piece.text


def _places(case: Case) -> str:
    """Return prefectures and county; the shares stand in columns of their own."""
    names = "、".join(place_name(name, case.sources.facts) for name in case.project.prefecture_shares)
    return f"{names}（{case.project.county}）" if case.project.county else names


def _progress(case: Case) -> str:
    """Return the stage by the log, else the meaning of the grade."""
    stage = case.stage()
    return stage.text if isinstance(stage, Name) else words.GRADES[case.project.grade][0]


def _remarks(case: Case) -> str:
    """Return how the project counts, its note and its source."""
    project = case.project
    parent = case.sources.facts.projects.get(project.part_of)
    held = f"投资含于{parent.name_zh}" if parent is not None else ""
    mark = ASSUMED_MARK if project.is_assumed else ""
    return "；".join(part for part in (mark, held, project.note, project.source) if part)


def _level(case: Case) -> str:
    """Return whose list the project is on."""
    return words.LEVELS[case.project.level][0] if case.project.level else UNKNOWN


def _ambiguous(case: Case) -> str:
    """Return whether an analyst must still choose the grade."""
    return "待确认" if case.project.grade_is_ambiguous else "否"


def _open(label: str) -> Fill:
    """Return how to fill a column that nobody has published."""
    return lambda case: UNKNOWN


def _worth(indicator: str, place: int) -> Fill:
    """Return how to fill a column with the value of a project, an end of it, or its sign."""

    def fill(case: Case) -> Cited | str:
        found = first_value(case, indicator)
        return UNKNOWN if found is None else found[place]

    return fill


def _finance(column: str) -> Fill:
    """Return how to fill a column with a measure of the finance study."""

    def fill(case: Case) -> Cited | str:
        figure = case.of_finance(column)
        if figure is None:
            return UNKNOWN
        return figure if figure.is_known else "—"

    return fill


def _stated(column: str) -> Fill:
    """Return how to fill a column with what the register states."""
    return lambda case: case.stated(column)


def _listed(column: str) -> Fill:
    """Return how to fill a column with a figure of the list."""
    return lambda case: case.listed(column)


def _did(column: str) -> Fill:
    """Return how to fill a column with what the project did in the run; a dash where that means nothing."""
    return lambda case: case.did(column) or "—"


def _of_plants(fill: Callable[[Case], Cited]) -> Fill:
    """Return how to fill a column of capacity; a dash for a project without plants and corridors."""
    return lambda case: fill(case) if case.stated("registered").number else "—"


FORM: tuple[FormColumn, ...] = (
    FormColumn("id", "项目编码", 16, lambda case: case.id),
    FormColumn("register", "登记号", 8, lambda case: case.project.register_key),
    FormColumn("name", "项目名称", 30, lambda case: case.project.name_zh),
    FormColumn("sector", "领域", 10, lambda case: case.project.sector),
    FormColumn("sub_type", "子领域", 12, lambda case: case.project.sub_type),
    FormColumn("level", "项目层级", 9, _level),
    FormColumn("place", "建设地点（市州/县）", 24, _places),
    FormColumn("nature", "建设性质", 10, lambda case: case.project.nature),
    FormColumn("content", "建设规模及主要内容", 44, _stated("content")),
    FormColumn("registered", "在册容量（万千瓦）", 11, _of_plants(lambda case: case.stated("registered"))),
    FormColumn("counted", "本情景计入容量（万千瓦）", 11, _of_plants(lambda case: case.listed("counted"))),
    FormColumn("investment", "总投资（亿元）", 11, _listed("investment")),
    FormColumn("price_year", "价格年份", 9, _stated("price_year")),
    FormColumn("tolerance", "估算误差（±%）", 9, _stated("tolerance")),
    *(
        FormColumn(f"funding_{name}", f"其中：{pair[0]}（亿元）", 10, _stated(f"funding_{name}"))
        for name, pair in words.INSTRUMENTS.items()
    ),
    FormColumn("tier", "分档", 11, _listed("tier")),
    FormColumn("start_year", "开工年份", 9, _stated("start_year")),
    FormColumn("in_service_year", "投产年份", 9, _stated("in_service_year")),
    FormColumn("planned", "年度计划投资（亿元）", 10, _open("planned")),
    FormColumn("spent", "累计完成投资（亿元）", 10, _open("spent")),
    FormColumn("progress", "前期工作进展", 20, _progress),
    FormColumn("grade", "成熟度", 8, _listed("grade")),
    FormColumn("ambiguous", "成熟度是否待确认", 10, _ambiguous),
    FormColumn("output", "本情景发电（受入）电量（亿千瓦时）", 12, _did("output")),
    FormColumn("hours", "利用小时（h）", 10, _did("hours")),
    FormColumn("discharge", "放电电量（亿千瓦时）", 11, _did("discharge")),
    FormColumn("worth", "预期效益：系统成本节约（亿元）", 12, _worth("cost", 0)),
    FormColumn("worth_low", "区间下限（亿元）", 10, _worth("cost", 1)),
    FormColumn("worth_high", "区间上限（亿元）", 10, _worth("cost", 2)),
    FormColumn("worth_sign", "符号", 8, _worth("cost", 3)),
    FormColumn("co2", "二氧化碳减排（万吨）", 11, _worth("co2", 0)),
    FormColumn("irr", "项目内部收益率（税前，%）", 11, _finance("irr_project_before_tax")),
    FormColumn("npv", "财务净现值（亿元）", 11, _finance("npv")),
    FormColumn("finance_state", "财务测算状态", 18, _finance("state")),
    FormColumn("land", "要素保障：用地", 9, _open("land")),
    FormColumn("power", "用能", 8, _open("power")),
    FormColumn("water", "用水", 8, _open("water")),
    FormColumn("problems", "存在问题", 12, _open("problems")),
    FormColumn("unit", "责任单位", 22, lambda case: case.project.responsible_unit or UNKNOWN),
    FormColumn("owner", "项目单位", 10, _open("owner")),
    FormColumn("contact", "联系人", 10, _open("contact")),
    FormColumn("batch", "入库批次", 9, lambda case: _word(case.batch())),
    FormColumn("basis", "规划依据", 38, lambda case: _words(plan_words(case))),
    FormColumn("elements", "模型要素", 26, lambda case: "、".join(case.project.elements) or "无"),
    FormColumn("connection", "接入点", 14, lambda case: connection(case) or "—"),
    FormColumn("remarks", "备注", 44, _remarks),
    FormColumn("open", "在册未投产能源项目", 10, _stated("open")),
    FormColumn("adds", "投资计入合计", 10, _stated("adds")),
    FormColumn("adding", "计入合计投资（亿元）", 11, None),
    *(
        FormColumn(f"share_{place}", f"份额{number}", 9, _stated(f"share_{place}"))
        for number, place in enumerate(PLACES)
    ),
)
"""Columns of the list, in order."""
