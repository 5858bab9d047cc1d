"""Rules of load that moves or is cut, of computing and of hydrogen."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from qhgrid.facts import Facts
from qhgrid.scenario.demand import DemandClass
from qhgrid.scenario.model import Scenario
from qhgrid.scenario.rules.rule import Finding, RuleBook

BOOK = RuleBook()
SHARE_SUM_TOLERANCE = 1e-6
"""How far shares may be from adding up to 1."""
LONGEST_WAIT_H = 168.0
"""Longest time that load may wait [h]."""


@BOOK.rule("workloads-add-up", "各类算力作业占比合计为1", "The shares of all kinds of computing add up to 1.")
def workloads_add_up(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find kinds of computing work that do not add up to the whole."""
    works = scenario.computing.workloads
    total = sum(work.share for work in works.values())
    if works and abs(total - 1.0) > SHARE_SUM_TOLERANCE:
        what = f"the shares of {', '.join(works)} add up to {total:.6g}"
        yield Finding(("computing", "workloads"), what, f"Change them by {1.0 - total:+.6g} in all.")


@BOOK.rule("pue-falls", "PUE 不随年份上升", "PUE does not rise with the years.")
def pue_falls(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find years whose PUE is above that of an earlier year."""
    path = list(scenario.computing.pue.items())
    for (before, high), (year, pue) in pairwise(path):
        if pue > high:
            what = f"the PUE of {year} is {pue:g}, above {high:g} in {before}"
            yield Finding(("computing", "pue"), what, f"Give {high:g} or less for {year}.")


@BOOK.rule(
    "flexible-part", "可调节份额合计不超过全部负荷", "What is flexible of a class is at most all of it."
)
def flexible_part(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find classes of which more than everything may wait, be cut or move away."""
    rules, computing = scenario.flexibility, scenario.computing
    for name in DemandClass:
        parts = [rule[name].share for rule in (rules.shifting, rules.interruptible) if name in rule]
        if name is DemandClass.COMPUTING:
            parts += [computing.migration, *(w.share * w.shiftable for w in computing.workloads.values())]
        if sum(parts) > 1.0 + SHARE_SUM_TOLERANCE:
            what = f"{sum(parts):.4g} of {name.value} may wait, be cut or move away, more than all of it"
            yield Finding(("flexibility",), what, "Lower the shares until they add up to at most 1.")


@BOOK.rule(
    "flexible-once", "可调节负荷不重复计列", "Load that may move is counted once: computing and hydrogen too."
)
def flexible_once(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find classes made flexible in two places."""
    shifting = scenario.flexibility.shifting
    if DemandClass.COMPUTING in shifting and scenario.computing.workloads:
        what = "computing may wait here and by computing.workloads"
        mend = "Keep one of them."
        yield Finding(("flexibility", "shifting", "computing"), what, mend)
    if not scenario.hydrogen.is_on:
        return
    for part in ("shifting", "interruptible"):
        if DemandClass.ELECTROLYSIS in getattr(scenario.flexibility, part):
            what = "electrolysis is flexible here and by its electrolysers"
            mend = "Drop it here, or set hydrogen.is_on: false."
            yield Finding(("flexibility", part, "electrolysis"), what, mend)


@BOOK.rule("wait-length", "可延迟时间不超过一周", "Load waits a week at most, and can be caught up.")
def wait_length(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find waits beyond a week, and load that could wait but never be caught up."""
    for name, rule in scenario.flexibility.shifting.items():
        path = ("flexibility", "shifting", name.value)
        if rule.window > LONGEST_WAIT_H:
            yield Finding((*path, "window"), f"{rule.window:g} h is more than a week", "Give 168 h or less.")
        if rule.share > 0 and rule.headroom <= 0:
            what = "what waits can never be caught up"
            yield Finding((*path, "headroom"), what, "Give a headroom above 0.")
    for kind, work in scenario.computing.workloads.items():
        if work.deadline > LONGEST_WAIT_H:
            path = ("computing", "workloads", kind)
            yield Finding(
                (*path, "deadline"), f"{work.deadline:g} h is more than a week", "Give 168 h or less."
            )


@BOOK.rule("cut-price", "可中断补偿低于切负荷价格", "Load is cut for less than the price of unserved load.")
def cut_price(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find prices at which nobody would be cut before load goes unserved."""
    limit = scenario.elastic.shed_price
    for name, rule in scenario.flexibility.interruptible.items():
        if rule.share > 0 and rule.price >= limit:
            what = f"{rule.price:g} CNY/MWh is not below elastic.shed_price of {limit:g}"
            path = ("flexibility", "interruptible", name.value, "price")
            yield Finding(path, what, "Lower it: otherwise load goes unserved first.")


@BOOK.rule("published-months", "按月公布电量只用于有数的年份", "Published months exist for the level year.")
def published_months(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find published months asked for in a year without them, or with a generated year of weather."""
    if scenario.demand.published_months and f"y{scenario.year}" not in facts.demand_monthly:
        years = ", ".join(str(row.year) for row in facts.demand_monthly.values())
        what = f"the consumption of each month of {scenario.year} is not published"
        yield Finding(("demand", "published_months"), what, f"Use one of {years}, or set it to false.")
    if scenario.demand.published_months and scenario.weather.year != 0:
        what = "published months are laid over the level year's weather"
        mend = "Set weather.year: 0, or published_months: false."
        yield Finding(("weather", "year"), what, mend)
