"""What a project costs to build: as the register says, else capacity times a unit cost, with its range."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import fsum
from typing import TYPE_CHECKING

from qhgrid.scenario.exchange import rating_of
from qhgrid.scenario.fleet import UPRATE, candidates

if TYPE_CHECKING:
    from qhgrid.facts import Facts
    from qhgrid.facts.rows import Project
    from qhgrid.finance.parameters import Parameters
    from qhgrid.finance.reading import Piece
    from qhgrid.projects import ListedProject
    from qhgrid.scenario import Scenario

KW_PER_MW = 1000.0
"""Also kWh in a MWh."""


@dataclass(frozen=True, kw_only=True)
class Size:
    """How large an element is, whether or not the run counts it."""

    element: str
    technology: str
    capacity_mw: float
    storage_mwh: float


@dataclass(frozen=True)
class Estimate:
    """Investment with VAT by technology [CNY], and the ends of its range over its value.

    Parameters
    ----------
    amounts : mapping of str to float
        By technology, of what the run counts.
    low, high : float
        Cost at the ends of the range over the cost [1].
    is_assumed : bool
        Whether any of it rests on a unit cost instead of the register.
    holds_interest : bool
        Whether it holds the interest during construction: a published 总投资 does, a unit cost does not.
    """

    amounts: Mapping[str, float]
    low: float = 1.0
    high: float = 1.0
    is_assumed: bool = False
    holds_interest: bool = False

    @property
    def value_cny(self) -> float:
        """Investment with VAT [CNY]."""
        return fsum(self.amounts.values())


def share_of(project: Project, element: str, facts: Facts) -> float:
    """Return the share of an element that belongs to a project; all of it where the register says nothing."""
    for row in facts.element_shares.values():
        if (row.project, row.element) == (project.id, element):
            return row.value or 0.0
    return 1.0


def size_in(project: Project, element: str, scenario: Scenario, facts: Facts) -> Size | None:
    """Return how much of an element belongs to a project, None for what is no plant and no corridor."""
    whole, share = _size_of(element, scenario, facts), share_of(project, element, facts)
    if whole is None:
        return None
    return replace(whole, capacity_mw=whole.capacity_mw * share, storage_mwh=whole.storage_mwh * share)


def _size_of(element: str, scenario: Scenario, facts: Facts) -> Size | None:
    """Return how large an element of the register is, None for one that is no plant and no corridor."""
    kind, _, name = element.partition(":")
    if kind == "corridor":
        known = name in scenario.corridors
        rating = rating_of(scenario, facts, name) if known else facts.corridors[name].value or 0.0
        return Size(element=element, technology="corridor", capacity_mw=rating, storage_mwh=0.0)
    if kind not in ("fleet", "hydro", "hydro_uprate"):
        return None
    found = candidates(facts).get(name + UPRATE if kind == "hydro_uprate" else name)
    if found is None:
        return None
    plant = found.plant
    technology = "hydro_uprate" if kind == "hydro_uprate" else plant.technology
    return Size(
        element=element,
        technology=technology,
        capacity_mw=plant.p_nom,
        storage_mwh=plant.p_nom * plant.storage_h,
    )


def size_of_piece(piece: Piece) -> Size:
    """Return how large a piece of a run is."""
    return Size(
        element=piece.element,
        technology=piece.technology,
        capacity_mw=piece.capacity_mw,
        storage_mwh=piece.storage_mwh,
    )


def unit_estimate(size: Size, parameters: Parameters) -> tuple[float, float, float] | None:
    """Return capacity times unit cost, and the same at the ends of its range; None without a unit cost [CNY].

    Batteries are paid for by the energy they hold, all else by its power.
    """
    for parameter, amount in (("capex", size.capacity_mw), ("capex_energy", size.storage_mwh)):
        if parameters.has(size.technology, parameter):
            unit = parameters.sourced(size.technology, parameter)
            low = unit.value if unit.low is None else unit.low
            high = unit.value if unit.high is None else unit.high
            return unit.value * amount * KW_PER_MW, low * amount * KW_PER_MW, high * amount * KW_PER_MW
    return None


def estimate_investment(
    listed: ListedProject,
    pieces: Iterable[Piece],
    all_projects: Iterable[Project],
    scenario: Scenario,
    parameters: Parameters,
) -> Estimate | None:
    """Return what the counted part of a project costs to build, None where nothing tells.

    A figure of the register is what the whole project costs, parts listed as projects of their own included:
    their cost is taken off, and the rest is shared among the elements by their unit costs. Its range is that
    of the class of the estimate.
    """
    project = listed.project
    counted = [size_of_piece(piece) for piece in pieces]
    facts = parameters.facts
    published = _published(project, facts)
    if published is None:
        return _from_units(counted, parameters)
    children = [other for other in all_projects if other.part_of == project.id]
    inside, is_guess = _cost_of_children(children, project, scenario, parameters)
    missing = _sizes_beyond(project, counted, scenario, facts)
    weights = _weights([*counted, *missing], parameters)
    if weights is None:
        return None
    left = published - inside
    share = left / fsum(weights)
    amounts: dict[str, float] = {}
    for size, weight in zip(counted, weights, strict=False):
        amounts[size.technology] = amounts.get(size.technology, 0.0) + weight * share
    is_assumed = project.is_assumed or is_guess or bool(missing)
    ends = (1.0 - listed.tolerance, 1.0 + listed.tolerance)
    return Estimate(amounts, *ends, is_assumed, holds_interest=True)


def _published(project: Project, facts: Facts) -> float | None:
    """Return the investment that the register or, for a corridor, its fact table gives [CNY]."""
    if project.value is not None:
        return project.value
    if len(project.elements) == 1 and project.elements[0].startswith("corridor:"):
        whole = facts.corridors[project.elements[0].partition(":")[2]].investment_cny
        return None if whole is None else whole * share_of(project, project.elements[0], facts)
    return None


def _from_units(sizes: list[Size], parameters: Parameters) -> Estimate | None:
    """Return an estimate from unit costs alone."""
    amounts: dict[str, float] = {}
    low = high = 0.0
    for size in sizes:
        found = unit_estimate(size, parameters)
        if found is None:
            return None
        amounts[size.technology] = amounts.get(size.technology, 0.0) + found[0]
        low, high = low + found[1], high + found[2]
    whole = fsum(amounts.values())
    return Estimate(amounts, low / whole, high / whole, is_assumed=True) if whole > 0.0 else None


def _cost_of_children(
    children: Iterable[Project], parent: Project, scenario: Scenario, parameters: Parameters
) -> tuple[float, bool]:
    """Return what the parts listed as projects of their own cost [CNY], and whether that is a guess."""
    whole, is_guess = 0.0, False
    for child in children:
        if set(child.elements) & set(parent.elements):
            continue
        if child.value is not None:
            whole += child.value
            continue
        is_guess = True
        sizes = [size_in(child, element, scenario, parameters.facts) for element in child.elements]
        found = [unit_estimate(size, parameters) for size in sizes if size is not None]
        whole += fsum(each[0] for each in found if each is not None)
    return whole, is_guess


def _sizes_beyond(project: Project, counted: list[Size], scenario: Scenario, facts: Facts) -> list[Size]:
    """Return the elements of a project that the run does not count."""
    there = {size.element for size in counted}
    names = [element for element in project.elements if element not in there]
    sizes = [size_in(project, element, scenario, facts) for element in names]
    return [size for size in sizes if size is not None]


def _weights(sizes: list[Size], parameters: Parameters) -> list[float] | None:
    """Return what each element costs beside the others: by unit costs, or by power if all are alike."""
    if len({size.technology for size in sizes}) == 1:
        return [size.capacity_mw for size in sizes]
    found = [unit_estimate(size, parameters) for size in sizes]
    if any(each is None for each in found):
        return None
    return [each[0] for each in found if each is not None]
