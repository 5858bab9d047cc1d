"""A run folder appears whole or not at all, whatever ends the process that writes it."""

import os
import signal
import subprocess
import sys
import time

import pytest

from qhgrid.errors import RunError
from qhgrid.runs import clean_leftovers, disk_errors, new_file, new_folder
from qhgrid.runs.folder import drop_open_folders, is_part

WRITER = """
import sys, time
from pathlib import Path
from qhgrid.runs import new_folder
with new_folder(Path(sys.argv[1]), "a-run") as part:
    (part / "data.txt").write_text("half")
    print("writing", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def writer(tmp_path):
    """Return a live process that is writing a run into ``tmp_path``."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "writing\n"
    yield process
    process.kill()
    process.communicate()


def write_half(out, error):
    """Begin to write a run into `out` and fail with `error`."""
    with new_folder(out, "a-run") as part:
        (part / "data.txt").write_text("half")
        raise error


def names(folder):
    """Return the names of everything in a folder."""
    return sorted(path.name for path in folder.iterdir())


def test_folder_appears_under_its_name_with_its_content(tmp_path):
    with new_folder(tmp_path / "deep" / "runs", "a-run") as part:
        (part / "data.txt").write_text("whole")
        assert is_part(part)
        assert not (tmp_path / "deep" / "runs" / "a-run").exists()
    assert (tmp_path / "deep" / "runs" / "a-run" / "data.txt").read_text() == "whole"
    assert names(tmp_path / "deep" / "runs") == ["a-run"]


def test_an_error_inside_leaves_nothing_behind_not_even_the_folders_made_for_it(tmp_path):
    with pytest.raises(ZeroDivisionError):
        write_half(tmp_path / "deep" / "runs", ZeroDivisionError())
    assert names(tmp_path) == []


def test_ctrl_c_inside_leaves_nothing_behind(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        write_half(tmp_path, KeyboardInterrupt())
    assert names(tmp_path) == []


def test_what_is_open_can_be_dropped_from_outside(tmp_path):
    with pytest.raises(RunError, match="cannot be written"), new_folder(tmp_path / "runs", "a-run"):
        drop_open_folders()
    assert not (tmp_path / "runs").exists()


def test_a_finished_folder_wins_over_a_second_one_of_the_same_name(tmp_path):
    for text in ("first", "second"):
        with new_folder(tmp_path, "a-run") as part:
            (part / "data.txt").write_text(text)
    assert (tmp_path / "a-run" / "data.txt").read_text() == "first"
    assert names(tmp_path) == ["a-run"]


def test_replace_puts_the_new_folder_in_the_place_of_the_old(tmp_path):
    for text in ("first", "second"):
        with new_folder(tmp_path, "a-run", replace=True) as part:
            (part / "data.txt").write_text(text)
    assert (tmp_path / "a-run" / "data.txt").read_text() == "second"
    assert names(tmp_path) == ["a-run"]


def test_killed_writer_leaves_a_part_folder_that_the_next_run_removes(tmp_path, writer):
    writer.kill()
    writer.wait()
    leftover = f".a-run.part-{writer.pid}"
    assert names(tmp_path) == [leftover]
    with new_folder(tmp_path, "another"):
        pass
    assert names(tmp_path) == ["another"]


def test_part_folder_of_a_live_writer_is_left_alone(tmp_path, writer):
    assert clean_leftovers(tmp_path) == ()
    assert names(tmp_path) == [f".a-run.part-{writer.pid}"]


def test_terminated_writer_can_be_followed_by_another_under_the_same_name(tmp_path, writer):
    writer.send_signal(signal.SIGTERM)
    writer.wait()
    with new_folder(tmp_path, "a-run") as part:
        (part / "data.txt").write_text("whole")
    assert (tmp_path / "a-run" / "data.txt").read_text() == "whole"


def test_unlocked_part_folder_whose_number_is_in_use_by_a_stranger_goes_after_a_minute(tmp_path):
    part = tmp_path / f".a-run.part-{os.getppid()}"
    part.mkdir()
    assert clean_leftovers(tmp_path) == ()
    long_ago = time.time() - 3600
    os.utime(part, (long_ago, long_ago))
    assert clean_leftovers(tmp_path) == (part.name,)


def test_half_replaced_folders_are_leftovers_too(tmp_path):
    (tmp_path / ".a-run.part-999999999-old").mkdir()
    (tmp_path / ".hidden").mkdir()
    (tmp_path / "a-run").mkdir()
    assert clean_leftovers(tmp_path) == (".a-run.part-999999999-old",)
    assert names(tmp_path) == [".hidden", "a-run"]


def test_out_that_is_a_file_is_refused_with_the_way_out(tmp_path):
    (tmp_path / "file").write_text("x")
    with (
        pytest.raises(
            RunError, match=r"file: cannot be written: File exists\. Give a folder with --out, not a file"
        ),
        new_folder(tmp_path / "file", "a-run"),
    ):
        pass


def test_out_below_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(RunError, match="Not a directory"), new_folder(tmp_path / "file" / "runs", "a-run"):
        pass


def test_out_without_permission_is_refused(tmp_path, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied", str(tmp_path))

    monkeypatch.setattr("pathlib.Path.mkdir", refuse)
    words = r"Permission denied\. Give a folder with --out in which you may write"
    with pytest.raises(RunError, match=words), new_folder(tmp_path / "runs", "a-run"):
        pass


def test_a_full_disk_at_the_last_moment_leaves_nothing_behind(tmp_path, monkeypatch):
    def refuse(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", refuse)
    words = r"No space left on device\. Free some space"
    with pytest.raises(RunError, match=words), new_folder(tmp_path / "runs", "a-run") as part:
        (part / "data.txt").write_text("x")
    assert names(tmp_path) == []


def write_file(path, content):
    """Write one file by way of a part file."""
    with new_file(path) as part:
        part.write_bytes(content)


LIMITED_WRITER = """
import resource, sys
from pathlib import Path
import numpy, xarray
from qhgrid.errors import RunError
from qhgrid.runs import disk_errors, new_folder
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    with new_folder(Path(sys.argv[1]), "a-run") as part, disk_errors(part):
        if sys.argv[2] == "netcdf":
            values = numpy.random.default_rng(1).random(100_000)
            xarray.Dataset({"p": ("t", values)}).to_netcdf(part / "data.nc")
        else:
            (part / "data.txt").write_text("x" * 100_000)
except RunError as error:
    print(error)
"""


@pytest.mark.parametrize("kind", ["netcdf", "text"])
def test_file_larger_than_the_system_allows_is_refused_and_leaves_nothing(tmp_path, kind):
    call = [sys.executable, "-c", LIMITED_WRITER, str(tmp_path / "runs"), kind]
    writer = subprocess.run(call, capture_output=True, text=True, check=False)
    assert writer.returncode == 0, writer.stderr
    assert "cannot be written" in writer.stdout
    assert names(tmp_path) == []


def test_single_file_is_replaced_whole(tmp_path):
    write_file(tmp_path / "file.csv", b"old")
    write_file(tmp_path / "file.csv", b"new")
    assert (tmp_path / "file.csv").read_bytes() == b"new"
    assert names(tmp_path) == ["file.csv"]


def test_single_file_that_fails_leaves_the_old_one(tmp_path, monkeypatch):
    def refuse(_handle):
        raise OSError(28, "No space left on device")

    write_file(tmp_path / "file.csv", b"old")
    monkeypatch.setattr("os.fsync", refuse)
    with pytest.raises(RunError, match="No space left"):
        write_file(tmp_path / "file.csv", b"new")
    assert (tmp_path / "file.csv").read_bytes() == b"old"
    assert names(tmp_path) == ["file.csv"]


def test_what_the_netcdf_library_cannot_write_counts_as_a_full_disk(tmp_path):
    words = r"cannot be written: NetCDF: HDF error\. Free some space"
    with pytest.raises(RunError, match=words), disk_errors(tmp_path):
        raise RuntimeError("NetCDF: HDF error")
    with pytest.raises(RuntimeError, match="a slip of ours"), disk_errors(tmp_path):
        raise RuntimeError("a slip of ours")


def test_single_file_in_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(RunError, match="No such file or directory"):
        write_file(tmp_path / "missing" / "file.csv", b"x")


def test_locked_part_folder_is_live_whatever_number_it_bears(tmp_path, writer):
    part = tmp_path / f".a-run.part-{writer.pid}"
    elsewhere = part.rename(tmp_path / ".a-run.part-999999999")
    assert clean_leftovers(tmp_path) == ()
    writer.kill()
    writer.wait()
    assert clean_leftovers(tmp_path) == (elsewhere.name,)


def test_process_of_another_user_counts_as_live(tmp_path, monkeypatch):
    def refuse(_pid, _signal):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("os.kill", refuse)
    (tmp_path / ".a-run.part-999999999").mkdir()
    assert clean_leftovers(tmp_path) == ()


def test_a_file_in_the_place_of_the_run_is_refused(tmp_path):
    (tmp_path / "a-run").write_text("mine")
    with pytest.raises(RunError, match="a-run"), new_folder(tmp_path, "a-run"):
        pass
    assert names(tmp_path) == ["a-run"]
    assert (tmp_path / "a-run").read_text() == "mine"
