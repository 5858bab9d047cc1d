"""Networks built after published ones: same shape, rounded figures, capacities fixed.

PyPSA 1.4 installs without example networks (``pypsa.examples`` fetches them from the internet), so what is
theirs is rebuilt here.
"""

from __future__ import annotations

import numpy as np
import pypsa

from tests.dispatch.systems import Draft

HOURS = np.arange(48)
SUN = np.clip(np.sin((HOURS - 6) * np.pi / 12), 0.0, 1.0) * np.where(HOURS < 24, 1.0, 0.6)
WIND = 0.45 + 0.3 * np.sin(HOURS / 7.0) + 0.15 * np.cos(HOURS / 3.1)
DEMAND = 0.75 + 0.2 * np.sin((HOURS - 9) * np.pi / 12)


def meshed_ac_dc() -> pypsa.Network:
    """After PyPSA's ac-dc-meshed: a ring of alternating and one of direct current, and two more areas.

    T. Brown, J. Hörsch, D. Schlachtberger, PyPSA: Python for Power System Analysis, J. Open Res. Softw. 6
    (2018) 4.
    """
    draft = Draft(24)
    for carrier, emissions in (("AC", 0.0), ("DC", 0.0), ("wind", 0.0), ("gas", 0.187)):
        draft.add("Carrier", carrier, co2_emissions=emissions)
    for place in ("London", "Norwich", "Manchester", "Bremen", "Frankfurt", "Norway"):
        draft.add("Bus", place, carrier="AC", v_nom=380.0)
    for place in ("Norwich", "Bremen", "Norway"):
        draft.add("Bus", f"{place} DC", carrier="DC", v_nom=200.0)
        draft.add(
            "Link", f"{place} converter", bus0=place, bus1=f"{place} DC", p_nom=900.0, p_min_pu=-0.9,
            p_max_pu=0.9,
        )  # fmt: skip
    draft.add("Link", "cable", bus0="London", bus1="Bremen", p_nom=400.0, p_min_pu=-0.9, p_max_pu=0.9)
    ac = (("London", "Manchester", 0.8), ("Manchester", "Norwich", 0.4), ("Norwich", "London", 0.24))
    dc = (
        ("Bremen DC", "Norwich DC", 0.21),
        ("Norwich DC", "Norway DC", 0.49),
        ("Norway DC", "Bremen DC", 0.43),
    )
    for a, b, x in (*ac, ("Bremen", "Frankfurt", 0.4)):
        draft.add("Line", f"{a} {b}", bus0=a, bus1=b, x=x, r=0.0, s_nom=700.0)
    for a, b, r in dc:
        draft.add("Line", f"{a} {b}", bus0=a, bus1=b, x=0.0, r=r, s_nom=500.0)
    for i, (place, wind, gas, price) in enumerate(
        (
            ("Manchester", 900.0, 1500.0, 4.5),
            ("Norway", 1400.0, 900.0, 5.9),
            ("Frankfurt", 600.0, 2500.0, 4.1),
        )
    ):
        available = np.clip(np.roll(WIND[:24], 7 * i), 0.0, 1.0)
        draft.add(
            "Generator", f"{place} wind", bus=place, carrier="wind", p_nom=wind, p_max_pu=available,
            marginal_cost=0.1,
        )  # fmt: skip
        draft.add(
            "Generator", f"{place} gas", bus=place, carrier="gas", p_nom=gas, marginal_cost=price,
            efficiency=0.35,
        )  # fmt: skip
    for i, place in enumerate(("London", "Norwich", "Manchester", "Bremen", "Frankfurt", "Norway")):
        load = np.round(500.0 * np.roll(DEMAND[:24], i), 1)
        draft.add("Load", f"{place} load", bus=place, p_set=load)
    draft.add("GlobalConstraint", "co2", type="primary_energy", sense="<=", constant=17_000.0)
    return draft.network()


def hydro_chain() -> pypsa.Network:
    """Three plants on one river after PyPSA's cascaded hydro: water travels one hour, then two.

    Water is in m3/s, a reservoir in m3/s times hours; turbines give 1.2, 0.8 and 0.9 MW per m3/s.
    """
    draft = Draft(48)
    for carrier in ("AC", "water"):
        draft.add("Carrier", carrier)
    draft.add("Bus", "grid", carrier="AC", v_nom=330.0)
    draft.add("Bus", "mouth", carrier="water")
    draft.add("Generator", "outflow", bus="mouth", sign=-1.0, p_nom=2000.0)
    draft.add("Load", "load", bus="grid", p_set=np.round(500.0 * DEMAND, 1))
    draft.add(
        "Generator",
        "gas",
        bus="grid",
        p_nom=600.0,
        marginal_cost=70.0,
        ramp_limit_up=0.2,
        ramp_limit_down=0.2,
    )
    draft.add("Generator", "sun", bus="grid", p_nom=250.0, p_max_pu=np.round(SUN, 3))
    plants = (
        ("upper", 1.2, 300.0, 4000.0, 1),
        ("middle", 0.8, 280.0, 60.0, 2),
        ("lower", 0.9, 320.0, 300.0, 0),
    )
    for name, *_ in plants:
        draft.add("Bus", name, carrier="water")
    for i, (name, rate, most, size, delay) in enumerate(plants):
        below = plants[i + 1][0] if i + 1 < len(plants) else "mouth"
        draft.add(
            "Link", f"{name} turbine", bus0=name, bus1="grid", bus2=below, efficiency=rate, efficiency2=1.0,
            p_nom=most, delay2=delay, cyclic_delay2=True,
        )  # fmt: skip
        draft.add(
            "Link", f"{name} spill", bus0=name, bus1=below, p_nom=3000.0, delay=delay, marginal_cost=0.01
        )
        draft.add("Store", f"{name} reservoir", bus=name, e_nom=size, e_cyclic=True, e_min_pu=0.2)
        inflow = np.round((150.0, 20.0, 15.0)[i] * (1.0 + 0.3 * np.cos(HOURS / 5.0)), 2)
        draft.add("Generator", f"{name} inflow", bus=name, p_nom=1000.0, p_set=inflow)
    return draft.network()


def one_node() -> pypsa.Network:
    """Wind, sun, battery and hydrogen for a flat load at one bus, after PyPSA's model-energy example."""
    draft = Draft(48, {"objective": [3.0] * 48, "generators": [3.0] * 48, "stores": [3.0] * 48})
    for carrier in ("AC", "hydrogen"):
        draft.add("Carrier", carrier)
    draft.add("Bus", "electricity", carrier="AC", v_nom=380.0)
    draft.add("Bus", "hydrogen", carrier="hydrogen")
    draft.add("Load", "load", bus="electricity", p_set=100.0)
    draft.add(
        "Generator", "wind", bus="electricity", p_nom=190.0, p_max_pu=np.round(WIND, 3), marginal_cost=0.02
    )
    draft.add(
        "Generator", "sun", bus="electricity", p_nom=210.0, p_max_pu=np.round(SUN, 3), marginal_cost=0.01
    )
    draft.add("Generator", "not served", bus="electricity", p_nom=100.0, marginal_cost=2000.0)
    draft.add(
        "StorageUnit", "battery", bus="electricity", p_nom=60.0, max_hours=6.0, efficiency_store=0.96,
        efficiency_dispatch=0.96, cyclic_state_of_charge=True,
    )  # fmt: skip
    draft.add("Link", "electrolysis", bus0="electricity", bus1="hydrogen", p_nom=80.0, efficiency=0.62)
    draft.add("Link", "turbine", bus0="hydrogen", bus1="electricity", p_nom=120.0, efficiency=0.58)
    draft.add("Store", "cavern", bus="hydrogen", e_nom=9000.0, e_cyclic=True)
    return draft.network()


CASES = {case.__name__: case for case in (meshed_ac_dc, hydro_chain, one_node)}
