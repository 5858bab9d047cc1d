"""Every single number of a run as a :class:`Figure`: the targets' readings, and what stands beside them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from qhgrid.indicators.capacity import (
    BASE_YEAR,
    capacity_by_technology,
    fleet_of_base_year,
    grade_ladder,
    is_counted,
)
from qhgrid.indicators.corridors_tables import step_use, stepped_corridors, steps_cost
from qhgrid.indicators.costs import cost_by_component, cost_label
from qhgrid.indicators.display import ENERGY, HOURS, MASS, MONEY, POWER, SHARE, ratio, shown
from qhgrid.indicators.energy import hydro_spill, total
from qhgrid.indicators.tables import Figure, Value
from qhgrid.indicators.targets import TargetResult, chosen_rule

if TYPE_CHECKING:
    from qhgrid.indicators.ledger import Ledger

BUILD_RATE = "万千瓦/年"
"""Unit of a build rate."""

Words = tuple[str, str]

_TARGET_WORDS: dict[str, tuple[Words, tuple[str, ...]]] = {
    "TGT-01": (
        (
            "水平年末计入的装机容量之和，按所列口径计入储能",
            "sum of the counted fleet at the end of the level year",
        ),
        ("fleet.csv", "hydro_plants.csv", "technologies.csv"),
    ),
    "TGT-02": (
        (
            "清洁能源装机容量之和；储能在所列口径计入时按清洁计",
            "sum of clean capacity; storage as the rule says",
        ),
        ("fleet.csv", "hydro_plants.csv", "technologies.csv"),
    ),
    "TGT-03": (
        ("清洁能源发电量除以本省总发电量", "clean over all local generation"),
        ("generator_p", "link_p1", "technologies.csv"),
    ),
    "TGT-04": (
        (
            "新能源（风电、光伏、光热）在计入装机或发电量中的占比",
            "share of wind, PV and CSP in capacity or generation",
        ),
        ("generator_p", "link_p1", "fleet.csv", "technologies.csv"),
    ),
    "TGT-05": (
        (
            "煤电按供电标煤耗乘标准煤排放因子，气电按单位电量排放因子",
            "coal by heat rate and CO2 per tonne of standard coal, gas by CO2 per MWh",
        ),
        ("generator_p", "fleet.csv", "costs.csv"),
    ),
    "GRD-02": (
        (
            "送端功率统计；设计利用小时=设计年送电量/额定功率",
            "from the power sent; design hours are design energy over rating",
        ),
        ("link_p0", "corridors.csv"),
    ),
    "GRD-03": (("方案中在运的通道", "corridors in service in the scenario"), ("corridors.csv",)),
    "UTL-01": (
        ("利用电量除以利用电量与弃电量之和", "used over used and curtailed energy"),
        ("generator_p", "generator_p_max_mw", "link_p1"),
    ),
    "EXP-01": (
        (
            "各小时清洁发电量占发电量与外购电量之和（或送端市州发电量）的比重，以送出功率加权，储能不计入",
            "hourly clean share of generation and imports (or of the sending prefecture), by power sent",
        ),
        ("generator_p", "link_p0", "link_p1", "technologies.csv"),
    ),
}


def target_figures(results: Iterable[TargetResult]) -> tuple[Figure, ...]:
    """Return one figure for each reading of each target, under the same key."""
    figures = []
    for result in results:
        (zh, en), inputs = _TARGET_WORDS[result.id]
        figures.append(
            Figure(
                key=result.key,
                value=result.value,
                unit=result.unit,
                label_zh=f"{result.label_zh}（{result.rule_zh}）",
                label_en=f"{result.label_en} ({result.rule_en})",
                definition_zh=f"{zh}。{result.note_zh}",
                definition_en=f"{en}. {result.note_en}".strip(),
                inputs=inputs,
                mark=result.mark,
            )
        )
    return tuple(figures)


class _Figures:
    """Figures of one run in the making, with the coverage in each definition."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.made: list[Figure] = []

    def add(
        self,
        key: str,
        value: Value,
        unit: str,
        label: Words,
        definition: Words,
        inputs: tuple[str, ...],
        mark: str = "",
        *,
        of_the_run: bool = True,
    ) -> None:
        """Add one figure; `of_the_run` says that it covers the dispatched hours and no more."""
        zh, en = self.ledger.coverage if of_the_run else ("", "")
        self.made.append(
            Figure(
                key,
                value,
                unit,
                *label,
                f"{definition[0]}。{zh}",
                f"{definition[1]}. {en}".strip(),
                inputs,
                mark,
            )
        )


def run_figures(ledger: Ledger) -> tuple[Figure, ...]:
    """Return the figures of a run that are no reading of a target, in a fixed order."""
    figures = _Figures(ledger)
    for add in (
        _capacity,
        _build_rates,
        _grades,
        _generation,
        _curtailment,
        _exchange,
        _steps,
        _emissions,
        _shortage,
        _costs,
    ):
        add(figures)
    return tuple(figures.made)


def _capacity(figures: _Figures) -> None:
    """Add capacity by technology."""
    ledger = figures.ledger
    for name, mw in ledger.capacity.items():
        zh, en = ledger.technology_label(name)
        figures.add(
            f"capacity.{name}",
            shown(mw, POWER),
            POWER,
            (f"{zh}装机容量", f"{en}: capacity"),
            ("水平年末计入的装机容量", "counted capacity at the end of the level year"),
            ("fleet.csv", "hydro_plants.csv"),
            ledger.mark((name,)),
            of_the_run=False,
        )


def _build_rates(figures: _Figures) -> None:
    """Add the build rate that the scenario implies from the end of 2025, in all and by technology."""
    ledger = figures.ledger
    years = ledger.scenario.year - BASE_YEAR
    before = capacity_by_technology(fleet_of_base_year(ledger.scenario, ledger.facts), ledger.facts)
    names = [name for name in ledger.facts.technologies if name in before or name in ledger.capacity]
    grown = {name: ledger.capacity.get(name, 0.0) - before.get(name, 0.0) for name in names}
    rule = chosen_rule(ledger)
    counted = sum(mw for name, mw in grown.items() if is_counted(name, rule, ledger.facts))
    rows = [("total", (f"全部（{rule.label_zh}）", f"all ({rule.label_en})"), counted, ledger.mark())]
    rows += [(name, ledger.technology_label(name), grown[name], ledger.mark((name,))) for name in names]
    for key, (zh, en), mw, mark in rows:
        figures.add(
            f"build_rate.{key}",
            shown(mw, POWER) / years if years > 0 else None,
            BUILD_RATE,
            (f"年均新增装机：{zh}", f"implied build rate: {en}"),
            (
                f"水平年装机减{BASE_YEAR}年末装机，除以{years}年",
                f"capacity less that of the end of {BASE_YEAR}, over {years} years",
            ),
            ("fleet.csv", "hydro_plants.csv"),
            mark,
            of_the_run=False,
        )


def _grades(figures: _Figures) -> None:
    """Add how much of the counted capacity rests on each grade, and on assumed rows."""
    ledger = figures.ledger
    rule = chosen_rule(ledger)
    assumed = sum(
        plant.p_nom
        for plant in ledger.fleet
        if plant.is_assumed and is_counted(plant.technology, rule, ledger.facts)
    )
    inputs = ("fleet.csv", "hydro_plants.csv")
    for grade, own, reached in grade_ladder(ledger.fleet, ledger.facts, rule):
        mark = "假设" if grade == "A" and own > 0 else ""
        for key, mw, zh, en in (
            (f"grade.{grade}", own, f"{grade}级装机容量", f"capacity of grade {grade}"),
            (
                f"grade_up_to.{grade}",
                reached,
                f"{grade}级及以上装机容量",
                f"capacity of grade {grade} and surer",
            ),
        ):
            figures.add(
                key,
                shown(mw, POWER),
                POWER,
                (zh, en),
                (f"按成熟度累计，口径：{rule.label_zh}", f"by maturity grade, {rule.label_en}"),
                inputs,
                mark,
                of_the_run=False,
            )
    figures.add(
        "grade.assumed_rows",
        shown(assumed, POWER),
        POWER,
        ("其中依据假设的装机容量", "capacity that rests on assumed rows"),
        ("假设行或A级行的装机容量之和", "sum of assumed rows and rows of grade A"),
        inputs,
        "假设" if assumed > 0 else "",
        of_the_run=False,
    )


def _generation(figures: _Figures) -> None:
    """Add generation and full-load hours by technology, and demand."""
    ledger = figures.ledger
    inputs = ("generator_p", "link_p1")
    for name in (None, *ledger.generating):
        power = total(ledger.generation) if name is None else ledger.of(ledger.generation, name)
        zh, en = ("全部", "all") if name is None else ledger.technology_label(name)
        mark = ledger.mark(None if name is None else (name,))
        mwh = ledger.energy(power)
        label = (f"发电量：{zh}", f"generation: {en}")
        words = ("本省发电量，扣除弃电，不含储能放电", "local, net of curtailment, without storage")
        figures.add(f"generation.{name or 'total'}", shown(mwh, ENERGY), ENERGY, label, words, inputs, mark)
        if name is not None:
            hours = ratio(mwh, ledger.capacity.get(name, 0.0))
            label = (f"利用小时：{zh}", f"full-load hours: {en}")
            words = ("发电量除以装机容量", "generation over capacity")
            figures.add(f"full_load_hours.{name}", hours, HOURS, label, words, (*inputs, "fleet.csv"), mark)
    figures.add(
        "demand.total",
        shown(ledger.energy(ledger.demand), ENERGY),
        ENERGY,
        ("全社会用电量", "demand"),
        ("含厂用、线损及未能供应的部分", "with station use, losses and what could not be served"),
        ("load_p", "demand.csv"),
        ledger.demand_mark,
    )


def _curtailment(figures: _Figures) -> None:
    """Add curtailed energy and rates of wind, PV and CSP, and spilled hydro energy."""
    ledger = figures.ledger
    words = {"wind": ("弃风", "wind"), "pv": ("弃光", "PV"), "csp": ("光热弃电", "CSP")}
    inputs = ("generator_p", "generator_p_max_mw")
    for name in (name for name in words if name in ledger.generating):
        lost = ledger.energy(ledger.of(ledger.curtailed, name))
        used = ledger.energy(ledger.of(ledger.generation, name))
        rate = ratio(lost, lost + used)
        zh, en = words[name]
        mark = ledger.mark((name,))
        figures.add(
            f"curtailment.{name}",
            shown(lost, ENERGY),
            ENERGY,
            (f"{zh}电量", f"curtailed {en}"),
            ("可发电量减实发电量", "available less used"),
            inputs,
            mark,
        )
        figures.add(
            f"curtailment_rate.{name}",
            None if rate is None else shown(rate, SHARE),
            SHARE,
            (f"{zh}率", f"curtailment of {en}"),
            ("弃电量除以弃电量与利用电量之和", "curtailed over curtailed and used"),
            inputs,
            mark,
        )
    spilled = hydro_spill(ledger.results)
    figures.add(
        "curtailment.hydro_spill",
        shown(ledger.energy(spilled["all"]), ENERGY),
        ENERGY,
        ("水电弃水电量", "energy of spilled water"),
        ("弃水流量乘以该电站单位流量出力", "spilled flow at the plant's own water rate"),
        ("link_p0", "hydro_plants.csv"),
    )


def _exchange(figures: _Figures) -> None:
    """Add energy of corridors, ties and storage."""
    ledger = figures.ledger
    for use in ledger.corridor_uses:
        fact = ledger.facts.corridors[use.id]
        contract = ratio(use.received, use.contract)
        rows: tuple[tuple[str, Value, str, Words], ...] = (
            ("sent", shown(use.sent, ENERGY), ENERGY, ("送出电量", "energy sent")),
            ("received", shown(use.received, ENERGY), ENERGY, ("受端电量", "energy received")),
            ("contract", shown(use.contract, ENERGY), ENERGY, ("合同电量", "contract energy")),
            (
                "contract_completion",
                None if contract is None else shown(contract, SHARE),
                SHARE,
                ("合同完成率", "share of the contract"),
            ),
            ("price", use.price, "元/MWh", ("受端平均电价", "mean receiving price")),
        )
        for name, value, unit, (zh, en) in rows:
            figures.add(
                f"corridor.{use.id}.{name}",
                value,
                unit,
                (f"{fact.name_zh}{zh}", f"{fact.name_en}: {en}"),
                ("合同电量按覆盖小时折算", "the contract is prorated to the covered hours"),
                ("link_p0", "link_p1", "corridors.csv"),
                "假设" if fact.is_assumed else "",
            )
    for key, power, (zh, en), variable in (
        (
            "exchange.exports",
            total(ledger.corridor_sent) + total(ledger.exports),
            ("外送电量", "exports"),
            "link_p0",
        ),
        ("exchange.imports", total(ledger.imports), ("外购电量", "imports"), "link_p1"),
        (
            "storage.charge",
            total(ledger.storage["charge"]),
            ("储能充电电量", "charged"),
            "storage_unit_p_store",
        ),
        (
            "storage.discharge",
            total(ledger.storage["discharge"]),
            ("储能放电电量", "discharged"),
            "storage_unit_p_dispatch",
        ),
    ):
        figures.add(
            key,
            shown(ledger.energy(power), ENERGY),
            ENERGY,
            (zh, en),
            (
                "外送按送端、外购按受端、储能按并网点计",
                "exports as sent, imports as received, storage at its bus",
            ),
            (variable,),
            ledger.mark(),
        )


def _steps(figures: _Figures) -> None:
    """Add what stepped schedules cost and how they move, where the scenario wants them."""
    ledger, costs = figures.ledger, steps_cost(figures.ledger)
    if costs is None:
        return
    for key, cost, (zh, en) in (
        ("steps.cost_free", costs[1], ("自由曲线费用", "cost without steps")),
        ("steps.cost_extra", costs[0] - costs[1], ("台阶约束费用", "what the steps cost")),
    ):
        words = ("台阶曲线再调度与自由曲线之差", "objective with stepped corridors, and with free ones")
        figures.add(key, shown(cost, MONEY), MONEY, (zh, en), words, ("link_p0", "stepped_free_cost"))
    for id in stepped_corridors(ledger):
        fact, use = ledger.facts.corridors[id], step_use(ledger, id)
        figures.add(
            f"corridor.{id}.step_changes",
            float(use.changes),
            "1",
            (f"{fact.name_zh}调整次数", f"{fact.name_en}: changes of set-point"),
            ("设定值与上一小时不同的小时数", "hours whose set-point differs from the hour before"),
            ("link_p0",),
        )


def _emissions(figures: _Figures) -> None:
    """Add CO2 and its intensity."""
    ledger = figures.ledger
    tonnes = ledger.energy(ledger.co2)
    made = ledger.energy(ledger.generation)
    mark = ledger.mark(("coal", "gas"))
    inputs = ("generator_p", "fleet.csv", "costs.csv")
    figures.add(
        "co2.total",
        shown(tonnes, MASS),
        MASS,
        ("发电二氧化碳排放量", "CO2 of generation"),
        ("煤电、气电燃料燃烧排放，不含外购电", "from coal and gas burnt, imports left out"),
        inputs,
        mark,
    )
    figures.add(
        "co2.intensity",
        ratio(tonnes, made),
        "t/MWh",
        ("发电碳排放强度", "CO2 per MWh"),
        ("排放量除以本省发电量", "emissions over local generation"),
        inputs,
        mark,
    )


def _shortage(figures: _Figures) -> None:
    """Add unserved and surplus energy."""
    ledger = figures.ledger
    for key, power, words in (
        ("shortage.unserved", ledger.shed, ("失负荷电量", "unserved energy")),
        ("shortage.dump", ledger.dump, ("无法消纳的余电", "surplus that nothing took")),
    ):
        figures.add(
            key,
            ledger.energy(power),
            "MWh",
            words,
            ("弹性层在省内电网节点上的电量", "energy of the elastic layer on the province's grid"),
            ("generator_p",),
        )


def _costs(figures: _Figures) -> None:
    """Add the system cost, its components, and the objective."""
    ledger = figures.ledger
    costs = cost_by_component(ledger)
    inputs = ("generator_marginal_cost", "link_marginal_cost", "storage_unit_marginal_cost")
    rows = [(f"cost.{key}", cost, cost_label(ledger, key)) for key, cost in costs.items()]
    rows += [
        ("cost.total", sum(costs.values()), ("系统运行成本", "system operating cost")),
        ("cost.objective", ledger.objective, ("优化目标值", "objective")),
    ]
    for key, cost, words in rows:
        figures.add(
            key,
            shown(cost, MONEY),
            MONEY,
            words,
            ("价格乘以电量，收入为负，不含投资", "price times energy, revenue negative, no investment"),
            inputs,
        )
