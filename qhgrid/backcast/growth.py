"""How capacity grew within a year: the months of the statistics, and the time from connection to output."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qhgrid.backcast.calibration import parameter
from qhgrid.backcast.published import MONTHS, FloatArray
from qhgrid.errors import FactsError, Fault

if TYPE_CHECKING:
    from qhgrid.facts import Facts

ITEMS = {"pv": ("solar", "solar_total_pv_csp"), "wind": ("wind", "wind")}
"""Of each technology: item of the months and of the year's end; the months of PV hold CSP as well."""


def capacity_at_month_end(facts: Facts, technology: str, year: int, month: int) -> float:
    """Return installed capacity at the end of a month [MW]; month 0 is the December before, and so on back.

    December is the official figure of the year. A month without a figure lies half way between its
    neighbours.
    """
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    monthly, yearly = ITEMS[technology]
    id = f"capacity_{yearly}_{year}" if month == 12 else f"monthly_capacity_{monthly}_{year}-{month:02d}"
    row = facts.statistics.get(id)
    if row is not None and row.value is not None:
        return row.value - (_csp(facts, year, month) if technology == "pv" else 0.0)
    if month == 12:
        raise FactsError(Fault(f"statistics.csv: {id}", "the capacity is missing", "Add the row."))
    sides = [capacity_at_month_end(facts, technology, year, month + step) for step in (-1, 1)]
    return sum(sides) / 2.0


def _csp(facts: Facts, year: int, month: int) -> float:
    """Return CSP in operation, by whole years [MW]."""
    last = year if month == 12 else year - 1
    rows = [row for row in facts.fleet.values() if row.technology == "csp" and row.grade == "OP"]
    return sum(row.value or 0.0 for row in rows if row.in_service_year <= last)


def share_at_work(facts: Facts, technology: str, year: int) -> FloatArray:
    """Return capacity that gives output in each month over capacity at the year's end, shape (12,) [1].

    What gives output in a month is what stood `<technology>_lag` months before its end.
    """
    lag = parameter(facts, f"{technology}_lag")
    whole, part = int(lag), lag - int(lag)
    ends = {
        month: capacity_at_month_end(facts, technology, year, month) for month in range(-whole, 13 - whole)
    }
    working = [(1 - part) * ends[m - whole] + part * ends[m - whole - 1] for m in MONTHS]
    return np.array(working) / capacity_at_month_end(facts, technology, year, 12)
