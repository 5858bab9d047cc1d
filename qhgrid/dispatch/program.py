"""A linear program in plain arrays: columns with bounds, rows with sides, one sparse matrix.

The program of a network is a stack of blocks. A block of columns is one quantity of one kind of component,
such as
the power of all generators, with one entry per snapshot and component; a block of rows is one law, such as
the
balance of all buses. Everything is held in the network's own order, hour by hour.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
IndexArray = npt.NDArray[np.int32]
BoolArray = npt.NDArray[np.bool_]
Unit = Literal["MW", "MWh"]


@dataclass(frozen=True)
class Columns:
    """One quantity of one kind of component, one column per snapshot and component."""

    component: str
    """PyPSA's name of the component, such as ``Generator``."""
    attribute: str
    """PyPSA's name of the quantity, such as ``p``."""
    names: pd.Index
    """Names of the components, length n."""
    lower: FloatArray
    """Least value, shape (n_snapshots, n). [unit]"""
    upper: FloatArray
    """Greatest value, shape (n_snapshots, n). [unit]"""
    cost: FloatArray
    """Cost of one unit in that snapshot, weighting included, shape (n_snapshots, n)."""
    unit: Unit
    start: int
    """Position of the first column in the program."""

    @property
    def size(self) -> int:
        """Number of columns."""
        return int(self.lower.size)

    @property
    def stop(self) -> int:
        """Position after the last column."""
        return self.start + self.size

    def positions(self, members: IntArray | None = None) -> IntArray:
        """Return the positions of `members` in every snapshot, shape (n_snapshots, n members)."""
        return _positions(self.start, self.lower.shape, members)


@dataclass(frozen=True)
class Rows:
    """One law for one kind of component: ``lower <= A x <= upper``."""

    family: str
    """Name of the law, such as ``bus_balance``."""
    component: str
    names: pd.Index
    lower: FloatArray
    """Shape (n_snapshots, n), or (1, n) for a law over the whole horizon. [unit]"""
    upper: FloatArray
    unit: Unit
    start: int
    scale: FloatArray
    """By what PyPSA's own rows were divided, shape (n,)."""

    @property
    def stop(self) -> int:
        """Position after the last row."""
        return self.start + int(self.lower.size)

    def positions(self, members: IntArray | None = None) -> IntArray:
        """Return the positions of `members` in every snapshot, shape (n_snapshots or 1, n members)."""
        return _positions(self.start, self.lower.shape, members)


def _positions(start: int, shape: tuple[int, ...], members: IntArray | None) -> IntArray:
    """Return ``start + t * n + member`` for every snapshot and member."""
    n_times, n_names = shape
    inner = np.arange(n_names) if members is None else members
    return start + n_names * np.arange(n_times)[:, None] + inner[None, :]


@dataclass(frozen=True)
class Program:
    """``min cost x`` with ``row_lower <= matrix x <= row_upper`` and ``lower <= x <= upper``."""

    snapshots: pd.Index
    columns: tuple[Columns, ...]
    rows: tuple[Rows, ...]
    matrix: sparse.csr_array
    lower: FloatArray
    upper: FloatArray
    cost: FloatArray
    row_lower: FloatArray
    row_upper: FloatArray

    def block(self, component: str, attribute: str) -> Columns | None:
        """Return the block of columns of `component` and `attribute`, or None where there is none."""
        found = [b for b in self.columns if (b.component, b.attribute) == (component, attribute)]
        return found[0] if found else None

    def column_name(self, position: int) -> tuple[str, str, str, object]:
        """Return component, name, attribute and snapshot of the column at `position`."""
        block = next(b for b in self.columns if b.start <= position < b.stop)
        hour, member = divmod(position - block.start, block.lower.shape[1])
        return block.component, str(block.names[member]), block.attribute, self.snapshots[hour]

    def row_name(self, position: int) -> tuple[str, str, str, object | None]:
        """Return component, name, family and snapshot of a row; None for the whole horizon."""
        block = next(b for b in self.rows if b.start <= position < b.stop)
        hour, member = divmod(position - block.start, block.lower.shape[1])
        over_horizon = block.lower.shape[0] == 1 and block.family in HORIZON_FAMILIES
        when = None if over_horizon else self.snapshots[hour]
        return block.component, str(block.names[member]), block.family, when


HORIZON_FAMILIES = ("generator_e_sum", "global_constraint")
"""Laws over the whole horizon, with one row instead of one per snapshot."""


@dataclass
class ProgramBuilder:
    """Collects blocks and matrix entries, then makes the program."""

    snapshots: pd.Index
    columns: list[Columns] = field(default_factory=list)
    rows: list[Rows] = field(default_factory=list)
    _entries: list[tuple[IndexArray, IndexArray, FloatArray]] = field(default_factory=list)

    def add_columns(
        self,
        component: str,
        attribute: str,
        names: pd.Index,
        bounds: tuple[FloatArray, FloatArray],
        cost: FloatArray | float = 0.0,
        unit: Unit = "MW",
    ) -> Columns:
        """Append a block of columns and return it; bounds and cost are broadcast to (n_snapshots, n)."""
        shape = (len(self.snapshots), len(names))
        lower, upper, price = (np.broadcast_to(np.asarray(a, dtype=float), shape) for a in (*bounds, cost))
        start = self.columns[-1].stop if self.columns else 0
        block = Columns(component, attribute, names, lower, upper, price, unit, start)
        self.columns.append(block)
        return block

    def add_rows(
        self,
        family: str,
        component: str,
        names: pd.Index,
        sides: tuple[FloatArray, FloatArray],
        unit: Unit = "MW",
        scale: FloatArray | None = None,
    ) -> Rows:
        """Append a block of rows and return it."""
        start = self.rows[-1].stop if self.rows else 0
        block = Rows(
            family, component, names, *sides, unit, start, np.ones(len(names)) if scale is None else scale
        )
        self.rows.append(block)
        return block

    def add_entries(self, rows: IntArray, columns: IntArray, values: FloatArray | float) -> None:
        """Add matrix entries; the three arrays are broadcast against each other, repeated places add up."""
        factor = np.asarray(values, dtype=float)
        shape = np.broadcast_shapes(rows.shape, columns.shape, factor.shape)
        keep = np.broadcast_to(factor, shape) != 0.0
        row, column = (np.broadcast_to(a, shape)[keep].astype(np.int32) for a in (rows, columns))
        self._entries.append((row, column, np.broadcast_to(factor, shape)[keep]))

    def build(self) -> Program:
        """Return the program of all blocks and entries."""
        n_rows = self.rows[-1].stop if self.rows else 0
        n_columns = self.columns[-1].stop if self.columns else 0
        matrix = sparse.coo_array(self._triplets(), shape=(n_rows, n_columns)).tocsr()
        return Program(
            self.snapshots,
            tuple(self.columns),
            tuple(self.rows),
            matrix,
            *(_stack(getattr(b, name) for b in self.columns) for name in ("lower", "upper", "cost")),
            *(_stack(getattr(b, name) for b in self.rows) for name in ("lower", "upper")),
        )

    def _triplets(self) -> tuple[FloatArray, tuple[IndexArray, IndexArray]]:
        """Return the matrix entries in the form that scipy takes."""
        if not self._entries:
            nothing = np.zeros(0, dtype=np.int32)
            return np.zeros(0), (nothing, nothing)
        rows, columns, values = (np.concatenate([entry[i] for entry in self._entries]) for i in range(3))
        return values, (rows, columns)


def _stack(arrays: Iterable[FloatArray]) -> FloatArray:
    """Return all blocks as one vector, hour by hour within a block."""
    return np.concatenate([np.zeros(0), *(np.ravel(a) for a in arrays)])
