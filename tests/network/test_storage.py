"""Pumped storage on the river, and storage on the source, grid and user side."""

from dataclasses import replace

import numpy as np
import pytest

from qhgrid.dispatch import solve
from qhgrid.errors import NetworkError
from qhgrid.facts import rows as r
from tests.network.systems import RIVER, by_id, fresh, plant, said, shares, small_facts
from tests.network.test_thermal import ISLAND

GAS = plant("gas", "gas", 400.0, "hainan", "tala")
SUN = plant("sun", "pv", 500.0, "hainan", "tala")
PUMPED = plant("pumped", "pumped_storage", 80.0, "hainan", "tala", storage_h=6.0)
HAINAN = ISLAND | {"demand_shares": {"base": shares(hainan=1.0), "aluminium": shares(hainan=1.0)}}
"""One bus with all the load, and the river."""


def site(id="pumped", head=400.0, lower="lower", upper=""):
    return r.PumpedStorageSite(**said(id, head, "m"), lower_plant=lower, upper_plant=upper)


def sited(id, siting):
    return r.StorageSite(**said(id, None, "1"), siting=siting)


def case(*plants, sites=(), storage=None, river=RIVER, **changes):
    """Return a network of gas, much sun and the given plants on one bus with the river."""
    pumped = [row for row in sites if isinstance(row, r.PumpedStorageSite)]
    facts = small_facts(
        fleet=by_id(GAS, SUN, *plants),
        hydro_plants=river,
        pumped_storage=by_id(*pumped),
        storage_sites=by_id(*(row for row in sites if row not in pumped)),
    )
    rules = HAINAN | ({"storage": storage} if storage else {}) | changes
    return fresh(facts, **rules)


def pool_residual(n, pool):
    """Return the largest imbalance of a water bus that has no travel time into it [m3/s]."""
    g, s, links = n.generators, n.stores, n.links
    own = g.index[g.bus == pool]
    flow = (n.generators_t.p[own] * g.sign[own]).sum(axis=1)
    flow = flow + n.stores_t.p[s.index[s.bus == pool]].sum(axis=1)
    for port in (0, 1, 2, 3):
        if f"bus{port}" in links:
            flow = flow - n.links_t[f"p{port}"][links.index[links[f"bus{port}"] == pool]].sum(axis=1)
    return float(flow.abs().max())


def test_pump_and_turbine_lift_and_make_what_the_head_says():
    """400 m: 9.81 x 0.4 = 3.924 MW a m3/s; half of the loss of 0.75 each way; 480 MWh are 122.3 m3/s h."""
    n = case(PUMPED, sites=[site()])
    per_m3 = 3.924
    pump, turbine = n.links.loc["pumped pump"], n.links.loc["pumped turbine"]
    assert (pump.bus0, pump.bus1, pump.bus2) == ("hainan", "pumped upper", "lower pool")
    assert pump.p_nom == 80.0
    assert pump.efficiency == pytest.approx(0.75**0.5 / per_m3)
    assert pump.efficiency2 == pytest.approx(-pump.efficiency)
    assert turbine.p_nom * turbine.efficiency == pytest.approx(80.0)
    assert pump.efficiency * turbine.efficiency == pytest.approx(0.75)
    assert n.stores.e_nom["pumped upper"] == pytest.approx(480.0 / per_m3)
    assert "pumped" not in n.storage_units.index


def test_round_trip_gives_back_the_stated_share_and_all_of_the_water():
    n = case(PUMPED, sites=[site()])
    solve(n, method="exact")
    pumped = n.links_t.p0["pumped pump"].sum()
    made = -n.links_t.p1["pumped turbine"].sum()
    assert pumped > 50.0
    assert made == pytest.approx(0.75 * pumped, rel=1e-5)
    both = np.minimum(n.links_t.p0["pumped pump"], -n.links_t.p1["pumped turbine"])
    assert both.max() < 1e-3
    lifted, returned = n.links_t.p2["pumped pump"].sum(), -n.links_t.p2["pumped turbine"].sum()
    assert lifted == pytest.approx(returned, rel=1e-5)
    for pool in ("lower pool", "pumped upper"):
        assert pool_residual(n, pool) < 1e-3


def test_a_large_lower_pool_makes_no_difference_to_a_closed_system():
    large = {name: replace(row, regulating_storage_m3=3.6e9) for name, row in RIVER.items()}
    costs = [
        solve(
            case(PUMPED, sites=[site(lower="upper")], river=large, storage={"pumped_from_river": on}),
            method=method,
        ).objective
        for on, method in ((True, "exact"), (True, "highs"), (False, "exact"))
    ]
    assert costs == pytest.approx([costs[0]] * 3, rel=1e-6)


def test_pumping_is_held_by_the_water_that_the_lower_pool_has():
    """No store and 115 m3/s: 80 MW would lift 17.7 m3/s over 400 m, but 1413 m3/s over 5 m."""
    dry = {name: replace(row, regulating_storage_m3=0.0) for name, row in RIVER.items()}
    n = case(PUMPED, sites=[site(head=5.0)], river=dry)
    solve(n, method="exact")
    assert -n.links_t.p2["pumped pump"].min() <= 0.0
    assert n.links_t.p2["pumped pump"].max() <= 115.0 + 1e-3
    assert pool_residual(n, "lower pool") < 1e-3


def test_the_pool_upstream_may_be_the_upper_reservoir():
    n = case(PUMPED, sites=[site(lower="lower", upper="upper", head=150.0)])
    assert (n.links.bus1["pumped pump"], n.links.bus0["pumped turbine"]) == ("upper pool", "upper pool")
    assert "pumped upper" not in n.buses.index
    solve(n, method="exact")
    assert pool_residual(n, "upper pool") < 1e-3


@pytest.mark.parametrize("sites", [[], [site(lower="")], [site(lower="nowhere")], [site(upper="nowhere")]])
def test_without_its_pools_pumped_storage_is_a_closed_system(sites):
    assert "pumped" in case(PUMPED, sites=sites).storage_units.index


def test_two_halves_of_pumped_storage_cost_the_same():
    halves = [replace(PUMPED, id=f"half_{k}", value=40.0) for k in (1, 2)]
    whole = solve(case(PUMPED, sites=[site()]), method="exact").objective
    split = solve(case(*halves, sites=[site(row.id) for row in halves]), method="exact").objective
    assert split == pytest.approx(whole, rel=1e-6)


def battery(id="battery", p_nom=120.0, **changes):
    return plant(id, "battery", p_nom, "hainan", "tala", storage_h=4.0, **changes)


BASE = (
    plant("base_sun", "pv", 150.0, "hainan", "hongqi", corridor="qingyu"),
    battery("base_battery", corridor="qingyu"),
)
STRICT = {"source_charges_from_grid": False}


def test_source_side_storage_that_may_charge_from_the_grid_is_storage_on_the_grid():
    n = case(*BASE, sites=[sited("base_battery", "source")])
    assert n.storage_units.bus["hainan battery"] == "hainan"
    assert "source" not in set(n.buses.role)


def test_source_side_storage_charges_from_its_base_alone():
    n = case(*BASE, sites=[sited("base_battery", "source")], storage=STRICT)
    collector = n.buses.index[n.buses.role == "source"][0]
    assert collector == "hainan qingyu source"
    assert n.generators.p_nom[f"{collector} pv"] == 150.0
    assert n.generators.p_nom["hainan pv"] == 500.0
    solve(n, method="exact")
    charge = n.storage_units_t.p_store[f"{collector} battery"]
    assert charge.max() > 1.0
    assert (charge <= n.generators_t.p[f"{collector} pv"] + 1e-4).all()
    assert n.links_t.p0[collector].min() >= -1e-6


def test_freedom_to_charge_from_the_grid_never_costs_more():
    sites = [sited("base_battery", "source")]
    strict, again, free = (
        solve(case(*BASE, sites=sites, storage=rules), method=method).objective
        for rules, method in ((STRICT, "exact"), (STRICT, "highs"), ({}, "exact"))
    )
    assert strict == pytest.approx(again, rel=1e-6)
    assert strict >= free - 1e-6 * abs(free)


def test_source_side_storage_without_a_base_is_refused():
    with pytest.raises(NetworkError, match=r"base_battery: stands on the source side, and no wind or PV"):
        case(BASE[1], sites=[sited("base_battery", "source")], storage=STRICT)


def test_storage_behind_meters_never_gives_more_than_its_users_take():
    """438 GWh of aluminium a year are 50 MW in every hour; the battery could give 120 MW."""
    n = case(battery(), sites=[sited("battery", "user")])
    unit = n.storage_units.loc["hainan battery user"]
    assert unit.p_max_pu == pytest.approx(50.0 / 120.0)
    assert unit.siting == "user"
    solve(n, method="exact")
    assert n.storage_units_t.p_dispatch["hainan battery user"].max() == pytest.approx(50.0, abs=1e-3)


def test_users_elsewhere_do_not_count():
    """Half of the aluminium stands in xining: 25 MW are behind the meters of hainan."""
    half = {"aluminium": shares(hainan=0.5, xining=0.5), "base": shares(hainan=1.0)}
    n = case(battery(), sites=[sited("battery", "user")], demand_shares=half)
    assert n.storage_units.p_max_pu["hainan battery user"] == pytest.approx(25.0 / 120.0)


def test_sitings_at_one_bus_stand_apart():
    plants = (battery("one"), battery("two", 30.0), battery("three", 50.0))
    n = case(*plants, sites=[sited("two", "user")])
    assert n.storage_units.p_nom.to_dict() == {"hainan battery": 170.0, "hainan battery user": 30.0}


@pytest.mark.parametrize("technology", ["battery", "laes"])
def test_what_is_held_fades_at_the_rate_of_the_technology(technology):
    n = case(replace(battery(), technology=technology))
    unit = n.storage_units.loc[f"hainan {technology}"]
    assert unit.standing_loss == {"battery": 0.001, "laes": 0.0}[technology]
    solve(n, method="exact")
    level = n.storage_units_t.state_of_charge[f"hainan {technology}"]
    p_store = n.storage_units_t.p_store[f"hainan {technology}"]
    p_dispatch = n.storage_units_t.p_dispatch[f"hainan {technology}"]
    fades = (1.0 - unit.standing_loss) * np.roll(level, 1)
    rises = unit.efficiency_store * p_store - p_dispatch / unit.efficiency_dispatch
    assert level.to_numpy() == pytest.approx((fades + rises).to_numpy(), abs=1e-3)


@pytest.mark.parametrize("seed", range(2))
def test_more_storage_never_costs_more(seed):
    rng = np.random.default_rng(seed)
    size, hours = rng.uniform(20.0, 150.0), rng.uniform(1.0, 8.0)
    plants = [(replace(PUMPED, value=k * size, storage_h=hours), battery(p_nom=k * size)) for k in (1, 1.5)]
    less, more = (solve(case(*pair, sites=[site()]), method="exact").objective for pair in plants)
    assert more <= less + 1e-6 * abs(less)
