"""System cost by component."""

import pytest

from qhgrid.indicators.costs import cost_by_component, cost_label
from qhgrid.indicators.measuring import open_ledger
from tests.indicators import systems


def test_each_component_by_hand(ledger):
    """Coal 14 400 MWh x 300: CO2 14 400 x 0.3 x 2.66 x 10, operation 14 400 x 20, fuel the rest."""
    costs = cost_by_component(ledger)
    assert costs["co2_coal"] == pytest.approx(114_912)
    assert costs["operation_coal"] == pytest.approx(288_000)
    assert costs["fuel_coal"] == pytest.approx(14_400 * 300 - 114_912 - 288_000)
    assert costs["operation_csp"] == pytest.approx(5_000 * 4)
    assert costs["storage_battery"] == pytest.approx(640 * 5)
    assert costs["import_gansu"] == pytest.approx(480 * 400)
    assert costs["revenue_gansu"] == pytest.approx(-320 * 200)
    assert costs["revenue_qingyu"] == pytest.approx(-12_920 * 350)
    assert costs["unserved"] == pytest.approx(50 * 1e4)
    assert costs["dump"] == pytest.approx(10 * 100)
    assert sum(costs.values()) == pytest.approx(systems.OBJECTIVE, rel=1e-12)


def shed_at(bus):
    """Return a ledger in which 50 MW are shed at `bus` instead of hainan, at the same price."""
    results = systems.two_days()
    buses = results["generator_bus"].to_numpy().copy()
    buses[results["generator"].to_numpy() == "hainan shed"] = bus
    results["generator_bus"] = ("generator", buses)
    return open_ledger(results, systems.scenario(), systems.facts(), systems.OBJECTIVE)


@pytest.mark.parametrize(
    ("bus", "row"),
    [
        ("hainan", "unserved"),
        ("qingyu receiving", "contract_shortfall"),
        ("longyangxia pool", "other_shortage"),
        ("gansu neighbour", "other_shortage"),
    ],
)
def test_what_the_elastic_layer_costs_stands_by_where_it_was_needed(bus, row):
    ledger = shed_at(bus)
    costs = cost_by_component(ledger)
    assert costs[row] == pytest.approx(500_000)
    assert float(ledger.shed.sum()) == (50.0 if bus == "hainan" else 0.0)
    assert sum(costs.values()) == pytest.approx(systems.OBJECTIVE, rel=1e-12)


def test_every_kind_of_component_and_price_lands_in_some_row():
    """A spill price, a holding price, a price on a store, on a spillway and on a corridor: all in the sum."""
    results = systems.two_days()
    results["storage_unit_spill"] = results["storage_unit_spill"] + 2.0
    results["storage_unit_spill_cost"] = ("storage_unit", [3.0])
    results["storage_unit_marginal_cost_storage"] = ("storage_unit", [0.5])
    results["store_marginal_cost"] = ("store", [0.0, 7.0])
    link_cost = results["link_marginal_cost"].copy()
    link_cost[:, 1] = 1.0
    link_cost[:, 3] = 2.0
    results["link_marginal_cost"] = link_cost
    costs = cost_by_component(open_ledger(results, systems.scenario(), systems.facts(), 0.0))
    held = float(results["storage_unit_state_of_charge"].sum())
    assert costs["storage_battery"] == pytest.approx(640 * 5 + 48 * 2 * 3 + 0.5 * held)
    assert costs["transport"] == pytest.approx(13_600 * 2)
    assert costs["other"] == pytest.approx(48 * 10 * 1.0 + 7.0 * float(results["store_p"][:, 1].sum()))


def test_weights_of_the_objective_count_and_not_those_of_energy():
    results = systems.two_days()
    results["snapshot_weighting_objective"] = results["snapshot_weighting_objective"] * 2.0
    costs = cost_by_component(open_ledger(results, systems.scenario(), systems.facts(), 0.0))
    assert sum(costs.values()) == pytest.approx(2 * systems.OBJECTIVE)


def test_labels_are_those_of_planners(ledger):
    assert cost_label(ledger, "fuel_coal")[0] == "煤电燃料费"
    assert cost_label(ledger, "revenue_qingyu")[0] == "青豫直流外送电收入"
    assert cost_label(ledger, "storage_pumped_storage")[0] == "抽水蓄能充放电变动费"
    assert cost_label(ledger, "unserved")[0] == "失负荷成本"
    assert cost_label(ledger, "storage_") == ("未归类充放电变动费", "unlabelled: cycling")


def test_gas_is_split_like_coal_with_its_own_co2():
    """14 400 MWh at 300: CO2 0.39 x 14 400 x 10, no operation in its row, fuel the rest."""
    results = systems.two_days()
    names = results["generator_technology"].to_numpy().copy()
    names[2] = "gas"
    results["generator_technology"] = ("generator", names)
    ledger = open_ledger(results, systems.scenario(), systems.facts(), 0.0)
    costs = cost_by_component(ledger)
    assert costs["co2_gas"] == pytest.approx(0.39 * 14_400 * 10)
    assert costs["fuel_gas"] == pytest.approx(14_400 * 300 - 0.39 * 14_400 * 10)
    assert float(ledger.co2.sum()) == pytest.approx(0.39 * 14_400)
