"""Run a scenario for each year of a path, and write what the years come to."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path as FilePath
from typing import TYPE_CHECKING

from qhgrid.facts import Facts, read_facts
from qhgrid.pathway.document import path_document
from qhgrid.pathway.tables import Peak, Year, path_tables, peak_of
from qhgrid.pathway.years import parse_years, scenario_of_year
from qhgrid.report import write_html, write_xlsx
from qhgrid.runs import DEFAULT_OUT, new_folder, write_json, write_tables
from qhgrid.scenario import check_scenario
from qhgrid.scenario.resolved import canonical_text
from qhgrid.study import run_study
from qhgrid.text import DEFAULT_LANG, Lang

if TYPE_CHECKING:
    from qhgrid.indicators import Table
    from qhgrid.scenario import Scenario

Progress = Callable[[str], None]
"""Called with the year that begins."""


@dataclass(frozen=True)
class Path:
    """A finished path.

    Parameters
    ----------
    folder : pathlib.Path
        Holds ``path.json``, ``path.html``, ``path.xlsx`` and ``tables/``; the runs stand beside it.
    years : tuple of Year
    tables : tuple of Table
    peak : Peak
        When CO2 of generation is highest.
    """

    folder: FilePath
    years: tuple[Year, ...]
    tables: tuple[Table, ...]
    peak: Peak


def run_path(
    scenario: str,
    years: str = "2025-2030",
    overrides: Sequence[str] = (),
    out: FilePath = DEFAULT_OUT,
    *,
    lang: Lang = DEFAULT_LANG,
    progress: Progress | None = None,
) -> Path:
    """Run `scenario` for each year and write the tables and the report of the path.

    Parameters
    ----------
    scenario : str
        Name of a shipped scenario, or path of a YAML file; its year is where the path leads.
    years : str, optional
        ``2025-2030``, or single years with commas.
    overrides : sequence of str, optional
        Changes as ``key=value``, for every year.
    out : pathlib.Path, optional
        Folder that holds the run folders. A year that was run already with the same inputs is not run again,
        so an interrupted path goes on where it stopped.
    lang : str, optional
        Language of the documents.
    progress : callable, optional
        Called with each year as it begins.

    Raises
    ------
    QhgridError
        If a year cannot be run.
    """
    facts = read_facts()
    chosen = parse_years(years)
    case = check_scenario(scenario, overrides, facts).scenario
    found = tuple(_run_year(case, year, facts, out, lang, progress) for year in chosen)
    tables = path_tables(found, facts)
    path_id = sha256("\n".join(year.run_id for year in found).encode()).hexdigest()[:12]
    title = case.title.zh if lang == "zh" else case.title.en
    document = path_document(title, path_id, found, tables, facts, lang)
    name = f"{case.name}-path-{path_id}"
    with new_folder(out, name, replace=True) as part:
        write_html(document, part / "path.html")
        write_xlsx(document, part / "path.xlsx")
        write_tables(part / "tables", tables, lang)
        write_json(part / "path.json", _content(case, found, tables, peak_of(found)))
    return Path(out / name, found, tables, peak_of(found))


def _run_year(
    case: Scenario, year: int, facts: Facts, out: FilePath, lang: Lang, progress: Progress | None
) -> Year:
    """Run one year, or open its run if it is there."""
    if progress is not None:
        progress(str(year))
    own = scenario_of_year(case, year, facts)
    with tempfile.TemporaryDirectory(prefix="qhgrid-path-") as folder:
        file = FilePath(folder) / f"{own.name}.yaml"
        file.write_text(canonical_text(own), encoding="utf-8")
        run = run_study(str(file), (), out, lang=lang)
    return Year(year, own, run.run_id, run.figures())


def _content(case: Scenario, years: Sequence[Year], tables: Sequence[Table], peak: Peak) -> dict[str, object]:
    """Return what ``path.json`` holds."""
    return {
        "scenario": case.name,
        "years": [{"year": year.year, "run_id": year.run_id} for year in years],
        "co2_peak": {"year": peak.year, "passed": peak.passed},
        "tables": [table.to_json() for table in tables],
    }
