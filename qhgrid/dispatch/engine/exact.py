"""The method ``exact``: dispatch a network by the interior point on its hourly structure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qhgrid.dispatch.engine.problem import Problem
from qhgrid.dispatch.engine.screened import Basis
from qhgrid.dispatch.engine.shortage import least_shortage
from qhgrid.dispatch.engine.solver import solve_problem
from qhgrid.dispatch.engine.warm import kernels_are_compiled
from qhgrid.dispatch.engine.writing import prices_of, write_plan_of, write_prices
from qhgrid.dispatch.methods import Options, Progress, Solution, Status, register_method
from qhgrid.dispatch.prices import Prices
from qhgrid.dispatch.program import Program

if TYPE_CHECKING:
    import pypsa

TWO_THREADS_PAY = 2000
"""Hours from which a second thread gains more than the handing over costs; measured in the benchmarks."""


def solve_exactly(network: pypsa.Network, program: Program, options: Options, progress: Progress) -> Solution:
    """Dispatch `network` by the interior point.

    Parameters
    ----------
    network : pypsa.Network
        Gets the plan in its result tables.
    program : Program
        Not used: the engine reads the network for itself, so that the certificate can find its mistakes.
    options : Options
        Tolerance and limits.
    progress : callable
        Told of the stages ``model``, ``solve`` and ``read results``.

    Returns
    -------
    Solution
        Status and dual prices; in words where and when how much is short if there is no plan.
    """
    progress("model", None)
    problem = Problem.from_network(network)
    if not kernels_are_compiled():
        progress("compile", None)
    progress("solve", 0.0)
    threads = options.threads if problem.n_hours >= TWO_THREADS_PAY else 1
    answer = solve_problem(
        problem, tol=options.tol, threads=threads, time_limit=options.time_limit,
        progress=progress, tidy_up=options.unique,
        warm_start=options.warm_start.answer if isinstance(options.warm_start, Basis) else None,
    )  # fmt: skip
    detail = f"{answer.iterations} iterations, gap {answer.gap:.1e}, violation {answer.violation:.1e} MW"
    if answer.status not in (Status.OPTIMAL, Status.TIME_LIMIT):
        shortage = least_shortage(problem, threads=threads)
        if shortage is not None:
            return Solution(Status.INFEASIBLE, Prices(), detail, cause=shortage.in_words())
    if answer.status not in (Status.OPTIMAL, Status.TIME_LIMIT):
        return Solution(answer.status, Prices(), detail)
    progress("read results", None)
    write_plan_of(problem, network, answer.x)
    network._objective = answer.objective
    prices = prices_of(problem, network, answer.y, answer.y_wide)
    write_prices(network, prices)
    is_stopped = answer.status is Status.TIME_LIMIT
    return Solution(answer.status, prices, detail, basis=Basis(problem, answer), has_best_so_far=is_stopped)


register_method("exact", solve_exactly)
