"""Like generators are treated alike, at no cost."""

from __future__ import annotations

import pandas as pd
import pypsa
import pytest

from qhgrid.dispatch import solve


def surplus(**wind):
    """Return one bus with 60 MW of load, 80 MW of sun and 40 MW of wind, both at 4 a MWh."""
    n = pypsa.Network()
    n.set_snapshots(pd.date_range("2030-01-01", periods=2, freq="h"))
    n.add("Bus", "b")
    n.add("Load", "load", bus="b", p_set=[60.0, 120.0])
    n.add("Generator", "pv", bus="b", p_nom=80, marginal_cost=4)
    n.add("Generator", "wind", bus="b", p_nom=40, **{"marginal_cost": 4, **wind})
    return n


def test_curtailment_is_pro_rata_to_available_power():
    """60 of 120 MW are needed, so each runs at half: 40 MW sun, 20 MW wind; then both run in full."""
    n = surplus()
    done = solve(n, elastic=None)
    assert n.c.generators.dynamic["p"]["pv"].to_list() == pytest.approx([40, 80])
    assert n.c.generators.dynamic["p"]["wind"].to_list() == pytest.approx([20, 40])
    assert done.objective == pytest.approx(4 * 60 + 4 * 120)


def test_must_run_is_served_before_the_rest_is_shared():
    """Wind must run 20 MW; the other 40 of 60 MW are shared over 80 + 20 MW: 32 and 20 + 8."""
    n = surplus(p_min_pu=0.5)
    solve(n, elastic=None)
    assert n.c.generators.dynamic["p"]["pv"].iloc[0] == pytest.approx(32)
    assert n.c.generators.dynamic["p"]["wind"].iloc[0] == pytest.approx(28)


@pytest.mark.parametrize(
    ("wind", "expected"),
    [({"marginal_cost": 5}, [60, 0]), ({"marginal_cost": 3}, [20, 40])],
)
def test_merit_order_comes_before_sharing(wind, expected):
    n = surplus(**wind)
    solve(n, elastic=None)
    assert n.c.generators.dynamic["p"].iloc[0][["pv", "wind"]].to_list() == pytest.approx(expected)


def test_generator_with_a_yearly_energy_keeps_it():
    """Wind must give 70 MWh of 80 in all: 30 MW at least in the first hour, whatever the share would be."""
    n = surplus(e_sum_min=70.0)
    solve(n, elastic=None)
    assert n.c.generators.dynamic["p"]["wind"].sum() >= 70 - 1e-6


def test_buses_are_not_mixed():
    n = surplus()
    n.add("Bus", "far")
    n.add("Load", "far load", bus="far", p_set=10.0)
    n.add("Generator", "far wind", bus="far", p_nom=40, marginal_cost=4)
    solve(n, elastic=None)
    assert n.c.generators.dynamic["p"]["far wind"].to_list() == pytest.approx([10, 10])
