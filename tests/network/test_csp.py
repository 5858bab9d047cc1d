"""Solar thermal plants: heat balance, least output and starts, heaters, freeze protection."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import lil_matrix

from qhgrid.dispatch import solve
from qhgrid.dispatch.results import to_dataset
from qhgrid.indicators import energy as en
from tests.network.systems import by_id, fresh, plant, small_facts
from tests.network.test_storage import HAINAN

CSP = plant("csp", "csp", 100.0, "hainan", "tala", storage_h=8.0)
GAS = plant("gas", "gas", 400.0, "hainan", "tala")


def case(*plants, sun=None, rules=None, **changes):
    """Return a network of gas, sun and the given plants on one bus without a river."""
    facts = small_facts(fleet=by_id(GAS, *plants), hydro_plants={})
    n = fresh(facts, **(HAINAN | ({"csp": rules} if rules else {}) | changes))
    if sun is not None:
        n.generators_t.p_max_pu["hainan csp solar field"] = sun
    return n


def clouded(seed=3):
    """Return two days of sun with clouds, shape (48,)."""
    sun = np.random.default_rng(seed).uniform(0.0, 0.9, 48)
    return np.where((np.arange(48) % 24 >= 8) & (np.arange(48) % 24 < 20), sun, 0.0)


def electricity(n):
    """Return what the turbines of the site make, shape (48,) [MW]."""
    return -n.links_t.p1[[name for name in n.links.index if "csp turbine" in name]].sum(axis=1)


LINEAR = {"commitment": "linear"}


@pytest.mark.parametrize("rules", [{}, LINEAR])
def test_no_electricity_is_made_without_stored_heat(rules):
    n = case(CSP, sun=np.zeros(48), rules=rules)
    solve(n, method="exact")
    assert electricity(n).abs().max() < 1e-3


@pytest.mark.parametrize("rules", [{}, LINEAR, {"heater": 0.5}, LINEAR | {"heater": 0.5}])
def test_heat_in_is_heat_out_in_every_hour(rules):
    """Field and heater put in; turbines and starts take out; the store bridges and loses its share."""
    n = case(CSP, plant("sun", "pv", 900.0, "hainan", "tala"), sun=clouded(), rules=rules)
    solve(n, method="exact")
    links = n.links
    out = n.links_t.p0[links.index[links.bus0 == "hainan csp heat"]].sum(axis=1)
    heated = -n.links_t.p1[links.index[links.bus1 == "hainan csp heat"]].sum(axis=1)
    level = n.stores_t.e["hainan csp heat store"].to_numpy()
    drawn = (1.0 - 0.0005) * np.roll(level, 1) - level
    field = n.generators_t.p["hainan csp solar field"]
    assert (field + heated + drawn).to_numpy() == pytest.approx(out.to_numpy(), abs=1e-3)
    assert electricity(n).sum() > 10.0


def by_hand(load, sun, gas_cost, least, at_least, start_h, held, faded, prices):
    """Return the least cost of a turbine that starts out of heat, beside gas.

    u capacity online and v started, in MW of heat; w stopped; least * u heat at least output; b heat above
    it; f field used; e held; g gas; s shed.
    """
    hours, rated, eta = len(load), 250.0, 0.4
    u, v, w, b, f, e, g, s = (np.arange(hours) + k * hours for k in range(8))
    above = (1.0 - least * at_least) / (1.0 - least)
    cost = np.zeros(8 * hours)
    cost[u], cost[b] = 10.0 * eta * at_least * least, 10.0 * eta * above
    cost[g], cost[s] = gas_cost, prices
    same, below = lil_matrix((3 * hours, 8 * hours)), lil_matrix((hours, 8 * hours))
    for t in range(hours):
        same[t, u[t]], same[t, v[t]], same[t, w[t]] = 1.0, -1.0, 1.0
        if t:
            same[t, u[t - 1]] = -1.0
        heat, power = hours + t, 2 * hours + t
        same[heat, f[t]], same[heat, e[t]], same[heat, e[t - 1]] = 1.0, -1.0, 1.0 - faded
        same[heat, u[t]], same[heat, b[t]], same[heat, v[t]] = -least, -1.0, -start_h
        same[power, u[t]], same[power, b[t]] = eta * at_least * least, eta * above
        same[power, g[t]], same[power, s[t]] = 1.0, 1.0
        below[t, b[t]], below[t, u[t]] = 1.0, -(1.0 - least)
    bounds = [(0, rated)] * hours + [(0, None)] * 3 * hours + [(0, 500.0 * x) for x in sun]
    bounds += [(0, held)] * hours + [(0, 360.0)] * hours + [(0, None)] * hours
    right = np.concatenate([np.zeros(2 * hours), load])
    answer = linprog(cost, below.tocsr(), np.zeros(hours), same.tocsr(), right, bounds)
    assert answer.status == 0
    return answer.fun


def test_a_turbine_that_starts_out_of_heat_costs_what_the_programme_written_by_hand_costs():
    sun = clouded()
    n = case(CSP, sun=sun, rules=LINEAR)
    load = n.loads_t.p_set.sum(axis=1).to_numpy() + n.loads.p_set[~n.loads.index.isin(n.loads_t.p_set)].sum()
    expected = by_hand(load, sun, 750.4, 0.25, 0.9, 0.5, held=2000.0, faded=0.0005, prices=20_000.0)
    assert solve(n, method="exact").objective == pytest.approx(expected, rel=1e-6)
    assert n.links_t.p0["hainan csp start"].sum() > 1.0
    assert solve(n, method="highs").objective == pytest.approx(expected, rel=1e-6)


def test_starts_and_least_output_never_make_it_cheaper():
    perfect = {f"csp.{name}": 1.0 for name in ("part_load_efficiency",)}
    costs = small_facts().costs
    costs = costs | {name: replace(costs[name], value=value) for name, value in perfect.items()}
    facts = small_facts(fleet=by_id(GAS, CSP), hydro_plants={}, costs=costs)
    free, linear = (
        solve(fresh(facts, **HAINAN, csp={"commitment": mode}), method="exact").objective
        for mode in ("free", "linear")
    )
    assert linear >= free * (1.0 - 1e-7)


@pytest.mark.parametrize("rules", [{}, LINEAR])
@pytest.mark.parametrize("seed", range(2))
def test_more_heat_storage_never_costs_more(rules, seed):
    hours = np.random.default_rng(seed).uniform(1.0, 6.0)
    less, more = (
        solve(
            case(replace(CSP, storage_h=hours * k), sun=clouded(seed), rules=rules), method="exact"
        ).objective
        for k in (1.0, 1.7)
    )
    assert more <= less + 1e-6 * abs(less)


@pytest.mark.parametrize("rules", [{}, LINEAR | {"heater": 0.3}])
def test_two_halves_of_a_plant_cost_the_same(rules):
    halves = [replace(CSP, id=f"half_{k}", value=50.0) for k in (1, 2)]
    whole, split = (
        solve(case(*plants, sun=clouded(), rules=rules), method="exact").objective
        for plants in ([CSP], halves)
    )
    assert split == pytest.approx(whole, rel=1e-6)


def test_a_heater_stores_surplus_power_and_is_no_generation():
    """What comes out of grid heat is storage: generation and discharge add up to what turbines make."""
    surplus = plant("sun", "pv", 1500.0, "hainan", "tala")
    n = case(CSP, surplus, sun=0.3 * clouded(), rules={"heater": 1.0})
    assert n.links.p_nom["hainan csp heater"] == pytest.approx(100.0)
    solve(n, method="exact")
    charge = n.links_t.p0["hainan csp heater"].sum()
    assert charge > 10.0
    results = to_dataset(n)
    stored = en.storage(results)
    kinds = stored["technology"].to_numpy() == "heat_storage"
    discharge = float(stored["discharge"].to_numpy()[:, kinds].sum())
    made = float(en.generation(results).sel(technology="csp").sum())
    assert made + discharge == pytest.approx(float(electricity(n).sum()), rel=1e-6)
    heat = 0.98 * charge
    field = float(n.generators_t.p["hainan csp solar field"].sum())
    assert discharge == pytest.approx(float(electricity(n).sum()) * heat / (heat + field), rel=1e-6)
    assert float(stored["charge"].to_numpy()[:, kinds].sum()) == pytest.approx(charge, rel=1e-6)


def test_freeze_protection_draws_heat_in_cold_hours_alone(monkeypatch):
    """1 % of 250 MW below -5 degC."""
    from qhgrid.network.case import Case

    cold = np.where(np.arange(48) < 10, -12.0, 4.0)
    plain = Case.profile
    monkeypatch.setattr(
        Case,
        "profile",
        lambda self, name, **where: cold if name == "temperature_degc" else plain(self, name, **where),
    )
    n = case(CSP, rules={"freeze_protection": True})
    drawn = n.loads_t.p_set["hainan csp freeze protection"].to_numpy()
    assert drawn == pytest.approx(np.where(np.arange(48) < 10, 2.5, 0.0))
    bare = case(replace(CSP, storage_h=0.0), rules={"freeze_protection": True})
    assert "hainan csp freeze protection" not in bare.loads.index
