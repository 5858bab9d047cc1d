"""The elastic layer: unserved load and surplus at every bus, at a price, so that every case has a plan.

A shortage is then a result with a place, an hour and a size, instead of the word "infeasible".
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from qhgrid.dispatch.inputs import Inputs, scaled
from qhgrid.dispatch.program import FloatArray
from qhgrid.errors import DispatchError, Fault

if TYPE_CHECKING:
    import pypsa

Kind = Literal["shed", "dump"]

CARRIERS: dict[Kind, str] = {"shed": "load shedding", "dump": "dump"}
"""Carrier of the elastic generators."""
SIGNS: dict[Kind, float] = {"shed": 1.0, "dump": -1.0}
"""Which way the elastic generators feed their bus."""
NEGLIGIBLE = 1e-6
"""Share of the network's largest load below which a shortage is rounding."""


@dataclass(frozen=True)
class ElasticPrices:
    """Prices of the elastic layer, per MWh (or per m3/s h at a water bus).

    Parameters
    ----------
    shed : float
        Cost of load not served, where a bus has no ``shed_price`` of its own. Should be above every other
        cost.
    dump : float
        Cost of a surplus that nothing can take and nothing can curtail.
    """

    shed: float = 20_000.0
    dump: float = 2_000.0

    def __post_init__(self) -> None:
        """Refuse prices that make shedding or dumping worth while."""
        faults = [
            Fault(
                f"elastic {kind} price",
                f"{price:g} is not a finite price above 0",
                "Give a positive price per MWh.",
            )
            for kind, price in (("shed", self.shed), ("dump", self.dump))
            if not (math.isfinite(price) and price > 0.0)
        ]
        if faults:
            raise DispatchError(faults)


@dataclass(frozen=True)
class Shortage:
    """Consecutive hours in which a bus is short of power, or has a surplus that nothing can take."""

    start: Any
    """First snapshot."""
    hours: float
    """Length, snapshot weightings counted. [h]"""
    bus: str
    kind: Kind
    energy_mwh: float
    """[MWh, or the bus's unit times hours]"""
    peak_mw: float
    """Largest power. [MW, or the bus's unit]"""
    name_zh: str = ""
    """Chinese name of the bus, where it has one."""
    unit: str = "MW"
    """Unit of power at the bus."""

    def in_words(self, lang: str = "zh") -> str:
        """Return the shortage as a planner would say it, in Chinese (``zh``) or English (``en``).

        Examples
        --------
        >>> import pandas as pd
        >>> Shortage(pd.Timestamp("2030-01-15 19:00"), 1.0, "haixi", "shed", 320.0, 320.0, "海西").in_words()
        '1月15日19时 海西 缺口 320 MW'
        """
        return self._in_english() if lang == "en" else self._in_chinese()

    def _in_chinese(self) -> str:
        """Return the Chinese sentence."""
        name = self.name_zh or self.bus
        what = "缺口" if self.kind == "shed" else "无法消纳"
        head = f"{_when_zh(self.start)} {name} {what}"
        if self.hours <= 1.0:
            return f"{head} {_amount(self.peak_mw)} {self.unit}"
        energy = f"{_amount(self.energy_mwh)} {_energy_unit(self.unit)}"
        return f"{head}最大 {_amount(self.peak_mw)} {self.unit}，持续 {self.hours:g} 小时，共 {energy}"

    def _in_english(self) -> str:
        """Return the English sentence."""
        what = "short of" if self.kind == "shed" else "unable to use"
        head = f"{_when_en(self.start)}, {self.bus}: {what}"
        if self.hours <= 1.0:
            return f"{head} {_amount(self.peak_mw)} {self.unit}"
        energy = f"{_amount(self.energy_mwh)} {_energy_unit(self.unit)}"
        return f"{head} up to {_amount(self.peak_mw)} {self.unit} for {self.hours:g} hours, {energy} in all"


def _amount(value: float) -> str:
    """Return a number as a planner writes it: no decimals from 100 up, three significant digits below."""
    return f"{value:,.0f}" if value >= 100.0 else f"{value:.3g}"


def _energy_unit(unit: str) -> str:
    """Return the unit of energy that belongs to a unit of power."""
    return f"{unit}h" if unit == "MW" else f"{unit}·h"


def _when_zh(snapshot: object) -> str:
    """Return a snapshot as 1月15日19时."""
    if not isinstance(snapshot, pd.Timestamp):
        return str(snapshot)
    minute = f"{snapshot.minute}分" if snapshot.minute else ""
    return f"{snapshot.month}月{snapshot.day}日{snapshot.hour}时{minute}"


def _when_en(snapshot: object) -> str:
    """Return a snapshot as 15 January 19:00."""
    if not isinstance(snapshot, pd.Timestamp):
        return str(snapshot)
    return f"{snapshot.day} {snapshot.month_name()} {snapshot:%H:%M}"


def add_elastic_layer(network: pypsa.Network, prices: ElasticPrices | None = None) -> None:
    """Add ``<bus> shed`` and ``<bus> dump`` to every bus of `network`, in place.

    Both are generators, the second with sign -1, large enough never to bind. A positive ``shed_price`` or
    ``dump_price`` of a bus goes before that of `prices`. Done twice, the second time only sets the prices
    anew.

    Parameters
    ----------
    network : pypsa.Network
        Changed in place.
    prices : ElasticPrices, optional
        Default prices.
    """
    prices = ElasticPrices() if prices is None else prices
    buses = network.c["Bus"].static
    usual: dict[Kind, float] = {"shed": prices.shed, "dump": prices.dump}
    cost = {kind: _prices_of(buses, kind, price) for kind, price in usual.items()}
    size = _enough(network)
    for kind, sign in SIGNS.items():
        _add_carrier(network, CARRIERS[kind])
        _add_generators(network, kind, sign, cost[kind], size)


def _prices_of(buses: pd.DataFrame, kind: Kind, usual: float) -> FloatArray:
    """Return the price of one kind at each bus: its own where it has one above 0, else the usual one."""
    column = f"{kind}_price"
    own = buses[column].to_numpy(dtype=float) if column in buses else np.zeros(len(buses))
    return np.where(own > 0.0, own, usual)


def _add_carrier(network: pypsa.Network, carrier: str) -> None:
    """Add `carrier` unless it is there; it emits nothing, whatever extra columns count emissions."""
    members = network.c["Carrier"]
    if carrier in members.static.index:
        return
    extra = [column for column in members.static.columns if column not in members.defaults.index]
    numbers = [column for column in extra if pd.api.types.is_numeric_dtype(members.static[column])]
    network.add("Carrier", carrier, **dict.fromkeys(numbers, 0.0))


def _add_generators(
    network: pypsa.Network, kind: Kind, sign: float, cost: FloatArray, size: FloatArray
) -> None:
    """Add the elastic generators of one kind where they are missing, and set the price of all."""
    buses = network.c["Bus"].static.index
    names = pd.Index([f"{bus} {kind}" for bus in buses])
    static = network.c["Generator"].static
    _refuse_foreign(static, names, kind)
    new = ~names.isin(static.index)
    if new.any():
        text = _custom_text(network, buses[new], kind)
        network.add(
            "Generator",
            names[new],
            bus=buses[new],
            carrier=CARRIERS[kind],
            sign=sign,
            p_nom=size[new],
            **text,
        )
    network.c["Generator"].static.loc[names, "marginal_cost"] = cost


def _refuse_foreign(static: pd.DataFrame, names: pd.Index, kind: Kind) -> None:
    """Refuse generators that bear an elastic name and are something else."""
    there = static.loc[names.intersection(static.index), "carrier"]
    faults = [
        Fault(f"Generator {name}", f"the name is taken by a generator of carrier {carrier!r}", "Rename it.")
        for name, carrier in there.items()
        if carrier != CARRIERS[kind]
    ]
    if faults:
        raise DispatchError(faults)


def _custom_text(network: pypsa.Network, buses: pd.Index, kind: Kind) -> dict[str, Any]:
    """Return values for extra columns of generators: role, the prefecture of the bus, else empty."""
    members = network.c["Generator"]
    values: dict[str, Any] = {"role": kind}
    extra = [c for c in members.static.columns if c not in members.defaults.index and c != "role"]
    for column in extra:
        series = members.static[column]
        if pd.api.types.is_numeric_dtype(series) or pd.api.types.is_bool_dtype(series):
            values[column] = series.dtype.type(0)
        else:
            values[column] = ""
    table = network.c["Bus"].static
    if "prefecture" in extra and "prefecture" in table:
        values["prefecture"] = table.loc[buses, "prefecture"].to_numpy()
    return values


def _enough(network: pypsa.Network) -> FloatArray:
    """Return for every bus the sum of all finite capacities that feed in or draw there, in MW."""
    inputs = Inputs(network)
    total = np.zeros(len(inputs.buses))

    def count(component: str, column: str, names: pd.Index, power: FloatArray) -> None:
        buses = inputs.bus_positions(component, column, names)
        usable = np.isfinite(power) & (buses >= 0)
        np.add.at(total, buses[usable], power[usable])

    loads = inputs.names("Load")
    count(
        "Load",
        "bus",
        loads,
        _peak(inputs.series("Load", "p_set", loads) * inputs.static("Load", "sign", loads)),
    )
    for component in ("Generator", "StorageUnit"):
        names = inputs.names(component)
        names = names[~inputs.text(component, "carrier", names).isin(CARRIERS.values())]
        count(
            component,
            "bus",
            names,
            _rating(inputs, component, names) * np.abs(inputs.static(component, "sign", names)),
        )
    stores = inputs.names("Store")
    shortest = float(inputs.weight_stores.min(initial=1.0))
    count("Store", "bus", stores, inputs.static("Store", "e_nom", stores) / shortest)
    for component in ("Line", "Transformer"):
        names = inputs.names(component)
        share = _peak(inputs.series(component, "s_max_pu", names))
        flow = scaled(share, inputs.static(component, "s_nom", names))
        for column in ("bus0", "bus1"):
            count(component, column, names, flow)
    for component in ("Link", "Process"):
        names = inputs.names(component)
        for port in inputs.ports(component):
            share = np.ones(len(names))
            if port.coefficient:
                share = _peak(inputs.series(component, port.coefficient, names))
            count(component, port.bus, names, scaled(share, _rating(inputs, component, names)))
    return total


def _peak(values: FloatArray) -> FloatArray:
    """Return the largest absolute value of each column."""
    peaks: FloatArray = np.abs(values).max(axis=0, initial=0.0)
    return peaks


def _rating(inputs: Inputs, component: str, names: pd.Index) -> FloatArray:
    """Return the largest power of each member, p_set included, in MW."""
    limits = [_peak(inputs.series(component, a, names)) for a in ("p_min_pu", "p_max_pu")]
    fixed = np.nan_to_num(inputs.series(component, "p_set", names))
    rated = scaled(np.maximum(*limits), inputs.static(component, "p_nom", names))
    return np.maximum(rated, _peak(fixed))


def shortages(network: pypsa.Network) -> tuple[Shortage, ...]:
    """Return where and when the plan of `network` sheds load or dumps a surplus, in order of time and bus.

    Parameters
    ----------
    network : pypsa.Network
        Dispatched, with an elastic layer.
    """
    scale = _scale(network)
    found: list[tuple[int, int, Shortage]] = []
    for kind in SIGNS:
        found += _events_of(network, kind, NEGLIGIBLE * scale)
    found.sort(key=lambda item: (item[0], item[2].kind != "shed", item[1]))
    return tuple(item[2] for item in found)


def _scale(network: pypsa.Network) -> float:
    """Return the network's largest load, at least 1, in MW."""
    inputs = Inputs(network)
    return max(1.0, float(_peak(inputs.series("Load", "p_set", inputs.names("Load"))).max(initial=0.0)))


def _events_of(network: pypsa.Network, kind: Kind, least: float) -> list[tuple[int, int, Shortage]]:
    """Return the events of one kind with the positions of their snapshot and bus."""
    static = network.c["Generator"].static
    names = static.index[static["carrier"] == CARRIERS[kind]]
    power = network.c["Generator"].dynamic["p"].reindex(columns=names).to_numpy(dtype=float)
    hours = network.snapshot_weightings["generators"].to_numpy(dtype=float)
    buses = network.c["Bus"].static
    events = []
    for j, name in enumerate(names):
        bus = str(static.at[name, "bus"])
        words = {"name_zh": _text(buses, bus, "name_zh"), "unit": _text(buses, bus, "unit") or "MW"}
        for first, stop in _runs(power[:, j] > least):
            part, length = power[first:stop, j], hours[first:stop]
            energy, peak = float(part @ length), float(part.max())
            start = network.snapshots[first]
            event = Shortage(start, float(length.sum()), bus, kind, energy, peak, **words)
            events.append((first, int(buses.index.get_loc(bus)), event))
    return events


def _text(table: pd.DataFrame, name: str, column: str) -> str:
    """Return a text of a table, empty where there is none."""
    value = table.at[name, column] if column in table else ""
    return value if isinstance(value, str) and value != "None" else ""


def _runs(is_on: np.ndarray) -> list[tuple[int, int]]:
    """Return the first and the one-after-last position of every run of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], is_on, [False]]).astype(np.int8)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
