"""The interior point: Mehrotra's predictor and corrector, with Gondzio's, on the structure of a dispatch.

Notation: distances x and w from the lower and the upper bounds, their prices z and v, prices y of the rows,
``slope = c - A'y``. See the kernels for the linear algebra.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from qhgrid.dispatch.engine import layout, modes, sweeps
from qhgrid.dispatch.engine.layout import CENTRE, CORRECTOR, LANES, PREDICTOR, Handover, State
from qhgrid.dispatch.engine.outer import OuterColumns
from qhgrid.dispatch.engine.scaling import Scaled
from qhgrid.dispatch.engine.walk import Parts, Span, Walk, new_chain, room_for_factor
from qhgrid.dispatch.methods import Status
from qhgrid.dispatch.program import FloatArray

MAX_ITERATIONS = 200
SHORT_OF_WALL = 0.995
"""Part of the way to the nearest bound that a step goes."""
START_MARGIN = 0.1
"""The start keeps this share of a column's width from its bounds."""
START_WIDTH = 1e6
"""The start does not look further than this from a lower bound."""
HALF = 0.1
"""Relative gap at which a point is kept for the warm start of a like problem."""
CORRECTORS = 1
"""Gondzio's correctors in an iteration, at most."""
LONG_STEP = 0.7
"""A step so long needs no further corrector."""
WORTH = 0.02
"""By how much both steps together must grow for a corrector to be kept."""
WORTH_KEEPING = 1e-5
"""Relative gap below which the best point so far is kept, in case rounding spoils those that follow."""
REPAIRS = 8
"""Rounds of repair, at most."""
REPAIRED = 1e-7
"""Greatest miss of a row that is left as it is. [MW]"""
ROUNDING = 1e-6
"""Greatest miss of a row, in units of power, that rounding may leave."""
PATIENCE = 12
"""Iterations without progress after which the search ends."""

Direction = tuple[FloatArray, FloatArray, FloatArray]


@dataclass(frozen=True)
class Progress:
    """Where the iteration stands; everything in scaled units unless said otherwise."""

    primal: float
    """Cost of the plan. [cost units]"""
    bound: float
    """Proved lower bound. [cost units]"""
    mu: float
    """Mean product of a distance and its price."""
    residual: float
    """Greatest miss of a row. [MW]"""
    dual_residual: float

    @property
    def gap(self) -> float:
        """Relative gap between plan and bound, as the certificate defines it."""
        return (self.primal - self.bound) / max(1.0, abs(self.primal))


@dataclass(frozen=True)
class Halfway:
    """A point on the way of a solve, in scaled units."""

    x: FloatArray
    top: FloatArray
    z: FloatArray
    v: FloatArray
    y_hour: FloatArray
    y_link: FloatArray
    y_border: FloatArray
    outer: OuterColumns
    price: float
    """Size of one unit of price. [cost units/MW]"""


@dataclass(frozen=True)
class Outcome:
    """How an iteration ended."""

    status: Status
    last: Progress
    iterations: int


class Interior:
    """One interior-point iteration and its arrays.

    Parameters
    ----------
    scaled : Scaled
        The problem in the engine's units.
    threads : int
        With 2 or more both halves of the horizon are worked on at once; the digits are the same.
    quad : ndarray, optional
        Second derivative of the cost in scaled units, shape (n_groups, n, LANES). Progress then measures the
        linear part of the cost alone.
    """

    def __init__(self, scaled: Scaled, threads: int = 1, quad: FloatArray | None = None) -> None:
        st, shape = scaled.structure, scaled.top.shape
        self.scaled, self.structure, self.front = scaled, st, st.front
        links = np.zeros((st.n_chain, st.front.n_link))
        self.is_on = scaled.top > 0.0
        self.state = State(
            cost=scaled.cost, quad=np.zeros((0, 0, 0)) if quad is None else quad,
            x=np.ones(shape), w=np.ones(shape), z=np.zeros(shape), v=np.zeros(shape),
            slope=np.zeros(shape), tz=np.zeros(shape), tv=np.zeros(shape),
            dx=np.zeros(shape), dz=np.zeros(shape), dv=np.zeros(shape), series=st.series,
            y_hour=np.zeros_like(scaled.b_hour), y_link=np.zeros_like(scaled.b_link),
            y_border=np.zeros(st.n_border),
            b_hour=scaled.b_hour, b_link=scaled.b_link,
            dead_hour=scaled.dead_hour, dead_link=scaled.dead_link,
            d_hour=np.zeros_like(scaled.b_hour), d_link=np.zeros_like(scaled.b_link),
            size_link=links.copy(), activity_link=links.copy(), pivot_link=links,
            factor_hour=np.zeros((st.n_groups, max(st.pattern.n_kept, st.last.n_kept), LANES)),
            factor_link=room_for_factor(st), factor_start=np.zeros(st.n_chain + 1, dtype=np.int64),
        )  # fmt: skip
        self.chain = new_chain(st)
        self._spare: Direction = (np.zeros(shape), np.zeros(shape), np.zeros(shape))
        self.outer = OuterColumns(st, scaled.outer_top, np.zeros(len(scaled.outer_top)))
        self._kept: tuple[Progress, State, OuterColumns] | None = None
        self._half: Halfway | None = None
        self.d_border = np.zeros(st.n_border)
        self._sums = np.zeros((st.n_groups, 5))
        self._turns = np.zeros((st.n_groups, 5))
        self._border_activity, self._border_rows = (np.zeros((st.n_groups, st.n_border)) for _ in range(2))
        self._walk = Walk(st, threads)

    def factor(self, step_x: float = 0.0, step_z: float = 0.0) -> None:
        """Take a step along the last direction, and factorise the normal matrix where it ends."""
        s, st, chain, outer = self.state, self.structure, self.chain, self.outer
        outer.move(step_x, step_z)
        outer.weigh(s.y_border, s.y_link)
        self._amount = outer.aim(PREDICTOR, 0.0, (0.0, 0.0), use_sides=True)
        chain.front[:] = 0.0
        chain.corner[:] = (outer.border * outer.theta) @ outer.border.T
        s.size_link[:], s.activity_link[:] = s.dead_link, 0.0
        outer.add_first(outer.theta, s.size_link)
        outer.add_first(outer.position(), s.activity_link)
        self._set_sides(self._amount, use_sides=True)
        modes.first_modes(st.front, chain, outer.theta[outer.n_slack :])

        def run(span: Span, parts: Parts, handover: Handover) -> None:
            sweeps.factor_span(
                st.pattern, st.last, st.front, s, chain, step_x, step_z, span, parts, handover, span[0],
                self._border_activity, self._border_rows, self._sums,
            )  # fmt: skip

        self._walk.forwards(run)
        sweeps.close_border(st.front, chain, st.n_groups - 1, True)

    def _set_sides(self, amount: FloatArray, *, use_sides: bool) -> None:
        """Set the right-hand side of link and border rows before any columns of the hours add to it."""
        s, chain = self.state, self.chain
        s.d_link[:] = s.b_link if use_sides else 0.0
        self.outer.add_first(amount, s.d_link)
        chain.felt[:] = 0.0
        chain.border[:] = self.outer.border @ amount
        if use_sides:
            chain.border[:] += self.scaled.b_border

    def predict(self) -> FloatArray:
        """Solve for the predictor's direction, which :meth:`factor` has carried forward already."""
        return self._finish(PREDICTOR)

    def solve(
        self,
        mode: int,
        target: float = 0.0,
        trial: tuple[float, float] = (0.0, 0.0),
        *,
        use_sides: bool = True,
        out: Direction | None = None,
    ) -> FloatArray:
        """Solve for the direction of `mode`; return what the kernel's `turn_columns` sums up, (5,).

        The change of the prices is left in d_hour, d_link and d_border; that of the columns in `out`, or
        in dx, dz and dv, or, for the predictor, as products in tz and tv.
        """
        s, st, chain = self.state, self.structure, self.chain
        self._set_sides(self.outer.aim(mode, target, trial, use_sides), use_sides=use_sides)

        def forward(span: Span, parts: Parts, handover: Handover) -> None:
            sweeps.forward_span(
                st.pattern, st.last, st.front, s, chain, mode, target, *trial, use_sides, span, parts,
                handover, span[0], self._border_rows,
            )  # fmt: skip

        self._walk.forwards(forward)
        sweeps.close_border(st.front, chain, st.n_groups - 1, False)
        return self._finish(mode, out)

    def _finish(self, mode: int, out: Direction | None = None) -> FloatArray:
        """Solve backwards from the border."""
        s, st, chain, outer = self.state, self.structure, self.chain, self.outer
        dx, dz, dv = (s.dx, s.dz, s.dv) if out is None else out
        border = chain.border.copy()
        sweeps.solve_border(chain.corner, border)
        s.d_link[st.n_padded :] = 0.0

        def backward(span: Span, parts: Parts, _: Handover) -> None:
            sweeps.backward_span(
                st.pattern, st.last, st.front, s, chain, mode, span, parts, border, dx, dz, dv, self._turns
            )

        self._walk.backwards(backward)
        self.d_border = border
        turned = outer.turn(outer.priced(border, s.d_link))
        steps = np.maximum(turned[:2], self._turns[:, :2].max(axis=0))
        return np.concatenate([steps, turned[2:] + self._turns[:, 2:].sum(axis=0)])

    def priced_columns(self) -> FloatArray:
        """Return all columns times the change of the prices that was found last."""
        out = np.empty_like(self.state.x)
        st = self.structure
        sweeps.price_columns(st.pattern, st.last, st.front, self.state, self.d_border, out)
        return out

    def start(self) -> None:
        """Stand where Mehrotra's start for bounded columns does.

        Both the plan and the prices solve a least-squares problem in which columns count by the square of
        half their width: the plan nearest to the middle of all columns that keeps the rows, and the prices
        that leave the smallest slopes.
        """
        s, outer, scaled = self.state, self.outer, self.scaled
        middle = np.where(self.is_on, np.minimum(scaled.top, START_WIDTH) / 2, 1.0)
        outer_middle = np.where(outer.is_on, np.minimum(outer.top, START_WIDTH) / 2, 1.0)
        s.x[:], s.w[:], s.v[:] = middle, 1.0, 0.0
        s.z[:] = np.where(self.is_on, 1.0 / middle, 0.0)
        outer.set_point(outer_middle, 1.0 / outer_middle, np.zeros_like(outer_middle))
        outer.w = np.ones_like(outer.w)
        self.factor()
        s.slope[:], outer.slope = 0.0, np.zeros_like(outer.slope)
        self.solve(PREDICTOR)
        x = middle + middle**2 * self.priced_columns()
        outer_x = outer_middle + outer.theta * outer.priced(self.d_border, s.d_link)
        s.slope[:], outer.slope = scaled.cost, outer.cost
        self.solve(PREDICTOR, use_sides=False)
        slope = np.where(self.is_on, scaled.cost - self.priced_columns(), 0.0)
        outer_slope = outer.cost - outer.priced(self.d_border, s.d_link)
        s.y_hour[:], s.y_link[:], s.y_border[:] = s.d_hour, s.d_link, self.d_border
        size = (np.abs(slope).sum() + np.abs(outer_slope).sum()) / max(1, scaled.n_pairs / 2)
        size = size if size > 0.0 else 1.0
        self._stand(x, scaled.top, slope, size)
        margin = np.minimum(outer.top, START_WIDTH) * START_MARGIN
        outer.set_point(
            np.clip(outer_x, margin, outer.top - margin),
            np.maximum(outer_slope, 0.0) + size, np.maximum(-outer_slope, 0.0) + size,
        )  # fmt: skip
        s.dx[:], s.dz[:], s.dv[:] = 0.0, 0.0, 0.0
        outer.dx, outer.dz, outer.dv = (np.zeros_like(outer.x) for _ in range(3))

    def start_near(self, halfway: Halfway) -> None:
        """Stand where the solve of a like problem stood when it had come halfway.

        Its end would be a bad place: too near the bounds to get away from them. A column that is free now and
        was not then starts in its middle.
        """
        s, outer = self.state, self.outer
        top = self.scaled.top
        was_on = halfway.top > 0.0
        share = np.where(was_on, halfway.x / np.where(was_on, halfway.top, 1.0), 0.5)
        price = halfway.price / (self.scaled.money / self.scaled.power)
        usual = float(np.median(halfway.z[was_on])) if was_on.any() else 1.0
        s.x[:] = np.where(self.is_on, share * top, 1.0)
        s.w[:] = np.where(self.is_on, (1.0 - share) * top, 1.0)
        s.z[:] = np.where(self.is_on, np.where(was_on, halfway.z, usual) * price, 0.0)
        s.v[:] = np.where(self.is_on, np.where(was_on, halfway.v, usual) * price, 0.0)
        s.y_hour[:], s.y_link[:] = halfway.y_hour * price, halfway.y_link * price
        s.y_border[:] = halfway.y_border * price
        then = halfway.outer
        outer_share = np.where(then.is_on, then.x / np.where(then.is_on, then.top, 1.0), 0.5)
        outer.set_point(
            outer_share * outer.top,
            np.where(then.is_on, then.z, usual) * price, np.where(then.is_on, then.v, usual) * price,
        )  # fmt: skip

    def halfway(self) -> Halfway | None:
        """Return where the iteration stood when its gap was first below :data:`HALF`, if it was."""
        return self._half

    def _stand(self, x: FloatArray, top: FloatArray, slope: FloatArray, size: float) -> None:
        """Stand at `x`, pulled away from the bounds, with prices of the bounds that fit the slopes."""
        s = self.state
        margin = np.minimum(top, START_WIDTH) * START_MARGIN
        x = np.clip(x, margin, top - margin)
        s.x[:], s.w[:] = np.where(self.is_on, x, 1.0), np.where(self.is_on, top - x, 1.0)
        s.z[:] = np.where(self.is_on, np.maximum(slope, 0.0) + size, 0.0)
        s.v[:] = np.where(self.is_on, np.maximum(-slope, 0.0) + size, 0.0)

    def measure(self) -> Progress:
        """Return where the iteration stands, after :meth:`factor`."""
        s, scaled, outer, sums = self.state, self.scaled, self.outer, self._sums
        primal = float(sums[:, layout.PRIMAL].sum() + outer.cost @ outer.position())
        bound = float(sums[:, layout.BOUND].sum()) + outer.bound()
        bound += float((s.b_hour * s.y_hour).sum() + (s.b_link * s.y_link).sum())
        bound += float((scaled.b_border * s.y_border).sum())
        link = np.where(s.dead_link == 0.0, s.b_link - s.activity_link, 0.0)
        border = scaled.b_border - self._border_activity.sum(axis=0) - outer.border @ outer.position()
        residual = max(
            float(sums[:, layout.PRIMAL_RESIDUAL].max()),
            float(np.abs(link).max(initial=0.0)), float(np.abs(border).max(initial=0.0)),
        )  # fmt: skip
        products = float(sums[:, layout.PRODUCT].sum()) + outer.products()
        return Progress(
            primal * scaled.money + scaled.constant,
            bound * scaled.money + scaled.constant,
            products / max(1, scaled.n_pairs),
            residual * scaled.power,
            float(sums[:, layout.DUAL_RESIDUAL].max()),
        )

    def step(self, mu: float) -> tuple[float, float]:
        """Find the next direction; return how far to go in the plan and in the prices."""
        s, n_pairs = self.state, max(1, self.scaled.n_pairs)
        turned = self.predict()
        x, z = _steps(turned, 1.0)
        after = mu + (x * turned[2] + z * turned[3] + x * z * turned[4]) / n_pairs
        target = (max(after, 0.0) / mu) ** 3 * mu if mu > 0.0 else 0.0
        turned = self.solve(CORRECTOR, target)
        for _ in range(CORRECTORS):
            x, z = _steps(turned, 1.0)
            if min(x, z) > LONG_STEP:
                break
            kept = s.d_hour.copy(), s.d_link.copy(), self.d_border, self.outer.direction()
            trial = min(1.0, 1.5 * x + 0.1), min(1.0, 1.5 * z + 0.1)
            centred = self.solve(CENTRE, target, trial, out=self._spare)
            if sum(_steps(centred, 1.0)) < x + z + WORTH:
                s.d_hour[:], s.d_link[:], self.d_border = kept[:3]
                self.outer.restore(kept[3])
                break
            turned, old = centred, (s.dx, s.dz, s.dv)
            dx, dz, dv = self._spare
            self.state = s = s._replace(dx=dx, dz=dz, dv=dv)
            self._spare = old
        x, z = _steps(turned, SHORT_OF_WALL)
        if s.quad.size:
            x = z = min(x, z)
        s.y_hour[:] += z * s.d_hour
        s.y_link[:] += z * s.d_link
        s.y_border[:] += z * self.d_border
        return x, z

    def run(
        self,
        is_done: Callable[[Progress], bool],
        *,
        highest_cost: float = np.inf,
        deadline: float | None = None,
        tell: Callable[[Progress, int], None] | None = None,
    ) -> Outcome:
        """Iterate from where the iteration stands until `is_done`.

        Parameters
        ----------
        is_done : callable
            Whether what was reached is good enough.
        highest_cost : float
            No plan within the bounds costs more; a higher bound proves that there is no plan. [cost units]
        deadline : float, optional
            Moment of :func:`time.perf_counter` to stop at. [s]
        tell : callable, optional
            Told of each iteration.
        """
        step = 0.0, 0.0
        best, stuck = np.inf, 0
        self._kept, self._half = None, None
        for iteration in range(MAX_ITERATIONS):
            self.factor(*step)
            last = self.measure()
            if tell is not None:
                tell(last, iteration)
            if self._half is None and abs(last.gap) < HALF:
                self._note_half()
            if is_done(last):
                return Outcome(Status.OPTIMAL, last, iteration)
            if last.bound > highest_cost:
                return Outcome(Status.INFEASIBLE, last, iteration)
            if abs(last.gap) < (WORTH_KEEPING if self._kept is None else abs(self._kept[0].gap)):
                self._keep(last)
            missed = last.residual / self.scaled.power
            worst = max(last.mu, missed if missed > ROUNDING else 0.0)
            stuck = 0 if worst < 0.9 * best else stuck + 1
            best = min(best, worst)
            if not np.isfinite(worst) or stuck > PATIENCE:
                return Outcome(Status.FAILED, last, iteration)
            if deadline is not None and time.perf_counter() > deadline:
                return Outcome(Status.TIME_LIMIT, last, iteration)
            step = self.step(last.mu)
        return Outcome(Status.ITERATION_LIMIT, last, MAX_ITERATIONS)

    def _note_half(self) -> None:
        """Keep where the iteration stands for a later warm start."""
        s, scaled = self.state, self.scaled
        self._half = Halfway(
            x=s.x.copy(), top=scaled.top, z=s.z.copy(), v=s.v.copy(),
            y_hour=s.y_hour.copy(), y_link=s.y_link.copy(), y_border=s.y_border.copy(),
            outer=copy.copy(self.outer), price=scaled.money / scaled.power,
        )  # fmt: skip

    def _keep(self, last: Progress) -> None:
        """Keep a copy of where the iteration stands."""
        s = self.state
        names = ("x", "w", "z", "v", "y_hour", "y_link", "y_border")
        kept = s._replace(**{name: getattr(s, name).copy() for name in names})
        self._kept = last, kept, copy.copy(self.outer)

    def best(self, outcome: Outcome) -> Outcome:
        """Go back to the best point that was kept, if that is better than where the iteration ended."""
        if self._kept is None or abs(self._kept[0].gap) >= abs(outcome.last.gap):
            return outcome
        last, kept, self.outer = self._kept
        self.state = kept._replace(dx=self.state.dx, dz=self.state.dz, dv=self.state.dv)
        return Outcome(outcome.status, last, outcome.iterations)

    def repair(self, rounds: int = REPAIRS) -> float:
        """Move the plan onto the rows; return the greatest miss left in MW.

        Each round is a least-squares step in which a column counts by the square of its distance from the
        nearer bound, so that it moves as little as the room to its bounds allows.
        """
        s, outer = self.state, self.outer
        kept, kept_outer = s, (outer.z, outer.v)
        near = np.minimum(s.x, s.w)
        outer_near = np.minimum(outer.x, outer.w)
        zeros = np.zeros_like(s.y_hour), np.zeros_like(s.y_link), np.zeros_like(s.y_border)
        self.state = s._replace(
            z=np.where(self.is_on, s.x / near**2, 0.0), v=np.zeros_like(s.v), cost=np.zeros_like(s.cost),
            dz=np.zeros_like(s.dz), dv=np.zeros_like(s.dv),
            y_hour=zeros[0], y_link=zeros[1], y_border=zeros[2],
        )  # fmt: skip
        outer.z, outer.v = np.where(outer.is_on, outer.x / outer_near**2, 0.0), np.zeros_like(outer.v)
        step, left = 0.0, np.inf
        for done in range(rounds + 1):
            self.factor(step, 0.0)
            before, left = left, self.measure().residual
            if left > before:
                self.factor(-step, 0.0)
                left = before
            if done == rounds or left <= REPAIRED or left > 0.5 * before:
                break
            self.state.tz[:], self.state.tv[:] = 0.0, 0.0
            outer.dz, outer.dv = np.zeros_like(outer.x), np.zeros_like(outer.x)
            step = _steps(self.solve(CORRECTOR), 0.9)[0]
        self.state = kept
        outer.z, outer.v = kept_outer
        return left


def _steps(turned: FloatArray, share: float) -> tuple[float, float]:
    """Return how far plan and prices may go, as far as `share` of the way to the nearest bound."""
    x, z = (min(1.0, share / max(float(a), 1e-300)) for a in turned[:2])
    return x, z
