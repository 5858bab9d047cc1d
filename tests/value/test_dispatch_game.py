"""Ten projects of a small real network: 1024 dispatches by the engine, and an estimate that holds them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pypsa
import pytest

from qhgrid.dispatch.engine.problem import Problem
from qhgrid.dispatch.engine.solver import solve_problem
from qhgrid.value.game import Evaluation, Game, Interval
from qhgrid.value.sharpen import Plan, Sign, shapley_values
from tests.value.toys import Drawn, answers_of, rough

PLANTS = {
    "coal": (60.0, 300.0), "gas": (40.0, 500.0), "pv_west": (90.0, 0.0), "pv_east": (50.0, 0.0),
    "wind_west": (45.0, 0.0), "wind_east": (30.0, 0.0), "csp": (25.0, 20.0), "hydro": (35.0, 5.0),
}  # fmt: skip
SUN = np.array([0.0, 0.6, 0.9, 0.0])
WIND = np.array([0.7, 0.3, 0.2, 0.8])
LOST = 2000.0


def small_network() -> pypsa.Network:
    """Two buses and a line, eight plants, a battery and a reservoir, four hours."""
    n = pypsa.Network()
    n.set_snapshots(range(4))
    n.add("Bus", ["west", "east"])
    n.add("Line", "line", bus0="west", bus1="east", x=0.1, s_nom=60.0)
    n.add("Load", ["load_west", "load_east"], bus=["west", "east"], p_set=[40.0, 110.0])
    n.add("Generator", ["lost_west", "lost_east"], bus=["west", "east"], p_nom=1000.0, marginal_cost=LOST)
    for name, (size, cost) in PLANTS.items():
        bus = "east" if name.endswith("east") or name in ("coal", "gas") else "west"
        shape = SUN if name.startswith("pv") else WIND if name.startswith("wind") else np.ones(4)
        n.add("Generator", name, bus=bus, p_nom=size, marginal_cost=cost, p_max_pu=shape)
    for name, bus in (("battery", "west"), ("pumped", "east")):
        n.add(
            "StorageUnit", name, bus=bus, p_nom=30.0, max_hours=2.0, efficiency_store=0.9, marginal_cost=1.0
        )
    return n


@dataclass
class Dispatched:
    """Evaluates a coalition by setting to zero what the others could do; screening is out by a tenth."""

    problem: Problem
    places: dict[str, np.ndarray]
    known: dict = field(default_factory=dict)
    n_dispatches: int = 0

    def evaluate(self, members, precision):
        if (members, precision) not in self.known:
            self.known[members, precision] = self._evaluate(members, precision)
        return self.known[members, precision]

    def _evaluate(self, members, precision):
        if precision == "screen":
            exact = self.evaluate(members, "exact").values["cost"].value
            miss = 0.05 * abs(exact) * rough(members, "cost")
            return Evaluation({"cost": Interval(exact + miss, exact - 1e9, exact + 1e9)})
        self.n_dispatches += 1
        upper, lower = self.problem.upper.copy(), self.problem.lower.copy()
        for name, columns in self.places.items():
            if name not in members:
                upper[:, columns], lower[:, columns] = 0.0, 0.0
        answer = solve_problem(replace(self.problem, upper=upper, lower=lower), tol=1e-7)
        return Evaluation({"cost": Interval(answer.objective, answer.bound, answer.objective)})


@pytest.fixture(scope="module")
def system():
    problem = Problem.from_network(small_network())
    places = {name: [] for name in (*PLANTS, "battery", "pumped")}
    for block in problem.columns:
        for at, name in enumerate(block.names):
            if name in places and block.attribute != "spill":
                places[name].append(block.start + at)
    return Dispatched(problem, {name: np.array(found) for name, found in places.items()})


@pytest.mark.slow
def test_an_estimate_from_dispatch_holds_the_values_of_1024_dispatches(system):
    game = Game(tuple(system.places), {"cost": -1})
    exact = shapley_values(game, answers_of(game, system), Plan(exact=1024, pairs=0))
    assert system.n_dispatches == 1024
    total = system.evaluate(frozenset(), "exact").values["cost"].value
    total -= system.evaluate(frozenset(system.places), "exact").values["cost"].value
    assert sum(exact.worth[name]["cost"].value for name in game.players) == pytest.approx(total, rel=1e-9)
    assert all(row["cost"].sign is Sign.POSITIVE for row in exact.worth.values())
    plan = Drawn(permutations=48, exact=64, pairs=0, stops_early=False)
    drawn = shapley_values(game, answers_of(game, system), plan)
    for name in game.players:
        at, truth = drawn.worth[name]["cost"], exact.worth[name]["cost"].value
        assert at.low <= truth <= at.high
        assert abs(at.value - truth) < 0.05 * total
