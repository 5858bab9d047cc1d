"""The finance study as a page, a workbook over all projects, and a workbook of annexes for each project."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qhgrid.finance import words
from qhgrid.finance.annexes import ANNEX_NAMES
from qhgrid.finance.checksheet import add_check_sheet
from qhgrid.report import write_html, write_xlsx
from qhgrid.report.document import (
    CategoryChart,
    ChartBlock,
    Document,
    FigureList,
    Items,
    Paragraph,
    Section,
    Series,
    TableBlock,
)

if TYPE_CHECKING:
    from qhgrid.finance.evaluation import Evaluation
    from qhgrid.finance.parameters import Options
    from qhgrid.indicators.tables import Figure, Table
    from qhgrid.scenario import Scenario
    from qhgrid.text import Lang

PROJECT_COLOUR, EQUITY_COLOUR = "#2e75b6", "#e0782f"
ANNEXES = "annexes"
"""Folder of the workbooks of single projects."""
WORDS = {
    "subtitle": ("项目财务与国民经济评价", "Financial and economic evaluation of projects"),
    "summary": ("评价汇总", "Summary"),
    "ranges": ("投资区间", "Range of the investment"),
    "economy": ("国民经济评价", "View of the economy"),
    "scope": ("评价范围", "Scope"),
    "claims": ("绿色权益", "Green claims"),
    "inputs": ("评价参数", "Parameters"),
    "figures": ("汇总指标", "Figures"),
    "chart": ("内部收益率（税后）", "Internal rates after tax"),
    "project": ("全投资", "all capital"),
    "equity": ("资本金", "equity"),
    "run": ("运行", "run"),
    "price": ("电价口径", "prices"),
    "repayment": ("还款方式", "repayment"),
    "holiday": ("三免三减半", "tax holiday"),
    "value": ("价值研究", "value study"),
    "scaled": (
        "本次运行不满一年，电量与收入按小时数折算到全年：只宜看方法，不宜引用。",
        "The run is shorter than a year, and is scaled to one: look at the method, do not cite the figures.",
    ),
    "changed": (
        "以下基础数据在运行之后有改动，请确认不影响结果：",
        "These fact tables changed since the run; make sure that they do not matter: ",
    ),
    "about": ("怎么算的", "How it is calculated"),
}
ABOUT = {
    "zh": (
        "收入取本次运行的逐时电量乘以所选口径的电价；同一节点同类电站按容量分摊电量；扩机只计超出原装机的出力。",
        "market：节点边际电价；contract：新能源、光热、煤电、水电基准价，配套基地按落地电价扣除输电费与损耗，"
        "储能无合同价，仍按边际电价价差。直流通道收取输电费。",
        "电价、燃料价与建设投资均视为含税价。煤电与抽水蓄能另计容量电价（后者未核定，取假设值）。",
        "市场口径下风电、光伏出售绿证，光热在计入期内出售核证减排量，一度电只主张一次；"
        "合同口径下绿色权益随电量转移，不另计收入。",
        "建设期利息按年中借款计息并资本化；资本金为总投资（含建设期利息）的份额；流动资金由资本金承担。",
        "项目投资现金流量表的调整所得税以不含利息的息税前利润为基数，因而与融资无关。",
        "内部收益率不存在或不止一个时，收益率留空并在说明中写明。",
    ),
    "en": (
        "Revenue is the run's hourly energy at the prices chosen; plants of one bus and kind share by "
        "capacity; uprates get the output above the turbines that stood there.",
        "market: marginal prices; contract: benchmark prices, for bases the landing price less fee and "
        "losses; storage has no contract price and keeps the spread. DC corridors earn a transmission fee.",
        "Prices of power, fuel and construction are taken to hold VAT. Coal and pumped storage are paid for "
        "capacity, the latter at an assumed price because none is approved yet.",
        "At market prices wind and PV sell certificates and "
        "CSP sells CCER, each MWh once; at contract prices the green goes with the power.",
        "Interest during construction follows the half-year rule and is capitalised; equity is a share of "
        "total investment and pays the working capital.",
        "Adjusted income tax is on profit before interest, so the flows of all capital know no loan.",
        "Where there is no internal rate or more than one, the cell is empty and the remark says so.",
    ),
}


@dataclass(frozen=True)
class About:
    """What the page says of the study itself.

    Parameters
    ----------
    study_id, run_id, value_id : str
        Ids of this study, of the run, and of the value study, empty without one.
    options : Options
        Choices of the user.
    is_scaled : bool
        Whether the run was scaled to a year.
    changed : tuple of str
        Fact tables that changed since the run.
    """

    study_id: str
    run_id: str
    value_id: str
    options: Options
    is_scaled: bool
    changed: tuple[str, ...]


def write_documents(
    folder: Path,
    scenario: Scenario,
    evaluations: Sequence[Evaluation],
    tables: Sequence[Table],
    figures: Sequence[Figure],
    about: About,
    lang: Lang,
) -> None:
    """Write ``finance.html``, ``finance.xlsx`` and ``annexes/<project>.xlsx`` into `folder`."""
    overall = (*_overall_sections(evaluations, tables, figures, about, lang),)
    annexes = tuple(_annex_section(one, tables, lang) for one in evaluations if one.is_computed)
    write_html(_document(scenario, about, (*overall, *annexes), lang), folder / "finance.html")
    write_xlsx(_document(scenario, about, overall, lang), folder / "finance.xlsx")
    (folder / ANNEXES).mkdir(exist_ok=True)
    computed = [one for one in evaluations if one.is_computed]
    for one, section in zip(computed, annexes, strict=True):
        path = folder / ANNEXES / f"{one.project.id}.xlsx"
        write_xlsx(_document(scenario, about, (section,), lang), path)
        add_check_sheet(path, one, section.blocks, lang)


def _document(scenario: Scenario, about: About, sections: tuple[Section, ...], lang: Lang) -> Document:
    """Return a document with the title block of the study."""
    say = 0 if lang == "zh" else 1
    title = scenario.title.zh if lang == "zh" else scenario.title.en
    yes_no = ("是", "否") if lang == "zh" else ("yes", "no")
    facts = (
        (WORDS["run"][say], about.run_id),
        (WORDS["price"][say], words.PRICES[about.options.price][say]),
        (WORDS["repayment"][say], words.REPAYMENTS[about.options.repayment][say]),
        (WORDS["holiday"][say], yes_no[0 if about.options.tax_holiday else 1]),
        (WORDS["value"][say], about.value_id or "—"),
    )
    return Document(title, WORDS["subtitle"][say], lang, about.study_id, facts, sections)


def _overall_sections(
    evaluations: Sequence[Evaluation],
    tables: Sequence[Table],
    figures: Sequence[Figure],
    about: About,
    lang: Lang,
) -> list[Section]:
    """Return the sections over all projects."""
    say = 0 if lang == "zh" else 1
    by_key = {table.key: table for table in tables}

    def section(name: str, *blocks: Paragraph | Items | ChartBlock | TableBlock | FigureList) -> Section:
        return Section(name, WORDS[name][say], blocks)

    def table(name: str) -> TableBlock:
        return TableBlock(by_key[f"finance_{name}"])

    source = words.SOURCE[say]
    return [
        section("summary", *_warnings(about, say), *_chart(evaluations, lang), table("summary")),
        section("ranges", table("ranges")),
        section("economy", table("economy")),
        section("scope", table("states")),
        section("claims", table("claims")),
        section("inputs", Items(WORDS["about"][say], ABOUT[lang]), table("inputs")),
        section("figures", FigureList(WORDS["figures"][say], source, tuple(figures))),
    ]


def _warnings(about: About, say: int) -> list[Paragraph]:
    """Return what a reader must know first."""
    found = [Paragraph(WORDS["scaled"][say], "warning")] if about.is_scaled else []
    if about.changed:
        found.append(Paragraph(WORDS["changed"][say] + ", ".join(about.changed), "warning"))
    return found


def _chart(evaluations: Sequence[Evaluation], lang: Lang) -> list[ChartBlock]:
    """Return the internal rates of all projects that have accounts, as lying bars side by side."""
    shown = [one for one in evaluations if one.is_computed][::-1]
    pairs = (("project", PROJECT_COLOUR), ("equity", EQUITY_COLOUR))
    return [ChartBlock(tuple(_rate_chart(shown, *pair, lang) for pair in pairs))] if shown else []


def _rate_chart(shown: Sequence[Evaluation], name: str, colour: str, lang: Lang) -> CategoryChart:
    """Return the internal rates after tax of all capital, or of equity."""
    say = 0 if lang == "zh" else 1
    colon = "：" if lang == "zh" else ": "
    return CategoryChart(
        key=f"finance_rates_{name}",
        title=f"{WORDS['chart'][say]}{colon}{WORDS[name][say]}",
        unit="%",
        source=words.SOURCE[say],
        categories=tuple(one.project.name_zh if lang == "zh" else one.project.name_en for one in shown),
        series=(Series(WORDS[name][say], _rates(shown, f"irr_{name}_after_tax"), colour),),
        lying=True,
        height=90 + 28 * len(shown),
    )


def _rates(evaluations: Sequence[Evaluation], name: str) -> tuple[float | None, ...]:
    """Return one internal rate of each project [%], None where there is none."""
    found = (getattr(one.measures, name).rate for one in evaluations)
    return tuple(None if rate is None else 100.0 * rate for rate in found)


def _annex_section(evaluation: Evaluation, tables: Sequence[Table], lang: Lang) -> Section:
    """Return the annex tables of one project, folded."""
    project = evaluation.project
    prefix = f"finance_{project.id}_"
    name = project.name_zh if lang == "zh" else project.name_en
    keys = {f"{prefix}{annex}" for annex in ANNEX_NAMES}
    own = [table for table in tables if table.key in keys]
    return Section(project.id, name, tuple(TableBlock(table, folded=True) for table in own))
