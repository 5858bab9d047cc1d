"""Rules of water years and weather years."""

from __future__ import annotations

from collections.abc import Iterator

from qhgrid.facts import Facts
from qhgrid.scenario.model import Scenario
from qhgrid.scenario.rules.rule import Finding, RuleBook
from qhgrid.scenario.years import SYNTHETIC, TYPICAL_WATER_YEARS

BOOK = RuleBook()


def calendar_years(scenario: Scenario) -> int:
    """Return how many calendar years the horizon touches."""
    return scenario.horizon.end.year - scenario.horizon.start.year + 1


@BOOK.rule("water-year-known", "所列来水年份在实测系列内", "A named water year is in the record.")
def water_year_known(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find named water years that the record does not hold."""
    named = scenario.hydro.water_year
    record = sorted(facts.inflow_monthly)
    for name in dict.fromkeys((named,) if isinstance(named, str) else named):
        if name in TYPICAL_WATER_YEARS or name.startswith(SYNTHETIC) or int(name) in facts.inflow_monthly:
            continue
        what = f"the record of inflow has no year {name}"
        mend = f"Use a year from {record[0]} to {record[-1]}, dry, median, wet, or {SYNTHETIC}1."
        yield Finding(("hydro", "water_year"), what, mend)


@BOOK.rule(
    "year-lists", "逐年列出的来水年、气象年与计算年数相符", "Lists of years have one entry a calendar year."
)
def year_lists(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find lists of water or weather years that do not fit the horizon."""
    count = calendar_years(scenario)
    for path, years in (
        (("hydro", "water_year"), scenario.hydro.water_year),
        (("weather", "year"), scenario.weather.year),
    ):
        if isinstance(years, tuple) and len(years) != count:
            what = f"{len(years)} years are listed, the horizon has {count} calendar years"
            yield Finding(path, what, f"List {count}, in order, or name one year for all.")
