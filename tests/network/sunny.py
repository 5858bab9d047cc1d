"""Sun by day, coal by night, and nothing that stores: what flexible load is worth can be seen at once."""

from __future__ import annotations

from typing import Any

import pypsa

from qhgrid.dispatch import solve
from qhgrid.facts import Facts
from qhgrid.network import build_network
from qhgrid.scenario.model import Scenario
from tests.network.systems import (
    SCENARIO,
    by_id,
    plant,
    small_facts,
    small_profiles,
    small_scenario,
)

FLEET = by_id(
    plant("hainan_pv", "pv", 500.0, "hainan", "tala"),
    plant("xining_coal", "coal", 400.0, "xining", "xining_750", heat_rate_gce_per_kwh=300.0),
)
"""300 MW of sun from 8 to 20 h; 120 to 360 MW of coal."""
ALONE = {
    "horizon": {"start": "2030-07-01", "end": "2030-07-02"},
    "corridors": {"qingyu": {"in_service": False}},
    "ties": {"gansu": {"in_service": False}},
}
SHARES = SCENARIO["demand_shares"] | {"electrolysis": SCENARIO["demand_shares"]["computing"]}


def sunny_facts(demand: dict[str, Any]) -> Facts:
    """Return the facts of sun and coal with this demand."""
    return small_facts(demand=demand, fleet=FLEET, hydro_plants={})


def sunny_scenario(**changes: Any) -> Scenario:
    """Return two days in July, cut off from everywhere."""
    return small_scenario(**ALONE, demand_shares=SHARES, **changes)


def sunny(demand: dict[str, Any], **changes: Any) -> pypsa.Network:
    """Return the network of the two days with this demand."""
    scenario = sunny_scenario(**changes)
    return build_network(scenario, sunny_facts(demand), small_profiles(scenario))


def cost(n: pypsa.Network, method: str = "exact") -> tuple[float, pypsa.Network]:
    """Return the cost of the dispatch of a copy, and the copy."""
    n = n.copy()
    return solve(n, method=method).certificate.cost, n
