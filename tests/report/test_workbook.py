import time
import zipfile

from openpyxl import Workbook, load_workbook

from qhgrid.workbook import save_deterministic, workbook_bytes


def _workbook() -> Workbook:
    workbook = Workbook()
    workbook.active["A1"] = "青海"
    workbook.active["B1"] = 1.65
    return workbook


def test_two_saves_at_different_times_have_the_same_bytes(monkeypatch):
    first = workbook_bytes(_workbook())
    later = time.time() + 86_400 * 400
    monkeypatch.setattr(time, "time", lambda: later)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(later))
    time.sleep(1.1)
    assert workbook_bytes(_workbook()) == first


def test_a_saved_workbook_carries_one_fixed_date_and_reads_back(tmp_path):
    path = save_deterministic(_workbook(), tmp_path / "a.xlsx")
    with zipfile.ZipFile(path) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2000, 1, 1, 0, 0, 0)}
        assert archive.read("docProps/core.xml").count(b"2000-01-01T00:00:00Z") == 2
    sheet = load_workbook(path).active
    assert (sheet["A1"].value, sheet["B1"].value) == ("青海", 1.65)


def test_other_content_gives_other_bytes():
    changed = _workbook()
    changed.active["B1"] = 1.66
    assert workbook_bytes(changed) != workbook_bytes(_workbook())
