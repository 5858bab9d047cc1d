"""Everything a report is made from, in one hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, Protocol

import pandas as pd

from qhgrid.indicators.measuring import open_ledger
from qhgrid.report.wording import say

if TYPE_CHECKING:
    import xarray as xr

    from qhgrid.facts import Facts
    from qhgrid.indicators import Figure, Indicators, Table
    from qhgrid.indicators.ledger import Ledger
    from qhgrid.report.run_info import RunInfo
    from qhgrid.scenario.model import Scenario

Lang = Literal["zh", "en"]

PALETTE = {
    "coal": "#5b5f66",
    "gas": "#9a8478",
    "biomass": "#7d8f3b",
    "waste_heat": "#8c6d5a",
    "nuclear": "#8e5ea2",
    "geothermal": "#a8553a",
    "hydro": "#2f6db3",
    "csp": "#e0782f",
    "wind": "#5fb0a5",
    "pv": "#f2c14e",
    "pumped_storage": "#6f8fd6",
    "battery": "#9b6fc0",
    "laes": "#c490d1",
    "import": "#b0b7bf",
    "shed": "#c8102e",
}
"""Colours of technologies where the fact table gives none."""

ORDER = (
    "coal",
    "gas",
    "biomass",
    "waste_heat",
    "geothermal",
    "nuclear",
    "hydro",
    "csp",
    "wind",
    "pv",
    "pumped_storage",
    "battery",
    "laes",
)
"""Order of technologies in stacks, from the bottom."""

SPARE_COLOURS = ("#1f4e79", "#c0504d", "#4f8a4c", "#8064a2", "#d98e2b", "#3f9aa8", "#7f7f7f", "#b05fa3")


class Named(Protocol):
    """A row of a fact table, as far as its name goes."""

    @property
    def name_zh(self) -> str:
        """Chinese name."""

    @property
    def name_en(self) -> str:
        """English name."""


@dataclass(frozen=True)
class Study:
    """Results, indicators, scenario, facts and run of one report, and its language.

    Parameters
    ----------
    results : xarray.Dataset
        Hourly results in the layout of ``qhgrid.dispatch.results``.
    indicators : Indicators
        Figures, targets and tables.
    scenario : Scenario
        Resolved scenario.
    facts : Facts
        Fact tables.
    project_tables : tuple of Table
        Tables of the project list.
    run : RunInfo
        The run itself.
    lang : str
        ``zh`` or ``en``.
    """

    results: xr.Dataset
    indicators: Indicators
    scenario: Scenario
    facts: Facts
    project_tables: tuple[Table, ...]
    run: RunInfo
    lang: Lang

    def say(self, key: str, **values: object) -> str:
        """Return wording `key` in the language of the report."""
        return say(key, self.lang, **values)

    def name(self, row: Named) -> str:
        """Return the name of a fact row in the language of the report."""
        return str(row.name_zh if self.lang == "zh" else row.name_en)

    @property
    def figures(self) -> dict[str, Figure]:
        """Figures of the scorecard by key."""
        return {figure.key: figure for figure in self.indicators.figures}

    @cached_property
    def times(self) -> pd.DatetimeIndex:
        """Snapshots, Beijing time."""
        return pd.DatetimeIndex(self.results["snapshot"].to_numpy())

    @cached_property
    def ledger(self) -> Ledger:
        """Hourly sums that charts share with the tables of the indicators."""
        return open_ledger(self.results, self.scenario, self.facts, self.run.objective)

    def technology_name(self, technology: str) -> str:
        """Return the name of a technology, its id where the fact table has none."""
        row = self.facts.technologies.get(technology)
        return self.name(row) if row is not None else technology

    def technology_colour(self, technology: str) -> str:
        """Return the colour of a technology."""
        row = self.facts.technologies.get(technology)
        colour = row.colour if row is not None else ""
        return colour or PALETTE.get(technology, "#999999")

    def corridor_name(self, corridor: str) -> str:
        """Return the name of a corridor, its id where the fact table has none."""
        row = self.facts.corridors.get(corridor)
        return self.name(row) if row is not None else corridor

    def tie_name(self, tie: str) -> str:
        """Return the name of a tie, its id where the fact table has none."""
        row = self.facts.ties.get(tie)
        return self.name(row) if row is not None else tie

    def bus_name(self, bus: str) -> str:
        """Return the name of a prefecture or station, the bus name itself where it is neither."""
        row = self.facts.prefectures.get(bus) or self.facts.stations.get(bus)
        return short_name(self.name(row)) if row is not None else bus


def short_name(name: str) -> str:
    """Return the everyday name of a prefecture or station: 海西 for 海西蒙古族藏族自治州."""
    for ending in ("蒙古族藏族自治州", "藏族自治州", "市", "州"):
        if name.endswith(ending) and len(name) > len(ending) + 1:
            return name.removesuffix(ending)
    return name


def in_order(technologies: Iterable[object]) -> list[str]:
    """Return ids of technologies in the order of stacks, unknown ones last by name."""
    rank = {name: place for place, name in enumerate(ORDER)}
    return sorted((str(name) for name in technologies), key=lambda name: (rank.get(name, len(rank)), name))
