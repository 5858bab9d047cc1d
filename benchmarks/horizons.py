"""How much time a case covers, and how a year is repeated to make several."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pypsa


@dataclass(frozen=True, order=True)
class Horizon:
    """Hours of the network that is made, and how often they stand in a row; ``168`` or ``8760x4``."""

    hours: int
    repeats: int = 1

    def __str__(self) -> str:
        return str(self.hours) if self.repeats == 1 else f"{self.hours}x{self.repeats}"

    @property
    def total(self) -> int:
        """Hours in all. [h]"""
        return self.hours * self.repeats


def read_horizon(text: str) -> Horizon:
    """Return the horizon written as ``168`` or ``8760x4``."""
    match = re.fullmatch(r"([1-9]\d*)(?:x([1-9]\d*))?", text)
    if match is None:
        raise ValueError(
            f"{text!r} is not a horizon. Write hours, or hours and repeats, such as 168 or 8760x4."
        )
    return Horizon(int(match[1]), int(match[2] or 1))


def tile(n: pypsa.Network, repeats: int) -> pypsa.Network:
    """Let `n` go through its snapshots `repeats` times, one horizon in all; changes `n` and returns it.

    What a store must hold in the last snapshot it must hold at the end of the whole horizon only.
    """
    if repeats == 1:
        return n
    series = {
        (component.name, attribute): frame.copy()
        for component in n.components
        for attribute, frame in component.dynamic.items()
        if frame.shape[1]
    }
    weights = n.snapshot_weightings
    step = n.snapshots[1] - n.snapshots[0]
    n.set_snapshots(pd.date_range(n.snapshots[0], periods=len(weights) * repeats, freq=step, name="snapshot"))
    n.snapshot_weightings = _repeat(weights, n.snapshots)
    for (name, attribute), frame in series.items():
        n.c[name].dynamic[attribute] = _repeat(frame, n.snapshots)
    for attribute in ("e_min_pu", "e_max_pu"):
        level = n.c["Store"].dynamic[attribute]
        for last in range(len(weights) - 1, len(n.snapshots) - 1, len(weights)):
            level.iloc[last] = level.iloc[last - 1]
    for name, attribute in (
        ("Generator", "e_sum_min"),
        ("Generator", "e_sum_max"),
        ("GlobalConstraint", "constant"),
    ):
        n.c[name].static[attribute] *= repeats
    return n


def _repeat(frame: pd.DataFrame, snapshots: pd.Index) -> pd.DataFrame:
    values = np.tile(frame.to_numpy(), (len(snapshots) // len(frame), 1))
    return pd.DataFrame(values, index=snapshots, columns=frame.columns)
