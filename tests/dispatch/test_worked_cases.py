"""Cases solved by hand; the arithmetic stands in each docstring."""

from __future__ import annotations

import math

import numpy as np
import pytest

from qhgrid.dispatch import Dispatch, solve
from tests.dispatch.systems import Draft


def power(dispatch: Dispatch, name: str) -> list[float]:
    return dispatch.network.generators_t.p[name].tolist()


def price(dispatch: Dispatch, bus: str) -> list[float]:
    return dispatch.network.buses_t.marginal_price[bus].tolist()


def approx(values: object) -> object:
    return pytest.approx(values, abs=1e-6)


def test_cheap_generator_runs_first_and_the_last_one_sets_the_price(worked):
    """120 MW at 10, 100 MW at 30; loads 100, 150, 60, 200: the dear one makes 0, 30, 0, 80."""
    assert power(worked, "merit dear") == approx([0, 30, 0, 80])
    assert price(worked, "merit") == approx([10, 30, 10, 30])


def test_storage_carries_cheap_hours_to_dear_ones_as_far_as_it_can_charge(worked):
    """Two hours of charging at 20 MW times 0.8 store 32 MWh; 80 MWh of dear load become 48."""
    assert sum(power(worked, "storage dear")) == approx(48)
    assert worked.network.storage_units_t.state_of_charge["storage unit"].iloc[1] == approx(32)
    assert worked.network.storage_units_t.p_store["storage unit"].tolist() == approx([20, 20, 0, 0])


def test_full_reservoir_spills_what_it_cannot_turn_into_power(worked):
    """10 MWh at the start and 4 x 15 flow in, 4 x 10 are generated, at most 10 stay: 20 MWh are spilled."""
    assert worked.network.storage_units_t.spill["spill reservoir"].sum() == approx(20)


def test_flow_splits_by_reactance_around_a_triangle(worked):
    """The direct line carries 2/3 of a and 1/3 of b: 2/3 a + 1/3 (90 - a) <= 50 gives a = 60."""
    assert power(worked, "triangle g a") == approx([60] * 4)
    assert worked.network.lines_t.p0["triangle ac"].tolist() == approx([50] * 4)
    assert worked.network.lines_t.p0["triangle ab"].tolist() == approx([10] * 4)


def test_price_behind_a_full_line_is_above_every_marginal_cost(worked):
    """One more MW at c: a - 1, b + 2 keep the direct line at 50 (-2/3 + 2/3 = 0): 2 x 20 - 10 = 30."""
    assert price(worked, "triangle c") == approx([30] * 4)


def test_link_takes_in_more_than_it_delivers(worked):
    """90 MW behind an efficiency of 0.9 need 100 MW; the price behind it is 10 / 0.9."""
    assert worked.network.links_t.p0["losses link"].tolist() == approx([100] * 4)
    assert worked.network.links_t.p1["losses link"].tolist() == approx([-90] * 4)
    assert price(worked, "losses b") == approx([10 / 0.9] * 4)


def test_energy_limit_is_used_up_and_priced(worked):
    """100 of 200 MWh may come from the cheap one; its limit is worth 20 - 10."""
    assert sum(power(worked, "sum cheap")) == approx(100)
    assert worked.prices.generator_e_sum["sum cheap"] == approx(-10)


def test_emission_cap_limits_the_dirty_generator(worked):
    """0.5 t per MWh of fuel over an efficiency of 0.5 is 1 t/MWh: 80 MWh, a tonne worth 25 - 10."""
    assert sum(power(worked, "co2 dirty")) == approx(80)
    assert worked.network.global_constraints.mu["co2 cap"] == approx(-15)


def test_ramp_limit_slows_the_cheap_generator(worked):
    """At most 20 MW more each hour: 20, 40, 60, 60; the fast one fills 20 MW in the second hour."""
    assert power(worked, "ramp slow") == approx([20, 40, 60, 60])
    assert power(worked, "ramp fast") == approx([0, 20, 0, 0])


def test_ramp_limit_counts_from_the_power_before_the_first_hour(worked):
    """80 MW before and at most 20 less each hour: 60, 40, 20, 0, though the other costs a tenth."""
    assert power(worked, "stop slow") == approx([60, 40, 20, 0])


def test_phase_shift_drives_power_around_a_loop(worked):
    """x = 0.1 / 100 pu each; 1 degree over 0.002 pu drives 8.7266 MW: 30 + 8.7266 and 30 - 8.7266."""
    loop = math.radians(1.0) / 0.002
    assert worked.network.transformers_t.p0["shift plain"].tolist() == approx([30 + loop] * 4)
    assert worked.network.transformers_t.p0["shift shifted"].tolist() == approx([30 - loop] * 4)


def test_link_with_two_outputs_makes_power_and_heat(worked):
    """40 MW of power take 100 of gas and give 50 of heat; the boiler makes the other 10 of 60."""
    assert worked.network.links_t.p0["chp plant"].tolist() == approx([100] * 4)
    assert worked.network.links_t.p2["chp plant"].tolist() == approx([-50] * 4)
    assert power(worked, "chp boiler") == approx([10] * 4)


def test_water_sent_two_hours_earlier_serves_the_load(worked):
    """Loads of 10 and 20 in hours 2 and 3 are sent in hours 0 and 1; what is sent later is lost."""
    assert worked.network.links_t.p0["delay river"].tolist() == approx([10, 20, 0, 0])
    assert worked.network.links_t.p1["delay river"].tolist() == approx([0, 0, -10, -20])
    assert price(worked, "delay down")[2:] == approx([1, 2])


def test_cyclic_store_fills_in_the_cheap_hour(worked):
    """15 MWh are taken in at 1 and given back at 9: the generator makes 10 + 15, then 30 - 15."""
    assert power(worked, "store g")[0] == approx(25)
    assert sum(power(worked, "store g")[1:]) == approx(15)


def test_sale_at_a_negative_marginal_cost_earns_money(worked):
    """80 MW sold at 30 and made at 10 earn 1600 an hour."""
    assert power(worked, "sale market") == approx([80] * 4)
    assert power(worked, "sale g") == approx([80] * 4)


def test_standing_loss_is_paid_for_every_hour(worked):
    """8.1 MW out take 9 MWh; three hours before that is 9 / 0.9^3 = 12.3457 MWh to put in."""
    assert power(worked, "loss g")[0] == approx(9 / 0.9**3)


def test_cost_of_all_cases_is_the_sum_of_their_costs(worked):
    """Each line is one case, in the order of the builder."""
    costs = [
        10 * (100 + 120 + 60 + 120) + 30 * (30 + 80),
        10 * 120 + 50 * 48,
        3 * 20,
        4 * (60 * 10 + 30 * 20),
        4 * 1000,
        100 * 10 + 100 * 20,
        80 * 10 + 120 * 25,
        180 * 10 + 20 * 50,
        4 * 60,
        4 * (100 * 20 + 10 * 100),
        10 * 1 + 20 * 2,
        25 * 1 + 15 * 9,
        -4 * 1600,
        10 * 9 / 0.9**3,
        10 * 120 + 1 * 280,
    ]
    assert worked.objective == pytest.approx(sum(costs), rel=1e-9)
    assert worked.network.objective == pytest.approx(sum(costs), rel=1e-9)
    assert worked.certificate.is_valid
    assert worked.shortages == ()


def test_each_weighting_has_its_own_use():
    """Objective 2 and 3 h weigh costs, generators 4 and 5 h energy sums, stores 1 and 2 h levels.

    Load 10 in both. The reservoir of 8 MWh gives 8 / 2 h = 4 MW in the second snapshot, where a MW is worth
    3 x 20 in cost per 2 MWh, rather than 8 MW in the first, worth 2 x 20 per MWh: so the first. Limit e_sum
    of the
    cheap one: 4 x p0 + 5 x p1 <= 20. A MW of it saves 10 x 2 per 4 h in the first (5 an hour) and 10 x 3 per
    5 h in the second (6 an hour): p1 = 4. First: 10 - 8 = 2 dear; second: 6 dear.
    Cost 2 x 2 x 20 + 3 x (6 x 20 + 4 x 10).
    """
    draft = Draft(2, {"objective": [2.0, 3.0], "generators": [4.0, 5.0], "stores": [1.0, 2.0]})
    draft.add("Carrier", "AC")
    draft.add("Bus", "b", carrier="AC")
    draft.add("Load", "load", bus="b", p_set=10.0)
    draft.add("Generator", "cheap", bus="b", p_nom=10.0, marginal_cost=10.0, e_sum_max=20.0)
    draft.add("Generator", "dear", bus="b", p_nom=10.0, marginal_cost=20.0)
    draft.add(
        "StorageUnit", "water", bus="b", p_nom=10.0, max_hours=1.0, p_min_pu=0.0, state_of_charge_initial=8.0
    )
    found = solve(draft.network(), elastic=None)
    assert found.network.storage_units_t.p["water"].tolist() == approx([8, 0])
    assert found.network.generators_t.p["cheap"].tolist() == approx([0, 4])
    assert found.objective == pytest.approx(2 * 2 * 20 + 3 * (6 * 20 + 4 * 10))
    assert np.allclose(found.network.buses_t.marginal_price["b"], 20.0)
