"""电力平衡表, 电量平衡表 and 调峰平衡表 of the two-day system, cell by cell where it matters."""

import numpy as np
import pytest

from qhgrid.indicators import find_table
from qhgrid.indicators.measuring import measure, open_ledger
from qhgrid.indicators.peaking_table import hardest_days, regulation_capability, regulation_need
from qhgrid.indicators.power_table import available_imports, available_storage, net_need, tightest_hours
from tests.indicators import systems


@pytest.fixture(scope="module")
def power(indicators):
    return find_table(indicators.tables, "power_balance")


@pytest.fixture(scope="module")
def energy(indicators):
    return find_table(indicators.tables, "energy_balance")


@pytest.fixture(scope="module")
def peaking(indicators):
    return find_table(indicators.tables, "peaking_balance")


def test_the_tightest_hour_of_each_month_is_that_of_highest_net_need(ledger, power):
    """Evening: 620 load + 200 export - 100 wind = 720, and 50 more with the shed; noon 600 + 440 - 700."""
    assert net_need(ledger).to_numpy()[[12 + 24, 20, 19 + 24]] == pytest.approx([340, 770, 720])
    assert tightest_hours(ledger).tolist() == [20, 24 + 19]
    assert power.row("hour").values == ("1月31日20时", "2月1日19时")


def test_need_is_load_exports_and_reserve(power):
    """20 h on 31 January: 670 load, 200 over 青豫, 3 % and 8 % of 670 in reserve."""
    assert power.number("load", "m01") == pytest.approx(67.0)
    assert power.number("export_qingyu", "m01") == pytest.approx(20.0)
    assert power.number("export_gansu", "m01") == 0.0
    assert power.number("reserve", "m01") == pytest.approx(67.0 * 0.11)
    assert power.number("need", "m01") == pytest.approx(87.0 + 67.0 * 0.11)
    assert (power.row("load_reserve").mark, power.row("maintenance_reserve").mark) == ("假设", "")
    assert power.number("peak_load", "m01") == pytest.approx(74.0)


def test_available_capacity_is_what_could_be_given_in_that_hour(power):
    """Hydro 1 200, coal 450, wind 100, PV 0, CSP 120; battery 80 + 160 held but rated 200; 500 Gansu."""
    available = {row.key: row.values[0] for row in power.rows if row.key.startswith("available")}
    assert available == pytest.approx(
        {
            "available": 207.0,
            "available_hydro": 120.0,
            "available_coal": 45.0,
            "available_wind": 10.0,
            "available_pv": 0.0,
            "available_csp": 12.0,
            "available_battery": 20.0,
        }
    )
    assert power.number("imports", "m01") == pytest.approx(50.0)
    assert power.number("surplus", "m01") == pytest.approx(207.0 + 50.0 - 87.0 - 67.0 * 0.11)
    assert power.number("reserve_rate", "m01") == pytest.approx(100 * (257.0 - 87.0) / 87.0)
    assert power.cell("water_year", "m01") == "平水年"


def test_storage_that_is_empty_gives_only_what_it_was_giving(ledger):
    """23 h: discharged to nothing; 22 h: the last 80 of the charge."""
    battery = available_storage(ledger).sel(technology="battery").to_numpy()
    assert battery[[22, 23]] == pytest.approx([80.0, 0.0])


def test_a_tie_brings_no_more_than_its_neighbour_offers():
    results = systems.two_days()
    results["generator_p_max_mw"] = results["generator_p_max_mw"].where(
        results["generator"] != "gansu market supply", 300.0
    )
    ledger = open_ledger(results, systems.scenario(), systems.facts(), 0.0)
    assert available_imports(ledger).to_numpy() == pytest.approx(np.full((48, 1), 300.0))


def test_credit_is_available_over_installed(indicators):
    credit = find_table(indicators.tables, "capacity_credit")
    assert credit.number("hydro", "m01") == pytest.approx(100 * 1_200 / 1_280)
    assert credit.number("pv", "m01") == 0.0
    assert credit.number("wind", "m01") == pytest.approx(25.0)


def test_the_energy_balance_by_hand(energy):
    """January: demand 14 600 MWh, exports 6 960, battery loss 80, dump 10; supply the same 21 650."""
    january = {row.key: row.values[0] for row in energy.rows}
    wanted = {
        "need": 0.2165,
        "demand": 0.146,
        "demand_aluminium": 0.048,
        "exports": 0.0696,
        "new_storage_losses": 0.0008,
        "storage_change": 0.0,
        "dump": 0.0001,
        "supply": 0.2165,
        "generation": 0.2136,
        "imports": 0.0024,
        "shed": 0.0005,
        "difference": 0.0,
        "curtailed": 0.012,
        "curtailment_rate_pv": 100 / 6,
        "utilisation": 87.5,
        "clean_share": 100 * 14_160 / 21_360,
        "non_fossil_share": 100 * 14_160 / 21_360,
        "new_energy_share": 100 * 8_400 / 21_360,
        "hours_pv": 5.0,
        "coal_hours": 14.4,
        "standard_coal": 0.216,
        "coal_rate": 300.0,
        "co2": 0.574_56,
    }
    assert {key: january[key] for key in wanted} == pytest.approx(wanted, abs=1e-12)


def test_rates_of_the_whole_are_not_sums_of_rates(energy):
    assert energy.number("utilisation", "total") == pytest.approx(87.5)
    assert energy.number("hours_coal", "total") == pytest.approx(28.8)
    assert energy.column("total").label_zh == "合计（48小时）"
    assert "未外推" in energy.note_zh


def test_storage_change_carries_energy_from_month_to_month():
    """Charge of the first evening kept to the second day: 320 MWh rise in January and fall in February."""
    results = systems.two_days()
    discharge = results["storage_unit_p_dispatch"].copy()
    discharge[:24] = 0.0
    discharge[24:] = discharge[24:] * 2.0
    level = results["storage_unit_state_of_charge"].copy()
    charge = results["storage_unit_p_store"].to_numpy()[:, 0]
    level[:, 0] = np.cumsum(0.8 * charge - discharge.to_numpy()[:, 0])
    load = results["load_p"].copy()
    load[:, 0] += discharge.to_numpy()[:, 0] - results["storage_unit_p_dispatch"].to_numpy()[:, 0]
    moved = results.assign(storage_unit_p_dispatch=discharge, storage_unit_state_of_charge=level, load_p=load)
    table = find_table(measure(moved, systems.scenario(), systems.facts(), 0.0).tables, "energy_balance")
    assert table.row("storage_change").values == pytest.approx((0.0032, -0.0032, 0.0))
    assert table.row("new_storage_losses").values == pytest.approx((0.0008, 0.0008, 0.0016))
    assert table.row("difference").values == pytest.approx((0.0, 0.0, 0.0), abs=1e-12)


def test_the_need_for_regulation_by_hand(ledger, peaking):
    """1 February: load 500 to 740; net of 700 and 100 MW sun and wind -100 to 520; with exports 340 to 720.

    So 240 of load, 380 more by sun and wind, 240 less by exports: 380 MW.
    """
    need = {name: values[1] for name, values in regulation_need(ledger).items()}
    assert need == pytest.approx(
        {
            "load_max": 740,
            "load_min": 500,
            "load_swing": 240,
            "counter_peak": 380,
            "export_regulation": 240,
            "need": 380,
        }
    )
    assert peaking.number("need", "m02") == pytest.approx(38.0)


def test_the_means_of_regulation_by_hand(ledger, peaking):
    """Hydro 1 200, coal 450 - 150, CSP 120, battery twice 200, ties 500: 2 520 MW."""
    means = {name: values[1] for name, values in regulation_capability(ledger).items()}
    assert means == pytest.approx({"hydro": 1_200, "coal": 300, "csp": 120, "battery": 400, "imports": 500})
    assert peaking.number("surplus", "m02") == pytest.approx(252.0 - 38.0)
    assert peaking.row("day").values == ("1月31日", "2月1日")


def test_the_hardest_day_is_the_one_of_least_surplus():
    """Both days in January: the first, whose evening peak is 50 MW higher for what was shed, is harder."""
    results = systems.two_days()
    results = results.assign_coords(snapshot=results["snapshot"] - np.timedelta64(24, "h"))
    ledger = open_ledger(results, systems.scenario(), systems.facts(), 0.0)
    assert hardest_days(ledger).tolist() == [0]
