"""Hypothesis makes networks: little systems side by side, with every supported attribute alone and mixed."""

from __future__ import annotations

from dataclasses import dataclass

import pypsa
from hypothesis import strategies as st

from tests.dispatch.made_features import FEATURES, System
from tests.dispatch.systems import Draft

LENGTHS = (1, 2, 3, 4, 5, 6, 8, 12, 24)
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


def plans(features: st.SearchStrategy[tuple[str, ...]]) -> st.SearchStrategy[Plan]:
    return st.builds(Plan, features, st.integers(0, 2**32 - 1))


def mixtures(least: int = 2, most: int = 8) -> st.SearchStrategy[tuple[str, ...]]:
    """Several features for one system."""
    names = st.sampled_from(sorted(FEATURES))
    return st.lists(names, min_size=least, max_size=most, unique=True).map(tuple)


@st.composite
def networks(draw: st.DrawFn, alone: tuple[str, ...] = (), mixed: int = 1) -> Made:
    """A network with a system for each feature of `alone`, and `mixed` systems with several features."""
    length = draw(st.sampled_from(LENGTHS))
    hours = st.lists(st.sampled_from([0.5, 1.0, 2.0, 3.0]), min_size=length, max_size=length)
    weights = draw(st.fixed_dictionaries(dict.fromkeys(WEIGHTINGS, hours)) | st.just({}))
    single = [draw(plans(st.just((name,)))) for name in alone]
    several = [draw(plans(mixtures())) for _ in range(mixed)]
    return Made(length, weights, draw(st.booleans()), (*single, *several))
