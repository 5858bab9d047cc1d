"""What is drawn at random: orders of the players and coalitions, by seed and number alone.

Orders come in blocks of four: an order, the same turned round by half, and both backwards. Each player then
stands in four quarters of the queue, early and late alike, which takes most of the chance out of its place.
Coalitions come in pairs, a set and all others. Number m of either is the same whatever else is drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from qhgrid.value.game import Mask

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
Order = tuple[int, ...]
"""Places of the players, first comer first."""

BLOCK = 4
"""Orders of a block."""
_ORDERS, _COALITIONS, _CORNERS, _HANDS = range(4)
"""Streams of random numbers that have nothing to do with one another."""


def draw_blocks(n_players: int, seed: int, count: int) -> tuple[tuple[Order, ...], ...]:
    """Return the first `count` blocks of four orders each.

    Who stands at an end of an order of a block is dealt like cards, so that all players come to be the first,
    and the last, as often as one another. Every block by itself is as likely as any other.
    """
    hands = _deal(n_players, seed)
    return tuple(_block(n_players, seed, number, next(hands)) for number in range(count))


def _deal(n_players: int, seed: int) -> Iterator[list[int]]:
    """Yield hands of four different players, or all where there are fewer, from one pack after another."""
    size, number = min(BLOCK, n_players), 0
    pack: list[int] = []
    while True:
        hand, pack = pack[:size], pack[size:]
        if len(hand) < size:
            random = np.random.default_rng((seed, _HANDS, number))
            fresh = [int(place) for place in random.permutation(n_players)]
            missing = [place for place in fresh if place not in hand][: size - len(hand)]
            hand, pack, number = (
                hand + missing,
                [place for place in fresh if place not in missing],
                number + 1,
            )
        yield hand


def _block(n_players: int, seed: int, number: int, ends: Sequence[int]) -> tuple[Order, ...]:
    """Return an order, the same turned round by half, and both backwards, with `ends` at all their ends."""
    random = np.random.default_rng((seed, _ORDERS, number))
    rest = [int(place) for place in random.permutation(n_players) if place not in ends]
    half = n_players // 2
    if len(ends) < BLOCK:
        first = tuple(ends)
    else:
        left, right = rest[: half - 2], rest[half - 2 :]
        first = (ends[0], *left, ends[1], ends[2], *right, ends[3])
    turned = first[half:] + first[:half]
    return (first, first[::-1], turned, turned[::-1])


def size_shares(n_players: int) -> FloatArray:
    """Return how often a coalition of each size is drawn, none and all left out, shape (n_players - 1,).

    Small and large ones are drawn more often, since a gain counts for more of their value there.
    """
    size = np.arange(1.0, n_players)
    share: FloatArray = np.sqrt(1.0 / size + 1.0 / size[::-1])
    return np.asarray(share / share.sum())


def draw_coalition(n_players: int, seed: int, number: int) -> Mask:
    """Return coalition `number`: its size by :func:`size_shares`, all coalitions of a size alike."""
    random = np.random.default_rng((seed, _COALITIONS, number))
    size = 1 + int(np.searchsorted(np.cumsum(size_shares(n_players)), random.random()))
    places = random.permutation(n_players)[: min(size, n_players - 1)]
    return sum(1 << int(place) for place in places)


def draw_others(n_players: int, pair: tuple[int, int], seed: int, number: int) -> Mask:
    """Return coalition `number` of players other than `pair`, every size from none to all others alike."""
    random = np.random.default_rng((seed, _CORNERS, *pair, number))
    others = [place for place in range(n_players) if place not in pair]
    size = int(random.integers(len(others) + 1))
    return sum(1 << others[int(at)] for at in random.permutation(len(others))[:size])


def prefixes(order: Order) -> tuple[Mask, ...]:
    """Return the coalitions that an order passes, from none to all."""
    masks = [0]
    for place in order:
        masks.append(masks[-1] | 1 << place)
    return tuple(masks)
