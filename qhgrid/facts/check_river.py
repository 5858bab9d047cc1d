"""Whether the tables of the river fit together: reaches, curves, levels and rules on the flow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from qhgrid.errors import Fault

if TYPE_CHECKING:
    from qhgrid.facts.tables import Facts

LEVEL_KINDS = ("normal", "dead", "flood_limit", "rule", "tailwater")
"""Kinds of level that ``hydro_levels.csv`` may give."""

FLOW_KINDS = ("minimum_release", "maximum_release", "withdrawal")
"""Kinds of rule that ``hydro_flows.csv`` may give."""


def river_faults(facts: Facts) -> Iterator[Fault]:
    """Say what is wrong with the tables of the river."""
    yield from _reaches(facts)
    yield from _curves(facts)
    yield from _kinds(facts)
    yield from _bounds(facts)


def _reaches(facts: Facts) -> Iterator[Fault]:
    """Say which reaches do not lead from a plant to the next, or take no whole hours."""
    for row in facts.hydro_reaches.values():
        upper = facts.hydro_plants.get(row.upstream)
        where = f"hydro_reaches.csv: {row.id}"
        if upper is not None and upper.downstream != row.downstream:
            what = f"{row.downstream} is not the next plant below {row.upstream}"
            yield Fault(f"{where}: downstream", what, f"Write {upper.downstream or 'no such row'}.")
        for column, hours in (("value", row.value), ("free_hours", row.free_hours)):
            if hours is not None and (hours < 0 or hours != int(hours)):
                yield Fault(
                    f"{where}: {column}", f"{hours:g} h are no whole hours", "Write whole hours, 0 or more."
                )


def _curves(facts: Facts) -> Iterator[Fault]:
    """Say which curves do not rise."""
    for plant, curve in facts.level_curves.items():
        if not curve.is_rising:
            what = "storage does not rise with the level from point to point"
            yield Fault(f"hydro_curves.csv: {plant}", what, "Give two points or more that rise together.")


def _kinds(facts: Facts) -> Iterator[Fault]:
    """Say which kinds are unknown or given twice."""
    seen: set[tuple[str, str]] = set()
    for row in facts.hydro_levels.values():
        where = f"hydro_levels.csv: {row.id}: kind"
        if row.kind not in LEVEL_KINDS:
            yield Fault(where, f"{row.kind!r} is not known", f"Use one of: {', '.join(LEVEL_KINDS)}.")
        if (row.plant, row.kind) in seen:
            yield Fault(where, f"{row.plant} has its {row.kind} level twice", "Keep one of the rows.")
        seen.add((row.plant, row.kind))
    for flow in facts.hydro_flows.values():
        where = f"hydro_flows.csv: {flow.id}"
        if flow.kind not in FLOW_KINDS:
            yield Fault(
                f"{where}: kind", f"{flow.kind!r} is not known", f"Use one of: {', '.join(FLOW_KINDS)}."
            )
        if min(flow.months) < 0:
            yield Fault(f"{where}: m1", "a flow is below 0", "Write 0 or more.")


def _bounds(facts: Facts) -> Iterator[Fault]:
    """Say which levels stand without a curve, or outside dead and normal level."""
    levels = facts.river_levels
    for (plant, kind), months in levels.items():
        dead, normal = levels.get((plant, "dead")), levels.get((plant, "normal"))
        where = f"hydro_levels.csv: {plant}: {kind}"
        if kind in ("dead", "normal") and plant not in facts.level_curves:
            yield Fault(where, "the plant has no curve", "Add its points to hydro_curves.csv.")
        elif kind in ("flood_limit", "rule") and (dead is None or normal is None):
            yield Fault(where, "the plant has no dead or normal level", "Add them to hydro_levels.csv.")
        elif kind in ("flood_limit", "rule") and not _between(months, dead or (), normal or ()):
            what = "a month lies outside dead and normal level"
            yield Fault(where, what, "Write levels between the two.")


def _between(months: tuple[float, ...], low: tuple[float, ...], high: tuple[float, ...]) -> bool:
    """Return whether each month lies between its low and high level."""
    return all(one <= level <= other for one, level, other in zip(low, months, high, strict=True))
