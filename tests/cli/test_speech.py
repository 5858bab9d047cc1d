"""Faults, crashes, interruptions and progress, as the user sees them."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from qhgrid.cli import progress as progress_module
from qhgrid.cli.interrupt import call_interruptibly
from qhgrid.cli.progress import progress
from qhgrid.cli.speech import Speech
from qhgrid.errors import Fault, ScenarioError

FAULTS = [
    Fault("a.yaml:1: year", "2019 is\nbelow 2020", "Give 2020 or more."),
    Fault("a.yaml:2", "no", "Mend."),
]

CRASH = """
import sys
import qhgrid.cli.commands as commands
from qhgrid.cli import main
def fail(speech):
    raise ZeroDivisionError("a slip of ours")
commands.build_command = fail
main(sys.argv[1:])
"""

SLEEP = """
import sys, time
from pathlib import Path
import qhgrid.study as study
from qhgrid.runs import new_folder
def run_study(scenario, overrides, out, **_):
    with new_folder(out, "a-run") as part:
        (part / "data.txt").write_text("half")
        print("writing", file=sys.stderr, flush=True)
        time.sleep(60)
study.run_study = run_study
from qhgrid.cli import main
main(["run", "2030-plan", "--out", sys.argv[1]])
"""


def test_faults_are_printed_one_a_line_on_stderr(capsys):
    Speech().print_faults(FAULTS)
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.splitlines() == [
        "a.yaml:1: year: 2019 is below 2020. Give 2020 or more.",
        "a.yaml:2: no. Mend.",
    ]


@pytest.mark.parametrize(("lang", "rule"), [("zh", "〔假设的取值在区间之内〕"), ("en", "")])
def test_a_breach_of_a_planning_rule_begins_with_the_rule_in_chinese(capsys, lang, rule):
    known = Fault("a.yaml:3", "too high", "Mend. [assumption-range]")
    unknown = Fault("a.yaml:4", "odd", "Mend. [no-such-rule]")
    Speech(lang).print_faults([known, unknown])
    assert capsys.readouterr().err.splitlines() == [f"{rule}{known}", str(unknown)]


def test_faults_as_json_go_to_stdout(capsys):
    Speech(as_json=True).print_faults(FAULTS)
    printed = capsys.readouterr()
    assert printed.err == ""
    assert json.loads(printed.out)["faults"][1] == {"where": "a.yaml:2", "what": "no", "mend": "Mend."}


def test_a_failure_of_ours_is_one_line_and_exit_1():
    call = subprocess.run([sys.executable, "-c", CRASH], capture_output=True, text=True, check=False)
    assert call.returncode == 1
    assert call.stdout == ""
    assert call.stderr.count("\n") == 1
    assert "ZeroDivisionError: a slip of ours" in call.stderr
    assert "--debug" in call.stderr


def test_debug_adds_the_traceback_of_a_failure_of_ours():
    call = subprocess.run(
        [sys.executable, "-c", CRASH, "--debug"], capture_output=True, text=True, check=False
    )
    assert call.returncode == 1
    assert "Traceback (most recent call last)" in call.stderr


def test_ctrl_c_ends_at_once_with_130_and_leaves_nothing(tmp_path):
    call = subprocess.Popen(
        [sys.executable, "-c", SLEEP, str(tmp_path / "runs")], stderr=subprocess.PIPE, text=True
    )
    for line in call.stderr:
        if line == "writing\n":
            break
    start = time.monotonic()
    call.send_signal(signal.SIGINT)
    _, err = call.communicate(timeout=30)
    assert call.returncode == 130
    assert time.monotonic() - start < 10
    assert "Traceback" not in err
    assert "已中断" in err
    assert list(tmp_path.iterdir()) == []


def test_reader_that_leaves_a_pipe_early_causes_no_noise():
    code = f"{sys.executable} -m qhgrid schema | head -c 10"
    call = subprocess.run(["bash", "-c", code], capture_output=True, text=True, check=False)
    assert len(call.stdout) == 10
    assert call.stderr == ""


def test_stdout_that_knows_no_chinese_still_works():
    env = {**os.environ, "PYTHONIOENCODING": "ascii"}
    call = subprocess.run(
        [sys.executable, "-m", "qhgrid", "check", "nowhere"],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert call.returncode == 2
    assert "nowhere" in call.stderr
    assert "Traceback" not in call.stderr


def test_work_in_a_thread_returns_its_value_and_raises_its_errors():
    def fail():
        raise ScenarioError(FAULTS)

    assert call_interruptibly(lambda: 42) == 42
    with pytest.raises(ScenarioError, match="below 2020"):
        call_interruptibly(fail)


def test_progress_is_silent_in_a_pipe_for_two_seconds_and_then_names_every_stage(capsys, monkeypatch):
    with progress(Speech("en"), ("scenario", "network", "dispatch")) as report:
        report("scenario")
        report("network")
        assert capsys.readouterr().err == ""
        monkeypatch.setattr(progress_module, "PATIENCE_S", 0.0)
        report("dispatch")
    lines = capsys.readouterr().err.splitlines()
    assert lines == ["[1/3] Read the scenario", "[2/3] Build the network", "[3/3] Dispatch hour by hour"]


def test_progress_says_at_once_that_kernels_are_compiled_and_keeps_shares_out_of_a_pipe(capsys):
    with progress(Speech("en"), ("network", "dispatch")) as report:
        report("dispatch")
        report("compile", 0.0)
        report("dispatch", 0.5)
    lines = capsys.readouterr().err.splitlines()
    assert lines == ["First run: compiling the dispatch kernels, about a minute, once"]


def test_progress_on_a_terminal_shows_the_share_of_a_stage_that_is_done(capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    with progress(Speech("zh"), ("network", "dispatch")) as report:
        report("dispatch")
        report("dispatch", 0.5)
    assert "逐小时调度 50%" in capsys.readouterr().err


def test_progress_on_a_terminal_is_a_bar_with_stage_names(capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    with progress(Speech("zh"), ("scenario", "network")) as report:
        report("scenario")
        report("network")
    printed = capsys.readouterr()
    assert "建立网络" in printed.err
    assert "1/2" in printed.err
    assert printed.out == ""
