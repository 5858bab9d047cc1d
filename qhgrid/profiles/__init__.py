"""Hourly series: the calibrated generator, the store with checksums, and what a network reads from it.

The shipped series are synthetic and calibrated: they reproduce the published monthly and yearly figures
within the tolerances of :mod:`qhgrid.profiles.calibration`, and are no record of any real day.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qhgrid.profiles.catalogue import ColumnSummary, ProfileSummary, describe_profile, list_profiles
from qhgrid.profiles.load import checksums, load_profiles, profile_paths

if TYPE_CHECKING:
    from qhgrid.facts import Facts
    from qhgrid.profiles.build import Progress

__all__ = [
    "ColumnSummary",
    "ProfileSummary",
    "build_profiles",
    "checksums",
    "describe_profile",
    "list_profiles",
    "load_profiles",
    "profile_paths",
]


def build_profiles(
    folder: Path, progress: Progress | None = None, *, facts: Facts | None = None
) -> tuple[Path, ...]:
    """Make all series and write them to `folder`; see :func:`qhgrid.profiles.build.build_profiles`."""
    from qhgrid.profiles import build

    return build.build_profiles(folder, progress, facts=facts)
