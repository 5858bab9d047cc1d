"""What each coal and gas plant can do: least output by season, ramp, start, fuel at full and part load."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from qhgrid.errors import Fault, NetworkError
from qhgrid.network.constants import STANDARD_COAL_HEAT_MWH_PER_T

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd

    from qhgrid.network.case import Case
    from qhgrid.network.draft import FloatArray
    from qhgrid.scenario.fleet import CountedPlant
    from qhgrid.scenario.model import Retrofit, Thermal


def is_heating_season(snapshots: pd.DatetimeIndex, start: str, end: str) -> npt.NDArray[np.bool_]:
    """Return for each snapshot whether it lies in the heating season, both days included, shape (snapshot,).

    Parameters
    ----------
    snapshots : pandas.DatetimeIndex
        Hours.
    start, end : str
        First and last day as month-day; a season whose end stands before its start runs over the new year.
    """
    day = snapshots.month.to_numpy() * 100 + snapshots.day.to_numpy()
    first, last = (int(text.replace("-", "")) for text in (start, end))
    if first <= last:
        return np.asarray((day >= first) & (day <= last))
    return np.asarray((day >= first) | (day <= last))


def coal_cost_cny_per_mwh(case: Case, heat_rate_gce_per_kwh: float) -> float:
    """Return fuel and CO2 of a MWh from coal, at g of standard coal per kWh [CNY/MWh]."""
    rules = case.scenario.thermal
    tce_per_mwh = heat_rate_gce_per_kwh / 1000.0
    co2_t_per_tce = case.facts.cost("coal", "co2_per_tce").value
    return tce_per_mwh * (rules.coal_price + rules.co2_price * co2_t_per_tce)


@dataclass(frozen=True)
class ThermalPlant:
    """A coal or gas plant of a case, retrofits counted.

    Parameters
    ----------
    case : Case
        The scenario with its facts.
    plant : CountedPlant
        The plant.
    """

    case: Case
    plant: CountedPlant

    @property
    def retrofit(self) -> Retrofit | None:
        """Flexibility retrofit of the plant in the scenario, if any."""
        return self.case.scenario.thermal.retrofit.get(self.plant.id)

    @cached_property
    def availability(self) -> float:
        """Share of rated power available."""
        rules = self.case.scenario.thermal
        if self.plant.technology == "gas" and rules.gas_availability is not None:
            return rules.gas_availability
        return rules.availability

    @cached_property
    def built_min_load(self) -> float:
        """Least output of a unit before any retrofit, per unit of its rating."""
        row = self.case.facts.thermal_units.get(self.plant.id)
        if row is not None and row.value is not None:
            return row.value
        return self._figure("min_load")

    @cached_property
    def relief(self) -> float:
        """Least output after over before the retrofit; 1 without one."""
        retrofit = self.retrofit
        return 1.0 if retrofit is None else min(1.0, retrofit.min_load / self.built_min_load)

    @cached_property
    def must_run(self) -> FloatArray:
        """Output that the plant must give, per unit of rating, shape (snapshot,)."""
        return self._built_must_run * self.relief

    @cached_property
    def online_share(self) -> FloatArray:
        """Capacity that must be online, per unit of rating, shape (snapshot,)."""
        return np.minimum(self._built_must_run / self.built_min_load, self.availability)

    @cached_property
    def min_load(self) -> FloatArray:
        """Least output of the capacity online, per unit of it, shape (snapshot,).

        In the heating season heat may hold the units above their least output: it is then as much as gives
        the must-run with all available units online.
        """
        heat_bound = self._built_must_run / self.availability
        return np.maximum(self.built_min_load, heat_bound) * self.relief

    @cached_property
    def ramp_share_per_h(self) -> float:
        """Change of output in an hour, per unit of rating."""
        retrofit = self.retrofit
        built = self._figure("ramp_share_per_h")
        return built if retrofit is None or retrofit.ramp is None else max(built, retrofit.ramp)

    def ramp_limits(self, share: float) -> dict[str, float]:
        """Return the ramp limits of a component with a share of the plant's rating; nothing if none binds."""
        if not self.case.scenario.thermal.ramps or self.ramp_share_per_h >= share:
            return {}
        limit = self.ramp_share_per_h / share
        return {"ramp_limit_up": limit, "ramp_limit_down": limit}

    @property
    def start_cost_cny_per_mw(self) -> float:
        """Cost of starting a MW of capacity [CNY/MW]."""
        return self._figure("start_cost") * 1000.0

    @cached_property
    def extra_fuel(self) -> float:
        """Fuel of a MWh more from capacity online, over that of a MWh at full output.

        Fuel is a straight line through the heat rates at least and at full output.
        """
        least = self.built_min_load
        at_least = self._figure("part_load_heat_rate")
        return max(0.0, 1.0 - least * at_least) / (1.0 - least) if least < 1.0 else 0.0

    @property
    def no_load_fuel(self) -> float:
        """Fuel of a MW online for an hour at no output, over that of a MWh at full output."""
        return 1.0 - self.extra_fuel

    @cached_property
    def efficiency(self) -> float:
        """Electricity out of a MWh of fuel at full output."""
        if self.plant.technology == "gas":
            return self.case.technology("gas").efficiency / self.penalty
        kwh_of_heat_per_g = STANDARD_COAL_HEAT_MWH_PER_T.value / 1000.0
        return 1.0 / (self._heat_rate * self.penalty * kwh_of_heat_per_g)

    @cached_property
    def fuel_cost_cny_per_mwh(self) -> float:
        """Fuel and CO2 of a MWh at full output [CNY/MWh]."""
        rules = self.case.scenario.thermal
        if self.plant.technology == "gas":
            co2_cost = rules.co2_price * self.case.facts.cost("gas", "co2_per_mwh").value
            return (rules.gas_price + co2_cost) * self.penalty
        return coal_cost_cny_per_mwh(self.case, self._heat_rate) * self.penalty

    @property
    def running_cost_cny_per_mwh(self) -> float:
        """Operation and maintenance of a MWh, fuel left out [CNY/MWh]."""
        return self.case.technology(self.plant.technology).marginal_cost_cny_per_mwh

    @property
    def marginal_cost(self) -> float:
        """Cost of a MWh at full output [CNY/MWh]."""
        return self.fuel_cost_cny_per_mwh + self.running_cost_cny_per_mwh

    @property
    def penalty(self) -> float:
        """Heat rate after over before the retrofit."""
        return 1.0 if self.retrofit is None else 1.0 + self.retrofit.heat_rate_penalty

    @property
    def _heat_rate(self) -> float:
        """Heat rate of a coal plant, which it must have [gce/kWh]."""
        if self.plant.heat_rate <= 0:
            place = f"coal plant {self.plant.id}"
            raise NetworkError(Fault(place, "has no heat rate", "Fill in its heat rate in data/fleet.csv."))
        return self.plant.heat_rate

    def _figure(self, parameter: str) -> float:
        """Return a figure of the technology from ``costs.csv``."""
        return self.case.facts.cost(self.plant.technology, parameter).value

    @cached_property
    def _built_must_run(self) -> FloatArray:
        """Must-run before any retrofit, per unit of rating, shape (snapshot,)."""
        if self.plant.technology != "coal":
            return np.zeros(len(self.case.snapshots))
        row = self.case.facts.thermal_units.get(self.plant.id)
        _check_must_run(self.case.scenario.thermal)
        return coal_must_run(
            self.case, is_chp=row is not None and row.is_chp, is_captive=row is not None and row.is_captive
        )


def _check_must_run(rules: Thermal) -> None:
    """Refuse must-run that no available capacity can give, in whatever season."""
    seasons = (rules.heating_p_min_pu, rules.summer_p_min_pu, rules.captive_p_min_pu or 0.0)
    most = max(*seasons, *(rules.monthly_p_min_pu or ()))
    if most > rules.availability:
        what = f"must-run stands above availability: {most:g} above {rules.availability:g}"
        raise NetworkError(Fault("thermal", what, "Lower the must-run or raise availability."))


def coal_must_run(case: Case, *, is_chp: bool, is_captive: bool) -> FloatArray:
    """Return the must-run of a coal plant before any retrofit, per unit of rating, shape (snapshot,)."""
    rules = case.scenario.thermal
    hours = case.snapshots
    if is_captive and rules.captive_p_min_pu is not None:
        return np.full(len(hours), rules.captive_p_min_pu)
    if rules.monthly_p_min_pu is not None:
        shares = np.asarray(rules.monthly_p_min_pu, dtype=np.float64)
        return shares.take(hours.month.to_numpy() - 1)
    heats = is_heating_season(hours, rules.heating_start, rules.heating_end)
    heats &= is_chp or rules.heating_plants == "all"
    return np.where(heats, rules.heating_p_min_pu, rules.summer_p_min_pu)
