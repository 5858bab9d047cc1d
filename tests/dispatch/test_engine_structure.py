"""Roles and order of rows, scaling both ways, and what the presolve takes out and puts back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qhgrid.dispatch.engine.layout import BIG, LANES
from qhgrid.dispatch.engine.presolve import reduce_problem
from qhgrid.dispatch.engine.problem import Problem
from qhgrid.dispatch.engine.scaling import FORCED, scale_problem
from qhgrid.dispatch.engine.structure import group_hours, read_structure, ungroup_hours
from tests.dispatch.made_problems import Dense, Size, entries, highs, made_problem, violation, with_sides
from tests.dispatch.test_engine_kernels import SHAPES, places
from tests.dispatch.test_engine_reference import bound_from_prices

HOURS = (1, 31, 32, 33, 63, 64, 65, 100)


def with_places(problem: Problem, now: list[tuple[int, int]]) -> Problem:
    """`problem` with other entries of its own hour, all 1."""
    made = entries(np.random.default_rng(0), now, problem.n_hours, 0.0)
    return replace(problem, now=replace(made, value=np.ones(len(now))))


@pytest.mark.parametrize("hours", HOURS)
def test_hours_side_by_side_go_back_to_hours_one_after_another(hours):
    values = np.random.default_rng(1).normal(size=(hours, 5))
    groups = group_hours(values, -(-hours // LANES), fill=7.0)
    assert groups.shape == (-(-hours // LANES), 5, LANES)
    assert (ungroup_hours(groups, hours) == values).all()
    assert (groups == 7.0).sum() == 5 * (groups.shape[0] * LANES - hours)
    assert groups[-1, 3, (hours - 1) % LANES] == values[-1, 3]


def test_rows_that_hold_columns_of_two_hours_are_link_rows_and_no_others():
    structure = read_structure(made_problem(2, Size(4, hour_rows=5, link_rows=3, wraps=0)))
    assert structure.link_rows.tolist() == [5, 6, 7]
    assert sorted(structure.hour_rows.tolist()) == [0, 1, 2, 3, 4]
    assert structure.pattern.n_border == 2


def test_each_row_that_the_last_hours_reach_has_a_border_row():
    problem = made_problem(2, Size(4, hour_rows=5, link_rows=3, wraps=1))
    structure = read_structure(problem)
    assert structure.pattern.n_border == 2
    assert structure.last.n_border == structure.n_border == 3
    assert (structure.wraps.row.tolist(), structure.wraps.hour.tolist()) == ([5], [0])
    assert set(structure.wraps.column) == set(problem.before.column[problem.before.row == 5].tolist())
    assert set(structure.wraps.source) == {3}


def test_row_with_the_fewest_neighbours_is_eliminated_first():
    """A star: five rows, each tied to row 0 alone. Row 0 comes among the last two; nothing fills in."""
    problem = made_problem(1, Size(2, hour_rows=6, link_rows=0, wraps=0, wide=0, columns=0, has_ranges=False))
    star = with_places(problem, sorted([(0, j) for j in range(1, 6)] + [(j, j) for j in range(1, 6)]))
    structure = read_structure(star)
    assert 0 in structure.hour_rows[-2:]
    assert len(structure.pattern.factor_row) == 5
    assert structure.pattern.n_rest == 0


@pytest.mark.parametrize("shape", SHAPES)
def test_factor_has_the_places_that_boolean_elimination_fills_and_no_others(shape):
    case = Dense(made_problem(4, Size(40, **SHAPES[shape])))
    pattern = case.st.pattern
    n_local = pattern.n_hour + pattern.n_tied + pattern.n_border
    full = np.zeros((n_local, n_local), dtype=bool)
    for j in range(case.n):
        rows = pattern.entry_row[pattern.column_start[j] : pattern.column_start[j + 1]]
        full[np.ix_(rows, rows)] = True
    for k in range(pattern.n_hour):
        near = full[k]
        full[k:, k:] |= near[k:, None] & near[None, k:]
    full[range(pattern.n_hour), range(pattern.n_hour)] = True
    assert set(places(pattern).values()) == set(zip(*np.nonzero(np.tril(full)), strict=True))


def test_scales_are_powers_of_two_that_bring_entries_near_one():
    problem = made_problem(5, Size(6))
    sizes = 10.0 ** np.random.default_rng(5).uniform(-6, 6, problem.n_rows)
    now = replace(
        problem.now, value=problem.now.value * sizes[problem.now.row], series=problem.now.series * 0 - 1
    )
    before = replace(
        problem.before, value=problem.before.value * sizes[problem.before.row],
        series=problem.before.series * 0 - 1,
    )  # fmt: skip
    structure = read_structure(replace(problem, now=now, before=before))
    for scale in (structure.row_scale, structure.column_scale, structure.wide_scale):
        assert (np.log2(scale) == np.round(np.log2(scale))).all()
    columns = structure.column_scale
    scaled = np.abs(now.value) * structure.row_scale[now.row] * columns[now.column]
    assert scaled.min() > 0.1
    assert scaled.max() < 10.0


@pytest.mark.parametrize("hours", [1, 33, 100])
def test_plan_of_scaled_distances_goes_back_to_the_plan(hours):
    case = Dense(made_problem(6, Size(hours)))
    problem, scaled = case.problem, case.scaled
    share = np.random.default_rng(6).random(problem.lower.shape)
    x = problem.lower + share * (problem.upper - problem.lower)
    unit = case.st.column_scale[: problem.n_columns] * scaled.power
    distance = np.zeros((hours, case.n))
    distance[:, : problem.n_columns] = (x - scaled.lower[:, : problem.n_columns]) / unit
    found = scaled.plan(group_hours(distance, case.st.n_groups))[:, : problem.n_columns]
    np.testing.assert_allclose(found, x, rtol=1e-13, atol=1e-12)


@pytest.mark.parametrize("shape", ["no link rows", "nothing changes with the hour", "all"])
@pytest.mark.parametrize("hours", [1, 33, 100])
def test_bound_of_scaled_prices_is_that_of_the_prices_in_the_problem_s_own_units(hours, shape):
    size = replace(Size(hours, **SHAPES[shape]), wraps=0)
    case = Dense(made_problem(7, size))
    case.stand_anywhere(7)
    case.interior.factor()
    s = case.interior.state
    y, wide = case.scaled.prices(s.y_hour, s.y_link), case.scaled.wide_prices(s.y_border)
    bound = bound_from_prices(case.problem, y, wide)
    assert case.interior.measure().bound == pytest.approx(bound, rel=1e-11)


def test_bound_of_scaled_prices_is_no_better_than_that_of_the_problem_where_levels_wrap():
    case = Dense(made_problem(7, Size(40)))
    case.stand_anywhere(7)
    case.interior.factor()
    s = case.interior.state
    y, wide = case.scaled.prices(s.y_hour, s.y_link), case.scaled.wide_prices(s.y_border)
    assert case.interior.measure().bound <= bound_from_prices(case.problem, y, wide)


def test_rows_that_say_nothing_or_hold_no_free_column_are_dead_and_priced_zero():
    problem = made_problem(8, Size(40, has_ranges=False))
    low, high = problem.row_lower.copy(), problem.row_upper.copy()
    low[7, 1], high[7, 1] = -np.inf, np.inf
    upper = problem.upper.copy()
    upper[9, problem.now.column[problem.now.row == 2]] = problem.lower[
        9, problem.now.column[problem.now.row == 2]
    ]
    case = Dense(replace(problem, row_lower=low, row_upper=high, upper=upper))
    case.stand_anywhere(1)
    assert np.argwhere(case.scaled.is_dead[:, 1]).ravel().tolist() == [7]
    assert case.scaled.is_dead[9, 2]
    s = case.interior.state
    assert s.dead_hour.max() == BIG
    s.y_hour[:] = s.y_link[:] = 1.0
    y = case.scaled.prices(s.y_hour, s.y_link)
    assert (y[case.scaled.is_dead] == 0.0).all()
    assert (y[~case.scaled.is_dead] != 0.0).all()


def test_row_without_free_columns_says_by_how_much_it_is_missed():
    problem = made_problem(8, Size(3, has_ranges=False))
    mine = problem.now.column[problem.now.row == 2]
    lower, side = problem.lower.copy(), problem.row_lower.copy()
    lower[1, mine] = problem.upper[1, mine]
    activity = (problem.matrix() @ np.nan_to_num(lower).ravel()).reshape(side.shape)
    side[1, 2] = activity[1, 2] + 4.0
    case = Dense(replace(problem, lower=lower, row_lower=side, row_upper=side))
    assert case.scaled.missing[1, 2] == pytest.approx(4.0)
    assert np.count_nonzero(case.scaled.missing) == 1


def test_columns_that_a_row_leaves_no_room_get_some_and_no_others():
    """The side of row 0 in hour 1 is the most that its columns can do."""
    problem = made_problem(9, Size(3, link_rows=0, wraps=0, wide=0, has_ranges=False, has_series=False))
    mine = problem.now.row == 0
    reach = (
        problem.now.value[mine][:, None]
        * np.stack([problem.lower[1, problem.now.column[mine]], problem.upper[1, problem.now.column[mine]]]).T
    )
    side = problem.row_lower.copy()
    side[1, 0] = reach.max(axis=1).sum()
    tight = replace(problem, row_lower=side, row_upper=side)
    scaled = scale_problem(tight, read_structure(tight), 1e2)
    width = problem.upper - problem.lower
    moved = problem.lower - scaled.lower
    free = np.zeros(width.shape, dtype=bool)
    free[1, problem.now.column[mine]] = True
    free &= width > 0.0
    assert (moved[free] > 0.0).all()
    assert (moved[free] <= 1.001 * FORCED * width[free]).all()
    assert (moved[~free] == 0.0).all()


def test_columns_without_bounds_stand_in_the_box_and_the_others_do_not():
    problem = made_problem(10, Size(3))
    lower, upper = problem.lower.copy(), problem.upper.copy()
    upper[:, 0], lower[:, 1], upper[:, 1] = np.inf, -np.inf, np.inf
    case = Dense(replace(problem, lower=lower, upper=upper), box=10.0)
    size = 10.0 * max(
        np.abs(a[np.isfinite(a)]).max()
        for a in (lower, upper, problem.row_lower, problem.row_upper, problem.wide_upper)
    )
    assert case.scaled.is_in_box[:, :2].all()
    assert not case.scaled.is_in_box[:, 2:].any()
    top = case.scaled.plan(case.scaled.top)
    assert top[0, :2] == pytest.approx([lower[0, 0] + size, size], rel=0.5)
    assert case.scaled.lower[0, 1] == pytest.approx(-size, rel=0.5)


def test_side_without_end_is_replaced_by_what_the_row_can_come_to():
    problem = made_problem(11, Size(40, wraps=0))
    low = problem.row_lower.copy()
    low[:, 0] = -np.inf
    case = Dense(replace(problem, row_lower=low))
    row = problem.matrix()[[t * problem.n_rows for t in range(40)]]
    ends = np.minimum(
        row.multiply(problem.lower.ravel()).toarray(), row.multiply(problem.upper.ravel()).toarray()
    )
    slack = problem.n_columns + case.st.slack_rows.tolist().index(0)
    np.testing.assert_allclose(case.scaled.lower[:, slack], ends.sum(axis=1), rtol=1e-5, atol=1e-3)
    assert (case.scaled.lower[:, slack] <= ends.sum(axis=1)).all()
    assert not case.scaled.is_in_box.any()


def with_fixed(problem: Problem, columns: list[int]) -> Problem:
    """`problem` with some columns fixed in all hours."""
    upper = problem.upper.copy()
    lower = problem.lower.copy()
    lower[:, columns] += 7.0
    upper[:, columns] = lower[:, columns]
    return replace(problem, lower=lower, upper=upper)


@pytest.mark.parametrize("hours", [1, 5])
def test_columns_that_are_fixed_in_every_hour_leave_and_come_back(hours):
    """The fixed columns sit in hour rows, in link rows, in wide rows and in rows that wrap."""
    whole = made_problem(12, Size(hours, columns=20))
    shut = sorted({0, 1, 9, int(whole.before.column[whole.wraps][0])})
    problem = with_sides(with_fixed(whole, shut), np.random.default_rng(12), True)
    reduced = reduce_problem(problem)
    assert set(shut) <= set(range(problem.n_columns)) - set(reduced.kept.tolist())
    assert reduced.problem.n_columns == len(reduced.kept)
    one, two = highs(problem), highs(reduced.problem)
    assert one.status == two.status == 0
    assert two.fun == pytest.approx(one.fun, rel=1e-9)
    x = reduced.restore(two.x.reshape(hours, -1))
    assert (x[:, shut] == problem.lower[:, shut]).all()
    assert violation(problem, x) < 1e-6


def test_columns_that_are_fixed_in_some_hours_only_stay():
    problem = made_problem(13, Size(5, columns=2))
    upper = problem.upper.copy()
    upper[:4] = problem.lower[:4]
    upper[4] = problem.lower[4] + 1.0
    reduced = reduce_problem(replace(problem, upper=upper))
    assert reduced.problem.n_columns == problem.n_columns
    assert reduced.kept.tolist() == list(range(problem.n_columns))
