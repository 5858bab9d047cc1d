"""What several figures and tables draw on, calculated once for a run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import numpy as np
import xarray as xr

from qhgrid.facts.rows import PREFECTURES
from qhgrid.indicators import energy as en
from qhgrid.indicators.capacity import capacity_by_technology
from qhgrid.indicators.corridors import CorridorUse, corridor_use, corridors_in_service
from qhgrid.indicators.corridors_tracking import clean_share_by_bus
from qhgrid.indicators.energy import total
from qhgrid.indicators.selection import (
    GRID_ROLES,
    Months,
    coverage,
    covered_hours,
    energy,
    is_full_year,
    monthly,
    months,
    pick,
    sum_by,
)
from qhgrid.sourced import ASSUMED_MARK

if TYPE_CHECKING:
    from qhgrid.facts import Facts
    from qhgrid.scenario.fleet import CountedPlant
    from qhgrid.scenario.model import Scenario


class ShortageLike(Protocol):
    """A stretch of hours in which a bus went short, as the dispatch reports it."""

    @property
    def start(self) -> object:
        """First snapshot."""

    @property
    def hours(self) -> float:
        """Length [h]."""

    @property
    def bus(self) -> str:
        """Bus."""

    @property
    def name_zh(self) -> str:
        """Chinese name of the bus, or empty."""

    @property
    def kind(self) -> str:
        """``shed`` or ``dump``."""

    @property
    def energy_mwh(self) -> float:
        """Energy [MWh, or `unit` times hours]."""

    @property
    def peak_mw(self) -> float:
        """Largest power [MW, or `unit`]."""

    @property
    def unit(self) -> str:
        """Unit of power at the bus."""

    def in_words(self, lang: str = "zh") -> str:
        """Return the shortage as a planner would say it."""


@dataclass(frozen=True)
class Ledger:
    """A run and the sums that its figures and tables share.

    Parameters
    ----------
    results : xarray.Dataset
        Results of a dispatch.
    scenario : Scenario
        The scenario that was run.
    facts : Facts
        The fact tables.
    fleet : tuple of CountedPlant
        The plants that count in the scenario.
    objective : float
        Cost of the dispatch [CNY].
    shortages : tuple of ShortageLike
        Where, when and how much was shed or dumped.
    """

    results: xr.Dataset
    scenario: Scenario
    facts: Facts
    fleet: tuple[CountedPlant, ...]
    objective: float
    shortages: tuple[ShortageLike, ...] = ()

    @cached_property
    def sources(self) -> xr.Dataset:
        """Local sources of electricity; see :func:`qhgrid.indicators.energy.local_sources`."""
        sources = en.local_sources(self.results)
        for technology in sorted(set(sources["technology"].to_numpy().astype(str))):
            self.facts.technology(technology)
        return sources

    @cached_property
    def generation(self) -> xr.DataArray:
        """Local generation, shape (snapshot, technology) [MW]."""
        return sum_by(self.sources["power"], "source", "technology")

    @cached_property
    def available(self) -> xr.DataArray:
        """What local sources could have given, shape (snapshot, technology) [MW]."""
        return sum_by(self.sources["available"], "source", "technology")

    @cached_property
    def minimum(self) -> xr.DataArray:
        """What local sources had to give, shape (snapshot, technology) [MW]."""
        return sum_by(self.sources["minimum"], "source", "technology")

    @cached_property
    def curtailed(self) -> xr.DataArray:
        """Curtailed wind, PV and CSP, shape (snapshot, technology) [MW]."""
        return en.curtailment_by_technology(self.results)

    @cached_property
    def storage(self) -> xr.Dataset:
        """Discharge, charge and change of storage, shape (snapshot, technology) [MW]."""
        flows = en.storage(self.results)
        return xr.Dataset({name: sum_by(flows[name], "source", "technology") for name in flows.data_vars})

    @cached_property
    def demand(self) -> xr.DataArray:
        """Load, shape (snapshot, load) with coordinates demand_class and prefecture [MW]."""
        return en.demand(self.results)

    @cached_property
    def corridor_sent(self) -> xr.DataArray:
        """Power sent over each corridor, shape (snapshot, corridor) [MW]."""
        return en.corridor_sent(self.results)

    @cached_property
    def corridor_received(self) -> xr.DataArray:
        """Power received at the far end of each corridor, shape (snapshot, corridor) [MW]."""
        return en.corridor_received(self.results)

    @cached_property
    def clean_share(self) -> xr.DataArray:
        """Clean share of what passes each grid bus, flows followed hour by hour, shape (snapshot, bus)."""
        return clean_share_by_bus(self.results, self.facts)

    @cached_property
    def corridor_uses(self) -> tuple[CorridorUse, ...]:
        """What each corridor in service carried, in the order of ``corridors.csv``."""
        return tuple(corridor_use(self, id) for id in corridors_in_service(self))

    @cached_property
    def imports(self) -> xr.DataArray:
        """Power received over each tie, shape (snapshot, tie) [MW]."""
        return en.tie_import(self.results)

    @cached_property
    def exports(self) -> xr.DataArray:
        """Power sent over each tie, shape (snapshot, tie) [MW]."""
        return en.tie_export(self.results)

    @cached_property
    def shed(self) -> xr.DataArray:
        """Unserved power on the grid, shape (snapshot,) [MW]."""
        return self._on_grid("shed")

    @cached_property
    def dump(self) -> xr.DataArray:
        """Surplus power on the grid that nothing took, shape (snapshot,) [MW]."""
        return self._on_grid("dump")

    def _on_grid(self, role: str) -> xr.DataArray:
        """Return what the elastic layer did on the buses of the grid, shape (snapshot,) [MW]."""
        elastic = en.elastic(self.results, role)
        return total(elastic.isel(bus_role=np.isin(elastic["bus_role"].to_numpy(), GRID_ROLES)))

    @cached_property
    def months(self) -> Months:
        """Months that the run touches."""
        return months(self.results)

    @cached_property
    def coverage(self) -> tuple[str, str]:
        """Which hours are covered, in Chinese and English."""
        return coverage(self.results)

    @cached_property
    def hours(self) -> float:
        """Hours covered [h]."""
        return covered_hours(self.results)

    @cached_property
    def is_full_year(self) -> bool:
        """Whether the run covers a whole year."""
        return is_full_year(self.results)

    @cached_property
    def capacity(self) -> dict[str, float]:
        """Capacity of each technology of the counted fleet [MW]."""
        return capacity_by_technology(self.fleet, self.facts)

    @cached_property
    def technologies(self) -> tuple[str, ...]:
        """Technologies with capacity, generation or storage, in the order of ``technologies.csv``."""
        seen = set(self.capacity) | set(self.generation["technology"].to_numpy())
        seen |= set(self.storage["technology"].to_numpy())
        return tuple(name for name in self.facts.technologies if name in seen)

    @cached_property
    def generating(self) -> tuple[str, ...]:
        """Those of :attr:`technologies` that are no storage."""
        return tuple(name for name in self.technologies if not self.facts.technology(name).is_storage)

    @cached_property
    def storing(self) -> tuple[str, ...]:
        """Those of :attr:`technologies` that are storage."""
        return tuple(name for name in self.technologies if self.facts.technology(name).is_storage)

    @cached_property
    def co2_rates(self) -> xr.DataArray:
        """CO2 of a MWh at full load of each local source, shape (source,) [t/MWh]."""
        return self._by_source(self._co2_rate)

    @cached_property
    def standard_coal_rates(self) -> xr.DataArray:
        """Standard coal for a MWh at full load of each local source, shape (source,) [t/MWh]."""
        return self._by_source(self._standard_coal_rate)

    def _by_source(self, rate: Callable[[str, str], float]) -> xr.DataArray:
        """Return ``rate(technology, plant)`` for each local source, shape (source,)."""
        technologies, plants = self.sources["technology"].to_numpy(), self.sources["plant"].to_numpy()
        values = np.array([rate(t, p) for t, p in zip(technologies, plants, strict=True)], dtype=float)
        return xr.DataArray(values, dims="source", coords={"source": self.sources["source"]})

    def _standard_coal_rate(self, technology: str, plant: str) -> float:
        """Return the standard coal of a coal plant by its heat rate, 0 for any other [t/MWh]."""
        return self._heat_rates.get(plant, 0.0) / 1000.0 if technology == "coal" else 0.0

    @cached_property
    def _heat_rates(self) -> dict[str, float]:
        """Standard coal per kWh of each counted plant [gce/kWh]."""
        return {plant.id: plant.heat_rate for plant in self.fleet}

    def _co2_rate(self, technology: str, plant: str) -> float:
        """Return the CO2 of a MWh from `plant` [t/MWh]."""
        if technology == "gas":
            return self.facts.cost("gas", "co2_per_mwh").value
        if technology == "coal":
            return self.facts.cost("coal", "co2_per_tce").value * self._standard_coal_rate(technology, plant)
        return 0.0

    @cached_property
    def co2(self) -> xr.DataArray:
        """CO2 of local generation, shape (snapshot,) [t/h]."""
        tonnes: xr.DataArray = xr.dot(self.sources["burnt"], self.co2_rates, dim="source")
        return tonnes

    def by_month(self, power: xr.DataArray) -> tuple[float, ...]:
        """Return the energy of `power`, shape (snapshot,), in each month and in all [MWh]."""
        parts = monthly(self.results, power)
        return (*parts, float(sum(parts)))

    def energy(self, power: xr.DataArray) -> float:
        """Return the energy of `power` over all dims and hours [MWh]."""
        return float(energy(self.results, en.total(power)))

    def of(self, values: xr.DataArray, name: str) -> xr.DataArray:
        """Return one technology, corridor or tie out of ``(snapshot, x)``, zero without one."""
        return pick(values, next(str(dim) for dim in values.dims if dim != "snapshot"), name)

    def having_class(self, attribute: str) -> xr.DataArray:
        """Return generation of a class (``is_clean``, ``is_new_energy``), shape (snapshot,) [MW]."""
        names = self.generation["technology"].to_numpy()
        is_in = [bool(getattr(self.facts.technology(name), attribute)) for name in names]
        chosen = np.array(is_in, dtype=bool)
        return self.generation.isel(technology=chosen).sum("technology")

    def mark(self, technologies: Iterable[str] | None = None) -> str:
        """Return 假设 if a counted row of one of `technologies` (by default of any) is assumed."""
        wanted = None if technologies is None else set(technologies)
        assumed = any(row.is_assumed and (wanted is None or row.technology in wanted) for row in self.fleet)
        return ASSUMED_MARK if assumed else ""

    @property
    def demand_mark(self) -> str:
        """假设 if the yearly demand is the scenario's own or rests on an assumed row, else nothing."""
        rules = self.scenario.demand
        row = self.facts.demand.get(f"total_{self.scenario.year}_{rules.level}")
        is_known = rules.energy is None and not rules.extra and row is not None and not row.is_assumed
        return "" if is_known else ASSUMED_MARK

    def technology_label(self, name: str) -> tuple[str, str]:
        """Return Chinese and English name of a technology."""
        row = self.facts.technology(name)
        return row.name_zh, row.name_en

    @cached_property
    def prefectures(self) -> tuple[str, ...]:
        """Ids of the eight prefectures."""
        return PREFECTURES
