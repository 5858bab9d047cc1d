"""Words of the project list, Chinese and English, in one place."""

from __future__ import annotations

from qhgrid.projects.register import Tier

TIERS: dict[Tier, tuple[str, str]] = {
    Tier.LEADING: ("百亿引领", "10 bn CNY and more, leading"),
    Tier.DEMONSTRATION: ("十亿示范", "1 to 10 bn CNY, demonstration"),
    Tier.SUPPORTING: ("亿元支撑", "0.1 to 1 bn CNY, supporting"),
    Tier.BELOW: ("未入档", "below 0.1 bn CNY, no tier"),
    Tier.UNKNOWN: ("投资未公布", "investment not published"),
}

GRADES: dict[str, tuple[str, str]] = {
    "OP": ("在运", "in operation"),
    "G5": ("建成（2030年前投产）", "in service by the end of the plan"),
    "G4": ("推进建设", "under construction"),
    "G3": ("开工建设", "construction starts, no capacity by 2030"),
    "G2": ("适时推进", "an option"),
    "G1": ("谋划、前期", "a candidate"),
    "G0": ("鼓励引导", "a policy lever"),
    "A": ("假设", "an assumption"),
}

INSTRUMENTS: dict[str, tuple[str, str]] = {
    "central_budget": ("中央预算内投资", "central budget"),
    "local_budget": ("地方财政资金", "local budget"),
    "local_bond": ("地方政府专项债券", "local government bonds"),
    "policy_instrument": ("政策性开发性金融工具", "policy financial instrument"),
    "manufacturing_loan": ("制造业中长期贷款", "manufacturing loan"),
    "bank_loan": ("银行贷款", "bank loan"),
    "own_funds": ("企业自筹", "own funds"),
    "private_capital": ("社会资本", "private capital"),
    "reits": ("基础设施REITs", "infrastructure REITs"),
}

LEVELS: dict[str, tuple[str, str]] = {
    "province": ("省级", "province"),
    "prefecture": ("市州级", "prefecture"),
    "county": ("县级", "county"),
}

TOLERANCES: dict[str, tuple[str, str]] = {
    "proposal": ("项目建议书阶段", "project proposal"),
    "feasibility": ("可行性研究阶段", "feasibility study"),
    "built": ("已建成", "built"),
}

UNKNOWN = "待定"
"""What stands where a figure is not known, in either language."""

OUTSIDE = ("省外", "outside the province")

AMBIGUOUS = ("（表述未定阶段，需人工确认）", " (the verb gives no stage; an analyst must choose)")

NOT_PUBLISHED = ("未公布", "not published")

SOURCE = (
    "来源：data/projects/（各行注明出处与可信度）；合计不含未公布投资、在运项目及已含于其他项目的投资",
    "Source: data/projects/ (each row says its source and confidence); totals leave out investment "
    "that is not published, projects in operation, and investment already held by another project",
)


def grade_words(grade: str, is_ambiguous: bool, lang: int) -> str:
    """Return a grade with its meaning; `lang` is 0 for Chinese, 1 for English."""
    return f"{grade} {GRADES[grade][lang]}" + (AMBIGUOUS[lang] if is_ambiguous else "")
