"""The finance study of a run: a study folder with the summary, the annexes of each project and the pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import qhgrid.facts
from qhgrid.errors import Fault
from qhgrid.finance.evaluation import Evaluation, Evaluator, SystemValue
from qhgrid.finance.parameters import Options, Parameters
from qhgrid.finance.reading import Reading, hours_scale
from qhgrid.finance.tables import study_figures, study_tables
from qhgrid.finance.terms import FinanceError
from qhgrid.finance.writing import About, write_documents
from qhgrid.indicators.selection import covered_hours, is_full_year
from qhgrid.indicators.tables import Table, find_table
from qhgrid.runs import (
    DEFAULT_OUT,
    Inputs,
    Run,
    disk_errors,
    find_run,
    new_folder,
    open_run,
    write_json,
    write_manifest,
    write_tables,
)
from qhgrid.scenario import check_scenario
from qhgrid.study import Progress, identify, quiet_libraries
from qhgrid.text import DEFAULT_LANG, Lang
from qhgrid.units import convert

if TYPE_CHECKING:
    import xarray as xr

    from qhgrid.facts import Facts
    from qhgrid.facts.rows import Project
    from qhgrid.scenario import Scenario

KIND = "finance"
STAGES = READ, EVALUATE, WRITE = ("finance_read", "finance_evaluate", "finance_write")
"""Ids of the stages of a study, in order."""
VALUE_TABLES = ("value_shapley", "value_out", "value_in")
"""Tables of a value study that tell what a project saves, the best first."""


def choose_projects(facts: Facts, names: Sequence[str] = ()) -> tuple[Project, ...]:
    """Return the projects of some ids in the order of the register, all without any.

    Raises
    ------
    FinanceError
        If an id is not in the register.
    """
    unknown = [name for name in names if name not in facts.projects]
    if unknown:
        mend = "Use an id of `qhgrid projects list`."
        raise FinanceError(Fault(f"--project {name}", "is not in the register", mend) for name in unknown)
    return tuple(row for name, row in facts.projects.items() if not names or name in names)


def run_finance(
    name: str,
    out: Path = DEFAULT_OUT,
    *,
    projects: Sequence[str] = (),
    value: str = "",
    options: Options | None = None,
    scale_to_year: bool = False,
    lang: Lang = DEFAULT_LANG,
    force: bool = False,
    progress: Progress | None = None,
) -> Run:
    """Evaluate projects on a run and return the study folder ``<scenario>-finance-<id>``.

    Parameters
    ----------
    name : str
        Run folder or run id.
    out : Path, optional
        Where runs named by id are looked for, and the study is written.
    projects : sequence of str, optional
        Ids of projects; all of the register by default.
    value : str, optional
        Value study of the same scenario, whose saving is the benefit to the economy.
    options : Options, optional
        Prices, repayment, tax holiday.
    scale_to_year : bool, optional
        Whether a run that is shorter than a year is scaled to one instead of refused.
    lang : str, optional
        Language of the documents.
    force : bool, optional
        Whether to evaluate again and replace a study of the same inputs.
    progress : callable, optional
        Called with each stage as it begins, and with the share of the projects that are done.

    Raises
    ------
    QhgridError
        If the run is no run of a scenario or covers no year, or a project or value study is unknown.
    """
    facts = qhgrid.facts.read_facts()
    chosen = choose_projects(facts, projects)
    run = _plain_run(name, out)
    scenario = check_scenario(str(run.path("scenario.yaml")), (), facts).scenario
    study = None if not value else _value_study(value, out, run)
    options = options or Options()
    inputs = _inputs(run, study, scenario, facts, options, [row.id for row in chosen], scale_to_year, lang)
    if (out / inputs.folder_name).exists() and not force:
        return replace(open_run(out / inputs.folder_name), is_reused=True)
    tell: Progress = progress or _silent
    tell(READ)
    results = run.results()
    _check_year(results, run, scale_to_year)
    reading = Reading(results, scenario, facts, 1.0 if is_full_year(results) else hours_scale(results))
    values = _values(study, reading.scale)
    evaluator = Evaluator(reading, Parameters(facts, options), facts.projects, values)
    evaluations = _evaluate(evaluator, chosen, tell)
    tell(WRITE)
    about = About(
        study_id=inputs.run_id,
        run_id=run.run_id,
        value_id="" if study is None else study.run_id,
        options=options,
        is_scaled=not is_full_year(results),
        changed=_changed(run, facts),
    )
    with new_folder(out, inputs.folder_name, replace=force) as part, quiet_libraries():
        _write(part, evaluator, evaluations, about, inputs, lang)
        titles = scenario.title.model_dump()
        write_manifest(part, inputs, titles, {"run": run.run_id, "projects": len(chosen)})
    return open_run(out / inputs.folder_name)


def repeat_finance(
    study: Run, run: Run, value: Run | None, out: Path, *, progress: Progress | None = None
) -> Run:
    """Return a finance study made again into `out` with its own settings.

    Parameters
    ----------
    study : Run
        The study.
    run : Run
        Its run of the scenario, or that run made again.
    value : Run or None
        Its value study, or that made again; None where it has none.
    out : Path
        Where to write.
    progress : callable, optional
        As in :func:`run_finance`.
    """
    inputs = study.manifest.inputs
    rules = inputs.settings
    return run_finance(
        str(run.folder),
        out,
        projects=tuple(rules["project"]),
        value="" if value is None else str(value.folder),
        options=Options(rules["price"], rules["repayment"], rules["tax_holiday"]),
        scale_to_year=rules["scale_to_year"],
        lang="en" if inputs.lang == "en" else "zh",
        progress=progress,
    )


def _silent(stage: str, fraction: float | None = None, /) -> None:
    """Tell nobody."""


def _evaluate(evaluator: Evaluator, projects: Sequence[Project], tell: Progress) -> list[Evaluation]:
    """Return the evaluation of each project, and tell how many are done."""
    tell(EVALUATE)
    found = []
    for number, project in enumerate(projects, start=1):
        found.append(evaluator.evaluate(project))
        tell(EVALUATE, number / len(projects))
    return found


def _plain_run(name: str, out: Path) -> Run:
    """Return the run of a scenario that a name means."""
    run = open_run(find_run(name, out))
    kind = run.manifest.inputs.kind
    if kind:
        mend = "Give the run of the scenario, made by `qhgrid run`."
        raise FinanceError(Fault(name, f"is a study ({kind}), not a run of a scenario", mend))
    return run


def _value_study(name: str, out: Path, run: Run) -> Run:
    """Return the value study that a name means, which must be of the scenario of the run."""
    study = open_run(find_run(name, out))
    inputs = study.manifest.inputs
    if inputs.kind != "value":
        mend = "Give a study made by `qhgrid projects value`."
        raise FinanceError(Fault(f"--value {name}", "is not a value study", mend))
    if inputs.scenario_text != run.manifest.inputs.scenario_text:
        what = f"is a study of another scenario than run {run.run_id}"
        raise FinanceError(Fault(f"--value {name}", what, "Give a value study of the scenario of the run."))
    return study


def _check_year(results: xr.Dataset, run: Run, scale_to_year: bool) -> None:
    """Refuse a run that is shorter than a year, unless it may be scaled."""
    if not is_full_year(results) and not scale_to_year:
        what = f"covers {covered_hours(results):g} h, and a year of energy and revenue is needed"
        mend = "Run the scenario over its whole year, or add --scale-to-year to look at the method."
        raise FinanceError(Fault(run.name, what, mend))


def _inputs(
    run: Run,
    study: Run | None,
    scenario: Scenario,
    facts: Facts,
    options: Options,
    projects: list[str],
    scale_to_year: bool,
    lang: Lang,
) -> Inputs:
    """Return all that decides the bytes of the study."""
    plain = identify(scenario, facts, lang)
    settings = {
        "run": run.run_id,
        "value": "" if study is None else study.run_id,
        "project": projects,
        "price": options.price,
        "repayment": options.repayment,
        "tax_holiday": options.tax_holiday,
        "scale_to_year": scale_to_year,
    }
    packages = {**plain.packages, "numpy-financial": version("numpy-financial")}
    text = run.manifest.inputs.scenario_text
    return replace(plain, scenario_text=text, kind=KIND, settings=settings, packages=packages)


def _values(study: Run | None, scale: float) -> Mapping[str, SystemValue]:
    """Return what a value study says each project saves in a year, by id; empty without a study."""
    if study is None:
        return {}
    tables = [Table.from_json(table) for table in study.figures()["tables"]]
    known = [table.key for table in tables]
    name = next((name for name in VALUE_TABLES if name in known), None)
    if name is None:
        mend = f"Make a study with one of {', '.join(VALUE_TABLES)}."
        raise FinanceError(Fault(study.name, "holds no table of values", mend))
    table = find_table(tables, name)
    return {row: _system_value(table, row, scale) for row in table.row_keys if _has_cost(table, row)}


def _has_cost(table: Table, row: str) -> bool:
    """Return whether a value study knows what a project saves."""
    return isinstance(table.cell(row, "cost"), int | float)


def _system_value(table: Table, row: str, scale: float) -> SystemValue:
    """Return what a row of a value study says of a year, in base units; what it leaves open is the middle."""

    def figure(column: str, unit: str, otherwise: float) -> float:
        found = table.cell(row, column) if column in table.column_keys else None
        if not isinstance(found, int | float):
            return otherwise
        return convert(float(found), table.cell_unit(row, column), unit) * scale

    saving = figure("cost", "CNY", 0.0)
    low, high = sorted(figure(f"cost_{end}", "CNY", saving) for end in ("low", "high"))
    return SystemValue(saving, low, high, figure("co2", "t", 0.0))


def _changed(run: Run, facts: Facts) -> tuple[str, ...]:
    """Return the fact tables that changed since the run, the register of projects left out."""
    now, then = facts.checksums(), run.manifest.inputs.facts
    names = sorted(set(now) | set(then))
    return tuple(name for name in names if now.get(name) != then.get(name) and "projects" not in name)


def _write(
    folder: Path,
    evaluator: Evaluator,
    evaluations: Sequence[Evaluation],
    about: About,
    inputs: Inputs,
    lang: Lang,
) -> None:
    """Write everything but the manifest into `folder`."""
    reading = evaluator.reading
    tables = study_tables(evaluations, reading, evaluator.parameters, evaluator.claims)
    figures = study_figures(evaluations)
    content = {
        "figures": [figure.to_json() for figure in figures],
        "targets": [],
        "tables": [table.to_json() for table in tables],
    }
    with disk_errors(folder):
        (folder / "scenario.yaml").write_text(inputs.scenario_text, encoding="utf-8")
        write_json(folder / "figures.json", content)
        write_tables(folder / "tables", tables, lang)
        write_documents(folder, reading.scenario, evaluations, tables, figures, about, lang)
