"""The project list against the plan, the campaign's totals and hand-made registers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qhgrid.facts import read_facts
from qhgrid.facts.rows import PREFECTURES
from qhgrid.projects import find_in_list, project_list, project_tables, tier_of
from qhgrid.projects.checks import known_elements
from qhgrid.projects.register import Tier
from qhgrid.scenario import read_scenario


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
def tables(projects, scenario, facts):
    return {table.key: table for table in project_tables(projects, scenario, facts)}


def with_projects(facts, **changes):
    """Return facts whose projects named in `changes` have other values."""
    rows = {name: replace(row, **changes.get(name, {})) for name, row in facts.projects.items()}
    return replace(facts, projects=rows)


@pytest.mark.parametrize(
    ("hundred_million", "tier"),
    [
        (100, Tier.LEADING),
        (99.99, Tier.DEMONSTRATION),
        (10, Tier.DEMONSTRATION),
        (9.99, Tier.SUPPORTING),
        (1, Tier.SUPPORTING),
        (0.99, Tier.BELOW),
    ],
)
def test_tier_changes_at_100_10_and_1(hundred_million, tier):
    assert tier_of(hundred_million * 1e8) is tier


def test_unknown_investment_has_no_tier():
    assert tier_of(None) is Tier.UNKNOWN


def test_register_holds_every_project_that_the_plan_names(facts):
    keys = [row.register_key for row in facts.projects.values()]
    assert [key for key in keys if key.startswith("R")] == [f"R{number:02d}" for number in range(1, 39)]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("number", range(38))
def test_each_project_of_the_plan_is_justified_by_its_words(facts, number):
    row = list(facts.projects.values())[number]
    assert row.quote
    assert row.plan_line[0] in "AB"


def test_verb_gives_the_grade(facts):
    """建成 is G5, 开工建设 G3, 适时推进 G2, 谋划 G1; 打造 and 优化 are ambiguous."""
    grade = {name: (row.grade, row.grade_is_ambiguous) for name, row in facts.projects.items()}
    assert grade["qinggui_dc"] == grade["geermu_coal"] == ("G5", False)
    assert grade["cihaxia_hydro"] == ("G3", False)
    assert grade["longyangxia_uprate"] == ("G2", False)
    assert grade["fourth_dc"] == ("G1", False)
    assert grade["csp_cluster"] == grade["rings_750"] == ("G2", True)


def test_known_investment_is_the_sum_of_the_published_figures(projects):
    """800 + 730 + 31.3 + 159.4 + 170.9 + 170.3 + 52.27 + 54.35 + 61.54 = 2230.06 (63.82 is in 800)."""
    assert projects.investment_cny == pytest.approx(2230.06e8, rel=1e-12)


def test_investment_ranges_follow_the_class_of_the_estimate(projects):
    """A base at proposal stage ±30 %, an approved station ±10 %; what is unknown has no range."""
    ranges = {item.project.id: item.investment_range_cny for item in projects.projects}
    assert ranges["qaidam_base"] == pytest.approx((560e8, 1040e8))
    assert ranges["warang_phs"] == pytest.approx((143.46e8, 175.34e8))
    assert ranges["qinggui_dc"] is None


def test_golmud_coal_is_counted_once(projects):
    listed = {item.project.id: item for item in projects.projects}
    assert listed["geermu_coal"].project.part_of == "qaidam_base"
    assert listed["geermu_coal"].investment_cny == 0
    assert listed["geermu_coal"].counted_mw == 1320
    assert listed["qaidam_base"].investment_cny == 800e8
    assert "fleet:geermu_coal" not in listed["qaidam_base"].project.elements


def test_base_adds_up_to_its_published_capacity(projects):
    """青桂: 19,240 MW with 1,320 MW at Golmud; 青粤: 19,440 MW with 2,640 MW at Ganhe."""
    registered = {item.project.id: item.p_nom_mw for item in projects.projects}
    assert registered["qaidam_base"] + registered["geermu_coal"] == pytest.approx(19_240)
    assert registered["hainan_base"] + registered["ganhe_coal"] == pytest.approx(19_440)


def test_projects_of_grade_3_and_below_give_no_capacity_in_2030(projects):
    for item in projects.projects:
        if item.project.grade in ("G3", "G1"):
            assert item.counted_mw == 0, item.project.id


def test_capacity_of_the_scenario_beyond_today_is_carried_once_by_the_list(projects, scenario, facts):
    assert [finding.kind for finding in find_in_list(projects, scenario, facts)] == []


def test_element_in_two_projects_is_found(facts, scenario):
    twice = with_projects(facts, qaidam_base={"elements": ("fleet:geermu_coal",)})
    kinds = {(f.kind, f.subject) for f in find_in_list(project_list(twice, scenario), scenario, twice)}
    assert ("double", "fleet:geermu_coal") in kinds


def test_capacity_without_a_project_is_found(facts, scenario):
    lost = with_projects(facts, geermu_coal={"elements": ()})
    findings = find_in_list(project_list(lost, scenario), scenario, lost)
    assert [(f.kind, f.subject) for f in findings] == [("orphan", "geermu_coal"), ("bundle", "qinggui")]
    assert "1320 MW" in findings[0].text_zh


def test_shares_of_an_element_beyond_the_whole_are_found(facts, scenario):
    more = {name: replace(row, value=0.5) for name, row in facts.element_shares.items()}
    findings = find_in_list(project_list(facts, scenario), scenario, replace(facts, element_shares=more))
    assert ("double", "demand:computing") in {(f.kind, f.subject) for f in findings}


def test_capacity_carried_in_part_is_found(facts, scenario):
    shares = facts.element_shares | {
        "x": replace(
            facts.element_shares["qingyu_full.qingyu"],
            project="qinggui_dc",
            element="corridor:qinggui",
            value=0.4,
        )
    }
    less = replace(facts, element_shares=shares)
    findings = find_in_list(project_list(less, scenario), scenario, less)
    assert [(f.kind, f.subject) for f in findings] == [("partial", "qinggui")]
    assert "40%" in findings[0].text_zh


@pytest.mark.parametrize(
    ("project", "subject"),
    [
        ("qinggui_dc", "qinggui"),
        ("stations_three", "songrugou-chaidamu"),
        ("ruoqiang_lingyang", "xinjiang"),
    ],
)
def test_corridor_line_or_tie_without_a_project_is_found(facts, scenario, project, subject):
    lost = with_projects(facts, **{project: {"elements": ()}})
    findings = find_in_list(project_list(lost, scenario), scenario, lost)
    assert ("orphan", subject) in {(f.kind, f.subject) for f in findings}


def test_project_whose_grade_is_not_that_of_its_plant_is_found(facts, scenario):
    wrong = with_projects(facts, warang_phs={"grade": "G1"})
    findings = find_in_list(project_list(wrong, scenario), scenario, wrong)
    assert {(f.kind, f.subject) for f in findings} == {("grade", "warang_phs")}


def test_coal_of_the_base_counted_beside_the_base_is_found(facts, scenario):
    """800 + 63.82 亿元 is more than the 800 published for the whole."""
    twice = with_projects(facts, geermu_coal={"part_of": ""})
    findings = find_in_list(project_list(twice, scenario), scenario, twice)
    assert [(f.kind, f.subject) for f in findings] == [("bundle", "qinggui")]
    assert "863.82" in findings[0].text_zh


def test_unknown_element_is_found(facts, scenario, projects):
    wrong = with_projects(facts, vpp={"elements": ("fleet:nowhere",)})
    row = next(item for item in projects.projects if item.project.id == "vpp")
    listed = replace(row, project=wrong.projects["vpp"])
    broken = replace(projects, projects=(*(p for p in projects.projects if p != row), listed))
    assert [(f.kind, f.subject) for f in find_in_list(broken, scenario, wrong)] == [
        ("unknown_element", "vpp")
    ]


def test_missing_parent_and_bad_shares_are_found(facts, scenario):
    wrong = with_projects(
        facts, ganhe_coal={"part_of": "nobody"}, warang_phs={"prefecture_shares": {"hainan": 0.9}}
    )
    findings = find_in_list(project_list(wrong, scenario), scenario, wrong)
    assert {(f.kind, f.subject) for f in findings} == {
        ("missing_parent", "ganhe_coal"),
        ("share", "warang_phs"),
    }


def test_uprates_and_demand_classes_are_known_elements(facts):
    known = known_elements(facts)
    assert {"hydro_uprate:longyangxia", "demand:computing", "corridor:fourth", "tie:xinjiang"} <= known
    assert "hydro_uprate:laxiwa" not in known


def test_uprate_counts_once_the_scenario_counts_its_grade(facts):
    scenario = read_scenario("2030-plan", ["fleet.grades=[OP, G5, G4, G2, A]"]).scenario
    listed = {item.project.id: item for item in project_list(facts, scenario).projects}
    uprate = facts.hydro_plants["longyangxia"]
    assert listed["longyangxia_uprate"].p_nom_mw == uprate.uprate_mw > 0
    expected = uprate.uprate_mw if uprate.in_service_year <= 2030 else 0
    assert listed["longyangxia_uprate"].counted_mw == expected


def test_corridor_counts_only_when_the_scenario_runs_it(facts):
    none = read_scenario("2030-no-new-corridors").scenario
    listed = {item.project.id: item for item in project_list(facts, none).projects}
    assert listed["qinggui_dc"].counted_mw == 0
    assert listed["qingyu_full"].counted_mw == 2000  # a quarter: 6000 MW stood before


def test_prefecture_column_adds_up_to_the_total(tables, projects):
    table = tables["project_prefectures"]
    parts = sum(table.number(name, "investment") for name in (*PREFECTURES, "outside"))
    assert parts == pytest.approx(table.number("sum", "investment"), rel=1e-12)
    assert parts == pytest.approx(projects.investment_cny / 1e8, rel=1e-12)


def test_quotas_are_those_of_the_campaign(tables):
    """2500 + 3 × 2000 + 2 × 1500 + 2 × 1000 = 13,500 亿元."""
    assert tables["project_prefectures"].number("sum", "quota") == 13_500


@pytest.mark.parametrize("key", ["project_tiers", "project_grades"])
@pytest.mark.parametrize("column", ["projects", "investment", "registered", "counted"])
def test_groups_add_up(tables, key, column):
    table = tables[key]
    parts = sum(table.number(row, column) for row in table.row_keys if row != "sum")
    assert parts == pytest.approx(table.number("sum", column), rel=1e-12)


def test_total_stands_against_5000(tables, projects):
    table = tables["project_total"]
    assert table.number("target", "value") == 5000
    assert table.number("known", "value") + table.number("gap", "value") == pytest.approx(5000)
    assert table.number("unknown", "value") == projects.n_unknown > 20


def test_tables_survive_json(tables):
    for table in tables.values():
        assert type(table).from_json(table.to_json()) == table
