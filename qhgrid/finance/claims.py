"""Who may sell the green of a MWh: a ledger in which no MWh is claimed twice.

A MWh carries at most one claim: a green certificate (绿证) or a certified reduction (CCER). Power under a
price mechanism or in a bundled sale carries none to sell. The ledger refuses what goes beyond the energy
made, so that a finance study that is written has not sold a MWh twice.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from qhgrid.errors import Fault
from qhgrid.finance.rates import FloatArray
from qhgrid.finance.terms import FinanceError

CERTIFICATE, CCER = "certificate", "ccer"
"""Kinds of claim."""
ROUNDING = 1e-9
"""Share of the energy by which claims may exceed it through rounding [1]."""


@dataclass
class Claims:
    """The claims on the energy of elements of the register, by year of operation.

    Parameters
    ----------
    made_mwh : dict of str to numpy.ndarray
        Energy by element, shape (operating_a,) [MWh].
    claimed_mwh : dict of (str, str) to numpy.ndarray
        Energy claimed by element and kind [MWh].
    """

    made_mwh: dict[str, FloatArray] = field(default_factory=dict)
    claimed_mwh: dict[tuple[str, str], FloatArray] = field(default_factory=dict)

    def open(self, element: str, made_mwh: FloatArray) -> None:
        """Enter the energy of an element.

        Raises
        ------
        FinanceError
            If its energy stands in the ledger already, entered for another project.
        """
        if element in self.made_mwh:
            mend = "Let one project carry it in the register."
            raise FinanceError(Fault(element, "its energy was entered for another project already", mend))
        self.made_mwh[element] = made_mwh

    def claim(self, element: str, kind: str, mwh: FloatArray) -> None:
        """Enter a claim on the energy of an element.

        Raises
        ------
        FinanceError
            If all claims together exceed the energy in any year, or a claim is below zero.
        """
        made = self.made_mwh[element]
        claimed = self.claimed(element) + mwh
        if mwh.min(initial=0.0) < 0.0 or np.any(claimed > made * (1.0 + ROUNDING)):
            what = f"{kind} claims {float(claimed.sum()):g} MWh of the {float(made.sum()):g} MWh made"
            raise FinanceError(Fault(element, what, "Claim each MWh once."))
        before = self.claimed_mwh.get((element, kind), np.zeros_like(made))
        self.claimed_mwh[element, kind] = before + mwh

    def claimed(self, element: str, kind: str | None = None) -> FloatArray:
        """Return the energy of an element claimed by one kind, or by all, shape (operating_a,) [MWh]."""
        found = np.zeros_like(self.made_mwh[element])
        for (name, claimed_as), mwh in self.claimed_mwh.items():
            if name == element and kind in (None, claimed_as):
                found = found + mwh
        return found
