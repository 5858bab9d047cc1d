"""``qhgrid projects finance``: what it prints, and how it refuses."""

import json


def test_finance_of_a_project_prints_figures_and_where_they_are(call, short_run, tmp_path):
    words = ("projects", "finance", short_run.folder, "--project", "qinggui_dc", "--scale-to-year")
    answer = call(*words, "--out", tmp_path)
    assert answer.code == 0
    assert "青桂直流" in answer.out
    assert "finance" in answer.out
    data = json.loads(call(*words, "--out", tmp_path, "--json").out)
    keys = [table["key"] for table in data["tables"]]
    assert {"finance_summary", "finance_qinggui_dc_cashflow", "finance_qinggui_dc_loan"} <= set(keys)


def test_a_figure_of_the_study_is_cited_with_the_command_that_makes_it_again(call, short_run, tmp_path):
    words = ("projects", "finance", short_run.folder, "--project", "qinggui_dc", "--scale-to-year")
    folder = json.loads(call(*words, "--out", tmp_path, "--json").out)["folder"]
    answer = call("cite", f"qhgrid:{folder[-12:]}/finance_summary/qinggui_dc/lcoe", "--out", tmp_path)
    assert answer.code == 0
    again = f"qhgrid projects finance {short_run.run_id} --price market --project qinggui_dc"
    assert f"{again} --repayment equal-principal --scale-to-year --lang zh" in answer.out


def test_finance_of_a_day_is_refused_with_the_way_out(call, short_run, tmp_path):
    answer = call("projects", "finance", short_run.folder, "--out", tmp_path)
    assert answer.code == 2
    assert "--scale-to-year" in answer.err
    assert not list(tmp_path.iterdir())


def test_finance_of_an_unknown_project_names_it(call, short_run):
    answer = call("projects", "finance", short_run.folder, "--project", "no_such")
    assert answer.code == 2
    assert "no_such" in answer.err


def test_finance_of_no_such_run_is_bad_input(call, tmp_path):
    answer = call("projects", "finance", "no-such-run", "--out", tmp_path)
    assert answer.code == 2
    assert "no-such-run" in answer.err


def test_finance_knows_two_prices(call, short_run):
    assert call("projects", "finance", short_run.folder, "--price", "guess").code == 2


def test_help_of_finance_teaches_by_example(call):
    assert "--price contract" in call("projects", "finance", "--help").out
