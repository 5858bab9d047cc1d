"""What each project gains when it is taken out last or put in first, and how pairs change that.

A gain is what an indicator is with the project less what it is without it, turned so that more is better.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from qhgrid.value.game import COST, Answers, Evaluation, Game, Mask, Task
from qhgrid.value.interaction import Interaction
from qhgrid.value.sharpen import NOTHING, Sign, Worth, sign_of

ROUNDING = 1e-13
"""Share of two numbers below which their difference is rounding."""
Method = Literal["out", "in"]


@dataclass(frozen=True)
class Gains:
    """The gains of some players by one method.

    Parameters
    ----------
    worth : Mapping
        By player and indicator; players that are not there were not evaluated.
    """

    worth: Mapping[str, Mapping[str, Worth]]

    @property
    def n_open(self) -> int:
        """Signs that are not settled."""
        return sum(at.sign is Sign.UNSETTLED for row in self.worth.values() for at in row.values())


def ask_gains(game: Game, answers: Answers, method: Method, players: Sequence[str]) -> Gains:
    """Return the gains of `players`, taken out of all (``out``) or put in where no other is (``in``)."""
    around = game.full if method == "out" else 0
    tasks = {player: Task(_other(game, around, player), "exact") for player in players}
    asked = sorted({Task(game.canonical(around), "exact"), *tasks.values()})
    found = answers(asked) if players else {}
    worth: dict[str, Mapping[str, Worth]] = {}
    for player, task in tasks.items():
        ends = (found[Task(game.canonical(around), "exact")], found[task])
        there, gone = ends if method == "out" else ends[::-1]
        worth[player] = gain_of(game, player, there, gone)
    worth.update((player, dict.fromkeys(game.indicators, NOTHING)) for player in game.idle)
    return Gains(worth)


def _other(game: Game, around: Mask, player: str) -> Mask:
    """Return `around` with `player` on the other side."""
    return game.canonical(around ^ 1 << game.place[player])


def gain_of(game: Game, player: str, there: Evaluation, gone: Evaluation) -> dict[str, Worth]:
    """Return the gain of a player in every indicator, from coalitions with it and without it.

    The interval of the cost is narrowed by rents where both coalitions know them: the least cost is convex in
    the scale of a player, so its gain is at least its rent with it and at most its rent without it.
    """
    found = {}
    for name in game.indicators:
        sign = game.orientation[name]
        one, other = there.values[name], gone.values[name]
        size = max(abs(one.value), abs(other.value))
        value = settle(sign * (one.value - other.value), size)
        ends = (sign * (one.low - other.high), sign * (one.high - other.low))
        low, high = (settle(end, size) for end in (min(ends), max(ends)))
        if name == COST and player in there.rents and player in gone.rents:
            least = there.rents[player] - (one.high - one.low)
            most = gone.rents[player] + (other.high - other.low)
            low, high = max(low, least), min(high, most)
        low, high = min(low, value), max(high, value)
        found[name] = Worth(value, low, high, sign_of(low, high), 0.0)
    return found


def settle(difference: float, size: float) -> float:
    """Return a difference of numbers of some size, 0 where it is only what their rounding left."""
    return 0.0 if abs(difference) <= ROUNDING * size else difference


BESIDE = (("storage", "sun_wind"), ("corridor", "sun_wind"), ("corridor", "storage"))
"""What may help or replace one another: storage beside sun and wind, a corridor beside its base."""


def likely_pairs(
    game: Game, out: Gains, kinds: Mapping[str, frozenset[str]], count: int
) -> list[tuple[str, str]]:
    """Return the pairs that may change each other most, those of the largest gains first.

    Pairs of :data:`BESIDE` go before all others.

    Parameters
    ----------
    game : Game
    out : Gains
        With the cost of taking out each player.
    kinds : Mapping of str to frozenset of str
        What each player is made of: ``storage``, ``sun_wind``, ``corridor`` and so on.
    count : int
    """

    def rank(pair: tuple[str, str]) -> tuple[bool, float, tuple[str, str]]:
        one, other = (kinds.get(player, frozenset()) for player in pair)
        fits = any((a in one and b in other) or (b in one and a in other) for a, b in BESIDE)
        size = abs(out.worth[pair[0]][COST].value * out.worth[pair[1]][COST].value)
        return (not fits, -size, pair)

    known = sorted(player for player in game.players if player in out.worth)
    return sorted(combinations(known, 2), key=rank)[:count]


def ask_pairs(game: Game, answers: Answers, pairs: Sequence[tuple[str, str]]) -> tuple[Interaction, ...]:
    """Return what each of a pair loses of its gain when the other is not there, all others being built."""
    corners = {
        pair: [Task(game.canonical(game.full & ~mask), "exact") for mask in _corners(game, pair)]
        for pair in pairs
    }
    found = answers(sorted({task for tasks in corners.values() for task in tasks})) if pairs else {}
    return tuple(
        _interaction(game, pair, name, [found[task] for task in tasks])
        for pair, tasks in corners.items()
        for name in game.indicators
    )


def _corners(game: Game, pair: tuple[str, str]) -> tuple[Mask, Mask, Mask, Mask]:
    """Return who is missing at the four corners: nobody, either of a pair, both."""
    one, other = (1 << game.place[player] for player in pair)
    return 0, one, other, one | other


def _interaction(game: Game, pair: tuple[str, str], name: str, at: Sequence[Evaluation]) -> Interaction:
    """Return the second difference of one indicator at the four corners."""
    sign = game.orientation[name]
    both, no_one, no_other, none = (evaluation.values[name] for evaluation in at)
    size = max(abs(corner.value) for corner in (both, no_one, no_other, none))
    value = sign * (both.value - no_one.value - no_other.value + none.value)
    ends = (
        sign * (both.low - no_one.high - no_other.high + none.low),
        sign * (both.high - no_one.low - no_other.low + none.high),
    )
    middle, low, high = (settle(number, size) for number in (value, min(ends), max(ends)))
    return Interaction(*pair, name, middle, low, high, draws=1)
