"""The documents of a run: one content model, written as an offline page and as a workbook.

``build_document`` decides what is said; the writers know formats, not energy.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qhgrid.errors import Fault, ReportError
from qhgrid.report.content import build_document
from qhgrid.report.document import Document
from qhgrid.report.html import write_html
from qhgrid.report.inputs import input_tables
from qhgrid.report.run_info import RunInfo
from qhgrid.report.xlsx import write_xlsx

if TYPE_CHECKING:
    import xarray as xr

    from qhgrid.facts import Facts
    from qhgrid.indicators import Indicators, Table
    from qhgrid.report.study import Lang
    from qhgrid.scenario.model import Scenario

__all__ = [
    "Document",
    "RunInfo",
    "build_document",
    "input_tables",
    "write_html",
    "write_report",
    "write_xlsx",
]


def write_report(
    folder: Path,
    *,
    results: xr.Dataset,
    indicators: Indicators,
    scenario: Scenario,
    facts: Facts,
    project_tables: tuple[Table, ...],
    run_info: RunInfo,
    lang: Lang = "zh",
) -> tuple[Path, ...]:
    """Write ``report.html`` and ``tables.xlsx`` into `folder`, and return their paths.

    Parameters
    ----------
    folder : Path
        Folder of the run; it must exist.
    results, indicators, scenario, facts, project_tables, run_info, lang
        As in :func:`qhgrid.report.content.build_document`.

    Raises
    ------
    ReportError
        If `folder` is not a folder.
    """
    if not folder.is_dir():
        raise ReportError(Fault(str(folder), "is not a folder", "Give the folder of a run."))
    document = build_document(
        results=results,
        indicators=indicators,
        scenario=scenario,
        facts=facts,
        project_tables=project_tables,
        run_info=run_info,
        lang=lang,
    )
    return write_html(document, folder / "report.html"), write_xlsx(document, folder / "tables.xlsx")
