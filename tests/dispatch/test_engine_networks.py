"""Every method dispatches every kind of network at HiGHS's cost, its bound below, its certificate valid."""

from __future__ import annotations

import numpy as np
import pypsa
import pytest
from hypothesis import Phase, given, settings

from qhgrid.dispatch import add_elastic_layer, solve, support_table
from qhgrid.dispatch.extract import read_program
from qhgrid.dispatch.implied import imply_bounds
from qhgrid.dispatch.inputs import Inputs
from qhgrid.dispatch.plan import read_plan
from qhgrid.dispatch.prices import Prices, dual_vector
from qhgrid.dispatch.program import FloatArray, Program
from qhgrid.dispatch.support import Verdict
from tests.dispatch import degenerate_networks, published_networks
from tests.dispatch.made_features import FEATURES
from tests.dispatch.made_networks import WEIGHTINGS, Made, Plan, networks, prefix
from tests.dispatch.test_two_roads import solved

METHODS = ("highs", "exact")
PARTS = 6
"""Into so many parts the features are divided, to be made alone; a test for each."""
MIXED = 6
"""Systems with several features in each network."""
THROUGH_PYPSA = ("zero_costs", "one_snapshot", "no_columns_at_all", "all_columns_fixed", "tiny_everything")
"""Degenerate cases that are dispatched by ``highs`` too, whose model PyPSA takes a second to build."""
RELATIVE = 1e-6
"""By how much a cost may differ from HiGHS's. [1]"""
SLIP = 1e-8
"""By how much a cost or a bound may be on the wrong side of HiGHS's optimum, which is no better. [1]"""
TOL = 1e-8
"""Gap that is asked for where many systems stand side by side; each may have all of it. [1]"""


def system_of(name: object) -> str:
    """First word of a name; the name of a cycle row is that of a branch with its component."""
    return str(name[1] if isinstance(name, tuple) else name).split(" ")[0]


def by_system(blocks: tuple, values: FloatArray) -> dict[str, float]:
    """Sum `values` of columns or rows over the members of each system."""
    sums: dict[str, float] = {}
    for block in blocks:
        table = values[block.start : block.stop].reshape(block.lower.shape)
        for name, value in zip(block.names, table.sum(axis=0), strict=True):
            sums[system_of(name)] = sums.get(system_of(name), 0.0) + float(value)
    return sums


def bounds_by_system(network: pypsa.Network, program: Program, prices: Prices) -> dict[str, float]:
    """Weak duality for each system by itself: no row holds columns of two."""
    y = dual_vector(program, prices, Inputs(network)).values
    implied = imply_bounds(program)
    reduced = program.cost - program.matrix.T @ y
    least = np.where(reduced > 0.0, reduced * implied.lower, reduced * implied.upper)
    side = np.where(y > 0.0, program.row_lower, program.row_upper)
    total = by_system(program.columns, least)
    for name, value in by_system(program.rows, y * np.where(y == 0.0, 0.0, side)).items():
        total[name] = total.get(name, 0.0) + value
    return total


def check_systems(made: Made, method: str) -> None:
    """Each system of `made` costs the same by `method` as by HiGHS, and the bound is below."""
    network = made.network()
    if not made.has_backstop:
        add_elastic_layer(network)
    program = read_program(network)
    optimum, _ = solved(program)
    assert optimum.status == 0
    dispatch = solve(network, method=method, elastic=None, tol=TOL)
    assert dispatch.certificate.is_valid
    gap = TOL * abs(optimum.fun)
    cheapest = by_system(program.columns, program.cost * optimum.x)
    costs = by_system(program.columns, program.cost * read_plan(program, network))
    bounds = bounds_by_system(network, program, dispatch.prices)
    for k in range(len(made.plans)):
        least, name = cheapest[prefix(k)], str(made.only(k))
        size = max(1.0, abs(least))
        assert costs[prefix(k)] == pytest.approx(least, abs=RELATIVE * size + gap), name
        assert bounds[prefix(k)] <= least + SLIP * size, name
        assert costs[prefix(k)] >= least - SLIP * size, name


def part(number: int) -> tuple[str, ...]:
    return tuple(sorted(FEATURES)[number::PARTS])


def examples(method: str) -> int:
    """Networks for each part; through PyPSA one, for the sake of time."""
    return 1 if method == "highs" else 3


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("number", range(PARTS))
def test_every_made_system_costs_what_highs_says(number, method):
    once = {"deadline": None, "derandomize": True, "database": None, "phases": [Phase.generate]}

    @settings(max_examples=examples(method), **once)
    @given(networks(alone=part(number), mixed=MIXED))
    def each(made: Made) -> None:
        check_systems(made, method)

    each()


def test_made_systems_are_at_least_three_hundred():
    assert examples("exact") * (len(FEATURES) + PARTS * MIXED) >= 300


def check_case(network: pypsa.Network, method: str) -> None:
    """The whole of `network` by `method`: HiGHS's cost, a bound below, a valid certificate."""
    optimum, _ = solved(read_program(network))
    assert optimum.status == 0
    certificate = solve(network, method=method, elastic=None).certificate
    size = max(1.0, abs(optimum.fun))
    assert certificate.is_valid
    assert certificate.cost == pytest.approx(optimum.fun, abs=RELATIVE * size)
    assert certificate.lower_bound <= optimum.fun + SLIP * size
    assert certificate.cost >= optimum.fun - SLIP * size


DEGENERATE = [
    (name, method)
    for name in degenerate_networks.CASES
    for method in METHODS
    if method != "highs" or name in THROUGH_PYPSA
]


@pytest.mark.parametrize(("name", "method"), DEGENERATE)
def test_degenerate_network_costs_what_highs_says(name, method):
    network = degenerate_networks.CASES[name]()
    if name in degenerate_networks.NEEDS_ELASTIC:
        add_elastic_layer(network)
    check_case(network, method)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", published_networks.CASES)
def test_network_built_after_a_published_one_costs_what_highs_says(name, method):
    check_case(published_networks.CASES[name](), method)


def test_every_supported_attribute_is_varied_by_the_made_networks():
    """Each has another value than its default as one number, and a series wherever PyPSA takes one."""
    weights = {w: [0.5, 2.0, 1.0, 3.0] for w in WEIGHTINGS}
    alone = tuple(Plan((name,), seed) for seed in (1, 2) for name in sorted(FEATURES))
    network = Made(4, weights, True, alone).network()
    unvaried = {
        (row.component, row.attribute)
        for row in support_table()
        if row.verdict is Verdict.HONOURED and not is_varied(network, row.component, row.attribute)
    }
    assert unvaried == set()


def is_varied(network: pypsa.Network, component: str, attribute: str) -> bool:
    members = network.c[component]
    if attribute == "name":
        return len(members.static) > 1
    kind = members.defaults.loc[attribute]
    values = members.static[attribute]
    has_other = bool((values.notna() & (values != kind["default"])).any())
    return has_other and (not kind["varying"] or not members.dynamic[attribute].empty)
