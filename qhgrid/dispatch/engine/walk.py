"""The order in which groups of hours are worked on, by one thread or by two, and room for what they share."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import pairwise

import numpy as np

from qhgrid.dispatch.engine.layout import LANES, PANEL, Chain, Handover
from qhgrid.dispatch.engine.structure import Structure
from qhgrid.dispatch.program import FloatArray

Span = tuple[int, int]
"""First group, and group after the last."""
Parts = tuple[bool, bool]
"""Whether the columns are worked on, and whether the link rows are."""
Work = Callable[[Span, Parts, Handover], None]
BOTH, COLUMNS, LINKS = (True, True), (True, False), (False, True)

PORTIONS = 16
"""Portions of the horizon that two threads hand over to each other."""
AHEAD = 3
"""Portions that the columns may be ahead of the link rows."""


def aligned(shape: tuple[int, ...]) -> FloatArray:
    """Return zeros that begin at a multiple of 64 bytes; memory is not used until it is written."""
    count = int(np.prod(shape))
    room = np.zeros(count + 8)
    start = -(room.ctypes.data // 8) % 8
    return room[start : start + count].reshape(shape)


def room_for_factor(structure: Structure) -> FloatArray:
    """Return room for the factor of the link rows, in eights, as wide as it can become."""
    front = structure.front
    wide = -(-front.width // 8)
    return aligned((max(1, structure.n_padded * front.n_link * wide), 8))


def new_chain(structure: Structure) -> Chain:
    """Return the arrays that go from group to group."""
    front, n_groups, n_border = structure.front, structure.n_groups, structure.n_border
    n_rows = 2 * front.n_rows + front.n_under_way + n_border
    return Chain(
        front=aligned((n_rows, front.width)),
        shares=aligned((n_rows, PANEL)),
        numbers=aligned((1, front.width)),
        rank=np.zeros(n_groups, dtype=np.int64),
        basis=np.zeros((n_groups, front.n_wraps, front.n_wraps)),
        corner=np.zeros((n_border, n_border)),
        border=np.zeros(n_border),
        felt=np.zeros(n_border),
    )


def new_handover(structure: Structure, n_groups: int) -> Handover:
    """Return room for what the columns of `n_groups` groups leave for the link rows."""
    n_rest = max(structure.pattern.n_rest, structure.last.n_rest)
    tied = (n_groups, structure.pattern.n_tied, LANES)
    return Handover(aligned((n_groups, n_rest, LANES)), aligned(tied), aligned(tied), aligned(tied))


class Walk:
    """Does some work on all groups.

    Parameters
    ----------
    structure : Structure
        Of the problem.
    threads : int
        With 2 or more, columns and link rows are worked on at the same time.
    """

    def __init__(self, structure: Structure, threads: int) -> None:
        n = structure.n_groups
        self.threads = 2 if threads > 1 and n > 1 and structure.front.n_link else 1
        portions = min(n, PORTIONS) if self.threads > 1 else 1
        edges = [n * i // portions for i in range(portions + 1)]
        self._spans = list(pairwise(edges))
        longest = max(stop - start for start, stop in self._spans) if self.threads > 1 else 1
        self._handovers = [
            new_handover(structure, longest) for _ in range(min(portions, AHEAD) if self.threads > 1 else 1)
        ]

    def forwards(self, work: Work) -> None:
        """Do `work` from the first group to the last: link rows after the columns of their groups."""
        if self.threads == 1:
            work(self._spans[0], BOTH, self._handovers[0])
            return
        with ThreadPoolExecutor(self.threads) as pool:
            done: list[Future[None]] = []
            links: list[Future[None]] = []

            def link(i: int) -> None:
                done[i].result()
                if i:
                    links[i - 1].result()
                work(self._spans[i], LINKS, self._handovers[i % AHEAD])

            for i, span in enumerate(self._spans):
                if i >= AHEAD:
                    links[i - AHEAD].result()
                done.append(pool.submit(work, span, COLUMNS, self._handovers[i % AHEAD]))
                links.append(pool.submit(link, i))
            for future in links:
                future.result()

    def backwards(self, work: Work) -> None:
        """Do `work` from the last group to the first: columns after the link rows of their groups."""
        if self.threads == 1:
            work(self._spans[0], BOTH, self._handovers[0])
            return
        with ThreadPoolExecutor(self.threads) as pool:
            columns = []
            for span in reversed(self._spans):
                pool.submit(work, span, LINKS, self._handovers[0]).result()
                columns.append(pool.submit(work, span, COLUMNS, self._handovers[0]))
            for future in columns:
                future.result()
