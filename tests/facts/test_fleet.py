"""The fleet adds up: to the official stock of 2025, and to the plan's total of 2030."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

import pytest

from qhgrid.facts import PREFECTURES


def _by(facts, key, grades, year):
    """Return capacity [MW] by `key` of what is in service at the end of `year`, cascade included."""
    sums = defaultdict(float)
    for row in facts.fleet.values():
        if row.grade in grades and row.in_service_year <= year < row.retire_year:
            sums[getattr(row, key)] += row.value
    for row in facts.hydro_plants.values():
        if row.grade in grades and row.in_service_year <= year:
            later = [
                unit.value
                for unit in facts.hydro_units.values()
                if unit.plant == row.id and unit.in_service_year > year
            ]
            sums["hydro" if key == "technology" else getattr(row, key)] += row.value - sum(later)
    return dict(sums)


BASE_CASE = ("OP", "G5", "G4", "A")


def test_the_stock_of_2025_is_the_official_79_gw_by_technology(facts):
    found = _by(facts, "technology", ("OP",), 2025)
    thermal = found["coal"] + found["gas"] + found["biomass"]
    assert sum(found.values()) == pytest.approx(79_000.0, abs=1e-6)
    assert found["hydro"] == pytest.approx(16_670.0, abs=1e-6)
    assert found["pv"] + found["csp"] == pytest.approx(41_800.0, abs=1e-6)
    assert found["csp"] == pytest.approx(410.0)
    assert found["wind"] == pytest.approx(15_570.0, abs=1e-6)
    assert thermal == pytest.approx(4_124.4, abs=1e-6)
    assert found["battery"] == pytest.approx(835.6, abs=1e-6)


def test_the_stock_of_2025_agrees_with_the_statistics(facts):
    found = _by(facts, "technology", ("OP",), 2025)
    for item, technologies in (
        ("capacity_hydro_2025", ("hydro",)),
        ("capacity_wind_2025", ("wind",)),
        ("capacity_solar_total_pv_csp_2025", ("pv", "csp")),
        ("capacity_total_2025", tuple(found)),
        ("capacity_thermal_total_2024", ("coal", "gas", "biomass")),
    ):
        assert sum(found[t] for t in technologies) == pytest.approx(facts.statistics[item].value), item


@pytest.mark.parametrize("year", range(2019, 2026))
def test_each_vintage_brings_the_fleet_to_the_official_capacity_of_its_year(facts, year):
    found = _by(facts, "technology", ("OP",), year)
    for item, technologies in (
        ("hydro", ("hydro",)),
        ("solar_total_pv_csp", ("pv", "csp")),
        ("wind", ("wind",)),
        ("thermal_total", ("coal", "gas", "biomass")),
        ("storage_electrochemical", ("battery",)),
    ):
        row = facts.statistics.get(f"capacity_{item}_{year}")
        if row is not None:
            assert sum(found.get(t, 0.0) for t in technologies) == pytest.approx(row.value, abs=1e-6), item


def test_haixi_of_early_2022_has_the_published_wind_and_pv(facts):
    rows = [row for row in facts.fleet.values() if row.prefecture == "haixi" and row.in_service_year <= 2021]
    found = {t: sum(row.value for row in rows if row.technology == t) for t in ("pv", "wind", "csp")}
    assert found == pytest.approx({"pv": 5950.0, "wind": 5490.0, "csp": 160.0})


def test_no_station_loses_wind_or_pv_from_one_year_to_the_next(facts):
    for row in facts.fleet.values():
        if row.technology in ("pv", "wind"):
            assert row.retire_year == 9999, row.id


def test_official_totals_of_past_years_are_the_sum_of_their_parts(facts):
    """5498 = 1305 + 2561 + 1185 + 396.94 + 50 of storage in 2023: storage is inside the official total."""
    for year in (2018, 2019, 2020, 2021, 2022, 2023):
        items = ["hydro", "solar_total_pv_csp", "wind", "thermal_total"]
        items += ["storage_electrochemical"] if year == 2023 else []
        parts = sum(facts.statistics[f"capacity_{item}_{year}"].value for item in items)
        assert parts == pytest.approx(facts.statistics[f"capacity_total_{year}"].value, abs=10.0), year


def test_the_fleet_of_2030_reaches_exactly_165_gw(facts):
    total = sum(_by(facts, "technology", BASE_CASE, 2030).values())
    assert total == pytest.approx(facts.targets["TGT-01"].value, abs=1e-6)


def test_each_grade_carries_its_part_of_the_165_gw(facts):
    found = _by(facts, "grade", BASE_CASE, 2030)
    assert found == pytest.approx({"OP": 79_000.0, "G5": 1_320.0, "G4": 42_870.0, "A": 41_810.0}, abs=1e-6)


def test_named_assumptions_close_the_gap_by_technology(facts):
    assert _by(facts, "technology", ("A",), 2030) == pytest.approx(
        {"pv": 21_500.0, "wind": 11_800.0, "csp": 240.0, "battery": 8_270.0}
    )
    assert all(row.is_assumed for row in facts.fleet.values() if row.grade == "A")


def test_clean_capacity_passes_150_gw_only_with_storage_counted(facts):
    found = _by(facts, "technology", BASE_CASE, 2030)
    clean = sum(mw for id, mw in found.items() if facts.technology(id).is_clean)
    storage = sum(mw for id, mw in found.items() if facts.technology(id).is_storage)
    target = facts.targets["TGT-02"].value
    assert clean < target <= clean + found["battery"] + found["laes"]
    assert clean + storage == pytest.approx(165_000.0 - found["coal"] - found["gas"])


def test_bases_hold_what_was_published(facts):
    """青粤: PV 960 + wind 600 + coal 264 + storage 120 = 1944; 青桂: 1924 with 132 of coal."""
    rows = [row for row in facts.fleet.values() if row.corridor]
    parts = defaultdict(float)
    for row in rows:
        parts[row.corridor, row.technology] += row.value
    south = {technology: mw for (corridor, technology), mw in parts.items() if corridor == "qingyue"}
    assert south == {"pv": 9600.0, "wind": 6000.0, "coal": 2640.0, "battery": 1200.0}
    west = {technology: mw for (corridor, technology), mw in parts.items() if corridor == "qinggui"}
    assert sum(west.values()) == 19_240.0
    assert west["coal"] == 1320.0


def test_the_golmud_coal_plant_is_counted_once(facts):
    named = [row for row in facts.fleet.values() if "格尔木2×660" in row.name_zh]
    assert [row.id for row in named] == ["geermu_coal"]
    assert named[0].grade == "G5"
    west = [r for r in facts.fleet.values() if r.corridor == "qinggui" and r.technology == "coal"]
    assert [row.id for row in west] == ["geermu_coal"]


def test_coal_in_2030_is_todays_plus_golmud_and_ganhe(facts):
    today, then = (_by(facts, "technology", BASE_CASE, year)["coal"] for year in (2025, 2030))
    assert then - today == pytest.approx(1320.0 + 2640.0)


def test_concentrating_solar_under_construction_adds_up_to_1650_mw(facts):
    building = [
        row.value
        for row in facts.fleet.values()
        if row.technology == "csp" and row.grade == "G4" and not row.corridor
    ]
    assert sum(building) == pytest.approx(1650.0)


def test_plants_whose_construction_only_starts_count_nothing_in_2030(facts):
    for row in (*facts.fleet.values(), *facts.hydro_plants.values()):
        if row.grade in ("G3", "G2", "G1", "G0"):
            assert row.in_service_year > 2030, row.id


def test_capacity_grows_every_year_to_2030(facts):
    path = [sum(_by(facts, "technology", BASE_CASE, year).values()) for year in range(2025, 2031)]
    steps = [after - before for before, after in pairwise(path)]
    assert min(steps) > 5_000.0
    assert max(steps) < 30_000.0


def test_capacity_is_positive_and_ranges_hold_the_value(facts):
    for row in facts.fleet.values():
        assert row.value > 0, row.id
        if row.is_assumed:
            assert row.low <= row.value <= row.high, row.id


def test_each_prefecture_has_a_fleet_and_the_two_bases_most_of_it(facts):
    found = _by(facts, "prefecture", BASE_CASE, 2030)
    assert set(found) == set(PREFECTURES)
    assert found["haixi"] + found["hainan"] > 0.6 * sum(found.values())


def test_storage_has_hours_and_coal_has_a_heat_rate(facts):
    for row in facts.fleet.values():
        has_store = facts.technology(row.technology).is_storage or row.technology == "csp"
        assert (row.storage_h > 0) == has_store, row.id
        assert (row.heat_rate_gce_per_kwh > 0) == (row.technology == "coal"), row.id
