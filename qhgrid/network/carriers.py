"""Carriers: one for each technology, and those of grid, water, heat and markets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qhgrid.network.constants import STANDARD_COAL_HEAT_MWH_PER_T

if TYPE_CHECKING:
    from qhgrid.network.case import Case
    from qhgrid.network.draft import Draft

PLAIN_CARRIERS = {
    "AC": ("交流电网", "#4d4d4d"),
    "DC": ("直流外送", "#8c564b"),
    "water": ("水", "#6baed6"),
    "heat": ("热", "#fb6a4a"),
    "capacity": ("在线容量", "#bdbdbd"),
    "market": ("省外市场", "#9e9ac8"),
    "flexible load": ("可调节负荷", "#c7a76c"),
    "hydrogen": ("氢", "#7fcdbb"),
}
"""Carriers that are no technology: Chinese name and colour."""


def co2_t_per_mwh_heat(case: Case, technology: str) -> float:
    """Return the CO2 of a MWh of heat that a technology burns [t/MWh]."""
    if technology == "coal":
        return case.facts.cost("coal", "co2_per_tce").value / STANDARD_COAL_HEAT_MWH_PER_T.value
    if technology == "gas":
        return case.facts.cost("gas", "co2_per_mwh").value * case.technology("gas").efficiency
    return 0.0


def add_carriers(draft: Draft, case: Case) -> None:
    """Add every carrier that the network uses, with colour, Chinese name and CO2 per MWh of heat."""
    for carrier, (name_zh, colour) in PLAIN_CARRIERS.items():
        draft.add("Carrier", carrier, nice_name=name_zh, color=colour, co2_emissions=0.0)
    for id, technology in case.facts.technologies.items():
        if technology.carrier not in draft.rows["Carrier"]:
            draft.add(
                "Carrier",
                technology.carrier,
                nice_name=technology.name_zh,
                color=technology.colour,
                co2_emissions=co2_t_per_mwh_heat(case, id),
            )
