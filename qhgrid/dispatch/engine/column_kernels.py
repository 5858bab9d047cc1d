"""Numba kernels of the columns of one group of hours: steps, weights, right-hand sides, directions."""

from __future__ import annotations

import numpy as np

from qhgrid.dispatch.engine.kernels import add_column, add_mixed_pair, times_column
from qhgrid.dispatch.engine.layout import (
    BOUND,
    BY_BOTH,
    BY_X,
    BY_Z,
    CORRECTOR,
    DUAL_RESIDUAL,
    FAR,
    LANES,
    NEAR,
    PREDICTOR,
    PRIMAL,
    PRODUCT,
    PROXIMAL,
    X_STEP,
    Z_STEP,
    FloatArray,
    Pattern,
    State,
    kernel,
)  # fmt: skip


@kernel
def move_columns(
    pattern: Pattern,
    s: State,
    g: int,
    step_x: float,
    step_z: float,
    prices: FloatArray,
    matrix: FloatArray,
    activity: FloatArray,
    rows: FloatArray,
    sums: FloatArray,
) -> None:
    """Take the last step in a group, and form its matrix, activity and predictor's right-hand side."""
    slope, weight, position, amount = np.empty(LANES), np.empty(LANES), np.empty(LANES), np.empty(LANES)
    has_quad = s.quad.size > 0
    primal, bound, product, worst = np.zeros(LANES), np.zeros(LANES), np.zeros(LANES), np.zeros(LANES)
    for j in range(s.x.shape[1]):
        times_column(pattern, s.series, g, j, prices, slope)
        for q in range(LANES):
            x = s.x[g, j, q] + step_x * s.dx[g, j, q]
            w = s.w[g, j, q] - step_x * s.dx[g, j, q]
            z = s.z[g, j, q] + step_z * s.dz[g, j, q]
            v = s.v[g, j, q] + step_z * s.dv[g, j, q]
            s.x[g, j, q], s.w[g, j, q], s.z[g, j, q], s.v[g, j, q] = x, w, z, v
            curve = s.quad[g, j, q] if has_quad else 0.0
            is_on = z > 0.0
            r = s.cost[g, j, q] + curve * x - slope[q]
            theta = 1.0 / (z / x + v / w + curve + PROXIMAL)
            theta = theta if is_on else 0.0
            s.slope[g, j, q] = r
            weight[q] = theta
            amount[q] = theta * r - x if is_on else 0.0
            position[q] = x if is_on else 0.0
            primal[q] += s.cost[g, j, q] * position[q]
            least = r * (x + w)
            bound[q] += least if is_on and least < 0.0 else 0.0
            product[q] += x * z + w * v
            miss = abs(r - z + v) if is_on else 0.0
            worst[q] = miss if miss > worst[q] else worst[q]
        add_column(pattern, s.series, g, j, position, activity)
        add_column(pattern, s.series, g, j, amount, rows)
        for p in range(pattern.pair_start[j], pattern.pair_start[j + 1]):
            place = pattern.pair_place[p]
            if pattern.pair_is_fixed[p]:
                a = pattern.pair_value[p]
                for q in range(LANES):
                    matrix[place, q] += a * weight[q]
            else:
                add_mixed_pair(pattern, s.series, g, p, weight, matrix[place])
    sums[g, PRIMAL], sums[g, BOUND], sums[g, PRODUCT] = primal.sum(), bound.sum(), product.sum()
    sums[g, DUAL_RESIDUAL] = worst.max()


@kernel
def pulled(product: float, target: float) -> float:
    """Return by how much a product should change to come nearer to the target."""
    near = NEAR * target if product < NEAR * target else product
    near = FAR * target if near > FAR * target else near
    return near - product if near - product > -FAR * target else -FAR * target


@kernel
def aim_columns(
    pattern: Pattern,
    s: State,
    g: int,
    mode: int,
    target: float,
    trial_x: float,
    trial_z: float,
    use_sides: bool,
    rows: FloatArray,
) -> None:
    """Add a group's columns' part of the right-hand side to its local rows."""
    amount = np.empty(LANES)
    has_quad = s.quad.size > 0
    for j in range(s.x.shape[1]):
        if mode == PREDICTOR:
            for q in range(LANES):
                z, x = s.z[g, j, q], s.x[g, j, q]
                curve = s.quad[g, j, q] if has_quad else 0.0
                a = s.slope[g, j, q] / (z / x + s.v[g, j, q] / s.w[g, j, q] + curve + PROXIMAL)
                a -= x if use_sides else 0.0
                amount[q] = a if z > 0.0 else 0.0
        else:
            for q in range(LANES):
                x, w = s.x[g, j, q], s.w[g, j, q]
                if mode == CORRECTOR:
                    tz, tv = target - s.tz[g, j, q], target - s.tv[g, j, q]
                else:
                    dx = trial_x * s.dx[g, j, q]
                    tz, tv = s.tz[g, j, q], s.tv[g, j, q]
                    tz += pulled((x + dx) * (s.z[g, j, q] + trial_z * s.dz[g, j, q]), target)
                    tv += pulled((w - dx) * (s.v[g, j, q] + trial_z * s.dv[g, j, q]), target)
                s.tz[g, j, q], s.tv[g, j, q] = tz, tv
                z = s.z[g, j, q]
                curve = s.quad[g, j, q] if has_quad else 0.0
                per_x, per_w = 1.0 / x, 1.0 / w
                weight = z * per_x + s.v[g, j, q] * per_w + curve + PROXIMAL
                a = (s.slope[g, j, q] - tz * per_x + tv * per_w) / weight - x
                amount[q] = a if z > 0.0 else 0.0
        add_column(pattern, s.series, g, j, amount, rows)


@kernel
def turn_columns(
    pattern: Pattern,
    s: State,
    g: int,
    mode: int,
    prices: FloatArray,
    out_x: FloatArray,
    out_z: FloatArray,
    out_v: FloatArray,
    sums: FloatArray,
) -> None:
    """Find the change of a group's columns from the change of its prices."""
    slope = np.empty(LANES)
    has_quad = s.quad.size > 0
    wall_x, wall_z = np.zeros(LANES), np.zeros(LANES)
    by_x, by_z, by_both = np.zeros(LANES), np.zeros(LANES), np.zeros(LANES)
    for j in range(s.x.shape[1]):
        times_column(pattern, s.series, g, j, prices, slope)
        for q in range(LANES):
            x, w, z, v = s.x[g, j, q], s.w[g, j, q], s.z[g, j, q], s.v[g, j, q]
            per_x, per_w = 1.0 / x, 1.0 / w
            is_on = z > 0.0
            curve = s.quad[g, j, q] if has_quad else 0.0
            tz = s.tz[g, j, q] if mode != PREDICTOR else 0.0
            tv = s.tv[g, j, q] if mode != PREDICTOR else 0.0
            weight = z * per_x + v * per_w + curve + PROXIMAL
            dx = (slope[q] - s.slope[g, j, q] + tz * per_x - tv * per_w) / weight
            dx = dx if is_on else 0.0
            dz = (tz - z * dx) * per_x - z
            dv = (tv + v * dx) * per_w - v
            dz = dz if is_on else 0.0
            dv = dv if is_on else 0.0
            one, two = -dx * per_x, dx * per_w
            one = one if one > two else two
            wall_x[q] = one if one > wall_x[q] else wall_x[q]
            one, two = -dz / z, -dv / v
            one = one if one > two else two
            wall_z[q] = one if is_on and one > wall_z[q] else wall_z[q]
            by_x[q] += dx * (z - v)
            by_z[q] += x * dz + w * dv
            by_both[q] += dx * (dz - dv)
            if mode != PREDICTOR:
                out_x[g, j, q], out_z[g, j, q], out_v[g, j, q] = dx, dz, dv
            else:
                s.tz[g, j, q], s.tv[g, j, q] = dx * dz, -dx * dv
    sums[g, X_STEP], sums[g, Z_STEP] = wall_x.max(), wall_z.max()
    sums[g, BY_X], sums[g, BY_Z], sums[g, BY_BOTH] = by_x.sum(), by_z.sum(), by_both.sum()
