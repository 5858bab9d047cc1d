"""Where the sun stands, by pvlib and by the short formula."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from qhgrid.profiles.climatology import Places
from qhgrid.profiles.level_year import level_snapshots
from qhgrid.profiles.sun import HALF_HOUR, elevation, is_night

XINING = Places(np.array([101.78]), np.array([36.62]))


def test_short_formula_agrees_with_pvlib(climatology, sky):
    short = elevation(level_snapshots() + HALF_HOUR, climatology.places)
    assert np.abs(short - sky.elevation).max() < 0.5


def test_sun_culminates_over_xining_at_a_quarter_past_one():
    """Longitude 101.78 lies 18.22° west of 120°: noon is 72.9 min late, but for the equation of time."""
    minutes = pd.date_range("2030-04-15 12:00", "2030-04-15 15:00", freq="min")
    noon = minutes[elevation(minutes, XINING)[:, 0].argmax()]
    assert abs((noon - pd.Timestamp("2030-04-15 13:13")).total_seconds()) <= 180


@pytest.mark.parametrize(("day", "degrees"), [("06-21", 90 - 36.62 + 23.44), ("12-21", 90 - 36.62 - 23.44)])
def test_noon_elevation_at_the_solstices(day, degrees):
    moments = pd.date_range(f"2030-{day} 12:00", periods=180, freq="min")
    assert elevation(moments, XINING).max() == pytest.approx(degrees, abs=0.2)


def test_night_hours_have_no_clear_sky_light(climatology, sky):
    night = is_night(level_snapshots(), climatology.places)
    assert sky.plane_of_array[night].max() == 0
    assert 0.40 < night.mean() < 0.50


def test_clear_sky_is_that_of_a_dry_plateau(sky):
    assert 1000 < sky.plane_of_array.max() < 1150
    assert 900 < sky.direct_normal.max() < 1050
    assert (sky.direct_normal.sum(axis=0) / 1000 > 3200).all()
    assert (sky.direct_normal.sum(axis=0) / 1000 < 3700).all()
    assert sky.altitude_m.min() > 2000
