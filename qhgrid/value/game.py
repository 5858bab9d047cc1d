r"""Projects as players of a game: what a set of them comes to, whatever finds that out.

A set of players (a coalition) has a value for each indicator, with an interval in which the exact value lies.
The gain of a player is what the indicator is with it minus without it, turned so that more is better.
Nothing here knows of dispatch, of files or of processes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, NamedTuple, Protocol

Precision = Literal["screen", "exact"]
"""``exact``: the best that the evaluator can do; ``screen``: quick, and as coarse as it likes."""

COST = "cost"
"""The indicator for which rents bound gains: its least value is convex in the scale of the players."""

Mask = int
"""A coalition: bit k is set if the player at place k of the canonical order is in it."""


class Interval(NamedTuple):
    """A value and the interval that holds the exact one, ``low <= exact <= high``."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Evaluation:
    r"""What a coalition comes to.

    Parameters
    ----------
    values : Mapping of str to Interval
        By indicator.
    rents : Mapping of str to float, optional
        By player: what one more unit of its scale would save of the cost, at prices that prove ``low`` of
        the cost. With scales :math:`x` (1 for a member, 0 for others) and rents :math:`g`, every other
        choice of scales :math:`z` in [0, 1] costs at least :math:`low - g \cdot (z - x)`. Empty where the
        evaluator cannot tell.
    """

    values: Mapping[str, Interval]
    rents: Mapping[str, float] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {"values": {name: list(at) for name, at in self.values.items()}, "rents": dict(self.rents)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Evaluation:
        """Return what :meth:`to_json` described."""
        values = {name: Interval(*at) for name, at in data["values"].items()}
        return cls(values, dict(data["rents"]))


class Evaluator(Protocol):
    """Finds out what a coalition comes to. Must be picklable, and answer the same for the same question."""

    @property
    def players(self) -> tuple[str, ...]:
        """Ids of the players that may have an effect."""

    def evaluate(self, members: frozenset[str], precision: Precision) -> Evaluation:
        """Return what the coalition `members` comes to, all other players left out."""


@dataclass(frozen=True)
class Game:
    """The players and what their gains are measured in.

    Parameters
    ----------
    players : tuple of str
        Ids, in any order.
    orientation : Mapping of str to int
        By indicator: 1 where more is better, -1 where less is.
    contents : Mapping of str to str, optional
        What each player is, told without its name; players of the same content are twins. By default the id.
    idle : tuple of str, optional
        Ids of those known to have no effect; they take no part, and their gain is zero.

    Notes
    -----
    All work is done in the *canonical order*, by content. New names and another order of rows leave the
    contents as they are, so they change labels and nothing else: neither the permutations drawn nor the
    coalitions evaluated. Of twins it only matters how many are in; the first of them in the canonical order
    stand for any, so that twins have equal values to the last digit.
    """

    players: tuple[str, ...]
    orientation: Mapping[str, int]
    contents: Mapping[str, str] = field(default_factory=dict)
    idle: tuple[str, ...] = ()

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Players in the canonical order."""
        return tuple(sorted(self.players, key=lambda player: (self.content(player), player)))

    def content(self, player: str) -> str:
        """Return what a player is."""
        return self.contents.get(player, player)

    @property
    def n_players(self) -> int:
        """Number of players."""
        return len(self.players)

    @cached_property
    def full(self) -> Mask:
        """The coalition of all."""
        return (1 << self.n_players) - 1

    @cached_property
    def place(self) -> Mapping[str, int]:
        """Place of each player in the canonical order."""
        return {player: place for place, player in enumerate(self.order)}

    @cached_property
    def twins(self) -> tuple[tuple[int, ...], ...]:
        """Places of players of the same content, each class with at least two."""
        classes: dict[str, list[int]] = {}
        for place, player in enumerate(self.order):
            classes.setdefault(self.content(player), []).append(place)
        return tuple(tuple(places) for places in classes.values() if len(places) > 1)

    def canonical(self, mask: Mask) -> Mask:
        """Return the coalition that stands for all with as many of each class of twins."""
        for places in self.twins:
            count = sum(mask >> place & 1 for place in places)
            for number, place in enumerate(places):
                mask = mask | 1 << place if number < count else mask & ~(1 << place)
        return mask

    def members(self, mask: Mask) -> frozenset[str]:
        """Return the players of a coalition."""
        return frozenset(player for place, player in enumerate(self.order) if mask >> place & 1)

    def mask(self, members: frozenset[str]) -> Mask:
        """Return the coalition of `members`."""
        return sum(1 << self.place[player] for player in members)

    @cached_property
    def indicators(self) -> tuple[str, ...]:
        """Names of the indicators, in the order given."""
        return tuple(self.orientation)


class Task(NamedTuple):
    """A question to the evaluator."""

    mask: Mask
    precision: Precision


class Answers(Protocol):
    """Puts questions to an evaluator, in any order and by any number of workers."""

    def __call__(self, tasks: Sequence[Task]) -> Mapping[Task, Evaluation]:
        """Return the answer to each of `tasks`."""
