"""The map: outlines, places, directions."""

import json
from dataclasses import replace

import pytest

from qhgrid.facts.rows import PREFECTURES
from qhgrid.report.charts_map import BOX, LABELS_AT, OUTLINES, flow_map, toward_edge
from qhgrid.shipped import data_folder
from tests.indicators import systems
from tests.report import studies


def outlines():
    return json.loads((data_folder() / "map" / "qinghai.json").read_text(encoding="utf-8"))


def placed():
    """Return the two-day system with coordinates."""
    results = systems.two_days()
    at = {"hainan": (100.6, 36.3), "haixi": (97.4, 37.4), "qingyu receiving": (114.0, 33.0)}
    buses = results["bus"].to_numpy().tolist()
    for axis, place in (("x", 0), ("y", 1)):
        results[f"bus_{axis}"] = ("bus", [at.get(bus, (0.0, 0.0))[place] for bus in buses])
    return results


def facts_with_ends():
    """Return the fact tables with the far ends of corridor and tie in place."""
    facts = systems.facts()
    corridors = {"qingyu": replace(facts.corridors["qingyu"], receiving_lon=114.0, receiving_lat=33.0)}
    ties = {"gansu": replace(facts.ties["gansu"], lon=103.8, lat=36.1)}
    return replace(facts, corridors=facts.corridors | corridors, ties=ties)


def flows(kind):
    return [flow for flow in flow_map(studies.study(placed())).flows if flow.kind == kind]


def test_outlines_are_the_eight_prefectures():
    names = [feature["properties"]["name"] for feature in outlines()["features"]]
    assert sorted(names) == sorted(OUTLINES[prefecture] for prefecture in PREFECTURES)


def test_every_prefecture_has_a_place_for_its_name_inside_the_map():
    west, south, east, north = BOX
    assert set(LABELS_AT) == set(PREFECTURES)
    assert all(west < lon < east and south < lat < north for lon, lat in LABELS_AT.values())


def test_regions_carry_the_demand_of_their_prefecture():
    regions = {region.outline: region.value for region in flow_map(studies.study(placed())).regions}
    assert regions[OUTLINES["haixi"]] == pytest.approx(200 * 48 / 1e5)
    assert regions[OUTLINES["yushu"]] == 0.0


def test_a_line_shows_mean_flow_and_mean_loading():
    (line,) = flows("line")
    mean = (600 * 10 + 100 * 14) / 24
    assert line.mean == pytest.approx(mean / 10)
    assert line.loading == pytest.approx(mean / 1000)
    assert line.ends == (97.4, 37.4, 100.6, 36.3)


def test_a_flow_that_runs_back_is_drawn_from_its_other_end():
    results = placed()
    results["line_p0"] = -results["line_p0"]
    (line,) = [flow for flow in flow_map(studies.study(results)).flows if flow.kind == "line"]
    assert line.ends == (100.6, 36.3, 97.4, 37.4)
    assert line.net > 0


def test_an_arrow_out_of_the_province_ends_at_the_edge_of_the_map():
    assert toward_edge((100.0, 36.0), (102.0, 35.0)) == (102.0, 35.0)
    lon, lat = toward_edge((100.0, 36.0), (120.0, 36.0))
    assert (lon, lat) == pytest.approx((BOX[2], 36.0))
    lon, lat = toward_edge((100.0, 36.0), (100.0, 20.0))
    assert (lon, lat) == pytest.approx((100.0, BOX[1]))
    lon, lat = toward_edge((100.0, 36.0), (60.0, 60.0))
    assert lon >= BOX[0] - 1e-9
    assert lat <= BOX[3] + 1e-9


def test_buses_without_a_place_are_left_out():
    names = [place.label for place in flow_map(studies.study(placed())).places]
    assert names == ["hainan", "haixi"]


def test_corridors_leave_toward_the_receiving_province_and_ties_toward_their_neighbour():
    study = replace(studies.study(placed()), facts=facts_with_ends())
    found = {flow.kind: flow for flow in flow_map(study).flows}
    assert found["corridor"].label == "青豫直流"
    assert found["corridor"].mean == pytest.approx((400 * 10 + 200 * 14) / 24 / 10)
    assert found["corridor"].ends[:2] == (100.6, 36.3)
    assert found["corridor"].ends[2] == pytest.approx(BOX[2])
    assert found["tie"].ends == (103.8, 36.1, 100.6, 36.3)
    assert found["tie"].net == pytest.approx((240 - 160) / 24 / 10)
    assert found["tie"].mean == pytest.approx((240 + 160) / 24 / 10)


def test_a_bus_without_coordinates_of_its_own_stands_where_its_prefecture_is():
    facts = systems.facts()
    seat = replace(facts.prefectures["hainan"], lon=100.6, lat=36.3)
    study = replace(studies.study(), facts=replace(facts, prefectures=facts.prefectures | {"hainan": seat}))
    assert [(place.lon, place.lat) for place in flow_map(study).places] == [(100.6, 36.3)]
