"""The board against the quotas of the campaign, the ranked energy list, and its page and workbook."""

from __future__ import annotations

from dataclasses import replace

import pytest
from openpyxl import load_workbook

from qhgrid.errors import RunError
from qhgrid.facts import read_facts
from qhgrid.facts.rows import PREFECTURES
from qhgrid.indicators.tables import Column
from qhgrid.lifecycle.board import SECTOR_KEYS, board_tables
from qhgrid.lifecycle.pages import all_tables, screen_tables, write_board
from qhgrid.lifecycle.ranking import energy_table, rank, target_table, weight_table
from qhgrid.projects import project_list
from qhgrid.scenario import read_scenario
from tests.lifecycle.roads import lead_to
from tests.lifecycle.studies import list_table, value_table, write_study


@pytest.fixture(scope="module")
def facts():
    return read_facts()


@pytest.fixture(scope="module")
def scenario():
    return read_scenario("2030-plan").scenario


@pytest.fixture(scope="module")
def projects(facts, scenario):
    return project_list(facts, scenario)


@pytest.fixture(scope="module")
def board(projects, facts):
    return {table.key: table for table in board_tables(projects, facts)}


def listed_with(facts, scenario, **investments):
    """Return the list with other investments [亿元]; the other projects have none."""
    rows = {
        name: replace(row, value=investments[name] * 1e8 if name in investments else None, part_of="")
        for name, row in facts.projects.items()
    }
    return project_list(replace(facts, projects=rows), scenario)


def test_both_cuts_of_the_target_add_up_to_13500(board):
    """2500 + 3·2000 + 2·1500 + 2·1000 = 200 + 3800 + 1000 + 5000 + 100 + 1800 + 1200 + 400 = 13,500."""
    matrix = board["board_matrix"]
    assert (
        sum(matrix.number(name, "quota") for name in PREFECTURES) == matrix.number("sum", "quota") == 13_500
    )
    assert sum(matrix.number("quota", key) for key in SECTOR_KEYS) == matrix.number("quota", "sum") == 13_500
    assert board["board_checks"].number("prefectures", "target") == 13_500
    assert board["board_checks"].number("sectors", "target") == 13_500
    assert board["board_checks"].number("energy", "target") == 5000


def test_matrix_adds_up_both_ways(board, projects):
    matrix = board["board_matrix"]
    rows = (*PREFECTURES, "outside")
    for name in rows:
        assert sum(matrix.number(name, key) for key in SECTOR_KEYS) == pytest.approx(
            matrix.number(name, "sum")
        )
    for key in (*SECTOR_KEYS, "sum"):
        assert sum(matrix.number(name, key) for name in rows) == pytest.approx(matrix.number("sum", key))
    assert matrix.number("sum", "sum") == pytest.approx(projects.investment_cny / 1e8)


def test_one_cut_on_target_says_nothing_of_the_other(facts, scenario):
    """All of 13,500 亿元 in one sector: every prefecture is on its quota, and seven sectors are short."""
    quotas = {
        "xining": 2500,
        "haidong": 2000,
        "haibei": 1500,
        "huangnan": 1500,
        "hainan": 2000,
        "guoluo": 1000,
        "yushu": 1000,
        "haixi": 2000,
    }
    shares = {name: quota / 13_500 for name, quota in quotas.items()}
    rows = dict(facts.projects)
    rows["warang_phs"] = replace(rows["warang_phs"], value=13_500e8, prefecture_shares=shares)
    others = {name: replace(row, value=None) for name, row in rows.items() if name != "warang_phs"}
    checks = {
        t.key: t for t in board_tables(project_list(replace(facts, projects=rows | others), scenario), facts)
    }
    table = checks["board_checks"]
    assert table.cell("prefectures", "verdict") == "达到"
    assert table.cell("sectors", "verdict") == "未达到"
    assert table.number("sectors", "value") == 5000
    assert table.cell("energy", "verdict") == "达到"


def test_gap_is_what_is_left_and_never_negative(facts, scenario):
    table = {t.key: t for t in board_tables(listed_with(facts, scenario, warang_phs=6000), facts)}
    assert table["board_sectors"].row("energy").values[:4] == (6000, 5000, 0.0, 120.0)
    assert table["board_prefectures"].number("hainan", "gap") == 0
    assert table["board_sectors"].number("water", "gap") == 1000


def test_investment_held_by_another_project_or_in_operation_is_left_out(board):
    """2230.06 亿元 without the 63.82 of the coal plant inside the Qaidam base."""
    assert board["board_checks"].number("total", "value") == pytest.approx(2230.06)


def test_unknown_investment_is_counted_as_such(board, projects):
    sectors = board["board_sectors"]
    assert sectors.number("information", "unknown") == sectors.number("information", "projects") == 3
    assert sectors.number("energy", "unknown") == projects.n_unknown


def test_out_of_province_share_counts_for_no_prefecture(board):
    """若羌—羚羊: 67.3 % of 31.3 亿元 lie outside."""
    assert board["board_matrix"].number("outside", "energy") == pytest.approx(31.3 * 0.673)
    assert board["board_matrix"].cell("outside", "quota") is None


def test_tiers_and_levels_hold_every_open_project(board):
    tiers = sum(board["board_tiers"].number(row, "projects") for row in board["board_tiers"].row_keys)
    levels = sum(board["board_levels"].number(row, "projects") for row in board["board_levels"].row_keys)
    assert tiers == levels
    assert board["board_levels"].cell("county", "target") == 100


def test_score_equals_the_case_worked_by_hand(projects):
    """Largest effects: clean share 4, CO2 20. Warang: 100/6·(2/4 + 10/20)/159.4 = 0.10456.

    Low: (1/4 + 8/20)·100/6 over 159.4 + 10 %; high: (3/4 + 12/20)·100/6 over 159.4 − 10 %.
    """
    first = {one.listed.project.id: one for one in rank(projects, value_table())}["warang_phs"]
    assert first.score == pytest.approx(
        (100 / 6 / 159.4, 0.65 * 100 / 6 / (159.4 * 1.1), 1.35 * 100 / 6 / (159.4 * 0.9))
    )


def test_list_is_ranked_best_first_with_the_unknown_last(projects):
    table = energy_table(projects, value_table(), "study")
    ranked = [row for row in table.rows if row.values[0] != "待定"]
    assert [row.key for row in ranked] == ["warang_phs", "nanshankou_phs", "tongde_phs", "geermu_coal"]
    assert [row.values[0] for row in ranked] == [1.0, 2.0, 3.0, 4.0]
    assert table.row("tongde_phs").values[6:9] == (0.0, 0.0, 0.0)
    assert table.cell("fourth_dc", "rank") == table.cell("fourth_dc", "investment") == "待定"
    assert table.cell("qaidam_base", "investment") == 800.0
    assert table.cell("qaidam_base", "score") == "待定"


def test_project_without_part_in_the_scenario_has_no_rank(projects):
    """A study says 零 with a state of its own for what does not count in its scenario."""
    plain = value_table()
    columns = (*plain.columns, Column("state", "说明", "State", ""))
    rows = tuple(
        replace(row, values=(*row.values, "不计入" if row.key == "warang_phs" else "参与"))
        for row in plain.rows
    )
    table = energy_table(projects, replace(plain, columns=columns, rows=rows))
    assert (table.cell("warang_phs", "rank"), table.cell("warang_phs", "state")) == (
        "待定",
        "不参与本情景调度",
    )
    assert table.cell("nanshankou_phs", "state") == "已排名"
    assert table.cell("fourth_dc", "state") == "投资待定"


def test_ranks_whose_intervals_overlap_are_left_open(projects):
    """Warang and Nanshankou overlap; the coal plant is below both."""
    table = energy_table(projects, value_table())
    assert table.row("warang_phs").values[1:3] == (1.0, 2.0)
    assert table.row("nanshankou_phs").values[1:3] == (1.0, 2.0)
    assert table.row("geermu_coal").values[1:3] == (4.0, 4.0)


def test_effects_per_money_bear_their_intervals(projects):
    table = target_table(projects, value_table())
    assert table.number("warang_phs", "co2") == pytest.approx(10 / 159.4)
    assert table.number("warang_phs", "co2_low") == pytest.approx(8 / (159.4 * 1.1))
    assert table.number("geermu_coal", "co2_low") == pytest.approx(-30 / (63.82 * 0.9))
    assert table.cell("fourth_dc", "co2") == "待定"


def test_ranks_by_single_targets_are_shown(projects):
    table = weight_table(projects, value_table())
    assert table.row("geermu_coal").values[:2] == (4.0, 4.0)
    assert table.cell("warang_phs", "co2") == 1.0


def test_without_a_study_the_list_says_that_values_are_not_computed(projects):
    table = energy_table(projects, None)
    assert "价值未计算" in table.note_zh
    assert "not computed" in table.note_en
    assert {(row.values[6], row.values[9]) for row in table.rows} == {("待定", "价值未计算")}


def test_shapley_values_go_before_take_one_out(projects, facts, tmp_path):
    better = replace(value_table("value_shapley"), rows=value_table().rows[:1])
    study = write_study(tmp_path, value_table(), better)
    table = {one.key: one for one in all_tables(projects, facts, study)}["board_energy"]
    assert [row.key for row in table.rows if row.values[0] != "待定"] == ["warang_phs"]
    assert study.folder.name in table.source_zh


def test_study_without_values_is_refused(projects, facts, tmp_path):
    with pytest.raises(RunError, match="value_shapley, value_out"):
        all_tables(projects, facts, write_study(tmp_path, list_table({})))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_page_workbook_and_tables_are_written_with_the_same_bytes_each_time(projects, facts, tmp_path, lang):
    from qhgrid.lifecycle import read_log

    lead_to(tmp_path / "log.jsonl", "in_library")
    study = write_study(tmp_path, value_table())
    tables = all_tables(projects, facts, study, read_log(tmp_path / "log.jsonl"))
    files = write_board(tmp_path / "one", tables, "2030", lang)
    again = write_board(tmp_path / "two", tables, "2030", lang)
    assert [path.read_bytes() for path in files] == [path.read_bytes() for path in again]
    page = files[0].read_text(encoding="utf-8")
    assert ("13,500" if lang == "zh" else "1,350") in page
    assert ("哇让抽水蓄能电站" if lang == "zh" else "Warang pumped storage") in page
    assert len(list((tmp_path / "one/tables").glob("*.csv"))) == len(tables)
    sheets = load_workbook(files[1]).sheetnames
    assert len(sheets) >= len(tables)


def test_page_without_a_log_says_so(projects, facts, tmp_path):
    page = write_board(tmp_path, all_tables(projects, facts), "2030", "zh")[0].read_text(encoding="utf-8")
    assert "未给流程日志" in page


def test_screen_shows_ranked_projects_alone(projects, facts, tmp_path):
    shown = {
        one.key: one
        for one in screen_tables(all_tables(projects, facts, write_study(tmp_path, value_table())))
    }
    assert shown["board_energy"].row_keys == ("warang_phs", "nanshankou_phs", "tongde_phs", "geermu_coal")
    assert "board_energy_targets" not in shown
