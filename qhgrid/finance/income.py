"""What the pieces of a project earn and cost in a year of the run, and who may sell their green."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from qhgrid.finance.claims import CCER, CERTIFICATE, Claims
from qhgrid.finance.rates import FloatArray
from qhgrid.finance.terms import CHARGING, ENERGY

if TYPE_CHECKING:
    from qhgrid.finance.parameters import Parameters
    from qhgrid.finance.reading import Piece, Reading

KW_PER_MW = 1000.0
TARIFFS = {
    "pv": "new_energy",
    "wind": "new_energy",
    "csp": "csp",
    "coal": "coal",
    "gas": "coal",
    "hydro": "hydro",
    "hydro_uprate": "hydro",
}
"""Row of item ``tariff`` with the contract price of a technology."""
STORING = ("battery", "laes", "compressed_air", "flywheel", "pumped_storage")
CAPACITY_PAID = {"coal": "coal", "pumped_storage": "pumped_storage", "battery": "battery", "laes": "battery"}
"""Item with the capacity payment of a technology."""
CERTIFIED = ("pv", "wind", "csp")
"""Technologies whose green certificates are sold."""
REDUCING = ("csp",)
"""Technologies with a CCER method of grid-connected new energy on land: CSP alone."""


@dataclass
class Income:
    """Revenue and cost with VAT by kind, and energy, by year of operation; shape (operating_a,) each.

    Parameters
    ----------
    operating_a : int
        Years of operation.
    """

    operating_a: int
    revenues_cny: dict[str, FloatArray] = field(default_factory=dict)
    costs_cny: dict[str, FloatArray] = field(default_factory=dict)
    energy_mwh: FloatArray = field(init=False)
    co2_t: FloatArray = field(init=False)
    """CO2 of its own fuel [t]."""

    def __post_init__(self) -> None:
        self.energy_mwh = np.zeros(self.operating_a)
        self.co2_t = np.zeros(self.operating_a)

    def earn(self, kind: str, cny: FloatArray) -> None:
        """Add revenue."""
        self.revenues_cny[kind] = self.revenues_cny.get(kind, np.zeros(self.operating_a)) + cny

    def spend(self, kind: str, cny: FloatArray) -> None:
        """Add cost."""
        self.costs_cny[kind] = self.costs_cny.get(kind, np.zeros(self.operating_a)) + cny


@dataclass(frozen=True)
class Prices:
    """What a piece gets for the power that it gives, and pays for what it takes, in a year [CNY].

    Parameters
    ----------
    given_cny, taken_cny : float
        Of the year of the run.
    is_bundled : bool
        Whether the green of the power is sold or given up with it.
    """

    given_cny: float
    taken_cny: float
    is_bundled: bool


def income_of(
    pieces: Sequence[Piece],
    reading: Reading,
    parameters: Parameters,
    operating_a: int,
    claims: Claims,
    claimants: frozenset[str],
) -> Income:
    """Return what some pieces earn and cost together over the years of operation, O&M left out.

    Power that storage takes is bought, unless the project makes power too: then it is power of its own that
    is sold later, and is taken off the sale.

    Parameters
    ----------
    pieces : sequence of Piece
        What the project is made of.
    reading : Reading
        The run.
    parameters : Parameters
        Prices and rates.
    operating_a : int
        Years of operation.
    claims : Claims
        Ledger of green claims; the pieces' are entered.
    claimants : frozenset of str
        Elements whose green this project sells; another sells that of the rest.
    """
    found = Income(operating_a)
    makes_power = any(piece.technology not in (*STORING, "corridor") for piece in pieces)
    for piece in pieces:
        fading = _fading(piece, parameters, operating_a)
        prices = prices_of(piece, reading, parameters)
        _sell(found, piece, reading, prices, fading, makes_power)
        _be_paid_for_capacity(found, piece, parameters)
        _burn(found, piece, reading, parameters, fading)
        if piece.element in claimants:
            _claim(found, piece, reading, prices, fading, claims, parameters)
    return found


def _fading(piece: Piece, parameters: Parameters, operating_a: int) -> FloatArray:
    """Return the output of each year over that of the first, shape (operating_a,) [1]."""
    rate = parameters.figure("pv", "degradation") if piece.technology == "pv" else 0.0
    return np.asarray((1.0 - rate) ** np.arange(operating_a), dtype=np.float64)


def prices_of(piece: Piece, reading: Reading, parameters: Parameters) -> Prices:
    """Return what a piece gets and pays in a year of the run."""
    given, taken = reading.yearly(piece.given_mw), reading.yearly(piece.taken_mw)
    if piece.technology == "corridor":
        return Prices(given * parameters.figure("corridor", "transmission_fee"), 0.0, is_bundled=True)
    market = Prices(
        reading.yearly(piece.given_mw, piece.price_given),
        reading.yearly(piece.taken_mw, piece.price_taken),
        is_bundled=False,
    )
    if parameters.options.price == "market":
        return market
    price = _landing_price(piece, reading, parameters)
    if price is not None:
        return Prices(given * price, taken * price, is_bundled=True)
    if piece.technology == "pumped_storage":
        price = parameters.figure("tariff", "coal")
        ratio = parameters.figure("pumped_storage", "pumping_price_ratio")
        return Prices(given * price, taken * price * ratio, is_bundled=True)
    if piece.technology in STORING:
        return market
    price = parameters.figure("tariff", TARIFFS[piece.technology])
    return Prices(given * price, taken * price, is_bundled=True)


def _landing_price(piece: Piece, reading: Reading, parameters: Parameters) -> float | None:
    """Return what a MWh sent earns at the far end of the corridor that a piece was built for [CNY/MWh]."""
    rules = reading.scenario.corridors.get(piece.corridor)
    if rules is None or not rules.in_service:
        return None
    fee = parameters.figure("corridor", "transmission_fee")
    return (rules.price - fee) * (1.0 - rules.loss)


def _sell(
    found: Income, piece: Piece, reading: Reading, prices: Prices, fading: FloatArray, makes_power: bool
) -> None:
    """Enter sale and purchase of power."""
    is_own = makes_power or piece.technology == "corridor"
    taken = 0.0 if piece.technology == "corridor" else reading.yearly(piece.taken_mw)
    bought = 0.0 if is_own else prices.taken_cny
    shifted_mwh, shifted_cny = (taken, prices.taken_cny) if is_own else (0.0, 0.0)
    found.energy_mwh += (reading.yearly(piece.given_mw) - shifted_mwh) * fading
    found.earn(ENERGY, (prices.given_cny - shifted_cny) * fading)
    if bought:
        found.spend(CHARGING, bought * fading)


def _be_paid_for_capacity(found: Income, piece: Piece, parameters: Parameters) -> None:
    """Enter the capacity payment."""
    item = CAPACITY_PAID.get(piece.technology)
    if item is not None:
        paid = parameters.figure(item, "capacity_payment") * piece.capacity_mw * KW_PER_MW
        if paid:
            found.earn("capacity", np.full(found.operating_a, paid))


def _burn(found: Income, piece: Piece, reading: Reading, parameters: Parameters, fading: FloatArray) -> None:
    """Enter fuel and the part of its CO2 that must be paid for, at the prices of the run."""
    if piece.technology not in ("coal", "gas"):
        return
    rules, burnt = reading.scenario.thermal, reading.yearly(piece.burnt_mw)
    if piece.technology == "coal":
        tce = burnt * piece.heat_rate / 1000.0
        fuel, co2 = tce * rules.coal_price, tce * parameters.figure("coal", "co2_per_tce")
    else:
        fuel, co2 = burnt * rules.gas_price, burnt * parameters.figure("gas", "co2_per_mwh")
    found.spend("fuel", fuel * fading)
    found.spend("carbon", co2 * rules.co2_price * parameters.figure("co2", "paid_share") * fading)
    found.co2_t += co2 * fading


def _claim(
    found: Income,
    piece: Piece,
    reading: Reading,
    prices: Prices,
    fading: FloatArray,
    claims: Claims,
    parameters: Parameters,
) -> None:
    """Enter the energy in the ledger and sell its green, as CCER while that may be, else as certificates."""
    if piece.technology not in CERTIFIED:
        return
    made = reading.yearly(piece.given_mw) * fading
    claims.open(piece.element, made)
    if prices.is_bundled:
        return
    as_ccer = made * _ccer_years(piece, parameters, found.operating_a)
    for kind, mwh, worth in (
        (CCER, as_ccer, _worth_of_ccer(parameters)),
        (CERTIFICATE, made - as_ccer, parameters.figure("certificate", "price")),
    ):
        if mwh.any():
            claims.claim(piece.element, kind, mwh)
            found.earn(kind, mwh * worth)


def _worth_of_ccer(parameters: Parameters) -> float:
    """Return what the certified reductions of a MWh earn [CNY/MWh]."""
    return parameters.figure("ccer", "price") * parameters.figure("ccer", "emission_factor")


def _ccer_years(piece: Piece, parameters: Parameters, operating_a: int) -> FloatArray:
    """Return 1 for the years in which a MWh is sold as CCER, which earns more than a certificate, else 0."""
    years = np.zeros(operating_a)
    if piece.technology in REDUCING and _worth_of_ccer(parameters) > parameters.figure(
        "certificate", "price"
    ):
        years[: parameters.years("ccer", "years")] = 1.0
    return years
