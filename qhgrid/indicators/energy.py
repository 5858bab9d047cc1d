"""Power and energy of everything that makes, moves, holds or uses electricity in the province.

Free functions from the results Dataset to labelled series in MW;
:func:`qhgrid.indicators.selection.energy` and ``monthly`` turn a series into MWh. What is counted follows
the province's own statistics: generation is local, net of curtailment, without storage and without
imports; corridors and exports count as sent, imports as received.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from qhgrid.indicators.demand_side import drawn
from qhgrid.indicators.selection import (
    attribute,
    bus_label,
    energy,
    having,
    hours,
    on_grid,
    series,
    sum_by,
)

TURBINES = ("hydro_turbine", "csp_turbine")
"""Roles of the Links that make electricity from water or heat."""

UNITS = ("thermal_least", "thermal_above")
"""Roles of the Links of a thermal plant whose units start and stop."""

LABELS = ("technology", "prefecture", "corridor", "plant")
"""Columns that stay with each source of electricity."""

WEATHER_DRIVEN = ("pv", "wind")
"""Technologies whose curtailment is what the weather offers less what is used."""


def _labelled(results: xr.Dataset, values: xr.DataArray, component: str, chosen: np.ndarray) -> xr.DataArray:
    """Return the chosen components of `values` on dim ``source``, with their labels as coordinates."""
    picked = values.isel({component: chosen})
    names = results[component].to_numpy()[chosen].astype(object)
    labels = {
        label: (
            "source",
            attribute(results, component, label, "").to_numpy()[chosen].astype(str).astype(object),
        )
        for label in LABELS
    }
    data = picked.transpose("snapshot", component).to_numpy()
    return xr.DataArray(
        data, dims=("snapshot", "source"), coords={"snapshot": results["snapshot"], "source": names, **labels}
    )


def _turbine_flow(results: xr.Dataset, link_values: xr.DataArray, stores: bool) -> xr.DataArray:
    """Return what the pool before each Link holds at the end of the hour, or spills in it [m3/s; MW]."""
    pools = attribute(results, "link", "bus0", "").to_numpy().astype(str)
    if stores:
        owners = attribute(results, "store", "bus", "").to_numpy().astype(str)
        amounts = results["store_e"].transpose("snapshot", "store").to_numpy()
        amounts = amounts / results["snapshot_weighting_stores"].to_numpy()[:, None]
    else:
        spills = having(results, "link", role="hydro_spill")
        owners = pools[spills]
        amounts = link_values.to_numpy()[:, spills]
    feeds = (owners[:, None] == pools[None, :]).astype(float)
    return link_values.copy(data=np.maximum(amounts, 0.0) @ feeds)


def _field_left(results: xr.Dataset, link_values: xr.DataArray) -> xr.DataArray:
    """Return the heat that the solar field on the bus of each Link could give but does not [MW of heat]."""
    pools = attribute(results, "link", "bus0", "").to_numpy().astype(str)
    fields = having(results, "generator", role="solar_field")
    owners = attribute(results, "generator", "bus", "").to_numpy().astype(str)[fields]
    left = (
        (results["generator_p_max_mw"] - results["generator_p"]).transpose("snapshot", "generator").to_numpy()
    )
    return link_values.copy(data=np.maximum(left[:, fields], 0.0) @ (owners[:, None] == pools[None, :]))


def _turbine_reserve(results: xr.Dataset) -> xr.DataArray:
    """Return what each turbine could have given beyond its output, with the water or heat at hand [MW]."""
    flow = results["link_p0"].transpose("snapshot", "link")
    headroom = (results["link_p_max_mw"] - flow).transpose("snapshot", "link").clip(min=0.0)
    at_hand = _turbine_flow(results, flow, stores=True) + _turbine_flow(results, flow, stores=False)
    own = (at_hand + _field_left(results, flow)) * _share_of_pool(results)
    extra = _smaller(headroom, own)
    return extra * series(results, "link", "efficiency", 1.0)


def _share_of_pool(results: xr.Dataset) -> xr.DataArray:
    """Return the share of each turbine in those of its kind that draw on the same pool, shape (link,)."""
    pools = attribute(results, "link", "bus0", "").to_numpy().astype(str)
    sizes = attribute(results, "link", "p_nom").to_numpy().astype(float)
    sizes = np.where(having(results, "link", role=TURBINES), sizes, 0.0)
    whole = (pools[:, None] == pools[None, :]).astype(float) @ sizes
    return xr.DataArray(np.divide(sizes, whole, out=np.zeros_like(sizes), where=whole > 0), dims="link")


def _from_grid_heat(results: xr.Dataset) -> xr.DataArray:
    """Return the share of the heat behind each Link that heaters made out of grid power, shape (link,).

    Over the whole run: what heaters put in over all heat of heaters and solar field on that bus.
    """
    buses = attribute(results, "link", "bus0", "").to_numpy().astype(str)
    ends = attribute(results, "link", "bus1", "").to_numpy().astype(str)
    heaters = having(results, "link", role="csp_heater")
    fields = having(results, "generator", role="solar_field")
    owners = attribute(results, "generator", "bus", "").to_numpy().astype(str)[fields]
    heated = -energy(results, results["link_p1"]).to_numpy()[heaters]
    gathered = energy(results, results["generator_p"]).to_numpy()[fields]
    grid = (buses[:, None] == ends[heaters][None, :]).astype(float) @ heated
    sun = (buses[:, None] == owners[None, :]).astype(float) @ gathered
    share = np.divide(grid, grid + sun, out=np.zeros_like(grid), where=grid > 0)
    return xr.DataArray(share * having(results, "link", role="csp_turbine"), dims="link")


def _smaller(one: xr.DataArray, other: xr.DataArray) -> xr.DataArray:
    """Return the smaller of two arrays of one shape."""
    return one.where(one <= other, other)


def local_sources(results: xr.Dataset) -> xr.Dataset:
    """Return the output of every local source of electricity, and what it could have given and had to give.

    Local sources are generators with role ``generation`` and the Links of hydro, CSP and thermal units, whose
    electricity is ``-link_p1``. Storage and imports are not among them. What a turbine could have given is
    its output plus what its headroom and the water (or heat) held, spilled or left in the field at that
    hour would have allowed.

    Parameters
    ----------
    results : xarray.Dataset
        Results of a dispatch.

    Returns
    -------
    xarray.Dataset
        ``power``, ``available``, ``minimum`` and ``burnt``, each (snapshot, source) [MW], with the
        coordinates ``technology``, ``prefecture``, ``corridor`` and ``plant`` on ``source``. ``burnt`` is the
        output that the fuel burnt would have made at full load.
    """
    plants = having(results, "generator", role="generation")
    turbines = having(results, "link", role=(*TURBINES, *UNITS))
    of_plants = _plant_output(results)
    of_turbines = _turbine_output(results)
    parts = {
        name: xr.concat(
            [
                _labelled(results, of_plants[name], "generator", plants),
                _labelled(results, of_turbines[name], "link", turbines),
            ],
            dim="source",
        )
        for name in of_plants
    }
    return xr.Dataset(parts).assign_attrs(units="MW")


def _plant_output(results: xr.Dataset) -> dict[str, xr.DataArray]:
    """Return output, what is available, what must run and what is burnt by each Generator [MW]."""
    power = results["generator_p"]
    return {
        "power": power,
        "available": results["generator_p_max_mw"],
        "minimum": results["generator_p_min_mw"],
        "burnt": power * attribute(results, "generator", "fuel_factor", 1.0),
    }


def _turbine_output(results: xr.Dataset) -> dict[str, xr.DataArray]:
    """Return the same for each Link; units that are not online count as available."""
    electricity = -results["link_p1"]
    of_sources = electricity * (1.0 - _from_grid_heat(results))
    rate = series(results, "link", "efficiency", 1.0)
    starts = xr.DataArray(having(results, "link", role=UNITS), dims="link")
    reserve = electricity + _turbine_reserve(results)
    more = electricity * attribute(results, "link", "fuel_factor", 1.0)
    return {
        "power": of_sources,
        "available": reserve.where(~starts, results["link_p_max_mw"] * rate),
        "minimum": results["link_p_min_mw"] * rate,
        "burnt": more + results["link_p0"] * attribute(results, "link", "no_load_fuel", 0.0),
    }


def generation(results: xr.Dataset) -> xr.DataArray:
    """Return local generation by technology, net of curtailment, shape (snapshot, technology) [MW]."""
    return sum_by(local_sources(results)["power"], "source", "technology").assign_attrs(units="MW")


def curtailment(results: xr.Dataset) -> xr.DataArray:
    """Return what wind, PV and CSP could have given and did not.

    For wind and PV: available less used. For CSP: heat that the solar field did not deliver, as
    electricity at the efficiency of the turbine behind it.

    Returns
    -------
    xarray.DataArray
        Shape (snapshot, source) [MW], with the coordinates of :func:`local_sources`.
    """
    left = results["generator_p_max_mw"] - results["generator_p"]
    weather = having(results, "generator", role="generation", technology=WEATHER_DRIVEN)
    fields = having(results, "generator", role="solar_field")
    parts = [
        _labelled(results, left, "generator", weather),
        _labelled(results, left * _field_efficiency(results), "generator", fields),
    ]
    parts[1] = parts[1].assign_coords(technology=("source", np.full(int(fields.sum()), "csp", dtype=object)))
    return xr.concat(parts, dim="source").assign_attrs(units="MW")


def _field_efficiency(results: xr.Dataset) -> xr.DataArray:
    """Return the efficiency of the turbine on each generator's bus, 0 without one, shape (generator,)."""
    turbines = having(results, "link", role="csp_turbine")
    buses = attribute(results, "link", "bus0", "").to_numpy().astype(str)[turbines]
    rates = series(results, "link", "efficiency", 1.0).isel(link=turbines).mean("snapshot").to_numpy()
    sizes = attribute(results, "link", "p_nom").to_numpy().astype(float)[turbines]
    by_bus = {bus: float(np.average(rates[buses == bus], weights=sizes[buses == bus])) for bus in buses}
    own = attribute(results, "generator", "bus", "")
    return own.copy(data=np.array([by_bus.get(bus, 0.0) for bus in own.to_numpy().astype(str)], dtype=float))


def curtailment_by_technology(results: xr.Dataset) -> xr.DataArray:
    """Return curtailed power by technology, shape (snapshot, technology) [MW]."""
    return sum_by(curtailment(results), "source", "technology").assign_attrs(units="MW")


def hydro_spill(results: xr.Dataset) -> xr.Dataset:
    """Return the power that the spilled water of each hydro plant would have made.

    Returns
    -------
    xarray.Dataset
        ``all``: every m3/s spilled, at the plant's own water rate; ``avoidable``: only as much as its
        turbines had room for in that hour. Each (snapshot, source) [MW].
    """
    turbines = having(results, "link", role="hydro_turbine")
    flow = results["link_p0"].transpose("snapshot", "link")
    spilled = _turbine_flow(results, flow, stores=False)
    room = (results["link_p_max_mw"] - flow).transpose("snapshot", "link").clip(min=0.0)
    rate = series(results, "link", "efficiency", 1.0)
    return xr.Dataset(
        {
            "all": _labelled(results, spilled * rate, "link", turbines),
            "avoidable": _labelled(results, _smaller(spilled, room) * rate, "link", turbines),
        }
    )


def storage(results: xr.Dataset) -> xr.Dataset:
    """Return the flows of storage in the province: storage units, and what stores power in water or heat.

    Returns
    -------
    xarray.Dataset
        ``discharge`` and ``charge`` at the bus, both positive; ``change``, the rise of the stored energy in
        an hour; ``level``, the stored energy at its end [MWh]; ``rating``, the most it can discharge; and
        ``held``, what it could discharge out of what it holds. Each (snapshot, source) [MW], with the
        coordinates of :func:`local_sources`. Pumped storage on the river has one source for its pump and one
        for its turbine. Heaters charge the heat stores of CSP plants (technology ``heat_storage``); their
        share of the heat of the whole run is their share of what the turbines make.
    """
    units = on_grid(results, "storage_unit") & ~having(results, "storage_unit", role="flexible_load")
    pumped = having(results, "link", role=("psh_pump", "psh_turbine"))
    heated = having(results, "link", role="csp_heater") | (_from_grid_heat(results).to_numpy() > 0)
    of_units, of_water, of_heat = _unit_flows(results), _pumped_flows(results), _heated_flows(results)
    parts = {
        name: xr.concat(
            [
                _labelled(results, of_units[name], "storage_unit", units),
                _labelled(results, of_water[name], "link", pumped),
                _of_technology(_labelled(results, of_heat[name], "link", heated), "heat_storage"),
            ],
            dim="source",
        )
        for name in of_units
    }
    return xr.Dataset(parts)


def _of_technology(values: xr.DataArray, technology: str) -> xr.DataArray:
    """Return `values` under the name of one technology."""
    names = np.full(values.sizes["source"], technology, dtype=object)
    return values.assign_coords(technology=("source", names))


def _heated_flows(results: xr.Dataset) -> dict[str, xr.DataArray]:
    """Return the flows of every Link as far as it stores grid power in heat, see :func:`storage`.

    The turbine's rating is counted with the plant, and so is what its store holds.
    """
    heaters = xr.DataArray(having(results, "link", role="csp_heater"), dims="link")
    flow = results["link_p0"].transpose("snapshot", "link")
    nothing = flow * 0.0
    return {
        "discharge": -results["link_p1"] * _from_grid_heat(results),
        "charge": flow.where(heaters, 0.0),
        "change": nothing,
        "level": nothing,
        "rating": nothing,
        "held": nothing,
    }


def _unit_flows(results: xr.Dataset) -> dict[str, xr.DataArray]:
    """Return the flows of every storage unit, see :func:`storage`."""
    level = results["storage_unit_state_of_charge"].transpose("snapshot", "storage_unit")
    rise = level.copy(data=np.diff(level.to_numpy(), axis=0, prepend=_first_level(results, level)))
    rate = series(results, "storage_unit", "efficiency_dispatch", 1.0)
    return {
        "discharge": results["storage_unit_p_dispatch"],
        "charge": results["storage_unit_p_store"],
        "change": rise / hours(results),
        "level": level,
        "rating": results["storage_unit_p_max_mw"],
        "held": level * rate / results["snapshot_weighting_stores"],
    }


def _pumped_flows(results: xr.Dataset) -> dict[str, xr.DataArray]:
    """Return the same for every Link, where it is a pump or a turbine of pumped storage on the river."""
    pumping = xr.DataArray(having(results, "link", role="psh_pump"), dims="link")
    level, before = _upper_level(results)
    rate = series(results, "link", "efficiency", 1.0)
    made = _mwh_per_unit(results)
    held = (level / results["snapshot_weighting_stores"] * rate).where(~pumping, 0.0)
    in_mwh = (level * made).where(~pumping, 0.0)
    return {
        "discharge": (-results["link_p1"]).where(~pumping, 0.0),
        "charge": results["link_p0"].where(pumping, 0.0),
        "change": ((level - before) * made).where(~pumping, 0.0) / hours(results),
        "level": in_mwh,
        "rating": (results["link_p_max_mw"] * rate).where(~pumping, 0.0),
        "held": held,
    }


def _upper_level(results: xr.Dataset) -> tuple[xr.DataArray, xr.DataArray]:
    """Return what the upper reservoir before each Link holds, and held an hour before [m3/s h]."""
    flow = results["link_p0"].transpose("snapshot", "link")
    held = results["store_e"].transpose("snapshot", "store").to_numpy() @ _upper_of_links(results)
    before = np.roll(held, 1, axis=0)
    return flow.copy(data=held), flow.copy(data=before)


def _mwh_per_unit(results: xr.Dataset) -> xr.DataArray:
    """Return the electricity that a unit of the upper reservoir before each Link stands for [MWh]."""
    made = attribute(results, "store", "mwh_per_unit", 0.0).to_numpy().astype(float)
    return xr.DataArray(made @ _upper_of_links(results), dims="link")


def _upper_of_links(results: xr.Dataset) -> np.ndarray:
    """Return which Store is the upper reservoir before which Link, shape (store, link), 0 or 1."""
    upper = having(results, "store", role="upper_reservoir")
    owners = attribute(results, "store", "bus", "").to_numpy().astype(str)
    pools = attribute(results, "link", "bus0", "").to_numpy().astype(str)
    return np.asarray((owners[:, None] == pools[None, :]) & upper[:, None], dtype=float)


def _first_level(results: xr.Dataset, level: xr.DataArray) -> np.ndarray:
    """Return the energy held before the first snapshot: that after the last where storage is cyclic [MWh]."""
    cyclic = attribute(results, "storage_unit", "cyclic_state_of_charge", 0.0).to_numpy().astype(bool)
    initial = attribute(results, "storage_unit", "state_of_charge_initial").to_numpy().astype(float)
    return np.where(cyclic, level.to_numpy()[-1], initial)[None, :]


def storage_losses(results: xr.Dataset) -> xr.DataArray:
    """Return what storage took in, less what it gave and what it still holds, shape (technology,) [MWh]."""
    flows = storage(results)
    lost = energy(results, flows["charge"] - flows["discharge"] - flows["change"])
    return sum_by(lost, "source", "technology").assign_attrs(units="MWh")


def _links(results: xr.Dataset, role: str, label: str, values: xr.DataArray) -> xr.DataArray:
    """Return `values` of the Links with `role`, added up by `label`, shape (snapshot, label) [MW]."""
    chosen = having(results, "link", role=role)
    picked = values.isel(link=chosen).transpose("snapshot", "link")
    labels = attribute(results, "link", label, "").to_numpy()[chosen].astype(str).astype(object)
    return sum_by(picked.assign_coords({label: ("link", labels)}), "link", label).assign_attrs(units="MW")


def corridor_sent(results: xr.Dataset) -> xr.DataArray:
    """Return the power that leaves the province over each corridor, shape (snapshot, corridor) [MW]."""
    return _links(results, "corridor", "corridor", results["link_p0"])


def corridor_received(results: xr.Dataset) -> xr.DataArray:
    """Return the power that arrives at the far end of each corridor, shape (snapshot, corridor) [MW]."""
    return _links(results, "corridor", "corridor", -results["link_p1"])


def tie_import(results: xr.Dataset) -> xr.DataArray:
    """Return the power that each tie brings into the province, as received, shape (snapshot, tie) [MW]."""
    return _links(results, "tie_import", "tie", -results["link_p1"])


def tie_export(results: xr.Dataset) -> xr.DataArray:
    """Return the power that each tie takes out of the province, as sent, shape (snapshot, tie) [MW]."""
    return _links(results, "tie_export", "tie", results["link_p0"])


def demand(results: xr.Dataset) -> xr.DataArray:
    """Return the load of the province as drawn, shape (snapshot, load) [MW].

    Load that waited counts in the hour in which it was served, load that was cut does not count, and an
    electrolyser counts as demand of its class.

    Returns
    -------
    xarray.DataArray
        With the coordinates ``demand_class`` and ``prefecture`` on ``load``.
    """
    return drawn(results)


def elastic(results: xr.Dataset, role: str) -> xr.DataArray:
    """Return what the elastic layer supplied (``shed``) or took away (``dump``), by the role of the bus.

    Parameters
    ----------
    results : xarray.Dataset
        Results of a dispatch.
    role : str
        ``shed`` or ``dump``.

    Returns
    -------
    xarray.DataArray
        Shape (snapshot, bus_role) [MW; m3/s on water buses].
    """
    chosen = having(results, "generator", role=role)
    buses = bus_label(results, attribute(results, "generator", "bus", ""), "role")[chosen]
    picked = results["generator_p"].transpose("snapshot", "generator").isel(generator=chosen)
    return sum_by(picked.assign_coords(bus_role=("generator", buses)), "generator", "bus_role")


def grid_losses(results: xr.Dataset) -> xr.DataArray:
    """Return the losses on the AC network inside the province, shape (snapshot,) [MW].

    Lines lose nothing in a linear power flow unless the results say otherwise; the AC links of a transport
    network lose what goes in and does not come out.
    """
    inside = on_grid(results, "link", "bus0") & on_grid(results, "link", "bus1")
    lost = (results["link_p0"] + results["link_p1"]).isel(link=inside).sum("link")
    if "line_p1" in results:
        lost = lost + (results["line_p0"] + results["line_p1"]).sum("line")
    return lost.assign_attrs(units="MW")


def total(values: xr.DataArray) -> xr.DataArray:
    """Return `values` added up over every dim but ``snapshot``, shape (snapshot,)."""
    return values.sum([dim for dim in values.dims if dim != "snapshot"])
