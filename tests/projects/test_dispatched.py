"""What the elements of projects did in a run adds up to what the run says."""

from __future__ import annotations

from collections import Counter

import pytest

from qhgrid.facts import read_facts
from qhgrid.indicators.tables import Table
from qhgrid.projects import element_uses, project_list, stated_table
from qhgrid.scenario import check_scenario
from tests.conftest import ONE_DAY


@pytest.fixture(scope="module")
def facts():
    return read_facts()


@pytest.fixture(scope="module")
def scenario(facts):
    return check_scenario("2030-plan", ONE_DAY, facts).scenario


@pytest.fixture(scope="module")
def uses(short_run, scenario, facts):
    return element_uses(short_run.results(), scenario, facts)


@pytest.fixture(scope="module")
def tables(short_run):
    return {table["key"]: Table.from_json(table) for table in short_run.figures()["tables"]}


def figure(run, key):
    return next(one["value"] for one in run.figures()["figures"] if one["key"] == key)


@pytest.mark.parametrize("technology", ["pv", "wind", "csp", "hydro", "coal", "gas"])
def test_plants_add_up_to_their_technology(short_run, uses, facts, technology):
    made = Counter()
    for element, use in uses.items():
        kind, _, name = element.partition(":")
        if kind == "fleet" and use.output_mw is not None:
            made[facts.fleet[name].technology] += use.output_mw.sum()
        elif kind in ("hydro", "hydro_uprate"):
            made["hydro"] += use.output_mw.sum()
    assert made[technology] / 1e5 == pytest.approx(
        figure(short_run, f"generation.{technology}"), rel=1e-9, abs=1e-9
    )


def test_storage_adds_up(short_run, uses):
    stores = [use for use in uses.values() if use.discharge_mw is not None]
    for name in ("charge", "discharge"):
        total = sum(getattr(use, f"{name}_mw").sum() for use in stores) / 1e5
        assert total == pytest.approx(figure(short_run, f"storage.{name}"), rel=1e-9)


def test_corridor_gives_a_project_the_share_that_it_carries(tables, facts):
    share = facts.carried_by("qingyu_full")["corridor:qingyu"]
    whole = tables["corridors"].number("qingyu", "received")
    assert share == 0.25
    assert tables["project_dispatch"].number("qingyu_full", "output") == pytest.approx(share * whole)
    assert tables["project_elements"].number("qingyu_full.corridor.qingyu", "share") == 25.0


def test_months_add_up_to_the_whole(tables):
    months = tables["project_monthly"]
    for row in months.rows:
        done = tables["project_dispatch"].row(row.key)
        energy = done.values[1] if done.values[1] is not None else done.values[4]
        assert sum(row.values) == pytest.approx(energy)


def test_element_that_does_not_count_did_nothing(tables):
    row = tables["project_elements"].row("cihaxia_hydro.hydro.cihaxia")
    assert row.values[-7:] == (None,) * 7
    assert not tables["project_dispatch"].row_keys.count("cihaxia_hydro")


def test_register_states_shares_that_add_up_and_the_range_of_the_estimate(facts, scenario):
    table = stated_table(project_list(facts, scenario), facts)
    places = [key for key in table.column_keys if key.startswith("share_")]
    assert len(places) == 9
    for row in table.row_keys:
        assert sum(table.number(row, place) for place in places) == pytest.approx(100.0)
    assert table.number("warang_phs", "investment_low") == pytest.approx(159.4 * 0.9)
    assert table.cell("qinggui_dc", "investment_low") is None
    assert table.cell("qinggui_dc", "price_year") is None
