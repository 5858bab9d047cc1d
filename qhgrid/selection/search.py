"""Find a choice and prove how far from the best it can be."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

from qhgrid.selection.choice import Choice, Evaluate, Ledger, Members, Portfolio
from qhgrid.selection.greedy import BATCH, Step, add_greedily, drop_greedily
from qhgrid.selection.master import Cut, Proposal, cut_of, propose, within_limits

NEAR = 0.01
"""Share of the best objective within which a choice is an alternative to it."""
MOST_CLASSED = 3
"""Projects without rents at most, for each of whose classes there is a bound."""

Told = Callable[[int, float | None, float], None]
"""Told the dispatches so far, the best objective (None for none yet) and the bound."""


@dataclass(frozen=True)
class Effort:
    """How far to go.

    Parameters
    ----------
    dispatches : int
        Exact dispatches at most.
    gap : float
        Share of the best objective at which the search ends [1].
    alternatives : int
        Near choices to look for after that, at most.
    """

    dispatches: int = 60
    gap: float = 1e-3
    alternatives: int = 5


@dataclass(frozen=True)
class Found:
    """What the search came to.

    Parameters
    ----------
    best : Portfolio or None
        None where no choice that was dispatched meets everything.
    bound : float
        No choice that meets everything has a smaller objective.
    is_proved_empty : bool
        Whether it is proved that no choice meets everything.
    steps : tuple of Step
        The greedy road.
    greedy : Portfolio or None
        Best choice before the bound was asked for.
    alternatives : tuple of Portfolio
        Others that meet everything within :data:`NEAR` of the best, the best of them first.
    dispatched : tuple of Portfolio
        Everything that was dispatched, in order.
    """

    best: Portfolio | None
    bound: float
    is_proved_empty: bool
    steps: tuple[Step, ...]
    greedy: Portfolio | None
    alternatives: tuple[Portfolio, ...]
    dispatched: tuple[Portfolio, ...]

    @property
    def gap(self) -> float:
        """How far the best is from the bound, as a share of its size; infinite without either."""
        if self.best is None or not math.isfinite(self.bound):
            return math.inf
        return gap_between(self.best.objective, self.bound)


def gap_between(objective: float, bound: float) -> float:
    """Return the gap as a share of the size of the objective."""
    return max(objective - bound, 0.0) / max(abs(objective), 1e-9)


def select(
    choice: Choice, evaluate: Evaluate, effort: Effort | None = None, told: Told | None = None
) -> Found:
    """Return the best choice found, with a bound.

    Parameters
    ----------
    choice : Choice
    evaluate : callable
        Dispatches several choices exactly.
    effort : Effort, optional
    told : callable, optional
        Told how the search goes on.
    """
    effort = effort or Effort()
    ledger = Ledger(choice, evaluate, effort.dispatches)
    if not within_limits(choice):
        return Found(None, math.inf, True, (), None, (), ())
    ledger.ask(_corners(choice, ledger))
    steps = add_greedily(ledger)
    drop_greedily(ledger)
    greedy = ledger.best
    proposal = _close(ledger, effort, told)
    bound = _bound(ledger, proposal)
    _look_around(ledger, effort)
    best = ledger.best
    return Found(
        best, bound, best is None and proposal.members is None, steps, greedy, _near(ledger, best),
        tuple(ledger.known.values()),
    )  # fmt: skip


def _corners(choice: Choice, ledger: Ledger) -> list[Members]:
    """Return none and all, and all in every class of the projects without rents, so that each has a cut."""
    every = frozenset(choice.names)
    ends = ledger.ask([choice.kept, every])
    if not choice.counts_cost or not ends:
        return []
    classed = sorted(every - ends[-1].evaluation.rents.keys())
    if len(classed) > MOST_CLASSED:
        return []
    return [every - set(out) for count in range(len(classed) + 1) for out in combinations(classed, count)]


def _cuts(ledger: Ledger) -> list[Cut]:
    """Return what all dispatches say, if that covers every class of choices, else nothing."""
    found = [cut_of(ledger.choice, one) for one in ledger.known.values()]
    cuts = [cut for cut in found if cut is not None]
    classes = {cut.held for cut in cuts}
    classed = {cut.classed for cut in cuts}
    is_covered = len(classed) == 1 and len(classes) == 2 ** len(next(iter(classed)))
    return cuts if is_covered else []


def _next(ledger: Ledger, excluded: set[Members]) -> Proposal:
    """Return the choice with the least bound among those not excluded."""
    scale = max((abs(one.objective) for one in ledger.known.values()), default=1.0) or 1.0
    return propose(ledger.choice, _cuts(ledger), sorted(excluded, key=sorted), scale)


def _bad(ledger: Ledger) -> set[Members]:
    """Return the choices that were dispatched and do not meet everything."""
    return {one.members for one in ledger.known.values() if not one.is_good}


def _close(ledger: Ledger, effort: Effort, told: Told | None) -> Proposal:
    """Dispatch what the programme proposes until the gap is small or nothing is left; return its last word.

    With each proposal goes the next best one, so that two workers have something to do.
    """
    while True:
        proposal = _next(ledger, _bad(ledger))
        best = ledger.best
        if told is not None:
            told(len(ledger.known), best.objective if best else None, proposal.bound)
        if _is_done(ledger, proposal, effort):
            return proposal
        wanted = _several(ledger, proposal)
        if not wanted or not ledger.left:
            return proposal
        ledger.ask(wanted)


def _is_done(ledger: Ledger, proposal: Proposal, effort: Effort) -> bool:
    """Return whether the best cannot be beaten by more than the gap."""
    best = ledger.best
    if proposal.members is None:
        return True
    return best is not None and gap_between(best.objective, proposal.bound) <= effort.gap


def _several(ledger: Ledger, proposal: Proposal) -> list[Members]:
    """Return the next choices to dispatch: the proposal, and those that follow it, none known yet."""
    wanted: list[Members] = []
    excluded = _bad(ledger)
    while len(wanted) < BATCH and proposal.members is not None:
        if proposal.members not in ledger.known:
            wanted.append(proposal.members)
        excluded = excluded | {proposal.members}
        proposal = _next(ledger, excluded)
    return wanted


def _bound(ledger: Ledger, proposal: Proposal) -> float:
    """Return the bound on every choice that meets everything, those dispatched included."""
    good = [one.low for one in ledger.known.values() if one.is_good]
    return min([proposal.bound, *good])


def _look_around(ledger: Ledger, effort: Effort) -> None:
    """Dispatch near choices that the cuts do not rule out."""
    best = ledger.best
    for _ in range(effort.alternatives):
        if best is None or not ledger.left:
            return
        proposal = _next(ledger, set(ledger.known))
        if proposal.members is None or proposal.bound > best.objective + NEAR * abs(best.objective):
            return
        ledger.ask([proposal.members])


def _near(ledger: Ledger, best: Portfolio | None) -> tuple[Portfolio, ...]:
    """Return the other choices within :data:`NEAR` of the best."""
    if best is None:
        return ()
    most = best.objective + NEAR * abs(best.objective)
    near = [one for one in ledger.known.values() if one.is_good and one is not best and one.objective <= most]
    return tuple(sorted(near, key=lambda one: (one.objective, sorted(one.members))))
