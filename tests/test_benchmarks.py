"""The benchmarks measure what they say: networks, one case end to end, files, ratios, report."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.__main__ import main
from benchmarks.cases import CASES, QUICK
from benchmarks.clock import Clock
from benchmarks.horizons import Horizon, read_horizon, tile
from benchmarks.measure import without_paths
from benchmarks.networks import Mesh, cascade, join_neighbours, mesh
from benchmarks.ratios import changes, ratios_of
from benchmarks.report import BEGIN, END, best_objective, in_markdown, write_report
from benchmarks.results import Measurement, Results, Stage, read_results, write_results
from benchmarks.roads import FULL, ROADS, by_exact
from benchmarks.roads import QUICK as QUICK_ROADS

ROOT = Path(__file__).resolve().parent.parent
SIZE = Mesh(6, 8, 12, 4)


def same(first, second) -> bool:
    """Return whether two networks hold the same components, figures and series."""
    tables = [
        (a, b)
        for one, other in zip(first.components, second.components, strict=True)
        for a, b in [(one.static, other.static), *((f, other.dynamic[k]) for k, f in one.dynamic.items())]
    ]
    return all(a.equals(b) for a, b in tables)


@pytest.mark.parametrize("make", [lambda seed: mesh(SIZE, 30, seed), lambda seed: cascade(4, 30, seed)])
def test_same_seed_makes_the_same_network_and_another_seed_another(make):
    assert same(make(3), make(3))
    assert not same(make(3), make(4))


def test_made_network_has_the_size_that_was_asked_for():
    n = mesh(Mesh(6, 8, 12, 4, step_hours=3), 30)
    last_resorts = len(n.buses)
    sizes = (len(n.buses), len(n.lines), len(n.generators) - last_resorts, len(n.storage_units))
    assert sizes == (6, 8, 12, 4)
    assert len(n.snapshots) == 10
    assert n.snapshot_weightings["objective"].sum() == 30.0


def test_lines_join_all_buses_and_none_twice():
    place = np.random.default_rng(1).random((12, 2))
    pairs = join_neighbours(place, 17)
    assert len(set(pairs)) == 17
    reached = {0}
    for _ in place:
        reached |= {b for pair in pairs for b in pair if reached & set(pair)}
    assert reached == set(range(12))


def test_too_few_lines_are_refused():
    with pytest.raises(ValueError, match="10 lines cannot join 12 buses; give at least 11"):
        join_neighbours(np.zeros((12, 2)), 10)


def test_years_in_a_row_repeat_the_series_and_add_up_the_contracts():
    n = mesh(SIZE, 24)
    n.generators.loc[n.generators.index[0], "e_sum_min"] = 100.0
    load = n.loads_t.p_set.copy()
    tile(n, 3)
    assert len(n.snapshots) == 72
    assert n.snapshots.equals(pd.date_range("2030-01-01", periods=72, freq="h", name="snapshot"))
    assert np.array_equal(n.loads_t.p_set.to_numpy(), np.tile(load.to_numpy(), (3, 1)))
    assert n.generators["e_sum_min"].max() == 300.0
    assert np.isinf(n.generators["e_sum_max"]).all()


def test_level_at_the_end_binds_at_the_end_of_the_last_year_only():
    n = cascade(2, 5)
    store = n.stores.index[0]
    n.stores_t.e_min_pu[store] = [0.0, 0.0, 0.0, 0.0, 0.6]
    tile(n, 3)
    assert n.stores_t.e_min_pu[store].to_list() == [0.0] * 14 + [0.6]


@pytest.mark.parametrize("text", ["168", "8760x4"])
def test_horizon_reads_back_as_written(text):
    assert str(read_horizon(text)) == text
    assert read_horizon("8760x4").total == 35040


def test_horizon_that_is_none_is_refused():
    with pytest.raises(ValueError, match="'a year' is not a horizon"):
        read_horizon("a year")


def test_plan_comes_in_whole_days():
    with pytest.raises(ValueError, match="whole days of 2030, not 25 h"):
        CASES["plan-8"].build(Horizon(25))


def test_sets_name_cases_and_roads_that_exist():
    assert set(QUICK) <= set(CASES)
    assert set(QUICK_ROADS) < set(FULL) <= set(ROADS)


# One case end to end


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """Return the folder of results of one small measurement made through the command line."""
    folder = tmp_path_factory.mktemp("results")
    words = "--cases mesh-5 --horizons 24 --roads pypsa-simplex-1 --limit 60 --name small"
    assert main(["run", *words.split(), "--folder", str(folder)]) == 0
    return folder


def test_measurement_holds_stages_memory_and_objective(measured):
    (m,) = read_results(measured / "small.json").measurements
    assert m.is_done, m.detail
    assert [stage.stage for stage in m.stages] == ["network", "model", "solve", "read back"]
    assert all(stage.wall_s >= 0 for stage in m.stages)
    assert 50 < m.peak_mb < 5000
    assert m.outcome["lp_columns"] > 24 * 15


def test_results_say_nothing_of_where_they_were_made(measured):
    text = (measured / "small.json").read_text()
    assert str(ROOT) not in text
    assert str(Path.home()) + "/" not in text
    assert platform.node() not in json.loads(text)["machine"].values()
    assert without_paths("import of /a/b-c/d.py failed: 1/2") == "import of d.py failed: 1/2"


def test_resumed_run_measures_nothing_twice(measured, capsys):
    before = (measured / "small.json").read_bytes()
    words = "--cases mesh-5 --horizons 24 --roads pypsa-simplex-1 --name small --resume"
    assert main(["run", *words.split(), "--folder", str(measured)]) == 0
    assert (measured / "small.json").read_bytes() == before
    assert "[1/" not in capsys.readouterr().out


def test_unknown_names_are_refused_with_those_that_exist(capsys, tmp_path):
    assert main(["run", "--roads", "magic", "--folder", str(tmp_path)]) == 2
    assert "there is no road 'magic'. Use some of: pypsa-simplex-1" in capsys.readouterr().err


def test_process_beyond_its_limit_is_ended_and_has_told_what_it_finished():
    code = """
import json, time
from benchmarks.clock import Clock
clock = Clock(lambda line: print(json.dumps(line), flush=True), 0.2)
clock.begin("model"); clock.arm(); clock.begin("solve"); time.sleep(20)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == -14
    assert [json.loads(line) for line in done.stdout.splitlines()][-1] == {"begins": "solve"}
    assert '"stage": "model"' in done.stdout


def test_our_road_has_the_stages_and_the_objective_of_the_others(measured, monkeypatch):
    import qhgrid.dispatch as room

    solve = room.solve
    monkeypatch.setattr(room, "solve", lambda n, **kw: solve(n, **(kw | {"method": "highs-simplex"})))
    told = []
    case = replace(CASES["mesh-5"], shortest=3)
    outcome = by_exact(case, Horizon(24), Clock(told.append), threads=1)
    stages = [line["stage"] for line in told if "stage" in line]
    assert stages == ["first solve", "network", "model", "solve", "read back"]
    (by_pypsa,) = read_results(measured / "small.json").measurements
    assert outcome["objective"] == pytest.approx(by_pypsa.objective, rel=1e-6)


# Files, ratios, report


def fake(road: str, solve: float, *, status: str = "done", case: str = "mesh-5", objective: float = 1e6):
    """Return a measurement whose solve took `solve` seconds, and its model and read-back one each."""
    seconds = {"model": 1.0, "solve": solve, "read back": 1.0}
    stages = tuple(Stage(name, wall, wall, 300.0) for name, wall in seconds.items())
    if status != "done":
        return Measurement(case, "24", road, status, 101.0, 0.1, stages[:1], {}, "after 101 s in stage solve")
    return Measurement(case, "24", road, "done", 101.0, 0.1, stages, {"objective": objective})


def results(*measurements: Measurement) -> Results:
    """Return results of a machine that does not exist."""
    machine = {"processor": "abacus", "cores": 2, "memory_gb": 1, "system": "none", "python": "3"}
    return Results("fake", machine, {"pypsa": "1"}, measurements)


USUAL = results(
    fake("pypsa-simplex-1", 10.0),
    fake("pypsa-pdlp-1", 40.0, objective=0.9e6),
    fake("engine-1", 0.5),
    fake("engine-2", 0.25),
    fake("exact-1", 0.5),
)


def test_results_read_back_as_written(tmp_path):
    write_results(USUAL, tmp_path / "usual.json")
    assert read_results(tmp_path / "usual.json") == USUAL


def test_measurement_made_again_replaces_the_old_one():
    again = USUAL.with_measurement(fake("engine-1", 9.0))
    assert [m.key for m in again.measurements] == [m.key for m in USUAL.measurements]
    assert again.measurements[2].seconds("solve", wall=True) == 9.0


def test_ratios_are_to_the_fastest_of_the_others():
    found = {kind: ratio.value for (_, _, kind), ratio in ratios_of(USUAL).items()}
    assert found == {
        "solve": 20.0, "total": pytest.approx(12 / 2.5), "solve, 2 threads": 40.0, "second thread": 2.0,
    }  # fmt: skip


def test_ratio_to_a_road_that_was_not_done_is_a_lower_bound():
    late = results(fake("pypsa-simplex-1", 0, status="not done"), fake("engine-1", 0.5))
    (ratio,) = ratios_of(late).values()
    assert ratio.at_least
    assert ratio.value == 200.0


@pytest.mark.parametrize(
    ("ours", "code"), [(0.5, 0), (0.54, 0), (0.25, 0), (0.6, 1), (None, 1)], ids=str
)  # fmt: skip
def test_comparison_fails_when_a_ratio_falls_by_more_than_a_tenth(tmp_path, capsys, ours, code):
    new = fake("engine-1", 0, status="failed") if ours is None else fake("engine-1", ours)
    before = results(fake("pypsa-simplex-1", 10.0), fake("engine-1", 0.5))
    write_results(before, tmp_path / "a.json")
    write_results(before.with_measurement(new), tmp_path / "b.json")
    assert main(["compare", str(tmp_path / "a.json"), str(tmp_path / "b.json")]) == code
    assert ("WORSE" in capsys.readouterr().out) == bool(code)


def test_comparison_with_a_file_that_is_not_there_says_so(tmp_path, capsys):
    assert main(["compare", str(tmp_path / "a.json"), str(tmp_path / "b.json")]) == 2
    assert f"there is no file {tmp_path / 'a.json'}; `run` makes them." in capsys.readouterr().err


def test_road_that_was_left_out_is_no_regression():
    after = results(fake("pypsa-simplex-1", 10.0))
    assert [change.is_worse for change in changes(USUAL, after)] == [False] * 4
    assert changes(USUAL, results(fake("engine-1", 1.0, case="lines"))) == []


def test_best_objective_is_that_of_a_vertex_and_not_of_a_sloppy_method():
    assert best_objective(USUAL.measurements) == 1e6
    assert "-1.0e-01" in in_markdown(USUAL)


def test_report_stands_between_its_markers_and_is_repeatable(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text(f"# Before\n\n{BEGIN}\nold\n{END}\n\nafter\n")
    plots = tmp_path / "plots"
    write_report(USUAL, readme, plots)
    first = [readme.read_text(), *(plot.read_bytes() for plot in sorted(plots.iterdir()))]
    write_report(USUAL, readme, plots)
    assert [readme.read_text(), *(plot.read_bytes() for plot in sorted(plots.iterdir()))] == first
    assert first[0].startswith("# Before\n")
    assert first[0].endswith(f"{END}\n\nafter\n")
    assert "old" not in first[0]
    assert "| mesh-5 | 24 | 20 (simplex) |" in first[0]
    assert "| mesh-5 | 24 | engine-2 |  |  | 10.4 | 93.8 | 300 |  |" in first[0]
    assert "![Ratios of each case](plots/ratios.svg)" in first[0]


def test_readme_without_a_place_for_results_is_refused(tmp_path):
    (tmp_path / "README.md").write_text("# No markers\n")
    with pytest.raises(ValueError, match="has no place for results"):
        write_report(USUAL, tmp_path / "README.md", tmp_path)
