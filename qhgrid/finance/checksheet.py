"""A sheet of live formulas in the workbook of a project: a spreadsheet works the returns out again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from openpyxl import load_workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from qhgrid.report.document import Block, TableBlock
from qhgrid.workbook import save_deterministic

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from qhgrid.finance.evaluation import Evaluation
    from qhgrid.text import Lang

SHEET = {"zh": "复核", "en": "check"}
HEADS = {
    "zh": ("指标", "表格公式", "本系统结果", "差"),
    "en": ("figure", "formula of the sheet", "result of qhgrid", "difference"),
}
ROWS = (
    (
        "cashflow",
        "net_before_tax",
        "irr_project_before_tax",
        "全投资内部收益率（税前）",
        "project IRR before tax",
    ),
    (
        "cashflow",
        "net_after_tax",
        "irr_project_after_tax",
        "全投资内部收益率（税后）",
        "project IRR after tax",
    ),
    (
        "equity",
        "net_before_tax",
        "irr_equity_before_tax",
        "资本金内部收益率（税前）",
        "equity IRR before tax",
    ),
    ("equity", "net_after_tax", "irr_equity_after_tax", "资本金内部收益率（税后）", "equity IRR after tax"),
)
"""Table, row and measure of each internal rate."""
CNY_PER_YI = 1e8


def add_check_sheet(path: Path, evaluation: Evaluation, blocks: Sequence[Block], lang: Lang) -> None:
    """Add to the workbook of a project what IRR and NPV of a spreadsheet make of its flows."""
    workbook = load_workbook(path)
    tables = [block.table for block in blocks if isinstance(block, TableBlock)]
    names = dict(
        zip([table.key for table in tables], _sheets_of(workbook.sheetnames, len(tables)), strict=True)
    )
    sheet = workbook.create_sheet(SHEET[lang])
    for column, head in enumerate(HEADS[lang], start=1):
        sheet.cell(row=1, column=column, value=head).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = 30
    prefix = f"finance_{evaluation.project.id}_"
    for table, row, measure, zh, en in ROWS:
        place = _flows(workbook[names[prefix + table]], names[prefix + table], row)
        rate = getattr(evaluation.measures, measure).rate
        if rate is not None:
            _check(sheet, zh if lang == "zh" else en, f"=IRR({place},{_guess(rate)})", rate)
    _check_value(sheet, evaluation, workbook[names[f"{prefix}cashflow"]], names[f"{prefix}cashflow"], lang)
    save_deterministic(workbook, path)


def _sheets_of(names: Sequence[str], count: int) -> list[str]:
    """Return the sheets of the tables, which stand last."""
    return list(names)[-count:]


def _guess(rate: float) -> str:
    """Return a first guess for the spreadsheet, near but not the answer."""
    return f"{round(rate, 2):g}" if abs(rate) > 0.005 else "0.01"


def _flows(sheet: Worksheet, name: str, key: str) -> str:
    """Return the cells of a row by its key: years only, without label, total, mark and key."""
    for number in range(1, sheet.max_row + 1):
        if sheet.cell(row=number, column=sheet.max_column).value == key:
            last = get_column_letter(sheet.max_column - 2)
            return f"'{name}'!C{number}:{last}{number}"
    raise AssertionError(f"sheet {name} has no row {key}")


def _check(sheet: Worksheet, label: str, formula: str, result: float, form: str = "0.0000%") -> None:
    """Add a row with a formula, our result and their difference."""
    row = sheet.max_row + 1
    sheet.cell(row=row, column=1, value=label)
    for column, value in ((2, formula), (3, result), (4, f"=B{row}-C{row}")):
        sheet.cell(row=row, column=column, value=value).number_format = form if column < 4 else "0.0E+00"


def _check_value(sheet: Worksheet, evaluation: Evaluation, flows: Worksheet, name: str, lang: Lang) -> None:
    """Add the net present value before tax."""
    accounts, measures = evaluation.accounts, evaluation.measures
    assert accounts is not None
    assert measures is not None
    hurdle = accounts.venture.terms.hurdle_project
    label = "财务净现值（全投资税前），亿元" if lang == "zh" else "NPV before tax, 1e8 CNY"
    scale = "" if lang == "zh" else "*10"
    formula = f"=NPV({hurdle!r},{_flows(flows, name, 'net_before_tax')}){scale}"
    _check(sheet, label, formula, measures.npv_before_tax_cny / CNY_PER_YI, "#,##0.0000")
