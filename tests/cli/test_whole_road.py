"""The command line on real input: kill -9, bad disks, broken scenarios, the solver on any network file."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from qhgrid.runs import list_runs, open_run
from tests.conftest import ONE_DAY

BROKEN = sorted((Path(__file__).parents[1] / "scenario" / "broken").glob("*.yaml"))
SETTINGS = [word for setting in ONE_DAY for word in ("--set", setting)]
KILLS = 10
CHECKOUT = Path(__file__).parents[2]


class RunServer:
    """A process with the libraries loaded that starts a run of one day whenever it is told to."""

    def __init__(self):
        words = [sys.executable, "-m", "tests.cli.run_server"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self._process = subprocess.Popen(words, cwd=CHECKOUT, text=True, bufsize=1, **pipes)

    def start(self, out: Path) -> int:
        """Start a run into `out` and return its process id."""
        self._process.stdin.write(f"{out}\n")
        return int(self._process.stdout.readline())

    def wait(self) -> int:
        """Return the exit code of the run last started, minus the signal that ended it."""
        return int(self._process.stdout.readline())

    def close(self):
        """End the server."""
        self._process.communicate()


@pytest.fixture
def server():
    """Return a server of runs."""
    server = RunServer()
    yield server
    server.close()


def test_kill_9_at_ten_random_moments_leaves_nothing_that_compare_accepts(server, call, tmp_path):
    out = tmp_path / "runs"
    server.start(out)
    begin = time.monotonic()
    assert server.wait() == 0
    seconds = time.monotonic() - begin
    moments = random.Random(20300115)
    for _ in range(KILLS):
        for folder in list_runs(out):
            shutil.rmtree(folder)
        run = server.start(out)
        time.sleep(seconds * moments.random())
        with suppress(ProcessLookupError):
            os.kill(run, signal.SIGKILL)
        check_leftovers(out, call, was_killed=server.wait() == -signal.SIGKILL)
    server.start(out)
    assert server.wait() == 0
    folders = list(out.iterdir())
    assert len(folders) == 1
    open_run(folders[0], full=True)


def check_leftovers(out, call, *, was_killed):
    """Check that what a killed run left is at most a part folder that every command refuses."""
    for path in out.iterdir():
        if path.name.startswith("."):
            answer = call("compare", path, path)
            assert answer.code == 2
            assert "is unfinished" in answer.err
        else:  # the kill came after the last step
            open_run(path, full=True)
            assert call("compare", path, path).code == 0
    assert was_killed or len(list(out.iterdir())) == 1


def test_every_command_works_on_a_real_run(call, short_run):
    out = short_run.folder.parent
    answer = call("run", "2030-plan", *SETTINGS, "--out", out)
    assert answer.code == 0
    assert "TGT-01" in answer.out
    assert "直接取用" in answer.out
    assert call("compare", short_run.run_id, short_run.folder, "--out", out).code == 0
    assert call("verify", short_run.run_id, "--out", out, "--quick").code == 0
    figure = short_run.figures()["figures"][0]["key"]
    assert call("cite", f"qhgrid:{short_run.run_id}/{figure}", "--out", out).code == 0


def test_dispatch_of_a_run_network_gives_the_objective_of_the_run(call, short_run, tmp_path):
    answer = call("dispatch", short_run.path("network.nc"), "--out", tmp_path / "again.nc", "--json")
    assert answer.code == 0
    content = json.loads(answer.out)
    assert content["status"] == "optimal"
    assert content["objective"] == pytest.approx(short_run.manifest.result["objective"], rel=1e-6)
    assert content["out"] == str(tmp_path / "again.nc")
    assert [path.name for path in tmp_path.iterdir()] == ["again.nc"]


@pytest.fixture
def small_network(tmp_path):
    """Return the file of a network of one bus that is short of 5 MW in its third hour."""
    import pypsa

    pypsa.options.api.legacy_string_dtype = False
    network = pypsa.Network()
    network.set_snapshots(range(3))
    network.add("Bus", "one")
    network.add("Load", "load", bus="one", p_set=[10.0, 20.0, 30.0])
    network.add("Generator", "gas", bus="one", p_nom=25.0, marginal_cost=50.0)
    network.export_to_netcdf(tmp_path / "small.nc")
    return tmp_path / "small.nc"


def test_dispatch_prints_cost_bound_and_gap(call, small_network, tmp_path):
    answer = call("dispatch", small_network, "--out", tmp_path / "results.nc", "--lang", "en")
    assert answer.code == 0
    assert "optimal: cost " in answer.out
    assert "lower bound" in answer.out
    assert "one: short of" in answer.out
    assert f"Result written to {tmp_path / 'results.nc'}" in answer.out


@pytest.mark.parametrize("kind", ["missing", "folder", "text"])
def test_dispatch_of_what_is_no_network_exits_2(call, tmp_path, kind):
    path = tmp_path / "network.nc"
    if kind == "folder":
        path.mkdir()
    elif kind == "text":
        path.write_text("no network")
    answer = call("dispatch", path)
    assert answer.code == 2
    assert str(path) in answer.err
    assert "Traceback" not in answer.err


def test_dispatch_that_cannot_write_its_result_says_so_before_it_solves(call, small_network, monkeypatch):
    monkeypatch.setattr("qhgrid.dispatch.solve", None)
    answer = call("dispatch", small_network, "--out", small_network.parent / "missing" / "results.nc")
    assert answer.code == 2
    assert "cannot be written: No such file or directory" in answer.err


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_broken_scenario_exits_2_with_a_place_and_leaves_nothing(call, tmp_path, path):
    answer = call("run", path, "--out", tmp_path / "runs")
    assert answer.code == 2
    assert answer.out == ""
    assert answer.err.strip()
    for line in answer.err.strip().splitlines():
        place, _, words = line.partition(": ")
        assert place, line
        assert words.strip().endswith((".", "。", "?")), line
    assert "Traceback" not in answer.err
    assert not (tmp_path / "runs").exists()


def test_there_are_forty_broken_scenarios():
    assert len(BROKEN) >= 40


@pytest.mark.parametrize(
    "words", [["run", "2030-pln"], ["check", "2030-pln"], ["cite", "x"], ["dispatch", "x.nc"]]
)
def test_bad_input_exits_2_without_traceback_in_a_real_process(tmp_path, words):
    call = subprocess.run(
        [sys.executable, "-m", "qhgrid", *words], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert call.returncode == 2
    assert call.stdout == ""
    assert call.stderr.strip()
    assert "Traceback" not in call.stderr
    assert list(tmp_path.iterdir()) == []


def test_out_that_is_a_file_exits_2(call, tmp_path):
    (tmp_path / "runs").write_text("x")
    answer = call("run", "2030-plan", *SETTINGS, "--out", tmp_path / "runs")
    assert answer.code == 2
    assert "Give a folder with --out, not a file" in answer.err
    assert (tmp_path / "runs").read_text() == "x"
