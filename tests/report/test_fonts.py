"""The embedded font."""

import io
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from qhgrid.report import fonts
from qhgrid.report.fonts import bundled_characters, embed_fonts, make_bundled_font
from qhgrid.shipped import data_folder, scenarios_folder

ASSETS = Path(fonts.__file__).parent / "assets"


def characters(woff2):
    return {chr(code) for code in TTFont(io.BytesIO(woff2)).getBestCmap()}


def test_bundled_fonts_hold_gb2312_and_every_character_of_data_and_scenarios():
    files = [
        *data_folder().glob("*.csv"),
        *(data_folder() / "projects").iterdir(),
        *scenarios_folder().glob("*.yaml"),
    ]
    text = "".join(path.read_text(encoding="utf-8-sig") for path in files)
    wanted = {letter for letter in text if letter.isprintable()} | set("青海省海西蒙古族藏族自治州垭囊谦湟")
    for name in fonts.WEIGHTS.values():
        assert wanted <= characters((ASSETS / name).read_bytes())


def test_embedded_fonts_hold_what_the_page_says_and_no_more_than_ascii_beside():
    for font in embed_fonts("青海电网"):
        assert characters(font.woff2) == {chr(code) for code in range(0x20, 0x7F)} | set("青海电网")
        assert len(font.woff2) < 20_000
        assert font.missing == frozenset()


def test_the_same_characters_give_the_same_bytes_in_any_order():
    assert embed_fonts("青海电网") == embed_fonts("网电海青青")


def test_missing_characters_are_told():
    assert {font.missing for font in embed_fonts("青\U00020bb7")} == {frozenset("\U00020bb7")}


def test_fonts_keep_their_licence_and_do_not_bear_a_reserved_name():
    font = TTFont(ASSETS / fonts.WEIGHTS[400])
    assert "SIL Open Font License" in font["name"].getDebugName(13)
    assert "Source" not in fonts.FAMILY
    assert "SIL OPEN FONT LICENSE" in (ASSETS / "noto-sans-sc-OFL.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("extra", ["", "\U00020bb7"])
def test_bundled_characters_are_ascii_gb2312_signs_and_those_of_the_data(extra):
    kept = bundled_characters(extra)
    assert set("aZ9 ~青啊齄≥²" + extra) <= set(kept)
    assert len(kept) > 7000


def test_a_bundled_font_can_be_made_from_a_font_file(tmp_path):
    source, target = tmp_path / "source.woff2", tmp_path / "font.woff2"
    source.write_bytes(embed_fonts("青海\u3400")[0].woff2)
    make_bundled_font(source, target)
    assert characters(target.read_bytes()) == {chr(code) for code in range(0x20, 0x7F)} | set("青海")
