"""Small runs for the tests of this room."""

import pytest

from tests.runs.small import write_small_run


@pytest.fixture
def write_run(tmp_path):
    """Return a function that writes a small run, into ``tmp_path/runs`` unless told otherwise."""

    def write(figures=None, *, out=None, **changes):
        return write_small_run(out or tmp_path / "runs", figures, **changes)

    return write
