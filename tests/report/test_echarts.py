"""Options of the chart library."""

import json
import re
from pathlib import Path

import pytest

from qhgrid.report import echarts as writer
from qhgrid.report.document import (
    CategoryChart,
    Chart,
    Curve,
    CurveChart,
    Flow,
    HeatChart,
    MapChart,
    Place,
    Region,
    Series,
)
from qhgrid.report.echarts import option
from qhgrid.report.numbers import chart_number, excel_format, print_number
from tests.report import studies

PAGE_SCRIPT = Path(writer.__file__).parent / "assets" / "page.js"


def named_functions(node):
    """Yield every function that an option names."""
    if isinstance(node, str) and node.startswith("fn:"):
        yield node[3:]
    elif isinstance(node, dict):
        for item in node.values():
            yield from named_functions(item)
    elif isinstance(node, list):
        for item in node:
            yield from named_functions(item)


def test_every_function_an_option_names_is_in_the_script():
    script = PAGE_SCRIPT.read_text(encoding="utf-8")
    known = set(re.findall(r"^\s{6}(\w+):", script, re.M))
    for chart in studies.document().charts:
        assert set(named_functions(option(chart))) <= known, chart.key


def test_options_are_plain_json_without_nan():
    for chart in studies.document().charts:
        json.dumps(option(chart), allow_nan=False)


def test_bars_and_areas_are_stacked_and_lines_are_not():
    series = tuple(
        Series(shape, (1.0, None), "#123456", shape) for shape in ("bar", "area", "line", "dashed")
    )
    chart = CategoryChart(key="k", title="t", unit="h", source="s", categories=("a", "b"), series=series)
    drawn = {one["name"]: one for one in option(chart)["series"]}
    assert (drawn["bar"]["type"], drawn["bar"]["stack"]) == ("bar", "all")
    assert (drawn["area"]["type"], drawn["area"]["stack"]) == ("line", "all")
    assert "stack" not in drawn["line"]
    assert drawn["dashed"]["lineStyle"]["type"] == "dashed"
    assert drawn["bar"]["data"] == [1, None]


def test_lying_bars_leave_room_for_their_names():
    def room(name):
        chart = CategoryChart(
            key="k", title="t", unit="h", source="s", categories=(name,), series=(), lying=True
        )
        return option(chart)["grid"]["left"]

    assert room("生物质与垃圾发电") >= 8 * 13
    assert room("新疆联络线（若羌—羚羊）外送电收入") > room("光伏")


def test_a_heat_map_leaves_out_cells_without_value_and_scales_to_its_largest():
    chart = HeatChart(
        key="k",
        title="t",
        unit="h",
        source="s",
        columns=("a", "b"),
        rows=("0",),
        values=((3.0, None),),
        column_label="x",
        row_label="y",
    )
    made = option(chart)
    assert made["series"][0]["data"] == [[0, 0, 3]]
    assert (made["visualMap"]["min"], made["visualMap"]["max"]) == (0, 3)


def test_ratings_stay_out_of_the_legend_of_duration_curves():
    curves = (
        Curve("p", (0.0, 9.0), (5.0, 1.0), "#000000"),
        Curve("r", (0.0, 9.0), (5.0, 5.0), "#000000", "dashed"),
    )
    chart = CurveChart(key="k", title="t", unit="MW", source="s", x_label="x", x_unit="h", curves=curves)
    made = option(chart)
    assert made["legend"]["data"] == ["p"]
    assert made["xAxis"]["max"] == 9
    assert made["series"][0]["data"] == [[0, 5], [9, 1]]


def a_map(**flow):
    values = {
        "label": "l",
        "ends": (97.0, 37.0, 104.9, 34.0),
        "mean": 10.0,
        "net": 8.0,
        "loading": 0.5,
        "kind": "line",
    }
    return MapChart(
        key="k",
        title="t",
        unit="万千瓦",
        source="s",
        region_label="r",
        region_unit="亿千瓦时",
        regions=(
            Region("海西蒙古族藏族自治州", "海西", (95.0, 37.0), 2.0),
            Region("西宁市", "西宁", (101.0, 36.8), 0.0),
        ),
        places=(Place("海西", 97.0, 37.0, 4.0),),
        flows=(Flow(**(values | flow)),),
        load_labels=("low", "middle", "high"),
    )


def lines(chart):
    return [one for series in option(chart)["series"] for one in series["data"] if "coords" in one]


@pytest.mark.parametrize(("loading", "colour"), [(0.39, 0), (0.4, 1), (0.7, 2), (None, 0)])
def test_a_line_is_coloured_by_its_loading(loading, colour):
    (line,) = lines(a_map(loading=loading))
    assert line["lineStyle"]["color"] == writer.LOAD_COLOURS[colour]
    assert line["coords"] == [[97.0, 37.0], [104.9, 34.0]]


def test_regions_are_shaded_by_their_number():
    regions = {one["name"]: one["itemStyle"]["areaColor"] for one in option(a_map())["geo"]["regions"]}
    assert regions == {"海西蒙古族藏族自治州": writer.MAP_COLOURS[1], "西宁市": writer.MAP_COLOURS[0]}


@pytest.mark.parametrize(
    ("end", "side"), [((104.9, 34.0), "top"), ((101.0, 31.3), "left"), ((89.6, 38.8), "right")]
)
def test_corridors_are_named_with_their_power_at_the_edge(end, side):
    series = option(a_map(kind="corridor", ends=(97.0, 36.0, *end)))["series"]
    label = series[-1]["data"][0]
    assert label["name"] == "l\n10 万千瓦"
    assert label["label"]["position"] == side


def test_an_unknown_chart_is_refused():
    with pytest.raises(TypeError, match="no ECharts option is known for Chart"):
        option(Chart(key="k", title="t", unit="h", source="s"))


def test_chart_numbers_are_short():
    assert chart_number(1234.56789) == 1234.6
    assert chart_number(3.0) == 3
    assert isinstance(chart_number(3.0), int)
    assert chart_number(-1e-14) == 0
    assert chart_number(float("nan")) is None


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (16500.04, "万千瓦", "16,500.0"),
        (-0.001, "亿千瓦时", "0.00"),
        (-1.8e-16, "亿千瓦时", "0.00"),
        (1.6e-9, "1", "1.6e-09"),
        (0.0, "1", "0"),
        (0.45, "1", "0.45"),
        (2030.0, "year", "2030"),
        (4562.5, "h", "4,562"),
        (-12.5, "亿元", "-12.50"),
        (900.0, "元/tce", "900"),
    ],
)
def test_numbers_are_printed_by_their_unit(value, unit, text):
    assert print_number(value, unit) == text


def test_years_have_no_thousands_in_a_workbook():
    assert excel_format("year") == "0"
    assert excel_format("h") == "#,##0"
    assert excel_format("亿元") == "#,##0.00"
