"""What the commands print beside a number."""

from __future__ import annotations

import pytest

from qhgrid.cli.show import _beside


@pytest.mark.parametrize(
    ("value", "first", "expected"),
    [
        (5319.1, 5319.1 + 5e-8, "5,319.1"),
        (110.0, 100.0, "110 (+10)"),
        (0.0, 2.0, "0 (-2)"),
        (None, 2.0, "–"),
        ("青豫", 2.0, "青豫"),
        (3.0, None, "3"),
    ],
)
def test_difference_is_printed_where_it_is_more_than_the_solver_can_tell(value, first, expected):
    assert _beside(value, first) == expected
