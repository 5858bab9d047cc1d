"""Wording and units."""

import re
from pathlib import Path
from string import Formatter

import pytest

import qhgrid.report
from qhgrid.report.document import ChartBlock, FigureList, Scores, TableBlock, Tiles
from qhgrid.report.inputs import assumed_fact_table, fit, override_table
from qhgrid.report.reader_units import in_reader_units
from qhgrid.report.study import in_order, short_name
from qhgrid.report.wording import WORDS, say, unit_name
from qhgrid.units import ENGLISH_UNITS, UNITS, reader_unit
from tests.indicators import systems
from tests.report import studies

ROOM = Path(qhgrid.report.__file__).parent


def placeholders(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_wording_exists_in_both_languages_and_can_be_filled():
    values = {"cost": 1.0, "bound": 1.0, "cost_bn": 1.0, "bound_bn": 1.0, "gap": 0.1, "mw": 0.1, "mwh": 0.1}
    for key, texts in WORDS.items():
        assert all(texts), key
        names = placeholders(texts[0]) | placeholders(texts[1])
        filled = {name: values.get(name, 1.0) for name in names}
        assert all(text.format(**filled) for text in texts)


def test_every_wording_is_used_and_every_used_wording_exists():
    code = "".join(
        path.read_text(encoding="utf-8") for path in [*ROOM.glob("*.py"), *ROOM.glob("assets/*.j2")]
    )
    used = set(re.findall(r"""(?:say|tuple_of)\(\s*["']([a-z0-9_.A-Z]+)["']""", code))
    assert used <= set(WORDS)
    literals = set(re.findall(r"""["']([a-zA-Z0-9_.]+)["']""", code))
    families = (
        "sec.",
        "c.",
        "grid.",
        "water.",
        "demand.",
        "verdict.",
        "confidence.",
        "grade.",
        "season.",
        "week.",
    )
    unused = {key for key in WORDS if key not in literals and not key.startswith(families)}
    assert not unused


def test_units_that_say_nothing_are_not_printed():
    assert [unit_name(unit) for unit in ("1", "text", "unit", "year", "h")] == ["", "", "", "", "h"]


def test_every_english_unit_is_the_same_quantity():
    ratio = {
        "GW": ("MW", 1e3),
        "GWh": ("MWh", 1e3),
        "TWh": ("MWh", 1e6),
        "bn CNY": ("CNY", 1e9),
        "Mt": ("t", 1e6),
    }
    for unit, (english, factor) in ENGLISH_UNITS.items():
        if unit in UNITS and english in ratio:
            assert UNITS[unit].factor == pytest.approx(factor * ratio[english][1]), unit


def test_the_units_of_the_indicators_are_all_known_to_english_readers():
    document = in_reader_units(studies.document("en"))
    units = {figure.unit for figure in document.figures} | {chart.unit for chart in document.charts}
    units |= {table.unit for table in document.tables}
    assert not [unit for unit in units if re.search("[\u4e00-\u9fff]", unit)]


def test_an_english_document_says_the_same_in_other_units():
    before, after = studies.document("en"), in_reader_units(studies.document("en"))
    for old, new in zip(before.scores, after.scores, strict=True):
        if old.unit == "万千瓦":
            assert new.unit == "GW"
            assert new.value == pytest.approx(old.value / 100)
            assert new.margin == pytest.approx(old.margin / 100)
    heat = {chart.key: chart for chart in after.charts}["curtailment_month_hour"]
    assert heat.values[12] == pytest.approx([0.12, 0.12])
    assert {type(block) for block in after.blocks} >= {Tiles, Scores, FigureList, TableBlock, ChartBlock}


def test_a_chinese_document_stays_as_it_is():
    document = studies.document()
    assert in_reader_units(document) is document
    assert reader_unit("万千瓦", "zh") == ("万千瓦", 1.0)
    assert reader_unit("万千瓦", "en") == ("GW", 0.01)
    assert reader_unit("km", "en") == ("km", 1.0)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("海西蒙古族藏族自治州", "海西"),
        ("西宁市", "西宁"),
        ("玉树藏族自治州", "玉树"),
        ("Xining", "Xining"),
        ("海西州", "海西"),
    ],
)
def test_prefectures_go_by_their_everyday_name(name, short):
    assert short_name(name) == short


def test_technologies_stack_from_coal_to_sun_with_strangers_last():
    assert in_order({"pv", "fusion", "coal", "wind"}) == ["coal", "wind", "pv", "fusion"]


def test_keys_hold_only_signs_that_a_citation_can_hold():
    assert fit("fleet.海西 pv/1") == "fleet.___pv_1"


def test_assumed_rows_of_the_facts_are_listed_with_range_and_mark():
    table = assumed_fact_table(systems.facts())
    row = table.row("fleet.haixi_pv_new")
    assert row.values == (400.0, 0.0, 800.0, "a test")
    assert (row.mark, row.unit) == ("假设", "MW")
    assert "1 行" in table.note_zh


def test_changes_of_the_scenario_to_the_fleet_are_listed_with_their_reason():
    fleet = {"grades": ["OP"], "overrides": [{"id": "geermu", "p_nom": "132万千瓦", "reason": "late start"}]}
    table = override_table(systems.scenario(fleet=fleet))
    assert table.row("geermu").values == ("p_nom = 1320.0 MW", "late start")


def test_say_fills_in_values():
    assert say("targets.count", "zh", passed=1, failed=2, open=3) == "1 项达标，2 项未达标，3 项无法判定。"
