"""Days in 24 hours, one for each month, quarter or the year, brought to a mean of one over the year."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable

from qhgrid.errors import FactsError, Fault
from qhgrid.facts.rows import HourSeries
from qhgrid.facts.tables import Facts

MonthHours = tuple[tuple[float, ...], ...]
"""A figure for each month and each hour of its days, shape (12, 24)."""


def year_shape(rows: Iterable[HourSeries], year: int, table: str) -> MonthHours:
    """Return days as a shape whose mean over the hours of `year` is 1.

    Rows are days of the months 1 to 12, of the quarters 1 to 4, or one day for the year (period 0).

    Parameters
    ----------
    rows : iterable of HourSeries
        Days of one market or corridor.
    year : int
        Year whose hours are averaged.
    table : str
        What asks, for messages.

    Raises
    ------
    FactsError
        If there is no day, a period is missing, or all hours are 0.
    """
    days = {row.period: row.hours for row in rows}
    if not days:
        raise FactsError(Fault(table, "has no row", "Give at least one day of 24 hours."))
    shape = tuple(_day_of(days, month, table) for month in range(1, 13))
    lengths = [monthrange(year, month)[1] for month in range(1, 13)]
    total = sum(length * sum(day) for length, day in zip(lengths, shape, strict=True))
    if total <= 0:
        raise FactsError(Fault(table, "is 0 in every hour", "Give at least one hour above 0."))
    mean = total / (24 * sum(lengths))
    return tuple(tuple(value / mean for value in day) for day in shape)


def _day_of(days: dict[int, tuple[float, ...]], month: int, table: str) -> tuple[float, ...]:
    """Return the day of a month."""
    most = max(days)
    period = month if most > 4 else (month + 2) // 3 if most > 0 else 0
    if period not in days:
        raise FactsError(Fault(table, f"has no row for period {period}", "Add the missing periods."))
    return days[period]


def tie_price_shape(facts: Facts, tie: str, year: int) -> MonthHours:
    """Return prices of the market behind a tie over their mean of the year, shape (12, 24) [1].

    Days without a tie of their own hold for every tie that has none.
    """
    rows = list(facts.tie_price_shape.values())
    own = [row for row in rows if row.tie == tie] or [row for row in rows if not row.tie]
    return year_shape(own, year, "data/tie_price_shape.csv")


def corridor_shape(facts: Facts, corridor: str, quantity: str, year: int) -> MonthHours:
    """Return the curve of a corridor's receiving end over its mean of the year, shape (12, 24) [1].

    Parameters
    ----------
    facts : Facts
        The fact tables.
    corridor : str
        Id of ``corridors.csv``.
    quantity : str
        ``price`` or ``power``.
    year : int
        Year whose hours are averaged.
    """
    rows = facts.corridors_curves.values()
    own = [row for row in rows if (row.corridor, row.quantity) == (corridor, quantity)]
    return year_shape(own, year, f"data/corridors_curves.csv: {quantity} of {corridor}")


def corridor_rating(facts: Facts, corridor: str, year: int) -> float | None:
    """Return the power that a corridor can carry in a level year [MW], None for an unknown corridor.

    The last row of ``corridors_by_year.csv`` that counts by then; without one, ``corridors.csv``.
    """
    rows = [row for row in facts.corridors_by_year.values() if row.corridor == corridor and row.year <= year]
    if rows:
        return max(rows, key=lambda row: row.year).value
    fact = facts.corridors.get(corridor)
    return None if fact is None else fact.value


def tie_limits(facts: Facts, tie: str, year: int) -> tuple[float, float] | None:
    """Return what a tie can carry in and out in a level year [MW], None for an unknown tie."""
    rows = [row for row in facts.ties_by_year.values() if row.tie == tie and row.year <= year]
    if rows:
        last = max(rows, key=lambda row: row.year)
        return last.value or 0.0, last.export_mw
    fact = facts.ties.get(tie)
    return None if fact is None else (fact.value or 0.0, fact.value or 0.0)
