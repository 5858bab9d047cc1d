"""From the results of a dispatch to everything that a report prints about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import xarray as xr

from qhgrid.indicators import breakdowns
from qhgrid.indicators import corridors_tables as corridors
from qhgrid.indicators.demand_tables import demand_tables
from qhgrid.indicators.energy_table import energy_balance
from qhgrid.indicators.figures import run_figures, target_figures
from qhgrid.indicators.ledger import Ledger, ShortageLike
from qhgrid.indicators.peaking_table import peaking_balance
from qhgrid.indicators.plants import heat_table, thermal_table
from qhgrid.indicators.power_table import capacity_credit, power_balance
from qhgrid.indicators.river import River
from qhgrid.indicators.river_rates import rate_tables
from qhgrid.indicators.river_tables import river_tables
from qhgrid.indicators.tables import Figure, Table
from qhgrid.indicators.targets import TargetResult, target_results
from qhgrid.scenario.fleet import counted_fleet

if TYPE_CHECKING:
    from qhgrid.facts import Facts
    from qhgrid.scenario.model import Scenario


@dataclass(frozen=True)
class Scorecard:
    """The targets under every reading, and every single figure of a run."""

    figures: tuple[Figure, ...]
    targets: tuple[TargetResult, ...]


@dataclass(frozen=True)
class Indicators(Scorecard):
    """The scorecard and all tables of a run, in a fixed order."""

    tables: tuple[Table, ...]


def open_ledger(
    results: xr.Dataset,
    scenario: Scenario,
    facts: Facts,
    objective: float,
    shortages: Iterable[ShortageLike] = (),
) -> Ledger:
    """Return the ledger of a run; parameters as in :func:`measure`."""
    return Ledger(
        results, scenario, facts, counted_fleet(scenario, facts), float(objective), tuple(shortages)
    )


def scorecard(results: xr.Dataset, scenario: Scenario, facts: Facts, objective: float) -> Scorecard:
    """Return targets and figures of a run, without its tables; parameters as in :func:`measure`."""
    return _scorecard(open_ledger(results, scenario, facts, objective))


def measure(
    results: xr.Dataset,
    scenario: Scenario,
    facts: Facts,
    objective: float,
    shortages: Iterable[ShortageLike] = (),
) -> Indicators:
    """Return figures, targets and tables of a run.

    Parameters
    ----------
    results : xarray.Dataset
        What ``qhgrid.dispatch.results.to_dataset`` returns.
    scenario : Scenario
        The scenario that was run.
    facts : Facts
        The fact tables it was run with.
    objective : float
        Cost of the dispatch [CNY].
    shortages : iterable of ShortageLike
        What ``Dispatch.shortages`` holds.

    Returns
    -------
    Indicators
        Everything in a fixed order; nothing is extrapolated beyond the hours of `results`.

    Raises
    ------
    FactsError
        If a plant or a generator is of a technology that ``technologies.csv`` does not know.
    """
    ledger = open_ledger(results, scenario, facts, objective, shortages)
    card = _scorecard(ledger)
    return Indicators(figures=card.figures, targets=card.targets, tables=_tables(ledger))


def _scorecard(ledger: Ledger) -> Scorecard:
    """Return targets and figures of a run."""
    targets = target_results(ledger)
    return Scorecard(figures=(*target_figures(targets), *run_figures(ledger)), targets=targets)


def corridor_tables(ledger: Ledger) -> tuple[Table, ...]:
    """Return the tables of corridors and ties; those of steps are empty where nothing is stepped."""
    return (
        corridors.corridor_table(ledger),
        corridors.clean_table(ledger),
        corridors.month_table(ledger),
        corridors.base_table(ledger),
        corridors.step_cost_table(ledger),
        corridors.step_table(ledger),
        corridors.tie_table(ledger),
    )


def _tables(ledger: Ledger) -> tuple[Table, ...]:
    """Return all tables of a run."""
    power = power_balance(ledger)
    river = River(ledger.results, ledger.scenario, ledger.facts)
    return (
        power,
        capacity_credit(ledger, power),
        energy_balance(ledger),
        peaking_balance(ledger),
        breakdowns.capacity_by_grade(ledger),
        breakdowns.capacity_by_prefecture(ledger),
        breakdowns.generation_by_prefecture(ledger),
        breakdowns.demand_by_prefecture(ledger),
        *demand_tables(ledger),
        *corridor_tables(ledger),
        breakdowns.line_loading(ledger),
        breakdowns.storage_table(ledger),
        thermal_table(ledger),
        heat_table(ledger),
        breakdowns.curtailment_by_hour(ledger),
        breakdowns.cost_table(ledger),
        breakdowns.shortage_table(ledger),
        *river_tables(ledger, river),
        *rate_tables(ledger, river),
    )
