"""Rules of the assumptions: named once, in a known unit, inside the range, equal to what they explain."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, get_args, get_origin

from pydantic import BaseModel

from qhgrid.errors import UnitError
from qhgrid.facts import Facts
from qhgrid.scenario.marks import suggest
from qhgrid.scenario.model import Assumption, Quantity, Scenario
from qhgrid.scenario.rules.rule import Finding, RuleBook
from qhgrid.sourced import Confidence
from qhgrid.units import BASE_UNITS, UNITS, convert

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
        low, high, unit = assumption.low, assumption.high, assumption.unit
        if low > high:
            what = f"the low end {low:g} is above the high end {high:g}"
            yield Finding((*path, "low"), what, "Swap low and high.")
        elif not low <= assumption.value <= high:
            what = f"{assumption.value:g} {unit} is outside its range from {low:g} to {high:g}"
            yield Finding((*path, "value"), what, "Change the value, or widen the range and say why.")


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
        explained = _explained(scenario, assumption.key)
        if explained is None or assumption.unit not in UNITS:
            continue
        value, base_unit = explained
        try:
            actual = convert(value, base_unit, assumption.unit)
        except UnitError:
            what = f"the unit {assumption.unit!r} does not fit {assumption.key}, which is in {base_unit}"
            yield Finding((*path, "unit"), what, "Use a unit of the same kind.")
            continue
        if abs(actual - assumption.value) > 1e-6 * max(abs(actual), abs(assumption.value)):
            unit = "" if assumption.unit == "1" else f" {assumption.unit}"
            what = f"the assumption is {assumption.value:g}{unit}, but the scenario has {actual:g}{unit}"
            yield Finding(
                (*path, "value"), what, f"Change one of the two, so that {assumption.key} is clear."
            )


def _explained(scenario: Scenario, key: str) -> tuple[float, str] | None:
    """Return the quantity that an assumption is named after, and its base unit; None if there is none."""
    value: object = scenario
    kind: object = None
    for step in key.split("."):
        if isinstance(value, BaseModel):
            info = type(value).model_fields.get(step)
            kind = Annotated[info.annotation, step, *info.metadata] if info else None
            value = getattr(value, step) if info else None
        elif isinstance(value, dict):
            kind, value = _value_type(kind), value.get(step)
        else:
            return None
    quantity = _quantity_in(kind)
    return (value, BASE_UNITS[quantity.kind]) if quantity and isinstance(value, float) else None


def _value_type(kind: object) -> object:
    """Return the type of the values of a mapping."""
    bare = get_args(kind)[0] if get_origin(kind) is Annotated else kind
    return get_args(bare)[1]


def _quantity_in(kind: object) -> Quantity | None:
    """Return what is known of a quantity from its type, None if it is no quantity."""
    for part in get_args(kind):
        found = part if isinstance(part, Quantity) else _quantity_in(part)
        if found:
            return found
    return None
