"""The laws that tie hours or branches together: Kirchhoff, ramps, energy sums, global constraints."""

from __future__ import annotations

import numpy as np
import pandas as pd

from qhgrid.dispatch.cycles import PASSIVE, Branches, carrier_is_ac, find_cycles, read_branches
from qhgrid.dispatch.inputs import Inputs, scaled
from qhgrid.dispatch.program import Columns, FloatArray, IntArray, ProgramBuilder, Rows

DEGREE = np.pi / 180.0


def _column_block(builder: ProgramBuilder, component: str, attribute: str) -> Columns:
    """Return a block of columns that was added before."""
    return next(b for b in builder.columns if (b.component, b.attribute) == (component, attribute))


def add_kirchhoff(inputs: Inputs, builder: ProgramBuilder, balance: Rows) -> None:
    """Add the flows of lines and transformers, and Kirchhoff's voltage law around every independent cycle.

    A cycle row is divided by the greatest impedance in it, so that its residual is the flow in MW by which
    that
    branch would have to change.
    """
    kinds = [read_branches(inputs, component) for component in PASSIVE]
    flows = []
    for branches in kinds:
        flow = builder.add_columns(branches.component, "s", branches.names, _flow_bounds(inputs, branches))
        builder.add_entries(balance.positions(branches.bus0), flow.positions(), -1.0)
        builder.add_entries(balance.positions(branches.bus1), flow.positions(), 1.0)
        flows.append(flow)
    shift = _add_phase_shifters(inputs, builder, kinds[1])
    _add_cycles(inputs, builder, kinds, flows, shift)


def _flow_bounds(inputs: Inputs, branches: Branches) -> tuple[FloatArray, FloatArray]:
    """Return the limits of the flow by rating and by angle difference, in MW."""
    component, names = branches.component, branches.names
    most = scaled(inputs.series(component, "s_max_pu", names), branches.s_nom)
    lower, upper = -most, most
    angle = inputs.static(component, "v_ang_max", names)
    is_limited = np.isfinite(angle)
    if component == "Line":
        own = inputs.text(component, "carrier", names).to_numpy(dtype=object)
        of_bus = inputs.text("Bus", "carrier", inputs.buses).to_numpy(dtype=object)[branches.bus0]
        is_limited &= np.where(own == "", of_bus, own) == "AC"
    with np.errstate(divide="ignore", invalid="ignore"):
        cap = np.where(is_limited, angle * DEGREE / branches.reactance, np.inf)
        offset = np.where(
            is_limited & np.isfinite(cap), branches.phase_shift * DEGREE / branches.reactance, 0.0
        )
    cap = np.where(np.isnan(cap), np.inf, cap)
    return np.maximum(lower, -cap - offset), np.minimum(upper, cap - offset)


def _add_phase_shifters(inputs: Inputs, builder: ProgramBuilder, transformers: Branches) -> Columns | None:
    """Add the angle of transformers whose phase shift is free, in degrees."""
    names = transformers.names
    low, high = (inputs.static("Transformer", f"phase_shift_{end}", names) for end in ("min", "max"))
    free = np.flatnonzero(low < high)
    if not free.size:
        return None
    shape = (inputs.n_snapshots, free.size)
    bounds = (np.broadcast_to(low[free], shape), np.broadcast_to(high[free], shape))
    return builder.add_columns("Transformer", "phase_shift", names[free], bounds)


def _add_cycles(
    inputs: Inputs,
    builder: ProgramBuilder,
    kinds: list[Branches],
    flows: list[Columns],
    shift: Columns | None,
) -> None:
    """Add one row per independent cycle and snapshot."""
    bus0, bus1, reactance, resistance = (
        np.concatenate([getattr(k, a) for k in kinds]) for a in ("bus0", "bus1", "reactance", "resistance")
    )
    impedance = np.where(carrier_is_ac(inputs, bus0, bus1), reactance, resistance)
    usable = np.isfinite(reactance)
    cycles = find_cycles(len(inputs.buses), bus0, bus1, usable)
    cycles = [cycle for cycle in cycles if (impedance[cycle.members] != 0.0).any()]
    if not cycles:
        return
    angle, is_free = _fixed_angles(kinds, shift)
    scale = np.array([np.abs(impedance[c.members]).max() for c in cycles])
    side = np.stack([-(angle[:, c.members] @ c.signs) * DEGREE for c in cycles], axis=1) / scale
    labels = [(k.component, str(name)) for k in kinds for name in k.names]
    names = pd.Index([labels[c.chord] for c in cycles], tupleize_cols=False)
    rows = builder.add_rows("cycle", "Cycle", names, (side, side), scale=scale)
    positions = np.concatenate([flow.positions() for flow in flows], axis=1)
    for k, cycle in enumerate(cycles):
        here = rows.positions(np.array([k]))
        builder.add_entries(
            here, positions[:, cycle.members], impedance[cycle.members] * cycle.signs / scale[k]
        )
        for member, sign in zip(cycle.members, cycle.signs, strict=True):
            if shift is not None and is_free[member] >= 0:
                there = shift.positions(is_free[member : member + 1])
                builder.add_entries(here, there, sign * DEGREE / scale[k])


def _fixed_angles(kinds: list[Branches], shift: Columns | None) -> tuple[FloatArray, IntArray]:
    """Return the fixed phase shift of each branch [degree] and its place among the free ones, or -1."""
    angle = np.concatenate([k.phase_shift for k in kinds], axis=1)
    place = np.full(angle.shape[1], -1)
    if shift is not None:
        place[len(kinds[0].names) :] = shift.names.get_indexer(kinds[1].names)
    return np.where(place >= 0, 0.0, angle), place


def add_ramps(inputs: Inputs, builder: ProgramBuilder, component: str) -> None:
    """Add the limits on the change of power from one snapshot to the next, per unit of nominal power."""
    names = inputs.names(component)
    up, down = (_ramp_limit(inputs, component, *pair, names) for pair in RAMP_ATTRIBUTES)
    chosen = np.flatnonzero((np.isfinite(up) | np.isfinite(down)).any(axis=0))
    if not chosen.size:
        return
    up, down = up[:, chosen], down[:, chosen]
    before = inputs.static(component, "p_init", names)[chosen]
    is_known = ~np.isnan(before)
    start = np.where(is_known, before, 0.0)
    lower, upper = -down, up.copy()
    lower[0] = np.where(is_known, lower[0] + start, -np.inf)
    upper[0] = np.where(is_known, upper[0] + start, np.inf)
    power = _column_block(builder, component, "p").positions(chosen)
    rows = builder.add_rows(f"{component.lower()}_ramp", component, names[chosen], (lower, upper))
    builder.add_entries(rows.positions(), power, 1.0)
    builder.add_entries(rows.positions()[1:], power[:-1], -1.0)


RAMP_ATTRIBUTES = (("ramp_limit_up", "ramp_limit_start_up"), ("ramp_limit_down", "ramp_limit_shut_down"))


def _ramp_limit(inputs: Inputs, component: str, running: str, switching: str, names: pd.Index) -> FloatArray:
    """Return the most that power may change, infinite where free, (n_snapshots, n), in MW.

    As in PyPSA, a limit for starting up or shutting down switches the row on, with the running limit or else
    1.
    """
    limit = inputs.series(component, running, names)
    switch = inputs.static(component, switching, names)
    limit = np.where(np.isnan(limit) & ~np.isnan(switch), 1.0, limit)
    amount = scaled(limit, inputs.static(component, "p_nom", names))
    return np.where(np.isnan(amount), np.inf, amount)


def add_e_sums(inputs: Inputs, builder: ProgramBuilder) -> None:
    """Add the least and greatest energy of generators over the horizon, in MWh."""
    names = inputs.names("Generator")
    least, most = (inputs.static("Generator", a, names) for a in ("e_sum_min", "e_sum_max"))
    chosen = np.flatnonzero(np.isfinite(least) | np.isfinite(most))
    if not chosen.size:
        return
    sides = (least[None, chosen], most[None, chosen])
    rows = builder.add_rows("generator_e_sum", "Generator", names[chosen], sides, "MWh")
    power = _column_block(builder, "Generator", "p").positions(chosen)
    builder.add_entries(rows.positions(), power, inputs.weight_generators[:, None])


def add_global_constraints(inputs: Inputs, builder: ProgramBuilder) -> None:
    """Add limits on primary energy and on a carrier, each scaled to MWh of its greatest coefficient."""
    static = inputs.network.c["GlobalConstraint"].static
    for name, row in static.iterrows():
        terms = _constraint_terms(inputs, builder, row)
        if terms is None:
            continue
        columns, values, constant = terms
        greatest = float(np.abs(values).max(initial=0.0))
        scale = greatest if greatest > 0.0 else 1.0
        goal = (float(row["constant"]) - constant) / scale
        lower = -np.inf if row["sense"] in ("<=", "<") else goal
        upper = np.inf if row["sense"] in (">=", ">") else goal
        sides = (np.array([[lower]]), np.array([[upper]]))
        rows = builder.add_rows(
            "global_constraint", "GlobalConstraint", pd.Index([name]), sides, "MWh", np.array([scale])
        )
        builder.add_entries(rows.positions()[0], columns, values / scale)


def _constraint_terms(
    inputs: Inputs, builder: ProgramBuilder, row: pd.Series
) -> tuple[IntArray, FloatArray, float] | None:
    """Return columns, coefficients and constant of a global constraint, or None where it binds nothing."""
    if row["type"] == "primary_energy":
        rate = inputs.network.c["Carrier"].static[row["carrier_attribute"]]
        factors = {str(k): float(v) for k, v in rate.items() if v != 0.0}
    elif row["type"] == "operational_limit":
        factors = {str(row["carrier_attribute"]): 1.0}
    else:
        return None
    if not factors:
        return None
    parts = [
        _generator_terms(inputs, builder, factors, row["type"] == "primary_energy"),
        _level_terms(inputs, builder, factors, "StorageUnit", "state_of_charge", "cyclic_state_of_charge"),
        _level_terms(inputs, builder, factors, "Store", "e", "e_cyclic"),
    ]
    found = [part for part in parts if part is not None]
    if not found:
        return None
    return (
        np.concatenate([part[0] for part in found]),
        np.concatenate([part[1] for part in found]),
        sum(part[2] for part in found),
    )


def _generator_terms(
    inputs: Inputs, builder: ProgramBuilder, factors: dict[str, float], per_input: bool
) -> tuple[IntArray, FloatArray, float] | None:
    """Return what generators of the carriers use: energy, over efficiency for primary energy."""
    names, factor, members = _members(inputs, factors, "Generator")
    if not members.size:
        return None
    values = inputs.weight_generators[:, None] * factor[None, :]
    if per_input:
        values = values / inputs.series("Generator", "efficiency", names)
    columns = _column_block(builder, "Generator", "p").positions(members)
    return columns.ravel(), values.ravel(), 0.0


def _level_terms(
    inputs: Inputs,
    builder: ProgramBuilder,
    factors: dict[str, float],
    component: str,
    level: str,
    cyclic: str,
) -> tuple[IntArray, FloatArray, float] | None:
    """Return what storage of the carriers gives: initial level less final level, unless it is cyclic."""
    names, factor, members = _members(inputs, factors, component)
    is_open = ~inputs.flag(component, cyclic, names)
    names, factor, members = names[is_open], factor[is_open], members[is_open]
    if not members.size:
        return None
    initial = inputs.static(component, f"{level}_initial", names)
    columns = _column_block(builder, component, level).positions(members)[-1]
    return columns, -factor, float(factor @ initial)


def _members(
    inputs: Inputs, factors: dict[str, float], component: str
) -> tuple[pd.Index, FloatArray, IntArray]:
    """Return names, factors and positions of the active members whose carrier has a factor."""
    names = inputs.names(component)
    carriers = inputs.text(component, "carrier", names).to_numpy(dtype=object)
    members = np.flatnonzero([str(carrier) in factors for carrier in carriers])
    factor = np.array([factors[str(carriers[i])] for i in members], dtype=float)
    return names[members], factor, members
