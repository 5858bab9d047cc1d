"""Evaluate coalitions on a Dask cluster; needs the extra ``cluster``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from qhgrid.errors import DispatchError, Fault
from qhgrid.value.game import Evaluation, Evaluator
from qhgrid.value.workers import Failure, Question, answer

PATIENCE_S = 20.0
"""How long a scheduler may take to answer [s]."""


@dataclass
class Cluster:
    """Workers of a Dask cluster."""

    client: Any
    evaluator: Any
    """The evaluator, sent ahead to all workers."""

    def evaluate(self, questions: Sequence[Question]) -> Iterator[tuple[int, Evaluation]]:
        """Yield position and answer of each question, as they come."""
        from distributed import as_completed

        place = {
            self.client.submit(answer, self.evaluator, question, pure=False): at
            for at, question in enumerate(questions)
        }
        try:
            for future in as_completed(list(place)):  # type: ignore[no-untyped-call]  # has no types
                found = future.result()
                if isinstance(found, Failure):
                    raise found.to_error()
                yield place[future], found
        finally:
            self.client.cancel(list(place))


@contextmanager
def cluster_crew(evaluator: Evaluator, address: str) -> Iterator[Cluster]:
    """Yield the workers of the cluster at `address`.

    Raises
    ------
    DispatchError
        If the package is missing, or nobody answers at the address.
    """
    try:
        from distributed import Client
    except ImportError as error:
        what = "the package distributed is not installed"
        raise DispatchError(Fault("--cluster", what, "Install qhgrid[cluster].")) from error
    try:
        client: Any = Client(address, timeout=PATIENCE_S)  # type: ignore[no-untyped-call]  # has no types
    except (OSError, ValueError) as error:
        what = f"no Dask scheduler answers at {address}"
        mend = "Start one with `dask scheduler`, and give its address, such as tcp://10.0.0.1:8786."
        raise DispatchError(Fault("--cluster", what, mend)) from error
    try:
        yield Cluster(client, client.scatter(evaluator, broadcast=True))
    finally:
        client.close()
