r"""Links and processes, read hour by hour, with what they send on its way.

What a link sends at t may arrive k hours later. It is handed from hour to hour through registers: with
power :math:`p_t`, register 1 holds :math:`q^1_t = p_{t-1}`, register k holds
:math:`q^k_t = q^{k-1}_{t-1}`, and the bus takes the register of the delay. Hours of different length make
the lag, counted in hours of the list, change from hour to hour; the bus then takes another register.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from qhgrid.dispatch.engine.reading_draft import ProblemDraft
from qhgrid.dispatch.engine.reading_power import power_limits, priced
from qhgrid.dispatch.inputs import Inputs, Port, delayed_source
from qhgrid.dispatch.program import BoolArray, FloatArray, IntArray


@dataclass(frozen=True)
class Arrival:
    """How much later, counted in snapshots, power of some members arrives at one of their ends."""

    members: IntArray
    lag: IntArray | None
    """Shape (n_hours,); None where it arrives at once."""
    arrives: BoolArray
    """Whether anything arrives in the hour, shape (n_hours,)."""
    is_cyclic: bool

    def lags(self) -> list[int]:
        """Return the lags that occur, in order."""
        return [0] if self.lag is None else np.unique(self.lag[self.arrives]).tolist()

    def share(self, lag: int) -> FloatArray:
        """Return 1 in the hours in which power arrives after `lag`, 0 in others, shape (n_hours,)."""
        is_here = self.arrives if self.lag is None else self.arrives & (self.lag == lag)
        return is_here.astype(float)

    def source(self) -> IntArray:
        """Return the hour whose power arrives in each hour, shape (n_hours,)."""
        hours = np.arange(len(self.arrives))
        return hours if self.lag is None else (hours - self.lag) % len(hours)


def arrivals(inputs: Inputs, component: str, port: Port, names: pd.Index) -> list[Arrival]:
    """Return when power sent by the members called `names` arrives at `port`, grouped by delay."""
    n_hours = inputs.n_snapshots
    always = np.ones(n_hours, dtype=bool)
    if not port.delay or port.delay not in inputs.network.c[component].static.columns:
        return [Arrival(np.arange(len(names)), None, always, False)]
    delay = np.trunc(inputs.static(component, port.delay, names)).astype(np.int64)
    is_cyclic = inputs.flag(component, port.cyclic_delay, names) & (delay > 0)
    found = []
    for hours, wraps in sorted(set(zip(np.maximum(delay, 0).tolist(), is_cyclic.tolist(), strict=True))):
        members = np.flatnonzero((np.maximum(delay, 0) == hours) & (is_cyclic == wraps))
        if hours == 0:
            found.append(Arrival(members, None, always, False))
            continue
        source, share = delayed_source(inputs.weight_generators, hours, wraps)
        lag = (np.arange(n_hours) - source) % n_hours
        found.append(Arrival(members, lag, share > 0.0, wraps))
    return found


def coefficient(inputs: Inputs, component: str, port: Port, names: pd.Index) -> FloatArray:
    """Return the power at `port` for a unit of the members' power, positive into the bus, (n_hours, n)."""
    if port.coefficient:
        return inputs.series(component, port.coefficient, names)
    return np.broadcast_to(-1.0, (inputs.n_snapshots, len(names)))


def read_links(inputs: Inputs, draft: ProblemDraft, balance: IntArray, component: str) -> None:
    """Add the power of links or processes, and what it does at each of their ends."""
    names = inputs.names(component)
    if names.empty:
        return
    limits = power_limits(inputs, component, names)
    cost = priced(inputs, component, "marginal_cost", names)
    power = draft.add_columns(component, "p", names, limits, cost)
    ends = []
    for port in inputs.ports(component):
        buses = inputs.bus_positions(component, port.bus, names)
        rows = np.where(buses >= 0, balance[buses], -1)
        ends += [(port, rows, arrival) for arrival in arrivals(inputs, component, port, names)]
    registers = _add_registers(draft, component, names, limits, [(e[1], e[2]) for e in ends])
    registers[0] = power
    for port, rows, arrival in ends:
        factor = coefficient(inputs, component, port, names)[:, arrival.members]
        for lag in arrival.lags():
            if lag in registers:
                here = factor * arrival.share(lag)[:, None]
                draft.add_now(rows[arrival.members], registers[lag][arrival.members], here)


def _add_registers(
    draft: ProblemDraft,
    component: str,
    names: pd.Index,
    limits: tuple[FloatArray, FloatArray],
    ends: list[tuple[IntArray, Arrival]],
) -> dict[int, IntArray]:
    """Add what is under way; return for each lag the positions of its registers, -1 where there is none."""
    depth = np.zeros(len(names), dtype=np.int64)
    wraps = np.zeros(len(names), dtype=bool)
    for rows, arrival in ends:
        served = arrival.members[rows[arrival.members] >= 0]
        depth[served] = np.maximum(depth[served], max(arrival.lags(), default=0))
        wraps[served] |= arrival.is_cyclic
    registers: dict[int, IntArray] = {}
    previous = draft.places(component, "p")
    for lag in range(1, int(depth.max(initial=0)) + 1):
        deep = np.flatnonzero(depth >= lag)
        bounds = tuple(_shifted(limit[:, deep], lag, wraps[deep]) for limit in limits)
        here = np.full(len(names), -1)
        label = f"<delay {lag}>"
        here[deep] = draft.add_columns(component, label, names[deep], (bounds[0], bounds[1]))
        held = np.flatnonzero(here >= 0)
        nothing = np.zeros(held.size)
        rows = draft.add_rows(label, component, names[held], (nothing, nothing))
        draft.add_now(rows, here[held], 1.0)
        draft.add_before(rows, previous[held], -1.0, wraps[held])
        registers[lag] = previous = here
    return registers


def _shifted(limit: FloatArray, lag: int, wraps: BoolArray) -> FloatArray:
    """Return the limits of `lag` hours before; 0 before the horizon, where it does not wrap."""
    late = np.roll(limit, lag, axis=0)
    late[:lag, ~wraps] = 0.0
    return late
