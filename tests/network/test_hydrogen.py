"""Electrolysers in place of the electrolysis class: sizes, mass balance, nothing counted twice."""

from __future__ import annotations

import pytest

from tests.network.sunny import cost, sunny
from tests.network.systems import by_id, demand_row

ROWS = by_id(demand_row("base", 876_000.0), demand_row("electrolysis", 438_000.0))
"""100 MW of base and 50 MW of electrolysis, all of it in hainan."""


def network(**hydrogen):
    """Return the two prefectures with 50 MW of electrolysis."""
    rules = {"is_on": True, "efficiency": 0.6, "oversize": 2.0, "p_min_pu": 0.1, "tank": "10 h"} | hydrogen
    return sunny(ROWS, hydrogen=rules, flexibility={"smallest": "0 MW"})


def test_sizes_follow_from_the_mean_load_of_the_class():
    """50 MW: 100 MW of electrolysers, 30 MW of hydrogen all day, a tank of 10 hours of that."""
    n = network()
    link = n.links.loc["hainan hydrogen electrolyser"]
    assert (link.p_nom, link.efficiency, link.p_min_pu) == pytest.approx((100.0, 0.6, 0.1))
    assert n.loads.p_set["hainan hydrogen demand"] == pytest.approx(30.0)
    assert n.stores.e_nom["hainan hydrogen tank"] == pytest.approx(300.0)
    assert n.stores.e_initial["hainan hydrogen tank"] == pytest.approx(150.0)


def test_electrolysers_stand_in_for_the_fixed_load_and_never_beside_it():
    assert "hainan electrolysis" not in network().loads.index
    off = network(is_on=False)
    assert off.loads.p_set["hainan electrolysis"] == pytest.approx(50.0)
    assert "hainan hydrogen electrolyser" not in off.links.index
    assert set(off.buses.role) == {"grid"}


def test_a_small_electrolysis_stays_a_fixed_load():
    n = sunny(ROWS, hydrogen={"is_on": True}, flexibility={"smallest": "50.1 MW"})
    assert n.loads.p_set["hainan electrolysis"] == pytest.approx(50.0)


def test_hydrogen_is_neither_made_nor_lost_and_the_class_takes_its_energy():
    """48 h at 50 MW are 2400 MWh of electricity; 0.6 of them are the 1440 MWh of hydrogen that is used."""
    _, n = cost(network())
    power = n.links_t.p0["hainan hydrogen electrolyser"]
    assert power.sum() == pytest.approx(2400.0, rel=1e-6)
    balance = -n.links_t.p1["hainan hydrogen electrolyser"] + n.stores_t.p["hainan hydrogen tank"]
    assert balance.to_numpy() == pytest.approx(30.0, abs=1e-6)
    assert power.min() >= 10.0 - 1e-6
    assert n.stores_t.e["hainan hydrogen tank"].iloc[-1] == pytest.approx(150.0)


def test_electrolysers_that_may_choose_their_hours_cost_no_more_than_a_steady_load():
    steady = cost(network(is_on=False))[0]
    slack = 1e-6 * abs(steady)
    small, large = (cost(network(tank=tank))[0] for tank in ("4 h", "20 h"))
    assert steady + slack >= small
    assert small + slack >= large


def test_no_tank_and_no_oversize_is_the_steady_load_itself():
    assert cost(network(tank="0 h", oversize=1.0, p_min_pu=0.0))[0] == pytest.approx(
        cost(network(is_on=False))[0], rel=1e-7
    )


def test_reuse_gives_less_than_it_takes():
    n = network(reuse_share=0.5, reuse_efficiency=0.5)
    link = n.links.loc["hainan hydrogen reuse"]
    assert link.p_nom * link.efficiency == pytest.approx(50.0)
    assert link.efficiency * 0.6 < 1
    assert cost(n)[0] <= cost(network())[0] + 1.0


def test_the_least_load_never_forces_more_hydrogen_than_is_used():
    n = network(oversize=1.25, p_min_pu=0.9)
    link = n.links.loc["hainan hydrogen electrolyser"]
    assert link.p_nom * link.p_min_pu == pytest.approx(50.0)


def test_the_engine_and_highs_agree():
    n = network(reuse_share=0.2)
    assert cost(n, "exact")[0] == pytest.approx(cost(n, "highs")[0], rel=1e-6)
