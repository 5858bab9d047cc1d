"""One project of the list in one run: its accounts and what they come to, or why there are none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import fsum
from typing import TYPE_CHECKING

import numpy as np

from qhgrid.finance.accounts import Accounts
from qhgrid.finance.claims import Claims
from qhgrid.finance.economy import Benefit, Economy, evaluate_economy
from qhgrid.finance.estimate import Estimate, estimate_investment, share_of
from qhgrid.finance.funding import construction_within
from qhgrid.finance.income import STORING, Income, income_of
from qhgrid.finance.measures import Measures, measure
from qhgrid.finance.reading import part_of
from qhgrid.finance.sensitivity import Critical, Sensitive, critical_values, scale_investment, sensitivity
from qhgrid.finance.terms import Part, Terms, Venture
from qhgrid.projects import project_list

if TYPE_CHECKING:
    from qhgrid.facts.rows import Project
    from qhgrid.finance.parameters import Parameters
    from qhgrid.finance.rates import FloatArray
    from qhgrid.finance.reading import Piece, Reading
    from qhgrid.projects import ListedProject

COMPUTED = "ok"
"""State of a project with accounts; other states are keys of :data:`qhgrid.finance.words.STATES`."""
ROUNDING = 1e-9
"""Share of an element by which projects may carry more than there is through rounding [1]."""
_ROLES = ("fleet", "hydro", "hydro_uprate", "corridor")
"""Kinds of element that earn something of their own."""


@dataclass(frozen=True)
class SystemValue:
    """What a value study says a project saves the system in a year; low and high ends where it gives them.

    Parameters
    ----------
    saving_cny, low_cny, high_cny : float
        Saving of operating cost [CNY].
    co2_t : float
        CO2 avoided [t].
    """

    saving_cny: float
    low_cny: float
    high_cny: float
    co2_t: float


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """What finance has to say of a project.

    Parameters
    ----------
    project : Project
    state : str
        ``ok``, or the key of the reason why there are no accounts.
    """

    project: Project
    state: str
    pieces: tuple[Piece, ...] = ()
    estimate: Estimate | None = None
    accounts: Accounts | None = None
    measures: Measures | None = None
    at_low: Measures | None = None
    """With the investment at the low end of its range; None where it has none."""
    at_high: Measures | None = None
    sensitive: tuple[Sensitive, ...] = ()
    critical: tuple[Critical, ...] = ()
    economy: Economy | None = None
    economy_ends: tuple[Economy, Economy] | None = None
    """With the saving of the system at both ends of its interval."""
    co2_t: float = 0.0
    """CO2 of its own fuel in its first year [t]."""

    @property
    def is_computed(self) -> bool:
        """Whether there are accounts."""
        return self.state == COMPUTED


@dataclass
class Evaluator:
    """Evaluates the projects of a list, one after the other, on one run.

    Parameters
    ----------
    reading : Reading
        The run.
    parameters : Parameters
        Prices, rates, choices.
    projects : mapping of str to Project
        The whole list.
    values : mapping of str to SystemValue
        What a value study found, by project; empty without one.
    claims : Claims
        Ledger of green claims over all projects.
    """

    reading: Reading
    parameters: Parameters
    projects: Mapping[str, Project]
    values: Mapping[str, SystemValue] = field(default_factory=dict)
    claims: Claims = field(default_factory=Claims)
    _owners: dict[str, dict[str, float]] = field(default_factory=dict)
    """Share of each element that each project evaluated so far carries."""

    @cached_property
    def listed(self) -> dict[str, ListedProject]:
        """The list with the tolerance of each estimate, by id."""
        rows = project_list(self.reading.facts, self.reading.scenario).projects
        return {row.project.id: row for row in rows}

    def evaluate(self, project: Project) -> Evaluation:
        """Return the evaluation of a project."""
        state, pieces = self._pieces(project)
        if state != COMPUTED:
            return Evaluation(project=project, state=state)
        reading, parameters = self.reading, self.parameters
        listed = self.listed[project.id]
        estimate = estimate_investment(listed, pieces, self.projects.values(), reading.scenario, parameters)
        if estimate is None or estimate.value_cny <= 0.0:
            return Evaluation(project=project, state="no_investment", pieces=pieces)
        shares = {technology: parameters.om_share(technology) for technology in estimate.amounts}
        if any(share is None for share in shares.values()):
            return Evaluation(project=project, state="no_running_cost", pieces=pieces)
        if not any(reading.yearly(piece.given_mw) > 0.0 for piece in pieces):
            return Evaluation(project=project, state="no_energy", pieces=pieces)
        return self._evaluated(
            project, pieces, estimate, {name: share or 0.0 for name, share in shares.items()}
        )

    def _pieces(self, project: Project) -> tuple[str, tuple[Piece, ...]]:
        """Return the state of a project and its pieces in the run, none unless it can be evaluated."""
        earning = [element for element in project.elements if element.partition(":")[0] in _ROLES]
        if not earning:
            return _state_without_role(project), ()
        if project.grade == "OP":
            return "in_operation", ()
        if any(self._is_anothers(element, project) for element in earning):
            return "double", ()
        found = [self._piece(project, element) for element in earning]
        pieces = tuple(piece for piece in found if piece is not None)
        return (COMPUTED, pieces) if pieces else ("not_counted", ())

    def _piece(self, project: Project, element: str) -> Piece | None:
        """Return what a project's share of an element made, None if the run does not count it."""
        whole, share = self.reading.piece(element), share_of(project, element, self.reading.facts)
        return whole if whole is None or share == 1.0 else part_of(whole, share)

    def _is_anothers(self, element: str, project: Project) -> bool:
        """Return whether what projects that this one is no part of carry of an element leaves too little."""
        others = fsum(
            share
            for owner, share in self._owners.get(element, {}).items()
            if project.part_of != owner and self.projects[owner].part_of != project.id
        )
        return others + share_of(project, element, self.reading.facts) > 1.0 + ROUNDING

    def _evaluated(
        self, project: Project, pieces: tuple[Piece, ...], estimate: Estimate, om: Mapping[str, float]
    ) -> Evaluation:
        """Return the evaluation of a project whose cost and pieces are known."""
        venture, income = self._venture(project, pieces, estimate, om)
        accounts = Accounts(venture)
        benefit = self._benefit(project, pieces, accounts, income)
        ends = [measure(Accounts(scale_investment(venture, by))) for by in (estimate.low, estimate.high)]
        has_range = estimate.low < estimate.high
        return Evaluation(
            project=project,
            state=COMPUTED,
            pieces=pieces,
            estimate=estimate,
            accounts=accounts,
            measures=measure(accounts),
            at_low=ends[0] if has_range else None,
            at_high=ends[1] if has_range else None,
            sensitive=sensitivity(venture),
            critical=critical_values(venture),
            economy=evaluate_economy(accounts, benefit(_middle)),
            economy_ends=self._economy_ends(project, accounts, benefit),
            co2_t=float(income.co2_t[0]),
        )

    def _venture(
        self, project: Project, pieces: tuple[Piece, ...], estimate: Estimate, om: Mapping[str, float]
    ) -> tuple[Venture, Income]:
        """Return the project as its accounts see it, and what it earns."""
        main = max(estimate.amounts, key=lambda name: (estimate.amounts[name], name))
        operating_a = self._life_a(main, pieces)
        new = frozenset(piece.element for piece in pieces if not self._is_family(piece.element, project))
        for piece in pieces:
            share = share_of(project, piece.element, self.reading.facts)
            self._owners.setdefault(piece.element, {})[project.id] = share
        income = income_of(pieces, self.reading, self.parameters, operating_a, self.claims, new)
        terms = self.parameters.terms(main, operating_a)
        shares = _equal_shares(self._construction_a(project, main))
        costs = _construction_costs(estimate, shares, terms)
        income.spend("om", np.full(operating_a, fsum(cost * om[name] for name, cost in costs.items())))
        venture = Venture(
            parts=tuple(self._part(name, cost, pieces) for name, cost in costs.items()),
            spending_shares=shares,
            energy_mwh=income.energy_mwh,
            revenues_cny=income.revenues_cny,
            costs_cny=income.costs_cny,
            terms=terms,
        )
        return venture, income

    def _is_family(self, element: str, project: Project) -> bool:
        """Return whether an element stands in a project of which this is part, or that is part of it."""
        return any(
            owner in (project.id, project.part_of) or self.projects[owner].part_of == project.id
            for owner in self._owners.get(element, {})
        )

    def _construction_a(self, project: Project, technology: str) -> int:
        """Return the years of construction: of the register, else what the technology usually takes."""
        if project.start_year and project.in_service_year > project.start_year:
            return project.in_service_year - project.start_year
        return self.parameters.years(technology, "construction_years")

    def _life_a(self, technology: str, pieces: Sequence[Piece]) -> int:
        """Return the life of a technology, shorter where its cycles are used up before [a]."""
        life = self.parameters.life_a(technology)
        units = [piece for piece in pieces if piece.technology == technology and piece.storage_mwh > 0.0]
        if not units or not self.parameters.has(technology, "cycle_life"):
            return life
        given = fsum(self.reading.yearly(piece.given_mw) for piece in units)
        cycles = given / fsum(piece.storage_mwh for piece in units)
        most = self.parameters.figure(technology, "cycle_life")
        return life if cycles <= 0.0 else max(1, min(life, int(most / cycles)))

    def _part(self, technology: str, amount: float, pieces: Sequence[Piece]) -> Part:
        """Return the part of the investment in one technology."""
        get = self.parameters
        life = self._life_a(technology, pieces)
        is_partly = get.has(technology, "replacement_share")
        return Part(
            name=technology,
            investment_cny=amount,
            life_a=life,
            depreciation_a=min(get.depreciation_a(technology), life),
            residual_share=get.figure("evaluation", "residual"),
            replacement_share=get.figure(technology, "replacement_share") if is_partly else 1.0,
        )

    def _benefit(
        self, project: Project, pieces: Sequence[Piece], accounts: Accounts, income: Income
    ) -> Callable[[Callable[[SystemValue], float]], Benefit]:
        """Return how the economy benefits, given which end of the saving to take."""
        value = self.values.get(project.id)
        beyond = self.parameters.figure("co2", "shadow_price") - self.reading.scenario.thermal.co2_price
        shape = (
            income.energy_mwh / income.energy_mwh[0] if income.energy_mwh[0] else np.ones(income.operating_a)
        )
        if value is None:
            found = self._price_benefit(pieces, accounts, income, shape, beyond)
            return lambda end: found

        def at(end: Callable[[SystemValue], float]) -> Benefit:
            om = income.costs_cny["om"] / (1.0 + accounts.taxes.cost_vat.get("om", 0.0))
            return Benefit(
                basis="value",
                benefit_cny=end(value) * shape,
                running_cost_cny=om,
                co2_avoided_t=value.co2_t * shape,
                co2_price_beyond_cny_per_t=beyond,
            )

        return at

    def _price_benefit(
        self,
        pieces: Sequence[Piece],
        accounts: Accounts,
        income: Income,
        shape: FloatArray,
        beyond: float,
    ) -> Benefit:
        """Return the benefit of the energy at the prices of the run.

        Its CO2 is what the grid emits on average for the same energy, less its own; of storage and corridors
        it is not known and left out. Its own CO2 costs the price of the run.
        """
        reading = self.reading
        worth = fsum(
            reading.yearly(piece.given_mw, piece.price_given)
            - reading.yearly(piece.taken_mw, piece.price_taken)
            for piece in pieces
        )
        made = fsum(reading.yearly(p.given_mw) for p in pieces if p.technology not in (*STORING, "corridor"))
        grid = self.parameters.figure("grid", "emission_factor_2023") if made else 0.0
        own_price = reading.scenario.thermal.co2_price
        running = accounts.cost[accounts.venture.construction_a :] - _without_vat(income, accounts)
        return Benefit(
            basis="price",
            benefit_cny=worth * shape,
            running_cost_cny=running + income.co2_t * own_price,
            co2_avoided_t=made * grid * shape - income.co2_t,
            co2_price_beyond_cny_per_t=beyond,
        )

    def _economy_ends(
        self,
        project: Project,
        accounts: Accounts,
        benefit: Callable[[Callable[[SystemValue], float]], Benefit],
    ) -> tuple[Economy, Economy] | None:
        """Return the economic view at both ends of the saving, None without a value study."""
        if project.id not in self.values:
            return None
        low, high = (evaluate_economy(accounts, benefit(end)) for end in (_low, _high))
        return low, high


def _equal_shares(years: int) -> tuple[float, ...]:
    """Return the same share of the construction cost for each year."""
    return (1.0 / years,) * years


def _construction_costs(estimate: Estimate, shares: tuple[float, ...], terms: Terms) -> dict[str, float]:
    """Return the construction cost by technology, without the interest that an estimate holds [CNY]."""
    if not estimate.holds_interest:
        return dict(estimate.amounts)
    whole = estimate.value_cny
    within = construction_within(whole, np.array(shares), terms.equity_share, terms.loan.rate)
    return {name: amount * within / whole for name, amount in estimate.amounts.items()}


def _without_vat(income: Income, accounts: Accounts) -> FloatArray:
    """Return the running cost without VAT that the prices of the run hold already: power bought, CO2 paid."""
    rates = accounts.taxes.cost_vat
    whole = np.zeros(income.operating_a)
    for kind in ("charging", "carbon"):
        if kind in income.costs_cny:
            whole = whole + income.costs_cny[kind] / (1.0 + rates.get(kind, 0.0))
    return whole


def _middle(value: SystemValue) -> float:
    """Return the saving itself."""
    return value.saving_cny


def _low(value: SystemValue) -> float:
    """Return the low end of the saving."""
    return value.low_cny


def _high(value: SystemValue) -> float:
    """Return the high end of the saving."""
    return value.high_cny


def _state_without_role(project: Project) -> str:
    """Return why a project without anything that earns has no accounts."""
    kinds = {element.partition(":")[0] for element in project.elements}
    if not kinds:
        return "no_elements"
    return "demand" if kinds == {"demand"} else "no_fee"
