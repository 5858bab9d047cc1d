"""The tables of thermal plants and of the heat of CSP, on small networks that are solved."""

import numpy as np
import pytest

from qhgrid.dispatch import solve
from qhgrid.dispatch.results import to_dataset
from qhgrid.indicators import breakdowns
from qhgrid.indicators.measuring import open_ledger
from qhgrid.indicators.plants import heat_table, thermal_table
from qhgrid.network import build_network
from tests.network.systems import FLEET, cost, small_facts, small_profiles, small_scenario

MWH = 1e5
"""MWh of a 亿千瓦时."""


def run(**changes):
    """Return network and ledger of the small system after a solve."""
    costs = small_facts().costs | {"battery.cycle_life": cost("battery", "cycle_life", 5000.0, "1")}
    scenario, facts = small_scenario(**changes), small_facts(costs=costs)
    network = build_network(scenario, facts, small_profiles(scenario))
    objective = solve(network, method="exact").objective
    return network, open_ledger(to_dataset(network), scenario, facts, objective)


@pytest.fixture(scope="module")
def plain():
    return run()


@pytest.fixture(scope="module")
def committed():
    rules = {"commitment": "linear", "heater": 0.5}
    return run(thermal={"commitment": "linear"}, csp=rules)


@pytest.mark.parametrize("case", ["plain", "committed"])
def test_generation_of_the_plants_is_that_of_their_technologies(case, request):
    _, ledger = request.getfixturevalue(case)
    table = thermal_table(ledger)
    assert table.row_keys == ("xining_coal", "xining_gas", "xining_waste")
    for plant, technology in (("xining_coal", "coal"), ("xining_gas", "gas"), ("xining_waste", "biomass")):
        made = ledger.energy(ledger.of(ledger.generation, technology)) / MWH
        assert table.number(plant, "generation") == pytest.approx(made, rel=1e-9)
    assert sum(table.number(key, "co2") for key in table.row_keys) * 1e4 == pytest.approx(
        ledger.energy(ledger.co2), rel=1e-9
    )


def test_coal_burnt_at_full_output_is_that_of_the_heat_rate(plain):
    """0.3 tce a MWh, on the must-run of 0.3 of 200 MW at least."""
    _, ledger = plain
    table = thermal_table(ledger)
    made = table.number("xining_coal", "generation") * MWH
    assert table.number("xining_coal", "coal") * 1e4 == pytest.approx(0.3 * made, rel=1e-9)
    assert table.number("xining_coal", "must_run") * MWH == pytest.approx(0.3 * 200.0 * 48)
    assert table.row("xining_coal").values[4:6] == (None, None)


def test_units_at_part_load_burn_more_for_a_mwh(committed):
    """Fuel is a u + b p, with 1.1 times the heat rate at 0.4 of the capacity online."""
    network, ledger = committed
    table = thermal_table(ledger)
    online = network.links_t.p0["xining_coal online"].sum()
    made = table.number("xining_coal", "generation") * MWH
    slope = (1.0 - 0.4 * 1.1) / 0.6
    expected = 0.3 * ((1.0 - slope) * online + slope * made)
    assert table.number("xining_coal", "coal") * 1e4 == pytest.approx(expected, rel=1e-6)
    assert table.number("xining_coal", "online") == pytest.approx(online / 48 / 10.0, rel=1e-6)
    started = network.generators_t.p["xining_coal start"].iloc[1:].sum()
    assert table.number("xining_coal", "starts") == pytest.approx(started / 200.0, abs=1e-9)


@pytest.mark.parametrize("case", ["plain", "committed"])
def test_heat_of_each_site_closes(case, request):
    network, ledger = request.getfixturevalue(case)
    table = heat_table(ledger)
    assert table.row_keys == ("hainan_csp_heat",)
    row = {key: table.number("hainan_csp_heat", key) * MWH for key in table.column_keys}
    assert row["difference"] == pytest.approx(0.0, abs=1e-2)
    gathered = row["field"] - row["defocused"] + row["heater"]
    used = row["turbine"] + row["start"] + row["freeze"] + row["lost"] + row["change"]
    assert gathered == pytest.approx(used, abs=1e-2)
    turbines = [name for name in network.links.index if "csp turbine" in name]
    assert row["electricity"] == pytest.approx(-network.links_t.p1[turbines].sum().sum(), rel=1e-9)
    assert row["lost"] > 0.0


def test_cycles_are_what_is_discharged_over_what_is_held(plain):
    network, ledger = plain
    table = breakdowns.storage_table(ledger)
    held = sum(row.value * row.storage_h for row in FLEET.values() if row.technology == "battery")
    given = network.storage_units_t.p_dispatch["hainan battery"].sum()
    assert table.number("battery", "cycles") == pytest.approx(given / held, abs=1e-9)
    assert table.number("battery", "life") == pytest.approx(100.0 * given / held / 5000.0, abs=1e-9)
    laes = table.row("laes").values
    assert laes[-1] is None
    assert np.isfinite(laes[-2])


@pytest.mark.parametrize("case", ["plain", "committed"])
def test_cost_by_component_is_the_objective_with_starts_apart(case, request):
    _, ledger = request.getfixturevalue(case)
    parts = breakdowns.cost_by_component(ledger)
    assert sum(parts.values()) == pytest.approx(ledger.objective, rel=1e-6)
    assert ("start_coal" in parts) == (case == "committed")
    assert parts.get("other", 0.0) == pytest.approx(0.0, abs=1e-6)
