"""The one set of parameters of all backcast years: ``calibration.csv``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qhgrid.errors import FactsError, Fault

if TYPE_CHECKING:
    from qhgrid.facts import Facts

CALIBRATED = (2021, 2023)
"""Years whose published results the parameters were fitted to.

One wet to average and one dry year, the first of much curtailment and the last with the largest fleet: so
that both trends, of water and of growth, are in them.
"""
HELD_OUT = (2020, 2022)
"""Years that no parameter was fitted to: the wettest, beyond the range of the fit, and one within it."""
YEARS = tuple(sorted((*CALIBRATED, *HELD_OUT)))


def parameter(facts: Facts, id: str) -> float:
    """Return a parameter of ``calibration.csv`` in its base unit.

    Raises
    ------
    FactsError
        If the table has no such row.
    """
    row = facts.calibration.get(id)
    if row is None or row.value is None:
        raise FactsError(Fault(f"calibration.csv: {id}", "no such parameter", "Add the row."))
    return row.value


def months(facts: Facts, prefix: str) -> tuple[float, ...]:
    """Return the twelve parameters ``<prefix>_01`` to ``<prefix>_12``."""
    return tuple(parameter(facts, f"{prefix}_{month:02d}") for month in range(1, 13))
