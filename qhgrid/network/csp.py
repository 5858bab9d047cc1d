r"""Concentrating solar plants: solar field, heat store, turbine, and what more a scenario asks for.

By default the turbine runs freely between nothing and its rating. With ``csp.commitment: linear`` it starts
and stops as coal units do (:mod:`.thermal_commitment`), in MW of the heat that the capacity online takes at
full load: least output draws :math:`m u_t` of heat and is less efficient, more output needs room above it,
and a start takes heat, :math:`h` hours at full load. Before the first hour nothing is online. An electric
heater turns grid power into heat; freeze protection draws heat in cold hours. No electricity is made but of
heat that the store or the field gives.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from qhgrid.network.case import Case
    from qhgrid.network.draft import Draft
    from qhgrid.scenario.fleet import CountedPlant


def add_solar_thermal(draft: Draft, case: Case) -> None:
    """Add the CSP plants of each bus, added up."""
    for bus, plants in case.plants_by_bus("csp").items():
        site = _Site(case, bus, tuple(plants))
        _add_heat_bus(draft, site)
        _add_solar_field(draft, site)
        if site.heat_mwh > 0:
            _add_heat_store(draft, site)
        if case.scenario.csp.commitment == "linear":
            _add_committed_turbine(draft, site)
        else:
            _add_free_turbine(draft, site)
        if case.scenario.csp.heater > 0:
            _add_heater(draft, site)
        if case.scenario.csp.freeze_protection and site.heat_mwh > 0:
            _add_freeze_protection(draft, site)


@dataclass(frozen=True)
class _Site:
    """The CSP plants of one bus, added up."""

    case: Case
    bus: str
    plants: tuple[CountedPlant, ...]

    @cached_property
    def electric_mw(self) -> float:
        """Rated power [MW]."""
        return sum(plant.p_nom for plant in self.plants)

    @cached_property
    def efficiency(self) -> float:
        """Electricity out of heat at full output."""
        return self.case.technology("csp").efficiency

    @cached_property
    def heat_mw(self) -> float:
        """Heat that the turbine takes at rated power [MW]."""
        return self.electric_mw / self.efficiency

    @cached_property
    def heat_mwh(self) -> float:
        """Heat that the stores hold [MWh]."""
        return sum(plant.p_nom * plant.storage_h for plant in self.plants) / self.efficiency

    @property
    def heat_bus(self) -> str:
        """Name of the heat bus."""
        return f"{self.bus} csp heat"

    @property
    def name_zh(self) -> str:
        """Chinese name."""
        return f"{self.case.name_of(self.bus)}{self.case.technology('csp').name_zh}"

    @property
    def labels(self) -> dict[str, str]:
        """Labels of all parts."""
        return {"technology": "csp", "prefecture": self.case.prefecture_of(self.bus)}

    @property
    def running_cost_cny_per_mwh_heat(self) -> float:
        """Operation and maintenance of a MWh of electricity, by the heat that it takes [CNY/MWh]."""
        return self.case.technology("csp").marginal_cost_cny_per_mwh * self.efficiency

    def figure(self, parameter: str) -> float:
        """Return a figure of CSP from ``costs.csv``."""
        return self.case.facts.cost("csp", parameter).value


def _add_bus(draft: Draft, site: _Site, name: str, carrier: str, role: str, name_zh: str) -> None:
    """Add a bus beside the grid bus of a site."""
    grid = draft.rows["Bus"][site.bus]
    draft.add(
        "Bus",
        name,
        carrier=carrier,
        unit="MW",
        x=grid["x"],
        y=grid["y"],
        prefecture=site.labels["prefecture"],
        role=role,
        shed_price=site.case.scenario.elastic.shed_price,
        name_zh=f"{site.name_zh}{name_zh}",
    )


def _add_heat_bus(draft: Draft, site: _Site) -> None:
    """Add the bus at which field, store and turbine meet."""
    _add_bus(draft, site, site.heat_bus, "heat", "heat", "热侧")


def _add_solar_field(draft: Draft, site: _Site) -> None:
    """Add the solar field, which may turn its mirrors away."""
    draft.add(
        "Generator",
        f"{site.bus} csp solar field",
        bus=site.heat_bus,
        carrier="heat",
        p_nom=site.heat_mw * site.figure("solar_multiple"),
        p_max_pu=site.case.profile("csp_p_max_pu", prefecture=site.labels["prefecture"]),
        role="solar_field",
        name_zh=f"{site.name_zh}镜场",
        **site.labels,
    )


def _add_heat_store(draft: Draft, site: _Site) -> None:
    """Add the heat store, of the plants' mean hours."""
    draft.add(
        "Store",
        f"{site.bus} csp heat store",
        bus=site.heat_bus,
        carrier="heat",
        e_nom=site.heat_mwh,
        e_cyclic=True,
        standing_loss=site.figure("heat_store_loss"),
        role="heat_store",
        name_zh=f"{site.name_zh}储热",
        **site.labels,
    )


def _add_turbine(draft: Draft, site: _Site, name: str, share: float, **more: object) -> None:
    """Add a Link from heat to the grid with a share of the turbine's rating."""
    draft.add(
        "Link",
        name,
        bus0=site.heat_bus,
        bus1=site.bus,
        carrier=site.case.technology("csp").carrier,
        p_nom=site.heat_mw * share,
        role="csp_turbine",
        name_zh=f"{site.name_zh}汽轮机",
        **site.labels,
        **more,
    )


def _add_free_turbine(draft: Draft, site: _Site) -> None:
    """Add a turbine without least output and starts."""
    _add_turbine(
        draft,
        site,
        f"{site.bus} csp turbine",
        1.0,
        efficiency=site.efficiency,
        marginal_cost=site.running_cost_cny_per_mwh_heat,
    )


def _add_committed_turbine(draft: Draft, site: _Site) -> None:
    """Add a turbine that starts and stops: its capacity online circulates from hour to hour."""
    online, room = f"{site.bus} csp online", f"{site.bus} csp room"
    _add_bus(draft, site, online, "capacity", "commitment", "在线容量")
    _add_bus(draft, site, room, "capacity", "commitment", "可调空间")
    least, at_least = site.figure("min_load"), site.figure("part_load_efficiency")
    _add_turbine(
        draft,
        site,
        f"{site.bus} csp turbine least",
        least,
        bus2=online,
        efficiency2=-1.0 / least,
        bus3=online,
        efficiency3=1.0 / least,
        delay3=1,
        cyclic_delay3=False,
        bus4=room,
        efficiency4=(1.0 - least) / least,
        efficiency=site.efficiency * at_least,
        marginal_cost=site.running_cost_cny_per_mwh_heat * at_least,
    )
    above = (1.0 - least * at_least) / (1.0 - least)
    _add_turbine(
        draft,
        site,
        f"{site.bus} csp turbine",
        1.0 - least,
        bus2=room,
        efficiency2=-1.0,
        efficiency=site.efficiency * above,
        marginal_cost=site.running_cost_cny_per_mwh_heat * above,
    )
    _add_start(draft, site, online)
    _add_sink(draft, site, "stop", online)
    _add_sink(draft, site, "idle", room)


def _add_start(draft: Draft, site: _Site, online: str) -> None:
    """Add the Link that brings capacity online out of heat."""
    hours = site.figure("start_heat_h")
    draft.add(
        "Link",
        f"{site.bus} csp start",
        bus0=site.heat_bus,
        bus1=online,
        carrier="heat",
        p_nom=site.heat_mw * hours,
        efficiency=1.0 / hours,
        role="csp_start",
        name_zh=f"{site.name_zh}启动",
        **site.labels,
    )


def _add_sink(draft: Draft, site: _Site, role: str, bus: str) -> None:
    """Add the Generator that takes capacity off the bus: what stops, or room that stays unused."""
    draft.add(
        "Generator",
        f"{site.bus} csp {role}",
        bus=bus,
        carrier="capacity",
        p_nom=site.heat_mw,
        sign=-1.0,
        role=role,
        name_zh=site.name_zh,
        **site.labels,
    )


def _add_heater(draft: Draft, site: _Site) -> None:
    """Add the electric heater, which turns grid power into heat."""
    draft.add(
        "Link",
        f"{site.bus} csp heater",
        bus0=site.bus,
        bus1=site.heat_bus,
        carrier="heat",
        p_nom=site.electric_mw * site.case.scenario.csp.heater,
        efficiency=site.figure("heater_efficiency"),
        role="csp_heater",
        name_zh=f"{site.name_zh}电加热器",
        **site.labels,
    )


def _add_freeze_protection(draft: Draft, site: _Site) -> None:
    """Add the heat that keeps salt and pipes from freezing in cold hours, as a Load."""
    cold = site.case.profile("temperature_degc", prefecture=site.labels["prefecture"])
    share = site.figure("freeze_heat_share")
    draft.add(
        "Load",
        f"{site.bus} csp freeze protection",
        bus=site.heat_bus,
        carrier="heat",
        p_set=np.where(cold < site.figure("freeze_below"), share * site.heat_mw, 0.0),
        prefecture=site.labels["prefecture"],
        role="freeze_protection",
        name_zh=f"{site.name_zh}防凝",
    )
