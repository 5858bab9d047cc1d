"""The workbook of tables."""

from dataclasses import replace

import pytest
from openpyxl import load_workbook

from qhgrid.indicators.tables import Column, Table, TableRow
from qhgrid.report.content import table_block
from qhgrid.report.document import Section
from qhgrid.report.xlsx import Sheet, sheet_names, text_width, write_xlsx
from tests.report import studies


@pytest.fixture(scope="module")
def workbook(tmp_path_factory):
    return load_workbook(write_xlsx(studies.document(), tmp_path_factory.mktemp("x") / "tables.xlsx"))


def one_table(tmp_path, table, lang="zh"):
    """Return the sheet of a document that holds `table` alone."""
    document = replace(studies.document(lang), sections=(Section("s", "s", (table_block(table),)),))
    return load_workbook(write_xlsx(document, tmp_path / "one.xlsx")).worksheets[-1]


def test_first_come_contents_scorecard_and_figures_then_every_table(workbook):
    assert workbook.sheetnames[:3] == ["目录", "评分", "指标"]
    assert len(workbook.sheetnames) == 3 + len(studies.document().tables)


def test_contents_link_to_each_sheet(workbook):
    sheet = workbook["目录"]
    links = [cell.hyperlink.location for cell in sheet["A"] if cell.hyperlink]
    assert links == [f"'{name}'!A1" for name in workbook.sheetnames[1:]]


def test_every_sheet_states_its_source_and_freezes_its_head(workbook):
    for sheet in workbook.worksheets[1:]:
        about = " ".join(str(sheet.cell(row, 1).value or "") for row in range(1, 8))
        assert "来源" in about
        assert sheet.freeze_panes is not None


def test_a_table_keeps_exact_values_units_marks_and_keys(tmp_path):
    table = Table(
        "t",
        "表",
        "Table",
        "万千瓦",
        (Column("mw", "装机", "Capacity", ""), Column("share", "占比", "Share", "%")),
        (
            TableRow("pv", "光伏", "PV", (1234.5678, 12.3), level=1, mark="假设"),
            TableRow("gap", "间隙", "Gap", (1e-9, None), unit="1"),
        ),
        "来源甲",
        "source A",
        "说明乙",
        "note B",
    )
    sheet = one_table(tmp_path, table)
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [row[0] for row in rows[:5]] == ["表", "单位：万千瓦", "来源：来源甲", "说明：说明乙", rows[4][0]]
    assert rows[4][0].startswith(f"引用键：qhgrid:{studies.RUN_ID}/t/")
    assert rows[6] == ["项目", "装机", "占比 [%]", "标记", "行引用键"]
    assert rows[7] == [None, "mw", "share", None, None]
    assert rows[8] == ["光伏", 1234.5678, 12.3, "假设", "pv"]
    assert rows[9] == ["间隙", 1e-9, None, None, "gap"]
    assert sheet["B9"].number_format == "#,##0.0"
    assert sheet["C9"].number_format == "#,##0.00"
    assert sheet["B10"].number_format == "0.0E+00"
    assert sheet["A9"].alignment.indent == 1
    assert sheet.freeze_panes == "B9"


def test_an_english_table_is_in_gigawatts(tmp_path):
    table = Table(
        "t",
        "表",
        "Table",
        "万千瓦",
        (Column("mw", "装机", "Capacity", ""),),
        (TableRow("pv", "光伏", "PV", (800.0,)),),
        "甲",
        "A",
    )
    sheet = one_table(tmp_path, table, "en")
    values = [cell.value for row in sheet.iter_rows() for cell in row]
    assert "Unit: GW" in values
    assert 8.0 in values


def test_text_that_looks_like_a_formula_stays_text(workbook):
    cells = [cell for sheet in workbook for row in sheet.iter_rows() for cell in row]
    assert [cell.data_type for cell in cells if cell.value == "=2*660 MW"] == ["s"]
    assert not [cell for cell in cells if cell.data_type == "f"]


def test_sheet_names_are_short_unique_and_allowed():
    titles = ["a/b:c*d?[e]\\f", "甲" * 40, "甲" * 40, "", "A/B:C*D?[E]\\F"]
    names = sheet_names([Sheet(title, title, (), (), ()) for title in titles])
    assert len({name.lower() for name in names}) == len(names)
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)


def test_verdicts_are_coloured(workbook):
    sheet = workbook["评分"]
    fills = {
        cell.value: cell.fill.fgColor.rgb
        for row in sheet.iter_rows()
        for cell in row
        if cell.value in ("达标", "未达标")
    }
    assert fills.get("未达标", "00F4CCCC") == "00F4CCCC"
    assert fills.get("达标", "00D9EAD3") == "00D9EAD3"
    assert fills


def test_a_chinese_character_is_twice_as_wide_as_a_letter():
    assert text_width("ab青海") == 6
