"""What each DC corridor carried: energy, hours, three readings of 满功率, and how clean it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from qhgrid.indicators.display import ratio
from qhgrid.indicators.selection import attribute, energy, having, hours, series, sum_by
from qhgrid.scenario.exchange import contract_on, rating_of

if TYPE_CHECKING:
    from qhgrid.indicators.ledger import Ledger
    from qhgrid.scenario.fleet import CountedPlant
    from qhgrid.scenario.model import Corridor

AT_RATING = 0.99
"""Share of the rating from which a corridor counts as running at full power."""

TOLERANCE_MW = 1e-4
"""Slack of a comparison with a limit, below what any solver guarantees [MW]."""


@dataclass(frozen=True)
class CorridorUse:
    """What one corridor in service carried over the covered hours.

    Parameters
    ----------
    id : str
    rating : float
        Rated power at the sending end [MW].
    sent, received, contract, shortfall : float
        Energy sent and received, contracted at the receiving end for the covered hours, and missing from
        it [MWh].
    utilisation_hours : float
        Energy sent over rating [h].
    hours_at_rating : float
        Hours at 99 % of the rating or more [h].
    maximum, minimum : float
        Largest and smallest power sent [MW].
    clean_share_province, clean_share_prefecture : float or None
        Clean share of the energy sent, by the hourly mix of the province and of the sending prefecture;
        None where nothing was sent, or nothing stands in the prefecture.
    clean_share_flow : float or None
        The same by following flows hour by hour to the sending bus.
    clean_share_base : float or None
        The same by the supporting base: what its plants that are not clean made counts against what was
        sent; None where no plant was built for the corridor.
    price : float or None
        Mean price of the energy received [CNY/MWh].
    design_hours : float
        Design energy of a year over the rating [h].
    """

    id: str
    rating: float
    sent: float
    received: float
    contract: float
    shortfall: float
    utilisation_hours: float
    hours_at_rating: float
    maximum: float
    minimum: float
    clean_share_province: float | None
    clean_share_prefecture: float | None
    clean_share_flow: float | None
    clean_share_base: float | None
    price: float | None
    design_hours: float


def province_clean_share(ledger: Ledger) -> xr.DataArray:
    """Return the clean share of what feeds the province in each hour.

    Clean local generation over local generation plus imports as received. Storage is in neither: it gives
    back what was counted when it was made. Imports are in the denominator alone, because their origin is
    not known.

    Returns
    -------
    xarray.DataArray
        Shape (snapshot,), 0 to 1; not a number in an hour without any supply.
    """
    clean = ledger.having_class("is_clean")
    supply = ledger.generation.sum("technology") + ledger.imports.sum("tie")
    return clean / supply.where(supply > 0)


def prefecture_clean_share(ledger: Ledger, prefecture: str) -> xr.DataArray:
    """Return the clean share of generation in one prefecture in each hour, shape (snapshot,), 0 to 1."""
    own = ledger.sources["power"].isel(source=ledger.sources["prefecture"].to_numpy() == prefecture)
    by_technology = sum_by(own, "source", "technology")
    names = by_technology["technology"].to_numpy()
    chosen = np.array([ledger.facts.technology(name).is_clean for name in names], dtype=bool)
    made = by_technology.sum("technology")
    return by_technology.isel(technology=chosen).sum("technology") / made.where(made > 0)


def clean_share_of(ledger: Ledger, sent: xr.DataArray, share: xr.DataArray) -> float | None:
    """Return the clean share of energy sent with the hourly mix `share`, in the hours where that is known."""
    counted = sent.where(share.notnull(), 0.0)
    return ratio(
        float(energy(ledger.results, counted * share.fillna(0.0))), float(energy(ledger.results, counted))
    )


def corridors_in_service(ledger: Ledger) -> tuple[str, ...]:
    """Return the ids of the corridors in service, in the order of ``corridors.csv``."""
    corridors = ledger.scenario.corridors
    return tuple(id for id in ledger.facts.corridors if id in corridors and corridors[id].in_service)


def sending_share(ledger: Ledger, id: str) -> xr.DataArray:
    """Return the clean share of what passes the sending bus of a corridor, shape (snapshot,), 0 to 1."""
    chosen = having(ledger.results, "link", role="corridor", corridor=id)
    buses = attribute(ledger.results, "link", "bus0", "").to_numpy().astype(str)[chosen]
    known = [bus for bus in buses if bus in ledger.clean_share["bus"].to_numpy()]
    if not known:
        return xr.full_like(ledger.of(ledger.corridor_sent, id), np.nan)
    return ledger.clean_share.sel(bus=known[0], drop=True)


def base_generation(ledger: Ledger, id: str) -> dict[str, float]:
    """Return what the supporting base of a corridor made, by technology, where plants are apart [MWh].

    Plants added up by bus carry no corridor, so of these the part is taken that their rating has in the
    bus's technology of their prefecture.
    """
    made: dict[str, float] = {}
    sources = ledger.sources["power"]
    apart, plants = sources["corridor"].to_numpy() == id, sources["plant"].to_numpy().astype(str)
    for plant in (one for one in ledger.fleet if one.corridor == id):
        if ledger.facts.technology(plant.technology).is_storage:
            continue
        own = apart & (plants == plant.id)
        if own.any():
            power = sources.isel(source=own).sum("source")
            energy_made = ledger.energy(power)
        else:
            energy_made = _part_of_prefecture(ledger, plant)
        made[plant.technology] = made.get(plant.technology, 0.0) + energy_made
    return made


def _part_of_prefecture(ledger: Ledger, plant: CountedPlant) -> float:
    """Return what a plant made as its part of its technology in its prefecture [MWh]."""
    sources = ledger.sources["power"]
    like = (sources["technology"].to_numpy() == plant.technology) & (
        sources["prefecture"].to_numpy() == plant.prefecture
    )
    rated = sum(
        one.p_nom
        for one in ledger.fleet
        if (one.technology, one.prefecture) == (plant.technology, plant.prefecture)
    )
    return ledger.energy(sources.isel(source=like).sum("source")) * plant.p_nom / rated


def base_share(ledger: Ledger, id: str, sent: float) -> float | None:
    """Return the clean share of what a corridor sent, its base's plants that are not clean taken off."""
    made = base_generation(ledger, id)
    if not made or sent <= 0:
        return None
    burnt = sum(mwh for name, mwh in made.items() if not ledger.facts.technology(name).is_clean)
    return max(0.0, 1.0 - burnt / sent)


def receiving_price(ledger: Ledger, id: str) -> xr.DataArray:
    """Return what a MWh earns at the receiving end of a corridor, shape (snapshot,) [CNY/MWh]."""
    chosen = having(ledger.results, "generator", role="receiving", corridor=id)
    return -series(ledger.results, "generator", "marginal_cost").isel(generator=chosen).sum("generator")


def contract_by_hour(ledger: Ledger, rules: Corridor) -> xr.DataArray:
    """Return what the contract of a corridor asks for in each hour, shape (snapshot,) [MWh]."""
    weights = hours(ledger.results)
    days = pd.DatetimeIndex(weights["snapshot"].to_numpy()).date
    asked = {day: contract_on(rules, day) for day in sorted(set(days))}
    return weights * np.array([asked[day] for day in days])


def corridor_use(ledger: Ledger, id: str) -> CorridorUse:
    """Return what corridor `id` carried over the covered hours."""
    rules, fact = ledger.scenario.corridors[id], ledger.facts.corridors[id]
    rating = rating_of(ledger.scenario, ledger.facts, id)
    sent, received = ledger.of(ledger.corridor_sent, id), ledger.of(ledger.corridor_received, id)
    at_rating = sent >= AT_RATING * rating - TOLERANCE_MW
    arrived = ledger.energy(received)
    contract = float(contract_by_hour(ledger, rules).sum())
    return CorridorUse(
        id=id,
        rating=rating,
        sent=ledger.energy(sent),
        received=arrived,
        contract=contract,
        shortfall=max(0.0, contract - arrived),
        utilisation_hours=ledger.energy(sent) / rating,
        hours_at_rating=float(hours(ledger.results).where(at_rating, 0.0).sum()),
        maximum=float(sent.max()),
        minimum=float(sent.min()),
        clean_share_province=clean_share_of(ledger, sent, province_clean_share(ledger)),
        clean_share_prefecture=clean_share_of(
            ledger, sent, prefecture_clean_share(ledger, fact.sending_prefecture)
        ),
        clean_share_flow=clean_share_of(ledger, sent, sending_share(ledger, id)),
        clean_share_base=base_share(ledger, id, ledger.energy(sent)),
        price=ratio(float(energy(ledger.results, received * receiving_price(ledger, id))), arrived),
        design_hours=fact.design_energy_mwh / rating,
    )
