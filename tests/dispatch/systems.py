"""Small networks for the tests of the dispatch room: a draft that is quick to build, and random islands.

PyPSA's model builder takes seconds for any network, however small. So many little systems are put side by
side in one
network, as islands without a link between them, and solved at once; each keeps its own cost.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pypsa

pypsa.options.api.legacy_string_dtype = False


def snapshots(count: int) -> pd.DatetimeIndex:
    return pd.date_range("2030-01-15 18:00", periods=count, freq="h", name="snapshot")


class Draft:
    """Rows of components, made into a network at once. A list of numbers is a time series."""

    def __init__(self, count: int, weights: dict[str, list[float]] | None = None) -> None:
        self.index = snapshots(count)
        self.weights = weights or {}
        self.rows: dict[str, list[tuple[str, dict[str, object]]]] = {}

    def add(self, component: str, name: str, **values: object) -> None:
        self.rows.setdefault(component, []).append((name, values))

    def network(self) -> pypsa.Network:
        n = pypsa.Network(snapshots=self.index)
        for column, values in self.weights.items():
            n.snapshot_weightings[column] = np.asarray(values, dtype=float)
        for component in ("Carrier", "Bus", *sorted(set(self.rows) - {"Carrier", "Bus"})):
            self._flush(n, component)
        return n

    def _flush(self, n: pypsa.Network, component: str) -> None:
        rows = self.rows.get(component, [])
        if not rows:
            return
        static = {
            name: {k: v for k, v in values.items() if not isinstance(v, list | np.ndarray)}
            for name, values in rows
        }
        table = pd.DataFrame.from_dict(static, orient="index").reindex([name for name, _ in rows])
        defaults = n.c[component].defaults["default"]
        given = {}
        for column in table.columns:
            present = table[column].dropna()
            empty = "" if isinstance(present.iloc[0], str) else 0.0
            filled = [defaults.get(column, empty) if pd.isna(v) else v for v in table[column]]
            given[column] = [np.nan if v == "n/a" or v is None else v for v in filled]
        n.add(component, table.index, **given)
        series: dict[str, dict[str, np.ndarray]] = {}
        for name, values in rows:
            for attribute, value in values.items():
                if isinstance(value, list | np.ndarray):
                    series.setdefault(attribute, {})[name] = np.asarray(value, dtype=float)
        for attribute, columns in series.items():
            frame = pd.DataFrame(columns, index=n.snapshots)
            n.c[component].dynamic[attribute] = frame


class Place:
    """One to four buses in a draft under a prefix, to which random members are added."""

    def __init__(self, draft: Draft, prefix: str, rng: np.random.Generator) -> None:
        self.draft, self.prefix, self.rng = draft, prefix, rng
        self.count = len(draft.index)
        self.buses = [f"{prefix} bus {i}" for i in range(rng.integers(1, 5))]
        self.is_dc = rng.random() < 0.15
        for bus in self.buses:
            self.add_bus(bus)

    def add_bus(self, name: str) -> None:
        v_nom = float(self.rng.choice([110.0, 330.0, 750.0]))
        self.draft.add("Bus", name, carrier="DC" if self.is_dc else "AC", v_nom=v_nom)

    def chance(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def number(self, low: float, high: float) -> float:
        return float(np.round(self.rng.uniform(low, high), 3))

    def series(self, low: float, high: float) -> np.ndarray:
        return np.round(self.rng.uniform(low, high, self.count), 3)

    def maybe_series(self, low: float, high: float) -> object:
        return self.series(low, high) if self.chance(0.4) else self.number(low, high)

    def some(self, values: np.ndarray) -> np.ndarray:
        """Keep one or more entries of a set point, the rest is not a number."""
        keep = self.rng.random(self.count) < 0.5
        return np.where(keep, values, np.nan)

    def bus(self) -> str:
        return str(self.rng.choice(self.buses))

    def add(self, component: str, name: str, **values: object) -> None:
        if self.chance(0.06):
            values["active"] = False
        self.draft.add(component, f"{self.prefix} {name}", **values)


class Island(Place):
    """A random system of 1 to 4 buses, added to a draft under a prefix; feasible with an elastic layer."""

    def __init__(self, draft: Draft, prefix: str, rng: np.random.Generator) -> None:
        super().__init__(draft, prefix, rng)
        for part in (
            self.loads,
            self.generators,
            self.storage_units,
            self.stores,
            self.links,
            self.grid,
            self.limits,
        ):
            part()

    def loads(self) -> None:
        for i in range(self.rng.integers(0, 4)):
            sign = {"sign": 1.0} if self.chance(0.1) else {}
            self.add("Load", f"load {i}", bus=self.bus(), p_set=self.maybe_series(0, 120), **sign)

    def generators(self) -> None:
        for i in range(self.rng.integers(1, 5)):
            values: dict[str, object] = {
                "p_nom": self.number(0, 150),
                "marginal_cost": self.maybe_series(-5, 80),
            }
            kind = self.rng.integers(0, 7)
            if kind == 0:
                values |= {"sign": -1.0, "marginal_cost": self.number(-40, 0)}
            elif kind == 1:
                values |= {
                    "ramp_limit_up": self.number(0.1, 0.9),
                    "ramp_limit_down": self.maybe_series(0.1, 0.9),
                }
                if self.chance(0.5):
                    values["p_init"] = self.number(0, 10) / 150.0 * float(values["p_nom"])
            elif kind == 2:
                energy = float(values["p_nom"]) * self.count
                values |= {
                    "e_sum_min": energy * self.number(0, 0.3),
                    "e_sum_max": energy * self.number(0.4, 1.0),
                }
            elif kind == 3:
                values |= {"p_nom": np.inf, "marginal_cost": self.number(20, 80)}
            elif kind == 4:
                values["p_set"] = self.some(float(values["p_nom"]) * self.series(0.2, 0.8))
            elif kind == 5:
                values |= {"p_min_pu": self.maybe_series(-0.3, 0.2), "p_max_pu": self.series(0.2, 1.0)}
            elif kind == 6:
                values |= {"ramp_limit_start_up": 0.5, "p_min_pu": -0.8, "marginal_cost": self.number(1, 9)}
            self.add("Generator", f"generator {i}", bus=self.bus(), **values)

    def storage_units(self) -> None:
        for i in range(self.rng.integers(0, 3)):
            p_nom = self.number(1, 60)
            values: dict[str, object] = {
                "p_nom": p_nom, "max_hours": 2.0, "marginal_cost": self.maybe_series(0, 3),
                "efficiency_store": self.maybe_series(0.7, 1.0),
                "efficiency_dispatch": self.maybe_series(0.7, 1.0),
                "standing_loss": self.maybe_series(0, 0.1) if self.chance(0.5) else 0.0,
            }  # fmt: skip
            if self.chance(0.5):
                values["cyclic_state_of_charge"] = True
            else:
                values["state_of_charge_initial"] = p_nom
            if self.chance(0.5):
                values |= {
                    "inflow": self.series(-2, 0.6 * p_nom).clip(0),
                    "spill_cost": self.maybe_series(0, 2),
                }
            kind = self.rng.integers(0, 7)
            if kind == 0:
                values |= {"p_min_pu": 0.0, "p_max_pu": self.series(0.1, 1)}
            elif kind == 1:
                values["p_set"] = self.some(np.zeros(self.count))
            elif kind == 2:
                values["marginal_cost_storage"] = self.maybe_series(-0.5, 1)
            elif kind == 3:
                values |= {"p_dispatch_set": self.some(np.zeros(self.count)), "sign": -1.0}
            elif kind == 4:
                values["p_store_set"] = self.some(np.zeros(self.count))
            elif kind == 5 and "cyclic_state_of_charge" not in values:
                values |= {"standing_loss": 0.0, "inflow": 0.0, "spill_cost": 0.0}
                values["state_of_charge_set"] = [np.nan] * (self.count - 1) + [0.8 * p_nom]
            self.add("StorageUnit", f"unit {i}", bus=self.bus(), **values)

    def stores(self) -> None:
        for i in range(self.rng.integers(0, 2)):
            e_nom = self.number(1, 100)
            values: dict[str, object] = {
                "e_nom": e_nom, "marginal_cost": self.maybe_series(-1, 2),
                "marginal_cost_storage": self.number(0, 0.2),
                "standing_loss": self.number(0, 0.05), "sign": -1.0 if self.chance(0.2) else 1.0,
            }  # fmt: skip
            kind = self.rng.integers(0, 5)
            if kind == 0:
                values["e_cyclic"] = True
            elif kind == 1:
                values |= {
                    "e_initial": 0.5 * e_nom,
                    "e_min_pu": self.series(0, 0.3),
                    "e_max_pu": self.series(0.5, 1),
                }
            elif kind == 2:
                values |= {"e_cyclic": True, "e_set": self.some(np.full(self.count, 0.4 * e_nom))}
            elif kind == 3:
                values |= {"e_initial": e_nom, "p_set": self.some(np.zeros(self.count))}
            elif kind == 4:
                values |= {
                    "e_nom": np.inf,
                    "e_initial": 20.0,
                    "marginal_cost_storage": 0.1,
                    "marginal_cost": 0.5,
                }
            self.add("Store", f"store {i}", bus=self.bus(), **values)

    def links(self) -> None:
        for i in range(self.rng.integers(0, 3)):
            p_nom = self.number(0, 80)
            values: dict[str, object] = {
                "bus0": self.bus(), "bus1": self.bus(), "p_nom": p_nom,
                "efficiency": self.maybe_series(0.5, 1.0),
                "marginal_cost": self.maybe_series(0, 3),
            }  # fmt: skip
            kind = self.rng.integers(0, 6)
            if kind == 0:
                values |= {"bus2": self.bus(), "efficiency2": self.maybe_series(-0.4, 0.4)}
            elif kind == 1:
                values |= {"p_min_pu": -1.0, "efficiency": 1.0}
            elif kind == 2:
                values |= {
                    "delay": int(self.rng.integers(1, 4)),
                    "cyclic_delay": self.chance(0.5),
                    "efficiency": 0.9,
                }
            elif kind == 3:
                values |= {"ramp_limit_up": self.number(0.1, 0.9), "ramp_limit_down": 0.4, "p_max_pu": 0.9}
            elif kind == 4:
                values["p_set"] = self.some(p_nom * self.series(0.1, 0.9))
            elif kind == 5 and self.chance(0.5):
                values |= {"p_nom": np.inf, "efficiency": 0.9, "marginal_cost": 1.0}
            self.add("Link", f"link {i}", **values)
        if self.chance(0.2):
            self.add(
                "Process", "process", bus0=self.bus(), bus1=self.bus(), p_nom=self.number(1, 50),
                rate0=-self.number(0.8, 1.2), rate1=self.maybe_series(0.2, 0.9),
                marginal_cost=self.number(0, 2),
                delay1=int(self.rng.integers(0, 2)), ramp_limit_up=0.5,
            )  # fmt: skip

    def grid(self) -> None:
        ends = [(a, b) for i, a in enumerate(self.buses) for b in self.buses[i + 1 :]]
        if self.chance(0.3) and ends:
            ends.append(ends[0])
        for i, (a, b) in enumerate(ends):
            if self.chance(0.25):
                continue
            values: dict[str, object] = {
                "s_nom": self.number(5, 90),
                "x": self.number(0.1, 40),
                "r": self.number(0.1, 5),
            }
            if self.chance(0.3):
                values["s_max_pu"] = self.maybe_series(0.4, 1.0)
            if self.chance(0.2):
                values["v_ang_max"] = self.number(0.01, 30)
            if self.is_dc or self.chance(0.7):
                if self.chance(0.2):
                    values |= {
                        "type": "Al/St 240/40 4-bundle 380.0",
                        "length": self.number(1, 90),
                        "num_parallel": 2.0,
                    }
                self.add("Line", f"line {i}", bus0=a, bus1=b, **values)
                continue
            values["x"] = self.number(0.05, 0.4)
            values["tap_ratio"] = self.number(0.9, 1.1)
            if self.chance(0.3):
                values |= {"phase_shift_min": -3.0, "phase_shift_max": self.number(-2, 4)}
                values.pop("v_ang_max", None)
            elif self.chance(0.3):
                values |= {"phase_shift": self.number(-0.05, 0.05)}
                values.pop("v_ang_max", None)
            elif self.chance(0.3):
                values |= {"type": "160 MVA 380/110 kV", "tap_position": int(self.rng.integers(-3, 4))}
            self.add("Transformer", f"transformer {i}", bus0=a, bus1=b, **values)

    def limits(self) -> None:
        kind = self.rng.integers(0, 4)
        if kind > 1:
            return
        carrier = f"{self.prefix} fuel"
        self.draft.add("Carrier", carrier, **{f"{self.prefix} co2": 0.4})
        self.draft.add(
            "Generator", f"{self.prefix} fuelled", bus=self.bus(), carrier=carrier, p_nom=80.0,
            marginal_cost=self.number(0, 20), efficiency=self.maybe_series(0.3, 0.6),
        )  # fmt: skip
        self.draft.add(
            "StorageUnit", f"{self.prefix} fuel stock", bus=self.bus(), carrier=carrier, p_nom=10.0,
            p_min_pu=0.0,
            max_hours=5.0, state_of_charge_initial=20.0,
        )  # fmt: skip
        self.draft.add(
            "Store", f"{self.prefix} fuel tank", bus=self.bus(), carrier=carrier, e_nom=30.0, e_initial=9.0
        )
        self.draft.add(
            "GlobalConstraint", f"{self.prefix} limit", sense="<=", constant=self.number(30, 120),
            type=("primary_energy", "operational_limit")[kind],
            carrier_attribute=(f"{self.prefix} co2", carrier)[kind],
        )  # fmt: skip


def random_islands(seed: int, count: int) -> pypsa.Network:
    """Return `count` random islands in one network of 2 to 6 snapshots with uneven weightings."""
    rng = np.random.default_rng(seed)
    length = int(rng.integers(2, 7))
    even = rng.random() < 0.4
    weights = {
        column: ([1.0] * length if even else rng.choice([1.0, 2.0, 3.0], length).tolist())
        for column in ("objective", "generators", "stores")
    }
    draft = Draft(length, weights)
    draft.add("Carrier", "AC")
    draft.add("Carrier", "DC")
    for i in range(count):
        Island(draft, f"i{i:03d}", rng)
    return draft.network()
