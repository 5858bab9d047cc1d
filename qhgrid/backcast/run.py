"""Run past years and write their figures files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qhgrid.backcast.calibration import YEARS
from qhgrid.backcast.case import past_case
from qhgrid.backcast.compare import year_figures
from qhgrid.backcast.page import FIGURES, read_figures, write_page
from qhgrid.backcast.simulate import simulate
from qhgrid.backcast.tables import check_table, month_table
from qhgrid.errors import Fault, ScenarioError
from qhgrid.facts import read_facts
from qhgrid.runs.plain import write_json

if TYPE_CHECKING:
    from qhgrid.facts import Facts
    from qhgrid.indicators.tables import Table


@dataclass(frozen=True)
class Backcast:
    """What past years came to.

    Parameters
    ----------
    figures : tuple of dict
        Of each year, as :func:`qhgrid.backcast.compare.year_figures` returns them.
    folder : pathlib.Path or None
        Where the figures files were written.
    """

    figures: tuple[dict[str, Any], ...]
    folder: Path | None

    @property
    def tables(self) -> tuple[Table, ...]:
        """Return for each year the checks and the months."""
        return tuple(table for year in self.figures for table in (check_table(year), month_table(year)))


def run_backcast(
    years: Sequence[int],
    out: Path | None = None,
    *,
    facts: Facts | None = None,
    progress: Callable[[str, float | None], None] | None = None,
) -> Backcast:
    """Run past years and compare each with what was published.

    Parameters
    ----------
    years : sequence of int
        Of :data:`qhgrid.backcast.calibration.YEARS`.
    out : pathlib.Path, optional
        Folder for the figures files, one a year.
    facts : Facts, optional
        The fact tables; the shipped ones by default.
    progress : callable, optional
        Called with each year as it begins.

    Returns
    -------
    Backcast

    Raises
    ------
    ScenarioError
        If a year is none of those that were published in full.
    """
    unknown = [year for year in years if year not in YEARS]
    if unknown or not years:
        what = f"{unknown[0]} is no year of the backcast" if unknown else "no year is named"
        raise ScenarioError(Fault("backcast", what, f"Choose from: {', '.join(map(str, YEARS))}."))
    tables = read_facts() if facts is None else facts
    figures: list[dict[str, Any]] = []
    for year in years:
        if progress is not None:
            progress(str(year), None)
        figures.append(one_year(tables, year))
        if out is not None:
            out.mkdir(parents=True, exist_ok=True)
            write_json(out / FIGURES.format(year=year), figures[-1])
    return Backcast(tuple(figures), out)


def one_year(facts: Facts, year: int, horizon: tuple[date, date] | None = None) -> dict[str, Any]:
    """Run one past year and return its figures; a horizon shorter than the year has no checks."""
    case = past_case(facts, year, horizon)
    figures = year_figures(facts, case, simulate(case, facts))
    tables = facts.checksums()
    figures["inputs"] = {name: tables[name] for name in sorted(tables) if name in INPUTS}
    return figures


INPUTS = ("calibration.csv", "past_settings.csv", "statistics.csv", "hydro_observed_levels.csv")
"""Fact tables whose checksums stand in a figures file."""


def write_report(folder: Path, facts: Facts | None = None) -> list[Path]:
    """Write the validation page of the figures files in ``<folder>/validation``; return what was written."""
    tables = read_facts() if facts is None else facts
    return write_page(tables, read_figures(folder / "validation"), folder)
