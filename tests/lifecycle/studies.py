"""Study folders made by hand: values and finance of a few projects, small enough to check on paper."""

from __future__ import annotations

from qhgrid.indicators.tables import Column, Table, TableRow
from qhgrid.lifecycle.computed import TARGET_INDICATORS
from qhgrid.runs import Inputs, open_run, write_json, write_manifest, write_tables

VALUES = {
    "warang_phs": {"clean_share": (2.0, 1.0, 3.0, "正"), "co2": (10.0, 8.0, 12.0, "正")},
    "nanshankou_phs": {"clean_share": (1.0, 0.9, 1.1, "正"), "co2": (5.0, -1.0, 6.0, "未定")},
    "geermu_coal": {"clean_share": (-4.0, -5.0, -3.0, "负"), "co2": (-20.0, -30.0, -10.0, "负")},
    "tongde_phs": {"co2": (0.0, 0.0, 0.0, "零")},
    "fourth_dc": {"clean_share": (0.0, -1.0, 1.0, "未定"), "co2": (0.0, -1.0, 1.0, "未定")},
}
"""Effect of projects on two targets: figure, low, high, sign; the other targets are exactly 0."""
COVERS = {"warang_phs": 1.3, "nanshankou_phs": 0.8, "geermu_coal": None}


def value_table(key="value_out"):
    """Return the values as a table of a study."""
    columns = tuple(
        Column(f"{name}{end}", name, name, "")
        for name in TARGET_INDICATORS
        for end in ("", "_low", "_high", "_sign")
    )

    def row(project, effects):
        cells = [effects.get(name, (0.0, 0.0, 0.0, "未定")) for name in TARGET_INDICATORS]
        return TableRow(project, project, project, tuple(cell for four in cells for cell in four))

    rows = tuple(row(*one) for one in VALUES.items())
    return Table(key, "价值", "Values", "", columns, rows, "来源", "Source")


def finance_table():
    """Return the least debt covers as a table of a study."""
    rows = tuple(TableRow(name, name, name, (cover,)) for name, cover in COVERS.items())
    columns = (Column("dscr_min", "最低偿债备付率", "Least debt cover", "1"),)
    return Table("finance_summary", "财务", "Finance", "", columns, rows, "来源", "Source")


def list_table(counted):
    """Return a project list that counts some capacity [万千瓦]."""
    rows = tuple(TableRow(name, name, name, (power,)) for name, power in counted.items())
    columns = (Column("counted", "计入", "Counted", "万千瓦"),)
    return Table("project_list", "清单", "List", "", columns, rows, "来源", "Source")


def write_study(out, *tables, kind="value"):
    """Write a finished study folder below `out` and return it opened."""
    inputs = Inputs(
        "tiny", "name: tiny\n", {}, {}, "zh", "0" * 64, {}, kind=kind, settings={"n": len(tables)}
    )
    folder = out / inputs.folder_name
    folder.mkdir(parents=True)
    (folder / "scenario.yaml").write_text("name: tiny\n", encoding="utf-8")
    content = {"figures": [], "targets": [], "tables": [table.to_json() for table in tables]}
    write_json(folder / "figures.json", content)
    write_tables(folder / "tables", tables, "zh")
    write_manifest(folder, inputs, {"zh": "小", "en": "tiny"}, {})
    return open_run(folder)
