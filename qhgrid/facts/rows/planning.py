"""Demand, costs, targets, and the published figures that they are held against."""

from __future__ import annotations

from dataclasses import dataclass

from qhgrid.facts.rows.row import Row


@dataclass(frozen=True, kw_only=True)
class DemandFact(Row):
    """``demand.csv``: yearly demand; value is energy [MWh]. One row per year, level and class."""

    year: int
    level: str
    """low, central, high; or actual."""
    demand_class: str
    """A demand class, or ``total``."""


@dataclass(frozen=True, kw_only=True)
class DemandActivity(Row):
    """``demand_activity.csv``: what makes demand; value is how much of it there is in a year."""

    demand_class: str
    driver: str
    """What is counted, such as ``electrolytic_aluminium``."""
    prefecture: str
    """Where it stands; empty for the province."""
    year: int
    level: str
    """``low``, ``central``, ``high``; ``actual`` or ``any`` count on all three."""
    intensity_kwh: float
    """Electricity of a base unit of the value [kWh]."""
    intensity_low: float
    intensity_high: float
    multiplier: float
    """Further factor on the energy: the PUE of computing, else 1."""
    in_service_year: int
    """First year in which it takes electricity; 0 where there is none to say."""


@dataclass(frozen=True, kw_only=True)
class DemandShare(Row):
    """``demand_shares.csv``: share of a prefecture in a class of demand; value is the share [1]."""

    demand_class: str
    prefecture: str


@dataclass(frozen=True, kw_only=True)
class Cost(Row):
    """``costs.csv``: a cost, price or evaluation parameter, in the base unit of `unit`."""

    item: str
    parameter: str


@dataclass(frozen=True, kw_only=True)
class PolicyTarget(Row):
    """``targets.csv``: a target of the plan; value in base units."""

    quote: str
    """Verbatim words of the governing document."""
    document: str
    line: str
    """Line of the document, such as ``B57``."""
    year: int
    """Year in which it is due; 0 where the document names none."""


@dataclass(frozen=True, kw_only=True)
class PlanQuote(Row):
    """``plan_quotes.csv``: a sentence of a governing document, word by word; it has no value."""

    document: str
    """Title of the document."""
    line: str
    """Line of the document, such as ``B57``."""
    text: str
    """The sentence, verbatim."""


@dataclass(frozen=True, kw_only=True)
class Statistic(Row):
    """``statistics.csv``: a published figure of a past year, for calibration and comparison."""

    year: int
    item: str


@dataclass(frozen=True, kw_only=True)
class Calibration(Row):
    """``calibration.csv``: a parameter of the backcast, one value for all years; bounds are low and high."""

    years: str
    """Years of the published figures that it was fitted to."""
    series: str
    """Published figures that it was fitted to."""


@dataclass(frozen=True, kw_only=True)
class PastSetting(Row):
    """``past_settings.csv``: what differs in a past year and is known, as a scenario setting; no value."""

    year: int
    setting: str
    """``key=value`` of the scenario."""


@dataclass(frozen=True, kw_only=True)
class CellSource(Row):
    """``cell_sources.csv``: where one figure of a row comes from, when not from the row's source."""

    table: str
    """Table without ``.csv``."""
    row: str
    """Id of the row, or ``*`` for the whole column, in which case there is no value."""
    column: str
