"""What a network says, as plain arrays: static attributes, time series, weightings, ports.

Nothing of PyPSA's optimisation is used here, so that what reads the network this way is independent of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from qhgrid.dispatch.program import BoolArray, FloatArray, IntArray

if TYPE_CHECKING:
    import pypsa

_BUS_COLUMN = re.compile(r"^bus(\d+)$")


@dataclass(frozen=True)
class Port:
    """One end of a Link or Process: its bus and how much of the internal power arrives there."""

    bus: str
    """Column of the bus, such as ``bus1``."""
    coefficient: str
    """Attribute of the power at the bus per unit of internal power; empty for a fixed -1."""
    delay: str
    """Attribute of the delay, or empty."""
    cyclic_delay: str
    power: str
    """Result attribute, such as ``p1``."""


class Inputs:
    """Read access to the inputs of a network.

    Parameters
    ----------
    network : pypsa.Network
        Only inputs are read, never results.
    """

    def __init__(self, network: pypsa.Network) -> None:
        self.network = network
        self.snapshots: pd.Index = network.snapshots
        weightings = network.snapshot_weightings
        self.weight_objective: FloatArray = weightings["objective"].to_numpy(dtype=float)
        self.weight_generators: FloatArray = weightings["generators"].to_numpy(dtype=float)
        self.weight_stores: FloatArray = weightings["stores"].to_numpy(dtype=float)
        self.buses: pd.Index = network.c["Bus"].static.index

    @property
    def n_snapshots(self) -> int:
        """Number of snapshots."""
        return len(self.snapshots)

    def names(self, component: str) -> pd.Index:
        """Return the names of the active members of `component`."""
        static = self.network.c[component].static
        names: pd.Index = static.index[static["active"].to_numpy(dtype=bool)]
        return names

    def text(self, component: str, attribute: str, names: pd.Index) -> pd.Series[Any]:
        """Return a static attribute as it stands, indexed by name."""
        column: pd.Series[Any] = self.network.c[component].static.loc[names, attribute]
        return column

    def flag(self, component: str, attribute: str, names: pd.Index) -> BoolArray:
        """Return a static switch as booleans, shape (n,)."""
        return np.asarray(self.text(component, attribute, names), dtype=bool)

    def static(self, component: str, attribute: str, names: pd.Index) -> FloatArray:
        """Return a static number, shape (n,)."""
        return self.text(component, attribute, names).to_numpy(dtype=float)

    def series(self, component: str, attribute: str, names: pd.Index) -> FloatArray:
        """Return a number that may vary in time, shape (n_snapshots, n)."""
        members = self.network.c[component]
        shape = (self.n_snapshots, len(names))
        values = np.broadcast_to(self.static(component, attribute, names), shape)
        frame = members.dynamic.get(attribute)
        if frame is None or frame.shape[1] == 0:
            return values
        given = names.get_indexer(frame.columns)
        inside = given >= 0
        if inside.any():
            values = values.copy()
            values[:, given[inside]] = frame.to_numpy(dtype=float)[:, inside]
        return values

    def bus_positions(self, component: str, column: str, names: pd.Index) -> IntArray:
        """Return the position of each member's bus among all buses, -1 for an empty one."""
        return np.asarray(
            self.buses.get_indexer(pd.Index(self.text(component, column, names))), dtype=np.int64
        )

    def ports(self, component: str) -> tuple[Port, ...]:
        """Return the ends of Link or Process, in order of their number."""
        found = (_BUS_COLUMN.match(str(column)) for column in self.network.c[component].static.columns)
        numbers = sorted(int(match[1]) for match in found if match)
        return tuple(_link_port(k) if component == "Link" else _process_port(k) for k in numbers)


def _link_port(number: int) -> Port:
    """Return port `number` of a Link: bus0 gives what the other ports receive times their efficiency."""
    if number == 0:
        return Port("bus0", "", "", "", "p0")
    suffix = "" if number == 1 else str(number)
    return Port(
        f"bus{number}", f"efficiency{suffix}", f"delay{suffix}", f"cyclic_delay{suffix}", f"p{number}"
    )


def _process_port(number: int) -> Port:
    """Return port `number` of a Process, each with its own rate."""
    return Port(f"bus{number}", f"rate{number}", f"delay{number}", f"cyclic_delay{number}", f"p{number}")


def scaled(per_unit: FloatArray, nominal: FloatArray) -> FloatArray:
    """Return ``per_unit * nominal``, where nothing of an infinite nominal value is nothing."""
    with np.errstate(invalid="ignore"):
        product = per_unit * nominal
    return np.where(np.isinf(nominal) & (per_unit == 0.0), 0.0, product)


def delayed_source(weights: FloatArray, delay: int, is_cyclic: bool) -> tuple[IntArray, FloatArray]:
    """Return for every snapshot the snapshot whose dispatch arrives then, and 1, or 0 where nothing arrives.

    Parameters
    ----------
    weights : ndarray
        Length of each snapshot, shape (n_snapshots,). [h]
    delay : int
        Travel time. [h]
    is_cyclic : bool
        Whether what is under way at the end arrives at the start.
    """
    begin = np.concatenate([[0.0], np.cumsum(weights[:-1])])
    sent = begin - delay
    arrives = np.ones(len(weights))
    if is_cyclic:
        sent = np.mod(sent, weights.sum())
    else:
        arrives[sent < 0.0] = 0.0
    source = np.clip(np.searchsorted(begin, sent, side="right") - 1, 0, len(weights) - 1)
    return source.astype(np.int64), arrives
