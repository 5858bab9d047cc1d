"""What a path of years comes to, as tables with a column for each year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from qhgrid.clock import hours_in_year
from qhgrid.indicators.capacity import GRADES
from qhgrid.indicators.display import POWER, shown
from qhgrid.indicators.tables import Column, Table, TableRow, Value
from qhgrid.scenario.fleet import counted_fleet

if TYPE_CHECKING:
    from qhgrid.facts import Facts
    from qhgrid.scenario.model import Scenario

SOURCE = ("各年运行结果", "runs of the single years")
PEAK_YEAR = 2030
"""CO2 has to peak before this year (TGT-05: 2030年前碳达峰)."""


@dataclass(frozen=True)
class Year:
    """One year of a path: its scenario, and the figures of its run."""

    year: int
    scenario: Scenario
    run_id: str
    content: Mapping[str, Any]
    """What ``figures.json`` of the run holds."""

    @property
    def is_whole(self) -> bool:
        """Whether the run covers the whole year."""
        horizon = self.scenario.horizon
        return (horizon.end - horizon.start).days + 1 >= hours_in_year(self.year) // 24

    def figure(self, key: str) -> Value:
        """Return the value of a figure, None where the run has none of that name."""
        for figure in self.content["figures"]:
            if figure["key"] == key:
                value: Value = figure["value"]
                return value
        return None


@dataclass(frozen=True)
class Peak:
    """When CO2 of generation is highest, and whether that is before 2030."""

    year: int
    """Year of the most CO2, the first of them."""
    passed: bool | None
    """None where the path does not reach far enough to tell."""


def find_peak(years: Sequence[int], emissions: Sequence[float]) -> Peak:
    """Return when `emissions` are highest, and whether that is before 2030.

    A path that ends before 2030 tells nothing, and neither does one that begins with its highest year in
    2030 or later. A highest year before 2030 passes only if the path goes on to 2030.
    """
    highest = years[max(range(len(years)), key=lambda i: (emissions[i], -i))]
    reaches = years[0] < PEAK_YEAR <= years[-1]
    return Peak(highest, highest < PEAK_YEAR if reaches else None)


def path_tables(years: Sequence[Year], facts: Facts) -> tuple[Table, ...]:
    """Return all tables of a path, in the order of their reading."""
    technologies = [row.id for row in facts.technologies.values()]
    return (
        scorecard_table(years),
        _by_technology(years, facts, technologies, "capacity", ("装机容量", "installed capacity"), "万千瓦"),
        build_table(years, facts),
        _by_technology(years, facts, technologies, "generation", ("发电量", "generation"), "亿千瓦时"),
        exchange_table(years),
        emission_table(years),
    )


def _columns(years: Iterable[Year]) -> tuple[Column, ...]:
    return tuple(Column(f"y{year.year}", f"{year.year}年", str(year.year), "") for year in years)


def _table(key: str, title: tuple[str, str], unit: str, years: Sequence[Year], rows: Iterable[TableRow],
           note: tuple[str, str] = ("", "")) -> Table:  # fmt: skip
    """Return a table with a column for each year, rows without any number left out."""
    kept = tuple(row for row in rows if any(value not in (None, 0.0) for value in row.values))
    return Table(key, *title, unit, _columns(years), kept, *SOURCE, *note)


def scorecard_table(years: Sequence[Year]) -> Table:
    """Return the chosen reading of each target, and below it the verdict, year by year."""
    labels: dict[str, Mapping[str, Any]] = {}
    for year in years:
        labels.update({one["key"]: one for one in year.content["targets"] if one["is_chosen"]})
    rows: list[TableRow] = []
    for key, target in labels.items():
        found = [_target(year, key) for year in years]
        values = tuple(None if one is None else one["value"] for one in found)
        names = (f"{target['id']} {target['label_zh']}", f"{target['id']} {target['label_en']}")
        name = key.replace(".", "_")
        rows.append(TableRow(name, *names, values, bold=True, unit=target["unit"]))
        verdicts = tuple(_verdict(one) for one in found)
        rows.append(TableRow(f"{name}_verdict", "是否达到目标值", "target reached", verdicts, level=1))
    note = (
        "目标值是规划期末的要求；更早的年份只作对照。",
        "Targets are due at the end of the plan; earlier years stand beside them.",
    )
    return _table("path_scorecard", ("逐年评分", "scorecard by year"), "", years, rows, note)


def _target(year: Year, key: str) -> Mapping[str, Any] | None:
    """Return the target of a year by key."""
    return next((one for one in year.content["targets"] if one["key"] == key), None)


def _verdict(target: Mapping[str, Any] | None) -> Value:
    """Return the verdict as a word that both languages read."""
    return None if target is None else {True: "是 yes", False: "否 no", None: None}[target["passed"]]


def _by_technology(
    years: Sequence[Year],
    facts: Facts,
    technologies: Iterable[str],
    kind: str,
    what: tuple[str, str],
    unit: str,
) -> Table:
    """Return a figure of each technology by year, and the total."""
    rows = [
        TableRow(name, facts.technologies[name].name_zh, facts.technologies[name].name_en,
                 tuple(year.figure(f"{kind}.{name}") for year in years))
        for name in technologies
    ]  # fmt: skip
    total = tuple(sum(number(row.values[i]) for row in rows) for i in range(len(years)))
    rows.append(TableRow("total", "合计", "total", total, bold=True))
    return _table(f"path_{kind}", (f"逐年{what[0]}", f"{what[1]} by year"), unit, years, rows)


def number(value: Value) -> float:
    """Return a value as a number, zero for nothing."""
    return float(value) if isinstance(value, int | float) else 0.0


def build_table(years: Sequence[Year], facts: Facts) -> Table:
    """Return what has to be commissioned in each year, by technology and by grade, less what retires.

    The first column is empty: what stood before the path begins is not part of it. Where years are left
    out, what was built since the year before it is spread evenly over the years between.
    """
    stocks = [_stock(year.scenario, facts) for year in years]
    names = sorted({key for stock in stocks for key in stock})
    rows: list[TableRow] = []
    for technology in facts.technologies:
        own = [name for name in names if name[0] == technology]
        row = facts.technologies[technology]
        rows.append(TableRow(technology, row.name_zh, row.name_en, _added(years, stocks, own)))
    rows.append(TableRow("total", "合计", "total", _added(years, stocks, names), bold=True))
    for grade in GRADES:
        own = [name for name in names if name[1] == str(grade)]
        label = f"其中 {grade} 级", f"of grade {grade}"
        rows.append(TableRow(f"grade_{grade}", *label, _added(years, stocks, own), level=1))
    note = (
        "当年新投产减退役；成熟度等级见装机表。",
        "Commissioned in the year less retired; grades as in the tables of capacity.",
    )
    return _table("path_build", ("逐年新增装机", "capacity added by year"), "万千瓦/年", years, rows, note)


def _stock(scenario: Scenario, facts: Facts) -> dict[tuple[str, str], float]:
    """Return counted capacity by technology and grade [万千瓦]."""
    stock: dict[tuple[str, str], float] = {}
    for plant in counted_fleet(scenario, facts):
        key = (plant.technology, str(plant.grade))
        stock[key] = stock.get(key, 0.0) + shown(plant.p_nom, POWER)
    return stock


def _added(
    years: Sequence[Year], stocks: Sequence[Mapping[tuple[str, str], float]], keys: Sequence[tuple[str, str]]
) -> tuple[Value, ...]:
    """Return the yearly growth of the stock of `keys`, nothing for the first year."""
    held = [sum(stock.get(key, 0.0) for key in keys) for stock in stocks]
    spans = [later.year - sooner.year for sooner, later in pairwise(years)]
    growth = [
        round((after - before) / span, 9) for (before, after), span in zip(pairwise(held), spans, strict=True)
    ]
    return (None, *growth)


EXCHANGE = (
    ("demand.total", "全社会用电量", "demand"),
    ("exchange.exports", "外送电量", "exports"),
    ("exchange.imports", "外购电量", "imports"),
)


def exchange_table(years: Sequence[Year]) -> Table:
    """Return demand, exports, imports and the energy of each corridor by year."""
    rows = [
        TableRow(key.replace(".", "_"), zh, en, tuple(year.figure(key) for year in years), bold=True)
        for key, zh, en in EXCHANGE
    ]  # fmt: skip
    labels = {
        figure["key"]: (figure["label_zh"], figure["label_en"])
        for year in years
        for figure in year.content["figures"]
        if figure["key"].startswith("corridor.") and figure["key"].endswith(".received")
    }
    for key in sorted(labels):
        values = tuple(year.figure(key) for year in years)
        rows.append(TableRow(key.replace(".", "_"), *labels[key], values, level=1))
    return _table("path_exchange", ("逐年用电与外送", "demand and exchange by year"), "亿千瓦时", years, rows)


EMISSIONS = (
    ("co2.total", "发电二氧化碳排放量", "CO2 of generation", "万吨"),
    ("co2.intensity", "单位发电量排放", "CO2 per generation", "t/MWh"),
    ("generation.coal", "煤电发电量", "generation of coal", "亿千瓦时"),
    ("full_load_hours.coal", "煤电利用小时", "full-load hours of coal", "h"),
    ("cost.total", "系统运行成本", "operating cost of the system", "亿元"),
)


def emission_table(years: Sequence[Year]) -> Table:
    """Return CO2, coal and cost by year, with whether CO2 peaks before 2030."""
    rows = [
        TableRow(key.replace(".", "_"), zh, en, tuple(year.figure(key) for year in years), unit=unit)
        for key, zh, en, unit in EMISSIONS
    ]
    return _table(
        "path_emissions", ("逐年碳排放与成本", "CO2 and cost by year"), "", years, rows, peak_words(years)
    )


def peak_of(years: Sequence[Year]) -> Peak:
    """Return when CO2 of generation is highest along the path; parts of years are not judged."""
    peak = find_peak([year.year for year in years], [number(year.figure("co2.total")) for year in years])
    return peak if all(year.is_whole for year in years) else replace(peak, passed=None)


def peak_words(years: Sequence[Year]) -> tuple[str, str]:
    """Return in Chinese and in English when CO2 is highest, and what that says of the target."""
    peak = peak_of(years)
    says = {
        True: ("TGT-05（2030年前碳达峰）：达到。", "TGT-05, peak before 2030: reached."),
        False: ("TGT-05（2030年前碳达峰）：未达到。", "TGT-05, peak before 2030: missed."),
        None: ("所算时段不足以判定TGT-05。", "What was run does not suffice to judge TGT-05."),
    }[peak.passed]
    return (
        f"发电碳排放最高年份：{peak.year}年。{says[0]}各年取同一来水与气象，只反映装机、负荷与通道的变化。",
        f"CO2 of generation is highest in {peak.year}. {says[1]} "
        "All years share one water and weather year: what changes is fleet, demand and corridors.",
    )
