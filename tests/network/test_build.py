"""The whole network: sums, consistency, names, attributes, both resolutions."""

import csv
import logging

import numpy as np
import pypsa
import pytest

from qhgrid.errors import NetworkError
from qhgrid.network import attribute_table, build_network
from qhgrid.network.attributes import ATTRIBUTES_FILE
from qhgrid.scenario.fleet import counted_fleet
from tests.network.systems import built, fresh, small_facts, small_profiles, small_scenario, technology

ALL = [(r, f) for r in ("prefecture", "station") for f in ("kirchhoff", "transport")]


@pytest.mark.parametrize(("resolution", "power_flow"), ALL)
def test_network_is_consistent_at_every_resolution(resolution, power_flow, caplog):
    network = fresh(grid={"resolution": resolution, "power_flow": power_flow})
    with caplog.at_level(logging.WARNING, logger="pypsa"):
        network.consistency_check(strict="all")
    assert not caplog.records


def test_prefecture_network_has_the_names_and_roles_of_the_contract():
    n = built()
    grid = n.buses[n.buses.role == "grid"]
    assert list(grid.index) == ["hainan", "xining"]
    assert list(grid.prefecture) == ["hainan", "xining"]
    assert grid.v_nom.eq(750.0).all()
    assert {"hainan pv", "hainan wind", "xining pv", "xining_coal", "other_hydro"} < set(n.generators.index)
    assert {"hainan battery", "xining laes", "warang"} == set(n.storage_units.index)
    assert {"hainan csp turbine", "upper turbine", "upper spill", "qingyu", "gansu import"} < set(
        n.links.index
    )
    assert {"hainan csp heat store", "upper reservoir", "lower reservoir"} == set(n.stores.index)
    assert {"hainan base", "xining base", "xining aluminium"} == set(n.loads.index)
    assert set(n.buses.role) == {"grid", "water", "heat", "receiving", "neighbour"}


def test_station_network_has_one_bus_for_each_station_in_service():
    n = built(grid={"resolution": "station"})
    grid = n.buses[n.buses.role == "grid"]
    assert list(grid.index) == ["tala", "hongqi", "xining_750", "east"]
    assert list(grid.prefecture) == ["hainan", "hainan", "xining", "xining"]
    assert list(grid.v_nom) == [750.0, 750.0, 750.0, 330.0]
    assert n.generators.p_nom["tala pv"] == 300.0
    assert n.generators.p_nom["hongqi pv"] == 100.0


@pytest.mark.parametrize("resolution", ["prefecture", "station"])
def test_capacity_of_each_technology_is_that_of_the_counted_fleet(resolution):
    scenario, facts = small_scenario(grid={"resolution": resolution}), small_facts()
    n = build_network(scenario, facts, small_profiles(scenario))
    counted: dict[str, float] = {}
    for plant in counted_fleet(scenario, facts):
        counted[plant.technology] = counted.get(plant.technology, 0.0) + plant.p_nom
    generators = n.generators[n.generators.role == "generation"]
    turbines = n.links[n.links.role.isin(["hydro_turbine", "csp_turbine"])]
    found = (
        generators.groupby("technology")
        .p_nom.sum()
        .add(n.storage_units.groupby("technology").p_nom.sum(), fill_value=0.0)
        .add((turbines.p_nom * turbines.efficiency).groupby(turbines.technology).sum(), fill_value=0.0)
    )
    assert found.to_dict() == pytest.approx(counted)


@pytest.mark.parametrize(("resolution", "power_flow"), ALL)
def test_columns_that_are_not_of_pypsa_stand_in_the_table_and_the_table_holds_no_other(
    resolution, power_flow
):
    n = built(grid={"resolution": resolution, "power_flow": power_flow})
    listed = {(row.component, row.attribute) for row in attribute_table()}
    found = set()
    for component in n.components:
        if len(component.static):
            extra = set(component.static.columns) - set(component.defaults.index) - {"bus2", "efficiency2"}
            found |= {(component.name, column) for column in extra}
    used = {component for component, _ in found}
    assert found == {(c, a) for c, a in listed if c in used - {"LineType", "TransformerType"}}
    if power_flow == "kirchhoff":
        assert used >= {component for component, _ in listed}


def test_attribute_table_gives_type_unit_and_meaning_of_each_column():
    with ATTRIBUTES_FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(attribute_table())
    assert all(row["type"] in ("string", "float") and row["unit"] and row["meaning"] for row in rows)
    assert len({(row["component"], row["attribute"]) for row in rows}) == len(rows)


def test_every_component_says_its_technology_place_and_role():
    n = built()
    for table in (n.generators, n.storage_units, n.stores, n.links, n.loads):
        named = table[["technology", "prefecture", "corridor", "tie", "plant", "role", "name_zh"]]
        assert named.notna().all(axis=None)
        assert (table.role != "").all()
        assert (table.name_zh != "").all()


def test_carriers_have_chinese_names_colours_and_co2_of_the_fuel():
    """2.66 t of CO2 and 8.141 MWh of heat in a tonne of standard coal."""
    n = built()
    assert n.carriers.nice_name["pv"] == "光伏"
    assert n.carriers.color.str.fullmatch("#[0-9a-f]{6}").all()
    assert n.carriers.co2_emissions["coal"] == pytest.approx(2.66 / 8.141)
    assert n.carriers.co2_emissions["gas"] == pytest.approx(0.202)
    assert n.carriers.co2_emissions.drop(["coal", "gas"]).eq(0.0).all()


def test_meta_says_what_the_network_is_and_in_which_units():
    n = built()
    assert n.name == "small"
    assert n.meta["scenario"] == "small"
    assert n.meta["title_zh"] == "小系统"
    assert len(n.meta["scenario_digest"]) == 64
    assert n.meta["time_zone"] == "UTC+08:00"
    assert "m3/s" in n.meta["units"]


def test_series_are_kept_only_where_they_vary():
    n = built()
    assert "hainan wind" not in n.generators_t.p_max_pu
    assert n.generators.p_max_pu["hainan wind"] == 0.4
    assert n.generators_t.p_max_pu["hainan pv"].nunique() == 2


def test_two_plants_of_the_same_id_are_refused():
    facts = small_facts()
    twin = {**facts.technologies, "pv2": technology("pv", 1.0)}
    network = built(small_facts(technologies=twin))
    assert network.carriers.index.is_unique
    from qhgrid.network.draft import Draft

    draft = Draft()
    draft.add("Bus", "a", carrier="AC")
    with pytest.raises(NetworkError, match=r"Bus 'a': exists already\. Give each row .* its own id"):
        draft.add("Bus", "a", carrier="AC")


def test_profiles_of_other_hours_are_refused():
    scenario = small_scenario()
    other = small_profiles(small_scenario(horizon={"start": "2030-07-02", "end": "2030-07-03"}))
    with pytest.raises(NetworkError, match=r"profiles: \w+: is not on the hours of the horizon"):
        build_network(scenario, small_facts(), other)


def test_missing_series_and_missing_place_are_named():
    scenario = small_scenario()
    profiles = small_profiles(scenario)
    with pytest.raises(NetworkError, match=r"profiles: wind_p_max_pu: is missing"):
        build_network(scenario, small_facts(), profiles.drop_vars("wind_p_max_pu"))
    with pytest.raises(NetworkError, match=r"profiles: pv_p_max_pu: has no prefecture 'hainan'"):
        build_network(scenario, small_facts(), profiles.sel(prefecture=["xining"]))


def test_network_without_a_river_has_no_water():
    n = built(small_facts(hydro_plants={}))
    assert "water" not in set(n.buses.carrier)
    assert isinstance(n, pypsa.Network)
    assert not np.isin(["hydro_turbine"], n.links.role).any()
