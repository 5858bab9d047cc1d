"""Every reading of every target, with verdicts that a run can stand behind."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from qhgrid.indicators.measuring import open_ledger
from qhgrid.indicators.targets import clean_generation_share, main_body_shares, target_results
from tests.indicators import systems


def results_of(ledger):
    """Return the target results by key."""
    return {result.key: result for result in target_results(ledger)}


def opened(results=None, facts=None, **sections):
    """Return a ledger of the two-day system with changes."""
    results = systems.two_days() if results is None else results
    facts = systems.facts() if facts is None else facts
    return open_ledger(results, systems.scenario(**sections), facts, systems.OBJECTIVE)


def a_year() -> xr.Dataset:
    """Return the second day repeated over all 8 760 hours of 2030, so that yearly verdicts fall."""
    day = systems.two_days().isel(snapshot=slice(24, 48))
    times = pd.date_range("2030-01-01", periods=8760, freq="h")
    whole = xr.concat([day] * 365, dim="snapshot", data_vars="minimal")
    return whole.assign_coords(snapshot=times)


@pytest.fixture(scope="module")
def year():
    return results_of(opened(a_year()))


@pytest.fixture(scope="module")
def two_days(ledger):
    return results_of(ledger)


def test_capacity_is_judged_under_each_rule_and_the_scenarios_is_flagged(two_days):
    """3 300 MW without and 3 500 MW with the battery, against 3 400 MW: margins -10 and +10 万千瓦."""
    verdicts = {
        key.rsplit(".", 1)[-1]: (result.margin, result.passed, result.is_chosen)
        for key, result in two_days.items()
        if result.id == "TGT-01"
    }
    assert verdicts == {
        "generation_only": (pytest.approx(-10.0), False, False),
        "with_pumped_storage": (pytest.approx(-10.0), False, False),
        "with_new_storage": (pytest.approx(10.0), True, False),
        "with_all_storage": (pytest.approx(10.0), True, True),
    }


def test_clean_capacity_flags_the_rule_of_storage_that_is_counted_and_clean(two_days):
    """Batteries count but are not clean here, pumped storage counts and is: 3 300 - 500 coal = 2 800 MW."""
    chosen = [result for result in two_days.values() if result.id == "TGT-02" and result.is_chosen]
    assert [(result.rule, result.value, result.passed) for result in chosen] == [
        ("with_pumped_storage", pytest.approx(280.0), True)
    ]


def test_a_capacity_target_of_an_earlier_year_gets_no_verdict():
    late = results_of(opened(year=2031))["scorecard.tgt01.with_all_storage"]
    assert late.passed is None
    assert "目标年为2030年" in late.note_zh


def test_a_short_horizon_prints_yearly_values_but_no_verdict(two_days):
    share = two_days["scorecard.tgt03.net_of_curtailment"]
    assert share.value == pytest.approx(100 * 28_320 / 42_720)
    assert share.passed is None
    assert "仅覆盖48小时" in share.note_zh
    assert "48 hours only" in share.note_en


def test_a_full_year_gets_verdicts(year):
    """Clean 14 160 of 21 360 a day = 66.3 % < 80 %; new energy used 8 400 of 9 600 = 87.5 % < 90 %."""
    share = year["scorecard.tgt03.net_of_curtailment"]
    assert (share.value, share.passed) == (pytest.approx(66.2921, abs=1e-4), False)
    assert share.margin == pytest.approx(share.value - 80.0)
    used = year["scorecard.utilisation.new_energy"]
    assert (used.value, used.passed) == (pytest.approx(87.5), False)
    assert year["scorecard.utilisation.wind"].passed is True
    assert year["corridor.qingyu.clean_share_province"].passed is True
    assert share.note_zh == ""


def test_main_body_has_two_legs_and_two_strictness_levels(year):
    """Capacity: new energy 1 520, hydro 1 280, coal 500, battery 200 of 3 500 MW = 43.4 %. Energy: 39.3 %."""
    rows = {key: (r.passed, r.is_chosen) for key, r in year.items() if r.id == "TGT-04"}
    assert rows == {
        "scorecard.tgt04.capacity.largest": (True, True),
        "scorecard.tgt04.capacity.majority": (False, False),
        "scorecard.tgt04.generation.largest": (True, True),
        "scorecard.tgt04.generation.majority": (False, False),
    }
    assert year["scorecard.tgt04.capacity.largest"].value == pytest.approx(100 * 1_520 / 3_500)
    assert year["scorecard.tgt04.capacity.largest"].threshold == pytest.approx(100 * 1_280 / 3_500)
    assert "水电（含抽水蓄能）" in year["scorecard.tgt04.capacity.largest"].rule_zh
    assert "火电" in year["scorecard.tgt04.generation.largest"].rule_zh


def test_the_shares_of_all_categories_add_up_to_the_whole(ledger):
    for shares in main_body_shares(ledger).values():
        assert sum(shares.values()) == pytest.approx(100.0)


def test_a_carbon_peak_is_never_judged_from_one_year(year, two_days):
    """7 200 MWh a day x 0.3 x 2.66 = 5 745.6 t a day."""
    assert year["scorecard.tgt05.emissions"].value == pytest.approx(365 * 5_745.6 / 1e4)
    assert year["scorecard.tgt05.emissions"].passed is None
    assert year["scorecard.tgt05.emissions"].threshold is None
    assert "多年" in year["scorecard.tgt05.emissions"].note_zh
    assert "多年" in two_days["scorecard.tgt05.emissions"].note_zh


def test_full_power_has_three_readings_each_with_its_threshold(year):
    """A day: 10 h at 400 MW, 14 at 200; 17 h of use. A year: 3 650 and 6 205 h against 1.8 TWh / 400 MW."""
    rows = {r.rule: (r.value, r.threshold, r.passed, r.is_chosen) for r in year.values() if r.id == "GRD-02"}
    assert rows == {
        "hours_at_rating": (pytest.approx(3_650.0), pytest.approx(4_500.0), False, False),
        "utilisation_hours": (pytest.approx(6_205.0), pytest.approx(4_500.0), True, True),
        "maximum_reached": (pytest.approx(40.0), pytest.approx(39.6), True, False),
    }


def test_on_a_short_horizon_only_a_maximum_that_was_reached_is_certain():
    reached = results_of(opened())
    assert reached["corridor.qingyu.maximum_reached"].passed is True
    assert reached["corridor.qingyu.maximum_reached"].note_zh == ""
    assert reached["corridor.qingyu.hours_at_rating"].passed is None
    below = systems.two_days()
    below["link_p0"] = below["link_p0"].where(below["link"] != "qingyu", below["link_p0"] * 0.5)
    assert results_of(opened(below))["corridor.qingyu.maximum_reached"].passed is None


def test_corridors_that_are_not_in_service_are_named_as_missing(two_days):
    built = two_days["scorecard.grd03.built"]
    assert (built.value, built.threshold, built.passed, built.note_zh) == (0.0, 2.0, False, "在运：无。")
    assert not any("qinggui" in key for key in two_days)


def test_a_category_with_nothing_has_no_utilisation(two_days):
    dark = systems.two_days().isel(snapshot=slice(0, 4))
    results = results_of(opened(dark))
    assert results["scorecard.utilisation.pv"].value is None
    assert results["scorecard.utilisation.pv"].passed is None
    assert two_days["scorecard.utilisation.pv"].value == pytest.approx(100 * 5 / 6)


@settings(max_examples=25, deadline=None)
@given(charge=st.lists(st.floats(0.0, 200.0), min_size=24, max_size=24))
def test_a_lossless_battery_leaves_the_clean_share_unchanged(charge):
    """What it takes at noon it gives back 24 h later; neither counts as generation."""
    results = systems.two_days()
    flow = np.zeros((48, 1))
    flow[:24, 0] = charge
    before = clean_generation_share(opened(results))
    moved = results.copy()
    moved["storage_unit_p_store"] = (("snapshot", "storage_unit"), flow)
    moved["storage_unit_p_dispatch"] = (("snapshot", "storage_unit"), np.roll(flow, 24, axis=0))
    moved["storage_unit_state_of_charge"] = (
        ("snapshot", "storage_unit"),
        np.cumsum(flow - np.roll(flow, 24, axis=0), axis=0),
    )
    assert clean_generation_share(opened(moved)) == pytest.approx(before, rel=1e-12)
