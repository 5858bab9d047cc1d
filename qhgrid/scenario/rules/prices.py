"""Rules of prices, thermal plants, water and grid."""

from __future__ import annotations

from collections.abc import Iterator

from qhgrid.facts import Facts
from qhgrid.scenario.fleet import counted_fleet
from qhgrid.scenario.marks import Path
from qhgrid.scenario.model import Scenario
from qhgrid.scenario.rules.rule import Finding, RuleBook

BOOK = RuleBook()
POWER_PRICES = (10.0, 5000.0)
"""Prices of electricity that are no slip of the unit [CNY/MWh]."""
COAL_PRICES = (200.0, 3000.0)
"""Prices of standard coal that are no slip of the unit [CNY/tce]."""
CO2_T_PER_TCE = 2.66
"""CO2 from a tonne of standard coal [t]."""
LEVELS = (0.05, 0.95)
"""Reservoir levels that leave room both ways."""


@BOOK.rule("price-size", "电价数量级合理", "Prices of electricity have the right size.")
def price_size(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find prices that a slip between kWh and MWh makes a thousand times too large or small."""
    low, high = POWER_PRICES
    for path, price in _power_prices(scenario):
        if not low <= price <= high:
            what = f"{price:g} CNY/MWh is no price of electricity"
            yield Finding(path, what, f"Give {low:g} to {high:g} CNY/MWh; 1 元/kWh is 1000 元/MWh.")


def _power_prices(scenario: Scenario) -> Iterator[tuple[Path, float]]:
    """Yield the prices of energy that is bought or sold."""
    for name, corridor in scenario.corridors.items():
        if corridor.in_service:
            yield ("corridors", name, "price"), corridor.price
    for name, tie in scenario.ties.items():
        if tie.in_service:
            yield ("ties", name, "import_price"), tie.import_price
            yield ("ties", name, "export_price"), tie.export_price
    yield ("thermal", "gas_price"), scenario.thermal.gas_price


@BOOK.rule("coal-price-size", "标煤价数量级合理", "The price of coal has the right size.")
def coal_price_size(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find coal prices outside anything seen."""
    price, (low, high) = scenario.thermal.coal_price, COAL_PRICES
    if not low <= price <= high:
        what = f"{price:g} CNY a tonne is no price of standard coal"
        yield Finding(("thermal", "coal_price"), what, f"Give {low:g} to {high:g} 元/tce.")


@BOOK.rule("must-run", "必开出力不超过可用率", "Must-run is at most what is available.")
def must_run(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find must-run above availability, which no plant can obey."""
    thermal = scenario.thermal
    for key in ("heating_p_min_pu", "summer_p_min_pu"):
        if getattr(thermal, key) > thermal.availability:
            what = (
                f"must-run of {getattr(thermal, key):g} is above the availability of {thermal.availability:g}"
            )
            yield Finding(("thermal", key), what, f"Give at most {thermal.availability:g}.")


@BOOK.rule(
    "must-run-season", "夏季必开不高于采暖期", "Summer must-run is not above that of the heating season."
)
def must_run_season(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find seasons that are most likely swapped."""
    winter, summer = scenario.thermal.heating_p_min_pu, scenario.thermal.summer_p_min_pu
    if summer > winter:
        what = f"the must-run of summer ({summer:g}) is above that of the heating season ({winter:g})"
        yield Finding(("thermal", "summer_p_min_pu"), what, "Swap the two.")


@BOOK.rule("shed-price", "切负荷价格高于任何电源", "Unserved energy costs more than any way to serve it.")
def shed_price(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find a price of unserved energy at which a plan would shed rather than generate, buy or keep."""
    dearest, name = max(_supplies(scenario, facts), default=(0.0, ""))
    price = scenario.elastic.shed_price
    if price <= dearest:
        what = (
            f"{price:g} CNY/MWh is not above the {dearest:g} CNY/MWh of {name}, so load would be shed first"
        )
        mend = f"Give more than {dearest:g} CNY/MWh, such as 20 元/kWh."
        yield Finding(("elastic", "shed_price"), what, mend)


def _supplies(scenario: Scenario, facts: Facts) -> Iterator[tuple[float, str]]:
    """Yield what a MWh costs or earns by each way to serve load [CNY/MWh], and its name."""
    thermal = scenario.thermal
    operation = {row.id: row.marginal_cost_cny_per_mwh for row in facts.technologies.values()}
    for plant in counted_fleet(scenario, facts):
        cost = operation.get(plant.technology, 0.0)
        if plant.technology == "coal":
            tce_per_mwh = plant.heat_rate / 1000.0
            cost += tce_per_mwh * (thermal.coal_price + CO2_T_PER_TCE * thermal.co2_price)
        if plant.technology == "gas":
            cost += thermal.gas_price
        yield round(cost, 2), plant.id
    for path, price in _power_prices(scenario):
        yield price, ".".join(str(step) for step in path)


@BOOK.rule("shortfall-price", "合同缺额价低于切负荷价", "Local load comes before the contract of a corridor.")
def shortfall_price(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find a price of contract shortfall at which a plan would shed local load to keep a contract."""
    shortfall, shed = scenario.elastic.contract_shortfall_price, scenario.elastic.shed_price
    sale = max((c.price for c in scenario.corridors.values() if c.in_service), default=0.0)
    if shortfall + sale >= shed:
        what = (
            f"a missing MWh of a contract costs {shortfall + sale:g} CNY with its price, "
            f"not less than unserved energy ({shed:g})"
        )
        mend = f"Give less than {max(0.0, shed - sale):g} CNY/MWh."
        yield Finding(("elastic", "contract_shortfall_price"), what, mend)


@BOOK.rule("dump-price", "弃电无处可去时价格为正", "Surplus that nothing takes has a price.")
def dump_price(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find surplus for free, behind which must-run above load would hide."""
    if scenario.elastic.dump_price <= 0:
        what = "surplus that nothing can take costs nothing, so must-run above load would go unseen"
        yield Finding(("elastic", "dump_price"), what, "Give a price above 0, such as 500 元/MWh.")


@BOOK.rule("hydro-level", "水库起始水位留有上下余地", "Reservoirs start with room both ways.")
def hydro_level(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find reservoirs that start, and so must end, empty or full."""
    low, high = LEVELS
    level = scenario.hydro.initial_level
    if not low <= level <= high:
        what = f"reservoirs that start and end at {level:.0%} leave the cascade no room"
        yield Finding(("hydro", "initial_level"), what, f"Give {low:g} to {high:g}.")


@BOOK.rule("hydro-release", "生态流量不超过多年平均来水", "The minimum release is not above the mean inflow.")
def hydro_release(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find a minimum release that the river does not have in the mean of the record."""
    largest = max((row.minimum_release_m3_per_s for row in facts.hydro_plants.values()), default=0.0)
    years = [sum(months) / 12 for months in facts.inflow_monthly.values()]
    mean = sum(years) / len(years) if years else float("inf")
    release = scenario.hydro.minimum_release * largest
    if release > mean:
        what = f"a minimum release of {release:.0f} m3/s is above the mean inflow of {mean:.0f} m3/s"
        mend = f"Give a factor of at most {mean / largest:.2f}."
        yield Finding(("hydro", "minimum_release"), what, mend)


@BOOK.rule("line-loading", "线路可用率不低于10%", "Lines can be used.")
def line_loading(scenario: Scenario, facts: Facts) -> Iterator[Finding]:
    """Find a loading at which the grid falls apart."""
    if scenario.grid.line_loading < 0.1:
        what = f"a usable share of {scenario.grid.line_loading:g} leaves the province without a grid"
        yield Finding(("grid", "line_loading"), what, "Give 0.5 to 1; 0.7 stands for N-1 security.")
