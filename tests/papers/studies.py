"""A value study of a run made by hand, with the tables that such studies hold."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from qhgrid.indicators.tables import Column, Table, TableRow
from qhgrid.runs import Run, new_folder, open_run, write_json, write_manifest, write_tables

INDICATORS = {
    "cost": "亿元",
    "clean_share": "%",
    "ne_utilisation": "%",
    "corridor_energy": "亿千瓦时",
    "unserved": "万千瓦时",
    "co2": "万吨",
    "peak_adequacy": "万千瓦",
}


def write_study(run: Run, out: Path, kind: str, tables: list[Table], settings: dict | None = None) -> Run:
    """Write a study of `run` with the given tables below `out`."""
    inputs = replace(run.manifest.inputs, kind=kind, settings=settings or {"seed": 1})
    content = {"figures": [], "targets": [], "tables": [table.to_json() for table in tables]}
    with new_folder(out, inputs.folder_name) as part:
        (part / "scenario.yaml").write_text(inputs.scenario_text, encoding="utf-8")
        write_json(part / "figures.json", content)
        write_tables(part / "tables", tables, "zh")
        write_manifest(part, inputs, run.manifest.scenario_titles, {"status": "done"})
    return open_run(out / inputs.folder_name)


def value_table(key: str, projects: dict[str, float]) -> Table:
    """Return a table of a value study: each indicator of each project with interval and sign."""
    columns, rows = [], []
    for name, unit in INDICATORS.items():
        columns.append(Column(name, name, name, unit))
        columns += [Column(f"{name}_{end}", end, end, unit) for end in ("low", "high")]
        columns.append(Column(f"{name}_sign", "符号", "sign", ""))
    for project, value in projects.items():
        sign = "正" if value > 0.1 else "负" if value < -0.1 else "未定"
        values = [part for _ in INDICATORS for part in (value, value - 0.1, value + 0.1, sign)]
        rows.append(TableRow(project, project, project, tuple(values)))
    return Table(key, "项目价值", "Value", "", tuple(columns), tuple(rows), "试", "test")


def write_value_study(run: Run, out: Path, projects: dict[str, float]) -> Run:
    """Write a value study with take-one-out and Shapley values."""
    tables = [value_table("value_out", projects), value_table("value_shapley", projects)]
    return write_study(run, out, "value", tables)
