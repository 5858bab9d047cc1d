"""The method ``screen``: answer a changed network from the exact dispatch of a base case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qhgrid.dispatch.engine.problem import Problem
from qhgrid.dispatch.engine.screen import prepare, screen
from qhgrid.dispatch.engine.solver import Answer
from qhgrid.dispatch.engine.writing import prices_of, write_plan_of, write_prices
from qhgrid.dispatch.methods import Options, Progress, Solution, Status, register_method
from qhgrid.dispatch.prices import Prices
from qhgrid.dispatch.program import Program
from qhgrid.errors import DispatchError, Fault

if TYPE_CHECKING:
    import pypsa


@dataclass(frozen=True)
class Basis:
    """What an exact dispatch leaves for the next one: its problem and its answer."""

    problem: Problem
    answer: Answer


def solve_by_screening(
    network: pypsa.Network, program: Program, options: Options, progress: Progress
) -> Solution:
    """Dispatch `network` by one walk through the hours, guided by the base case in ``options.warm_start``.

    Parameters
    ----------
    network : pypsa.Network
        The base case with other capacities, availabilities, loads or costs; gets the plan.
    program : Program
        Not used.
    options : Options
        `warm_start` must be the basis of an exact dispatch.
    progress : callable
        Told of the stages ``model``, ``solve`` and ``read results``.

    Raises
    ------
    DispatchError
        If there is no base case, or the network has another matrix than it.
    """
    basis = options.warm_start
    if not isinstance(basis, Basis):
        what = "screening needs the exact dispatch of a base case"
        mend = "Dispatch the base case with method='exact' and give it as warm_start."
        raise DispatchError(Fault("method 'screen'", what, mend))
    progress("model", None)
    problem = Problem.from_network(network)
    progress("solve", None)
    found = screen(prepare(basis.problem, basis.answer), problem)
    if found.status is not Status.OPTIMAL:
        return Solution(Status.FAILED, Prices(), f"no plan by screening: {found.detail}")
    progress("read results", None)
    write_plan_of(problem, network, found.x)
    network._objective = found.objective
    prices = prices_of(problem, network, found.y, found.y_wide)
    write_prices(network, prices)
    return Solution(Status.SCREENED, prices, f"gap {found.gap:.1e}", basis=basis)


register_method("screen", solve_by_screening)
