"""Sharpen the values of players round by round, until every sign is settled or what was allowed is spent.

After each round the result depends on the players, the seed and the number of orders walked alone: not on
workers, on the order in which answers came, or on what a run before an interruption had left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from qhgrid.value.book import Book
from qhgrid.value.drawing import BLOCK, draw_blocks, draw_coalition
from qhgrid.value.game import Answers, Game, Mask, Precision
from qhgrid.value.interaction import Interaction, strong_pairs
from qhgrid.value.shapley import Shares, Walks, estimate_shares, questions


class Sign(StrEnum):
    """Which way a gain goes."""

    POSITIVE = "正"
    NEGATIVE = "负"
    ZERO = "零"
    UNSETTLED = "未定"


@dataclass(frozen=True)
class Plan:
    """How far to go.

    Parameters
    ----------
    permutations : int, optional
        Orders to walk at most; rounded up to whole blocks of four.
    exact : int, optional
        Exact evaluations at most, those of none and of all not counted.
    walk : {"screen", "exact"}, optional
        Precision of the walks.
    seed : int, optional
    rounds : int, optional
        Parts in which orders and exact evaluations are spent.
    stops_early : bool, optional
        Whether to stop after the first round that leaves no sign open.
    pairs : int, optional
        How many pairs of players to look at for strong interaction.
    """

    permutations: int = 200
    exact: int = 60
    walk: Precision = "screen"
    seed: int = 0
    rounds: int = 8
    stops_early: bool = True
    pairs: int = 10

    def walks(self, n_players: int, number: int) -> Walks:
        """Return the walks of the first `number` rounds."""
        if self.is_enumerable(n_players):
            return Walks("exact" if 1 << n_players <= self.exact + 2 else self.walk, is_all=True)
        n_blocks = -(-self.permutations // BLOCK)
        count = -(-n_blocks * number // self.rounds)
        return Walks(self.walk, draw_blocks(n_players, self.seed, count))

    def drawn(self, n_players: int, number: int) -> tuple[Mask, ...]:
        """Return the coalitions of the first `number` rounds that are evaluated at both precisions."""
        if n_players < 2 or self.walks(n_players, 1).precision == "exact":
            return ()
        count = self.exact // 2 * number // self.rounds
        return tuple(draw_coalition(n_players, self.seed, pair) for pair in range(count))

    def expected(self, n_players: int) -> int:
        """Return about how many evaluations all rounds need."""
        if self.is_enumerable(n_players):
            return 1 << n_players
        return self.permutations * max(n_players - 1, 1) + (2 if self.walk == "screen" else 0) * self.exact

    def is_enumerable(self, n_players: int) -> bool:
        """Return whether evaluating every coalition costs no more than the orders asked for."""
        return 1 << n_players <= max(self.permutations * max(n_players - 1, 1), self.exact) + 2


@dataclass(frozen=True)
class Worth:
    """What a player is worth in one indicator, more is better."""

    value: float
    low: float
    high: float
    sign: Sign
    sampling: float
    """How much of the interval is owed to chance, to either side."""


@dataclass(frozen=True)
class Result:
    """Shapley values of all players.

    Parameters
    ----------
    worth : Mapping
        By player, in the order given, and indicator.
    total : Mapping
        Value of all minus value of none, by indicator, more is better.
    walks : Walks
        What was walked.
    n_pairs : int
        Coalitions evaluated at both precisions, with their complements.
    interactions : tuple of Interaction
        Pairs of players that change each other's gain most.
    """

    worth: Mapping[str, Mapping[str, Worth]]
    total: Mapping[str, float]
    walks: Walks
    n_pairs: int
    interactions: tuple[Interaction, ...] = ()

    @property
    def n_permutations(self) -> int:
        """Orders walked; 0 where all coalitions were evaluated instead."""
        return len(self.walks.orders)

    @property
    def is_settled(self) -> bool:
        """Whether no sign is open."""
        return all(at.sign is not Sign.UNSETTLED for row in self.worth.values() for at in row.values())


Told = Callable[[Result], None]
"""Called with the result of each round."""


def shapley_values(
    game: Game, answers: Answers, plan: Plan | None = None, told: Told | None = None
) -> Result:
    """Return the Shapley values of all players.

    Parameters
    ----------
    game : Game
    answers : callable
        Puts questions to the evaluator (:mod:`qhgrid.value.workers`).
    plan : Plan, optional
    told : callable, optional
        Told the result of each round.
    """
    plan = plan or Plan()
    book = Book(game, answers)
    if not game.n_players:
        return _result(book, Walks("exact", is_all=True), (), None)
    result = _rounds(book, plan, told)
    if plan.pairs and game.n_players > 1:
        found = strong_pairs(book, result.walks, plan.seed, plan.pairs)
        result = Result(result.worth, result.total, result.walks, result.n_pairs, found)
    return result


def _rounds(book: Book, plan: Plan, told: Told | None) -> Result:
    """Return the result of the last round that was needed."""
    n_players = book.game.n_players
    for number in range(1, plan.rounds + 1):
        walks, drawn = plan.walks(n_players, number), plan.drawn(n_players, number)
        book.ask_all(questions(walks, drawn, book.game.full))
        result = _result(book, walks, drawn, estimate_shares(book, walks, drawn))
        if told is not None:
            told(result)
        if (walks.is_all and not drawn) or (plan.stops_early and result.is_settled):
            break
    return result


def _result(book: Book, walks: Walks, drawn: tuple[Mask, ...], shares: Shares | None) -> Result:
    """Return the shares by player and indicator, those without effect with a plain zero."""
    game = book.game
    worth = {
        player: {
            name: _worth(shares, game.place[player], at) if shares is not None else NOTHING
            for at, name in enumerate(game.indicators)
        }
        for player in game.players
    }
    worth.update((player, dict.fromkeys(game.indicators, NOTHING)) for player in game.idle)
    total = dict.fromkeys(game.indicators, 0.0)
    if game.n_players:
        total = {name: float(book.total[at]) for at, name in enumerate(game.indicators)}
    return Result(worth, total, walks, len(drawn))


NOTHING = Worth(0.0, 0.0, 0.0, Sign.ZERO, 0.0)
"""What a player without effect is worth."""


def _worth(shares: Shares, place: int, at: int) -> Worth:
    """Return one share with its sign."""
    value, low, high = (float(part[place, at]) for part in (shares.value, shares.low, shares.high))
    return Worth(
        value, low, high, sign_of(low, high, is_exact=shares.is_exact), float(shares.sampling[place, at])
    )


def sign_of(low: float, high: float, *, is_exact: bool = True) -> Sign:
    """Return the sign that an interval settles; nothing seen to happen is a zero only if all was seen."""
    if low > 0.0:
        return Sign.POSITIVE
    if high < 0.0:
        return Sign.NEGATIVE
    return Sign.ZERO if low == high and is_exact else Sign.UNSETTLED
