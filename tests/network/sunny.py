"""Sun by day, coal by night, and nothing that stores: what flexible load is worth can be seen at once."""

from __future__ import annotations

from typing import Any

import pypsa

from qhgrid.dispatch import solve
from tests.network.systems import SCENARIO, by_id, fresh, plant, small_facts

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


def sunny(demand: dict[str, Any], **changes: Any) -> pypsa.Network:
    """Return a network of two days in July with this demand, cut off from everywhere."""
    facts = small_facts(demand=demand, fleet=FLEET, hydro_plants={})
    return fresh(facts, **ALONE, demand_shares=SHARES, **changes)


def cost(n: pypsa.Network, method: str = "exact") -> tuple[float, pypsa.Network]:
    """Return the cost of the dispatch of a copy, and the copy."""
    n = n.copy()
    return solve(n, method=method).certificate.cost, n
