"""Hypothesis makes networks: little systems side by side, with every supported attribute alone and mixed."""

from __future__ import annotations

from dataclasses import dataclass

import pypsa
from hypothesis import strategies as st

from tests.dispatch.made_features import FEATURES, System
from tests.dispatch.systems import Draft

LENGTHS = (6, 24, 12, 1, 2, 3, 4, 5, 8)
"""Numbers of snapshots; the first is what hypothesis tries first."""
STRIDE = 37
"""Neighbours in a mixture are so many features apart, so that they are of different components."""
WEIGHTINGS = ("objective", "generators", "stores")


@dataclass(frozen=True)
class Plan:
    """One system: its features, and the seed of its numbers."""

    features: tuple[str, ...]
    seed: int


@dataclass(frozen=True)
class Made:
    """A network to be made; what stands here is enough to make it again."""

    length: int
    """Number of snapshots."""
    weights: dict[str, list[float]]
    """Lengths of the snapshots by weighting; 1 where there are none. [h]"""
    has_backstop: bool
    """Whether every bus can shed and dump without an elastic layer."""
    plans: tuple[Plan, ...]

    def network(self) -> pypsa.Network:
        """The network, system k under the prefix of `prefix(k)`."""
        draft = Draft(self.length, self.weights)
        for carrier in ("AC", "DC"):
            draft.add("Carrier", carrier)
        for k, plan in enumerate(self.plans):
            System(draft, prefix(k), plan.seed, plan.features, has_backstop=self.has_backstop)
        return draft.network()

    def only(self, k: int) -> Made:
        """System k alone."""
        return Made(self.length, self.weights, self.has_backstop, (self.plans[k],))


def prefix(k: int) -> str:
    """First word of the names of system k."""
    return f"s{k:03d}"


def plans(features: st.SearchStrategy[tuple[str, ...]], turn: int = 0) -> st.SearchStrategy[Plan]:
    """Plans with any seed; with seed `turn` when hypothesis keeps things simple."""
    return st.builds(Plan, features, st.integers(turn, 2**32 - 1))


def mixtures(turn: int = 0, least: int = 4, most: int = 9) -> st.SearchStrategy[tuple[str, ...]]:
    """Several features for one system; `turn` says which come first when hypothesis keeps things simple."""
    names = sorted(FEATURES)
    order = [names[(STRIDE * (turn + i)) % len(names)] for i in range(len(names))]
    return st.lists(st.sampled_from(order), min_size=least, max_size=most, unique=True).map(tuple)


@st.composite
def networks(draw: st.DrawFn, alone: tuple[str, ...] = (), mixed: int = 1) -> Made:
    """A network with a system for each feature of `alone`, and `mixed` systems with several features."""
    length = draw(st.sampled_from(LENGTHS))
    hours = st.lists(st.sampled_from([0.5, 1.0, 2.0, 3.0]), min_size=length, max_size=length)
    weights = draw(st.fixed_dictionaries(dict.fromkeys(WEIGHTINGS, hours)) | st.just({}))
    single = [draw(plans(st.just((name,)), k)) for k, name in enumerate(alone)]
    several = [draw(plans(mixtures(len(alone) + 4 * k), len(alone) + k)) for k in range(mixed)]
    return Made(length, weights, draw(st.booleans()), (*single, *several))
