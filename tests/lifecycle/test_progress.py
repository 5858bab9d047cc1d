"""What a log adds up to: overdue units, conversion by vintage, four rates."""

from __future__ import annotations

import pytest

from qhgrid.facts import read_facts
from qhgrid.lifecycle import State, advance, parse_moment, read_log
from qhgrid.lifecycle.history import history_table
from qhgrid.lifecycle.progress import progress_tables
from tests.lifecycle.roads import RULES, lead_to, step


@pytest.fixture(scope="module")
def facts():
    return read_facts()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "events.jsonl"


def tables(path, facts, as_of=None):
    moment = parse_moment(as_of) if as_of else None
    return {table.key: table for table in progress_tables(read_log(path), facts, moment)}


def test_conversion_and_rates_count_what_was_ever_reached(path, facts):
    """Three entered in 2026-1: one in service, one started and then suspended, one only prepared."""
    lead_to(path, State.IN_SERVICE, "warang_phs")
    lead_to(path, State.STARTED, "nanshankou_phs")
    advance(path, step("suspended", "2027-06-01", "nanshankou_phs", reason="停工"), RULES)
    lead_to(path, State.PREPARATION, "tongde_phs")
    lead_to(path, State.SCREENING, "delingha_phs")
    found = tables(path, facts)
    assert found["board_conversion"].row("2026-1").values == (3.0, 2.0, pytest.approx(200 / 3))
    assert found["board_conversion"].row("sum").values == (3.0, 2.0, pytest.approx(200 / 3))
    rates = {row.key: row.values for row in found["board_rates"].rows}
    assert rates["fulfilment"] == (2.0, 3.0, pytest.approx(200 / 3))
    assert rates["funding"] == (2.0, 3.0, pytest.approx(200 / 3))
    assert rates["start"] == (2.0, 3.0, pytest.approx(200 / 3))
    assert rates["commissioning"] == (1.0, 3.0, pytest.approx(100 / 3))


def test_rates_without_denominator_are_not_applicable(path, facts):
    lead_to(path, State.PROPOSED)
    found = tables(path, facts)
    assert {row.values[2] for row in found["board_rates"].rows} == {"n/a"}
    assert found["board_conversion"].cell("sum", "rate") == "n/a"


def test_vintages_are_told_apart(path, facts):
    lead_to(path, State.STARTED, "warang_phs")
    for state, when in (
        ("lead", "2026-03-02"), ("proposed", "2026-03-03"), ("formal_review", "2026-06-02"),
        ("expert_screening", "2026-06-05"), ("compiled", "2026-06-19"), ("standards_check", "2026-06-20"),
        ("in_library", "2026-06-21"),
    ):  # fmt: skip
        advance(path, step(state, when, "nanshankou_phs"), RULES)
    table = tables(path, facts)["board_conversion"]
    assert table.row("2026-1").values == (1.0, 1.0, 100.0)
    assert table.row("2026-2").values == (1.0, 0.0, 0.0)


def test_states_hold_number_and_known_investment(path, facts):
    lead_to(path, State.PROPOSED, "warang_phs")
    lead_to(path, State.PROPOSED, "vpp")
    table = tables(path, facts)["board_states"]
    assert table.row("proposed").values == (2.0, pytest.approx(159.4), 1.0)
    assert sum(table.number(row, "projects") for row in table.row_keys) == 2


def test_units_with_late_projects_are_named(path, facts):
    lead_to(path, State.SCREENING, "warang_phs")
    lead_to(path, State.STANDARDS, "xining_computing")
    before = tables(path, facts, "2026-03-20 24:00")["board_overdue"]
    assert [row.values[:2] for row in before.rows if row.values[0] or row.values[1]] == []
    after = tables(path, facts, "2026-04-01")["board_overdue"]
    late = {
        row.label_zh: (row.values[0], row.values[1], row.values[3]) for row in after.rows if row.values[3]
    }
    assert late == {"省能源局": (1.0, 0.0, "warang_phs"), "省工业和信息化厅": (0.0, 1.0, "xining_computing")}


def test_units_that_proposed_nothing_are_named_once_the_intake_has_closed(path, facts):
    lead_to(path, State.PROPOSED, "warang_phs")
    open_still = tables(path, facts, "2026-02-28 24:00")["board_overdue"]
    assert open_still.rows == ()
    closed = {row.label_zh: row.values[2] for row in tables(path, facts, "2026-03-01")["board_overdue"].rows}
    assert closed["省水利厅"] == "2026-1"
    assert "省能源局" not in closed
    both = {row.label_zh: row.values[2] for row in tables(path, facts, "2026-06-01")["board_overdue"].rows}
    assert both["省水利厅"] == "2026-1、2026-2"
    assert both["省能源局"] == "2026-2"


def test_batches_show_their_deadlines(path, facts):
    lead_to(path, State.LIBRARY, "warang_phs")
    row = tables(path, facts)["board_batches"].row("2026-1")
    assert row.values == ("2026-02-28", "2026-03-20", "2026-03-31", 1.0, 1.0, 1.0)


def test_history_says_what_may_follow(path):
    lead_to(path, State.PROPOSED)
    table = history_table(read_log(path), "warang_phs")
    assert [row.label_zh for row in table.rows] == ["线索", "申报"]
    assert "形式审查" in table.note_zh
    assert history_table(read_log(path), "vpp").note_zh == "下一步可为：线索"


def test_empty_log_gives_empty_tables(path, facts):
    found = tables(path, facts)
    assert found["board_overdue"].rows == ()
    assert found["board_batches"].rows == ()
