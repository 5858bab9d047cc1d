"""Corridors, contracts and ties."""

import numpy as np
import pytest

from qhgrid.errors import NetworkError
from qhgrid.facts.rows import HourSeries
from tests.network.systems import (
    PRICE_DAY,
    built,
    by_id,
    said,
    small_facts,
)


def corridor(**changes):
    return {"corridors": {"qingyu": changes}}


def test_corridor_loses_its_share_and_sells_the_rest():
    n = built()
    link, sale = n.links.loc["qingyu"], n.generators.loc["qingyu sale"]
    assert (link.bus0, link.bus1) == ("hainan", "qingyu receiving")
    assert (link.p_nom, link.p_min_pu) == (500.0, 0.1)
    assert link.efficiency == pytest.approx(0.94)
    assert sale.p_nom == pytest.approx(470.0)
    assert (sale.sign, sale.marginal_cost, sale.role) == (-1.0, -300.0, "receiving")
    assert n.links.carrier["qingyu"] == "DC"


def test_contract_is_prorated_by_hours():
    """876 000 MWh a year are 100 MW; two days are 4800 MWh."""
    assert built().generators.e_sum_min["qingyu sale"] == pytest.approx(4800.0)
    leap = built(
        small_facts(),
        horizon={"start": "2028-07-01", "end": "2028-07-02"},
    )
    assert leap.generators.e_sum_min["qingyu sale"] == pytest.approx(876_000.0 * 48 / 8784)


def test_corridor_without_contract_has_no_energy_floor():
    assert built(**corridor(contract="0 MWh")).generators.e_sum_min["qingyu sale"] == -np.inf


def test_missing_contract_energy_costs_its_price_beyond_the_lost_sale():
    """Shed at 1300 and sold at 300: 1000 CNY a MWh is the shortfall price."""
    n = built()
    assert n.buses.shed_price["qingyu receiving"] + n.generators.marginal_cost["qingyu sale"] == 1000.0


def test_corridor_out_of_service_is_not_there():
    n = built(**corridor(in_service=False))
    assert "qingyu" not in n.links.index
    assert "qingyu receiving" not in n.buses.index
    assert "qingyu sale" not in n.generators.index


def test_corridor_starts_at_its_station_or_at_the_prefecture_of_it():
    assert built().links.bus0["qingyu"] == "hainan"
    assert built(grid={"resolution": "station"}).links.bus0["qingyu"] == "tala"


def test_corridor_from_a_station_that_is_not_there_is_refused():
    with pytest.raises(
        NetworkError, match=r"corridors\.qingyu\.sending_station: station 'nowhere' is unknown"
    ):
        built(**corridor(sending_station="nowhere"))
    with pytest.raises(NetworkError, match=r"station 'later' is not in service in 2030"):
        built(grid={"resolution": "station"}, **corridor(sending_station="later"))


def test_unknown_corridor_and_tie_are_refused():
    with pytest.raises(NetworkError, match=r"corridors\.qingyu: is not a known corridor"):
        built(small_facts(corridors={}))
    with pytest.raises(NetworkError, match=r"ties\.gansu: is not a known tie"):
        built(small_facts(ties={}))


def test_tie_has_a_market_and_one_lossy_way_each():
    n = built()
    into, out = n.links.loc["gansu import"], n.links.loc["gansu export"]
    assert (into.bus0, into.bus1, into.p_nom, into.role) == ("gansu neighbour", "xining", 200.0, "tie_import")
    assert (out.bus0, out.bus1, out.p_nom, out.role) == ("xining", "gansu neighbour", 100.0, "tie_export")
    assert into.efficiency == out.efficiency == 0.98
    supply, demand = n.generators.loc["gansu market supply"], n.generators.loc["gansu market demand"]
    assert (supply.p_nom, supply.sign, supply.role) == (200.0, 1.0, "import")
    assert (demand.p_nom, demand.sign, demand.role) == (100.0, -1.0, "receiving_tie")


def test_market_prices_follow_the_hours_of_the_day():
    """Half the mean price before noon, half as much again after."""
    costs = built().generators_t.marginal_cost
    assert costs["gansu market supply"].iloc[[0, 23]].tolist() == [200.0, 600.0]
    assert costs["gansu market demand"].iloc[[0, 23]].tolist() == [-100.0, -300.0]


def test_market_prices_follow_quarters_and_months():
    quarters = by_id(
        *(HourSeries(**said(f"q{q}", float(q), "1"), period=q, hours=(float(q),) * 24) for q in (1, 2, 3, 4))
    )
    assert (
        built(small_facts(tie_price_shape=quarters)).generators.marginal_cost["gansu market supply"] == 1200.0
    )
    months = by_id(
        *(HourSeries(**said(f"m{m}", float(m), "1"), period=m, hours=(float(m),) * 24) for m in range(1, 13))
    )
    assert (
        built(small_facts(tie_price_shape=months)).generators.marginal_cost["gansu market supply"] == 2800.0
    )


def test_price_shape_with_a_gap_is_refused():
    only = by_id(HourSeries(**said("q1", 1.0, "1"), period=1, hours=PRICE_DAY.hours))
    with pytest.raises(NetworkError, match=r"tie_price_shape\.csv: has no row for period 3"):
        built(small_facts(tie_price_shape=only))
    with pytest.raises(NetworkError, match=r"tie_price_shape\.csv: has no row"):
        built(small_facts(tie_price_shape={}))


def test_tie_out_of_service_is_not_there():
    n = built(ties={"gansu": {"in_service": False}})
    assert not n.buses.role.eq("neighbour").any()
