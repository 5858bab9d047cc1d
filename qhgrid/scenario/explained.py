"""Assumptions and the values that they explain: an assumption follows a value that was changed after it.

An assumption named after a key of the scenario, such as ``thermal.coal_price``, gives that value a range and
a source. Both are written, once in the scenario and once in the assumption, so that each can be read by
itself. When a later file or the command line changes the scenario, the assumption takes the new value and
keeps its range, against which a rule then holds it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Annotated, NamedTuple, get_args, get_origin

from pydantic import BaseModel

from qhgrid.errors import UnitError
from qhgrid.scenario.marks import Marks, Path
from qhgrid.scenario.model import Assumption, Quantity, Scenario
from qhgrid.units import BASE_UNITS, convert


class Explained(NamedTuple):
    """The quantity that an assumption is named after."""

    path: Path
    """Its key in the scenario."""
    value: float
    """Its value, in `unit`."""
    unit: str
    """Base unit of its kind."""

    def value_in(self, unit: str) -> float | None:
        """Return the value in another unit without the dust of binary fractions, None if that cannot be."""
        try:
            value = float(f"{convert(self.value, self.unit, unit):.12g}")
        except UnitError:
            return None
        return value if math.isfinite(value) else None


def explained_by(scenario: Scenario, assumption: Assumption) -> Explained | None:
    """Return the quantity that an assumption is named after, or None where it is named after none."""
    path = tuple(assumption.key.split("."))
    value: object = scenario
    kind: object = None
    for step in path:
        if isinstance(value, BaseModel):
            info = type(value).model_fields.get(step)
            kind = Annotated[info.annotation, step, *info.metadata] if info else None
            value = getattr(value, step) if info else None
        elif isinstance(value, dict):
            kind, value = _value_type(kind), value.get(step)
        else:
            return None
    quantity = _quantity_in(kind)
    if quantity is None or not isinstance(value, float):
        return None
    return Explained(path, value, BASE_UNITS[quantity.kind])


def agree(assumption: Assumption, value: float | None) -> bool:
    """Return whether an assumption has the value that it explains, given in its own unit."""
    return value is not None and math.isclose(assumption.value, value, rel_tol=1e-6)


def follow(scenario: Scenario, marks: Marks) -> Scenario:
    """Return a scenario whose assumptions have taken the values that were changed after them.

    Parameters
    ----------
    scenario : Scenario
        A scenario that obeys the schema.
    marks : Marks
        Places of its keys, which tell what was written later.
    """
    assumptions = tuple(_followed(scenario, marks))
    return scenario.model_copy(update={"assumptions": assumptions})


def _followed(scenario: Scenario, marks: Marks) -> Iterator[Assumption]:
    """Yield each assumption, with the scenario's value where a later file or setting wrote that."""
    for position, assumption in enumerate(scenario.assumptions):
        explained = explained_by(scenario, assumption)
        written = marks.place(("assumptions", position, "value")).level
        is_later = explained is not None and marks.place(explained.path).level > written
        value = explained.value_in(assumption.unit) if explained and is_later else None
        yield assumption if value is None else assumption.model_copy(update={"value": value})


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
