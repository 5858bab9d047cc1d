"""What a project costs to build: published, shared among its parts, or capacity times unit cost."""

from dataclasses import replace

import numpy as np
import pytest

from qhgrid.facts import read_facts
from qhgrid.finance.estimate import estimate_investment
from qhgrid.finance.parameters import Parameters
from qhgrid.projects import project_list
from qhgrid.scenario import read_scenario
from tests.finance.test_income import piece

FACTS = read_facts()
SCENARIO = read_scenario("2030-plan", facts=FACTS).scenario
LISTED = {row.project.id: row for row in project_list(FACTS, SCENARIO).projects}


def estimate(project, *pieces, everything=None):
    """Return the estimate of a project of the register for some pieces."""
    others = FACTS.projects.values() if everything is None else everything
    return estimate_investment(project, pieces, others, SCENARIO, Parameters(FACTS))


def test_an_unknown_investment_is_capacity_times_unit_cost_with_its_range():
    """100 MW of CSP at 15529 CNY/kW, between 13500 and 15800."""
    unit = piece("csp", (1.0, 0.0, 0.0), element="fleet:csp_ctg_golmud", capacity_mw=100.0)
    found = estimate(LISTED["sanxia_csp"], unit)
    assert found.value_cny == pytest.approx(1.5529e9)
    assert (found.low, found.high) == pytest.approx((13500 / 15529, 15800 / 15529))
    assert found.is_assumed


def test_a_published_investment_has_the_tolerance_of_its_stage():
    unit = piece("csp", (1.0, 0.0, 0.0), element="fleet:csp_wutumeiren", capacity_mw=350.0)
    found = estimate(LISTED["wutumeiren_csp"], unit)
    assert found.value_cny == pytest.approx(54.35e8)
    assert (found.low, found.high) == pytest.approx((0.9, 1.1))
    assert not found.is_assumed


def test_half_of_a_plant_costs_half():
    """哇让 is 159.4亿 for two halves of which the run counts one."""
    unit = piece("pumped_storage", (1.0, 0.0, 0.0), element="fleet:warang_1", capacity_mw=1400.0)
    found = estimate(LISTED["warang_phs"], unit)
    assert found.value_cny == pytest.approx(159.4e8 / 2.0)
    assert found.is_assumed


def test_a_part_with_a_row_of_its_own_is_taken_off_the_whole():
    """The 800亿 of the Qaidam base hold the 63.82亿 of its coal plant."""
    base = LISTED["qaidam_base"]
    units = [
        piece("pv", (1.0, 0.0, 0.0), element=element, capacity_mw=1.0) for element in base.project.elements
    ]
    assert estimate(base, *units).value_cny == pytest.approx(800e8 - 63.82e8)


def test_parts_share_a_published_investment_by_their_unit_costs():
    """100 MW of PV at 3000 and 100 MW of wind at 4500 CNY/kW share 75亿 as 30 and 45."""
    project = replace(FACTS.projects["wutumeiren_csp"], value=75e8, elements=("fleet:a", "fleet:b"))
    listed = replace(LISTED["wutumeiren_csp"], project=project)
    units = (
        piece("pv", (1.0, 0.0, 0.0), element="fleet:a", capacity_mw=100.0),
        piece("wind", (1.0, 0.0, 0.0), element="fleet:b", capacity_mw=100.0),
    )
    found = estimate(listed, *units, everything=())
    assert found.amounts == pytest.approx({"pv": 30e8, "wind": 45e8})


def test_batteries_cost_by_the_energy_they_hold():
    """10 MW for 4 h at 0.55 元/Wh are 22 million."""
    unit = piece("battery", (1.0, 0.0, 0.0), element="fleet:a_battery_tala", storage_mwh=40.0)
    assert estimate(LISTED["grid_storage"], unit).value_cny == pytest.approx(22e6)


def test_without_a_unit_cost_there_is_no_estimate():
    unit = piece("laes", (1.0, 0.0, 0.0), element="fleet:laes_golmud", capacity_mw=60.0)
    assert estimate(LISTED["laes_geermu"], unit) is None


def test_a_line_of_the_corridor_table_gives_its_own_investment():
    """青豫 as built: 223亿."""
    unit = piece("corridor", np.ones(3), element="corridor:qingyu", capacity_mw=8000.0)
    listed = replace(LISTED["qingyu_full"], tolerance=0.0)
    project = replace(listed.project, elements=("corridor:qingyu",), id="whole_line")
    assert estimate(replace(listed, project=project), unit).value_cny == pytest.approx(223e8)
