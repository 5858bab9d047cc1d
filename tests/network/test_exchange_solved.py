"""Corridors and ties as they are dispatched: by our engine and by HiGHS, to one objective."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pypsa
import pytest

from qhgrid.dispatch import solve
from qhgrid.network import build_network
from tests.network.systems import (
    CORRIDOR,
    FLEET,
    TIE,
    by_id,
    fresh,
    plant,
    small_facts,
    small_profiles,
    small_scenario,
)

BASE_COAL = plant(
    "base_coal", "coal", 200.0, "hainan", "tala", heat_rate_gce_per_kwh=250.0, corridor="qingyu"
)
DAY = {"start": "2030-07-01", "end": "2030-07-01"}


def with_base(**changes) -> pypsa.Network:
    """Return the small system with a coal plant built for the corridor, and a contract that needs it."""
    facts = small_facts(fleet=FLEET | {"base_coal": BASE_COAL})
    corridor = {"contract": "3000000 MWh", "price": "500 CNY/MWh", **changes}
    return fresh(facts, horizon=DAY, corridors={"qingyu": corridor}, thermal={"summer_p_min_pu": 0.0})


def cost(n: pypsa.Network, method: str = "exact") -> float:
    return solve(n, method=method).objective


CASES = {
    "clean share": {"clean_share_floor": 0.9},
    "ramp": {"ramp": 0.15},
    "one pole": {"poles_out": 1, "contract": "1000000 MWh"},
    "outage": {"outages": [{"start": "2030-07-01", "end": "2030-07-01", "share": 0.75}]},
}


@pytest.mark.parametrize("case", CASES)
def test_engine_and_highs_agree_on_each_rule_of_a_corridor(case):
    ours, theirs = (cost(with_base(**CASES[case]), method) for method in ("exact", "highs"))
    assert ours == pytest.approx(theirs, rel=1e-6)


def test_engine_and_highs_agree_on_contracts_and_windows_of_a_tie():
    tie = {
        "import_contract": "438000 MWh",
        "export_contract": "438000 MWh",
        "windows": [{"hours": [18, 19, 20, 21], "import_share": 0.2}],
    }
    ours, theirs = (cost(fresh(ties={"gansu": tie}), method) for method in ("exact", "highs"))
    assert ours == pytest.approx(theirs, rel=1e-6)


def base_share(n: pypsa.Network) -> float:
    """Return the share of what the corridor sent that the coal of its base made."""
    burnt = n.generators_t.p["base_coal"].sum()
    return float(burnt / n.links_t.p0["qingyu"].sum())


def test_an_enforced_clean_share_holds_exactly_and_costs():
    free, bound = with_base(), with_base(clean_share_floor=0.9)
    costs = cost(free), cost(bound)
    assert base_share(free) > 0.2
    assert base_share(bound) == pytest.approx(0.1, abs=1e-6)
    assert costs[1] > costs[0] + 1.0


def test_the_clean_share_also_counts_units_that_start_and_stop():
    """Its coal runs as capacity online; a meter adds up what both of its Links bring to the grid."""
    facts = small_facts(fleet=FLEET | {"base_coal": BASE_COAL})
    corridor = {"contract": "3000000 MWh", "price": "500 CNY/MWh"}
    thermal = {"summer_p_min_pu": 0.0, "commitment": "linear"}
    shares, costs = [], []
    for floor in (None, 0.9):
        floored = {"qingyu": {**corridor, "clean_share_floor": floor}}
        n = fresh(facts, horizon=DAY, corridors=floored, thermal=thermal)
        costs.append(cost(n))
        burnt = -(n.links_t.p1["base_coal online"] + n.links_t.p1["base_coal above"]).sum()
        shares.append(burnt / n.links_t.p0["qingyu"].sum())
    assert shares[0] > 0.15
    assert shares[1] == pytest.approx(0.1, abs=1e-6)
    assert costs[1] > costs[0] + 1.0
    assert cost(n, "highs") == pytest.approx(costs[1], rel=1e-6)


def test_what_must_run_beyond_the_clean_share_is_said_with_its_price():
    """100 MW must run while 250 MW may be sent at most: a tenth is 25 MW, so 75 MW and more are beyond."""
    facts = small_facts(fleet=FLEET | {"base_coal": BASE_COAL})
    corridor = {"contract": "0 MWh", "clean_share_floor": 0.9, "poles_out": 1}
    n = fresh(facts, horizon=DAY, corridors={"qingyu": corridor}, thermal={"summer_p_min_pu": 0.5})
    short = {shortage.bus: shortage for shortage in solve(n).shortages}
    beyond = n.generators_t.p["qingyu beyond"].sum()
    assert short["qingyu clean share"].energy_mwh == pytest.approx(beyond)
    assert beyond >= 24 * 75.0 - 1e-3
    assert n.buses.shed_price["qingyu clean share"] == 1000.0


def test_a_stricter_rule_never_costs_less():
    for key, values in (
        ("clean_share_floor", (None, 0.8, 0.95)),
        ("ramp", (None, 0.3, 0.15)),
        ("poles_out", (0, 1)),
    ):
        costs = [cost(with_base(**{key: value, "contract": "1500000 MWh"})) for value in values]
        assert all(b >= a - 1e-3 for a, b in pairwise(costs)), (key, costs)


def test_two_halves_of_a_plant_keep_the_clean_share_of_the_whole():
    whole = cost(with_base(clean_share_floor=0.9))
    halves = {id: replace(BASE_COAL, id=id, value=100.0) for id in ("base_coal", "base_coal_2")}
    facts = small_facts(fleet=FLEET | halves)
    corridor = {"contract": "3000000 MWh", "price": "500 CNY/MWh", "clean_share_floor": 0.9}
    n = fresh(facts, horizon=DAY, corridors={"qingyu": corridor}, thermal={"summer_p_min_pu": 0.0})
    assert cost(n) == pytest.approx(whole, rel=1e-6)


def test_a_tie_imports_by_night_and_exports_at_noon_of_the_same_day():
    """Water is scarce: the noon's surplus is sold, the night's lack bought, and more bought than sold."""
    n = fresh(
        inflow=10.0,
        corridors={"qingyu": {"in_service": False}},
        fleet={
            "scale": {"coal": 0.05, "pv": 0.8, "wind": 0.0, "battery": 0.0, "pumped_storage": 0.0, "csp": 0.0}
        },
        ties={"gansu": {"import_price": "300 CNY/MWh", "export_price": "150 CNY/MWh"}},
    )
    solve(n)
    into, out = n.links_t.p0["gansu import"].to_numpy(), n.links_t.p0["gansu export"].to_numpy()
    for day in (slice(0, 24), slice(24, 48)):
        assert out[day][12:16].min() > 1.0
        assert into[day][0:6].min() > 1.0
    assert np.minimum(into, out).max() < 1e-6
    assert into.sum() > 1.2 * out.sum()


def variant(seed):
    """Return random terms of corridor and tie."""
    draw = np.random.default_rng(seed)
    corridor = {
        "contract": f"{draw.uniform(0, 2e6):.0f} MWh",
        "price": f"{draw.uniform(200, 500):.0f} CNY/MWh",
        "p_min_pu": float(draw.uniform(0, 0.3)),
        "outages": [{"start": "2030-07-02", "end": "2030-07-02", "share": float(draw.uniform(0.1, 1.0))}],
    }
    tie = {
        "import_limit": f"{draw.uniform(50, 200):.0f} MW",
        "export_limit": f"{draw.uniform(50, 200):.0f} MW",
        "import_contract": f"{draw.uniform(0, 4e5):.0f} MWh",
        "windows": [{"hours": [18, 19, 20], "import_share": float(draw.uniform(0, 1))}],
    }
    return corridor, tie


@pytest.mark.parametrize("seed", range(2))
def test_a_corridor_split_in_two_halves_costs_the_same(seed):
    corridor, tie = variant(seed)
    whole = cost(fresh(corridors={"qingyu": corridor}, ties={"gansu": tie}))
    contract = float(corridor["contract"].split()[0]) / 2
    half = {**small_scenario().corridors["qingyu"].model_dump(mode="json"), **corridor}
    half |= {"p_nom": "250 MW", "contract": f"{contract} MWh"}
    facts = small_facts(corridors=by_id(CORRIDOR, replace(CORRIDOR, id="twin")))
    split = cost(fresh(facts, corridors={"qingyu": half, "twin": half}, ties={"gansu": tie}))
    assert split == pytest.approx(whole, rel=1e-6, abs=1.0)


@pytest.mark.parametrize("seed", range(2))
def test_other_names_of_corridor_and_tie_cost_the_same(seed):
    corridor, tie = variant(seed)
    plain = cost(fresh(corridors={"qingyu": corridor}, ties={"gansu": tie}))
    scenario = small_scenario(corridors={"qingyu": corridor}, ties={"gansu": tie})
    renamed = scenario.model_copy(
        update={
            "corridors": {"a way out": scenario.corridors["qingyu"]},
            "ties": {"zz": scenario.ties["gansu"]},
        }
    )
    facts = small_facts(corridors=by_id(replace(CORRIDOR, id="a way out")), ties=by_id(replace(TIE, id="zz")))
    assert cost(build_network(renamed, facts, small_profiles(renamed))) == pytest.approx(plain, rel=1e-6)


@pytest.mark.parametrize("seed", range(2))
def test_more_transfer_and_less_outage_never_cost_more(seed):
    corridor, tie = variant(seed)
    base = cost(fresh(corridors={"qingyu": corridor}, ties={"gansu": tie}))
    for more in (
        {"corridors": {"qingyu": {**corridor, "outages": []}}, "ties": {"gansu": tie}},
        {"corridors": {"qingyu": corridor}, "ties": {"gansu": {**tie, "import_limit": "200 MW"}}},
        {"corridors": {"qingyu": corridor}, "ties": {"gansu": {**tie, "windows": []}}},
        {"corridors": {"qingyu": {**corridor, "contract": "0 MWh"}}, "ties": {"gansu": tie}},
    ):
        assert cost(fresh(**more)) <= base + 1e-6 * abs(base) + 1e-3, more
