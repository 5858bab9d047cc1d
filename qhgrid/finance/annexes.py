"""The annex tables of one project: cash flows, profit, loan, sensitivity, critical values, composition.

Items are rows and years are columns, as in 方法与参数; money in 亿元. Exact figures, rounded by the writers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from qhgrid.finance import words
from qhgrid.finance.sensitivity import CHANGES
from qhgrid.indicators.tables import Column, Table, TableRow, Value
from qhgrid.units import convert

if TYPE_CHECKING:
    from qhgrid.facts import Facts
    from qhgrid.finance.accounts import Accounts
    from qhgrid.finance.evaluation import Evaluation
    from qhgrid.finance.rates import FloatArray, InternalRate
    from qhgrid.finance.reading import Piece, Reading

MONEY, ENERGY, POWER, PRICE = "亿元", "亿千瓦时", "万千瓦", "元/kWh"

ANNEX_NAMES = (
    "measures",
    "cashflow",
    "equity",
    "profit",
    "loan",
    "sensitivity",
    "critical",
    "economy",
    "pieces",
)
"""Endings of the keys of the annex tables, in their order."""

Item = tuple[str, str, str, "FloatArray", int]
"""Key, Chinese and English label, figures by year, and level: 0 for a sum, 1 for a part, -1 without total."""


def money(cny: float) -> float:
    """Return money in 亿元."""
    return float(convert(float(cny), "CNY", MONEY))


def percent(rate: InternalRate) -> float | None:
    """Return an internal rate in %, None where there is not exactly one."""
    return None if rate.rate is None else 100.0 * rate.rate


def annex_tables(evaluation: Evaluation, reading: Reading, mark: str) -> tuple[Table, ...]:
    """Return all annex tables of a project that has accounts, keys ``finance_<project>_…``."""
    accounts = evaluation.accounts
    if accounts is None:
        return ()
    return (
        _measure_table(evaluation, accounts, mark),
        _yearly(
            evaluation,
            "cashflow",
            ("项目投资现金流量表", "Cash flow of all capital"),
            _project(accounts),
            mark,
        ),
        _yearly(
            evaluation, "equity", ("项目资本金现金流量表", "Cash flow of equity"), _equity(accounts), mark
        ),
        _yearly(evaluation, "profit", ("利润与利润分配表", "Profit and its use"), _profit(accounts), mark),
        _loan_table(evaluation, accounts, mark),
        _sensitivity_table(evaluation, mark),
        _critical_table(evaluation, mark),
        _economy_table(evaluation, mark),
        _piece_table(evaluation, reading),
    )


def _key(evaluation: Evaluation, name: str) -> str:
    """Return the key of an annex table."""
    return f"finance_{evaluation.project.id}_{name}"


def _table(
    evaluation: Evaluation,
    name: str,
    titles: tuple[str, str],
    unit: str,
    columns: Sequence[Column],
    rows: Sequence[TableRow],
    note: tuple[str, str] = words.NOTE,
) -> Table:
    """Return an annex table of a project."""
    project = evaluation.project
    return Table(
        key=_key(evaluation, name),
        title_zh=f"{project.name_zh}：{titles[0]}",
        title_en=f"{project.name_en}: {titles[1]}",
        unit=unit,
        columns=tuple(columns),
        rows=tuple(rows),
        source_zh=words.SOURCE[0],
        source_en=words.SOURCE[1],
        note_zh=note[0],
        note_en=note[1],
    )


def _measure_table(evaluation: Evaluation, accounts: Accounts, mark: str) -> Table:
    """Return what the accounts come to: uses and sources of funds, returns, payback, cost, cover."""
    columns = (Column("value", "数值", "value", ""),)
    rows = [
        TableRow(key, zh, en, (value,), mark=mark, unit=unit)
        for key, zh, en, value, unit in (*_funds(accounts), *_returns(evaluation))
    ]
    return _table(evaluation, "measures", ("财务指标", "Measures"), "", columns, rows)


Measured = tuple[str, str, str, float | None, str]
"""Key, Chinese and English label, value, unit."""


def _funds(accounts: Accounts) -> Iterator[Measured]:
    """Yield uses and sources of funds."""
    funding = accounts.funding
    held = float(np.maximum(accounts.working_capital, 0.0).sum())
    yield "construction", "建设投资（含税）", "construction", money(funding.construction_cny.sum()), MONEY
    yield "capitalised", "建设期利息", "interest in construction", money(funding.interest_cny.sum()), MONEY
    yield "working_capital", "流动资金", "working capital", money(held), MONEY
    yield "equity", "资本金（不含流动资金）", "equity", money(funding.equity_cny.sum()), MONEY
    yield "loan", "投产时借款余额", "loan at commissioning", money(funding.loan_cny), MONEY


def _returns(evaluation: Evaluation) -> Iterator[Measured]:
    """Yield returns, payback, levelised cost and cover of the debt."""
    found, accounts = evaluation.measures, evaluation.accounts
    assert found is not None
    assert accounts is not None
    for key, zh, en in (
        ("irr_project_before_tax", "全投资内部收益率（税前）", "project IRR before tax"),
        ("irr_project_after_tax", "全投资内部收益率（税后）", "project IRR after tax"),
        ("irr_equity_before_tax", "资本金内部收益率（税前）", "equity IRR before tax"),
        ("irr_equity_after_tax", "资本金内部收益率（税后）", "equity IRR after tax"),
    ):
        yield key, zh, en, percent(getattr(found, key)), "%"
    yield "npv", "财务净现值（全投资税前）", "NPV before tax", money(found.npv_before_tax_cny), MONEY
    yield "npv_after_tax", "财务净现值（全投资税后）", "NPV after tax", money(found.npv_after_tax_cny), MONEY
    yield "npv_equity", "财务净现值（资本金税后）", "NPV of equity", money(found.npv_equity_cny), MONEY
    yield "payback_before_tax", "投资回收期（税前）", "payback before tax", found.payback_before_tax_a, "年"
    yield "payback", "投资回收期（税后）", "payback after tax", found.payback_a, "年"
    yield (
        "payback_discounted",
        "动态投资回收期（税后）",
        "discounted payback",
        found.payback_discounted_a,
        "年",
    )
    cost = found.lcoe_cny_per_mwh
    per_kwh = None if cost is None else convert(cost, "CNY/MWh", PRICE)
    yield "lcoe", "平准化度电成本（含税）", "levelised cost", per_kwh, PRICE
    yield "dscr_min", "最低偿债备付率", "least debt service cover", found.dscr_min, "1"
    yield "dscr_mean", "平均偿债备付率", "mean debt service cover", found.dscr_mean, "1"
    yield "icr_min", "最低利息备付率", "least interest cover", found.icr_min, "1"
    yield "icr_mean", "平均利息备付率", "mean interest cover", found.icr_mean, "1"


def year_columns(accounts: Accounts) -> tuple[Column, ...]:
    """Return the column of the total and one column a year, construction before operation."""
    built = accounts.venture.construction_a
    columns = [Column("total", "合计", "total", "")]
    for year in range(1, accounts.n_years + 1):
        stage = ("建设", "build") if year <= built else ("运营", "run")
        number = year if year <= built else year - built
        columns.append(Column(f"y{year:02d}", f"{stage[0]}{number}", f"{stage[1]} {number}", ""))
    return tuple(columns)


def _yearly(
    evaluation: Evaluation, name: str, titles: tuple[str, str], items: Iterator[Item], mark: str
) -> Table:
    """Return a table of items by year."""
    accounts = evaluation.accounts
    assert accounts is not None
    rows = [_yearly_row(*item, mark) for item in items]
    return _table(evaluation, name, titles, MONEY, year_columns(accounts), rows)


def _yearly_row(key: str, zh: str, en: str, flows: FloatArray, level: int, mark: str) -> TableRow:
    """Return an item by year, with its total unless it is a state [亿元]."""
    total = None if level < 0 else money(flows.sum())
    values: tuple[Value, ...] = (total, *(money(flow) for flow in flows))
    return TableRow(key, zh, en, values, level=max(level, 0), bold=level == 0, mark=mark)


def _inflow(accounts: Accounts) -> list[Item]:
    """Return what comes in, under either view."""
    back = np.maximum(-accounts.working_capital, 0.0)
    parts: list[Item] = [
        ("revenue", "营业收入（不含税）", "revenue without VAT", accounts.revenue, 1),
        ("output_vat", "销项税额", "output VAT", accounts.vat.output_cny, 1),
        ("recovered", "回收固定资产余值", "book value recovered", accounts.recovered, 1),
        ("working_capital_back", "回收流动资金", "working capital recovered", back, 1),
    ]
    return [("inflow", "现金流入", "cash in", _whole(parts), 0), *parts]


def _running(accounts: Accounts) -> list[Item]:
    """Return what is paid in operation, under either view."""
    put_in = np.maximum(accounts.working_capital, 0.0)
    return [
        ("replacement", "维持运营投资", "replacement", accounts.replacement, 1),
        ("working_capital", "流动资金", "working capital", put_in, 1),
        ("cost", "经营成本（不含税）", "running cost without VAT", accounts.cost, 1),
        ("input_vat", "进项税额", "input VAT", accounts.cost_vat, 1),
        ("vat", "应纳增值税", "VAT paid", accounts.vat.paid_cny, 1),
        ("surcharge", "税金及附加", "surcharges", accounts.surcharge, 1),
    ]


def _whole(items: Sequence[Item]) -> FloatArray:
    """Return the sum of the parts among some items."""
    return np.asarray(sum(item[3] for item in items), dtype=np.float64)


def _project(accounts: Accounts) -> Iterator[Item]:
    """Yield the cash flow of all capital."""
    paid: list[Item] = [
        ("construction", "建设投资（含税）", "construction with VAT", accounts.construction, 1),
        *_running(accounts),
    ]
    yield from _inflow(accounts)
    yield ("outflow", "现金流出", "cash out", _whole(paid), 0)
    yield from paid
    before, after = accounts.project_before_tax, accounts.project_after_tax
    yield ("net_before_tax", "所得税前净现金流量", "net before income tax", before, 0)
    yield ("sum_before_tax", "累计所得税前净现金流量", "cumulative before income tax", np.cumsum(before), -1)
    yield ("adjusted_tax", "调整所得税", "adjusted income tax", accounts.adjusted_tax.tax_cny, 1)
    yield ("net_after_tax", "所得税后净现金流量", "net after income tax", after, 0)
    yield ("sum_after_tax", "累计所得税后净现金流量", "cumulative after income tax", np.cumsum(after), -1)


def _equity(accounts: Accounts) -> Iterator[Item]:
    """Yield the cash flow of equity."""
    put_in = np.concatenate([accounts.funding.equity_cny, np.zeros(accounts.venture.operating_a)])
    paid: list[Item] = [
        ("equity", "项目资本金", "equity paid in", put_in, 1),
        ("principal", "借款本金偿还", "principal", accounts.principal, 1),
        ("interest", "借款利息支付", "interest", accounts.interest, 1),
        *_running(accounts),
    ]
    yield from _inflow(accounts)
    yield ("outflow", "现金流出（所得税前）", "cash out before income tax", _whole(paid), 0)
    yield from paid
    after = accounts.equity_after_tax
    yield ("net_before_tax", "所得税前净现金流量", "net before income tax", accounts.equity_before_tax, 0)
    yield ("income_tax", "所得税", "income tax", accounts.income_tax.tax_cny, 1)
    yield ("net_after_tax", "所得税后净现金流量", "net after income tax", after, 0)
    yield ("sum_after_tax", "累计所得税后净现金流量", "cumulative after income tax", np.cumsum(after), -1)


def _profit(accounts: Accounts) -> Iterator[Item]:
    """Yield profit and its use."""
    tax, net = accounts.income_tax, accounts.net_profit
    whole = accounts.cost + accounts.depreciation + accounts.interest
    yield ("revenue", "营业收入（不含税）", "revenue without VAT", accounts.revenue, 0)
    yield ("surcharge", "税金及附加", "surcharges", accounts.surcharge, 1)
    yield ("total_cost", "总成本费用", "total cost", whole, 0)
    yield ("cost", "经营成本", "running cost", accounts.cost, 1)
    yield ("depreciation", "折旧费", "depreciation", accounts.depreciation, 1)
    yield ("interest", "利息支出", "interest", accounts.interest, 1)
    yield ("profit", "利润总额", "profit before tax", accounts.profit, 0)
    yield ("offset", "弥补以前年度亏损", "losses set off", tax.offset_cny, 1)
    yield ("taxable", "应纳税所得额", "taxable profit", tax.taxable_cny, 1)
    yield ("income_tax", "所得税", "income tax", tax.tax_cny, 1)
    yield ("net_profit", "净利润", "net profit", net, 0)
    yield ("reserve", "提取法定盈余公积金", "statutory reserve", accounts.reserve, 1)
    yield ("distributable", "可供投资者分配的利润", "left to distribute", net - accounts.reserve, 1)
    yield ("ebit", "息税前利润", "EBIT", accounts.ebit, 0)
    yield ("ebitda", "息税折旧摊销前利润", "EBITDA", accounts.ebitda, 0)


def _loan_table(evaluation: Evaluation, accounts: Accounts, mark: str) -> Table:
    """Return 借款还本付息表, with the cover of the debt."""
    funding, loan = accounts.funding, accounts.repayments
    owed = np.cumsum(funding.drawn_cny + funding.interest_cny)
    idle = np.zeros(accounts.venture.operating_a)
    opening = np.concatenate([[0.0], owed[:-1], loan.opening_cny])
    closing = np.concatenate([owed, loan.closing_cny])
    items: tuple[Item, ...] = (
        ("opening", "期初借款余额", "owed at the start", opening, -1),
        ("drawn", "本期借款", "drawn", np.concatenate([funding.drawn_cny, idle]), 1),
        (
            "capitalised",
            "建设期利息（计入本金）",
            "interest capitalised",
            np.concatenate([funding.interest_cny, idle]),
            1,
        ),
        ("principal", "本期还本", "principal", accounts.principal, 1),
        ("interest", "本期付息", "interest", accounts.interest, 1),
        ("service", "本期还本付息", "principal and interest", accounts.principal + accounts.interest, 0),
        ("closing", "期末借款余额", "owed at the end", closing, -1),
    )
    rows = [_yearly_row(*item, mark) for item in items]
    rows += [
        _ratio_row("dscr", "偿债备付率", "debt service cover", accounts.debt_cover, mark),
        _ratio_row("icr", "利息备付率", "interest cover", accounts.interest_cover, mark),
    ]
    titles = ("借款还本付息表", "Loan")
    return _table(evaluation, "loan", titles, MONEY, year_columns(accounts), rows)


def _ratio_row(key: str, zh: str, en: str, ratios: FloatArray, mark: str) -> TableRow:
    """Return a ratio by year, None where there is none."""
    values = (float(ratio) if np.isfinite(ratio) else None for ratio in ratios)
    return TableRow(key, zh, en, (None, *values), level=1, mark=mark, unit="1")


def _sensitivity_table(evaluation: Evaluation, mark: str) -> Table:
    """Return how the returns move by factor and change; the unchanged case stands first."""
    columns = (
        Column("change", "变化幅度", "change", "%"),
        Column("irr_project_before_tax", "全投资税前内部收益率", "project IRR before tax", "%"),
        Column("irr_equity_after_tax", "资本金税后内部收益率", "equity IRR after tax", "%"),
        Column("npv", "全投资税前净现值", "project NPV before tax", MONEY),
    )
    rows: list[TableRow] = []
    for case in evaluation.sensitive:
        is_base = case.change == 0.0
        if is_base and any(row.key == "base" for row in rows):
            continue
        zh, en = ("基本方案", "base case") if is_base else words.FACTORS[case.factor]
        key = "base" if is_base else change_key(case.factor, case.change)
        values = (
            100.0 * case.change,
            percent(case.irr_project),
            percent(case.irr_equity),
            money(case.npv_cny),
        )
        rows.append(TableRow(key, zh, en, values, mark=mark, bold=is_base))
    rows.sort(key=lambda row: row.key != "base")
    return _table(evaluation, "sensitivity", ("敏感性分析", "Sensitivity"), "", columns, rows)


def change_key(factor: str, change: float) -> str:
    """Return the key of a row of the sensitivity table, such as ``price_m10`` for -10 %."""
    return f"{factor}_{'m' if change < 0 else 'p'}{abs(round(100 * change)):02d}"


def _critical_table(evaluation: Evaluation, mark: str) -> Table:
    """Return critical change and sensitivity coefficient of each factor."""
    columns = (
        Column("critical_project", "临界变化（全投资税前达基准）", "critical change, project", "%"),
        Column("critical_equity", "临界变化（资本金税后达基准）", "critical change, equity", "%"),
        Column("coefficient", "敏感度系数（全投资税前）", "coefficient, project IRR", "1"),
        Column("coefficient_equity", "敏感度系数（资本金税后）", "coefficient, equity IRR", "1"),
    )
    rows = [
        TableRow(
            one.factor,
            *words.FACTORS[one.factor],
            (_hundred(one.project), _hundred(one.equity), *_coefficients(evaluation, one.factor)),
            mark=mark,
        )
        for one in evaluation.critical
    ]
    note = (
        "临界变化：该因素变化多少时净现值为零；空白表示变化至20倍以内无临界点。敏感度系数：因素增加10%时"
        "内部收益率的相对变化与之之比。",
        "Critical change: at which the net present value is zero; empty where there is none up to 20 times. "
        "Coefficient: relative change of the internal rate over that of the factor, at +10 %.",
    )
    return _table(evaluation, "critical", ("临界值", "Critical values"), "", columns, rows, note)


def _hundred(share: float | None) -> float | None:
    """Return a share in %."""
    return None if share is None else 100.0 * share


def _coefficients(evaluation: Evaluation, factor: str) -> tuple[float | None, float | None]:
    """Return the relative change of both internal rates over that of a factor, at +10 %."""
    change = CHANGES[3]
    cases = {case.change: case for case in evaluation.sensitive if case.factor == factor}
    base, moved = cases[0.0], cases[change]
    pairs = ((base.irr_project, moved.irr_project), (base.irr_equity, moved.irr_equity))
    found = [
        None if not before.rate or after.rate is None else (after.rate / before.rate - 1.0) / change
        for before, after in pairs
    ]
    return found[0], found[1]


def _economy_table(evaluation: Evaluation, mark: str) -> Table:
    """Return the flows of the economy."""
    economy, accounts = evaluation.economy, evaluation.accounts
    assert economy is not None
    assert accounts is not None
    basis = words.BASES[economy.basis]
    items: tuple[Item, ...] = (
        ("benefit", f"效益（{basis[0]}）", f"benefit ({basis[1]})", economy.benefit, 0),
        ("cost", "费用（不含税、利息）", "cost without taxes and interest", economy.cost, 0),
        ("net", "净效益", "net benefit", economy.net, 0),
        ("co2", "减碳效益（影子碳价高出运行碳价部分）", "CO2 beyond the price of the run", economy.co2, 1),
        ("net_with_co2", "计入减碳的净效益", "net benefit with CO2", economy.net + economy.co2, 0),
    )
    rows = [_yearly_row(*item, mark) for item in items]
    titles = ("国民经济效益费用流量表", "Flows of the economy")
    return _table(evaluation, "economy", titles, MONEY, year_columns(accounts), rows)


def _piece_table(evaluation: Evaluation, reading: Reading) -> Table:
    """Return what the project is made of, and what each part made and earned in the run."""
    columns = (
        Column("technology", "类型", "technology", ""),
        Column("capacity", "容量", "capacity", POWER),
        Column("energy", "年电量", "energy a year", ENERGY),
        Column("hours", "利用小时", "full-load hours", "小时"),
        Column("price", "节点平均电价", "mean price at its bus", PRICE),
        Column("bought", "年购入电量", "energy taken a year", ENERGY),
        Column("price_bought", "购入平均电价", "mean price of what it takes", PRICE),
    )
    rows = [_piece_row(piece, reading) for piece in evaluation.pieces]
    note = ("电价为本次运行节点边际电价按电量加权的平均。", "Prices are marginal prices weighted by energy.")
    return _table(evaluation, "pieces", ("构成与电量", "Composition and energy"), "", columns, rows, note)


def _piece_row(piece: Piece, reading: Reading) -> TableRow:
    """Return what a piece made and earned."""
    made, taken = reading.yearly(piece.given_mw), reading.yearly(piece.taken_mw)
    values: tuple[Value, ...] = (
        technology_name(piece.technology, reading.facts)[0],
        convert(piece.capacity_mw, "MW", POWER),
        convert(made, "MWh", ENERGY),
        made / piece.capacity_mw,
        _mean_price(reading.yearly(piece.given_mw, piece.price_given), made),
        convert(taken, "MWh", ENERGY),
        _mean_price(reading.yearly(piece.taken_mw, piece.price_taken), taken),
    )
    mark = "假设" if piece.is_assumed else ""
    return TableRow(piece.element.replace(":", "."), piece.name_zh, piece.element, values, mark=mark)


def _mean_price(worth_cny: float, mwh: float) -> float | None:
    """Return worth over energy [元/kWh], None without energy."""
    return convert(worth_cny / mwh, "CNY/MWh", PRICE) if mwh > 0.0 else None


def technology_name(technology: str, facts: Facts) -> tuple[str, str]:
    """Return Chinese and English name of a technology, corridors and uprates too."""
    if technology in words.TECHNOLOGIES:
        return words.TECHNOLOGIES[technology]
    row = facts.technology(technology)
    return row.name_zh, row.name_en
