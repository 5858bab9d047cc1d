"""The choice of a scenario: budgets, targets and what the projects cost, as numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qhgrid.clock import hours_in_year
from qhgrid.indicators.capacity import clean_capacity, rule_of, total_capacity
from qhgrid.scenario.fleet import counted_fleet
from qhgrid.selection.choice import Choice, Limit, Need
from qhgrid.selection.investment import Outlay
from qhgrid.selection.wishes import Wishes
from qhgrid.value.players import Cast, without

if TYPE_CHECKING:
    from qhgrid.facts import Facts
    from qhgrid.scenario import Scenario

UNSERVED_MWH = 1.0
"""Unserved energy that counts as none: what is left of zero by the tolerance of a dispatch [MWh]."""
CONTRACT_SHARE = 1.0 - 1e-6
"""Share of the contracts that counts as all of them [1]."""


@dataclass(frozen=True)
class Setting:
    """Who may be chosen, who is there in any case, and what must hold.

    Parameters
    ----------
    choice : Choice
    given : frozenset of str
        Projects that are built whatever is chosen.
    outlays : Mapping of str to Outlay
        Of all players.
    year_share : float
        Hours of the horizon over those of a year [1].
    untold : tuple of str
        Targets of a year that were asked for and that a shorter horizon cannot tell.
    """

    choice: Choice
    given: frozenset[str]
    outlays: Mapping[str, Outlay]
    year_share: float
    untold: tuple[str, ...] = ()


def setting_of(
    scenario: Scenario, facts: Facts, cast: Cast, outlays: Mapping[str, Outlay], wishes: Wishes
) -> Setting:
    """Return the choice that the wishes make of a scenario."""
    names, given = _who(cast, outlays, wishes)
    hours = _hours(scenario)
    share = min(1.0, hours / hours_in_year(scenario.horizon.start.year))
    investment = {name: outlays[name].investment_cny or 0.0 for name in names}
    limits = _budgets(names, outlays, investment, wishes)
    limits += _capacities(scenario, facts, cast, names, given, wishes)
    needs, untold = _needs(scenario, wishes, share)
    choice = Choice(
        names=names,
        linear=_linear(scenario, facts, cast, names, given, outlays, wishes, share),
        counts_cost=wishes.aim == "cost",
        limits=tuple(limits),
        needs=needs,
        spending=investment if _has_budget(wishes) else {},
        kept=frozenset(wishes.keep) & frozenset(names),
    )
    return Setting(choice, given, outlays, share, untold)


def _who(cast: Cast, outlays: Mapping[str, Outlay], wishes: Wishes) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return who may be chosen, and who is there in any case."""
    names = tuple(
        name for name in cast.ids if outlays[name].investment_cny is not None and name not in wishes.drop
    )
    rest = [name for name in cast.ids if name not in names and name not in wishes.drop]
    given = frozenset(rest if wishes.rest == "in" else [name for name in rest if name in wishes.keep])
    return names, given


def _hours(scenario: Scenario) -> float:
    """Return the hours of the horizon [h]."""
    return 24.0 * ((scenario.horizon.end - scenario.horizon.start).days + 1)


def _has_budget(wishes: Wishes) -> bool:
    """Return whether money is scarce."""
    return wishes.budget is not None or bool(wishes.prefectures) or bool(wishes.tiers)


def _budgets(
    names: tuple[str, ...], outlays: Mapping[str, Outlay], investment: Mapping[str, float], wishes: Wishes
) -> list[Limit]:
    """Return the budgets as limits."""
    limits = [] if wishes.budget is None else [Limit("budget", investment, most=wishes.budget)]
    for prefecture, most in sorted(wishes.prefectures.items()):
        part = {name: investment[name] * outlays[name].listed.share_of(prefecture) for name in names}
        limits.append(Limit(f"budget.{prefecture}", part, most=most))
    for tier, most in sorted(wishes.tiers.items()):
        part = {name: investment[name] for name in names if outlays[name].listed.tier.value == tier}
        limits.append(Limit(f"budget.{tier}", part, most=most))
    return limits


def _capacities(
    scenario: Scenario,
    facts: Facts,
    cast: Cast,
    names: tuple[str, ...],
    given: frozenset[str],
    wishes: Wishes,
) -> list[Limit]:
    """Return the targets of capacity as limits on what is chosen."""
    wanted = {
        "capacity_total": scenario.targets.capacity_total,
        "capacity_clean": scenario.targets.capacity_clean,
    }
    limits = []
    for key, least in wanted.items():
        if key in wishes.targets:
            there, added = _capacity(key, scenario, facts, cast, names, given)
            limits.append(Limit(key, added, least=least - there))
    return limits


def _capacity(
    key: str, scenario: Scenario, facts: Facts, cast: Cast, names: tuple[str, ...], given: frozenset[str]
) -> tuple[float, dict[str, float]]:
    """Return capacity without any choice, and what each choice adds [MW]."""

    def of(members: frozenset[str]) -> float:
        case, _ = without(scenario, facts, cast.absent(members))
        fleet, targets = counted_fleet(case, facts), scenario.targets
        if key == "capacity_total":
            return total_capacity(
                fleet, facts, rule_of(targets.count_pumped_storage, targets.count_new_storage)
            )
        pumped = targets.count_pumped_storage and targets.pumped_storage_is_clean
        new = targets.count_new_storage and targets.new_storage_is_clean
        return clean_capacity(fleet, facts, rule_of(pumped, new))

    there = of(given)
    return there, {name: of(given | {name}) - there for name in names}


def _needs(scenario: Scenario, wishes: Wishes, share: float) -> tuple[tuple[Need, ...], tuple[str, ...]]:
    """Return what the dispatch must come to, and the targets of a year that the horizon cannot tell."""
    targets = scenario.targets
    of_year = {
        "clean_share": Need("clean_share", least=targets.clean_generation_share),
        "utilisation": Need("ne_utilisation", least=targets.utilisation_floor),
        "corridors": Need("corridor_energy", least=CONTRACT_SHARE * contracted(scenario)),
    }
    needs = [Need("unserved", most=UNSERVED_MWH)] if "unserved" in wishes.targets else []
    asked = [key for key in of_year if key in wishes.targets]
    if share < 1.0:
        return tuple(needs), tuple(asked)
    return (*needs, *(of_year[key] for key in asked)), ()


def contracted(scenario: Scenario) -> float:
    """Return what the contracts of all corridors ask for in a year, at the sending end [MWh]."""
    used = (corridor for corridor in scenario.corridors.values() if corridor.in_service)
    return math.fsum(corridor.contract / (1.0 - corridor.loss) for corridor in used)


def _linear(
    scenario: Scenario,
    facts: Facts,
    cast: Cast,
    names: tuple[str, ...],
    given: frozenset[str],
    outlays: Mapping[str, Outlay],
    wishes: Wishes,
    share: float,
) -> dict[str, float]:
    """Return what each choice adds to the objective: its yearly cost in the horizon, or less its capacity."""
    if wishes.aim == "cost":
        return {name: outlays[name].yearly_cny * share for name in names}
    key = {"capacity": "capacity_total", "clean_capacity": "capacity_clean"}[wishes.aim]
    _, added = _capacity(key, scenario, facts, cast, names, given)
    return {name: -added[name] for name in names}
