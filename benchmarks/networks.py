"""Networks made by a seeded generator, of the size of a province, for measurements at full scale.

usage: python benchmarks/networks.py HOURS [METHOD …]

Prints build, model, solve and certify times and the peak memory.
"""

from __future__ import annotations

import resource
import sys
import time
from itertools import pairwise

import numpy as np
import pandas as pd
import pypsa

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
    hour, day = np.arange(hours) % 24, np.arange(hours) // 24
    sun = _add_renewables(n, rng, hour, day)
    _add_demand_and_thermal(n, hour, day)
    _add_storage(n, sun, day)
    _add_branches(n, kirchhoff)
    return n


def _add_renewables(
    n: pypsa.Network, rng: np.random.Generator, hour: np.ndarray, day: np.ndarray
) -> pd.DataFrame:
    sun = pd.DataFrame(index=n.snapshots)
    for zone in ZONES:
        clear = np.clip(np.sin((hour - 7 + rng.normal(0, 0.3)) / 12 * np.pi), 0, None)
        cloud = np.repeat(np.clip(1 - 0.5 * rng.beta(1.2, 3, day[-1] + 1), 0, 1), 24)[: len(hour)]
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


def _add_demand_and_thermal(n: pypsa.Network, hour: np.ndarray, day: np.ndarray) -> None:
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


def _add_storage(n: pypsa.Network, sun: pd.DataFrame, day: np.ndarray) -> None:
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


def measure(hours: int, method: str) -> None:
    """Print how long each stage of a dispatch takes, and the peak memory of the process."""
    from qhgrid.dispatch import solve

    marks = [("build", time.perf_counter(), time.process_time())]
    n = province(hours)

    def mark(stage: str, _: float | None) -> None:
        marks.append((stage, time.perf_counter(), time.process_time()))

    dispatch = solve(n, method=method, progress=mark)
    mark("end", 1.0)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{hours} h, {method}: wall (processor) seconds")
    for (stage, wall, processor), (_, wall_end, processor_end) in pairwise(marks):
        print(f"  {stage:14}{wall_end - wall:8.1f} ({processor_end - processor:.1f})")
    print(f"  peak {peak:.2f} GB; {dispatch.certificate.in_words('en')}", flush=True)


if __name__ == "__main__":
    for chosen in sys.argv[2:] or ["highs"]:
        measure(int(sys.argv[1]), chosen)
