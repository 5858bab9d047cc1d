"""Counting rules, maturity grades and the base year."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qhgrid.errors import FactsError
from qhgrid.indicators.capacity import (
    GRADES,
    RULES,
    capacity_by_technology,
    clean_capacity,
    fleet_of_base_year,
    grade_ladder,
    is_counted,
    main_body_category,
    rule_of,
    total_capacity,
)
from qhgrid.scenario.fleet import counted_fleet
from tests.indicators import systems


def counted(rows=systems.FLEET, **sections):
    """Return the counted fleet of the two-day scenario and its facts."""
    facts = systems.facts(rows)
    return counted_fleet(systems.scenario(**sections), facts), facts


def test_each_rule_adds_its_storage():
    """Generation 600 + 400 + 400 + 500 + 120 + 1 280 = 3 300; battery 200; pumped storage 300."""
    fleet = (*systems.FLEET, systems.plant("psh", "pumped_storage", "haixi", 300.0))
    plants, facts = counted(fleet)
    totals = {rule.id: total_capacity(plants, facts, rule) for rule in RULES}
    assert totals == pytest.approx(
        {
            "generation_only": 3_300,
            "with_pumped_storage": 3_600,
            "with_new_storage": 3_500,
            "with_all_storage": 3_800,
        }
    )
    clean = {rule.id: clean_capacity(plants, facts, rule) for rule in RULES}
    assert clean == pytest.approx({key: total - 500 for key, total in totals.items()})


def test_the_switches_of_the_scenario_name_one_rule():
    assert [rule_of(p, n).id for p, n in ((False, False), (True, False), (False, True), (True, True))] == [
        rule.id for rule in RULES
    ]


def test_an_unknown_technology_is_an_error_and_not_unclean():
    plants, facts = counted((*systems.FLEET, systems.plant("x", "fusion", "haixi", 1.0)))
    with pytest.raises(FactsError, match="fusion"):
        total_capacity(plants, facts, RULES[0])
    with pytest.raises(FactsError, match="fusion"):
        capacity_by_technology(plants, facts)


def test_the_ladder_climbs_from_operation_to_assumption():
    """OP 600 + 120 + 1 280 = 2 000; G5 500; G4 400 + 200; A 400; in all 3 500."""
    plants, facts = counted()
    ladder = {str(grade): (own, reached) for grade, own, reached in grade_ladder(plants, facts, RULES[-1])}
    assert ladder["OP"] == (2_000, 2_000)
    assert ladder["G5"] == (500, 2_500)
    assert ladder["G4"] == (600, 3_100)
    assert ladder["G1"] == (0, 3_100)
    assert ladder["A"] == (400, 3_500)


def test_the_base_year_knows_neither_overrides_nor_scale():
    """In service by 2025: 600 PV, 120 CSP, 1 280 hydro; twice the PV of the scenario changes nothing."""
    changed = {"grades": ["OP"], "scale": {"pv": 2.0}}
    before = fleet_of_base_year(systems.scenario(fleet=changed), systems.facts())
    assert {plant.id: plant.p_nom for plant in before} == {
        "haixi_pv": 600.0,
        "hainan_csp": 120.0,
        "longyangxia": 1280.0,
    }


def test_pumped_storage_stands_with_hydro_and_other_storage_by_itself():
    facts = systems.facts()
    kinds = ("pv", "csp", "hydro", "pumped_storage", "battery", "coal", "biomass")
    assert [main_body_category(kind, facts) for kind in kinds] == [
        "new_energy",
        "new_energy",
        "hydro",
        "hydro",
        "new_storage",
        "thermal",
        "thermal",
    ]


fleets = st.lists(
    st.tuples(
        st.sampled_from(("pv", "coal", "battery", "pumped_storage", "biomass")),
        st.floats(0.1, 1e4),
        st.sampled_from([str(grade) for grade in GRADES]),
    ),
    min_size=1,
    max_size=8,
)


def made_of(rows):
    """Return fleet rows from drawn tuples."""
    return tuple(systems.plant(f"p{i}", kind, "haixi", mw, grade) for i, (kind, mw, grade) in enumerate(rows))


@settings(max_examples=50, deadline=None)
@given(fleets)
def test_the_rules_are_ordered_on_any_fleet(rows):
    every = {"grades": [str(grade) for grade in GRADES]}
    plants, facts = counted(made_of(rows), fleet=every)
    none, pumped, new, both = (total_capacity(plants, facts, rule) for rule in RULES)
    assert none <= min(pumped, new) <= max(pumped, new) <= both
    assert all(clean_capacity(plants, facts, rule) <= total_capacity(plants, facts, rule) for rule in RULES)
    assert sum(own for _, own, _ in grade_ladder(plants, facts, RULES[-1])) == pytest.approx(both)


@settings(max_examples=50, deadline=None)
@given(fleets, st.integers(0, 7), st.integers(0, 7))
def test_raising_a_grade_never_lowers_what_counts(rows, position, to):
    """Counted are OP to G4, as in the plan: a row that rises in certainty can enter, never leave."""
    counts = {"grades": ["OP", "G5", "G4"]}
    certainty = [grade for grade in GRADES if str(grade) != "A"]
    position %= len(rows)
    kind, mw, grade = rows[position]
    raised = str(certainty[min(to, len(certainty) - 1)])
    order = ["OP", "G5", "G4", "G3", "G2", "G1", "G0", "A"]
    if order.index(raised) > order.index(grade):
        raised = grade
    higher = [*rows[:position], (kind, mw, raised), *rows[position + 1 :]]
    before, facts = counted(made_of(rows), fleet=counts)
    after, _ = counted(made_of(higher), fleet=counts)
    for rule in RULES:
        assert total_capacity(after, facts, rule) >= total_capacity(before, facts, rule) - 1e-9


def test_generation_capacity_counts_under_every_rule():
    facts = systems.facts()
    assert all(is_counted("pv", rule, facts) for rule in RULES)
