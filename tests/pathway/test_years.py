"""The scenario of a single year: what stands, what is asked for."""

from __future__ import annotations

from datetime import date

import pytest

from qhgrid.errors import ScenarioError
from qhgrid.facts import read_facts
from qhgrid.pathway.years import bend, parse_years, scenario_of_year
from qhgrid.scenario import Scenario, check_scenario
from qhgrid.scenario.fleet import counted_fleet
from qhgrid.scenario.rules import find_faults

FACTS = read_facts()


def plan(*overrides: str) -> Scenario:
    return check_scenario("2030-plan", overrides, FACTS).scenario


def energy_of(scenario: Scenario) -> float:
    assert scenario.demand.energy is not None
    return scenario.demand.energy


def test_years_are_read_as_spans_and_single_years() -> None:
    assert parse_years("2025-2027, 2030") == (2025, 2026, 2027, 2030)
    assert parse_years("2030") == (2030,)


@pytest.mark.parametrize("text", ["", "next year", "2030-2028", "2024-2030", "2030-2036", "20255"])
def test_years_that_make_no_sense_are_refused_with_a_mend(text: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_years(text)
    assert caught.value.faults[0].mend


def test_the_year_of_the_scenario_is_the_scenario_itself_but_for_its_name() -> None:
    scenario = plan()
    own = scenario_of_year(scenario, 2030, FACTS)
    assert own.demand == scenario.demand
    assert own.corridors == scenario.corridors
    assert own.ties == scenario.ties
    assert counted_fleet(own, FACTS) == counted_fleet(scenario, FACTS)


def test_nothing_counts_before_its_year_of_service() -> None:
    for year in range(2025, 2031):
        own = scenario_of_year(plan(), year, FACTS)
        for id, corridor in own.corridors.items():
            assert corridor.in_service == (FACTS.corridors[id].in_service_year <= year)
        assert own.ties["xinjiang"].in_service == (year >= 2027)


def test_what_the_scenario_leaves_out_stays_out_in_every_year() -> None:
    scenario = plan("corridors.qinggui.in_service=false")
    assert not any(
        scenario_of_year(scenario, year, FACTS).corridors["qinggui"].in_service for year in range(2025, 2031)
    )


def test_capacity_never_shrinks_on_the_way_to_the_plan() -> None:
    totals = [
        sum(plant.p_nom for plant in counted_fleet(scenario_of_year(plan(), year, FACTS), FACTS))
        for year in range(2025, 2031)
    ]
    assert totals == sorted(totals)
    assert totals[0] == pytest.approx(79_000, abs=1.0)
    assert totals[-1] == pytest.approx(165_000, abs=1.0)


def test_demand_is_bent_towards_the_energy_of_the_scenario() -> None:
    scenario = plan("demand.energy=1600亿千瓦时")
    path = FACTS.demand_energy(2030, "central")
    assert path is not None
    assert bend(scenario, 2025, FACTS) == 1.0
    assert bend(scenario, 2030, FACTS) == pytest.approx(160e6 / path)
    assert bend(scenario, 2035, FACTS) == bend(scenario, 2030, FACTS)
    assert energy_of(scenario_of_year(scenario, 2030, FACTS)) == pytest.approx(160e6)
    rising = [energy_of(scenario_of_year(scenario, year, FACTS)) for year in range(2025, 2031)]
    assert rising == sorted(rising)


def test_more_of_a_class_grows_in_on_the_way() -> None:
    scenario = plan("demand.extra.computing=60亿千瓦时")
    more = [scenario_of_year(scenario, year, FACTS).demand.extra for year in (2025, 2028, 2030)]
    assert [next(iter(one.values())) for one in more] == pytest.approx([0.0, 3.6e6, 6e6])


def test_the_days_are_kept_and_a_leap_day_finds_its_neighbour() -> None:
    scenario = plan("horizon.start=2030-02-27", "horizon.end=2030-03-01")
    own = scenario_of_year(scenario, 2028, FACTS)
    assert (own.horizon.start, own.horizon.end) == (date(2028, 2, 27), date(2028, 3, 1))
    changes = (
        "year=2028",
        "horizon.start=2028-02-29",
        "horizon.end=2028-02-29",
        "demand.energy=1300亿千瓦时",
        "assumptions.demand.energy.low=1200",
        "corridors.qinggui.in_service=false",
        "corridors.qingyue.in_service=false",
    )
    leap = plan(*changes)
    assert scenario_of_year(leap, 2027, FACTS).horizon.start == date(2027, 2, 28)


@pytest.mark.parametrize("year", range(2025, 2036))
def test_every_year_of_the_plan_obeys_the_planning_rules(year: int) -> None:
    from qhgrid.scenario.marks import Marks
    from qhgrid.scenario.tree import Branch, Place

    own = scenario_of_year(plan(), year, FACTS)
    assert not find_faults(own, FACTS, Marks(Branch({}, {}, Place("", 0))))
