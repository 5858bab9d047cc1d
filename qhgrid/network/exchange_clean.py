"""The enforced clean share of a corridor: one row over the horizon, in PyPSA's own terms.

The energy that a corridor sends counts as clean, but for what the plants of its supporting base burn. So the
rule is that these plants make at most the rest of what is sent. PyPSA's constraint on ``primary_energy`` adds
up generators by a column of their carriers, each over its efficiency; a column of the carriers that holds
that efficiency for each such plant, and a negative number for the sale, says just that.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from qhgrid.network.draft import SHARE_COLUMN

if TYPE_CHECKING:
    from qhgrid.network.draft import Draft
    from qhgrid.scenario.model import Corridor

UNIT_ROLES = ("thermal_least", "thermal_above")
"""Roles of the Links that carry the output of units that start and stop."""


def keep_clean(draft: Draft, id: str, corridor: Corridor, floor: float, price: float) -> None:
    """Add the rule that what the base burns is at most the rest of what the corridor sends.

    Each MWh from a plant of the base that is not clean counts 1, each MWh sent counts -(1 - floor), and the
    sum is at most 0. What the elastic layer sells in place of a missing MWh of the contract counts as sent.
    A bus of its own lets the elastic layer buy off what must run beyond the rule, at a price.

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
    price : float
        Price of a MWh beyond the rule [CNY/MWh].
    """
    plants = _dirty(draft, id, "Generator", ("generation",))
    for name in plants:
        plant = draft.rows["Generator"][name]
        _count(draft, id, name, float(plant.get("efficiency", 1.0)))  # type: ignore[arg-type]  # rows hold any
    metered = _dirty(draft, id, "Link", UNIT_ROLES)
    most = sum(_rating(draft, "Generator", plants)) + sum(_rating(draft, "Link", metered))
    _add_bus(draft, id, price)
    _add_counter(draft, id, "beyond", most, sign=-1.0, weight=-1.0)
    if metered:
        _meter(draft, id, metered)
        _add_counter(draft, id, "burnt", most, sign=1.0, weight=1.0)
    _count(draft, id, f"{id} sale", -(1.0 - floor) / (1.0 - corridor.loss))
    draft.add(
        "GlobalConstraint",
        f"{id} clean share",
        type="primary_energy",
        carrier_attribute=f"{SHARE_COLUMN}{id}",
        sense="<=",
        constant=0.0,
    )


def _rating(draft: Draft, component: str, names: list[str]) -> Iterator[float]:
    """Yield the rated power of components [MW]."""
    rows: dict[str, dict[str, Any]] = draft.rows[component]
    return (float(rows[name]["p_nom"]) for name in names)


def _add_bus(draft: Draft, id: str, price: float) -> None:
    """Add the bus on which what is burnt, and what is burnt beyond the rule, is counted."""
    there = draft.rows["Link"][id]
    name_zh = f"{there['name_zh']}配套火电超出清洁占比"
    draft.add(
        "Bus",
        f"{id} clean share",
        carrier="capacity",
        unit="MW",
        role="clean",
        shed_price=price,
        name_zh=name_zh,
    )


def _add_counter(draft: Draft, id: str, what: str, p_nom: float, *, sign: float, weight: float) -> None:
    """Add a generator whose output counts in the rule and moves no electricity."""
    name = f"{id} {what}"
    draft.add(
        "Generator",
        name,
        bus=f"{id} clean share",
        sign=sign,
        p_nom=p_nom,
        carrier="capacity",
        corridor=id,
        role="clean_count",
    )
    _count(draft, id, name, weight)


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


def _meter(draft: Draft, id: str, links: list[str]) -> None:
    """Let each Link take from the counting bus as much as it brings to the grid."""
    for name in links:
        row: dict[str, Any] = draft.rows["Link"][name]
        port = next(n for n in range(2, 10) if f"bus{n}" not in row)
        row[f"bus{port}"] = f"{id} clean share"
        series = draft.series["Link"].get("efficiency", {})
        if name in series:
            draft.series["Link"].setdefault(f"efficiency{port}", {})[name] = -series[name]
        else:
            row[f"efficiency{port}"] = -float(row.get("efficiency", 1.0))
