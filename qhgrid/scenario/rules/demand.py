"""Rules of demand and where it stands."""

from __future__ import annotations

from collections.abc import Iterator

from qhgrid.facts import Facts
from qhgrid.facts.demand import class_energies_mwh
from qhgrid.facts.rows import PREFECTURES, DemandFact
from qhgrid.scenario.model import DemandClass, Scenario
from qhgrid.scenario.rules.rule import Finding, RuleBook
from qhgrid.units import convert

BOOK = RuleBook()
SHARE_SUM_TOLERANCE = 1e-6
"""How far shares may be from adding up to 1."""


def _rows(scenario: Scenario, facts: Facts) -> dict[str, DemandFact]:
    """Return the demand rows of the level year and level, by class; an actual figure stands for any level."""
    of_year = [row for row in facts.demand.values() if row.year == scenario.year]
    actual = {row.demand_class: row for row in of_year if row.level == "actual"}
    return actual | {row.demand_class: row for row in of_year if row.level == scenario.demand.level}


def _twh(energy: float) -> str:
    """Return energy [MWh] as a planner writes it."""
    return f"{convert(energy, 'MWh', '亿千瓦时'):g} 亿千瓦时"


@BOOK.rule("shares-add-up", "每类负荷的市州占比合计为1", "The prefecture shares of each class add up to 1.")
def shares_add_up(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find classes whose shares do not add up to 1."""
    for name, shares in scenario.demand_shares.items():
        total = sum(getattr(shares, prefecture) for prefecture in PREFECTURES)
        if abs(total - 1.0) > SHARE_SUM_TOLERANCE:
            what = f"the shares of the eight prefectures add up to {total:.6g}"
            yield Finding(("demand_shares", str(name)), what, f"Change them by {1.0 - total:+.6g} in all.")


@BOOK.rule("class-has-shares", "有电量的负荷类别都有市州占比", "Each class with demand says where it stands.")
def class_has_shares(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find classes with energy but without shares."""
    with_energy = set(class_energies_mwh(facts, scenario.year, scenario.demand.level))
    extra = {str(name) for name, energy in scenario.demand.extra.items() if energy > 0}
    known = {str(name) for name in DemandClass}
    for name in sorted((with_energy | extra) & known):
        if name not in scenario.demand_shares:
            path = ("demand", "extra", name) if name in extra else ("demand_shares",)
            what = f"the class {name} has demand but no prefecture shares"
            yield Finding(path, what, f"Add `{name}:` under demand_shares.")


@BOOK.rule(
    "demand-row", "水平年和方案在负荷表中有总量", "The demand table knows the total of the level and year."
)
def demand_row(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find a level without a row of the level year, when no energy is given."""
    if scenario.demand.energy is None and "total" not in _rows(scenario, facts):
        levels = sorted({row.level for row in facts.demand.values() if row.year == scenario.year})
        what = f"the demand table has no {scenario.demand.level} total of {scenario.year}"
        mend = f"Use a level among {', '.join(levels) or 'none'}, or give demand.energy."
        yield Finding(("demand", "level"), what, mend)


@BOOK.rule(
    "demand-plausible", "用电量在已知范围的一半到两倍之间", "Demand is between half and twice what is known."
)
def demand_plausible(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find yearly demand far outside the range of the table, as a slip of the unit makes it."""
    energy = scenario.demand.energy
    totals = [row for row in facts.demand.values() if row.demand_class == "total" and row.value]
    of_year = [row for row in totals if row.year == scenario.year]
    figures = [value for row in of_year for value in (row.low, row.value, row.high) if value]
    if energy is None or not figures:
        return
    low, high = 0.5 * min(figures), 2.0 * max(figures)
    if not low <= energy <= high:
        what = f"{_twh(energy)} is far from what is known for {scenario.year}"
        yield Finding(("demand", "energy"), what, f"Give {_twh(low)} to {_twh(high)}; check the unit.")


@BOOK.rule("extra-size", "新增电量不超过全省电量的一半", "Extra demand is at most half of all demand.")
def extra_size(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find extra energy out of proportion."""
    row = _rows(scenario, facts).get("total")
    total = scenario.demand.energy or (row.value if row else None)
    for name, energy in scenario.demand.extra.items():
        if total and energy > 0.5 * total:
            what = f"{_twh(energy)} on top is more than half of the demand of {_twh(total)}"
            yield Finding(("demand", "extra", str(name)), what, "Check the unit; give less than half of it.")
