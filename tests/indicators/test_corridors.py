"""Energy, hours and clean share of a corridor."""

import numpy as np
import pytest

from qhgrid.indicators.corridors import clean_share_of, prefecture_clean_share, province_clean_share
from qhgrid.indicators.measuring import open_ledger
from tests.indicators import systems


def test_the_use_of_a_corridor_by_hand(ledger):
    """Two days: 13 600 sent, 12 920 received, 20 h at 400 MW; contract 1.7 TWh x 48 / 8 760 = 9 315 MWh."""
    (use,) = ledger.corridor_uses
    assert (use.sent, use.received) == (pytest.approx(13_600), pytest.approx(12_920))
    assert (use.utilisation_hours, use.hours_at_rating) == (pytest.approx(34.0), 20.0)
    assert (use.maximum, use.minimum, use.design_hours) == (400.0, 200.0, pytest.approx(4_500.0))
    assert use.contract == pytest.approx(1_700_000 * 48 / 8_760)
    assert use.shortfall == 0.0


def test_what_misses_the_contract_is_the_shortfall():
    half = systems.two_days()
    half["link_p1"] = half["link_p1"].where(half["link"] != "qingyu", half["link_p1"] * 0.5)
    (use,) = open_ledger(half, systems.scenario(), systems.facts(), 0.0).corridor_uses
    assert use.shortfall == pytest.approx(1_700_000 * 48 / 8_760 - 6_460)


def test_the_clean_share_of_the_province_leaves_storage_out_and_imports_in_the_denominator(ledger):
    """8-17 h: 840 / 1 140; 18-3 h: 440 / 740, the battery out; 4-7 h: 340 / (640 + 60)."""
    share = province_clean_share(ledger).to_numpy()[:24]
    assert share[[9, 12, 20, 2, 5]] == pytest.approx(
        [840 / 1_140, 840 / 1_140, 440 / 740, 440 / 740, 340 / 700]
    )


def test_the_clean_share_of_a_corridor_weighs_each_hour_by_what_was_sent(ledger):
    """4 000 MWh at 840/1140, 2 000 at 440/740, 800 at 340/700, of 6 800 a day."""
    (use,) = ledger.corridor_uses
    by_hand = (4_000 * 840 / 1_140 + 2_000 * 440 / 740 + 800 * 340 / 700) / 6_800
    assert use.clean_share_province == pytest.approx(by_hand)
    assert use.clean_share_prefecture == pytest.approx(1.0)


def test_a_prefecture_with_coal_has_its_own_mix(ledger):
    """haixi: 500 PV of 800 by day, coal alone by night."""
    share = prefecture_clean_share(ledger, "haixi").to_numpy()[:24]
    assert share[[12, 20]] == pytest.approx([500 / 800, 0.0])


def test_a_prefecture_without_generation_has_no_mix(ledger):
    share = prefecture_clean_share(ledger, "yushu")
    assert np.isnan(share).all()
    assert clean_share_of(ledger, ledger.of(ledger.corridor_sent, "qingyu"), share) is None


def test_a_corridor_that_sent_nothing_has_no_clean_share():
    idle = systems.two_days()
    idle["link_p0"] = idle["link_p0"].where(idle["link"] != "qingyu", 0.0)
    (use,) = open_ledger(idle, systems.scenario(), systems.facts(), 0.0).corridor_uses
    assert (use.sent, use.clean_share_province) == (0.0, None)
