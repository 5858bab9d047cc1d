"""Thermal plants: must-run, retrofits, and units that start and stop against a programme written by hand."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import lil_matrix

from qhgrid.dispatch import solve
from qhgrid.facts import rows as r
from tests.network.systems import by_id, fresh, plant, said, shares, small_facts

COAL = plant("xining_coal", "coal", 200.0, "xining", "xining_750", heat_rate_gce_per_kwh=300.0)
WIND = plant("xining_wind", "wind", 300.0, "xining", "xining_750")
ISLAND = {
    "corridors": {"qingyu": {"in_service": False}},
    "ties": {"gansu": {"in_service": False}},
    "demand_shares": {"base": shares(xining=1.0), "aluminium": shares(xining=1.0)},
    "grid": {"power_flow": "transport"},
}
"""One bus with all the load, and no neighbours."""


def units(id, least, **changes):
    row = r.ThermalUnits(**said(id, least, "1"), units=2, is_chp=False, is_captive=False)
    return replace(row, **changes)


def island(*plants, thermal=None, **changes):
    """Return a network of the given plants on one bus, with wind that comes and goes."""
    facts = small_facts(fleet=by_id(*plants), hydro_plants={}, **changes)
    n = fresh(facts, **ISLAND, thermal={"summer_p_min_pu": 0.0} | (thermal or {}))
    if "xining wind" in n.generators.index:
        wind = np.random.default_rng(7).uniform(0.0, 0.9, len(n.snapshots))
        n.generators_t.p_max_pu["xining wind"] = wind
    return n


def cost_of(network, method="exact"):
    """Return the cost of the cheapest plan [CNY]."""
    return solve(network, method=method).objective


def by_hand(load, wind, p_nom, least, available, start_cost, fuel, dearer, running, must, prices):
    """Return the least cost of the usual linearised unit commitment of one plant beside wind.

    u online, v starts, w stops, p output, q wind used, s shed, d dumped; the starts of the first hour are
    free. Fuel is the line through the heat rates at least output (dearer times the other) and at full.
    """
    hours = len(load)
    slope = fuel * (1.0 - least * dearer) / (1.0 - least)
    u, v, w, p, q, s, d = (np.arange(hours) + k * hours for k in range(7))
    cost = np.zeros(7 * hours)
    cost[u], cost[p], cost[v], cost[q] = fuel - slope, slope + running, start_cost, prices["wind"]
    cost[v[0]] = 0.0
    cost[s], cost[d] = prices["shed"], prices["dump"]
    same = lil_matrix((2 * hours, 7 * hours))
    least_rows = lil_matrix((2 * hours, 7 * hours))
    for t in range(hours):
        same[t, u[t]], same[t, v[t]], same[t, w[t]] = 1.0, -1.0, 1.0
        if t:
            same[t, u[t - 1]] = -1.0
        for column, sign in ((p, 1.0), (q, 1.0), (s, 1.0), (d, -1.0)):
            same[hours + t, column[t]] = sign
        least_rows[t, p[t]], least_rows[t, u[t]] = 1.0, -1.0
        least_rows[hours + t, p[t]], least_rows[hours + t, u[t]] = -1.0, least
    bounds = [(p_nom * must / least, p_nom * available)] * hours + [(0, None)] * 3 * hours
    bounds += [(0, top) for top in wind] + [(0, None)] * 2 * hours
    right = np.concatenate([np.zeros(hours), load])
    answer = linprog(cost, least_rows.tocsr(), np.zeros(2 * hours), same.tocsr(), right, bounds)
    assert answer.status == 0
    return answer.fun


@pytest.mark.parametrize("must", [0.0, 0.1])
def test_units_that_start_and_stop_cost_what_the_programme_written_by_hand_costs(must):
    n = island(COAL, WIND, thermal={"commitment": "linear", "summer_p_min_pu": must})
    load = n.loads_t.p_set.sum(axis=1).to_numpy() + n.loads.p_set[~n.loads.index.isin(n.loads_t.p_set)].sum()
    wind = 300.0 * n.generators_t.p_max_pu["xining wind"].to_numpy()
    expected = by_hand(
        load,
        wind,
        p_nom=200.0,
        least=0.4,
        available=0.9,
        start_cost=500.0,
        fuel=0.3 * (900.0 + 100.0 * 2.66),
        dearer=1.1,
        running=20.0,
        must=must,
        prices={"wind": 5.0, "shed": 20_000.0, "dump": 2_000.0},
    )
    assert cost_of(n) == pytest.approx(expected, rel=1e-6)
    assert n.generators_t.p["xining_coal start"].iloc[1:].sum() > 1.0
    assert cost_of(n, "highs") == pytest.approx(expected, rel=1e-6)


def test_capacity_online_is_that_of_the_hour_before_and_what_starts_less_what_stops():
    n = island(COAL, WIND, thermal={"commitment": "linear"})
    solve(n, method="exact")
    online = n.links_t.p0["xining_coal online"].to_numpy()
    change = (n.generators_t.p["xining_coal start"] - n.generators_t.p["xining_coal stop"]).to_numpy()
    assert np.diff(online, prepend=0.0) == pytest.approx(change, abs=1e-4)
    output = -(n.links_t.p1["xining_coal online"] + n.links_t.p1["xining_coal above"]).to_numpy()
    assert (output >= 0.4 * online - 1e-4).all()
    assert (output <= online + 1e-4).all()


def test_units_that_start_and_stop_never_cost_less_than_must_run_alone_when_part_load_is_as_good():
    flat = small_facts().costs | {
        "coal.part_load_heat_rate": replace(small_facts().costs["coal.part_load_heat_rate"], value=1.0)
    }
    for must in (0.0, 0.2):
        by_mode = {
            mode: cost_of(
                island(COAL, WIND, thermal={"commitment": mode, "summer_p_min_pu": must}, costs=flat)
            )
            for mode in ("must_run", "linear")
        }
        assert by_mode["linear"] >= by_mode["must_run"] * (1.0 - 1e-7)


@pytest.mark.parametrize("commitment", ["must_run", "linear"])
def test_a_plant_in_two_halves_costs_the_same(commitment):
    halves = [replace(COAL, id=f"half_{k}", value=100.0) for k in (1, 2)]
    rules = {"commitment": commitment, "summer_p_min_pu": 0.1, "ramps": True}
    whole, split = (cost_of(island(*plants, WIND, thermal=rules)) for plants in ([COAL], halves))
    assert split == pytest.approx(whole, rel=1e-6)


def test_heat_holds_units_above_their_least_output_in_the_heating_season():
    """0.5 of rating must run; 0.9 is available, so each MW online makes at least 0.5 / 0.9."""
    n = fresh(thermal={"commitment": "linear"}, horizon={"start": "2030-01-01", "end": "2030-01-01"})
    online = n.links.loc["xining_coal online"]
    assert online.p_min_pu == pytest.approx(0.9)
    assert online.efficiency == pytest.approx(0.5 / 0.9)
    assert online.p_min_pu * online.efficiency == pytest.approx(0.5)
    summer = fresh(thermal={"commitment": "linear"}).links.loc["xining_coal online"]
    assert (summer.efficiency, summer.p_min_pu) == (pytest.approx(0.4), pytest.approx(0.75))


def retrofit(least=0.2, **more):
    return {"xining_coal": {"min_load": least, "reason": "灵活性改造", **more}}


def test_a_retrofit_lowers_the_must_run_in_proportion():
    """0.3 of rating in summer; units go from 0.4 to 0.2, so the plant goes from 0.3 to 0.15."""
    n = fresh(thermal={"retrofit": retrofit(heat_rate_penalty=0.02)})
    assert n.generators.p_min_pu["xining_coal"] == pytest.approx(0.15)
    assert n.generators.fuel_factor["xining_coal"] == pytest.approx(1.02)
    assert n.generators.marginal_cost["xining_coal"] == pytest.approx(20.0 + 1.02 * 349.8)


@pytest.mark.parametrize("commitment", ["must_run", "linear"])
@pytest.mark.parametrize("seed", range(3))
def test_a_retrofit_never_increases_curtailment(commitment, seed):
    """On random wind, load, storage and must-run, whatever the heat rate loses."""
    rng = np.random.default_rng(seed)
    battery = plant("xining_battery", "battery", rng.uniform(0, 80), "xining", "xining_750", storage_h=3.0)
    wind = replace(WIND, value=rng.uniform(100.0, 500.0))
    rules = {"commitment": commitment, "summer_p_min_pu": rng.uniform(0.1, 0.6), "ramps": True}
    profile = rng.uniform(0.0, 1.0, 48)
    used = []
    for changes in ({}, {"retrofit": retrofit(rng.uniform(0.1, 0.35), ramp=0.6, heat_rate_penalty=0.03)}):
        n = island(COAL, wind, battery, thermal=rules | changes)
        n.generators_t.p_max_pu["xining wind"] = profile
        solve(n, method="exact")
        used.append(n.generators_t.p["xining wind"].sum())
    assert used[1] >= used[0] - 0.01


def test_ramps_hold_only_where_they_are_wanted():
    """0.2 of rating an hour: 40 MW of 200 between two hours."""
    assert np.isnan(fresh().generators.ramp_limit_up["xining_coal"])
    n = island(COAL, WIND, thermal={"ramps": True})
    assert n.generators.ramp_limit_up["xining_coal"] == n.generators.ramp_limit_down["xining_coal"] == 0.2
    solve(n, method="exact")
    assert n.generators_t.p["xining_coal"].diff().abs().max() <= 40.0 + 1e-4
    faster = fresh(thermal={"ramps": True, "retrofit": retrofit(ramp=0.5)})
    assert faster.generators.ramp_limit_up["xining_coal"] == 0.5


def test_captive_plants_run_with_their_factory_and_heat_plants_with_the_season():
    row = units("xining_coal", 0.4, is_captive=True)
    winter = {"horizon": {"start": "2030-01-01", "end": "2030-01-01"}}
    captive = fresh(small_facts(thermal_units=by_id(row)), thermal={"captive_p_min_pu": 0.7}, **winter)
    assert captive.generators.p_min_pu["xining_coal"] == 0.7
    for is_chp, must in ((True, 0.5), (False, 0.3)):
        facts = small_facts(thermal_units=by_id(units("xining_coal", 0.4, is_chp=is_chp)))
        n = fresh(facts, thermal={"heating_plants": "chp"}, **winter)
        assert n.generators.p_min_pu["xining_coal"] == must


def test_must_run_may_be_given_month_by_month():
    months = [0.1 + 0.01 * month for month in range(12)]
    n = fresh(thermal={"monthly_p_min_pu": months})
    assert n.generators.p_min_pu["xining_coal"] == pytest.approx(months[6])


def test_gas_may_be_short():
    n = fresh(thermal={"gas_availability": 0.25})
    assert (n.generators.p_max_pu["xining_gas"], n.generators.p_max_pu["xining_coal"]) == (0.25, 0.9)
