"""Evaluate coalitions by several processes at once, here or on a Dask cluster.

The answer to a question is the same whoever gives it, so the result depends neither on the number of workers
nor on who is first. Each worker is a fresh process with one thread: kernels that are compiled with threads do
not survive a fork. Workers do not hear Ctrl-C themselves; they end with the process that started them.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any, Protocol

from qhgrid.errors import DispatchError, Fault, QhgridError
from qhgrid.value.game import Evaluation, Evaluator, Game, Task
from qhgrid.value.store import Store, remembered

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

Progress = Callable[[int, int], None]
"""Told how many evaluations of a batch are done, and how many it has."""

THREAD_SETTINGS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
"""What tells libraries to use one thread."""


class Crew(Protocol):
    """Evaluates many questions, and yields each answer as it comes, with its position."""

    def evaluate(self, questions: Sequence[Question]) -> Iterator[tuple[int, Evaluation]]:
        """Yield position and answer of each question, in any order."""


Question = tuple[frozenset[str], Any]
"""Members and precision."""


@dataclass
class Asker:
    """Answers tasks from the store where it knows them, and by the crew where it does not.

    Parameters
    ----------
    game : Game
    crew : Crew
    store : Store or None, optional
        Keeps every evaluation as it ends.
    progress : callable, optional
    """

    game: Game
    crew: Crew
    store: Store | None = None
    progress: Progress | None = None
    n_asked: dict[str, int] = field(default_factory=dict)
    """Evaluations made by the crew, by precision."""

    def __call__(self, tasks: Sequence[Task]) -> Mapping[Task, Evaluation]:
        """Return the answer to each of `tasks`."""
        found = dict(remembered(self.game, tasks, self.store))
        missing = [task for task in tasks if found[task] is None]
        done = len(tasks) - len(missing)
        self._tell(done, len(tasks))
        questions = [(self.game.members(task.mask), task.precision) for task in missing]
        for at, evaluation in self.crew.evaluate(questions):
            found[missing[at]] = evaluation
            if self.store is not None:
                self.store.put(*questions[at], evaluation)
            precision = missing[at].precision
            self.n_asked[precision] = self.n_asked.get(precision, 0) + 1
            done += 1
            self._tell(done, len(tasks))
        return {task: evaluation for task, evaluation in found.items() if evaluation is not None}

    def _tell(self, done: int, total: int) -> None:
        """Tell whoever shows progress."""
        if self.progress is not None:
            self.progress(done, total)


@dataclass
class Alone:
    """Evaluates in this process, one question after another."""

    evaluator: Evaluator

    def evaluate(self, questions: Sequence[Question]) -> Iterator[tuple[int, Evaluation]]:
        """Yield position and answer of each question."""
        for at, question in enumerate(questions):
            yield at, self.evaluator.evaluate(*question)


@contextmanager
def crew_of(evaluator: Evaluator, workers: int = 1, cluster: str | None = None) -> Iterator[Crew]:
    """Yield a crew, and send it home at the end, however the block ends.

    Parameters
    ----------
    evaluator : Evaluator
        Must be picklable unless there is one worker here.
    workers : int, optional
        Processes on this machine; with one, the work is done in this process.
    cluster : str, optional
        Address of a Dask scheduler, such as ``tcp://10.0.0.1:8786``, instead of processes here.

    Raises
    ------
    DispatchError
        If the cluster cannot be reached, or the package ``distributed`` is missing.
    """
    if cluster is not None:
        from qhgrid.value.cluster import cluster_crew

        with cluster_crew(evaluator, cluster) as crew:
            yield crew
    elif workers <= 1:
        yield Alone(evaluator)
    else:
        processes = Processes(evaluator, workers)
        try:
            yield processes
        finally:
            processes.stop()


class Processes:
    """Worker processes on this machine, started when there is work."""

    def __init__(self, evaluator: Evaluator, workers: int) -> None:
        self._luggage = pickle.dumps(evaluator)
        self._workers = workers
        self._running: dict[Connection, SpawnProcess] = {}

    def evaluate(self, questions: Sequence[Question]) -> Iterator[tuple[int, Evaluation]]:
        """Yield position and answer of each question, as they come.

        Raises
        ------
        QhgridError
            What the evaluator raised.
        DispatchError
            If a worker died.
        """
        waiting = iter(enumerate(questions))
        self._start(min(self._workers, len(questions)))
        busy = [line for line in self._running if _hand_out(line, waiting)]
        while busy:
            for line in wait(busy):
                yield self._take(line)  # type: ignore[arg-type]
                if not _hand_out(line, waiting):  # type: ignore[arg-type]
                    busy.remove(line)  # type: ignore[arg-type]

    def stop(self) -> None:
        """End all workers at once."""
        for line, process in self._running.items():
            line.close()
            process.terminate()
        for process in self._running.values():
            process.join()
        self._running.clear()

    def _start(self, count: int) -> None:
        """Start workers until there are `count`."""
        context = multiprocessing.get_context("spawn")
        with _one_thread_each():
            while len(self._running) < count:
                here, there = context.Pipe()
                process = context.Process(target=serve, args=(there, self._luggage), daemon=True)
                process.start()
                there.close()
                self._running[here] = process

    def _take(self, line: Connection) -> tuple[int, Evaluation]:
        """Return the answer that a worker has sent."""
        try:
            at, found = line.recv()
        except (EOFError, ConnectionResetError) as error:
            what = "a worker process died, perhaps for want of memory"
            mend = "Run the study again with fewer --workers; what is done is kept."
            raise DispatchError(Fault("worker", what, mend)) from error
        if isinstance(found, Failure):
            raise found.to_error()
        return at, found


def _hand_out(line: Connection, waiting: Iterator[tuple[int, Question]]) -> bool:
    """Send the next question to a worker, and return whether there was one."""
    for question in waiting:
        line.send(question)
        return True
    return False


def serve(line: Connection, luggage: bytes) -> None:
    """Answer questions until nobody asks any more. Runs in a worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    evaluator: Evaluator = pickle.loads(luggage)
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            at, question = line.recv()
            line.send((at, answer(evaluator, question)))


@dataclass(frozen=True)
class Failure:
    """Why there is no answer, in plain values that survive the way between processes."""

    kind: type[QhgridError] | None
    faults: tuple[Fault, ...] = ()
    text: str = ""

    def to_error(self) -> Exception:
        """Return the error to raise."""
        return self.kind(self.faults) if self.kind is not None else RuntimeError(self.text)


def answer(evaluator: Evaluator, question: Question) -> Evaluation | Failure:
    """Return an evaluation, or why there is none."""
    try:
        return evaluator.evaluate(*question)
    except QhgridError as error:
        return Failure(type(error), error.faults)
    except Exception as error:  # noqa: BLE001  told to whoever asked, whatever it is
        return Failure(None, text=f"{type(error).__name__} in a worker: {error}")


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Let processes that start inside the block use one thread each."""
    before = {name: os.environ.get(name) for name in THREAD_SETTINGS}
    os.environ.update(dict.fromkeys(THREAD_SETTINGS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
