"""What a scenario says of corridors and ties, with the facts filled in where it is silent."""

from __future__ import annotations

from datetime import date

from qhgrid.clock import hours_in_year
from qhgrid.facts import Facts
from qhgrid.facts.curves import corridor_rating, tie_limits
from qhgrid.scenario.model import Corridor, Scenario, Steps

DEFAULT_STEP = 0.1
"""Step size of a stepped corridor where none is given, per unit of rating."""


def rating_of(scenario: Scenario, facts: Facts, corridor: str) -> float:
    """Return the rated power of a corridor: the scenario's, else that of the level year [MW]."""
    said = scenario.corridors[corridor].p_nom
    return said if said is not None else corridor_rating(facts, corridor, scenario.year) or 0.0


def limits_of(scenario: Scenario, facts: Facts, tie: str) -> tuple[float, float]:
    """Return most import and most export of a tie: the scenario's, else those of the level year [MW]."""
    rules = scenario.ties[tie]
    into, out = tie_limits(facts, tie, scenario.year) or (0.0, 0.0)
    return (
        into if rules.import_limit is None else rules.import_limit,
        out if rules.export_limit is None else rules.export_limit,
    )


def available_share(corridor: Corridor, day: date) -> float:
    """Return the share of a corridor's rating that is in service on a day; the largest outage counts."""
    out = [outage.share for outage in corridor.outages if outage.start <= day <= outage.end]
    return 1.0 - max([corridor.poles_out / corridor.poles, *out])


def contract_on(corridor: Corridor, day: date) -> float:
    """Return what the contract asks for in an hour of a day [MWh]."""
    share = available_share(corridor, day) if corridor.contract_follows_outages else 1.0
    return corridor.contract * share / hours_in_year(day.year)


def set_points(steps: Steps, rating: float, p_min_pu: float) -> tuple[float, ...]:
    """Return the set-points of a stepped corridor, from low to high [MW].

    The levels as given; else from the least power up in steps of the step size, and the rating.
    """
    if steps.levels:
        return tuple(sorted({level * rating for level in steps.levels}))
    size = steps.step_size or DEFAULT_STEP * rating
    least = p_min_pu * rating
    count = int((rating - least) / size * (1.0 + 1e-12) + 1e-9)
    inner = [least + size * n for n in range(count + 1)]
    return tuple([level for level in inner if level < rating * (1.0 - 1e-9)] + [rating])
