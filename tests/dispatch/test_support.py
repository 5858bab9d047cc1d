"""What cannot be certified is refused by name, with the way out; nothing of a new PyPSA slips through."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pypsa
import pytest

from qhgrid.dispatch import check_support, support_table
from qhgrid.dispatch.support import BRANCHES, ONE_PORTS, Verdict
from qhgrid.errors import DispatchError
from tests.dispatch.systems import Draft

REFUSED = [row for row in support_table() if row.verdict is Verdict.REFUSED]


@cache
def one_of_each() -> pypsa.Network:
    draft = Draft(3)
    draft.add("Carrier", "AC", co2_emissions=0.2)
    for name in ("a", "b"):
        draft.add("Bus", name, carrier="AC", v_nom=110.0)
    for component in ONE_PORTS:
        draft.add(component, f"{component} x", bus="a", carrier="AC")
    for component in BRANCHES:
        draft.add(component, f"{component} x", bus0="a", bus1="b")
    draft.add("GlobalConstraint", "cap", sense="<=", constant=10.0)
    network = draft.network()
    network.c["Transformer"].static["s_nom"] = 1.0
    return network


def system() -> pypsa.Network:
    """A copy of the network with one member of each component."""
    return one_of_each().copy()


def refusal(network: pypsa.Network) -> str:
    with pytest.raises(DispatchError) as caught:
        check_support(network)
    return str(caught.value)


def test_table_knows_every_attribute_of_the_installed_pypsa():
    known = {(row.component, row.attribute) for row in support_table()}
    network = pypsa.Network()
    kinds = network.all_components
    found = {(kind, attribute) for kind in kinds for attribute in network.c[kind].defaults.index}
    assert found - known == set()
    assert known - found == set()


def test_every_refused_attribute_has_a_way_out_and_the_others_need_none():
    for row in support_table():
        assert bool(row.way_out) == (row.verdict is Verdict.REFUSED)


def test_plain_network_is_accepted():
    check_support(system())


@pytest.mark.parametrize("row", REFUSED, ids=lambda row: f"{row.component}-{row.attribute}")
def test_refused_attribute_is_named_with_its_way_out(row):
    network = system()
    name = "cap" if row.component == "GlobalConstraint" else f"{row.component} x"
    default = network.c[row.component].defaults.at[row.attribute, "default"]
    network.c[row.component].static.loc[name, row.attribute] = (
        True if isinstance(default, bool | np.bool_) else 5.0
    )
    message = refusal(network)
    assert message.startswith(f"{row.component} {name}: {row.attribute}: is not supported")
    assert row.way_out in message


def test_refused_series_is_found_too():
    network = system()
    network.c["Generator"].dynamic["marginal_cost_quadratic"] = pd.DataFrame(
        {"Generator x": [0.0, 1.0, 0.0]}, index=network.snapshots
    )
    assert "Generator Generator x: marginal_cost_quadratic" in refusal(network)


def change(component: str, attribute: str, value: object):
    def apply(network: pypsa.Network) -> None:
        static = network.c[component].static
        static.loc[static.index[0], attribute] = value

    return apply


def add_hole(network: pypsa.Network) -> None:
    frame = pd.DataFrame({"Load x": [1.0, np.nan, np.nan]}, index=network.snapshots)
    network.c["Load"].dynamic["p_set"] = frame


def weigh_nothing(network: pypsa.Network) -> None:
    network.snapshot_weightings.loc[network.snapshots[0], "stores"] = 0.0


def weigh_less_than_nothing(network: pypsa.Network) -> None:
    network.snapshot_weightings.loc[network.snapshots[0], "objective"] = -1.0


def free_angle(network: pypsa.Network) -> None:
    network.c["Transformer"].static[["phase_shift_min", "phase_shift_max", "v_ang_max"]] = [-1.0, 1.0, 30.0]


def piecewise(network: pypsa.Network) -> None:
    network.c["Generator"].piecewise["marginal_cost"] = pd.DataFrame({("Generator x", "x"): [0.0, 1.0]})


def periods(network: pypsa.Network) -> None:
    network.set_snapshots(pd.MultiIndex.from_product([[2030, 2035], network.snapshots]))


@pytest.mark.parametrize(
    ("apply", "words"),
    [
        (change("Generator", "bus", "nowhere"), "Generator Generator x: bus: there is no bus 'nowhere'"),
        (change("Line", "bus1", "c"), "Line Line x: bus1: there is no bus 'c'"),
        (change("GlobalConstraint", "type", "magic"), "GlobalConstraint cap: type: 'magic' is not supported"),
        (change("GlobalConstraint", "sense", "about"), "GlobalConstraint cap: sense: 'about' is not a sense"),
        (
            change("GlobalConstraint", "constant", np.inf),
            "GlobalConstraint cap: constant: is not a finite number",
        ),
        (change("GlobalConstraint", "carrier_attribute", "nox"), "carriers have no attribute 'nox'"),
        (change("Carrier", "co2_emissions", np.nan), "co2_emissions of carriers AC is not a number"),
        (change("Generator", "efficiency", 0.0), "Generator Generator x: efficiency: must be above 0"),
        (change("StorageUnit", "efficiency_dispatch", 0.0), "efficiency_dispatch: must be above 0"),
        (
            change("Store", "e_nom", np.nan),
            "Store Store x at 2030-01-15 18:00:00: e_nom: is not a number (3 places",
        ),
        (add_hole, "Load Load x at 2030-01-15 19:00:00: p_set: is not a number (2 places in all)"),
        (weigh_nothing, "snapshot_weightings: stores: must be above 0 where there is storage"),
        (weigh_less_than_nothing, "snapshot_weightings: some are negative or not a number"),
        (
            free_angle,
            "Transformer Transformer x: v_ang_max: a limit on the angle together with a free phase shift",
        ),
        (piecewise, "Generator Generator x: marginal_cost: piecewise values are not supported"),
        (periods, "network investment_periods: investment periods are not supported"),
    ],
)
def test_what_cannot_be_solved_is_said_with_its_place(apply, words):
    network = system()
    apply(network)
    assert words in refusal(network)


def test_stochastic_and_empty_networks_are_refused():
    stochastic = system()
    stochastic.set_scenarios({"low": 0.5, "high": 0.5})
    assert "a stochastic network is not supported" in refusal(stochastic)
    empty = pypsa.Network()
    assert "network buses: there are none" in refusal(empty)


def test_all_faults_come_at_once():
    network = system()
    change("Generator", "committable", True)(network)
    change("Line", "s_nom_extendable", True)(network)
    add_hole(network)
    assert len(refusal(network).splitlines()) == 3
