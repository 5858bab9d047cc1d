"""附表1 重大项目建议表: the list, and summaries that are live formulas on it.

Each figure has its key in the hidden sheet ``_cite``. A formula carries the value that the run gives it, so
that a reader who does not calculate sees the same number as one who does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from qhgrid.errors import Fault, ReportError
from qhgrid.papers.case import Sources, place_name
from qhgrid.papers.cited import UNKNOWN, Cited
from qhgrid.papers.columns import FORM
from qhgrid.projects import words
from qhgrid.projects.register import Tier
from qhgrid.projects.stated import PLACES, YES
from qhgrid.report.numbers import excel_format
from qhgrid.report.xlsx import text_width
from qhgrid.workbook import edit_archive, workbook_bytes

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

LIST, CITE = "重大项目建议表", "_cite"
BY_PLACE, BY_TIER, BY_GRADE, TOTAL = "分市州汇总", "分档汇总", "分成熟度汇总", "总量"
CITE_HEAD = ("sheet", "cell", "key", "unit", "text", "value")
A3, A4, LIST_SCALE = 8, 9, 62
"""Paper sizes as Excel numbers them, and the scale at which the list is printed [%]."""
LINE_PT = 13.5
"""Height of a line of a cell [pt]."""
HEAD_ROW = 3
"""Row of the headings on each sheet."""

_THIN = Side(style="thin", color="999999")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEAD = PatternFill("solid", fgColor="DDE7F0")
_GAP = Font(color="A0522D")
_FORMULA_CELL = re.compile(r'<c r="([A-Z]+\d+)"([^>]*)><f>(.*?)</f><v ?/?>(?:</v>)?')

_NOTE = (
    "“待定”为公开资料未见，由项目单位填报；“—”为不适用；“假设”为推定而非公布的数值。"
    "官方空白表式未公布，栏目按通行做法编列。"
    "每个数值的引用键在隐藏工作表 _cite，可用 qhgrid cite verify 复算。"
)


@dataclass
class Book:
    """A workbook in the making, with the key of each figure.

    Parameters
    ----------
    workbook : Workbook
    cited : dict
        Figure by sheet and cell.
    formulas : dict
        Value that the run gives a formula, by sheet and cell.
    """

    workbook: Workbook
    cited: dict[tuple[str, str], Cited] = field(default_factory=dict)
    formulas: dict[tuple[str, str], float] = field(default_factory=dict)

    def put(self, sheet: Worksheet, row: int, column: int, content: Cited | str) -> None:
        """Write a figure with its key, or words."""
        if not isinstance(content, Cited):
            sheet.cell(row, column, content).data_type = "s"
            return
        cell = sheet.cell(row, column, content.text if content.number is None else content.number)
        self.cited[sheet.title, cell.coordinate] = content
        if content.number is not None:
            cell.number_format = excel_format(content.unit)
        else:
            cell.data_type = "s"

    def formula(self, sheet: Worksheet, row: int, column: int, formula: str, figure: Cited | float) -> None:
        """Write a formula with the figure of the run that it recomputes, or with a plain value of its own."""
        cell = sheet.cell(row, column, f"={formula}")
        value = figure if isinstance(figure, float) else figure.number or 0.0
        self.formulas[sheet.title, cell.coordinate] = value
        cell.number_format = excel_format(figure.unit if isinstance(figure, Cited) else "亿元")
        if isinstance(figure, Cited):
            self.cited[sheet.title, cell.coordinate] = figure


def write_list_book(sources: Sources, path: Path) -> Path:
    """Write 附表1 to `path` and return `path`; the same inputs give the same bytes.

    Raises
    ------
    ReportError
        If a number of the workbook has no key.
    """
    book = Book(Workbook())
    sheet = book.workbook.active or book.workbook.create_sheet()
    _write_list(book, sheet, sources)
    last = HEAD_ROW + len(sources.facts.projects)
    _write_places(book, sources, last)
    _write_groups(book, sources, last, BY_TIER, "project_tiers", "tier", _tiers())
    _write_groups(book, sources, last, BY_GRADE, "project_grades", "grade", _grades())
    _write_total(book, sources, last)
    check_book(book)
    _write_cite(book)
    path.write_bytes(_with_values(book))
    return path


def _tiers() -> tuple[tuple[str, str, str], ...]:
    """Return row key, words and what the list says for each tier."""
    return tuple((tier.value, words.TIERS[tier][0], words.TIERS[tier][0]) for tier in Tier)


def _grades() -> tuple[tuple[str, str, str], ...]:
    """Return row key, words and what the list says for each grade."""
    return tuple((grade, f"{grade} {pair[0]}", grade) for grade, pair in words.GRADES.items())


def column_of(key: str) -> str:
    """Return the letter of a column of the list; the first holds the running number."""
    return get_column_letter(2 + [column.key for column in FORM].index(key))


def _range(key: str, last: int) -> str:
    """Return the cells of a column of the list, as a formula names them."""
    letter = column_of(key)
    return f"{LIST}!${letter}${HEAD_ROW + 1}:${letter}${last}"


def _write_list(book: Book, sheet: Worksheet, sources: Sources) -> None:
    """Fill the sheet of the list."""
    sheet.title = LIST
    run = sources.run.run
    title = run.manifest.scenario_titles.get("zh", run.manifest.inputs.scenario)
    sheet.append([f"附表1　能源领域重大项目建议表（情景：{title}；运行号：{run.run_id}）"])
    sheet.append([_NOTE])
    sheet.append(["序号", *(_head(column.key, column.head, sources) for column in FORM)])
    for number, name in enumerate(sources.facts.projects, start=1):
        case, row = sources.case(name), HEAD_ROW + number
        sheet.cell(row, 1, number)
        for place, column in enumerate(FORM, start=2):
            if column.fill is not None:
                book.put(sheet, row, place, column.fill(case))
        _write_adding(book, sheet, row, case.stated("adds").text == YES, case.listed("investment").number)
    _dress(sheet, (6.0, *(column.width for column in FORM)), "E")
    _lay_out_list(sheet, HEAD_ROW + len(sources.facts.projects))


def _head(key: str, head: str, sources: Sources) -> str:
    """Return a heading, that of a share with the name of its place."""
    place = key.removeprefix("share_")
    return head if place == key else f"{place_name(place, sources.facts)}份额（%）"


def _write_adding(book: Book, sheet: Worksheet, row: int, adds: bool, investment: float | None) -> None:
    """Write what a project adds to the total: its investment if it is known and held by no other."""
    does, money = f"{column_of('adds')}{row}", f"{column_of('investment')}{row}"
    place = 2 + [column.key for column in FORM].index("adding")
    formula = f'IF(AND({does}="{YES}",ISNUMBER({money})),{money},0)'
    book.formula(sheet, row, place, formula, (investment or 0.0) if adds else 0.0)


def _new_sheet(book: Book, name: str, title: str, source: str, head: Sequence[str]) -> Worksheet:
    """Return a new sheet with its title, source and headings."""
    sheet: Worksheet = book.workbook.create_sheet(name)
    sheet.append([title])
    sheet.append([source])
    sheet.append(list(head))
    return sheet


def _write_places(book: Book, sources: Sources, last: int) -> None:
    """Fill the summary by prefecture: what the list adds up to, against the quota over all eight sectors."""
    run = sources.run
    head = ("市州", "能源领域已知投资（亿元）", "市州谋划目标（全部八个领域，亿元）", "占目标（%）")
    sheet = _new_sheet(book, BY_PLACE, "能源领域项目投资：分市州", words.SOURCE[0], head)
    for row, place in enumerate(PLACES, start=HEAD_ROW + 1):
        sheet.cell(row, 1, place_name(place, sources.facts))
        formula = f"SUMPRODUCT({_range('adding', last)},{_range(f'share_{place}', last)})/100"
        book.formula(sheet, row, 2, formula, run.cell("project_prefectures", place, "investment"))
        if place != "outside":
            book.put(sheet, row, 3, run.cell("project_prefectures", place, "quota"))
            book.formula(sheet, row, 4, f"100*B{row}/C{row}", run.cell("project_prefectures", place, "share"))
    end = HEAD_ROW + len(PLACES)
    _write_sums(book, sheet, end, {"B": "investment", "C": "quota"}, "project_prefectures", run.cell)
    _dress(sheet, (16.0, 26.0, 36.0, 14.0), "B")
    _chart(sheet, "能源领域已知投资与市州谋划目标（亿元）", (2, 3), HEAD_ROW + len(PLACES) - 1)


def _write_sums(
    book: Book,
    sheet: Worksheet,
    end: int,
    columns: dict[str, str],
    table: str,
    cell: Callable[[str, str, str], Cited],
) -> None:
    """Write the row of sums below the rows that end at `end`."""
    sheet.cell(end + 1, 1, "合计").font = Font(bold=True)
    for letter, column in columns.items():
        formula = f"SUM({letter}{HEAD_ROW + 1}:{letter}{end})"
        book.formula(sheet, end + 1, ord(letter) - ord("A") + 1, formula, cell(table, "sum", column))


def _write_groups(
    book: Book,
    sources: Sources,
    last: int,
    name: str,
    table: str,
    by: str,
    groups: Sequence[tuple[str, str, str]],
) -> None:
    """Fill a summary of the energy projects by tier or by grade."""
    run = sources.run
    head = ("分组", "项目数", "已知投资（亿元）", "在册容量（万千瓦）", "本情景计入容量（万千瓦）")
    sheet = _new_sheet(book, name, run.tables[table].title_zh, words.SOURCE[0], head)
    chosen = f'{_range("open", last)},"{YES}"'
    for row, (key, label, value) in enumerate(groups, start=HEAD_ROW + 1):
        sheet.cell(row, 1, label)
        criteria = f'{_range(by, last)},"{value}",{chosen}'
        book.formula(sheet, row, 2, f"COUNTIFS({criteria})", run.cell(table, key, "projects"))
        for place, (column, of) in enumerate(_SUMMED, start=3):
            formula = f"SUMIFS({_range(of, last)},{criteria})"
            book.formula(sheet, row, place, formula, run.cell(table, key, column))
    columns = {"B": "projects", "C": "investment", "D": "registered", "E": "counted"}
    _write_sums(book, sheet, HEAD_ROW + len(groups), columns, table, run.cell)
    _dress(sheet, (34.0, 12.0, 18.0, 18.0, 22.0), "B")
    _chart(sheet, f"{run.tables[table].title_zh}：已知投资（亿元）", (3,), HEAD_ROW + len(groups))


_SUMMED = (("investment", "adding"), ("registered", "registered"), ("counted", "counted"))
"""Columns of the summaries, and the columns of the list that they add up."""


def _write_total(book: Book, sources: Sources, last: int) -> None:
    """Fill the sheet that puts the list against the target of the sector."""
    run = sources.run
    sheet = _new_sheet(
        book, TOTAL, run.tables["project_total"].title_zh, words.SOURCE[0], ("项目", "数值", "单位")
    )
    lines = (
        ("target", ""),
        ("known", f"SUM({_range('adding', last)})"),
        ("gap", f"MAX(0,B{HEAD_ROW + 1}-B{HEAD_ROW + 2})"),
        ("share", f"100*B{HEAD_ROW + 2}/B{HEAD_ROW + 1}"),
        ("projects", f'COUNTIFS({_range("open", last)},"{YES}")'),
        ("unknown", f'COUNTIFS({_range("adds", last)},"{YES}",{_range("investment", last)},"{UNKNOWN}")'),
    )
    for row, (key, formula) in enumerate(lines, start=HEAD_ROW + 1):
        figure = run.cell("project_total", key, "value")
        sheet.cell(row, 1, run.tables["project_total"].row(key).label_zh)
        sheet.cell(row, 3, "个" if figure.unit == "unit" else figure.unit)
        if formula:
            book.formula(sheet, row, 2, formula, figure)
        else:
            book.put(sheet, row, 2, figure)
    _dress(sheet, (34.0, 16.0, 10.0), "B")


def _chart(sheet: Worksheet, title: str, columns: tuple[int, ...], last: int) -> None:
    """Add standing bars of some columns beside the table."""
    chart = BarChart()
    chart.type, chart.title, chart.height, chart.width = "col", title, 9, 18
    for column in columns:
        chart.add_data(
            Reference(sheet, min_col=column, min_row=HEAD_ROW, max_row=last), titles_from_data=True
        )
    chart.set_categories(Reference(sheet, min_col=1, min_row=HEAD_ROW + 1, max_row=last))
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.legend.position = "b"
    sheet.add_chart(chart, f"A{last + 4}")


def _dress(sheet: Worksheet, widths: Sequence[float], frozen: str) -> None:
    """Set fonts, borders, widths and the page of a sheet."""
    sheet["A1"].font = Font(bold=True, size=14)
    sheet["A2"].font = Font(size=9, color="606060")
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    for number, row in enumerate(sheet.iter_rows(min_row=HEAD_ROW, max_col=len(widths)), start=HEAD_ROW):
        for cell in row:
            is_head = number == HEAD_ROW
            cell.border = _BORDER
            cell.alignment = Alignment(wrap_text=True, vertical="center" if is_head else "top")
            if is_head:
                cell.font, cell.fill = Font(bold=True), _HEAD
            elif cell.value == UNKNOWN:
                cell.font = _GAP
        sheet.row_dimensions[number].height = _height([cell.value for cell in row], widths)
    sheet.freeze_panes = f"{frozen}{HEAD_ROW + 1}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"


def _height(values: Sequence[object], widths: Sequence[float]) -> float:
    """Return the height of a row that shows all its wrapped words [pt]."""
    words = [
        (value, width)
        for value, width in zip(values, widths, strict=True)
        if isinstance(value, str) and not value.startswith("=")
    ]
    lines = max((ceil(text_width(value) / max(1.0, width - 1.0)) for value, width in words), default=1)
    return LINE_PT * lines + 3.0


def _lay_out_list(sheet: Worksheet, last: int) -> None:
    """Print the list over several pages side by side, number and name of the project on each."""
    sheet.page_setup.paperSize, sheet.page_setup.scale = A3, LIST_SCALE
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=False)
    sheet.print_title_cols = f"A:{column_of('name')}"
    sheet.print_area = f"A1:{column_of('remarks')}{last}"
    sheet.page_setup.pageOrder = "overThenDown"


def check_book(book: Book) -> None:
    """Refuse a workbook with a number that has no key.

    Raises
    ------
    ReportError
        With each such cell. Formulas have the key of the figure they recompute, or add figures that have one;
        the running number in the first column is none.
    """
    faults = []
    for sheet in book.workbook.worksheets:
        for row in sheet.iter_rows(min_row=HEAD_ROW + 1, min_col=2):
            for cell in row:
                known = (sheet.title, cell.coordinate)
                if isinstance(cell.value, int | float) and known not in book.cited:
                    where = f"{sheet.title}!{cell.coordinate}"
                    what = f"the number {cell.value} has no citation key"
                    faults.append(Fault(where, what, "Print it as a cited figure."))
    if faults:
        raise ReportError(faults)


def _write_cite(book: Book) -> None:
    """Write the hidden sheet with the key of each figure."""
    sheet = book.workbook.create_sheet(CITE)
    sheet.append(CITE_HEAD)
    for (name, cell), figure in book.cited.items():
        sheet.append([name, cell, figure.key, figure.unit, figure.text, figure.value])
    sheet.sheet_state = "hidden"


def _with_values(book: Book) -> bytes:
    """Return the file, each formula with the value that the run gives it."""
    book.workbook.properties.title = "能源领域重大项目建议表"
    names = [f"xl/worksheets/sheet{number}.xml" for number in range(1, len(book.workbook.worksheets) + 1)]
    titles = dict(zip(names, book.workbook.sheetnames, strict=True))

    def fill(name: str, content: bytes) -> bytes:
        if name not in titles:
            return content
        values = {cell: value for (sheet, cell), value in book.formulas.items() if sheet == titles[name]}
        return _FORMULA_CELL.sub(lambda found: _filled(found, values), content.decode()).encode()

    return edit_archive(workbook_bytes(book.workbook), fill)


def _filled(found: re.Match[str], values: dict[str, float]) -> str:
    """Return the cell of a formula with its value."""
    cell, attributes, formula = found.groups()
    return f'<c r="{cell}"{attributes}><f>{formula}</f><v>{values[cell]!r}</v>'
