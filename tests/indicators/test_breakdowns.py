"""Tables that split one quantity by labels."""

import pytest

from qhgrid.indicators import find_table
from qhgrid.indicators.breakdowns import row_key
from qhgrid.indicators.measuring import measure
from tests.indicators import systems


def number(indicators, table, row, column):
    """Return one cell."""
    return find_table(indicators.tables, table).number(row, column)


def test_generation_and_demand_stand_where_they_are(indicators):
    assert number(indicators, "generation_by_prefecture", "haixi", "pv") == pytest.approx(0.1)
    assert number(indicators, "generation_by_prefecture", "hainan", "pv") == 0.0
    assert number(indicators, "generation_by_prefecture", "hainan", "total") == pytest.approx(0.1832)
    assert number(indicators, "demand_by_prefecture", "haixi", "aluminium") == pytest.approx(0.096)
    assert number(indicators, "demand_by_prefecture", "total", "total") == pytest.approx(0.2916)
    assert number(indicators, "capacity_by_prefecture", "hainan", "hydro") == pytest.approx(128.0)


def test_capacity_by_grade_shows_what_is_assumed(indicators):
    assert number(indicators, "capacity_by_grade", "pv", "A") == pytest.approx(40.0)
    assert number(indicators, "capacity_by_grade", "pv", "assumed") == pytest.approx(40.0)
    assert number(indicators, "capacity_by_grade", "counted", "total") == pytest.approx(350.0)
    assert find_table(indicators.tables, "capacity_by_grade").column_keys == (
        "OP", "G5", "G4", "A", "total", "assumed",
    )  # fmt: skip


def test_capacity_that_does_not_count_stands_in_all_but_not_in_counted():
    targets = systems.scenario().targets.model_dump() | {
        "capacity_total": "3400 MW",
        "capacity_clean": "2500 MW",
        "count_new_storage": False,
    }
    measured = measure(systems.two_days(), systems.scenario(targets=targets), systems.facts(), 0.0)
    assert number(measured, "capacity_by_grade", "total", "total") == pytest.approx(350.0)
    assert number(measured, "capacity_by_grade", "counted", "total") == pytest.approx(330.0)


def test_a_line_at_its_limit_is_counted_by_the_hour(indicators):
    """600 of 600 MW for 20 h, 100 for 28 h: mean (20 + 28 / 6) / 48; 14 800 MWh forward."""
    cell = {
        column: number(indicators, "line_loading", "haixi-hainan", column) for column in ("limit", "maximum")
    }
    assert cell == pytest.approx({"limit": 60.0, "maximum": 60.0})
    assert number(indicators, "line_loading", "haixi-hainan", "hours_at_limit") == 20.0
    assert number(indicators, "line_loading", "haixi-hainan", "mean_loading") == pytest.approx(
        100 * (20 + 28 / 6) / 48
    )
    assert number(indicators, "line_loading", "haixi-hainan", "forward") == pytest.approx(0.148)
    assert number(indicators, "line_loading", "haixi-hainan", "backward") == 0.0


def test_the_links_of_a_transport_network_stand_among_the_lines():
    """200 MW backwards over an unnamed link of 250 MW: 80 %, 9 600 MWh."""
    linked = systems.dataset(
        systems.DAYS,
        bus={"a": {"role": "grid", "name_zh": "甲"}, "b": {"role": "grid"}},
        link={
            "a - b": {"bus0": "a", "bus1": "b", "role": "ac_link", "p_nom": 250.0, "p0": -200.0, "p1": 200.0}
        },
    )
    measured = measure(linked, systems.scenario(), systems.facts(), 0.0)
    table = find_table(measured.tables, "line_loading")
    assert table.row_keys == ("a_-_b",)
    assert table.cell("a_-_b", "from") == "甲"
    assert table.number("a_-_b", "maximum_loading") == pytest.approx(80.0)
    assert table.number("a_-_b", "backward") == pytest.approx(0.096)


def test_curtailment_falls_in_the_hours_of_the_sun(indicators):
    """100 MW of PV and 20 of CSP in each hour from 8 to 17: 120 MWh a month and hour."""
    assert number(indicators, "curtailment_by_hour", "m01", "h12") == pytest.approx(0.0012)
    assert number(indicators, "curtailment_by_hour", "m01", "h20") == 0.0
    assert number(indicators, "curtailment_by_hour", "total", "total") == pytest.approx(0.024)


def test_storage_shows_its_round_trip(indicators):
    assert number(indicators, "storage", "battery", "efficiency") == pytest.approx(80.0)
    assert number(indicators, "storage", "battery", "hours") == pytest.approx(3.2)
    assert number(indicators, "storage", "battery", "loss") == pytest.approx(0.0016)


def test_the_corridor_table_shows_contract_and_loss(indicators):
    assert number(indicators, "corridors", "qingyu", "loss") == pytest.approx(0.0068)
    assert number(indicators, "corridors", "qingyu", "completion") == pytest.approx(
        100 * 12_920 / (1.7e6 * 48 / 8_760)
    )
    assert number(indicators, "corridors", "qingyu", "hours_at_rating") == 20.0


def test_tables_of_capacity_say_nothing_of_hours(indicators):
    assert "统计时段" not in find_table(indicators.tables, "capacity_by_grade").note_zh
    assert "统计时段" in find_table(indicators.tables, "generation_by_prefecture").note_zh


def test_a_component_name_becomes_a_key_that_can_be_cited():
    assert row_key("haixi—hainan 1") == "haixi_hainan_1"
