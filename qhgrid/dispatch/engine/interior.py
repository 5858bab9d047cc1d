"""The interior point: Mehrotra's predictor and corrector on the structure of a dispatch problem."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
import time

import numpy as np

from qhgrid.dispatch.engine import kernels
from qhgrid.dispatch.engine.kernels import BIG, LANES, State
from qhgrid.dispatch.engine.problem import Problem
from qhgrid.dispatch.engine.structure import Structure, group_hours, read_structure, ungroup_hours
from qhgrid.dispatch.methods import Status
from qhgrid.dispatch.program import BoolArray, FloatArray

SHORT_OF_WALL = 0.995
MAX_ITERATIONS = 200


class Scaled:
    """A problem in the engine's own units: columns within [0, top], rows with one side, hours side by side."""

    def __init__(self, problem: Problem, structure: Structure, box: float) -> None:
        self.problem, self.structure = problem, structure
        st = structure
        T = problem.n_hours
        slack = st.slack_rows
        lower = np.concatenate([problem.lower, problem.row_lower[:, slack]], axis=1)
        upper = np.concatenate([problem.upper, problem.row_upper[:, slack]], axis=1)
        dead = np.isneginf(problem.row_lower) & np.isposinf(problem.row_upper)
        lower[:, problem.n_columns :][dead[:, slack]] = 0.0
        upper[:, problem.n_columns :][dead[:, slack]] = 0.0
        side = problem.row_lower.copy()
        side[:, slack] = 0.0
        wide_lower = problem.wide_lower[st.wide_slacks]
        wide_upper = problem.wide_upper[st.wide_slacks]
        wrap_lower, wrap_upper = problem.lower[-1, st.wrap_columns], problem.upper[-1, st.wrap_columns]
        outer_lower = np.concatenate([wide_lower, wrap_lower])
        outer_upper = np.concatenate([wide_upper, wrap_upper])
        finite = [np.abs(a[np.isfinite(a)]) for a in (lower, upper, side)]
        size = max([1.0, *(float(a.max(initial=0.0)) for a in finite)])
        self.box = box * size
        self.is_boxed = bool(
            np.isinf(lower).any() or np.isinf(upper).any() or np.isinf(outer_lower).any() or np.isinf(outer_upper).any()
        )
        lower, upper = self._boxed(lower, upper)
        outer_lower, outer_upper = self._boxed(outer_lower, outer_upper)
        self.lower, self.upper = lower, upper
        width = upper - lower
        is_free = width > 1e-12 * np.maximum(np.abs(lower), np.abs(upper))
        base = lower
        b = self._sides(side, base)
        dead |= self._rows_without_columns(is_free)
        self.dead = dead
        # scales of power and money
        scaled_top = width / st.column_scale
        self.power = float(np.median(scaled_top[is_free])) if is_free.any() else 1.0
        bs = np.abs(b * st.row_scale)[~dead]
        if bs.size:
            self.power = max(self.power, float(np.mean(bs)))
        self.power = float(np.exp2(np.round(np.log2(max(self.power, 1e-300)))))
        cost = np.concatenate([problem.cost, np.zeros((T, len(slack)))], axis=1)
        c = cost * st.column_scale
        used = np.abs(c[is_free & (c != 0.0)])
        self.price = float(np.exp2(np.round(np.log2(np.mean(used))))) if used.size else 1.0
        self.money = self.power * self.price
        self.constant = problem.constant + float((problem.cost * lower[:, : problem.n_columns]).sum())
        top = np.where(is_free, scaled_top / self.power, 0.0)
        self.n_pairs = 2 * int(is_free.sum())
        G = st.n_groups
        self.top = group_hours(top, G)
        self.cost = group_hours(np.where(is_free, c / self.price, 0.0), G)
        b = b * st.row_scale / self.power
        b[dead] = 0.0
        self.b_hour = group_hours(b[:, st.hour_rows], G)
        self.dead_hour = group_hours(np.where(dead[:, st.hour_rows], BIG, 0.0), G, BIG)
        self.b_link = np.zeros((st.n_padded + 2, len(st.link_rows)))
        self.b_link[:T] = b[:, st.link_rows]
        self.dead_link = np.full((st.n_padded + 2, len(st.link_rows)), BIG)
        self.dead_link[:T] = np.where(dead[:, st.link_rows], BIG, 0.0)
        # border
        n_wide = len(problem.wide_lower)
        wide_side = problem.wide_lower.copy()
        wide_side[st.wide_slacks] = 0.0
        self.outer_lower = outer_lower
        scale = np.concatenate([1.0 / st.wide_scale[st.wide_slacks], st.column_scale[st.wrap_columns]])
        self.outer_scale = scale
        self.outer_top = (outer_upper - outer_lower) / scale / self.power
        self.outer_top[self.outer_top <= 1e-12] = 0.0
        self.n_pairs += 2 * int((self.outer_top > 0).sum())
        w = wide_side - problem.wide @ lower[:, : problem.n_columns].ravel()
        bb = np.concatenate([w * st.wide_scale, lower[-1, st.wrap_columns] / st.column_scale[st.wrap_columns]])
        bb -= st.outer_border @ (outer_lower / scale)
        self.b_border = bb / self.power
        self.b_link[0] -= st.outer_first @ (outer_lower / scale / self.power)
        self.outer_cost = np.zeros(len(scale))

    def _boxed(self, lower: FloatArray, upper: FloatArray) -> tuple[FloatArray, FloatArray]:
        is_free = np.isinf(lower) & np.isinf(upper)
        low = np.where(is_free, -self.box, np.where(np.isinf(lower), upper - self.box, lower))
        high = np.where(is_free, self.box, np.where(np.isinf(upper), lower + self.box, upper))
        return low, high

    def _sides(self, side: FloatArray, base: FloatArray) -> FloatArray:
        """Return the sides less what the least values of all columns do."""
        problem, st = self.problem, self.structure
        out = np.ascontiguousarray(side.T)
        x = np.ascontiguousarray(base.T)
        for part, lag in ((problem.now, 0), (problem.before, 1)):
            for row, column, value, series in zip(part.row, part.column, part.value, part.series, strict=True):
                v = part.values[series] if series >= 0 else value
                if lag == 0:
                    out[row] -= v * x[column]
                else:
                    out[row, 1:] -= (v[1:] if series >= 0 else v) * x[column, :-1]
        for k, row in enumerate(st.slack_rows):
            out[row] += x[problem.n_columns + k]
        return np.ascontiguousarray(out.T)

    def _rows_without_columns(self, is_free: BoolArray) -> BoolArray:
        """Return which rows hold no free column."""
        problem, st = self.problem, self.structure
        has = np.zeros((problem.n_rows, problem.n_hours), dtype=bool)
        free = np.ascontiguousarray(is_free.T)
        for part, lag in ((problem.now, 0), (problem.before, 1)):
            for row, column in zip(part.row, part.column, strict=True):
                if lag == 0:
                    has[row] |= free[column]
                else:
                    has[row, 1:] |= free[column, :-1]
        for row, column in zip(problem.before.row[problem.wraps], problem.before.column[problem.wraps], strict=True):
            has[row, 0] |= free[column, -1]
        for k, row in enumerate(st.slack_rows):
            has[row] |= free[problem.n_columns + k]
        return np.ascontiguousarray(~has.T)


@dataclass
class Outer:
    """The few columns outside the hours."""

    x: FloatArray
    w: FloatArray
    z: FloatArray
    v: FloatArray


class Interior:
    def __init__(self, scaled: Scaled, threads: int = 1) -> None:
        st = scaled.structure
        self.scaled, self.st, self.threads = scaled, st, threads
        shape = scaled.top.shape
        p = st.pattern
        zeros = lambda *s: np.zeros(s)
        self.s = State(
            cost=scaled.cost, quad=np.zeros((0, 0, 0)), top=scaled.top,
            x=np.ones(shape), w=np.ones(shape), z=np.zeros(shape), v=np.zeros(shape),
            theta=np.zeros(shape), slope=np.zeros(shape), tz=np.zeros(shape), tv=np.zeros(shape),
            dx=np.zeros(shape), dz=np.zeros(shape), dv=np.zeros(shape), series=st.series,
            y_hour=np.zeros((st.n_groups, p.n_hour, LANES)), y_link=np.zeros((st.n_padded + 2, p.n_link)),
            y_border=np.zeros(p.n_border),
            b_hour=scaled.b_hour, b_link=scaled.b_link, dead_hour=scaled.dead_hour, dead_link=scaled.dead_link,
            d_hour=np.zeros((st.n_groups, p.n_hour, LANES)), d_link=np.zeros((st.n_padded + 2, p.n_link)),
            size_link=np.zeros((st.n_padded + 2, p.n_link)),
            factor_hour=np.zeros((st.n_groups, p.n_kept, LANES)),
            factor_link=np.zeros((st.n_padded + 2, p.n_link, 2 * p.n_link + p.n_border)),
        )  # fmt: skip
        self.middle_group = st.n_groups // 2
        self.middle = self.middle_group * LANES
        self.halves = [((self.middle_group, st.n_groups), False)]
        if self.middle_group:
            self.halves.insert(0, ((0, self.middle_group), True))
        self.sums = np.zeros((st.n_groups, 5))
        self.turns = np.zeros((st.n_groups, 5))
        no = st.outer_border.shape[1]
        self.o = Outer(np.ones(no), np.ones(no), np.zeros(no), np.zeros(no))
        self.o_on = scaled.outer_top > 0
        self.corner = np.zeros((p.n_border, p.n_border))
        self.pool = ThreadPoolExecutor(2) if threads > 1 and len(self.halves) > 1 else None
        self.own = np.zeros((st.n_padded + 2, p.n_link))
        self.nxt = np.zeros((st.n_padded + 2, p.n_link))
        self.act_border = np.zeros((st.n_groups, p.n_border))
        self.times = {}

    def both(self, call):
        t0 = time.perf_counter()
        if self.pool is None:
            out = [call(*half) for half in self.halves]
        else:
            out = list(self.pool.map(lambda h: call(*h), self.halves))
        return out

    def factor(self, step_x: float, step_z: float) -> None:
        st, s, p, o = self.st, self.s, self.st.pattern, self.o
        slope = -(st.outer_border.T @ s.y_border) - st.outer_first.T @ s.y_link[0]
        self.o_slope = slope + self.scaled.outer_cost
        self.o_theta = np.where(self.o_on, 1.0 / (o.z / o.x + o.v / o.w), 0.0)
        th = self.o_theta
        first_own = (st.outer_first * th) @ st.outer_first.T
        first_border = (st.outer_first * th) @ st.outer_border.T
        corners = [np.zeros_like(self.corner) for _ in self.halves]

        def run(span, rising):
            kernels.factor_half(
                p, s, step_x, step_z, span, rising, self.middle, first_own, first_border,
                corners[0 if rising else -1], self.own, self.nxt, self.act_border, self.sums,
            )  # fmt: skip

        self.both(run)
        self.corner = sum(corners) + (st.outer_border * th) @ st.outer_border.T
        kernels.factor_middle(p, s, self.middle, self.middle_group > 0, self.corner)

    def solve(self, mode: int, target: float, use_sides: bool = True) -> FloatArray:
        st, s, p, o = self.st, self.s, self.st.pattern, self.o
        borders = [np.zeros(p.n_border) for _ in self.halves]
        if mode == kernels.CORRECTOR:
            self.o_tz, self.o_tv = target - self.o_tz, target - self.o_tv
            pull = self.o_tz / o.x - self.o_tv / o.w
        else:
            pull = 0.0
        amount = np.where(self.o_on, self.o_theta * (self.o_slope - pull) - o.x, 0.0)

        def run(span, rising):
            kernels.forward_half(
                p, s, mode, target, use_sides, span, rising, self.middle, st.outer_first @ amount,
                borders[0 if rising else -1],
            )  # fmt: skip

        self.both(run)
        border = sum(borders) + st.outer_border @ amount
        if use_sides:
            border = border + self.scaled.b_border
        kernels.solve_middle(p, s, self.middle, self.middle_group > 0, self.corner, border)
        self.both(lambda span, rising: kernels.backward_half(p, s, mode, span, rising, self.middle, border, self.turns))
        self.d_border = border
        # outer columns
        a = st.outer_border.T @ border + st.outer_first.T @ s.d_link[0]
        tz, tv = (self.o_tz, self.o_tv) if mode == kernels.CORRECTOR else (0.0, 0.0)
        dx = self.o_theta * (a - self.o_slope + tz / o.x - tv / o.w)
        dz = np.where(self.o_on, (tz - o.z * dx) / o.x - o.z, 0.0)
        dv = np.where(self.o_on, (tv + o.v * dx) / o.w - o.v, 0.0)
        self.o_d = (dx, dz, dv)
        if mode == kernels.PREDICTOR:
            self.o_tz, self.o_tv = dx * dz, -dx * dv
        on = self.o_on
        inv_x = np.max(np.maximum(-dx / o.x, dx / o.w)[on], initial=0.0)
        inv_z = np.max(np.maximum(-dz[on] / o.z[on], -dv[on] / o.v[on]), initial=0.0)
        t = self.turns
        inv_x, inv_z = max(inv_x, t[:, 0].max()), max(inv_z, t[:, 1].max())
        by = t[:, 2:].sum(axis=0) + np.array(
            [(dx * (o.z - o.v)).sum(), (o.x * dz + o.w * dv).sum(), (dx * (dz - dv)).sum()]
        )
        return np.array([inv_x, inv_z, *by])

    def start(self) -> None:
        """Mehrotra's least-squares start."""
        s, o, sc = self.s, self.o, self.scaled
        on = sc.top > 0
        half = np.where(on, sc.top / 2, 1.0)
        s.x[:], s.w[:] = half, half
        s.z[:], s.v[:] = np.where(on, half / 2, 0.0), np.where(on, half / 2, 0.0)  # theta = 1
        oh = np.where(self.o_on, sc.outer_top / 2, 1.0)
        o.x, o.w, o.z, o.v = oh.copy(), oh.copy(), np.where(self.o_on, oh / 2, 0), np.where(self.o_on, oh / 2, 0)
        self.factor(0.0, 0.0)
        # x: move from the middle to the rows
        s.slope[:] = 0.0
        self.o_slope[:] = 0.0
        self.solve(kernels.PREDICTOR, 0.0)
        move = np.empty_like(s.x)
        s.y_border[:] = self.d_border
        kernels.price_columns(self.st.pattern, s, (0, self.st.n_groups), move)
        omove = self.st.outer_border.T @ self.d_border + self.st.outer_first.T @ s.d_link[0]
        x = np.clip(half + move, 0.05 * sc.top, 0.95 * sc.top)
        # y: prices that fit the costs
        s.slope[:] = sc.cost
        self.o_slope[:] = sc.outer_cost
        keep_x = s.x.copy()
        s.x[:] = 0.0
        ox = o.x
        o.x = np.zeros_like(ox) + 1e-300
        self.solve_cost()
        s.x[:] = keep_x
        o.x = ox
        s.y_hour[:], s.y_link[:], s.y_border[:] = s.d_hour, s.d_link, self.d_border
        s.y_link[-1] = 0
        kernels.price_columns(self.st.pattern, s, (0, self.st.n_groups), move)
        r = sc.cost - move
        oy = self.st.outer_border.T @ s.y_border + self.st.outer_first.T @ s.y_link[0]
        orr = sc.outer_cost - oy
        mean = (np.abs(r[on]).sum() + np.abs(orr).sum()) / max(1, self.scaled.n_pairs / 2)
        mean = mean if mean > 0 else 1.0
        s.x[:] = np.where(on, x, 1.0)
        s.w[:] = np.where(on, sc.top - x, 1.0)
        s.z[:] = np.where(on, np.maximum(r, 0) + mean, 0.0)
        s.v[:] = np.where(on, np.maximum(-r, 0) + mean, 0.0)
        ot = sc.outer_top
        ox = np.clip(ot / 2 + omove, 0.05 * ot, 0.95 * ot)
        o.x, o.w = np.where(self.o_on, ox, 1.0), np.where(self.o_on, ot - ox, 1.0)
        o.z = np.where(self.o_on, np.maximum(orr, 0) + mean, 0.0)
        o.v = np.where(self.o_on, np.maximum(-orr, 0) + mean, 0.0)

    def solve_cost(self) -> None:
        """Solve with A theta slope on the right (x is 0)."""
        self.solve(kernels.PREDICTOR, 0.0, use_sides=False)

    def run(self, tol: float, log=False) -> dict:
        s, sc, o = self.s, self.scaled, self.o
        s.dx[:], s.dz[:], s.dv[:] = 0, 0, 0
        step_x = step_z = 0.0
        T = self.st.n_hours
        for it in range(MAX_ITERATIONS):
            t0 = time.perf_counter()
            self.factor(step_x, step_z)
            t1 = time.perf_counter()
            sums = self.sums
            primal = sums[:, 0].sum() + (sc.outer_cost * o.x * self.o_on).sum()
            bound = sums[:, 1].sum() + np.minimum(0.0, self.o_slope * sc.outer_top).sum()
            bound += (s.b_hour * s.y_hour).sum() + (s.b_link * s.y_link).sum() + (sc.b_border * s.y_border).sum()
            mu = sums[:, 2].sum() + (o.x * o.z + o.w * o.v).sum()
            mu /= max(1, sc.n_pairs)
            act = self.own + self.nxt
            act[0] += self.st.outer_first @ (o.x * self.o_on)
            rl = np.where(sc.dead_link[:T] == 0, s.b_link[:T] - act[:T], 0.0)
            rb = sc.b_border - self.act_border.sum(axis=0) - self.st.outer_border @ (o.x * self.o_on)
            rp = max(sums[:, 3].max(), np.abs(rl).max(initial=0), np.abs(rb).max(initial=0))
            p = primal * sc.money + sc.constant
            q = bound * sc.money + sc.constant
            gap = (p - q) / max(1.0, abs(p))
            if log:
                print(f"{it:3d} {p:.9e} {q:.9e} gap {gap:.1e} rp {rp * sc.power:.1e} rd {sums[:,4].max():.1e} mu {mu:.1e} step {step_x:.3f} {step_z:.3f} t {t1-t0:.3f} {self.times}")
            if gap <= tol and rp * sc.power <= 1e-6 * max(1, sc.power):
                break
            a = self.solve(kernels.PREDICTOR, 0.0)
            t2 = time.perf_counter()
            sx, sz = min(1.0, 1 / max(a[0], 1e-300)), min(1.0, 1 / max(a[1], 1e-300))
            after = mu + (sx * a[2] + sz * a[3] + sx * sz * a[4]) / max(1, sc.n_pairs)
            target = (max(after, 0.0) / mu) ** 3 * mu
            a = self.solve(kernels.CORRECTOR, target)
            step_x, step_z = (min(1.0, SHORT_OF_WALL / max(b, 1e-300)) for b in a[:2])
            s.y_hour[:] += step_z * s.d_hour
            s.y_link[:] += step_z * s.d_link
            s.y_link[-1] = 0.0
            s.y_border[:] += step_z * self.d_border
            dx, dz, dv = self.o_d
            o.x, o.w, o.z, o.v = o.x + step_x * dx, o.w - step_x * dx, o.z + step_z * dz, o.v + step_z * dv
            t3 = time.perf_counter()
            self.times = f"f {t1-t0:.3f} p {t2-t1:.3f} c {t3-t2:.3f}"
        return dict(iterations=it, objective=p, bound=q, gap=gap)
