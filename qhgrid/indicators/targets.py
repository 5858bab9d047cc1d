"""The plan's targets, each under every reading that the plan leaves open, with margin and verdict.

A verdict is True or False only where the run can tell: a target of a year stays open (None) on a shorter
horizon, and a peak needs several years. Nothing is extrapolated, and no reading is hidden when it fails.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qhgrid.indicators.capacity import (
    MAIN_BODY_CATEGORIES,
    RULES,
    CountingRule,
    clean_capacity,
    is_counted,
    main_body_category,
    rule_of,
    total_capacity,
)
from qhgrid.indicators.corridors import AT_RATING, CorridorUse
from qhgrid.indicators.display import HOURS, MASS, POWER, SHARE, shown
from qhgrid.indicators.tables import JsonObject
from qhgrid.sourced import ASSUMED_MARK

if TYPE_CHECKING:
    from qhgrid.indicators.ledger import Ledger


@dataclass(frozen=True)
class TargetResult(JsonObject):
    """One reading of one target.

    Parameters
    ----------
    id : str
        Target, such as ``TGT-01``.
    key : str
        Stable name, such as ``scorecard.tgt01.generation_only``; the figure of the same key holds its
        definition.
    label_zh, label_en : str
        What is measured.
    rule : str
        Id of the reading.
    rule_zh, rule_en : str
        The reading in words.
    value, threshold, margin : float or None
        In `unit`; margin is value less threshold.
    unit : str
    passed : bool or None
        Verdict; None where this run cannot tell.
    is_chosen : bool
        Whether this is the reading that the scenario chose.
    note_zh, note_en : str
        Why there is no verdict, or what it rests on.
    mark : str
        ``假设`` where it rests on an assumed row.
    """

    id: str
    key: str
    label_zh: str
    label_en: str
    rule: str
    rule_zh: str
    rule_en: str
    value: float | None
    threshold: float | None
    unit: str
    margin: float | None
    passed: bool | None
    is_chosen: bool
    note_zh: str = ""
    note_en: str = ""
    mark: str = ""


def target_results(ledger: Ledger) -> tuple[TargetResult, ...]:
    """Return every reading of every target, in the order of their ids."""
    return (
        *capacity_results(ledger),
        *clean_capacity_results(ledger),
        clean_generation_result(ledger),
        *main_body_results(ledger),
        co2_result(ledger),
        *full_power_results(ledger),
        corridors_built_result(ledger),
        *utilisation_results(ledger),
        *export_clean_results(ledger),
    )


def chosen_rule(ledger: Ledger) -> CountingRule:
    """Return the rule by which the scenario counts installed capacity."""
    targets = ledger.scenario.targets
    return rule_of(targets.count_pumped_storage, targets.count_new_storage)


def chosen_clean_rule(ledger: Ledger) -> CountingRule:
    """Return the rule by which the scenario counts clean capacity: storage that is counted, and clean."""
    targets = ledger.scenario.targets
    return rule_of(
        targets.count_pumped_storage and targets.pumped_storage_is_clean,
        targets.count_new_storage and targets.new_storage_is_clean,
    )


def _judge(value: float | None, threshold: float | None, can_tell: bool = True) -> bool | None:
    """Return whether `value` reaches `threshold`; None where the run cannot tell."""
    if value is None or threshold is None or not can_tell:
        return None
    return value >= threshold * (1.0 - 1e-9)


def capacity_results(ledger: Ledger) -> tuple[TargetResult, ...]:
    """Return TGT-01, installed capacity, under each counting rule."""
    threshold = shown(ledger.scenario.targets.capacity_total, POWER)
    return tuple(
        _capacity_result(
            ledger,
            rule,
            "TGT-01",
            ("电源装机容量", "installed capacity"),
            shown(total_capacity(ledger.fleet, ledger.facts, rule), POWER),
            threshold,
            rule == chosen_rule(ledger),
        )
        for rule in RULES
    )


def clean_capacity_results(ledger: Ledger) -> tuple[TargetResult, ...]:
    """Return TGT-02, clean capacity, under each rule of which storage counts as clean."""
    threshold = shown(ledger.scenario.targets.capacity_clean, POWER)
    return tuple(
        _capacity_result(
            ledger,
            rule,
            "TGT-02",
            ("清洁能源装机容量", "clean capacity"),
            shown(clean_capacity(ledger.fleet, ledger.facts, rule), POWER),
            threshold,
            rule == chosen_clean_rule(ledger),
        )
        for rule in RULES
    )


def _capacity_result(
    ledger: Ledger,
    rule: CountingRule,
    id: str,
    label: tuple[str, str],
    value: float,
    threshold: float,
    is_chosen: bool,
) -> TargetResult:
    """Return one capacity target under one rule."""
    due = ledger.scenario.targets.year
    is_due = ledger.scenario.year == due
    return TargetResult(
        id=id,
        key=f"scorecard.{id.lower().replace('-', '')}.{rule.id}",
        label_zh=label[0],
        label_en=label[1],
        rule=rule.id,
        rule_zh=rule.label_zh,
        rule_en=rule.label_en,
        value=value,
        threshold=threshold,
        unit=POWER,
        margin=value - threshold,
        passed=_judge(value, threshold, can_tell=ledger.scenario.year <= due),
        is_chosen=is_chosen,
        note_zh="" if is_due else f"目标年为{due}年，本方案水平年为{ledger.scenario.year}年。",
        note_en="" if is_due else f"Due in {due}; the scenario is of {ledger.scenario.year}.",
        mark=ledger.mark(),
    )


def _yearly(
    ledger: Ledger,
    id: str,
    key: str,
    label: tuple[str, str],
    rule: tuple[str, str],
    *,
    value: float | None,
    threshold: float | None,
    unit: str = SHARE,
    is_chosen: bool = True,
    holds_on_any_horizon: bool = False,
    note: tuple[str, str] = ("", ""),
    mark: str | None = None,
) -> TargetResult:
    """Return a result that needs a whole year; without verdict on less, unless it holds on any horizon."""
    if not ledger.is_full_year and not holds_on_any_horizon:
        short_zh = f"仅覆盖{ledger.hours:g}小时，不足全年，不作判定。"
        short_en = f"Covers {ledger.hours:g} hours only, less than a year: no verdict."
        note = (f"{short_zh}{note[0]}", f"{short_en} {note[1]}".strip())
    return TargetResult(
        id=id,
        key=key,
        label_zh=label[0],
        label_en=label[1],
        rule=key.rsplit(".", 1)[-1],
        rule_zh=rule[0],
        rule_en=rule[1],
        value=value,
        threshold=threshold,
        unit=unit,
        margin=None if value is None or threshold is None else value - threshold,
        passed=_judge(value, threshold, ledger.is_full_year or holds_on_any_horizon),
        is_chosen=is_chosen,
        note_zh=note[0],
        note_en=note[1],
        mark=ledger.mark() if mark is None else mark,
    )


def clean_generation_share(ledger: Ledger) -> float | None:
    """Return the clean share of local generation, net of curtailment and without storage [%]."""
    made = ledger.energy(ledger.generation)
    return 100.0 * ledger.energy(ledger.having_class("is_clean")) / made if made > 0 else None


def clean_generation_result(ledger: Ledger) -> TargetResult:
    """Return TGT-03, the clean share of generation."""
    return _yearly(
        ledger,
        "TGT-03",
        "scorecard.tgt03.net_of_curtailment",
        ("清洁能源发电量占比", "clean share of generation"),
        (
            "扣除弃电，储能不计入分子与分母",
            "net of curtailment, storage in neither numerator nor denominator",
        ),
        value=clean_generation_share(ledger),
        threshold=shown(ledger.scenario.targets.clean_generation_share, SHARE),
    )


def shares_by_category(ledger: Ledger, amounts: Mapping[str, float]) -> dict[str, float]:
    """Return the share of each category of 双主体 in amounts by technology [%]."""
    sums = dict.fromkeys(MAIN_BODY_CATEGORIES, 0.0)
    for technology, amount in amounts.items():
        sums[main_body_category(technology, ledger.facts)] += amount
    whole = sum(sums.values())
    return {category: 100.0 * amount / whole if whole > 0 else 0.0 for category, amount in sums.items()}


def main_body_shares(ledger: Ledger) -> dict[str, dict[str, float]]:
    """Return the shares by category of counted capacity and of generation [%]."""
    rule = chosen_rule(ledger)
    counted = {t: mw for t, mw in ledger.capacity.items() if is_counted(t, rule, ledger.facts)}
    made = {
        str(name): ledger.energy(ledger.of(ledger.generation, name))
        for name in ledger.generation["technology"].to_numpy()
    }
    return {"capacity": shares_by_category(ledger, counted), "generation": shares_by_category(ledger, made)}


def main_body_results(ledger: Ledger) -> tuple[TargetResult, ...]:
    """Return TGT-04, 双主体: capacity and generation, each by both strictness levels."""
    legs = {"capacity": ("新能源装机占比", "new energy's share of capacity")}
    legs["generation"] = ("新能源发电量占比", "new energy's share of generation")
    results: list[TargetResult] = []
    for leg, shares in main_body_shares(ledger).items():
        rivals = {category: share for category, share in shares.items() if category != "new_energy"}
        rival = max(rivals, key=lambda category: rivals[category])
        name_zh, name_en = MAIN_BODY_CATEGORIES[rival]
        levels = {
            "largest": (
                rivals[rival],
                f"第一大类电源，对比{name_zh}",
                f"largest category, against {name_en}",
            ),
            "majority": (50.0, "占比超过50%", "more than half"),
        }
        for level, (threshold, rule_zh, rule_en) in levels.items():
            results.append(
                _yearly(
                    ledger,
                    "TGT-04",
                    f"scorecard.tgt04.{leg}.{level}",
                    legs[leg],
                    (rule_zh, rule_en),
                    value=shares["new_energy"],
                    threshold=threshold,
                    is_chosen=ledger.scenario.targets.main_body == level,
                    holds_on_any_horizon=leg == "capacity",
                )
            )
    return tuple(results)


def co2_result(ledger: Ledger) -> TargetResult:
    """Return TGT-05, the CO2 of the covered hours; a peak needs several years and is not judged."""
    return _yearly(
        ledger,
        "TGT-05",
        "scorecard.tgt05.emissions",
        ("发电碳排放量", "CO2 of generation"),
        ("2030年前碳达峰", "CO2 peak before 2030"),
        value=shown(ledger.energy(ledger.co2), MASS),
        threshold=None,
        unit=MASS,
        mark=ledger.mark(("coal", "gas")),
        note=("达峰判定需要多年运行结果。", "Whether it peaks needs a multi-year run."),
    )


READINGS = {
    "hours_at_rating": ("满功率小时数", "hours at full power"),
    "utilisation_hours": ("利用小时数", "utilisation hours"),
    "maximum_reached": ("最大功率", "maximum power"),
}
"""The three readings of 满功率运行, from the strictest to the mildest."""


def full_power_results(ledger: Ledger) -> tuple[TargetResult, ...]:
    """Return GRD-02, 满功率运行, for each corridor in service by each reading."""
    return tuple(result for use in ledger.corridor_uses for result in _full_power(ledger, use))


def _full_power(ledger: Ledger, use: CorridorUse) -> tuple[TargetResult, ...]:
    """Return the three readings of 满功率运行 of one corridor.

    Strictest: as many hours at 99 % of the rating as the design has utilisation hours. Usual: utilisation
    hours at least those of the design. Mildest: 99 % of the rating reached once, which also a short
    horizon can show.
    """
    readings = {
        "hours_at_rating": (use.hours_at_rating, use.design_hours, HOURS),
        "utilisation_hours": (use.utilisation_hours, use.design_hours, HOURS),
        "maximum_reached": (shown(use.maximum, POWER), shown(AT_RATING * use.rating, POWER), POWER),
    }
    fact = ledger.facts.corridors[use.id]
    return tuple(
        _yearly(
            ledger,
            "GRD-02",
            f"corridor.{use.id}.{reading}",
            (f"{fact.name_zh}满功率运行：{READINGS[reading][0]}", f"{fact.name_en}: {READINGS[reading][1]}"),
            _READING_RULES[reading],
            value=value,
            threshold=threshold,
            unit=unit,
            is_chosen=ledger.scenario.corridors[use.id].full_power_reading == reading,
            holds_on_any_horizon=reading == "maximum_reached" and value >= threshold - 1e-9,
            mark=ASSUMED_MARK if fact.is_assumed else ledger.mark(),
        )
        for reading, (value, threshold, unit) in readings.items()
    )


_READING_RULES = {
    "hours_at_rating": (
        "功率不低于额定99%的小时数达到设计利用小时",
        "hours at 99 % of rating reach the design hours",
    ),
    "utilisation_hours": ("利用小时数达到设计利用小时", "utilisation hours reach the design hours"),
    "maximum_reached": ("最大功率达到额定功率99%", "99 % of the rating is reached"),
}


def corridors_built_result(ledger: Ledger) -> TargetResult:
    """Return GRD-03, whether 青桂 and 青粤 are in service."""
    wanted = ("qinggui", "qingyue")
    built = tuple(use.id for use in ledger.corridor_uses if use.id in wanted)
    names = "、".join(ledger.facts.corridors[id].name_zh for id in built) or "无"
    return TargetResult(
        id="GRD-03",
        key="scorecard.grd03.built",
        label_zh="青桂直流、青粤直流建成",
        label_en="Qinghai–Guangxi and Qinghai–Guangdong DC in service",
        rule="built",
        rule_zh="方案中在运的条数",
        rule_en="number in service in the scenario",
        value=float(len(built)),
        threshold=float(len(wanted)),
        unit="unit",
        margin=float(len(built) - len(wanted)),
        passed=len(built) == len(wanted),
        is_chosen=True,
        note_zh=f"在运：{names}。",
        note_en=f"In service: {', '.join(built) or 'none'}.",
    )


def utilisation_share(ledger: Ledger, technologies: tuple[str, ...]) -> float | None:
    """Return used over available energy of wind, PV or CSP together [%]."""
    used = sum(ledger.energy(ledger.of(ledger.generation, name)) for name in technologies)
    lost = sum(ledger.energy(ledger.of(ledger.curtailed, name)) for name in technologies)
    return 100.0 * used / (used + lost) if used + lost > 0 else None


def utilisation_results(ledger: Ledger) -> tuple[TargetResult, ...]:
    """Return 新能源利用率 of wind, PV and CSP together, and of wind and of PV alone."""
    groups = {
        "new_energy": (("wind", "pv", "csp"), "新能源利用率", "utilisation of new energy"),
        "wind": (("wind",), "风电利用率", "utilisation of wind"),
        "pv": (("pv",), "光伏利用率", "utilisation of PV"),
    }
    return tuple(
        _yearly(
            ledger,
            "UTL-01",
            f"scorecard.utilisation.{group}",
            (label_zh, label_en),
            ("利用电量/（利用电量+弃电量）", "used over used and curtailed"),
            value=utilisation_share(ledger, technologies),
            threshold=shown(ledger.scenario.targets.utilisation_floor, SHARE),
            is_chosen=group == "new_energy",
            mark=ledger.mark(technologies),
        )
        for group, (technologies, label_zh, label_en) in groups.items()
    )


def export_clean_results(ledger: Ledger) -> tuple[TargetResult, ...]:
    """Return the clean share of each corridor's energy against the floor, by each mix."""
    results: list[TargetResult] = []
    for use in ledger.corridor_uses:
        fact = ledger.facts.corridors[use.id]
        mixes = {
            "province": (use.clean_share_province, "按全省逐时电源结构", "by the hourly mix of the province"),
            "prefecture": (
                use.clean_share_prefecture,
                "按送端市州逐时发电结构",
                "by the mix of the sending prefecture",
            ),
            "flow": (use.clean_share_flow, "按逐时潮流追踪", "by following flows hour by hour"),
        }
        if use.clean_share_base is not None:
            mixes["base"] = (use.clean_share_base, "按配套基地火电扣除", "less what its base burns")
        for mix, (share, rule_zh, rule_en) in mixes.items():
            results.append(
                _yearly(
                    ledger,
                    "EXP-01",
                    f"corridor.{use.id}.clean_share_{mix}",
                    (f"{fact.name_zh}清洁电量占比", f"{fact.name_en}: clean share"),
                    (rule_zh, rule_en),
                    value=None if share is None else 100.0 * share,
                    threshold=shown(ledger.scenario.targets.export_clean_floor, SHARE),
                    is_chosen=mix == "province",
                    mark=ASSUMED_MARK if fact.is_assumed else ledger.mark(),
                )
            )
    return tuple(results)
