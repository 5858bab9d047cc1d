"""Rules of corridors and ties."""

from __future__ import annotations

from collections.abc import Iterator

from qhgrid.clock import hours_in_year
from qhgrid.facts import Facts
from qhgrid.facts.rows import CorridorFact, TieFact
from qhgrid.scenario.exchange import rating_of
from qhgrid.scenario.marks import suggest
from qhgrid.scenario.model import Corridor, Scenario
from qhgrid.scenario.rules.rule import Finding, RuleBook
from qhgrid.units import convert

BOOK = RuleBook()
LARGEST_LOSS = 0.15
"""Largest loss of a corridor, converters included."""
LARGEST_MINIMUM = 0.9
"""Largest minimum power of a corridor, per unit of rating."""


def _in_service(scenario: Scenario) -> Iterator[tuple[str, Corridor]]:
    """Yield the corridors that run in the scenario."""
    return ((name, corridor) for name, corridor in scenario.corridors.items() if corridor.in_service)


@BOOK.rule("corridor-known", "通道在通道表中", "A corridor is in the table.")
def corridor_known(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find corridors that do not exist."""
    for name in scenario.corridors:
        if name not in facts.corridors:
            mend = suggest(name, facts.corridors)
            yield Finding(("corridors", name), f"there is no corridor {name!r}", mend)


@BOOK.rule("corridor-sending", "投运通道有送端变电站", "A corridor in service has a sending station.")
def corridor_sending(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find corridors in service without a sending station."""
    for name, corridor in _in_service(scenario):
        if not corridor.sending_station.strip():
            what = "the corridor is in service but has no sending station"
            row = facts.corridors.get(name)
            mend = f"Write the id of a station, such as {row.sending_station if row else 'qingnan'}."
            yield Finding(("corridors", name, "sending_station"), what, mend)


@BOOK.rule("corridor-station-known", "送端变电站在变电站表中", "The sending station is in the table.")
def corridor_station_known(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find sending stations that do not exist."""
    for name, corridor in scenario.corridors.items():
        station = corridor.sending_station.strip()
        if station and station not in facts.stations:
            what = f"there is no station {station!r}"
            yield Finding(("corridors", name, "sending_station"), what, suggest(station, facts.stations))


@BOOK.rule(
    "corridor-station-ready", "送端变电站届时已投运", "The sending station is in service in that year."
)
def corridor_station_ready(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find sending stations that are not there yet in the level year."""
    for name, corridor in _in_service(scenario):
        station = facts.stations.get(corridor.sending_station.strip())
        if station is None:
            continue
        reason = _not_ready(station.in_service_year, station.grade, scenario)
        if reason:
            what = f"the sending station {station.id} {reason}"
            mend = "Choose a station in service, a later level year, or `in_service: false`."
            yield Finding(("corridors", name, "sending_station"), what, mend)


def _not_ready(in_service_year: int, grade: str, scenario: Scenario) -> str:
    """Return why something is not in service in the scenario, or nothing if it is."""
    if in_service_year > scenario.year:
        return f"enters service in {in_service_year}, after the level year {scenario.year}"
    if grade not in {str(counted) for counted in scenario.fleet.grades}:
        return f"has the grade {grade}, which fleet.grades does not count"
    return ""


@BOOK.rule("corridor-ready", "投运通道届时已建成", "A corridor in service is built by then.")
def corridor_ready(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find corridors that run before they are built or without their grade being counted."""
    for name, _ in _in_service(scenario):
        row = facts.corridors.get(name)
        reason = _not_ready(row.in_service_year, row.grade, scenario) if row else ""
        if row and reason:
            what = f"the corridor {row.name_zh} {reason}"
            mend = "Set `in_service: false`, choose a later level year, or count its grade."
            yield Finding(("corridors", name, "in_service"), what, mend)


@BOOK.rule("corridor-rating", "通道功率为正且不超过额定值", "A corridor has power, at most its rating.")
def corridor_rating(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find corridors without power or above their rating."""
    for name, _ in _in_service(scenario):
        row = facts.corridors.get(name)
        rating, power = row.value if row else None, rating_of(scenario, facts, name)
        if power == 0:
            mend = "Give its rating, or set `in_service: false`."
            yield Finding(("corridors", name, "p_nom"), "a corridor in service has no power", mend)
        elif rating is not None and power > rating * (1 + 1e-9):
            what = f"{power:g} MW is above the rating of {rating:g} MW"
            yield Finding(("corridors", name, "p_nom"), what, f"Give at most {rating:g} MW.")


@BOOK.rule("corridor-contract", "合同电量送得出", "A contract can be delivered.")
def corridor_contract(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find contracts beyond what a corridor delivers at full power in every hour."""
    for name, corridor in _in_service(scenario):
        hours = hours_in_year(scenario.year)
        most = rating_of(scenario, facts, name) * hours * (1 - corridor.loss)
        if corridor.contract > most * (1 + 1e-9):
            written, limit = (
                f"{convert(e, 'MWh', '亿千瓦时'):.5g} 亿千瓦时" for e in (corridor.contract, most)
            )
            what = f"the contract of {written} is above the {limit} that full power delivers in a year"
            yield Finding(("corridors", name, "contract"), what, f"Give at most {limit}; check the unit.")


@BOOK.rule("corridor-minimum", "最小功率留有调节余地", "The minimum power leaves room to regulate.")
def corridor_minimum(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find corridors that may hardly move."""
    for name, corridor in _in_service(scenario):
        if corridor.p_min_pu > LARGEST_MINIMUM:
            what = f"a minimum of {corridor.p_min_pu:.0%} of the rating leaves no room to regulate"
            yield Finding(("corridors", name, "p_min_pu"), what, f"Give at most {LARGEST_MINIMUM:g}.")


@BOOK.rule("corridor-loss", "通道损耗不超过15%", "A corridor loses at most 15 %.")
def corridor_loss(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find losses that no DC corridor has."""
    for name, corridor in scenario.corridors.items():
        if corridor.loss > LARGEST_LOSS:
            what = f"a loss of {corridor.loss:.1%} is more than any DC corridor has"
            yield Finding(
                ("corridors", name, "loss"), what, "Give 5 % to 8 %; check for a slip of the point."
            )


@BOOK.rule("tie-known", "联络线在联络线表中", "A tie is in the table.")
def tie_known(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find ties that do not exist."""
    for name in scenario.ties:
        if name not in facts.ties:
            yield Finding(("ties", name), f"there is no tie {name!r}", suggest(name, facts.ties))


@BOOK.rule("tie-ready", "投运联络线届时已建成", "A tie in service is built by then.")
def tie_ready(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find ties that are used before they are built or without their grade being counted."""
    for name, tie in scenario.ties.items():
        row = facts.ties.get(name)
        reason = _not_ready(row.in_service_year, row.grade, scenario) if row and tie.in_service else ""
        if row and reason:
            what = f"the tie {row.name_zh} {reason}"
            mend = "Set `in_service: false`, choose a later level year, or count its grade."
            yield Finding(("ties", name, "in_service"), what, mend)


@BOOK.rule("tie-limit", "交换能力不超过断面限额", "A tie carries at most its limit.")
def tie_limit(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find limits above the transfer limit, or above its range where the limit is assumed."""
    for name, tie in scenario.ties.items():
        row = facts.ties.get(name)
        limit = _largest(row) if row else None
        if limit is None:
            continue
        for key in ("import_limit", "export_limit"):
            written = getattr(tie, key)
            if written is not None and written > limit * (1 + 1e-9):
                what = f"{written:g} MW is above the transfer limit of {limit:g} MW"
                yield Finding(("ties", name, key), what, f"Give at most {limit:g} MW.")


def _largest(row: CorridorFact | TieFact) -> float | None:
    """Return the largest figure that a row allows: the high end of its range, else its value."""
    return row.value if row.high is None else row.high


@BOOK.rule("tie-prices", "外送电价不高于购入电价", "Energy is not sold dearer than it is bought.")
def tie_prices(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find ties whose export price is above the import price, on which a plan would trade in a circle.

    Both follow one shape, so mean prices in order are in order at every hour, the more so after losses.
    """
    for name, tie in scenario.ties.items():
        if tie.export_price > tie.import_price:
            what = (
                f"an export price of {tie.export_price:g} is above the import price of {tie.import_price:g}"
            )
            yield Finding(("ties", name, "export_price"), what, "Swap the two, or lower the export price.")
