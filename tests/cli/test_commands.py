"""What the commands print and which code they exit with, on small runs made by hand."""

import json
import re

import pytest

from tests.runs.small import make_shortage, write_small_run


@pytest.fixture
def out(tmp_path):
    """Return the folder of the runs."""
    return tmp_path / "runs"


@pytest.fixture
def reuse(monkeypatch):
    """Return a function that makes `run` return the given run instead of running anything."""

    def install(run):
        monkeypatch.setattr("qhgrid.study.run_study", lambda *_args, **_kwargs: run)

    return install


def test_run_prints_verdicts_margins_cost_and_folder(call, out, reuse):
    run = write_small_run(out)
    reuse(run)
    answer = call("run", "small", "--out", out)
    assert answer.code == 0
    for words in ("装机容量", "只计发电", "16,600", "16,500", "100", "达标", "未达标", "无法判断", "假设"):
        assert words in answer.out, words
    assert "系统成本 2.50 亿元" in answer.out
    assert "没有缺电" in answer.out
    assert answer.out.splitlines()[-1] == f"运行文件夹：{run.folder}"


def test_run_in_english_has_no_chinese_but_the_mark_of_assumptions(call, out, reuse):
    reuse(write_small_run(out))
    answer = call("run", "small", "--lang", "en")
    assert "Installed capacity (generation only)" in answer.out
    assert set(re.findall(r"[\u4e00-\u9fff]+", answer.out)) == {"假设"}
    assert "GW" in answer.out


def test_run_names_the_largest_shortages_and_counts_the_rest(call, out, reuse):
    reuse(write_small_run(out, shortages=[make_shortage(hour) for hour in range(8)]))
    answer = call("run", "small")
    assert "缺口 8 处，共 828.0 MWh" in answer.out
    assert "1月15日7时 海西 缺口" in answer.out
    assert "1月15日2时" not in answer.out
    assert "另有 3 项" in answer.out


def test_run_that_was_there_already_says_so(call, out, reuse):
    from dataclasses import replace

    reuse(replace(write_small_run(out), is_reused=True))
    assert "直接取用" in call("run", "small").out
    assert "reused" in call("run", "small", "--lang", "en").out


def test_run_as_json(call, out, reuse):
    run = write_small_run(out, shortages=[make_shortage(1)])
    reuse(run)
    content = json.loads(call("run", "small", "--json").out)
    assert content["run_id"] == run.run_id
    assert content["folder"] == str(run.folder)
    assert content["reused"] is False
    assert content["objective"] == 2.5e8
    assert content["targets"][0]["passed"] is True
    assert content["figures"][0]["key"] == "cost"
    assert len(content["shortages"]) == 1


def test_compare_prints_values_with_differences(call, out):
    first, second = write_small_run(out), write_small_run(out, {"cost": 90.0, "share": 0.85}, lang="en")
    answer = call("compare", first.folder, second.run_id, "--out", out)
    assert answer.code == 0
    assert "cost 中" in answer.out
    assert "90 (-10)" in answer.out
    assert "cost en" in call("compare", first.folder, second.folder, "--lang", "en").out


def test_compare_as_json_and_csv(call, out, tmp_path):
    first, second = write_small_run(out), write_small_run(out, {"cost": 90.0}, lang="en")
    answer = call("compare", first.folder, second.folder, "--json", "--csv", tmp_path / "diff.csv")
    assert json.loads(answer.out)["figures"][0]["differences"] == [0.0, -10.0]
    assert "cost,cost 中,cost en,亿千瓦时,100.0,90.0,-10.0" in (tmp_path / "diff.csv").read_text("utf-8-sig")


def test_compare_refuses_every_damaged_run_at_once(call, out, tmp_path):
    good, bad = write_small_run(out), write_small_run(out, lang="en")
    bad.path("figures.json").unlink()
    part = out / ".small-0.part-1"
    part.mkdir()
    answer = call("compare", good.folder, bad.folder, part, tmp_path / "nowhere")
    assert answer.code == 2
    assert answer.out == ""
    lines = answer.err.splitlines()
    assert len(lines) == 3
    assert "figures.json: is missing" in lines[0]
    assert "is unfinished" in lines[1]
    assert "is not a run" in lines[2]


def test_compare_that_cannot_write_its_csv_exits_2(call, out, tmp_path):
    run = write_small_run(out)
    answer = call("compare", run.folder, "--csv", tmp_path / "missing" / "diff.csv")
    assert answer.code == 2
    assert "cannot be written" in answer.err


def test_cite_prints_value_unit_definition_and_chain(call, out):
    run = write_small_run(out)
    answer = call("cite", f"qhgrid:{run.run_id}/share", "--out", out)
    assert answer.code == 0
    for words in (
        "0.85 亿千瓦时",
        "share 定义",
        "generator_p",
        "fleet.csv",
        "pv.nc",
        "最优性差距 1.0e-06",
        "qhgrid verify",
    ):
        assert words in answer.out, words
    english = call("cite", f"qhgrid:{run.run_id}/energy_balance/share/m01", "--out", out, "--lang", "en").out
    assert "0.25 %  假设" in english
    assert "hourly result" in english


def test_cite_of_nothing_prints_a_dash(call, out):
    run = write_small_run(out, {"cost": None})
    assert "– 亿千瓦时" in call("cite", f"{run.folder}/cost").out


def test_cite_as_json(call, out):
    run = write_small_run(out)
    content = json.loads(call("cite", f"{run.folder}/cost", "--json").out)
    assert content["value"] == 100.0
    assert content["facts"] == {"fleet.csv": "f" * 64}


def test_cite_of_an_unknown_figure_exits_2_with_the_nearest(call, out):
    run = write_small_run(out)
    answer = call("cite", f"qhgrid:{run.run_id}/shere", "--out", out)
    assert answer.code == 2
    assert "Did you mean share?" in answer.err
    assert json.loads(call("cite", f"qhgrid:{run.run_id}/shere", "--out", out, "--json").out)["faults"]


def test_quick_verify_passes_an_untouched_run_and_names_what_was_touched(call, out):
    run = write_small_run(out)
    answer = call("verify", run.folder, "--quick")
    assert answer.code == 0
    assert f"{run.name}：3 个文件全部一致" in answer.out
    run.path("scenario.yaml").write_text("name: other\n")
    run.path("figures.json").unlink()
    answer = call("verify", run.folder, "--quick")
    assert answer.code == 2
    assert "scenario.yaml: 内容不同" in answer.out
    assert "figures.json: 缺失" in answer.out
    assert call("verify", run.folder, "--quick", "--json").code == 2


def test_check_says_which_files_make_the_scenario(call):
    answer = call("check", "2030-dry-year")
    assert answer.code == 0
    assert answer.out.startswith("2030-dry-year：无误（base.yaml → ")
    content = json.loads(call("check", "2030-plan", "--json").out)
    assert content["faults"] == []
    assert len(content["sha256"]) == 64


def test_check_takes_settings_and_names_every_fault(call):
    answer = call("check", "2030-plan", "--set", "year=1999", "--set", "hydro.water_year=wett")
    assert answer.code == 2
    assert answer.out == ""
    assert len(answer.err.splitlines()) == 2
    assert "wet" in answer.err


def test_faults_of_check_as_json(call):
    answer = call("check", "2030-pln", "--json")
    assert answer.code == 2
    assert "2030-plan" in json.loads(answer.out)["faults"][0]["mend"]


def test_schema_is_json_schema(call):
    schema = json.loads(call("schema").out)
    assert schema["type"] == "object"
    assert "horizon" in schema["properties"]


def test_scenarios_lists_names_and_titles(call):
    answer = call("scenarios")
    assert answer.code == 0
    for name in (
        "2025-base",
        "2030-plan",
        "2030-dry-year",
        "2030-no-new-corridors",
        "2030-high-computing",
        "2030-storage-late",
    ):
        assert name in answer.out
    assert "枯水年" in answer.out
    listed = json.loads(call("scenarios", "--json").out)
    assert {"name", "title_zh", "title_en"} == set(listed[0])
    assert not re.search(
        r"[\u4e00-\u9fff]", call("--lang", "en", "scenarios", "--lang", "en").out.split("\n", 3)[3]
    )


def test_profiles_list_and_show(call):
    listed = json.loads(call("profiles", "list", "--json").out)
    assert "pv.nc" in listed["files"]
    assert {one["file"] for one in listed["series"]} == set(listed["files"])
    printed = call("profiles", "list").out
    assert listed["files"]["pv.nc"] in printed
    assert "pv_p_max_pu" in printed
    answer = call("profiles", "show", "pv.nc")
    assert answer.code == 0
    assert "haixi" in answer.out
    assert "满发小时" in answer.out
    assert json.loads(call("profiles", "show", "pv", "--json").out)["unit"] == "1"


def test_profiles_show_of_an_unknown_series_exits_2(call):
    answer = call("profiles", "show", "pvv")
    assert answer.code == 2
    assert "Use one of: pv, wind" in answer.err


def test_profiles_build_writes_to_the_folder_given(call, tmp_path, monkeypatch):
    import qhgrid.profiles

    def build(folder, *_args, **_kwargs):
        from qhgrid.profiles import profile_paths

        folder.mkdir()
        for name, path in profile_paths().items():
            (folder / f"{name}.nc").write_bytes(path.read_bytes())

    monkeypatch.setattr(qhgrid.profiles, "build_profiles", build)
    answer = call("profiles", "build", "--out", tmp_path / "series")
    assert answer.code == 0
    assert f"曲线写入 {tmp_path / 'series'}" in answer.out
    assert "wind.nc" in answer.out


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        ("达标", "达标"),
        (0.0, "0"),
        (0.85, "0.8500"),
        (5000.0, "5,000"),
        (12.345, "12.35"),
        (1234.56, "1,234.6"),
        (165000.4, "165,000"),
        (-12.345, "-12.35"),
        (1e-9, "1.000e-09"),
        (1e20, "1.000e+20"),
    ],
)
def test_numbers_are_short_and_readable(value, text):
    from qhgrid.cli.show import number

    assert number(value) == text
