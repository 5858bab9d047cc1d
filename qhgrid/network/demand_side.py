"""The load of each class at each bus, for those who add loads and those who make some of it flexible."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qhgrid.scenario.demand import DemandClass

if TYPE_CHECKING:
    from qhgrid.network.case import Case
    from qhgrid.network.draft import FloatArray


@dataclass(frozen=True)
class DemandSide:
    """Demand by class and bus.

    Parameters
    ----------
    mean_mw : dict
        Mean load of the year by class and bus [MW].
    shape : dict of numpy.ndarray
        Load of each class per unit of that mean, shape (snapshot,) each.
    """

    mean_mw: dict[tuple[DemandClass, str], float]
    shape: dict[DemandClass, FloatArray]

    def of_prefectures(self, case: Case, classes: Iterable[DemandClass]) -> Iterator[Place]:
        """Yield each prefecture with demand of some classes, in the order of the buses."""
        wanted = set(classes)
        parts: dict[str, list[tuple[DemandClass, str]]] = {}
        for key in self.mean_mw:
            if key[0] in wanted:
                parts.setdefault(case.prefecture_of(key[1]), []).append(key)
        order = dict.fromkeys(case.prefecture_of(bus) for bus in case.grid_buses)
        for prefecture in (name for name in order if name in parts):
            yield self._place(case, prefecture, parts[prefecture])

    def _place(self, case: Case, prefecture: str, keys: list[tuple[DemandClass, str]]) -> Place:
        """Return the demand `keys` of a prefecture."""
        load = sum(
            (self.mean_mw[key] * self.shape[key[0]] for key in keys), start=np.zeros(len(case.snapshots))
        )
        by_bus = dict.fromkeys(case.grid_buses, 0.0)
        for key in keys:
            by_bus[key[1]] += self.mean_mw[key]
        return Place(prefecture, max(by_bus, key=lambda bus: by_bus[bus]), sum(by_bus.values()), load)


@dataclass(frozen=True)
class Place:
    """Some demand of a prefecture.

    Parameters
    ----------
    prefecture : str
        The prefecture.
    bus : str
        Its grid bus with the most of this demand, the first of equals; what is flexible of it stands there.
    mean_mw : float
        Mean of the year [MW].
    load_mw : numpy.ndarray
        Load in each hour, shape (snapshot,) [MW].
    """

    prefecture: str
    bus: str
    mean_mw: float
    load_mw: FloatArray
