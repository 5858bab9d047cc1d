r"""The interval of each indicator, from what the certificate of a dispatch proves.

**Cost.** The certificate proves a lower bound :math:`L` and a plan of cost :math:`U`, so the least cost
lies in :math:`[L, U]`. The value of a project, cost without it less cost with it, lies in
:math:`[L_{without} - U_{with},\; U_{without} - L_{with}]`. That is rigorous.

**Energies.** The indicators are those of *the* plan: of all plans of least cost the one that the second
pass of the dispatch chooses. A plan that costs at most :math:`U - L` more than the least can differ from it
by energy that is worth no more than that. Where two ways to serve an hour differ by at least :math:`d` in
cost, no more than :math:`(U - L) / d` of energy can have changed place. :math:`d` is
:data:`LEAST_DIFFERENCE`, a convention: ways that differ by less count as equal. So an energy has the
interval :math:`\pm (U - L) / d`, a share that divided by what it is a share of, CO2 that times the highest
rate of CO2.

**Peak adequacy** does not depend on the plan (:mod:`qhgrid.value.adequacy`); its interval is a point.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from qhgrid.value.game import Interval

if TYPE_CHECKING:
    from qhgrid.value.measures import Energies

LEAST_DIFFERENCE = 1.0
"""Least difference of cost between two ways to serve an hour that count as different [CNY/MWh]."""
HIGHEST_CO2 = 1.0
"""CO2 of a MWh of coal power, at most [t/MWh]."""

ORIENTATION: Mapping[str, int] = {
    "cost": -1,
    "clean_share": 1,
    "ne_utilisation": 1,
    "corridor_energy": 1,
    "unserved": -1,
    "co2": -1,
    "peak_adequacy": 1,
}
"""The indicators in order, and whether more of each is better (1) or less is (-1)."""


def intervals_of(lower: float, upper: float, energies: Energies, margin_mw: float) -> dict[str, Interval]:
    """Return each indicator of a coalition with its interval.

    Parameters
    ----------
    lower, upper : float
        Proved lower bound of the cost, and cost of the plan [CNY].
    energies : Energies
        Of the plan.
    margin_mw : float
        Peak adequacy [MW].

    Returns
    -------
    dict of str to Interval
        ``cost`` [CNY], ``clean_share`` and ``ne_utilisation`` [1], ``corridor_energy`` and ``unserved``
        [MWh], ``co2`` [t], ``peak_adequacy`` [MW]; the keys of :data:`ORIENTATION`, in its order.
    """
    moved = max(upper - lower, 0.0) / LEAST_DIFFERENCE
    made, offered = energies.generation, energies.used + energies.lost
    return {
        "cost": Interval(upper, min(lower, upper), upper),
        "clean_share": _share(energies.clean_share, moved, made),
        "ne_utilisation": _share(energies.utilisation, moved, offered),
        "corridor_energy": _amount(energies.sent, moved),
        "unserved": _amount(energies.shed, moved),
        "co2": _amount(energies.co2, moved * HIGHEST_CO2),
        "peak_adequacy": Interval(margin_mw, margin_mw, margin_mw),
    }


def _amount(value: float, slip: float) -> Interval:
    """Return an amount, which cannot be below 0, with its interval."""
    return Interval(value, max(0.0, value - slip) if value >= 0.0 else value - slip, value + slip)


def _share(value: float, moved: float, whole: float) -> Interval:
    """Return a share of `whole` with its interval, within 0 and 1."""
    slip = moved / whole if whole > 0.0 else 1.0
    return Interval(value, max(0.0, value - slip), min(1.0, value + slip))
