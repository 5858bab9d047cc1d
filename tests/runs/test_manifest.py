"""The manifest says what a run is, and shows when a run is no longer what it was."""

import json
import shutil

import pytest

from qhgrid.errors import RunError
from qhgrid.runs import find_run, list_runs, open_run, open_runs, read_manifest, write_manifest
from tests.runs.small import make_inputs


def change_manifest(run, change):
    """Apply `change` to the manifest of a run."""
    path = run.folder / "manifest.json"
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))


def test_manifest_comes_back_as_it_was_written(write_run):
    run = write_run()
    assert run.manifest.inputs == make_inputs()
    assert [file.name for file in run.manifest.files] == [
        "figures.json",
        "scenario.yaml",
        "tables/energy_balance.csv",
    ]
    assert run.manifest.result["objective"] == 2.5e8
    assert run.manifest.unchecked == ("timing.json",)
    assert run.timing() == {"seconds": {"dispatch": 1.0}}


def test_manifest_of_a_study_comes_back_with_its_settings(tmp_path):
    inputs = make_inputs(kind="value", settings={"permutations": 200})
    write_manifest(tmp_path, inputs, {"zh": "小", "en": "small"}, {})
    assert read_manifest(tmp_path).inputs == inputs
    assert inputs.folder_name == f"small-value-{inputs.run_id}"


def test_manifest_has_the_same_bytes_for_the_same_content(write_run, tmp_path):
    first, second = write_run(), write_run(out=tmp_path / "other")
    assert first.path("manifest.json").read_bytes() == second.path("manifest.json").read_bytes()


def test_missing_folder_is_refused(tmp_path):
    with pytest.raises(RunError, match=r"nowhere: is not a run folder\. Give a folder made by `qhgrid run`"):
        open_run(tmp_path / "nowhere")


def test_folder_without_manifest_is_refused_as_unfinished(write_run):
    run = write_run()
    run.path("manifest.json").unlink()
    with pytest.raises(RunError, match="is unfinished"):
        open_run(run.folder)


def test_part_folder_is_refused_even_with_a_manifest(write_run):
    run = write_run()
    part = run.folder.rename(run.folder.with_name(f".{run.name}.part-12345"))
    with pytest.raises(RunError, match="is unfinished"):
        open_run(part)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "not a manifest"),
        ('{"format": 1}', "'run_id' is missing"),
    ],
)
def test_damaged_manifest_is_refused_with_place_and_mend(write_run, text, what):
    run = write_run()
    run.path("manifest.json").write_text(text)
    with pytest.raises(
        RunError, match=rf"manifest\.json: is damaged: {what}\. Run the scenario again with --force"
    ):
        open_run(run.folder)


def test_binary_manifest_is_refused(write_run):
    run = write_run()
    run.path("manifest.json").write_bytes(b"\xff\x00\xfe")
    with pytest.raises(RunError, match="not JSON"):
        open_run(run.folder)


def test_manifest_of_another_layout_is_refused(write_run):
    run = write_run()
    change_manifest(run, lambda content: content.update(format=2))
    with pytest.raises(RunError, match="has layout 2, this qhgrid reads layout 1"):
        open_run(run.folder)


def test_manifest_with_a_changed_figure_is_refused(write_run):
    run = write_run()
    change_manifest(run, lambda content: content["result"].update(objective=99.0))
    with pytest.raises(RunError, match="was changed after the run"):
        open_run(run.folder)


def test_manifest_that_cannot_be_read_is_refused(write_run):
    run = write_run()
    run.path("manifest.json").unlink()
    run.path("manifest.json").symlink_to(run.folder)
    with pytest.raises(RunError, match="unfinished"):
        open_run(run.folder)


def test_all_missing_and_shortened_files_are_named_at_once(write_run):
    run = write_run()
    run.path("scenario.yaml").unlink()
    run.path("figures.json").write_text("{}")
    with pytest.raises(RunError) as error:
        open_run(run.folder)
    assert [fault.what.split(":")[0] for fault in error.value.faults] == ["was changed", "is missing"]
    assert str(run.path("figures.json")) in str(error.value)


def test_changed_byte_of_the_same_length_is_seen_by_the_full_check_alone(write_run):
    run = write_run()
    path = run.path("figures.json")
    path.write_bytes(path.read_bytes().replace(b"100.0", b"200.0"))
    open_run(run.folder)
    with pytest.raises(RunError, match="its checksum is not the one in the manifest"):
        open_run(run.folder, full=True)


def test_timing_may_change_or_vanish(write_run):
    run = write_run()
    run.path("timing.json").unlink()
    assert open_run(run.folder, full=True).timing() == {}


def test_figures_that_are_no_longer_json_are_refused(write_run):
    run = write_run()
    path = run.path("figures.json")
    path.write_bytes(b"x" * path.stat().st_size)
    with pytest.raises(RunError, match=r"figures\.json: cannot be read as JSON"):
        open_run(run.folder).figures()


def test_runs_are_found_by_path_name_and_start_of_id(write_run):
    run = write_run()
    out = run.folder.parent
    assert find_run(str(run.folder), out) == run.folder
    assert find_run(run.name, out) == run.folder
    assert find_run(run.run_id, out) == run.folder
    assert find_run(run.run_id[:4], out) == run.folder


def test_unknown_run_names_the_nearest(write_run):
    run = write_run()
    wrong = run.run_id[:-1] + ("0" if run.run_id[-1] != "0" else "1")
    with pytest.raises(RunError, match=f"{wrong}: is not a run below .*Did you mean {run.name}"):
        find_run(wrong, run.folder.parent)


def test_unknown_run_lists_what_is_there_or_says_to_run_first(write_run, tmp_path):
    with pytest.raises(RunError, match="Run a scenario first"):
        find_run("zzzz", tmp_path / "nowhere")
    run = write_run()
    with pytest.raises(RunError, match=f"Runs there: {run.name}"):
        find_run("zzzz", run.folder.parent)


def test_start_of_an_id_that_fits_two_runs_is_refused(write_run):
    run = write_run()
    shutil.copytree(run.folder, run.folder.with_name(f"copy-{run.run_id}"))
    with pytest.raises(RunError, match="means more than one run"):
        find_run(run.run_id, run.folder.parent)


def test_list_of_runs_leaves_out_what_is_unfinished(write_run):
    run = write_run()
    (run.folder.parent / ".x.part-1").mkdir()
    (run.folder.parent / "empty").mkdir()
    assert list_runs(run.folder.parent) == (run.folder,)


def test_faults_of_all_runs_are_raised_together(write_run):
    run = write_run()
    out = run.folder.parent
    with pytest.raises(RunError) as error:
        open_runs(["first-wrong", run.name, "second-wrong"], out)
    assert [fault.where for fault in error.value.faults] == ["first-wrong", "second-wrong"]
