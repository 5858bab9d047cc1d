r"""Units that start and stop, as a flow of capacity that circulates from hour to hour.

The capacity online :math:`u_t` [MW] is the flow of a Link that starts and, an hour later (PyPSA's ``delay``),
ends on a bus of its own; a Generator adds what starts :math:`v_t` and another takes away what stops
:math:`w_t`, so that the balance of the bus is :math:`u_t = u_{t-1} + v_t - w_t`. The same Link feeds the grid
with the least output :math:`m_t u_t` and a second bus with the room above it, :math:`(1 - m_t) u_t`. A Link
from there to the grid carries the output above the least, and a Generator takes what is left unused. Together

.. math:: m_t u_t \le p_t \le u_t, \qquad \underline{u}_t \le u_t \le a P, \qquad v_t, w_t \ge 0,

which is the linear relaxation of unit commitment for any number of like units, without minimum times up and
down. Fuel is :math:`a u_t + b p_t`, the straight line through the heat rates at least and at full output.
What runs before the first hour is free to choose: starts of the first hour cost nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from qhgrid.network.draft import Draft
    from qhgrid.network.thermal_units import ThermalPlant


def add_committed_plant(draft: Draft, thermal: ThermalPlant) -> None:
    """Add a plant with its bus of capacity online and its bus of room above the least output."""
    for part, name_zh in (("online", "在线容量"), ("room", "可调空间")):
        _add_bus(draft, thermal, part, name_zh)
    _add_least_output(draft, thermal)
    _add_output_above(draft, thermal)
    first_is_free = np.full(len(thermal.case.snapshots), thermal.start_cost_cny_per_mw)
    first_is_free[0] = 0.0
    _add_valve(draft, thermal, "online", "start", sign=1.0, marginal_cost=first_is_free)
    _add_valve(draft, thermal, "online", "stop", sign=-1.0)
    _add_valve(draft, thermal, "room", "idle", sign=-1.0)


def _place(thermal: ThermalPlant) -> str:
    """Return the grid bus of the plant."""
    plant = thermal.plant
    return thermal.case.bus_of_plant(plant.id, plant.station, plant.prefecture)


def _labels(thermal: ThermalPlant) -> dict[str, str]:
    """Return the labels that all parts of a plant share."""
    plant = thermal.plant
    return {
        "technology": plant.technology,
        "prefecture": plant.prefecture,
        "corridor": plant.corridor,
        "plant": plant.id,
    }


def _add_bus(draft: Draft, thermal: ThermalPlant, part: str, name_zh: str) -> None:
    """Add a bus that carries capacity."""
    case, plant = thermal.case, thermal.plant
    grid = draft.rows["Bus"][_place(thermal)]
    draft.add(
        "Bus",
        f"{plant.id} {part}",
        carrier="capacity",
        unit="MW",
        x=grid["x"],
        y=grid["y"],
        prefecture=plant.prefecture,
        role="commitment",
        shed_price=case.scenario.elastic.shed_price,
        name_zh=f"{plant.name_zh}{name_zh}",
    )


def _add_least_output(draft: Draft, thermal: ThermalPlant) -> None:
    """Add the Link whose flow is the capacity online."""
    plant, least, fuel = thermal.plant, thermal.min_load, thermal.fuel_cost_cny_per_mwh
    draft.add(
        "Link",
        f"{plant.id} online",
        bus0=f"{plant.id} online",
        bus1=_place(thermal),
        bus2=f"{plant.id} online",
        bus3=f"{plant.id} room",
        carrier=thermal.case.technology(plant.technology).carrier,
        p_nom=plant.p_nom,
        p_min_pu=thermal.online_share,
        p_max_pu=thermal.availability,
        efficiency=least,
        efficiency2=1.0,
        delay2=1,
        cyclic_delay2=False,
        efficiency3=1.0 - least,
        marginal_cost=fuel * thermal.no_load_fuel + least * _cost_above(thermal),
        fuel_factor=thermal.extra_fuel * thermal.penalty,
        no_load_fuel=thermal.no_load_fuel * thermal.penalty,
        role="thermal_least",
        name_zh=f"{plant.name_zh}最小出力",
        **_labels(thermal),
    )


def _add_output_above(draft: Draft, thermal: ThermalPlant) -> None:
    """Add the Link that carries the output above the least."""
    plant, room = thermal.plant, 1.0 - thermal.min_load
    share = float(room.max())
    draft.add(
        "Link",
        f"{plant.id} above",
        bus0=f"{plant.id} room",
        bus1=_place(thermal),
        carrier=thermal.case.technology(plant.technology).carrier,
        p_nom=plant.p_nom * share,
        p_max_pu=thermal.availability * room / share if share > 0.0 else 1.0,
        marginal_cost=_cost_above(thermal),
        fuel_factor=thermal.extra_fuel * thermal.penalty,
        role="thermal_above",
        name_zh=plant.name_zh,
        **thermal.ramp_limits(share),
        **_labels(thermal),
    )


def _cost_above(thermal: ThermalPlant) -> float:
    """Return the cost of a MWh more from capacity that is online [CNY/MWh]."""
    return thermal.fuel_cost_cny_per_mwh * thermal.extra_fuel + thermal.running_cost_cny_per_mwh


def _add_valve(draft: Draft, thermal: ThermalPlant, part: str, role: str, **attributes: object) -> None:
    """Add a Generator that gives capacity to a bus or takes it away."""
    plant = thermal.plant
    draft.add(
        "Generator",
        f"{plant.id} {role}",
        bus=f"{plant.id} {part}",
        carrier="capacity",
        p_nom=plant.p_nom,
        role=role,
        name_zh=plant.name_zh,
        **attributes,
        **_labels(thermal),
    )
