"""The rule file, and the evidence that qhgrid computes itself."""

from __future__ import annotations

import pytest

from qhgrid.errors import LifecycleError
from qhgrid.facts import read_facts
from qhgrid.lifecycle import compute, read_rules, shipped_rules
from tests.lifecycle.studies import finance_table, list_table, value_table, write_study


@pytest.fixture(scope="module")
def facts():
    return read_facts()


def test_shipped_rules_hold_the_criteria_of_the_action_plan():
    """A52: policy, plans, funding, standards; six standards are named."""
    names = [item.name for item in read_rules().items]
    assert {name.split(".")[0] for name in names} == {"K1", "K2", "K3", "K4"}
    assert {"K4.social_stability", "K4.environment", "K4.safety", "K4.energy_saving", "K4.technology"} <= set(
        names
    )
    assert [item.test for item in read_rules().items if item.test] == [
        "contribution", "quote", "debt_cover", "co2",
    ]  # fmt: skip


def test_rules_can_be_replaced_by_a_file_of_ones_own(tmp_path):
    path = tmp_path / "rules.yaml"
    path.write_text(
        "gates: {K1: {zh: 政策, en: policy, items: {fit: {zh: 符合, en: fits, by: attached}}}}\n",
        encoding="utf-8",
    )
    rules = read_rules(path)
    assert [item.name for item in rules.items] == ["K1.fit"]
    assert rules.sha256 != read_rules().sha256


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("by: attached}", "by: hearsay}", "by: 'hearsay' is unknown"),
        ("test: quote", "test: oracle", "test: 'oracle' does not fit by: computed"),
        ("by: computed, test: quote", "by: attached, test: quote", "test: 'quote' does not fit by: attached"),
        ("least: 1", "least: one", "does not give least, zh and en"),
        ("  proposed:", "  nowhere:", "needs.nowhere: is no state"),
        ("zh: 安全, en: safety, by: attached", "zh: 安全", "K4.safety: does not give zh, en and by"),
        ("    items:\n      social", "    itens:\n      social", "K4: has no items"),
        ("gates:", "doors:", "has no gates"),
        ("needs:", "needs: [", "cannot be read as rules"),
    ],
)
def test_slip_in_a_rule_file_is_told(tmp_path, old, new, message):
    text = shipped_rules().read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "rules.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(LifecycleError) as caught:
        read_rules(path)
    assert message in str(caught.value)


def test_missing_rule_file_is_told(tmp_path):
    with pytest.raises(LifecycleError, match="cannot be read as rules"):
        read_rules(tmp_path / "none.yaml")


def test_quote_is_found_in_the_plan_or_left_open(facts):
    assert compute("warang_phs", facts)["quote"].passed is True
    assert "[B59]" in compute("warang_phs", facts)["quote"].words_zh
    assert compute("qiaotou_coal", facts)["quote"].passed is None


def test_nothing_but_the_quote_is_computed_without_a_study(facts):
    found = compute("warang_phs", facts)
    assert [test for test, result in found.items() if result.passed is not None] == ["quote"]
    assert all(result.words_zh and result.words_en for result in found.values())


@pytest.mark.parametrize(
    ("project", "contribution", "co2"),
    [
        ("warang_phs", True, True),
        ("nanshankou_phs", True, None),
        ("geermu_coal", False, False),
        ("fourth_dc", None, None),
        ("tongde_phs", None, True),
    ],
)
def test_settled_signs_decide_and_unsettled_ones_leave_it_open(facts, tmp_path, project, contribution, co2):
    found = compute(project, facts, value=write_study(tmp_path, value_table()))
    assert found["contribution"].passed is contribution
    assert found["co2"].passed is co2
    assert "value_out" in found["contribution"].words_zh


def test_project_outside_a_study_is_left_open(facts, tmp_path):
    found = compute("vpp", facts, value=write_study(tmp_path, value_table()))
    assert found["contribution"].passed is None


def test_capacity_that_a_run_counts_is_a_contribution(facts, tmp_path):
    run = write_study(tmp_path, list_table({"warang_phs": 140.0, "vpp": 0.0}), kind="")
    assert compute("warang_phs", facts, run)["contribution"].passed is True
    assert compute("warang_phs", facts, run)["contribution"].sources[0].sha256 == run.manifest.inputs.sha256
    assert compute("vpp", facts, run)["contribution"].passed is None


@pytest.mark.parametrize(
    ("project", "passed"),
    [("warang_phs", True), ("nanshankou_phs", False), ("geermu_coal", None), ("vpp", None)],
)
def test_debt_cover_below_1_fails(facts, tmp_path, project, passed):
    study = write_study(tmp_path, finance_table(), kind="finance")
    assert compute(project, facts, finance=study)["debt_cover"].passed is passed
