"""The tables of a report as one workbook: contents, scorecard, figures, one sheet for each table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties

from qhgrid.report.document import Document
from qhgrid.report.numbers import excel_format, is_tiny
from qhgrid.report.reader_units import in_reader_units
from qhgrid.report.wording import say, unit_name
from qhgrid.workbook import save_deterministic

if TYPE_CHECKING:
    from openpyxl.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

    from qhgrid.indicators.tables import Table, TableRow, Value

TITLE = Font(bold=True, size=14)
BOLD, PLAIN, FAINT = Font(bold=True), Font(), Font(color="808080", size=9)
HEAD_FILL = PatternFill("solid", fgColor="DCE6F1")
FILLS = {"pass": PatternFill("solid", fgColor="D9EAD3"), "fail": PatternFill("solid", fgColor="F4CCCC")}
RULE = Border(bottom=Side(style="thin", color="808080"))
LONGEST_COLUMN, SHORTEST_COLUMN = 60, 9
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")

Align = Literal["left", "right"]


@dataclass(frozen=True)
class Entry:
    """A value in a sheet, with the unit that decides how it shows."""

    value: Value
    unit: str = ""
    state: str = ""


@dataclass(frozen=True)
class Line:
    """A row of a sheet: label, entries, and the key by which the row is cited."""

    label: str
    entries: tuple[Entry, ...]
    key: str = ""
    level: int = 0
    bold: bool = False


@dataclass(frozen=True)
class Sheet:
    """A sheet before it is written.

    Parameters
    ----------
    name : str
        Name of the sheet; cut and made unique by the writer.
    title : str
        Heading.
    about : tuple of str
        Lines below the heading: unit, source, note.
    head : tuple of str
        Labels of the columns, the label column first, the key column last.
    keys : tuple of str
        Keys of the columns in the same order, empty where there is none.
    lines : tuple of Line
        Rows.
    """

    name: str
    title: str
    about: tuple[str, ...]
    head: tuple[str, ...]
    lines: tuple[Line, ...]
    keys: tuple[str, ...] = field(default=())


def write_xlsx(document: Document, path: Path) -> Path:
    """Write contents, targets and figures where there are any, and every table of `document` to `path`."""
    document = in_reader_units(document)
    sheets = [sheet for sheet in (targets_sheet(document), figures_sheet(document)) if sheet.lines]
    sheets += [table_sheet(table, document.lang, document.run_id) for table in document.tables]
    named = list(zip(sheet_names(sheets), sheets, strict=True))
    workbook = Workbook()
    first = workbook.active
    if first is not None:
        workbook.remove(first)
    _write_contents(workbook, document, named)
    for name, sheet in named:
        _write_sheet(workbook.create_sheet(name), sheet)
    return save_deterministic(workbook, path)


def sheet_names(sheets: Sequence[Sheet]) -> list[str]:
    """Return names that a workbook takes: at most 31 letters, no two alike, none of its forbidden signs."""
    names: list[str] = []
    for sheet in sheets:
        plain = _FORBIDDEN.sub(" ", sheet.name).strip()[:31] or "sheet"
        name, number = plain, 2
        while name.lower() in {taken.lower() for taken in names}:
            ending = f" {number}"
            name, number = plain[: 31 - len(ending)] + ending, number + 1
        names.append(name)
    return names


def targets_sheet(document: Document) -> Sheet:
    """Return the sheet of the targets with every reading."""
    lang = document.lang
    lines = tuple(
        Line(
            f"{score.target} {score.label}",
            (
                Entry(score.reading),
                Entry(score.value, score.unit),
                Entry(score.threshold, score.unit),
                Entry(score.margin, score.unit),
                Entry(unit_name(score.unit)),
                Entry(say(f"verdict.{score.state or 'open'}", lang), state=score.state),
                Entry(score.mark),
                Entry(score.note),
            ),
            key=score.key,
            bold=score.is_chosen,
        )
        for score in document.scores
    )
    words = (
        "item",
        "c.reading",
        "c.value",
        "c.threshold",
        "c.margin",
        "unit",
        "c.verdict",
        "mark",
        "note",
        "cite.key",
    )
    head = tuple(say(word, lang) for word in words)
    about = (say("source.run", lang), say("targets.note", lang))
    return Sheet(say("sheet.scorecard", lang), say("t.targets", lang), about, head, lines)


def figures_sheet(document: Document) -> Sheet:
    """Return the sheet of all figures with their definitions."""
    lang = document.lang
    zh = lang == "zh"
    lines = tuple(
        Line(
            figure.label_zh if zh else figure.label_en,
            (
                Entry(figure.value, figure.unit),
                Entry(unit_name(figure.unit)),
                Entry(figure.mark),
                Entry(figure.definition_zh if zh else figure.definition_en),
            ),
            key=figure.key,
        )
        for figure in document.figures
    )
    words = ("item", "c.value", "unit", "mark", "c.definition", "cite.key")
    head = tuple(say(word, lang) for word in words)
    return Sheet(say("t.figures", lang), say("figures.title", lang), (say("source.run", lang),), head, lines)


def table_sheet(table: Table, lang: str, run_id: str) -> Sheet:
    """Return a table as a sheet: values exact, units beside the labels, keys of rows and columns."""
    zh = lang == "zh"
    title, source, note = (
        (table.title_zh, table.source_zh, table.note_zh)
        if zh
        else (table.title_en, table.source_en, table.note_en)
    )
    colon = "：" if zh else ": "
    about = [f"{say('unit', lang)}{colon}{unit_name(table.unit)}"] if table.unit else []
    about += [f"{say('source', lang)}{colon}{source}"]
    about += [f"{say('note', lang)}{colon}{note}"] if note else []
    if run_id:
        about += [f"{say('cite.key', lang)}{colon}qhgrid:{run_id}/{table.key}/<{say('row.key', lang)}>/…"]
    columns = [
        _with_unit(column.label_zh if zh else column.label_en, column.unit, table.unit, lang)
        for column in table.columns
    ]
    head = (say("item", lang), *columns, say("mark", lang), say("row.key", lang))
    return Sheet(
        name=title,
        title=title,
        about=tuple(about),
        head=head,
        lines=tuple(_table_line(table, row, lang) for row in table.rows),
        keys=("", *table.column_keys, "", ""),
    )


def _with_unit(label: str, unit: str, table_unit: str, lang: str) -> str:
    """Return a label with its unit, where that is not the unit of the whole table."""
    name = unit_name(unit)
    return f"{label} [{name}]" if name and unit != table_unit else label


def _table_line(table: Table, row: TableRow, lang: str) -> Line:
    """Return a row of a table."""
    label = _with_unit(row.label_zh if lang == "zh" else row.label_en, row.unit, table.unit, lang)
    units = [row.unit or column.unit or table.unit for column in table.columns]
    entries = [Entry(value, unit) for value, unit in zip(row.values, units, strict=True)]
    return Line(label, (*entries, Entry(row.mark)), row.key, row.level, row.bold)


def _write_contents(workbook: Workbook, document: Document, named: Sequence[tuple[str, Sheet]]) -> None:
    """Write the first sheet: the title block, and a link to each sheet."""
    lang = document.lang
    sheet = workbook.create_sheet(say("sheet.contents", lang))
    _put(sheet, 1, 1, document.title, TITLE)
    for number, (name, text) in enumerate(document.facts, start=2):
        _put(sheet, number, 1, name, BOLD)
        _put(sheet, number, 2, text)
    start = len(document.facts) + 3
    _put(sheet, start, 1, say("sheet", lang), BOLD, HEAD_FILL)
    _put(sheet, start, 2, say("sheet.title", lang), BOLD, HEAD_FILL)
    for number, (name, content) in enumerate(named, start=start + 1):
        link = _put(sheet, number, 1, name, Font(color="1F4E79", underline="single"))
        link.hyperlink = Hyperlink(ref=link.coordinate, location=f"'{name}'!A1")
        _put(sheet, number, 2, content.title)
    sheet.column_dimensions["A"].width = 34
    sheet.column_dimensions["B"].width = 90


def _write_sheet(sheet: Worksheet, content: Sheet) -> None:
    """Write one sheet: heading, unit and source, frozen head, rows."""
    _put(sheet, 1, 1, content.title, TITLE)
    for number, text in enumerate(content.about, start=2):
        _put(sheet, number, 1, text, FAINT)
    head = len(content.about) + 3
    for column, label in enumerate(content.head, start=1):
        cell = _put(sheet, head, column, label, BOLD, HEAD_FILL)
        cell.border = RULE
        cell.alignment = Alignment(wrap_text=True, vertical="center")
    first = head + 1
    if content.keys:
        for column, key in enumerate(content.keys, start=1):
            _put(sheet, first, column, key or None, FAINT)
        first += 1
    for number, line in enumerate(content.lines, start=first):
        _write_line(sheet, number, line, len(content.head))
    sheet.freeze_panes = f"B{first}"
    sheet.sheet_view.showGridLines = False
    _set_widths(sheet, content)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{head}:{head}"


def _write_line(sheet: Worksheet, number: int, line: Line, columns: int) -> None:
    """Write one row."""
    font = BOLD if line.bold else PLAIN
    label = _put(sheet, number, 1, line.label, font)
    label.alignment = Alignment(indent=line.level, vertical="top", wrap_text=True)
    for column, entry in enumerate(line.entries, start=2):
        cell = _put(sheet, number, column, entry.value, font, FILLS.get(entry.state))
        if isinstance(entry.value, str):
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        elif entry.value is not None:
            cell.number_format = _format(entry)
    _put(sheet, number, columns, line.key, FAINT)


def _format(entry: Entry) -> str:
    """Return the number format of an entry; very small numbers keep their size."""
    value = float(entry.value) if isinstance(entry.value, int | float) else 0.0
    return "0.0E+00" if is_tiny(value, entry.unit) else excel_format(entry.unit)


def _put(
    sheet: Worksheet, row: int, column: int, value: Value, font: Font = PLAIN, fill: PatternFill | None = None
) -> Cell | MergedCell:
    """Write one cell, text never as a formula, and return it."""
    cell = sheet.cell(row=row, column=column, value=value if value != "" else None)
    if isinstance(value, str) and cell.data_type == "f":
        cell.data_type = "s"
    cell.font = font
    if fill is not None:
        cell.fill = fill
    return cell


def _set_widths(sheet: Worksheet, content: Sheet) -> None:
    """Set the width of each column by its longest text."""
    for column, label in enumerate(content.head, start=1):
        texts = [label, *(_text(line, column, len(content.head)) for line in content.lines)]
        width = max(text_width(text) for text in texts) + 3
        letter = get_column_letter(column)
        sheet.column_dimensions[letter].width = min(LONGEST_COLUMN, max(SHORTEST_COLUMN, width))


def _text(line: Line, column: int, columns: int) -> str:
    """Return what a row shows in a column, roughly."""
    if column == 1:
        return "　" * line.level + line.label
    if column == columns:
        return line.key
    place = column - 2
    if place >= len(line.entries):
        return ""
    value = line.entries[place].value
    return f"{value:,.2f}" if isinstance(value, int | float) else value or ""


def text_width(text: str) -> int:
    """Return how many narrow letters `text` is as wide as; a Chinese character counts two."""
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)
