r"""Shapley values from drawn orders: mean gains with an interval that holds the exact value.

The Shapley value of a player is its gain when it joins those before it, averaged over all orders:

.. math:: \varphi_i = \frac{1}{n} \sum_{S \not\ni i} \binom{n-1}{|S|}^{-1} \left( v(S \cup i) - v(S) \right)

Along an order the gains add up to the value of all minus the value of none, so those of any estimate do.
Three estimates are intersected, each with an interval of :data:`RISK`:

* *walks*: drawn orders, with the interval of each evaluation carried through;
* *corrected walks*, where walks are coarse: the mean gains of the coarse walks, plus the Shapley values of
  the game "exact minus coarse", estimated from coalitions drawn in pairs with both precisions. However coarse
  the walks, the sum is right on average;
* *rents*, for the cost alone: it is convex in the scale of a player, so its gain is at most its rent without
  it and at least its rent with it.

References
----------
J. Castro, D. Gómez, J. Tejada, Polynomial calculation of the Shapley value based on sampling, Computers &
Operations Research 36 (2009). R. Mitchell et al., Sampling permutations for Shapley value estimation, JMLR 23
(2022), for orders backwards. I. Covert, S.-I. Lee, Improving KernelSHAP, AISTATS 2021, for coalitions in
pairs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import optimize, stats

from qhgrid.value.book import Book, gains_between
from qhgrid.value.drawing import BoolArray, FloatArray, Order, prefixes, size_shares
from qhgrid.value.game import COST, Mask, Precision

RISK = 1e-3
"""Chance that an interval misses for any of the players together, by the sampling alone."""
FOLDS = 8
"""Parts of a sample of which each is judged by a fit to the others."""
ALL = 10**9
"""Draws that leave nothing to chance."""
RIDGE = 1.0
"""Weight of the guess that coarse and exact differ by the same for all players, in coalitions."""


class Spread(NamedTuple):
    """A mean of independent draws: mean and standard error, shape (n_players, n_indicators), and draws."""

    mean: FloatArray
    error: FloatArray
    draws: int
    unseen: FloatArray | float = 0.0
    """What orders or coalitions may do to the mean that are too rare to have been drawn."""

    def reach(self, n_players: int) -> FloatArray:
        """Return how far the mean may be from the truth at :data:`RISK`."""
        if self.draws < 2:
            return np.full_like(self.mean, np.inf)
        quantile = float(stats.t.ppf(1.0 - RISK / (2.0 * max(n_players, 1)), self.draws - 1))
        return quantile * self.error + self.unseen


@dataclass(frozen=True)
class Shares:
    """What each player is worth, by place and indicator, shape (n_players, n_indicators) each."""

    value: FloatArray
    low: FloatArray
    high: FloatArray
    sampling: FloatArray
    """How much of the interval is owed to chance, to either side."""
    is_exact: bool = False
    """Whether every coalition was evaluated, so that nothing is left to chance."""


@dataclass(frozen=True)
class Walks:
    """Orders along which players join, in independent blocks, or all orders there are."""

    precision: Precision
    blocks: tuple[tuple[Order, ...], ...] = ()
    is_all: bool = False

    @property
    def orders(self) -> tuple[Order, ...]:
        """All orders drawn."""
        return tuple(order for block in self.blocks for order in block)


def spread(draws: FloatArray) -> Spread:
    """Return the spread of independent draws, shape (n_draws, ...)."""
    count = len(draws)
    error = draws.std(axis=0, ddof=1) / np.sqrt(count) if count > 1 else np.full(draws.shape[1:], np.inf)
    return Spread(draws.mean(axis=0), error, count, np.ptp(draws, axis=0) * rarest(count))


def rarest(count: int) -> float:
    """Return the chance that what was seen in none of `count` draws may have at most, the rule of three."""
    return min(1.0, 3.0 / count)


def _walked(book: Book, walks: Walks) -> tuple[Spread, Spread, Spread]:
    """Return the mean gains along all walks, their least and their greatest."""
    if walks.is_all:
        gains = _all_gains(book, walks.precision)
        value, low, high = (Spread(layer, np.zeros_like(layer), ALL) for layer in gains)
    else:
        gains = book.alike(np.stack([book.walk(order, walks.precision) for order in walks.orders], axis=1))
        value, low, high = (_in_blocks(layer, len(walks.blocks)) for layer in gains)
    return value, low, high


def _in_blocks(gains: FloatArray, n_blocks: int) -> Spread:
    """Return the spread of gains along orders whose blocks are independent, those of a block not."""
    means = gains.reshape(n_blocks, -1, *gains.shape[1:]).mean(axis=1)
    return spread(means)._replace(unseen=np.ptp(gains, axis=0) * rarest(len(gains)))


def _all_gains(book: Book, precision: Precision) -> FloatArray:
    """Return the mean gains along all orders there are, shape (3, n_players, n_indicators)."""
    n_players, masks = book.game.n_players, np.arange(book.game.full + 1)
    numbers = np.stack([book.numbers(int(mask), precision) for mask in masks], axis=1)
    weight = np.array([_weight(n_players, int(mask).bit_count()) for mask in masks])
    gains = np.empty((3, n_players, len(book.game.indicators)))
    for place in range(n_players):
        without = masks[masks >> place & 1 == 0]
        each = gains_between(numbers[:, without], numbers[:, without | 1 << place])
        gains[:, place] = np.einsum("m,lmi->li", weight[without], each)
    return book.alike(gains)


def _weight(n_players: int, size: int) -> float:
    """Return the share of orders in which a player joins one given coalition of `size` others."""
    return 1.0 / (n_players * math.comb(n_players - 1, size)) if size < n_players else 0.0


def estimate_shares(book: Book, walks: Walks, pairs: Sequence[Mask]) -> Shares:
    """Return what each player is worth, from walks at one precision and pairs evaluated at both.

    Parameters
    ----------
    book : Book
        Holds all that is needed: see :func:`questions`.
    walks : Walks
        Drawn orders, or all of them.
    pairs : sequence of int
        Drawn coalitions, each of which stands for itself and all others; not used if walks are exact.
    """
    n_players, precision = book.game.n_players, walks.precision
    walked, low, high = _walked(book, walks)
    value, reach = walked.mean, walked.reach(n_players)
    box = (low.mean - low.reach(n_players), high.mean + high.reach(n_players))
    if precision == "screen" and len(pairs) > 1:
        corrected, certificate = _correction(book, pairs)
        value = walked.mean + corrected.mean
        draws = min(walked.draws, corrected.draws)
        error, unseen = np.hypot(walked.error, corrected.error), walked.unseen + corrected.unseen
        both = Spread(value, error, draws, unseen)
        reach = both.reach(n_players)
        box = _intersect(box, (value - reach - certificate, value + reach + certificate))
    if pairs:
        box = _bound_by_rents(book, pairs, box)
    value = _fit(value, box, reach, book.total)
    low_end, high_end = np.minimum(box[0], value), np.maximum(box[1], value)
    is_exact = walks.is_all and precision == "exact"
    return Shares(value, low_end, high_end, np.minimum(reach, (high_end - low_end) / 2.0), is_exact)


def questions(walks: Walks, pairs: Sequence[Mask], full: Mask) -> list[tuple[Mask, Precision]]:
    """Return the coalitions that :func:`estimate_shares` needs, with their precision."""
    passed = range(full + 1) if walks.is_all else {m for order in walks.orders for m in prefixes(order)}
    wanted = [(mask, walks.precision) for mask in passed]
    both: tuple[Precision, ...] = ("screen", "exact") if walks.precision == "screen" else ("exact",)
    for drawn in pairs:
        wanted += [(mask, level) for mask in (drawn, full ^ drawn) for level in both]
    return wanted


def _correction(book: Book, pairs: Sequence[Mask]) -> tuple[Spread, FloatArray]:
    """Return the Shapley values of "exact minus coarse", and how far exact intervals may move them.

    A pair of coalitions says for every player at once how it fares with and without it. What differs in
    proportion to the players is fitted first, to the other pairs, and only the rest is left to chance.
    """
    full, n_players = book.game.full, book.game.n_players
    members, weight = _memberships(pairs, n_players)
    half = [(_miss(book, mask), _miss(book, full ^ mask)) for mask in pairs]
    miss = np.array([(one[0] - other[0]) / 2.0 for one, other in half])
    doubt = np.array([(one[1] + other[1]) / 2.0 for one, other in half])
    fitted = _fit_players(members, miss)
    left = miss - np.einsum("mp,mpi->mi", members - members.mean(axis=1, keepdims=True), fitted)
    draws = fitted + weight[:, :, None] * left[:, None, :]
    certificate = np.einsum("mp,mi->pi", np.abs(weight), doubt) / len(pairs)
    return spread(book.alike(draws)), book.alike(certificate) + _doubt_of_ends(book)


def _memberships(pairs: Sequence[Mask], n_players: int) -> tuple[FloatArray, FloatArray]:
    """Return who is in each coalition, and what its value counts for each, shape (n_pairs, n_players)."""
    members = np.array([[mask >> place & 1 for place in range(n_players)] for mask in pairs], dtype=float)
    size = members.sum(axis=1).astype(int)
    share = size_shares(n_players)[size - 1]
    inside, outside = 1.0 / (size * share), -1.0 / ((n_players - size) * share)
    return members, np.where(members > 0, inside[:, None], outside[:, None])


def _miss(book: Book, mask: Mask) -> tuple[FloatArray, FloatArray]:
    """Return exact minus coarse of a coalition, and the doubt about the exact value, by indicator."""
    exact, coarse = book.numbers(mask, "exact"), book.numbers(mask, "screen")
    return exact[0] - coarse[0], np.maximum(exact[2] - exact[0], exact[0] - exact[1])


def _doubt_of_ends(book: Book) -> FloatArray:
    """Return how far a value may move by the intervals of none and all, shape (1, n_indicators)."""
    ends = [book.numbers(mask, "exact") for mask in (0, book.game.full)]
    doubt = np.sum([np.maximum(end[2] - end[0], end[0] - end[1]) for end in ends], axis=0)
    return np.asarray(doubt[None] / max(book.game.n_players, 1))


def _fit_players(members: FloatArray, miss: FloatArray) -> FloatArray:
    """Return what each player adds to a miss by a fit to the other folds, a row of players a pair."""
    design = members - members.mean(axis=1, keepdims=True)
    fold = np.arange(len(members)) % FOLDS
    fitted = np.zeros((*members.shape, miss.shape[1]))
    for number in range(min(FOLDS, len(members))):
        rest = design[fold != number]
        normal = rest.T @ rest + RIDGE * np.eye(design.shape[1])
        fitted[fold == number] = np.linalg.solve(normal, rest.T @ miss[fold != number])
    return fitted


Box = tuple[FloatArray, FloatArray]
"""Least and greatest, shape (n_players, n_indicators)."""


def _intersect(one: Box, other: Box) -> Box:
    """Return where both intervals hold; where they contradict each other, what holds both."""
    low, high = np.maximum(one[0], other[0]), np.minimum(one[1], other[1])
    is_empty = low > high
    low[is_empty] = np.minimum(one[0], other[0])[is_empty]
    high[is_empty] = np.maximum(one[1], other[1])[is_empty]
    return low, high


def _bound_by_rents(book: Book, pairs: Sequence[Mask], box: Box) -> Box:
    """Return the intervals, that of the cost narrowed by what rents say."""
    bounds = rent_bounds(book, pairs)
    if bounds is None:
        return box
    at = book.game.indicators.index(COST)
    narrowed = (np.full_like(box[0], -np.inf), np.full_like(box[1], np.inf))
    narrowed[0][:, at], narrowed[1][:, at] = bounds
    return _intersect(box, narrowed)


def rent_bounds(book: Book, pairs: Sequence[Mask]) -> Box | None:
    """Return bounds on what each player saves of the cost, by place, from the rents of exact evaluations.

    Every exact coalition bounds the gain of each member from below and of each other player from above.

    Returns
    -------
    tuple of ndarray or None
        Least and greatest, shape (n_players,) each; None where rents are not known.
    """
    full, n_players = book.game.full, book.game.n_players
    if len(pairs) < 2 or any(book.rents(mask) is None for mask in (0, full, *pairs)):
        return None
    sides = []
    for mask in (0, full, *(side for drawn in pairs for side in (drawn, full ^ drawn))):
        rents, gap = book.rents(mask), book.gap(mask)
        members = np.array([mask >> place & 1 for place in range(n_players)])
        sides.append((members, rents + np.where(members > 0, -gap, gap)))
    low = _mean_bound(book, sides, is_member=True)
    high = _mean_bound(book, sides, is_member=False)
    least = low.mean[:, 0] - low.reach(n_players)[:, 0]
    most = high.mean[:, 0] + high.reach(n_players)[:, 0]
    return np.nan_to_num(least, nan=-np.inf), np.nan_to_num(most, nan=np.inf)


def _mean_bound(book: Book, sides: Sequence[tuple[FloatArray, FloatArray]], *, is_member: bool) -> Spread:
    """Return the mean bound of each player over the coalitions that it joins, from drawn pairs.

    A straight line in the size of the coalition, fitted to the other folds, goes first; its mean is known.
    """
    n_players = book.game.n_players
    known = sides[1][1] if is_member else sides[0][1]
    drawn = sides[2:]
    members = np.array([side[0] for side in drawn])
    bound = np.array([side[1] for side in drawn])
    size = members.sum(axis=1)
    share = size_shares(n_players)[size - 1]
    counts = members > 0 if is_member else members == 0
    weight = counts / (share * np.where(is_member, size, n_players - size))[:, None]
    line, mean_line = _fit_lines(size, bound, counts, n_players)
    single = mean_line + weight * (bound - line)
    paired = (single[0::2] + single[1::2]) / 2.0
    return spread(book.alike((known / n_players + paired)[..., None]))


def _fit_lines(
    size: FloatArray, bound: FloatArray, counts: BoolArray, n_players: int
) -> tuple[FloatArray, FloatArray]:
    """Return lines through bounds of the other folds, at each coalition, and 1/n of their sum over sizes."""
    fold = np.arange(len(size)) // 2 % FOLDS
    sizes = np.arange(1.0, n_players)
    line, mean_line = np.zeros_like(bound), np.zeros_like(bound)
    for number, place in np.ndindex(FOLDS, bound.shape[1]):
        here, rest = fold == number, (fold != number) & (counts[:, place])
        if not rest.any():
            continue
        x, y = size[rest] - n_players / 2.0, bound[rest, place]
        slope = float(np.vdot(x - x.mean(), y) / (np.vdot(x - x.mean(), x - x.mean()) + 1.0))
        start = float(y.mean() - slope * (x.mean() + n_players / 2.0))
        line[here, place] = start + slope * size[here]
        mean_line[here, place] = (start + slope * sizes).sum() / n_players
    return line, mean_line


def _fit(value: FloatArray, box: Box, reach: FloatArray, total: FloatArray) -> FloatArray:
    """Return values within their intervals that add up to `total`, each moved by its own doubt."""
    fitted = value.copy()
    for at in range(value.shape[1]):
        low, high = box[0][:, at], box[1][:, at]
        is_out = np.any((value[:, at] < low) | (value[:, at] > high))
        if is_out and low.sum() < total[at] < high.sum():
            fitted[:, at] = _slide(value[:, at], low, high, _pace(reach[:, at]), float(total[at]))
    return fitted


def _pace(reach: FloatArray) -> FloatArray:
    """Return how readily each value moves: as far as chance may have moved it, the greatest being 1."""
    finite = np.where(np.isfinite(reach), reach, 1.0)
    return np.maximum(finite / max(float(finite.max()), 1e-300), 1e-9)


def _slide(
    value: FloatArray, low: FloatArray, high: FloatArray, pace: FloatArray, total: float
) -> FloatArray:
    """Return ``clip(value + t * pace, low, high)`` at the t that makes the sum `total`."""

    def excess(step: float) -> float:
        return float(np.clip(value + step * pace, low, high).sum()) - total

    span = 1.0
    while excess(span) < 0.0 or excess(-span) > 0.0:
        span *= 2.0
    step: float = optimize.brentq(
        excess, -span, span, xtol=1e-300, rtol=4.0 * np.finfo(float).eps, maxiter=500
    )
    return np.clip(value + step * pace, low, high)
