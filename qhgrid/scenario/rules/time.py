"""Rules of the level year, the horizon and the heating season."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator

from qhgrid.facts import Facts
from qhgrid.scenario.model import Scenario
from qhgrid.scenario.rules.rule import Finding, RuleBook

BOOK = RuleBook()
MOST_YEARS = 62
"""Most calendar years in one horizon, as many as the river was measured."""


@BOOK.rule("horizon-order", "计算时段的结束日不早于开始日", "The horizon does not end before it starts.")
def horizon_order(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find a horizon that ends before it starts."""
    start, end = scenario.horizon.start, scenario.horizon.end
    if end < start:
        what = f"the horizon ends on {end}, before it starts on {start}"
        yield Finding(("horizon", "end"), what, "Swap the two days.")


@BOOK.rule("horizon-year", "计算时段自水平年开始", "The horizon starts in the level year.")
def horizon_year(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find a horizon that starts outside the level year, or goes on longer than the river's record."""
    start, end = scenario.horizon.start, scenario.horizon.end
    if start.year != scenario.year:
        what = f"{start} does not lie in the level year {scenario.year}"
        mend = f"Write a day of {scenario.year}, or set `year: {start.year}`."
        yield Finding(("horizon", "start"), what, mend)
    if not 0 <= end.year - scenario.year < MOST_YEARS:
        what = f"{end} does not lie in the {MOST_YEARS} years from the level year {scenario.year}"
        mend = f"Write a day of {scenario.year}, or of a later year for a horizon of several years."
        yield Finding(("horizon", "end"), what, mend)


@BOOK.rule(
    "heating-day", "采暖期起止日是日历上存在的日子", "The heating season begins and ends on days that exist."
)
def heating_day(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find days of the heating season that the level year does not have."""
    for key in ("heating_start", "heating_end"):
        written = getattr(scenario.thermal, key)
        if not _exists(written, scenario.year):
            what = f"{written}: this day does not exist in {scenario.year}"
            yield Finding(("thermal", key), what, "Write month-day of a day that exists, such as 10-15.")


def _exists(month_day: str, year: int) -> bool:
    """Return whether a year has this month and day."""
    month, day = (int(part) for part in month_day.split("-"))
    return 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]


@BOOK.rule("heating-season", "采暖期跨越元旦", "The heating season spans the turn of the year.")
def heating_season(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find a heating season that leaves out midwinter, most likely because its days are swapped."""
    start, end = scenario.thermal.heating_start, scenario.thermal.heating_end
    if start <= end:
        what = f"the heating season from {start} to {end} leaves out the turn of the year"
        yield Finding(("thermal", "heating_start"), what, "Swap heating_start and heating_end.")
