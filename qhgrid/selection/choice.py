"""The choice as a problem of numbers: what may be chosen, what it costs, what must hold."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import fsum

from qhgrid.value.game import COST, Evaluation

Members = frozenset[str]
"""Ids of the projects chosen."""
Evaluate = Callable[[Sequence[Members]], Sequence[Evaluation]]
"""Dispatches each of several choices exactly."""

SLACK = 1e-9
"""Share of a side by which a limit may be missed by rounding."""


@dataclass(frozen=True)
class Limit:
    """A sum over the chosen projects that must lie between two sides, such as a budget."""

    key: str
    weights: Mapping[str, float]
    least: float = -math.inf
    most: float = math.inf

    def total(self, members: Members) -> float:
        """Return the sum over `members`."""
        return fsum(self.weights.get(name, 0.0) for name in sorted(members))

    def holds(self, members: Members) -> bool:
        """Return whether the sum lies between the sides."""
        return self._slack(self.least) + self.total(members) >= self.least and self.fits(members)

    def fits(self, members: Members) -> bool:
        """Return whether the sum is not above the upper side."""
        return self.total(members) <= self.most + self._slack(self.most)

    def _slack(self, side: float) -> float:
        """Return by how much a side may be missed."""
        return SLACK * abs(side) if math.isfinite(side) else 0.0


@dataclass(frozen=True)
class Need:
    """What the dispatch of a choice must come to."""

    indicator: str
    least: float = -math.inf
    most: float = math.inf

    def holds(self, evaluation: Evaluation) -> bool:
        """Return whether the value of the plan lies between the sides."""
        return self.least <= evaluation.values[self.indicator].value <= self.most


@dataclass(frozen=True)
class Choice:
    """What may be chosen, and what is wanted.

    Parameters
    ----------
    names : tuple of str
        Projects that may be chosen, sorted.
    linear : Mapping of str to float
        What choosing a project adds to the objective, which is to be small.
    counts_cost : bool
        Whether the cost of the dispatch is added to it.
    limits : tuple of Limit
    needs : tuple of Need
    spending : Mapping of str to float
        What each takes of the scarce money, by which the greedy road compares; ones where nothing is scarce.
    kept : frozenset of str
        Projects that every choice must hold.
    """

    names: tuple[str, ...]
    linear: Mapping[str, float]
    counts_cost: bool = True
    limits: tuple[Limit, ...] = ()
    needs: tuple[Need, ...] = ()
    spending: Mapping[str, float] = field(default_factory=dict)
    kept: Members = frozenset()

    def fits(self, members: Members) -> bool:
        """Return whether no upper limit is passed."""
        return all(limit.fits(members) for limit in self.limits)

    def added(self, members: Members) -> float:
        """Return what the projects themselves add to the objective."""
        return fsum(self.linear[name] for name in sorted(members))

    def unmet(self, members: Members, evaluation: Evaluation) -> tuple[str, ...]:
        """Return the keys of limits and needs that do not hold."""
        limits = tuple(limit.key for limit in self.limits if not limit.holds(members))
        limits += ("keep",) if self.kept - members else ()
        return limits + tuple(need.indicator for need in self.needs if not need.holds(evaluation))


@dataclass(frozen=True)
class Portfolio:
    """A choice that was dispatched.

    Parameters
    ----------
    members : frozenset of str
    evaluation : Evaluation
    objective : float
        With the cost of the plan.
    low : float
        With the proved bound of the cost.
    unmet : tuple of str
        Limits and needs that do not hold; empty for a choice that may be put forward.
    """

    members: Members
    evaluation: Evaluation
    objective: float
    low: float
    unmet: tuple[str, ...]

    @property
    def is_good(self) -> bool:
        """Whether everything holds."""
        return not self.unmet


def portfolio(choice: Choice, members: Members, evaluation: Evaluation) -> Portfolio:
    """Return what a choice comes to."""
    added, cost = choice.added(members), evaluation.values[COST]
    unmet = choice.unmet(members, evaluation)
    if not choice.counts_cost:
        return Portfolio(members, evaluation, added, added, unmet)
    return Portfolio(members, evaluation, added + cost.value, added + cost.low, unmet)


@dataclass
class Ledger:
    """Choices dispatched so far, in order, each once; no more than were allowed.

    Parameters
    ----------
    choice : Choice
    evaluate : callable
    allowed : int
        Dispatches at most.
    """

    choice: Choice
    evaluate: Evaluate
    allowed: int
    known: dict[Members, Portfolio] = field(default_factory=dict)

    @property
    def left(self) -> int:
        """Dispatches that are left."""
        return self.allowed - len(self.known)

    def ask(self, wanted: Sequence[Members]) -> list[Portfolio]:
        """Return the choices dispatched, those of `wanted` that are known or still allowed, in order."""
        fresh = [members for members in dict.fromkeys(wanted) if members not in self.known]
        fresh = fresh[: max(self.left, 0)]
        for members, evaluation in zip(fresh, self.evaluate(fresh) if fresh else (), strict=True):
            self.known[members] = portfolio(self.choice, members, evaluation)
        return [self.known[members] for members in wanted if members in self.known]

    @property
    def best(self) -> Portfolio | None:
        """The best choice for which everything holds; of equals the one with fewer, then by name."""
        good = [one for one in self.known.values() if one.is_good]
        return min(good, key=lambda one: (one.objective, len(one.members), sorted(one.members)), default=None)
