"""Greedy roads to a choice: one adds what pays most for its money, one drops what pays least."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from qhgrid.selection.choice import Ledger, Members, Portfolio

BATCH = 2
"""Choices dispatched side by side; a constant, so that the result does not depend on workers."""


@dataclass(frozen=True)
class Step:
    """One step of the road that adds.

    Parameters
    ----------
    name : str
        Project that was added.
    saving : float
        By how much the objective fell.
    """

    name: str
    saving: float


def add_greedily(ledger: Ledger) -> tuple[Step, ...]:
    """Add one project after another, each time the one that saves most for its money, dispatched again.

    A project is only dispatched while its rent says that it may beat the best of those that were: the gain
    of a project is at most its rent. The road goes on at a loss while a target is missed, and ends when
    nothing fits or pays.

    Returns
    -------
    tuple of Step
        In order; the choices themselves are in the ledger.
    """
    steps: list[Step] = []
    here = _first(ledger.ask([ledger.choice.kept]))
    while here is not None:
        found = _best_addition(ledger, here)
        if found is None or (found.objective >= here.objective and here.is_good):
            break
        name = next(iter(found.members - here.members))
        steps.append(Step(name, here.objective - found.objective))
        here = found
    return tuple(steps)


def _first(found: Sequence[Portfolio]) -> Portfolio | None:
    """Return the first, None if there is none."""
    return found[0] if found else None


def _best_addition(ledger: Ledger, here: Portfolio) -> Portfolio | None:
    """Return the choice with the one more project that saves most for its money; None if nothing fits."""
    choice = ledger.choice
    fitting = [name for name in choice.names if name not in here.members]
    fitting = [name for name in fitting if choice.fits(here.members | {name})]
    hope = {name: _most_saved(ledger, here, name) / _money(ledger, name) for name in fitting}
    waiting = sorted(fitting, key=lambda name: (-hope[name], name))
    best: Portfolio | None = None
    score = -math.inf
    while waiting and hope[waiting[0]] > score:
        batch, waiting = waiting[:BATCH], waiting[BATCH:]
        found = ledger.ask([here.members | {name} for name in batch])
        if not found:
            break
        for one in found:
            name = next(iter(one.members - here.members))
            saved = (here.objective - one.objective) / _money(ledger, name)
            if saved > score:
                best, score = one, saved
    return best


def _most_saved(ledger: Ledger, here: Portfolio, name: str) -> float:
    """Return what adding a project can save at most, by its rent; infinite without one."""
    if not ledger.choice.counts_cost:
        return -ledger.choice.linear[name]
    rent = here.evaluation.rents.get(name)
    if rent is None:
        return math.inf
    return rent + (here.objective - here.low) - ledger.choice.linear[name]


def _money(ledger: Ledger, name: str) -> float:
    """Return what a project takes of the scarce money."""
    return max(ledger.choice.spending.get(name, 1.0), 1e-12)


def drop_greedily(ledger: Ledger) -> None:
    """Drop from all projects, one dispatch each, the one whose rent pays least for its money.

    It goes on until the limits hold and every project that is left pays by its rent. Projects without rents
    go last, those to keep never.
    """
    choice = ledger.choice
    here = _first(ledger.ask([frozenset(choice.names)]))
    while here is not None and here.members - choice.kept:
        last = here
        pay = {name: _least_paid(ledger, last, name) for name in sorted(last.members - choice.kept)}
        name = min(pay, key=lambda one: (pay[one], one))
        if choice.fits(here.members) and (
            pay[name] >= 0.0 or not _still_holds(ledger, here.members - {name})
        ):
            return
        here = _first(ledger.ask([here.members - {name}]))


def _least_paid(ledger: Ledger, here: Portfolio, name: str) -> float:
    """Return what a project saves at least for its money, by its rent; infinite without one."""
    rent = here.evaluation.rents.get(name, math.inf) if ledger.choice.counts_cost else 0.0
    return (rent - ledger.choice.linear[name]) / _money(ledger, name)


def _still_holds(ledger: Ledger, members: Members) -> bool:
    """Return whether all limits hold."""
    return all(limit.holds(members) for limit in ledger.choice.limits)
