"""Small reports to test on, made from the two-day system of the indicators."""

from functools import cache

import numpy as np
import pandas as pd
import xarray as xr

from qhgrid.indicators import Column, Table, TableRow, measure
from qhgrid.report import RunInfo, build_document
from qhgrid.report.study import Study
from tests.indicators import systems

RUN_ID = "0123456789ab"


class Short:
    """A shortage as the dispatch reports it."""

    energy_mwh = 50.0

    def in_words(self, lang: str) -> str:
        """Return it in words."""
        return "1月31日20时 海南 缺口 50 MW" if lang == "zh" else "50 MW short in hainan on 31 January, 20h"


def run_info(**changes) -> RunInfo:
    """Return a run with a certificate."""
    values = {
        "run_id": RUN_ID,
        "code_version": "0.1.0",
        "method": "highs",
        "status": "optimal",
        "objective": systems.OBJECTIVE,
        "lower_bound": systems.OBJECTIVE - 1.0,
        "gap": 2e-6,
        "max_violation_mw": 3e-9,
        "max_violation_mwh": 4e-9,
        "scenario_chain": ("base.yaml", "two-days.yaml"),
        "scenario_digest": "ab" * 32,
        "checksums": {"fleet.csv": "cd" * 32},
        "shortages": (Short(),),
    }
    return RunInfo(**(values | changes))


PROJECTS = Table(
    "project_list",
    "项目清单",
    "Project list",
    "亿元",
    (Column("investment", "总投资", "Investment", ""), Column("content", "内容", "Content", "text")),
    (TableRow("r01", "格尔木煤电", "Golmud coal", (63.82, "=2*660 MW"), mark="假设"),),
    "来源甲",
    "source A",
)


def days(*starts: str, count: int = 8) -> xr.Dataset:
    """Return the second day of the system repeated `count` times from each start."""
    day = systems.two_days().isel(snapshot=slice(24, 48))
    static = [name for name in day if "snapshot" not in day[name].dims]
    parts = []
    for start in starts:
        for number in range(count):
            first = pd.Timestamp(start) + pd.Timedelta(days=number)
            times = pd.date_range(first, periods=24, freq="h")
            parts.append(day.drop_vars(static).assign_coords(snapshot=times))
    return xr.concat(parts, "snapshot").merge(day[static])


def study(results: xr.Dataset | None = None, lang: str = "zh", **changes) -> Study:
    """Return a study of the two-day system."""
    results = systems.two_days() if results is None else results
    scenario, facts = systems.scenario(), systems.facts()
    indicators = measure(results, scenario, facts, systems.OBJECTIVE)
    return Study(results, indicators, scenario, facts, (PROJECTS,), run_info(**changes), lang)


def arguments(study: Study) -> dict:
    """Return the arguments of build_document and write_report."""
    return {
        "results": study.results,
        "indicators": study.indicators,
        "scenario": study.scenario,
        "facts": study.facts,
        "project_tables": study.project_tables,
        "run_info": study.run,
        "lang": study.lang,
    }


@cache
def document(lang: str = "zh"):
    """Return the report of the two-day system."""
    return build_document(**arguments(study(lang=lang)))


def empty_results() -> xr.Dataset:
    """Return the two-day system without corridors, ties, storage and reservoirs."""
    results = systems.two_days()
    links = results["link_role"].to_numpy()
    kept = ~np.isin(links, ["corridor", "tie_import", "tie_export"])
    return results.isel(link=kept, storage_unit=[], store=[], line=[])
