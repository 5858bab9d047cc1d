"""The certificate catches every changed digit, and no price can make it lie."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qhgrid.dispatch import Prices, certify
from qhgrid.dispatch.cycles import find_cycles
from qhgrid.dispatch.inputs import delayed_source
from qhgrid.errors import DispatchError

FAMILIES = [
    ("Generator", "p", "merit cheap"),
    ("StorageUnit", "p_dispatch", "storage unit"),
    ("StorageUnit", "p_store", "storage unit"),
    ("StorageUnit", "state_of_charge", "storage unit"),
    ("StorageUnit", "p", "storage unit"),
    ("StorageUnit", "spill", "spill reservoir"),
    ("Store", "p", "store tank"),
    ("Store", "e", "store tank"),
    ("Link", "p0", "losses link"),
    ("Link", "p1", "delay river"),
    ("Link", "p2", "chp plant"),
    ("Line", "p0", "triangle ac"),
    ("Line", "p1", "triangle ac"),
    ("Transformer", "p0", "shift shifted"),
    ("Load", "p", "merit load"),
]


@contextmanager
def changed(network, component, attribute, name, hour, amount):
    frame = network.c[component].dynamic[attribute]
    row, column = frame.index[hour], name
    before = frame.at[row, column]
    frame.at[row, column] = before + amount
    try:
        yield
    finally:
        frame.at[row, column] = before


@pytest.mark.parametrize(("component", "attribute", "name"), FAMILIES)
def test_changed_digit_in_any_table_of_the_plan_is_caught(worked, component, attribute, name):
    for amount in (0.01, -1.0):
        with changed(worked.network, component, attribute, name, 1, amount):
            certificate = certify(worked.network, worked.prices)
        assert not certificate.is_valid
        assert not certificate.is_feasible
        assert certificate.violated_rows
    assert certify(worked.network, worked.prices).is_valid


@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(place=st.integers(0, 10**6), digits=st.sampled_from([-90.0, -3.0, 0.02, 7.0, 1000.0]))
def test_changed_digit_anywhere_in_random_islands_is_caught(some_islands, place, digits):
    network = some_islands.network
    tables = [
        ("Generator", "p"), ("StorageUnit", "p_dispatch"), ("StorageUnit", "state_of_charge"), ("Store", "e"),
        ("Store", "p"), ("Link", "p0"), ("Line", "p0"), ("StorageUnit", "spill"), ("StorageUnit", "p_store"),
    ]  # fmt: skip
    component, attribute = tables[place % len(tables)]
    members = network.c[component]
    names = members.static.index
    name = names[place // 7 % len(names)]
    with changed(network, component, attribute, name, place % len(network.snapshots), digits):
        assert not certify(network, some_islands.prices).is_feasible


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 10**6), size=st.floats(1e-6, 1e4))
def test_changed_prices_weaken_the_bound_and_keep_it_valid(some_islands, seed, size):
    rng = np.random.default_rng(seed)
    shaken = {}
    for name in ("bus_balance", "storage_unit_balance", "store_balance", "circulation", "generator_ramp"):
        frame = getattr(some_islands.prices, name)
        shaken[name] = frame + size * rng.normal(size=frame.shape)
    certificate = certify(some_islands.network, replace(some_islands.prices, **shaken))
    assert certificate.lower_bound <= some_islands.objective * (1 + 1e-9)
    assert certificate.is_feasible


def test_bound_without_any_prices_is_valid_and_says_what_is_missing(worked):
    certificate = certify(worked.network, Prices())
    assert certificate.lower_bound <= worked.objective
    assert "bus_balance" in certificate.missing_prices
    assert "cycle" in certificate.missing_prices
    assert not certificate.is_valid


def test_prices_in_pypsas_own_tables_prove_a_plain_solved_network(worked):
    certificate = certify(worked.network)
    assert certificate.lower_bound <= worked.objective
    assert certificate.missing_prices == ("cycle", "generator_e_sum")


def test_store_prices_follow_from_bus_prices_when_they_are_missing(worked):
    certificate = certify(worked.network, replace(worked.prices, store_balance=None))
    assert certificate.missing_prices == ("store_balance",)
    assert certificate.is_valid


def test_order_of_columns_in_tables_and_prices_does_not_matter(worked):
    network = worked.network
    kept = network.c["Generator"].dynamic["p"]
    network.c["Generator"].dynamic["p"] = kept[kept.columns[::-1]]
    turned = replace(worked.prices, bus_balance=worked.prices.bus_balance.iloc[:, ::-1])
    certificate = certify(network, turned)
    network.c["Generator"].dynamic["p"] = kept
    assert certificate == worked.certificate


def test_changed_input_is_caught_too(worked):
    """A price raised after the solve breaks the proof, a rating lowered breaks the plan."""
    static = worked.network.c["Generator"].static
    static.at["merit cheap", "marginal_cost"] = 40.0
    assert certify(worked.network, worked.prices).gap > 1e-3
    static.at["merit cheap", "marginal_cost"] = 10.0
    static.at["merit cheap", "p_nom"] = 110.0
    certificate = certify(worked.network, worked.prices)
    static.at["merit cheap", "p_nom"] = 120.0
    assert certificate.max_violation_mw == pytest.approx(10.0)
    worst = certificate.violated_rows[0]
    assert (worst.component, worst.name, worst.law) == ("Generator", "merit cheap", "p")
    assert worst.in_words() == f"Generator merit cheap, p at {worst.snapshot}: 10 MW"


def test_violation_of_a_law_over_the_horizon_is_named_so(worked):
    static = worked.network.c["Generator"].static
    static.at["sum cheap", "e_sum_max"] = 70.0
    certificate = certify(worked.network, worked.prices)
    static.at["sum cheap", "e_sum_max"] = 100.0
    assert certificate.max_violation_mwh == pytest.approx(30.0)
    assert (
        certificate.violated_rows[0].in_words()
        == "Generator sum cheap, generator_e_sum over the horizon: 30 MWh"
    )


def test_network_without_a_plan_is_refused_in_words(worked):
    kept = worked.network.c["Link"].dynamic["p0"]
    worked.network.c["Link"].dynamic["p0"] = pd.DataFrame(index=worked.network.snapshots)
    with pytest.raises(DispatchError, match="Link p0: the network holds no plan for it"):
        certify(worked.network, worked.prices)
    worked.network.c["Link"].dynamic["p0"] = kept


def test_plan_with_a_hole_is_refused_with_name_and_hour(worked):
    with (
        changed(worked.network, "Generator", "p", "merit dear", 2, np.nan),
        pytest.raises(DispatchError, match="merit dear at 2030-01-15 20:00:00 is not a finite number"),
    ):
        certify(worked.network, worked.prices)


def test_certificate_in_words_speaks_both_languages(worked):
    assert worked.certificate.in_words().startswith("证书有效：成本 ")
    assert worked.certificate.in_words("en").startswith("certificate valid: cost ")


def test_cycles_of_a_square_with_diagonal_and_double_line_are_independent():
    bus0, bus1 = np.array([0, 1, 2, 3, 0, 0]), np.array([1, 2, 3, 0, 2, 1])
    cycles = find_cycles(4, bus0, bus1, np.ones(6, dtype=bool))
    matrix = np.zeros((len(cycles), 6))
    for k, cycle in enumerate(cycles):
        np.add.at(matrix[k], cycle.members, cycle.signs)
    incidence = np.zeros((4, 6))
    np.add.at(incidence, (bus0, np.arange(6)), 1.0)
    np.add.at(incidence, (bus1, np.arange(6)), -1.0)
    assert len(cycles) == 3
    assert np.linalg.matrix_rank(matrix) == 3
    assert np.abs(incidence @ matrix.T).max() == 0.0


@pytest.mark.parametrize(
    ("hours", "cyclic"), [(1, True), (1, False), (3, True), (7, True), (7, False), (2, True)]
)
def test_delay_over_uneven_snapshots_is_that_of_pypsa(hours, cyclic):
    from pypsa.components import Links

    weights = np.array([1.0, 2.0, 1.0, 3.0, 1.0])
    source, arrives = delayed_source(weights, hours, cyclic)
    theirs, valid = Links.get_delay_source_indexer(pd.RangeIndex(5), weights, hours, cyclic)
    assert (arrives == valid).all()
    assert (source[valid] == theirs[valid]).all()
