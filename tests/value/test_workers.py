"""Many workers, one result; a fault in a worker is told like one at home."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass

import pytest

from qhgrid.errors import DispatchError, Fault
from qhgrid.value.game import Game
from qhgrid.value.sharpen import shapley_values
from qhgrid.value.workers import Asker, Processes, crew_of
from tests.value.toys import LESS_IS_BETTER, Drawn, Portable

PLAN = Drawn(permutations=8, exact=8, pairs=1, rounds=2)


def study(evaluator, **options):
    game = Game(evaluator.players, LESS_IS_BETTER)
    told = []
    with crew_of(evaluator, **options) as crew:
        asker = Asker(game, crew, progress=lambda done, total: told.append((done, total)))
        return shapley_values(game, asker, PLAN), told, asker.n_asked


def test_any_number_of_workers_gives_the_same_result():
    evaluator = Portable(seed=4, n_players=6, error=20.0)
    alone, told, asked = study(evaluator)
    assert study(evaluator, workers=3) == (alone, told, asked)
    assert sum(asked.values()) > 20
    assert told[0][0] == 0
    assert all(done <= total for done, total in told)


@pytest.mark.slow
def test_a_dask_cluster_gives_the_same_result():
    distributed = pytest.importorskip("distributed")
    evaluator = Portable(seed=4, n_players=6, error=20.0)
    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None, protocol="tcp",
        host="127.0.0.1",
    )  # fmt: skip
    with cluster:
        assert study(evaluator, cluster=cluster.scheduler_address) == study(evaluator)


def test_a_cluster_that_does_not_answer_is_told(monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr("qhgrid.value.cluster.PATIENCE_S", 0.2)
    with (
        pytest.raises(DispatchError, match=r"no Dask scheduler answers.*dask scheduler"),
        crew_of(Portable(1, 3), cluster="tcp://127.0.0.1:9"),
    ):
        pass


@dataclass(frozen=True)
class Faulty:
    players: tuple[str, ...] = ("a", "b", "c")
    error: str = "fault"

    def evaluate(self, members, precision):
        if self.error == "fault":
            raise DispatchError((Fault("here", "is wrong", "Mend it."), Fault("there", "too", "Mend that.")))
        if self.error == "bug":
            raise KeyError("b")
        os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_fault_in_a_worker_is_told_whole(workers):
    with pytest.raises(DispatchError) as found:
        study(Faulty(), workers=workers)
    assert str(found.value) == "here: is wrong. Mend it.\nthere: too. Mend that."


def test_a_bug_in_a_worker_is_not_taken_for_bad_input():
    with pytest.raises(RuntimeError, match="KeyError in a worker: 'b'"):
        study(Faulty(error="bug"), workers=2)


def test_a_worker_that_dies_is_missed():
    with pytest.raises(DispatchError, match=r"a worker process died.*fewer --workers"):
        study(Faulty(error="death"), workers=2)


def be_interrupted(crew):
    """Have all workers sleep, and return them by an exception, as Ctrl-C would."""
    assert isinstance(crew, Processes)
    crew._start(2)
    for line in crew._running:
        line.send((0, (frozenset({"p0"}), "exact")))
    raise KeyboardInterrupt(list(crew._running.values()))


def test_workers_are_gone_when_the_block_ends_though_they_were_busy():
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt) as found, crew_of(Portable(1, 3, pause_s=60.0), workers=2) as crew:
        be_interrupted(crew)
    assert time.monotonic() - start < 30.0
    assert not any(process.is_alive() for process in found.value.args[0])
