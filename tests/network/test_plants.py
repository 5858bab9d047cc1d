"""Wind, sun, heat, fuel and storage."""

import numpy as np
import pandas as pd
import pytest

from qhgrid.errors import NetworkError
from qhgrid.network.thermal_units import is_heating_season
from tests.network.systems import (
    FLEET,
    built,
    by_id,
    plant,
    small_facts,
)


def test_pv_is_added_up_by_bus_and_dark_at_night():
    n = built()
    assert n.generators.p_nom["hainan pv"] == 400.0
    p_max_pu = n.generators_t.p_max_pu["hainan pv"]
    assert (p_max_pu[p_max_pu.index.hour < 8] == 0.0).all()
    assert (p_max_pu[p_max_pu.index.hour == 13] == 0.6).all()
    assert n.generators_t.p_max_pu["xining pv"].max() == pytest.approx(0.54)


def test_wind_costs_its_upkeep():
    n = built()
    assert n.generators.marginal_cost["hainan wind"] == 5.0
    assert n.generators.carrier["hainan wind"] == "wind"
    assert n.generators.name_zh["hainan wind"] == "海南州风电"


def test_scale_multiplies_the_capacity_of_a_technology():
    assert built(fleet={"scale": {"pv": 1.5}}).generators.p_nom["hainan pv"] == 600.0


def test_plants_of_uncounted_grades_are_left_out():
    fleet = {**FLEET, "candidate": plant("candidate", "pv", 999.0, "hainan", "tala", grade="G1")}
    assert built(small_facts(fleet=fleet)).generators.p_nom["hainan pv"] == 400.0


def test_small_hydro_follows_the_river():
    """At the long-term mean of 100 m3/s it runs at 3600/8760 of its rating; three times that is full."""
    assert built().generators.p_max_pu["other_hydro"] == pytest.approx(3600.0 / 8760.0)
    assert built(inflow=50.0).generators.p_max_pu["other_hydro"] == pytest.approx(1800.0 / 8760.0)
    assert built(inflow=300.0).generators.p_max_pu["other_hydro"] == 1.0


def test_solar_thermal_is_field_store_and_turbine():
    """100 MW at 0.4 take 250 MW of heat, of 500 from the field; 700 MWh / 0.4 = 1750 MWh are held."""
    n = built()
    assert n.links.p_nom["hainan csp turbine"] == pytest.approx(250.0)
    assert n.links.efficiency["hainan csp turbine"] == 0.4
    assert n.links.marginal_cost["hainan csp turbine"] == pytest.approx(4.0)
    assert n.generators.p_nom["hainan csp solar field"] == pytest.approx(500.0)
    assert n.stores.e_nom["hainan csp heat store"] == pytest.approx(1750.0)
    assert n.stores.standing_loss["hainan csp heat store"] == 0.0005
    assert n.stores.e_cyclic["hainan csp heat store"]
    assert n.generators_t.p_max_pu["hainan csp solar field"].max() == pytest.approx(0.48)


def test_solar_thermal_without_storage_has_no_store():
    fleet = by_id(plant("bare_csp", "csp", 40.0, "hainan", "tala"))
    n = built(small_facts(fleet=fleet))
    assert "hainan csp heat store" not in n.stores.index
    assert "hainan csp turbine" in n.links.index


def test_coal_costs_fuel_carbon_and_upkeep():
    """300 g/kWh: 0.3 tce x (900 + 100 x 2.66) + 20 = 369.8 CNY/MWh; efficiency 1000 / (300 x 8.141)."""
    coal = built().generators.loc["xining_coal"]
    assert coal.marginal_cost == pytest.approx(369.8)
    assert coal.efficiency == pytest.approx(1000.0 / (300.0 * 8.141))
    assert coal.p_max_pu == 0.9


def test_co2_of_coal_by_carrier_and_efficiency_is_that_of_the_heat_rate():
    """0.3 tce x 2.66 t/tce = 0.798 t a MWh by either road."""
    n = built()
    by_carrier = n.carriers.co2_emissions["coal"] / n.generators.efficiency["xining_coal"]
    assert by_carrier == pytest.approx(0.3 * 2.66)


def test_gas_costs_its_fuel_price_and_its_carbon():
    """700 + 100 x 0.404 + 10 = 750.4 CNY/MWh."""
    gas = built().generators.loc["xining_gas"]
    assert gas.marginal_cost == pytest.approx(750.4)
    assert gas.p_min_pu == 0.0


def test_biomass_runs_flat():
    waste = built().generators.loc["xining_waste"]
    assert waste.p_min_pu == waste.p_max_pu == 0.9


def test_coal_without_heat_rate_is_refused():
    fleet = by_id(plant("odd_coal", "coal", 100.0, "xining", "xining_750"))
    with pytest.raises(NetworkError, match=r"coal plant odd_coal: has no heat rate"):
        built(small_facts(fleet=fleet))


def test_must_run_above_availability_is_refused():
    with pytest.raises(NetworkError, match=r"thermal: must-run stands above availability"):
        built(thermal={"heating_p_min_pu": 0.95})


@pytest.mark.parametrize(
    ("day", "is_heating"),
    [("01-01", True), ("04-15", True), ("04-16", False), ("10-14", False), ("10-15", True), ("12-31", True)],
)
def test_heating_season_runs_over_the_new_year(day, is_heating):
    hours = pd.date_range(f"2030-{day}", periods=24, freq="h")
    assert (is_heating_season(hours, "10-15", "04-15") == is_heating).all()


def test_season_within_one_year_is_read_the_same_way():
    hours = pd.date_range("2030-01-01", "2030-12-31", freq="D")
    inside = hours[is_heating_season(hours, "02-01", "02-28")]
    assert (inside[0].strftime("%m-%d"), inside[-1].strftime("%m-%d"), len(inside)) == ("02-01", "02-28", 28)


def test_must_run_of_coal_changes_with_the_season():
    n = built(horizon={"start": "2030-04-15", "end": "2030-04-16"})
    must_run = n.generators_t.p_min_pu["xining_coal"]
    assert must_run.to_numpy() == pytest.approx(np.repeat([0.5, 0.3], 24))
    assert built().generators.p_min_pu["xining_coal"] == 0.3


def test_batteries_of_a_bus_add_up_power_and_energy():
    """40 MW x 2 h and 60 MW x 4 h: 100 MW with 3.2 h; 0.81 round trip is 0.9 each way."""
    battery = built().storage_units.loc["hainan battery"]
    assert battery.p_nom == 100.0
    assert battery.max_hours == pytest.approx(3.2)
    assert battery.efficiency_store == battery.efficiency_dispatch == pytest.approx(0.9)
    assert battery.cyclic_state_of_charge
    assert battery.plant == ""


def test_pumped_storage_stands_plant_by_plant():
    warang = built().storage_units.loc["warang"]
    assert (warang.p_nom, warang.max_hours, warang.plant, warang.bus) == (100.0, 6.0, "warang", "hainan")
    assert warang.efficiency_store * warang.efficiency_dispatch == pytest.approx(0.75)
