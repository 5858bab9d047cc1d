"""Help teaches, in both languages, and answers without heavy imports."""

import re
import subprocess
import sys

import pytest

import qhgrid
from qhgrid.cli.commands import build_command
from qhgrid.cli.speech import Speech, listen
from qhgrid.text import LANGS, WORDS

COMMANDS = (
    "run",
    "check",
    "schema",
    "scenarios",
    "compare",
    "dispatch",
    "cite",
    "verify",
    "profiles",
    "projects",
)
HEAVY = ("numpy", "pandas", "xarray", "pypsa", "linopy", "highspy", "scipy", "netCDF4", "openpyxl", "pvlib")


def loaded_by(*args: str) -> set[str]:
    """Return which of the heavy modules a call of the command line imports."""
    code = (
        "import sys, contextlib, io\n"
        "from qhgrid.cli import answer\n"
        "from qhgrid.cli.speech import listen\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):\n"
        f"    answer({list(args)!r}, listen({list(args)!r}))\n"
        f"print(*sorted(set(sys.modules) & set({HEAVY!r})))\n"
    )
    call = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(call.stdout.split())


def test_help_names_every_command_in_chinese(call):
    answer = call("--help")
    assert answer.code == 0
    for command in COMMANDS:
        assert re.search(rf"^│ {command} ", answer.out, re.MULTILINE), command
    assert "情景" in answer.out
    assert "QHGRID_LANG=en" in answer.out


def test_help_in_english_has_no_chinese_but_the_way_back(call):
    answer = call("--lang", "en", "--help")
    assert "Energy and grid capacity planning" in answer.out
    assert re.findall(r"[\u4e00-\u9fff]+", answer.out) == ["中文帮助"]


def test_environment_sets_the_language(call, monkeypatch):
    monkeypatch.setenv("QHGRID_LANG", "en")
    assert "Run a scenario" in call("run", "--help").out
    assert "计算一个情景" in call("run", "--help", "--lang", "zh").out


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("lang", LANGS)
def test_help_of_every_command_is_in_one_language(call, command, lang):
    answer = (
        call(command, "--lang", lang, "--help")
        if command not in ("profiles", "projects")
        else call("--lang", lang, command, "-h")
    )
    assert answer.code == 0
    assert bool(re.search(r"[\u4e00-\u9fff]", answer.out)) == (lang == "zh")
    for english in ("Options", "Arguments", "Commands", "Show this"):
        assert (english in answer.out) <= (lang == "en")


@pytest.mark.parametrize("command", ["run", "check", "schema", "compare", "dispatch", "cite"])
def test_help_shows_an_example(call, command):
    assert f"qhgrid {command} " in call(command, "--help").out.split("╭")[0].split("\n", 3)[3]


def test_no_command_at_all_shows_help_and_counts_as_a_slip(call):
    answer = call()
    assert answer.code == 2
    assert "qhgrid run 2030-plan" in answer.out + answer.err


def test_version(call):
    assert call("--version").out == f"qhgrid {qhgrid.__version__}\n"


@pytest.mark.parametrize(
    "args", [["--help"], ["run", "--help"], ["--version"], ["check", "2030-plan"], ["schema"], ["scenarios"]]
)
def test_quick_commands_import_nothing_heavy(args):
    assert loaded_by(*args) == set()


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["rnu"], "No such command 'rnu'. Did you mean 'run'?"),
        (["run"], "Missing argument 'SCENARIO'"),
        (["run", "2030-plan", "--uot", "x"], "No such option"),
        (["run", "2030-plan", "--lang", "fr"], "fr"),
        (["compare"], "Missing argument"),
        (["profiles"], "profiles"),
        (["check", "2030-plan", "extra"], "unexpected extra argument"),
    ],
)
def test_usage_slips_exit_2_without_traceback(call, args, words):
    answer = call(*args)
    assert answer.code == 2
    assert words in answer.out + answer.err
    assert "Traceback" not in answer.out + answer.err


def test_every_word_exists_in_both_languages():
    for key, words in WORDS.items():
        assert len(words) == 2, key
        assert all(words), key
        assert not re.search(r"[\u4e00-\u9fff]", words[1].replace("中文帮助", "")), key


def test_every_help_key_of_the_commands_has_words():
    def walk(node):
        yield node.help
        yield from (parameter.help for parameter in node.params)
        for part in getattr(node, "commands", {}).values():
            yield from walk(part)

    texts = [text for text in walk(build_command(Speech("zh"))) if text]
    assert len(texts) > 40
    assert all(re.search(r"[\u4e00-\u9fff]", text) for text in texts)


@pytest.mark.parametrize(
    ("args", "lang"),
    [
        ([], "zh"),
        (["--lang", "en"], "en"),
        (["--lang=en"], "en"),
        (["--lang", "xx"], "zh"),
        (["--lang"], "zh"),
    ],
)
def test_language_is_heard_before_parsing(args, lang):
    assert listen(args).lang == lang


def test_json_and_debug_are_heard_before_parsing():
    assert listen(["run", "x", "--json", "--debug"]) == Speech("zh", as_json=True, debug=True)
