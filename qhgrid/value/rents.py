r"""What each project would save or cost at the prices of a case: bounds on the cost of its neighbours.

With prices y that prove the bound :math:`L` of a coalition, the coalition without member i costs at least
:math:`L + g_i`, and with i that was not in it at least :math:`L - g_i`. For projects that leave the matrix as
it is, :math:`g_i` is their rent (:func:`qhgrid.value.proof.rent`), and the bound holds for any number of
changes at once. For lines, whose laws change, it is the difference of both bounds with the prices of the laws
that both have in common, and holds for one change at a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qhgrid.value.proof import Slopes, rent, slopes_of

if TYPE_CHECKING:
    from qhgrid.dispatch.engine.problem import Problem
    from qhgrid.dispatch.program import FloatArray
    from qhgrid.value.field import Build, Field


def rents_of(
    field: Field, problem: Problem, slopes: Slopes, members: frozenset[str], build: Build
) -> dict[str, float]:
    """Return the rent of every project at the prices of a coalition [CNY]; nothing where they are tied.

    Parameters
    ----------
    field : Field
    problem : Problem
        Of the coalition `members`, in its frame.
    slopes : Slopes
        Prices of its rows.
    members : frozenset of str
    build : callable
        Builds a case without some parts.
    """
    lines_only = all(part.startswith("line:") for atom in field.fixed() for part in atom.parts)
    if not (field.is_plain and lines_only):
        return {}
    absent = field.absent(members)
    missing = frozenset(part for atom in absent if atom.shift is None for part in atom.parts)
    carried = _lines_worth(problem, slopes)
    found = {}
    for atom in field.atoms:
        (name,) = atom.carriers
        if atom.shift is not None:
            found[name] = rent(slopes, field.shift(atom, missing, build))
        else:
            other = field.frame(missing ^ atom.parts, build).problem
            there = _lines_worth(other, slopes_of(other, renamed(problem, slopes.y, other), slopes.y_wide))
            found[name] = there - carried if name in members else carried - there
    return found


def _lines_worth(problem: Problem, slopes: Slopes) -> float:
    """Return what lines add to the bound [CNY]."""
    total = 0.0
    for block in problem.columns:
        if block.component in ("Line", "Transformer"):
            span = slice(block.start, block.stop)
            slope, low, high = (a[:, span] for a in (slopes.slope, problem.lower, problem.upper))
            total += float(np.where(slope > 0.0, slope * low, slope * high).sum())
    return total


def renamed(problem: Problem, y: FloatArray, other: Problem) -> FloatArray:
    """Return prices of rows for a problem with other rows, 0 where a row is new."""
    blocks = {(block.component, block.family): block for block in problem.rows}
    found = np.zeros_like(other.row_lower)
    for block in other.rows:
        same = blocks.get((block.component, block.family))
        if same is not None:
            at = same.names.get_indexer(block.names)
            there = np.flatnonzero(at >= 0)
            found[:, block.start + there] = y[:, same.start + at[there]]
    return found
