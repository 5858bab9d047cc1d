"""Small systems with exact rents, and the best choice by going through all."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from qhgrid.selection.choice import Choice, Limit, Need, portfolio
from qhgrid.value.game import Evaluation, Interval

LOST = 1000.0
"""Price of load that is not served."""


@dataclass
class System:
    """Plants that serve the load of a few hours, the cheapest first."""

    capacity: dict[str, float]
    price: dict[str, float]
    demand: list[float]
    clean: frozenset[str] = frozenset()
    rentless: frozenset[str] = frozenset()
    gap: float = 0.0
    """How far the bound of a dispatch is below its cost."""
    asked: list[frozenset[str]] = field(default_factory=list)

    def evaluate(self, wanted):
        self.asked += wanted
        return [self.one(members) for members in wanted]

    def one(self, members) -> Evaluation:
        order = sorted(members, key=lambda name: self.price[name])
        cost = unserved = clean = 0.0
        rents = dict.fromkeys(self.capacity, 0.0)
        for load in self.demand:
            left, marginal = load, 0.0
            for name in order:
                used = min(left, self.capacity[name])
                if used > 0.0:
                    marginal = self.price[name]
                cost, left = cost + used * self.price[name], left - used
                clean += used if name in self.clean else 0.0
            marginal = LOST if left > 0.0 else marginal
            cost, unserved = cost + LOST * left, unserved + left
            for name in rents:
                rents[name] += self.capacity[name] * max(marginal - self.price[name], 0.0)
        for name in self.rentless:
            rents.pop(name, None)
        values = {
            "cost": Interval(cost, cost - self.gap, cost),
            "unserved": Interval(unserved, unserved, unserved),
            "clean_share": Interval(clean / sum(self.demand), 0.0, 1.0),
        }
        return Evaluation(values, rents)


def random_case(seed: int, n: int = 6, *, targets: bool = False) -> tuple[System, Choice]:
    """Return a system and a choice of its plants within a budget."""
    random = np.random.default_rng(seed)
    names = tuple(f"p{at}" for at in range(n))
    capacity = dict(zip(names, random.uniform(1, 6, n).round(2).tolist(), strict=True))
    price = dict(zip(names, random.uniform(1, 60, n).round(1).tolist(), strict=True))
    system = System(capacity, price, random.uniform(2, 3 * n, 4).round(1).tolist(), frozenset(names[::2]))
    investment = {name: capacity[name] * float(random.uniform(50, 800)) for name in names}
    budget = Limit("budget", investment, most=0.6 * sum(investment.values()))
    needs = (
        (Need("unserved", most=random.choice([1e9, 8.0])), Need("clean_share", least=0.3)) if targets else ()
    )
    limits = (budget, Limit("clean", dict.fromkeys(names[::2], 1.0), least=1.0)) if targets else (budget,)
    return system, Choice(names, investment, True, limits, needs, investment)


def best_of_all(system: System, choice: Choice) -> float:
    """Return the least objective of all choices that meet everything; infinite where none does."""
    every = [frozenset(c) for size in range(len(choice.names) + 1) for c in combinations(choice.names, size)]
    all_of_them = [portfolio(choice, members, system.one(members)) for members in every]
    return min((one.objective for one in all_of_them if one.is_good), default=float("inf"))
