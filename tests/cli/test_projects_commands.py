"""The commands of the project list."""

import json


def test_projects_list_prints_every_project_of_the_register(call):
    from qhgrid.facts import read_facts

    answer = call("projects", "list", "2030-plan", "--json")
    assert answer.code == 0
    rows = json.loads(answer.out)["tables"][0]["rows"]
    assert [row["key"] for row in rows] == list(read_facts().projects)


def test_projects_list_of_no_such_scenario_is_bad_input(call):
    answer = call("projects", "list", "no-such")
    assert answer.code == 2
    assert "no-such" in answer.err
