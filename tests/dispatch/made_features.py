"""What a made system can have beyond its buses, one entry for each way of using PyPSA's attributes.

Each entry is feasible with whatever else a system has, as long as every bus can shed and dump: set points
and energy sums leave room, and phase shifts drive less around a cycle than its branches can carry.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from tests.dispatch.systems import Draft, Place

Values = dict[str, object]
BACKSTOP = {"spare": {"sign": 1.0, "marginal_cost": 300.0}, "sink": {"sign": -1.0, "marginal_cost": 40.0}}
"""Generators at every bus of a system that is feasible without an elastic layer."""


class System(Place):
    """Buses with load and generators, and the features that are asked for."""

    def __init__(
        self, draft: Draft, prefix: str, seed: int, features: tuple[str, ...], *, has_backstop: bool
    ) -> None:
        self.has_backstop = has_backstop
        super().__init__(draft, prefix, np.random.default_rng(seed))
        for name in features:
            FEATURES[name](self)

    def add_bus(self, name: str) -> None:
        super().add_bus(name)
        self.draft.add("Load", f"{name} load", bus=name, p_set=self.maybe_series(0, 120))
        self.draft.add(
            "Generator",
            f"{name} plant",
            bus=name,
            p_nom=self.number(0, 150),
            marginal_cost=self.number(5, 60),
        )
        if self.has_backstop:
            for kind, values in BACKSTOP.items():
                self.draft.add("Generator", f"{name} {kind}", bus=name, p_nom=5000.0, **values)

    def ends(self, count: int) -> list[str]:
        """The first `count` buses, made if there are fewer."""
        for i in range(len(self.buses), count):
            self.buses.append(f"{self.prefix} bus {i}")
            self.add_bus(self.buses[-1])
        return self.buses[:count]

    def two(self) -> Values:
        """Two different buses for a branch."""
        buses = self.ends(max(2, len(self.buses)))
        first, second = self.rng.choice(len(buses), 2, replace=False)
        return {"bus0": buses[first], "bus1": buses[second]}

    def whole(self, low: int, high: int) -> int:
        """A whole number from `low` to below `high`."""
        return int(self.rng.integers(low, high))

    def hours(self, most: int) -> int:
        """A delay of at least an hour where the horizon is longer; PyPSA refuses one that is not shorter."""
        horizon = math.ceil(self.total("generators"))
        return min(self.whole(1, most + 1), horizon - 1)

    def total(self, weighting: str) -> float:
        """Length of the horizon. [h]"""
        return float(np.sum(self.draft.weights.get(weighting, [1.0] * self.count)))

    def little(self, energy: float) -> float:
        """A power that does not move more than `energy` in all."""
        return self.number(0, energy / self.total("stores"))

    def sometimes(self, energy: float) -> np.ndarray:
        """A power at some times, to and fro, that does not move more than `energy` in all."""
        most = energy / self.total("stores")
        return self.some(self.series(-most, most))


def generator(s: System) -> Values:
    return {"bus": s.bus(), "p_nom": s.number(20, 150), "marginal_cost": s.number(1, 80)}


def storage_unit(s: System) -> Values:
    p_nom = s.number(5, 60)
    return {
        "bus": s.bus(), "p_nom": p_nom, "max_hours": s.number(2, 6), "state_of_charge_initial": p_nom,
        "efficiency_store": s.number(0.7, 1), "efficiency_dispatch": s.number(0.7, 1),
    }  # fmt: skip


def store(s: System) -> Values:
    e_nom = s.number(20, 100)
    return {"bus": s.bus(), "e_nom": e_nom, "e_initial": 0.5 * e_nom, "marginal_cost": s.number(-1, 2)}


def link(s: System) -> Values:
    return s.two() | {
        "p_nom": s.number(10, 80), "efficiency": s.number(0.5, 1), "marginal_cost": s.number(0, 3),
    }  # fmt: skip


def process(s: System) -> Values:
    return s.two() | {
        "p_nom": s.number(10, 80), "rate0": -s.number(0.8, 1.2), "rate1": s.number(0.3, 0.9),
        "marginal_cost": s.number(0, 3),
    }  # fmt: skip


def line(s: System) -> Values:
    return {"s_nom": s.number(5, 90), "x": s.number(0.1, 40), "r": s.number(0.1, 5)}


def transformer(s: System) -> Values:
    return {
        "s_nom": s.number(20, 90), "x": s.number(0.05, 0.4), "r": s.number(0.001, 0.01),
        "tap_ratio": s.number(0.9, 1.1),
    }  # fmt: skip


Variants = dict[str, Callable[[System], Values]]

POWER: Variants = {
    "limits": lambda s: {"p_min_pu": s.series(0, 0.2), "p_max_pu": s.series(0.3, 1)},
    "limits of one size": lambda s: {"p_min_pu": s.number(0, 0.3), "p_max_pu": s.number(0.4, 0.9)},
    "price in time": lambda s: {"marginal_cost": s.series(-5, 80)},
    "ramps": lambda s: {"ramp_limit_up": s.number(0.1, 0.9), "ramp_limit_down": s.number(0.1, 0.9)},
    "ramps in time": lambda s: {
        "ramp_limit_up": s.series(0.1, 0.9), "ramp_limit_down": s.some(s.series(0.1, 0.9)),
    },
    "ramps from the hour before": lambda s: {
        "ramp_limit_up": s.number(0.05, 0.5), "ramp_limit_down": s.number(0.05, 0.5),
        "p_init": s.number(0, 10),
    },
    "slow start": lambda s: {"ramp_limit_start_up": s.number(0.2, 0.8)},
    "slow stop": lambda s: {"ramp_limit_shut_down": s.number(0.2, 0.8), "ramp_limit_up": s.number(0.2, 0.8)},
    "set points": lambda s: {"p_set": s.some(s.series(0, 10))},
    "one set point": lambda s: {"p_set": s.number(0, 10)},
    "no capacity": lambda s: {"p_nom": 0.0},
    "infinite": lambda s: {"p_nom": np.inf, "marginal_cost": s.number(10, 80)},
    "inactive": lambda s: {"active": False},
}  # fmt: skip
"""What generators, links and processes have in common."""
GENERATOR = POWER | {
    "below zero": lambda s: {"p_min_pu": -s.number(0.1, 1)},
    "sale": lambda s: {"sign": -1.0, "marginal_cost": -s.number(0, 40)},
    "half a sign": lambda s: {"sign": 0.5},
    "negative price": lambda s: {"marginal_cost": -s.number(1, 30)},
    "must run": lambda s: {"p_min_pu": 1.0, "p_nom": s.number(50, 400)},
    "least energy": lambda s: {"e_sum_min": s.number(1, 6) * s.total("generators")},
    "most energy": lambda s: {"e_sum_max": s.number(0, 10) * s.total("generators")},
    "both energies": lambda s: {
        "e_sum_min": 2 * s.total("generators"), "e_sum_max": s.number(2, 9) * s.total("generators"),
    },
    "inactive with energy": lambda s: {"active": False, "e_sum_min": 5.0, "e_sum_max": 9.0},
}  # fmt: skip
STORAGE_UNIT: Variants = {
    "plain": lambda s: {"marginal_cost": s.number(0, 3)},
    "cyclic": lambda s: {"cyclic_state_of_charge": True},
    "lossless and cyclic": lambda s: {
        "cyclic_state_of_charge": True, "efficiency_store": 1.0, "efficiency_dispatch": 1.0,
    },
    "efficiencies in time": lambda s: {
        "efficiency_store": s.series(0.6, 1), "efficiency_dispatch": s.series(0.6, 1),
    },
    "standing loss": lambda s: {
        "standing_loss": s.number(0.001, 0.2), "cyclic_state_of_charge": s.chance(0.5),
    },
    "losses in time": lambda s: {"standing_loss": s.series(0, 0.1)},
    "inflow": lambda s: {"inflow": s.series(-20, 40).clip(0), "spill_cost": s.number(0, 2)},
    "steady inflow": lambda s: {
        "inflow": s.number(1, 9), "cyclic_state_of_charge": True, "spill_cost": s.series(0, 2),
    },
    "reservoir": lambda s: {"p_min_pu": 0.0, "inflow": s.series(0, 60), "p_max_pu": s.number(0.3, 1)},
    "limits": lambda s: {"p_min_pu": -s.series(0.1, 1), "p_max_pu": s.series(0.1, 1)},
    "price in time": lambda s: {"marginal_cost": s.series(-2, 9)},
    "price of level": lambda s: {"marginal_cost_storage": s.number(-0.5, 1)},
    "price of level in time": lambda s: {"marginal_cost_storage": s.series(0, 1)},
    "set points": lambda s: {"p_set": s.sometimes(3)},
    "one set point": lambda s: {"p_set": s.little(3)},
    "set discharge": lambda s: {
        "p_dispatch_set": np.abs(s.sometimes(2)), "p_store_set": s.some(np.zeros(s.count)),
    },
    "one set discharge": lambda s: {"p_dispatch_set": s.little(2)},
    "set charge": lambda s: {"p_store_set": np.abs(s.sometimes(3)), "cyclic_state_of_charge": True},
    "one set charge": lambda s: {"p_store_set": s.little(3), "cyclic_state_of_charge": True},
    "set levels": lambda s: {
        "state_of_charge_set": s.some(s.series(4.8, 5.2)), "p_nom": 5.0, "state_of_charge_initial": 5.0,
    },
    "one set level": lambda s: {"state_of_charge_set": 5.0, "p_nom": 5.0, "state_of_charge_initial": 5.0},
    "sign": lambda s: {"sign": -s.number(0.5, 1.5)},
    "no capacity": lambda s: {"p_nom": 0.0, "state_of_charge_initial": 0.0, "inflow": s.series(0, 3)},
    "inactive": lambda s: {"active": False, "inflow": s.series(0, 3)},
}  # fmt: skip
STORE: Variants = {
    "plain": lambda s: {},
    "cyclic": lambda s: {"e_cyclic": True},
    "limits": lambda s: {"e_min_pu": s.series(0, 0.4), "e_max_pu": s.series(0.5, 1)},
    "limits of one size": lambda s: {
        "e_min_pu": s.number(0, 0.4), "e_max_pu": s.number(0.5, 1), "e_cyclic": True,
    },
    "below zero": lambda s: {"e_min_pu": -1.0},
    "standing loss": lambda s: {"standing_loss": s.number(0.001, 0.1), "e_cyclic": s.chance(0.5)},
    "losses in time": lambda s: {"standing_loss": s.series(0, 0.1)},
    "price in time": lambda s: {"marginal_cost": s.series(-1, 5), "marginal_cost_storage": s.series(0, 0.3)},
    "price of level": lambda s: {"marginal_cost_storage": s.number(-0.2, 0.3), "e_cyclic": True},
    "set points": lambda s: {"p_set": s.sometimes(8)},
    "one set point": lambda s: {"p_set": s.little(8)},
    "set levels": lambda s: {"e_set": s.some(s.series(1, 20))},
    "one set level": lambda s: {"e_set": s.number(1, 20)},
    "sign": lambda s: {"sign": -1.0},
    "infinite": lambda s: {
        "e_nom": np.inf, "e_initial": 20.0, "marginal_cost_storage": 0.1, "marginal_cost": 0.5,
    },
    "inactive": lambda s: {"active": False},
}  # fmt: skip
LINK = POWER | {
    "both ways": lambda s: {"p_min_pu": -1.0, "efficiency": 1.0},
    "efficiency in time": lambda s: {"efficiency": s.series(0.4, 1.1)},
    "three outputs": lambda s: {
        "bus2": s.bus(), "efficiency2": s.number(0.1, 0.4), "bus3": s.bus(), "efficiency3": s.series(0, 0.2),
    },
    "second input": lambda s: {"bus2": s.bus(), "efficiency2": -s.number(0.1, 0.5)},
    "delay": lambda s: {"delay": s.hours(5), "cyclic_delay": False},
    "delay around": lambda s: {
        "delay": s.hours(30), "cyclic_delay": True, "efficiency": s.series(0.5, 1),
    },
    "delay of one output": lambda s: {
        "bus2": s.bus(), "efficiency2": 0.3, "delay2": s.hours(3), "cyclic_delay2": s.chance(0.5),
    },
    "onto itself": lambda s: {"bus1": s.buses[0], "bus0": s.buses[0]},
}  # fmt: skip
PROCESS = POWER | {
    "rates in time": lambda s: {"rate0": -s.series(0.8, 1.2), "rate1": s.series(0.2, 1)},
    "third end": lambda s: {"bus2": s.bus(), "rate2": s.number(-0.4, 0.4)},
    "delay": lambda s: {"delay1": s.hours(3), "cyclic_delay1": False},
    "delay around": lambda s: {
        "delay0": s.hours(2), "cyclic_delay0": s.chance(0.5), "delay1": s.hours(1), "cyclic_delay1": True,
    },
    "late input": lambda s: {"delay0": s.hours(2), "cyclic_delay0": False},
}  # fmt: skip
LINE: Variants = {
    "plain": lambda s: {},
    "limits in time": lambda s: {"s_max_pu": s.series(0.3, 1)},
    "limit": lambda s: {"s_max_pu": s.number(0.3, 1)},
    "angle": lambda s: {"v_ang_max": s.number(0.01, 30)},
    "type": lambda s: {
        "type": f"{s.prefix} overhead", "length": s.number(1, 90), "num_parallel": float(s.whole(1, 4)),
    },
    "carrier": lambda s: {"carrier": "DC", "v_ang_max": 0.01},
    "hardly any reactance": lambda s: {"x": 1e-3},
    "no rating": lambda s: {"s_nom": 0.0},
    "inactive": lambda s: {"active": False},
}  # fmt: skip
TRANSFORMER: Variants = {
    "plain": lambda s: {},
    "limits in time": lambda s: {"s_max_pu": s.series(0.5, 1)},
    "limit": lambda s: {"s_max_pu": s.number(0.5, 1)},
    "angle": lambda s: {"v_ang_max": s.number(0.05, 3)},
    "type": lambda s: {
        "type": f"{s.prefix} block", "tap_position": s.whole(-3, 4), "num_parallel": float(s.whole(1, 4)),
    },
    "phase shift": lambda s: {"phase_shift": s.number(-0.005, 0.005), "v_ang_max": 3.0},
    "phase shift in time": lambda s: {"phase_shift": s.series(-0.005, 0.005)},
    "free phase shift": lambda s: {"phase_shift_min": -s.number(0.1, 3), "phase_shift_max": s.number(0.1, 4)},
    "inactive": lambda s: {"active": False},
}  # fmt: skip


def member(
    component: str, base: Callable[[System], Values], variant: str, values: Callable[[System], Values]
) -> Callable[[System], None]:
    """A feature that adds one member; values of the variant go before those of the base."""

    def build(s: System) -> None:
        s.draft.add(component, f"{s.prefix} {component} {variant}", **base(s) | values(s))

    return build


def ring(
    component: str, base: Callable[[System], Values], variant: str, values: Callable[[System], Values]
) -> Callable[[System], None]:
    """A feature that adds a branch and lines that close a cycle with it, of two or of three branches."""

    def build(s: System) -> None:
        a, b, c = s.ends(3)
        _types(s)
        name = f"{s.prefix} {component} {variant}"
        s.draft.add(component, name, bus0=a, bus1=b, **base(s) | values(s))
        for first, second in [(a, b)] if s.chance(0.3) else [(c, b), (a, c)]:
            s.draft.add("Line", f"{name} {first} {second}", bus0=first, bus1=second, **line(s))

    return build


def _types(s: System) -> None:
    """Standard types of the system's own, once."""
    known = [name for name, _ in s.draft.rows.get("LineType", [])]
    if f"{s.prefix} overhead" in known:
        return
    r, x = s.number(0.01, 0.1), s.number(0.2, 0.4)
    s.draft.add("LineType", f"{s.prefix} overhead", r_per_length=r, x_per_length=x)
    s.draft.add(
        "TransformerType", f"{s.prefix} block", s_nom=s.number(20, 90), vsc=s.number(8, 15),
        vscr=s.number(0.1, 1), phase_shift=s.number(-0.005, 0.005), tap_neutral=s.whole(-1, 2),
        tap_step=s.number(0.5, 2),
    )  # fmt: skip


def feed_in(s: System) -> None:
    """Loads that give: a negative one, one with the other sign; and one that is not there."""
    for name, values in {
        "negative": {"p_set": -s.number(0, 40)},
        "sign": {"p_set": s.series(0, 40), "sign": 1.0},
        "in time": {"p_set": s.series(-20, 40)},
        "inactive": {"p_set": 500.0, "active": False},
    }.items():
        s.draft.add("Load", f"{s.prefix} load {name}", bus=s.bus(), **values)


def heat(s: System) -> None:
    """A bus of another carrier with a load of its own, fed by a link."""
    s.draft.add("Carrier", f"{s.prefix} heat")
    s.draft.add("Bus", f"{s.prefix} heat", carrier=f"{s.prefix} heat")
    s.draft.add("Load", f"{s.prefix} heat load", bus=f"{s.prefix} heat", p_set=s.series(0, 10))
    s.draft.add(
        "Link", f"{s.prefix} boiler", bus0=s.bus(), bus1=f"{s.prefix} heat", p_nom=40.0, efficiency=0.9
    )


def empty_bus(s: System) -> None:
    s.draft.add("Bus", f"{s.prefix} empty", carrier="AC", v_nom=110.0)


def direct_current(s: System) -> None:
    """A ring of direct current, whose flows follow the resistances, behind a converter."""
    buses = [f"{s.prefix} dc {i}" for i in range(3)]
    for bus in buses:
        s.draft.add("Bus", bus, carrier="DC", v_nom=200.0)
        s.draft.add("Generator", f"{bus} spare", bus=bus, p_nom=500.0, marginal_cost=s.number(70, 90))
        s.draft.add("Load", f"{bus} load", bus=bus, p_set=s.maybe_series(0, 50))
    for i in range(3):
        s.draft.add("Line", f"{s.prefix} dc line {i}", bus0=buses[i], bus1=buses[i - 1], **line(s))
    s.draft.add("Link", f"{s.prefix} converter", bus0=s.bus(), bus1=buses[0], p_nom=60.0, p_min_pu=-1.0)


def limit(kind: str, sense: str, attribute: str = "") -> Callable[[System], None]:
    """A feature that limits what a fuel gives: by its energy or by an attribute of its carrier."""

    def build(s: System) -> None:
        fuel = f"{s.prefix} {kind} {sense}{attribute}"
        column = attribute or f"{fuel} rate"
        rate = s.number(0.2, 0.9)
        s.draft.add("Carrier", fuel, **{column: rate} if kind == "primary_energy" else {})
        s.draft.add(
            "Generator", f"{fuel} plant", bus=s.bus(), carrier=fuel, p_nom=80.0,
            marginal_cost=s.number(0, 20),
            efficiency=s.series(0.3, 0.6) if sense == "<=" else s.number(0.3, 0.6),
        )  # fmt: skip
        s.draft.add(
            "StorageUnit", f"{fuel} stock", bus=s.bus(), carrier=fuel, p_nom=10.0, p_min_pu=0.0,
            max_hours=5.0, state_of_charge_initial=20.0,
        )  # fmt: skip
        s.draft.add("Store", f"{fuel} tank", bus=s.bus(), carrier=fuel, e_nom=30.0, e_initial=9.0)
        s.draft.add("Store", f"{fuel} ring", bus=s.bus(), carrier=fuel, e_nom=9.0, e_cyclic=True)
        hours = s.total("generators")
        constant = s.number(30, 120) if sense == "<=" else s.number(1, 10) * hours * rate
        s.draft.add(
            "GlobalConstraint", f"{fuel} limit", type=kind, sense=sense, constant=constant,
            carrier_attribute=column if kind == "primary_energy" else fuel,
        )  # fmt: skip

    return build


def co2(s: System) -> None:
    """A limit by co2_emissions, which counts every carrier of the network: only the first system gets one."""
    known = [values.get("carrier_attribute") for _, values in s.draft.rows.get("GlobalConstraint", [])]
    if "co2_emissions" not in known:
        limit("primary_energy", "<=", "co2_emissions")(s)


_MEMBERS = {
    "Generator": (generator, GENERATOR), "StorageUnit": (storage_unit, STORAGE_UNIT), "Store": (store, STORE),
    "Link": (link, LINK), "Process": (process, PROCESS),
}  # fmt: skip
_RINGS = {"Line": (line, LINE), "Transformer": (transformer, TRANSFORMER)}

FEATURES: dict[str, Callable[[System], None]] = {
    **{
        f"{component}: {variant}": make(component, base, variant, values)
        for make, kinds in ((member, _MEMBERS), (ring, _RINGS))
        for component, (base, variants) in kinds.items()
        for variant, values in variants.items()
    },
    "Load: feed-in": feed_in,
    "Bus: heat": heat,
    "Bus: empty": empty_bus,
    "Line: direct current": direct_current,
    "GlobalConstraint: energy at most": limit("operational_limit", "<="),
    "GlobalConstraint: energy at least": limit("operational_limit", ">="),
    "GlobalConstraint: energy exactly": limit("operational_limit", "=="),
    "GlobalConstraint: fuel at most": limit("primary_energy", "<="),
    "GlobalConstraint: fuel at least": limit("primary_energy", ">="),
    "GlobalConstraint: co2": co2,
}
