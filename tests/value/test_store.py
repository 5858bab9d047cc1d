"""Evaluations on the disk: whole lines or none, one study, one process, the same bytes after a kill -9."""

from __future__ import annotations

import random
import subprocess
import sys
import time

import pytest

from qhgrid.errors import RunError
from qhgrid.value.game import Evaluation, Interval
from qhgrid.value.store import Store, line_of, read_line

ONE = Evaluation({"cost": Interval(1.5, 1.0, 2.0)}, {"a": 0.1, "甲": -3.0})
OTHER = Evaluation({"cost": Interval(0.1 + 0.2, -1e300, 5e-324)})


def test_what_was_put_is_found_again_to_the_last_digit(tmp_path):
    with Store(tmp_path / "deep" / "log.jsonl", "id") as store:
        store.put(frozenset("ab"), "exact", ONE)
        store.put(frozenset(), "screen", OTHER)
    with Store(tmp_path / "deep" / "log.jsonl", "id") as store:
        assert store.get(frozenset("ba"), "exact") == ONE
        assert store.get(frozenset(), "screen") == OTHER
        assert store.get(frozenset("ab"), "screen") is None
        assert len(store) == 2


def test_a_line_that_was_cut_off_anywhere_is_dropped_and_the_rest_kept(tmp_path):
    path = tmp_path / "log.jsonl"
    with Store(path, "id") as store:
        store.put(frozenset("a"), "exact", ONE)
        whole = path.stat().st_size
        store.put(frozenset("b"), "exact", OTHER)
    content = path.read_bytes()
    for end in range(whole, len(content) - 1):
        path.write_bytes(content[:end])
        with Store(path, "id") as store:
            assert len(store) == 1
            store.put(frozenset("b"), "exact", OTHER)
        assert path.read_bytes() == content


def test_a_damaged_line_amid_others_is_evaluated_again(tmp_path):
    path = tmp_path / "log.jsonl"
    with Store(path, "id") as store:
        store.put(frozenset("a"), "exact", ONE)
        store.put(frozenset("b"), "exact", OTHER)
    path.write_bytes(path.read_bytes().replace(b"1.5", b"1.6"))
    with Store(path, "id") as store:
        assert store.n_dropped == 1
        assert store.get(frozenset("a"), "exact") is None
        assert store.get(frozenset("b"), "exact") == OTHER


def test_a_file_of_another_study_is_refused(tmp_path):
    Store(tmp_path / "log.jsonl", "one").close()
    with pytest.raises(RunError, match=r"another study\. Remove the file"):
        Store(tmp_path / "log.jsonl", "other")


def test_a_file_in_use_is_refused(tmp_path):
    with Store(tmp_path / "log.jsonl", "id"), pytest.raises(RunError, match=r"in use.*Wait until it ends"):
        Store(tmp_path / "log.jsonl", "id")


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="--out"):
        Store(tmp_path / "file" / "log.jsonl", "id")


@pytest.mark.parametrize("line", [b"", b"\xff\xfe", b"0123 {}", b"{}", line_of({"a": 1})[:-2]])
def test_what_is_no_line_is_not_read(line):
    assert read_line(line) is None


STUDY = """
import sys, time
from pathlib import Path
from qhgrid.value.game import Game
from qhgrid.value.sharpen import shapley_values
from qhgrid.value.store import Store
from qhgrid.value.workers import Asker, crew_of
from tests.value.toys import LESS_IS_BETTER, Drawn, Portable

folder, pause_s = Path(sys.argv[1]), float(sys.argv[2])
evaluator = Portable(seed=4, n_players=7, pause_s=pause_s, error=20.0)
plan = Drawn(permutations=8, exact=16, pairs=1, stops_early=False)
with Store(folder / "log.jsonl", "study") as store, crew_of(evaluator) as crew:
    game = Game(evaluator.players, LESS_IS_BETTER)
    found = shapley_values(game, Asker(game, crew, store), plan)
(folder / "part").write_text(repr(found))
(folder / "part").rename(folder / "result.txt")
"""


def run_study(folder, pause_s=0.0):
    return subprocess.Popen([sys.executable, "-c", STUDY, str(folder), str(pause_s)])


@pytest.mark.slow
def test_killed_at_any_moment_a_study_goes_on_to_the_same_bytes(tmp_path):
    """The study is killed at seeded moments, each after some new lines are on the disk, until it is done."""
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    assert run_study(whole).wait() == 0
    n_lines = len((whole / "log.jsonl").read_bytes().splitlines())
    moments = random.Random(5)
    log = killed / "log.jsonl"
    for _ in range(3):
        aim = (log.stat().st_size if log.exists() else 0) + moments.randrange(200, 4000)
        study = run_study(killed, pause_s=0.004)
        while study.poll() is None and (not log.exists() or log.stat().st_size < aim):
            time.sleep(0.001)
        study.kill()
        study.wait()
        assert not (killed / "result.txt").exists()
        with log.open("ab") as file:
            file.write(b"0123456789abcdef {half a line")
    assert run_study(killed).wait() == 0
    assert (killed / "result.txt").read_bytes() == (whole / "result.txt").read_bytes()
    assert len(log.read_bytes().splitlines()) == n_lines
