"""The finance study of a short run: its tables, documents, and that shares of plants add up."""

import shutil
import subprocess
from dataclasses import replace

import numpy as np
import pytest
from openpyxl import load_workbook

from qhgrid.errors import RunError
from qhgrid.facts import read_facts
from qhgrid.finance.parameters import Options
from qhgrid.finance.reading import Reading
from qhgrid.finance.study import run_finance
from qhgrid.finance.terms import FinanceError
from qhgrid.indicators.tables import Column, Table, TableRow, find_table
from qhgrid.papers.recompute import Workshop
from qhgrid.runs import cite, new_folder, open_run, write_json, write_manifest
from qhgrid.scenario import check_scenario
from qhgrid.study import verify_run

STATES = {
    "hainan_base": "可算",
    "warang_phs": "可算",
    "qinggui_dc": "可算",
    "cihaxia_hydro": "无法计算：本情景未计入其容量",
    "qingyu_full": "无法计算：在运项目，无新增投资",
    "ruoqiang_lingyang": "无法计算：输电线路与联络线无单独收费，成本计入输配电价",
    "vpp": "无法计算：没有模型要素（前期、勘探、规划研究或不在电力系统内）",
    "xining_computing": "无法计算：用电项目，收益不在电力侧",
    "laes_geermu": "无法计算：投资未公布，也无单位造价",
}
"""Projects of the study, one of each kind, and their states."""


@pytest.fixture(scope="module")
def study(short_run, tmp_path_factory):
    """Return a study of some projects on the short run, scaled to a year."""
    out = tmp_path_factory.mktemp("finance")
    return run_finance(str(short_run.folder), out, projects=tuple(STATES), scale_to_year=True)


@pytest.fixture(scope="module")
def tables(study):
    """Return the tables of the study."""
    return [Table.from_json(table) for table in study.figures()["tables"]]


@pytest.fixture(scope="module")
def reading(short_run):
    """Return the short run as finance reads it."""
    facts = read_facts()
    scenario = check_scenario(str(short_run.path("scenario.yaml")), (), facts).scenario
    return Reading(short_run.results(), scenario, facts)


@pytest.fixture
def no_documents(monkeypatch):
    """Leave out page and workbooks, whose fonts take longer than all the rest."""
    monkeypatch.setattr("qhgrid.finance.study.write_documents", lambda *arguments: None)


def test_every_project_has_a_state_and_those_that_can_be_have_figures(tables):
    summary = find_table(tables, "finance_summary")
    assert {row: summary.cell(row, "state") for row in summary.row_keys} == STATES
    for row, state in STATES.items():
        assert (summary.cell(row, "investment") is not None) == (state == "可算")
        assert (summary.row(row).mark == "假设") == (state == "可算")
    states = find_table(tables, "finance_states")
    assert states.cell("ok", "projects") == 3.0
    assert states.cell("sum", "projects") == float(len(STATES))


def test_a_published_investment_is_what_the_register_says_with_interest(tables):
    """The run counts half of 哇让, 159.4亿; the flows spend less, because the total holds the interest."""
    summary, flows = find_table(tables, "finance_summary"), find_table(tables, "finance_warang_phs_cashflow")
    loan = find_table(tables, "finance_warang_phs_loan")
    assert summary.number("warang_phs", "investment") == pytest.approx(159.4 / 2.0)
    spent = flows.number("construction", "total")
    assert spent + loan.number("capitalised", "total") == pytest.approx(159.4 / 2.0)
    assert 0.0 < spent < 159.4 / 2.0


def test_the_summary_has_the_columns_that_others_read(tables):
    wanted = (
        "investment revenue irr_project_before_tax irr_project_after_tax irr_equity_before_tax "
        "irr_equity_after_tax npv payback lcoe dscr_min enpv eirr state"
    )
    assert set(wanted.split()) <= set(find_table(tables, "finance_summary").column_keys)


@pytest.mark.parametrize("project", ["hainan_base", "warang_phs", "qinggui_dc"])
def test_annex_tables_add_up(tables, project):
    flows, loan = (find_table(tables, f"finance_{project}_{name}") for name in ("cashflow", "loan"))
    for column in flows.column_keys:
        net = flows.number("inflow", column) - flows.number("outflow", column)
        assert net == pytest.approx(flows.number("net_before_tax", column), abs=1e-9)
        after = flows.number("net_before_tax", column) - flows.number("adjusted_tax", column)
        assert after == pytest.approx(flows.number("net_after_tax", column), abs=1e-9)
    last = flows.column_keys[-1]
    assert flows.number("sum_after_tax", last) == pytest.approx(flows.number("net_after_tax", "total"))
    owed = loan.number("drawn", "total") + loan.number("capitalised", "total")
    assert loan.number("principal", "total") == pytest.approx(owed)
    assert loan.number("closing", last) == pytest.approx(0.0, abs=1e-9)


def test_equity_and_lender_share_the_flows_of_all_capital(tables):
    flows, equity, loan = (
        find_table(tables, f"finance_warang_phs_{name}") for name in ("cashflow", "equity", "loan")
    )
    for column in flows.column_keys:
        lender = loan.number("service", column) - loan.number("drawn", column)
        together = equity.number("net_before_tax", column) + lender
        assert together == pytest.approx(flows.number("net_before_tax", column), abs=1e-9)


def test_the_unchanged_case_of_the_sensitivity_is_the_summary(tables):
    table, summary = (
        find_table(tables, "finance_qinggui_dc_sensitivity"),
        find_table(tables, "finance_summary"),
    )
    assert table.row_keys[0] == "base"
    assert len(table.rows) == 1 + 4 * 4
    for column in ("irr_project_before_tax", "irr_equity_after_tax", "npv"):
        assert table.number("base", column) == pytest.approx(summary.number("qinggui_dc", column))
    assert table.number("price_p10", "npv") > table.number("base", "npv") > table.number("price_m10", "npv")
    assert table.number("investment_m10", "npv") > table.number("investment_p10", "npv")


def test_sources_of_funds_are_uses_of_funds(tables):
    found = find_table(tables, "finance_hainan_base_measures")
    uses = found.number("construction", "value") + found.number("capitalised", "value")
    assert found.number("equity", "value") + found.number("loan", "value") == pytest.approx(uses)
    assert found.number("equity", "value") == pytest.approx(0.2 * uses)
    assert found.number("payback", "value") >= found.number("payback_before_tax", "value")


def test_what_rests_on_no_approved_price_says_so(tables):
    summary = find_table(tables, "finance_summary")
    assert "容量电价未核定" in str(summary.cell("warang_phs", "remark"))
    assert "输电价格未核定" in str(summary.cell("qinggui_dc", "remark"))


def test_what_is_assumed_is_listed_with_range_and_source(tables):
    inputs = find_table(tables, "finance_inputs")
    row = inputs.row("pumped_storage.capacity_payment")
    assert row.mark == "假设"
    assert inputs.number(row.key, "low") < inputs.number(row.key, "value") < inputs.number(row.key, "high")
    assert "未核定" in str(inputs.cell(row.key, "source"))


def test_claims_of_the_study_never_exceed_what_was_made(tables):
    claims = find_table(tables, "finance_claims")
    assert claims.rows
    for row in claims.row_keys:
        made, sold, ccer, left = (claims.number(row, c) for c in ("made", "certificate", "ccer", "unclaimed"))
        assert sold + ccer + left == pytest.approx(made)
        assert min(sold, ccer, left) >= 0.0


@pytest.mark.parametrize("technology", ["pv", "wind", "battery"])
def test_shares_of_plants_add_up_to_what_the_run_made(reading, technology):
    plants = [plant for plant in reading.fleet.values() if plant.technology == technology]
    pieces = [reading.piece(f"fleet:{plant.id}") for plant in plants]
    given = sum(piece.given_mw for piece in pieces)
    component, variable = ("storage_unit", "p_dispatch") if technology == "battery" else ("generator", "p")
    results = reading.results
    own = results[f"{component}_technology"].to_numpy().astype(str) == technology
    values = results[f"{component}_{variable}"].transpose("snapshot", component).to_numpy()[:, own]
    assert given == pytest.approx(values.sum(axis=1), rel=1e-9, abs=1e-6)


def test_twin_plants_of_a_bus_make_alike_per_megawatt(reading):
    one, other = (reading.piece(f"fleet:hainan_base_pv_{number}") for number in (1, 2))
    assert one.given_mw / one.capacity_mw == pytest.approx(other.given_mw / other.capacity_mw)


def test_extra_turbines_get_what_the_others_cannot_give(reading):
    """With all flows doubled the dam gives more than its turbines before; only that is the uprate's."""
    results = reading.results.copy()
    results["link_p1"] = results["link_p1"] * 2.0
    rules = reading.scenario.model_copy(deep=True)
    grades = (*rules.fleet.grades, "G2")
    wider = rules.model_copy(update={"fleet": rules.fleet.model_copy(update={"grades": grades})})
    facts = reading.facts
    dams = {
        **facts.hydro_plants,
        "longyangxia": replace(facts.hydro_plants["longyangxia"], uprate_mw=500.0, uprate_grade="G4"),
    }
    doubled = Reading(results, wider, replace(facts, hydro_plants=dams))
    old, new = (doubled.piece(f"{kind}:longyangxia") for kind in ("hydro", "hydro_uprate"))
    single = reading.piece("hydro:longyangxia")
    assert old.given_mw + new.given_mw == pytest.approx(single.given_mw * 2.0)
    assert old.given_mw.max() <= old.capacity_mw + 1e-9
    assert np.all((new.given_mw == 0.0) | (old.given_mw >= old.capacity_mw - 1e-9))


def test_a_run_that_no_longer_fits_the_fact_tables_is_refused(reading):
    fleet = reading.scenario.fleet.model_copy(update={"scale": {"pv": 0.5}})
    other = Reading(reading.results, reading.scenario.model_copy(update={"fleet": fleet}), reading.facts)
    with pytest.raises(FinanceError, match="Run the scenario again"):
        other.piece("fleet:hainan_base_pv_1")


def test_a_run_shorter_than_a_year_is_refused(short_run, tmp_path):
    with pytest.raises(FinanceError, match=r"covers 24 h.*--scale-to-year"):
        run_finance(str(short_run.folder), tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_same_inputs_give_the_same_bytes_and_are_reused(short_run, study, tmp_path):
    again = run_finance(str(short_run.folder), tmp_path, projects=tuple(STATES), scale_to_year=True)
    assert again.name == study.name
    assert again.manifest.files == study.manifest.files
    assert run_finance(str(short_run.folder), tmp_path, projects=tuple(STATES), scale_to_year=True).is_reused


def test_other_prices_are_another_study(short_run, study, tmp_path, no_documents):
    options = Options(price="contract", repayment="equal-instalment", tax_holiday=True)
    other = run_finance(
        str(short_run.folder), tmp_path, projects=("qinggui_dc",), options=options, scale_to_year=True
    )
    assert other.run_id != study.run_id
    assert other.manifest.inputs.settings["price"] == "contract"


def test_a_cell_of_the_study_can_be_cited(study):
    found = cite(f"qhgrid:{study.run_id}/finance_summary/qinggui_dc/npv", study.folder.parent)
    assert found.unit == "亿元"
    assert isinstance(found.value, float)
    assert found.mark == "假设"


def test_the_page_holds_every_project_and_the_workbooks_open(study):
    page = study.path("finance.html").read_text(encoding="utf-8")
    for name in ("哇让抽水蓄能电站", "不满一年", "绿色权益台账", "国民经济评价"):
        assert name in page
    assert sorted(path.name for path in study.path("annexes").iterdir()) == [
        "hainan_base.xlsx",
        "qinggui_dc.xlsx",
        "warang_phs.xlsx",
    ]
    assert "项目财务评价汇总" in load_workbook(study.path("finance.xlsx")).sheetnames


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_spreadsheet_finds_the_same_internal_rates_and_present_value(study, tmp_path):
    """LibreOffice works out IRR and NPV of the flows in the sheets, and they are ours to 1e-6."""
    book = study.path("annexes/qinggui_dc.xlsx")
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    words = ["soffice", profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML"]
    subprocess.run(
        [*words, "--outdir", str(tmp_path), str(book)], check=True, capture_output=True, timeout=120
    )
    sheet = load_workbook(tmp_path / book.name, data_only=True)["复核"]
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert len(rows) == 5
    for _, theirs, ours, _ in rows:
        assert theirs == pytest.approx(ours, abs=1e-6)


def value_study(run, out, **cells):
    """Write a value study of a run whose table of take-one-out holds one project."""
    columns = tuple(Column(name, name, name, "亿元" if "cost" in name else "万吨") for name in cells)
    row = TableRow("qinggui_dc", "青桂直流", "Qinggui", tuple(cells.values()))
    table = Table("value_out", "价值", "value", "", columns, (row,), "-", "-")
    inputs = replace(run.manifest.inputs, kind="value", settings={"cells": cells})
    with new_folder(out, inputs.folder_name) as part:
        write_json(part / "figures.json", {"figures": [], "targets": [], "tables": [table.to_json()]})
        write_manifest(part, inputs, {"zh": "价值", "en": "value"}, {})
    return open_run(out / inputs.folder_name)


def test_the_saving_of_a_value_study_is_the_benefit_to_the_economy(short_run, tmp_path, no_documents):
    """20亿 a day, between 15 and 25, and 100万吨 of CO2 at 200 - 75 beyond the price of the run; 365 days."""
    value = value_study(short_run, tmp_path, cost=20.0, cost_low=15.0, cost_high=25.0, co2=100.0)
    study = run_finance(
        str(short_run.folder), tmp_path, projects=("qinggui_dc",), value=value.run_id, scale_to_year=True
    )
    found = [Table.from_json(table) for table in study.figures()["tables"]]
    economy, flows = find_table(found, "finance_economy"), find_table(found, "finance_qinggui_dc_economy")
    assert economy.cell("qinggui_dc", "basis") == "系统价值"
    assert flows.number("benefit", "y04") == pytest.approx(20.0 * 365.0)
    assert flows.number("co2", "y04") == pytest.approx(100e4 * 125.0 / 1e8 * 365.0)
    low, middle, high = (economy.number("qinggui_dc", name) for name in ("enpv_low", "enpv", "enpv_high"))
    assert middle - low == pytest.approx(high - middle)
    assert low < middle < high


def test_a_paper_makes_the_study_again_from_its_settings(study, short_run, tmp_path, no_documents):
    done = {short_run.run_id: short_run}
    again = Workshop(tmp_path, short_run.folder.parent, done=done).again(study)
    assert again.name == study.name
    assert again.figures() == study.figures()


def test_a_study_that_names_no_run_cannot_be_made_again(study, tmp_path):
    inputs = replace(study.manifest.inputs, settings={})
    other = replace(study, manifest=replace(study.manifest, inputs=inputs))
    with pytest.raises(RunError, match="does not say which run"):
        Workshop(tmp_path, tmp_path).again(other)


def test_the_files_of_a_study_are_verified_and_it_is_not_run_as_a_scenario(study):
    assert verify_run(str(study.folder), quick=True).passed
    with pytest.raises(RunError, match=r"is a study .finance.*--quick"):
        verify_run(str(study.folder))


def test_a_study_is_not_taken_for_a_run_nor_for_a_value_study(study, short_run):
    with pytest.raises(FinanceError, match="is a study \\(finance\\), not a run"):
        run_finance(str(study.folder))
    with pytest.raises(FinanceError, match="is not a value study"):
        run_finance(str(short_run.folder), value=str(study.folder))


def test_a_value_study_of_another_scenario_is_refused(short_run, tmp_path):
    inputs = replace(short_run.manifest.inputs, scenario_text="name: other")
    other = replace(short_run, manifest=replace(short_run.manifest, inputs=inputs))
    value = value_study(other, tmp_path, cost=1.0, cost_low=1.0, cost_high=1.0)
    with pytest.raises(FinanceError, match="is a study of another scenario"):
        run_finance(str(short_run.folder), value=str(value.folder))


def test_an_unknown_project_is_refused(short_run):
    with pytest.raises(FinanceError, match="--project no_such: is not in the register"):
        run_finance(str(short_run.folder), projects=("no_such", "warang_phs"))
