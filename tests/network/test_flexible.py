"""Load that waits, is cut or moves away, and virtual power plants: sizes, and what is conserved."""

from __future__ import annotations

import numpy as np
import pytest

from tests.network.sunny import cost, sunny
from tests.network.systems import by_id, demand_row, fresh, line, small_facts

COMPUTING = {
    "workloads": {"training": {"share": 0.5, "shiftable": 0.4, "deadline": "6 h"}, "rest": {"share": 0.5}}
}
ROWS = by_id(
    demand_row("base", 876_000.0), demand_row("aluminium", 438_000.0), demand_row("computing", 876_000.0)
)
"""100 MW of base (75 in xining), 50 of aluminium in xining, 100 of computing in hainan."""


def network(**changes):
    """Return sun by day and coal by night for 250 MW of load; every band counts, however small."""
    flexibility = {"smallest": "0 MW"} | changes.pop("flexibility", {})
    return sunny(ROWS, flexibility=flexibility, **changes)


def waiting(n, name):
    """Return energy put off and caught up of a storage unit [MWh]."""
    return n.storage_units_t.p_dispatch[name].sum(), n.storage_units_t.p_store[name].sum()


def test_computing_that_may_wait_is_a_full_store_of_its_share_and_deadline():
    """100 MW, half of it training, 0.4 of that may wait 6 h: 20 MW and 120 MWh; 20 MW more can be done."""
    n = network(computing=COMPUTING)
    unit = n.storage_units.loc["hainan computing shift"]
    assert unit.p_nom == pytest.approx(20.0)
    assert unit.p_nom * unit.max_hours == pytest.approx(120.0)
    assert unit.state_of_charge_initial == pytest.approx(120.0)
    assert unit.p_min_pu * unit.p_nom == pytest.approx(-20.0)
    assert (unit.role, unit.demand_class, unit.technology) == ("flexible_load", "computing", "")
    ends = n.storage_units_t.state_of_charge_set["hainan computing shift"]
    assert ends.notna().sum() == 1
    assert ends.iloc[-1] == pytest.approx(120.0)


def test_work_that_waits_is_done_within_the_horizon_and_never_more_than_its_deadline_allows():
    _, n = cost(network(computing=COMPUTING))
    put_off, caught_up = waiting(n, "hainan computing shift")
    assert put_off > 1.0
    assert caught_up == pytest.approx(put_off, rel=1e-6)
    waits = 120.0 - n.storage_units_t.state_of_charge["hainan computing shift"]
    assert waits.min() >= -1e-6
    assert waits.max() <= 120.0 + 1e-6
    assert waits.iloc[-1] == pytest.approx(0.0, abs=1e-6)


def test_a_rebound_takes_more_energy_than_was_put_off():
    shifting = {"base": {"share": 0.2, "window": "3 h", "loss": 0.25, "price": "0 CNY/MWh"}}
    _, n = cost(network(flexibility={"shifting": shifting}))
    put_off, caught_up = waiting(n, "xining base shift")
    assert put_off > 1.0
    assert caught_up == pytest.approx(1.25 * put_off, rel=1e-6)


def test_a_small_band_counts_as_firm():
    assert (
        "hainan computing shift"
        in network(flexibility={"smallest": "20 MW"}, computing=COMPUTING).storage_units.index
    )
    n = network(flexibility={"smallest": "20.1 MW"}, computing=COMPUTING)
    assert n.storage_units.empty


def test_a_virtual_power_plant_has_a_band_of_its_classes_and_a_duration():
    """75 MW of base in xining, a fifth of it down for 2 h, a tenth up: 15 MW, 30 MWh, 7.5 MW."""
    plant = {"down": 0.2, "up": 0.1, "duration": "2 h", "loss": 0.1, "price": "50 CNY/MWh"}
    n = network(flexibility={"virtual_power_plant": plant})
    unit = n.storage_units.loc["xining virtual power plant"]
    assert (unit.p_nom, unit.p_nom * unit.max_hours, -unit.p_min_pu * unit.p_nom) == pytest.approx(
        (15, 30, 7.5)
    )
    assert unit.efficiency_store == pytest.approx(1 / 1.1)
    assert unit.marginal_cost == 50.0


def limited(calls):
    """Return the two prefectures with virtual power plants of so many calls in the two days."""
    yearly = None if calls is None else calls * 8760 / 48
    plant = {"down": 0.2, "up": 0.2, "duration": "2 h", "loss": 0.1, "calls": yearly}
    return network(flexibility={"virtual_power_plant": plant})


def test_a_limit_on_calls_limits_the_energy_put_off_and_keeps_the_rebound():
    """One call of 15 MW for 2 h in the two days is 30 MWh put off, and 33 MWh caught up."""
    _, free = cost(limited(None))
    assert waiting(free, "xining virtual power plant")[0] > 30.0
    _, n = cost(limited(1.0))
    put_off = n.links_t.p0["xining virtual power plant down"].sum()
    assert put_off == pytest.approx(30.0, rel=1e-5)
    assert n.links_t.p0["xining virtual power plant up"].sum() == pytest.approx(33.0, rel=1e-5)
    np.testing.assert_allclose(
        n.generators_t.p["xining virtual power plant calls"],
        n.links_t.p0["xining virtual power plant down"],
        atol=1e-6,
    )


def test_calls_that_never_bind_change_nothing():
    """Drawn as links and a store or as a storage unit, the plant costs the same."""
    assert cost(limited(1e4))[0] == pytest.approx(cost(limited(None))[0], rel=1e-9)


def test_load_is_cut_up_to_its_share_and_hours_when_that_is_cheaper():
    rules = {"aluminium": {"share": 0.2, "price": "1 CNY/MWh", "hours": f"{8760 / 48 * 5} h"}}
    _, n = cost(network(flexibility={"interruptible": rules}))
    cut = n.generators_t.p["xining aluminium interruption"]
    assert n.generators.p_nom["xining aluminium interruption"] == pytest.approx(10.0)
    assert cut.max() <= 10.0 + 1e-6
    assert cut.sum() == pytest.approx(50.0, rel=1e-6)


def test_dear_cuts_are_not_used():
    rules = {"aluminium": {"share": 0.2, "price": "9000 CNY/MWh"}}
    _, n = cost(network(flexibility={"interruptible": rules}))
    assert n.generators_t.p["xining aluminium interruption"].sum() == pytest.approx(0.0, abs=1e-6)


def test_work_that_moves_away_is_at_most_its_cap():
    """A tenth of 100 MW in each of the 24 hours of night; by day there is sun to spare."""
    _, n = cost(network(computing={"migration": 0.1, "migration_price": "1 CNY/MWh"}))
    moved = n.generators_t.p["hainan computing migration"]
    assert moved.sum() == pytest.approx(10.0 * 24, rel=1e-6)
    assert n.generators.role["hainan computing migration"] == "migration"


@pytest.mark.parametrize("seed", range(3))
def test_more_flexibility_never_costs_more(seed):
    rng = np.random.default_rng(seed)
    share, window = rng.uniform(0.05, 0.3), rng.uniform(1.0, 6.0)
    costs = []
    for factor in (0.0, 1.0, 2.0):
        rule = {"share": factor * share, "window": f"{window} h", "price": "0 CNY/MWh", "headroom": 0.3}
        cut = {"aluminium": {"share": factor * share, "price": "300 CNY/MWh"}}
        costs.append(cost(network(flexibility={"shifting": {"base": rule}, "interruptible": cut}))[0])
    slack = 1e-6 * abs(costs[0])
    assert costs[0] + slack >= costs[1]
    assert costs[1] + slack >= costs[2]
    assert costs[0] > costs[2]


def test_the_engine_and_highs_agree_on_all_of_it():
    changes = {
        "shifting": {"base": {"share": 0.1, "window": "4 h", "loss": 0.05}},
        "virtual_power_plant": {"down": 0.1, "up": 0.1, "calls": 100.0},
        "interruptible": {"aluminium": {"share": 0.1, "price": "500 CNY/MWh", "hours": "100 h"}},
    }
    n = network(
        flexibility=changes, computing=COMPUTING | {"migration": 0.1, "migration_price": "400 CNY/MWh"}
    )
    assert cost(n, "exact")[0] == pytest.approx(cost(n, "highs")[0], rel=1e-6)


def test_two_stations_share_the_load_but_the_flexible_part_stands_at_one():
    """Base in xining stands at xining_750 and east; one component of the whole prefecture at the first."""
    shifting = {"base": {"share": 0.2, "window": "3 h"}}
    n = network(flexibility={"shifting": shifting}, grid={"resolution": "station"})
    unit = n.storage_units.loc["xining base shift"]
    assert unit.bus == "xining_750"
    assert unit.p_nom == pytest.approx(15.0)


def test_order_of_stations_and_names_of_workloads_change_nothing():
    split = {
        "a": {"share": 0.25, "shiftable": 0.4, "deadline": "6 h"},
        "b": {"share": 0.25, "shiftable": 0.4, "deadline": "6 h"},
        "rest": {"share": 0.5},
    }
    assert cost(network(computing={"workloads": split}))[0] == pytest.approx(
        cost(network(computing=COMPUTING))[0], rel=1e-9
    )


def test_a_lower_pue_lowers_the_load_of_computing_alone():
    """The facts have no PUE of their own here, so they count as 1; 1.1 is a tenth more."""
    n = network(computing={"pue": {"2025": 1.2, "2035": 1.0}})
    assert n.loads.p_set["hainan computing"] == pytest.approx(110.0)
    assert n.loads.p_set["xining aluminium"] == pytest.approx(50.0)


def test_nothing_is_flexible_by_default():
    n = fresh(small_facts(demand=ROWS, lines=by_id(line("tala", "xining_750"))))
    assert "flexible load" not in set(n.storage_units.carrier) | set(n.generators.carrier) | set(
        n.links.carrier
    )
    assert not (n.buses.role == "hydrogen").any()
