"""What the command line lists and shows."""

from __future__ import annotations

import pytest

from qhgrid.errors import ProfileError
from qhgrid.profiles import describe_profile, list_profiles
from qhgrid.profiles.series import SERIES


def test_every_series_is_listed_with_provenance():
    profiles = list_profiles()
    assert [profile.name for profile in profiles] == list(SERIES)
    for profile in profiles:
        assert profile.summary.startswith("synthetic, calibrated")
        assert profile.source
        assert len(profile.checksum) == 64
        assert (profile.year, profile.hours) == (2030, 8760)
        assert profile.low <= profile.mean <= profile.high
        assert [column.label for column in profile.columns] == list(SERIES[profile.name].labels)


def test_pv_shows_full_load_hours_by_prefecture_and_month(shipped):
    profile = describe_profile("pv")
    haixi = profile.columns[-1]
    assert haixi.full_load_hours == pytest.approx(shipped["pv"].sel(prefecture="haixi").sum().item())
    assert sum(haixi.months) == pytest.approx(haixi.full_load_hours)


def test_inflow_shows_monthly_means_and_the_years_of_the_record():
    profile = describe_profile("inflow")
    assert profile.record_years == "dry: 1970, median: 1980, wet: 2012"
    assert profile.columns[0].full_load_hours is None
    assert profile.columns[2].months[6] == pytest.approx(max(profile.columns[2].months))


def test_unknown_name_is_refused_with_the_known_ones():
    with pytest.raises(ProfileError, match="Use one of: pv, wind, dni"):
        describe_profile("solar")
