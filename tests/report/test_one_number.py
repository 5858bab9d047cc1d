"""One figure, read back from the page, the workbook and the indicators, is the same number."""

import json
import re

import pytest
from openpyxl import load_workbook

from qhgrid.errors import ReportError
from qhgrid.report import write_report
from tests.report import studies

FIGURE = "scorecard.utilisation.new_energy"
CELL = ("energy_balance", "pv", "m01")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    study = studies.study()
    folder = tmp_path_factory.mktemp("run")
    return study, write_report(folder, **studies.arguments(study))


def row_of(sheet, key):
    """Return the cells of the row with a key in its last column."""
    return next(row for row in sheet.iter_rows() if row[-1].value == key)


def table_sheet(workbook, key):
    """Return the sheet that cites a table."""
    return next(
        sheet
        for sheet in workbook
        if any(f"/{key}/" in str(row[0].value) for row in sheet.iter_rows(max_row=8) if row[0].value)
    )


def test_report_and_workbook_are_written_and_named(written):
    assert [path.name for path in written[1]] == ["report.html", "tables.xlsx"]


def test_a_figure_is_the_same_in_all_three(written):
    study, (html, xlsx) = written
    value = study.figures[FIGURE].value
    page = html.read_text(encoding="utf-8")
    printed = re.search(rf'data-cite="{re.escape(FIGURE)}" data-value="([^"]+)"', page)[1]
    data = json.loads(re.search(r'id="figures">(.*?)</script>', page, re.S)[1])
    sheet = load_workbook(xlsx)["指标"]
    assert float(printed) == data["figures"][FIGURE] == row_of(sheet, FIGURE)[1].value == value


def test_a_cell_is_the_same_in_all_three(written):
    study, (html, xlsx) = written
    table = next(table for table in study.indicators.tables if table.key == CELL[0])
    row_key = next(row.key for row in table.rows if isinstance(row.values[0], float) and row.values[0] > 0)
    column = table.columns[0].key
    value = table.cell(row_key, column)
    page = html.read_text(encoding="utf-8")
    data = json.loads(re.search(r'id="figures">(.*?)</script>', page, re.S)[1])
    sheet = table_sheet(load_workbook(xlsx), table.key)
    keys = next(row for row in sheet.iter_rows() if column in [cell.value for cell in row])
    place = [cell.value for cell in keys].index(column)
    assert data["tables"][table.key][row_key][column] == row_of(sheet, row_key)[place].value == value


def test_two_reports_of_one_study_have_the_same_bytes(written, tmp_path):
    again = write_report(tmp_path, **studies.arguments(studies.study()))
    for path, other in zip(written[1], again, strict=True):
        assert path.read_bytes() == other.read_bytes()


def test_a_missing_folder_is_refused_with_place_and_mend(tmp_path):
    with pytest.raises(ReportError, match=r"nowhere: is not a folder\. Give the folder of a run\."):
        write_report(tmp_path / "nowhere", **studies.arguments(studies.study()))
