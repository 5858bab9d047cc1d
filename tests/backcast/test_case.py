"""A past year as a case: capacity within the year, demand by month, floors, settings, and the level path."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from qhgrid.backcast.calibration import YEARS, parameter
from qhgrid.backcast.case import SUN_HOURS, coal_floor, level_on, past_case
from qhgrid.backcast.growth import capacity_at_month_end, share_at_work
from qhgrid.backcast.published import consumption_by_month, read_published
from qhgrid.backcast.release import Path
from qhgrid.backcast.simulate import build_case, simulate
from qhgrid.errors import FactsError
from qhgrid.facts import read_facts
from qhgrid.profiles import load_profiles
from qhgrid.scenario.fleet import counted_fleet

FACTS = read_facts()
DAYS = (date(2022, 7, 31), date(2022, 8, 1))
CASE = past_case(FACTS, 2022, DAYS)


def test_wind_of_2020_grew_as_the_statistics_say():
    assert capacity_at_month_end(FACTS, "wind", 2020, 0) == pytest.approx(4620.0)
    assert capacity_at_month_end(FACTS, "wind", 2020, 10) == pytest.approx(6970.0)
    assert capacity_at_month_end(FACTS, "wind", 2020, 12) == pytest.approx(8430.0)
    assert capacity_at_month_end(FACTS, "pv", 2020, 12) == pytest.approx(15_800.0)


def test_a_month_without_a_figure_lies_between_its_neighbours():
    ends = [capacity_at_month_end(FACTS, "wind", 2021, month) for month in (0, 1, 2)]
    assert ends[1] == pytest.approx((ends[0] + ends[2]) / 2)


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("technology", ["pv", "wind"])
def test_no_more_than_the_capacity_of_the_year_is_at_work(technology, year):
    shares = share_at_work(FACTS, technology, year)
    assert 0.4 < shares.min() <= shares.max() <= 1.001


@pytest.mark.parametrize("year", YEARS)
def test_the_months_of_demand_add_up_to_the_year(year):
    total = read_published(FACTS, year).yearly["consumption"]
    assert consumption_by_month(FACTS, year).sum() == pytest.approx(total)


def test_a_year_without_generation_is_refused():
    with pytest.raises(FactsError, match=r"nothing published of this year. Choose one of: 2020, 2021"):
        read_published(FACTS, 2010)


def test_an_unknown_parameter_is_refused():
    with pytest.raises(FactsError, match=r"calibration.csv: slop: no such parameter"):
        parameter(FACTS, "slop")


def test_coal_is_held_up_by_heat_in_winter_and_by_wind_and_sun_in_summer():
    early, late = (coal_floor(FACTS, year) for year in (2020, 2023))
    assert early[0] == late[0] == parameter(FACTS, "coal_floor_01")
    assert late[6] > early[6] > parameter(FACTS, "coal_floor_07")
    assert late.max() <= parameter(FACTS, "thermal_availability")


def test_every_year_has_the_same_settings_but_for_what_is_known_of_it():
    """A setting may differ by the year's own figures; its key may not, unless past_settings.csv names it."""
    keys = {}
    for year in YEARS:
        settings = past_case(FACTS, year, (date(year, 1, 1), date(year, 1, 1))).settings
        known = {row.setting for row in FACTS.past_settings.values() if row.year == year}
        assert known <= set(settings)
        keys[year] = [setting.partition("=")[0] for setting in settings if setting not in known]
    assert len({tuple(names) for names in keys.values()}) == 1


def test_the_fleet_of_a_past_year_is_that_of_its_end():
    wind = sum(p.p_nom for p in counted_fleet(CASE.scenario, FACTS) if p.technology == "wind")
    assert wind == pytest.approx(9720.0)


def test_demand_has_the_published_energy_of_its_month():
    network = build_case(CASE, FACTS)
    mean = network.get_switchable_as_dense("Load", "p_set").sum(axis=1)
    months = consumption_by_month(FACTS, 2022)
    assert mean.iloc[:24].mean() == pytest.approx(months[6] / (31 * 24))
    assert mean.iloc[24:].mean() == pytest.approx(months[7] / (31 * 24))


def test_ties_take_less_of_the_sun_than_they_could():
    network = build_case(CASE, FACTS)
    share = network.get_switchable_as_dense("Link", "p_max_pu")["gansu export"]
    noon = share[share.index.hour == 12]
    night = share[share.index.hour == 2]
    assert noon.to_numpy() == pytest.approx(parameter(FACTS, "sun_export_share_summer"))
    assert night.to_numpy() == pytest.approx(1.0)
    assert 12 in SUN_HOURS


def test_levels_stand_on_the_path_at_the_end_of_a_month():
    path = Path(np.arange(13.0), np.zeros(12))
    assert level_on(path, 2021, date(2021, 1, 1)) == 0.0
    assert level_on(path, 2021, date(2021, 1, 31)) == pytest.approx(1.0)
    assert level_on(path, 2021, date(2021, 12, 31)) == pytest.approx(12.0)


def test_two_days_of_a_past_year_are_proved_balanced_and_on_the_path():
    exact = simulate(CASE, FACTS)
    assert exact.gap < 1e-3
    assert exact.level_m[7] == pytest.approx(CASE.path.level_m[7], abs=0.06)
    made = {key: exact.monthly[key][6:8].sum() for key in exact.monthly}
    supply = sum(made[key] for key in ("hydro", "thermal", "wind", "pv", "csp", "tie_import", "shed"))
    use = sum(made[key] for key in ("consumption", "corridor", "tie_export"))
    assert supply == pytest.approx(use, rel=0.01)
    assert made["wind"] <= made["wind_potential"] + 1e-6


def test_wind_and_pv_give_no_more_than_the_capacity_at_work():
    plain = load_profiles(CASE.scenario, CASE.profiles.indexes["snapshot"])
    for technology, growth in (("pv", 2), ("wind", 2)):
        at_work = share_at_work(FACTS, technology, 2022)
        for day, month in ((0, 6), (1, 7)):
            hours = slice(24 * day, 24 * (day + 1))
            found = CASE.profiles[f"{technology}_p_max_pu"][hours].sum()
            whole = plain[f"{technology}_p_max_pu"][hours].sum() * parameter(FACTS, f"{technology}_potential")
            assert float(found / whole) == pytest.approx(at_work[month], rel=10**-growth)


def test_reservoirs_are_held_at_the_end_of_a_month_and_free_within_it():
    network = build_case(CASE, FACTS)
    least, most = (network.get_switchable_as_dense("Store", name) for name in ("e_min_pu", "e_max_pu"))
    stores = network.stores[network.stores.role == "reservoir"]
    width = (most - least)[stores.index]
    assert (width.iloc[23] < 0.05).all()
    assert (width.iloc[10] > 0.5).all()
    for name in stores.index.drop(f"{CASE.river.plant} reservoir"):
        begin = stores.e_initial[name] / stores.e_nom[name]
        assert least[name].iloc[23] < begin < most[name].iloc[23]
