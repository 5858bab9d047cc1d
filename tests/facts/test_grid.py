"""Stations, lines, corridors and ties make one connected grid."""

from __future__ import annotations

import math
from calendar import monthrange
from dataclasses import replace

import pytest

from qhgrid.errors import FactsError
from qhgrid.facts import PREFECTURES
from qhgrid.facts.curves import corridor_rating, corridor_shape, tie_limits, tie_price_shape, year_shape


def _links(facts, year, grades):
    for line in facts.lines.values():
        if line.in_service_year <= year and line.grade in grades:
            yield line.station0, line.station1


def _reached(nodes, links):
    """Return the nodes reached from the first one."""
    start = next(iter(nodes))
    reached, frontier = {start}, [start]
    while frontier:
        here = frontier.pop()
        for one, other in links:
            for a, b in ((one, other), (other, one)):
                if a == here and b not in reached:
                    reached.add(b)
                    frontier.append(b)
    return reached


CASES = [(2025, ("OP",)), (2030, ("OP", "G5", "G4")), (2030, ("OP", "G5", "G4", "A"))]


@pytest.mark.parametrize(("year", "grades"), CASES)
def test_the_stations_are_connected(facts, year, grades):
    nodes = {id for id, row in facts.stations.items() if row.in_service_year <= year and row.grade in grades}
    links = list(_links(facts, year, grades))
    assert {station for link in links for station in link} == nodes
    assert _reached(sorted(nodes), links) == nodes


@pytest.mark.parametrize(("year", "grades"), CASES)
def test_the_prefectures_are_connected(facts, year, grades):
    place = {id: row.prefecture for id, row in facts.stations.items()}
    links = [(place[a], place[b]) for a, b in _links(facts, year, grades) if place[a] != place[b]]
    assert _reached(PREFECTURES, links) == set(PREFECTURES)


def test_every_line_has_its_stations_from_2025_on(facts):
    for line in facts.lines.values():
        for station in (line.station0, line.station1):
            assert facts.stations[station].in_service_year <= max(2025, line.in_service_year), line.id


def test_every_plant_has_its_station_from_2025_on(facts):
    for row in (*facts.fleet.values(), *facts.hydro_plants.values()):
        assert facts.stations[row.station].in_service_year <= max(2025, row.in_service_year), row.id


def _great_circle_km(a, b):
    lon0, lat0, lon1, lat1 = map(math.radians, (a.lon, a.lat, b.lon, b.lat))
    half = (
        math.sin((lat1 - lat0) / 2) ** 2 + math.cos(lat0) * math.cos(lat1) * math.sin((lon1 - lon0) / 2) ** 2
    )
    return 2 * 6371.0 * math.asin(math.sqrt(half))


def test_no_line_is_much_shorter_than_the_way_between_its_stations(facts):
    """Coordinates are good to 15 to 40 km, so a published length may fall a little short of it."""
    for line in facts.lines.values():
        distance = _great_circle_km(facts.stations[line.station0], facts.stations[line.station1])
        assert line.length_km >= distance - 60.0, line.id
        assert line.length_km <= 2.0 * distance + 60.0, line.id


def test_lines_have_sane_electrical_data(facts):
    for line in facts.lines.values():
        assert 0.25 <= line.reactance_ohm_per_km <= 0.35, line.id
        assert line.circuits >= 1
        assert line.voltage_kv in (330.0, 750.0)
        assert line.value <= (2800.0 if line.voltage_kv == 750.0 else 800.0)
        assert line.station0 != line.station1


def test_the_eastern_and_the_western_ring_are_closed_in_2030(facts):
    """东部“日”字形: two meshes that share 西宁—青南; 西部“8”字形: two meshes that meet at 柴达木."""
    links = {frozenset(link) for link in _links(facts, 2030, ("OP", "G5", "G4", "A"))}
    for ring in (
        ("riyueshan", "xining", "qingnan", "tala"),
        ("xining", "qingnan", "tala", "riyueshan"),
        ("xining", "laxiwa", "guanting"),
        ("chaidamu", "yuka", "dingzikou", "lingyang", "kunlunshan"),
        ("chaidamu", "tuosu", "haixi_station"),
    ):
        for a, b in zip(ring, (*ring[1:], ring[0]), strict=True):
            assert frozenset((a, b)) in links, (a, b)


def test_haixi_can_send_more_eastward_in_2030_than_today(facts):
    place = {id: row.prefecture for id, row in facts.stations.items()}

    def cut_mw(year, grades):
        return sum(
            line.value * line.circuits
            for line in facts.lines.values()
            if line.in_service_year <= year
            and line.grade in grades
            and (place[line.station0] == "haixi") != (place[line.station1] == "haixi")
        )

    assert cut_mw(2025, ("OP",)) == pytest.approx(4 * 2300.0)
    assert cut_mw(2030, ("OP", "G5", "G4", "A")) == pytest.approx(6 * 2300.0)


def test_corridors_are_those_of_the_plan(facts):
    in_service = {id: (row.value, row.grade) for id, row in facts.corridors.items()}
    assert in_service == {
        "qingyu": (8000.0, "OP"),
        "qinggui": (8000.0, "G5"),
        "qingyue": (8000.0, "G5"),
        "fourth": (8000.0, "G1"),
    }
    hours = {id: row.design_energy_mwh / row.value for id, row in facts.corridors.items()}
    assert hours == pytest.approx({"qingyu": 5000.0, "qinggui": 4562.5, "qingyue": 4500.0, "fourth": 4500.0})


def test_the_guangdong_corridor_starts_in_hainan_and_the_guangxi_one_in_haixi(facts):
    assert facts.corridors["qingyue"].sending_prefecture == "hainan"
    assert facts.corridors["qinggui"].sending_prefecture == "haixi"


def test_ties_have_a_limit_a_station_and_two_prices(facts):
    assert list(facts.ties) == ["gansu", "xinjiang", "tibet", "nanbu"]
    assert facts.ties["xinjiang"].value == pytest.approx(4800.0 - 3000.0)
    assert facts.ties["xinjiang"].in_service_year == 2027
    for id in facts.ties:
        bought = facts.cost(f"tie_{id}", "import_price").value
        assert 0 < facts.cost(f"tie_{id}", "export_price").value < bought


def test_tie_prices_are_low_at_noon_and_high_in_the_evening_of_every_month(facts):
    days = list(facts.tie_price_shape.values())
    assert sorted((day.tie, day.period) for day in days) == [
        (tie, month) for tie in ("", "tibet") for month in range(1, 13)
    ]
    for day in days:
        assert min(day.hours) in day.hours[11:15], day.id
        assert max(day.hours) in day.hours[18:21], day.id
        assert day.low <= min(day.hours), day.id
        assert max(day.hours) <= day.high, day.id


def test_curves_of_ties_and_corridors_have_a_mean_of_one_over_the_year(facts):
    shapes = [tie_price_shape(facts, tie, 2030) for tie in facts.ties]
    shapes += [corridor_shape(facts, id, kind, 2030) for id in facts.corridors for kind in ("price", "power")]
    for shape in shapes:
        total = sum(monthrange(2030, m + 1)[1] * sum(day) for m, day in enumerate(shape))
        assert total / 8760 == pytest.approx(1.0, abs=1e-12)


def test_tables_of_curves_are_close_to_a_mean_of_one_as_they_are_written(facts):
    rows = [
        row for row in facts.corridors_curves.values() if (row.corridor, row.quantity) == ("qingyu", "price")
    ]
    total = sum(monthrange(2030, row.period)[1] * sum(row.hours) for row in rows)
    assert total / 8760 == pytest.approx(1.0, abs=1e-3)


def test_a_gap_in_a_curve_and_a_curve_of_nothing_are_said(facts):
    def day(period, level):
        row = next(iter(facts.tie_price_shape.values()))
        return replace(row, period=period, hours=(level,) * 24)

    with pytest.raises(FactsError, match="here: has no row for period 2"):
        year_shape([day(1, 1.0), day(3, 1.0)], 2030, "here")
    with pytest.raises(FactsError, match="here: is 0 in every hour"):
        year_shape([day(0, 0.0)], 2030, "here")
    with pytest.raises(FactsError, match="here: has no row"):
        year_shape([], 2030, "here")


def test_what_a_corridor_and_a_tie_can_carry_grows_by_the_years(facts):
    assert [corridor_rating(facts, "qingyu", year) for year in (2019, 2021, 2023, 2030)] == [
        8000,
        4000,
        6000,
        8000,
    ]
    assert tie_limits(facts, "gansu", 2021) == (4300.0, 4300.0)
    assert tie_limits(facts, "gansu", 2030) == (6000.0, 6000.0)
    assert corridor_rating(facts, "nowhere", 2030) is None
    assert tie_limits(facts, "nowhere", 2030) is None


def test_every_coordinate_of_the_province_lies_in_it(facts):
    for table in (facts.prefectures, facts.stations, facts.hydro_plants):
        for row in table.values():
            assert 89.0 < row.lon < 103.5, row.id
            assert 31.5 < row.lat < 39.5, row.id
