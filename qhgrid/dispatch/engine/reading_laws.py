"""The laws that tie hours together: ramps, energy over the horizon, limits on carriers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from qhgrid.dispatch.engine.problem import WideRow
from qhgrid.dispatch.engine.reading_draft import ProblemDraft
from qhgrid.dispatch.inputs import Inputs, scaled
from qhgrid.dispatch.program import FloatArray, IntArray


def read_ramps(inputs: Inputs, draft: ProblemDraft, component: str) -> None:
    """Add the limits on the change of power from one snapshot to the next."""
    names = inputs.names(component)
    up = _most_change(inputs, component, names, "ramp_limit_up", "ramp_limit_start_up")
    down = _most_change(inputs, component, names, "ramp_limit_down", "ramp_limit_shut_down")
    chosen = np.flatnonzero((np.isfinite(up) | np.isfinite(down)).any(axis=0))
    if not chosen.size:
        return
    lower, upper = -down[:, chosen], up[:, chosen]
    before = inputs.static(component, "p_init", names)[chosen]
    is_known = ~np.isnan(before)
    start = np.where(is_known, before, 0.0)
    lower[0] = np.where(is_known, lower[0] + start, -np.inf)
    upper[0] = np.where(is_known, upper[0] + start, np.inf)
    rows = draft.add_rows(f"{component.lower()}_ramp", component, names[chosen], (lower, upper))
    power = draft.places(component, "p")[chosen]
    draft.add_now(rows, power, 1.0)
    draft.add_before(rows, power, -1.0)


def _most_change(inputs: Inputs, component: str, names: pd.Index, running: str, switching: str) -> FloatArray:
    """Return the most that power may change one way, in MW, infinite where free, shape (n_hours, n).

    As in PyPSA, a limit for starting up or shutting down (`switching`) makes a limit of 1 per unit for
    running, where none is given.
    """
    share = inputs.series(component, running, names)
    share = np.where(np.isnan(share) & ~np.isnan(inputs.static(component, switching, names)), 1.0, share)
    most = scaled(share, inputs.static(component, "p_nom", names))
    return np.where(np.isnan(most), np.inf, most)


def read_energy_sums(inputs: Inputs, draft: ProblemDraft) -> None:
    """Add the least and the greatest energy of generators over the horizon."""
    names = inputs.names("Generator")
    power = draft.places("Generator", "p")
    least, most = (inputs.static("Generator", f"e_sum_{end}", names) for end in ("min", "max"))
    hours = np.arange(inputs.n_snapshots)
    for i in np.flatnonzero(np.isfinite(least) | np.isfinite(most)).tolist():
        row = WideRow("generator_e_sum", "Generator", str(names[i]), "MWh")
        sides = (float(least[i]), float(most[i]))
        draft.add_wide(row, (hours, power[i]), inputs.weight_generators, sides)


@dataclass(frozen=True)
class _Terms:
    """Part of a row over the whole horizon, and what stands on its side whatever the plan."""

    hour: IntArray
    column: IntArray
    value: FloatArray
    constant: float = 0.0


def read_global_constraints(inputs: Inputs, draft: ProblemDraft) -> None:
    """Add the limits on primary energy and on the use of a carrier."""
    for name, limit in inputs.network.c["GlobalConstraint"].static.iterrows():
        kind, attribute = str(limit["type"]), str(limit["carrier_attribute"])
        if kind == "primary_energy":
            rates = inputs.network.c["Carrier"].static[attribute].astype(float)
            rates = rates[rates != 0.0]
        elif kind == "operational_limit":
            rates = pd.Series({attribute: 1.0})
        else:
            continue
        parts = [
            _use_of_generators(inputs, draft, rates, is_primary=kind == "primary_energy"),
            _use_of_levels(inputs, draft, rates, "StorageUnit", "state_of_charge", "cyclic_state_of_charge"),
            _use_of_levels(inputs, draft, rates, "Store", "e", "e_cyclic"),
        ]
        terms = [part for part in parts if part is not None]
        if terms:
            _add_limit(draft, str(name), str(limit["sense"]), float(limit["constant"]), terms)


def _add_limit(draft: ProblemDraft, name: str, sense: str, constant: float, terms: list[_Terms]) -> None:
    """Add the row of one limit."""
    goal = constant - sum(part.constant for part in terms)
    sides = (-np.inf if sense.startswith("<") else goal, np.inf if sense.startswith(">") else goal)
    hour, column, value = (
        np.concatenate([getattr(p, a) for p in terms]) for a in ("hour", "column", "value")
    )
    row = WideRow("global_constraint", "GlobalConstraint", name, "MWh")
    draft.add_wide(row, (hour, column), value, sides)


def _users(inputs: Inputs, component: str, rates: pd.Series[float]) -> tuple[IntArray, FloatArray]:
    """Return the positions of the active members whose carrier has a rate, and their rates."""
    carriers = inputs.text(component, "carrier", inputs.names(component)).astype(object)
    rate = np.asarray(carriers.map(rates.to_dict()), dtype=float)
    users = np.flatnonzero(~np.isnan(rate))
    return users, rate[users]


def _use_of_generators(
    inputs: Inputs, draft: ProblemDraft, rates: pd.Series[float], *, is_primary: bool
) -> _Terms | None:
    """Return what generators use: their energy, or the primary energy that it takes."""
    users, rate = _users(inputs, "Generator", rates)
    if not users.size:
        return None
    value = inputs.weight_generators[:, None] * rate
    if is_primary:
        value = value / inputs.series("Generator", "efficiency", inputs.names("Generator")[users])
    hour, column = np.meshgrid(np.arange(len(value)), draft.places("Generator", "p")[users], indexing="ij")
    return _Terms(hour.ravel(), column.ravel(), value.ravel())


def _use_of_levels(
    inputs: Inputs, draft: ProblemDraft, rates: pd.Series[float], component: str, level: str, cyclic: str
) -> _Terms | None:
    """Return what storage that is not cyclic uses: its initial level less its final one."""
    users, rate = _users(inputs, component, rates)
    names = inputs.names(component)[users]
    is_open = ~inputs.flag(component, cyclic, names)
    users, rate, names = users[is_open], rate[is_open], names[is_open]
    if not users.size:
        return None
    used = float(rate @ inputs.static(component, f"{level}_initial", names))
    hour = np.full(users.size, inputs.n_snapshots - 1)
    return _Terms(hour, draft.places(component, level)[users], -rate, used)
