"""The commands of the procedure: list by filters, show, advance, board."""

import json

import pytest

from tests.lifecycle.studies import value_table, write_study


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "proposal.docx").write_bytes(b"proposal")
    return tmp_path


def keys(answer):
    return [row["key"] for row in json.loads(answer.out)["tables"][0]["rows"]]


def advance(call, state, when, *more):
    return call("projects", "advance", "warang_phs", state, "--who", "省能源局", "--when", when, *more)


def test_list_is_filtered_by_prefecture_sector_and_grade(call):
    from qhgrid.facts import read_facts

    answer = call(
        "projects", "list", "--prefecture", "haixi", "--sector", "energy", "--grade", "G4", "--json"
    )
    rows = read_facts().projects.values()
    wanted = [r.id for r in rows if "haixi" in r.prefecture_shares and r.sector == "能源" and r.grade == "G4"]
    assert keys(answer) == wanted
    assert "nanshankou_phs" in wanted
    assert "warang_phs" not in wanted
    assert keys(call("projects", "list", "--sector", "水利", "--json"))[0] == "qaidam_water"


def test_all_unknown_filters_are_told_at_once(call):
    answer = call("projects", "list", "--prefecture", "beijing", "--sector", "sport", "--grade", "G9")
    assert answer.code == 2
    assert all(word in answer.err for word in ("beijing", "sport", "G9", "haixi", "energy", "G4"))


def test_list_is_filtered_by_state(call, here):
    advance(call, "lead", "2026-02-01")
    assert keys(call("projects", "list", "--state", "线索", "--json")) == ["warang_phs"]
    assert keys(call("projects", "list", "--state", "proposed", "--json")) == []
    assert call("projects", "list", "--state", "nowhere").code == 2


def test_show_gives_elements_bundle_and_unknown_as_such(call, here):
    answer = call("projects", "show", "R24", "--json")
    (table,) = json.loads(answer.out)["tables"]
    said = {row["key"]: row["values"][0] for row in table["rows"]}
    assert said["id"] == "xining_computing"
    assert said["elements"] == "demand:computing 20.4%"
    assert said["bundle"] == "computing"
    assert said["investment"] == said["funding"] == said["county"] == "待定"


def test_show_gives_the_steps_taken_where_there_is_a_log(call, here):
    advance(call, "lead", "2026-02-01")
    answer = call("projects", "show", "warang_phs")
    assert "流程记录" in answer.out
    assert "下一步可为：申报" in answer.out


def test_unknown_project_names_the_nearest(call, here):
    answer = call("projects", "show", "warang_psh")
    assert answer.code == 2
    assert "warang_phs" in answer.err


def test_advance_writes_a_line_and_says_so(call, here):
    answer = advance(call, "线索", "2026-02-01 09:00")
    assert answer.code == 0
    assert "warang_phs → 线索" in answer.out
    answer = advance(
        call, "proposed", "2026-03-01", "--year", "2026", "--evidence", "proposal.docx", "--json"
    )
    said = json.loads(answer.out)
    assert (said["from"], said["to"], said["batch"]) == ("lead", "proposed", "2026-2")
    lines = (here / "projects/events.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(lines[1])["checksum"] == said["checksum"]


def test_advance_without_a_time_takes_the_present(call, here):
    assert call("projects", "advance", "vpp", "lead", "--who", "省能源局").code == 0


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["proposed", "--when", "2026-02-01"], "may not follow the beginning"),
        (["nowhere"], "state 'nowhere': is none"),
        (["lead", "--when", "02-01"], "has no year"),
        (["lead", "--evidence", "none.pdf"], "none.pdf: is not a file"),
        (["lead", "--na", "K4.safety"], "does not apply, but why"),
        (["lead", "--value", "ffff"], "is not a run"),
        (["lead", "--rules", "none.yaml"], "cannot be read as rules"),
    ],
)
def test_refusals_exit_2_with_the_reason_and_no_log(call, here, args, words):
    answer = call("projects", "advance", "warang_phs", *args, "--who", "省能源局")
    assert answer.code == 2
    assert words in answer.err
    assert not (here / "projects/events.jsonl").exists()


def test_missing_year_is_an_error(call, here):
    advance(call, "lead", "2026-02-01")
    answer = advance(call, "proposed", "2026-02-02", "--evidence", "proposal.docx")
    assert answer.code == 2
    assert "--year 2026" in answer.err


def test_gates_are_answered_by_documents_reasons_and_studies(call, here):
    from qhgrid.lifecycle import read_rules
    from tests.lifecycle.roads import FIRST_BATCH

    study = write_study(here / "runs", value_table())
    for state, when in list(FIRST_BATCH.items())[:6]:
        assert advance(call, state, when, "--year", "2026", "--evidence", "proposal.docx").code == 0
    refused = advance(call, "in_library", "2026-03-30", "--value", study.folder.name)
    assert refused.code == 2
    assert "K1.macro_control" in refused.err
    assert "K1.targets" not in refused.err
    items = [item.name for item in read_rules().items if not item.test]
    papers = f"proposal.docx={','.join(items[:-1])}"
    more = ("--evidence", papers, "--na", f"{items[-1]}=不涉及", "--na", "K3.debt_cover=政府投资，无贷款")
    passed = advance(call, "in_library", "2026-03-30", "--value", study.folder.name, *more, "--json")
    answers = {one["item"]: one["verdict"] for one in json.loads(passed.out)["answers"]}
    assert set(answers.values()) == {"yes", "na"}
    assert answers["K4.co2"] == "yes"


def test_board_prints_and_writes(call, here):
    study = write_study(here / "runs", value_table())
    advance(call, "lead", "2026-02-01")
    answer = call("projects", "board", "--value", study.run_id, "--out", "board", "--as-of", "2026-06-01")
    assert answer.code == 0
    assert "13,500" in answer.out
    assert "哇让抽水蓄能电站" in answer.out
    assert {path.name for path in (here / "board").iterdir()} == {
        "board.html", "board.xlsx", "board.json", "tables",
    }  # fmt: skip


def test_board_without_values_says_so(call, here):
    answer = call("projects", "board", "--lang", "en")
    assert answer.code == 0
    assert "Values are not computed" in answer.out
    tables = json.loads(call("projects", "board", "--json").out)["tables"]
    assert [table["key"] for table in tables][:2] == ["board_matrix", "board_checks"]


@pytest.mark.parametrize("args", [["--value", "none"], ["--as-of", "June"], ["--log", "."]])
def test_bad_input_of_the_board_exits_2(call, here, args):
    answer = call("projects", "board", *args)
    assert answer.code == 2
    assert answer.err


@pytest.mark.parametrize("command", ["list", "show", "advance", "board"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_help_teaches_with_an_example(call, command, lang):
    answer = call("--lang", lang, "projects", command, "--help")
    assert answer.code == 0
    assert f"qhgrid projects {command} " in answer.out.split("╭")[0].split("\n", 3)[3]
