"""Rules of thermal plants: retrofits of plants that exist, and no plant counted twice."""

from __future__ import annotations

from collections.abc import Iterator

from qhgrid.facts import Facts
from qhgrid.scenario.fleet import counted_fleet
from qhgrid.scenario.marks import suggest
from qhgrid.scenario.model import Scenario
from qhgrid.scenario.rules.rule import Finding, RuleBook

BOOK = RuleBook()
RETROFITTED = ("coal", "gas")
"""Technologies whose units can be made more flexible."""


@BOOK.rule("retrofit-known", "改造的机组在机组表中", "A retrofit names a coal or gas plant.")
def retrofit_known(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find retrofits of plants that do not exist or burn nothing."""
    known = [row.id for row in facts.fleet.values() if row.technology in RETROFITTED]
    for name in scenario.thermal.retrofit:
        if name not in known:
            what = f"there is no coal or gas plant {name!r}"
            yield Finding(("thermal", "retrofit", name), what, suggest(name, known))


@BOOK.rule("retrofit-lowers", "改造使最小出力降低", "A retrofit lowers the least output.")
def retrofit_lowers(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find retrofits after which a plant must run as high as before, or higher."""
    for name, retrofit in scenario.thermal.retrofit.items():
        row = facts.thermal_units.get(name)
        if row is not None and row.value is not None and retrofit.min_load >= row.value:
            what = f"the least output of {name} is {row.value:g} already"
            yield Finding(
                ("thermal", "retrofit", name, "min_load"), what, f"Give less than {row.value:g}, or drop it."
            )


@BOOK.rule("must-run-available", "最小方式不超过可用容量", "Must-run does not exceed what is available.")
def must_run_available(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find must-run of captive plants, or of a month, above the availability of the plants."""
    rules = scenario.thermal
    said = {
        "captive_p_min_pu": rules.captive_p_min_pu or 0.0,
        "monthly_p_min_pu": max(rules.monthly_p_min_pu or (0.0,)),
    }
    for name, share in said.items():
        if share > rules.availability:
            what = f"{share:g} of rating must run, but only {rules.availability:g} is available"
            yield Finding(("thermal", name), what, "Lower it, or raise thermal.availability.")


@BOOK.rule("base-counted-once", "基地配套煤电不重复计入", "The coal plant of a base is counted once.")
def base_counted_once(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find more coal counted behind a corridor than its base has."""
    counted = [row for row in counted_fleet(scenario, facts) if row.technology == "coal" and row.corridor]
    for corridor in sorted({row.corridor for row in counted}):
        limit = facts.costs.get(f"base.coal_{corridor}")
        plants = [row for row in counted if row.corridor == corridor]
        total = sum(row.p_nom for row in plants)
        if limit is not None and limit.value is not None and total > limit.value + 0.5:
            names = ", ".join(row.id for row in plants)
            what = (
                f"{names} add up to {total:g} MW of coal behind {corridor}, whose base has {limit.value:g} MW"
            )
            mend = "One of them is probably the same plant: take it out with fleet.overrides `p_nom: 0 MW`."
            yield Finding(("fleet",), what, mend)
