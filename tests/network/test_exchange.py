"""Corridors, contracts and ties."""

import numpy as np
import pytest

from qhgrid.errors import FactsError, NetworkError
from qhgrid.facts.rows import CorridorCurve, CorridorYear, TiePriceDay, TieYear
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


def market_price(shape, **changes):
    return built(small_facts(tie_price_shape=shape), **changes).generators.marginal_cost[
        "gansu market supply"
    ]


def test_market_prices_follow_quarters_and_months_about_their_mean():
    """Quarters 1 to 4 with 90, 91, 92 and 92 days: mean 922 / 365; July is 3. Months 1 to 12: 2382 / 365."""
    days = [(1, 31), (2, 28), (3, 31), (4, 30), (5, 31), (6, 30), (7, 31), (8, 31), (9, 30)]
    quarters = by_id(
        *(TiePriceDay(**said(f"q{q}", float(q), "1"), period=q, hours=(float(q),) * 24) for q in (1, 2, 3, 4))
    )
    assert market_price(quarters) == pytest.approx(400.0 * 3 / ((90 + 2 * 91 + 3 * 92 + 4 * 92) / 365))
    months = by_id(
        *(TiePriceDay(**said(f"m{m}", float(m), "1"), period=m, hours=(float(m),) * 24) for m in range(1, 13))
    )
    mean = sum(m * n for m, n in [*days, (10, 31), (11, 30), (12, 31)]) / 365
    assert market_price(months) == pytest.approx(400.0 * 7 / mean)


def test_a_tie_with_days_of_its_own_leaves_those_of_all_ties_aside():
    shape = by_id(PRICE_DAY, TiePriceDay(**said("own", 1.0, "1"), tie="gansu", period=0, hours=(1.0,) * 24))
    assert market_price(shape) == 400.0


def test_prices_by_month_multiply_the_shape_both_ways():
    factors = [1.0] * 6 + [2.0] + [1.0] * 5
    costs = built(ties={"gansu": {"price_by_month": factors}}).generators_t.marginal_cost
    assert costs["gansu market supply"].iloc[[0, 23]].tolist() == [400.0, 1200.0]
    assert costs["gansu market demand"].iloc[[0, 23]].tolist() == [-200.0, -600.0]


def test_price_shape_with_a_gap_is_refused():
    only = by_id(TiePriceDay(**said("q1", 1.0, "1"), period=1, hours=PRICE_DAY.hours))
    with pytest.raises(FactsError, match=r"tie_price_shape\.csv: has no row for period 2"):
        built(small_facts(tie_price_shape=only))
    with pytest.raises(FactsError, match=r"tie_price_shape\.csv: has no row"):
        built(small_facts(tie_price_shape={}))


def test_tie_out_of_service_is_not_there():
    n = built(ties={"gansu": {"in_service": False}})
    assert not n.buses.role.eq("neighbour").any()


def year_row(cls, year, value, **more):
    return cls(**said(f"y{year}", value, "MW"), year=year, **more)


def test_rating_and_limits_follow_the_year_where_the_scenario_is_silent():
    facts = small_facts(
        corridors_by_year=by_id(
            year_row(CorridorYear, 2025, 300.0, corridor="qingyu"),
            year_row(CorridorYear, 2031, 500.0, corridor="qingyu"),
        ),
        ties_by_year=by_id(
            year_row(TieYear, 2020, 50.0, tie="gansu", export_mw=40.0),
            year_row(TieYear, 2028, 80.0, tie="gansu", export_mw=70.0),
        ),
    )
    silent = {"gansu": {"import_limit": None, "export_limit": None}}
    n = built(facts, corridors={"qingyu": {"p_nom": None}}, ties=silent)
    assert n.links.p_nom[["qingyu", "gansu import", "gansu export"]].tolist() == [300.0, 80.0, 70.0]
    assert n.generators.p_nom["gansu market demand"] == 70.0
    plain = built(ties=silent, **corridor(p_nom=None))
    assert plain.links.p_nom[["qingyu", "gansu import", "gansu export"]].tolist() == [500.0, 200.0, 200.0]


def test_one_pole_out_halves_rating_and_least_power():
    link = built(**corridor(poles_out=1)).links.loc["qingyu"]
    assert (link.p_nom, link.p_max_pu, link.p_min_pu) == (500.0, 0.5, pytest.approx(0.05))


def test_an_outage_lowers_the_limits_on_its_days_and_the_larger_one_counts():
    out = [
        {"start": "2030-07-02", "end": "2030-07-09", "share": 0.5},
        {"start": "2030-07-02", "end": "2030-07-02", "share": 1.0},
    ]
    links = built(**corridor(outages=out)).links_t
    assert links.p_max_pu["qingyu"].tolist() == [1.0] * 24 + [0.0] * 24
    assert links.p_min_pu["qingyu"].tolist() == pytest.approx([0.1] * 24 + [0.0] * 24)


def test_a_contract_shrinks_with_an_outage_only_if_it_is_told_to():
    """4800 MWh over two days; with half the rating out on the second day, 2400 + 1200."""
    out = [{"start": "2030-07-02", "end": "2030-07-02", "share": 0.5}]
    kept = built(**corridor(outages=out))
    shrunk = built(**corridor(outages=out, contract_follows_outages=True))
    assert kept.generators.e_sum_min["qingyu sale"] == pytest.approx(4800.0)
    assert shrunk.generators.e_sum_min["qingyu sale"] == pytest.approx(3600.0)


def curve(quantity, low, high):
    row = CorridorCurve(
        **said("c", 1.0, "1"),
        corridor="qingyu",
        quantity=quantity,
        period=0,
        hours=(low,) * 12 + (high,) * 12,
    )
    return small_facts(corridors_curves=by_id(row))


def test_the_receiving_price_follows_its_curve_about_the_price_of_the_scenario():
    n = built(curve("price", 1.0, 3.0), **corridor(curve="price"))
    costs = n.generators_t.marginal_cost["qingyu sale"]
    assert costs.iloc[[0, 23]].tolist() == pytest.approx([-150.0, -450.0])
    assert n.buses.shed_price["qingyu receiving"] == pytest.approx(1450.0)


def test_a_fixed_curve_carries_the_contract_hour_by_hour():
    """100 MW on the mean at the far end, half of it by night, half as much again by day."""
    n = built(curve("power", 1.0, 3.0), **corridor(curve="fixed"))
    sent = n.links_t.p_max_pu["qingyu"] * 500.0
    assert sent.iloc[[0, 23]].tolist() == pytest.approx([50.0 / 0.94, 150.0 / 0.94])
    assert n.links_t.p_min_pu["qingyu"].equals(n.links_t.p_max_pu["qingyu"])
    assert n.generators.e_sum_min["qingyu sale"] == -np.inf


def test_a_fixed_curve_above_the_rating_is_refused_and_an_outage_cuts_it():
    steep = curve("power", 0.0, 1.0)
    with pytest.raises(NetworkError, match=r"corridors\.qingyu\.contract: the fixed curve asks for 21"):
        built(steep, **corridor(curve="fixed", contract="4380000 MWh"))
    half = built(steep, **corridor(curve="fixed", contract="2e6 MWh", poles_out=1))
    assert half.links_t.p_max_pu["qingyu"].max() == 0.5


def test_a_ramp_is_there_only_when_it_is_given():
    assert np.isnan(built().links.ramp_limit_up["qingyu"])
    assert built(**corridor(ramp=0.2)).links.ramp_limit_down["qingyu"] == 0.2


def test_windows_lower_the_limits_of_a_tie_in_their_hours():
    windows = [
        {"hours": [18, 19], "import_share": 0.5},
        {"months": [7], "hours": [19], "import_share": 0.25, "export_share": 0.0},
        {"months": [1], "import_share": 0.0},
    ]
    links = built(ties={"gansu": {"windows": windows}}).links_t.p_max_pu
    assert links["gansu import"].iloc[17:21].tolist() == [1.0, 0.5, 0.25, 1.0]
    assert links["gansu export"].iloc[17:21].tolist() == [1.0, 1.0, 0.0, 1.0]


def test_contracts_over_a_tie_are_sums_over_the_horizon_and_dear_to_miss():
    """8760 MWh a year are 48 MWh in two days; what a sale lacks costs 1000 above the dearest hour's 300."""
    n = built(ties={"gansu": {"import_contract": "8760 MWh", "export_contract": "17520 MWh"}})
    sums = n.generators.e_sum_min[["gansu market supply", "gansu market demand"]]
    assert sums.tolist() == pytest.approx([48.0, 96.0])
    assert n.buses.shed_price["gansu neighbour"] == pytest.approx(1300.0)
