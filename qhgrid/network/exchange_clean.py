"""The enforced clean share of a corridor: one row over the horizon, in PyPSA's own terms.

The energy that a corridor sends counts as clean, but for what the plants of its supporting base burn. So the
rule is that these plants make at most the rest of what is sent. PyPSA's constraint on ``primary_energy`` adds
up generators by a column of their carriers, each over its efficiency; a column of the carriers that holds
that efficiency for each such plant, and a negative number for the sale, says just that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qhgrid.network.draft import SHARE_COLUMN

if TYPE_CHECKING:
    from qhgrid.network.draft import Draft
    from qhgrid.scenario.model import Corridor

UNIT_ROLES = ("thermal_least", "thermal_above")
"""Roles of the Links that carry the output of units that start and stop."""


def keep_clean(draft: Draft, id: str, corridor: Corridor, floor: float) -> None:
    """Add the rule that what the base burns is at most the rest of what the corridor sends.

    Each MWh from a plant of the base that is not clean counts 1, each MWh sent counts -(1 - floor), and the
    sum is at most 0. What the elastic layer sells in place of a missing MWh of the contract counts as sent.

    Parameters
    ----------
    draft : Draft
        With the plants and the sale of the corridor.
    id : str
        Id of the corridor.
    corridor : Corridor
        Its loss tells what was sent from what was sold.
    floor : float
        Least clean share [1].
    """
    for name in _dirty(draft, id, "Generator", ("generation",)):
        plant = draft.rows["Generator"][name]
        _count(draft, id, name, float(plant.get("efficiency", 1.0)))  # type: ignore[arg-type]  # rows hold any
    metered = _dirty(draft, id, "Link", UNIT_ROLES)
    if metered:
        _add_meter(draft, id, metered)
        _count(draft, id, f"{id} burnt", 1.0)
    _count(draft, id, f"{id} sale", -(1.0 - floor) / (1.0 - corridor.loss))
    draft.add(
        "GlobalConstraint",
        f"{id} clean share",
        type="primary_energy",
        carrier_attribute=f"{SHARE_COLUMN}{id}",
        sense="<=",
        constant=0.0,
    )


def _dirty(draft: Draft, id: str, component: str, roles: tuple[str, ...]) -> list[str]:
    """Return the plants of the base of a corridor whose carrier emits CO2."""
    carriers: dict[str, dict[str, Any]] = draft.rows["Carrier"]
    return [
        name
        for name, row in draft.rows[component].items()
        if row.get("corridor") == id
        and row.get("role") in roles
        and carriers[str(row["carrier"])].get("co2_emissions", 0.0) != 0.0
    ]


def _count(draft: Draft, id: str, name: str, weight: float) -> None:
    """Give a generator a carrier of its own, like the one it has, and its weight in the rule."""
    generator = draft.rows["Generator"][name]
    if name not in draft.rows["Carrier"]:
        draft.add("Carrier", name, **draft.rows["Carrier"][str(generator["carrier"])])
    draft.rows["Carrier"][name][f"{SHARE_COLUMN}{id}"] = weight
    generator["carrier"] = name


def _add_meter(draft: Draft, id: str, links: list[str]) -> None:
    """Add a bus on which a Generator takes as much as the given Links bring to the grid."""
    meter = f"{id} burnt"
    draft.add("Bus", meter, carrier="capacity", unit="MW", role="commitment", name_zh="配套火电计量")
    most = 0.0
    for name in links:
        row: dict[str, Any] = draft.rows["Link"][name]
        port = next(n for n in range(2, 10) if f"bus{n}" not in row)
        row[f"bus{port}"] = meter
        series = draft.series["Link"].get("efficiency", {})
        if name in series:
            draft.series["Link"].setdefault(f"efficiency{port}", {})[name] = series[name]
        else:
            row[f"efficiency{port}"] = row.get("efficiency", 1.0)
        most += float(row["p_nom"])
    draft.add(
        "Generator", meter, bus=meter, sign=-1.0, p_nom=most, carrier="capacity", corridor=id, role="idle"
    )
