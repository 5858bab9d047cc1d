"""Every figure of a paper can be made again, and what has changed is found exactly."""

from __future__ import annotations

import json
import shutil
import zipfile
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from qhgrid import shipped
from qhgrid.errors import ReportError
from qhgrid.papers.forms import open_sources, write_forms
from qhgrid.papers.recompute import RECOMPUTERS, Workshop, revalue
from qhgrid.papers.verify import verify_paper
from tests.papers.studies import write_value_study
from tests.runs.small import write_small_run

PROJECT = "warang_phs"


@pytest.fixture(scope="module")
def papers(full, tmp_path_factory):
    return write_forms(full, tmp_path_factory.mktemp("papers"), projects=[PROJECT])


@pytest.fixture(scope="module")
def runs(short_run, studies, tmp_path_factory):
    """Return a folder with the run and its studies, as keys name them."""
    out = tmp_path_factory.mktemp("runs")
    for run in (short_run, *studies):
        (out / run.name).symlink_to(run.folder)
    return out


def test_fresh_papers_agree_with_their_run_folders(papers, runs):
    for paper in papers:
        found = verify_paper(paper, runs, quick=True)
        assert found.passed, [f for f in found.figures if f.verdict != "same"][:3]
        assert len(found.figures) > 80


def test_figure_edited_in_word_is_found(papers, runs, tmp_path):
    edited = tmp_path / "edited.docx"
    with zipfile.ZipFile(papers[1]) as source, zipfile.ZipFile(edited, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "word/document.xml":
                assert b">159.40<" in content
                content = content.replace(b">159.40<", b">195.40<", 1)
            target.writestr(name, content)
    found = verify_paper(edited, runs, quick=True)
    (bad,) = [figure for figure in found.figures if figure.verdict != "same"]
    assert (bad.verdict, bad.reason, bad.text, bad.again) == ("differs", "edited", "195.40", "159.40")
    assert bad.key.endswith(f"/project_list/{PROJECT}/investment")


def test_figure_edited_in_excel_is_found(papers, runs, tmp_path):
    from qhgrid.papers.list_book import LIST, column_of

    book = load_workbook(papers[0])
    book[LIST][f"{column_of('investment')}4"] = 801.0
    book.save(tmp_path / "edited.xlsx")
    found = verify_paper(tmp_path / "edited.xlsx", runs, quick=True)
    reasons = {f.place: f.reason for f in found.figures if f.verdict != "same" and "汇总" not in f.place}
    assert reasons[f"{LIST}!{column_of('investment')}4"] == "edited"


@pytest.fixture(scope="module")
def dearer(tmp_path_factory):
    """Return a copy of the data in which one project costs 1 亿元 more."""
    data = tmp_path_factory.mktemp("copied") / "data"
    shutil.copytree(shipped.data_folder(), data)
    table = data / "projects" / "projects.csv"
    text = table.read_text(encoding="utf-8")
    assert text.count("159.4,亿元") == 1
    table.write_text(text.replace("159.4,亿元", "160.4,亿元"), encoding="utf-8")
    return data


def test_one_changed_input_changes_exactly_what_depends_on_it(papers, runs, dearer, monkeypatch):
    find = shipped._shipped
    monkeypatch.setattr(shipped, "_shipped", lambda name: dearer if name == "data" else find(name))
    monkeypatch.delitem(RECOMPUTERS, "value")
    found = verify_paper(papers[0], runs)
    every = {f.key.partition("/")[2]: f for f in found.figures}
    changed = {key for key, f in every.items() if f.verdict == "differs" and "finance" not in key}
    assert changed == {
        f"project_list/{PROJECT}/investment",
        "project_total/known/value",
        "project_total/gap/value",
        "project_total/share/value",
        "project_prefectures/hainan/investment",
        "project_prefectures/hainan/share",
        "project_prefectures/sum/investment",
        "project_tiers/leading/investment",
        "project_tiers/sum/investment",
        "project_grades/G4/investment",
        "project_grades/sum/investment",
    }
    assert {f.reason for f in found.figures if "/value_" in f.key} == {"method"}
    assert every[f"finance_summary/{PROJECT}/npv"].reason == "changed"
    assert every[f"finance_summary/{PROJECT}/state"].verdict == "same"


def test_value_study_is_made_again_with_its_own_settings(studies, tmp_path, monkeypatch):
    asked = {}
    monkeypatch.setattr(
        "qhgrid.value.study.value_projects", lambda *args, **named: asked.update(named) or studies[0]
    )
    settings = {
        "method": "out,shapley",
        "project": "vpp",
        "permutations": 9,
        "exact": 8,
        "pairs": 2,
        "seed": 3,
    }
    inputs = replace(studies[0].manifest.inputs, settings=settings)
    study = replace(studies[0], manifest=replace(studies[0].manifest, inputs=inputs))
    revalue(study, Workshop(tmp_path, tmp_path))
    assert asked["wishes"].settings() == settings


def test_unknown_run_cannot_be_made_again(papers, tmp_path):
    found = verify_paper(papers[1], tmp_path, quick=True)
    assert {figure.verdict for figure in found.figures} == {"unknown"}
    assert {figure.reason for figure in found.figures} == {"folder"}
    assert not found.passed


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("p.pdf", "is neither .docx nor .xlsx"),
        ("missing.docx", "No such file"),
        ("broken.docx", "is damaged"),
        ("broken.xlsx", "is damaged"),
        ("plain.docx", "holds no citation"),
        ("plain.xlsx", "holds no citation"),
    ],
)
def test_what_is_no_paper_of_ours_is_refused(tmp_path, name, words):
    from docx import Document
    from openpyxl import Workbook

    for broken in ("broken.docx", "broken.xlsx"):
        (tmp_path / broken).write_text("no")
    Document().save(tmp_path / "plain.docx")
    Workbook().save(tmp_path / "plain.xlsx")
    with pytest.raises(ReportError, match=words):
        verify_paper(tmp_path / name, tmp_path)


def test_registers_that_changed_since_the_run_are_refused(short_run, dearer, monkeypatch):
    find = shipped._shipped
    monkeypatch.setattr(shipped, "_shipped", lambda name: dearer if name == "data" else find(name))
    with pytest.raises(ReportError, match=r"other data than today's: projects/projects\.csv"):
        open_sources(str(short_run.folder))


def test_study_of_another_scenario_or_kind_is_refused(short_run, studies, tmp_path):
    other = write_value_study(write_small_run(tmp_path), tmp_path, {PROJECT: 1.0})
    for study, words in ((other, "studies another scenario"), (studies[1], "is no value study")):
        with pytest.raises(ReportError, match=words):
            open_sources(str(short_run.folder), value=str(study.folder))


def test_run_without_the_tables_of_projects_is_refused(tmp_path, monkeypatch, bare):
    run = write_small_run(tmp_path, facts=dict(bare.run.run.manifest.inputs.facts))
    with pytest.raises(ReportError, match="holds no table 'project_list'"):
        open_sources(str(run.folder))


def test_unknown_project_is_refused(bare, tmp_path):
    with pytest.raises(ReportError, match="nowhere: is no project of the register"):
        write_forms(bare, tmp_path, projects=["nowhere"])


def test_cli_says_what_differs(call, papers, runs):
    good = call("cite", "verify", papers[1], "--out", runs, "--quick")
    assert good.code == 0
    assert "不一致: 0" in good.out
    bad = call("cite", "verify", papers[1], "--out", runs / "none", "--quick", "--json")
    assert bad.code == 1
    assert json.loads(bad.out)["counts"]["unknown"] > 80
