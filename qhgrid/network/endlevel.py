"""How full a reservoir must be at the end of the horizon.

Over a year each reservoir ends at least as full as it starts. Over a winter week the river cannot do that and
keep the minimum release as well: 龙羊峡 exists to give in winter what it gained in summer. So the end level
is the start, less what the minimum releases must draw beyond natural inflow over the horizon, taken from the
nearest reservoirs above.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qhgrid.network.chain import Step
    from qhgrid.network.draft import FloatArray
    from qhgrid.scenario.model import Hydro


def end_levels_m3_per_s_h(steps: Sequence[Step], discharge: FloatArray, rules: Hydro) -> dict[str, float]:
    """Return the lowest content of each reservoir after the last hour [m3/s held for an hour].

    Parameters
    ----------
    steps : sequence of Step
        The chain, upstream to downstream.
    discharge : numpy.ndarray
        Natural discharge at 唐乃亥 [m3/s], shape (snapshot,).
    rules : Hydro
        Initial level and factor on the minimum releases.

    Returns
    -------
    dict of str to float
        By plant id; 0 for a plant without storage.
    """
    total = float(discharge.sum())
    contents = [step.storage_m3_per_s_h * rules.initial_level for step in steps]
    drawn = [0.0] * len(steps)
    share = 0.0
    for position, step in enumerate(steps):
        share += step.side_inflow_share
        need = step.plant.minimum_release_m3_per_s * rules.minimum_release * len(discharge)
        missing = need - share * total - sum(drawn[: position + 1])
        for above in range(position, -1, -1):
            taken = min(max(missing, 0.0), contents[above] - drawn[above])
            drawn[above] += taken
            missing -= taken
    return {step.plant.id: contents[i] - drawn[i] for i, step in enumerate(steps)}
