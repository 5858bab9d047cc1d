"""What all tests share: one language, one thread, no display, repeatable Hypothesis, and one short run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ.pop("QHGRID_LANG", None)
os.environ["MPLBACKEND"] = "Agg"
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

from hypothesis import settings  # noqa: E402  the environment must be set before anything is imported

settings.register_profile("repeatable", derandomize=True, deadline=None, print_blob=False)
settings.load_profile("repeatable")

ONE_DAY = ("horizon.start=2030-01-15", "horizon.end=2030-01-15")
"""Settings that shorten any scenario of 2030 to the 24 hours of a winter day."""


@pytest.fixture(scope="session")
def short_out(tmp_path_factory) -> Path:
    """Return the folder that holds the short run; treat it as read-only."""
    return tmp_path_factory.mktemp("short") / "runs"


@pytest.fixture(scope="session")
def short_run(short_out):
    """Return one finished run of 2030-plan over 24 hours; treat its folder as read-only, or copy it."""
    from qhgrid.study import run_study

    return run_study("2030-plan", ONE_DAY, short_out)
