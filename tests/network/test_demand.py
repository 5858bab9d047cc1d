"""Demand by class and bus."""

import pytest

from qhgrid.errors import NetworkError
from qhgrid.network import build_network
from qhgrid.scenario.model import Scenario
from tests.network.systems import (
    SCENARIO,
    built,
    by_id,
    demand_row,
    small_facts,
    small_profiles,
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
