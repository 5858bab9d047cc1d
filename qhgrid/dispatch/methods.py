"""The methods that can solve a dispatch, by name: the seam between the interface and the engines behind it.

An engine is a function from a network to a :class:`Solution`. It leaves the plan in the network's result
tables, in
PyPSA's own places, and returns the dual prices; all that follows (certificate, shortages, data set) is
common.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from qhgrid.dispatch.prices import Prices
from qhgrid.dispatch.program import Program
from qhgrid.errors import DispatchError, Fault

if TYPE_CHECKING:
    import pypsa

Progress = Callable[[str, float | None], None]
"""``progress(stage, fraction)``: name of the stage; share done from 0 to 1, None where not known."""


class Status(StrEnum):
    """How a solve ended."""

    OPTIMAL = "optimal"
    SCREENED = "screened"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    TIME_LIMIT = "time limit"
    ITERATION_LIMIT = "iteration limit"
    FAILED = "failed"


@dataclass(frozen=True)
class Options:
    """What the caller asks of an engine."""

    tol: float = 1e-6
    """Relative gap to reach. [1]"""
    threads: int = 1
    """Threads to use; results must not depend on it."""
    time_limit: float | None = None
    """Longest time to solve. [s]"""
    log: bool = False
    """Whether the engine may print its own log."""
    warm_start: object = None
    """Basis of an earlier dispatch, or None."""
    unique: bool = True
    """Whether to choose among plans of equal cost, where the engine can."""


@dataclass(frozen=True)
class Solution:
    """What an engine returns; the plan stands in the network's result tables if `status` is optimal."""

    status: Status
    prices: Prices
    detail: str = ""
    """The engine's own words, for the message."""
    cause: str = ""
    """Why there is no plan, where the engine found out."""
    basis: object = None
    """What the engine can start from next time, or None."""
    has_best_so_far: bool = False
    """Whether the result tables hold the best plan so far, although `status` is a limit."""

    @property
    def has_plan(self) -> bool:
        """Whether the result tables hold a plan."""
        return self.status in (Status.OPTIMAL, Status.SCREENED) or self.has_best_so_far


Method = Callable[["pypsa.Network", Program, Options, Progress], Solution]

_METHODS: dict[str, Method] = {}


def register_method(name: str, method: Method) -> None:
    """Make `method` available as ``solve(network, method=name)``."""
    _METHODS[name] = method


def method_names() -> tuple[str, ...]:
    """Return the names of the methods that are there, sorted."""
    return tuple(sorted(_METHODS))


def find_method(name: str) -> Method:
    """Return the method called `name`.

    Raises
    ------
    DispatchError
        If there is none; the message names those that exist.
    """
    method = _METHODS.get(name)
    if method is None:
        known = ", ".join(method_names())
        raise DispatchError(
            Fault(f"method {name!r}", "there is no such method of dispatch", f"Use one of: {known}.")
        )
    return method
