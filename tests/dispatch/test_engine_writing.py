"""What the engine writes back must pass the certificate, and be what PyPSA and HiGHS write."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from qhgrid.dispatch import add_elastic_layer, solve
from qhgrid.dispatch.certificate import certify
from qhgrid.dispatch.engine.problem import Problem
from qhgrid.dispatch.engine.writing import prices_of, write_plan_of, write_prices
from qhgrid.dispatch.prices import Prices
from tests.dispatch import worked_cases
from tests.dispatch.scipy_road import solve_problem
from tests.dispatch.systems import Draft, random_islands
from tests.dispatch.test_engine_reading import delays, rare_combinations

COMPONENTS = ("Bus", "Generator", "Load", "StorageUnit", "Store", "Link", "Process", "Line", "Transformer")


def dispatched(network):
    """Dispatch `network` by way of the engine's arrays and scipy; return the prices."""
    add_elastic_layer(network)
    problem = Problem.from_network(network)
    _, x, y, y_wide = solve_problem(problem)
    write_plan_of(problem, network, x)
    prices = prices_of(problem, network, y, y_wide)
    write_prices(network, prices)
    return prices


def assert_proved(network, prices):
    certificate = certify(network, prices)
    assert certificate.is_valid
    assert abs(certificate.gap) < 1e-9
    assert certificate.missing_prices == ()
    assert max(certificate.max_violation_mw, certificate.max_violation_mwh) < 1e-6
    assert network.objective == pytest.approx(certificate.cost, rel=1e-12)


@pytest.fixture(scope="module")
def by_engine():
    """The hand-solved cases, dispatched by way of the engine's arrays."""
    network = worked_cases.even_hours()
    return network, dispatched(network)


@pytest.mark.parametrize("seed", range(201, 207))
def test_random_islands_are_proved(seed):
    network = random_islands(seed, 10)
    assert_proved(network, dispatched(network))


def test_hand_solved_cases_are_proved(by_engine):
    assert_proved(*by_engine)


def test_rare_combinations_are_proved():
    network = rare_combinations()
    assert_proved(network, dispatched(network))


@pytest.mark.parametrize("weights", [[1.0, 3.0, 0.5, 0.5, 2.0], [1.0]], ids=["uneven", "one"])
def test_what_is_under_way_is_proved(weights):
    network = delays(weights)
    assert_proved(network, dispatched(network))


def plan_in_tables(problem, network):
    """The plan of a dispatched network in the engine's columns; what is under way is left at 0."""
    tables = {"p": "p0", "s": "p0", "phase_shift": "phase_shift_opt"}
    x = np.zeros(problem.lower.shape)
    for block in problem.columns:
        is_branch = block.component in ("Link", "Line", "Transformer")
        table = tables[block.attribute] if is_branch and block.attribute in tables else block.attribute
        if not table.startswith("<"):
            frame = network.c[block.component].dynamic[table]
            x[:, block.start : block.stop] = frame[block.names].to_numpy()
    return x


def test_plan_of_pypsa_gives_the_tables_and_prices_of_pypsa(by_engine, worked_by_highs):
    """Every table that PyPSA writes with all duals, but for limits of single components."""
    ours, theirs = worked_cases.even_hours(), worked_by_highs.network
    add_elastic_layer(ours)
    problem = Problem.from_network(ours)
    write_plan_of(problem, ours, plan_in_tables(problem, theirs))
    write_prices(ours, by_engine[1])
    assert ours.objective == pytest.approx(theirs.objective, rel=1e-9)
    for component in COMPONENTS:
        for attribute, frame in theirs.c[component].dynamic.items():
            mine = ours.c[component].dynamic[attribute]
            if attribute in ("mu_upper", "mu_lower") and component not in ("Line", "Transformer"):
                continue
            if attribute == "v_ang":
                frame, mine = (f.filter(regex="triangle") for f in (frame, mine))
            pd.testing.assert_frame_equal(mine, frame, check_freq=False, atol=1e-6)
    pd.testing.assert_series_equal(ours.global_constraints.mu, theirs.global_constraints.mu)
    for component, nominal in (("Generator", "p_nom"), ("Store", "e_nom"), ("Transformer", "s_nom")):
        column = f"{nominal}_opt"
        pd.testing.assert_series_equal(ours.c[component].static[column], theirs.c[component].static[column])


def test_prices_by_name_are_those_of_pypsa_where_they_are_unique(by_engine, worked_by_highs):
    ours, theirs = by_engine[1], worked_by_highs.prices
    frames = ("bus_balance", "storage_unit_balance", "store_balance", "generator_ramp", "circulation")
    for family in frames:
        known = getattr(theirs, family)
        mine = getattr(ours, family).reindex(columns=known.columns, fill_value=0.0)
        np.testing.assert_allclose(mine.to_numpy(), known.to_numpy(), atol=1e-6, err_msg=family)
    for family in ("generator_e_sum", "global_constraint"):
        known = getattr(theirs, family)
        assert getattr(ours, family)[known.index].tolist() == pytest.approx(known.tolist(), abs=1e-6)


def price_setting_store(p_set):
    """A tank bought cheap and sold dear at a cost of its own, with what it may do given in one hour."""
    draft = Draft(3, {"stores": [2.0, 1.0, 1.0], "objective": [1.0, 1.0, 2.0]})
    draft.add("Bus", "a", carrier="AC")
    draft.add("Load", "l", bus="a", p_set=[10.0, 12.0, 11.0])
    draft.add("Generator", "g", bus="a", p_nom=15.0, marginal_cost=[2.0, 20.0, 30.0])
    draft.add("Generator", "h", bus="a", p_nom=15.0, marginal_cost=[11.0, 45.0, 67.0])
    draft.add("Store", "tank", bus="a", e_nom=20.0, e_initial=3.0, standing_loss=0.1, marginal_cost=1.5,
              p_set=p_set)  # fmt: skip
    return draft.network()


@pytest.mark.parametrize("p_set", [[np.nan] * 3, [np.nan, 2.0, np.nan]], ids=["free", "given"])
def test_stored_energy_is_worth_what_pypsa_says(p_set):
    network = price_setting_store(p_set)
    prices = dispatched(network)
    assert_proved(network, prices)
    theirs = solve(price_setting_store(p_set), tol=1e-9)
    np.testing.assert_allclose(
        prices.store_balance["tank"], theirs.prices.store_balance["tank"], rtol=1e-7, atol=1e-7
    )
    np.testing.assert_allclose(
        network.stores_t.mu_energy_balance["tank"],
        theirs.network.stores_t.mu_energy_balance["tank"],
        rtol=1e-7,
    )
    np.testing.assert_allclose(network.stores_t.p["tank"], theirs.network.stores_t.p["tank"], atol=1e-6)


def test_price_in_the_table_is_per_hour_and_that_of_no_weight_is_zero():
    draft = Draft(2, {"objective": [4.0, 0.0]})
    draft.add("Bus", "a", carrier="AC")
    network = draft.network()
    frame = pd.DataFrame([[20.0], [3.0]], index=network.snapshots, columns=network.buses.index)
    write_prices(network, Prices(bus_balance=frame))
    assert network.buses_t.marginal_price["a"].tolist() == [5.0, 0.0]


def test_families_that_are_not_known_are_left_alone():
    network = worked_cases.even_hours()
    write_prices(network, Prices())
    assert network.buses_t.marginal_price.empty
    assert network.storage_units_t.mu_energy_balance.empty


def test_members_left_out_and_inactive_ones_stand_at_zero():
    draft = Draft(2)
    draft.add("Bus", "a", carrier="AC")
    draft.add("Bus", "nowhere", carrier="AC")
    draft.add("Load", "l", bus="a", p_set=5.0)
    draft.add("Generator", "g", bus="a", p_nom=9.0, marginal_cost=2.0)
    draft.add("Generator", "none", bus="a", p_nom=0.0)
    draft.add("Generator", "off", bus="a", p_nom=9.0, active=False)
    draft.add("StorageUnit", "u", bus="a", p_nom=1.0, p_min_pu=0.0, max_hours=1.0)
    draft.add("Store", "off", bus="a", e_nom=9.0, e_initial=2.0, active=False)
    draft.add("Link", "off", bus0="a", bus1="nowhere", p_nom=9.0, active=False)
    draft.add("Load", "off", bus="a", p_set=3.0, active=False)
    network = draft.network()
    problem = Problem.from_network(network)
    _, x, y, y_wide = solve_problem(problem)
    write_plan_of(problem, network, x)
    prices = prices_of(problem, network, y, y_wide)
    write_prices(network, prices)
    assert certify(network, prices).is_valid
    assert network.generators_t.p.to_numpy().tolist() == [[5.0, 0.0, 0.0]] * 2
    assert network.storage_units_t.p_store["u"].tolist() == [0.0, 0.0]
    assert network.storage_units_t.spill["u"].tolist() == [0.0, 0.0]
    assert network.stores_t.p["off"].tolist() == [0.0, 0.0]
    assert network.links_t.p1["off"].tolist() == [0.0, 0.0]
    assert network.buses_t.marginal_price["nowhere"].tolist() == [0.0, 0.0]
    assert network.buses_t.p["a"].tolist() == [0.0, 0.0]
    assert network.objective == 20.0
    assert network.is_solved


def test_angle_across_a_shifter_is_drop_and_shift_together(by_engine):
    """Shift of 1 degree in one of two like branches: 60 MW split as f1 = f2 + shift / x, x = 0.1 / 100."""
    network = by_engine[0]
    angle = network.buses_t.v_ang.iloc[0]
    flow = network.transformers_t.p0.iloc[0]
    drop = angle["shift a"] - angle["shift b"]
    assert drop == pytest.approx(0.001 * flow["shift plain"])
    assert drop == pytest.approx(0.001 * flow["shift shifted"] + math.pi / 180.0)
    assert flow.sum() == pytest.approx(60.0)


def test_full_line_has_a_price(by_engine):
    """2/3 a + 1/3 b carries one MW more if a makes 3 MW more and b 3 less: 3 x (20 - 10) saved."""
    network = by_engine[0]
    assert network.lines_t.mu_upper["triangle ac"].tolist() == pytest.approx([-30.0] * 4)
    assert network.lines_t.mu_upper["triangle ab"].tolist() == pytest.approx([0.0] * 4)
    assert network.lines_t.mu_lower["triangle ac"].tolist() == pytest.approx([0.0] * 4)


def test_angle_falls_along_the_flow_whichever_way_the_line_was_drawn():
    """20 MW from a over b to c, on lines of 0.001 pu, the second drawn from c to b."""
    draft = Draft(1)
    for bus in "abc":
        draft.add("Bus", bus, carrier="AC", v_nom=100.0)
    draft.add("Generator", "g", bus="a", p_nom=50.0)
    draft.add("Load", "l", bus="c", p_set=20.0)
    draft.add("Line", "ab", bus0="a", bus1="b", x=10.0, s_nom=50.0)
    draft.add("Line", "cb", bus0="c", bus1="b", x=10.0, s_nom=50.0)
    network = draft.network()
    dispatched(network)
    assert network.lines_t.p0.iloc[0].tolist() == pytest.approx([20.0, -20.0])
    assert network.buses_t.v_ang.iloc[0].tolist() == pytest.approx([0.02, 0.0, -0.02])


def test_end_without_a_bus_gets_nothing():
    draft = Draft(2)
    for bus in "ab":
        draft.add("Bus", bus, carrier="AC")
    draft.add("Generator", "g", bus="a", p_nom=50.0, marginal_cost=1.0)
    draft.add("Load", "l", bus="b", p_set=20.0)
    draft.add("Link", "k", bus0="a", bus1="b", bus2="", p_nom=50.0, efficiency2=0.5)
    draft.add("Link", "m", bus0="a", bus1="b", bus2="a", p_nom=5.0, efficiency2=0.0)
    network = draft.network()
    assert_proved(network, dispatched(network))
    assert (network.links_t.p0["k"] >= 15.0 - 1e-9).all()
    assert network.links_t.p2["k"].tolist() == [0.0, 0.0]
