"""The two-day system, opened once for the tests that only read it."""

import pytest

from qhgrid.indicators.measuring import Indicators, measure, open_ledger
from tests.indicators import systems


@pytest.fixture(scope="session")
def ledger():
    return open_ledger(systems.two_days(), systems.scenario(), systems.facts(), systems.OBJECTIVE)


@pytest.fixture(scope="session")
def indicators() -> Indicators:
    shortages = (systems.Shortage("hainan", 50.0), systems.Shortage("hainan", 10.0, kind="dump"))
    return measure(systems.two_days(), systems.scenario(), systems.facts(), systems.OBJECTIVE, shortages)
