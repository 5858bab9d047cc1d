"""Networks made by a seeded generator: the same seed always makes the same network.

`province` is of the size of a province, `mesh` of any size, `cascade` a river with travel times. All of them
have a plan without the elastic layer: at every bus stands a dear generator that can serve its load alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pypsa

pypsa.options.api.legacy_string_dtype = False

FloatArray = npt.NDArray[np.float64]

ZONES = ("xining", "haidong", "haibei", "huangnan", "hainan", "guoluo", "yushu", "haixi")
MARKETS = {
    "henan": ("hainan", 8000.0, 360.0),
    "guangxi": ("hainan", 8000.0, 380.0),
    "guangdong": ("haixi", 8000.0, 420.0),
}
LOAD = {
    "xining": 9000.0, "haidong": 3000.0, "haibei": 600.0, "huangnan": 400.0,
    "hainan": 1500.0, "guoluo": 200.0, "yushu": 200.0, "haixi": 5000.0,
}  # fmt: skip
PV = {
    "haixi": 42e3,
    "hainan": 38e3,
    "haibei": 3e3,
    "huangnan": 1e3,
    "xining": 1e3,
    "haidong": 2e3,
    "guoluo": 1e3,
    "yushu": 500.0,
}
WIND = {"haixi": 17e3, "hainan": 9e3, "haibei": 1e3, "haidong": 300.0, "xining": 200.0}
LINES = (
    ("haixi", "hainan", 12e3), ("hainan", "xining", 12e3), ("haixi", "haibei", 4e3),
    ("haibei", "xining", 5e3), ("xining", "haidong", 12e3), ("hainan", "huangnan", 6e3),
    ("huangnan", "haidong", 5e3), ("hainan", "guoluo", 3e3), ("guoluo", "yushu", 1e3),
)  # fmt: skip
HYDRO = {
    "longyangxia": ("hainan", 1280.0, 5000.0, 0.5), "laxiwa": ("hainan", 4200.0, 40.0, 0.28),
    "lijiaxia": ("huangnan", 2000.0, 60.0, 0.33), "gongboxia": ("haidong", 1500.0, 30.0, 0.4),
    "jishixia": ("haidong", 1020.0, 20.0, 0.38), "maerdang": ("guoluo", 2320.0, 80.0, 0.37),
    "yangqu": ("hainan", 1200.0, 40.0, 0.45), "banduo": ("hainan", 360.0, 10.0, 0.5),
    "cihaxia": ("hainan", 2600.0, 100.0, 0.4),
}  # fmt: skip


def province(hours: int = 8760, seed: int = 0, *, kirchhoff: bool = True) -> pypsa.Network:
    """Return a made-up province: 8 zones, 3 markets behind DC corridors, 19 storages, `hours` snapshots."""
    rng = np.random.default_rng(seed)
    n = pypsa.Network(snapshots=pd.date_range("2030-01-01", periods=hours, freq="h"))
    n.add("Carrier", ["AC", "DC", "pv", "wind", "csp", "hydro", "coal", "gas", "battery", "pumped_storage"])
    n.add("Bus", [*ZONES, *MARKETS], carrier="AC", v_nom=750.0)
    passed: FloatArray = np.arange(hours, dtype=np.float64)
    hour, day = passed % 24.0, passed // 24.0
    sun = _add_renewables(n, rng, hour, day)
    _add_demand_and_thermal(n, hour, day)
    _add_storage(n, sun, day)
    _add_branches(n, kirchhoff)
    return n


def _add_renewables(
    n: pypsa.Network, rng: np.random.Generator, hour: FloatArray, day: FloatArray
) -> pd.DataFrame:
    sun = pd.DataFrame(index=n.snapshots)
    for zone in ZONES:
        clear = np.clip(np.sin((hour - 7 + rng.normal(0, 0.3)) / 12 * np.pi), 0, None)
        cloud = np.repeat(np.clip(1 - 0.5 * rng.beta(1.2, 3, int(day[-1]) + 1), 0, 1), 24)[: len(hour)]
        sun[zone] = np.clip(clear * cloud * (1 + 0.15 * np.cos((day - 172) / 365 * 2 * np.pi)), 0, 1)
    names = [f"{zone} pv" for zone in PV]
    n.add("Generator", names, bus=list(PV), carrier="pv", p_nom=list(PV.values()), marginal_cost=0.01)
    n.generators_t.p_max_pu = sun[list(PV)].set_axis(names, axis=1)
    for zone, p_nom in WIND.items():
        noise = np.zeros(len(hour))
        level = 0.0
        for t, step in enumerate(rng.normal(0, 0.24, len(hour))):
            level = 0.97 * level + step
            noise[t] = level
        pu = 1 / (1 + np.exp(1.5 - 1.5 * noise))
        n.add(
            "Generator",
            f"{zone} wind",
            bus=zone,
            carrier="wind",
            p_nom=p_nom,
            p_max_pu=pu,
            marginal_cost=0.02,
        )
    return sun


def _add_demand_and_thermal(n: pypsa.Network, hour: FloatArray, day: FloatArray) -> None:
    shape = 0.9 + 0.08 * np.sin((hour - 9) / 24 * 2 * np.pi) + 0.05 * np.cos((day - 10) / 365 * 2 * np.pi)
    for zone, peak in LOAD.items():
        n.add("Load", f"{zone} load", bus=zone, p_set=peak * shape)
    for zone, p_nom, cost in (
        ("haixi", 2600.0, 300.0),
        ("xining", 3000.0, 320.0),
        ("haidong", 1200.0, 340.0),
    ):
        n.add("Generator", f"{zone} coal", bus=zone, carrier="coal", p_nom=p_nom, marginal_cost=cost)
    n.add("Generator", "haixi gas", bus="haixi", carrier="gas", p_nom=900.0, marginal_cost=600.0)


def _add_storage(n: pypsa.Network, sun: pd.DataFrame, day: FloatArray) -> None:
    def store(
        name: str, bus: str, carrier: str, p_nom: float, hours: float, cost: float, **more: object
    ) -> None:
        n.add(
            "StorageUnit", name, bus=bus, carrier=carrier, p_nom=p_nom, max_hours=hours, marginal_cost=cost,
            cyclic_state_of_charge=True, **more,
        )  # fmt: skip

    for zone, p_nom, hours in (
        ("haixi", 8e3, 4.0),
        ("hainan", 7e3, 4.0),
        ("xining", 1e3, 2.0),
        ("haidong", 1e3, 2.0),
    ):
        store(
            f"{zone} battery",
            zone,
            "battery",
            p_nom,
            hours,
            0.1,
            efficiency_store=0.94,
            efficiency_dispatch=0.94,
        )
    for zone, p_nom in (("hainan", 5.2e3), ("haixi", 2.4e3)):
        store(
            f"{zone} pumped",
            zone,
            "pumped_storage",
            p_nom,
            6.0,
            0.1,
            efficiency_store=0.87,
            efficiency_dispatch=0.88,
        )
    season = 1 + 0.7 * np.cos((day - 210) / 365 * 2 * np.pi)
    for name, (bus, p_nom, hours, factor) in HYDRO.items():
        store(name, bus, "hydro", p_nom, hours, 0.05, p_min_pu=0.0, inflow=p_nom * factor * season)
    for zone, p_nom in (("haixi", 3e3), ("hainan", 1e3), ("xining", 200.0), ("haibei", 100.0)):
        store(
            f"{zone} csp",
            zone,
            "csp",
            p_nom,
            12.0,
            0.08,
            p_min_pu=0.0,
            inflow=sun[zone].to_numpy() * p_nom * 1.8,
        )


def _add_branches(n: pypsa.Network, kirchhoff: bool) -> None:
    for a, b, p_nom in LINES:
        if kirchhoff:
            n.add("Line", f"{a}-{b}", bus0=a, bus1=b, s_nom=p_nom, x=28.0 * 12e3 / p_nom, r=1.0)
        else:
            n.add("Link", f"{a}-{b}", bus0=a, bus1=b, p_nom=p_nom, p_min_pu=-1.0, marginal_cost=0.001)
    hours = len(n.snapshots)
    for market, (zone, p_nom, price) in MARKETS.items():
        n.add(
            "Link",
            f"dc {market}",
            bus0=zone,
            bus1=market,
            p_nom=p_nom,
            efficiency=0.93,
            p_min_pu=0.1,
            carrier="DC",
        )
        n.add(
            "Generator", f"{market} sale", bus=market, sign=-1.0, p_nom=0.93 * p_nom, marginal_cost=-price,
            e_sum_min=0.93 * p_nom * 0.3 * hours,
        )  # fmt: skip


@dataclass(frozen=True)
class Mesh:
    """Size of a made network."""

    buses: int
    lines: int
    generators: int
    """Besides the last resort at every bus."""
    storages: int
    step_hours: int = 1
    """Hours that one snapshot stands for."""


def mesh(size: Mesh, hours: int, seed: int = 0) -> pypsa.Network:
    """Return a meshed network: buses strewn on a plane, lines to neighbours, Kirchhoff's voltage law."""
    rng = np.random.default_rng(seed)
    n = _clock(hours, size.step_hours)
    buses = [f"bus {i}" for i in range(size.buses)]
    place = rng.random((size.buses, 2)) * 500.0
    n.add("Carrier", ["AC", "pv", "wind", "thermal", "battery", "hydro", "last resort"])
    n.add("Bus", buses, carrier="AC", v_nom=380.0, x=place[:, 0], y=place[:, 1])
    peak = rng.lognormal(6.0, 0.6, size.buses)
    _add_loads(n, rng, buses, peak)
    _add_generators(n, rng, size.generators, peak.sum())
    _add_storages(n, rng, size.storages, peak.sum())
    if size.lines:
        _add_lines(n, rng, place, size.lines, peak.max())
    return n


def _clock(hours: int, step_hours: int) -> pypsa.Network:
    """Return an empty network of as many snapshots of `step_hours` as begin within `hours`."""
    n = pypsa.Network()
    n.set_snapshots(pd.date_range("2030-01-01", periods=-(-hours // step_hours), freq=f"{step_hours}h"))
    n.snapshot_weightings = n.snapshot_weightings * 0.0 + float(step_hours)
    return n


def _time(n: pypsa.Network) -> tuple[FloatArray, FloatArray]:
    """Return the hour of the day at the middle of each snapshot, and the day of the year."""
    passed = (n.snapshots - n.snapshots[0]) / pd.Timedelta("1h")
    middle = passed.to_numpy(dtype=float) + 0.5 * n.snapshot_weightings["objective"].to_numpy(dtype=float)
    return middle % 24.0, middle / 24.0 % 365.0


def _add_loads(n: pypsa.Network, rng: np.random.Generator, buses: list[str], peak: FloatArray) -> None:
    hour, day = _time(n)
    shape = 0.75 + 0.15 * np.sin((hour - 9.0) / 24 * 2 * np.pi) + 0.05 * np.cos(day / 365 * 2 * np.pi)
    noise = 1.0 + 0.05 * rng.uniform(-1.0, 1.0, (len(shape), len(buses)))
    names = [f"{bus} load" for bus in buses]
    series = pd.DataFrame(shape[:, None] * noise * peak, index=n.snapshots, columns=names)
    n.add("Load", names, bus=buses, p_set=series)
    dear = [f"{bus} last resort" for bus in buses]
    n.add(
        "Generator", dear, bus=buses, carrier="last resort", p_nom=1.2 * peak,
        marginal_cost=3000.0 + 10.0 * np.arange(len(buses)),
    )  # fmt: skip


def _add_generators(n: pypsa.Network, rng: np.random.Generator, count: int, peak: float) -> None:
    """Add `count` generators in turn at all buses: at most two in five are PV or wind, the rest thermal."""
    buses = list(n.buses.index)
    n_renewable = min(2 * count // 5, 2 * len(buses))
    kinds = [("pv", "wind")[i % 2] for i in range(n_renewable)] + ["thermal"] * (count - n_renewable)
    places = [buses[i % len(buses)] for i in range(count)]
    names = [f"{bus} {kind} {i}" for i, (bus, kind) in enumerate(zip(places, kinds, strict=True))]
    is_thermal = np.array(kinds) == "thermal"
    p_nom = rng.lognormal(0.0, 0.5, count)
    for chosen, share in ((is_thermal, 0.8), (~is_thermal, 1.2)):
        p_nom[chosen] *= share * peak / max(p_nom[chosen].sum(), 1e-9)
    cost = np.where(is_thermal, rng.uniform(150.0, 600.0, count), rng.uniform(0.0, 5.0, count))
    n.add("Generator", names, bus=places, carrier=kinds, p_nom=p_nom, marginal_cost=cost)
    hour, day = _time(n)
    for kind, series in (("pv", _sun), ("wind", _wind)):
        chosen_names = [name for name, k in zip(names, kinds, strict=True) if k == kind]
        available = series(rng, hour, day, len(chosen_names))
        n.generators_t.p_max_pu[chosen_names] = pd.DataFrame(available, n.snapshots, chosen_names)


def _sun(rng: np.random.Generator, hour: FloatArray, day: FloatArray, count: int) -> FloatArray:
    clear = np.clip(np.sin((hour - 7.0) / 12 * np.pi), 0.0, None) * (1 - 0.2 * np.cos(day / 365 * 2 * np.pi))
    cloud = 1.0 - 0.5 * rng.beta(1.2, 3.0, (int(day.max()) + 1, count))
    sun: FloatArray = np.clip(clear[:, None] * cloud[day.astype(int)], 0.0, 1.0)
    return sun


def _wind(rng: np.random.Generator, hour: FloatArray, day: FloatArray, count: int) -> FloatArray:
    level = np.zeros(count)
    rows = []
    for step in rng.normal(0.0, 0.24, (len(hour), count)):
        level = 0.97 * level + step
        rows.append(1.0 / (1.0 + np.exp(1.0 - 1.5 * level)))
    return np.array(rows).reshape(len(hour), count)


def _add_storages(n: pypsa.Network, rng: np.random.Generator, count: int, peak: float) -> None:
    """Add `count` cyclic storages in turn at all buses; every third is a reservoir, the others batteries."""
    buses = list(n.buses.index)
    _, day = _time(n)
    season = 1.0 - 0.6 * np.cos(day / 365 * 2 * np.pi)
    for i in range(count):
        bus = buses[i % len(buses)]
        p_nom = 0.5 * peak / count * rng.lognormal(0.0, 0.4)
        more: dict[str, Any] = {"carrier": "battery", "max_hours": float(rng.choice([2.0, 4.0, 8.0]))}
        more |= {"efficiency_store": 0.94, "efficiency_dispatch": 0.94}
        if i % 3 == 2:
            more = {"carrier": "hydro", "max_hours": float(rng.choice([30.0, 300.0, 2000.0]))}
            more |= {"p_min_pu": 0.0, "inflow": 0.4 * p_nom * season}
        n.add(
            "StorageUnit", f"{bus} {more['carrier']} {i}", bus=bus, p_nom=p_nom,
            marginal_cost=0.05 + 0.01 * (i % 7), cyclic_state_of_charge=True, **more,
        )  # fmt: skip


def _add_lines(
    n: pypsa.Network, rng: np.random.Generator, place: FloatArray, count: int, peak: float
) -> None:
    pairs = join_neighbours(place, count)
    km = np.array([np.hypot(*(place[a] - place[b])) for a, b in pairs])
    buses = n.buses.index
    n.add(
        "Line", [f"line {a}-{b}" for a, b in pairs],
        bus0=[buses[a] for a, _ in pairs], bus1=[buses[b] for _, b in pairs],
        x=0.3 * np.maximum(km, 1.0), r=0.03 * np.maximum(km, 1.0),
        s_nom=peak * rng.uniform(0.3, 1.2, len(pairs)),
    )  # fmt: skip


def join_neighbours(place: FloatArray, count: int) -> list[tuple[int, int]]:
    """Return `count` pairs of points: a tree that joins all of them, and then the shortest pairs left."""
    distance = np.hypot(*(place[:, None, :] - place[None, :, :]).transpose(2, 0, 1))
    tree = [(int(np.argmin(distance[b, :b])), b) for b in range(1, len(place))]
    if count < len(tree):
        raise ValueError(f"{count} lines cannot join {len(place)} buses; give at least {len(tree)}")
    first, second = np.triu_indices(len(place), 1)
    order = np.argsort(distance[first, second], kind="stable")
    others = [(int(first[i]), int(second[i])) for i in order]
    taken = set(tree)
    return tree + [pair for pair in others if pair not in taken][: count - len(tree)]


def cascade(plants: int, hours: int, seed: int = 0) -> pypsa.Network:
    """Return a river of `plants` pools, each releasing to the next after some hours, and one grid bus."""
    rng = np.random.default_rng(seed)
    n = _clock(hours, 1)
    peak = np.array([600.0 * plants])
    n.add("Carrier", ["AC", "water", "pv", "wind", "thermal", "last resort"])
    n.add("Bus", "grid", carrier="AC")
    _add_loads(n, rng, ["grid"], peak)
    _add_generators(n, rng, 6, float(peak.sum()))
    pools = [f"pool {i}" for i in range(plants)]
    n.add("Bus", [*pools, "mouth"], carrier="water", unit="m3/s")
    _, day = _time(n)
    season = 1.0 - 0.6 * np.cos(day / 365 * 2 * np.pi)
    natural = np.where(np.arange(plants) == 0, 400.0, rng.uniform(5.0, 60.0, plants))
    mean = np.cumsum(natural)
    for i, pool in enumerate(pools):
        inflow = pd.Series(natural[i] * season / (2 * natural[i]), n.snapshots)
        n.add(
            "Generator", f"{pool} inflow", bus=pool, carrier="water", p_nom=2 * natural[i],
            p_min_pu=inflow, p_max_pu=inflow,
        )  # fmt: skip
    below = [*pools[1:], "mouth"]
    delay = rng.integers(0, 6, plants)
    water: dict[str, Any] = {"bus0": pools, "carrier": "water"}
    n.add(
        "Link", [f"{pool} turbine" for pool in pools], **water, bus1="grid", bus2=below, efficiency2=1.0,
        efficiency=rng.uniform(0.3, 1.6, plants), p_nom=1.8 * mean, delay2=delay,
    )  # fmt: skip
    n.add("Link", [f"{pool} spill" for pool in pools], **water, bus1=below, p_nom=10 * mean, delay=delay)
    hold = mean * rng.choice([2.0, 24.0, 500.0], plants)
    n.add(
        "Store",
        [f"{pool} reservoir" for pool in pools],
        bus=pools,
        carrier="water",
        e_nom=hold,
        e_cyclic=True,
    )
    n.add("Generator", "sea", bus="mouth", carrier="water", sign=-1.0, p_nom=30 * mean[-1])
    return n
