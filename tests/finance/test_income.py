"""What pieces earn and cost, worked out by hand over three hours."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from qhgrid.facts import read_facts
from qhgrid.finance.claims import CCER, CERTIFICATE, Claims
from qhgrid.finance.income import income_of, prices_of
from qhgrid.finance.parameters import Options, Parameters
from qhgrid.finance.reading import Piece, Reading
from qhgrid.scenario import read_scenario

FACTS = read_facts()
SCENARIO = read_scenario("2030-plan", facts=FACTS).scenario
HOURS = xr.Dataset({"snapshot_weighting_generators": ("snapshot", np.ones(3))})
READING = Reading(HOURS, SCENARIO, FACTS)


def piece(technology, given, taken=(0.0, 0.0, 0.0), **changes):
    """Return a piece of three hours at prices of 100, 300 and 200 CNY/MWh."""
    price = np.array([100.0, 300.0, 200.0])
    plain = Piece(
        element=f"fleet:{technology}",
        technology=technology,
        name_zh=technology,
        capacity_mw=10.0,
        given_mw=np.array(given, dtype=float),
        taken_mw=np.array(taken, dtype=float),
        burnt_mw=np.array(given, dtype=float),
        price_given=price,
        price_taken=price,
    )
    return replace(plain, **changes)


def income(*pieces, price="market", years=2, reading=READING, claims=None):
    """Return the income of some pieces and the ledger of claims."""
    ledger = Claims() if claims is None else claims
    parameters = Parameters(FACTS, Options(price=price))
    elements = frozenset(one.element for one in pieces)
    return income_of(pieces, reading, parameters, years, ledger, elements), ledger


def test_pv_sells_at_the_marginal_price_and_fades():
    """10 MWh at 100 and 5 at 200 are 15 MWh for 2000, and half a percent less in the second year."""
    found, _ = income(piece("pv", (10.0, 0.0, 5.0)))
    assert found.energy_mwh == pytest.approx([15.0, 14.925])
    assert found.revenues_cny["energy"] == pytest.approx([2000.0, 1990.0])


def test_pv_sells_certificates_for_every_mwh_once():
    found, ledger = income(piece("pv", (10.0, 0.0, 5.0)))
    assert found.revenues_cny["certificate"] == pytest.approx([15.0 * 5.0, 14.925 * 5.0])
    assert ledger.claimed("fleet:pv", CERTIFICATE) == pytest.approx(found.energy_mwh)
    assert "ccer" not in found.revenues_cny


def test_csp_sells_ccer_for_ten_years_and_certificates_after():
    """44 CNY/MWh of CCER (80 CNY/t, 0.55 t/MWh) is more than 5 of a certificate; never both."""
    found, ledger = income(piece("csp", (10.0, 0.0, 5.0)), years=12)
    assert found.revenues_cny["ccer"] == pytest.approx([15.0 * 44.0] * 10 + [0.0, 0.0])
    assert found.revenues_cny["certificate"] == pytest.approx([0.0] * 10 + [75.0, 75.0])
    both = ledger.claimed("fleet:csp", CCER) * ledger.claimed("fleet:csp", CERTIFICATE)
    assert not both.any()


def test_storage_buys_low_and_sells_high():
    """5 MWh bought at 100, 4 sold at 300."""
    found, _ = income(piece("battery", (0.0, 4.0, 0.0), (5.0, 0.0, 0.0)))
    assert found.revenues_cny["energy"] == pytest.approx([1200.0, 1200.0])
    assert found.costs_cny["charging"] == pytest.approx([500.0, 500.0])
    assert found.energy_mwh == pytest.approx([4.0, 4.0])


def test_storage_of_a_base_shifts_the_power_of_the_base_and_buys_none():
    """10 MWh of wind at 100, of which 5 are stored and come back as 4 at 300: 1000 - 500 + 1200."""
    found, _ = income(piece("wind", (10.0, 0.0, 0.0)), piece("battery", (0.0, 4.0, 0.0), (5.0, 0.0, 0.0)))
    assert found.revenues_cny["energy"] == pytest.approx([1700.0, 1700.0])
    assert found.energy_mwh == pytest.approx([9.0, 9.0])
    assert "charging" not in found.costs_cny


def test_coal_burns_at_the_prices_of_the_run_and_is_paid_for_capacity():
    """10 MWh at 300 gce/kWh burn 3 tce: 2700 of fuel, 7.98 t of CO2 at 75 of which a tenth is paid."""
    found, ledger = income(piece("coal", (10.0, 0.0, 0.0), heat_rate=300.0))
    assert found.costs_cny["fuel"] == pytest.approx([2700.0] * 2)
    assert found.costs_cny["carbon"] == pytest.approx([7.98 * 75.0 * 0.1] * 2)
    assert found.co2_t == pytest.approx([7.98] * 2)
    assert found.revenues_cny["capacity"] == pytest.approx([165.0 * 10000.0] * 2)
    assert not ledger.made_mwh


@pytest.mark.parametrize("price", ["market", "contract"])
def test_a_corridor_earns_its_fee_on_what_arrives(price):
    """94 MWh of 100 arrive; 70 CNY each."""
    line = piece("corridor", (94.0, 0.0, 0.0), (100.0, 0.0, 0.0))
    found, _ = income(line, price=price)
    assert found.revenues_cny == {"energy": pytest.approx([94.0 * 70.0] * 2)}
    assert found.energy_mwh == pytest.approx([94.0] * 2)


@pytest.mark.parametrize(
    ("technology", "tariff"),
    [("pv", 227.7), ("wind", 227.7), ("csp", 550.0), ("hydro", 240.0), ("coal", 324.7)],
)
def test_a_contract_pays_the_benchmark_price_and_takes_the_green(technology, tariff):
    found, ledger = income(piece(technology, (10.0, 0.0, 0.0)), price="contract")
    assert found.revenues_cny["energy"][0] == pytest.approx(10.0 * tariff)
    assert not {"certificate", "ccer"} & set(found.revenues_cny)
    assert not ledger.claimed_mwh


def test_a_base_is_paid_the_landing_price_less_fee_and_losses():
    """(300 - 70) * (1 - 6 %) = 216.2 CNY/MWh at the sending end of 青桂."""
    found, _ = income(piece("pv", (10.0, 0.0, 0.0), corridor="qinggui"), price="contract")
    assert found.revenues_cny["energy"][0] == pytest.approx(2162.0)


def test_pumping_costs_three_quarters_of_the_selling_price_under_contract():
    """4 MWh sold at 324.7, 5 bought at 0.75 of it."""
    found, _ = income(piece("pumped_storage", (0.0, 4.0, 0.0), (5.0, 0.0, 0.0)), price="contract")
    assert found.revenues_cny["energy"][0] == pytest.approx(4.0 * 324.7)
    assert found.costs_cny["charging"][0] == pytest.approx(5.0 * 324.7 * 0.75)
    assert found.revenues_cny["capacity"][0] == pytest.approx(500.0 * 10000.0)


def test_batteries_keep_the_spread_under_contract():
    unit = piece("battery", (0.0, 4.0, 0.0), (5.0, 0.0, 0.0))
    market, contract = (
        prices_of(unit, READING, Parameters(FACTS, Options(price=price))) for price in ("market", "contract")
    )
    assert (market.given_cny, market.taken_cny) == (contract.given_cny, contract.taken_cny)


def test_a_short_run_is_scaled_by_its_hours():
    half, _ = income(piece("pv", (10.0, 0.0, 5.0)), reading=replace(READING, scale=2.0))
    assert half.energy_mwh[0] == pytest.approx(30.0)


def test_every_figure_used_is_noted_with_its_range():
    parameters = Parameters(FACTS, Options())
    income_of((piece("pv", (1.0, 0.0, 0.0)),), READING, parameters, 1, Claims(), frozenset())
    assert parameters.used["pv.degradation"].mark == "假设"
    assert parameters.used["pv.degradation"].low < parameters.used["pv.degradation"].high
