"""Words of financial evaluation, Chinese and English, in one place."""

from __future__ import annotations

STATES: dict[str, tuple[str, str]] = {
    "ok": ("可算", "computed"),
    "no_elements": (
        "无法计算：没有模型要素（前期、勘探、规划研究或不在电力系统内）",
        "not computed: it stands for nothing in the model",
    ),
    "demand": (
        "无法计算：用电项目，收益不在电力侧",
        "not computed: a user of electricity earns outside the power system",
    ),
    "no_fee": (
        "无法计算：输电线路与联络线无单独收费，成本计入输配电价",
        "not computed: lines and ties earn no fee of their own",
    ),
    "in_operation": ("无法计算：在运项目，无新增投资", "not computed: in operation, nothing left to invest"),
    "double": (
        "无法计算：其模型要素已由清单中另一项目计算",
        "not computed: another project of the list carries its elements",
    ),
    "not_counted": ("无法计算：本情景未计入其容量", "not computed: the scenario does not count its capacity"),
    "no_investment": (
        "无法计算：投资未公布，也无单位造价",
        "not computed: neither investment nor unit cost is known",
    ),
    "no_running_cost": (
        "无法计算：缺少运维费率",
        "not computed: no cost of operation and maintenance is known",
    ),
    "no_energy": ("无法计算：本次运行中没有电量", "not computed: it gives no energy in the run"),
}
"""State of a project by key."""

BASES: dict[str, tuple[str, str]] = {
    "value": ("系统价值", "value to the system"),
    "price": ("边际电价", "marginal prices"),
}
"""What the benefit to the economy rests on."""

FACTORS: dict[str, tuple[str, str]] = {
    "investment": ("建设投资", "investment"),
    "price": ("电价", "price"),
    "energy": ("电量", "energy"),
    "interest": ("贷款利率", "loan rate"),
}

REVENUES: dict[str, tuple[str, str]] = {
    "energy": ("电量收入", "energy"),
    "capacity": ("容量电费", "capacity payment"),
    "certificate": ("绿色电力证书", "green certificates"),
    "ccer": ("核证自愿减排量", "CCER"),
}
COSTS: dict[str, tuple[str, str]] = {
    "om": ("运行维护费", "operation and maintenance"),
    "fuel": ("燃料费", "fuel"),
    "carbon": ("碳配额费用", "CO2 allowances"),
    "charging": ("充电（抽水）购电费", "power bought to store"),
}

TECHNOLOGIES: dict[str, tuple[str, str]] = {
    "corridor": ("直流外送通道", "DC corridor"),
    "hydro_uprate": ("水电扩机", "hydro uprate"),
}
"""Names of what ``technologies.csv`` does not hold."""

PRICES: dict[str, tuple[str, str]] = {
    "market": ("本次运行的节点边际电价", "the run's marginal prices"),
    "contract": ("合同与基准电价", "contract and benchmark prices"),
}

SOURCE = (
    "来源：本次运行的逐时结果、data/projects、data/costs.csv；方法：《建设项目经济评价方法与参数》（第三版）",
    "Source: hourly results of the run, data/projects, data/costs.csv; "
    "method: 《建设项目经济评价方法与参数》 (third edition)",
)

NOTE = (
    "不变价，含税；现金流计在年末，第1年起折现；年数自开工起。",
    "Constant prices with VAT; flows at the end of the year, the first discounted by a year; years from the "
    "start of construction.",
)

REPAYMENTS: dict[str, tuple[str, str]] = {
    "equal-principal": ("等额本金", "equal principal"),
    "equal-instalment": ("等额本息", "equal instalments"),
}
