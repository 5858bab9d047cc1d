"""Charts as options of Apache ECharts: plain dicts, ready for JSON.

A string that starts with ``fn:`` names a function of the page's script (``assets/page.js``), because JSON
holds no functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import singledispatch
from typing import Any

from qhgrid.report.document import (
    CategoryChart,
    Chart,
    CurveChart,
    Flow,
    HeatChart,
    HourChart,
    MapChart,
    Place,
    Series,
)
from qhgrid.report.numbers import chart_number
from qhgrid.report.wording import unit_name

Option = dict[str, Any]

INK, FAINT, GRID = "#222222", "#5f6670", "#e3e6ea"
FONT_SIZE = 13
HEAT_COLOURS = ("#f7f9fb", "#fde8b5", "#f7b267", "#e4703e", "#b3261e", "#6a0f14")
LOAD_COLOURS = ("#4f9d69", "#e0b13b", "#c8442f")
MAP_COLOURS = ("#f4f6f8", "#c9dbe9")
LOAD_STEPS = (0.4, 0.7)
"""Mean loading from which a line is drawn amber, and red."""
WHISKER = "#3b3f46"
"""Colour of intervals."""
KIND_DASH = {"line": "solid", "corridor": "solid", "tie": "dashed"}


@singledispatch
def option(chart: Chart) -> Option:
    """Return the ECharts option of a chart."""
    raise TypeError(f"no ECharts option is known for {type(chart).__name__}")


def _rounded(values: Iterable[float | None]) -> list[float | int | None]:
    """Return numbers as charts hold them."""
    return [chart_number(value) for value in values]


def _frame(chart: Chart, **grid: object) -> Option:
    """Return what all charts on axes share."""
    unit = unit_name(chart.unit)
    return {
        "animation": False,
        "textStyle": {"fontFamily": "fn:font", "fontSize": FONT_SIZE, "color": INK},
        "grid": {"left": 16, "right": 24, "top": 48, "bottom": 16, "containLabel": True, **grid},
        "tooltip": {"trigger": "axis", "valueFormatter": "fn:number", "confine": True, "order": "seriesDesc"},
        "legend": _legend(),
        "unit": unit,
    }


def _legend() -> Option:
    """Return a legend that wraps at the top."""
    return {
        "icon": "roundRect",
        "top": 0,
        "left": "center",
        "type": "plain",
        "itemWidth": 16,
        "itemHeight": 10,
        "itemGap": 14,
        "textStyle": {"fontSize": FONT_SIZE, "color": INK},
    }


def _value_axis(name: str, **more: object) -> Option:
    """Return an axis of numbers."""
    return {
        "type": "value",
        "name": name,
        "nameTextStyle": {"color": FAINT, "fontSize": FONT_SIZE},
        "axisLabel": {"color": INK, "fontSize": FONT_SIZE, "formatter": "fn:axis"},
        "splitLine": {"lineStyle": {"color": GRID}},
        "axisLine": {"show": False},
        **more,
    }


def _category_axis(labels: tuple[str, ...], **more: object) -> Option:
    """Return an axis of names."""
    return {
        "type": "category",
        "data": list(labels),
        "axisLabel": {"color": INK, "fontSize": FONT_SIZE, **_label_options(more)},
        "axisTick": {"alignWithLabel": True},
        "axisLine": {"lineStyle": {"color": FAINT}, "onZero": False},
        **{key: value for key, value in more.items() if key != "label"},
    }


def _label_options(more: Mapping[str, object]) -> Mapping[str, object]:
    """Return the options of the labels of an axis."""
    label = more.get("label", {})
    return label if isinstance(label, Mapping) else {}


def _every(step: int) -> Option:
    """Return label options that print every n-th name."""
    return {"interval": step - 1, "hideOverlap": True}


@option.register
def _category(chart: CategoryChart) -> Option:
    """Draw bars stacked over names, lines on top; or lying bars."""
    frame = _frame(chart)
    names = _category_axis(chart.categories, label={"interval": 0} if chart.lying else {"hideOverlap": True})
    numbers = _value_axis("")
    if chart.lying:
        frame["grid"] |= {
            "left": _label_room(chart.categories),
            "top": 40,
            "bottom": 32,
            "containLabel": False,
        }
    axes = {"yAxis": names, "xAxis": numbers} if chart.lying else {"xAxis": names, "yAxis": numbers}
    lines_only = all(series.shape != "bar" for series in chart.series)
    drawn = [_one(series, lines_only) for series in chart.series]
    drawn += [_whiskers(series) for series in chart.series if series.ends]
    return frame | axes | {"series": drawn}


def _whiskers(series: Series) -> Option:
    """Return the intervals of a series, as boxes without a body."""
    boxes = [
        _rounded((low, value, value, value, high))
        for value, (low, high) in zip(series.values, series.ends, strict=True)
    ]
    style = {"color": WHISKER, "borderColor": WHISKER, "borderWidth": 1.2}
    return {
        "name": series.label,
        "type": "boxplot",
        "data": boxes,
        "boxWidth": [6, 6],
        "itemStyle": style,
        "silent": True,
        "z": 6,
    }


def _label_room(labels: tuple[str, ...]) -> float:
    """Return the room that names need on the left [px]."""
    letters = max(sum(1.0 if ord(letter) > 0x2E7F else 0.58 for letter in label) for label in labels)
    return round(letters * FONT_SIZE + 20)


def _one(series: Series, with_points: bool = False) -> Option:
    """Return one series as bars, an area or a line."""
    common = {"name": series.label, "data": _rounded(series.values), "itemStyle": {"color": series.colour}}
    if series.shape == "bar":
        return common | {"type": "bar", "stack": "all", "barMaxWidth": 46, "emphasis": {"disabled": True}}
    line = {"type": "line", "symbol": "none", "emphasis": {"disabled": True}}
    if series.shape == "area":
        area = {
            "stack": "all",
            "lineStyle": {"width": 0},
            "areaStyle": {"color": series.colour, "opacity": 0.92},
        }
        return common | line | area
    dash = {"type": "dashed"} if series.shape == "dashed" else {"type": "solid"}
    points = {} if with_points else {"symbol": "none"}
    return common | line | points | {"lineStyle": {"width": 2, "color": series.colour, **dash}, "z": 5}


@option.register
def _hours(chart: HourChart) -> Option:
    """Draw areas stacked over hours, charging below zero."""
    frame = _frame(chart)
    if any(series.shape == "area" for series in chart.series):
        frame["grid"] |= {"top": 70}
    axis = _category_axis(
        chart.labels, label=_every(chart.step) | {"formatter": "fn:dayLabel"}, boundaryGap=False
    )
    axis |= {
        "axisTick": {"interval": chart.step - 1},
        "splitLine": {"show": True, "interval": chart.step - 1},
    }
    return frame | {
        "xAxis": axis,
        "yAxis": _value_axis("") if chart.from_zero else _value_axis("", scale=True),
        "series": [_one(series) for series in chart.series],
    }


@option.register
def _curves(chart: CurveChart) -> Option:
    """Draw curves over a numeric axis."""
    frame = _frame(chart, bottom=34)
    last = max(curve.xs[-1] for curve in chart.curves)
    x_axis = _value_axis(
        f"{chart.x_label} [{chart.x_unit}]",
        min=0,
        max=chart_number(last),
        nameLocation="middle",
        nameGap=30,
        splitLine={"show": False},
    )
    frame["tooltip"] |= {"order": "seriesAsc"}
    frame["legend"] |= {"data": [curve.label for curve in chart.curves if curve.shape != "dashed"]}
    series = [
        {
            "name": curve.label,
            "type": "line",
            "z": 2 if curve.shape == "dashed" else 3,
            "symbol": "none",
            "data": [[chart_number(x), chart_number(y)] for x, y in zip(curve.xs, curve.ys, strict=True)],
            "itemStyle": {"color": curve.colour},
            "lineStyle": {
                "width": 1.4 if curve.shape == "dashed" else 2.4,
                "type": "dashed" if curve.shape == "dashed" else "solid",
                "color": curve.colour,
            },
        }
        for curve in chart.curves
    ]
    return frame | {"xAxis": x_axis, "yAxis": _value_axis("", scale=True), "series": series}


@option.register
def _heat(chart: HeatChart) -> Option:
    """Draw a matrix in colours, one rectangle a cell."""
    frame = _frame(chart, top=54, bottom=34)
    cells = [
        [column, row, number]
        for row, values in enumerate(chart.values)
        for column, number in enumerate(_rounded(values))
        if number is not None
    ]
    numbers = [float(cell[2] or 0.0) for cell in cells] or [0.0]
    low, high = min(0.0, *numbers), max(*numbers, 1e-6)
    del frame["legend"]
    frame["tooltip"] = {"trigger": "item", "formatter": "fn:heatTip", "confine": True}
    names = {
        "nameLocation": "middle",
        "nameGap": 30,
        "nameTextStyle": {"color": FAINT, "fontSize": FONT_SIZE},
    }
    return frame | {
        "xAxis": _category_axis(
            chart.columns, label=_every(chart.column_step), name=chart.column_label, **names
        ),
        "yAxis": _category_axis(chart.rows, label=_every(chart.row_step), name=chart.row_label, **names),
        "visualMap": _colour_scale(low, high, frame["unit"]),
        "series": [{"type": "heatmap", "data": cells, "progressive": 0, "emphasis": {"disabled": True}}],
    }


def _colour_scale(low: float, high: float, unit: str) -> Option:
    """Return the legend of a heat map."""
    return {
        "min": chart_number(low),
        "max": chart_number(high),
        "calculable": False,
        "orient": "horizontal",
        "right": 20,
        "top": 6,
        "itemWidth": 14,
        "itemHeight": 220,
        "inRange": {"color": list(HEAT_COLOURS)},
        "text": [f"{_short(high)} {unit}", _short(low)],
        "textStyle": {"fontSize": FONT_SIZE, "color": INK},
    }


@option.register
def _map(chart: MapChart) -> Option:
    """Draw outlines shaded by a number, flows as lines with arrows, places as circles."""
    largest = max((flow.mean for flow in chart.flows), default=1.0) or 1.0
    unit = unit_name(chart.unit)
    legend = [{"type": "lines", "name": label, "data": []} for label in chart.load_labels]
    return {
        "animation": False,
        "color": list(LOAD_COLOURS),
        "textStyle": {"fontFamily": "fn:font", "fontSize": FONT_SIZE, "color": INK},
        "tooltip": {"trigger": "item", "formatter": "fn:mapTip", "confine": True},
        "legend": _legend() | {"data": list(chart.load_labels), "selectedMode": False},
        "geo": _geo(chart),
        "series": [
            *legend,
            _names(chart),
            *(_flow_series(chart, kind, largest) for kind in KIND_DASH),
            _place_series(chart.places),
            _end_labels(chart, unit),
        ],
        "unit": unit,
    }


def _geo(chart: MapChart) -> Option:
    """Return the outlines, shaded."""
    most = max((region.value or 0.0 for region in chart.regions), default=0.0)
    shades = [(region.outline, _shade(region.value or 0.0, most)) for region in chart.regions]
    return {
        "map": "qinghai",
        "roam": False,
        "aspectScale": 0.8,
        "boundingCoords": [[88.7, 39.9], [106.3, 30.9]],
        "left": 0,
        "right": 0,
        "top": 32,
        "bottom": 0,
        "silent": True,
        "itemStyle": {"areaColor": MAP_COLOURS[0], "borderColor": "#8794a3", "borderWidth": 1},
        "regions": [{"name": name, "itemStyle": {"areaColor": shade}} for name, shade in shades],
    }


def _shade(value: float, most: float) -> str:
    """Return the colour of a region between :data:`MAP_COLOURS`, by its number."""
    share = value / most if most > 0 else 0.0
    ends = [[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in MAP_COLOURS]
    return "#" + "".join(f"{round(a + share * (b - a)):02x}" for a, b in zip(*ends, strict=True))


def _written(items: list[Option], **label: object) -> Option:
    """Return a series that draws nothing but names."""
    return {
        "type": "scatter",
        "coordinateSystem": "geo",
        "silent": True,
        "symbolSize": 1,
        "itemStyle": {"color": "rgba(0,0,0,0)"},
        "data": items,
        "label": {"show": True, "formatter": "{b}", **_halo(), **label},
    }


def _halo() -> Option:
    """Return a white edge around letters."""
    return {"textBorderColor": "#ffffff", "textBorderWidth": 3}


def _names(chart: MapChart) -> Option:
    """Return the names of the regions, behind everything else."""
    items = [{"name": region.label, "value": [*region.at, 0]} for region in chart.regions]
    return _written(items, position="inside", fontSize=16, fontWeight=700, color="#66717f") | {"z": 3}


def _flow_series(chart: MapChart, kind: str, largest: float) -> Option:
    """Return the flows of one kind as lines with an arrow at the end."""
    data = [
        {
            "name": flow.label,
            "coords": [list(flow.ends[:2]), list(flow.ends[2:])],
            "symbolSize": round(8 + 1.5 * _width(flow, largest), 1),
            "lineStyle": {"width": _width(flow, largest), "color": _load_colour(flow)},
            "value": [chart_number(flow.mean), chart_number(flow.net), chart_number(flow.loading)],
        }
        for flow in chart.flows
        if flow.kind == kind
    ]
    return {
        "type": "lines",
        "coordinateSystem": "geo",
        "data": data,
        "symbol": ["none", "arrow"],
        "lineStyle": {
            "opacity": 0.9,
            "curveness": 0.12 if kind == "corridor" else 0.0,
            "type": KIND_DASH[kind],
        },
        "z": 4 if kind == "line" else 5,
    }


def _width(flow: Flow, largest: float) -> float:
    """Return the width of a flow [px], from 1.5 to 8."""
    return round(1.5 + 6.5 * flow.mean / largest, 2)


def _load_colour(flow: Flow) -> str:
    """Return the colour of a flow by its mean loading."""
    loading = flow.loading or 0.0
    return LOAD_COLOURS[sum(loading >= step for step in LOAD_STEPS)]


def _place_series(places: tuple[Place, ...]) -> Option:
    """Return the buses as circles."""
    largest = max((place.size for place in places), default=1.0) or 1.0
    return {
        "type": "scatter",
        "coordinateSystem": "geo",
        "z": 6,
        "itemStyle": {"color": "#ffffff", "borderColor": "#1f2d3d", "borderWidth": 2, "opacity": 1},
        "data": [
            {
                "name": place.label,
                "value": [place.lon, place.lat, chart_number(place.size)],
                "symbolSize": round(6 + 11 * (max(place.size, 0.0) / largest) ** 0.5, 1),
                "label": {"show": place.show_label},
            }
            for place in places
        ],
        "label": {"formatter": "{b}", "position": "right", "fontSize": 11, "color": INK, **_halo()},
        "labelLayout": {"hideOverlap": True},
    }


def _end_labels(chart: MapChart, unit: str) -> Option:
    """Return names and mean powers of corridors and ties at the edge of the map."""
    items: list[Option] = []
    for flow in chart.flows:
        if flow.kind != "line":
            lon, lat = _outer_end(flow)
            text = f"{flow.label}\n{_short(flow.mean)} {unit}"
            label = {"position": _side(lon, lat), "distance": 14}
            items.append({"name": text, "value": [lon, lat, 0], "label": label})
    return _written(items, fontSize=13, fontWeight=700, color=INK, lineHeight=17) | {"z": 7}


def _short(value: float) -> str:
    """Return a power for a label on the map."""
    digits = 0 if abs(value) >= 10 else 1 if abs(value) >= 1 else 2
    return f"{value:,.{digits}f}"


def _outer_end(flow: Flow) -> tuple[float, float]:
    """Return the end of a corridor or tie that lies further from the middle of the province."""
    ends = (flow.ends[:2], flow.ends[2:])
    return max(ends, key=lambda end: (end[0] - 97.0) ** 2 + (end[1] - 35.5) ** 2)


def _side(lon: float, lat: float) -> str:
    """Return on which side of the end its name finds room: above in the east, else toward the middle."""
    if lon > 103.5 and lat > 32.0:
        return "top"
    return "left" if lon > 97 else "right"
