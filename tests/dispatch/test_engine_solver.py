"""How the engine ends: the optimum, or in words what is wrong, with the same digits on any threads."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from qhgrid.dispatch import solve
from qhgrid.dispatch.engine.problem import Problem
from qhgrid.dispatch.engine.shortage import least_shortage
from qhgrid.dispatch.engine.solver import Answer, solve_problem
from qhgrid.dispatch.engine.structure import read_structure
from qhgrid.dispatch.methods import Status
from qhgrid.errors import DispatchError
from tests.dispatch.made_problems import Size, highs, made_problem, violation
from tests.dispatch.systems import Draft
from tests.dispatch.test_engine_reference import bound_from_prices

ROOT = Path(__file__).resolve().parents[2]
ROUNDING = 1e-10
"""Of HiGHS's optimum, as a share."""


def check(problem: Problem, tol: float = 1e-6) -> Answer:
    """The answer is optimal: HiGHS's cost, the bound below, the plan on its rows, the prices proof of it."""
    optimum, answer = highs(problem), solve_problem(problem, tol=tol)
    assert optimum.status == 0
    size = max(1.0, abs(optimum.fun))
    assert answer.status is Status.OPTIMAL
    assert answer.objective == pytest.approx(optimum.fun, abs=tol * size)
    assert answer.objective == pytest.approx((problem.cost * answer.x).sum() + problem.constant)
    assert answer.bound <= optimum.fun + ROUNDING * size
    assert answer.objective >= optimum.fun - 1e-9 * size
    assert violation(problem, answer.x) <= 1e-6
    assert ((answer.x >= problem.lower) & (answer.x <= problem.upper)).all()
    if np.isfinite(problem.lower).all() and np.isfinite(problem.upper).all():
        proved = bound_from_prices(problem, answer.y, answer.y_wide)
        assert optimum.fun - tol * size <= proved <= optimum.fun + ROUNDING * size
    return answer


sizes = st.builds(
    Size,
    hours=st.sampled_from([1, 2, 5, 31, 32, 33, 64, 100]),
    hour_rows=st.integers(1, 7), link_rows=st.integers(0, 5), columns=st.integers(0, 20),
    wide=st.integers(0, 3), wraps=st.integers(0, 3), has_series=st.booleans(), has_ranges=st.booleans(),
)  # fmt: skip


@settings(max_examples=80, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1), size=sizes)
def test_random_problems_cost_what_highs_says(seed, size):
    check(made_problem(seed, size))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1), size=sizes, ask=st.floats(1.0, 3e3))
def test_random_problems_of_which_one_row_asks_for_more_have_a_plan_if_highs_finds_one(seed, size, ask):
    problem = made_problem(seed, size)
    rng = np.random.default_rng(seed)
    hour, row = int(rng.integers(problem.n_hours)), int(rng.integers(problem.n_rows))
    low, high = problem.row_lower.copy(), problem.row_upper.copy()
    low[hour, row], high[hour, row] = low[hour, row] + ask, high[hour, row] + ask
    asked = replace(problem, row_lower=low, row_upper=high)
    if highs(asked).status == 0:
        check(asked)
    else:
        assert solve_problem(asked).status in (Status.INFEASIBLE, Status.FAILED)
        missed = least_shortage(asked)
        assert missed is not None
        assert missed.total == pytest.approx(highs_shortage(asked), rel=1e-4, abs=1e-6)


def highs_shortage(problem: Problem) -> float:
    """Least sum of all misses, found by HiGHS."""
    matrix = sparse.vstack([problem.matrix(), problem.wide])
    count = matrix.shape[0]
    wide = sparse.hstack([matrix, sparse.eye_array(count), -sparse.eye_array(count)]).tocsr()
    low, high = (
        np.concatenate([np.ravel(a), b])[None]
        for a, b in ((problem.row_lower, problem.wide_lower), (problem.row_upper, problem.wide_upper))
    )
    n = problem.lower.size
    every = replace(
        problem, row_lower=np.zeros((1, 0)), row_upper=np.zeros((1, 0)), constant=0.0,
        now=replace(problem.now, row=problem.now.row[:0], column=problem.now.column[:0],
                    value=problem.now.value[:0], series=problem.now.series[:0]),
        before=replace(problem.before, row=problem.before.row[:0], column=problem.before.column[:0],
                       value=problem.before.value[:0], series=problem.before.series[:0]),
        wraps=problem.wraps[:0],
        lower=np.concatenate([problem.lower.ravel(), np.zeros(2 * count)])[None],
        upper=np.concatenate([problem.upper.ravel(), np.full(2 * count, np.inf)])[None],
        cost=np.concatenate([np.zeros(n), np.ones(2 * count)])[None],
        wide=wide, wide_lower=low[0], wide_upper=high[0],
    )  # fmt: skip
    return float(highs(every).fun)


@pytest.mark.parametrize("side", ["row_lower", "row_upper"])
def test_rows_and_wide_rows_with_one_side_only(side):
    problem = made_problem(3, Size(40, wide=3))
    end = -np.inf if side == "row_lower" else np.inf
    sides, wide = getattr(problem, side).copy(), getattr(problem, side.replace("row", "wide")).copy()
    sides[:, ::2], wide[:2] = end, end
    check(replace(problem, **{side: sides, side.replace("row", "wide"): wide}))


def test_rows_that_say_nothing_in_some_hours():
    problem = made_problem(4, Size(40))
    silent = np.random.default_rng(4).random(problem.row_lower.shape) < 0.4
    check(replace(
        problem, row_lower=np.where(silent, -np.inf, problem.row_lower),
        row_upper=np.where(silent, np.inf, problem.row_upper),
    ))  # fmt: skip


@pytest.mark.parametrize("factor", [1e-6, 1e-3, 1e3, 1e6])
def test_plan_grows_with_the_unit_of_power_and_the_cost_with_that_of_money(factor):
    problem = made_problem(5, Size(40))
    names = ("lower", "upper", "row_lower", "row_upper", "wide_lower", "wide_upper")
    larger = replace(problem, constant=0.0, **{name: getattr(problem, name) * factor for name in names})
    one = solve_problem(replace(problem, constant=0.0), tol=1e-9)
    two = solve_problem(larger, tol=1e-9)
    three = solve_problem(replace(problem, cost=problem.cost * factor, constant=0.0), tol=1e-9)
    assert two.status is three.status is one.status is Status.OPTIMAL
    assert two.objective == pytest.approx(one.objective * factor, rel=1e-6)
    assert three.objective == pytest.approx(one.objective * factor, rel=1e-6)


def test_tighter_tolerance_gives_a_smaller_gap():
    problem = made_problem(6, Size(64))
    gaps = [solve_problem(problem, tol=tol).gap for tol in (1e-2, 1e-4, 1e-6, 1e-8)]
    for gap, tol in zip(gaps, (1e-2, 1e-4, 1e-6, 1e-8), strict=True):
        assert 0.0 <= gap <= tol


def test_structure_of_another_problem_with_the_same_matrix_gives_the_same_answer():
    problem = made_problem(7, Size(40))
    dearer = replace(problem, cost=problem.cost + 3.0)
    whole = solve_problem(dearer)
    reused = solve_problem(dearer, structure=read_structure(problem))
    assert whole.x.tobytes() == reused.x.tobytes()


def test_nothing_in_the_problem_is_changed():
    problem = made_problem(8, Size(40))
    names = ("lower", "upper", "cost", "row_lower", "row_upper", "wide_lower", "wide_upper")
    before = {name: getattr(problem, name).copy() for name in names}
    solve_problem(problem)
    assert all((getattr(problem, name) == before[name]).all() for name in names)


def test_progress_rises_from_nothing_to_all():
    told: list[tuple[str, float | None]] = []
    solve_problem(made_problem(9, Size(40)), progress=lambda stage, share: told.append((stage, share)))
    shares = [share for stage, share in told if stage == "solve" and share is not None]
    assert len(shares) > 4
    assert shares[0] < 0.3
    assert max(shares) == pytest.approx(1.0)
    assert all(0.0 <= share <= 1.0 for share in shares)


def one_bus(count: int = 4, load: object = 10.0) -> Draft:
    draft = Draft(count)
    draft.add("Carrier", "AC")
    draft.add("Bus", "b", carrier="AC")
    draft.add("Load", "load", bus="b", p_set=load)
    return draft


def reading(draft: Draft) -> Problem:
    return Problem.from_network(draft.network())


def refused(draft: Draft) -> str:
    with pytest.raises(DispatchError) as caught:
        solve(draft.network(), method="exact", elastic=None)
    return str(caught.value)


def test_load_above_capacity_is_missed_by_the_difference_where_and_when_it_is():
    """100, 150, 200 and 160 MW against 120 + 30 MW: 50 MW are missing at 20:00 and 10 MW at 21:00."""
    draft = one_bus(load=[100.0, 150.0, 200.0, 160.0])
    draft.add("Generator", "large", bus="b", p_nom=120.0, marginal_cost=10.0)
    draft.add("Generator", "small", bus="b", p_nom=30.0, marginal_cost=30.0)
    problem = reading(draft)
    assert solve_problem(problem).status is Status.INFEASIBLE
    missed = least_shortage(problem)
    assert missed is not None
    assert missed.total == pytest.approx(60.0, rel=1e-5)
    assert "Bus b, bus_balance at 2030-01-15 20:00:00: 50 MW too little" in missed.in_words()
    found = [(m.family, m.component, m.name, str(m.snapshot), round(abs(m.amount), 3)) for m in missed.misses]
    assert found == [
        ("bus_balance", "Bus", "b", "2030-01-15 20:00:00", 50.0),
        ("bus_balance", "Bus", "b", "2030-01-15 21:00:00", 10.0),
    ]


def test_what_no_single_hour_contradicts_is_told_with_place_hour_and_amount():
    """From a level of 0 to one of 30 MWh in three hours with 5 MW of charging: 15 MWh are missing."""
    draft = one_bus()
    draft.add("Generator", "g", bus="b", p_nom=120.0, marginal_cost=10.0)
    draft.add(
        "StorageUnit", "s", bus="b", p_nom=5.0, max_hours=10.0, state_of_charge_initial=0.0,
        state_of_charge_set=[np.nan, np.nan, 30.0, np.nan],
    )  # fmt: skip
    problem = reading(draft)
    assert solve_problem(problem).status is Status.INFEASIBLE
    missed = least_shortage(problem)
    assert missed is not None
    assert missed.total == pytest.approx(15.0, rel=1e-5)
    assert {(m.family, m.name) for m in missed.misses} == {("storage_unit_balance", "s")}
    text = refused(draft)
    assert "infeasible" in text
    assert "StorageUnit s, storage_unit_balance at 2030-01-15" in text


def test_energy_that_cannot_be_sold_is_missed_by_what_is_left():
    """55 MWh must be made, 40 MWh can be used: 15 MWh are missed, wherever."""
    draft = one_bus()
    draft.add("Generator", "g", bus="b", p_nom=120.0, e_sum_min=55.0)
    draft.add("Generator", "h", bus="b", p_nom=120.0)
    problem = reading(draft)
    assert solve_problem(problem).status is Status.INFEASIBLE
    missed = least_shortage(problem)
    assert missed is not None
    assert missed.total == pytest.approx(15.0, rel=1e-5)
    assert "the least that is missed in all is 15 MW or MWh" in refused(draft)


def test_a_problem_that_can_be_kept_has_no_shortage():
    assert least_shortage(made_problem(1, Size(33))) is None


def test_a_plan_that_earns_without_end_is_unbounded():
    draft = one_bus()
    draft.add("Generator", "gift", bus="b", p_nom=np.inf, marginal_cost=-1.0)
    draft.add("Generator", "dump", bus="b", p_nom=np.inf, sign=-1.0)
    answer = solve_problem(reading(draft))
    assert answer.status is Status.UNBOUNDED
    assert answer.bound == -np.inf
    assert "unbounded: some dispatch earns money without end" in refused(draft)


def test_infinite_capacities_are_no_harm_where_the_optimum_is_finite():
    """10 MW at 5 a MWh for 4 h, though generator and dump have no end."""
    draft = one_bus()
    draft.add("Generator", "g", bus="b", p_nom=np.inf, marginal_cost=5.0)
    draft.add("Generator", "dump", bus="b", p_nom=np.inf, sign=-1.0)
    answer = solve_problem(reading(draft))
    assert answer.status is Status.OPTIMAL
    assert answer.objective == pytest.approx(200.0, rel=1e-6)
    assert answer.bound == pytest.approx(200.0, rel=1e-6)


@pytest.mark.parametrize(("p_nom", "status"), [(10.0, Status.OPTIMAL), (9.999, Status.INFEASIBLE)])
def test_capacity_that_is_just_enough_and_one_that_is_not(p_nom, status):
    draft = one_bus()
    draft.add("Generator", "g", bus="b", p_nom=p_nom, marginal_cost=5.0)
    problem = reading(draft)
    answer = solve_problem(problem)
    assert answer.status is status
    if status is Status.OPTIMAL:
        assert answer.objective == pytest.approx(200.0, rel=1e-6)
        assert (answer.x <= problem.upper).all()


@pytest.mark.parametrize(("p_set", "status"), [(10.0, Status.OPTIMAL), (9.0, Status.INFEASIBLE)])
def test_all_columns_fixed_leave_nothing_to_decide(p_set, status):
    draft = one_bus()
    draft.add("Generator", "g", bus="b", p_nom=20.0, marginal_cost=5.0, p_set=p_set)
    problem = reading(draft)
    answer = solve_problem(problem)
    assert answer.status is status
    if status is Status.OPTIMAL:
        assert (answer.x == problem.lower).all()
        assert (answer.objective, answer.bound, answer.iterations) == (200.0, 200.0, 0)
    else:
        missed = least_shortage(problem)
        assert missed is not None
        assert missed.total == pytest.approx(4.0, rel=1e-5)


@pytest.mark.parametrize(("load", "status"), [(0.0, Status.OPTIMAL), (3.0, Status.INFEASIBLE)])
def test_no_columns_at_all(load, status):
    problem = reading(one_bus(load=load))
    assert problem.n_columns == 0
    answer = solve_problem(problem)
    assert answer.status is status
    assert answer.x.shape == (4, 0)
    if status is Status.OPTIMAL:
        assert (answer.objective, answer.bound) == (0.0, 0.0)


def test_bounds_that_contradict_each_other_are_infeasible():
    problem = made_problem(1, Size(5))
    upper = problem.upper.copy()
    upper[3, 2] = problem.lower[3, 2] - 1.0
    answer = solve_problem(replace(problem, upper=upper))
    assert answer.status is Status.INFEASIBLE
    assert answer.objective == np.inf


@pytest.mark.parametrize("side", ["row", "wide"])
def test_sides_that_contradict_each_other_are_infeasible(side):
    problem = made_problem(1, Size(5))
    lower = getattr(problem, f"{side}_lower").copy()
    lower[0] = getattr(problem, f"{side}_upper")[0] + 1.0
    assert solve_problem(replace(problem, **{f"{side}_lower": lower})).status is Status.INFEASIBLE


@pytest.mark.parametrize("elsewhere", [1e2, 1e5])
def test_generators_without_end_at_a_bus_without_load_stay_at_zero(elsewhere):
    """Nothing leaves them room; the dear one must not go below 0 for the cheap one to go above it."""
    draft = one_bus(1, 0.0)
    draft.add("Generator", "cheap", bus="b", p_nom=np.inf, marginal_cost=10.0)
    draft.add("Generator", "dear", bus="b", p_nom=np.inf, marginal_cost=3000.0)
    draft.add("Bus", "other", carrier="AC")
    draft.add("Load", "far", bus="other", p_set=elsewhere)
    draft.add("Generator", "there", bus="other", p_nom=2.0 * elsewhere, marginal_cost=0.001)
    problem = reading(draft)
    answer = check(problem)
    assert violation(problem, answer.x) <= answer.violation + 1e-9


@pytest.mark.parametrize("limit", [0.0, 1e-9])
def test_time_limit_returns_the_plan_and_the_bound_so_far(limit):
    problem = made_problem(2, Size(100))
    answer = solve_problem(problem, time_limit=limit)
    optimum = highs(problem).fun
    assert answer.status is Status.TIME_LIMIT
    assert answer.x.shape == problem.lower.shape
    assert answer.y.shape == problem.row_lower.shape
    assert answer.y_wide.shape == problem.wide_lower.shape
    assert ((answer.x >= problem.lower) & (answer.x <= problem.upper)).all()
    assert answer.bound <= optimum + ROUNDING * abs(optimum)
    assert np.isfinite(answer.objective)


def digest(answer: Answer) -> str:
    parts = (answer.x, answer.y, answer.y_wide, np.array([answer.objective, answer.bound]))
    return hashlib.sha256(b"".join(part.tobytes() for part in parts)).hexdigest()


LONG = Size(130, hour_rows=6, link_rows=4, columns=20)


@pytest.mark.parametrize("hours", [33, 64, 100, 130])
def test_two_threads_give_the_bytes_of_one(hours):
    problem = made_problem(10, replace(LONG, hours=hours))
    assert digest(solve_problem(problem, threads=1)) == digest(solve_problem(problem, threads=2))


PROGRAM = """
from tests.dispatch.made_problems import made_problem
from tests.dispatch.test_engine_solver import LONG, digest
from qhgrid.dispatch.engine.solver import solve_problem
print(digest(solve_problem(made_problem(10, LONG), threads=2)))
"""


def test_another_process_gives_the_same_bytes():
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert run.stdout.strip() == digest(solve_problem(made_problem(10, LONG)))


def test_plan_of_a_store_and_a_river_conserves_energy_and_water():
    """A battery with losses, a reservoir that passes water on; every balance is written out here again."""
    rng = np.random.default_rng(3)
    load, inflow = 60.0 + 30.0 * rng.random(48), 8.0 * rng.random(48)
    draft = one_bus(48, load)
    for name in ("upper", "lower"):
        draft.add("Bus", name, carrier="AC")
    draft.add("Generator", "coal", bus="b", p_nom=100.0, marginal_cost=30.0)
    draft.add(
        "Generator", "sun", bus="b", p_nom=90.0, p_max_pu=np.maximum(0, np.sin(np.arange(48) / 24 * 6.2832))
    )
    draft.add("StorageUnit", "battery", bus="b", p_nom=20.0, max_hours=4.0, efficiency_store=0.9,
              efficiency_dispatch=0.8, standing_loss=0.01, cyclic_state_of_charge=True)  # fmt: skip
    draft.add("Generator", "inflow", bus="upper", p_nom=8.0, p_max_pu=inflow / 8.0, p_min_pu=inflow / 8.0)
    draft.add("Store", "reservoir", bus="upper", e_nom=100.0, e_cyclic=True)
    draft.add(
        "Link", "turbine", bus0="upper", bus1="b", bus2="lower", p_nom=12.0, efficiency=1.5, efficiency2=1.0
    )
    draft.add("Link", "spill", bus0="upper", bus1="lower", p_nom=np.inf)
    draft.add("Generator", "sea", bus="lower", p_nom=np.inf, sign=-1.0)
    problem = reading(draft)
    x = check(problem).x

    def of(component: str, attribute: str, name: str) -> np.ndarray:
        block = problem.block(component, attribute)
        return x[:, block.start + block.names.get_loc(name)]

    make, take, level = (
        of("StorageUnit", a, "battery") for a in ("p_dispatch", "p_store", "state_of_charge")
    )
    turbine, spill = (of("Link", "p", name) for name in ("turbine", "spill"))
    supply = of("Generator", "p", "coal") + of("Generator", "p", "sun") + make - take + 1.5 * turbine
    np.testing.assert_allclose(supply, load, atol=1e-6)
    np.testing.assert_allclose(level, 0.99 * np.roll(level, 1) + 0.9 * take - make / 0.8, atol=1e-6)
    water = of("Store", "e", "reservoir")
    np.testing.assert_allclose(water, np.roll(water, 1) + inflow - turbine - spill, atol=1e-6)
    np.testing.assert_allclose(of("Generator", "p", "sea"), turbine + spill, atol=1e-6)
