"""Every planning rule on the shipped plan: one change that it lets pass, and one that it refuses.

The changes are settings as on the command line, so that the place of each fault is the setting itself.
"""

from __future__ import annotations

import netCDF4
import numpy as np
import pytest

from qhgrid.errors import ScenarioError
from qhgrid.facts import read_facts
from qhgrid.scenario import check_scenario, list_scenarios, read_scenario
from qhgrid.scenario.rules import RULES, find_faults
from tests.scenario.rule_cases import CASES


@pytest.fixture(scope="module")
def paths(tmp_path_factory):
    """Small profile files: a sound one, one above 1, one in UTC, and one that is no netCDF file."""
    folder = tmp_path_factory.mktemp("profiles")
    day = np.clip(np.sin((np.arange(48) % 24 - 7.5) / 12 * np.pi), 0, None)
    write_pv(folder / "pv.nc", day)
    write_pv(folder / "high.nc", np.where(np.arange(48) % 24 == 13, 1.2, day))
    write_pv(folder / "utc.nc", np.roll(day, -8))
    (folder / "text.nc").write_text("no netCDF")
    return {"folder": folder, **{name: folder / f"{name}.nc" for name in ("pv", "high", "utc")}}


def write_pv(path, values):
    with netCDF4.Dataset(path, "w") as data:
        data.createDimension("snapshot", len(values))
        time = data.createVariable("snapshot", "i8", ("snapshot",))
        time.units = "hours since 2030-01-01"
        time[:] = np.arange(len(values))
        data.createVariable("pv_p_max_pu", "f8", ("snapshot",))[:] = values


def findings(settings, paths):
    filled = [setting.format(**paths) if setting.startswith("profiles.") else setting for setting in settings]
    resolved = read_scenario("2030-plan", filled)
    return find_faults(resolved.scenario, read_facts(), resolved.marks)


SPECIAL = {"class-has-shares", "assumption-once", "demand-row"}
"""Rules whose breach no setting of the shipped plan can bring about; each has its own test below."""


@pytest.mark.parametrize("case", CASES, ids=[case.rule for case in CASES])
def test_a_rule_lets_pass_what_is_sound(case, paths):
    assert [str(f) for f in findings(case.passing, paths) if f"[{case.rule}]" in f.mend] == []


@pytest.mark.parametrize("case", CASES, ids=[case.rule for case in CASES])
def test_a_rule_refuses_what_is_not(case, paths):
    if case.rule in SPECIAL:
        return
    found = [f for f in findings(case.failing, paths) if f"[{case.rule}]" in f.mend]
    assert found
    assert case.words in found[0].what


@pytest.mark.parametrize("case", CASES, ids=[case.rule for case in CASES])
def test_nothing_but_the_breach_is_refused(case, paths):
    """Each failing case breaks its own rule and, where two rules rightly speak, at most one more."""
    if case.rule in SPECIAL:
        return
    rules = {f.mend.rsplit("[", 1)[1].rstrip("]") for f in findings(case.failing, paths)}
    others = rules - {case.rule, "assumption-range"}
    assert len(others) <= case.others, sorted(others)


def test_a_class_with_demand_but_no_shares_is_refused():
    resolved = read_scenario("2030-plan")
    shares = {k: v for k, v in resolved.scenario.demand_shares.items() if k != "other"}
    broken = resolved.scenario.model_copy(update={"demand_shares": shares})
    found = [f for f in find_faults(broken, read_facts()) if "[class-has-shares]" in f.mend]
    assert [f.what for f in found] == ["the class other has demand but no prefecture shares"]
    assert found[0].where == "demand_shares"


def test_extra_demand_of_a_class_without_shares_is_refused_at_the_extra_demand():
    resolved = read_scenario("2030-plan", ["demand.extra.computing=10亿千瓦时"])
    shares = {k: v for k, v in resolved.scenario.demand_shares.items() if k != "computing"}
    broken = resolved.scenario.model_copy(update={"demand_shares": shares})
    found = [f for f in find_faults(broken, read_facts()) if "[class-has-shares]" in f.mend]
    assert [f.where for f in found] == ["demand.extra.computing"]


def test_an_assumption_written_twice_is_refused(tmp_path):
    entry = "{key: a.b, value: 1, unit: MW, low: 0, high: 2, source: made up, confidence: assumed}"
    path = tmp_path / "twice.yaml"
    path.write_text(f"extends: 2030-plan\nassumptions:\n  - {entry}\n  - {entry}\n")
    with pytest.raises(ScenarioError) as raised:
        check_scenario(str(path))
    assert [f.what for f in raised.value.faults] == ["the assumption a.b stands here a second time"]
    assert raised.value.faults[0].where == f"{path}:4: assumptions.a.b.key"


def test_a_level_year_without_demand_is_refused():
    facts = read_facts()
    settings = ["demand.energy=", "year=2041", "horizon={start: 2041-01-01, end: 2041-01-02}"]
    resolved = read_scenario("2030-plan", settings)
    found = [f for f in find_faults(resolved.scenario, facts, resolved.marks) if "[demand-row]" in f.mend]
    assert [f.what for f in found] == ["the demand table has no central total of 2041"]


def test_every_rule_has_a_passing_and_a_failing_case():
    assert sorted(case.rule for case in CASES) == sorted(rule.id for rule in RULES)
    assert all(case.passing for case in CASES)
    assert {case.rule for case in CASES if not case.failing} <= SPECIAL


def test_there_are_at_least_28_rules_each_named_once_in_both_languages():
    assert len(RULES) >= 28
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert all(any("\u4e00" <= letter <= "\u9fff" for letter in rule.title_zh) for rule in RULES)
    assert all(rule.title_en.endswith(".") and rule.title_en.isascii() for rule in RULES)


@pytest.mark.parametrize("name", list_scenarios())
def test_a_shipped_scenario_breaks_no_rule(name):
    assert check_scenario(name).scenario.name == name


def test_all_breaches_come_at_once_and_name_where_each_was_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yaml").write_text("extends: 2030-plan\nhydro:\n  initial_level: 1\nyear: 2026\n")
    with pytest.raises(ScenarioError) as raised:
        check_scenario("mine.yaml", ["grid.line_loading=1 %"])
    places = [f.where for f in raised.value.faults]
    assert "mine.yaml:3: hydro.initial_level" in places
    assert "--set grid.line_loading=1 %" in places
    assert "scenarios/2030-plan.yaml:11: horizon.start" in places


def test_a_profile_path_is_read_from_the_folder_of_its_file(tmp_path, paths):
    folder = paths["pv"].parent
    (folder / "with-pv.yaml").write_text("extends: 2030-plan\nprofiles: {pv: pv.nc}\n")
    assert check_scenario(str(folder / "with-pv.yaml")).scenario.profiles.pv == str(paths["pv"])


def test_profiles_without_readable_time_are_not_asked_for_the_night(tmp_path):
    path = tmp_path / "timeless.nc"
    with netCDF4.Dataset(path, "w") as data:
        data.createDimension("snapshot", 24)
        data.createVariable("snapshot", "i8", ("snapshot",))[:] = np.arange(24)
        data.createVariable("pv_p_max_pu", "f8", ("snapshot",))[:] = 0.5
    assert [f for f in findings((f"profiles.pv={path}",), {}) if "night" in f.mend] == []
    with netCDF4.Dataset(path, "a") as data:
        data.variables["snapshot"].units = "moons since yesterday"
    assert [f for f in findings((f"profiles.pv={path}",), {}) if "night" in f.mend] == []


def test_an_assumption_in_a_unit_of_another_kind_is_refused():
    found = findings(("assumptions.demand.energy.unit=MW",), {})
    assert [str(f).split(" [")[0] for f in found] == [
        "--set assumptions.demand.energy.unit=MW: the unit 'MW' does not fit demand.energy, which is in MWh. "
        "Use a unit of the same kind."
    ]


def test_assumptions_of_mappings_and_of_unknown_things_are_looked_at_too():
    entry = "{value: 100, unit: 亿千瓦时, low: 50, high: 200, source: made up, confidence: assumed}"
    settings = (f"assumptions.demand.extra.computing={entry}", "demand.extra.computing=90亿千瓦时")
    assert "but the scenario has 90 亿千瓦时" in findings(settings, {})[0].what
    for key in ("discount_rate", "title.zh", "year", "name.x", "corridors.none.loss"):
        assert findings((f"assumptions.{key}={entry}",), {}) == []


def test_ranges_that_run_backwards_and_corridors_without_power_are_refused():
    swapped = ("assumptions.demand.energy.low=1700", "assumptions.demand.energy.high=1350")
    assert "the low end 1700 is above the high end 1350" in findings(swapped, {})[0].what
    idle = ("corridors.qingyu.p_nom=0 MW", "corridors.qingyu.contract=0 MWh")
    assert "a corridor in service has no power" in [f.what for f in findings(idle, {})]


def test_a_breach_inside_a_mapping_set_on_the_command_line_names_its_key():
    found = findings(("hydro={initial_level: 1}",), {})
    assert found[0].where == "--set hydro={initial_level: 1}: hydro.initial_level"


def test_without_marks_a_breach_names_the_key_alone():
    scenario = read_scenario("2030-plan", ["hydro.initial_level=1"]).scenario
    assert find_faults(scenario, read_facts())[0].where == "hydro.initial_level"
