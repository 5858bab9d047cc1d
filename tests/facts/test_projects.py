"""The register of projects: what it holds, and what a slip in it is told."""

from __future__ import annotations

import pytest

from qhgrid.errors import FactsError
from qhgrid.facts import read_facts
from qhgrid.facts.rows.projects import SECTORS
from qhgrid.sourced import Confidence


def _replace(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _faults(folder):
    with pytest.raises(FactsError) as caught:
        read_facts(folder)
    return [str(fault) for fault in caught.value.faults]


def test_register_holds_at_least_sixty_projects_that_documents_name(facts):
    named = [row for row in facts.projects.values() if row.id not in ("assumed_pv_wind", "other_csp")]
    assert len(named) >= 60
    assert {row.sector for row in named} <= set(SECTORS)


def test_each_project_is_in_exactly_one_bundle(facts):
    listed = [name for bundle in facts.project_bundles.values() for name in bundle.projects]
    assert sorted(listed) == sorted(facts.projects)
    assert facts.bundle_of["geermu_coal"] == "qinggui"


def test_each_project_but_one_gives_the_words_behind_its_grade(facts):
    """The extension at Qiaotou stands in a tracker of plants, not in the plan."""
    assert [row.id for row in facts.projects.values() if not row.quote] == ["qiaotou_coal"]


def test_a_whole_element_goes_with_its_project(facts):
    assert facts.carried_by("geermu_coal") == {"fleet:geermu_coal": 1.0}
    assert set(facts.carried_by("warang_phs").values()) == {1.0}


def test_a_project_without_part_in_dispatch_carries_nothing(facts):
    for name in ("oil_gas", "nuclear", "west_route_water", "salt_lake_park"):
        assert facts.carried_by(name) == {}


def test_only_the_step_to_full_power_belongs_to_the_project_of_the_line_in_operation(facts):
    """6000 MW were reached in 2022, the rating is 8000 MW: a quarter is the project's."""
    assert facts.carried_by("qingyu_full") == {"corridor:qingyu": (8000 - 6000) / 8000}


def test_shares_of_a_class_of_demand_are_those_of_its_activities(facts):
    """Traction of 2030: 816.5, 440, 564 and 230 km at 775, 625, 525 and 625 MWh/km, 1347.6375 GWh in all."""
    total = 816.5 * 775 + 440 * 625 + 564 * 525 + 230 * 625
    assert facts.carried_by("gela_rail")["demand:traction"] == pytest.approx(564 * 525 / total, abs=1e-4)
    assert facts.carried_by("xicheng_rail")["demand:traction"] == pytest.approx(230 * 625 / total, abs=1e-4)


def test_growth_of_computing_belongs_to_the_parks_and_the_rest_to_today(facts):
    """Racks of 2025 and 2030 by prefecture, 14 235 and 16 425 kWh a rack, PUE 1.2 and 1.18."""
    shares = [
        facts.carried_by(name)["demand:computing"]
        for name in ("xining_computing", "haidong_computing", "haixi_hainan_computing")
    ]
    now, then = 120_000 * 14_235 * 1.2, 330_000 * 16_425 * 1.18
    assert sum(shares) == pytest.approx(1 - now / then, abs=2e-4)


def test_each_assumed_share_has_a_range_around_it(facts):
    for row in facts.element_shares.values():
        if row.confidence is Confidence.ASSUMED:
            assert row.low <= row.value <= row.high
            assert row.is_assumed


def test_every_investment_has_a_class_of_tolerance_and_no_other_has(facts):
    for row in facts.projects.values():
        assert bool(row.tolerance_class) == (row.value is not None), row.id


@pytest.mark.parametrize(
    ("sub_type", "sector", "other"),
    [
        ("抽水蓄能", "能源", "水利"),
        ("光热发电", "能源", "产业发展"),
        ("储热熔盐", "产业发展", "能源"),
        ("算力", "信息化", "能源"),
        ("电气化铁路", "交通运输", "能源"),
        ("光伏治沙", "能源", "生态环保"),
        ("荒漠化防治", "生态环保", "能源"),
    ],
)
def test_type_that_could_be_in_two_sectors_is_in_one(facts, tables, sub_type, sector, other):
    members = [row for row in facts.projects.values() if row.sub_type == sub_type]
    assert members
    assert {row.sector for row in members} == {sector}
    _replace(tables / "projects/projects.csv", f",{sector},{sub_type},", f",{other},{sub_type},")
    (fault,) = _faults(tables)
    assert f"{sub_type} belongs to {sector}, not {other}" in fault


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("projects.csv", ",能源,煤电,", ",电力,煤电,", "sector: '电力' is not one of"),
        ("projects.csv", "煤电,province,", "煤电,region,", "level: 'region' is not one of"),
        ("projects.csv", "煤电,province,新建", "煤电,province,修建", "nature: '修建' is not one of"),
        ("projects.csv", "haixi:0.3;outside:0.7", "haixi:0.3;outside:0.6", "add up to 0.9, not 1"),
        ("projects.csv", "haixi:0.3;outside:0.7", "haixi:0.3;abroad:0.7", "'abroad' is no prefecture"),
        ("projects.csv", ",2025,proposal,,", ",2025,proposal,bonds:1,", "'bonds' is no instrument"),
        ("projects.csv", ",2025,proposal,,", ",2025,proposal,own_funds:1.2,", "funding: adds up to 1.2"),
        ("projects.csv", ",2025,proposal,,", ",2025,,,", "tolerance_class: is empty beside an investment"),
        ("projects.csv", ",2025,proposal,,", ",2025,guess,,", "tolerance_class: 'guess' is not one of"),
        ("projects.csv", ",fleet:geermu_coal,", ",,", "elements: is empty"),
        ("projects.csv", "B57,qaidam_base", "B57,nobody", "part_of: 'nobody' is not in the register"),
        ("element_shares.csv", ",0.25,1,0,0.25,", ",1.25,1,0,1.25,", "1.25 is no share"),
        ("element_shares.csv", "corridor:qingyu,", "corridor:fourth,", "does not name corridor:fourth"),
        ("element_shares.csv", ",gela_rail,", ",gela_train,", "'gela_train' is not in projects.csv"),
        ("qinggui.yaml", "  - geermu_coal\n", "", "geermu_coal: id: is in no bundle"),
        ("qinggui.yaml", "- geermu_coal", "- ganhe_coal", "ganhe_coal: is in 2 bundles"),
        ("qinggui.yaml", "- geermu_coal", "- coal", "'coal' is not in the register"),
        ("qinggui.yaml", "held_by: qaidam_base", "held_by: warang_phs", "held_by 'warang_phs' is not in"),
        ("qinggui.yaml", "1924万千瓦", "1924亿元", "capacity: '1924亿元' is a money, a power is needed"),
        ("qinggui.yaml", "capacity:", "size:", "size: is no key of a bundle"),
        ("qinggui.yaml", "confidence: published", "confidence: sure", "confidence: is not a confidence"),
        ("qinggui.yaml", "projects:", "projects: [", "is not YAML in UTF-8"),
        ("ecology.yaml", "  - desertification_control\n", "", "projects: is missing"),
        ("ecology.yaml", "  en:", "  fr:", "name: is not given as zh and en"),
        ("ecology.yaml", "  - desertification_control", "  one: two", "projects: is not a list of ids"),
    ],
)
def test_slip_in_the_register_is_told_with_its_place(tables, file, old, new, message):
    _replace(tables / "projects" / file, old, new)
    assert any(message in fault for fault in _faults(tables)), _faults(tables)


def test_bundle_without_keys_is_told(tables):
    (tables / "projects/ecology.yaml").write_text("just words\n", encoding="utf-8")
    assert any("ecology.yaml: holds no keys" in fault for fault in _faults(tables))


def test_checksums_change_with_a_bundle(tables, facts):
    _replace(tables / "projects/qinggui.yaml", "其投资已含", "它的投资已含")
    changed = read_facts(tables).checksums()
    assert {name for name, sum_ in changed.items() if facts.checksums()[name] != sum_} == {
        "projects/qinggui.yaml"
    }
