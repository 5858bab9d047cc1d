"""A small run made by hand, so that these tests need no solver."""

from __future__ import annotations

import json

import pytest

from qhgrid.indicators.tables import Column, Figure, Table, TableRow
from qhgrid.runs import Inputs, new_folder, open_run, write_manifest, write_tables

CERTIFICATE = {"cost": 100.0, "lower_bound": 99.9999, "gap": 1e-6, "max_violation_mw": 1e-9}


def make_inputs(**changes) -> Inputs:
    """Return the inputs of the small run, with changes."""
    values = {
        "scenario": "small",
        "scenario_text": "name: small\n",
        "facts": {"fleet.csv": "f" * 64},
        "profiles": {"pv.nc": "e" * 64},
        "lang": "zh",
        "code": "c" * 64,
        "packages": {"numpy": "2.0"},
    }
    return Inputs(**values | changes)


def make_figure(key: str, value: float | str | None, unit: str = "亿千瓦时") -> Figure:
    """Return a figure with words made from its key."""
    return Figure(
        key, value, unit, f"{key} 中", f"{key} en", f"{key} 定义", f"{key} defined", ("generator_p",)
    )


def make_table() -> Table:
    """Return a table of two months and two rows, one with its own unit and a mark."""
    columns = (Column("m01", "1月", "Jan", "亿千瓦时"), Column("m02", "2月", "Feb", "亿千瓦时"))
    rows = (
        TableRow("hydro", "水电", "Hydro", (12.5, 11.0)),
        TableRow("share", "占比", "Share", (0.25, None), mark="假设", unit="%"),
    )
    return Table(
        "energy_balance",
        "电量平衡表",
        "Energy balance",
        "亿千瓦时",
        columns,
        rows,
        "逐小时结果",
        "hourly result",
    )


@pytest.fixture
def write_run(tmp_path):
    """Return a function that writes a small run with the given figures into ``tmp_path/runs``."""

    def write(figures=None, *, replace=False, out=None, **changes):
        inputs = make_inputs(**changes)
        out = out or tmp_path / "runs"
        with new_folder(out, inputs.folder_name, replace=replace) as part:
            (part / "scenario.yaml").write_text(inputs.scenario_text)
            values = {"cost": 100.0, "share": 0.85} if figures is None else figures
            content = {
                "figures": [make_figure(key, value).to_json() for key, value in values.items()],
                "targets": [],
                "tables": [make_table().to_json()],
            }
            (part / "figures.json").write_text(json.dumps(content))
            write_tables(part / "tables", [make_table()], "zh")
            result = {"status": "optimal", "objective": 100.0, "certificate": CERTIFICATE, "shortages": []}
            write_manifest(part, inputs, {"zh": "小", "en": "Small"}, result)
            (part / "timing.json").write_text('{"seconds": {"dispatch": 1.0}}')
        return open_run(out / inputs.folder_name)

    return write
