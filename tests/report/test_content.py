"""What a report says, and that its charts say the same as its tables."""

import numpy as np
import pytest

from qhgrid.report import build_document
from qhgrid.report.charts_energy import monthly_balance, week, weeks
from qhgrid.report.charts_exchange import corridor_durations, duration_curve, price_durations, weighted_price
from qhgrid.report.content import SECTIONS, TABLES_OF_SECTION, TILE_FIGURES
from qhgrid.report.document import Items, Paragraph, Tiles
from tests.indicators import systems
from tests.report import studies


def chart(document, key):
    return next(chart for chart in document.charts if chart.key == key)


def series(chart, label):
    return next(one for one in chart.series if one.label == label)


def texts(document, kind):
    return [b.text for b in document.blocks if isinstance(b, Paragraph) and b.kind == kind]


def test_sections_come_in_reading_order_and_none_is_empty():
    document = studies.document()
    order = [key for key, _ in SECTIONS]
    keys = [section.key for section in document.sections]
    assert keys == [key for key in order if key in keys]
    assert {"scorecard", "energy", "weeks", "corridors", "curtailment", "map", "capacity"} <= set(keys)
    assert all(section.blocks for section in document.sections)


def test_every_table_of_the_run_with_rows_stands_in_the_report_once():
    study = studies.study()
    document = build_document(**studies.arguments(study))
    printed = [table.key for table in document.tables]
    assert len(printed) == len(set(printed))
    assert {table.key for table in study.indicators.tables if table.rows} <= set(printed)


def test_named_tables_and_tiles_exist_in_the_indicators():
    study = studies.study()
    known = {table.key for table in study.indicators.tables}
    assert {key for keys in TABLES_OF_SECTION.values() for key in keys} <= known
    assert set(TILE_FIGURES) <= set(study.figures)


def test_title_block_names_run_scenario_hours_and_certificate():
    facts = dict(studies.document().facts)
    assert facts["运行编号"] == studies.RUN_ID
    assert "2030-01-31 00:00 至 2030-02-01 23:00" in facts["调度时段"]
    assert "48 h" in facts["调度时段"]
    assert "不足全年" in facts["调度时段"]
    assert facts["最优性证书"].startswith("有效")
    assert "间隙 2.0e-06" in facts["最优性证书"]
    assert "3.0e-09 MW" in facts["最优性证书"]


def test_an_invalid_certificate_is_called_so():
    document = build_document(**studies.arguments(studies.study(is_valid=False)))
    assert dict(document.facts)["最优性证书"].startswith("无效")


def test_a_short_horizon_is_said_before_any_figure():
    first = studies.document().sections[0].blocks
    warning = next(place for place, block in enumerate(first) if getattr(block, "kind", "") == "warning")
    tiles = next(place for place, block in enumerate(first) if isinstance(block, Tiles))
    assert warning < tiles
    assert "48 小时" in first[warning].text


def test_monthly_bars_are_the_energy_balance_by_hand():
    balance = monthly_balance(studies.study())
    assert balance.categories == ("1月", "2月")
    assert series(balance, "光伏").values == pytest.approx([5000 / 1e5] * 2)
    assert series(balance, "水电").values == pytest.approx([5760 / 1e5] * 2)
    assert series(balance, "省外受入").values == pytest.approx([240 / 1e5] * 2)
    assert series(balance, "缺口").values == pytest.approx([50 / 1e5, 0.0])
    lines = series(balance, "省内负荷").values, series(balance, "负荷＋外送").values
    assert lines[0] == pytest.approx([(14_560 + 50 - 10) / 1e5, 14_560 / 1e5])
    assert np.subtract(lines[1], lines[0]) == pytest.approx([(6800 + 160) / 1e5] * 2)


def test_the_stack_of_a_week_is_demand_and_exports_and_charging_in_every_hour():
    study = studies.study()
    chart = week(study, "other", 0, 48)
    areas = np.array([one.values for one in chart.series if one.shape == "area"])
    top = np.where(areas > 0, areas, 0.0).sum(axis=0)
    charging = -np.where(areas < 0, areas, 0.0).sum(axis=0)
    dumped = study.ledger.dump.to_numpy() / 10.0
    wanted = np.array(series(chart, "负荷＋外送").values) + charging + dumped
    assert top == pytest.approx(wanted)


def test_a_horizon_with_winter_and_summer_shows_a_week_of_each():
    charts, missing = weeks(studies.study(studies.days("2030-01-05", "2030-07-05")))
    assert [chart.key for chart in charts] == ["week_winter", "week_summer"]
    assert charts[0].labels[0] == "01-05 00:00"
    assert charts[1].labels[0] == "07-05 00:00"
    assert all(len(chart.labels) == 168 for chart in charts)
    assert missing == ()


def test_the_winter_week_is_the_one_with_most_net_load():
    results = studies.days("2030-01-05", count=12)
    more = results["load_p"].to_numpy().copy()
    more[24 * 4 : 24 * 11] += 100.0
    results["load_p"] = (results["load_p"].dims, more)
    charts, missing = weeks(studies.study(results))
    assert charts[0].labels[0] == "01-09 00:00"
    assert len(missing) == 1
    assert "夏季" in missing[0]


def test_without_a_full_week_the_first_days_are_shown_and_both_seasons_named_missing():
    document = studies.document()
    assert len(chart(document, "week_other").labels) == 48
    warnings = " ".join(texts(document, "warning"))
    assert "冬季" in warnings
    assert "夏季" in warnings


def test_a_gap_in_the_hours_never_lies_inside_a_week():
    results = studies.days("2030-01-01", "2030-01-20", count=5)
    _, missing = weeks(studies.study(results))
    assert len(missing) == 2


def test_duration_curves_fall_and_keep_the_extremes():
    values = np.random.default_rng(1).normal(size=8760)
    curve = duration_curve("x", values, "#000000")
    assert len(curve.ys) <= 240
    assert list(curve.ys) == sorted(curve.ys, reverse=True)
    assert (curve.ys[0], curve.ys[-1]) == (values.max(), values.min())
    assert (curve.xs[0], curve.xs[-1]) == (0.0, 8759.0)


def test_the_corridor_curve_is_the_sent_power_with_its_rating():
    chart = corridor_durations(studies.study())
    sent, rating = chart.curves
    assert sent.ys.count(pytest.approx(40.0)) == 20
    assert sent.ys.count(pytest.approx(20.0)) == 28
    assert set(rating.ys) == {40.0}
    assert rating.shape == "dashed"


def test_curtailment_heat_map_holds_the_curtailed_power_by_hand():
    heat = chart(studies.document(), "curtailment_month_hour")
    assert heat.columns == ("1月", "2月")
    assert heat.values[12] == pytest.approx([(100 + 50 * 0.4) / 10] * 2)
    assert heat.values[3] == pytest.approx([0.0, 0.0])


def test_day_heat_map_has_a_column_for_each_day():
    heat = chart(studies.document(), "curtailment_day_hour")
    assert heat.columns == ("01-31", "02-01")
    assert len(heat.values) == 24


def test_prices_are_weighted_by_demand():
    results = systems.two_days()
    prices = results["bus_marginal_price"].to_numpy().copy()
    names = results["bus"].to_numpy().tolist()
    prices[:, names.index("hainan")] = 300.0
    prices[:, names.index("haixi")] = 100.0
    results["bus_marginal_price"] = (results["bus_marginal_price"].dims, prices)
    study = studies.study(results)
    load = results["load_p"].to_numpy()
    expected = (load[:, 0] * 300 + load[:, 1] * 100) / load.sum(axis=1)
    assert weighted_price(study) == pytest.approx(expected)
    assert {curve.label for curve in price_durations(study).curves} == {"hainan", "haixi"}


def test_capacity_charts_add_up_to_the_counted_fleet():
    document = studies.document()
    for key in ("capacity_by_grade", "capacity_by_prefecture"):
        whole = sum(sum(one.values) for one in chart(document, key).series)
        assert whole == pytest.approx((600 + 400 + 400 + 500 + 120 + 200 + 1280) / 10)
    assumed = series(chart(document, "capacity_by_grade"), "A 假设")
    assert sum(assumed.values) == pytest.approx(40.0)


def test_costs_in_the_chart_add_up_to_the_objective():
    costs = chart(studies.document(), "cost_by_component")
    whole = sum(sum(one.values) for one in costs.series)
    assert whole * 1e8 == pytest.approx(systems.OBJECTIVE, abs=2e4)


def test_reservoirs_are_drawn_in_volume_at_the_end_of_each_day():
    levels = chart(studies.document(), "reservoirs")
    assert levels.labels == ("01-31", "02-01")
    assert levels.series[0].values == pytest.approx([5000 * 3600 / 1e8] * 2)


def test_storage_is_hourly_on_a_short_and_daily_on_a_long_horizon():
    hourly = chart(studies.document(), "storage_levels")
    assert len(hourly.labels) == 48
    assert max(hourly.series[0].values) == pytest.approx(320 / 10)
    daily = build_document(**studies.arguments(studies.study(studies.days("2030-01-05", count=40))))
    levels = chart(daily, "storage_levels")
    assert len(levels.labels) == 40
    assert [one.shape for one in levels.series] == ["line", "dashed"]


def test_shortages_are_listed_in_the_words_of_the_dispatch():
    lists = [
        block for block in studies.document().blocks if isinstance(block, Items) and block.kind == "warning"
    ]
    assert lists[0].items == ("1月31日20时 海南 缺口 50 MW",)


def test_a_run_without_shortage_says_so():
    document = build_document(**studies.arguments(studies.study(shortages=())))
    assert len(texts(document, "good")) == 1


def test_a_system_without_corridors_storage_and_lines_still_makes_a_report():
    document = build_document(**studies.arguments(studies.study(studies.empty_results())))
    keys = {chart.key for chart in document.charts}
    assert not keys & {"corridor_durations", "corridor_days", "tie_durations", "storage_levels", "reservoirs"}
    assert "monthly_balance" in keys


def test_scores_carry_the_key_of_their_figure():
    document = studies.document()
    figures = {figure.key: figure.value for figure in document.figures}
    assert all(figures[score.key] == score.value for score in document.scores)


def test_licences_of_everything_bundled_are_named():
    last = studies.document().sections[-1].blocks[-1]
    assert all(word in " ".join(last.items) for word in ("ECharts 5.6.0", "qinghai.json", "Noto Sans SC"))
