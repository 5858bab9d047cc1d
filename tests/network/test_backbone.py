"""Grid buses, aggregation of lines, and the two power flows."""

import pytest

from qhgrid.errors import NetworkError
from qhgrid.network import build_network
from tests.network.systems import (
    built,
    by_id,
    line,
    small_facts,
    small_profiles,
    small_scenario,
    station,
)


def drawn(facts=None, **grid):
    """Return the network with changes of the grid section."""
    return built(facts, grid=grid) if grid else built(facts)


def test_lines_between_two_prefectures_act_in_parallel():
    """Two circuits of 28 ohm and one of 56 ohm: 1/(2/28 + 1/56) = 11.2 ohm; 2 x 1000 + 700 = 2700 MW."""
    lines = drawn().lines
    assert list(lines.index) == ["hainan-xining"]
    only = lines.iloc[0]
    assert only.x == pytest.approx(11.2)
    assert only.s_nom == 2700.0
    assert only.circuits == 3.0
    assert only.length == pytest.approx(400.0 / 3.0)
    assert only.s_max_pu == 0.8
    assert only.role == "ac_link"


def test_line_written_the_other_way_round_joins_the_same_branch():
    lines = by_id(line("tala", "xining_750"), line("xining_750", "hongqi"))
    branch = drawn(small_facts(lines=lines)).lines
    assert list(branch.index) == ["hainan-xining"]
    assert branch.x.iloc[0] == pytest.approx(7.0)


def test_line_of_lower_voltage_is_referred_to_the_backbone():
    """Two circuits of 31 ohm at 330 kV are 15.5 ohm there and 15.5 (750/330)^2 = 80.06 ohm at 750 kV."""
    low = by_id(line("east", "tala", voltage_kv=330.0, reactance_ohm_per_km=0.31))
    assert drawn(small_facts(lines=low)).lines.x.iloc[0] == pytest.approx(15.5 * (750.0 / 330.0) ** 2)


def test_line_at_station_level_is_referred_to_the_voltage_of_its_first_bus():
    lines = drawn(resolution="station").lines
    assert lines.x["tala-xining_750"] == pytest.approx(14.0)
    assert lines.x["xining_750-east"] == pytest.approx(15.5 * (750.0 / 330.0) ** 2)
    assert lines.x_pu_eff.eq(0.0).all()


def test_per_unit_reactance_does_not_depend_on_the_order_of_the_ends():
    changes = {"voltage_kv": 330.0, "reactance_ohm_per_km": 0.31}
    found = []
    for ends in (("xining_750", "east"), ("east", "xining_750")):
        n = drawn(
            small_facts(lines=by_id(line(*ends, **changes), line("tala", "xining_750"))), resolution="station"
        )
        n.calculate_dependent_values()
        found.append(n.lines.x_pu["-".join(ends)])
    assert found[0] == pytest.approx(found[1])
    assert found[0] == pytest.approx(15.5 / 330.0**2)


def test_lines_and_stations_of_later_years_are_left_out():
    n = drawn(resolution="station")
    assert "later" not in n.buses.index
    assert set(n.lines.index) == {"tala-xining_750", "hongqi-xining_750", "tala-hongqi", "xining_750-east"}


def test_station_of_an_uncounted_grade_is_left_out():
    stations = {**small_facts().stations, "hongqi": station("hongqi", "hainan", grade="G2")}
    n = drawn(small_facts(stations=stations), resolution="station")
    assert "hongqi" not in n.buses.index
    assert n.generators.p_nom["tala pv"] == 400.0


def test_transport_network_has_lossless_two_way_links_instead_of_lines():
    n = drawn(power_flow="transport")
    assert n.lines.empty
    link = n.links.loc["hainan-xining"]
    assert (link.p_nom, link.p_min_pu, link.p_max_pu, link.efficiency) == (2700.0, -0.8, 0.8, 1.0)
    assert link.role == "ac_link"


def test_kirchhoff_splits_a_ring_by_reactance_and_transport_does_not():
    """Three stations in a ring of equal lines: the direct way carries twice what the way round carries."""
    lines = by_id(line("tala", "xining_750"), line("tala", "hongqi"), line("hongqi", "xining_750"))
    scenario = small_scenario(grid={"resolution": "station"})
    n = build_network(scenario, small_facts(lines=lines), small_profiles(scenario))
    for kind, table in (("Link", n.links), ("StorageUnit", n.storage_units), ("Store", n.stores)):
        n.remove(kind, list(table.index))
    n.remove("Generator", list(n.generators.index))
    n.remove("Load", list(n.loads.index))
    n.remove("Bus", [*n.buses.index[n.buses.role != "grid"], "east"])
    n.add("Generator", "source", bus="tala", p_nom=300.0, marginal_cost=1.0)
    n.add("Load", "sink", bus="xining_750", p_set=300.0)
    n.optimize(solver_name="highs", include_objective_constant=False, log_to_console=False)
    assert n.lines_t.p0["tala-xining_750"].to_numpy() == pytest.approx(200.0)
    assert n.lines_t.p0["tala-hongqi"].to_numpy() == pytest.approx(100.0)


def test_line_to_an_unknown_station_is_named():
    with pytest.raises(NetworkError, match=r"line tala-nowhere: station 'nowhere' is unknown"):
        drawn(small_facts(lines=by_id(line("tala", "nowhere"))))


def test_prefecture_without_station_cannot_hold_plants_at_station_level():
    stations = {id: row for id, row in small_facts().stations.items() if row.prefecture == "hainan"}
    lines = by_id(line("tala", "hongqi"))
    with pytest.raises(NetworkError, match=r"xining has no station in service in 2030"):
        drawn(small_facts(stations=stations, lines=lines), resolution="station")
