"""Scenarios that extend others, settings of the command line, and the places of what they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from qhgrid.errors import ScenarioError
from qhgrid.scenario import read_scenario
from qhgrid.scenario.tree import read_scalar


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def write(name, text):
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return name


def faults(name, *settings):
    with pytest.raises(ScenarioError) as raised:
        read_scenario(name, settings)
    return [str(fault) for fault in raised.value.faults]


def test_mappings_are_merged_and_lists_replaced():
    write("mine.yaml", "extends: 2030-plan\nfleet: {grades: [OP, G5]}\ncorridors: {qingyu: {loss: 7 %}}\n")
    plan, mine = read_scenario("2030-plan").scenario, read_scenario("mine.yaml").scenario
    assert mine.fleet.grades == ("OP", "G5")
    assert mine.corridors["qingyu"].loss == 0.07
    assert mine.corridors["qingyu"].contract == plan.corridors["qingyu"].contract == 40_000_000
    assert mine.name == "2030-plan"


def test_a_file_extends_a_file_seen_from_its_own_folder():
    write("cases/low.yaml", "extends: ../middle/mid.yaml\nname: low\n")
    write("middle/mid.yaml", "extends: 2030-plan\nname: mid\nyear: 2030\n")
    resolved = read_scenario("cases/low.yaml")
    assert resolved.scenario.name == "low"
    assert resolved.chain == ("base.yaml", "2030-plan.yaml", "mid.yaml", "low.yaml")


def test_a_fault_of_a_base_file_is_placed_in_the_base_file():
    write("mid.yaml", "extends: 2030-plan\n\nhydro:\n  water_year: drry\n")
    write("top.yaml", "extends: mid.yaml\nhydro: {initial_level: 0.5}\n")
    assert faults("top.yaml") == [
        "mid.yaml:4: hydro.water_year: 'drry' is not among dry, median, wet, nor a year of the record, "
        "nor synthetic-1 and on. Did you mean 'dry'?"
    ]


def test_a_key_missing_from_a_merged_mapping_is_placed_where_the_mapping_was_written_last():
    write("mid.yaml", "extends: 2030-plan\nties:\n  nanbuu: {in_service: false}\n")
    write("top.yaml", "extends: mid.yaml\n\nties:\n  nanbuu: {import_limit: 1 MW}\n")
    assert faults("top.yaml")[0].startswith("top.yaml:4: ties.nanbuu.import_price: this key is missing")


def test_settings_are_applied_in_order_and_read_as_yaml():
    settings = ["name=first", "name=second", "fleet.grades=[OP, A]", "corridors.qingyu.in_service=no"]
    scenario = read_scenario("2030-plan", settings).scenario
    assert scenario.name == "second"
    assert scenario.fleet.grades == ("OP", "A")
    assert scenario.corridors["qingyu"].in_service is False


def test_a_mapping_as_a_setting_is_merged():
    scenario = read_scenario("2030-plan", ["corridors.qingyu={loss: 7 %}"]).scenario
    assert (scenario.corridors["qingyu"].loss, scenario.corridors["qingyu"].p_nom) == (0.07, 8000)


def test_a_setting_reaches_an_entry_whose_name_holds_dots():
    scenario = read_scenario("2030-plan", ["assumptions.demand.energy.high=1800"]).scenario
    assert {a.key: a.high for a in scenario.assumptions}["demand.energy"] == 1800


def test_a_setting_reaches_an_entry_of_a_list_by_its_number():
    scenario = read_scenario("2030-plan", ["fleet.grades.4=G2"]).scenario
    assert scenario.fleet.grades == ("OP", "G5", "G4", "G2")


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        (
            "fleet.grades.9=G2",
            "--set fleet.grades.9=G2: '9' is not an entry of a list of 4. Count the entries from 1",
        ),
        ("fleet.grades.x=G2", "--set fleet.grades.x=G2: 'x' is not an entry of a list of 4."),
        ("hydro", "--set hydro: this is not key=value. Write it as --set hydro.water_year=dry."),
        ("hydro..x=1", "--set hydro..x=1: this is not key=value."),
        ("=1", "--set =1: this is not key=value."),
        ("extends=2025-base", "--set extends=2025-base: a setting cannot extend."),
        (
            "hydro.water_yaer=dry",
            "--set hydro.water_yaer=dry: this key is not known. Did you mean 'water_year'?",
        ),
        (
            "hydrro.water_year=dry",
            "--set hydrro.water_year=dry: this key is not known. Did you mean 'hydro'?",
        ),
        ("hydro.water_year=driest", "--set hydro.water_year=driest: 'driest' is not among dry, median, wet,"),
        ("corridors.qingyu.p_nom=8", "--set corridors.qingyu.p_nom=8: 8 has no unit."),
        ("year.x=1", "--set year.x=1: a mapping (x) is not a whole number."),
        ("name=!!python/name:os.system x", "the YAML tag '!!python/name:os.system' is not allowed."),
        ("name=[a", "--set name=[a: a bracket is not closed, or a comma is missing."),
        ("name=\x00", "the character U+0000 is not text."),
        ("name=\udcff", "the character U+DCFF is not text."),
        ("title.zh=", "--set title.zh=: nothing is written here. Write text"),
        ("title.zh={}", "--set title.zh={}: an empty mapping is not text."),
    ],
)
def test_a_faulty_setting_is_refused_with_itself_as_the_place(setting, message):
    found = faults("2030-plan", setting)
    assert len(found) == 1
    assert message in found[0]


def test_faulty_settings_are_reported_together():
    assert len(faults("2030-plan", "hydro", "fleet.grades.9=G2", "name=ok")) == 2


def test_a_long_setting_is_cut_in_the_message():
    assert len(faults("2030-plan", f"name={'x' * 100_000} y")[0]) < 400


def test_overrides_may_be_a_mapping_and_are_merged_by_name():
    write(
        "mine.yaml", "extends: 2030-storage-late\nfleet: {overrides: {warang_1: {in_service_year: 2033}}}\n"
    )
    overrides = {o.id: o.in_service_year for o in read_scenario("mine.yaml").scenario.fleet.overrides}
    assert overrides == {"nanshankou_2": 2031, "warang_1": 2033}


def test_an_entry_that_is_no_mapping_is_refused_by_the_schema():
    write("mine.yaml", "extends: 2030-plan\nfleet:\n  overrides:\n    warang_1: late\n")
    assert faults("mine.yaml") == [
        "mine.yaml:4: fleet.overrides[1]: 'late' stands where keys and values belong. "
        "Write indented `key: value` lines."
    ]


def test_many_bases_in_a_row_are_fine():
    for n in range(60):
        write(f"s{n}.yaml", f"extends: {f's{n + 1}.yaml' if n < 59 else '2030-plan'}\n")
    assert read_scenario("s0.yaml").scenario.name == "2030-plan"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", True),
        ("Off", False),
        ("~", None),
        ("", None),
        ("12", 12),
        ("-1_000", -1000),
        ("007", "007"),
        ("1e3", 1000.0),
        ("1.5", 1.5),
        (".5", 0.5),
        ("00.5", "00.5"),
        ("-.inf", float("-inf")),
        ("10-15", "10-15"),
        ("12:30", "12:30"),
        ("0x1f", "0x1f"),
        ("2030-01-01", "2030-01-01"),
        ("y", "y"),
        ("1e999999999", float("inf")),
    ],
)
def test_a_scalar_is_read_as_an_analyst_means_it(text, value):
    read = read_scalar(text)
    assert read == value
    assert type(read) is type(value)


def test_not_a_number_is_read_as_such():
    read = read_scalar(".nan")
    assert isinstance(read, float)
    assert read != read
