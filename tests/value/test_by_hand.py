"""The case of docs/project-value.md, sums done with a pencil."""

from itertools import combinations

import pypsa
import pytest

from qhgrid.dispatch import solve


def cost(members):
    """Return the least cost of two hours with the projects of `members`. [CNY]"""
    n = pypsa.Network()
    n.set_snapshots(range(2))
    n.add("Bus", "bus")
    n.add("Load", "load", bus="bus", p_set=100.0)
    n.add("Generator", "coal", bus="bus", p_nom=200.0, marginal_cost=300.0)
    if "A" in members:
        n.add("Generator", "sun", bus="bus", p_nom=130.0, p_max_pu=[1.0, 0.0])
    if "B" in members:
        n.add("StorageUnit", "battery", bus="bus", p_nom=40.0, max_hours=1.0)
    return solve(n, elastic=None).objective


@pytest.fixture(scope="module")
def costs():
    """Return the cost of each set of projects."""
    return {frozenset(some): cost(some) for k in range(3) for some in combinations("AB", k)}


def test_costs_are_those_of_the_table(costs):
    assert costs[frozenset()] == pytest.approx(60_000)
    assert costs[frozenset("A")] == pytest.approx(30_000)
    assert costs[frozenset("B")] == pytest.approx(60_000)
    assert costs[frozenset("AB")] == pytest.approx(21_000)
