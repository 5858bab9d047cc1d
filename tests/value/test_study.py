"""A study of values is a run folder that depends on the projects and on nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from qhgrid.errors import QhgridError
from qhgrid.facts import Facts, read_facts
from qhgrid.indicators import Table
from qhgrid.runs import Run, cite
from qhgrid.value.cases import DispatchEvaluator
from qhgrid.value.intervals import ORIENTATION
from qhgrid.value.study import Wishes, value_projects

FACTS = read_facts()
DAY = ("horizon.start=2030-01-05", "horizon.end=2030-01-05")
FEW = Wishes(projects=("geermu_coal", "laes_geermu", "vpp"), pairs=0)


def study(out: Path, wishes: Wishes = FEW, facts: Facts = FACTS, workers: int = 1) -> Run:
    return value_projects("2030-plan", DAY, out, wishes=wishes, facts=facts, workers=workers)


def table(run: Run, key: str = "value_out") -> Table:
    return next(Table.from_json(one) for one in run.figures()["tables"] if one["key"] == key)


def content(run: Run) -> dict[str, bytes]:
    return {str(path.relative_to(run.folder)): path.read_bytes() for path in files(run)}


def files(run: Run) -> list[Path]:
    return sorted(path for path in run.folder.rglob("*") if path.is_file())


def with_twins() -> Facts:
    """Return facts with two batteries alike, each of a project of its own."""
    plant, row = FACTS.fleet["a_battery_tala"], FACTS.projects["laes_geermu"]
    fleet = {name: replace(plant, id=name, grade="G4") for name in ("twin_1", "twin_2")}
    projects = {name: replace(row, id=name, elements=(f"fleet:{name}",)) for name in fleet}
    return replace(FACTS, fleet={**FACTS.fleet, **fleet}, projects={**FACTS.projects, **projects})


@pytest.fixture
def _no_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out page and workbook, which take as long as the study itself."""
    monkeypatch.setattr("qhgrid.value.study.write_pages", lambda *given: None)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return study(tmp_path_factory.mktemp("plain"))


def test_a_study_holds_the_agreed_tables_and_can_be_cited(plain: Run) -> None:
    found = table(plain)
    assert found.row_keys == ("geermu_coal", "laes_geermu", "vpp")
    wanted = [f"{name}{end}" for name in ORIENTATION for end in ("", "_low", "_high", "_sign")]
    assert set(wanted) <= set(found.column_keys)
    assert found.cell_unit("geermu_coal", "cost") == "亿元"
    key = f"qhgrid:{plain.run_id}/value_out/geermu_coal/cost"
    assert cite(key, plain.folder.parent).value == found.cell("geermu_coal", "cost")
    assert {"report.html", "tables.xlsx", "scenario.yaml", "manifest.json"} <= set(content(plain))


def test_every_value_lies_in_its_interval_and_its_sign_follows(plain: Run) -> None:
    found = table(plain)
    for row in found.row_keys:
        for name in ORIENTATION:
            low, high = found.number(row, f"{name}_low"), found.number(row, f"{name}_high")
            assert low <= found.number(row, name) <= high
            sign = "正" if low > 0 else "负" if high < 0 else "零" if low == high else "未定"
            assert found.cell(row, f"{name}_sign") == sign


def test_a_project_without_an_element_is_worth_exactly_nothing(plain: Run) -> None:
    found = table(plain)
    assert [found.cell("vpp", f"cost{end}") for end in ("", "_low", "_high", "_sign")] == [
        0.0,
        0.0,
        0.0,
        "零",
    ]
    assert found.cell("vpp", "state") == "无调度要素"


def test_a_study_that_is_there_is_not_made_again(plain: Run) -> None:
    assert study(plain.folder.parent).is_reused


def test_the_number_of_workers_changes_no_byte(plain: Run, tmp_path: Path) -> None:
    assert content(study(tmp_path, workers=2)) == content(plain)


def test_the_order_of_the_register_changes_no_byte(plain: Run, tmp_path: Path) -> None:
    turned = replace(FACTS, projects=dict(reversed(FACTS.projects.items())))
    assert content(study(tmp_path, facts=turned)) == content(plain)


def test_a_study_that_was_cut_off_goes_on_where_it_stopped(
    plain: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = DispatchEvaluator.evaluate
    done: list[int] = []

    def breaks(self: DispatchEvaluator, members: frozenset[str], precision: str) -> object:
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(1)
        return whole(self, members, precision)

    monkeypatch.setattr(DispatchEvaluator, "evaluate", breaks)
    with pytest.raises(KeyboardInterrupt):
        study(tmp_path)
    again: list[int] = []
    monkeypatch.setattr(DispatchEvaluator, "evaluate", lambda *asked: (again.append(1), whole(*asked))[1])
    assert content(study(tmp_path)) == content(plain)
    assert len(again) == 1


@pytest.mark.usefixtures("_no_pages")
def test_a_new_name_changes_the_name_and_nothing_else(plain: Run, tmp_path: Path) -> None:
    row = FACTS.projects["geermu_coal"]
    others = {name: one for name, one in FACTS.projects.items() if name != row.id}
    renamed = replace(FACTS, projects={**others, "zz": replace(row, id="zz")})
    found = table(study(tmp_path, Wishes(projects=("zz",), pairs=0), renamed))
    assert found.row("zz").values == table(plain).row("geermu_coal").values


@pytest.mark.usefixtures("_no_pages")
def test_noise_on_costs_moves_no_settled_sign(plain: Run, tmp_path: Path) -> None:
    noisy = {
        name: replace(
            row, marginal_cost_cny_per_mwh=row.marginal_cost_cny_per_mwh * (1.0 + 1e-6 * (k % 3 - 1))
        )
        for k, (name, row) in enumerate(FACTS.technologies.items())
    }
    found, before = table(study(tmp_path, facts=replace(FACTS, technologies=noisy))), table(plain)
    for row in before.row_keys:
        for name in ORIENTATION:
            sign = before.cell(row, f"{name}_sign")
            assert found.cell(row, f"{name}_sign") in (sign, "未定") or sign == "未定"
        assert found.number(row, "cost") == pytest.approx(before.number(row, "cost"), rel=1e-3, abs=1e-9)


@pytest.mark.usefixtures("_no_pages")
def test_twins_are_worth_the_same(tmp_path: Path) -> None:
    found = table(study(tmp_path, Wishes(projects=("twin_1", "twin_2"), pairs=0), with_twins()))
    assert found.row("twin_1").values == found.row("twin_2").values
    assert found.cell("twin_1", "cost_sign") in ("正", "未定")


@pytest.mark.parametrize(
    ("wishes", "said"),
    [(Wishes(projects=("nobody",)), "--project nobody"), (Wishes(methods=("best",)), "--method best")],
)
def test_what_cannot_be_done_is_said_before_anything_runs(tmp_path: Path, wishes: Wishes, said: str) -> None:
    with pytest.raises(QhgridError, match=said):
        study(tmp_path, wishes)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("_no_pages")
def test_put_in_and_pairs_have_tables_of_their_own(tmp_path: Path) -> None:
    wishes = Wishes(("out", "in"), ("geermu_coal", "laes_geermu"), pairs=1)
    run = study(tmp_path, wishes)
    assert [one["key"] for one in run.figures()["tables"]] == ["value_out", "value_in", "value_pairs"]
    pairs = table(run, "value_pairs")
    assert {row.values[0] for row in pairs.rows} == {"geermu_coal"}
    assert len(pairs.rows) == len(ORIENTATION)
