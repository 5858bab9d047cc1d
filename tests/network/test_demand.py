"""Demand by class and bus."""

import numpy as np
import pytest
import xarray as xr

from qhgrid.clock import snapshots
from qhgrid.errors import NetworkError
from qhgrid.facts import read_facts
from qhgrid.facts import rows as r
from qhgrid.network import build_network
from qhgrid.network.case import Case
from qhgrid.network.demand import add_demand, demand_side
from qhgrid.network.draft import Draft
from qhgrid.profiles import load_profiles
from qhgrid.scenario import counted_fleet, read_scenario
from qhgrid.scenario.model import DemandClass, Scenario
from tests.network.systems import (
    SCENARIO,
    built,
    by_id,
    demand_row,
    said,
    small_facts,
    small_profiles,
    small_scenario,
    station,
)


def mean_mw(n, load):
    """Return the mean of a load [MW]."""
    return n.get_switchable_as_dense("Load", "p_set")[load].mean()


def test_load_is_energy_times_share_times_shape():
    """876 000 MWh are 100 MW; three quarters in xining, 1.2 times as much by day as on average."""
    n = built()
    assert n.loads_t.p_set["xining base"].iloc[12] == pytest.approx(90.0)
    assert mean_mw(n, "xining base") == pytest.approx(75.0)
    assert mean_mw(n, "hainan base") == pytest.approx(25.0)
    assert n.loads.p_set["xining aluminium"] == pytest.approx(50.0)
    assert n.loads.demand_class["xining aluminium"] == "aluminium"


@pytest.mark.slow
@pytest.mark.parametrize("resolution", ["prefecture", "station"])
def test_energy_of_a_full_year_is_that_of_the_scenario(resolution):
    n = built(
        horizon={"start": "2030-01-01", "end": "2030-12-31"},
        demand={"energy": "1000000 MWh", "extra": {"computing": "50000 MWh"}},
        grid={"resolution": resolution},
    )
    assert n.get_switchable_as_dense("Load", "p_set").sum().sum() == pytest.approx(1_050_000.0)


def test_given_energy_scales_all_classes_alike_and_extra_comes_on_top():
    """657 000 MWh instead of 1 314 000 halve base and aluminium; 87 600 MWh of computing are 10 MW more."""
    n = built(demand={"energy": "657000 MWh", "extra": {"computing": "87600 MWh"}})
    assert mean_mw(n, "xining base") == pytest.approx(37.5)
    assert mean_mw(n, "xining aluminium") == pytest.approx(25.0)
    assert mean_mw(n, "hainan computing") == pytest.approx(10.0)


def test_past_year_uses_the_actual_figures():
    facts = small_facts(demand=by_id(demand_row("base", 8760.0, 2030, "actual")))
    assert mean_mw(built(facts), "xining base") == pytest.approx(0.75)


def test_level_picks_its_own_row():
    rows = by_id(demand_row("base", 8760.0), demand_row("base", 17520.0, level="high"))
    n = built(small_facts(demand=rows), demand={"level": "high"})
    assert mean_mw(n, "xining base") == pytest.approx(1.5)


def test_stations_of_a_prefecture_share_its_load_evenly_without_the_collection_stations():
    """Hongqi gathers solar power, so tala has all of hainan; xining_750 and east have half of xining each."""
    n = built(grid={"resolution": "station"})
    assert mean_mw(n, "tala base") == pytest.approx(25.0)
    assert mean_mw(n, "xining_750 base") == pytest.approx(37.5)
    assert mean_mw(n, "east base") == pytest.approx(37.5)
    assert "hongqi base" not in n.loads.index


def test_collection_stations_serve_load_where_there_is_no_other():
    stations = {
        **small_facts().stations,
        "tala": station("tala", "hainan", year=2040),
        "tala2": station("tala2", "xining"),
    }
    changes = {"corridors": {"qingyu": {"sending_station": "hongqi"}}}
    n = built(small_facts(stations=stations), grid={"resolution": "station"}, **changes)
    assert mean_mw(n, "hongqi base") == pytest.approx(25.0)


def test_year_without_demand_is_refused():
    with pytest.raises(NetworkError, match=r"data/demand\.csv: no class has energy for 2031, level central"):
        built(year=2031)


def test_class_without_shares_is_refused():
    shares = {k: v for k, v in SCENARIO["demand_shares"].items() if k != "aluminium"}
    scenario = Scenario.model_validate({**SCENARIO, "demand_shares": shares})
    with pytest.raises(NetworkError, match=r"demand_shares\.aluminium: is missing"):
        build_network(scenario, small_facts(), small_profiles(scenario))


def _published(months_mwh):
    row = r.MonthSeries(
        **said("y2030", sum(months_mwh), "MWh"), year=2030, technology="", prefecture="", months=months_mwh
    )
    return small_facts(demand_monthly={"y2030": row})


def _year_of_profiles(scenario):
    """Return profiles on the horizon and month means that say 1.2 for base, 1 for all other classes."""
    profiles = small_profiles(scenario)
    means = np.ones((12, len(DemandClass)))
    means[:, 0] = 1.2
    classes = profiles.demand_class.to_numpy()
    coords = {"month": range(1, 13), "demand_class": classes}
    return profiles.assign(demand_month_mean=xr.DataArray(means, coords, ("month", "demand_class")))


def test_published_months_scale_all_hours_of_a_month_alike():
    """Each month has 120 MW of base and 50 of aluminium on average by its means; 85 MW are half of that."""
    months = tuple(85.0 * 24 * days for days in (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31))
    scenario = small_scenario(demand={"published_months": True})
    n = build_network(scenario, _published(months), _year_of_profiles(scenario))
    plain = built()
    for load in ("xining base", "hainan base", "xining aluminium"):
        dense = [x.get_switchable_as_dense("Load", "p_set")[load].to_numpy() for x in (n, plain)]
        np.testing.assert_allclose(dense[0], 0.5 * dense[1])


def test_published_months_of_a_year_without_them_are_refused():
    scenario = small_scenario(demand={"published_months": True})
    with pytest.raises(NetworkError, match=r"demand\.published_months: data/demand_monthly\.csv has no row"):
        build_network(scenario, small_facts(), _year_of_profiles(scenario))


def test_published_months_need_the_month_means_of_the_profiles():
    scenario = small_scenario(demand={"published_months": True})
    with pytest.raises(NetworkError, match="profiles: demand_month_mean: is missing"):
        build_network(scenario, _published((1.0,) * 12), small_profiles(scenario))


def shipped_case(name, overrides, facts):
    """Return the case of a shipped scenario, with its profiles."""
    scenario = read_scenario(name, overrides, facts).scenario
    hours = snapshots(scenario.horizon.start, scenario.horizon.end)
    return Case(scenario, facts, load_profiles(scenario, hours), counted_fleet(scenario, facts))


@pytest.mark.parametrize("year", [2020, 2021, 2022, 2023])
def test_months_of_the_shipped_years_are_the_published_ones_to_the_megawatt_hour(year):
    facts = read_facts()
    changes = [f"year={year}", f"horizon.start={year}-02-01", f"horizon.end={year}-02-{28 + (year == 2020)}"]
    changes += ["demand.published_months=true", "targets.year=2030"]
    side = demand_side(shipped_case("2025-base", changes, facts))
    load = sum(mean * side.shape[name].sum() for (name, _), mean in side.mean_mw.items())
    assert load == pytest.approx(facts.demand_monthly[f"y{year}"].months[1], rel=1e-12)


def test_computing_is_its_racks_times_pue():
    """The PUE of 2030 is 1.18 in the facts; at 1.0 the racks alone are left, in every prefecture."""
    facts = read_facts()
    day = ["horizon.end=2030-01-01"]
    ours, bare = (
        demand_side(shipped_case("2030-plan", [*day, *more], facts)).mean_mw
        for more in ([], ["computing.pue={2025: 1.2, 2030: 1.0}"])
    )
    for key, mean in ours.items():
        ratio = 1.18 if key[0] is DemandClass.COMPUTING else 1.0
        assert mean / bare[key] == pytest.approx(ratio), key


def test_classes_and_prefectures_of_the_plan_add_up_to_its_demand():
    side = demand_side(shipped_case("2030-plan", ["horizon.end=2030-01-01"], read_facts()))
    assert sum(side.mean_mw.values()) * 8760 == pytest.approx(148.5e6)
    assert len({bus for _, bus in side.mean_mw}) == 8
    assert {name for name, _ in side.mean_mw} == set(DemandClass)


@pytest.mark.parametrize("resolution", ["prefecture", "station"])
def test_the_plan_has_few_flexible_components_at_any_resolution(resolution):
    case = shipped_case(
        "2030-plan", ["horizon.end=2030-01-01", f"grid.resolution={resolution}"], read_facts()
    )
    draft = Draft()
    add_demand(draft, case)
    assert len(draft.rows["StorageUnit"]) <= 4
    assert len(draft.rows["Store"]) <= 2
    assert "haixi electrolysis" not in draft.rows["Load"]
