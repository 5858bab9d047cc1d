"""The map: where electricity is used, and which way it flows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from qhgrid.facts.rows import PREFECTURES
from qhgrid.indicators.display import ENERGY, POWER, shown
from qhgrid.indicators.selection import attribute, having
from qhgrid.report.document import Chart, Flow, MapChart, Place, Region
from qhgrid.report.study import Study, short_name
from qhgrid.scenario.exchange import limits_of

OUTLINES = {
    "xining": "西宁市",
    "haidong": "海东市",
    "haibei": "海北藏族自治州",
    "huangnan": "黄南藏族自治州",
    "hainan": "海南藏族自治州",
    "guoluo": "果洛藏族自治州",
    "yushu": "玉树藏族自治州",
    "haixi": "海西蒙古族藏族自治州",
}
"""Name of each prefecture in ``data/map/qinghai.json``."""

LABELS_AT = {
    "xining": (101.35, 36.98),
    "haidong": (102.45, 36.12),
    "haibei": (99.6, 37.75),
    "huangnan": (101.75, 34.75),
    "hainan": (99.75, 35.75),
    "guoluo": (99.2, 34.15),
    "yushu": (94.6, 34.2),
    "haixi": (94.6, 37.1),
}
"""Where the name of each prefecture finds room, longitude and latitude [degrees]."""

BOX = (89.6, 31.3, 104.9, 39.4)
"""West, south, east, north [degrees]; arrows out of the province end there."""

Point = tuple[float, float]


def flow_map(study: Study) -> Chart:
    """Return buses, lines, corridors and ties with their mean flows over the outlines."""
    flows = (*_lines(study), *_ac_links(study), *_corridors(study), *_ties(study))
    return MapChart(
        key="flow_map",
        title=study.say("map"),
        unit=POWER,
        source=study.say("source.run"),
        note=study.say("map.note"),
        region_label=study.say("map.region"),
        region_unit=ENERGY,
        regions=_regions(study),
        places=_places(study),
        flows=tuple(flow for flow in flows if flow.ends[:2] != flow.ends[2:]),
        load_labels=(study.say("map.load.0"), study.say("map.load.1"), study.say("map.load.2")),
    )


def _regions(study: Study) -> tuple[Region, ...]:
    """Return the prefectures with the energy they use [亿千瓦时]."""
    demand = study.ledger.demand
    owners = demand["prefecture"].to_numpy().astype(str)
    used = [study.ledger.energy(demand.isel(load=owners == prefecture)) for prefecture in PREFECTURES]
    return tuple(
        Region(OUTLINES[prefecture], _name(study, prefecture), LABELS_AT[prefecture], shown(value, ENERGY))
        for prefecture, value in zip(PREFECTURES, used, strict=True)
    )


def _name(study: Study, prefecture: str) -> str:
    """Return the everyday name of a prefecture."""
    row = study.facts.prefectures.get(prefecture)
    return short_name(study.name(row)) if row is not None else prefecture


@dataclass(frozen=True)
class _Buses:
    """Position of each bus, and which are in the province."""

    points: dict[str, Point]
    grid: frozenset[str]


def _buses(study: Study) -> _Buses:
    """Return the positions of all buses that have one: their own, else that of the fact row of their name."""
    names = study.results["bus"].to_numpy().astype(str)
    xs, ys = (attribute(study.results, "bus", axis).to_numpy().astype(float) for axis in ("x", "y"))
    points: dict[str, Point] = {}
    for name, x, y in zip(names, xs, ys, strict=True):
        row = study.facts.prefectures.get(name) or study.facts.stations.get(name)
        if x or y:
            points[name] = (float(x), float(y))
        elif row is not None and (row.lon or row.lat):
            points[name] = (row.lon, row.lat)
    grid = names[having(study.results, "bus", role="grid")]
    return _Buses(points, frozenset(str(name) for name in grid))


def _places(study: Study) -> tuple[Place, ...]:
    """Return the grid buses, sized by their mean demand [万千瓦]."""
    buses = _buses(study)
    loads = study.results["load_p"].transpose("snapshot", "load").mean("snapshot").to_numpy()
    owners = attribute(study.results, "load", "bus", "").to_numpy().astype(str)
    return tuple(
        Place(
            study.bus_name(bus),
            *buses.points[bus],
            shown(float(loads[owners == bus].sum()), POWER),
            bus not in PREFECTURES or study.scenario.grid.resolution == "station",
        )
        for bus in sorted(buses.grid & buses.points.keys())
    )


def _flow(label: str, ends: tuple[Point, Point], powers: np.ndarray, rating: float, kind: str) -> Flow:
    """Return a flow from the first to the second end, turned round where the net power runs back."""
    net, mean = float(powers.mean()), float(np.abs(powers).mean())
    if net < 0:
        net, ends = -net, ends[::-1]
    (x0, y0), (x1, y1) = ends
    loading = mean / rating if rating > 0 else None
    return Flow(label, (x0, y0, x1, y1), shown(mean, POWER), shown(net, POWER), loading, kind)


def _branches(
    study: Study, component: str, chosen: np.ndarray, powers: xr.DataArray, rating: str
) -> tuple[Flow, ...]:
    """Return the flows of lines or links between two buses of the province."""
    buses = _buses(study)
    ends = [attribute(study.results, component, end, "").to_numpy().astype(str) for end in ("bus0", "bus1")]
    ratings = attribute(study.results, component, rating).to_numpy().astype(float)
    values = powers.transpose("snapshot", component).to_numpy()
    flows = []
    for place in np.flatnonzero(chosen):
        bus0, bus1 = ends[0][place], ends[1][place]
        if {bus0, bus1} <= buses.grid & buses.points.keys():
            label = f"{study.bus_name(bus0)}—{study.bus_name(bus1)}"
            between = (buses.points[bus0], buses.points[bus1])
            flows.append(_flow(label, between, values[:, place], ratings[place], "line"))
    return tuple(flows)


def _lines(study: Study) -> tuple[Flow, ...]:
    """Return the AC lines."""
    everyone = np.ones(study.results.sizes["line"], dtype=bool)
    return _branches(study, "line", everyone, study.results["line_p0"], "s_nom")


def _ac_links(study: Study) -> tuple[Flow, ...]:
    """Return the AC links of a transport network."""
    chosen = having(study.results, "link", role="ac_link")
    return _branches(study, "link", chosen, study.results["link_p0"], "p_nom")


def _corridors(study: Study) -> tuple[Flow, ...]:
    """Return the corridors, as arrows from the sending bus toward the receiving province."""
    buses, results = _buses(study), study.results
    senders = attribute(results, "link", "bus0", "").to_numpy().astype(str)
    names = attribute(results, "link", "corridor", "").to_numpy().astype(str)
    ratings = attribute(results, "link", "p_nom").to_numpy().astype(float)
    powers = results["link_p0"].transpose("snapshot", "link").to_numpy()
    flows = []
    for place in np.flatnonzero(having(results, "link", role="corridor")):
        row = study.facts.corridors.get(names[place])
        start = buses.points.get(senders[place])
        if row is not None and start is not None and row.receiving_lon:
            end = toward_edge(start, (row.receiving_lon, row.receiving_lat))
            label = study.corridor_name(names[place])
            flows.append(_flow(label, (start, end), powers[:, place], ratings[place], "corridor"))
    return tuple(flows)


def _ties(study: Study) -> tuple[Flow, ...]:
    """Return the ties, net import taken as flow into the province."""
    buses, ledger = _buses(study), study.ledger
    flows = []
    for name in sorted(set(ledger.imports["tie"].to_numpy()) | set(ledger.exports["tie"].to_numpy())):
        row, inside = study.facts.ties.get(name), _tie_bus(study, name)
        if row is None or inside not in buses.points or not row.lon:
            continue
        power = (ledger.of(ledger.imports, name) - ledger.of(ledger.exports, name)).to_numpy()
        known = name in study.scenario.ties
        rating = max(limits_of(study.scenario, study.facts, name)) if known else 0.0
        here = buses.points[inside]
        ends = (toward_edge(here, (row.lon, row.lat)), here)
        flows.append(_flow(study.tie_name(name), ends, power, rating, "tie"))
    return tuple(flows)


def _tie_bus(study: Study, tie: str) -> str:
    """Return the bus inside the province at which a tie arrives, empty if it has none."""
    results = study.results
    chosen = np.flatnonzero(having(results, "link", role=("tie_import", "tie_export"), tie=tie))
    grid = _buses(study).grid
    ends = [attribute(results, "link", end, "").to_numpy().astype(str)[chosen] for end in ("bus0", "bus1")]
    return next((str(bus) for bus in np.concatenate(ends) if bus in grid), "")


def toward_edge(start: Point, end: Point) -> Point:
    """Return `end` if it lies in the box of the map, else where the way there leaves the box."""
    west, south, east, north = BOX
    shares = [1.0]
    for from_, to, low, high in ((start[0], end[0], west, east), (start[1], end[1], south, north)):
        if to > high:
            shares.append((high - from_) / (to - from_))
        elif to < low:
            shares.append((from_ - low) / (from_ - to))
    share = max(0.0, min(shares))
    return start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])
