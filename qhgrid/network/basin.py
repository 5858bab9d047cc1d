"""A reservoir between its dead and its normal level: what it holds, and how high the water stands.

The Store of a reservoir holds m3/s for an hour (3600 m3), counted from the dead level.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from qhgrid.facts import Facts
    from qhgrid.facts.levels import LevelCurve
    from qhgrid.network.draft import FloatArray

M3_PER_UNIT = 3600.0
"""Water in a m3/s held for an hour [m3]."""


@dataclass(frozen=True)
class Basin:
    """What the level of a reservoir means for its Store.

    Parameters
    ----------
    curve : LevelCurve
        Level and storage.
    dead_m, normal_m : float
        Lowest and highest level of dispatch [m].
    """

    curve: LevelCurve
    dead_m: float
    normal_m: float

    @property
    def usable_m3(self) -> float:
        """Storage between dead and normal level [m3]."""
        return self.curve.storage_m3(self.normal_m) - self.curve.storage_m3(self.dead_m)

    def content(self, level_m: float) -> float:
        """Return the content of the Store at a level [m3/s held for an hour]."""
        return (self.curve.storage_m3(level_m) - self.curve.storage_m3(self.dead_m)) / M3_PER_UNIT

    def contents(self, levels_m: FloatArray) -> FloatArray:
        """Return the content of the Store at many levels [m3/s held for an hour], shape as given."""
        return np.array([self.content(level) for level in levels_m])

    def levels(self, contents: FloatArray) -> FloatArray:
        """Return the level at many contents of the Store [m], shape as given."""
        storages = contents * M3_PER_UNIT + self.curve.storage_m3(self.dead_m)
        points = np.asarray(self.curve.storages_m3), np.asarray(self.curve.levels_m)
        return np.asarray(np.interp(storages, *points), dtype=np.float64)


def basin_of(facts: Facts, plant: str) -> Basin | None:
    """Return the reservoir of a plant, None where its curve or its levels are not known."""
    dead, normal = (facts.river_levels.get((plant, kind)) for kind in ("dead", "normal"))
    curve = facts.level_curves.get(plant)
    if curve is None or dead is None or normal is None:
        return None
    return Basin(curve, min(dead), max(normal))
