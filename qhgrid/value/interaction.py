r"""Pairs of players that change each other's gain: storage beside PV, a corridor beside its base.

The interaction of i and j is what the second adds to the gain of the first, averaged over the coalitions of
the others, every size alike (the Shapley interaction index):

.. math:: I_{ij} = E_S \left[ v(S \cup ij) - v(S \cup i) - v(S \cup j) + v(S) \right]

Positive pairs help each other, negative ones stand in for each other. Which pairs are worth a look is read
from a fit of the cost to all coalitions that were walked; the index itself is then measured at drawn
coalitions, at the precision of the walks. Where that is coarse, the interval tells of the draw alone.

References
----------
M. Grabisch, M. Roubens, An axiomatic approach to the concept of interaction among players in cooperative
games, International Journal of Game Theory 28 (1999).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from qhgrid.value.book import Book
from qhgrid.value.drawing import FloatArray, draw_others
from qhgrid.value.game import COST, Mask, Precision
from qhgrid.value.shapley import Walks, questions, spread

DRAWS = 8
"""Coalitions at which a pair is measured."""
RIDGE = 1e-3
"""Weight that keeps the fit steady where pairs cannot be told apart."""


@dataclass(frozen=True)
class Interaction:
    """How much two players add to each other's gain in one indicator, more is better."""

    one: str
    other: str
    indicator: str
    value: float
    low: float
    high: float
    draws: int
    """Coalitions at which it was measured."""


def strong_pairs(book: Book, walks: Walks, seed: int, count: int) -> tuple[Interaction, ...]:
    """Return the `count` pairs that stand out, measured, all indicators of a pair together."""
    pairs = candidates(book, walks)[:count]
    corners = {
        pair: [draw_others(book.game.n_players, pair, seed, number) for number in range(DRAWS)]
        for pair in pairs
    }
    book.ask(
        (mask for pair, drawn in corners.items() for others in drawn for mask in _corners(pair, others)),
        walks.precision,
    )
    return tuple(
        found for pair, drawn in corners.items() for found in _measured(book, pair, drawn, walks.precision)
    )


def _corners(pair: tuple[int, int], others: Mask) -> tuple[Mask, Mask, Mask, Mask]:
    """Return the coalitions with both of a pair, with either, and with none."""
    one, other = 1 << pair[0], 1 << pair[1]
    return others | one | other, others | one, others | other, others


def _measured(
    book: Book, pair: tuple[int, int], drawn: Sequence[Mask], precision: Precision
) -> list[Interaction]:
    """Return the interaction of a pair in every indicator."""
    rows = []
    for others in drawn:
        both, one, other, none = (book.numbers(mask, precision) for mask in _corners(pair, others))
        rows.append([
            both[0] - one[0] - other[0] + none[0],
            both[1] - one[2] - other[2] + none[1],
            both[2] - one[1] - other[1] + none[2],
        ])  # fmt: skip
    value, low, high = (spread(layer) for layer in np.array(rows).transpose(1, 0, 2))
    if precision == "screen":
        low = high = value
    least, most = low.mean - low.reach(1), high.mean + high.reach(1)
    names = (book.game.order[pair[0]], book.game.order[pair[1]])
    return [
        Interaction(*names, name, float(value.mean[at]), float(least[at]), float(most[at]), len(drawn))
        for at, name in enumerate(book.game.indicators)
    ]


def candidates(book: Book, walks: Walks) -> list[tuple[int, int]]:
    """Return all pairs of places, those that stand out first, by a fit to the coalitions that were walked.

    The fit of the cost, or of all indicators where there is none, is the best sum of single players and
    pairs; ties go by place.
    """
    n_players = book.game.n_players
    masks = sorted({mask for mask, _ in questions(walks, (), book.game.full)})
    values = np.array([book.numbers(mask, walks.precision)[0] for mask in masks])
    pairs = list(combinations(range(n_players), 2))
    if COST in book.game.indicators:
        values = values[:, [book.game.indicators.index(COST)]]
    strength = _pair_strength(masks, values, n_players, pairs)
    rank = sorted(range(len(pairs)), key=lambda at: (-round(float(strength[at]), 6), pairs[at]))
    return [pairs[at] for at in rank]


def _pair_strength(
    masks: Sequence[Mask], values: FloatArray, n_players: int, pairs: Sequence[tuple[int, int]]
) -> FloatArray:
    """Return the greatest size of each pair in any indicator, as a share of the largest, shape (n_pairs,)."""
    members = np.array([[mask >> place & 1 for place in range(n_players)] for mask in masks]) - 0.5
    size = members.sum(axis=1, keepdims=True) / max(n_players, 1)
    products = [members[:, [i]] * members[:, [j]] for i, j in pairs]
    design = np.hstack([np.ones_like(size), members, size**3, *products])
    normal = design.T @ design / len(masks)
    normal += RIDGE * np.diag(np.diag(normal))
    fitted = np.linalg.solve(normal, design.T @ values / len(masks))[-len(pairs) :]
    largest = np.abs(fitted).max(axis=0)
    return np.asarray((np.abs(fitted) / np.where(largest > 0.0, largest, 1.0)).max(axis=1))
