"""The hand-solved cases as one network: an island for each, four hours of one hour each."""

from __future__ import annotations

import pypsa

from tests.dispatch.systems import Draft


def even_hours() -> pypsa.Network:
    draft = Draft(4)
    for carrier in ("AC", "heat", "dirty"):
        draft.add("Carrier", carrier, co2_emissions=0.5 if carrier == "dirty" else 0.0)
    for build in (
        merit_order, storage, spill, triangle, losses, energy_sum, co2_cap, ramp, phase_shift,
        several_outputs,
        delay, store, sale, standing_loss, ramp_down,
    ):  # fmt: skip
        build(draft)
    return draft.network()


def bus(draft: Draft, name: str, **values: object) -> str:
    draft.add("Bus", name, carrier="AC", v_nom=100.0, **values)
    return name


def merit_order(draft: Draft) -> None:
    b = bus(draft, "merit")
    draft.add("Load", "merit load", bus=b, p_set=[100.0, 150.0, 60.0, 200.0])
    draft.add("Generator", "merit cheap", bus=b, p_nom=120.0, marginal_cost=10.0)
    draft.add("Generator", "merit dear", bus=b, p_nom=100.0, marginal_cost=30.0)


def storage(draft: Draft) -> None:
    b = bus(draft, "storage")
    draft.add("Load", "storage load", bus=b, p_set=40.0)
    draft.add(
        "Generator", "storage cheap", bus=b, p_nom=100.0, marginal_cost=10.0, p_max_pu=[1.0, 1.0, 0.0, 0.0]
    )
    draft.add("Generator", "storage dear", bus=b, p_nom=100.0, marginal_cost=50.0)
    draft.add("StorageUnit", "storage unit", bus=b, p_nom=20.0, max_hours=2.0, efficiency_store=0.8)


def spill(draft: Draft) -> None:
    b = bus(draft, "spill")
    draft.add("Load", "spill load", bus=b, p_set=10.0)
    draft.add(
        "StorageUnit", "spill reservoir", bus=b, p_nom=10.0, max_hours=1.0, p_min_pu=0.0, inflow=[15.0] * 4,
        state_of_charge_initial=10.0, spill_cost=3.0,
    )  # fmt: skip


def triangle(draft: Draft) -> None:
    a, b, c = (bus(draft, f"triangle {x}") for x in "abc")
    draft.add("Load", "triangle load", bus=c, p_set=90.0)
    draft.add("Generator", "triangle g a", bus=a, p_nom=200.0, marginal_cost=10.0)
    draft.add("Generator", "triangle g b", bus=b, p_nom=200.0, marginal_cost=20.0)
    for name, ends, limit in (("ac", (a, c), 50.0), ("ab", (a, b), 90.0), ("bc", (b, c), 90.0)):
        draft.add("Line", f"triangle {name}", bus0=ends[0], bus1=ends[1], x=7.0, r=0.1, s_nom=limit)


def losses(draft: Draft) -> None:
    a, b = bus(draft, "losses a"), bus(draft, "losses b")
    draft.add("Load", "losses load", bus=b, p_set=90.0)
    draft.add("Generator", "losses g", bus=a, p_nom=200.0, marginal_cost=10.0)
    draft.add("Link", "losses link", bus0=a, bus1=b, p_nom=200.0, efficiency=0.9)


def energy_sum(draft: Draft) -> None:
    b = bus(draft, "sum")
    draft.add("Load", "sum load", bus=b, p_set=50.0)
    draft.add("Generator", "sum cheap", bus=b, p_nom=100.0, marginal_cost=10.0, e_sum_max=100.0)
    draft.add("Generator", "sum dear", bus=b, p_nom=100.0, marginal_cost=20.0)


def co2_cap(draft: Draft) -> None:
    b = bus(draft, "co2")
    draft.add("Load", "co2 load", bus=b, p_set=50.0)
    draft.add(
        "Generator", "co2 dirty", bus=b, p_nom=100.0, marginal_cost=10.0, efficiency=0.5, carrier="dirty"
    )
    draft.add("Generator", "co2 clean", bus=b, p_nom=100.0, marginal_cost=25.0)
    draft.add("GlobalConstraint", "co2 cap", type="primary_energy", sense="<=", constant=80.0)


def ramp(draft: Draft) -> None:
    b = bus(draft, "ramp")
    draft.add("Load", "ramp load", bus=b, p_set=[20.0, 60.0, 60.0, 60.0])
    draft.add("Generator", "ramp slow", bus=b, p_nom=100.0, marginal_cost=10.0, ramp_limit_up=0.2)
    draft.add("Generator", "ramp fast", bus=b, p_nom=100.0, marginal_cost=50.0)


def phase_shift(draft: Draft) -> None:
    a, b = bus(draft, "shift a"), bus(draft, "shift b")
    draft.add("Load", "shift load", bus=b, p_set=60.0)
    draft.add("Generator", "shift g", bus=a, p_nom=100.0, marginal_cost=1.0)
    draft.add("Transformer", "shift plain", bus0=a, bus1=b, x=0.1, r=0.01, s_nom=100.0)
    draft.add("Transformer", "shift shifted", bus0=a, bus1=b, x=0.1, r=0.01, s_nom=100.0, phase_shift=1.0)


def several_outputs(draft: Draft) -> None:
    gas, power, heat = (bus(draft, f"chp {x}") for x in ("gas", "power", "heat"))
    draft.add("Generator", "chp gas", bus=gas, p_nom=500.0, marginal_cost=20.0)
    draft.add("Load", "chp load", bus=power, p_set=40.0)
    draft.add("Load", "chp heat load", bus=heat, p_set=60.0)
    draft.add("Generator", "chp boiler", bus=heat, p_nom=100.0, marginal_cost=100.0)
    draft.add(
        "Link", "chp plant", bus0=gas, bus1=power, bus2=heat, p_nom=500.0, efficiency=0.4, efficiency2=0.5
    )


def delay(draft: Draft) -> None:
    up, down = bus(draft, "delay up"), bus(draft, "delay down")
    draft.add("Generator", "delay spring", bus=up, p_nom=30.0, marginal_cost=[1.0, 2.0, 3.0, 4.0])
    draft.add("Load", "delay load", bus=down, p_set=[0.0, 0.0, 10.0, 20.0])
    draft.add("Link", "delay river", bus0=up, bus1=down, p_nom=50.0, delay=2, cyclic_delay=False)


def store(draft: Draft) -> None:
    b = bus(draft, "store")
    draft.add("Load", "store load", bus=b, p_set=10.0)
    draft.add("Generator", "store g", bus=b, p_nom=30.0, marginal_cost=[1.0, 9.0, 9.0, 9.0])
    draft.add("Store", "store tank", bus=b, e_nom=15.0, e_cyclic=True)


def sale(draft: Draft) -> None:
    b = bus(draft, "sale")
    draft.add("Generator", "sale g", bus=b, p_nom=100.0, marginal_cost=10.0)
    draft.add("Generator", "sale market", bus=b, p_nom=80.0, marginal_cost=-30.0, sign=-1.0, e_sum_min=40.0)


def standing_loss(draft: Draft) -> None:
    b = bus(draft, "loss")
    draft.add("Load", "loss load", bus=b, p_set=[0.0, 0.0, 0.0, 8.1])
    draft.add("Generator", "loss g", bus=b, p_nom=100.0, marginal_cost=10.0, p_max_pu=[1.0, 0.0, 0.0, 0.0])
    draft.add(
        "StorageUnit",
        "loss unit",
        bus=b,
        p_nom=50.0,
        max_hours=1.0,
        standing_loss=0.1,
        efficiency_dispatch=0.9,
    )


def ramp_down(draft: Draft) -> None:
    b = bus(draft, "stop")
    draft.add("Load", "stop load", bus=b, p_set=100.0)
    draft.add(
        "Generator", "stop slow", bus=b, p_nom=100.0, marginal_cost=10.0, ramp_limit_down=0.2, p_init=80.0
    )
    draft.add("Generator", "stop cheap", bus=b, p_nom=100.0, marginal_cost=1.0)
