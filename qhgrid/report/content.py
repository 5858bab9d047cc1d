"""What the report says, in which order: the one place that turns a study into a document."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from qhgrid.report.charts_capacity import capacity_by_grade, capacity_by_prefecture
from qhgrid.report.charts_corridors import (
    clean_months,
    contract_months,
    day_schedules,
    hold_times,
    price_days,
    step_weeks,
)
from qhgrid.report.charts_cost import cost_by_component
from qhgrid.report.charts_demand import demand_by_month, demand_day
from qhgrid.report.charts_energy import (
    curtailment_by_day_and_hour,
    curtailment_by_month_and_hour,
    generation_by_technology,
    monthly_balance,
    monthly_curtailment,
    weeks,
)
from qhgrid.report.charts_exchange import (
    corridor_days,
    corridor_durations,
    price_durations,
    prices_by_month_and_hour,
    tie_durations,
)
from qhgrid.report.charts_map import flow_map
from qhgrid.report.charts_storage import reservoirs, storage_levels
from qhgrid.report.document import (
    Block,
    Chart,
    ChartBlock,
    Document,
    FigureList,
    Items,
    Paragraph,
    Score,
    Scores,
    Section,
    TableBlock,
    Tile,
    Tiles,
)
from qhgrid.report.hydrology import Hydrology
from qhgrid.report.inputs import input_tables
from qhgrid.report.study import Lang, Study
from qhgrid.scenario.years import water_year_words, weather_year_words

if TYPE_CHECKING:
    import xarray as xr

    from qhgrid.facts import Facts
    from qhgrid.indicators import Indicators, Table, TargetResult
    from qhgrid.report.run_info import RunInfo
    from qhgrid.scenario.model import Scenario

SHORTAGES_SHOWN = 20
FOLD_BEYOND = 40
"""Tables with more rows than this are folded on the page."""
ALWAYS_FOLDED = ("shortages", "checksums")
"""Tables that say in full what stands on the page in words, or that only machines read."""

TABLES_OF_SECTION: dict[str, tuple[str, ...]] = {
    "energy": ("energy_balance", "generation_by_prefecture", "thermal_plants"),
    "demand": (
        "demand_by_class",
        "demand_drivers",
        "flexible_load",
        "hydrogen",
        "computing",
        "salt_lake_match",
    ),
    "corridors": ("corridors", "corridors_clean", "corridors_base"),
    "corridors_months": ("corridors_by_month",),
    "corridors_steps": ("corridors_steps_cost", "corridors_steps"),
    "ties": ("ties",),
    "curtailment": ("curtailment_by_hour",),
    "map": ("line_loading", "demand_by_prefecture"),
    "capacity": ("capacity_by_grade", "capacity_by_prefecture"),
    "balance": ("power_balance", "capacity_credit", "peaking_balance"),
    "cost": ("cost",),
    "hydrology": (
        "river_plants",
        "river_balance",
        "river_flows",
        "river_levels",
        "river_limits",
        "river_head",
        "river_bands",
    ),
    "storage": ("storage", "csp_heat"),
    "shortages": ("shortages",),
}
"""Keys of the tables of each section; what is named nowhere goes to the section ``other``."""


def build_document(
    *,
    results: xr.Dataset,
    indicators: Indicators,
    scenario: Scenario,
    facts: Facts,
    project_tables: tuple[Table, ...],
    run_info: RunInfo,
    lang: Lang = "zh",
) -> Document:
    """Return the report of a run, without any format.

    Parameters
    ----------
    results : xarray.Dataset
        Hourly results.
    indicators : Indicators
        Figures, targets and tables measured from them.
    scenario : Scenario
        The resolved scenario.
    facts : Facts
        The fact tables.
    project_tables : tuple of Table
        Tables of the project list.
    run_info : RunInfo
        Id, version, certificate and shortages.
    lang : str
        ``zh`` or ``en``.
    """
    study = Study(results, indicators, scenario, facts, project_tables, run_info, lang)
    sections = tuple(
        Section(key, study.say(f"sec.{key}"), blocks)
        for key, build in SECTIONS
        for blocks in (tuple(build(study)),)
        if blocks
    )
    title = scenario.title.zh if lang == "zh" else scenario.title.en
    return Document(title, study.say("report"), lang, run_info.run_id, head(study), sections)


def head(study: Study) -> tuple[tuple[str, str], ...]:
    """Return the lines of the title block."""
    scenario, times = study.scenario, study.times
    start, end = (f"{time:%Y-%m-%d %H}:00" for time in (times[0], times[-1]))
    hours = study.say("head.hours.text", start=start, end=end, hours=study.ledger.hours)
    if not study.ledger.is_full_year:
        hours = f"{hours} · {study.say('head.part')}"
    grid = study.say(
        "head.grid.text",
        resolution=study.say(f"grid.{scenario.grid.resolution}"),
        flow=study.say(f"grid.{scenario.grid.power_flow}"),
    )
    return (
        (study.say("head.scenario"), scenario.name),
        (study.say("head.year"), str(scenario.year)),
        (study.say("head.hours"), hours),
        (study.say("head.grid"), grid),
        (study.say("head.water"), water_year_words(scenario.hydro.water_year, study.lang)),
        (study.say("head.weather"), weather_year_words(scenario.weather.year, study.lang)),
        (study.say("head.demand"), study.say(f"demand.{scenario.demand.level}")),
        (study.say("head.run"), study.run.run_id),
        (study.say("head.version"), f"qhgrid {study.run.code_version}"),
        (study.say("head.certificate"), certificate_words(study)),
    )


def certificate_words(study: Study) -> str:
    """Return cost, bound, gap and violations in one line."""
    run = study.run
    verdict = study.say("certificate.valid" if run.is_valid else "certificate.invalid")
    text = study.say(
        "certificate.text",
        cost=run.objective / 1e8,
        bound=run.lower_bound / 1e8,
        cost_bn=run.objective / 1e9,
        bound_bn=run.lower_bound / 1e9,
        gap=run.gap,
        mw=run.max_violation_mw,
        mwh=run.max_violation_mwh,
    )
    return f"{verdict} · {text}"


def _tables(study: Study, section: str) -> Iterable[Block]:
    """Yield the tables of the indicators that belong in `section`."""
    wanted = TABLES_OF_SECTION.get(section, ())
    found = {table.key: table for table in study.indicators.tables}
    for key in wanted:
        if key in found and found[key].rows:
            yield table_block(found[key])


def table_block(table: Table) -> TableBlock:
    """Return a table, folded where it is long."""
    return TableBlock(table, folded=len(table.rows) > FOLD_BEYOND or table.key in ALWAYS_FOLDED)


def _charts(*charts: Chart | None) -> Iterable[Block]:
    """Yield a block with those charts that there are."""
    there = tuple(chart for chart in charts if chart is not None)
    if there:
        yield ChartBlock(there)


def scorecard_section(study: Study) -> Iterable[Block]:
    """Yield tiles, verdicts and all readings of the targets."""
    scores = tuple(_score(study, result) for result in study.indicators.targets)
    yield Paragraph(study.say("cite.how", run=study.run.run_id), "note")
    if not study.ledger.is_full_year:
        yield Paragraph(study.say("part.year", hours=study.ledger.hours), "warning")
    yield Tiles((*_target_tiles(scores), *_figure_tiles(study)))
    yield Paragraph(_count_words(study, scores))
    yield Scores(study.say("t.targets"), study.say("source.run"), study.say("targets.note"), scores)


def _score(study: Study, result: TargetResult) -> Score:
    """Return one target result in the language of the report."""
    zh = study.lang == "zh"
    states = {True: "pass", False: "fail", None: ""}
    return Score(
        key=result.key,
        target=result.id,
        label=result.label_zh if zh else result.label_en,
        reading=result.rule_zh if zh else result.rule_en,
        value=result.value,
        threshold=result.threshold,
        margin=result.margin,
        unit=result.unit,
        state=states[result.passed],
        is_chosen=result.is_chosen,
        note=result.note_zh if zh else result.note_en,
        mark=result.mark,
    )


def _target_tiles(scores: tuple[Score, ...]) -> tuple[Tile, ...]:
    """Return a tile for the chosen reading of each target of the plan as a whole."""
    return tuple(
        Tile(
            score.key, score.label, score.value, score.unit, score.reading, score.mark, score.state or "open"
        )
        for score in scores
        if score.is_chosen and score.key.startswith("scorecard.")
    )


TILE_FIGURES = (
    "build_rate.total",
    "grade.assumed_rows",
    "demand.total",
    "exchange.exports",
    "exchange.imports",
    "shortage.unserved",
    "co2.intensity",
    "cost.total",
)
"""Figures shown beside the targets, where the run has them."""


def _figure_tiles(study: Study) -> tuple[Tile, ...]:
    """Return tiles of the figures that are no targets."""
    figures = study.figures
    return tuple(
        Tile(
            key,
            figure.label_zh if study.lang == "zh" else figure.label_en,
            figure.value,
            figure.unit,
            mark=figure.mark,
        )
        for key in TILE_FIGURES
        for figure in (figures.get(key),)
        if figure is not None
    )


def _count_words(study: Study, scores: tuple[Score, ...]) -> str:
    """Return how many targets are met in the readings that the scenario chose."""
    chosen = [score.state for score in scores if score.is_chosen]
    passed, failed = chosen.count("pass"), chosen.count("fail")
    return study.say("targets.count", passed=passed, failed=failed, open=len(chosen) - passed - failed)


def energy_section(study: Study) -> Iterable[Block]:
    """Yield the monthly energy balance."""
    yield from _charts(monthly_balance(study))
    yield from _charts(generation_by_technology(study))
    yield from _tables(study, "energy")


def demand_section(study: Study) -> Iterable[Block]:
    """Yield what demand is made of, how it moved, and what of it was hydrogen and computing."""
    yield from _charts(demand_by_month(study), demand_day(study))
    yield from _tables(study, "demand")


def weeks_section(study: Study) -> Iterable[Block]:
    """Yield a winter and a summer week."""
    charts, missing = weeks(study)
    for words in missing:
        yield Paragraph(words, "warning")
    for chart in charts:
        yield from _charts(chart)


def corridors_section(study: Study) -> Iterable[Block]:
    """Yield how corridors and ties are used."""
    yield from _charts(corridor_durations(study), corridor_days(study))
    yield from _tables(study, "corridors")
    yield from _charts(*day_schedules(study))
    yield from _charts(contract_months(study), clean_months(study))
    yield from _tables(study, "corridors_months")
    yield from _charts(price_days(study))
    yield from _charts(*step_weeks(study), hold_times(study))
    yield from _tables(study, "corridors_steps")
    yield from _charts(tie_durations(study))
    yield from _tables(study, "ties")


def curtailment_section(study: Study) -> Iterable[Block]:
    """Yield when wind and sun are curtailed."""
    yield from _charts(curtailment_by_month_and_hour(study), monthly_curtailment(study))
    yield from _charts(curtailment_by_day_and_hour(study))
    yield from _tables(study, "curtailment")


def map_section(study: Study) -> Iterable[Block]:
    """Yield the map."""
    yield from _charts(flow_map(study))
    yield from _tables(study, "map")


def capacity_section(study: Study) -> Iterable[Block]:
    """Yield what is counted, and on which grade it rests."""
    yield from _charts(capacity_by_grade(study))
    yield from _charts(capacity_by_prefecture(study))
    yield from _tables(study, "capacity")


def cost_section(study: Study) -> Iterable[Block]:
    """Yield cost by component and prices."""
    yield from _charts(cost_by_component(study))
    yield from _tables(study, "cost")
    yield from _charts(price_durations(study), prices_by_month_and_hour(study))


def hydrology_section(study: Study) -> Iterable[Block]:
    """Yield flows, levels, energy and water rates of the river."""
    for charts in Hydrology(study).charts():
        yield from _charts(*charts)
    yield from _tables(study, "hydrology")


def storage_section(study: Study) -> Iterable[Block]:
    """Yield reservoirs and storage."""
    yield from _charts(reservoirs(study))
    yield from _charts(storage_levels(study))
    yield from _tables(study, "storage")


def project_section(study: Study) -> Iterable[Block]:
    """Yield the project list."""
    yield from (table_block(table) for table in study.project_tables if table.rows)


def shortage_section(study: Study) -> Iterable[Block]:
    """Yield where, when and how much was short, in words."""
    ranked = sorted(study.run.shortages, key=lambda one: (-one.energy_mwh, one.in_words(study.lang)))
    if not ranked:
        yield Paragraph(study.say("shortage.none"), "good")
    else:
        shown_items = ranked[:SHORTAGES_SHOWN]
        words = study.say("shortage.some", count=len(ranked), shown=len(shown_items))
        yield Items(words, tuple(one.in_words(study.lang) for one in shown_items), "warning")
    yield from _tables(study, "shortages")


def assumption_section(study: Study) -> Iterable[Block]:
    """Yield the assumptions."""
    for table in input_tables(study.scenario, study.facts, study.run):
        if table.key in ("assumptions", "fleet_overrides", "assumed_facts"):
            yield table_block(table)


def source_section(study: Study) -> Iterable[Block]:
    """Yield how the numbers came about, checksums and licences."""
    run = study.run
    chain = (
        study.say("chain.scenario", files=" → ".join(run.scenario_chain) or study.scenario.name),
        study.say("chain.digest", digest=run.scenario_digest or "-"),
        study.say("chain.facts"),
        study.say("chain.profiles"),
        study.say("chain.network", method=run.method),
        study.say("chain.certificate"),
    )
    yield Items(study.say("chain.title"), chain)
    for table in input_tables(study.scenario, study.facts, run):
        if table.key in ("certificate", "checksums"):
            yield table_block(table)
    yield FigureList(study.say("figures.title"), study.say("source.run"), study.indicators.figures)
    names = ("licence.echarts", "licence.map", "licence.font")
    yield Items(study.say("licences.title"), tuple(study.say(name) for name in names), "note")


def _plain_section(section: str) -> Callable[[Study], Iterable[Block]]:
    """Return the builder of a section that holds tables alone."""
    return lambda study: _tables(study, section)


def other_section(study: Study) -> Iterable[Block]:
    """Yield the tables that no section names."""
    named = {key for keys in TABLES_OF_SECTION.values() for key in keys}
    yield from (
        table_block(table) for table in study.indicators.tables if table.rows and table.key not in named
    )


SECTIONS: tuple[tuple[str, Callable[[Study], Iterable[Block]]], ...] = (
    ("scorecard", scorecard_section),
    ("energy", energy_section),
    ("demand", demand_section),
    ("weeks", weeks_section),
    ("corridors", corridors_section),
    ("curtailment", curtailment_section),
    ("map", map_section),
    ("capacity", capacity_section),
    ("balance", _plain_section("balance")),
    ("cost", cost_section),
    ("hydrology", hydrology_section),
    ("storage", storage_section),
    ("projects", project_section),
    ("shortages", shortage_section),
    ("other", other_section),
    ("assumptions", assumption_section),
    ("sources", source_section),
)
"""Sections in the order they are read; one without blocks is left out."""
