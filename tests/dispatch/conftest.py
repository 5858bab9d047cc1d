"""Networks that take seconds to solve are solved once for all tests."""

from __future__ import annotations

import pytest

from qhgrid.dispatch import Dispatch, solve
from tests.dispatch import worked_cases
from tests.dispatch.systems import random_islands


@pytest.fixture(scope="session")
def worked() -> Dispatch:
    """All hand-solved cases of even hours, side by side in one network."""
    return solve(worked_cases.even_hours())


@pytest.fixture(scope="session")
def worked_by_highs() -> Dispatch:
    """The same through PyPSA and HiGHS, for comparison with PyPSA's own tables."""
    return solve(worked_cases.even_hours(), method="highs")


@pytest.fixture(scope="session")
def islands() -> Dispatch:
    """Forty-eight random islands in one network, dispatched through PyPSA and HiGHS."""
    return solve(random_islands(1, 48), tol=1e-9, method="highs")


@pytest.fixture(scope="session")
def some_islands() -> Dispatch:
    """Twelve random islands, dispatched, for tests that change the tables and put them back."""
    return solve(random_islands(7, 12))
