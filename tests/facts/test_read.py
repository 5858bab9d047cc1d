"""What is wrong with a table is said with file, line, column and mend, and all at once."""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path

import pytest

from qhgrid.errors import FactsError
from qhgrid.facts import read_facts


def _faults(folder: Path) -> list[str]:
    with pytest.raises(FactsError) as caught:
        read_facts(folder)
    return [str(fault) for fault in caught.value.faults]


def _replace(path: Path, old: str, new: str, count: int = 1) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {path.name}"
    path.write_text(text.replace(old, new, count), encoding="utf-8")


def test_a_copy_of_the_shipped_tables_reads_like_the_shipped_ones(tables, facts):
    copy = read_facts(tables)
    assert copy.fleet == facts.fleet
    assert copy.checksums() == facts.checksums()


def test_a_folder_is_read_once(tables):
    assert read_facts(tables) is read_facts(tables)


def test_facts_survive_pickling_with_their_views(facts):
    facts.cost("pv", "capex")
    assert pickle.loads(pickle.dumps(facts)) == facts


def test_checksums_name_each_table_and_change_with_its_bytes(tables, facts):
    _replace(tables / "costs.csv", "光伏投资", "光伏工程投资")
    changed = read_facts(tables).checksums()
    different = {name for name, digest in changed.items() if facts.checksums()[name] != digest}
    assert different == {"costs.csv"}
    assert list(changed) == sorted(changed)


def test_an_absent_register_is_empty(tables):
    shutil.rmtree(tables / "projects")
    facts = read_facts(tables)
    assert facts.projects == facts.element_shares == facts.project_bundles == {}


def test_all_missing_tables_are_named_at_once(tables):
    (tables / "fleet.csv").unlink()
    (tables / "costs.csv").unlink()
    faults = _faults(tables)
    assert len(faults) == 2
    assert all("the table is missing" in fault for fault in faults)


def test_a_folder_in_place_of_a_table_is_said(tables):
    (tables / "fleet.csv").unlink()
    (tables / "fleet.csv").mkdir()
    assert "fleet.csv: cannot be read" in _faults(tables)[0]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is missing|is empty"),
        (b"\xef\xbb\xbfid\n", "byte order mark"),
        (b"\xff\xfe\x00binary", "not CSV text in UTF-8"),
        (b'id,"open\n', "not CSV text in UTF-8"),
        (b"\n", "lacks"),
        (b"id,id\n", "repeats id"),
        (b"id,colour\n", "has 'colour'"),
    ],
)
def test_a_damaged_file_is_said(tables, content, message):
    (tables / "ties.csv").write_bytes(content)
    (fault,) = [f for f in _faults(tables) if f.startswith(("ties.csv", str(tables / "ties.csv")))]
    assert any(part in fault for part in message.split("|"))


@pytest.mark.parametrize(
    ("table", "old", "new", "message"),
    [
        (
            "fleet",
            "spic_xining,国家电投西宁火电,SPIC Xining,1320",
            "spic_xining,a,b,many",
            "value: 'many' is not a",
        ),
        ("fleet", "SPIC Xining,1320", "SPIC Xining,nan", "value: 'nan' is not a finite number"),
        ("fleet", "SPIC Xining,1320", "SPIC Xining,inf", "value: 'inf' is not a finite number"),
        ("fleet", "SPIC Xining,1320,MW", "SPIC Xining,1320,MWp", "unit: 'MWp' is not a known unit"),
        ("fleet", "OP,2016", "OP,2016.5", "in_service_year: '2016.5' is not a whole number"),
        ("technologies", ",yes,yes,no,pv", ",true,yes,no,pv", "is_clean: 'true' is neither yes nor no"),
        ("fleet", ",published,2×660", ",certain,2×660", "confidence: 'certain' is not a confidence"),
        ("fleet", "spic_xining", "huaneng_xining", "'huaneng_xining' stands twice"),
        ("fleet", "spic_xining", " spic_xining", "is no id"),
        ("fleet", "SPIC Xining,1320,MW,,", "SPIC Xining,1320,MW,1400,1500", "lies outside"),
        ("fleet", "spic_xining,", "spic_xining,,", "cells, the header"),
        (
            "costs",
            "pv.capex,光伏投资,PV investment,3000,CNY/kW,2600,",
            "pv.capex,a,b,3000,CNY/kW,,",
            "no range",
        ),
    ],
)
def test_a_bad_cell_is_said_with_its_line(tables, table, old, new, message):
    _replace(tables / f"{table}.csv", old, new)
    (fault,) = _faults(tables)
    assert message in fault
    assert fault.startswith(f"{table}.csv:")
    assert int(fault.split(":")[1]) > 1


def test_a_row_without_source_is_refused(tables):
    _replace(tables / "fleet.csv", "GEM Global Coal Plant Tracker, July 2023", "?")
    (fault,) = _faults(tables)
    assert "source: there is no source" in fault


def test_faults_of_all_tables_come_together(tables):
    _replace(tables / "fleet.csv", "SPIC Xining,1320", "SPIC Xining,x")
    _replace(tables / "ties.csv", ",6000,", ",y,")
    assert [fault.split(":")[0] for fault in _faults(tables)] == ["ties.csv", "fleet.csv"]


@pytest.mark.parametrize(
    ("table", "old", "new", "message"),
    [
        (
            "fleet",
            ",coal,xining,xining,OP",
            ",coke,xining,xining,OP",
            "'coke' is not in technologies.csv",
        ),
        (
            "fleet",
            ",coal,xining,xining,OP",
            ",coal,xining,nowhere,OP",
            "'nowhere' is not in stations.csv",
        ),
        (
            "fleet",
            ",coal,xining,xining,OP",
            ",coal,haixi,xining,OP",
            "station xining stands in xining",
        ),
        (
            "fleet",
            ",coal,xining,xining,OP",
            ",coal,xining,xining,G7",
            "'G7' is not a maturity grade",
        ),
        ("hydro_plants", ",600,G2,", ",600,G9,", "'G9' is not a maturity grade"),
        ("hydro_plants", ",banduo,hainan", ",bando,hainan", "'bando' is not in hydro_plants.csv"),
        ("fleet", "建成格尔木2×660MW火电机组", "建成格尔木3×660MW火电机组", "is not in plan_quotes.csv"),
        ("stations", "guanting,官亭,Guanting,750", "guanting,官亭,Guanting,", "there is no value"),
        (
            "cell_sources",
            "longyangxia uprate_mw,600",
            "longyangxia uprate_mw,700",
            "uprate_mw of longyangxia is not",
        ),
        ("cell_sources", ",hydro_plants,erduo,head_m,", ",hydro_plants,erdo,head_m,", "has no row 'erdo'"),
        ("prefectures", "xining,西宁市", "xinning,西宁市", "eight prefectures"),
    ],
)
def test_tables_that_contradict_each_other_are_refused(tables, table, old, new, message):
    _replace(tables / f"{table}.csv", old, new)
    assert any(message in fault for fault in _faults(tables))


def test_an_unknown_cost_or_technology_says_what_there_is(facts):
    with pytest.raises(FactsError, match=r"pv.price: no such cost. Known parameters: capex, "):
        facts.cost("pv", "price")
    with pytest.raises(FactsError, match="none for this item"):
        facts.cost("fusion", "capex")
    with pytest.raises(FactsError, match=r"no such technology\. Use one of: pv, wind"):
        facts.technology("fusion")


def test_looking_up_a_figure_without_value_is_refused(facts):
    from qhgrid.facts.tables import value_of

    with pytest.raises(FactsError, match="TGT-04: the row has no value"):
        value_of(facts.targets["TGT-04"])
