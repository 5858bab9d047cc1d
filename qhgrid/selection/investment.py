r"""What choosing a project costs: its investment, and what that comes to in a year.

Investment is as in the finance of the project (:mod:`qhgrid.finance.estimate`): what the register says, less
parts that are projects of their own; on request, capacity times an assumed unit cost where nothing is
published. A year costs, for each technology of the project with life n and yearly upkeep m,

.. math:: I \left( \frac{r}{1 - (1 + r)^{-n}} + m \right)

at the social discount rate r. Fuel and all else that the dispatch decides is in the cost of the dispatch.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum
from typing import TYPE_CHECKING

import numpy as np
import numpy_financial as npf

from qhgrid.finance.estimate import Estimate, Size, estimate_investment, size_in
from qhgrid.finance.reading import Piece
from qhgrid.projects import ListedProject, project_list

if TYPE_CHECKING:
    from qhgrid.facts import Facts
    from qhgrid.finance.parameters import Parameters
    from qhgrid.scenario import Scenario
    from qhgrid.value.players import Player

LINE = "line_750"
"""Item of ``costs.csv`` whose life stands for lines, stations and ties."""


@dataclass(frozen=True)
class Outlay:
    """What choosing a project costs.

    Parameters
    ----------
    listed : ListedProject
    investment_cny : float or None
        Construction cost; None where nothing is published and no unit cost may stand in [CNY].
    yearly_cny : float
        Annuity and upkeep [CNY/a].
    is_assumed : bool
        Whether it rests on assumed unit costs.
    """

    listed: ListedProject
    investment_cny: float | None
    yearly_cny: float = 0.0
    is_assumed: bool = False


def outlays(
    players: tuple[Player, ...], scenario: Scenario, parameters: Parameters, *, assume: bool
) -> dict[str, Outlay]:
    """Return what each player costs, by id.

    Parameters
    ----------
    players : tuple of Player
    scenario : Scenario
    parameters : Parameters
        With the fact tables.
    assume : bool
        Whether an assumed unit cost may stand in where no investment is published.
    """
    listed = {row.project.id: row for row in project_list(parameters.facts, scenario).projects}
    return {player.id: _outlay(player, listed[player.id], scenario, parameters, assume) for player in players}


def _outlay(
    player: Player, listed: ListedProject, scenario: Scenario, parameters: Parameters, assume: bool
) -> Outlay:
    """Return what a player costs."""
    facts = parameters.facts
    is_published = listed.project.value is not None or _corridor_cost(player, facts) is not None
    if not (is_published or assume):
        return Outlay(listed, None)
    sizes = [size_in(listed.project, element, scenario, facts) for element in _whole(player)]
    pieces = [_piece(size) for size in sizes if size is not None]
    if not pieces:
        return _of_lines(listed, parameters)
    estimate = estimate_investment(listed, pieces, facts.projects.values(), scenario, parameters)
    if estimate is None or estimate.value_cny <= 0.0:
        return Outlay(listed, None)
    is_assumed = estimate.is_assumed or not is_published
    return Outlay(listed, estimate.value_cny, yearly_cost(estimate, parameters), is_assumed)


def _whole(player: Player) -> list[str]:
    """Return the elements of a player as the register names them, of which it may hold a part."""
    return [element.partition("@")[0] for element in player.elements]


def _corridor_cost(player: Player, facts: Facts) -> float | None:
    """Return the published investment of a player that is one corridor [CNY]."""
    elements = _whole(player)
    kind, _, name = elements[0].partition(":")
    return facts.corridors[name].investment_cny if len(elements) == 1 and kind == "corridor" else None


def _piece(size: Size) -> Piece:
    """Return an element as finance takes it, without the hours of a run."""
    none = np.zeros(0)
    return Piece(
        element=size.element, technology=size.technology, name_zh="", capacity_mw=size.capacity_mw,
        storage_mwh=size.storage_mwh, given_mw=none, taken_mw=none, burnt_mw=none, price_given=none,
        price_taken=none,
    )  # fmt: skip


def _of_lines(listed: ListedProject, parameters: Parameters) -> Outlay:
    """Return what a project of lines, stations or ties costs; no unit cost stands in for these."""
    value = listed.project.value
    if value is None:
        return Outlay(listed, None)
    yearly = value * annuity(social_rate(parameters), parameters.years(LINE, "lifetime"))
    return Outlay(listed, value, yearly, listed.project.is_assumed)


def yearly_cost(estimate: Estimate, parameters: Parameters) -> float:
    """Return annuity and upkeep of an investment [CNY/a]."""
    rate = social_rate(parameters)
    shares = {
        technology: annuity(rate, parameters.life_a(technology)) + (parameters.om_share(technology) or 0.0)
        for technology in estimate.amounts
    }
    return fsum(amount * shares[technology] for technology, amount in estimate.amounts.items())


def social_rate(parameters: Parameters) -> float:
    """Return the social discount rate [1/a]."""
    return parameters.figure("evaluation", "social_discount")


def annuity(rate: float, years: int) -> float:
    """Return the equal yearly payment for an investment of 1 [1/a]."""
    return float(npf.pmt(rate, years, -1.0)) if rate else 1.0 / years
