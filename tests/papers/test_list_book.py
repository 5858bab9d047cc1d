"""附表1: every number has a key, and the formulas recompute to what the run says."""

from __future__ import annotations

import pytest
from openpyxl import Workbook, load_workbook

from qhgrid.errors import ReportError
from qhgrid.indicators.tables import parse_citation
from qhgrid.papers.columns import FORM
from qhgrid.papers.list_book import CITE, LIST, Book, check_book, column_of, write_list_book
from tests.papers.formulas import Calculator

COLUMNS = """序号 项目名称 领域 子领域 建设地点 建设性质 建设规模及主要内容 总投资 中央预算内投资 银行贷款
企业自筹 开工年份 投产年份 年度计划投资 累计完成投资 前期工作进展 预期效益 用地 用能 用水 存在问题 责任单位
项目单位 联系人 入库批次 备注 分档 成熟度 规划依据 模型要素 项目编码 项目层级 价格年份"""


@pytest.fixture(scope="module")
def path(full, tmp_path_factory):
    return write_list_book(full, tmp_path_factory.mktemp("list") / "list.xlsx")


@pytest.fixture(scope="module")
def book(path):
    return load_workbook(path)


def formulas(book):
    """Yield sheet and cell of every formula."""
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    yield sheet.title, cell.coordinate


def test_formulas_come_to_the_same_as_the_values_that_are_stored(book, path):
    stored, calculator = load_workbook(path, data_only=True), Calculator(book)
    found = list(formulas(book))
    assert len(found) > 120
    for sheet, cell in found:
        assert calculator.value(sheet, cell) == pytest.approx(stored[sheet][cell].value, abs=1e-9), (
            sheet,
            cell,
        )


def test_summaries_come_to_what_the_run_says(book, full):
    calculator = Calculator(book)
    rows = {row[0].value: row[0].row for row in book["分档汇总"].iter_rows(min_row=4, max_row=9)}
    number = full.run.tables["project_tiers"].number
    for label, key in (("百亿引领", "leading"), ("投资未公布", "unknown"), ("合计", "sum")):
        for letter, column in zip("BCDE", ("projects", "investment", "registered", "counted"), strict=True):
            assert calculator.value("分档汇总", f"{letter}{rows[label]}") == pytest.approx(
                number(key, column)
            )


def test_formula_follows_the_list(book):
    book[LIST][f"{column_of('investment')}4"].value += 100.0
    calculator = Calculator(book)
    assert calculator.value("总量", "B5") == pytest.approx(book["总量"]["B5"].value is not None and 2330.06)
    book[LIST][f"{column_of('investment')}4"].value -= 100.0


def test_every_number_of_the_list_has_a_key_that_the_run_knows(book, full):
    keys = {(row[0], row[1]): row[2] for row in book[CITE].iter_rows(min_row=2, values_only=True)}
    numbers = [
        cell.coordinate
        for row in book[LIST].iter_rows(min_row=4, min_col=2)
        for cell in row
        if isinstance(cell.value, int | float)
    ]
    assert len(numbers) > 800
    for cell in numbers:
        _, name = parse_citation(keys[LIST, cell])
        table, row, column = name.split("/")
        sources = (full.run, full.value, full.finance)
        assert any(s.has(table, row) and column in s.tables[table].column_keys for s in sources), name
    assert book[CITE].sheet_state == "hidden"


def test_number_without_a_key_fails():
    book = Book(Workbook())
    book.workbook.active.append(["a"])
    book.workbook.active["B5"] = 12.5
    with pytest.raises(ReportError, match=r"Sheet!B5: the number 12.5 has no citation key"):
        check_book(book)


def test_unknown_is_said_and_counted(book):
    letter = column_of("investment")
    cells = [book[LIST][f"{letter}{row}"].value for row in range(4, book[LIST].max_row + 1)]
    assert "待定" in cells
    assert None not in cells
    assert {type(value) for value in cells} <= {str, float, int}


def test_list_has_the_columns_that_such_lists_have(book):
    heads = [cell.value for cell in book[LIST][3]]
    for words in COLUMNS.split():
        assert any(words in head for head in heads), words
    assert len(heads) == len(FORM) + 1


def test_value_is_printed_with_interval_and_sign(book, full):
    row = 4 + list(full.facts.projects).index("qinggui_dc")
    found = [
        book[LIST][f"{column_of(key)}{row}"].value
        for key in ("worth", "worth_low", "worth_high", "worth_sign")
    ]
    assert found == [-0.4, -0.5, pytest.approx(-0.3), "负"]


def test_charts_stand_on_the_summaries(book):
    assert [len(sheet._charts) for sheet in book.worksheets] == [0, 1, 1, 1, 0, 0]


def test_same_sources_give_the_same_bytes(full, path, tmp_path):
    assert write_list_book(full, tmp_path / "again.xlsx").read_bytes() == path.read_bytes()


def test_list_is_printed_legibly_with_the_name_on_each_page(book):
    sheet = book[LIST]
    assert sheet.page_setup.scale == 62
    assert sheet.print_title_cols == f"$A:${column_of('name')}"
    assert sheet.print_title_rows == "$3:$3"
