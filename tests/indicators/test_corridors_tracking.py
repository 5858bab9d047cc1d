"""Flows followed through the grid: what is clean at each bus, and what is sent on."""

import numpy as np
import pandas as pd
import pytest

from qhgrid.indicators.corridors_tracking import clean_share_by_bus
from tests.indicators import systems

HOURS = pd.date_range("2030-01-01", periods=4, freq="h")


def bus(name):
    return {name: {"role": "grid", "prefecture": name}}


def made(at, technology, power):
    return {f"{at} {technology}": {"bus": at, "technology": technology, "role": "generation", "p": power}}


def line(start, end, flow):
    return {f"{start}-{end}": {"bus0": start, "bus1": end, "p0": flow, "p1": -np.asarray(flow)}}


def shares(**components):
    times = components.pop("times", HOURS)
    return clean_share_by_bus(systems.dataset(times, **components), systems.facts())


def test_what_comes_in_is_mixed_and_what_goes_out_has_that_mix():
    """A: 100 wind; B: 100 coal and 50 from A: a third is clean there; C: 60 of that."""
    share = shares(
        bus=bus("a") | bus("b") | bus("c"),
        generator=made("a", "wind", 100.0) | made("b", "coal", 100.0),
        line=line("a", "b", 50.0) | line("b", "c", 60.0),
    )
    assert share.sel(bus="a").to_numpy() == pytest.approx(1.0)
    assert share.sel(bus="b").to_numpy() == pytest.approx(1 / 3)
    assert share.sel(bus="c").to_numpy() == pytest.approx(1 / 3)


def test_a_line_that_turns_round_carries_the_mix_of_its_new_beginning():
    flow = np.array([50.0, -50.0, 0.0, 0.0])
    share = shares(
        bus=bus("a") | bus("b"),
        generator=made("a", "wind", 100.0) | made("b", "coal", 100.0),
        line=line("a", "b", flow),
    )
    assert share.sel(bus="b").to_numpy() == pytest.approx([1 / 3, 0.0, 0.0, 0.0])
    assert share.sel(bus="a").to_numpy() == pytest.approx([1.0, 2 / 3, 1.0, 1.0])


def test_storage_gives_back_the_mix_that_it_took_in():
    """Two hours of wind and coal in halves are stored, and are all there is in the two hours after."""
    day = np.array([100.0, 100.0, 0.0, 0.0])
    store = {
        "a battery": {
            "bus": "a",
            "technology": "battery",
            "p_store": 0.5 * day,
            "p_dispatch": 0.4 * day[::-1],
        }
    }
    share = shares(
        bus=bus("a"), generator=made("a", "wind", day) | made("a", "coal", day), storage_unit=store
    )
    assert share.sel(bus="a").to_numpy() == pytest.approx(0.5)


def test_imports_are_not_clean_and_nothing_has_no_mix():
    link = {
        "tie": {"bus0": "out", "bus1": "a", "tie": "gansu", "role": "tie_import", "p0": 100.0, "p1": -100.0}
    }
    wind = np.array([100.0, 300.0, 0.0, 0.0])
    share = shares(
        bus=bus("a") | bus("b") | {"out": {"role": "neighbour"}}, generator=made("a", "wind", wind), link=link
    )
    assert share.sel(bus="a").to_numpy() == pytest.approx([0.5, 0.75, 0.0, 0.0])
    assert np.isnan(share.sel(bus="b").to_numpy()).all()


def random_grid(seed, count=5, hours=6):
    """Return a random grid whose loads take what is left at each bus."""
    draw = np.random.default_rng(seed)
    names = [f"b{n}" for n in range(count)]
    power = {kind: draw.uniform(50, 150, (count, hours)) for kind in ("wind", "coal")}
    generators = {}
    for n, name in enumerate(names):
        for kind in power:
            generators |= made(name, kind, power[kind][n])
    lines, net = {}, {name: power["wind"][n] + power["coal"][n] for n, name in enumerate(names)}
    for start, end in [(0, 1), (1, 2), (2, 3), (3, 4), (0, 4), (1, 3)]:
        flow = draw.uniform(-15, 15, hours)
        lines |= line(names[start], names[end], flow)
        net[names[start]] = net[names[start]] - flow
        net[names[end]] = net[names[end]] + flow
    components = {name: {"role": "grid"} for name in names}
    times = pd.date_range("2030-01-01", periods=hours, freq="h")
    return components, generators, lines, net, power, times


@pytest.mark.parametrize("seed", range(5))
def test_what_is_used_is_as_clean_as_what_is_made(seed):
    buses, generators, lines, net, power, times = random_grid(seed)
    share = shares(times=times, bus=buses, generator=generators, line=lines)
    used = sum(share.sel(bus=name).to_numpy() * net[name] for name in net)
    assert used == pytest.approx(power["wind"].sum(axis=0), rel=1e-6)


def test_the_order_of_buses_and_lines_and_halves_of_a_plant_change_nothing():
    buses, generators, lines, _, _, times = random_grid(9)
    share = shares(times=times, bus=buses, generator=generators, line=lines)
    halves = {}
    for name, row in generators.items():
        half = {**row, "p": np.asarray(row["p"]) / 2}
        halves |= {f"{name} 1": half, f"{name} 2": half}
    turned = shares(
        times=times,
        bus=dict(reversed(buses.items())),
        generator=halves,
        line=dict(reversed(lines.items())),
    )
    for name in buses:
        assert turned.sel(bus=name).to_numpy() == pytest.approx(share.sel(bus=name).to_numpy())
