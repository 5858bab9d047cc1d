r"""The certificate: cost and faults of a plan, and a bound below which no plan can cost.

Nothing here trusts a solver. From the inputs alone the linear program of the dispatch is built anew
(:mod:`qhgrid.dispatch.extract`). From the plan in the result tables follow its cost and its largest violation
of any law. From dual prices alone follows, by weak duality, a lower bound on the cost of every plan:

.. math:: \min_{l \le x \le u} \{c x : A x = b\} \ge b y + \sum_j \min(l_j r_j, u_j r_j)

with :math:`r = c - A^T y`,
for any prices y, good or bad, because every column is bounded. Bad prices only weaken the bound.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qhgrid.dispatch.extract import read_program
from qhgrid.dispatch.implied import ImpliedBounds, imply_bounds
from qhgrid.dispatch.inputs import Inputs
from qhgrid.dispatch.plan import derived_tables, idle_tables, read_plan
from qhgrid.dispatch.prices import DualVector, Prices, dual_vector, prices_in_tables
from qhgrid.dispatch.program import FloatArray, IntArray, Program, Unit

if TYPE_CHECKING:
    import pypsa

EPSILON = float(np.finfo(float).eps)
WORST_SHOWN = 10
"""Violations listed in a certificate."""


@dataclass(frozen=True)
class Violation:
    """One law that the plan breaks."""

    component: str
    name: str
    law: str
    """Family of the row, name of the bounded quantity, or result table that does not follow from the plan."""
    snapshot: object | None
    """None for a law over the whole horizon."""
    size: float
    """By how much, in `unit`."""
    unit: Unit

    def in_words(self) -> str:
        """Return the violation as a phrase: ``Bus haixi, bus_balance at 2030-01-15 19:00:00: 3 MW``."""
        when = "over the horizon" if self.snapshot is None else f"at {self.snapshot}"
        return f"{self.component} {self.name}, {self.law} {when}: {self.size:.6g} {self.unit}"


@dataclass(frozen=True)
class Certificate:
    """What is proved about a dispatch.

    A plan whose certificate is valid costs at most `gap` more than the cheapest plan there is, up to
    violations of
    at most `tolerance_mw` and `tolerance_mwh`.
    """

    cost: float
    """Cost of the plan, recomputed from the inputs. [cost units]"""
    lower_bound: float
    """No plan costs less. [cost units]"""
    gap: float
    """``(cost - lower_bound) / max(1, |cost|)``. [1]"""
    max_violation_mw: float
    """Largest violation of balances, Kirchhoff's law, ramps and limits of power. [MW]"""
    max_violation_mwh: float
    """Largest violation of storage balances, levels, energy sums and global constraints. [MWh]"""
    tolerance_mw: float
    """Violation that is allowed: `tol` times the largest power in the plan. [MW]"""
    tolerance_mwh: float
    """The same for energy. [MWh]"""
    tol: float
    """Relative tolerance of gap and violations. [1]"""
    violated_rows: tuple[Violation, ...] = ()
    """The worst violations above the tolerance, worst first."""
    missing_prices: tuple[str, ...] = ()
    """Laws for which no prices were given, which weakens the bound."""
    assumed_limits: tuple[str, ...] = ()
    """Quantities that no law bounds; `lower_bound` is for plans that keep them below `assumed_limit`."""
    assumed_limit: float = math.inf
    """[MW or MWh]"""

    @property
    def is_feasible(self) -> bool:
        """Whether no law is broken by more than the tolerance."""
        return self.max_violation_mw <= self.tolerance_mw and self.max_violation_mwh <= self.tolerance_mwh

    @property
    def is_valid(self) -> bool:
        """Whether the plan keeps every law and its cost is proved to be least, both within the tolerance."""
        return self.is_feasible and abs(self.gap) <= self.tol

    def in_words(self, lang: str = "zh") -> str:
        """Return the certificate as one sentence in Chinese (``zh``) or English (``en``)."""
        figures = (self.cost, self.lower_bound, self.gap, self.max_violation_mw, self.max_violation_mwh)
        tongue = "en" if lang == "en" else "zh"
        return _SENTENCES[tongue][self.is_valid] + _FIGURES[tongue].format(*figures)


_SENTENCES = {
    "zh": {True: "证书有效：", False: "证书无效："},
    "en": {True: "certificate valid: ", False: "certificate not valid: "},
}
_FIGURES = {
    "zh": "成本 {0:.6g}，下界 {1:.6g}，相对差距 {2:.1e}，最大偏差 {3:.1e} MW、{4:.1e} MWh",
    "en": "cost {0:.6g}, bound {1:.6g}, gap {2:.1e}, violation {3:.1e} MW and {4:.1e} MWh",
}


def certify(
    network: pypsa.Network, prices: Prices | None = None, *, tol: float = 1e-6, program: Program | None = None
) -> Certificate:
    """Return what can be proved about the plan in the result tables of `network`.

    Parameters
    ----------
    network : pypsa.Network
        A network inside the supported subset, with a plan in its result tables.
    prices : Prices, optional
        Dual prices; those in the result tables by default, which misses some laws.
    tol : float, optional
        Relative tolerance of gap and violations.
    program : Program, optional
        The program of `network`, to save reading it again.

    Returns
    -------
    Certificate
        Cost, bound, gap, violations. Whether it is valid is for the caller to look at.

    Raises
    ------
    DispatchError
        If the network holds no plan.
    """
    program = read_program(network) if program is None else program
    plan = read_plan(program, network)
    given = prices_in_tables(network) if prices is None else prices
    dual = dual_vector(program, given, Inputs(network))
    implied = imply_bounds(program)
    cost = plan_cost(program, plan)
    bound = lower_bound(program, dual, implied)
    tolerance: dict[Unit, float] = {
        "MW": tol * _largest(program, plan, "MW"),
        "MWh": tol * _largest(program, plan, "MWh"),
    }
    violations = _Violations(program, plan, network)
    return Certificate(
        cost=cost,
        lower_bound=bound,
        gap=(cost - bound) / max(1.0, abs(cost)),
        max_violation_mw=violations.largest("MW"),
        max_violation_mwh=violations.largest("MWh"),
        tolerance_mw=tolerance["MW"],
        tolerance_mwh=tolerance["MWh"],
        tol=tol,
        violated_rows=violations.worst(tolerance),
        missing_prices=dual.missing,
        assumed_limits=_assumed_names(program, implied),
        assumed_limit=implied.limit if implied.assumed.size else math.inf,
    )


def plan_cost(program: Program, plan: FloatArray) -> float:
    """Return the cost of `plan`, summed without rounding, in cost units."""
    return math.fsum(program.cost * plan)


def lower_bound(program: Program, dual: DualVector, implied: ImpliedBounds) -> float:
    """Return what no plan can cost less than, rounded down by all that floating point may get wrong."""
    y = dual.values
    reduced = program.cost - program.matrix.T @ y
    reach = np.maximum(np.abs(implied.lower), np.abs(implied.upper))
    terms = np.where(reduced > 0.0, reduced * implied.lower, reduced * implied.upper)
    side = np.where(y > 0.0, program.row_lower, program.row_upper)
    sides = np.where(y == 0.0, 0.0, y * np.where(y == 0.0, 0.0, side))
    entries = np.diff(program.matrix.tocsc().indptr) + 4
    size = np.abs(program.cost) + abs(program.matrix).T @ np.abs(y)
    wrong = entries * EPSILON * size * reach + EPSILON * np.abs(terms)
    total = math.fsum(terms) + math.fsum(sides)
    slip = math.fsum(wrong) + EPSILON * math.fsum(np.abs(sides)) + 4 * EPSILON * abs(total)
    bound = total - slip
    return bound if math.isfinite(bound) else -math.inf


def _largest(program: Program, plan: FloatArray, unit: Unit) -> float:
    """Return the largest quantity of `unit` in the plan and the row sides, at least 1."""
    sizes = [1.0]
    for block in program.columns:
        if block.unit == unit and block.size:
            sizes.append(float(np.abs(plan[block.start : block.stop]).max()))
    for rows in program.rows:
        if rows.unit == unit and rows.lower.size:
            sides = np.abs(np.concatenate([rows.lower.ravel(), rows.upper.ravel()]))
            sizes.append(float(sides[np.isfinite(sides)].max(initial=0.0)))
    return max(sizes)


def _assumed_names(program: Program, implied: ImpliedBounds) -> tuple[str, ...]:
    """Return the components whose quantities no law bounds."""
    found = {" ".join(program.column_name(int(j))[:3]) for j in implied.assumed}
    return tuple(sorted(found))


class _Violations:
    """By how much a plan breaks every bound, every row and every table that follows from it."""

    def __init__(self, program: Program, plan: FloatArray, network: pypsa.Network) -> None:
        self.program = program
        activity = program.matrix @ plan
        self.rows = _excess(program.row_lower, activity, program.row_upper)
        self.columns = _excess(program.lower, plan, program.upper)
        self.derived = _derived_violations(network)

    def largest(self, unit: Unit) -> float:
        """Return the largest violation of `unit`."""
        sizes = [v.size for v in self.derived if v.unit == unit]
        for blocks, values in ((self.program.columns, self.columns), (self.program.rows, self.rows)):
            sizes += [float(values[b.start : b.stop].max(initial=0.0)) for b in blocks if b.unit == unit]
        return max(sizes, default=0.0)

    def worst(self, tolerance: dict[Unit, float]) -> tuple[Violation, ...]:
        """Return the worst violations above `tolerance`, worst first."""
        found = [v for v in self.derived if v.size > tolerance[v.unit]]
        for block in self.program.columns:
            for j in _worst_positions(self.columns, block.start, block.stop, tolerance[block.unit]):
                found.append(_violation(self.program.column_name(j), float(self.columns[j]), block.unit))
        for rows in self.program.rows:
            for i in _worst_positions(self.rows, rows.start, rows.stop, tolerance[rows.unit]):
                found.append(_violation(self.program.row_name(i), float(self.rows[i]), rows.unit))
        found.sort(key=lambda v: (-v.size / tolerance[v.unit], v.component, v.name, v.law, str(v.snapshot)))
        return tuple(found[:WORST_SHOWN])


def _excess(lower: FloatArray, values: FloatArray, upper: FloatArray) -> FloatArray:
    """Return by how much `values` are outside their limits; infinitely where that is not a number."""
    excess = np.maximum(np.maximum(lower - values, values - upper), 0.0)
    return np.where(np.isnan(excess), np.inf, excess)


def _violation(place: tuple[str, str, str, object | None], size: float, unit: Unit) -> Violation:
    """Return a violation at a named place."""
    component, name, law, snapshot = place
    return Violation(component, name, law, snapshot, size, unit)


def _worst_positions(values: FloatArray, start: int, stop: int, above: float) -> list[int]:
    """Return the positions of the largest values of a block above a tolerance."""
    block = values[start:stop]
    found: IntArray = np.flatnonzero(block > above)
    order = np.argsort(-block[found], kind="stable")[:WORST_SHOWN]
    return [int(start + i) for i in found[order]]


def _derived_violations(network: pypsa.Network) -> list[Violation]:
    """Return for each result table that follows from the plan how far it is from that, worst entry only."""
    violations = []
    for item in derived_tables(network) + idle_tables(network):
        table = network.c[item.component].dynamic[item.attribute]
        written = table.reindex(index=network.snapshots, columns=item.names).to_numpy(dtype=float)
        error = np.abs(written - item.values)
        error = np.where(np.isnan(error), np.inf, error)
        hour, member = np.unravel_index(int(error.argmax()), error.shape)
        place = (item.component, str(item.names[int(member)]), item.attribute, network.snapshots[int(hour)])
        violations.append(_violation(place, float(error[hour, member]), "MW"))
    return violations
