"""The commands of weather years and water years."""

from __future__ import annotations

import json


def test_weather_years_are_printed_with_mean_and_spread(call):
    answer = call("profiles", "years", "--count", "3", "--lang", "en")
    assert answer.code == 0
    assert "PV [h]" in answer.out
    assert "Spread" in answer.out


def test_weather_years_as_json_hold_every_figure(call):
    years = json.loads(call("profiles", "years", "--first", "2", "--count", "2", "--json").out)
    assert [year["number"] for year in years] == [2, 3]
    assert {"pv_hours", "calm_dark_weeks", "cold_spells", "degree_days"} <= set(years[0])


def test_page_that_is_not_there_is_refused(call, tmp_path):
    answer = call("profiles", "years", "--count", "1", "--page", str(tmp_path / "none.md"))
    assert answer.code == 2
    assert "there is no such page" in answer.err


def test_water_years_are_printed_beside_the_record(call):
    answer = call("profiles", "water", "--count", "50")
    assert answer.code == 0
    assert "dry 1970, median 1980, wet 2012" in answer.out
    report = json.loads(call("profiles", "water", "--count", "20", "--json").out)
    assert report["made_years"] == 20
    assert len(report["figures"]) == 7 + 36


def test_calibration_is_written_where_it_is_asked_for(call, tmp_path, monkeypatch):
    from qhgrid.profiles import weather_calibration
    from qhgrid.profiles.weather_model import read_weather_model

    monkeypatch.setattr(weather_calibration, "ROUNDS", 1)
    monkeypatch.setattr(weather_calibration.calibrate, "__defaults__", (2, 2, None))
    answer = call("profiles", "calibrate", "--out", str(tmp_path))
    assert answer.code == 0
    assert read_weather_model(tmp_path / "weather.nc").pattern.shape == (12, 24)


def test_series_is_imported_and_what_was_done_is_said(call, tmp_path):
    from qhgrid.clock import year_snapshots

    path, out = tmp_path / "wind.csv", tmp_path / "mine.nc"
    lines = [f"{moment:%Y-%m-%d %H:%M},{170 + 100 * (moment.hour > 12)}" for moment in year_snapshots(2023)]
    path.write_text("\n".join(["time,output", *lines]) + "\n")
    words = ("--variable", "wind", "--unit", "MW", "--capacity", "850", "--time-zone", "+08:00")
    more = ("--column", "output=haixi", "--rest", "shipped", "--out", str(out))
    answer = call("profiles", "import", str(path), *words, *more)
    assert answer.code == 0, answer.err
    assert "year 2023" in answer.out
    assert "from the shipped series" in answer.out
    report = json.loads(call("profiles", "import", str(path), *words, *more, "--json").out)
    assert report["labels"] == ["haixi"]
    call_check = call("check", "2030-plan", "--set", f"profiles.wind={out}")
    assert call_check.code == 0, call_check.err


def test_bad_import_ends_with_code_2_and_the_reason(call, tmp_path):
    words = ("--variable", "wind", "--out", str(tmp_path / "x.nc"))
    assert call("profiles", "import", str(tmp_path / "none.csv"), *words).code == 2
    for option, value, reason in (
        ("--label", "middle", "'middle' is not known. Use start, end."),
        ("--rest", "zero", "'zero' is not known. Use shipped."),
        ("--column", "haixi", "'haixi' is not NAME=VALUE"),
        ("--capacity", "much", "much is not a power in MW"),
    ):
        answer = call("profiles", "import", str(tmp_path / "none.csv"), *words, option, value)
        assert (answer.code, reason in answer.err) == (2, True)
    assert list(tmp_path.iterdir()) == []
