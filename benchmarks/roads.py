"""The roads from a network to its dispatch that are measured, each with one entry in `ROADS`.

- ``pypsa-…``: PyPSA's own ``n.optimize`` by its fastest way to HiGHS.
- ``raw-…``: HiGHS alone on the programme that linopy builds, the building not counted.
- ``exact-…``: our engine, from network to results, certificate included.
- ``engine-…``: our engine alone, from network to arrays to solution.

The digit at the end is the number of threads.
"""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import highspy
import numpy as np
import pypsa

from benchmarks.cases import Case
from benchmarks.clock import Clock
from benchmarks.horizons import Horizon
from benchmarks.networks import Mesh, mesh

Group = Literal["pypsa", "raw", "exact", "engine"]
Outcome = dict[str, Any]
"""``objective`` and whatever else a road has to say, in plain numbers and words."""

TOLERANCE = 1e-6
"""Relative gap that is asked of all who do not end in a vertex. [1]"""
ALGORITHMS: dict[str, dict[str, Any]] = {
    "simplex": {"solver": "simplex"},
    "ipx": {"solver": "ipx"},
    "ipx-nox": {"solver": "ipx", "run_crossover": "off", "ipm_optimality_tolerance": TOLERANCE},
    "hipo": {"solver": "hipo"},
    "hipo-nox": {"solver": "hipo", "run_crossover": "off", "ipm_optimality_tolerance": TOLERANCE},
    "pdlp": {"solver": "pdlp", "pdlp_optimality_tolerance": TOLERANCE},
}
"""HiGHS's options for each algorithm; ``nox``: without crossover."""
VERTEX = ("simplex", "ipx", "hipo")
"""Algorithms that end in a vertex, and so have the exact objective."""


class NoPlanError(Exception):
    """A road came to its end without a plan."""


@dataclass(frozen=True)
class Road:
    """One way to dispatch a case."""

    name: str
    group: Group
    algorithm: str
    threads: int
    run: Callable[[Case, Horizon, Clock], Outcome]

    @property
    def ends_in_vertex(self) -> bool:
        """Whether its objective is exact."""
        return self.algorithm in VERTEX


def highs_options(algorithm: str, threads: int) -> dict[str, Any]:
    """Return all options of HiGHS for `algorithm`: quiet, one seed, no more threads than are given."""
    parallel = "on" if threads > 1 else "off"
    quiet = {"output_flag": False, "random_seed": 0, "threads": threads, "parallel": parallel}
    return {**quiet, **ALGORITHMS[algorithm]}


def by_pypsa(case: Case, horizon: Horizon, clock: Clock, *, algorithm: str, threads: int) -> Outcome:
    """Dispatch by ``n.optimize``; the stage ``solve`` is the time inside HiGHS's own ``run``."""
    options = highs_options(algorithm, threads)
    _optimize(mesh(Mesh(2, 1, 4, 1), 24), options)
    clock.begin("network")
    n = case.build(horizon)
    clock.arm()
    clock.begin("model")
    found: Outcome = {}
    with _listening(clock, found):
        status, condition = _optimize(n, options)
    clock.end()
    if status != "ok":
        raise NoPlanError(condition)
    return {**found, "objective": float(n.objective)}


def _optimize(n: pypsa.Network, options: dict[str, Any]) -> tuple[str, str]:
    status, condition = n.optimize(
        solver_name="highs", io_api="direct", include_objective_constant=False, solver_options=options
    )
    return str(status), str(condition)


@contextmanager
def _listening(clock: Clock, found: Outcome) -> Iterator[None]:
    """Let the clock know when HiGHS runs, whoever calls it."""
    run = highspy.Highs.run

    def timed_run(highs: highspy.Highs) -> Any:
        clock.begin("solve")
        status = run(highs)
        clock.begin("read back")
        found.update(_size(highs))
        return status

    highspy.Highs.run = timed_run
    try:
        yield
    finally:
        highspy.Highs.run = run


def _size(highs: highspy.Highs) -> Outcome:
    info = highs.getInfo()
    return {
        "lp_columns": int(highs.getNumCol()),
        "lp_rows": int(highs.getNumRow()),
        "lp_entries": int(highs.getNumNz()),
        "iterations": int(
            max(info.simplex_iteration_count, info.ipm_iteration_count, info.pdlp_iteration_count)
        ),
    }


def by_raw_highs(case: Case, horizon: Horizon, clock: Clock, *, algorithm: str, threads: int) -> Outcome:
    """Run HiGHS alone; the programme comes from another process, so that memory is that of HiGHS."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        arrays = pool.apply(lp_arrays, (case.name, str(horizon)))
    highs = highspy.Highs()
    for name, value in highs_options(algorithm, threads).items():
        highs.setOptionValue(name, value)
    clock.arm()
    clock.begin("model")
    highs.passModel(_lp(arrays))
    arrays.clear()
    gc.collect()
    clock.begin("solve")
    highs.run()
    clock.begin("read back")
    status = highs.getModelStatus()
    np.asarray(highs.getSolution().col_value)
    clock.end()
    if status != highspy.HighsModelStatus.kOptimal:
        raise NoPlanError(highs.modelStatusToString(status))
    return {**_size(highs), "objective": float(highs.getObjectiveValue())}


def lp_arrays(case_name: str, horizon: str) -> dict[str, Any]:
    """Return the programme that linopy builds for a case, as arrays."""
    from benchmarks.cases import CASES
    from benchmarks.horizons import read_horizon
    from benchmarks.measure import be_quiet

    be_quiet()
    n = CASES[case_name].build(read_horizon(horizon))
    matrices = n.optimize.create_model(include_objective_constant=False).matrices
    rows = matrices.A.tocsr()
    return {
        "cost": matrices.c, "lower": matrices.lb, "upper": matrices.ub,
        "row_lower": np.where(matrices.sense != "<", matrices.b, -np.inf),
        "row_upper": np.where(matrices.sense != ">", matrices.b, np.inf),
        "start": rows.indptr, "index": rows.indices, "value": rows.data,
    }  # fmt: skip


def _lp(arrays: dict[str, Any]) -> highspy.HighsLp:
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(arrays["cost"]), len(arrays["row_lower"])
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = arrays["cost"], arrays["lower"], arrays["upper"]
    lp.row_lower_, lp.row_upper_ = arrays["row_lower"], arrays["row_upper"]
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = arrays["start"], arrays["index"]
    lp.a_matrix_.value_ = arrays["value"]
    return lp


def by_exact(case: Case, horizon: Horizon, clock: Clock, *, threads: int) -> Outcome:
    """Dispatch by ``qhgrid.dispatch.solve``; a miniature first, so that the kernels are there."""
    from qhgrid.dispatch import solve

    clock.begin("first solve")
    solve(case.make(case.shortest), method="exact", elastic=None, threads=threads)
    clock.begin("network")
    n = case.build(horizon)
    clock.arm()
    clock.begin("model")
    stages = _Stages(clock)
    dispatch = solve(n, method="exact", elastic=None, tol=TOLERANCE, threads=threads, progress=stages)
    clock.end()
    return {"objective": float(dispatch.objective), "gap": float(dispatch.certificate.gap)}


class _Stages:
    """Turn what the engine tells of its progress into the stages that all roads share."""

    def __init__(self, clock: Clock) -> None:
        self._clock, self._stage = clock, "model"

    def __call__(self, stage: str, _: float | None) -> None:
        if stage == "solve":
            self._stage = "solve"
        elif self._stage != "model":
            self._stage = "read back"
        self._clock.begin(self._stage)


def by_engine(case: Case, horizon: Horizon, clock: Clock, *, threads: int) -> Outcome:
    """Run the engine alone: network to arrays, arrays to solution."""
    from qhgrid.dispatch.engine.problem import Problem
    from qhgrid.dispatch.engine.solver import solve_problem

    clock.begin("first solve")
    solve_problem(Problem.from_network(case.make(case.shortest)), threads=threads)
    clock.begin("network")
    n = case.build(horizon)
    clock.arm()
    clock.begin("model")
    problem = Problem.from_network(n)
    clock.begin("solve")
    answer = solve_problem(problem, tol=TOLERANCE, threads=threads)
    clock.end()
    if str(answer.status) != "optimal":
        raise NoPlanError(str(answer.status))
    return {
        "objective": float(answer.objective), "gap": float(answer.gap), "iterations": int(answer.iterations),
        "violation_mw": float(answer.violation),
        "hour_columns": problem.n_columns, "hour_rows": problem.n_rows,
    }  # fmt: skip


def _roads() -> list[Road]:
    highs: tuple[tuple[Group, Callable[..., Outcome]], ...] = (("pypsa", by_pypsa), ("raw", by_raw_highs))
    ours: tuple[tuple[Group, Callable[..., Outcome]], ...] = (("exact", by_exact), ("engine", by_engine))
    roads = [
        Road(f"{group}-{name}-{threads}", group, name, threads, partial(run, algorithm=name, threads=threads))
        for group, run in highs
        for name in ALGORITHMS
        for threads in (1, 2)
    ]
    roads += [
        Road(f"{group}-{threads}", group, group, threads, partial(run, threads=threads))
        for group, run in ours
        for threads in (1, 2)
    ]
    return roads


ROADS = {road.name: road for road in _roads()}
QUICK = (
    "pypsa-simplex-1", "pypsa-ipx-1", "pypsa-hipo-nox-1", "pypsa-pdlp-1", "exact-1", "exact-2",
)  # fmt: skip
FULL = (
    *QUICK, "engine-1", "engine-2", "pypsa-ipx-nox-1", "pypsa-hipo-1", "pypsa-hipo-nox-2",
    "raw-simplex-1", "raw-hipo-nox-1",
)  # fmt: skip
