"""Comparing, citing and checking runs; tables as CSV."""

import csv
import io

import pytest

from qhgrid.errors import RunError
from qhgrid.runs import (
    changed_inputs,
    check_checksums,
    citation_keys,
    cite,
    compare_bytes,
    compare_runs,
    open_run,
)
from qhgrid.runs.identity import code_sha256, package_versions
from qhgrid.runs.tables import table_csv
from tests.runs.small import make_table


def test_comparison_gives_values_and_differences_from_the_first_run(write_run):
    first = write_run({"cost": 100.0, "word": "达标"})
    second = write_run({"cost": 90.0, "word": "未达标", "new": 1.0}, lang="en")
    comparison = compare_runs([first, second])
    rows = {figure.key: figure for figure in comparison.figures}
    assert list(rows) == ["cost", "word", "new"]
    assert rows["cost"].values == (100.0, 90.0)
    assert rows["cost"].differences == (0.0, -10.0)
    assert rows["word"].differences == (None, None)
    assert rows["new"].values == (None, 1.0)
    assert rows["new"].differences == (None, None)
    assert comparison.to_json()["figures"][0]["differences"] == [0.0, -10.0]


def test_comparison_as_csv_holds_exact_numbers(write_run):
    first, second = write_run({"cost": 0.1}), write_run({"cost": 0.3}, lang="en")
    rows = list(csv.reader(io.StringIO(compare_runs([first, second]).to_csv())))
    assert rows[0] == [
        "key",
        "label_zh",
        "label_en",
        "unit",
        first.name,
        second.name,
        f"{second.name} - {first.name}",
    ]
    assert rows[1] == ["cost", "cost 中", "cost en", "亿千瓦时", "0.1", "0.3", repr(0.3 - 0.1)]


def test_citation_of_a_figure_gives_value_meaning_and_chain(write_run):
    run = write_run()
    citation = cite(f"qhgrid:{run.run_id}/share", run.folder.parent)
    assert (citation.value, citation.unit) == (0.85, "亿千瓦时")
    assert citation.definition_en == "share defined"
    assert citation.made_from == ("generator_p",)
    assert citation.facts == {"fleet.csv": "f" * 64}
    assert citation.profiles == {"pv.nc": "e" * 64}
    assert citation.certificate["gap"] == 1e-6
    assert citation.reproduce[0] == f"qhgrid verify {run.folder}"
    assert citation.to_json()["key"] == f"qhgrid:{run.run_id}/share"


def test_citation_of_a_cell_takes_the_unit_and_mark_of_its_row(write_run):
    run = write_run()
    citation = cite(f"qhgrid:{run.run_id}/energy_balance/share/m01", run.folder.parent)
    assert (citation.value, citation.unit, citation.mark) == (0.25, "%", "假设")
    assert "占比" in citation.label_zh


def test_citation_by_run_folder_works_for_figures_and_cells(write_run, tmp_path):
    run = write_run()
    assert cite(f"{run.folder}/cost").value == 100.0
    assert cite(f"{run.folder}/energy_balance/hydro/m02").value == 11.0
    assert cite(f"{run.name}/cost", tmp_path / "runs").value == 100.0


@pytest.mark.parametrize("text", ["", "qhgrid:", "qhgrid:abc", "qhgrid:/cost", "cost", "nowhere/cost"])
def test_what_is_no_citation_is_refused_with_the_shapes_allowed(text, tmp_path):
    with pytest.raises(RunError, match=r"is not a citation.*Write qhgrid:<run id>/<figure>"):
        cite(text, tmp_path)


def test_unknown_figure_names_the_nearest(write_run):
    run = write_run()
    with pytest.raises(
        RunError, match=r"is not a figure of this run\. Did you mean energy_balance/hydro/m01"
    ):
        cite(f"qhgrid:{run.run_id}/energy_balance/hydra/m01", run.folder.parent)


def test_figure_like_no_other_lists_the_first_ones(write_run):
    run = write_run()
    with pytest.raises(RunError, match=r"Figures of this run: cost, share, energy_balance/hydro/m01"):
        cite(f"qhgrid:{run.run_id}/@@@@", run.folder.parent)


def test_every_key_of_a_run_can_be_cited(write_run):
    run = write_run()
    keys = citation_keys(run)
    assert len(keys) == 2 + 4
    assert [cite(f"qhgrid:{run.run_id}/{key}", run.folder.parent).key for key in keys] == [
        f"qhgrid:{run.run_id}/{key}" for key in keys
    ]


def test_checksums_of_an_untouched_run_all_agree(write_run):
    verification = check_checksums(write_run())
    assert verification.passed
    assert len(verification.files) == 3
    assert verification.to_json()["passed"] is True


def test_checksums_name_what_differs_is_missing_or_was_added(write_run):
    run = write_run()
    run.path("scenario.yaml").write_text("name: other\n")
    run.path("figures.json").unlink()
    run.path("note.txt").write_text("mine")
    outcomes = {file.name: file.outcome for file in check_checksums(run).files}
    assert outcomes == {
        "figures.json": "missing",
        "note.txt": "unexpected",
        "scenario.yaml": "differs",
        "tables/energy_balance.csv": "same",
    }


def test_two_runs_of_the_same_inputs_compare_as_the_same_bytes(write_run, tmp_path):
    verification = compare_bytes(write_run(), write_run(out=tmp_path / "again"))
    assert verification.passed
    assert "manifest.json" in [file.name for file in verification.files]


def test_comparison_of_bytes_names_each_file_that_differs(write_run, tmp_path):
    run, again = write_run({"cost": 1.0}), write_run({"cost": 2.0}, out=tmp_path / "again")
    again.path("scenario.yaml").unlink()
    outcomes = {file.name: file.outcome for file in compare_bytes(run, again).files if file.outcome != "same"}
    assert outcomes == {"figures.json": "differs", "manifest.json": "differs", "scenario.yaml": "missing"}
    assert not compare_bytes(run, again).passed
    assert {file.outcome for file in compare_bytes(again, run).files} >= {"unexpected"}


def test_changed_inputs_are_named_one_by_one(write_run):
    versions = package_versions()
    run = write_run(code=code_sha256(), packages=versions)
    assert changed_inputs(run, {"fleet.csv": "f" * 64}, {"pv.nc": "e" * 64}) == ()
    old = write_run(packages=versions | {"numpy": "0.1"}, lang="en")
    changes = changed_inputs(old, {"fleet.csv": "0" * 64, "new.csv": "1"}, {})
    assert changes == ("code", "package numpy", "facts fleet.csv", "facts new.csv", "profiles pv.nc")


def test_table_as_csv_says_row_key_label_unit_and_mark():
    rows = list(csv.reader(io.StringIO(table_csv(make_table(), "zh"))))
    assert rows[0] == ["行", "项目", "1月 [亿千瓦时]", "2月 [亿千瓦时]", "unit", "mark"]
    assert rows[1] == ["hydro", "水电", "12.5", "11.0", "", ""]
    assert rows[2] == ["share", "占比", "0.25", "", "%", "假设"]
    assert table_csv(make_table(), "en").splitlines()[1].startswith("hydro,Hydro,")


def test_csv_files_of_a_run_open_as_utf8_in_a_spreadsheet(write_run):
    run = open_run(write_run().folder)
    assert run.path("tables/energy_balance.csv").read_bytes().startswith(b"\xef\xbb\xbf")
