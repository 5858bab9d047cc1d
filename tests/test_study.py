"""The flow end to end on one winter day: what is in the run folder, and that it is the same every time."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr

import qhgrid
from qhgrid.errors import RunError, ScenarioError
from qhgrid.facts import read_facts
from qhgrid.runs import citation_keys, cite, disk_errors, open_run
from qhgrid.scenario import check_scenario
from qhgrid.shipped import profiles_folder
from qhgrid.study import STAGES, identify, run_study, verify_run
from tests.conftest import ONE_DAY

CHECKOUT = Path(qhgrid.__file__).resolve().parents[1]


@pytest.fixture
def copied_run(short_run, tmp_path):
    """Return a copy of the short run that a test may damage."""
    return open_run(shutil.copytree(short_run.folder, tmp_path / "runs" / short_run.name))


@pytest.fixture
def without_solving(monkeypatch):
    """Return a function that makes runs write what the given function writes, without solving anything."""

    def install(write):
        monkeypatch.setattr("qhgrid.study.compute", lambda *_args: SimpleNamespace(dispatch=None))
        monkeypatch.setattr("qhgrid.study.result_of", lambda _dispatch: {})
        monkeypatch.setattr("qhgrid.study.write_outcome", lambda part, *_args: write(part))

    return install


def test_run_folder_holds_all_parts_and_nothing_else(short_run):
    names = {path.name for path in short_run.folder.iterdir()}
    assert names == {
        "manifest.json",
        "scenario.yaml",
        "network.nc",
        "results.nc",
        "figures.json",
        "tables",
        "tables.xlsx",
        "report.html",
        "timing.json",
    }
    assert [path.name for path in short_run.folder.parent.iterdir()] == [short_run.name]


def test_every_file_but_timing_has_a_checksum(short_run):
    listed = {file.name for file in short_run.manifest.files}
    there = {
        path.relative_to(short_run.folder).as_posix()
        for path in short_run.folder.rglob("*")
        if path.is_file()
    }
    assert there - listed == {"manifest.json", "timing.json"}
    open_run(short_run.folder, full=True)


def test_manifest_says_what_went_in_and_what_is_proved(short_run):
    content = json.loads(short_run.path("manifest.json").read_text())
    assert content["scenario"]["name"] == "2030-plan"
    assert content["scenario"]["text"] == short_run.path("scenario.yaml").read_text()
    assert content["qhgrid"]["version"] == qhgrid.__version__
    assert content["inputs"]["facts"] == read_facts().checksums()
    read = {path.name for path in profiles_folder().glob("*.nc")} - {"weather.nc"}  # of generated years only
    assert set(content["inputs"]["profiles"]) == read
    assert set(content["packages"]) >= {"numpy", "pypsa", "linopy", "highspy", "xarray", "pandas", "scipy"}
    certificate = content["result"]["certificate"]
    assert certificate["is_valid"] is True
    assert abs(certificate["gap"]) <= 1e-6
    assert content["result"]["objective"] == pytest.approx(certificate["cost"], rel=1e-9)
    assert not {"seconds", "time", "date", "host"} & set(content)


def test_timing_names_every_stage(short_run):
    timing = short_run.timing()
    assert list(timing["seconds"]) == sorted(STAGES)
    assert timing["request"] == ["2030-plan", *ONE_DAY]


def test_results_cover_the_hours_asked_for(short_run):
    results = short_run.results()
    assert results.sizes["snapshot"] == 24
    assert str(results.snapshot.values[0]).startswith("2030-01-15T00:00")


def test_network_file_opens_in_plain_pypsa_with_the_same_hours(short_run):
    from qhgrid.dispatch import read_network

    network = read_network(short_run.path("network.nc"))
    assert len(network.snapshots) == 24
    network.consistency_check()


def test_every_figure_and_cell_can_be_cited(short_run):
    keys = citation_keys(short_run)
    assert len(keys) > 100
    for key in (keys[0], keys[-1], keys[len(keys) // 2]):
        citation = cite(f"qhgrid:{short_run.run_id}/{key}", short_run.folder.parent)
        assert citation.facts == read_facts().checksums()
        assert citation.label_zh


def test_tables_are_written_as_csv_too(short_run):
    keys = {table["key"] for table in short_run.figures()["tables"]}
    assert {path.stem for path in short_run.path("tables").glob("*.csv")} == keys


def test_same_scenario_again_is_reused_without_a_second_solve(short_run, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise AssertionError("solved again")

    monkeypatch.setattr("qhgrid.study.compute", refuse)
    stages = []
    again = run_study("2030-plan", ONE_DAY, short_run.folder.parent, progress=stages.append)
    assert again.is_reused
    assert again.folder == short_run.folder
    assert stages == ["scenario"]


def test_run_of_the_stored_scenario_has_the_same_id(short_run):
    again = run_study(str(short_run.path("scenario.yaml")), (), short_run.folder.parent)
    assert again.is_reused
    assert again.run_id == short_run.run_id


def test_damaged_run_in_the_way_is_refused_until_forced(copied_run, short_run, without_solving):
    without_solving(lambda part: shutil.copytree(short_run.folder, part, dirs_exist_ok=True))
    out = copied_run.folder.parent
    copied_run.path("results.nc").write_bytes(b"short")
    with pytest.raises(RunError, match=r"results\.nc: was changed.*Run the scenario again with --force"):
        run_study("2030-plan", ONE_DAY, out)
    again = run_study("2030-plan", ONE_DAY, out, force=True)
    assert not again.is_reused
    open_run(again.folder, full=True)
    assert [path.name for path in out.iterdir()] == [copied_run.name]


def test_any_setting_changes_the_id_before_anything_is_solved(short_run):
    facts = read_facts()

    def run_id(*settings, lang="zh"):
        return identify(
            check_scenario("2030-plan", (*ONE_DAY, *settings), facts).scenario, facts, lang
        ).run_id

    ids = [
        run_id(),
        run_id("hydro.water_year=dry"),
        run_id("demand.level=high"),
        run_id(lang="en"),
    ]
    assert ids[0] == short_run.run_id
    assert len(set(ids)) == 4


def test_series_of_the_analysts_own_travel_in_the_run_folder(tmp_path):
    own = shutil.copyfile(profiles_folder() / "pv.nc", tmp_path / "mine.nc")
    out = tmp_path / "runs"
    run = run_study("2030-plan", (*ONE_DAY, f"profiles.pv={own}"), out)
    assert run.path("profiles/pv.nc").read_bytes() == own.read_bytes()
    assert str(tmp_path) not in run.path("scenario.yaml").read_text()
    own.unlink()
    assert run_study(str(run.path("scenario.yaml")), (), out).is_reused


def test_verify_runs_again_and_finds_the_same_bytes(short_run):
    verification = verify_run(str(short_run.folder))
    assert verification.is_rerun
    assert [file.name for file in verification.files if file.outcome != "same"] == []
    assert verification.changed_inputs == ()
    assert {file.name for file in verification.files} >= {
        "manifest.json",
        "network.nc",
        "results.nc",
        "report.html",
    }


def test_verify_stops_at_a_tampered_file_without_running_again(copied_run, monkeypatch):
    data = bytearray(copied_run.path("results.nc").read_bytes())
    data[len(data) // 2] ^= 1
    copied_run.path("results.nc").write_bytes(bytes(data))
    monkeypatch.setattr("qhgrid.study.run_study", None)
    verification = verify_run(str(copied_run.folder))
    assert not verification.passed
    assert [(file.name, file.outcome) for file in verification.files if file.outcome != "same"] == [
        ("results.nc", "differs")
    ]
    with pytest.raises(RunError, match=r"results\.nc: was changed"):
        open_run(copied_run.folder, full=True)


@pytest.mark.parametrize(
    ("scenario", "settings", "error"),
    [
        ("2030-pln", (), ScenarioError),
        ("2030-plan", ("year=1999",), ScenarioError),
        ("2030-plan", ("profiles.pv=/nowhere/pv.nc",), ScenarioError),
    ],
)
def test_bad_input_leaves_no_folder_at_all(tmp_path, scenario, settings, error):
    with pytest.raises(error):
        run_study(scenario, settings, tmp_path / "runs")
    assert list(tmp_path.iterdir()) == []


def test_series_with_a_gap_leaves_no_folder_at_all(tmp_path):
    with xr.open_dataset(profiles_folder() / "pv.nc") as dataset:
        series = dataset.load()
    series.pv_p_max_pu[12, 0] = np.nan
    series.to_netcdf(tmp_path / "gap.nc")
    with pytest.raises(ScenarioError, match=r"gap\.nc"):
        run_study("2030-plan", (*ONE_DAY, f"profiles.pv={tmp_path / 'gap.nc'}"), tmp_path / "runs")
    assert [path.name for path in tmp_path.iterdir()] == ["gap.nc"]


def test_failure_late_in_the_run_leaves_no_folder_at_all(tmp_path, without_solving):
    def refuse(part):
        (part / "network.nc").write_bytes(b"half")
        with disk_errors(part):
            raise OSError(28, "No space left on device")

    without_solving(refuse)
    with pytest.raises(RunError, match="No space left on device"):
        run_study("2030-plan", ONE_DAY, tmp_path / "runs")
    assert list(tmp_path.iterdir()) == []


def test_two_checkouts_with_other_hash_seeds_and_threads_give_the_same_bytes(tmp_path):
    calls = []
    for name, seed, threads in (("one", "1", "1"), ("two", "424242", "2")):
        checkout = tmp_path / name
        for part in ("qhgrid", "data", "scenarios"):
            shutil.copytree(CHECKOUT / part, checkout / part, ignore=shutil.ignore_patterns("__pycache__"))
        env = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "OMP_NUM_THREADS": threads,
            "OPENBLAS_NUM_THREADS": threads,
            "PYTHONPATH": str(checkout),
            "TZ": "Asia/Shanghai" if name == "two" else "America/New_York",
        }
        settings = [word for setting in ONE_DAY for word in ("--set", setting)]
        words = [sys.executable, "-m", "qhgrid", "run", "2030-plan", *settings, "--json"]
        calls.append(
            subprocess.Popen(words, cwd=checkout, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        )
    folders = []
    for call, name in zip(calls, ("one", "two"), strict=True):
        out, err = call.communicate(timeout=400)
        assert call.returncode == 0, err.decode()
        folders.append(tmp_path / name / json.loads(out)["folder"])
    assert folders[0].name == folders[1].name
    for entry in (*open_run(folders[0], full=True).manifest.files,):
        assert (folders[0] / entry.name).read_bytes() == (folders[1] / entry.name).read_bytes(), entry.name
    assert (folders[0] / "manifest.json").read_bytes() == (folders[1] / "manifest.json").read_bytes()
