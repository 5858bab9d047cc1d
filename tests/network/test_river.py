"""Water on its way: travel time, balance, limits on the release, withdrawals, and what may not happen."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from qhgrid.indicators.river import River, water_residuals
from tests.network.rivers import (
    REACHES,
    dispatched,
    flow,
    river_facts,
    river_network,
    without_ponds,
)
from tests.network.systems import by_id

HOURS = 24


def impulse(hour=10, size=80.0):
    """Return a dry river with one wet hour."""
    series = np.zeros(HOURS)
    series[hour] = size
    return series


def only_upper(**tables):
    """Return facts whose water enters at the upper plant alone, without ponds or known levels."""
    river = {
        id: replace(row, side_inflow_share=1.0 if id == "upper" else 0.0)
        for id, row in without_ponds().items()
    }
    return river_facts(**({"hydro_plants": river, "hydro_curves": {}, "hydro_levels": {}} | tables))


def passing(results, plant):
    """Return turbine and spill of a plant together."""
    names = [f"{plant} turbine", f"{plant} spill"]
    return results["link_p0"].sel(link=names).sum("link").to_numpy()


def test_an_impulse_arrives_after_the_travel_time_and_not_before():
    """Three hours to the middle plant, one more to the lower one."""
    _, results, _, _ = dispatched(only_upper(), impulse())
    for plant, hour in (("upper", 10), ("middle", 13), ("lower", 14)):
        expected = np.zeros(HOURS)
        expected[hour] = 80.0
        assert passing(results, plant) == pytest.approx(expected, abs=1e-6)


def test_without_travel_times_an_impulse_passes_within_the_hour():
    _, results, _, _ = dispatched(only_upper(), impulse(), hydro={"travel_time": False})
    assert np.flatnonzero(passing(results, "lower") > 1e-6).tolist() == [10]


def test_past_a_plant_that_does_not_stand_the_river_runs_free():
    """Five free hours to where the middle plant would be, then one to the lower pool."""
    river = {id: replace(row, side_inflow_share=0.0) for id, row in without_ponds().items()}
    river["upper"] = replace(river["upper"], side_inflow_share=1.0)
    river["middle"] = replace(river["middle"], grade="G1")
    _, results, _, _ = dispatched(only_upper(hydro_plants=river), impulse())
    assert np.flatnonzero(passing(results, "lower") > 1e-6).tolist() == [16]


def test_one_link_carries_turbine_and_spill_and_the_delay_stands_alone_on_it():
    _, _, n = river_network()
    assert n.links.bus2["upper turbine"] == n.links.bus1["upper spill"] == "upper tailwater"
    reach = n.links.loc["upper reach"]
    assert (reach.bus0, reach.bus1, reach.delay) == ("upper tailwater", "middle pool", 3)
    assert not reach.cyclic_delay
    assert (n.links.delay > 0).sum() == 2
    assert not n.links.get("delay2", 0 * n.links.delay).any()


def test_water_under_way_at_the_start_arrives_and_that_of_the_end_is_still_there():
    """A steady river of 100 m3/s: 3 x 100 and 1 x 110 m3/s h are under way at either end."""
    _, results, scenario, facts = dispatched(only_upper(hydro_plants=without_ponds()))
    river = River(results, scenario, facts)
    assert river.under_way("upper") == pytest.approx((300.0, 300.0))
    assert river.under_way("middle") == pytest.approx((110.0, 110.0))
    assert passing(results, "lower") == pytest.approx(np.full(HOURS, 115.0))


def random_river(seed):
    """Return facts and inflow of a river with limits, withdrawals and delays drawn at random."""
    rng = np.random.default_rng(seed)
    months = lambda low, high: tuple(rng.uniform(low, high, 12).round(1))  # noqa: E731 - one draw after another
    rules = by_id(
        flow("upper", "minimum_release", *months(0, 160)),
        flow("upper", "maximum_release", *months(60, 260)),
        flow("middle", "withdrawal", *months(0, 30)),
        flow("lower", "minimum_release", *months(0, 90)),
    )
    hours = rng.integers(0, 5, 2)
    reaches = {id: replace(row, value=float(k)) for (id, row), k in zip(REACHES.items(), hours, strict=True)}
    inflow = rng.uniform(20.0, 220.0, HOURS)
    return river_facts(hydro_flows=rules, hydro_reaches=reaches), inflow


@cache
def solved(seed, method="highs-simplex"):
    """Return dispatch, results, scenario and facts of a river drawn at random; each is solved once."""
    return dispatched(*random_river(seed), method=method)


@pytest.mark.parametrize("seed", range(2))
def test_water_balances_at_every_node_in_every_hour(seed):
    """To a millionth of the flow, and over the whole river and horizon."""
    _, results, scenario, facts = solved(seed)
    inflow = random_river(seed)[1]
    assert float(np.abs(water_residuals(results)).max()) <= 1e-6 * inflow.mean()
    river = River(results, scenario, facts)
    came = sum(river.total(river.inflow(plant)) for plant in river.plants)
    came += sum(river.under_way(plant)[0] for plant in river.plants) + river.elastic("shed")
    went = river.total(river.flow("generator", "outflow", "")) + river.elastic("dump") + river.rise()
    went += sum(river.total(river.withdrawn(plant)) + river.under_way(plant)[1] for plant in river.plants)
    assert came == pytest.approx(went, abs=1e-6 * came)
    assert came > 0.0


@pytest.mark.parametrize("seed", [0])
def test_engine_and_highs_agree_on_a_river_with_everything(seed):
    by_highs = solved(seed)[0]
    by_engine, results, _, _ = solved(seed, "exact")
    assert by_engine.certificate.is_valid
    assert by_engine.objective == pytest.approx(by_highs.objective, rel=2e-6, abs=1.0)
    assert float(np.abs(water_residuals(results)).max()) <= 1e-4


@pytest.mark.parametrize("seed", range(2))
def test_no_plant_makes_more_than_the_water_that_reached_it_can_give(seed):
    _, results, scenario, facts = solved(seed)
    river = River(results, scenario, facts)
    for plant, upstream in (("upper", ""), ("middle", "upper"), ("lower", "middle")):
        arrived = river.inflow(plant).copy()
        if upstream:
            arrived = arrived + river.flow("generator", "in_transit", upstream)
            arrived = arrived + sum(_fed(results, f"{plant} pool", port) for port in ("1", "2"))
        at_hand = river.first_content(plant) + np.cumsum(arrived)
        best = at_hand * river.rate(plant).max()
        assert (np.cumsum(river.power(plant)) <= best + 1e-5).all()
        assert river.power(plant) == pytest.approx(river.rate(plant) * river.turbined(plant), abs=1e-6)


def _fed(results, bus, port):
    """Return what the links bring to a bus by one of their ends."""
    ends = (results[f"link_bus{port}"] == bus).to_numpy()
    return -results[f"link_p{port}"].transpose("snapshot", "link").to_numpy()[:, ends].sum(axis=1)


def test_a_release_that_the_river_does_not_have_is_told_and_no_water_is_made():
    """100 m3/s come, 130 are asked: 30 are missing in every hour, and the lower plants see 100."""
    facts = only_upper(hydro_flows=by_id(flow("upper", "minimum_release", 130.0)))
    found, results, scenario, facts = dispatched(facts)
    river = River(results, scenario, facts)
    assert river.flow("link", "release_shortfall", "upper") == pytest.approx(np.full(HOURS, 30.0))
    assert river.elastic("shed") == pytest.approx(0.0, abs=1e-6)
    assert passing(results, "upper") == pytest.approx(np.full(HOURS, 100.0))
    assert found.certificate.is_valid


def test_a_flood_beyond_the_most_release_passes_and_is_told():
    facts = only_upper(hydro_flows=by_id(flow("upper", "maximum_release", 70.0)))
    _, results, scenario, facts = dispatched(facts)
    river = River(results, scenario, facts)
    assert river.flow("link", "release_excess", "upper") == pytest.approx(np.full(HOURS, 30.0))
    assert river.elastic("dump") == pytest.approx(0.0, abs=1e-6)


def test_a_most_release_holds_where_a_reservoir_can_hold_back():
    rules = by_id(flow("upper", "maximum_release", 90.0))
    _, results, _, _ = dispatched(river_facts(hydro_flows=rules), hydro={"end_level": "equal"})
    assert passing(results, "upper").max() <= 90.0 + 1e-6
    _, results, _, _ = dispatched(river_facts(hydro_flows=rules), hydro={"ice_release": 0.0})
    assert passing(results, "upper").max() > 100.0


def test_limits_hold_by_month():
    months = [0.0] * 6 + [55.0] + [0.0] * 5
    facts = river_facts(hydro_flows=by_id(flow("upper", "minimum_release", *months)))
    _, _, n = river_network(facts, horizon={"start": "2030-07-31", "end": "2030-08-01"})
    least = n.get_switchable_as_dense("Link", "p_min_pu")["upper release"] * n.links.p_nom["upper release"]
    assert least.to_numpy() == pytest.approx([55.0] * 24 + [0.0] * 24)


def test_the_least_release_gives_way_to_the_most():
    rules = by_id(flow("upper", "minimum_release", 90.0), flow("upper", "maximum_release", 60.0))
    _, _, n = river_network(river_facts(hydro_flows=rules))
    release = n.links.loc["upper release"]
    assert release.p_min_pu * release.p_nom == pytest.approx(60.0)


def hydro_energy(**arguments):
    _, results, scenario, facts = dispatched(**arguments)
    river = River(results, scenario, facts)
    return sum(river.total(river.power(plant)) for plant in river.plants)


def test_water_taken_from_a_pool_lowers_the_energy_of_that_plant_and_those_below():
    """40 m3/s less at 0.4 MW, and at 0.32 MW, over a day; all water enters at the top."""
    taken = by_id(flow("middle", "withdrawal", 40.0))
    without = hydro_energy(facts=only_upper())
    with_it = hydro_energy(facts=only_upper(hydro_flows=taken))
    assert without - with_it == pytest.approx(40.0 * (0.4 + 0.32) * HOURS, rel=1e-6)
    assert hydro_energy(facts=only_upper(hydro_flows=taken), hydro={"withdrawals": 0.0}) == pytest.approx(
        without
    )


def test_a_withdrawal_counts_by_its_grade():
    taken = by_id(flow("middle", "withdrawal", 40.0, grade="G1"))
    _, _, n = river_network(river_facts(hydro_flows=taken))
    assert "middle withdrawal" not in n.loads.index
    _, _, n = river_network(river_facts(hydro_flows=taken), fleet={"grades": ["OP", "G1"]})
    assert n.loads.p_set["middle withdrawal"] == pytest.approx(40.0)


def cost(facts=None, inflow=100.0, **changes):
    return dispatched(facts, inflow, **changes)[0].objective


@pytest.mark.parametrize("seed", [0])
def test_more_water_and_more_storage_never_cost_more(seed):
    facts, inflow = random_river(seed)
    base = solved(seed)[0].objective
    assert cost(facts, inflow * 1.1) <= base + 2e-6 * abs(base)
    larger = {id: replace(row, value=2.0 * row.value) for id, row in facts.hydro_curves.items()}
    assert cost(replace(facts, hydro_curves=larger), inflow) <= base + 2e-6 * abs(base)


def test_renaming_and_reordering_change_nothing():
    facts, inflow = random_river(1)
    base = solved(1)[0].objective
    new = {"upper": "zeta", "middle": "alpha", "lower": "mu"}
    tables = {}
    for table in ("hydro_plants", "hydro_reaches", "hydro_curves", "hydro_levels", "hydro_flows"):
        rows = [_renamed(row, new) for row in getattr(facts, table).values()]
        tables[table] = {
            f"{position}" if table != "hydro_plants" else row.id: row
            for position, row in reversed(list(enumerate(rows)))
        }
    assert cost(replace(facts, **tables), inflow) == pytest.approx(base, rel=2e-6)


def _renamed(row, new):
    """Return a row in which the plants bear other names."""
    fields = {
        f: new[getattr(row, f)]
        for f in ("id", "plant", "upstream", "downstream")
        if getattr(row, f, "") in new
    }
    return replace(row, **fields)


def test_a_plant_in_two_halves_of_turbines_is_the_same_plant():
    """Half as uprate: same water, same turbines together."""
    facts, inflow = random_river(1)
    half = {
        id: replace(row, value=row.value / 2, uprate_mw=row.value / 2, uprate_grade="OP")
        for id, row in facts.hydro_plants.items()
    }
    assert cost(replace(facts, hydro_plants=half), inflow) == pytest.approx(solved(1)[0].objective, rel=2e-6)


def test_an_uprate_makes_no_more_than_the_spill_it_avoids():
    """200 m3/s come; the middle turbine takes 125 without and 187.5 with the uprate."""
    before = hydro_energy(facts=only_upper(), inflow=200.0)
    after = hydro_energy(facts=only_upper(), inflow=200.0, fleet={"grades": ["OP", "G2"]})
    assert after - before == pytest.approx((187.5 - 125.0) * 0.4 * HOURS, rel=1e-6)


def test_the_shipped_reaches_make_fourteen_hours_in_2030():
    from qhgrid.network import build
    from qhgrid.scenario import read_scenario

    n = build(read_scenario("2030-plan", ("horizon.start=2030-01-01", "horizon.end=2030-01-01")).scenario)
    delays = n.links.delay[n.links.role == "hydro_reach"]
    assert delays.to_dict() == {
        "maerdang reach": 9,
        "nina reach": 3,
        "kangyang reach": 1,
        "huangfeng reach": 1,
    }
