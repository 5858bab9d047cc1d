"""Whatever is done to a scenario file, nothing but a ScenarioError comes out of reading it."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qhgrid.errors import ScenarioError
from qhgrid.facts import read_facts
from qhgrid.scenario import read_scenario
from qhgrid.scenario.resolved import canonical_text
from qhgrid.scenario.tree import Branch, Leaf, Row

PLAN = read_scenario("2030-plan")
LINES = PLAN.text.splitlines()


def scalar_paths(node, path=()):
    if isinstance(node, Leaf):
        yield path
    elif isinstance(node, Branch):
        for key, item in node.items.items():
            yield from scalar_paths(item, (*path, key))
    elif isinstance(node, Row):
        for number, item in enumerate(node.items, start=1):
            yield from scalar_paths(item, (*path, str(number)))


PATHS = sorted(".".join(path) for path in scalar_paths(PLAN.marks.root) if path[0] != "assumptions")
ODD = st.sampled_from(
    [
        *("", "~", "yes", ".nan", "-.inf", "0", "-1", "1e400", "01", "0x1", "2030-02-30"),
        *("1 MW", "10 %", "亿千瓦", "[]", "{}", "[1, a]", "{a: 1}", "a: b: c", "- -", "? :"),
        *("*a", "&a", "!t x", "'", '"', "|", ">", "%", "@", "`", "\t"),
    ]
)
VALUES = st.one_of(ODD, st.text(max_size=20), st.integers().map(str), st.floats().map(str))
CHECK = settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def outcome(name, overrides=(), facts=None):
    """Return the resolved scenario, or the error that refused it."""
    try:
        return read_scenario(name, overrides, facts)
    except ScenarioError as error:
        return error


def refuses_or_reads(name, overrides=()):
    result = outcome(name, overrides, read_facts())
    if isinstance(result, ScenarioError):
        text = str(result).lower()
        assert result.faults
        assert all(fault.where and fault.what and fault.mend for fault in result.faults)
        assert "pydantic" not in text
        assert "input should" not in text
    else:
        assert canonical_text(result.scenario) == result.text


@CHECK
@given(path=st.sampled_from(PATHS), value=VALUES)
def test_a_setting_of_any_value_is_refused_or_read(path, value):
    refuses_or_reads("2030-plan", [f"{path}={value}"])


@CHECK
@given(line=st.integers(0, len(LINES) - 1), value=VALUES)
def test_a_file_with_one_value_changed_is_refused_or_read(tmp_path, line, value):
    key, colon, _ = LINES[line].partition(":")
    lines = [*LINES[:line], f"{key}{colon} {value}", *LINES[line + 1 :]]
    refuses_or_reads(written(tmp_path, "\n".join(lines).encode(errors="replace")))


@CHECK
@given(start=st.integers(0, len(PLAN.text)), length=st.integers(0, 40), noise=st.binary(max_size=10))
def test_a_file_with_a_torn_piece_is_refused_or_read(tmp_path, start, length, noise):
    data = PLAN.text.encode()
    refuses_or_reads(written(tmp_path, data[:start] + noise + data[start + length :]))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(name=st.text(max_size=30))
def test_any_name_is_refused_or_found(name):
    result = outcome(name)
    assert not isinstance(result, ScenarioError) or result.faults


@settings(max_examples=100, deadline=None, derandomize=True)
@given(setting=st.text(max_size=30))
def test_any_setting_is_refused_or_applied(setting):
    refuses_or_reads("2030-plan", [setting])


def written(folder: Path, data: bytes) -> str:
    path = folder / "mutant.yaml"
    path.write_bytes(data)
    return str(path)
