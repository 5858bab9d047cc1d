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
