"""Rules of the assumptions: named once, in a known unit, inside the range, equal to what they explain."""

from __future__ import annotations

from collections.abc import Iterator

from qhgrid.facts import Facts
from qhgrid.scenario.explained import agree, explained_by
from qhgrid.scenario.marks import Path, suggest
from qhgrid.scenario.model import Assumption, Scenario
from qhgrid.scenario.rules.rule import Finding, RuleBook
from qhgrid.sourced import Confidence
from qhgrid.units import UNITS

BOOK = RuleBook()


def _each(scenario: Scenario) -> Iterator[tuple[tuple[str, int], Assumption]]:
    """Yield each assumption with its path."""
    for position, assumption in enumerate(scenario.assumptions):
        yield ("assumptions", position), assumption


@BOOK.rule("assumption-once", "每项假设只写一次", "An assumption is written once.")
def assumption_once(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find assumptions with the same key."""
    seen: set[str] = set()
    for path, assumption in _each(scenario):
        if assumption.key in seen:
            what = f"the assumption {assumption.key} stands here a second time"
            yield Finding((*path, "key"), what, "Keep one of them.")
        seen.add(assumption.key)


@BOOK.rule("assumption-unit", "假设的单位已知", "The unit of an assumption is known.")
def assumption_unit(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find units that do not exist."""
    for path, assumption in _each(scenario):
        if assumption.unit not in UNITS:
            what = f"the unit {assumption.unit!r} is not known"
            yield Finding((*path, "unit"), what, suggest(assumption.unit, UNITS))


@BOOK.rule("assumption-range", "假设的取值在区间之内", "An assumption lies in its range.")
def assumption_range(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find values outside the range from low to high."""
    for path, assumption in _each(scenario):
        low, high = assumption.low, assumption.high
        if low > high:
            what = f"the low end {low:g} is above the high end {high:g}"
            yield Finding((*path, "low"), what, "Swap low and high.")
        elif not low <= assumption.value <= high:
            yield _out_of_range(scenario, assumption, path)


def _out_of_range(scenario: Scenario, assumption: Assumption, path: Path) -> Finding:
    """Return the finding of a figure outside its range, at the value of the scenario if it is that."""
    figure = _figure(assumption.value, assumption.unit)
    what = f"{figure} is outside its range from {assumption.low:.12g} to {assumption.high:.12g}"
    explained = explained_by(scenario, assumption)
    if explained is None or not agree(assumption, explained.value_in(assumption.unit)):
        return Finding((*path, "value"), what, "Change the value, or widen the range and say why.")
    name = f"assumptions.{assumption.key}"
    end = "high" if assumption.value > assumption.high else "low"
    mend = f"Change the value, or widen the range, as with --set {name}.{end}={assumption.value:.12g}."
    return Finding(explained.path, f"{what} in {name}", mend)


@BOOK.rule("assumption-width", "假设值给出不确定区间", "What is assumed has a range.")
def assumption_width(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find assumed figures whose range is a single point."""
    for path, assumption in _each(scenario):
        if assumption.confidence is Confidence.ASSUMED and assumption.low == assumption.high:
            what = f"{assumption.key} is assumed, but its range is the one figure {assumption.low:g}"
            yield Finding((*path, "high"), what, "Give a low and a high end that you would defend.")


@BOOK.rule("assumption-agrees", "假设与情景取值一致", "An assumption agrees with the value that it explains.")
def assumption_agrees(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find assumptions named after a key of the scenario that has another value there."""
    for path, assumption in _each(scenario):
        explained = explained_by(scenario, assumption)
        if explained is None or assumption.unit not in UNITS:
            continue
        actual = explained.value_in(assumption.unit)
        if actual is None:
            what = f"the unit {assumption.unit!r} does not fit {assumption.key}, which is in {explained.unit}"
            yield Finding((*path, "unit"), what, "Use a unit of the same kind.")
        elif not agree(assumption, actual):
            said, used = (_figure(value, assumption.unit) for value in (assumption.value, actual))
            what = f"the assumption is {said}, but the scenario has {used}"
            mend = f"An assumption sets nothing: change {assumption.key} itself, or write {actual:.12g} here."
            yield Finding((*path, "value"), what, mend)


def _figure(value: float, unit: str) -> str:
    """Return a figure with its unit."""
    return f"{value:.12g}" if unit == "1" else f"{value:.12g} {unit}"
