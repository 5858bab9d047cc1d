"""Every table against the hourly run: what must hold for any run, small or real."""

from __future__ import annotations

import pytest

from tests.indicators import second_way

MWH_PER_YI_KWH = 1e5
REL = 1e-6


def near(value: float, scale: float):
    """Return what equals `value` to 1e-6 of `scale`."""
    return pytest.approx(value, rel=REL, abs=REL * max(abs(scale), 1e-9))


def check_energy_balance(table, results) -> None:
    """Every row of 电量平衡表 equals the loops; the year is the sum of its months; supply equals need."""
    sums = second_way.energies(results)
    whole = second_way.sum_of(sums, "demand ")
    mwh = {row.key: table.number(row.key, "total") * MWH_PER_YI_KWH for row in table.rows if not row.unit}
    for name, value in sums.items():
        kind, _, what = name.partition(" ")
        key = {"storage": None, "grid": "grid_losses"}.get(kind, f"{kind}_{what}" if what else kind)
        if key is not None:
            assert mwh[key] == near(value, whole), name
    pumped = sums.get("storage loss pumped_storage", 0.0)
    assert mwh["pumped_losses"] == near(pumped, whole)
    assert mwh["new_storage_losses"] == near(second_way.sum_of(sums, "storage loss") - pumped, whole)
    assert mwh["storage_change"] == near(0.0, whole)
    for head in ("generation", "demand", "export", "import"):
        key = {"export": "exports", "import": "imports"}.get(head, head)
        assert mwh[key] == near(second_way.sum_of(sums, f"{head} "), whole)
    for row in table.rows:
        if not row.unit:
            assert row.values[-1] == near(sum(row.values[:-1]), whole / MWH_PER_YI_KWH), row.key
    for column in table.column_keys:
        assert table.number("difference", column) == near(0.0, whole / MWH_PER_YI_KWH)


def check_costs(table, results, objective) -> None:
    """The components add up to the objective, and to price times amount."""
    parts = [row.values[0] for row in table.rows if row.level == 1]
    size = sum(abs(part) for part in parts)
    assert sum(parts) * 1e8 == near(objective, size * 1e8)
    assert sum(parts) * 1e8 == near(second_way.cost(results), size * 1e8)
    assert table.number("total", "cost") == near(table.number("objective", "cost"), size)
    assert table.number("difference", "cost") == near(0.0, size)


def check_sums_of_rows(table) -> None:
    """The row of totals is the sum of the other rows."""
    for position in range(len(table.columns)):
        parts = [row.values[position] for row in table.rows if not row.bold]
        assert table.row("total").values[position] == near(sum(parts), sum(map(abs, parts)))


def check_breakdowns(tables, results) -> None:
    """Generation, demand, curtailment, corridors, lines and storage equal the loops and 电量平衡表."""
    sums = second_way.energies(results)
    balance = tables["energy_balance"]
    made = tables["generation_by_prefecture"]
    for column in made.column_keys[:-1]:
        assert made.number("total", column) * MWH_PER_YI_KWH == near(
            sums.get(f"generation {column}", 0.0), 1e5
        )
    used = tables["demand_by_prefecture"]
    for column in used.column_keys[:-1]:
        assert used.number("total", column) * MWH_PER_YI_KWH == near(sums[f"demand {column}"], 1e5)
    for key in (
        "generation_by_prefecture",
        "demand_by_prefecture",
        "capacity_by_prefecture",
        "curtailment_by_hour",
    ):
        check_sums_of_rows(tables[key])
    assert tables["curtailment_by_hour"].number("total", "total") == near(
        balance.number("curtailed", "total"), 1.0
    )
    for row in tables["corridors"].rows:
        assert tables["corridors"].number(row.key, "sent") * MWH_PER_YI_KWH == near(
            sums[f"export {row.key}"], 1e5
        )
    hours = results["snapshot_weighting_generators"].to_numpy()
    flows = results["line_p0"].transpose("line", "snapshot").to_numpy()
    for row, flow in zip(tables["line_loading"].rows, flows, strict=False):
        net = tables["line_loading"].number(row.key, "forward") - tables["line_loading"].number(
            row.key, "backward"
        )
        assert net * MWH_PER_YI_KWH == near(float(hours @ flow), 1e5)
    for row in tables["storage"].rows:
        lost = tables["storage"].number(row.key, "loss") * MWH_PER_YI_KWH
        assert lost == near(sums.get(f"storage loss {row.key}", 0.0), 1e5)


def check_demand(tables, results) -> None:
    """Classes equal the loops and add up; hydrogen and computing close; finer matching is never better."""
    sums = second_way.energies(results)
    table = tables["demand_by_class"]
    classes = [key for key in table.row_keys if key != "total"]
    for key in classes:
        assert table.number(key, "drawn") * MWH_PER_YI_KWH == near(sums[f"demand {key}"], 1e5)
        assert 0 < (table.cell(key, "load_factor") or 100) <= 100 + 1e-9
    for column in ("requested", "drawn", "moved", "cut"):
        parts = sum(table.number(key, column) for key in classes)
        assert table.number("total", column) == near(parts, parts)
    assert table.number("total", "peak") <= sum(table.number(key, "peak") for key in classes) + 1e-9
    for key in ("hydrogen", "computing"):
        for row in tables[key].rows:
            assert tables[key].number(row.key, "difference") == near(0.0, 1.0), (key, row.key)
    if tables["salt_lake_match"].rows:
        matched = [
            tables["salt_lake_match"].number(key, "matched") for key in ("hourly", "monthly", "annual")
        ]
        assert matched == sorted(matched)
        assert 0 <= matched[0] <= matched[-1] <= 100 + 1e-9


def check_power_balance(tables) -> None:
    """Sections are the sums of their parts, and surplus is what is available less what is needed."""
    table = tables["power_balance"]
    for month in table.column_keys:
        for section in ("installed", "available"):
            parts = [row.key for row in table.rows if row.key.startswith(f"{section}_")]
            assert table.number(section, month) == near(sum(table.number(key, month) for key in parts), 1.0)
        need = sum(table.number(key, month) for key in ("load", "exports", "reserve"))
        assert table.number("need", month) == near(need, 1.0)
        have = table.number("available", month) + table.number("imports", month)
        assert table.number("surplus", month) == near(have - need, 1.0)
        peaking = tables["peaking_balance"]
        swing = peaking.number("load_swing", month) + peaking.number("counter_peak", month)
        assert peaking.number("need", month) == near(swing - peaking.number("export_regulation", month), 1.0)


def check_everything(indicators, results, objective) -> None:
    """Run every check on one run."""
    tables = {table.key: table for table in indicators.tables}
    check_energy_balance(tables["energy_balance"], results)
    check_costs(tables["cost"], results, objective)
    check_breakdowns(tables, results)
    check_power_balance(tables)
    check_demand(tables, results)
