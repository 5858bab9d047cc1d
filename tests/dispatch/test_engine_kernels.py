"""Each kernel of the engine computes what a few lines of NumPy do, at the edges of groups and halves."""

from __future__ import annotations

import numpy as np
import pytest

from qhgrid.dispatch.engine import column_kernels, kernels, layout
from qhgrid.dispatch.engine.layout import CENTRE, CORRECTOR, FAR, LANES, NEAR, PREDICTOR, PROXIMAL, Pattern
from tests.dispatch.made_problems import Dense, Size, made_problem

SHARP = 1e-9
HOURS = (1, 31, 32, 33, 64, 100)
SHAPES = {
    "all": {},
    "no link rows": {"link_rows": 0, "wraps": 0},
    "no hour rows": {"hour_rows": 0},
    "no border": {"wide": 0, "wraps": 0},
    "nothing changes with the hour": {"has_series": False, "has_ranges": False},
    "hours before the last one": {"lag": 4, "link_rows": 5},
    "hours long before": {"lag": 40, "wraps": 1},
    "border of more than eight, links of more than eight": {"wide": 7, "wraps": 3, "link_rows": 9},
}


def near(found: object, wanted: object) -> None:
    """All numbers agree to 1e-9 of the largest."""
    found, wanted = np.asarray(found), np.asarray(wanted)
    size = float(np.abs(wanted).max(initial=0.0))
    np.testing.assert_allclose(found, wanted, rtol=0.0, atol=SHARP * max(size, 1e-30))


def dense(hours: int, shape: str = "all", seed: int = 3, **options: int) -> Dense:
    case = Dense(made_problem(seed, Size(hours, **SHAPES[shape])), **options)
    case.stand_anywhere(seed)
    return case


class Newton:
    """The equations of one interior point in dense NumPy."""

    def __init__(self, case: Dense) -> None:
        self.case, self.on, self.matrix = case, case.is_on, case.matrix
        self.x, self.w, self.z, self.v = (case.columns(name) for name in "xwzv")
        self.dx, self.dz, self.dv = (case.columns(name) for name in ("dx", "dz", "dv"))
        self.cost = np.concatenate([case.hourly(case.scaled.cost), case.interior.outer.cost])
        self.y = case.prices
        self.slope = self.cost - self.matrix.T @ self.y
        self.theta = np.where(
            self.on, 1.0 / np.where(self.on, self.z / self.x + self.v / self.w + PROXIMAL, 1.0), 0.0
        )

    def move(self, step_x: float, step_z: float) -> Newton:
        """Take a step along the last direction."""
        self.x, self.w = self.x + step_x * self.dx, self.w - step_x * self.dx
        self.z, self.v = self.z + step_z * self.dz, self.v + step_z * self.dv
        self.theta = np.where(
            self.on, 1.0 / np.where(self.on, self.z / self.x + self.v / self.w + PROXIMAL, 1.0), 0.0
        )
        return self

    def solve(self, tz: np.ndarray, tv: np.ndarray) -> tuple[np.ndarray, ...]:
        """dy, dx, dz, dv for changes of the products by tz - x z and tv - w v."""
        pull = tz / self.x - tv / self.w
        inside = np.where(self.on, self.x, 0.0)
        rhs = self.case.side - self.matrix @ inside + self.matrix @ (self.theta * (self.slope - pull))
        dy = self.case.normal_solution(self.theta, rhs)
        dx = self.theta * (self.matrix.T @ dy - self.slope + pull)
        dz = np.where(self.on, (tz - self.z * dx) / self.x - self.z, 0.0)
        dv = np.where(self.on, (tv + self.v * dx) / self.w - self.v, 0.0)
        return dy, dx, dz, dv

    def sums(self, dx: np.ndarray, dz: np.ndarray, dv: np.ndarray) -> list[float]:
        """Inverse of the longest steps, and how the products grow."""
        on = self.on
        wall_x = np.maximum(-dx / self.x, dx / self.w)[on].max(initial=0.0)
        wall_z = np.maximum(-dz[on] / self.z[on], -dv[on] / self.v[on]).max(initial=0.0)
        by = dx @ (self.z - self.v), self.x @ dz + self.w @ dv, dx @ (dz - dv)
        return [max(wall_x, 0.0), max(wall_z, 0.0), *by]


def check_direction(case: Dense, wanted: tuple[np.ndarray, ...]) -> None:
    near(case.price_change, wanted[0])
    for name, change in zip(("dx", "dz", "dv"), wanted[1:], strict=True):
        near(case.columns(name)[case.is_on], change[case.is_on])


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("hours", HOURS)
def test_predictor_and_corrector_solve_the_equations_of_dense_numpy(hours, shape):
    case = dense(hours, shape)
    newton, interior = Newton(case), case.interior
    interior.factor()
    turned = interior.predict()
    zero = np.zeros_like(newton.x)
    first = newton.solve(zero, zero)
    near(case.price_change, first[0])
    near(turned, newton.sums(*first[1:]))
    turned = interior.solve(CORRECTOR, 0.3)
    second = newton.solve(0.3 - first[1] * first[2], 0.3 + first[1] * first[3])
    check_direction(case, second)
    near(turned, newton.sums(*second[1:]))


@pytest.mark.parametrize("hours", [1, 33, 100])
def test_centring_pulls_outlying_products_to_a_tenth_or_ten_times_the_target(hours):
    case, target, trial = dense(hours), 0.5, (0.7, 0.6)
    newton, interior = Newton(case), case.interior
    interior.factor()
    interior.predict()
    interior.solve(CORRECTOR, target)
    zero = np.zeros_like(newton.x)
    first = newton.solve(zero, zero)
    tz, tv = target - first[1] * first[2], target + first[1] * first[3]
    _, dx, dz, dv = newton.solve(tz, tv)

    def pulled(product: np.ndarray) -> np.ndarray:
        change = np.clip(product, NEAR * target, FAR * target) - product
        return np.maximum(change, -FAR * target)

    products = [
        (newton.x + trial[0] * dx) * (newton.z + trial[1] * dz),
        (newton.w - trial[0] * dx) * (newton.v + trial[1] * dv),
    ]
    assert min((p[case.is_on] < NEAR * target).sum() for p in products) > 0
    interior.solve(CENTRE, target, trial)
    check_direction(case, newton.solve(tz + pulled(products[0]), tv + pulled(products[1])))


@pytest.mark.parametrize("hours", HOURS)
def test_factor_takes_the_last_step_before_it_begins(hours):
    case = dense(hours)
    newton = Newton(case).move(0.4, 0.8)
    case.interior.factor(0.4, 0.8)
    for name, wanted in (("x", newton.x), ("w", newton.w), ("z", newton.z), ("v", newton.v)):
        near(case.columns(name), wanted)
    case.interior.predict()
    zero = np.zeros_like(newton.x)
    near(case.price_change, newton.solve(zero, zero)[0])


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("hours", HOURS)
def test_cost_bound_products_and_residuals_are_those_of_dense_numpy(hours, shape):
    case = dense(hours, shape)
    newton, scaled = Newton(case), case.scaled
    case.interior.factor()
    found = case.interior.measure()
    inside = np.where(case.is_on, newton.x, 0.0)
    least = np.minimum(0.0, newton.slope * case.top)[case.is_on].sum()
    near(found.primal, newton.cost @ inside * scaled.money + scaled.constant)
    near(found.bound, (case.side @ newton.y + least) * scaled.money + scaled.constant)
    near(found.mu, (newton.x @ newton.z + newton.w @ newton.v) / (2 * case.is_on.sum()))
    near(found.residual, np.abs(case.side - case.matrix @ inside)[case.is_alive].max() * scaled.power)
    inner = slice(0, case.n_inner)
    miss = np.abs(newton.slope - newton.z + newton.v)[inner]
    near(found.dual_residual, miss[case.is_on[inner]].max())


@pytest.mark.parametrize("hours", HOURS)
def test_a_cost_in_scaled_units_is_that_of_the_plan(hours):
    case = dense(hours)
    case.interior.factor()
    x = case.scaled.plan(case.interior.state.x)[:, : case.problem.n_columns]
    near(case.interior.measure().primal, (case.problem.cost * x).sum() + case.problem.constant)


@pytest.mark.parametrize("hours", [33, 64, 100])
def test_two_threads_get_the_digits_of_one(hours):
    one, two = dense(hours), dense(hours, threads=2)
    for case in (one, two):
        case.interior.factor(0.4, 0.8)
        case.interior.predict()
        case.interior.solve(CORRECTOR, 0.3)
    for name in ("d_hour", "d_link", "dx", "dz", "dv", "factor_hour", "pivot_link"):
        assert getattr(one.interior.state, name).tobytes() == getattr(two.interior.state, name).tobytes()
    assert one.interior.d_border.tobytes() == two.interior.d_border.tobytes()


@pytest.mark.parametrize("shape", ["all", "no border"])
@pytest.mark.parametrize("hours", HOURS)
def test_start_solves_both_least_squares_problems(hours, shape):
    case = dense(hours, shape)
    newton = Newton(case)
    case.interior.start()
    half = np.where(case.is_on, np.minimum(case.top, 1e6) / 2, 0.0)
    prices = case.normal_solution(half**2, case.matrix @ (half**2 * newton.cost))
    near(case.prices, prices)
    dy = case.normal_solution(half**2, case.side - case.matrix @ half)
    wanted = np.clip(half + half**2 * (case.matrix.T @ dy), 0.2 * half, case.top - 0.2 * half)
    near(case.columns("x")[case.is_on], wanted[case.is_on])
    slope = (newton.cost - case.matrix.T @ prices)[case.is_on]
    size = np.abs(slope).sum() / case.is_on.sum()
    near(case.columns("z")[case.is_on], np.maximum(slope, 0.0) + size)
    near(case.columns("v")[case.is_on], np.maximum(-slope, 0.0) + size)


@pytest.mark.parametrize("hours", [1, 33, 100])
def test_repair_takes_the_plan_to_the_rows_and_not_beyond_the_bounds(hours):
    case = dense(hours)
    case.interior.start()
    left = case.interior.repair(rounds=60)
    x = case.columns("x")
    assert left < 1e-9 * case.scaled.power
    assert np.abs(case.side - case.matrix @ np.where(case.is_on, x, 0.0))[case.is_alive].max() < 1e-9
    assert (x[case.is_on] > 0.0).all()
    assert (x[case.is_on] < case.top[case.is_on]).all()


def test_repair_is_the_shortest_step_by_distance_from_the_bounds():
    case = dense(33)
    case.interior.start()
    case.interior.repair(rounds=60)
    newton = Newton(case)
    shifted = newton.x + 1e-4 * np.minimum(newton.x, newton.w) * np.sin(np.arange(len(newton.x)))
    s, outer = case.interior.state, case.interior.outer
    s.x[:] = np.where(case.interior.is_on, layout_hours(case, shifted), 1.0)
    s.w[:] = np.where(case.interior.is_on, case.scaled.top - s.x, 1.0)
    outer.x = np.where(outer.is_on, shifted[case.n_inner :], 1.0)
    outer.w = np.where(outer.is_on, outer.top - outer.x, 1.0)
    x = case.columns("x")
    room = np.where(case.is_on, np.minimum(x, case.columns("w")), 0.0)
    dy = case.normal_solution(room**2, case.side - case.matrix @ np.where(case.is_on, x, 0.0))
    case.interior.repair(rounds=1)
    near((case.columns("x") - x)[case.is_on] * 1e3, (room**2 * (case.matrix.T @ dy))[case.is_on] * 1e3)


def layout_hours(case: Dense, columns: np.ndarray) -> np.ndarray:
    """Values of the inner columns in groups."""
    hourly = np.ones((case.st.n_padded, case.n))
    hourly[: case.hours] = columns[: case.n_inner].reshape(case.hours, case.n)
    return np.ascontiguousarray(hourly.reshape(case.st.n_groups, LANES, case.n).transpose(0, 2, 1))


def local_matrix(case: Dense, group: int) -> np.ndarray:
    """The columns of a group's hours in their local rows, shape (LANES, n_local, n)."""
    p = case.st.pattern
    out = np.zeros((LANES, p.n_hour + p.n_tied + p.n_border, case.n))
    for j in range(case.n):
        for e in range(p.column_start[j], p.column_start[j + 1]):
            series = p.entry_series[e]
            out[:, p.entry_row[e], j] += p.entry_value[e] if series < 0 else case.st.series[series, group]
    return out


def test_a_column_times_prices_and_a_column_added_to_rows():
    case, rng = dense(33), np.random.default_rng(5)
    local = local_matrix(case, 0)
    prices, amount = rng.normal(size=local.shape[1::-1])[: local.shape[1]], rng.normal(size=LANES)
    for j in range(case.n):
        out, rows = np.full(LANES, 9.0), prices.copy()
        kernels.times_column(case.st.pattern, case.st.series, 0, j, prices, out)
        near(out, np.einsum("qi,iq->q", local[:, :, j], prices))
        kernels.add_column(case.st.pattern, case.st.series, 0, j, amount, rows)
        near(rows, prices + local[:, :, j].T * amount)


def places(pattern: Pattern) -> dict[int, tuple[int, int]]:
    """Local row and column of each place of an hour's matrix."""
    found = {k: (k, k) for k in range(pattern.n_hour)}

    def put(place: int, row: int, column: int) -> None:
        assert found.setdefault(int(place), (int(row), int(column))) == (row, column)

    u = 0
    for k in range(pattern.n_hour):
        span = range(pattern.factor_start[k], pattern.factor_start[k + 1])
        for a in span:
            put(pattern.n_hour + a, pattern.factor_row[a], k)
            for b in range(span.start, a + 1):
                put(pattern.update_place[u], pattern.factor_row[a], pattern.factor_row[b])
                u += 1
    for pair, place in enumerate(pattern.pair_place):
        put(place, *(pattern.entry_row[part[pair]] for part in (pattern.pair_first, pattern.pair_second)))
    return found


@pytest.mark.parametrize("shape", ["all", "no link rows", "no hour rows", "no border"])
def test_hour_rows_are_eliminated_and_solved_as_dense_numpy_does(shape):
    case, rng = dense(33, shape), np.random.default_rng(5)
    pattern, local = case.st.pattern, local_matrix(case, 0)
    nh, n_local = pattern.n_hour, local.shape[1]
    weight = rng.uniform(0.1, 2.0, (LANES, 1, case.n))
    full = (local * weight) @ local.transpose(0, 2, 1)
    dead = np.zeros((nh, LANES))
    dead[: min(1, nh), :3] = layout.BIG
    at = places(pattern)
    assert len(at) == pattern.n_kept + pattern.n_rest
    matrix = np.array([full[:, i, j] for _, (i, j) in sorted(at.items())]).reshape(len(at), LANES).copy()
    kernels.eliminate_hours(pattern, dead, matrix)
    full[:, range(nh), range(nh)] += dead.T
    coupling = np.linalg.solve(full[:, :nh, :nh], full[:, :nh, nh:])
    left = full[:, nh:, nh:] - full[:, nh:, :nh] @ coupling
    for place in range(pattern.n_kept, len(at)):
        i, j = at[place]
        near(matrix[place], left[:, i - nh, j - nh])
        left[:, i - nh, j - nh] = left[:, j - nh, i - nh] = 0.0
    assert np.abs(left).max(initial=0.0) < SHARP
    rhs, rest = rng.normal(size=(n_local, LANES)), rng.normal(size=(n_local - nh, LANES))
    rows = rhs.copy()
    kernels.forward_hours(pattern, matrix, rows)
    near(rows[nh:], rhs[nh:] - np.einsum("qhr,hq->rq", coupling, rhs[:nh]))
    rows[nh:] = rest
    kernels.backward_hours(pattern, matrix, rows)
    wanted = np.linalg.solve(full[:, :nh, :nh], rhs[:nh].T[:, :, None])[:, :, 0].T
    near(rows[:nh], wanted - np.einsum("qhr,rq->hq", coupling, rest))


def test_hour_row_that_follows_from_another_gets_price_zero():
    """A second row twice the first: its pivot is rounding, and nothing is divided by it."""
    case = dense(1)
    pattern = case.st.pattern
    matrix = np.zeros((pattern.n_kept + pattern.n_rest, LANES))
    matrix[: pattern.n_hour] = 1.0
    first = int(np.flatnonzero(np.diff(pattern.factor_start))[0])
    e = pattern.factor_start[first]
    second = int(pattern.factor_row[e])
    assert second < pattern.n_hour
    matrix[pattern.n_hour + e], matrix[second] = 2.0, 4.0 * (1.0 + 1e-15)
    kernels.eliminate_hours(pattern, np.zeros((pattern.n_hour, LANES)), matrix)
    assert (matrix[second] == 0.0).all()


class Link:
    """A random symmetric matrix of one hour's link rows, those of the next hour, and carried rows."""

    def __init__(self, n: int, n_carried: int, seed: int = 1) -> None:
        rng = np.random.default_rng(seed)
        self.n, self.nc, self.n4, self.nw = n, n_carried, -(-n // 4) * 4, -(-n // 8) * 8
        half = rng.normal(size=(2 * n + n_carried, 5 * n + n_carried + 3))
        reach = np.sort(rng.integers(0, n + 1, n))
        self.stops = np.maximum.accumulate(reach).astype(np.int64)
        full = half @ half.T + 9.0 * np.eye(len(half))
        for k in range(n):
            full[k, n + self.stops[k] : 2 * n] = full[n + self.stops[k] : 2 * n, k] = 0.0
        self.full = full
        self.front = np.zeros((2 * self.n4 + n_carried, 2 * self.nw + -(-n_carried // 8) * 8))
        self.here, self.there, self.low = 0, self.n4, 2 * self.n4
        self.columns = np.concatenate(
            [np.arange(n), self.nw + np.arange(n), 2 * self.nw + np.arange(n_carried)]
        )
        for k in range(n):
            self.front[k, self.columns[k:]] = full[k, k:]
            self.front[self.there + k, k:n] = full[n + k, n + k : 2 * n]
            self.front[self.there + k, self.columns[2 * n :]] = full[n + k, 2 * n :]
        for c in range(n_carried):
            self.front[self.low + c, self.columns[2 * n + c :]] = full[2 * n + c, 2 * n + c :]
        self.inverses = np.zeros(n)
        self.factor = np.zeros((n * self.front.shape[1] // 8 + 1, 8))

    def eliminate(self) -> int:
        """Eliminate and store; return the place after the factor."""
        kernels.eliminate_link(
            self.front, self.here, self.there, self.low, self.n, self.nw, self.nc, self.stops,
            np.diag(self.full)[: self.n].copy(), self.inverses, np.zeros((len(self.front), 4)),
        )  # fmt: skip
        return kernels.store_link(self.front, self.here, self.n, self.nw, self.nc, self.stops, self.factor, 0)

    def wide(self, values: np.ndarray) -> np.ndarray:
        """Values of own, next and carried rows as the kernels want them."""
        out = np.zeros((1, self.front.shape[1]))
        out[0, self.columns] = values
        return out


LINKS = [(1, 0), (1, 1), (3, 2), (4, 4), (8, 8), (9, 1), (17, 9)]


@pytest.mark.parametrize(("n", "n_carried"), LINKS)
def test_link_rows_of_an_hour_leave_the_schur_complement(n, n_carried):
    link = Link(n, n_carried)
    own, rest = slice(0, n), slice(n, None)
    left = link.full[rest, rest] - link.full[rest, own] @ np.linalg.solve(
        link.full[own, own], link.full[own, rest]
    )
    link.eliminate()
    triangle = np.triu_indices(n)
    near(link.front[link.there :][:n, :n][triangle], left[:n, :n][triangle])
    near(link.front[link.there :][:n, link.columns[2 * n :]], left[:n, n:])
    carried = np.triu_indices(n_carried)
    near(link.front[link.low :][:, link.columns[2 * n :]][carried], left[n:, n:][carried])


@pytest.mark.parametrize(("n", "n_carried"), LINKS)
def test_link_rows_of_an_hour_are_solved_forwards_and_backwards(n, n_carried):
    link, rng = Link(n, n_carried), np.random.default_rng(2)
    own = slice(0, n)
    coupling = np.linalg.solve(link.full[own, own], link.full[own, n:])
    alone = np.linalg.inv(link.full[own, own])
    end = link.eliminate()
    rhs, known = rng.normal(size=2 * n + n_carried), rng.normal(size=n + n_carried)
    rest = link.wide(rhs)
    kernels.forward_link(link.factor, 0, link.inverses, rest, link.stops, n, link.nw, n_carried)
    carried = rest[0, link.columns]
    near(carried[n:], rhs[n:] - coupling.T @ rhs[own])
    both = link.wide(np.concatenate([carried[own], known]))
    kernels.backward_link(link.factor, end, link.inverses, both, link.stops, n, link.nw, n_carried)
    near(both[0, link.columns[own]], alone @ rhs[own] - coupling @ known)


def test_link_row_that_follows_from_another_gets_pivot_zero():
    link = Link(3, 0)
    link.full[:] = np.diag([1.0, 4.0, 1.0, 1.0, 1.0, 1.0])
    link.front[:], link.stops[:] = 0.0, 0
    link.front[:3, :3] = [[1.0, 2.0, 0.0], [0.0, 4.0, 0.0], [0.0, 0.0, 1.0]]
    link.eliminate()
    assert link.inverses.tolist() == [1.0, 0.0, 1.0]


@pytest.mark.parametrize("has_curve", [False, True])
def test_columns_of_a_group_move_and_form_matrix_activity_and_right_hand_side(has_curve):
    case, rng = dense(40), np.random.default_rng(6)
    group, pattern = 1, case.st.pattern
    local = local_matrix(case, group)
    s = with_curve(case, has_curve)
    x, w, z, v, quad = (getattr(s, name)[group].T.copy() for name in ("x", "w", "z", "v", "quad"))
    dx, dz, dv = (getattr(s, name)[group].T for name in ("dx", "dz", "dv"))
    x, w, z, v = x + 0.3 * dx, w - 0.3 * dx, z + 0.7 * dz, v + 0.7 * dv
    on = z > 0.0
    prices = rng.normal(size=(local.shape[1], LANES))
    matrix = np.zeros((pattern.n_kept + pattern.n_rest, LANES))
    activity, rows = np.zeros_like(prices), np.ones_like(prices)
    sums = np.zeros((case.st.n_groups, 5))
    column_kernels.move_columns(pattern, s, group, 0.3, 0.7, prices, matrix, activity, rows, sums)
    slope = s.cost[group].T + quad * x - np.einsum("qij,iq->qj", local, prices)
    theta = np.where(on, 1.0 / np.where(on, z / x + v / w + quad + PROXIMAL, 1.0), 0.0)
    inside = np.where(on, x, 0.0)
    near(s.x[group].T, x)
    near(s.slope[group].T, slope)
    near(activity, np.einsum("qij,qj->iq", local, inside))
    near(rows, 1.0 + np.einsum("qij,qj->iq", local, theta * slope - inside))
    full = (local * theta[:, None, :]) @ local.transpose(0, 2, 1)
    near(matrix, np.array([full[:, i, j] for _, (i, j) in sorted(places(pattern).items())]))
    near(sums[group, layout.PRIMAL], (s.cost[group].T * inside).sum())
    near(sums[group, layout.BOUND], np.minimum(0.0, slope * (x + w))[on].sum())
    near(sums[group, layout.PRODUCT], (x * z + w * v).sum())
    near(sums[group, layout.DUAL_RESIDUAL], np.abs(slope - z + v)[on].max())


def with_curve(case: Dense, has_curve: bool) -> layout.State:
    """The state of `case` with costs that rise, by 0 where not `has_curve`."""
    s = case.interior.state
    curve = np.random.default_rng(8).uniform(0.0, 0.5, s.x.shape)
    return s._replace(quad=curve if has_curve else np.zeros_like(s.x))


@pytest.mark.parametrize("use_sides", [True, False])
def test_columns_of_a_group_with_rising_cost_aim_and_turn(use_sides):
    case, rng = dense(40), np.random.default_rng(7)
    group, pattern, s = 0, case.st.pattern, with_curve(case, True)
    local = local_matrix(case, group)
    s.slope[:] = rng.normal(size=s.slope.shape)
    x, w, z, v, slope, quad = (getattr(s, name)[group].T for name in ("x", "w", "z", "v", "slope", "quad"))
    on = z > 0.0
    theta = np.where(on, 1.0 / np.where(on, z / x + v / w + quad + PROXIMAL, 1.0), 0.0)
    rows = np.zeros((local.shape[1], LANES))
    column_kernels.aim_columns(pattern, s, group, PREDICTOR, 0.0, 0.0, 0.0, use_sides, rows)
    amount = theta * slope - np.where(on & use_sides, x, 0.0)
    near(rows, np.einsum("qij,qj->iq", local, amount))
    prices = rng.normal(size=rows.shape)
    out, sums = np.zeros_like(s.x), np.zeros((case.st.n_groups, 5))
    column_kernels.turn_columns(pattern, s, group, PREDICTOR, prices, out, out, out, sums)
    dx = theta * (np.einsum("qij,iq->qj", local, prices) - slope)
    dz, dv = np.where(on, -z * dx / x - z, 0.0), np.where(on, v * dx / w - v, 0.0)
    near(s.tz[group].T, dx * dz)
    near(s.tv[group].T, -dx * dv)
    assert (out == 0.0).all()
    near(sums[group, layout.X_STEP], np.maximum(-dx / x, dx / w)[on].max())
    near(sums[group, layout.Z_STEP], np.maximum(-dz[on] / z[on], -dv[on] / v[on]).max())
    near(sums[group, layout.BY_X :], [(dx * (z - v)).sum(), (x * dz + w * dv).sum(), (dx * (dz - dv)).sum()])


@pytest.mark.parametrize(
    ("product", "wanted"), [(1.0, 0.0), (0.05, 0.05), (12.0, -2.0), (50.0, -10.0), (0.1, 0.0), (10.0, 0.0)]
)
def test_products_are_pulled_to_a_tenth_or_ten_times_the_target_and_never_by_more_than_ten(product, wanted):
    assert column_kernels.pulled(product, 1.0) == pytest.approx(wanted, abs=1e-12)
