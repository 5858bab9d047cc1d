"""Options of a selection: read from a file or the command line, every fault told with its mend."""

from __future__ import annotations

import pytest

from qhgrid.errors import QhgridError
from qhgrid.facts import read_facts
from qhgrid.selection.wishes import (
    SelectionError,
    Wishes,
    check_wishes,
    parse_budgets,
    read_wishes,
    with_options,
)


def test_a_file_of_options_is_read(tmp_path):
    path = tmp_path / "select.yaml"
    path.write_text(
        "budget: 3000亿元\nprefectures: {haixi: 0.12万亿元}\ntiers:\n  leading: 2000亿元\nkeep: [a, b]\n"
        "assume_costs: true\ngap: 0.002\ndispatches: 30\ntargets: unserved, clean_share\n",
        encoding="utf-8",
    )
    wishes = read_wishes(path)
    assert wishes.budget == 3000e8
    assert wishes.prefectures == {"haixi": 1200e8}
    assert wishes.tiers == {"leading": 2000e8}
    assert wishes.keep == ("a", "b")
    assert wishes.targets == ("unserved", "clean_share")
    assert (wishes.assume_costs, wishes.gap, wishes.dispatches) == (True, 0.002, 30)


def test_the_command_line_goes_before_the_file():
    wishes = with_options(Wishes(budget=1.0, aim="capacity"), {"budget": "20亿元"}, "here")
    assert (wishes.budget, wishes.aim) == (20e8, "capacity")


def test_all_faults_are_told_at_once():
    options = {"bugdet": "1亿元", "budget": "30 MW", "dispatches": "many", "tiers": "3000亿元", "gap": True}
    with pytest.raises(QhgridError) as found:
        with_options(Wishes(), options, "select.yaml")
    told = str(found.value)
    assert len(found.value.faults) == 5
    assert "select.yaml: bugdet: is no option of a selection. Use some of: aim," in told
    assert "select.yaml: budget" in told
    assert "select.yaml: dispatches: 'many' is not understood. Write it like 60." in told
    assert "select.yaml: tiers: is no list of budgets. Write `haixi: 1000亿元` below it." in told


def test_no_money_is_no_budget():
    with pytest.raises(SelectionError, match=r"is not more than nothing. Give an amount such as 3000亿元"):
        with_options(Wishes(), {"budget": "0亿元"}, "here")


def test_names_that_nobody_knows_are_told():
    wishes = Wishes(
        prefectures={"haixy": 1.0}, tiers={"top": 1.0}, keep=("no_such",), aim="glory", targets=("moon",)
    )
    with pytest.raises(SelectionError) as found:
        check_wishes(wishes, read_facts())
    for words in ("keep no_such", "prefectures haixy", "tiers top", "aim glory", "targets moon"):
        assert f"{words}: is not known." in str(found.value)


def test_keeping_and_dropping_the_same_project_is_refused():
    with pytest.raises(SelectionError, match=r"keep warang_phs: is dropped as well. Keep it or drop it."):
        check_wishes(Wishes(keep=("warang_phs",), drop=("warang_phs",)), read_facts())


def test_budgets_on_the_command_line():
    assert parse_budgets(["haixi=1200亿元"], "--budget-prefecture") == {"haixi": "1200亿元"}
    with pytest.raises(
        SelectionError, match=r"--budget-tier leading: is no budget. Write --budget-tier KEY=AMOUNT"
    ):
        parse_budgets(["leading"], "--budget-tier")


@pytest.mark.parametrize("text", ["[1, 2]", "a: [", "\x00"])
def test_a_file_that_is_no_list_of_options_is_refused(tmp_path, text):
    (tmp_path / "select.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(SelectionError, match=r"select\.yaml"):
        read_wishes(tmp_path / "select.yaml")


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(SelectionError, match="Give a YAML file of options"):
        read_wishes(tmp_path / "none.yaml")
