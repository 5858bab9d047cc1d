"""The register of projects, what is told apart in it, and the bundles that they come in."""

from __future__ import annotations

from dataclasses import dataclass

from qhgrid.facts.rows.row import Row

SECTORS = ("生态环保", "交通运输", "水利", "能源", "信息化", "产业发展", "城镇建设", "民生改善")
"""The eight sectors of the project campaign, in its order; a project has exactly one."""
LEVELS = ("province", "prefecture", "county")
"""省级, 市州级, 县级: whose list a project is on."""
NATURES = ("新建", "改扩建", "续建", "规划研究")
TOLERANCE_CLASSES = ("proposal", "feasibility", "built")
"""How far an estimate may miss (``costs.csv``): 项目建议书, 可行性研究; not at all once built."""
INSTRUMENTS = (
    "central_budget",
    "local_budget",
    "local_bond",
    "policy_instrument",
    "manufacturing_loan",
    "bank_loan",
    "own_funds",
    "private_capital",
    "reits",
)
"""中央预算内投资, 地方财政, 地方政府专项债券, 政策性开发性金融工具, 制造业中长期贷款, 银行贷款, 企业自筹,
社会资本, 基础设施 REITs."""
OUTSIDE = "outside"
"""Name of the share of a project that lies beyond the province."""


@dataclass(frozen=True, kw_only=True)
class Project(Row):
    """``projects/projects.csv``: a project; value is its investment [CNY], None where not published."""

    register_key: str
    """R01 … R38 for the projects that the plan names; P01 … for the others."""
    sector: str
    """One of :data:`SECTORS`."""
    sub_type: str
    level: str
    """One of :data:`LEVELS`; empty where not known."""
    nature: str
    """One of :data:`NATURES`."""
    content: str
    """Scale and content in words."""
    prefecture_shares: dict[str, float]
    """Share of each prefecture; out-of-province share under ``outside``; adds up to 1."""
    county: str
    price_year: int
    """Year of the prices of the investment, that of its approval or report; 0 where not known."""
    tolerance_class: str
    """One of :data:`TOLERANCE_CLASSES`; empty where the investment is not known."""
    funding: dict[str, float]
    """Share of the investment by instrument, of :data:`INSTRUMENTS`; what is missing to 1 is not known."""
    grade: str
    grade_is_ambiguous: bool
    """Whether the plan's verb gives no stage, so that an analyst must choose."""
    batch: str
    """1 or 2 for the batch of the campaign; empty where not proposed."""
    start_year: int
    in_service_year: int
    """0 where not known."""
    responsible_unit: str
    elements: tuple[str, ...]
    """What it stands for in the model; empty where the table says ``none``: no part in dispatch.

    ``fleet:<id>``, ``hydro:<id>``, ``hydro_uprate:<id>``, ``corridor:<id>``, ``line:<id>``, ``tie:<id>`` or
    ``demand:<class>``. Where it holds only a part of one, ``projects/element_shares.csv`` says how much.
    """
    quote: str
    plan_line: str
    """Line of the governing document, such as ``B57``."""
    part_of: str = ""
    """Id of the project whose investment already holds this one's; empty for none."""


@dataclass(frozen=True, kw_only=True)
class ElementShare(Row):
    """``projects/element_shares.csv``: how much of a model element belongs to a project; value is the share.

    The rest of the element is today's, or another project's. The share of a class of demand is that of the
    province's demand of the class; it stands where the project stands.
    """

    project: str
    element: str


@dataclass(frozen=True, kw_only=True)
class SectorRule(Row):
    """``projects/sector_rules.csv``: the one sector of a type of project that could be in two; no value."""

    sub_type: str
    sector: str
    other_sector: str
    """Sector in which it must not be counted as well."""
    rule: str
    """Why."""


@dataclass(frozen=True, kw_only=True)
class Bundle(Row):
    """``projects/<id>.yaml``: projects that belong together; value is their investment together [CNY].

    None where no investment is published for the whole.
    """

    projects: tuple[str, ...]
    """Ids of its projects; each project of the register is in exactly one bundle."""
    capacity_mw: float | None
    """Plants and storage of the whole as published; None where it is not [MW]."""
    held_by: str
    """The project whose investment holds that of the others; empty for none."""
    counting_zh: str
    counting_en: str
    """What counts once, and where."""
