"""Figures and tables as plain values with keys that can be cited."""

import json
from dataclasses import replace

import pytest

from qhgrid.indicators import (
    Column,
    Figure,
    Table,
    TableRow,
    cell_key,
    citation_key,
    cite,
    find_figure,
    find_table,
    parse_citation,
)

FIGURE = Figure(
    key="scorecard.tgt03",
    value=0.875,
    unit="%",
    label_zh="清洁能源发电量占比",
    label_en="clean share of generation",
    definition_zh="清洁能源发电量除以总发电量",
    definition_en="clean generation over generation",
    inputs=("generator_p", "technologies.csv"),
    mark="假设",
)
TABLE = Table(
    key="energy_balance",
    title_zh="电量平衡表",
    title_en="Energy balance",
    unit="亿千瓦时",
    columns=(Column("m01", "1月", "Jan", ""), Column("text", "说明", "note", "text")),
    rows=(
        TableRow("pv", "光伏", "PV", (1.5, "晴"), level=1),
        TableRow("pv_hours", "利用小时", "full-load hours", (120.0, None), level=2, unit="h", mark="假设"),
    ),
    source_zh="逐时运行结果",
    source_en="hourly results",
    note_zh="全年",
)


@pytest.mark.parametrize("thing", [FIGURE, *TABLE.columns, *TABLE.rows, TABLE])
def test_everything_survives_a_round_trip_through_json(thing):
    assert type(thing).from_json(json.loads(json.dumps(thing.to_json()))) == thing


def test_a_cell_is_found_by_row_and_column_with_its_unit():
    assert TABLE.cell("pv", "m01") == 1.5
    assert TABLE.cell("pv_hours", "text") is None
    assert TABLE.number("pv", "m01") == 1.5
    assert [
        TABLE.cell_unit("pv", "m01"),
        TABLE.cell_unit("pv", "text"),
        TABLE.cell_unit("pv_hours", "m01"),
    ] == [
        "亿千瓦时",
        "text",
        "h",
    ]


def test_what_a_table_lacks_is_named_with_what_it_has():
    with pytest.raises(KeyError, match="has no row 'wind'; it has pv, pv_hours"):
        TABLE.cell("wind", "m01")
    with pytest.raises(KeyError, match="has no column 'm13'; it has m01, text"):
        TABLE.cell("pv", "m13")
    with pytest.raises(TypeError, match="energy_balance/pv/text is '晴', not a number"):
        TABLE.number("pv", "text")


def test_a_number_that_json_cannot_hold_is_refused():
    with pytest.raises(ValueError, match=r"scorecard\.tgt03 is nan"):
        replace(FIGURE, value=float("nan"))
    with pytest.raises(ValueError, match="pv is inf"):
        TableRow("pv", "光伏", "PV", (float("inf"),))


def test_a_table_with_ragged_rows_or_twin_keys_is_refused():
    with pytest.raises(ValueError, match="row pv: 1 values for 2 columns"):
        replace(TABLE, rows=(TableRow("pv", "光伏", "PV", (1.0,)),))
    with pytest.raises(ValueError, match="a row key occurs twice"):
        replace(TABLE, rows=(TABLE.rows[0], TABLE.rows[0]))


@pytest.mark.parametrize("key", ["", "a/b", "青豫", "a b"])
def test_a_key_that_cannot_be_cited_is_refused(key):
    with pytest.raises(ValueError, match="cannot be cited"):
        replace(FIGURE, key=key)


def test_a_citation_names_run_and_figure_or_run_and_cell():
    assert (
        citation_key("2030-plan-0123456789ab", FIGURE.key) == "qhgrid:2030-plan-0123456789ab/scorecard.tgt03"
    )
    cell = cell_key("energy_balance", "pv", "m01")
    assert parse_citation(citation_key("r1", cell)) == ("r1", "energy_balance/pv/m01")


@pytest.mark.parametrize(
    "text", ["qhgrid:r1", "qhgrid:r1/a/b", "r1/a", "qhgrid:r1/a/b/c/d", "qhgrid:r1/a b", ""]
)
def test_what_is_not_a_citation_is_refused(text):
    with pytest.raises(ValueError, match="is not a citation"):
        parse_citation(text)


def test_a_key_leads_to_the_figure_or_to_the_cell_dressed_as_a_figure():
    assert cite((FIGURE,), (TABLE,), "scorecard.tgt03") is FIGURE
    cell = cite((FIGURE,), (TABLE,), "energy_balance/pv_hours/m01")
    assert (cell.value, cell.unit, cell.label_zh, cell.mark) == (
        120.0,
        "h",
        "电量平衡表·利用小时·1月",
        "假设",
    )
    assert find_table((TABLE,), "energy_balance") is TABLE
    with pytest.raises(KeyError, match="no figure 'x'"):
        find_figure((FIGURE,), "x")
    with pytest.raises(KeyError, match="no table 'x'"):
        find_table((TABLE,), "x")
