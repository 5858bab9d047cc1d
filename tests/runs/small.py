"""A small run made by hand, for tests that need no solver."""

from __future__ import annotations

import json
from pathlib import Path

from qhgrid.indicators.tables import Column, Figure, Table, TableRow
from qhgrid.runs import Inputs, Run, new_folder, open_run, write_manifest, write_tables

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


def make_target(passed: bool | None) -> dict:
    """Return one reading of a target as plain values."""
    return {
        "id": "TGT-01",
        "key": f"scorecard.tgt01.{passed}",
        "label_zh": "装机容量",
        "label_en": "Installed capacity",
        "rule": "generation_only",
        "rule_zh": "只计发电",
        "rule_en": "generation only",
        "value": 16_600.0,
        "threshold": 16_500.0,
        "unit": "万千瓦",
        "margin": 100.0,
        "passed": passed,
        "is_chosen": passed is True,
        "mark": "假设",
    }


def make_shortage(hour: int) -> dict:
    """Return an hour of unserved load as plain values; later hours are larger."""
    words = {"words_zh": f"1月15日{hour}时 海西 缺口", "words_en": f"15 January {hour}:00, haixi: short"}
    return {"bus": "haixi", "kind": "shed", "energy_mwh": 100.0 + hour} | words


def write_small_run(out: Path, figures=None, *, replace=False, shortages=(), **changes) -> Run:
    """Write a small run with the given figures, shortages and changes of inputs below `out`."""
    inputs = make_inputs(**changes)
    values = {"cost": 100.0, "share": 0.85} if figures is None else figures
    content = {
        "figures": [make_figure(key, value).to_json() for key, value in values.items()],
        "targets": [make_target(passed) for passed in (True, False, None)],
        "tables": [make_table().to_json()],
    }
    result = {
        "status": "optimal",
        "objective": 2.5e8,
        "certificate": CERTIFICATE,
        "shortages": list(shortages),
    }
    with new_folder(out, inputs.folder_name, replace=replace) as part:
        (part / "scenario.yaml").write_text(inputs.scenario_text)
        (part / "figures.json").write_text(json.dumps(content))
        write_tables(part / "tables", [make_table()], "zh")
        write_manifest(part, inputs, {"zh": "小", "en": "Small"}, result)
        (part / "timing.json").write_text('{"seconds": {"dispatch": 1.0}}')
    return open_run(out / inputs.folder_name)
