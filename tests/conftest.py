"""What all tests share: one language, one thread, no display, repeatable Hypothesis, and one short run."""

from __future__ import annotations

import fcntl
import os

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
def short_run(tmp_path_factory):
    """Return one finished run of 2030-plan over 24 hours; treat its folder as read-only, or copy it.

    It is made once, by whichever worker of pytest-xdist comes first.
    """
    from qhgrid.study import run_study

    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with (shared / "short.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return run_study("2030-plan", ONE_DAY, shared / "short" / "runs")
