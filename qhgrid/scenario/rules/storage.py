"""Rules of storage: what stands on the source side has a base to charge from."""

from __future__ import annotations

from collections.abc import Iterator

from qhgrid.facts import Facts
from qhgrid.scenario.fleet import counted_fleet
from qhgrid.scenario.model import Scenario
from qhgrid.scenario.rules.rule import Finding, RuleBook

BOOK = RuleBook()


@BOOK.rule(
    "source-has-base",
    "只由电源充电的储能有可充电的新能源",
    "Storage that charges from its base alone has a base.",
)
def source_has_base(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find source-side storage without wind or PV of its base in its prefecture, where it needs them."""
    if scenario.storage.source_charges_from_grid:
        return
    counted = counted_fleet(scenario, facts)
    bases = {(row.prefecture, row.corridor) for row in counted if row.technology in ("pv", "wind")}
    for row in counted:
        site = facts.storage_sites.get(row.id)
        if site is not None and site.siting == "source" and (row.prefecture, row.corridor) not in bases:
            what = f"{row.id} may charge from its base alone, of which no wind or PV is counted"
            mend = "Count its plants, or set storage.source_charges_from_grid to true."
            yield Finding(("storage", "source_charges_from_grid"), what, mend)


@BOOK.rule("user-classes-once", "用户侧储能的负荷类别不重复", "Each class behind meters is listed once.")
def user_classes_once(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find classes of demand that are listed twice, whose load would count twice."""
    classes = scenario.storage.user_classes
    for name in sorted({name for name in classes if classes.count(name) > 1}):
        what = f"the class {name} is listed {classes.count(name)} times"
        yield Finding(("storage", "user_classes"), what, "Keep one of them.")
