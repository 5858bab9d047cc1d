"""An assumption follows the value that it explains, when a later file or a setting changes that."""

from __future__ import annotations

from pathlib import Path

import pytest

from qhgrid.errors import ScenarioError
from qhgrid.scenario import check_scenario, read_scenario

COAL = "thermal.coal_price"
RANGE = "{value: 950, unit: 元/tce, low: 900, high: 1300, source: a coal study, confidence: assumed}"


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def write(name, text):
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text)
    return name


def assumption(name, *settings, key=COAL):
    resolved = check_scenario(name, settings)
    return next(a for a in resolved.scenario.assumptions if a.key == key)


def faults(name, *settings):
    with pytest.raises(ScenarioError) as raised:
        check_scenario(name, settings)
    return [str(fault) for fault in raised.value.faults]


def test_an_assumption_follows_a_setting_and_keeps_its_range_and_source():
    before = assumption("2030-plan")
    after = assumption("2030-plan", "thermal.coal_price=950 元/tce")
    assert (before.value, after.value) == (900, 950)
    assert after == before.model_copy(update={"value": 950.0})


@pytest.mark.parametrize("setting", ["thermal={coal_price: 950 元/tce}", "thermal.coal_price=950 CNY/t"])
def test_an_assumption_follows_however_the_value_is_set(setting):
    assert assumption("2030-plan", setting).value == 950


def test_an_assumption_follows_in_its_own_unit_without_dust():
    assert assumption("2030-plan", "corridors.qingyu.loss=0.07", key="corridors.qingyu.loss").value == 7
    assert assumption("2030-plan", "demand.energy=151.1 TWh", key="demand.energy").value == 1511
    third = assumption("2030-plan", "hydro.initial_level=0.66666666666666666", key="hydro.initial_level")
    assert third.value == 0.666666666667


def test_an_assumption_follows_a_value_of_a_mapping_with_free_keys():
    key = "demand.extra.computing"
    assert assumption("2030-high-computing", f"{key}=150亿千瓦时", key=key).value == 150


def test_an_assumption_follows_a_file_that_extends_and_a_setting_after_that():
    write("mid.yaml", "extends: 2030-plan\nthermal: {coal_price: 850 元/tce}\n")
    write("top.yaml", "extends: mid.yaml\nhydro: {water_year: dry}\n")
    assert assumption("mid.yaml").value == 850
    assert assumption("top.yaml").value == 850
    assert assumption("top.yaml", "thermal.coal_price=990 元/tce").value == 990


def test_an_assumption_written_again_without_its_value_follows_too():
    write("mid.yaml", "extends: 2030-plan\nthermal: {coal_price: 1100 元/tce}\n")
    write("top.yaml", f"extends: mid.yaml\nassumptions: {{{COAL}: {{high: 1200, source: a coal study}}}}\n")
    found = assumption("top.yaml")
    assert (found.value, found.low, found.high, found.source) == (1100, 800, 1200, "a coal study")


def test_a_file_may_change_value_and_assumption_alike():
    write(
        "mine.yaml",
        f"extends: 2030-plan\nthermal: {{coal_price: 950 元/tce}}\nassumptions: {{{COAL}: {RANGE}}}\n",
    )
    assert assumption("mine.yaml").value == 950
    assert assumption("mine.yaml", "thermal.coal_price=1250 元/tce").value == 1250
    assert assumption("mine.yaml", "thermal={coal_price: 1250 元/tce}").value == 1250


def test_value_and_assumption_that_differ_in_one_file_are_refused():
    write(
        "mine.yaml",
        f"extends: 2030-plan\nthermal: {{coal_price: 960 元/tce}}\nassumptions:\n  {COAL}: {RANGE}\n",
    )
    write("child.yaml", "extends: mine.yaml\n")
    for name in ("mine.yaml", "child.yaml"):
        assert faults(name) == [
            "mine.yaml:4: assumptions.thermal.coal_price.value: the assumption is 950 元/tce, but the "
            "scenario has 960 元/tce. An assumption sets nothing: change thermal.coal_price itself, or "
            "write 960 here. [assumption-agrees]"
        ]


def test_value_and_assumption_that_differ_on_the_command_line_are_refused_in_either_order():
    settings = ["thermal.coal_price=960 元/tce", "assumptions.thermal.coal_price.value=950"]
    for order in (settings, settings[::-1]):
        assert (
            "the assumption is 950 元/tce, but the scenario has 960 元/tce" in faults("2030-plan", *order)[0]
        )


def test_an_assumption_changed_after_its_value_is_refused():
    write("mid.yaml", "extends: 2030-plan\nthermal: {coal_price: 850 元/tce}\n")
    write("top.yaml", f"extends: mid.yaml\nassumptions:\n  {COAL}:\n    value: 870\n")
    assert faults("top.yaml") == [
        "top.yaml:4: assumptions.thermal.coal_price.value: the assumption is 870 元/tce, but the scenario "
        "has 850 元/tce. An assumption sets nothing: change thermal.coal_price itself, or write 850 here. "
        "[assumption-agrees]"
    ]
    assert len(faults("2030-plan", "assumptions.thermal.coal_price.value=950")) == 1
    assert assumption("top.yaml", "thermal.coal_price=860 元/tce").value == 860


def test_files_of_one_name_in_two_folders_are_told_apart():
    write("cases/mine.yaml", "extends: ../mine.yaml\nthermal: {coal_price: 990 元/tce}\n")
    write(
        "mine.yaml",
        f"extends: 2030-plan\nthermal: {{coal_price: 950 元/tce}}\nassumptions: {{{COAL}: {RANGE}}}\n",
    )
    assert assumption("cases/mine.yaml").value == 990


@pytest.mark.parametrize(("price", "end"), [(1200.5, "high"), (700, "low")])
def test_a_value_outside_the_range_of_its_assumption_is_refused_at_the_value(price, end):
    write("mine.yaml", f"extends: 2030-plan\n\nthermal:\n  coal_price: {price} 元/tce\n")
    assert faults("mine.yaml") == [
        f"mine.yaml:4: thermal.coal_price: {price} 元/tce is outside its range from 800 to 1000 in "
        "assumptions.thermal.coal_price. Change the value, or widen the range, as with "
        f"--set assumptions.thermal.coal_price.{end}={price}. [assumption-range]"
    ]
    assert assumption("mine.yaml", f"assumptions.thermal.coal_price.{end}={price}").value == price


def test_an_assumption_outside_its_own_range_and_unlike_its_value_is_refused_at_itself():
    found = faults("2030-plan", "assumptions.thermal.coal_price.value=1200")
    assert [fault.split(". ")[0] for fault in found] == [
        "--set assumptions.thermal.coal_price.value=1200: 1200 元/tce is outside its range from 800 to 1000",
        "--set assumptions.thermal.coal_price.value=1200: the assumption is 1200 元/tce, but the scenario "
        "has 900 元/tce",
    ]


@pytest.mark.parametrize("unit", ["MW", "furlong"])
def test_an_assumption_in_a_unit_that_does_not_fit_stays_and_is_refused(unit):
    settings = ["thermal.coal_price=950 元/tce", f"assumptions.thermal.coal_price.unit={unit}"]
    resolved = read_scenario("2030-plan", settings)
    assert next(a.value for a in resolved.scenario.assumptions if a.key == COAL) == 900
    assert len(faults("2030-plan", *settings)) == 1


def test_a_value_too_large_for_the_unit_of_its_assumption_is_refused():
    settings = ["demand.energy=1e308 MWh", "assumptions.demand.energy.unit=kWh"]
    assert any("does not fit demand.energy" in fault for fault in faults("2030-plan", *settings))
    resolved = read_scenario("2030-plan", settings)
    assert read_scenario(write("copy.yaml", resolved.text)).scenario == resolved.scenario


def test_the_resolved_text_of_a_followed_assumption_reads_back():
    settings = [
        "thermal.coal_price=950.123456789012345 元/tce",
        "demand.energy=150 TWh",
        "corridors.qingyu.loss=7 %",
    ]
    resolved = check_scenario("2030-plan", settings)
    again = check_scenario(write("copy.yaml", resolved.text))
    assert (again.scenario, again.text, again.digest) == (resolved.scenario, resolved.text, resolved.digest)


def test_a_setting_that_says_what_the_scenario_says_does_not_change_the_digest():
    plan = check_scenario("2030-plan")
    said = [
        f"{key}={value}" for key, value in ((COAL, "900 CNY/t"), ("corridors.qingyu.price", "300 元/MWh"))
    ]
    assert check_scenario("2030-plan", said).digest == plan.digest


def test_the_same_value_by_file_or_by_setting_gives_the_same_digest():
    write("mine.yaml", "extends: 2030-plan\nthermal: {coal_price: 950 元/tce}\n")
    assert (
        check_scenario("mine.yaml").digest
        == check_scenario("2030-plan", ["thermal.coal_price=950 元/tce"]).digest
    )


def test_a_setting_reaches_an_assumption_by_name_in_a_list_too():
    write("copy.yaml", read_scenario("2030-plan").text)
    settings = ["assumptions.thermal.coal_price.high=1200", "thermal.coal_price=1150 元/tce"]
    found = assumption("copy.yaml", *settings)
    assert (found.value, found.high) == (1150, 1200)
    assert assumption("copy.yaml", "assumptions.thermal.coal_price={high: 1200}").high == 1200
    assert assumption("copy.yaml", "assumptions.1.high=0.5", key="corridors.qingyu.price").high == 0.5


def test_a_setting_reaches_a_change_of_the_fleet_by_name_in_a_list_too():
    write("copy.yaml", read_scenario("2030-storage-late").text)
    overrides = check_scenario(
        "copy.yaml", ["fleet.overrides.warang_1.in_service_year=2033"]
    ).scenario.fleet.overrides
    assert {o.id: o.in_service_year for o in overrides} == {"nanshankou_2": 2031, "warang_1": 2033}


def test_an_assumption_set_to_a_bare_figure_is_refused_as_such():
    write("copy.yaml", read_scenario("2030-plan").text)
    for name in ("2030-plan", "copy.yaml"):
        found = faults(name, "assumptions.thermal.coal_price=950")
        assert len(found) == 1
        assert found[0].startswith(
            "--set assumptions.thermal.coal_price=950: assumptions[16]: 950 stands where keys and values"
        )


def test_an_assumption_that_is_not_in_the_list_is_not_an_entry_of_it():
    write("copy.yaml", read_scenario("2030-plan").text)
    found = faults("copy.yaml", "assumptions.thermal.cool_price.high=1200")
    assert "'thermal.cool_price' is not an entry of a list of" in found[0]
