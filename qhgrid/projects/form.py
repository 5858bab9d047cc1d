"""The project list as an Excel form, in the columns of a 重大项目建议表.

The official blank form was not published; the columns are those usual for such lists, with the three tiers of
the campaign added. A cell stays empty where nothing is published: nothing is made up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from qhgrid.facts import Facts
from qhgrid.indicators.tables import Table
from qhgrid.projects import words
from qhgrid.projects.register import ListedProject, ProjectList
from qhgrid.sourced import ASSUMED_MARK
from qhgrid.units import convert
from qhgrid.workbook import save_deterministic

Cell = str | float | int | None

_THIN = Side(style="thin", color="999999")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEAD = PatternFill("solid", fgColor="DDE7F0")

_NOTE = (
    "空格为公开资料未见，待项目单位填报；“假设”表示推定而非公布的数值。官方空白表式未公布，栏目按通行做法编列。",
    "An empty cell is a figure that nobody has published; 假设 marks what is assumed. The official blank "
    "form is not published, so the columns follow common practice.",
)


def _place(listed: ListedProject, facts: Facts, lang: int) -> str:
    """Return prefectures with their shares, and the county."""
    parts = []
    for name, share in listed.project.prefecture_shares.items():
        label = words.OUTSIDE[lang] if name == "outside" else _prefecture_name(facts, name, lang)
        parts.append(label if share == 1 else f"{label} {share:.0%}")
    county = listed.project.county
    return "、".join(parts) + (f"（{county}）" if county else "")


def _prefecture_name(facts: Facts, name: str, lang: int) -> str:
    """Return the name of a prefecture in the language."""
    row = facts.prefectures[name]
    return row.name_en if lang else row.name_zh


def _years(listed: ListedProject) -> str:
    """Return start and in-service year, each empty where not known."""
    start, end = listed.project.start_year, listed.project.in_service_year
    return f"{start or ''}—{end or ''}" if start or end else ""


def _progress(listed: ListedProject, lang: int) -> str:
    """Return the stage of the project in words of its grade."""
    return words.grade_words(listed.project.grade, listed.project.grade_is_ambiguous, lang)


def _investment(listed: ListedProject) -> float | None:
    """Return the investment in 亿元, None where not published."""
    value = listed.project.value
    return None if value is None else convert(value, "CNY", "亿元")


def _remarks(listed: ListedProject, lang: int) -> str:
    """Return how the project counts, its source and its note."""
    project = listed.project
    parent = (
        (f"投资含于 {project.part_of}", f"investment held by {project.part_of}")[lang]
        if project.part_of
        else ""
    )
    mark = ASSUMED_MARK if project.is_assumed else ""
    return "；".join(part for part in (mark, parent, project.note, project.source) if part)


Get = Callable[[ListedProject, Facts, int], Cell]

FORM: tuple[tuple[str, str, int, Get], ...] = (
    ("登记号", "Register key", 8, lambda p, f, g: p.project.register_key),
    ("项目名称", "Project", 30, lambda p, f, g: p.project.name_en if g else p.project.name_zh),
    (
        "项目类别（领域/子领域）",
        "Sector / type",
        16,
        lambda p, f, g: f"{p.project.sector}/{p.project.sub_type}",
    ),
    ("建设地点（市州/县）", "Place", 24, _place),
    ("建设性质", "Nature", 10, lambda p, f, g: p.project.nature),
    ("建设规模及主要内容", "Scale and content", 44, lambda p, f, g: p.project.content),
    ("总投资（亿元）", "Investment (0.1 bn CNY)", 12, lambda p, f, g: _investment(p)),
    ("分档", "Tier", 12, lambda p, f, g: words.TIERS[p.tier][g]),
    ("资金来源", "Funding", 12, lambda p, f, g: None),
    ("建设年限（起止）", "Years", 14, lambda p, f, g: _years(p)),
    ("年度计划投资（亿元）", "Planned this year", 12, lambda p, f, g: None),
    ("累计完成投资（亿元）", "Spent so far", 12, lambda p, f, g: None),
    ("前期工作进展（成熟度）", "Progress (grade)", 26, lambda p, f, g: _progress(p, g)),
    (
        "本情景计入容量（万千瓦）",
        "Counted capacity (10 MW)",
        12,
        lambda p, f, g: convert(p.counted_mw, "MW", "万千瓦"),
    ),
    ("预期效益", "Expected benefit", 12, lambda p, f, g: None),
    ("要素保障", "Land, energy, water", 12, lambda p, f, g: None),
    ("存在问题", "Problems", 12, lambda p, f, g: None),
    ("责任单位", "Responsible unit", 22, lambda p, f, g: p.project.responsible_unit),
    ("项目单位", "Owner", 12, lambda p, f, g: None),
    ("联系人", "Contact", 10, lambda p, f, g: None),
    ("入库批次", "Batch", 9, lambda p, f, g: p.project.batch or None),
    ("规划依据", "Words of the plan", 36, lambda p, f, g: _quote(p)),
    ("模型要素", "Model elements", 26, lambda p, f, g: "、".join(p.project.elements) or None),
    ("备注", "Remarks", 44, lambda p, f, g: _remarks(p, g)),
)
"""Columns of the form: Chinese and English heading, width in characters, and how to fill them."""


def _quote(listed: ListedProject) -> str | None:
    """Return the words of the plan with their line."""
    project = listed.project
    return f"「{project.quote}」[{project.plan_line}]" if project.quote else None


def write_project_list_xlsx(
    path: Path, projects: ProjectList, tables: Sequence[Table], facts: Facts, lang: str = "zh"
) -> Path:
    """Write the project list as an Excel workbook.

    The first sheet is the form, one project a row; the summary tables follow, one a sheet. The same list
    gives the same bytes.

    Parameters
    ----------
    path : pathlib.Path
        File to write.
    projects : ProjectList
    tables : sequence of Table
        Summary tables of :func:`qhgrid.projects.project_tables`; the list itself is left out, it is the form.
    facts : Facts
        Names of prefectures.
    lang : {"zh", "en"}
        Language of headings.

    Returns
    -------
    pathlib.Path
        `path`.
    """
    language = 1 if lang == "en" else 0
    workbook = Workbook()
    sheet = workbook.active or workbook.create_sheet()
    _write_form(sheet, projects, facts, language)
    for table in tables:
        if table.key != "project_list":
            _write_table(workbook.create_sheet(_sheet_name(table, language)), table, language)
    return save_deterministic(workbook, path)


def _sheet_name(table: Table, lang: int) -> str:
    """Return a sheet name within Excel's 31 characters."""
    return (table.title_en if lang else table.title_zh)[:31]


def _write_form(sheet: Worksheet, projects: ProjectList, facts: Facts, lang: int) -> None:
    """Fill the sheet of the form."""
    sheet.title = ("重大项目建议表", "Project list")[lang]
    sheet.append([("能源领域重大项目建议表", "Major energy projects")[lang]])
    sheet.append([_NOTE[lang]])
    sheet.append([("序号", "No.")[lang], *(column[lang] for column in FORM)])
    for number, listed in enumerate(projects.projects, start=1):
        sheet.append([number, *(column[3](listed, facts, lang) for column in FORM)])
    _dress(sheet, head=3, widths=(6, *(column[2] for column in FORM)))


def _write_table(sheet: Worksheet, table: Table, lang: int) -> None:
    """Fill the sheet of a summary table."""
    sheet.append([table.title_en if lang else table.title_zh])
    sheet.append([table.source_en if lang else table.source_zh])
    heads = [(column.label_en if lang else column.label_zh, column.unit) for column in table.columns]
    sheet.append(
        [("项目", "Item")[lang], *(f"{label}（{unit}）" if unit else label for label, unit in heads)]
    )
    for row in table.rows:
        label = row.label_en if lang else row.label_zh
        sheet.append([f"{label}（{row.unit}）" if row.unit else label, *row.values])
    _dress(sheet, head=3, widths=(34, *(18 for _ in heads)))


def _dress(sheet: Worksheet, head: int, widths: Sequence[int]) -> None:
    """Set fonts, borders, widths, number format and the frozen heading of a sheet."""
    sheet["A1"].font = Font(bold=True, size=14)
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    for row in sheet.iter_rows(min_row=head):
        for box in row:
            box.border = _BORDER
            box.alignment = Alignment(wrap_text=True, vertical="top")
            if isinstance(box.value, float):
                box.number_format = "#,##0.##"
            if box.row == head:
                box.font = Font(bold=True)
                box.fill = _HEAD
    sheet.freeze_panes = f"C{head + 1}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
