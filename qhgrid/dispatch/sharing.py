"""Among plans of one cost, the one that treats like generators alike.

Generators of one bus with one marginal cost are interchangeable: a solver may cut the one and run the
other, or the other way round, as it happens to find its optimum. Here what such a group makes is shared
in proportion to what each could make, so that curtailment is pro rata to available power and a
utilisation rate says something of the plan and not of the solver.
"""

from __future__ import annotations

import numpy as np

from qhgrid.dispatch.program import BoolArray, FloatArray, Program


def share_alike(program: Program, plan: FloatArray) -> FloatArray:
    """Return `plan` with the power of interchangeable generators shared in proportion to their range.

    Two generators are interchangeable in a snapshot if their columns of the program are the same: the
    same cost and the same single entry, in the balance of one bus. One with a ramp limit, a yearly energy
    or a part in a global constraint has more entries and is left alone.

    Parameters
    ----------
    program : Program
    plan : ndarray
        Values of all columns, within their bounds, shape (n_columns,).

    Returns
    -------
    ndarray
        The shared plan; each group's total, and so every balance and the cost, stay what they were.
    """
    block = program.block("Generator", "p")
    if block is None or not block.size:
        return plan
    here = slice(block.start, block.stop)
    columns = program.matrix[:, here].tocsc()
    single = np.flatnonzero(np.diff(columns.indptr) == 1)
    entry = columns.indptr[single]
    lower, upper = program.lower[here][single], program.upper[here][single]
    keys = (columns.indices[entry], columns.data[entry], program.cost[here][single])
    shared = plan.copy()
    finite = np.isfinite(lower) & np.isfinite(upper)
    positions = block.start + single[finite]
    shared[positions] = _share(
        tuple(key[finite] for key in keys), plan[positions], lower[finite], upper[finite]
    )
    return shared


def _share(
    keys: tuple[FloatArray, ...], power: FloatArray, lower: FloatArray, upper: FloatArray
) -> FloatArray:
    """Return `power` shared within each group of equal keys, each at the same share of its range."""
    if not power.size:
        return power
    order = np.lexsort(keys)
    new_group = np.concatenate([[True], _differs(keys, order)])
    group = np.cumsum(new_group) - 1
    starts = np.flatnonzero(new_group)
    above = np.add.reduceat((power - lower)[order], starts)
    span = np.add.reduceat((upper - lower)[order], starts)
    share = np.divide(above, span, out=np.zeros_like(above), where=span > 0)
    alone = np.bincount(group) == 1
    result = power.copy()
    many = ~alone[group] & (span[group] > 0)
    result[order[many]] = (lower[order] + share[group] * (upper - lower)[order])[many]
    return result


def _differs(keys: tuple[FloatArray, ...], order: np.ndarray) -> BoolArray:
    """Return whether each entry but the first, taken in `order`, differs from the one before in any key."""
    changes = [key[order][1:] != key[order][:-1] for key in keys]
    return np.asarray(np.logical_or.reduce(changes), dtype=bool)
