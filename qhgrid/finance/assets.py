"""What the investment is worth as it wears: depreciation, replacement and what is left at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qhgrid.finance.rates import FloatArray
from qhgrid.finance.terms import Part


@dataclass(frozen=True)
class Assets:
    """Assets by year of operation, shape (operating_a,) each [CNY].

    Parameters
    ----------
    depreciation_cny : numpy.ndarray
        Written off in the year.
    replacement_cny : numpy.ndarray
        Spent at the end of the year on parts whose life ends, with VAT.
    recovered_cny : numpy.ndarray
        Book value of what leaves service at the end of the year: residuals, and all that is left at the end.
    original_cny : float
        Original value of the first set of parts.
    """

    depreciation_cny: FloatArray
    replacement_cny: FloatArray
    recovered_cny: FloatArray
    original_cny: float


def keep_assets(
    parts: Sequence[Part], operating_a: int, vat_share: float = 0.0, interest_cny: float = 0.0
) -> Assets:
    """Return depreciation, replacement and recovery of all parts.

    The original value (固定资产原值) is the construction cost without the VAT that is credited, with the
    interest during construction, which parts bear in proportion to their cost. A part is replaced at the end
    of its life if operation goes on.

    Parameters
    ----------
    parts : sequence of Part
        The parts of the investment.
    operating_a : int
        Years of operation.
    vat_share : float, optional
        VAT that is credited within each CNY of investment [1].
    interest_cny : float, optional
        Capitalised interest [CNY].
    """
    whole = sum(part.investment_cny for part in parts)
    written, spent, recovered = (np.zeros(operating_a) for _ in range(3))
    original = 0.0
    for part in parts:
        first = part.investment_cny * (1.0 - vat_share) + interest_cny * part.investment_cny / whole
        again = part.investment_cny * part.replacement_share
        original += first
        for start in range(0, operating_a, part.life_a):
            value = first if start == 0 else again * (1.0 - vat_share)
            if start > 0:
                spent[start - 1] += again
            _wear(part, value, start, written, recovered)
    return Assets(written, spent, recovered, original)


def _wear(part: Part, value: float, start: int, written: FloatArray, recovered: FloatArray) -> None:
    """Write off one generation of a part that enters service at the beginning of year `start`, from 0."""
    end = min(start + part.life_a, written.size)
    years = min(part.depreciation_a, end - start)
    yearly = value * (1.0 - part.residual_share) / part.depreciation_a
    written[start : start + years] += yearly
    recovered[end - 1] += value - yearly * years
