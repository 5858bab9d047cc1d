"""The cascade carries the river, demand adds up, and the climate tables fit the fleet."""

from __future__ import annotations

import pytest

from qhgrid.facts import PREFECTURES
from qhgrid.facts.demand import class_energies_mwh
from qhgrid.facts.parse import SERIES_COLUMNS
from qhgrid.facts.rows import DEMAND_CLASSES


def test_the_cascade_is_one_chain_downstream(facts):
    plants = list(facts.hydro_plants.values())
    assert [row.order for row in plants] == list(range(1, len(plants) + 1))
    assert [row.downstream for row in plants] == [row.id for row in plants[1:]] + [""]
    assert plants[0].id == "maerdang"
    assert plants[-1].id == "dahejia"


def test_the_river_grows_downstream_as_design_flows_say(facts):
    """Mean flow over the 637 m3/s of 唐乃亥: 560 at 玛尔挡, 650 at 龙羊峡, 717 at 公伯峡, 730 at 大河家."""
    share, found = 0.0, {}
    for row in facts.hydro_plants.values():
        assert row.side_inflow_share >= 0, row.id
        share += row.side_inflow_share
        found[row.id] = share * 637
    expected = {"maerdang": 560, "banduo": 605, "longyangxia": 650, "gongboxia": 717, "dahejia": 730}
    assert {id: found[id] for id in expected} == pytest.approx(expected, abs=0.5)
    assert found["yangqu"] == pytest.approx(637, abs=0.5)


def test_design_energy_follows_from_flow_head_and_coefficient(facts):
    """N = K Q H gives the printed energy of the large plants within 15 %, spill and head left out."""
    flow = 0.0
    for row in facts.hydro_plants.values():
        flow += row.side_inflow_share * 637
        if row.grade == "OP" and row.value >= 1000:
            energy = row.k_factor * flow * row.head_m / 1000 * 8760
            assert energy == pytest.approx(row.annual_energy_mwh, rel=0.15), row.id


def test_turbines_can_pass_more_than_the_mean_flow(facts):
    flow = 0.0
    for row in facts.hydro_plants.values():
        flow += row.side_inflow_share * 637
        assert row.value * 1000 / (row.k_factor * row.head_m) > flow, row.id


def test_longyangxia_regulates_over_years_and_keeps_its_minimum_release(facts):
    row = facts.hydro_plants["longyangxia"]
    assert row.regulating_storage_m3 == pytest.approx(193.5e8)
    assert row.minimum_release_m3_per_s == 350.0
    assert row.regulating_storage_m3 > 10 * max(
        other.regulating_storage_m3 for other in facts.hydro_plants.values() if other.id != "longyangxia"
    )


def test_uprates_are_options_with_a_range(facts):
    uprates = {id: row.uprate_grade for id, row in facts.hydro_plants.items() if row.uprate_mw}
    assert uprates == {"longyangxia": "G2", "gongboxia": "G2"}
    for id in uprates:
        cell = facts.cell_sources[f"hydro_plants.{id}.uprate_mw"]
        assert cell.is_assumed
        assert cell.low < cell.value < cell.high


def test_the_inflow_record_has_62_years_and_its_known_extremes(facts):
    assert list(facts.inflow_monthly) == list(range(1957, 2019))
    means = {row.year: row.value for row in facts.inflow_tangnaihai_monthly.values()}
    assert min(means, key=means.get) == 2002
    assert max(means, key=means.get) == 1989
    assert sum(means.values()) / 62 == pytest.approx(637, abs=1.0)


def test_the_value_of_a_daily_series_is_its_mean(facts):
    for table in ("pv_capacity_factor", "wind_diurnal_shape", "temperature", "load_shape_hourly"):
        for row in getattr(facts, table).values():
            assert len(row.hours) == len(SERIES_COLUMNS["hours"]) == 24
            assert row.value == pytest.approx(sum(row.hours) / 24, abs=1e-5), f"{table}: {row.id}"
    assert list(facts.load_shape_hourly) == ["q1", "q2", "q3", "q4"]


def test_the_value_of_a_monthly_series_is_its_sum(facts):
    for table in ("full_load_hours", "monthly_hours", "demand_monthly_shares"):
        for row in getattr(facts, table).values():
            assert row.value == pytest.approx(sum(row.months), rel=1e-6), f"{table}: {row.id}"


def test_monthly_generation_is_converted_from_twh(facts):
    assert facts.monthly_hours["load"].months[0] == pytest.approx(7.158e6)
    assert facts.monthly_hours["load"].unit == "MWh"


def test_climate_tables_have_twelve_months(facts):
    for table in ("pv_capacity_factor", "wind_diurnal_shape", "temperature", "pv_wind_variability"):
        assert list(getattr(facts, table)) == [f"m{month:02d}" for month in range(1, 13)]


def test_the_sun_shines_by_day_with_its_noon_at_13_to_15_beijing_time(facts):
    for row in facts.pv_capacity_factor.values():
        assert row.hours.index(max(row.hours)) in (13, 14)
        assert sum(row.hours[:7]) + sum(row.hours[21:]) == 0.0


def test_quantiles_of_a_month_rise(facts):
    for row in facts.pv_wind_variability.values():
        pv = (
            row.pv_daily_p5_h,
            row.pv_daily_p25_h,
            row.pv_daily_p50_h,
            row.pv_daily_p75_h,
            row.pv_daily_p95_h,
        )
        wind = (row.wind_rel_p5, row.wind_rel_p25, row.wind_rel_p50, row.wind_rel_p75, row.wind_rel_p95)
        assert pv == tuple(sorted(pv))
        assert wind == tuple(sorted(wind))
        assert wind[-1] <= row.wind_rel_p99


@pytest.mark.parametrize("technology", ["pv", "wind"])
def test_todays_fleet_has_the_monthly_hours_of_the_province(facts, technology):
    hours = facts.pv_full_load_hours if technology == "pv" else facts.wind_full_load_hours
    assert tuple(hours) == PREFECTURES
    weights = dict.fromkeys(PREFECTURES, 0.0)
    for row in facts.fleet.values():
        if row.technology == technology and row.grade == "OP":
            weights[row.prefecture] += row.value
    for month, expected in enumerate(facts.monthly_hours[f"{technology}_potential"].months):
        mean = sum(weights[p] * hours[p][month] for p in PREFECTURES) / sum(weights.values())
        assert mean == pytest.approx(expected, rel=1e-4)


def test_demand_of_2030_holds_the_three_levels(facts):
    totals = {level: facts.demand_energy(2030, level) for level in ("low", "central", "high")}
    assert totals == pytest.approx({"low": 135.0e6, "central": 148.5e6, "high": 170.0e6})
    assert (facts.demand["total_2030_central"].low, facts.demand["total_2030_central"].high) == (
        pytest.approx(135.0e6),
        pytest.approx(170.0e6),
    )
    assert facts.demand_energy(2024, "actual") == pytest.approx(105.351e6)
    assert facts.demand_energy(2036, "central") is None


def test_demand_grows_each_year_and_levels_keep_their_order(facts):
    for level in ("low", "central", "high"):
        path = [facts.demand_energy(year, level) for year in range(2025, 2036)]
        assert path == sorted(path)
    for year in range(2025, 2036):
        low, central, high = (facts.demand_energy(year, level) for level in ("low", "central", "high"))
        assert low < central < high


def test_the_id_of_a_demand_row_says_what_it_is(facts):
    for id, row in facts.demand.items():
        assert id == f"{row.demand_class}_{row.year}_{row.level}"


def test_each_class_of_demand_is_spread_over_the_prefectures(facts):
    assert tuple(facts.demand_class_shares) == DEMAND_CLASSES
    for shares in facts.demand_class_shares.values():
        assert tuple(shares) == PREFECTURES
        assert sum(shares.values()) == pytest.approx(1.0, abs=1e-12)


def test_the_spread_of_demand_is_close_to_the_assumed_shares_of_prefectures(facts):
    """西宁 46 %, 海东 20 %, 海西 23 %, within 5 points."""
    energies = class_energies_mwh(facts, 2025, "central")
    total = sum(energies.values())
    found = dict.fromkeys(PREFECTURES, 0.0)
    for demand_class, shares in facts.demand_class_shares.items():
        for prefecture, share in shares.items():
            found[prefecture] += share * energies[demand_class] / total
    for prefecture, share in (("xining", 0.46), ("haidong", 0.20), ("haixi", 0.23), ("hainan", 0.05)):
        assert found[prefecture] == pytest.approx(share, abs=0.05)


def test_monthly_shares_of_demand_add_up_to_a_year(facts):
    (row,) = facts.demand_monthly_shares.values()
    assert sum(row.months) == pytest.approx(1.0, abs=2e-4)
