"""Which plants count: grades, years, overrides, scale, and the counting rule of the targets."""

from __future__ import annotations

from collections import defaultdict

import pytest

from qhgrid.facts import read_facts
from qhgrid.scenario import counted_fleet, read_scenario
from qhgrid.scenario.fleet import counted_capacity


def fleet(name="2030-plan", *settings):
    plants = counted_fleet(read_scenario(name, settings).scenario, read_facts())
    return {plant.id: plant for plant in plants}


def by_technology(plants):
    sums = defaultdict(float)
    for plant in plants.values():
        sums[plant.technology] += plant.p_nom
    return sums


def test_the_plan_reaches_its_total_and_today_is_what_is_in_operation():
    facts = read_facts()
    plan, today = (read_scenario(name).scenario for name in ("2030-plan", "2025-base"))
    assert counted_capacity(plan, facts) == pytest.approx(165_000)
    assert counted_capacity(today, facts) == pytest.approx(79_000)
    assert {plant.grade for plant in counted_fleet(today, facts)} == {"OP"}


def test_the_fleet_comes_in_the_order_of_the_tables():
    facts = read_facts()
    order = [*facts.fleet, *facts.hydro_plants]
    names = list(fleet())
    assert names == sorted(names, key=order.index)


def test_a_grade_that_is_not_counted_stays_out():
    assert not [plant for plant in fleet("2030-plan", "fleet.grades=[OP, G5]").values() if plant.grade == "A"]
    assert "erduo" not in fleet()


def test_a_plant_counts_from_its_year_and_until_it_retires():
    late = "demand.level=central"
    assert "warang_1" in fleet("2030-plan", late)
    assert "warang_2" not in fleet("2030-plan", late)
    horizon = "horizon={start: 2034-01-01, end: 2034-01-01}"
    assert "geermu_gas" not in fleet("2030-plan", "year=2034", horizon)
    assert "warang_2" in fleet("2030-plan", "year=2034", horizon)


def test_an_override_changes_power_year_and_grade():
    bigger = "fleet.overrides.geermu_gas={p_nom: 400 MW, reason: enlarged}"
    assert fleet("2030-plan", bigger)["geermu_gas"].p_nom == 400
    assert fleet("2030-plan", bigger)["geermu_gas"].is_assumed
    assert not fleet()["geermu_gas"].is_assumed
    assert "warang_1" not in fleet(
        "2030-plan", "fleet.overrides.warang_1={in_service_year: 2031, reason: late}"
    )
    assumed = fleet(
        "2030-plan", "fleet.overrides.tongde_psh={grade: A, in_service_year: 2030, reason: early}"
    )
    assert assumed["tongde_psh"].grade == "A"
    assert assumed["tongde_psh"].is_assumed


def test_an_override_to_no_power_takes_a_plant_out():
    assert "geermu_gas" not in fleet("2030-plan", "fleet.overrides.geermu_gas={p_nom: 0 MW, reason: closed}")


def test_extra_turbines_are_rows_of_their_own():
    plants = fleet("2030-plan", "fleet.grades=[OP, G5, G4, A, G2]")
    assert plants["longyangxia_uprate"].p_nom == 600
    assert plants["longyangxia_uprate"].grade == "G2"
    assert plants["longyangxia_uprate"].technology == "hydro"
    assert plants["longyangxia"].p_nom == 1280
    assert "longyangxia_uprate" not in fleet()
    early = "fleet.overrides.longyangxia_uprate={grade: G4, reason: brought forward}"
    assert "longyangxia_uprate" in fleet("2030-plan", early)


def test_a_scale_multiplies_a_technology_and_nothing_else():
    before, after = by_technology(fleet()), by_technology(fleet("2030-plan", "fleet.scale.battery=0.5"))
    assert after["battery"] == pytest.approx(0.5 * before["battery"])
    assert {t: p for t, p in after.items() if t != "battery"} == {
        t: p for t, p in before.items() if t != "battery"
    }


def test_raising_the_grades_counted_never_lowers_capacity():
    facts = read_facts()
    grades, capacity = ["OP"], 0.0
    for grade in ("G5", "G4", "A", "G3", "G2", "G1"):
        grades.append(grade)
        now = counted_capacity(
            read_scenario("2030-plan", [f"fleet.grades={grades}".replace("'", "")]).scenario, facts
        )
        assert now >= capacity
        capacity = now


def test_storage_counts_as_capacity_where_the_rule_says_so():
    facts = read_facts()
    sums = by_technology(fleet())
    settings = ["targets.count_new_storage=false", "targets.new_storage_is_clean=false"]
    without_new = counted_capacity(read_scenario("2030-plan", settings).scenario, facts)
    assert without_new == pytest.approx(165_000 - sums["battery"] - sums["laes"])
    settings = ["targets.count_pumped_storage=false", "targets.pumped_storage_is_clean=false"]
    without_pumped = counted_capacity(read_scenario("2030-plan", settings).scenario, facts)
    assert without_pumped == pytest.approx(165_000 - sums["pumped_storage"])


def test_late_storage_is_less_storage():
    plan, late = by_technology(fleet()), by_technology(fleet("2030-storage-late"))
    assert late["pumped_storage"] == plan["pumped_storage"] - 2600
    assert late["battery"] == pytest.approx(plan["battery"] / 2)


def test_a_unit_that_joined_later_does_not_count_before_its_year():
    facts = read_facts()
    scenario = read_scenario("2025-base").scenario
    power = {
        year: {p.id: p.p_nom for p in counted_fleet(scenario.model_copy(update={"year": year}), facts)}
        for year in (2020, 2021, 2023)
    }
    assert [power[year]["laxiwa"] for year in power] == [3500.0, 4200.0, 4200.0]
    assert [power[year]["lijiaxia"] for year in power] == [1600.0, 1600.0, 2000.0]
