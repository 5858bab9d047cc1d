"""The study of a selection on a few hours: a folder that can be opened, cited and made again byte by byte."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qhgrid.cli import main
from qhgrid.facts import read_facts
from qhgrid.indicators.tables import Table, find_table
from qhgrid.runs import cite, open_run
from qhgrid.selection.study import joint, select_projects
from qhgrid.selection.wishes import Wishes
from qhgrid.value.game import Evaluation, Interval

HOURS = ("horizon.start=2030-07-15", "horizon.end=2030-07-15")
KEPT = ("qaidam_base", "hainan_base")
PROJECTS = (*KEPT, "warang_phs", "wutumeiren_csp", "csp_cluster", "cihaxia_hydro")
WISHES = Wishes(
    budget=1700e8, keep=KEPT, drop=("wutumeiren_csp",),
    targets=("unserved",), dispatches=8, alternatives=1,
)  # fmt: skip


def study(out, workers=1):
    facts = read_facts()
    few = replace(facts, projects={name: facts.projects[name] for name in PROJECTS})
    return select_projects("2030-plan", HOURS, out, wishes=WISHES, facts=few, workers=workers)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return study(tmp_path_factory.mktemp("runs"))


def table(run, key):
    return find_table([Table.from_json(one) for one in run.figures()["tables"]], key)


def test_the_folder_can_be_opened_and_cited(run):
    assert run.folder.name.startswith("2030-plan-select-")
    assert open_run(run.folder, full=True).run_id == run.run_id
    found = cite(f"qhgrid:{run.run_id}/selection_summary/budget/value", run.folder.parent)
    assert 0.0 < float(found.value) <= 1700.0


def test_the_choice_keeps_the_budget_and_what_must_be_kept(run):
    chosen = [row for row in table(run, "selection").rows if row.values[0] == "入选"]
    assert set(KEPT) <= {row.key for row in chosen}
    assert sum(row.values[3] for row in chosen) <= 1700.0
    summary = table(run, "selection_summary")
    assert summary.cell("budget", "verdict") == "满足"
    bound, objective = summary.cell("bound", "value"), summary.cell("objective", "value")
    assert bound is None or bound <= objective + 1e-9


def test_dropped_and_unknown_projects_say_so(run):
    selection = table(run, "selection")
    assert selection.cell("wutumeiren_csp", "state") == "指定不建"
    assert selection.cell("csp_cluster", "state") == "投资待定，随情景建设"
    assert selection.cell("csp_cluster", "investment") is None
    assert selection.cell("cihaxia_hydro", "state") == "不参与调度"


def test_the_same_again_is_the_same_bytes_by_any_number_of_workers(run, tmp_path):
    again = study(tmp_path, workers=2)
    for name in ("figures.json", "report.html", "tables.xlsx", "manifest.json"):
        assert again.path(name).read_bytes() == run.path(name).read_bytes()
    assert not list(tmp_path.glob(".*"))


def test_rents_of_lines_are_kept_out_of_the_proof():
    evaluation = Evaluation({"cost": Interval(2.0, 1.0, 2.0)}, {"plant": 3.0, "ring": 4.0})
    assert joint(evaluation, frozenset({"ring"})).rents == {"plant": 3.0}


def test_a_fault_on_the_command_line_ends_with_2(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--lang", "en", "projects", "select", "2030-plan", "--budget", "much"])
    assert ended.value.code == 2
    assert "much" in capsys.readouterr().err
