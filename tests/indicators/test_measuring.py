"""measure(): everything of the two-day system by hand, and reconciled with independent loops."""

import json

import pytest
import xarray as xr

from qhgrid import indicators as room
from qhgrid.errors import FactsError
from qhgrid.indicators import Figure, Table, cite, find_figure, find_table
from qhgrid.indicators.measuring import measure, scorecard
from tests.indicators import reconcile, second_way, systems


def test_the_hand_made_system_balances_at_every_bus_in_every_hour():
    assert second_way.nodal_residual(systems.two_days()) < 1e-9


def test_every_table_of_the_hand_made_system_reconciles(indicators):
    reconcile.check_everything(indicators, systems.two_days(), systems.OBJECTIVE)


def test_the_loops_find_a_table_that_does_not_reconcile(indicators):
    """One MWh of PV more in the results than in the tables must be found."""
    wrong = systems.two_days()
    p = wrong["generator_p"].copy()
    p[12, 0] += 1.0
    wrong["generator_p"] = p
    with pytest.raises(AssertionError):
        reconcile.check_everything(indicators, wrong, systems.OBJECTIVE)


def test_the_tables_come_in_a_fixed_order(indicators):
    assert [table.key for table in indicators.tables] == [
        "power_balance",
        "capacity_credit",
        "energy_balance",
        "peaking_balance",
        "capacity_by_grade",
        "capacity_by_prefecture",
        "generation_by_prefecture",
        "demand_by_prefecture",
        "demand_by_class",
        "demand_drivers",
        "flexible_load",
        "hydrogen",
        "computing",
        "salt_lake_match",
        "corridors",
        "corridors_clean",
        "corridors_by_month",
        "corridors_base",
        "corridors_steps_cost",
        "corridors_steps",
        "ties",
        "line_loading",
        "storage",
        "thermal_plants",
        "csp_heat",
        "curtailment_by_hour",
        "cost",
        "shortages",
        "river_plants",
        "river_balance",
        "river_flows",
        "river_levels",
        "river_limits",
        "river_head",
        "river_bands",
    ]


def test_figures_have_keys_of_their_own_and_everything_survives_json(indicators):
    keys = [figure.key for figure in indicators.figures]
    assert len(set(keys)) == len(keys)
    for thing in (*indicators.figures, *indicators.targets, *indicators.tables):
        assert type(thing).from_json(json.loads(json.dumps(thing.to_json(), ensure_ascii=False))) == thing


def test_every_figure_says_what_it_is_in_both_languages_and_names_its_inputs(indicators):
    results, files = (
        systems.two_days(),
        ("fleet.csv", "hydro_plants.csv", "technologies.csv", "corridors.csv", "demand.csv", "costs.csv"),
    )
    for figure in indicators.figures:
        assert figure.label_zh
        assert figure.label_en
        assert figure.definition_zh
        assert figure.definition_en
        assert all(name in results or name in files for name in figure.inputs), figure.key


def test_each_target_has_the_figure_of_its_key(indicators):
    for target in indicators.targets:
        assert find_figure(indicators.figures, target.key).value == target.value


def test_a_cell_of_every_table_can_be_cited(indicators):
    for table in indicators.tables:
        if table.rows:
            row, column = table.rows[0].key, table.columns[0].key
            assert cite(
                indicators.figures, indicators.tables, f"{table.key}/{row}/{column}"
            ).value == table.cell(row, column)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("generation.total", 0.4272),
        ("generation.pv", 0.1),
        ("full_load_hours.coal", 28.8),
        ("demand.total", 0.2916),
        ("curtailment.pv", 0.02),
        ("curtailment_rate.pv", 100 / 6),
        ("curtailment_rate.wind", 0.0),
        ("curtailment.hydro_spill", 0.00576),
        ("corridor.qingyu.sent", 0.136),
        ("corridor.qingyu.received", 0.1292),
        ("exchange.exports", 0.1392),
        ("exchange.imports", 0.0048),
        ("storage.charge", 0.008),
        ("storage.discharge", 0.0064),
        ("co2.total", 14_400 * 0.3 * 2.66 / 1e4),
        ("co2.intensity", 14_400 * 0.3 * 2.66 / 42_720),
        ("shortage.unserved", 50.0),
        ("shortage.dump", 10.0),
        ("cost.total", systems.OBJECTIVE / 1e8),
        ("build_rate.total", 30.0),
        ("build_rate.coal", 10.0),
        ("build_rate.hydro", 0.0),
        ("grade.A", 40.0),
        ("grade_up_to.G4", 310.0),
        ("grade.assumed_rows", 40.0),
        ("capacity.csp", 12.0),
    ],
)
def test_a_figure_equals_what_the_docstring_of_the_system_says(indicators, key, value):
    """Figures in 万千瓦, 亿千瓦时, 万吨 and 亿元; the build rate is (3 500 - 2 000) MW in 5 years."""
    assert find_figure(indicators.figures, key).value == pytest.approx(value, abs=1e-12)


def test_what_rests_on_assumed_rows_is_marked_and_nothing_else(indicators):
    marks = {figure.key: figure.mark for figure in indicators.figures}
    assert (
        marks["generation.pv"] == marks["capacity.pv"] == marks["scorecard.tgt01.with_all_storage"] == "假设"
    )
    assert marks["grade.A"] == marks["demand.total"] == "假设"
    assert (
        marks["generation.coal"] == marks["capacity.hydro"] == marks["grade.G5"] == marks["co2.total"] == ""
    )


def test_there_is_no_build_rate_before_the_base_year_is_over():
    now = measure(systems.two_days(), systems.scenario(year=2025), systems.facts(), systems.OBJECTIVE)
    assert find_figure(now.figures, "build_rate.total").value is None


def test_a_shortage_is_listed_in_words(indicators):
    table = find_table(indicators.tables, "shortages")
    assert table.cell("s0001", "words") == "1月31日20时 海南 缺口 50 MW"
    assert (table.cell("s0001", "kind"), table.cell("s0002", "kind")) == ("缺口", "余电")
    assert table.number("s0001", "energy") == 50.0
    assert (
        "无缺电"
        in find_table(
            measure(systems.two_days(), systems.scenario(), systems.facts(), 0.0).tables, "shortages"
        ).note_zh
    )


def test_an_unknown_technology_in_the_results_is_an_error():
    strange = systems.two_days()
    names = strange["generator_technology"].to_numpy().copy()
    names[2] = "fusion"
    strange["generator_technology"] = ("generator", names)
    with pytest.raises(FactsError, match="fusion"):
        measure(strange, systems.scenario(), systems.facts(), systems.OBJECTIVE)


def test_the_scorecard_alone_is_the_same_as_in_the_whole(indicators):
    card = scorecard(systems.two_days(), systems.scenario(), systems.facts(), systems.OBJECTIVE)
    assert (card.figures, card.targets) == (indicators.figures, indicators.targets)


def test_measuring_twice_gives_the_same(indicators):
    shortages = (systems.Shortage("hainan", 50.0), systems.Shortage("hainan", 10.0, kind="dump"))
    again = measure(systems.two_days(), systems.scenario(), systems.facts(), systems.OBJECTIVE, shortages)
    assert again == indicators


def test_results_read_back_from_a_file_measure_the_same(indicators, tmp_path):
    systems.two_days().to_netcdf(tmp_path / "results.nc")
    with xr.open_dataset(tmp_path / "results.nc") as results:
        read = measure(results.load(), systems.scenario(), systems.facts(), systems.OBJECTIVE)
    assert read.figures == indicators.figures


def test_the_room_offers_measure_without_importing_it_at_once():
    assert room.measure is measure
    assert room.TargetResult.__name__ == "TargetResult"
    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        _ = room.nothing_of_the_kind


def test_every_number_is_a_plain_float(indicators):
    def is_plain(value):
        return value is None or type(value) in (float, str)

    assert all(is_plain(figure.value) for figure in indicators.figures if isinstance(figure, Figure))
    for table in indicators.tables:
        assert isinstance(table, Table)
        assert all(is_plain(value) for row in table.rows for value in row.values), table.key
