"""Rules of curves, outages and steps of corridors, and of the hours of ties."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from qhgrid.clock import hours_in_year
from qhgrid.errors import FactsError
from qhgrid.facts import Facts
from qhgrid.facts.curves import corridor_shape
from qhgrid.scenario.exchange import available_share, limits_of, rating_of, set_points
from qhgrid.scenario.fleet import counted_fleet
from qhgrid.scenario.model import Corridor, Scenario
from qhgrid.scenario.rules.rule import Finding, RuleBook

BOOK = RuleBook()


def _in_service(scenario: Scenario) -> Iterator[tuple[str, Corridor]]:
    """Yield the corridors that run in the scenario."""
    return ((name, corridor) for name, corridor in scenario.corridors.items() if corridor.in_service)


@BOOK.rule(
    "corridor-curve", "受端曲线有数据且不超过额定功率", "A receiving-end curve has data and fits the rating."
)
def corridor_curve(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find curves that the tables do not have, and fixed curves above the rating."""
    for name, corridor in _in_service(scenario):
        if corridor.curve == "flat" or name not in facts.corridors:
            continue
        quantity = "price" if corridor.curve == "price" else "power"
        try:
            shape = corridor_shape(facts, name, quantity, scenario.year)
        except FactsError as error:
            what = f"{error.faults[0].where} {error.faults[0].what}"
            yield Finding(("corridors", name, "curve"), what, "Add the rows, or set `curve: flat`.")
            continue
        mean = corridor.contract / (1.0 - corridor.loss) / hours_in_year(scenario.year)
        most, rating = max(map(max, shape)) * mean, rating_of(scenario, facts, name)
        if quantity == "power" and most > rating * (1 + 1e-9):
            what = (
                f"the fixed curve with this contract needs {most:.0f} MW, above the rating of {rating:.0f} MW"
            )
            mend = "Lower the contract, or choose `curve: price`."
            yield Finding(("corridors", name, "curve"), what, mend)


@BOOK.rule("corridor-outage", "检修窗口起止有序", "An outage ends after it starts and takes something out.")
def corridor_outage(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find outages that end before they start, or take nothing out."""
    for name, corridor in scenario.corridors.items():
        for place, outage in enumerate(corridor.outages):
            path = ("corridors", name, "outages", place)
            if outage.end < outage.start:
                what = f"the outage ends on {outage.end}, before it starts on {outage.start}"
                yield Finding((*path, "end"), what, "Swap start and end.")
            if outage.share == 0:
                what = "the outage takes nothing out of service"
                yield Finding(
                    (*path, "share"), what, "Give 1 for the whole corridor, 0.5 for one pole of two."
                )


@BOOK.rule("corridor-poles", "停运极数少于总极数", "Some pole of a corridor in service runs.")
def corridor_poles(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find corridors in service with every pole out."""
    for name, corridor in _in_service(scenario):
        if corridor.poles_out >= corridor.poles:
            what = f"{corridor.poles_out} of {corridor.poles} poles are out of a corridor in service"
            yield Finding(("corridors", name, "poles_out"), what, "Leave a pole, or set `in_service: false`.")


@BOOK.rule(
    "corridor-ramp", "爬坡限值不低于最小功率", "A corridor can ramp to its least power within an hour."
)
def corridor_ramp(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find ramps too small to start, to stop for an outage, or to move at all."""
    for name, corridor in _in_service(scenario):
        if corridor.ramp is not None and corridor.ramp <= corridor.p_min_pu:
            what = (
                f"a ramp of {corridor.ramp:g} an hour is not above the least power of {corridor.p_min_pu:g}"
            )
            mend = "Give more; DC corridors ramp in minutes, so it may be left out."
            yield Finding(("corridors", name, "ramp"), what, mend)


@BOOK.rule(
    "corridor-steps", "台阶曲线可行", "A stepped schedule has set-points for every state of the corridor."
)
def corridor_steps(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find steps without set-points, off the limits of the corridor, or beside a fixed curve."""
    for name, corridor in _in_service(scenario):
        if corridor.steps is None:
            continue
        path = ("corridors", name, "steps")
        if corridor.curve == "fixed":
            yield Finding(
                path, "a corridor with a fixed curve has no steps to choose", "Drop one of the two."
            )
        if corridor.ramp is not None:
            yield Finding(path, "steps and a ramp are both given", "Give `largest_step` instead of the ramp.")
        if corridor.steps.levels and corridor.steps.step_size is not None:
            yield Finding(path, "both levels and step_size are given", "Give one of the two.")
        if corridor.steps.step_size == 0:
            yield Finding((*path, "step_size"), "a step of 0 MW gives no set-points", "Give such as 500 MW.")
            continue
        lacking = _state_without_set_point(scenario, facts, name, corridor)
        if lacking is not None:
            what = f"no set-point lies between {lacking[0]:g} and {lacking[1]:g} MW, the limits {lacking[2]}"
            yield Finding((*path, "levels"), what, "Add a level there, or choose smaller steps.")


def _state_without_set_point(
    scenario: Scenario, facts: Facts, name: str, corridor: Corridor
) -> tuple[float, float, str] | None:
    """Return limits [MW] that hold no set-point, and when they count; None if there are none."""
    assert corridor.steps is not None
    rating = rating_of(scenario, facts, name)
    points = set_points(corridor.steps, rating, corridor.p_min_pu)
    days: list[date | None] = [None, *(day for o in corridor.outages for day in (o.start, o.end))]
    for day in days:
        share = 1.0 - corridor.poles_out / corridor.poles if day is None else available_share(corridor, day)
        low, high = corridor.p_min_pu * share * rating, share * rating
        within = [p for p in points if low - 1e-6 <= p <= high + 1e-6]
        if share > 0 and not within:
            return low, high, f"on {day}" if day else "of the corridor"
    return None


@BOOK.rule("corridor-base", "清洁占比下限有配套电源", "An enforced clean share looks at a supporting base.")
def corridor_base(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find clean shares that are enforced although no plant is marked as built for the corridor."""
    for name, corridor in _in_service(scenario):
        if corridor.clean_share_floor is None:
            continue
        if not any(plant.corridor == name for plant in counted_fleet(scenario, facts)):
            what = "a clean share is enforced, but no counted plant is built for this corridor"
            mend = "Fill the column corridor of data/fleet.csv, or drop clean_share_floor."
            yield Finding(("corridors", name, "clean_share_floor"), what, mend)


@BOOK.rule("tie-months", "分月电价为12个数", "Prices by month are twelve figures.")
def tie_months(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find prices by month that are not one for each month."""
    for name, tie in scenario.ties.items():
        if tie.price_by_month and len(tie.price_by_month) != 12:
            what = f"price_by_month has {len(tie.price_by_month)} figures"
            yield Finding(("ties", name, "price_by_month"), what, "Give twelve, January to December.")


@BOOK.rule("tie-contract", "中长期电量不超过通道能力", "A contract over a tie can be carried.")
def tie_contract(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find contracts beyond what a tie carries at its limit in every hour, and contracts both ways."""
    for name, tie in scenario.ties.items():
        if not tie.in_service:
            continue
        loss = facts.ties[name].loss_share if name in facts.ties else 0.0
        limits = limits_of(scenario, facts, name)
        for key, contract, limit in (
            ("import_contract", tie.import_contract, limits[0]),
            ("export_contract", tie.export_contract, limits[1] * (1 - loss)),
        ):
            most = limit * hours_in_year(scenario.year)
            if contract > most * (1 + 1e-9):
                what = f"a contract of {contract:g} MWh is above the {most:g} MWh that the limit carries"
                yield Finding(("ties", name, key), what, f"Give at most {most:g} MWh; check the unit.")
