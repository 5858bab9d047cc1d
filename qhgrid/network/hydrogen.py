"""Green hydrogen: electrolysers that stand in for the electrolysis class, tanks, demand, re-use.

Hydrogen is counted in MW of its lower heating value (33.33 kWh/kg). The demand for hydrogen is what the
class's electricity would make at the electrolysers' efficiency, the same in every hour. So over a year the
electrolysers take the energy of the class, no more and no less; when, is for the dispatch to choose.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qhgrid.scenario.demand import DemandClass

if TYPE_CHECKING:
    from qhgrid.network.case import Case
    from qhgrid.network.demand_side import DemandSide, Place
    from qhgrid.network.draft import Draft

HYDROGEN = "hydrogen"
"""Carrier and role of the hydrogen buses."""
HALF = 0.5
"""Level of the tanks at the start and at the end, share of the tank."""


def add_hydrogen(draft: Draft, case: Case, side: DemandSide) -> set[tuple[DemandClass, str]]:
    """Add the hydrogen chain of each prefecture with enough electrolysis.

    Returns
    -------
    set of (DemandClass, str)
        Class and prefecture whose load the electrolysers make, so that nobody adds it as a fixed load.
    """
    made: set[tuple[DemandClass, str]] = set()
    if not case.scenario.hydrogen.is_on:
        return made
    for place in side.of_prefectures(case, [DemandClass.ELECTROLYSIS]):
        if place.mean_mw >= case.scenario.flexibility.smallest:
            _add_chain(draft, case, place)
            made.add((DemandClass.ELECTROLYSIS, place.prefecture))
    return made


def _add_chain(draft: Draft, case: Case, place: Place) -> None:
    """Add bus, electrolyser, tank, demand and re-use of one prefecture."""
    rules = case.scenario.hydrogen
    name = f"{place.prefecture} hydrogen"
    where = case.facts.prefectures[place.prefecture].name_zh
    mean = place.mean_mw * rules.efficiency
    said = {"prefecture": place.prefecture, "demand_class": DemandClass.ELECTROLYSIS.value}
    row = case.facts.prefectures[place.prefecture]
    draft.add(
        "Bus", name, carrier=HYDROGEN, unit="MW", x=row.lon, y=row.lat,
        prefecture=place.prefecture, role=HYDROGEN, name_zh=f"{where}氢",
    )  # fmt: skip
    draft.add(
        "Link", f"{name} electrolyser", bus0=place.bus, bus1=name, carrier=HYDROGEN,
        p_nom=rules.oversize * place.mean_mw, p_min_pu=min(rules.p_min_pu, 1.0 / rules.oversize),
        efficiency=rules.efficiency, role="electrolyser", name_zh=f"{where}电解槽", **said,
    )  # fmt: skip
    draft.add(
        "Load", f"{name} demand", bus=name, carrier=HYDROGEN, p_set=mean,
        role="hydrogen_demand", name_zh=f"{where}用氢", **said,
    )  # fmt: skip
    _add_tank(draft, case, place, name, rules.tank * mean, where)
    if rules.reuse_share > 0:
        draft.add(
            "Link", f"{name} reuse", bus0=name, bus1=place.bus, carrier=HYDROGEN,
            p_nom=rules.reuse_share * rules.oversize * place.mean_mw / rules.reuse_efficiency,
            efficiency=rules.reuse_efficiency, role="hydrogen_reuse", name_zh=f"{where}氢能发电", **said,
        )  # fmt: skip


def _add_tank(draft: Draft, case: Case, place: Place, name: str, e_nom: float, where: str) -> None:
    """Add a tank that starts and ends half full [MWh of hydrogen]."""
    if e_nom <= 0:
        return
    level = np.full(len(case.snapshots), np.nan)
    level[-1] = HALF * e_nom
    draft.add(
        "Store", f"{name} tank", bus=name, carrier=HYDROGEN, e_nom=e_nom, e_initial=HALF * e_nom, e_set=level,
        prefecture=place.prefecture, role="hydrogen_tank", name_zh=f"{where}储氢",
    )  # fmt: skip
