"""What a run says each plant and corridor made: its share of the components that carry several of them.

Wind, PV, CSP and new storage of one bus and technology are one component of the network. Plants that share it
share its series and, by the run's own rule, its curtailment; so each has made what its share of the capacity
says. Coal, gas and hydro plants are components of their own. Extra turbines at a dam (扩机) are credited with
the output above the turbines that stood there before: they bring no water.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from qhgrid.errors import Fault
from qhgrid.finance.rates import FloatArray
from qhgrid.finance.terms import FinanceError
from qhgrid.indicators.energy import local_sources
from qhgrid.indicators.selection import attribute, covered_hours, having
from qhgrid.network.case import Case
from qhgrid.network.siting import collector_of, siting_of
from qhgrid.scenario.exchange import rating_of
from qhgrid.scenario.fleet import UPRATE, CountedPlant, counted_fleet

if TYPE_CHECKING:
    from qhgrid.facts import Facts
    from qhgrid.scenario import Scenario

HOURS_A_YEAR = 8760.0
"""Hours to which a shorter run is scaled [h]."""
TOLERANCE = 1e-6
"""Difference between the capacity of a component and of its plants that is taken as rounding [1]."""


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A plant or a corridor in a run; arrays have shape (snapshot,)."""

    element: str
    """Name in the register, such as ``fleet:haixi_pv``."""
    technology: str
    """Id of ``technologies.csv``, ``hydro_uprate`` or ``corridor``."""
    name_zh: str
    capacity_mw: float
    storage_mwh: float = 0.0
    heat_rate: float = 0.0
    """Standard coal of a kWh [gce/kWh]."""
    corridor: str = ""
    """Corridor that it was built for, or is."""
    is_assumed: bool = False
    given_mw: FloatArray
    """Power that it gives: to the grid, or at the receiving end."""
    taken_mw: FloatArray
    """Power that it takes: to be stored, or at the sending end."""
    burnt_mw: FloatArray
    """Output that its fuel would have made at full load."""
    price_given: FloatArray
    """Marginal price where it gives [CNY/MWh]."""
    price_taken: FloatArray
    """Marginal price where it takes [CNY/MWh]."""


@dataclass(frozen=True)
class Reading:
    """A run as finance reads it.

    Parameters
    ----------
    results : xarray.Dataset
        Results of the dispatch.
    scenario : Scenario
        The scenario that was run.
    facts : Facts
        The fact tables.
    scale : float
        Hours of a year over the hours of the run.
    """

    results: xr.Dataset
    scenario: Scenario
    facts: Facts
    scale: float = 1.0

    @cached_property
    def case(self) -> Case:
        """Where plants stand in the network of the scenario."""
        return Case(self.scenario, self.facts, xr.Dataset(), tuple(self.fleet.values()))

    @cached_property
    def fleet(self) -> dict[str, CountedPlant]:
        """The plants that count, by id."""
        return {plant.id: plant for plant in counted_fleet(self.scenario, self.facts)}

    @cached_property
    def weights(self) -> FloatArray:
        """Hours of a year that each snapshot stands for, shape (snapshot,) [h]."""
        weights = self.results["snapshot_weighting_generators"].to_numpy().astype(np.float64)
        return np.asarray(weights * self.scale)

    def yearly(self, power_mw: FloatArray, price: FloatArray | None = None) -> float:
        """Return energy [MWh], or its worth at an hourly price [CNY], of a year."""
        return float((power_mw * self.weights * (1.0 if price is None else price)).sum())

    @cached_property
    def _sources(self) -> xr.Dataset:
        """Local sources of electricity."""
        return local_sources(self.results)

    @cached_property
    def _zeros(self) -> FloatArray:
        """No power at all, shape (snapshot,) [MW]."""
        return np.zeros(self.results.sizes["snapshot"])

    def price(self, bus: str) -> FloatArray:
        """Return the marginal price of a bus, shape (snapshot,) [CNY/MWh]."""
        return np.asarray(self.results["bus_marginal_price"].sel(bus=bus).to_numpy(), dtype=np.float64)

    def piece(self, element: str) -> Piece | None:
        """Return what an element of the register made, None if the run does not count it."""
        kind, _, name = element.partition(":")
        if kind == "corridor":
            return self._corridor(element, name)
        plant = self.fleet.get(name + UPRATE if kind == "hydro_uprate" else name)
        if plant is None:
            return None
        if kind in ("hydro", "hydro_uprate"):
            return self._river_plant(element, plant, name)
        technology = self.facts.technology(plant.technology)
        if technology.is_storage:
            return self._storage(element, plant)
        if plant.technology in ("pv", "wind", "csp"):
            return self._shared_plant(element, plant)
        return self._own_plant(element, plant)

    def _bus(self, plant: CountedPlant) -> str:
        """Return the grid bus of a plant."""
        return self.case.bus_of_plant(plant.id, plant.station, plant.prefecture)

    def _of_plant(self, element: str, plant: CountedPlant, bus: str, **series: FloatArray) -> Piece:
        """Return a piece with the labels of a plant and the prices of a bus."""
        price = self.price(bus)
        power = {name: series.get(name, self._zeros) for name in ("given_mw", "taken_mw", "burnt_mw")}
        return Piece(
            element=element,
            technology="hydro_uprate" if plant.id.endswith(UPRATE) else plant.technology,
            name_zh=plant.name_zh,
            capacity_mw=plant.p_nom,
            storage_mwh=plant.p_nom * plant.storage_h,
            heat_rate=plant.heat_rate,
            corridor=plant.corridor,
            is_assumed=plant.is_assumed,
            price_given=price,
            price_taken=price,
            **power,
        )

    def _made(self, variable: str, **labels: str) -> FloatArray:
        """Return a figure of the local sources with some labels, added up, shape (snapshot,) [MW]."""
        sources = self._sources
        chosen = np.ones(sources.sizes["source"], dtype=bool)
        for label, value in labels.items():
            chosen &= sources[label].to_numpy().astype(str) == value
        values = sources[variable].transpose("snapshot", "source").to_numpy()
        return np.asarray(values[:, chosen].sum(axis=1), dtype=np.float64)

    def _own_plant(self, element: str, plant: CountedPlant) -> Piece:
        """Return a plant that is a component of its own."""
        given, burnt = (self._made(name, plant=plant.id) for name in ("power", "burnt"))
        return self._of_plant(element, plant, self._bus(plant), given_mw=given, burnt_mw=burnt)

    def _river_plant(self, element: str, plant: CountedPlant, dam: str) -> Piece:
        """Return a plant of the river, or its extra turbines, which give what the others cannot."""
        made = self._made("power", plant=dam)
        stood = self.fleet[dam].p_nom if dam in self.fleet else 0.0
        below = np.minimum(made, stood)
        given = made - below if plant.id.endswith(UPRATE) else below
        return self._of_plant(element, plant, self._bus(plant), given_mw=given)

    def _shared_plant(self, element: str, plant: CountedPlant) -> Piece:
        """Return the share of a plant in the wind, PV or CSP of its bus."""
        bus = self._bus(plant)
        if plant.technology == "csp":
            return self._solar_thermal(element, plant, bus)
        feeding = collector_of(self.case, plant) or bus
        mates = [
            other
            for other in self.case.plants_of(plant.technology)
            if (collector_of(self.case, other) or self._bus(other)) == feeding
        ]
        name = f"{feeding} {plant.technology}"
        share = self._share(plant, mates, "generator", name)
        given = self.results["generator_p"].sel(generator=name).to_numpy() * share
        return self._of_plant(element, plant, feeding, given_mw=given)

    def _share(self, plant: CountedPlant, mates: list[CountedPlant], component: str, name: str) -> float:
        """Return the share of a plant in a component, whose capacity must be that of all its plants."""
        whole = sum(mate.p_nom for mate in mates)
        names = self.results[component].to_numpy().astype(str)
        rated = 0.0
        if name in names:
            rated = float(attribute(self.results, component, "p_nom").sel({component: name}))
        if abs(rated - whole) > TOLERANCE * max(whole, 1.0):
            what = f"has {rated:g} MW in the run, and its plants {whole:g} MW in the fact tables"
            raise FinanceError(
                Fault(name, what, "Run the scenario again, so that run and fact tables agree.")
            )
        return plant.p_nom / whole

    def _solar_thermal(self, element: str, plant: CountedPlant, bus: str) -> Piece:
        """Return the share of a CSP plant in the turbine of its bus, and in the heaters there."""
        share = plant.p_nom / sum(mate.p_nom for mate in self.case.plants_by_bus("csp")[bus])
        turbines = having(self.results, "link", role="csp_turbine", bus1=bus)
        heaters = having(self.results, "link", role="csp_heater", bus0=bus)
        given = -self._links("link_p1", turbines) * share
        taken = self._links("link_p0", heaters) * share
        return self._of_plant(element, plant, bus, given_mw=given, taken_mw=taken)

    def _links(self, variable: str, chosen: np.ndarray) -> FloatArray:
        """Return a figure of some Links, added up, shape (snapshot,) [MW]."""
        values = self.results[variable].transpose("snapshot", "link").to_numpy()
        return np.asarray(values[:, chosen].sum(axis=1), dtype=np.float64)

    def _storage(self, element: str, plant: CountedPlant) -> Piece:
        """Return the share of a storage plant in the storage of its bus and siting, or its own machines."""
        bus = self._bus(plant)
        pump = having(self.results, "link", role="psh_pump", plant=plant.id)
        if pump.any():
            turbine = having(self.results, "link", role="psh_turbine", plant=plant.id)
            given, taken = -self._links("link_p1", turbine), self._links("link_p0", pump)
            return self._of_plant(element, plant, bus, given_mw=given, taken_mw=taken)
        name, mates, stands = plant.id, [plant], bus
        if plant.technology != "pumped_storage":
            name, mates, stands = self._storage_group(plant, bus)
        share = self._share(plant, mates, "storage_unit", name)
        unit = self.results.sel(storage_unit=name)
        given, taken = (unit[f"storage_unit_p_{way}"].to_numpy() * share for way in ("dispatch", "store"))
        return self._of_plant(element, plant, stands, given_mw=given, taken_mw=taken)

    def _storage_group(self, plant: CountedPlant, bus: str) -> tuple[str, list[CountedPlant], str]:
        """Return the component that a storage plant is in, its plants, and the bus that it stands on."""

        def group(other: CountedPlant) -> tuple[str, str, str]:
            siting = siting_of(self.case, other)
            return self._bus(other), siting, collector_of(self.case, other) if siting == "source" else ""

        mates = [other for other in self.case.plants_of(plant.technology) if group(other) == group(plant)]
        _, siting, collector = group(plant)
        stands = collector or bus
        ending = " user" if siting == "user" else ""
        return f"{stands} {plant.technology}{ending}", mates, stands

    def _corridor(self, element: str, name: str) -> Piece | None:
        """Return what a corridor carried, None if it is not in service."""
        rules = self.scenario.corridors.get(name)
        if rules is None or not rules.in_service:
            return None
        link = self.results.sel(link=name)
        row = self.facts.corridors[name]
        sending, receiving = (str(link[f"link_{end}"].item()) for end in ("bus0", "bus1"))
        return Piece(
            element=element,
            technology="corridor",
            name_zh=row.name_zh,
            capacity_mw=rating_of(self.scenario, self.facts, name),
            corridor=name,
            is_assumed=row.is_assumed,
            given_mw=-link["link_p1"].to_numpy(),
            taken_mw=link["link_p0"].to_numpy(),
            burnt_mw=self._zeros,
            price_given=self.price(receiving),
            price_taken=self.price(sending),
        )


def part_of(piece: Piece, share: float) -> Piece:
    """Return a share of a piece."""
    power = {name: getattr(piece, name) * share for name in ("given_mw", "taken_mw", "burnt_mw")}
    return replace(
        piece, capacity_mw=piece.capacity_mw * share, storage_mwh=piece.storage_mwh * share, **power
    )


def hours_scale(results: xr.Dataset) -> float:
    """Return the hours of a year over the hours of a run [1]."""
    return HOURS_A_YEAR / covered_hours(results)
