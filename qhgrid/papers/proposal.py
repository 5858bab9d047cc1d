"""附表2 重大项目建议书: the sections of one project, put together."""

from __future__ import annotations

from collections.abc import Callable

from qhgrid.papers import energy, general, money
from qhgrid.papers.case import Case
from qhgrid.papers.keylist import assumption_blocks, unknown_blocks
from qhgrid.papers.pieces import Block, Name, Paper

Section = Callable[[Case], tuple[Block, ...]]

ALWAYS: dict[str, Section] = {
    "overview": general.overview,
    "basis": general.basis,
    "summary": general.summary,
    "necessity": general.necessity,
    "place": general.place,
    "supply": general.supply,
    "scale": general.scale,
    "technology": general.technology,
    "layout": general.layout,
    "engineering": general.engineering,
    "schedule": general.schedule,
    "saving": general.saving,
    "investment": money.investment,
    "funding": money.funding,
    "finance": money.finance,
    "economy": money.economy,
    "social": general.social,
    "environment": money.environment,
    "conclusion": money.conclusion,
    "annex": money.annex,
}
"""Sections of every project."""

OF_ENERGY: dict[str, Section] = {
    "geology": energy.geology,
    "role": energy.role,
    "market": energy.market,
    "product": energy.product,
    "value": money.value,
}
"""Sections of projects that stand for something in the model."""

OF_WEATHER: dict[str, Section] = {"resource": energy.resource}
OF_WATER: dict[str, Section] = {"hydrology": energy.hydrology, "resettlement": energy.resettlement}


def proposal(case: Case) -> Paper:
    """Return the proposal of a project: words of the cover, and every section that fits."""
    project, run = case.project, case.sources.run.run
    chosen = ALWAYS | (OF_ENERGY if case.is_energy else {})
    chosen |= OF_WEATHER if case.is_weather else {}
    chosen |= OF_WATER if case.is_water else {}
    paper = Paper(f"重大项目建议书：{project.name_zh}")
    paper.words = {
        "name": (case.name,),
        "sector": (f"{project.sector} / {project.sub_type}",),
        "where": case.places(),
        "unit": (project.responsible_unit or "待定",),
        "register": (Name(project.register_key),),
        "scenario": (Name(run.manifest.scenario_titles.get("zh", run.manifest.inputs.scenario)),),
        "run": (Name(run.run_id),),
    }
    paper.sections = {name: write(case) for name, write in chosen.items()}
    paper.sections |= {"unknowns": unknown_blocks(paper), "assumptions": assumption_blocks(paper)}
    return paper
