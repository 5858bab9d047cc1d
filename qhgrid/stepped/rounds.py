"""From a free dispatch to a stepped one: price to schedule, schedule to dispatch, and again.

The prices of a dispatch say what one MW more or less costs, not what a step of a gigawatt costs, since prices
move with it. So each hour's cost is taken as a parabola about the free flow: its slope there is the price of
the free dispatch; its curvature is at first that of the spread of prices over the rating, and after each
round what that round's prices show. The cheapest dispatch of all rounds, at its true cost, is the answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from qhgrid.scenario.exchange import available_share, rating_of, set_points
from qhgrid.stepped.checker import Breach, check_schedule
from qhgrid.stepped.kernels import FloatArray
from qhgrid.stepped.programme import SLACK_MW, Answer, Problem, under_contract

if TYPE_CHECKING:
    import pypsa

    from qhgrid.dispatch import Dispatch
    from qhgrid.facts import Facts
    from qhgrid.scenario.model import Scenario

LEAST_SPREAD = 20.0
"""Least spread of prices that the first parabola assumes over the rating [CNY/MWh]."""
SPREAD = (0.1, 0.9)
"""Quantiles of the price whose distance is its spread."""
CURVATURES = (0.2, 5.0)
"""Least and most curvature that a round may learn, as multiples of the first."""

Solver = Callable[["pypsa.Network"], "Dispatch"]


@dataclass(frozen=True)
class Stepped:
    """A dispatch whose corridors follow stepped schedules.

    Parameters
    ----------
    dispatch : Dispatch
        The cheapest of all rounds.
    free : Dispatch
        The dispatch without steps, whose network holds the free flows.
    power : pandas.DataFrame
        Stepped schedules, shape (snapshot, corridor) [MW].
    costs : tuple of float
        True cost of each round [CNY].
    multipliers : dict
        Value of a MWh towards the contract by corridor [CNY/MWh].
    breaches : dict
        What the checker found, by corridor; nothing in a sound schedule but a contract that was too dear.
    """

    dispatch: Dispatch
    free: Dispatch
    power: pd.DataFrame
    costs: tuple[float, ...]
    multipliers: dict[str, float]
    breaches: dict[str, tuple[Breach, ...]]

    @property
    def extra_cost(self) -> float:
        """What the rule costs over the horizon [CNY]."""
        return self.dispatch.objective - self.free.objective


def wants_steps(scenario: Scenario) -> tuple[str, ...]:
    """Return the corridors in service that the scenario wants stepped."""
    return tuple(
        id
        for id, corridor in scenario.corridors.items()
        if corridor.in_service and corridor.steps is not None
    )


def schedule(free: Dispatch, scenario: Scenario, facts: Facts, solve: Solver) -> Stepped:
    """Return the dispatch with stepped corridors.

    Parameters
    ----------
    free : Dispatch
        The dispatch without steps; its network stays as it is.
    scenario : Scenario
        Says which corridors are stepped, and how.
    facts : Facts
        The fact tables.
    solve : callable
        Dispatches a network.

    Raises
    ------
    DispatchError
        If a corridor has no schedule within its limits, or a dispatch fails.
    """
    ids = wants_steps(scenario)
    models = {id: _first_model(free, scenario, facts, id) for id in ids}
    rounds = max(_rounds(scenario, id) for id in ids)
    found: list[tuple[Dispatch, pd.DataFrame, dict[str, float]]] = []
    for _ in range(rounds):
        answers = {id: model.answer() for id, model in models.items()}
        power = pd.DataFrame(
            {id: models[id].power(answer) for id, answer in answers.items()}, index=free.network.snapshots
        )
        if any(power.equals(before) for _, before, _ in found):
            break
        dispatch = solve(held_to(free.network, power))
        found.append((dispatch, power, {id: answer.multiplier for id, answer in answers.items()}))
        models = {id: model.learnt(dispatch) for id, model in models.items()}
    best = min(range(len(found)), key=lambda place: found[place][0].objective)
    dispatch, power, multipliers = found[best]
    breaches = {
        id: check_schedule(
            power[id], scenario.corridors[id], rating_of(scenario, facts, id), models[id].contract
        )
        for id in ids
    }
    costs = tuple(one.objective for one, _, _ in found)
    return Stepped(dispatch, free, power, costs, multipliers, breaches)


def _rounds(scenario: Scenario, id: str) -> int:
    """Return how many rounds a stepped corridor asks for."""
    steps = scenario.corridors[id].steps
    return 0 if steps is None else steps.rounds


def held_to(network: pypsa.Network, power: pd.DataFrame) -> pypsa.Network:
    """Return a copy of a network whose corridors are held to a schedule, shape (snapshot, corridor) [MW]."""
    held = network.copy()
    table = held.c["Link"].dynamic["p_set"].copy()
    for id in power.columns:
        table[id] = power[id]
    held.c["Link"].dynamic["p_set"] = table.rename_axis(columns="name")
    return held


@dataclass(frozen=True)
class _Model:
    """A corridor as the programme sees it: limits and set-points, and a parabola of cost for each hour."""

    id: str
    problem: Problem
    """With costs that are all 0 or infinite."""
    contract: float
    shortfall_price: float
    weight: FloatArray
    """Hours that a snapshot stands for, shape (n_hours,)."""
    flow: FloatArray
    """Free flow [MW]."""
    slope: FloatArray
    """Cost of one MW more at the free flow [CNY/MWh]."""
    curvature: FloatArray
    """Growth of that with each MW [CNY/MWh/MW]."""
    first_curvature: float

    def answer(self) -> Answer:
        """Return the cheapest schedule at the parabolas."""
        away = self.problem.levels[None, :] - self.flow[:, None]
        cost = self.slope[:, None] * away + 0.5 * self.curvature[:, None] * away**2
        problem = Problem(
            self.problem.levels,
            self.problem.cost + self.weight[:, None] * cost,
            self.problem.energy,
            self.problem.day,
            self.problem.is_border,
            self.problem.minimum_hold,
            self.problem.changes_per_day,
            self.problem.largest_step,
        )
        return under_contract(problem, self.contract, self.shortfall_price)

    def power(self, answer: Answer) -> FloatArray:
        """Return the schedule, shape (n_hours,) [MW]."""
        return np.asarray(self.problem.levels[answer.path.level], dtype=np.float64)

    def learnt(self, dispatch: Dispatch) -> _Model:
        """Return the model with the curvature that the prices of a stepped dispatch show."""
        power = dispatch.network.c["Link"].dynamic["p_set"][self.id].to_numpy()
        away = power - self.flow
        moved = np.abs(away) > SLACK_MW
        growth = _slope(dispatch.network, self.id) - self.slope
        shown = np.divide(growth, away, out=np.full_like(away, self.first_curvature), where=moved)
        least, most = (factor * self.first_curvature for factor in CURVATURES)
        curvature = np.where(moved, np.clip(shown, least, most), self.curvature)
        return _Model(**{**self.__dict__, "curvature": curvature})


def _slope(network: pypsa.Network, id: str) -> FloatArray:
    """Return what one MW more over a corridor costs, its sale taken off, shape (snapshot,) [CNY/MWh].

    The contract is left out: the programme prices it itself.
    """
    link = network.c["Link"].static.loc[id]
    price = network.c["Bus"].dynamic["marginal_price"][link["bus0"]].to_numpy()
    sale = network.get_switchable_as_dense("Generator", "marginal_cost")[f"{id} sale"].to_numpy()
    return np.asarray(price + float(link["efficiency"]) * sale, dtype=np.float64)


def _first_model(free: Dispatch, scenario: Scenario, facts: Facts, id: str) -> _Model:
    """Return the model of a corridor after the free dispatch."""
    network = free.network
    rating = rating_of(scenario, facts, id)
    weight = network.snapshot_weightings["objective"].to_numpy(dtype=float)
    slope = _slope(network, id)
    spread = float(np.subtract(*np.quantile(slope, SPREAD[::-1])))
    first = max(spread, LEAST_SPREAD) / rating
    return _Model(
        id=id,
        problem=_limits(network.snapshots, weight, scenario, facts, id),
        contract=float(network.c["Generator"].static.at[f"{id} sale", "e_sum_min"]),
        shortfall_price=scenario.elastic.contract_shortfall_price,
        weight=weight,
        flow=network.c["Link"].dynamic["p0"][id].to_numpy(),
        slope=slope,
        curvature=np.full(len(slope), first),
        first_curvature=first,
    )


def _limits(
    snapshots: pd.DatetimeIndex, weight: FloatArray, scenario: Scenario, facts: Facts, id: str
) -> Problem:
    """Return set-points, limits and rules of a corridor, its costs 0 or infinite."""
    corridor, rating = scenario.corridors[id], rating_of(scenario, facts, id)
    steps = corridor.steps
    assert steps is not None
    left = np.array([available_share(corridor, time.date()) for time in snapshots])
    points = set_points(steps, rating, corridor.p_min_pu)
    levels = np.array(sorted({0.0, *points}) if (left == 0.0).any() else points)
    most = left[:, None] * rating
    is_in = (levels <= most + SLACK_MW) & (levels >= corridor.p_min_pu * most - SLACK_MW)
    is_in &= np.isin(levels, points) | (left[:, None] == 0.0)
    energy = weight[:, None] * (1.0 - corridor.loss) * levels[None, :]
    largest = np.inf if steps.largest_step is None else steps.largest_step
    return Problem(
        levels=levels,
        cost=np.where(is_in, 0.0, np.inf),
        energy=np.ascontiguousarray(np.broadcast_to(energy, is_in.shape)),
        day=snapshots.normalize().factorize()[0].astype(np.int64),
        is_border=np.concatenate([[False], left[1:] != left[:-1]]),
        minimum_hold=steps.minimum_hold,
        changes_per_day=steps.changes_per_day,
        largest_step=largest,
    )


def annotate(results: xr.Dataset, stepped: Stepped) -> xr.Dataset:
    """Return results with what the steps changed.

    Adds ``stepped_free_p0`` (snapshot, stepped_corridor), the flows without steps [MW];
    ``stepped_multiplier`` (stepped_corridor) [CNY/MWh]; ``stepped_round_cost`` (stepped_round) and the scalar
    ``stepped_free_cost`` [CNY].
    """
    ids = list(stepped.power.columns)
    flows = stepped.free.network.c["Link"].dynamic["p0"][ids].to_numpy()
    return results.assign_coords(
        stepped_corridor=np.array(ids, dtype=object), stepped_round=np.arange(len(stepped.costs))
    ).assign(
        stepped_free_p0=(("snapshot", "stepped_corridor"), flows, {"units": "MW"}),
        stepped_multiplier=(
            "stepped_corridor",
            np.array([stepped.multipliers[id] for id in ids]),
            {"units": "CNY/MWh"},
        ),
        stepped_round_cost=("stepped_round", np.array(stepped.costs), {"units": "CNY"}),
        stepped_free_cost=((), float(stepped.free.objective), {"units": "CNY"}),
    )
