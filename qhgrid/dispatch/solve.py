"""Dispatch a network: check what it asks for, solve it, certify the plan, say what is short."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qhgrid.dispatch import highs as _highs
from qhgrid.dispatch.certificate import Certificate, certify
from qhgrid.dispatch.elastic import ElasticPrices, Shortage, add_elastic_layer, shortages
from qhgrid.dispatch.engine import exact as _exact
from qhgrid.dispatch.extract import read_program
from qhgrid.dispatch.infeasible import contradictions
from qhgrid.dispatch.methods import Options, Progress, Solution, Status, find_method
from qhgrid.dispatch.plan import read_plan, write_plan
from qhgrid.dispatch.prices import Prices
from qhgrid.dispatch.program import Program
from qhgrid.dispatch.results import to_dataset
from qhgrid.dispatch.sharing import share_alike
from qhgrid.dispatch.support import check_support
from qhgrid.errors import DispatchError, Fault

if TYPE_CHECKING:
    import pypsa
    import xarray as xr

REGISTERED = (_exact.__name__, _highs.__name__)
"""Engines register themselves when their module is imported."""
ROUNDING = 1e-9
"""Violations of a bound by less than this share of the quantity are clipped away."""
ROUGH = (Status.TIME_LIMIT, Status.SCREENED)
"""States in which a plan need only keep all laws; its certificate says how far from the best it may be."""
DEFAULT_ELASTIC = ElasticPrices()


@dataclass(frozen=True)
class Dispatch:
    """A dispatched network with its proof."""

    network: pypsa.Network
    """The network that was given, with results in its tables, as ``n.optimize()`` would leave them."""
    status: str
    """``optimal``, ``screened``, or ``time limit`` with the best plan so far."""
    objective: float
    """Cost of the plan. [cost units]"""
    certificate: Certificate
    shortages: tuple[Shortage, ...]
    """Where and when the elastic layer was needed, in order of time."""
    prices: Prices
    """Dual prices of all laws."""
    method: str
    basis: object = None
    """What ``warm_start`` starts from; None where the method leaves nothing."""

    def to_dataset(self) -> xr.Dataset:
        """Return results and inputs as one data set (:func:`qhgrid.dispatch.results.to_dataset`)."""
        return to_dataset(self.network)


def solve(
    network: pypsa.Network,
    *,
    method: str = "exact",
    elastic: ElasticPrices | None = DEFAULT_ELASTIC,
    tol: float = 1e-6,
    threads: int = 2,
    time_limit: float | None = None,
    progress: Progress | None = None,
    log: bool = False,
    unique: bool = True,
    warm_start: Dispatch | None = None,
) -> Dispatch:
    """Dispatch `network` at least cost and prove it.

    Parameters
    ----------
    network : pypsa.Network
        Any network inside the supported subset (:mod:`qhgrid.dispatch.support`). Results are written to its
        tables; with `elastic` it also gets the generators of the elastic layer.
    method : str, optional
        ``exact``, our own engine; ``screen``, a quick answer to a changed case; ``highs``, or another of
        :func:`qhgrid.dispatch.methods.method_names`.
    elastic : ElasticPrices or None, optional
        Prices of unserved load and of surplus at every bus; None to allow neither.
    tol : float, optional
        Relative tolerance of gap and violations. [1]
    threads : int, optional
        Most threads for the engine, which takes one where more do not pay; the result does not depend on it.
    time_limit : float, optional
        Longest time for the engine. [s]
    progress : callable, optional
        ``progress(stage, fraction)``, fraction None where the share done is not known.
    log : bool, optional
        Let the engine print its log.
    unique : bool, optional
        Choose among plans of equal cost the one with curtailment pro rata, no storage that charges and
        discharges at once and no flow in circles; only ``exact`` can.
    warm_start : Dispatch, optional
        An exact dispatch of a like network: ``exact`` starts from it, ``screen`` answers from it.

    Returns
    -------
    Dispatch
        With a valid certificate; at a time limit and by ``screen`` with a plan that keeps all laws, and the
        gap that is left.

    Raises
    ------
    DispatchError
        If the network asks for what is not supported, has no plan, or the plan does not pass the certificate.
    """
    engine = find_method(method)
    tell = progress if progress is not None else _say_nothing
    tell("check", None)
    check_support(network)
    if elastic is not None:
        add_elastic_layer(network, elastic)
    program = read_program(network)
    _refuse_contradictions(program)
    basis = warm_start.basis if warm_start is not None else None
    solution = engine(network, program, Options(tol, threads, time_limit, log, basis, unique), tell)
    if not solution.has_plan:
        raise DispatchError(_why_not(solution, elastic, time_limit))
    tell("certify", None)
    _settle(program, network)
    certificate = certify(network, solution.prices, tol=tol, program=program)
    if solution.status in ROUGH and not certificate.is_feasible:
        raise DispatchError(_why_not(solution, elastic, time_limit))
    if solution.status not in ROUGH and not certificate.is_valid:
        raise DispatchError(_certificate_faults(certificate))
    tell("done", 1.0)
    return Dispatch(
        network, solution.status.value, certificate.cost, certificate, shortages(network), solution.prices,
        method, solution.basis,
    )  # fmt: skip


def _say_nothing(stage: str, fraction: float | None) -> None:
    """Take news of progress and do nothing with it."""


def _refuse_contradictions(program: Program) -> None:
    """Raise what can be seen to be infeasible without a solver."""
    if not any(block.size for block in program.columns):
        mend = "Add generators, or dispatch with the elastic layer."
        raise DispatchError(Fault("network", "nothing in it can be dispatched", mend))
    faults = contradictions(program)
    if faults:
        raise DispatchError(faults)


def _settle(program: Program, network: pypsa.Network) -> None:
    """Put values that miss a bound by rounding onto it, treat like alike, and let all tables follow."""
    plan = read_plan(program, network)
    size = ROUNDING * np.maximum(1.0, np.abs(plan))
    clipped = np.clip(plan, program.lower, np.maximum(program.lower, program.upper))
    settled = np.where(np.abs(clipped - plan) <= size, clipped, plan) + 0.0
    write_plan(program, network, share_alike(program, settled))


def _why_not(solution: Solution, elastic: ElasticPrices | None, time_limit: float | None) -> Fault:
    """Return what to say of a solve that ended without a plan, and what to look at next."""
    if solution.status is Status.INFEASIBLE and solution.cause:
        mend = "Raise the limit that is named, or lower what asks for more than there is."
        return Fault("dispatch", f"infeasible: {solution.cause}", mend)
    if solution.status is Status.INFEASIBLE and elastic is None:
        what = "infeasible: no plan serves every load within every limit"
        return Fault(
            "dispatch", what, "Dispatch with the elastic layer: it says where, when and how much is short."
        )
    if solution.status is Status.INFEASIBLE:
        what = "infeasible, although load may be shed and surplus dumped at every bus"
        mend = "Look at e_sum_min, global constraints, set points of levels, ramp limits and phase shifts."
        return Fault("dispatch", what, mend)
    if solution.status is Status.UNBOUNDED:
        what = "unbounded: some dispatch earns money without end"
        return Fault(
            "dispatch", what, "Look for negative costs with infinite p_nom, and for links that make energy."
        )
    if solution.status is Status.TIME_LIMIT:
        what = f"stopped at the time limit of {time_limit:g} s without a plan"
        return Fault("dispatch", what, "Give more time, a shorter horizon, or another method.")
    what = f"the solver ended with: {solution.detail}"
    return Fault("dispatch", what, "Run again with log=True, or try another method.")


def _certificate_faults(certificate: Certificate) -> list[Fault]:
    """Return what to say of a plan that is not proved."""
    mend = "Try another method or a wider tol; if it stays, engine or certificate has a fault: report it."
    faults = [
        Fault("certificate", f"{v.in_words()} is above the tolerance", mend)
        for v in certificate.violated_rows
    ]
    if abs(certificate.gap) > certificate.tol:
        what = f"{certificate.in_words('en')}, and the gap should be at most {certificate.tol:g}"
        faults.append(Fault("certificate", what, mend))
    return faults or [Fault("certificate", certificate.in_words("en"), mend)]
