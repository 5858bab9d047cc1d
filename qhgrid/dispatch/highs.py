"""Dispatch through PyPSA, linopy and HiGHS: the road that anybody can check, and the yardstick of the others.

PyPSA builds its own model; HiGHS gets it from linopy's matrices in memory, because linopy's way to HiGHS
prints a
banner that no option stops; linopy and PyPSA then carry the result back into the network.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import highspy
import numpy as np
import pandas as pd
from linopy.constants import Result
from linopy.constants import Solution as LinopySolution
from linopy.constants import Status as LinopyStatus
from scipy import sparse

from qhgrid.dispatch.methods import Options, Progress, Solution, Status, register_method
from qhgrid.dispatch.prices import Prices
from qhgrid.dispatch.program import FloatArray, IntArray, Program

if TYPE_CHECKING:
    import linopy
    import pypsa
    from linopy.matrices import MatrixAccessor

CYCLE_BASIS = "paton"
"""PyPSA's default basis of cycles follows the order of sets, and so PYTHONHASHSEED; this one does not."""
SIMPLEX_COLUMNS = 100_000
"""Beyond so many columns HiPO is faster: 3 minutes for a year of the 2030 plan, 18 by simplex."""
KIRCHHOFF_SCALE = 1e5
"""PyPSA multiplies its rows of Kirchhoff's voltage law by this."""

_STATUS = {
    highspy.HighsModelStatus.kOptimal: Status.OPTIMAL,
    highspy.HighsModelStatus.kInfeasible: Status.INFEASIBLE,
    highspy.HighsModelStatus.kUnboundedOrInfeasible: Status.INFEASIBLE,
    highspy.HighsModelStatus.kUnbounded: Status.UNBOUNDED,
    highspy.HighsModelStatus.kTimeLimit: Status.TIME_LIMIT,
}


def solve_with_highs(
    network: pypsa.Network, program: Program, options: Options, progress: Progress, *, algorithm: str
) -> Solution:
    """Dispatch `network` through PyPSA and HiGHS.

    Parameters
    ----------
    network : pypsa.Network
        Gets the plan in its result tables.
    program : Program
        Not used for the model, which is PyPSA's own; only to see whether anything costs anything.
    options : Options
        Tolerances and limits.
    progress : callable
        Told of the stages ``model`` and ``solve``.
    algorithm : str
        ``simplex``, ``ipm`` or ``hipo``, HiGHS's option ``solver``.

    Returns
    -------
    Solution
        Status, dual prices, HiGHS's own words.
    """
    with _quiet(options.log):
        progress("model", None)
        with _without_idle_energy_sums(network):
            model = _build_model(network, costs_nothing=not program.cost.any())
        progress("solve", None)
        status, detail, result = _run(model, options, algorithm)
        if status is not Status.OPTIMAL:
            network._model = None
            return Solution(status, Prices(), detail)
        progress("read results", None)
        model.assign_result(result)
        prices = read_prices(network, model)
        network.optimize.assign_solution()
        network.optimize.assign_duals(assign_all_duals=True)
        network.optimize.post_processing()
        network._model = None
    return Solution(status, prices, detail)


def _build_model(network: pypsa.Network, *, costs_nothing: bool) -> linopy.Model:
    """Return PyPSA's model of the dispatch; where nothing costs anything, with an objective of 0."""
    build = partial(
        network.optimize.create_model, include_objective_constant=False, cycle_basis_method=CYCLE_BASIS
    )
    if not costs_nothing:
        return build()
    try:
        return build()
    except ValueError as error:
        if "Objective function could not be created" not in str(error):
            raise
    model = network.model
    first = next(iter(model.variables))
    model.add_objective((0 * model.variables[first]).sum())
    return model


@contextmanager
def _without_idle_energy_sums(network: pypsa.Network) -> Iterator[None]:
    """Hide e_sum_min and e_sum_max of inactive generators, on which PyPSA 1.4 stumbles with a KeyError."""
    static = network.c["Generator"].static
    columns = ["e_sum_min", "e_sum_max"]
    idle = static.index[~static["active"].to_numpy(dtype=bool)]
    kept = static.loc[idle, columns].copy()
    static.loc[idle, columns] = [-np.inf, np.inf]
    try:
        yield
    finally:
        static.loc[idle, columns] = kept


def _run(model: linopy.Model, options: Options, algorithm: str) -> tuple[Status, str, Result]:
    """Return how HiGHS ended on `model`, in its own words too, and its result for linopy."""
    highspy.Highs.resetGlobalScheduler(True)
    highs = highspy.Highs()
    for name, value in _solver_options(options, algorithm).items():
        if highs.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            return (
                Status.FAILED,
                f"HiGHS refuses {name}={value!r}",
                Result(LinopyStatus.from_termination_condition(None)),
            )
    matrices = model.matrices
    highs.passModel(_lp(matrices))
    highs.run()
    found = highs.getModelStatus()
    status = _STATUS.get(found, Status.FAILED)
    detail = str(highs.modelStatusToString(found))
    linopy_status = LinopyStatus.from_termination_condition(
        "optimal" if status is Status.OPTIMAL else "unknown"
    )
    solution = highs.getSolution()
    primal = _by_label(solution.col_value, matrices.vlabels, (v for _, v in model.variables.items()))
    dual = _by_label(solution.row_dual, matrices.clabels, (c for _, c in model.constraints.items()))
    return status, detail, Result(linopy_status, LinopySolution(primal, dual, highs.getObjectiveValue()))


def _by_label(values: Sequence[float], labels: IntArray, parts: Iterator[Any]) -> FloatArray:
    """Return values in linopy's order of labels, not a number where HiGHS has none."""
    vector = np.full(max((part.range[1] for part in parts), default=0), np.nan)
    vector[np.asarray(labels)] = np.asarray(values, dtype=float)
    return vector


def _lp(matrices: MatrixAccessor) -> highspy.HighsLp:
    """Return linopy's matrices as a model of HiGHS."""
    lp = highspy.HighsLp()
    rows = (
        sparse.csr_array(matrices.A)
        if matrices.A is not None
        else sparse.csr_array((0, len(matrices.vlabels)))
    )
    lp.num_row_, lp.num_col_ = rows.shape
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = matrices.c, matrices.lb, matrices.ub
    lp.row_lower_ = np.where(matrices.sense != "<", matrices.b, -np.inf)
    lp.row_upper_ = np.where(matrices.sense != ">", matrices.b, np.inf)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = rows.indptr, rows.indices, rows.data
    return lp


def _solver_options(options: Options, algorithm: str) -> dict[str, Any]:
    """Return HiGHS's options: quiet, one seed, and a thread count that cannot change the result."""
    chosen: dict[str, Any] = {
        "output_flag": options.log,
        "solver": algorithm,
        "random_seed": 0,
        "threads": options.threads,
        "parallel": "on" if options.threads > 1 and algorithm != "simplex" else "off",
    }
    if algorithm == "hipo":
        # The certificate proves the gap, so a vertex is not worth the longer half of the time.
        chosen["run_crossover"] = "off"
    if options.time_limit is not None:
        chosen["time_limit"] = float(options.time_limit)
    return chosen


@contextmanager
def _quiet(log: bool) -> Iterator[None]:
    """Keep PyPSA and linopy from logging and warning about what is no fault of the caller, unless `log`."""
    if log:
        yield
        return
    loggers = [logging.getLogger(name) for name in ("pypsa", "linopy")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def read_prices(network: pypsa.Network, model: linopy.Model) -> Prices:
    """Return the dual values of the solved `model` of `network`."""
    return Prices(
        bus_balance=_frame(
            model, *(str(name) for name in model.constraints if str(name).endswith("nodal_balance"))
        ),
        storage_unit_balance=_frame(model, "StorageUnit-energy_balance"),
        store_balance=_frame(model, "Store-energy_balance"),
        storage_unit_p_set=_frame(model, "StorageUnit-p_set"),
        generator_ramp=_frame(model, "Generator-p-ramp_limit_up", "Generator-p-ramp_limit_down"),
        link_ramp=_frame(model, "Link-p-ramp_limit_up", "Link-p-ramp_limit_down"),
        process_ramp=_frame(model, "Process-p-ramp_limit_up", "Process-p-ramp_limit_down"),
        circulation=_circulation(network, model),
        generator_e_sum=_e_sum(model),
        global_constraint=_global_constraint(network, model),
    )


def _frame(model: linopy.Model, *names: str) -> pd.DataFrame | None:
    """Return the sum of the duals of the constraints called `names`, or None where there are none."""
    frames = [_dual_frame(model, name) for name in names if name in model.constraints]
    total: pd.DataFrame | None = None
    for frame in frames:
        total = frame if total is None else total.add(frame, fill_value=0.0)
    return total


def _dual_frame(model: linopy.Model, name: str) -> pd.DataFrame:
    """Return the duals of a constraint, snapshots down, 0 where there is none."""
    dual = model.constraints[name].dual.transpose("snapshot", ...)
    columns = dual.indexes[str(dual.dims[1])]
    return pd.DataFrame(np.nan_to_num(dual.to_numpy()), index=dual.indexes["snapshot"], columns=columns)


def _circulation(network: pypsa.Network, model: linopy.Model) -> pd.DataFrame | None:
    """Return the price of voltage along every passive branch, from the duals of PyPSA's cycles."""
    if "Kirchhoff-Voltage-Law" not in model.constraints:
        return None
    cycles = network.cycle_matrix(cycle_basis_method=CYCLE_BASIS)
    dual = _dual_frame(model, "Kirchhoff-Voltage-Law")
    values = dual.to_numpy() @ cycles.to_numpy().T * KIRCHHOFF_SCALE
    branches = pd.Index([(str(kind), str(name)) for kind, name in cycles.index], tupleize_cols=False)
    return pd.DataFrame(values, index=dual.index, columns=branches)


def _e_sum(model: linopy.Model) -> pd.Series | None:
    """Return the sum of the duals of the least and the greatest energy of each generator."""
    parts = [
        model.constraints[name].dual.to_pandas().fillna(0.0)
        for name in ("Generator-e_sum_min", "Generator-e_sum_max")
        if name in model.constraints
    ]
    total: pd.Series | None = None
    for part in parts:
        total = part if total is None else total.add(part, fill_value=0.0)
    return total


def _global_constraint(network: pypsa.Network, model: linopy.Model) -> pd.Series | None:
    """Return the duals of the global constraints by name."""
    names = list(network.c["GlobalConstraint"].static.index)
    values = {
        name: float(model.constraints[f"GlobalConstraint-{name}"].dual)
        for name in names
        if f"GlobalConstraint-{name}" in model.constraints
    }
    return pd.Series(values, dtype=float) if values else None


def solve_with_fastest_highs(
    network: pypsa.Network, program: Program, options: Options, progress: Progress
) -> Solution:
    """Dispatch `network` through HiGHS by simplex, or by HiPO where the programme has many columns.

    The choice rests on the size of the programme alone, so the same network always takes the same road.
    """
    n_columns = sum(block.size for block in program.columns)
    algorithm = "hipo" if n_columns > SIMPLEX_COLUMNS else "simplex"
    return solve_with_highs(network, program, options, progress, algorithm=algorithm)


register_method("highs", solve_with_fastest_highs)
for _name, _algorithm in (("highs-simplex", "simplex"), ("highs-ipm", "ipm"), ("highs-hipo", "hipo")):
    register_method(_name, partial(solve_with_highs, algorithm=_algorithm))
