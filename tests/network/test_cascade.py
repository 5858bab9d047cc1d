"""The river: water units, the chain, uprates, releases, end levels, water balance."""

from dataclasses import replace

import numpy as np
import pytest

from tests.network.systems import (
    RIVER,
    built,
    fresh,
    river_plant,
    small_facts,
)


def test_turbine_takes_water_and_gives_power():
    """8 x 100 m / 1000 = 0.8 MW a m3/s, so 100 MW need 125 m3/s."""
    turbine = built().links.loc["upper turbine"]
    assert (turbine.bus0, turbine.bus1, turbine.bus2) == ("upper pool", "hainan", "middle pool")
    assert turbine.efficiency == pytest.approx(0.8)
    assert turbine.efficiency2 == 1.0
    assert turbine.p_nom == pytest.approx(125.0)
    assert turbine.marginal_cost == pytest.approx(3.0 * 0.8)
    assert turbine.role == "hydro_turbine"


def test_reservoir_holds_its_storage_and_run_of_river_has_none():
    """3.6e8 m3 are 100 000 m3/s held for an hour."""
    stores = built().stores
    assert stores.e_nom["upper reservoir"] == pytest.approx(100_000.0)
    assert stores.e_initial["upper reservoir"] == pytest.approx(50_000.0)
    assert "middle reservoir" not in stores.index
    assert not stores.e_cyclic["upper reservoir"]


def test_reservoir_may_not_end_below_its_start():
    e_min_pu = built().stores_t.e_min_pu["upper reservoir"]
    assert e_min_pu.iloc[-1] == pytest.approx(0.5)
    assert (e_min_pu.iloc[:-1] == 0.0).all()


def test_inflow_is_the_share_of_the_discharge_and_cannot_be_turned_down():
    n = built(inflow=200.0)
    inflow = n.generators.loc["middle inflow"]
    assert inflow.p_nom == pytest.approx(20.0)
    assert inflow.p_min_pu == inflow.p_max_pu == 1.0
    assert inflow.role == "inflow"


def test_skipped_plant_hands_its_inflow_and_its_place_to_the_next():
    river = {**RIVER, "middle": replace(RIVER["middle"], grade="G1")}
    n = built(small_facts(hydro_plants=river))
    assert n.links.bus2["upper turbine"] == "lower pool"
    assert n.links.bus1["upper spill"] == "lower pool"
    assert "middle pool" not in n.buses.index
    assert n.generators.p_nom["lower inflow"] == pytest.approx(15.0)


def test_skipped_first_plant_hands_its_inflow_down():
    river = {**RIVER, "upper": replace(RIVER["upper"], in_service_year=2040)}
    n = built(small_facts(hydro_plants=river))
    assert n.generators.p_nom["middle inflow"] == pytest.approx(110.0)


def test_skipped_last_plant_leaves_the_river_mouth_below_the_one_before():
    river = {**RIVER, "lower": replace(RIVER["lower"], grade="G1")}
    n = built(small_facts(hydro_plants=river))
    assert n.links.bus2["middle turbine"] == "river mouth"
    assert n.generators.sign["river mouth outflow"] == -1.0


def test_uprate_adds_turbines_and_no_water():
    """25 MW more at 0.4 MW a m3/s pass 62.5 m3/s more."""
    before, after = built(), built(fleet={"grades": ["OP", "G2"]})
    assert before.links.p_nom["middle turbine"] == pytest.approx(125.0)
    assert after.links.p_nom["middle turbine"] == pytest.approx(187.5)
    assert "middle_uprate turbine" not in after.links.index
    water = before.generators.role == "inflow"
    assert after.generators.p_nom[water[water].index].equals(before.generators.p_nom[water])


def test_uprate_of_a_plant_that_does_not_count_is_left_out():
    river = {**RIVER, "middle": replace(RIVER["middle"], grade="G1", uprate_grade="OP")}
    n = built(small_facts(hydro_plants=river))
    assert "middle turbine" not in n.links.index


def test_minimum_release_holds_for_turbine_and_spill_together():
    river = {**RIVER, "upper": replace(RIVER["upper"], minimum_release_m3_per_s=40.0)}
    n = built(small_facts(hydro_plants=river), hydro={"minimum_release": 0.5})
    assert n.links.bus2["upper turbine"] == "upper tailwater"
    assert n.links.bus1["upper spill"] == "upper tailwater"
    release = n.links.loc["upper release"]
    assert (release.bus0, release.bus1) == ("upper tailwater", "middle pool")
    assert release.p_min_pu * release.p_nom == pytest.approx(20.0)
    assert "middle release" not in n.links.index


def test_factor_of_zero_takes_the_minimum_release_away():
    river = {**RIVER, "upper": replace(RIVER["upper"], minimum_release_m3_per_s=40.0)}
    n = built(small_facts(hydro_plants=river), hydro={"minimum_release": 0.0})
    assert "upper release" not in n.links.index


def test_inventing_water_costs_more_than_the_load_it_could_serve():
    """A m3/s for an hour gives 0.8 + 0.4 + 0.32 = 1.52 MWh on its way down; load has 10 000 CNY/MWh."""
    price = built().buses.shed_price
    assert price["upper pool"] == pytest.approx(25_200.0)
    assert price["lower pool"] == pytest.approx(13_200.0)
    assert price["river mouth"] == 10_000.0
    assert (price > 0).all()


def test_end_level_gives_way_where_the_minimum_release_exceeds_the_inflow():
    """48 h at 140 m3/s with 100 m3/s coming in draw 48 x 40 = 1920 of the 50 000 m3/s h."""
    river = {**RIVER, "upper": replace(RIVER["upper"], minimum_release_m3_per_s=140.0)}
    end = built(small_facts(hydro_plants=river)).stores_t.e_min_pu["upper reservoir"].iloc[-1]
    assert end == pytest.approx((50_000.0 - 1920.0) / 100_000.0)


def test_release_of_a_plant_without_storage_is_drawn_from_the_reservoir_above():
    """Below middle 110 m3/s pass by nature; 120 m3/s are asked of it, so upper gives 48 x 10."""
    river = {**RIVER, "middle": replace(RIVER["middle"], minimum_release_m3_per_s=120.0)}
    n = built(small_facts(hydro_plants=river))
    assert n.stores_t.e_min_pu["upper reservoir"].iloc[-1] == pytest.approx((50_000.0 - 480.0) / 100_000.0)
    assert n.stores_t.e_min_pu["lower reservoir"].iloc[-1] == pytest.approx(0.5)


def test_end_level_never_falls_below_empty():
    river = {**RIVER, "upper": replace(RIVER["upper"], minimum_release_m3_per_s=5000.0)}
    assert built(small_facts(hydro_plants=river)).stores.e_min_pu["upper reservoir"] == 0.0


def test_water_is_neither_made_nor_lost_between_source_and_mouth():
    """Inflow less outflow is what the reservoirs gained; power is water times fall."""
    n = fresh()
    n.optimize(solver_name="highs", include_objective_constant=False, log_to_console=False)
    p = n.generators_t.p
    inflow = p[n.generators.index[n.generators.role == "inflow"]].to_numpy().sum()
    reservoirs = n.stores.index[n.stores.role == "reservoir"]
    gained = (n.stores_t.e[reservoirs].iloc[-1] - n.stores.e_initial[reservoirs]).sum()
    assert inflow - p["river mouth outflow"].sum() == pytest.approx(gained, abs=1e-3)
    assert inflow == pytest.approx(48 * 115.0)
    power = -n.links_t.p1["middle turbine"]
    assert power.to_numpy() == pytest.approx(0.4 * n.links_t.p0["middle turbine"].to_numpy())
    assert -n.links_t.p2["middle turbine"].to_numpy() == pytest.approx(
        n.links_t.p0["middle turbine"].to_numpy()
    )


def test_water_reaches_the_lower_plant_only_through_the_one_above():
    """Without inflow of its own the lower plant passes what the upper one lets go, hour by hour."""
    river = {
        "upper": replace(RIVER["upper"], downstream="lower"),
        "lower": river_plant("lower", 2, value=40.0, head_m=40.0),
    }
    n = fresh(small_facts(hydro_plants=river))
    n.optimize(solver_name="highs", include_objective_constant=False, log_to_console=False)
    upper = n.links_t.p0[["upper turbine", "upper spill"]].sum(axis=1).to_numpy()
    lower = n.links_t.p0[["lower turbine", "lower spill"]].sum(axis=1).to_numpy()
    assert lower == pytest.approx(upper, abs=1e-6)
    assert np.ptp(upper) > 1.0


def test_pond_that_empties_within_three_hours_has_no_store():
    """125 m3/s empty 375 m3/s h in three hours: 1.35e6 m3 are kept, a little less is not."""
    kept, dropped = (
        {**RIVER, "middle": replace(RIVER["middle"], regulating_storage_m3=volume)}
        for volume in (1.35e6, 1.34e6)
    )
    assert built(small_facts(hydro_plants=kept)).stores.e_nom["middle reservoir"] == pytest.approx(375.0)
    assert "middle reservoir" not in built(small_facts(hydro_plants=dropped)).stores.index


def test_uprate_takes_no_pond_away():
    river = {**RIVER, "middle": replace(RIVER["middle"], regulating_storage_m3=1.35e6)}
    n = built(small_facts(hydro_plants=river), fleet={"grades": ["OP", "G2"]})
    assert "middle reservoir" in n.stores.index
