"""The engine's reading of a network against the certificate's, which shares no law with it."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest

import qhgrid.dispatch.engine
from qhgrid.dispatch import add_elastic_layer
from qhgrid.dispatch.engine.problem import Problem
from qhgrid.dispatch.extract import read_program
from tests.dispatch import worked_cases
from tests.dispatch.scipy_road import all_rows, solve_problem, solve_program
from tests.dispatch.systems import Draft, Island, random_islands

SAME_ROWS = (
    "storage_unit_balance",
    "storage_unit_p_set",
    "generator_ramp",
    "link_ramp",
    "process_ramp",
    "cycle",
)


def elastic(network):
    add_elastic_layer(network)
    return network


def as_hourly_plan(problem, program, plan):
    """The certificate's plan in the engine's columns; what is under way follows from what was sent."""
    x = np.zeros(problem.lower.shape)
    for block in problem.columns:
        here = slice(block.start, block.stop)
        if block.attribute.startswith("<delay "):
            x[:, here] = under_way(problem, program, plan, block)
            continue
        x[:, here] = values_of(program, plan, block.component, block.attribute, block.names)
    return x


def values_of(program, plan, component, attribute, names):
    block = program.block(component, attribute)
    values = plan[block.start : block.stop].reshape(block.lower.shape)
    return values[:, block.names.get_indexer(names)]


def under_way(problem, program, plan, block):
    lag = int(block.attribute.removeprefix("<delay ").removesuffix(">"))
    late = np.roll(values_of(program, plan, block.component, "p", block.names), lag, axis=0)
    rows = next(r for r in problem.rows if (r.family, r.component) == (block.attribute, block.component))
    wraps = problem.wraps[np.isin(problem.before.row, np.arange(rows.start, rows.stop))]
    late[:lag, ~wraps] = 0.0
    return late


def same_optimum(network):
    """Both readings cost the same, and the certificate's best plan keeps every law of the engine's."""
    program, problem = read_program(network), Problem.from_network(network)
    theirs, plan = solve_program(program)
    ours, *_ = solve_problem(problem)
    assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-7)
    x = as_hourly_plan(problem, program, plan)
    matrix, lower, upper = all_rows(problem)
    activity = matrix @ x.ravel()
    size = 1e-6 * (1.0 + abs(matrix) @ np.abs(x.ravel()))
    assert (activity >= lower - size).all()
    assert (activity <= upper + size).all()
    assert (x >= problem.lower - 1e-6).all()
    assert (x <= problem.upper + 1e-6).all()
    assert (problem.cost * x).sum() + problem.constant == pytest.approx(theirs, rel=1e-9, abs=1e-7)
    return problem


@pytest.mark.parametrize("seed", range(101, 109))
def test_random_islands_cost_the_same_in_both_readings(seed):
    same_optimum(elastic(random_islands(seed, 8)))


def test_hand_solved_cases_cost_the_same_in_both_readings():
    same_optimum(worked_cases.even_hours())


@pytest.mark.parametrize("seed", range(3))
def test_one_snapshot_costs_the_same_in_both_readings(seed):
    """The hour before the only hour is, on a cycle, that hour itself."""
    rng = np.random.default_rng(seed)
    draft = Draft(1, {"stores": [2.0], "objective": [3.0]})
    for carrier in ("AC", "DC"):
        draft.add("Carrier", carrier)
    for i in range(12):
        Island(draft, f"i{i:03d}", rng)
    problem = same_optimum(elastic(draft.network()))
    assert not len(problem.before.row)


def delays(weights):
    """Rivers of every kind of delay, each an island: a link to two places, and a process."""
    count = len(weights)
    rng = np.random.default_rng(count)
    draft = Draft(count, {"generators": weights, "objective": weights[::-1]})
    cases = [(a, b, x, y) for a in (0, 1, 2, 5, 50) for b in (0, 1, 3) for x in (0, 1) for y in (0, 1)]
    for i, (first, second, wraps, wraps_too) in enumerate(cases):
        up, down, far = (f"{i} {place}" for place in ("up", "down", "far"))
        for bus in (up, down, far):
            draft.add("Bus", bus, carrier="AC")
        draft.add("Generator", f"{i} g", bus=up, p_nom=60.0, marginal_cost=rng.uniform(1, 9, count))
        draft.add("Load", f"{i} l", bus=down, p_set=rng.uniform(0, 20, count))
        draft.add("Load", f"{i} f", bus=far, p_set=rng.uniform(0, 5, count))
        draft.add(
            "Link", f"{i} river", bus0=up, bus1=down, bus2=far, p_nom=40.0,
            p_max_pu=rng.uniform(0.3, 1, count),
            delay=first, cyclic_delay=bool(wraps), delay2=second, cyclic_delay2=bool(wraps_too),
            efficiency=rng.uniform(0.5, 1, count), efficiency2=0.2,
        )  # fmt: skip
        draft.add(
            "Process", f"{i} mill", bus0=up, bus1=far, p_nom=9.0, rate0=-1.1,
            rate1=rng.uniform(0.5, 1, count),
            delay0=second, cyclic_delay0=bool(wraps), delay1=first, cyclic_delay1=bool(wraps_too),
        )  # fmt: skip
    return elastic(draft.network())


@pytest.mark.parametrize(
    "weights",
    [
        [1.0] * 6,
        [1.0, 3.0, 0.5, 0.5, 2.0],
        [4.0, 1.0, 1.0, 1.0, 1.0, 4.0],
        [3.0, 3.0],
        [1.0],
        [1.0, 0.0, 2.0],
    ],
    ids=["even", "uneven", "long ends", "two", "one", "one of no length"],
)
def test_what_is_under_way_arrives_when_the_certificate_says(weights):
    same_optimum(delays(weights))


def test_registers_are_no_wider_than_what_was_sent():
    draft = Draft(4)
    for bus in ("up", "down"):
        draft.add("Bus", bus, carrier="AC")
    draft.add("Link", "open", bus0="up", bus1="down", p_nom=10.0, p_max_pu=[0.1, 0.2, 0.3, 0.4], delay=2,
              cyclic_delay=False)  # fmt: skip
    draft.add("Link", "round", bus0="up", bus1="down", p_nom=10.0, p_max_pu=[0.1, 0.2, 0.3, 0.4], delay=2,
              cyclic_delay=True)  # fmt: skip
    problem = Problem.from_network(draft.network())
    block = problem.block("Link", "<delay 2>")
    assert list(block.names) == ["open", "round"]
    assert problem.upper[:, block.start].tolist() == [0.0, 0.0, 1.0, 2.0]
    assert problem.upper[:, block.start + 1].tolist() == [3.0, 4.0, 1.0, 2.0]
    assert problem.block("Link", "<delay 3>") is None


def test_delay_that_nobody_waits_for_needs_no_register():
    """Port 2 has a delay and no bus; what is sent later than the horizon ends never arrives."""
    draft = Draft(3)
    for bus in ("up", "down"):
        draft.add("Bus", bus, carrier="AC")
    draft.add("Link", "a", bus0="up", bus1="down", p_nom=10.0, bus2="", efficiency2=1.0, delay2=2,
              cyclic_delay2=True)  # fmt: skip
    draft.add("Link", "b", bus0="up", bus1="down", p_nom=10.0, delay=3, cyclic_delay=False)
    problem = Problem.from_network(draft.network())
    assert {(b.component, b.attribute) for b in problem.columns} == {("Link", "p")}
    assert not len(problem.before.row)


def rare_combinations():
    """What random islands do not mix: set points on a cycle, angle limits and shifts of transformers."""
    draft = Draft(4)
    for bus in "abc":
        draft.add("Bus", bus, carrier="AC", v_nom=100.0)
    draft.add("Load", "l", bus="c", p_set=[50.0, 70.0, 20.0, 90.0])
    draft.add("Generator", "g", bus="a", p_nom=80.0, marginal_cost=[3.0, 9.0, 2.0, 5.0])
    draft.add("Generator", "h", bus="b", p_nom=90.0, marginal_cost=[4.0, 6.0, 8.0, 2.0])
    draft.add(
        "Store", "s", bus="c", e_nom=50.0, e_cyclic=True, standing_loss=0.1, p_set=[5.0, np.nan, np.nan, -2.0]
    )
    limits = {"x": 0.2, "r": 0.01, "s_nom": 60.0}
    draft.add("Line", "ac", bus0="a", bus1="c", x=9.0, r=0.1, s_nom=50.0)
    draft.add("Transformer", "ab", bus0="a", bus1="b", v_ang_max=6.0, phase_shift=2.0, **limits)
    draft.add(
        "Transformer", "bc", bus0="b", bus1="c", phase_shift=5.0, phase_shift_min=-1.0, phase_shift_max=2.0,
        **limits,
    )  # fmt: skip
    return elastic(draft.network())


def test_rare_combinations_cost_the_same_in_both_readings():
    same_optimum(rare_combinations())


@pytest.mark.parametrize("seed", [None, 5, 8, 13])
def test_bounds_costs_and_sides_are_the_same_one_by_one(seed):
    network = rare_combinations() if seed is None else elastic(random_islands(seed, 16))
    program, problem = read_program(network), Problem.from_network(network)
    compared = 0
    for block in problem.columns:
        other = program.block(block.component, block.attribute)
        if other is None:
            assert block.attribute.startswith("<delay ")
            continue
        place = other.names.get_indexer(block.names)
        here = slice(block.start, block.stop)
        np.testing.assert_allclose(problem.lower[:, here], other.lower[:, place], rtol=1e-13)
        np.testing.assert_allclose(problem.upper[:, here], other.upper[:, place], rtol=1e-13)
        if block.component != "Store":
            np.testing.assert_allclose(problem.cost[:, here], other.cost[:, place], rtol=1e-13)
        missing = np.setdiff1d(np.arange(len(other.names)), place)
        assert not other.lower[:, missing].any()
        assert not other.upper[:, missing].any()
        compared += 1
    assert compared >= 5
    for rows in problem.rows:
        other = next((r for r in program.rows if r.family == rows.family), None)
        if rows.family in SAME_ROWS:
            place = other.names.get_indexer(rows.names)
            here = slice(rows.start, rows.stop)
            np.testing.assert_allclose(problem.row_lower[:, here], other.lower[:, place], atol=1e-12)
            np.testing.assert_allclose(problem.row_upper[:, here], other.upper[:, place], atol=1e-12)


def test_every_place_has_one_entry_and_none_is_zero():
    problem = Problem.from_network(elastic(random_islands(21, 20)))
    for entries in (problem.now, problem.before):
        places = entries.row * problem.n_columns + entries.column
        assert (np.diff(places) > 0).all()
        assert (entries.value[entries.series < 0] != 0.0).all()
        used = entries.series[entries.series >= 0]
        assert sorted(used) == list(range(len(entries.values)))
        assert (entries.values != entries.values[:, :1]).any(axis=1).all() or entries is problem.before


def test_what_is_zero_in_all_hours_is_left_out():
    draft = Draft(3)
    for bus in ("a", "nowhere"):
        draft.add("Bus", bus, carrier="AC")
    draft.add("Load", "l", bus="a", p_set=5.0)
    draft.add("Generator", "g", bus="a", p_nom=10.0, ramp_limit_up=[np.nan, 0.5, 0.5])
    draft.add("Generator", "none", bus="nowhere", p_nom=0.0, ramp_limit_up=0.5, e_sum_max=7.0)
    draft.add("StorageUnit", "reservoir", bus="a", p_nom=2.0, p_min_pu=0.0, max_hours=3.0)
    draft.add("Store", "tank", bus="a", e_nom=4.0, standing_loss=0.1)
    problem = Problem.from_network(draft.network())
    columns = {(b.component, b.attribute, name) for b in problem.columns for name in b.names}
    assert columns == {
        ("Generator", "p", "g"),
        ("StorageUnit", "p_dispatch", "reservoir"),
        ("StorageUnit", "state_of_charge", "reservoir"),
        ("Store", "e", "tank"),
    }
    rows = {(r.family, name) for r in problem.rows for name in r.names}
    assert rows == {("bus_balance", "a"), ("storage_unit_balance", "reservoir"), ("generator_ramp", "g")}
    assert problem.wide_names == ()
    assert len(problem.now.values) == len(problem.before.values) == 0


def test_law_that_nothing_can_keep_stays():
    """Load at a bus without any supply, and an energy that a generator of no size must make."""
    draft = Draft(2)
    draft.add("Bus", "a", carrier="AC")
    draft.add("Load", "l", bus="a", p_set=[0.0, 5.0])
    draft.add("Generator", "none", bus="a", p_nom=0.0, e_sum_min=7.0)
    problem = Problem.from_network(draft.network())
    assert problem.row_lower.tolist() == [[0.0], [5.0]]
    assert [row.name for row in problem.wide_names] == ["none"]
    assert problem.wide.nnz == 0


def test_power_of_a_store_stands_in_the_row_of_its_bus():
    r"""Levels kept to 0.9 over 2 h: p_t = (0.81 e_{t-1} - e_t) / 2; hour 0 begins with 6 MWh."""
    draft = Draft(2, {"stores": [2.0, 2.0], "objective": [1.0, 3.0]})
    draft.add("Bus", "a", carrier="AC")
    draft.add("Load", "l", bus="a", p_set=1.0)
    draft.add("Store", "s", bus="a", e_nom=8.0, e_initial=6.0, standing_loss=0.1, marginal_cost=[4.0, 5.0])
    problem = Problem.from_network(draft.network())
    assert problem.n_rows == problem.n_columns == 1
    assert problem.now.value.tolist() == [-0.5]
    assert problem.before.value.tolist() == pytest.approx([0.405])
    assert problem.wraps.tolist() == [False]
    assert problem.row_lower.ravel().tolist() == [1.0 - 6.0 / 2.0, 1.0]
    assert problem.cost.ravel().tolist() == pytest.approx([-4.0 / 2 + 0.81 * 15.0 / 2, -15.0 / 2])
    assert problem.constant == pytest.approx(4.0 * 6.0 / 2)


def test_cycle_without_impedance_has_no_row():
    draft = Draft(2)
    for bus in "ab":
        draft.add("Bus", bus, carrier="AC", v_nom=100.0)
    for name in ("one", "two"):
        draft.add("Line", name, bus0="a", bus1="b", x=0.0, r=0.1, s_nom=10.0)
    assert not [r for r in Problem.from_network(draft.network()).rows if r.family == "cycle"]


def test_line_from_a_bus_to_itself_touches_no_balance():
    draft = Draft(2)
    draft.add("Bus", "a", carrier="AC", v_nom=100.0)
    draft.add("Line", "loop", bus0="a", bus1="a", x=1.0, s_nom=10.0)
    draft.add("Generator", "g", bus="a", p_nom=1.0)
    problem = Problem.from_network(draft.network())
    assert problem.n_columns == 2
    assert problem.now.column.tolist() == [problem.block("Generator", "p").start]


def test_ends_at_one_bus_add_up_hour_by_hour():
    draft = Draft(3)
    draft.add("Bus", "a", carrier="AC")
    draft.add("Bus", "b", carrier="AC")
    draft.add(
        "Link", "k", bus0="a", bus1="a", bus2="b", p_nom=1.0, efficiency=[0.5, 0.75, 1.0], efficiency2=0.1
    )
    draft.add("Link", "m", bus0="a", bus1="b", bus2="b", p_nom=1.0, efficiency=[0.5, 0.75, 1.0],
              efficiency2=[0.5, 0.25, 0.0])  # fmt: skip
    problem = Problem.from_network(draft.network())
    dense = problem.matrix().toarray()
    assert dense[0:2, 0:2].tolist() == [[-0.5, -1.0], [0.1, 1.0]]
    assert dense[2:4, 2:4].tolist() == [[-0.25, -1.0], [0.1, 1.0]]
    assert dense[4:6, 4:6].tolist() == [[0.0, -1.0], [0.1, 1.0]]
    assert len(problem.now.values) == 1


def test_engine_and_certificate_share_no_law():
    """The reading may look at raw inputs and cycles; it may not use the certificate's laws, nor its plan."""
    folder = Path(qhgrid.dispatch.engine.__path__[0])
    allowed = {"inputs", "cycles", "program", "prices"}
    for path in (*sorted(folder.glob("reading*.py")), folder / "writing.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module.startswith("qhgrid.dispatch."):
                room = node.module.removeprefix("qhgrid.dispatch.").split(".")[0]
                assert room in allowed | {"engine"}, f"{path.name} imports {node.module}"
                if room == "program":
                    kinds = {"FloatArray", "IntArray", "BoolArray", "Unit"}
                    assert {name.name for name in node.names} <= kinds
