"""From a scenario, the facts and the hourly series to a standard PyPSA network."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import pypsa

from qhgrid.clock import TIME_ZONE
from qhgrid.network.backbone import add_grid_buses, add_lines
from qhgrid.network.carriers import add_carriers
from qhgrid.network.cascade import add_cascade
from qhgrid.network.case import Case
from qhgrid.network.csp import add_solar_thermal
from qhgrid.network.demand import add_demand
from qhgrid.network.draft import Draft
from qhgrid.network.exchange import add_corridors
from qhgrid.network.exchange_ties import add_ties
from qhgrid.network.renewables import add_small_hydro, add_wind_and_pv
from qhgrid.network.siting import add_collectors
from qhgrid.network.storage import add_storage
from qhgrid.network.thermal import add_thermal_plants
from qhgrid.scenario.fleet import counted_fleet
from qhgrid.scenario.resolved import canonical_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import xarray as xr

    from qhgrid.facts import Facts
    from qhgrid.network.draft import FloatArray
    from qhgrid.scenario.model import Scenario


def build_network(
    scenario: Scenario,
    facts: Facts,
    profiles: xr.Dataset,
    river_levels: Mapping[str, FloatArray] | None = None,
) -> pypsa.Network:
    """Build the network of a scenario.

    Parameters
    ----------
    scenario : Scenario
        What to build, from one hour to a year.
    facts : Facts
        The fact tables.
    profiles : xarray.Dataset
        Hourly series on the scenario's snapshots: ``pv_p_max_pu``, ``wind_p_max_pu``, ``csp_p_max_pu``
        (snapshot, prefecture) [1], ``demand_shape`` (snapshot, demand_class) with mean 1 over a year, and
        ``inflow_m3_per_s`` (snapshot).
    river_levels : mapping of str to numpy.ndarray, optional
        Level expected in the reservoir of a river plant at the end of each hour [m], shape (snapshot,), such
        as an earlier run came to; along the rule curve by default.

    Returns
    -------
    pypsa.Network
        Power in MW, water in m3/s, money in CNY, hours of Beijing time. Columns that are not PyPSA's stand in
        ``attributes.csv``. The elastic layer is not part of it.

    Raises
    ------
    NetworkError
        If the facts, the series and the scenario do not fit together.
    """
    case = Case(scenario, facts, profiles, tuple(counted_fleet(scenario, facts)), river_levels or {})
    draft = Draft()
    add_carriers(draft, case)
    add_grid_buses(draft, case)
    add_lines(draft, case)
    add_demand(draft, case)
    add_collectors(draft, case)
    add_wind_and_pv(draft, case)
    add_small_hydro(draft, case)
    add_solar_thermal(draft, case)
    add_thermal_plants(draft, case)
    add_cascade(draft, case)
    add_storage(draft, case)
    add_corridors(draft, case)
    add_ties(draft, case)
    network = pypsa.Network(name=scenario.name)
    network.set_snapshots(case.snapshots)
    draft.fill(network)
    network.meta = network_meta(scenario)
    return network


def network_meta(scenario: Scenario) -> dict[str, str]:
    """Return what a network file says about itself, as plain text by key."""
    return {
        "scenario": scenario.name,
        "scenario_digest": sha256(canonical_text(scenario).encode()).hexdigest(),
        "title_zh": scenario.title.zh,
        "title_en": scenario.title.en,
        "year": str(scenario.year),
        "resolution": scenario.grid.resolution,
        "power_flow": scenario.grid.power_flow,
        "time_zone": TIME_ZONE,
        "snapshot_label": "start of the hour",
        "units": "MW, MWh, m3/s, m3/s held for an hour, CNY, ohm, kV",
        "written_by": "qhgrid",
    }


def build(
    scenario: Scenario | str, facts: Facts | None = None, profiles: xr.Dataset | None = None
) -> pypsa.Network:
    """Build the network of a scenario, loading what is not given.

    Parameters
    ----------
    scenario : Scenario or str
        A scenario, or the name or path of a scenario file.
    facts : Facts, optional
        The fact tables; the shipped ones by default.
    profiles : xarray.Dataset, optional
        Hourly series on the scenario's snapshots; the shipped ones by default.

    Returns
    -------
    pypsa.Network
        See :func:`build_network`.
    """
    from qhgrid.clock import snapshots
    from qhgrid.facts import read_facts
    from qhgrid.profiles import load_profiles
    from qhgrid.scenario import read_scenario

    if facts is None:
        facts = read_facts()
    case = read_scenario(scenario, facts=facts).scenario if isinstance(scenario, str) else scenario
    if profiles is None:
        profiles = load_profiles(case, snapshots(case.horizon.start, case.horizon.end))
    return build_network(case, facts, profiles)
