r"""The engine's algorithm in plain NumPy and SciPy, for a reader and for tests on small cases.

A dispatch problem is brought into the form (:func:`standard_form`)

.. math:: \min c x \quad A x = b, \; l \le x \le u

with finite :math:`l < u`, and solved by Mehrotra's predictor-corrector method [1]_ with Gondzio's correctors
[2]_. Every column is counted from `l` in units of :math:`u - l`, so that :math:`w = 1 - x` is the room above
it. With prices :math:`y` of the rows, :math:`z` of the lower and :math:`v` of the upper bounds, a step solves

.. math:: A\,dx = b - A x, \quad A^T dy + dz - dv = c - A^T y - z + v,
          \quad z\,dx + x\,dz = r_x, \quad w\,dv - v\,dx = r_w .

Without dz and dv this is :math:`A D A^T dy = b - A x + A D g` with :math:`D^{-1} = z/x + v/w` and
:math:`g = c - A^T y - z + v - r_x/x + r_w/w`: the normal equations.

References
----------
.. [1] S. Mehrotra, On the implementation of a primal-dual interior point method, SIAM J. Optim. 2 (1992).
.. [2] J. Gondzio, Multiple centrality corrections in a primal-dual method for linear programming,
   Comput. Optim. Appl. 6 (1996).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import splu

from qhgrid.dispatch.engine.problem import Problem
from qhgrid.dispatch.program import BoolArray, FloatArray

MAX_ITERATIONS = 150
PATIENCE = 15
"""Iterations without progress after which it ends."""
CORRECTORS = 2
"""Gondzio correctors in one iteration, at most."""
PROXIMAL = 1e-10
"""Weight of a step's own size: keeps steps in columns and prices small that nothing else determines."""
REGULARISATION = 1e-13
"""Share added to the diagonal before factorising, and taken back by refinement: rows may repeat others."""
REFINEMENTS = 5
NEAREST = 0.995
"""Share of the way to the boundary that a step may go."""
WORTH = 0.01
"""A further corrector must lengthen the steps by so much."""
SHARE_OF_WIDTH = 1e-3
"""A residual counts against at least this share of what the columns of a row can do."""
BOXES = (1e2, 1e4, 1e6)
"""In place of infinity stands such a multiple of the largest finite number of the problem."""
TIGHT = 1e-12
"""Bounds that are nearer than this share of their size leave nothing to decide."""

Solver = Callable[[FloatArray], FloatArray]
Direction = tuple[FloatArray, FloatArray, FloatArray, FloatArray]


@dataclass(frozen=True)
class Reference:
    """What :func:`solve_reference` found."""

    is_optimal: bool
    x: FloatArray
    """Shape (n_columns,)."""
    y: FloatArray
    """Cost of one more unit on the right-hand side, shape (n_rows,)."""
    cost: float
    bound: float
    """No solution costs less: by weak duality, from `y` alone."""
    gap: float
    """``(cost - bound) / max(1, |cost|)``. [1]"""
    residual: float
    """Largest difference of A x and b, of any row, relative to what adds up in it. [1]"""
    iterations: int

    @property
    def error(self) -> float:
        """The larger of gap and residual, infinite where they are no numbers."""
        larger = max(abs(self.gap), self.residual)
        return larger if np.isfinite(larger) else np.inf


@dataclass(frozen=True)
class Boxed:
    """``min cost x`` with ``matrix x = rhs`` and ``lower <= x <= upper``, all bounds finite and apart."""

    cost: FloatArray
    matrix: sparse.csr_array
    rhs: FloatArray
    lower: FloatArray
    upper: FloatArray
    constant: float = 0.0

    def judge(self, x: FloatArray, y: FloatArray, iterations: int, tol: float) -> Reference:
        """Return `x` and `y` with their cost, bound and residual."""
        reduced = self.cost - self.matrix.T @ y
        least = np.where(reduced > 0.0, reduced * self.lower, reduced * self.upper)
        cost = self.constant + float(self.cost @ x)
        bound = self.constant + float(self.rhs @ y) + float(least.sum())
        reach = np.abs(x) + SHARE_OF_WIDTH * (self.upper - self.lower)
        size = np.maximum(np.abs(self.rhs), abs(self.matrix) @ reach)
        missed = np.abs(self.matrix @ x - self.rhs)
        residual = float((missed / np.where(size > 0.0, size, 1.0)).max(initial=0.0))
        gap = (cost - bound) / max(1.0, abs(cost))
        return Reference(max(abs(gap), residual) <= tol, x, y, cost, bound, gap, residual, iterations)


@dataclass(frozen=True)
class Scaled:
    """A boxed problem whose columns go from 0 to 1."""

    cost: FloatArray
    matrix: sparse.csr_array
    rhs: FloatArray
    x_unit: FloatArray
    y_unit: FloatArray


@dataclass(frozen=True)
class Point:
    """Where the method stands: strictly inside all bounds, not yet on the rows."""

    x: FloatArray
    w: FloatArray
    y: FloatArray
    z: FloatArray
    v: FloatArray

    @property
    def mean_product(self) -> float:
        """Mean of ``x z`` and ``w v``, which is 0 at the optimum."""
        return float(self.x @ self.z + self.w @ self.v) / (2 * len(self.x))

    def reach(self, direction: Direction) -> tuple[float, float]:
        """Return how far `direction` stays inside the bounds, at most 1, for x and for the prices."""
        dx, _, dz, dv = direction
        primal = min(_reach(self.x, dx), _reach(self.w, -dx))
        return primal, min(_reach(self.z, dz), _reach(self.v, dv))

    def moved(self, direction: Direction, primal: float, dual: float) -> Point:
        """Return the point `primal` and `dual` of the way along `direction`."""
        dx, dy, dz, dv = direction
        x, w = self.x + primal * dx, self.w - primal * dx
        return Point(x, w, self.y + dual * dy, self.z + dual * dz, self.v + dual * dv)


def solve_reference(boxed: Boxed, tol: float = 1e-8) -> Reference:
    """Minimise a boxed problem.

    Parameters
    ----------
    boxed : Boxed
        Rows may follow from each other.
    tol : float, optional
        Relative gap and residual to reach. [1]

    Returns
    -------
    Reference
        The best that was found; `is_optimal` says whether it reaches `tol`.
    """
    if not len(boxed.cost):
        return boxed.judge(boxed.lower, np.zeros(len(boxed.rhs)), 0, tol)
    scaled = scale(boxed)
    point = first_point(scaled)
    best = found = _judged(boxed, scaled, point, 0, tol)
    for iteration in range(1, MAX_ITERATIONS + 1):
        if best.is_optimal or iteration > best.iterations + PATIENCE or np.isinf(found.error):
            break
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            point = next_point(scaled, point)
            found = _judged(boxed, scaled, point, iteration, tol)
        best = min(best, found, key=lambda reference: reference.error)
    return best


def _judged(boxed: Boxed, scaled: Scaled, point: Point, iterations: int, tol: float) -> Reference:
    """Return `point` in the units of `boxed`, with its cost, bound and residual."""
    x = np.clip(boxed.lower + scaled.x_unit * point.x, boxed.lower, boxed.upper)
    return boxed.judge(x, scaled.y_unit * point.y, iterations, tol)


def scale(boxed: Boxed) -> Scaled:
    """Return `boxed` with every column from 0 to 1, the largest entry of a row 1, the greatest cost 1."""
    width = boxed.upper - boxed.lower
    matrix = sparse.csr_array(boxed.matrix @ sparse.diags_array(width))
    greatest = abs(matrix).max(axis=1).toarray().ravel()
    rows = 1.0 / np.where(greatest > 0.0, greatest, 1.0)
    price = float(np.abs(boxed.cost * width).max()) or 1.0
    return Scaled(
        boxed.cost * width / price,
        sparse.csr_array(sparse.diags_array(rows) @ matrix),
        rows * (boxed.rhs - boxed.matrix @ boxed.lower),
        width,
        rows * price,
    )


def first_point(scaled: Scaled) -> Point:
    """Return a start: the least-squares solutions of both sets of equations, pushed inside the bounds."""
    solve = normal_equations(scaled.matrix, np.ones_like(scaled.cost))
    missing = scaled.rhs - scaled.matrix @ np.full_like(scaled.cost, 0.5)
    x = np.clip(0.5 + scaled.matrix.T @ solve(missing), 0.1, 0.9)
    y = solve(scaled.matrix @ scaled.cost)
    reduced = scaled.cost - scaled.matrix.T @ y
    z, v = np.maximum(reduced, 0.0), np.maximum(-reduced, 0.0)
    product = float(np.abs(reduced).mean()) or 1.0
    return Point(x, 1.0 - x, y, z + product / x, v + product / (1.0 - x))


def next_point(scaled: Scaled, point: Point) -> Point:
    """Return the point after one iteration: predictor, corrector, Gondzio's correctors, step."""
    find = _directions(scaled, point)
    x, w, z, v = point.x, point.w, point.z, point.v
    dx, _, dz, dv = affine = find(-x * z, -w * v)
    ahead = point.moved(affine, *point.reach(affine)).mean_product
    target = point.mean_product * min(1.0, ahead / point.mean_product) ** 3
    products = (target - x * z - dx * dz, target - w * v + dx * dv)
    direction = find(*products)
    for _ in range(CORRECTORS):
        products = _corrected(point, direction, products, target)
        better = find(*products)
        if sum(point.reach(better)) < sum(point.reach(direction)) + WORTH:
            break
        direction = better
    primal, dual = point.reach(direction)
    return point.moved(direction, min(1.0, NEAREST * primal), min(1.0, NEAREST * dual))


def _directions(scaled: Scaled, point: Point) -> Callable[[FloatArray, FloatArray], Direction]:
    """Return what gives the step for any right-hand sides `r_x` and `r_w`, with one factorisation."""
    matrix, (x, w, y, z, v) = scaled.matrix, (point.x, point.w, point.y, point.z, point.v)
    weight = 1.0 / (z / x + v / w + PROXIMAL)
    solve = normal_equations(matrix, weight)
    off_rows = scaled.rhs - matrix @ x
    off_columns = scaled.cost - matrix.T @ y - z + v

    def find(r_x: FloatArray, r_w: FloatArray) -> Direction:
        g = off_columns - r_x / x + r_w / w
        dy = solve(off_rows + matrix @ (weight * g))
        dx = weight * (matrix.T @ dy - g)
        return dx, dy, (r_x - z * dx) / x, (r_w + v * dx) / w

    return find


def normal_equations(matrix: sparse.csr_array, weight: FloatArray) -> Solver:
    """Return what solves ``(A D A^T + proximal) y = r``, factorised with unit diagonal and refined."""
    product = sparse.csc_array(matrix @ sparse.diags_array(weight) @ matrix.T)
    product = product + PROXIMAL * sparse.eye_array(matrix.shape[0])
    unit = 1.0 / np.sqrt(product.diagonal())
    product = sparse.csc_array(sparse.diags_array(unit) @ product @ sparse.diags_array(unit))
    regular = sparse.csc_array(product + REGULARISATION * sparse.eye_array(matrix.shape[0]))
    symmetric = {"diag_pivot_thresh": 0.0, "options": {"SymmetricMode": True}}
    factors = splu(regular, permc_spec="MMD_AT_PLUS_A", **symmetric)

    def solve(side: FloatArray) -> FloatArray:
        y: FloatArray = np.zeros_like(side)
        left = goal = unit * side
        for _ in range(REFINEMENTS):
            better = y + unit * factors.solve(left)
            still = goal - product @ (better / unit)
            if np.abs(still).max(initial=0.0) >= np.abs(left).max(initial=0.0):
                break
            y, left = better, still
        return y

    return solve


def _corrected(
    point: Point, direction: Direction, products: tuple[FloatArray, FloatArray], target: float
) -> tuple[FloatArray, FloatArray]:
    """Return `products` changed so that a longer step meets none far from `target`."""
    longer = [min(1.0, 1.08 * reach + 0.08) for reach in point.reach(direction)]
    there = point.moved(direction, longer[0], longer[1])
    changes = [
        np.clip(np.clip(met, 0.1 * target, 10.0 * target) - met, -10.0 * target, 10.0 * target)
        for met in (there.x * there.z, there.w * there.v)
    ]
    return products[0] + changes[0], products[1] + changes[1]


def _reach(values: FloatArray, change: FloatArray) -> float:
    """Return how far positive `values` may go along `change` until the first is 0, at most 1."""
    falls = change < 0.0
    return float((-values[falls] / change[falls]).min(initial=1.0))


@dataclass(frozen=True)
class Standard:
    """A dispatch problem in the boxed form, and the way back."""

    problem: Problem
    boxed: Boxed
    fixed: FloatArray
    """Values of columns that have no choice, 0 elsewhere; slack of inequalities last, (n_all,)."""
    is_free: BoolArray
    """Whether a column is in the boxed form, shape (n_all,)."""
    is_kept: BoolArray
    """Whether a row is in the boxed form, whole-horizon rows last."""
    box: float
    """What stands in place of infinity."""

    def hits_box(self, x: FloatArray) -> bool:
        """Return whether a value of the boxed form reaches what stands in place of infinity."""
        is_far = np.maximum(np.abs(self.boxed.lower), np.abs(self.boxed.upper)) >= self.box
        return bool((is_far & (np.abs(x) > 0.1 * self.box)).any())

    def back(self, x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return x (n_hours, n_columns), y (n_hours, n_rows) and prices of the wide rows (n_wide,)."""
        everything = self.fixed.copy()
        everything[self.is_free] = x
        prices = np.zeros(len(self.is_kept))
        prices[self.is_kept] = y
        n_plain = self.problem.row_lower.size
        plan = everything[: self.problem.lower.size].reshape(self.problem.lower.shape)
        return plan, prices[:n_plain].reshape(self.problem.row_lower.shape), prices[n_plain:]


def standard_form(problem: Problem, box: float) -> Standard:
    """Return `problem` in boxed form.

    Inequalities get a slack column, infinite bounds become `box`, rows that nothing can break and columns
    without a choice leave.

    Parameters
    ----------
    problem : Problem
    box : float
        What stands in place of infinity; a solution that reaches it (`Standard.hits_box`) proves nothing.
    """
    matrix = sparse.csr_array(sparse.vstack([problem.matrix(), problem.wide]))
    low, high = (
        np.concatenate([np.ravel(plain), wide])
        for plain, wide in ((problem.row_lower, problem.wide_lower), (problem.row_upper, problem.wide_upper))
    )
    lower = np.where(np.isinf(problem.lower), -box, problem.lower).ravel()
    upper = np.where(np.isinf(problem.upper), box, problem.upper).ravel()
    least, most = _activity(matrix, lower, upper)
    is_kept = (low == high) | (low > least) | (high < most)
    with_slack = np.flatnonzero(is_kept & (low != high))
    ones = (-np.ones(len(with_slack)), (with_slack, np.arange(len(with_slack))))
    slack = sparse.csr_array(ones, shape=(len(low), len(with_slack)))
    matrix = sparse.csr_array(sparse.hstack([matrix, slack]))
    lower = np.concatenate([lower, np.maximum(low, least)[with_slack]])
    upper = np.concatenate([upper, np.minimum(high, most)[with_slack]])
    cost = np.concatenate([problem.cost.ravel(), np.zeros(len(with_slack))])
    is_free = upper - lower > TIGHT * np.maximum(np.abs(lower), np.abs(upper))
    fixed = np.where(is_free, 0.0, lower)
    side = np.where(low == high, low, 0.0) - matrix @ fixed
    boxed = Boxed(
        cost[is_free], sparse.csr_array(matrix[is_kept][:, is_free]), side[is_kept], lower[is_free],
        upper[is_free], problem.constant + float(cost @ fixed),
    )  # fmt: skip
    return Standard(problem, boxed, fixed, is_free, is_kept, box)


def _activity(
    matrix: sparse.csr_array, lower: FloatArray, upper: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the least and the greatest value of every row."""
    up, down = matrix.maximum(0.0), matrix.minimum(0.0)
    least: FloatArray = up @ lower + down @ upper
    most: FloatArray = up @ upper + down @ lower
    return least, most


def solve_problem(problem: Problem, tol: float = 1e-8) -> tuple[Standard, Reference]:
    """Minimise a dispatch problem, with wider boxes in place of infinity until none is reached."""
    limits = (problem.lower, problem.upper, problem.row_lower, problem.row_upper)
    sizes = np.abs(np.concatenate([np.ravel(limit) for limit in limits]))
    largest = float(sizes[np.isfinite(sizes)].max(initial=1.0))
    for factor in BOXES:
        standard = standard_form(problem, factor * largest)
        found = solve_reference(standard.boxed, tol)
        if not standard.hits_box(found.x):
            break
    return standard, found
